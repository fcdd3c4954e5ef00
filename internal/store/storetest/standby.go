package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// testStandby brings an alert that left while the ledger was away.
func testStandby(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	left, unclear := w.Channels[0], w.Channels[1]
	waiting := w.Scheduled(t, now.Add(time.Hour), left)
	at := now.Add(-time.Minute).UTC().Truncate(time.Millisecond)
	b, p := w.Alert(post.BroadcastActive, at, left, unclear)
	for i := range p.Deliveries {
		p.Deliveries[i].State, p.Deliveries[i].NextAt = post.Unknown, time.Time{}
	}
	entry := w.Entry("broadcast.opened", b.ID)
	entry.At = at

	t.Run("a delivery that may have left never waits for a worker", func(t *testing.T) {
		bad := p
		bad.Deliveries = slices.Clone(p.Deliveries)
		bad.Deliveries[0].NextAt = now
		if _, err := s.BringBroadcast(ctx, b, bad, entry); err == nil {
			t.Error("it was taken")
		}
	})
	saved, err := s.BringBroadcast(ctx, b, p, entry)
	Must(t, err)
	if saved.Number == 0 || saved.Held != 1 || !saved.OpenedAt.Equal(at) {
		t.Errorf("%+v", saved)
	}
	if d, err := s.Delivery(ctx, w.Commune.ID, waiting.ID); err != nil || d.State != post.Held || d.HoldReason != post.HoldCrisis {
		t.Errorf("what waited is %s (%v)", d.State, err)
	}
	if _, err := s.BringBroadcast(ctx, b, p, entry); !errors.Is(err, post.ErrConflict) {
		t.Errorf("brought twice: %v", err)
	}
	if log, err := s.RegisterOf(ctx, w.Commune.ID, b.ID); err != nil || len(log) != 1 || !log[0].At.Equal(at) {
		t.Errorf("register: %+v (%v)", log, err)
	}
	for _, ch := range w.Channels {
		if claim, err := s.ClaimPublish(ctx, ch.ID, post.LaneCrisis, "w", now, now.Add(time.Minute)); err != nil || claim != nil {
			t.Errorf("a worker got %+v (%v)", claim, err)
		}
	}
	interrupted := func(string) post.Failure { return post.Failure{Kind: "unknown"} }
	calls := []store.SentAttempt{
		{DeliveryID: p.Deliveries[0].ID, CreatingAt: at, Fingerprint: p.Deliveries[0].Fingerprint, Outcome: post.OutcomeAccepted, EndedAt: at.Add(time.Second), RemoteID: "r1"},
		{DeliveryID: p.Deliveries[1].ID, CreatingAt: at, Fingerprint: p.Deliveries[1].Fingerprint},
	}
	for range 2 { // told twice, counted once
		for _, call := range calls {
			_, err := s.RecoverAttempt(ctx, call, now, interrupted)
			Must(t, err)
		}
	}
	Must(t, s.CountResend(ctx, p.Deliveries[1].ID))
	after, err := s.Broadcast(ctx, w.Commune.ID, b.ID)
	Must(t, err)
	said := after.Messages[0].Deliveries
	first := slices.IndexFunc(said, func(d post.Delivery) bool { return d.ID == p.Deliveries[0].ID })
	if d := said[first]; d.State != post.Sent || d.RemoteID != "r1" || !d.SentAt.Equal(at.Add(time.Second)) || d.Attempts != 1 {
		t.Errorf("sent: %+v", d)
	}
	if d := said[1-first]; d.State != post.Unknown || d.NextAt.IsZero() || d.Attempts != 1 || d.Resends != 1 {
		t.Errorf("unclear: %+v", d)
	}

	m, q := w.Message(&after, 2, post.MessageEnd, at.Add(time.Minute), left)
	q.Deliveries[0].State, q.Deliveries[0].NextAt = post.Failed, time.Time{}
	if after, err = s.BringMessage(ctx, w.Commune.ID, m, q, w.Entry("broadcast.ended", b.ID)); err != nil || after.Status != post.BroadcastEnded {
		t.Errorf("%s (%v)", after.Status, err)
	}

	Must(t, s.ProbeWrite(ctx))
	c, err := s.StandbyCopy(ctx, now)
	Must(t, err)
	if c.Numbers[w.Commune.ID][saved.Year] != saved.Number {
		t.Errorf("numbers: %+v", c.Numbers)
	}
	if !slices.ContainsFunc(c.Channels, func(ch post.Channel) bool { return ch.ID == left.ID }) {
		t.Error("the copy has no channels")
	}
	for i := range c.Users {
		if u := &c.Users[i]; !u.MayAlert() {
			t.Errorf("the copy has %s, who may not alert", u.Email)
		}
	}
}
