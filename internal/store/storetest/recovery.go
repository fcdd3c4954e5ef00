package storetest

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

func testRecovery(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	c := w.Channels[0]
	left := now.Add(-time.Minute)
	attempt := func(d post.Delivery, outcome post.Outcome) store.SentAttempt {
		a := store.SentAttempt{DeliveryID: d.ID, CreatingAt: left, Fingerprint: d.Fingerprint, Outcome: outcome}
		if outcome != post.OutcomeRunning {
			a.EndedAt = left.Add(time.Second)
		}
		if outcome == post.OutcomeAccepted {
			a.RemoteID, a.RemoteURL = "r-"+d.ID, "https://facebook.example/"+d.ID
		}
		return a
	}
	knows := func(t *testing.T, want store.Knowledge, a store.SentAttempt) {
		t.Helper()
		got, err := s.Knows(ctx, []store.SentAttempt{a})
		Must(t, err)
		same(t, got, []store.Knowledge{want})
	}
	mend := func(t *testing.T, a store.SentAttempt) post.Delivery {
		t.Helper()
		d, err := s.RecoverAttempt(ctx, a, now, interrupted)
		Must(t, err)
		same(t, d, w.Read(t, d.ID))
		knows(t, store.Known, a)
		return d
	}

	t.Run("known", func(t *testing.T) {
		d := w.Unknown(t, w.AddChannel(t), now)
		a := attempt(d, post.OutcomeRunning)
		a.CreatingAt = w.ReadAttempts(t, d.ID)[0].CreatingAt
		knows(t, store.Known, a)
		again, err := s.RecoverAttempt(ctx, a, now, interrupted)
		Must(t, err)
		if again.State != post.Unknown || len(w.ReadAttempts(t, d.ID)) != 1 {
			t.Errorf("a known attempt changed the ledger: %+v", again)
		}
	})
	t.Run("absent", func(t *testing.T) {
		a := attempt(post.Delivery{ID: store.NewID()}, post.OutcomeAccepted)
		knows(t, store.Absent, a)
		_, err := s.RecoverAttempt(ctx, a, now, interrupted)
		wantErr(t, err, post.ErrNotFound)
	})
	for _, from := range []post.State{post.Draft, post.AwaitingApproval, post.Scheduled, post.Held, post.Retrying, post.Failed, post.Missed, post.Unknown} {
		t.Run("accepted "+string(from), func(t *testing.T) {
			saved := w.Save(t, w.Draft(from, now, c)).Deliveries[0]
			a := attempt(saved, post.OutcomeAccepted)
			knows(t, store.Forgotten, a)
			d := mend(t, a)
			if d.State != post.Sent || d.RemoteID != a.RemoteID || d.RemoteURL != a.RemoteURL || !d.SentAt.Equal(a.EndedAt) || d.Failure != nil || !d.NextAt.IsZero() {
				t.Errorf("got %+v", d)
			}
			same(t, w.ReadAttempts(t, d.ID), []post.Attempt{{
				DeliveryID: d.ID, Number: 1, Epoch: 1, StartedAt: left, CreatingAt: left, EndedAt: now, Outcome: post.OutcomeAccepted,
			}})
		})
		t.Run("without an end "+string(from), func(t *testing.T) {
			c := w.AddChannel(t)
			d := mend(t, attempt(w.Save(t, w.Draft(from, now, c)).Deliveries[0], post.OutcomeRunning))
			if d.State != post.Unknown || !d.NextAt.Equal(now) || d.Failure == nil {
				t.Errorf("got %+v", d)
			}
			claim, err := s.ClaimReconcile(ctx, c.ID, lane, "reader", now, now.Add(time.Minute))
			Must(t, err)
			if claim == nil || claim.Delivery.ID != d.ID || len(claim.Attempts) != 1 {
				t.Errorf("it is not read back: %+v", claim)
			}
		})
	}
	t.Run("changed since", func(t *testing.T) {
		a := attempt(w.Scheduled(t, now, c), post.OutcomeRunning)
		a.Fingerprint = "what left then"
		if d := mend(t, a); !d.NeedsPerson() {
			t.Errorf("a reading would look for other words: %+v", d)
		}
	})
	t.Run("proved not sent", func(t *testing.T) {
		d := mend(t, attempt(w.Scheduled(t, now, c), post.OutcomeNotSent))
		if d.State != post.Scheduled {
			t.Errorf("got %s", d.State)
		}
	})
	t.Run("cut off before the point of no return", func(t *testing.T) {
		// The backup was made between a claim and its Creating.
		c := w.AddChannel(t)
		w.Scheduled(t, now, c)
		claim, n := w.Begun(t, c, false)
		d := mend(t, attempt(claim.Delivery, post.OutcomeRunning))
		if d.State != post.Unknown {
			t.Fatalf("got %+v", d)
		}
		wantErr(t, s.Creating(ctx, d.ID, claim.Delivery.Epoch, n, now), post.ErrStale)
		wantErr(t, s.Finish(ctx, d.ID, claim.Delivery.Epoch, store.Result{From: post.Sending, To: post.Retrying, Number: n, At: now}), post.ErrStale)
	})
	t.Run("after another unknown attempt", func(t *testing.T) {
		before := w.Unknown(t, w.AddChannel(t), now)
		d := mend(t, attempt(before, post.OutcomeRunning))
		if d.State != post.Unknown || d.Attempts != 2 {
			t.Errorf("got %+v", d)
		}
		all := w.ReadAttempts(t, d.ID)
		if len(all) != 2 || all[0].Outcome != post.OutcomeResolved || all[1].Outcome != post.OutcomeUnknown {
			t.Errorf("attempts: %+v", all)
		}
	})
	t.Run("sent stays sent", func(t *testing.T) {
		c := w.AddChannel(t)
		w.Scheduled(t, now, c)
		claim, n := w.Begun(t, c, true)
		d := &claim.Delivery
		Must(t, s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Sent, Number: n, At: now, RemoteID: "mine"}))
		if got := mend(t, attempt(*d, post.OutcomeRunning)); got.State != post.Sent || got.RemoteID != "mine" {
			t.Errorf("got %+v", got)
		}
	})
}

// Recovery examines holding and the account of recoveries, for which a ledger
// must have no other commune.
func Recovery(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	w := NewWorld(t, s, 2)
	now := w.Now
	c := w.Channels[0]
	identity, err := s.Identity(ctx)
	Must(t, err)
	if identity.ID == "" || !identity.RestoredAt.IsZero() {
		t.Errorf("identity: %+v", identity)
	}
	Must(t, s.Migrate(ctx))
	again, err := s.Identity(ctx)
	Must(t, err)
	same(t, again, identity)

	past, future := w.Scheduled(t, now.Add(-time.Hour), c), w.Scheduled(t, now.Add(time.Hour), c)
	retrying := w.Save(t, w.Draft(post.Retrying, now, c)).Deliveries[0]
	crisis := w.Draft(post.Scheduled, now.Add(-time.Hour), c)
	crisis.Deliveries[0].Lane = post.LaneCrisis
	w.Save(t, crisis)
	held, err := s.HoldForRecovery(ctx, now)
	Must(t, err)
	if len(held) != 2 {
		t.Fatalf("held %d", len(held))
	}
	for _, id := range []string{past.ID, retrying.ID} {
		if d := w.Read(t, id); d.State != post.Held || d.HoldReason != post.HoldRecovery || !d.NextAt.IsZero() {
			t.Errorf("got %+v", d)
		}
	}
	for _, id := range []string{future.ID, crisis.Deliveries[0].ID} {
		if d := w.Read(t, id); d.State != post.Scheduled {
			t.Errorf("got %+v", d)
		}
	}

	none, err := s.LastRecovery(ctx)
	Must(t, err)
	if none != nil {
		t.Errorf("a recovery before the first: %+v", none)
	}
	Must(t, s.BeginRecovery(ctx, "one", store.RecoveryRestore, now))
	running, err := s.LastRecovery(ctx)
	Must(t, err)
	same(t, running, &post.Recovery{StartedAt: now})
	want := post.Recovery{StartedAt: now, EndedAt: now.Add(time.Second), Settled: 3, Held: 2, Absent: 1}
	Must(t, s.EndRecovery(ctx, "one", want))
	last, err := s.LastRecovery(ctx)
	Must(t, err)
	same(t, last, &want)
	ended, err := s.EndedRecoveries(ctx)
	Must(t, err)
	same(t, ended, []string{"one"})
}
