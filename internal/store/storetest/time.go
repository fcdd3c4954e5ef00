package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// tooLate is what is said of what an outage made too late.
func tooLate() post.Failure {
	return post.Failure{Kind: "temporary", Code: "missed", Message: "Trop tard.", NextStep: "Choisissez une heure."}
}

func (w *World) present(t testing.TB, now time.Time) *post.Outage {
	t.Helper()
	_, outage, err := w.Store.Present(t.Context(), now, tooLate())
	Must(t, err)
	return outage
}

func testOutage(t *testing.T, w *World) {
	s, from := w.Store, w.Now
	to := from.Add(3 * time.Hour)
	few, many, crisis := w.Channels[0], w.Channels[1], w.AddChannel(t)
	if w.present(t, from) != nil || w.present(t, from.Add(-time.Minute)) != nil {
		t.Fatal("a first sign of life is no outage, nor is one that comes late")
	}
	if w.present(t, from.Add(-post.OutageAfter)) != nil || w.present(t, from.Add(post.OutageAfter)) != nil {
		t.Fatal("five minutes are no outage")
	}
	from = from.Add(post.OutageAfter)

	var some, held []string
	tooLateOne := w.Scheduled(t, from.Add(time.Minute), few)
	for i := range post.OutageBurst - 1 {
		some = append(some, w.Scheduled(t, to.Add(time.Duration(i-10)*time.Minute), few).ID)
	}
	older := w.Scheduled(t, from.Add(-time.Minute), few)
	for i := range post.OutageBurst + 1 {
		held = append(held, w.Scheduled(t, to.Add(time.Duration(-i)*time.Minute), many).ID)
	}
	coming := w.Scheduled(t, to.Add(time.Second), many)
	p := w.Draft(post.Scheduled, from.Add(time.Minute), crisis)
	p.Deliveries[0].Lane = post.LaneCrisis
	urgent := w.Save(t, p).Deliveries[0]
	untouched := []post.Delivery{w.Read(t, coming.ID), w.Read(t, urgent.ID)}

	// Of several processes that come back together one settles it.
	outages := make([]*post.Outage, 4)
	mustAll(t, parallel(len(outages), func(i int) (err error) {
		_, outages[i], err = s.Present(t.Context(), to, tooLate())
		return err
	}))
	outages = slices.DeleteFunc(outages, func(o *post.Outage) bool { return o == nil })
	if len(outages) != 1 {
		t.Fatalf("%d processes settled the outage", len(outages))
	}
	got := outages[0]
	for _, list := range [][]string{got.Missed, got.Held, got.Spaced, some, held} {
		slices.Sort(list)
	}
	late := []string{tooLateOne.ID, older.ID}
	slices.Sort(late)
	same(t, *got, post.Outage{From: from, To: to, Missed: late, Held: held, Spaced: some})

	missed := w.Read(t, tooLateOne.ID)
	want := tooLate()
	if missed.State != post.Missed || !missed.NextAt.IsZero() {
		t.Errorf("too late: %+v", missed)
	}
	same(t, missed.Failure, &want)
	for _, id := range held {
		if d := w.Read(t, id); d.State != post.Held || d.HoldReason != post.HoldReview || !d.NextAt.IsZero() {
			t.Errorf("held: %+v", d)
		}
	}
	var times []time.Time
	for _, id := range some {
		times = append(times, w.Read(t, id).NextAt)
	}
	slices.SortFunc(times, time.Time.Compare)
	for i, at := range times {
		if !at.Equal(to.Add(time.Duration(i) * post.Spacing)) {
			t.Errorf("the %d. of few leaves at %s", i, at)
		}
	}
	for _, d := range untouched {
		same(t, w.Read(t, d.ID), d)
	}
	if w.present(t, to.Add(time.Second)) != nil {
		t.Error("an outage is settled once")
	}
}

// What is late by minutes leaves no sooner than a minute after the lane's last
// post; what is punctual, and a crisis, does not wait for it.
func testSpacing(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	c := w.Channels[0]
	claim := func(lane post.Lane, at time.Time) string {
		t.Helper()
		due, err := s.LaneHasDue(ctx, c.ID, lane, at)
		Must(t, err)
		got, err := s.ClaimPublish(ctx, c.ID, lane, "one", at, at.Add(time.Minute))
		Must(t, err)
		if due != (got != nil) {
			t.Errorf("at %s: the lane has something due: %v; claimed %+v", at, due, got)
		}
		if got == nil {
			return ""
		}
		d := &got.Delivery
		n, err := s.BeginAttempt(ctx, d.ID, d.Epoch, at, d.Fingerprint)
		Must(t, err)
		Must(t, s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Sent, At: at, SentAt: at, Number: n}))
		return d.ID
	}
	late := []post.Delivery{
		w.Scheduled(t, now.Add(-time.Hour), c), w.Scheduled(t, now.Add(-30*time.Minute), c), w.Scheduled(t, now.Add(-post.Late), c),
	}
	if got := claim(lane, now); got != late[0].ID {
		t.Errorf("first: %q", got)
	}
	if got := claim(lane, now.Add(time.Second)); got != "" {
		t.Errorf("a second later: %q", got)
	}
	// Another lane of the account, and another account, do not wait.
	other := w.Scheduled(t, now.Add(-time.Hour), w.Channels[1])
	if got := w.Claim(t, w.Channels[1], "one"); got.Delivery.ID != other.ID {
		t.Errorf("another account: %+v", got)
	}
	p := w.Draft(post.Scheduled, now.Add(-time.Hour), c)
	p.Deliveries[0].Lane = post.LaneCrisis
	w.Save(t, p)
	p = w.Draft(post.Scheduled, now.Add(-time.Hour), c)
	p.Deliveries[0].Lane = post.LaneCrisis
	w.Save(t, p)
	if claim(post.LaneCrisis, now.Add(time.Second)) == "" || claim(post.LaneCrisis, now.Add(2*time.Second)) == "" {
		t.Error("a crisis waits")
	}
	punctual := w.Scheduled(t, now.Add(20*time.Second), c)
	if got := claim(lane, now.Add(20*time.Second)); got != punctual.ID {
		t.Errorf("punctual: %q", got)
	}
	for i, at := range []time.Duration{80 * time.Second, 140 * time.Second} {
		if got := claim(lane, now.Add(at-time.Millisecond)); got != "" {
			t.Errorf("too soon after the last: %q", got)
		}
		if got := claim(lane, now.Add(at)); got != late[i+1].ID {
			t.Errorf("%d. after a minute: %q", i, got)
		}
	}
}

func testReview(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	c, other := w.Channels[0], w.Channels[1]
	hold := func(c post.Channel, due time.Time, reason post.HoldReason) string {
		t.Helper()
		d := w.Scheduled(t, due, c)
		_, err := s.Transition(ctx, w.Commune.ID, d.ID, []post.State{post.Scheduled}, post.Held, store.Change{Hold: reason, Now: now})
		Must(t, err)
		return d.ID
	}
	var ids []string
	for i := range 4 {
		ids = append(ids, hold(c, now.Add(time.Duration(i-60)*time.Minute), post.HoldReview))
	}
	restored := hold(other, now.Add(-70*time.Minute), post.HoldRecovery)
	coming := hold(other, now.Add(time.Hour), post.HoldReview)
	hold(other, now.Add(-time.Hour), post.HoldCrisis)
	stranger := NewWorld(t, s, 1)
	theirs := stranger.Scheduled(t, now, stranger.Channels[0])
	_, err := s.Transition(ctx, stranger.Commune.ID, theirs.ID, []post.State{post.Scheduled}, post.Held, store.Change{Hold: post.HoldReview})
	Must(t, err)

	list := func() (all []string) {
		t.Helper()
		items, err := s.Review(ctx, w.Commune.ID)
		Must(t, err)
		for _, item := range items {
			if item.Title != "Brocante d’été" || item.Delivery.State != post.Held {
				t.Errorf("item %+v", item)
			}
			all = append(all, item.Delivery.ID)
		}
		return all
	}
	same(t, list(), append(append([]string{restored}, ids...), coming))

	// Something of the channel has just left, and something leaves soon.
	w.Scheduled(t, now, c)
	sent := w.Claim(t, c, "one").Delivery
	n, err := s.BeginAttempt(ctx, sent.ID, sent.Epoch, now, sent.Fingerprint)
	Must(t, err)
	Must(t, s.Finish(ctx, sent.ID, sent.Epoch, store.Result{From: post.Sending, To: post.Sent, At: now, SentAt: now, Number: n}))
	w.Scheduled(t, now.Add(150*time.Second), c)

	at := now.Add(30 * time.Second)
	Must(t, s.DecideReview(ctx, w.Commune.ID, []string{ids[2], ids[0], ids[1], coming, theirs.ID, "none"}, []string{ids[3], theirs.ID}, at))
	same(t, list(), []string{restored})
	for i, after := range []time.Duration{60 * time.Second, 210 * time.Second, 270 * time.Second} {
		d := w.Read(t, ids[i])
		if d.State != post.Scheduled || !d.NextAt.Equal(now.Add(after)) || !d.DueAt.Equal(d.NextAt) || d.HoldReason != "" {
			t.Errorf("the %d. released leaves after %s (%+v)", i, d.NextAt.Sub(now), d)
		}
	}
	if d := w.Read(t, ids[3]); d.State != post.Cancelled {
		t.Errorf("cancelled: %+v", d)
	}
	if d := w.Read(t, coming); d.State != post.Scheduled || !d.NextAt.Equal(now.Add(time.Hour)) {
		t.Errorf("an hour that is still to come is kept: %+v", d)
	}
	if d := stranger.Read(t, theirs.ID); d.State != post.Held {
		t.Errorf("another commune's: %+v", d)
	}
	Must(t, s.DecideReview(ctx, w.Commune.ID, []string{ids[3]}, []string{ids[0]}, at))
	if a, b := w.Read(t, ids[3]).State, w.Read(t, ids[0]).State; a != post.Cancelled || b != post.Scheduled {
		t.Errorf("what is no longer held was changed: %s, %s", a, b)
	}
}

func testLedgerClock(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	w.present(t, now)
	jumped := now.Add(24 * time.Hour)
	for i, want := range []bool{true, false} {
		begun, err := s.PauseClock(ctx, jumped.Add(time.Duration(i)*time.Second), time.Duration(24+i)*time.Hour)
		Must(t, err)
		if begun != want {
			t.Errorf("%d. pause: begun %v", i, begun)
		}
	}
	if w.present(t, jumped) != nil {
		t.Error("a wrong clock shows an outage")
	}
	there, err := s.Dispatching(ctx)
	Must(t, err)
	same(t, there, store.Dispatching{AliveAt: now, Clock: post.ClockState{Paused: true, Since: jumped, Jump: 24 * time.Hour}})

	// What was done by the wrong time.
	c := w.Channels[0]
	w.Now = jumped
	doubtful := w.Unknown(t, c, jumped.Add(5*time.Second))
	p := w.Draft(post.Scheduled, jumped, c)
	p.Schedule.Mode = post.ModeNow
	urgent := w.Save(t, p).Deliveries[0]
	planned := w.Scheduled(t, jumped.Add(time.Hour), c)
	w.Scheduled(t, jumped, w.Channels[1])
	leased := w.Claim(t, w.Channels[1], "gone").Delivery

	back := now.Add(10 * time.Minute)
	for _, want := range []bool{true, false} {
		ended, err := s.TrustClock(ctx, back)
		Must(t, err)
		if ended != want {
			t.Errorf("ended %v, want %v", ended, want)
		}
	}
	if d := w.Read(t, doubtful.ID); !d.NextAt.Equal(back) || d.CleanReads != 0 {
		t.Errorf("in doubt: %+v", d)
	}
	if d := w.Read(t, urgent.ID); !d.NextAt.Equal(back) || !d.DueAt.Equal(back) {
		t.Errorf("said to leave now: %+v", d)
	}
	if d := w.Read(t, planned.ID); !d.NextAt.Equal(jumped.Add(time.Hour)) {
		t.Errorf("planned: %+v", d)
	}
	if d := w.Read(t, leased.ID); d.LeaseUntil.After(back.Add(time.Minute)) {
		t.Errorf("a claim that nobody holds any more: %+v", d)
	}
	// The pause was a time without dispatching.
	if w.present(t, back) == nil {
		t.Error("what came due during the pause was not settled")
	}
	_, err = s.PauseClock(ctx, now, -time.Hour)
	Must(t, err)
	_, err = s.TrustClock(ctx, now)
	Must(t, err)
	there, err = s.Dispatching(ctx)
	Must(t, err)
	same(t, there, store.Dispatching{AliveAt: now})
}
