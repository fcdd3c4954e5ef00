package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// testHeldMeanwhile walks every way in which an ordinary delivery comes to wait
// for a worker: while an alert is open, each ends in "held".
func testHeldMeanwhile(t *testing.T, w *World) {
	ctx, s, now, commune := t.Context(), w.Store, w.Now, w.Commune.ID
	spare := w.AddChannel(t)
	want := func(what, id string) {
		t.Helper()
		if got := w.Read(t, id); got.State != post.Held || got.HoldReason != post.HoldCrisis || !got.NextAt.IsZero() || got.Failure != nil {
			t.Errorf("%s: %s (%q), next %v, %+v", what, got.State, got.HoldReason, got.NextAt, got.Failure)
		}
	}
	// What is under way when it is raised, each on a channel of its own.
	c := []post.Channel{w.AddChannel(t), w.AddChannel(t), w.AddChannel(t), w.AddChannel(t)}
	begun := func(i int) (*store.Claim, int) {
		t.Helper()
		w.Scheduled(t, now, c[i])
		return w.Begun(t, c[i], false)
	}
	stopped, stoppedN := begun(0)
	cutOff, _ := begun(1)
	absent := w.Unknown(t, c[2], now)
	out, outN := begun(3)
	Must(t, s.Creating(ctx, out.Delivery.ID, out.Delivery.Epoch, outN, now))
	draft := w.Save(t, w.Draft(post.Draft, now.Add(time.Hour), spare))
	awaiting := w.Save(t, w.Draft(post.AwaitingApproval, now.Add(time.Hour), spare))
	failed := w.Save(t, w.Draft(post.Failed, now, spare)).Deliveries[0]
	review := w.Scheduled(t, now, spare)
	_, err := s.Transition(ctx, commune, review.ID, []post.State{post.Scheduled}, post.Held, store.Change{Hold: post.HoldReview, Now: now})
	Must(t, err)

	b, p := w.Alert(post.BroadcastActive, now, spare)
	saved := w.Raise(t, b, p)

	wantErr(t, s.Creating(ctx, stopped.Delivery.ID, stopped.Delivery.Epoch, stoppedN, now), store.ErrHeldBack)
	Must(t, s.Finish(ctx, stopped.Delivery.ID, stopped.Delivery.Epoch, store.Result{
		From: post.Sending, To: post.Retrying, Number: stoppedN, At: now, NextAt: now, Failure: &post.Failure{Kind: "temporary", Code: "x"},
	}))
	want("stopped at its creating call", stopped.Delivery.ID)
	if a := w.ReadAttempts(t, stopped.Delivery.ID); len(a) != 1 || a[0].Outcome != post.OutcomeNotSent || !a[0].CreatingAt.IsZero() {
		t.Errorf("its attempt: %+v", a)
	}
	// What passed before stays what it is.
	Must(t, s.Finish(ctx, out.Delivery.ID, out.Delivery.Epoch, store.Result{From: post.Sending, To: post.Sent, Number: outN, At: now}))
	if got := w.Read(t, out.Delivery.ID).State; got != post.Sent {
		t.Errorf("what was out is %s", got)
	}
	settled, err := s.ExpiredLeases(ctx, now.Add(time.Hour), 10, func(string) post.Failure { return post.Failure{} })
	Must(t, err)
	if len(settled) != 1 || settled[0].To != post.Held {
		t.Errorf("%+v", settled)
	}
	want("its worker died", cutOff.Delivery.ID)
	reading, err := s.ClaimReconcile(ctx, c[2].ID, lane, "w", now, now.Add(time.Minute))
	Must(t, err)
	if reading == nil || reading.Delivery.ID != absent.ID {
		t.Fatal("an unknown outcome is not read while an alert is open")
	}
	Must(t, s.Finish(ctx, absent.ID, reading.Delivery.Epoch, store.Result{From: post.Reconciling, To: post.Retrying, Outcome: post.OutcomeNotSent, Resend: true, At: now, NextAt: now}))
	want("proved absent", absent.ID)

	fresh := w.Save(t, w.Draft(post.Scheduled, now, spare, c[0]))
	want("saved", fresh.Deliveries[0].ID)
	want("saved, its second channel", fresh.Deliveries[1].ID)
	draft.Deliveries[0].State, draft.Deliveries[0].NextAt = post.Scheduled, now
	draft.Deliveries = append(draft.Deliveries, w.Delivery(&draft, post.Scheduled, now, c[1]))
	Must(t, s.UpdatePost(ctx, draft, 1))
	want("a draft is scheduled", draft.Deliveries[0].ID)
	want("a channel is added", draft.Deliveries[1].ID)
	_, err = s.ApprovePost(ctx, commune, awaiting.ID)
	Must(t, err)
	want("approved", awaiting.Deliveries[0].ID)
	_, err = s.RetryByPerson(ctx, commune, failed.ID, now)
	Must(t, err)
	want("tried again by a person", failed.ID)
	Must(t, s.DecideReview(ctx, commune, []string{review.ID}, nil, now))
	want("released after an outage", review.ID)

	for _, ch := range append(c, spare) {
		due, err := s.LaneHasDue(ctx, ch.ID, lane, now.Add(time.Hour))
		Must(t, err)
		claim, err := s.ClaimPublish(ctx, ch.ID, lane, "w", now.Add(time.Hour), now.Add(2*time.Hour))
		Must(t, err)
		if due || claim != nil {
			t.Errorf("something ordinary is due: %v, %+v", due, claim)
		}
	}
	lanes, err := s.DueLanes(ctx, now.Add(24*time.Hour), time.Hour, time.Second, 0)
	Must(t, err)
	for _, l := range lanes {
		if l.Lane == post.LaneOrdinary && l.CommuneID == commune && l.Work == store.WorkPublish {
			t.Errorf("a held lane is rung: %+v", l)
		}
	}
	troubles, err := s.ChannelTroubles(ctx, now.Add(24*time.Hour), now.Add(24*time.Hour))
	Must(t, err)
	for _, trouble := range troubles {
		if slices.ContainsFunc(c, func(ch post.Channel) bool { return ch.ID == trouble.ChannelID }) {
			t.Errorf("people are told of what is held: %+v", trouble)
		}
	}
	w.End(t, saved, spare)
}
