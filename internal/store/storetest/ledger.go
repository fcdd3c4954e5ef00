package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

func testDue(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	one, two := w.Channels[0], w.Channels[1]
	w.Scheduled(t, now.Add(2*time.Second), one)
	w.Scheduled(t, now.Add(time.Second), one)
	w.Scheduled(t, now.Add(10*time.Second), two)
	w.Save(t, w.Draft(post.Draft, now, two))
	w.Save(t, w.Draft(post.Unknown, now.Add(-time.Second), two))
	w.Save(t, w.Draft(post.Held, now, two))

	lanes := func(at time.Time) []store.LaneDue {
		t.Helper()
		all, err := s.DueLanes(ctx, at, 3*time.Second, 5*time.Second, 0)
		Must(t, err)
		return all
	}
	due := func(c post.Channel, work store.Work, at time.Time) store.LaneDue {
		return store.LaneDue{CommuneID: w.Commune.ID, ChannelID: c.ID, Lane: lane, Work: work, At: at}
	}
	next := func(after, want time.Time) {
		t.Helper()
		at, ok, err := s.NextDue(ctx, after)
		Must(t, err)
		if !ok || !at.Equal(want) {
			t.Errorf("next after %v: got %v, %v, want %v", after, at, ok, want)
		}
	}
	next(now.Add(3*time.Second), now.Add(10*time.Second))
	next(now, now.Add(time.Second))
	same(t, lanes(now), []store.LaneDue{
		due(two, store.WorkReconcile, now.Add(-time.Second)),
		due(one, store.WorkPublish, now.Add(time.Second)),
	})
	if again := lanes(now); len(again) > 0 {
		t.Errorf("rung twice: %v", again)
	}
	next(now.Add(3*time.Second), now.Add(8*time.Second)) // the unknown one again
	next(now.Add(9*time.Second), now.Add(10*time.Second))
	if _, ok, err := s.NextDue(ctx, now.Add(10*time.Second)); ok || err != nil {
		t.Errorf("next due after all: got %v, %v", ok, err)
	}
	// Nobody took the unknown one, which was due first: it is rung for again.
	same(t, lanes(now.Add(5*time.Second)), []store.LaneDue{due(two, store.WorkReconcile, now.Add(-time.Second))})
	// And later the others, from their own hour.
	same(t, lanes(now.Add(7*time.Second)), []store.LaneDue{
		due(one, store.WorkPublish, now.Add(time.Second)),
		due(two, store.WorkPublish, now.Add(10*time.Second)),
	})

	at, ok, err := s.OldestDue(ctx, now.Add(time.Minute))
	Must(t, err)
	if !ok || !at.Equal(now.Add(-time.Second)) {
		t.Errorf("oldest due: got %v, %v", at, ok)
	}
	if _, ok, err := s.OldestDue(ctx, now.Add(-time.Minute)); ok || err != nil {
		t.Errorf("oldest due before all: got %v, %v", ok, err)
	}
	counts, err := s.Counts(ctx)
	Must(t, err)
	same(t, counts, map[post.State]int{post.Scheduled: 3, post.Draft: 1, post.Unknown: 1, post.Held: 1})

	t.Run("limit", func(t *testing.T) {
		for i := range 7 {
			w.Scheduled(t, now.Add(time.Hour+time.Duration(i)*time.Millisecond), w.AddChannel(t))
		}
		later := now.Add(time.Hour)
		first, err := s.DueLanes(ctx, later, time.Second, time.Minute, 4)
		Must(t, err)
		second, err := s.DueLanes(ctx, later, time.Second, time.Minute, 100)
		Must(t, err)
		if len(first) == 0 || len(first) > 4 {
			t.Errorf("looked at %d lanes, want 1 to 4", len(first))
		}
		for _, l := range second {
			if l.At.After(later) && slices.Contains(first, l) {
				t.Errorf("rung twice: %v", l)
			}
		}
	})
	t.Run("several dispatchers", func(t *testing.T) {
		const rows = 300
		channels := make([]post.Channel, 3)
		for i := range channels {
			channels[i] = w.AddChannel(t)
		}
		at := now.Add(5 * time.Hour)
		p := make([]post.Post, 0, rows)
		for i := range rows {
			p = append(p, w.Draft(post.Scheduled, at, channels[i%len(channels)]))
		}
		mustAll(t, parallel(rows, func(i int) error { return s.CreatePost(ctx, p[i]) }))
		// Each marks every row once: nothing is left after all have passed.
		mustAll(t, parallel(4, func(int) error {
			_, err := s.DueLanes(ctx, at, 0, time.Hour, 50)
			return err
		}))
		for {
			all, err := s.DueLanes(ctx, at, 0, time.Hour, 50)
			Must(t, err)
			if len(all) == 0 {
				break
			}
		}
	})
}

func testClaim(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	c := w.Channels[0]
	claim := func() *store.Claim {
		t.Helper()
		got, err := s.ClaimPublish(ctx, c.ID, lane, "one", now, now.Add(time.Minute))
		Must(t, err)
		return got
	}
	hasDue := func(want bool) {
		t.Helper()
		if got, err := s.LaneHasDue(ctx, c.ID, lane, now); err != nil || got != want {
			t.Fatalf("the lane has something due: %v, %v; want %v", got, err, want)
		}
	}
	hasDue(false)
	if got := claim(); got != nil {
		t.Fatalf("claimed %+v of nothing", got)
	}
	w.Scheduled(t, now.Add(time.Millisecond), c)
	hasDue(false)
	if got := claim(); got != nil {
		t.Fatal("claimed before its hour")
	}
	later := w.Scheduled(t, now.Add(-time.Second), c)
	hasDue(true)
	first := w.Scheduled(t, now.Add(-time.Minute), c)
	got := claim()
	if got == nil || got.Delivery.ID != first.ID {
		t.Fatalf("claimed %+v, want the one that was due first", got)
	}
	want := w.Read(t, first.ID)
	same(t, got.Delivery, want)
	same(t, *got, store.Claim{Delivery: want, From: post.Scheduled})
	if want.State != post.Sending || want.Epoch != 1 || want.Claims != 1 || want.ClaimedBy != "one" || !want.LeaseUntil.Equal(now.Add(time.Minute)) {
		t.Errorf("claimed row: %+v", want)
	}
	if got := claim(); got != nil {
		t.Fatal("two in flight in one lane")
	}
	if got, err := s.ClaimPublish(ctx, c.ID, post.LaneCrisis, "one", now, now.Add(time.Minute)); err != nil || got != nil {
		t.Fatalf("a crisis lane took ordinary work: %v, %v", got, err)
	}
	crisis := w.Draft(post.Scheduled, now, c)
	crisis.Deliveries[0].Lane = post.LaneCrisis
	w.Save(t, crisis)
	if got, err := s.ClaimPublish(ctx, c.ID, post.LaneCrisis, "one", now, now.Add(time.Minute)); err != nil || got == nil {
		t.Fatalf("a crisis waits behind ordinary work: %v, %v", got, err)
	}
	Must(t, s.Finish(ctx, first.ID, got.Delivery.Epoch, store.Result{From: post.Sending, To: post.Missed, At: now}))
	if got := claim(); got == nil || got.Delivery.ID != later.ID {
		t.Fatalf("claimed %+v, want the next", got)
	}

	t.Run("history", func(t *testing.T) {
		c := w.AddChannel(t)
		w.Scheduled(t, now, c)
		claim, n := w.Begun(t, c, false)
		d := &claim.Delivery
		step := post.Step{Kind: post.StepUpload, Position: 2, RemoteID: "media-2", ExpiresAt: now.Add(time.Hour), At: now}
		Must(t, s.SaveStep(ctx, d.ID, d.Epoch, step))
		Must(t, s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Retrying, At: now, Number: n, NextAt: now}))
		again := w.Claim(t, c, "two")
		if again.From != post.Retrying {
			t.Errorf("found %s, want retrying", again.From)
		}
		same(t, again.Steps, []post.Step{step})
		same(t, again.Attempts, w.ReadAttempts(t, d.ID))
		if len(again.Attempts) != 1 || again.Attempts[0].Outcome != post.OutcomeNotSent {
			t.Errorf("attempts: %+v", again.Attempts)
		}
	})
	t.Run("one of twenty", func(t *testing.T) {
		c := w.AddChannel(t)
		for range 5 {
			w.Scheduled(t, now, c)
		}
		for round := range 5 {
			claims := make([]*store.Claim, 20)
			mustAll(t, parallel(20, func(i int) (err error) {
				claims[i], err = s.ClaimPublish(ctx, c.ID, lane, "racer", now, now.Add(time.Minute))
				return err
			}))
			claims = slices.DeleteFunc(claims, func(c *store.Claim) bool { return c == nil })
			if len(claims) != 1 {
				t.Fatalf("round %d: %d workers hold the lane, want 1", round, len(claims))
			}
			d := &claims[0].Delivery
			Must(t, s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Missed, At: now}))
		}
	})
	t.Run("many lanes", func(t *testing.T) {
		const lanes, each = 6, 4
		var ids []string
		for range lanes {
			c := w.AddChannel(t)
			for range each {
				w.Scheduled(t, now, c)
			}
			ids = append(ids, c.ID)
		}
		claimed := make(chan string, lanes*each)
		mustAll(t, parallel(20, func(i int) error {
			for turn := range lanes * each * 3 {
				claim, err := s.ClaimPublish(ctx, ids[(i+turn)%lanes], lane, "racer", now, now.Add(time.Minute))
				if err != nil {
					return err
				}
				if claim == nil {
					continue
				}
				claimed <- claim.Delivery.ID
				if err := s.Finish(ctx, claim.Delivery.ID, claim.Delivery.Epoch, store.Result{From: post.Sending, To: post.Missed, At: now}); err != nil {
					return err
				}
			}
			return nil
		}))
		close(claimed)
		times := map[string]int{}
		for id := range claimed {
			times[id]++
		}
		for id, n := range times {
			if n != 1 {
				t.Errorf("%s was claimed %d times", id, n)
			}
		}
		if len(times) != lanes*each {
			t.Errorf("%d deliveries were claimed, want %d", len(times), lanes*each)
		}
	})
	t.Run("to reconcile", func(t *testing.T) {
		c := w.AddChannel(t)
		first, second := w.Unknown(t, c, now), w.Unknown(t, c, now.Add(time.Second))
		asleep := w.Unknown(t, c, time.Time{})
		if !asleep.NeedsPerson() {
			t.Error("without a next look, only a person can settle it")
		}
		at := now.Add(time.Minute)
		var got []string
		for {
			claim, err := s.ClaimReconcile(ctx, c.ID, lane, "reader", at, at.Add(time.Minute))
			Must(t, err)
			if claim == nil {
				break
			}
			if claim.From != post.Unknown || claim.Delivery.State != post.Reconciling || len(claim.Attempts) != 1 {
				t.Errorf("claim: %+v", claim)
			}
			got = append(got, claim.Delivery.ID)
		}
		same(t, got, []string{first.ID, second.ID})
	})
}

func testAttempt(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	c := w.Channels[0]
	w.Scheduled(t, now, c)
	claim := w.Claim(t, c, "one")
	d := &claim.Delivery
	n, err := s.BeginAttempt(ctx, d.ID, d.Epoch, now, "print")
	Must(t, err)
	same(t, w.ReadAttempts(t, d.ID), []post.Attempt{{DeliveryID: d.ID, Number: n, Epoch: d.Epoch, StartedAt: now}})
	if n != 1 || w.Read(t, d.ID).Attempts != 1 {
		t.Errorf("number %d, counted %d, want 1", n, w.Read(t, d.ID).Attempts)
	}
	wantErr(t, s.Creating(ctx, d.ID, d.Epoch, n+1, now), post.ErrStale)
	Must(t, s.Creating(ctx, d.ID, d.Epoch, n, now.Add(time.Second)))
	wantErr(t, s.Creating(ctx, d.ID, d.Epoch, n, now.Add(time.Minute)), post.ErrStale)
	same(t, w.ReadAttempts(t, d.ID), []post.Attempt{{DeliveryID: d.ID, Number: n, Epoch: d.Epoch, StartedAt: now, CreatingAt: now.Add(time.Second)}})

	// Rule A: nothing is tried again while an outcome is open.
	_, err = s.BeginAttempt(ctx, d.ID, d.Epoch, now, "print")
	wantErr(t, err, post.ErrConflict)
	if got := len(w.ReadAttempts(t, d.ID)); got != 1 {
		t.Errorf("%d attempts, want 1", got)
	}
	if got := w.Read(t, d.ID).Attempts; got != 1 {
		t.Errorf("a refused attempt was counted: %d", got)
	}

	step := post.Step{Kind: post.StepContainer, Position: 0, RemoteID: "a", At: now}
	Must(t, s.SaveStep(ctx, d.ID, d.Epoch, step))
	step.RemoteID, step.ExpiresAt = "b", now.Add(time.Hour)
	Must(t, s.SaveStep(ctx, d.ID, d.Epoch, step))
	Must(t, s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Retrying, At: now, Number: n, NextAt: now}))
	same(t, w.Claim(t, c, "two").Steps, []post.Step{step})
}

func testFencing(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	c := w.Channels[0]
	w.Scheduled(t, now, c)
	old, n := w.Begun(t, c, false)
	d := &old.Delivery
	settled, err := s.ExpiredLeases(ctx, now.Add(2*time.Minute), 10, interrupted)
	Must(t, err)
	if len(settled) != 1 {
		t.Fatalf("settled %+v", settled)
	}
	calls := map[string]func(epoch int64) error{
		"begin":    func(e int64) error { _, err := s.BeginAttempt(ctx, d.ID, e, now, "f"); return err },
		"creating": func(e int64) error { return s.Creating(ctx, d.ID, e, n, now) },
		"step":     func(e int64) error { return s.SaveStep(ctx, d.ID, e, post.Step{Kind: post.StepUpload, RemoteID: "x"}) },
		"finish": func(e int64) error {
			return s.Finish(ctx, d.ID, e, store.Result{From: post.Sending, To: post.Sent, Number: n, RemoteID: "x"})
		},
		"finish without a try": func(e int64) error {
			return s.Finish(ctx, d.ID, e, store.Result{From: post.Sending, To: post.Missed})
		},
	}
	check := func(t *testing.T) {
		t.Helper()
		before, attempts := w.Read(t, d.ID), w.ReadAttempts(t, d.ID)
		for name, call := range calls {
			if err := call(d.Epoch); err == nil {
				t.Errorf("%s: a stale worker wrote", name)
			} else {
				wantErr(t, err, post.ErrStale)
			}
		}
		same(t, w.Read(t, d.ID), before)
		same(t, w.ReadAttempts(t, d.ID), attempts)
	}
	t.Run("after it was settled", check)
	w.Now = now.Add(3 * time.Minute)
	again := w.Claim(t, c, "two")
	if again.Delivery.Epoch <= d.Epoch {
		t.Fatalf("epoch %d after %d", again.Delivery.Epoch, d.Epoch)
	}
	t.Run("while another holds it", check)
	w.Now = now

	t.Run("creating against settling", func(t *testing.T) {
		// Whoever is first, the ledger never says "not sent" of what was
		// allowed to leave.
		for range 40 {
			c := w.AddChannel(t)
			w.Scheduled(t, now, c)
			claim, n := w.Begun(t, c, false)
			d := &claim.Delivery
			errs := parallel(2, func(i int) error {
				if i == 0 {
					return s.Creating(ctx, d.ID, d.Epoch, n, now)
				}
				_, err := s.ExpiredLeases(ctx, now.Add(2*time.Minute), 100, interrupted)
				return err
			})
			Must(t, errs[1])
			got := w.Read(t, d.ID).State
			switch {
			case errs[0] == nil && got != post.Unknown && got != post.Sending:
				t.Fatalf("allowed to leave, and the ledger says %s", got)
			case errs[0] != nil:
				wantErr(t, errs[0], post.ErrStale)
				if got != post.Retrying {
					t.Fatalf("not allowed to leave, and the ledger says %s", got)
				}
			}
		}
	})
}

func interrupted(kind string) post.Failure {
	return post.Failure{Kind: "unknown", Code: kind + ".interrupted", Message: "Coupé.", NextStep: "Ouvrez la page."}
}
