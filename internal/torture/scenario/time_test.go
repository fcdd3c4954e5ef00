//go:build torture

package scenario

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/testrig"
)

// fromDue is how long after their hour the networks took what was announced;
// negative is early.
func (in *installation) fromDue(list []*expectation) []time.Duration {
	in.t.Helper()
	journal := in.acceptedPosts()
	var all []time.Duration
	for _, e := range list {
		if got := journal[place{e.account.network, e.account.id, e.reference}]; got.times > 0 && e.seen.DueAt != nil {
			all = append(all, got.first.Sub(*e.seen.DueAt))
		}
	}
	return all
}

// notEarly fails for what left more than a second before its hour by true time.
func (in *installation) notEarly(list []*expectation) {
	in.t.Helper()
	if all := in.fromDue(list); len(all) > 0 && slices.Min(all) < -time.Second {
		in.t.Errorf("one left %s early", -slices.Min(all))
	}
}

func (in *installation) clockPaused() bool {
	in.t.Helper()
	var status struct {
		Clock struct {
			Paused bool `json:"paused"`
		} `json:"clock"`
	}
	in.ask(http.MethodGet, "/system", nil, http.StatusOK, &status)
	return status.Clock.Paused
}

// TestT27Clock moves the clock by which due is judged, in steps from an hour to
// ten years, and back.
func TestT27Clock(t *testing.T) {
	onSetups(t, []setup{embedded}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		clock := newClock(t, 0)
		in.start(withClock(clock))
		accounts := in.pages(5)
		jumps := []time.Duration{time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour, 10 * 365 * 24 * time.Hour}
		var seen []time.Duration
		for _, jump := range jumps {
			list := in.each(accounts, time.Now().Add(30*time.Second))
			clock.set(jump)
			began := time.Now()
			testrig.Eventually(t, time.Minute, "the jump is not noticed", in.clockPaused)
			seen = append(seen, time.Since(began))
			in.notEarly(list)
			clock.set(0)
			testrig.Eventually(t, time.Minute, "the clock is not trusted again", func() bool { return !in.clockPaused() })
			if !in.settleThese(list, 5*time.Minute) {
				t.Error("not settled within five minutes")
			}
			in.notEarly(list)
		}
		r := in.judge()
		r.Runs, r.Recovery = len(jumps), percentile(seen, 0.95)
		r.Note = "±1 h, ±1 day, +10 y; recovery is until the pause"
		report(t, s, r)
	})
}

// TestT27SkewedWorkers lets workers publish whose own clocks are five minutes
// off, either way.
func TestT27SkewedWorkers(t *testing.T) {
	onSetups(t, []setup{scaled}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.awaitReady(in.serve())
		for _, offset := range []time.Duration{5 * time.Minute, -5 * time.Minute} {
			in.awaitReady(in.work(withClock(newClock(t, offset))))
		}
		accounts := in.pages(20)
		runs := size(10)
		for range runs {
			list := in.each(accounts, time.Now().Add(10*time.Second))
			if !in.settleThese(list, 2*time.Minute) {
				t.Error("not settled within two minutes")
			}
			in.notEarly(list)
		}
		r := in.judge()
		r.Runs, r.Note = runs, "two workers, five minutes fast and slow"
		report(t, s, r)
	})
}

// TestT28Outage stops an installation for eight hours in which 300 come due.
func TestT28Outage(t *testing.T) {
	const away = 8 * time.Hour
	onSetups(t, []setup{embedded}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		clock := newClock(t, 0)
		p := in.start(withClock(clock))
		accounts := in.pages(6)
		list := in.spread(accounts, 300, time.Now().Add(5*time.Minute), away-10*time.Minute)
		in.stop(p)
		// The hours go by on the installation's clock.
		clock.set(away)
		in.start(withClock(clock))
		returned := time.Now().Add(away)

		var review struct {
			Items []struct {
				Delivery delivery `json:"delivery"`
			} `json:"items"`
		}
		in.ask(http.MethodGet, "/review", nil, http.StatusOK, &review)
		release, cancel := []string{}, []string{}
		byChannel := map[string]int{}
		for _, item := range review.Items {
			if byChannel[item.Delivery.ChannelID]++; byChannel[item.Delivery.ChannelID] <= 3 {
				release = append(release, item.Delivery.ID)
			} else {
				cancel = append(cancel, item.Delivery.ID)
			}
		}
		if len(byChannel) != len(accounts) {
			t.Errorf("%d channels are on the review list, want %d", len(byChannel), len(accounts))
		}
		in.ask(http.MethodPost, "/review", map[string]any{"release": release, "cancel": cancel}, http.StatusOK, &review)
		if !in.settleThese(list, 10*time.Minute) {
			t.Error("not settled within ten minutes")
		}

		journal := in.acceptedPosts()
		times := map[string][]time.Time{}
		for at, got := range journal {
			times[at.account] = append(times[at.account], got.first)
		}
		posted := 0
		for _, all := range times {
			slices.SortFunc(all, time.Time.Compare)
			posted += len(all)
			for i := 1; i < len(all); i++ {
				// The journal notes when a call ended.
				if gap := all[i].Sub(all[i-1]); gap < post.Spacing-time.Second {
					t.Errorf("two posts of one account within %s", gap)
				}
			}
		}
		if posted != len(release) {
			t.Errorf("%d left, and %d were released", posted, len(release))
		}
		for _, e := range list {
			// What was planned more than its limit before the return is missed.
			if e.seen.Status == "sent" && e.seen.DueAt != nil && e.seen.DueAt.Before(returned.Add(-post.DefaultMaxLateness)) {
				t.Errorf("%s left although it was too late", e.reference)
			}
		}
		r := in.judge()
		r.Runs, r.Note = 1, fmt.Sprintf("%d on the review list, %d released", len(release)+len(cancel), len(release))
		report(t, s, r)
	})
}

// TestT29Rush has a thousand leave within one minute, and ten times as many at
// one instant.
func TestT29Rush(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := in.pages(size(200))
		lead := time.Duration(size(60)) * time.Second
		minute := in.spread(accounts, size(1000), time.Now().Add(lead+10*time.Second), time.Minute)
		if !in.settleThese(minute, 10*time.Minute) {
			t.Error("a minute's thousand is not settled within ten minutes")
		}
		late := in.fromDue(minute)
		in.notEarly(minute)
		half, most := percentile(late, 0.5), percentile(late, 0.99)
		if half > 2*time.Second || most > 15*time.Second {
			t.Errorf("half are %s late, and one in a hundred %s", half, most)
		}
		instant := in.spread(accounts, size(10000), time.Now().Add(10*lead+10*time.Second), 0)
		if !in.settleThese(instant, 30*time.Minute) {
			t.Error("ten thousand at one instant are not settled within half an hour")
		}
		in.notEarly(instant)
		r := in.judge()
		r.Runs = 2
		r.Note = fmt.Sprintf("1,000 in a minute: p50 %s, p99 %s; 10,000 at once: p99 %s", half.Round(time.Millisecond), most.Round(time.Millisecond),
			percentile(in.fromDue(instant), 0.99).Round(time.Millisecond))
		report(t, s, r)
	})
}
