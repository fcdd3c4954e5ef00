package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

func testFinish(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	end := now.Add(3 * time.Second)

	t.Run("the table of transitions", func(t *testing.T) {
		for _, from := range post.States() {
			for _, to := range post.States() {
				err := s.Finish(ctx, store.NewID(), 1, store.Result{From: from, To: to})
				allowed := post.May(from, to) && to != post.Sending && to != post.Reconciling
				if stale := errors.Is(err, post.ErrStale); err == nil || stale != allowed {
					t.Errorf("%s to %s: got %v, allowed %v", from, to, err, allowed)
				}
			}
		}
	})
	t.Run("sent", func(t *testing.T) {
		c := w.AddChannel(t)
		w.Scheduled(t, now, c)
		claim, n := w.Begun(t, c, true)
		d := &claim.Delivery
		Must(t, s.Finish(ctx, d.ID, d.Epoch, store.Result{
			From: post.Sending, To: post.Sent, At: end, Number: n, HTTPStatus: 200, RemoteID: "1_2", RemoteURL: "https://example.org/1", ResetClaims: true,
		}))
		want := *d
		want.State, want.NextAt, want.ClaimedBy, want.LeaseUntil, want.Claims = post.Sent, time.Time{}, "", time.Time{}, 0
		want.Attempts, want.SentAt, want.RemoteID, want.RemoteURL, want.UpdatedAt = 1, end, "1_2", "https://example.org/1", end
		same(t, w.Read(t, d.ID), want)
		same(t, w.ReadAttempts(t, d.ID), []post.Attempt{{
			DeliveryID: d.ID, Number: 1, Epoch: d.Epoch, StartedAt: now, CreatingAt: now.Add(time.Second), EndedAt: end,
			Outcome: post.OutcomeAccepted, HTTPStatus: 200,
		}})
		// Rule D: nothing moves it again.
		for _, to := range post.States() {
			if err := s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: to, Number: n}); err == nil {
				t.Errorf("sent, then %s", to)
			}
		}
		same(t, w.Read(t, d.ID), want)
	})
	t.Run("failure", func(t *testing.T) {
		c := w.AddChannel(t)
		w.Scheduled(t, now, c)
		claim, n := w.Begun(t, c, true)
		d := &claim.Delivery
		f := &post.Failure{Kind: "rejected", Code: "x.1", Message: "Refusé.", NextStep: "Modifiez."}
		Must(t, s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Failed, At: end, Number: n, Failure: f, HTTPStatus: 403}))
		same(t, w.Read(t, d.ID).Failure, f)
		a := w.ReadAttempts(t, d.ID)[0]
		if a.Outcome != post.OutcomeRefused || a.HTTPStatus != 403 {
			t.Errorf("attempt %+v", a)
		}
		same(t, a.Failure, f)
	})
	t.Run("an outcome that does not go with the state", func(t *testing.T) {
		c := w.AddChannel(t)
		w.Scheduled(t, now, c)
		claim, n := w.Begun(t, c, true)
		d := &claim.Delivery
		for to, outcome := range map[post.State]post.Outcome{
			post.Retrying: post.OutcomeUnknown, post.Failed: post.OutcomeAccepted, post.Unknown: post.OutcomeNotSent, post.Sent: post.OutcomeUnknown,
		} {
			err := s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: to, Number: n, Outcome: outcome})
			if err == nil || errors.Is(err, post.ErrStale) {
				t.Errorf("%s with %q: got %v", to, outcome, err)
			}
		}
		if got := w.Read(t, d.ID).State; got != post.Sending {
			t.Errorf("state %s", got)
		}
	})
	t.Run("a try without its number", func(t *testing.T) {
		c := w.AddChannel(t)
		w.Scheduled(t, now, c)
		first, _ := w.Begun(t, c, false)
		d := &first.Delivery
		Must(t, s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Retrying, At: end, NextAt: now}))
		if a := w.ReadAttempts(t, d.ID)[0]; a.Outcome != post.OutcomeNotSent || !a.EndedAt.Equal(end) {
			t.Errorf("attempt %+v", a)
		}
		claim, n := w.Begun(t, c, true)
		if err := s.Finish(ctx, d.ID, claim.Delivery.Epoch, store.Result{From: post.Sending, To: post.Retrying, NextAt: now}); err == nil || errors.Is(err, post.ErrStale) {
			t.Errorf("got %v, want a refusal: try %d may have reached the network", err, n)
		}
	})
	t.Run("reading back", func(t *testing.T) { testReadingBack(t, w) })
	t.Run("rivals", func(t *testing.T) { testRivals(t, w) })
	t.Run("what the account shows", func(t *testing.T) {
		c := w.AddChannel(t)
		for i, id := range []string{"a", "b", "", "c"} {
			w.Scheduled(t, now, c)
			claim, n := w.Begun(t, c, true)
			Must(t, s.Finish(ctx, claim.Delivery.ID, claim.Delivery.Epoch, store.Result{
				From: post.Sending, To: post.Sent, Number: n, RemoteID: id, SentAt: now.Add(time.Duration(i) * time.Minute),
			}))
		}
		older, err := s.OlderSent(ctx, c.ID, now.Add(3*time.Minute), 5)
		Must(t, err)
		same(t, older, []string{"b", "a"})
		older, err = s.OlderSent(ctx, c.ID, now.Add(time.Hour), 1)
		Must(t, err)
		same(t, older, []string{"c"})
		own, err := s.OwnRemoteIDs(ctx, c.ID, now.Add(time.Minute))
		Must(t, err)
		same(t, own, []string{"b", "c"})
	})
}

func testReadingBack(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	c := w.AddChannel(t)
	d := w.Unknown(t, c, now)
	failure := d.Failure
	if failure == nil || d.State != post.Unknown {
		t.Fatalf("%+v", d)
	}
	read := func(at time.Time, r store.Result) post.Delivery {
		t.Helper()
		claim, err := s.ClaimReconcile(ctx, c.ID, lane, "reader", at, at.Add(time.Minute))
		Must(t, err)
		if claim == nil {
			t.Fatal("nothing to read back")
		}
		r.From, r.At = post.Reconciling, at
		Must(t, s.Finish(ctx, claim.Delivery.ID, claim.Delivery.Epoch, r))
		return w.Read(t, claim.Delivery.ID)
	}
	first := now.Add(time.Minute)
	got := read(first, store.Result{To: post.Unknown, CleanRead: true, NextAt: first})
	if got.CleanReads != 1 || !got.FirstCleanReadAt.Equal(first) || got.Claims != 1 {
		t.Errorf("after a clean reading: %+v", got)
	}
	same(t, got.Failure, failure)
	got = read(now.Add(2*time.Minute), store.Result{To: post.Unknown, NextAt: first})
	if got.CleanReads != 1 || got.Claims != 2 {
		t.Errorf("after a doubtful reading: %+v", got)
	}
	got = read(now.Add(3*time.Minute), store.Result{To: post.Unknown, CleanRead: true, NextAt: first})
	if got.CleanReads != 2 || !got.FirstCleanReadAt.Equal(first) {
		t.Errorf("after the second clean reading: %+v", got)
	}
	if a := w.ReadAttempts(t, d.ID)[0]; a.Outcome != post.OutcomeUnknown {
		t.Errorf("attempt %+v", a)
	}
	got = read(now.Add(4*time.Minute), store.Result{To: post.Retrying, Resend: true, ResetClaims: true, NextAt: now.Add(4 * time.Minute)})
	if got.State != post.Retrying || got.Resends != 1 || got.CleanReads != 0 || !got.FirstCleanReadAt.IsZero() || got.Claims != 0 || got.Failure != nil {
		t.Errorf("after absence was proved: %+v", got)
	}
	if a := w.ReadAttempts(t, d.ID)[0]; a.Outcome != post.OutcomeResolved {
		t.Errorf("attempt %+v", a)
	}
	// The second try reaches the network again, is unclear again, and found.
	w.Now = now.Add(5 * time.Minute)
	defer func() { w.Now = now }()
	claim, n := w.Begun(t, c, true)
	if n != 2 {
		t.Errorf("try %d, want 2", n)
	}
	Must(t, s.Finish(ctx, d.ID, claim.Delivery.Epoch, store.Result{From: post.Sending, To: post.Unknown, Number: n, NextAt: now, At: w.Now}))
	got = read(now.Add(6*time.Minute), store.Result{To: post.Sent, Outcome: post.OutcomeAccepted, Number: n, RemoteID: "9", SentAt: w.Now})
	if got.State != post.Sent || got.RemoteID != "9" || got.Failure != nil || !got.SentAt.Equal(w.Now) {
		t.Errorf("found: %+v", got)
	}
	if a := w.ReadAttempts(t, d.ID)[1]; a.Outcome != post.OutcomeAccepted {
		t.Errorf("attempt %+v", a)
	}
}

func testLeases(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	ended := now.Add(time.Minute)
	before, reading, unclear, safe := w.AddChannel(t), w.AddChannel(t), w.AddChannel(t), w.AddChannel(t)

	w.Scheduled(t, now, safe)
	claimed := w.Claim(t, safe, "worker") // crashed before any attempt
	w.Scheduled(t, now, before)
	begun, _ := w.Begun(t, before, false)
	w.Scheduled(t, now, unclear)
	created, _ := w.Begun(t, unclear, true)
	unknown := w.Unknown(t, reading, now)
	reconciling, err := s.ClaimReconcile(ctx, reading.ID, lane, "worker", now, ended)
	Must(t, err)

	if all, err := s.ExpiredLeases(ctx, ended.Add(-time.Millisecond), 10, interrupted); err != nil || len(all) > 0 {
		t.Fatalf("settled before the end of the lease: %v, %v", all, err)
	}
	all4 := []string{claimed.Delivery.ID, begun.Delivery.ID, created.Delivery.ID, reconciling.Delivery.ID}
	held, err := s.RenewLeases(ctx, "worker", all4, now, ended)
	Must(t, err)
	if held != 4 {
		t.Errorf("%d leases renewed, want 4", held)
	}
	// What an instance does not know that it holds runs out.
	if held, err := s.RenewLeases(ctx, "worker", all4[1:2], now, ended); err != nil || held != 1 {
		t.Errorf("renewed %d, %v, want the one that is named", held, err)
	}
	if held, err := s.RenewLeases(ctx, "worker", nil, now, ended.Add(time.Hour)); err != nil || held != 0 {
		t.Errorf("renewed %d, %v, want none", held, err)
	}
	if held, err := s.RenewLeases(ctx, "other", all4, now, ended.Add(time.Hour)); err != nil || held != 0 {
		t.Errorf("renewed the leases of another: %d, %v", held, err)
	}
	alive, err := s.Instances(ctx, now)
	Must(t, err)
	same(t, alive, []string{"other", "worker"})

	all, err := s.ExpiredLeases(ctx, ended, 10, interrupted)
	Must(t, err)
	byID := map[string]store.Settled{}
	for _, x := range all {
		byID[x.DeliveryID] = x
	}
	settled := func(d *post.Delivery, from, to post.State, claims int) {
		t.Helper()
		same(t, byID[d.ID], store.Settled{
			DeliveryID: d.ID, CommuneID: w.Commune.ID, PostID: d.PostID, ChannelID: d.ChannelID, Kind: d.Kind, Lane: lane,
			Instance: "worker", From: from, To: to, Claims: claims,
		}, cmpopts.IgnoreUnexported(store.Settled{}))
		got := w.Read(t, d.ID)
		if got.State != to || !got.NextAt.Equal(ended) || got.Epoch != d.Epoch+1 || got.ClaimedBy != "" || !got.LeaseUntil.IsZero() || got.Claims != claims {
			t.Errorf("row: %+v", got)
		}
	}
	if len(all) != 4 {
		t.Errorf("settled %d, want 4", len(all))
	}
	settled(&claimed.Delivery, post.Sending, post.Retrying, 1)
	settled(&begun.Delivery, post.Sending, post.Retrying, 1)
	settled(&created.Delivery, post.Sending, post.Unknown, 1)
	settled(&reconciling.Delivery, post.Reconciling, post.Unknown, 1) // a reading that was cut off is one of those that an outcome is given

	f := interrupted("facebook")
	same(t, w.Read(t, created.Delivery.ID).Failure, &f)
	same(t, w.Read(t, unknown.ID).Failure, unknown.Failure)
	outcome := func(id string) post.Outcome { return w.ReadAttempts(t, id)[0].Outcome }
	if got := outcome(begun.Delivery.ID); got != post.OutcomeNotSent {
		t.Errorf("cut off before the creating call: %q", got)
	}
	if got := outcome(created.Delivery.ID); got != post.OutcomeUnknown {
		t.Errorf("cut off after the creating call: %q", got)
	}
	if again, err := s.ExpiredLeases(ctx, ended, 10, interrupted); err != nil || len(again) > 0 {
		t.Errorf("settled twice: %v, %v", again, err)
	}

	t.Run("of an instance that is known to be dead", func(t *testing.T) {
		c := w.AddChannel(t)
		w.Scheduled(t, now, c)
		claim := w.Claim(t, c, "killed")
		if n, err := s.EndLeases(ctx, nil, now); err != nil || n != 0 {
			t.Errorf("of nobody: %d, %v", n, err)
		}
		if n, err := s.EndLeases(ctx, []string{"living"}, now); err != nil || n != 0 {
			t.Errorf("of another: %d, %v", n, err)
		}
		if n, err := s.EndLeases(ctx, []string{"living", "killed", "ghost"}, now); err != nil || n != 1 {
			t.Errorf("of the dead: %d, %v", n, err)
		}
		all, err := s.ExpiredLeases(ctx, now, 10, interrupted)
		Must(t, err)
		if len(all) != 1 || all[0].DeliveryID != claim.Delivery.ID || all[0].To != post.Retrying {
			t.Errorf("settled %+v", all)
		}
	})
	t.Run("by several at once", func(t *testing.T) {
		const rows = 12
		for range rows {
			c := w.AddChannel(t)
			w.Scheduled(t, now, c)
			w.Claim(t, c, "gone")
		}
		counts := make([]int, 6)
		mustAll(t, parallel(len(counts), func(i int) error {
			for {
				all, err := s.ExpiredLeases(ctx, ended, 5, interrupted)
				counts[i] += len(all)
				if err != nil || len(all) == 0 {
					return err
				}
			}
		}))
		total := 0
		for _, n := range counts {
			total += n
		}
		if total != rows {
			t.Errorf("settled %d times, want %d", total, rows)
		}
	})
}

func testPerson(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	failed := func(due time.Time, to post.State) post.Delivery {
		t.Helper()
		c := w.AddChannel(t)
		w.Scheduled(t, due, c)
		claim := w.Claim(t, c, "worker")
		Must(t, s.Finish(ctx, claim.Delivery.ID, claim.Delivery.Epoch, store.Result{
			From: post.Sending, To: to, At: now, Failure: &post.Failure{Kind: "rejected", Code: "x"},
		}))
		return claim.Delivery
	}
	at := now.Add(time.Minute)
	for name, test := range map[string]struct {
		d       post.Delivery
		wantDue time.Time
	}{
		"failed in time":       {failed(now, post.Failed), now},
		"failed and then late": {failed(now.Add(-3*time.Hour), post.Failed), at},
		"missed":               {failed(now.Add(-time.Minute), post.Missed), at},
	} {
		t.Run("retry "+name, func(t *testing.T) {
			got, err := s.RetryByPerson(ctx, commune, test.d.ID, at)
			Must(t, err)
			same(t, got, w.Read(t, test.d.ID))
			if got.State != post.Retrying || !got.NextAt.Equal(at) || !got.DueAt.Equal(test.wantDue) || got.Claims != 0 || got.Failure != nil || got.Epoch <= test.d.Epoch {
				t.Errorf("%+v", got)
			}
			_, err = s.RetryByPerson(ctx, commune, test.d.ID, at)
			wantErr(t, err, post.ErrConflict)
		})
	}
	_, err := s.RetryByPerson(ctx, commune, store.NewID(), at)
	wantErr(t, err, post.ErrNotFound)

	t.Run("retry on a removed channel", func(t *testing.T) {
		d := failed(now, post.Failed)
		Must(t, s.DeleteChannel(ctx, commune, d.ChannelID))
		_, err := s.RetryByPerson(ctx, commune, d.ID, at)
		wantErr(t, err, post.ErrConflict)
	})
	t.Run("found on the network", func(t *testing.T) {
		d := w.Unknown(t, w.AddChannel(t), time.Time{})
		got, err := s.ResolveByPerson(ctx, commune, d.ID, post.Verdict{Sent: true, RemoteURL: "https://example.org/p", At: at, Failure: &post.Failure{Code: "ignored"}})
		Must(t, err)
		same(t, got, w.Read(t, d.ID))
		if got.State != post.Sent || got.RemoteURL != "https://example.org/p" || got.Failure != nil || !got.SentAt.Equal(now.Add(time.Second)) {
			t.Errorf("%+v", got)
		}
		if a := w.ReadAttempts(t, d.ID)[0]; a.Outcome != post.OutcomeResolved {
			t.Errorf("attempt %+v", a)
		}
		_, err = s.ResolveByPerson(ctx, commune, d.ID, post.Verdict{At: at})
		wantErr(t, err, post.ErrConflict)
	})
	t.Run("not found on the network", func(t *testing.T) {
		c := w.AddChannel(t)
		d := w.Unknown(t, c, at)
		f := &post.Failure{Kind: "temporary", Code: "resolved_not_sent"}
		got, err := s.ResolveByPerson(ctx, commune, d.ID, post.Verdict{Failure: f, At: at})
		Must(t, err)
		if got.State != post.Failed || !got.NextAt.IsZero() || !got.SentAt.IsZero() {
			t.Errorf("%+v", got)
		}
		same(t, got.Failure, f)
		// Then it can be sent again, which the open attempt would forbid.
		_, err = s.RetryByPerson(ctx, commune, d.ID, at)
		Must(t, err)
		w.Now = at
		w.Begun(t, c, true)
		w.Now = now
	})
	t.Run("while it is read back", func(t *testing.T) {
		c := w.AddChannel(t)
		d := w.Unknown(t, c, now)
		claim, err := s.ClaimReconcile(ctx, c.ID, lane, "reader", now, at)
		Must(t, err)
		got, err := s.ResolveByPerson(ctx, commune, d.ID, post.Verdict{Sent: true, RemoteURL: "https://example.org/1", At: at})
		Must(t, err)
		if got.State != post.Sent || got.RemoteURL != "https://example.org/1" {
			t.Errorf("%+v", got)
		}
		// The reader comes too late.
		wantErr(t, s.Finish(ctx, d.ID, claim.Delivery.Epoch, store.Result{From: post.Reconciling, To: post.Retrying, NextAt: at, At: at}), post.ErrStale)
	})
	_, err = s.ResolveByPerson(ctx, commune, store.NewID(), post.Verdict{At: at})
	wantErr(t, err, post.ErrNotFound)
}

func testTransition(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	t.Run("the table of transitions", func(t *testing.T) {
		atRest := func(s post.State) bool { return s != post.Sending && s != post.Reconciling }
		for _, from := range post.States() {
			for _, to := range post.States() {
				_, err := s.Transition(ctx, commune, store.NewID(), []post.State{from}, to, store.Change{})
				allowed := post.May(from, to) && atRest(from) && atRest(to) && to != post.Sent
				if missing := errors.Is(err, post.ErrNotFound); err == nil || missing != allowed {
					t.Errorf("%s to %s: got %v, allowed %v", from, to, err, allowed)
				}
			}
		}
	})
	t.Run("held and released", func(t *testing.T) {
		c := w.AddChannel(t)
		d := w.Scheduled(t, now, c)
		got, err := s.Transition(ctx, commune, d.ID, []post.State{post.Scheduled, post.Retrying}, post.Held, store.Change{Now: now})
		Must(t, err)
		if got.State != post.Held || !got.NextAt.IsZero() || !got.DueAt.Equal(now) {
			t.Errorf("held: %+v", got)
		}
		if claim, err := s.ClaimPublish(ctx, c.ID, lane, "worker", now, now.Add(time.Minute)); err != nil || claim != nil {
			t.Fatalf("claimed what is held: %v, %v", claim, err)
		}
		_, err = s.Transition(ctx, commune, d.ID, []post.State{post.Scheduled}, post.Held, store.Change{Now: now})
		wantErr(t, err, post.ErrConflict)
		later := now.Add(time.Hour)
		got, err = s.Transition(ctx, commune, d.ID, []post.State{post.Held}, post.Scheduled, store.Change{NextAt: later, DueAt: &later, Now: now})
		Must(t, err)
		same(t, got, w.Read(t, d.ID))
		if got.State != post.Scheduled || !got.NextAt.Equal(later) || !got.DueAt.Equal(later) {
			t.Errorf("released: %+v", got)
		}
	})
	t.Run("against a claim", func(t *testing.T) {
		for range 30 {
			c := w.AddChannel(t)
			d := w.Scheduled(t, now, c)
			var claim *store.Claim
			errs := parallel(2, func(i int) (err error) {
				if i == 0 {
					claim, err = s.ClaimPublish(ctx, c.ID, lane, "worker", now, now.Add(time.Minute))
					return err
				}
				_, err = s.Transition(ctx, commune, d.ID, []post.State{post.Scheduled}, post.Held, store.Change{Now: now})
				return err
			})
			Must(t, errs[0])
			if (claim != nil) == (errs[1] == nil) {
				t.Fatalf("claimed: %v, held: %v", claim != nil, errs[1])
			}
		}
	})
}
