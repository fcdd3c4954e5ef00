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
		{Name: "account/budgets", Skip: needsNetwork, Run: checkBudgets},
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
			Run: func(tb testing.TB, h Harness) {
				tb.Helper()
				checkCheckFails(tb, h, f)
			},
		})
	}
	for _, operation := range []string{"post", "media", "read", "check"} {
		checks = append(checks, Check{
			Name: "cancel/during-" + operation, Skip: needsNetwork,
			Run: func(tb testing.TB, h Harness) {
				tb.Helper()
				checkLeaks(tb, h, operation)
			},
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

func checkGood(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	health, err := s.check(tb.Context(), tb)
	if err != nil {
		tb.Fatal(err)
	}
	if health.AccountID == "" || health.AccountName == "" {
		tb.Errorf("who are we? %+v", health)
	}
	s.noPost(tb)
}

func checkRefused(tb testing.TB, h Harness) {
	tb.Helper()
	network := h.New(tb)
	s := h.openOn(tb, network, network.Refused())
	if _, err := s.check(tb.Context(), tb); kindOf(err) != channels.Auth {
		tb.Errorf("got %v, want %q", err, channels.Auth)
	}
}

func checkMissing(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.openOn(tb, h.New(tb), channels.Credentials{})
	if _, err := s.check(tb.Context(), tb); kindOf(err) != channels.Auth {
		tb.Errorf("got %v, want %q", err, channels.Auth)
	}
}

func checkRefusedPublish(tb testing.TB, h Harness) {
	tb.Helper()
	network := h.New(tb)
	s := h.openOn(tb, network, network.Refused())
	for _, images := range []int{0, min(2, h.limits().Images.Max)} {
		a := s.attempt(tb, h.message("refused", "Un texte.", images))
		if _, err := s.publish(tb.Context(), tb, a); kindOf(err) != channels.Auth {
			tb.Errorf("with %d pictures: got %v, want %q", images, err, channels.Auth)
		}
	}
	s.noPost(tb)
}

func checkCheckFails(tb testing.TB, h Harness, f simulator.Fault) {
	tb.Helper()
	s := h.open(tb)
	f.Times = -1
	s.net.Plan(tb, f)
	ctx, cancel := context.WithTimeout(tb.Context(), hangTime)
	defer cancel()
	within(tb, "Check", func() {
		if _, err := s.check(ctx, tb); kindOf(err) != channels.Temporary {
			tb.Errorf("got %v, want %q", err, channels.Temporary)
		}
	})
}

// checkBudgets: what an answer tells of an allowance in its headers is reported,
// of a check and of a publication, and of an answer that asks to wait.
func checkBudgets(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	reported := func(what string) {
		tb.Helper()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.spoke > 0 && len(s.budgets) == 0 {
			tb.Errorf("%s: %d answers told of an allowance, and nothing was reported", what, s.spoke)
		}
		for _, b := range s.budgets {
			if b.Bucket == "" || b.Total < 0 || b.Remaining < 0 || (b.Total > 0 && b.Remaining > b.Total) {
				tb.Errorf("%s: not a budget: %+v", what, b)
			}
		}
		s.spoke, s.budgets = 0, nil
	}
	if _, err := s.check(tb.Context(), tb); err != nil {
		tb.Fatal(err)
	}
	reported("Check")
	s.mustPublish(tb, h.message("budget", "Un texte.", 0))
	reported("Publish")
	s.net.Plan(tb, simulator.Fault{
		Operation: "post", Effect: simulator.EffectStatus, Status: http.StatusTooManyRequests, Body: "{}",
		Header: map[string]string{"Retry-After": "120"},
	})
	if _, err := s.publish(tb.Context(), tb, s.attempt(tb, h.message("asked to wait", "Un autre texte.", 0))); err == nil {
		tb.Error("Publish succeeds although the network asks to wait")
	}
	s.mu.Lock()
	told := s.spoke > 0
	s.mu.Unlock()
	if told {
		reported("Publish, asked to wait")
	}
}

// checkCancelled: a context that is over publishes nothing, and says so.
func checkCancelled(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	ctx, cancel := context.WithCancel(tb.Context())
	cancel()
	a := s.attempt(tb, h.message("cancelled", "Un texte.", min(1, h.limits().Images.Max)))
	within(tb, "Publish", func() {
		_, err := s.publish(ctx, tb, a)
		if err == nil || kindOf(err) == channels.UnknownOutcome {
			tb.Errorf("got %v, want an error that says that nothing was sent", err)
		}
		if !errors.Is(err, context.Canceled) {
			tb.Errorf("the cause, %v, is not in the error %v", context.Canceled, err)
		}
	})
	s.noPost(tb)
}

// checkLeaks: an operation that hangs ends with its context and leaves no
// goroutine behind.
func checkLeaks(tb testing.TB, h Harness, operation string) {
	tb.Helper()
	before := goleak.IgnoreCurrent()
	tb.Cleanup(func() { goleak.VerifyNone(tb, before) }) // runs last, when the network is down
	s := h.open(tb)
	s.net.Plan(tb, simulator.Fault{Operation: operation, Effect: simulator.EffectHang, Times: -1})
	ctx, cancel := context.WithTimeout(tb.Context(), hangTime)
	defer cancel()
	within(tb, operation, func() {
		if operation == "check" {
			if _, err := s.check(ctx, tb); err == nil {
				tb.Error("Check succeeds although the network hangs")
			}
			return
		}
		a := s.attempt(tb, h.message("hangs", "Des photos.", min(2, h.limits().Images.Max)))
		_, err := s.publish(ctx, tb, a)
		if operation == "post" && err == nil {
			tb.Error("Publish succeeds although the network hangs")
		}
	})
}
