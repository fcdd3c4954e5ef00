package storetest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

func testEvents(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	// On PostgreSQL what was just written is not shown while any older
	// transaction runs, of whatever program.
	before := eventually(t, s, 0, len(w.Channels))
	start := before[len(before)-1].ID
	c := w.Channels[0]
	p := w.Save(t, w.Draft(post.Scheduled, now, c))
	d := p.Deliveries[0]
	w.Claim(t, c, "worker")
	Must(t, s.Finish(ctx, d.ID, 1, store.Result{From: post.Sending, To: post.Missed, At: now}))
	Must(t, s.SetChannelStatus(ctx, c.ID, post.ChannelNeedsReauth, nil))
	// What fails leaves no event.
	if err := s.CreatePost(ctx, p); err == nil {
		t.Fatal("saved twice")
	}
	events := eventually(t, s, start, 4)
	type seen struct {
		Type    store.EventType
		Payload map[string]any
	}
	var got []seen
	for _, e := range events {
		if e.CommuneID != w.Commune.ID || e.At.IsZero() {
			t.Errorf("%+v", e)
		}
		v := seen{Type: e.Type}
		Must(t, json.Unmarshal(e.Payload, &v.Payload))
		got = append(got, v)
	}
	delivery := func(state post.State) seen {
		return seen{store.EventDelivery, map[string]any{"id": d.ID, "post_id": p.ID, "channel_id": c.ID, "status": string(state)}}
	}
	same(t, got, []seen{
		{store.EventPost, map[string]any{"id": p.ID, "version": 1.0}},
		delivery(post.Sending), delivery(post.Missed),
		{store.EventChannel, map[string]any{"id": c.ID, "status": "needs_reauth"}},
	})
	last, err := s.LastEventID(ctx)
	Must(t, err)
	if last != events[len(events)-1].ID {
		t.Errorf("last event %d, want %d", last, events[len(events)-1].ID)
	}
	page, err := s.EventsAfter(ctx, start, 2)
	Must(t, err)
	rest, err := s.EventsAfter(ctx, page[1].ID, 100)
	Must(t, err)
	same(t, append(page, rest...), events)

	t.Run("none is passed over", func(t *testing.T) {
		// Writers commit in any order while a reader follows.
		const writers, each = 8, 15
		place, err := s.LastEventID(ctx)
		Must(t, err)
		patience := newPatience(t)
		posts := make([][]post.Post, writers)
		for i := range posts {
			for range each {
				posts[i] = append(posts[i], w.Draft(post.Draft, now, c))
			}
		}
		read := map[string]int{}
		errs := parallel(writers+1, func(i int) error {
			if i < writers {
				for _, p := range posts[i] {
					if err := s.CreatePost(ctx, p); err != nil {
						return err
					}
				}
				return nil
			}
			for len(read) < writers*each {
				events, err := s.EventsAfter(ctx, place, 7)
				if err != nil {
					return err
				}
				if len(events) == 0 && !patience.wait() {
					return fmt.Errorf("read %d events, then no more", len(read))
				}
				for _, e := range events {
					var v struct{ ID string }
					if err := json.Unmarshal(e.Payload, &v); err != nil {
						return err
					}
					read[v.ID]++
					place = e.ID
				}
			}
			return nil
		})
		mustAll(t, errs)
		for i := range posts {
			for _, p := range posts[i] {
				if read[p.ID] != 1 {
					t.Errorf("post %s was read %d times", p.ID, read[p.ID])
				}
			}
		}
	})
	t.Run("purge", func(t *testing.T) {
		if _, err := s.PurgeEvents(ctx, now.Add(1000*time.Hour)); err != nil {
			t.Fatal(err)
		}
		left, err := s.EventsAfter(ctx, 0, 100)
		Must(t, err)
		if len(left) == 0 {
			t.Error("the newest event is gone, and with it the place to read from")
		}
	})
}

// eventually reads n events. PostgreSQL holds events back while transactions of
// other databases run, as those of other tests.
func eventually(t *testing.T, s *store.Store, after int64, n int) []store.Event {
	t.Helper()
	for p := newPatience(t); ; {
		events, err := s.EventsAfter(t.Context(), after, 100)
		Must(t, err)
		if len(events) >= n {
			return events
		}
		if !p.wait() {
			t.Fatalf("%d events, want %d", len(events), n)
		}
	}
}

// patience paces a loop that waits for something, and ends it.
type patience struct {
	tick     *time.Ticker
	deadline <-chan time.Time
}

func newPatience(t *testing.T) *patience {
	t.Helper()
	p := &patience{tick: time.NewTicker(10 * time.Millisecond), deadline: time.After(30 * time.Second)}
	t.Cleanup(p.tick.Stop)
	return p
}

// wait returns false when it has lasted too long.
func (p *patience) wait() bool {
	select {
	case <-p.tick.C:
		return true
	case <-p.deadline:
		return false
	}
}
