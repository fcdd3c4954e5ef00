package channeltest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
)

// hangTime is the deadline of a call that never gets its answer.
const hangTime = 300 * time.Millisecond

// createFaults is what can happen to the creating call. Once its bytes are on
// the way only a clear refusal says that nothing was published; everything
// else is unknown, and unknown is never tried again by itself.
func createFaults() []createFault {
	unknown := []channels.Kind{channels.UnknownOutcome}
	status := func(code int, header ...string) simulator.Fault {
		f := simulator.Fault{Effect: simulator.EffectStatus, Status: code, Header: map[string]string{}}
		for i := 0; i+1 < len(header); i += 2 {
			f.Header[header[i]] = header[i+1]
		}
		return f
	}
	huge := status(http.StatusOK)
	huge.Body = strings.Repeat("x", 2<<20)
	faults := []createFault{
		// A refusal without the network's own words may not be believed.
		{name: "400", fault: status(http.StatusBadRequest), kinds: []channels.Kind{channels.Rejected, channels.UnknownOutcome}},
		{name: "401", fault: status(http.StatusUnauthorized), kinds: []channels.Kind{channels.Auth, channels.UnknownOutcome}},
		{name: "403", fault: status(http.StatusForbidden), kinds: []channels.Kind{
			channels.Permission, channels.Rejected, channels.Policy, channels.Auth, channels.UnknownOutcome,
		}},
		{name: "302-elsewhere", fault: status(http.StatusFound, "Location", "http://127.0.0.1:1/"), kinds: unknown},
		{name: "200-huge", fault: huge, kinds: unknown},
		{name: "connection-refused", kinds: []channels.Kind{channels.Temporary}, unplugged: true},
	}
	for _, after := range []bool{false, true} {
		when := "before-"
		if after {
			when = "after-"
		}
		for _, f := range []createFault{
			{name: "500", fault: status(http.StatusInternalServerError)},
			{name: "502-html", fault: simulator.Fault{
				Effect: simulator.EffectStatus, Status: http.StatusBadGateway, Body: "<html>Bad gateway</html>",
			}},
			{name: "503", fault: status(http.StatusServiceUnavailable)},
			{name: "503-retry-after", fault: status(http.StatusServiceUnavailable, "Retry-After", "5")},
			{name: "hang", fault: simulator.Fault{Effect: simulator.EffectHang}},
			{name: "reset", fault: simulator.Fault{Effect: simulator.EffectReset}},
			{name: "eof", fault: simulator.Fault{Effect: simulator.EffectEOF}},
			// On a connection that was used before, HTTP clients like to repeat.
			{name: "eof-on-warm-connection", fault: simulator.Fault{Effect: simulator.EffectEOF}, warm: true},
			{name: "reset-on-warm-connection", fault: simulator.Fault{Effect: simulator.EffectReset}, warm: true},
			{name: "garbage", fault: simulator.Fault{Effect: simulator.EffectGarbage}},
		} {
			f.name, f.fault.After, f.kinds = when+f.name, after, unknown
			faults = append(faults, f)
		}
	}
	return append(faults, createFault{
		name: "after-truncate", kinds: unknown,
		fault: simulator.Fault{Effect: simulator.EffectTruncate, After: true},
	})
}

type createFault struct {
	name  string
	fault simulator.Fault
	kinds []channels.Kind
	// unplugged: no connection can be made from the point of no return on.
	unplugged bool
	// warm: the connection was used before.
	warm bool
}

func createFaultChecks() []Check {
	var checks []Check
	for _, f := range createFaults() {
		checks = append(checks, Check{
			Name: "create-fails/" + f.name, Skip: needsNetwork,
			Run: func(tb testing.TB, h Harness) {
				tb.Helper()
				f.check(tb, h)
			},
		})
	}
	return append(checks,
		Check{Name: "create-fails/429-seconds", Skip: needsNetwork, Run: func(tb testing.TB, h Harness) {
			tb.Helper()
			checkRateLimit(tb, h, func(time.Time) string { return "120" }, 120*time.Second)
		}},
		Check{Name: "create-fails/429-date", Skip: needsNetwork, Run: func(tb testing.TB, h Harness) {
			tb.Helper()
			checkRateLimit(tb, h, func(now time.Time) string {
				return now.Add(2 * time.Minute).UTC().Format(http.TimeFormat)
			}, 120*time.Second)
		}},
		Check{Name: "create-fails/429-no-header", Skip: needsNetwork, Run: func(tb testing.TB, h Harness) {
			tb.Helper()
			checkRateLimit(tb, h, nil, 0)
		}},
	)
}

func (f createFault) check(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	a := s.attempt(tb, h.message("fault", "Un texte.", 0))
	if f.warm {
		if _, err := s.check(tb.Context(), tb); err != nil {
			tb.Fatal(err)
		}
	}
	if !f.unplugged {
		fault := f.fault
		fault.Operation = "post"
		s.net.Plan(tb, fault)
	} else {
		a.OnCreating = func(context.Context) error {
			s.unplug()
			return nil
		}
	}
	ctx := tb.Context()
	if f.fault.Effect == simulator.EffectHang {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, hangTime)
		defer cancel()
	}
	within(tb, "Publish", func() {
		_, err := s.publish(ctx, tb, a)
		if err == nil {
			tb.Error("Publish says that it is published")
		} else if !slices.Contains(f.kinds, kindOf(err)) {
			tb.Errorf("kind %q, want one of %q: %v", kindOf(err), f.kinds, err)
		}
	})
	if f.fault.After {
		s.onlyPost(tb)
	} else {
		s.noPost(tb)
	}
	if a.Creatings() != 1 {
		tb.Errorf("Creating was called %d times, want once", a.Creatings())
	}
}

// checkRateLimit: "too many" is proof that nothing was published, and says
// until when to wait where the network does.
func checkRateLimit(tb testing.TB, h Harness, header func(now time.Time) string, wait time.Duration) {
	tb.Helper()
	s := h.open(tb)
	fault := simulator.Fault{Operation: "post", Effect: simulator.EffectStatus, Status: http.StatusTooManyRequests}
	before := h.clock()()
	if header != nil {
		fault.Header = map[string]string{"Retry-After": header(before)}
	}
	s.net.Plan(tb, fault)
	_, err := s.publish(tb.Context(), tb, s.attempt(tb, h.message("limited", "Un texte.", 0)))
	after := h.clock()()
	s.noPost(tb)
	e, ok := channels.AsError(err)
	if !ok || e.Kind != channels.RateLimited {
		tb.Fatalf("got %v, want %q", err, channels.RateLimited)
	}
	switch {
	case wait == 0 && !e.RetryAt.IsZero() && e.RetryAt.Before(before):
		tb.Errorf("RetryAt %v is in the past", e.RetryAt)
	case wait > 0 && (e.RetryAt.Before(before.Add(wait-time.Second)) || e.RetryAt.After(after.Add(wait+time.Second))):
		tb.Errorf("RetryAt is %v from now, want %v", e.RetryAt.Sub(before), wait)
	}
}

func uploadFaultChecks() []Check {
	var checks []Check
	for _, f := range []simulator.Fault{
		{Effect: simulator.EffectStatus, Status: http.StatusInternalServerError},
		{Effect: simulator.EffectStatus, Status: http.StatusServiceUnavailable},
		{Effect: simulator.EffectHang},
		{Effect: simulator.EffectReset},
		{Effect: simulator.EffectEOF},
		{Effect: simulator.EffectGarbage},
		{Effect: simulator.EffectTruncate, After: true},
		{Effect: simulator.EffectReset, After: true},
	} {
		for _, operation := range []string{"media", "alt"} {
			f.Operation = operation
			name := fmt.Sprintf("upload-fails/%s-%s", operation, f.Effect)
			if f.Status != 0 {
				name += fmt.Sprintf("-%d", f.Status)
			}
			if f.After {
				name += "-after"
			}
			checks = append(checks, Check{
				Name: name, Skip: either(needsNetwork, needsTwoImages),
				Run: func(tb testing.TB, h Harness) {
					tb.Helper()
					checkUploadFault(tb, h, f)
				},
			})
		}
	}
	return append(checks, Check{
		Name: "create-fails/read-fails", Skip: needsNetwork, Run: checkReadFailsWhilePublishing,
	})
}

// checkUploadFault: an upload publishes nothing, so it may be repeated, and the
// next attempt ends with one whole post. A network without the operation
// publishes at once.
func checkUploadFault(tb testing.TB, h Harness, f simulator.Fault) {
	tb.Helper()
	s := h.open(tb)
	s.net.Plan(tb, f)
	a := s.attempt(tb, h.message("upload", "Des photos.", 2))
	ctx := tb.Context()
	if f.Effect == simulator.EffectHang {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, hangTime)
		defer cancel()
	}
	var err error
	within(tb, "Publish", func() { _, err = s.publish(ctx, tb, a) })
	if err != nil {
		if kindOf(err) != channels.Temporary {
			tb.Errorf("kind %q, want %q: %v", kindOf(err), channels.Temporary, err)
		}
		s.noPost(tb)
		if a.Creatings() != 0 {
			tb.Error("Creating was called for a post without its pictures")
		}
		a = a.Again()
		if _, err := s.publish(tb.Context(), tb, a); err != nil {
			tb.Fatalf("the next attempt: %v", err)
		}
	}
	if err := h.same(a.rendered, s.onlyPost(tb), a.Shown(h.takesAlt())); err != nil {
		tb.Error(err)
	}
}

// checkReadFailsWhilePublishing: reading is a help. Before the point of no
// return its failure is temporary; after it, the post is published all the same.
func checkReadFailsWhilePublishing(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	s.net.Plan(tb, simulator.Fault{
		Operation: "read", Effect: simulator.EffectStatus, Status: http.StatusInternalServerError, Times: -1,
	})
	a := s.attempt(tb, h.message("unread", "Un texte.", 0))
	_, err := s.publish(tb.Context(), tb, a)
	if err == nil {
		s.onlyPost(tb)
		return
	}
	s.noPost(tb)
	if kindOf(err) != channels.Temporary || a.Creatings() != 0 {
		tb.Errorf("kind %q after %d calls of Creating, want %q and none", kindOf(err), a.Creatings(), channels.Temporary)
	}
}

// errorChecks are the recorded answers of the harness.
func errorChecks(cases []ErrorCase) []Check {
	var checks []Check
	for _, c := range cases {
		checks = append(checks, Check{Name: "network-says/" + c.Name, Run: func(tb testing.TB, h Harness) {
			tb.Helper()
			s := h.open(tb)
			fault := c.Fault
			if fault.Operation == "" {
				fault.Operation = "post"
			}
			if fault.Effect == "" {
				fault.Effect = simulator.EffectStatus
			}
			s.net.Plan(tb, fault)
			_, err := s.publish(tb.Context(), tb, s.attempt(tb, h.message("error", "Un texte.", min(1, h.limits().Images.Max))))
			s.noPost(tb)
			e, ok := channels.AsError(err)
			if !ok || e.Kind != c.Kind || c.Code != "" && e.Code != c.Code {
				tb.Errorf("got %v, want %s %s", err, c.Kind, c.Code)
			}
		}})
	}
	return checks
}
