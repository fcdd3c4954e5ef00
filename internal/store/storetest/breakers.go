package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crieur/crieur/internal/post"
)

func testBudgets(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	ch := w.Channels[0]
	health := func(ch post.Channel) post.ChannelHealth {
		t.Helper()
		h, err := s.Health(ctx, ch)
		Must(t, err)
		return h
	}
	same(t, health(ch), post.ChannelHealth{})
	Must(t, s.SaveBudgets(ctx, ch.ID, nil))
	posts := post.Budget{Bucket: "posts", Total: 25, Remaining: 7, ResetsAt: now.Add(time.Minute), SeenAt: now}
	timeline := post.Budget{Bucket: "timeline", Total: 900, Remaining: 0, SeenAt: now, ReadOnly: true}
	Must(t, s.SaveBudgets(ctx, ch.ID, []post.Budget{posts, timeline}))
	same(t, health(ch), post.ChannelHealth{Budgets: []post.Budget{posts, timeline}})
	same(t, health(w.Channels[1]), post.ChannelHealth{})

	late := posts
	late.Remaining, late.SeenAt = 25, now.Add(-time.Second)
	Must(t, s.SaveBudgets(ctx, ch.ID, []post.Budget{late}))
	same(t, health(ch).Budgets[0], posts)
	posts.Remaining, posts.SeenAt = 6, now.Add(time.Second)
	Must(t, s.SaveBudgets(ctx, ch.ID, []post.Budget{posts}))
	same(t, health(ch).Budgets[0], posts)

	lowest, err := s.LowestBudgets(ctx, now)
	Must(t, err)
	if len(lowest) != 2 || lowest[0].Bucket != "posts" || lowest[0].Remaining != 6 || lowest[0].Kind != ch.Kind {
		t.Errorf("%+v", lowest)
	}
	if lowest, err = s.LowestBudgets(ctx, now.Add(time.Hour)); err != nil || len(lowest) != 1 {
		t.Errorf("an allowance that is whole again is listed: %+v, %v", lowest, err)
	}
}

func testBreakers(t *testing.T, w *World) {
	ctx, s := t.Context(), w.Store
	rule := post.BreakerRule{Troubles: 3, Window: time.Minute, Accounts: 2, FirstProbe: 10 * time.Second, ProbeEvery: 20 * time.Second}
	trouble := func(ch post.Channel, at time.Time) []post.Breaker {
		t.Helper()
		opened, err := s.SaveTrouble(ctx, ch, at, true, rule)
		Must(t, err)
		return opened
	}
	probes := func(at time.Time) []post.Breaker {
		t.Helper()
		due, err := s.DueProbes(ctx, at, rule.ProbeEvery)
		Must(t, err)
		return due
	}
	now := w.Now
	one, two, third := w.Channels[0], w.Channels[1], w.AddChannel(t)

	// Old troubles do not count.
	trouble(one, now.Add(-2*time.Minute))
	trouble(one, now)
	if opened := trouble(one, now); len(opened) != 0 {
		t.Fatalf("opened by two: %+v", opened)
	}
	opened := trouble(one, now)
	want := post.Breaker{Scope: "channel:" + one.ID, ChannelID: one.ID, Kind: one.Kind, OpenedAt: now, ProbeAt: now.Add(10 * time.Second)}
	same(t, opened, []post.Breaker{want})
	if again := trouble(one, now); len(again) != 0 {
		t.Errorf("opened twice: %+v", again)
	}
	h, err := s.Health(ctx, one)
	Must(t, err)
	same(t, h.Breakers, []post.Breaker{want})
	other, err := s.Health(ctx, two)
	Must(t, err)
	if len(other.Breakers) != 0 {
		t.Errorf("another account waits too: %+v", other)
	}

	// Of many workers one reads, and not before its time.
	if early := probes(now.Add(9 * time.Second)); len(early) != 0 {
		t.Errorf("read early: %+v", early)
	}
	taken := make([]int, 10)
	mustAll(t, parallel(10, func(i int) error {
		due, err := s.DueProbes(ctx, now.Add(10*time.Second), rule.ProbeEvery)
		taken[i] = len(due)
		return err
	}))
	sum := 0
	for _, n := range taken {
		sum += n
	}
	if sum != 1 {
		t.Errorf("read %d times", sum)
	}
	if early := probes(now.Add(29 * time.Second)); len(early) != 0 {
		t.Errorf("read twice within the rule's time: %+v", early)
	}

	// A second account opens the network's breaker, which asks one account
	// after the other.
	trouble(two, now)
	trouble(two, now)
	if opened = trouble(two, now); len(opened) != 2 || opened[1].Scope != "network:"+two.Kind {
		t.Fatalf("%+v", opened)
	}
	if h, err = s.Health(ctx, third); err != nil || len(h.Breakers) != 1 {
		t.Errorf("an account of a broken network: %+v, %v", h, err)
	}
	asked := map[string]bool{}
	for i := range 3 {
		for _, b := range probes(now.Add(time.Duration(i+1) * time.Minute)) {
			if b.Scope == "network:"+two.Kind {
				asked[b.ChannelID] = true
			}
		}
	}
	if len(asked) != 3 {
		t.Errorf("a network was asked about by %d accounts, want 3", len(asked))
	}

	// Practice is another network, and an account that stands alone has none.
	practice := w.AddChannel(t)
	practice.Practice = true
	if h, err = s.Health(ctx, practice); err != nil || len(h.Breakers) != 0 {
		t.Errorf("practice waits for the real network: %+v, %v", h, err)
	}
	for _, ch := range []post.Channel{{ID: third.ID, Kind: "wordpress"}, {ID: practice.ID, Kind: "wordpress"}} {
		for range rule.Troubles {
			opened, err = s.SaveTrouble(ctx, ch, now, false, rule)
			Must(t, err)
		}
		if len(opened) != 1 {
			t.Errorf("%+v", opened)
		}
	}

	all, err := s.OpenBreakers(ctx)
	Must(t, err)
	if len(all) != 5 {
		t.Errorf("%d open: %+v", len(all), all)
	}
	for _, b := range all {
		closed, err := s.CloseBreaker(ctx, b.Scope, now)
		if !closed || err != nil {
			t.Errorf("%s: closed %v, %v", b.Scope, closed, err)
		}
	}
	if closed, err := s.CloseBreaker(ctx, "channel:"+one.ID, now); closed || err != nil {
		t.Errorf("closed twice: %v, %v", closed, err)
	}
	// What led to the breaker is forgotten with it.
	if opened := trouble(one, now); len(opened) != 0 {
		t.Errorf("opened again by one trouble: %+v", opened)
	}
}

func testPostpone(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	ch, other := w.Channels[0], w.Channels[1]
	due := w.Scheduled(t, now.Add(-time.Minute), ch)
	elsewhere := w.Scheduled(t, now.Add(-time.Minute), other)
	later := w.Scheduled(t, now.Add(time.Minute), ch)
	tooLate := w.Scheduled(t, now.Add(-post.DefaultMaxLateness-time.Minute), ch)
	soonTooLate := w.Scheduled(t, now.Add(-post.DefaultMaxLateness+time.Minute), ch)
	failure := post.Failure{Kind: "rate_limited", Code: "budget", Message: "Attente.", NextStep: "Rien à faire."}
	until := now.Add(time.Hour)
	n, err := s.Postpone(ctx, ch.ID, lane, now, until, failure)
	Must(t, err)
	if n != 2 {
		t.Errorf("%d wait, want 2", n)
	}
	got := w.Read(t, due.ID)
	want := due
	want.State, want.NextAt, want.Failure = post.Retrying, until, &failure
	same(t, got, want, cmpopts.IgnoreFields(post.Delivery{}, "UpdatedAt"))
	for _, untouched := range []post.Delivery{elsewhere, later, tooLate} {
		same(t, w.Read(t, untouched.ID), untouched)
	}
	// Its miss is found on time.
	if got := w.Read(t, soonTooLate.ID); got.State != post.Retrying || !got.NextAt.Equal(soonTooLate.DueAt.Add(soonTooLate.MaxLateness+time.Millisecond)) {
		t.Errorf("%+v", got)
	}
	claim, err := s.ClaimPublish(ctx, ch.ID, lane, "worker", now, now.Add(time.Minute))
	Must(t, err)
	if claim == nil || claim.Delivery.ID != tooLate.ID {
		t.Errorf("claimed %+v, want only the one that is too late", claim)
	}

	// A breaker that closes lets all of it leave at once.
	rule := post.BreakerRule{Troubles: 1, Window: time.Minute, Accounts: 9}
	_, err = s.SaveTrouble(ctx, ch, now, true, rule)
	Must(t, err)
	_, err = s.CloseBreaker(ctx, "channel:"+ch.ID, now.Add(time.Second))
	Must(t, err)
	for _, d := range []post.Delivery{due, soonTooLate} {
		if got := w.Read(t, d.ID); !got.NextAt.Equal(now.Add(time.Second)) {
			t.Errorf("still waits until %v", got.NextAt)
		}
	}
	if got := w.Read(t, later.ID); !got.NextAt.Equal(later.NextAt) {
		t.Errorf("what is not due moved to %v", got.NextAt)
	}
}
