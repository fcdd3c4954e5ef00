package channeltest

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
)

func findChecks() []Check {
	return []Check{
		{Name: "find/sent", Skip: needsFind, Run: checkFindSent},
		{Name: "find/accepted-then-lost", Skip: either(needsNetwork, needsFind), Run: checkFindLost},
		{Name: "find/accepted-then-lost-with-images", Skip: either(needsNetwork, needsFind, needsTwoImages), Run: checkFindLostImages},
		{Name: "find/never-arrived", Skip: either(needsNetwork, needsFind), Run: checkFindAbsent},
		{Name: "find/of-another-delivery", Skip: needsFind, Run: checkFindForeign},
		{Name: "find/twice", Skip: either(needsFind, needsNoKey), Run: checkFindTwice},
		{Name: "find/hidden", Skip: either(needsNetwork, needsFind), Run: checkFindHidden},
		{Name: "find/canary", Skip: needsFind, Run: checkFindCanary},
		{Name: "find/read-fails", Skip: either(needsNetwork, needsFind), Run: checkFindFails},
	}
}

func needsNoKey(h Harness) string {
	if h.Driver.Info().Idempotency == channels.IdempotentByKey {
		return "the network keeps one post for one key"
	}
	return ""
}

// trial is one attempt and the time around it.
type trial struct {
	attempt *RecordingAttempt
	probe   channels.Probe
	err     error
}

// try publishes after an older post, which is the canary of the reading.
func (s *session) try(ctx context.Context, tb testing.TB, m channels.Message, plan func()) trial {
	tb.Helper()
	_, older := s.mustPublish(tb, s.h.message("older-"+m.Key, "Un avis plus ancien, déjà en ligne.", 0))
	if plan != nil {
		plan()
	}
	a := s.attempt(tb, m)
	started := s.h.clock()()
	_, err := s.publish(ctx, tb, a)
	return trial{attempt: a, err: err, probe: channels.Probe{
		Key: m.Key, Steps: a.Steps(), Rendered: a.rendered,
		StartedAt: started, EndedAt: s.h.clock()(),
		KnownOlder: []string{older.RemoteID},
	}}
}

// lose makes the creating call be accepted and its answer be lost.
func (s *session) lose(tb testing.TB) func() {
	tb.Helper()
	return func() {
		s.net.Plan(tb, simulator.Fault{Operation: "post", Effect: simulator.EffectEOF, After: true})
	}
}

// newest is the post after the older one.
func (s *session) newest(tb testing.TB) Seen {
	tb.Helper()
	posts := s.net.Posts(tb)
	if len(posts) != 2 {
		tb.Fatalf("%d posts are visible, want the older one and one more: %+v", len(posts), posts)
	}
	return posts[1]
}

// wantFound: exactly this post was found.
func (s *session) wantFound(tb testing.TB, p channels.Probe, want Seen) {
	tb.Helper()
	finding, err := s.find(tb, p)
	switch {
	case err != nil:
		tb.Errorf("Find: %v", err)
	case finding.Receipt == nil:
		tb.Errorf("the post was not found: %+v", finding)
	case finding.Receipt.RemoteID != want.RemoteID:
		tb.Errorf("found %q, want %q", finding.Receipt.RemoteID, want.RemoteID)
	case finding.Matches != 1:
		tb.Errorf("%d matches, want 1", finding.Matches)
	}
}

// wantAbsent: a reading that does not show the post.
func (s *session) wantAbsent(tb testing.TB, p channels.Probe, trustworthy bool) {
	tb.Helper()
	finding, err := s.find(tb, p)
	switch {
	case err != nil:
		tb.Errorf("Find: %v", err)
	case finding.Receipt != nil || finding.Matches != 0:
		tb.Errorf("found %+v, %d matches; it is not there", finding.Receipt, finding.Matches)
	case finding.Trustworthy != trustworthy:
		tb.Errorf("trustworthy: %v, want %v", finding.Trustworthy, trustworthy)
	}
}

func checkFindSent(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	tried := s.try(tb.Context(), tb, h.message("sent", "Un texte bien arrivé.", 0), nil)
	if tried.err != nil {
		tb.Fatal(tried.err)
	}
	s.wantFound(tb, tried.probe, s.newest(tb))
}

func checkFindLost(tb testing.TB, h Harness) {
	tb.Helper()
	for _, text := range []string{
		"Un texte ordinaire.",
		"Été « 25 € » & 'cité' 👨‍👩‍👧, voir https://commune.example/a?b=c&d=1 et la suite :\n\n• un\n• deux",
	} {
		s := h.open(tb)
		m := h.message("lost", text, 0)
		m.Link = "https://commune.example/programme"
		tried := s.try(tb.Context(), tb, m, s.lose(tb))
		if kindOf(tried.err) != channels.UnknownOutcome {
			tb.Fatalf("kind %q, want %q: %v", kindOf(tried.err), channels.UnknownOutcome, tried.err)
		}
		s.wantFound(tb, tried.probe, s.newest(tb))
	}
}

func checkFindLostImages(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	tried := s.try(tb.Context(), tb, h.message("lost", "Des photos.", 2), s.lose(tb))
	if kindOf(tried.err) != channels.UnknownOutcome {
		tb.Fatalf("kind %q, want %q: %v", kindOf(tried.err), channels.UnknownOutcome, tried.err)
	}
	s.wantFound(tb, tried.probe, s.newest(tb))
}

func checkFindAbsent(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	tried := s.try(tb.Context(), tb, h.message("absent", "Un texte perdu.", 0), func() {
		s.net.Plan(tb, simulator.Fault{Operation: "post", Effect: simulator.EffectReset})
	})
	if kindOf(tried.err) != channels.UnknownOutcome {
		tb.Fatalf("kind %q, want %q: %v", kindOf(tried.err), channels.UnknownOutcome, tried.err)
	}
	s.wantAbsent(tb, tried.probe, true)
}

// checkFindForeign: two services may say the same; the post of one delivery is
// never taken for that of another.
func checkFindForeign(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	tried := s.try(tb.Context(), tb, h.message("mine", "Le même texte.", 0), nil)
	if tried.err != nil {
		tb.Fatal(tried.err)
	}
	probe := tried.probe
	probe.Key, probe.Steps = "theirs", nil
	probe.Rendered = h.render(tb, h.message("theirs", "Le même texte.", 0), s.net.Account().Settings)
	probe.KnownOwn = []string{s.newest(tb).RemoteID}
	s.wantAbsent(tb, probe, true)
}

// checkFindTwice: a duplicate is refused by the network, or counted.
func checkFindTwice(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	m := h.message("twice", "Un texte publié deux fois.", 0)
	tried := s.try(tb.Context(), tb, m, nil)
	if tried.err != nil {
		tb.Fatal(tried.err)
	}
	a := s.attempt(tb, m)
	if _, err := s.publish(tb.Context(), tb, a); err != nil {
		if kindOf(err) != channels.Duplicate {
			tb.Errorf("kind %q, want %q: %v", kindOf(err), channels.Duplicate, err)
		}
		return
	}
	probe := tried.probe
	probe.Steps, probe.EndedAt = nil, h.clock()()
	finding, err := s.find(tb, probe)
	if err != nil || finding.Receipt == nil || finding.Matches != 2 {
		tb.Errorf("found %+v (%v), want 2 matches", finding, err)
	}
}

// checkFindHidden: what a lagging list does not show yet is not found.
func checkFindHidden(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	tried := s.try(tb.Context(), tb, h.message("hidden", "Un texte qui tarde.", 0), func() {
		s.net.Plan(tb, simulator.Fault{Operation: "post", Effect: simulator.EffectHide, Delay: time.Hour})
		s.lose(tb)()
	})
	if kindOf(tried.err) != channels.UnknownOutcome {
		tb.Fatalf("kind %q, want %q: %v", kindOf(tried.err), channels.UnknownOutcome, tried.err)
	}
	s.newest(tb)
	s.wantAbsent(tb, tried.probe, true)
}

// checkFindCanary: a reading that does not show what we know to be there is not
// trusted.
func checkFindCanary(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	_, older := s.mustPublish(tb, h.message("older", "Un avis plus ancien.", 0))
	now := h.clock()()
	probe := channels.Probe{
		Key: "canary", Rendered: h.render(tb, h.message("canary", "Jamais publié.", 0), s.net.Account().Settings),
		StartedAt: now, EndedAt: now, KnownOlder: []string{"1" + older.RemoteID + "1"},
	}
	s.wantAbsent(tb, probe, false)
	probe.KnownOlder = append(probe.KnownOlder, older.RemoteID)
	s.wantAbsent(tb, probe, true)
}

// checkFindFails: a reading that failed says nothing.
func checkFindFails(tb testing.TB, h Harness) {
	tb.Helper()
	for _, f := range []simulator.Fault{
		{Effect: simulator.EffectStatus, Status: http.StatusInternalServerError},
		{Effect: simulator.EffectGarbage},
		{Effect: simulator.EffectTruncate, After: true},
		{Effect: simulator.EffectReset},
	} {
		s := h.open(tb)
		tried := s.try(tb.Context(), tb, h.message("fails", "Un texte.", 0), s.lose(tb))
		f.Operation, f.Times = "read", -1
		s.net.Plan(tb, f)
		finding, err := s.find(tb, tried.probe)
		if err == nil && finding.Receipt == nil && finding.Trustworthy {
			tb.Errorf("%s: a reading that failed counts as a clean one", f.Effect)
		}
		if err != nil && kindOf(err) != channels.Temporary {
			tb.Errorf("%s: kind %q, want %q: %v", f.Effect, kindOf(err), channels.Temporary, err)
		}
	}
}
