package storetest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// testAlertRace raises an alert while ordinary deliveries are saved, claimed,
// about to be created and tried again. What passed its point of no return is
// known to the alert as in flight, and everything else ends held.
func testAlertRace(t *testing.T, w *World) {
	ctx, s, now, commune := t.Context(), w.Store, w.Now, w.Commune.ID
	const each = 8
	type begun struct {
		claim  *store.Claim
		number int
	}
	var creating, retrying []begun
	var claimed []post.Channel
	for range each {
		for _, list := range []*[]begun{&creating, &retrying} {
			c := w.AddChannel(t)
			w.Scheduled(t, now, c)
			claim, n := w.Begun(t, c, false)
			*list = append(*list, begun{claim, n})
		}
		c := w.AddChannel(t)
		w.Scheduled(t, now, c)
		claimed = append(claimed, c)
	}
	var mu sync.Mutex
	passed := map[string]bool{}
	b, p := w.Alert(post.BroadcastActive, now, w.Channels[0])
	drafts := make([]post.Post, each)
	for i := range drafts {
		drafts[i] = w.Draft(post.Scheduled, now, w.Channels[0], w.Channels[1])
	}
	mustAll(t, parallel(4*each+1, func(i int) error {
		at := i / 4
		if i == 4*each {
			_, err := s.OpenBroadcast(ctx, b, p, false, w.Entry("broadcast.opened", b.ID))
			return err
		}
		switch i % 4 {
		case 0:
			d := creating[at].claim.Delivery
			err := s.Creating(ctx, d.ID, d.Epoch, creating[at].number, now)
			if errors.Is(err, store.ErrHeldBack) {
				return s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Retrying, Number: creating[at].number, At: now, NextAt: now})
			}
			mu.Lock()
			defer mu.Unlock()
			passed[d.ID] = true
			return err
		case 1:
			d := retrying[at].claim.Delivery
			return s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Retrying, Number: retrying[at].number, At: now, NextAt: now})
		case 2:
			claim, err := s.ClaimPublish(ctx, claimed[at].ID, lane, "w", now, now.Add(time.Minute))
			if err != nil || claim == nil {
				return err
			}
			d := claim.Delivery
			return s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Retrying, At: now, NextAt: now})
		default:
			return s.CreatePost(ctx, drafts[at])
		}
	}))
	got, err := s.Broadcast(ctx, commune, b.ID)
	Must(t, err)
	known := map[string]bool{}
	for _, f := range got.InFlight {
		known[f.Delivery.ID] = true
	}
	page, err := s.Posts(ctx, commune, post.Filter{Limit: 100})
	Must(t, err)
	for i := range page.Posts {
		for _, d := range page.Posts[i].Deliveries {
			switch {
			case d.Lane == post.LaneCrisis:
			case passed[d.ID]:
				if d.State != post.Sending || !known[d.ID] {
					t.Errorf("what passed is %s, in flight: %v", d.State, known[d.ID])
				}
			case d.State != post.Held || d.HoldReason != post.HoldCrisis || !d.NextAt.IsZero():
				t.Errorf("%s (%q) is not held", d.State, d.HoldReason)
			}
		}
	}
}
