package channeltest

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"go.uber.org/goleak"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
)

func accountChecks() []Check {
	checks := []Check{
		{Name: "account/good", Run: checkGood},
		{Name: "account/refused", Skip: needsCredentials, Run: checkRefused},
		{Name: "account/missing", Skip: needsCredentials, Run: checkMissing},
		{Name: "account/refused-publishes-nothing", Skip: needsCredentials, Run: checkRefusedPublish},
		{Name: "cancel/before", Run: checkCancelled},
	}
	for _, f := range []simulator.Fault{
		{Effect: simulator.EffectStatus, Status: http.StatusInternalServerError},
		{Effect: simulator.EffectGarbage},
		{Effect: simulator.EffectReset},
		{Effect: simulator.EffectHang},
	} {
		f.Operation = "check"
		checks = append(checks, Check{
			Name: "account/check-" + string(f.Effect), Skip: needsNetwork,
			Run: func(t testing.TB, h Harness) { checkCheckFails(t, h, f) },
		})
	}
	for _, operation := range []string{"post", "media", "read", "check"} {
		checks = append(checks, Check{
			Name: "cancel/during-" + operation, Skip: needsNetwork,
			Run: func(t testing.TB, h Harness) { checkLeaks(t, h, operation) },
		})
	}
	return checks
}

func needsCredentials(h Harness) string {
	if len(h.Driver.Info().Credentials) == 0 {
		return "the kind has no credentials"
	}
	return ""
}

func checkGood(t testing.TB, h Harness) {
	t.Helper()
	s := h.open(t)
	health, err := s.check(t.Context(), t)
	if err != nil {
		t.Fatal(err)
	}
	if health.AccountID == "" || health.AccountName == "" {
		t.Errorf("who are we? %+v", health)
	}
	s.noPost(t)
}

func checkRefused(t testing.TB, h Harness) {
	t.Helper()
	network := h.New(t)
	s := h.openOn(t, network, network.Refused())
	if _, err := s.check(t.Context(), t); kindOf(err) != channels.Auth {
		t.Errorf("got %v, want %q", err, channels.Auth)
	}
}

func checkMissing(t testing.TB, h Harness) {
	t.Helper()
	s := h.openOn(t, h.New(t), channels.Credentials{})
	if _, err := s.check(t.Context(), t); kindOf(err) != channels.Auth {
		t.Errorf("got %v, want %q", err, channels.Auth)
	}
}

func checkRefusedPublish(t testing.TB, h Harness) {
	t.Helper()
	network := h.New(t)
	s := h.openOn(t, network, network.Refused())
	for _, images := range []int{0, min(2, h.limits().Images.Max)} {
		a := s.attempt(t, h.message("refused", "Un texte.", images))
		if _, err := s.publish(t.Context(), t, a); kindOf(err) != channels.Auth {
			t.Errorf("with %d pictures: got %v, want %q", images, err, channels.Auth)
		}
	}
	s.noPost(t)
}

func checkCheckFails(t testing.TB, h Harness, f simulator.Fault) {
	t.Helper()
	s := h.open(t)
	f.Times = -1
	s.net.Plan(t, f)
	ctx, cancel := context.WithTimeout(t.Context(), hangTime)
	defer cancel()
	within(t, "Check", func() {
		if _, err := s.check(ctx, t); kindOf(err) != channels.Temporary {
			t.Errorf("got %v, want %q", err, channels.Temporary)
		}
	})
}

// checkCancelled: a context that is over publishes nothing, and says so.
func checkCancelled(t testing.TB, h Harness) {
	t.Helper()
	s := h.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := s.attempt(t, h.message("cancelled", "Un texte.", min(1, h.limits().Images.Max)))
	within(t, "Publish", func() {
		_, err := s.publish(ctx, t, a)
		if err == nil || kindOf(err) == channels.UnknownOutcome {
			t.Errorf("got %v, want an error that says that nothing was sent", err)
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the cause, %v, is not in the error %v", context.Canceled, err)
		}
	})
	s.noPost(t)
}

// checkLeaks: an operation that hangs ends with its context and leaves no
// goroutine behind.
func checkLeaks(t testing.TB, h Harness, operation string) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) }) // runs last, when the network is down
	s := h.open(t)
	s.net.Plan(t, simulator.Fault{Operation: operation, Effect: simulator.EffectHang, Times: -1})
	ctx, cancel := context.WithTimeout(t.Context(), hangTime)
	defer cancel()
	within(t, operation, func() {
		if operation == "check" {
			if _, err := s.check(ctx, t); err == nil {
				t.Error("Check succeeds although the network hangs")
			}
			return
		}
		a := s.attempt(t, h.message("hangs", "Des photos.", min(2, h.limits().Images.Max)))
		_, err := s.publish(ctx, t, a)
		if operation == "post" && err == nil {
			t.Error("Publish succeeds although the network hangs")
		}
	})
}
