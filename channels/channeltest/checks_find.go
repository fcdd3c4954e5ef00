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
func (s *session) try(ctx context.Context, t testing.TB, m channels.Message, plan func()) trial {
	t.Helper()
	_, older := s.mustPublish(t, s.h.message("older-"+m.Key, "Un avis plus ancien, déjà en ligne.", 0))
	if plan != nil {
		plan()
	}
	a := s.attempt(t, m)
	started := s.h.clock()()
	_, err := s.publish(ctx, t, a)
	return trial{attempt: a, err: err, probe: channels.Probe{
		Key: m.Key, Steps: a.Steps(), Rendered: a.rendered,
		StartedAt: started, EndedAt: s.h.clock()(),
		KnownOlder: []string{older.RemoteID},
	}}
}

// lose makes the creating call be accepted and its answer be lost.
func (s *session) lose(t testing.TB) func() {
	t.Helper()
	return func() {
		s.net.Plan(t, simulator.Fault{Operation: "post", Effect: simulator.EffectEOF, After: true})
	}
}

// newest is the post after the older one.
func (s *session) newest(t testing.TB) Seen {
	t.Helper()
	posts := s.net.Posts(t)
	if len(posts) != 2 {
		t.Fatalf("%d posts are visible, want the older one and one more: %+v", len(posts), posts)
	}
	return posts[1]
}

// wantFound: exactly this post was found.
func (s *session) wantFound(t testing.TB, p channels.Probe, want Seen) {
	t.Helper()
	finding, err := s.find(t, p)
	switch {
	case err != nil:
		t.Errorf("Find: %v", err)
	case finding.Receipt == nil:
		t.Errorf("the post was not found: %+v", finding)
	case finding.Receipt.RemoteID != want.RemoteID:
		t.Errorf("found %q, want %q", finding.Receipt.RemoteID, want.RemoteID)
	case finding.Matches != 1:
		t.Errorf("%d matches, want 1", finding.Matches)
	}
}

// wantAbsent: a reading that does not show the post.
func (s *session) wantAbsent(t testing.TB, p channels.Probe, trustworthy bool) {
	t.Helper()
	finding, err := s.find(t, p)
	switch {
	case err != nil:
		t.Errorf("Find: %v", err)
	case finding.Receipt != nil || finding.Matches != 0:
		t.Errorf("found %+v, %d matches; it is not there", finding.Receipt, finding.Matches)
	case finding.Trustworthy != trustworthy:
		t.Errorf("trustworthy: %v, want %v", finding.Trustworthy, trustworthy)
	}
}

func checkFindSent(t testing.TB, h Harness) {
	t.Helper()
	s := h.open(t)
	tried := s.try(t.Context(), t, h.message("sent", "Un texte bien arrivé.", 0), nil)
	if tried.err != nil {
		t.Fatal(tried.err)
	}
	s.wantFound(t, tried.probe, s.newest(t))
}

func checkFindLost(t testing.TB, h Harness) {
	t.Helper()
	for _, text := range []string{
		"Un texte ordinaire.",
		"Été « 25 € » & 'cité' 👨‍👩‍👧, voir https://commune.example/a?b=c&d=1 et la suite :\n\n• un\n• deux",
	} {
		s := h.open(t)
		m := h.message("lost", text, 0)
		m.Link = "https://commune.example/programme"
		tried := s.try(t.Context(), t, m, s.lose(t))
		if kindOf(tried.err) != channels.UnknownOutcome {
			t.Fatalf("kind %q, want %q: %v", kindOf(tried.err), channels.UnknownOutcome, tried.err)
		}
		s.wantFound(t, tried.probe, s.newest(t))
	}
}

func checkFindLostImages(t testing.TB, h Harness) {
	t.Helper()
	s := h.open(t)
	tried := s.try(t.Context(), t, h.message("lost", "Des photos.", 2), s.lose(t))
	if kindOf(tried.err) != channels.UnknownOutcome {
		t.Fatalf("kind %q, want %q: %v", kindOf(tried.err), channels.UnknownOutcome, tried.err)
	}
	s.wantFound(t, tried.probe, s.newest(t))
}

func checkFindAbsent(t testing.TB, h Harness) {
	t.Helper()
	s := h.open(t)
	tried := s.try(t.Context(), t, h.message("absent", "Un texte perdu.", 0), func() {
		s.net.Plan(t, simulator.Fault{Operation: "post", Effect: simulator.EffectReset})
	})
	if kindOf(tried.err) != channels.UnknownOutcome {
		t.Fatalf("kind %q, want %q: %v", kindOf(tried.err), channels.UnknownOutcome, tried.err)
	}
	s.wantAbsent(t, tried.probe, true)
}

// checkFindForeign: two services may say the same; the post of one delivery is
// never taken for that of another.
func checkFindForeign(t testing.TB, h Harness) {
	t.Helper()
	s := h.open(t)
	tried := s.try(t.Context(), t, h.message("mine", "Le même texte.", 0), nil)
	if tried.err != nil {
		t.Fatal(tried.err)
	}
	probe := tried.probe
	probe.Key, probe.Steps = "theirs", nil
	probe.Rendered = h.render(t, h.message("theirs", "Le même texte.", 0), s.net.Account().Settings)
	probe.KnownOwn = []string{s.newest(t).RemoteID}
	s.wantAbsent(t, probe, true)
}

// checkFindTwice: a duplicate is refused by the network, or counted.
func checkFindTwice(t testing.TB, h Harness) {
	t.Helper()
	s := h.open(t)
	m := h.message("twice", "Un texte publié deux fois.", 0)
	tried := s.try(t.Context(), t, m, nil)
	if tried.err != nil {
		t.Fatal(tried.err)
	}
	a := s.attempt(t, m)
	if _, err := s.publish(t.Context(), t, a); err != nil {
		if kindOf(err) != channels.Duplicate {
			t.Errorf("kind %q, want %q: %v", kindOf(err), channels.Duplicate, err)
		}
		return
	}
	probe := tried.probe
	probe.Steps, probe.EndedAt = nil, h.clock()()
	finding, err := s.find(t, probe)
	if err != nil || finding.Receipt == nil || finding.Matches != 2 {
		t.Errorf("found %+v (%v), want 2 matches", finding, err)
	}
}

// checkFindHidden: what a lagging list does not show yet is not found.
func checkFindHidden(t testing.TB, h Harness) {
	t.Helper()
	s := h.open(t)
	tried := s.try(t.Context(), t, h.message("hidden", "Un texte qui tarde.", 0), func() {
		s.net.Plan(t, simulator.Fault{Operation: "post", Effect: simulator.EffectHide, Delay: time.Hour})
		s.lose(t)()
	})
	if kindOf(tried.err) != channels.UnknownOutcome {
		t.Fatalf("kind %q, want %q: %v", kindOf(tried.err), channels.UnknownOutcome, tried.err)
	}
	s.newest(t)
	s.wantAbsent(t, tried.probe, true)
}

// checkFindCanary: a reading that does not show what we know to be there is not
// trusted.
func checkFindCanary(t testing.TB, h Harness) {
	t.Helper()
	s := h.open(t)
	_, older := s.mustPublish(t, h.message("older", "Un avis plus ancien.", 0))
	now := h.clock()()
	probe := channels.Probe{
		Key: "canary", Rendered: h.render(t, h.message("canary", "Jamais publié.", 0), s.net.Account().Settings),
		StartedAt: now, EndedAt: now, KnownOlder: []string{"1" + older.RemoteID + "1"},
	}
	s.wantAbsent(t, probe, false)
	probe.KnownOlder = append(probe.KnownOlder, older.RemoteID)
	s.wantAbsent(t, probe, true)
}

// checkFindFails: a reading that failed says nothing.
func checkFindFails(t testing.TB, h Harness) {
	t.Helper()
	for _, f := range []simulator.Fault{
		{Effect: simulator.EffectStatus, Status: http.StatusInternalServerError},
		{Effect: simulator.EffectGarbage},
		{Effect: simulator.EffectTruncate, After: true},
		{Effect: simulator.EffectReset},
	} {
		s := h.open(t)
		tried := s.try(t.Context(), t, h.message("fails", "Un texte.", 0), s.lose(t))
		f.Operation, f.Times = "read", -1
		s.net.Plan(t, f)
		finding, err := s.find(t, tried.probe)
		if err == nil && finding.Receipt == nil && finding.Trustworthy {
			t.Errorf("%s: a reading that failed counts as a clean one", f.Effect)
		}
		if err != nil && kindOf(err) != channels.Temporary {
			t.Errorf("%s: kind %q, want %q: %v", f.Effect, kindOf(err), channels.Temporary, err)
		}
	}
}
