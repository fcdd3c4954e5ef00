//go:build torture

package scenario

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
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

// clockTold reports whether a notice of the clock is open.
func (in *installation) clockTold() bool {
	in.t.Helper()
	var page struct {
		Notices []notice `json:"notices"`
	}
	in.ask(http.MethodGet, "/notices", nil, http.StatusOK, &page)
	return slices.ContainsFunc(page.Notices, func(n notice) bool { return n.Kind == "clock" && n.SettledAt == nil })
}

// TestT27Clock moves the clock by which due is judged, in steps from an hour to
// ten years, and back. Some posts come due while it is wrong and wait, and some
// after it is right again.
func TestT27Clock(t *testing.T) {
	onSetups(t, []setup{embedded}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		clock := newClock(t, 0)
		in.start(withClock(clock))
		accounts := in.pages(10)
		jumps := []time.Duration{time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour, 10 * 365 * 24 * time.Hour}
		var seen []time.Duration
		for _, jump := range jumps {
			began := time.Now()
			during := in.each(accounts[:5], began.Add(15*time.Second))
			after := in.each(accounts[5:], began.Add(30*time.Second))
			jumped := time.Now()
			clock.set(jump)
			testrig.Eventually(t, time.Minute, "nobody is told of the jump", func() bool { return in.clockPaused() && in.clockTold() })
			seen = append(seen, time.Since(jumped))
			<-time.After(time.Until(began.Add(18 * time.Second)))
			in.notEarly(during)
			in.notEarly(after)
			clock.set(0)
			testrig.Eventually(t, time.Minute, "the clock is not trusted again", func() bool { return !in.clockPaused() && !in.clockTold() })
			if all := slices.Concat(during, after); !in.settleThese(all, 5*time.Minute) {
				t.Errorf("not settled within five minutes after a jump of %s", jump)
			}
			in.notEarly(during)
			in.notEarly(after)
		}
		r := in.judge()
		if r.People > 0 {
			t.Errorf("%d were left to people", r.People)
		}
		r.Runs, r.Recovery = len(jumps), percentile(seen, 0.95)
		r.Note = "±1 h, ±1 day, +10 y; recovery is until people are told"
		report(t, s, r)
	})
}

// TestT27SkewedWorkers lets workers publish whose own clocks are five minutes
// off, either way.
func TestT27SkewedWorkers(t *testing.T) {
	onSetups(t, []setup{scaled}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.awaitReady(in.serve())
		var workers []*testrig.Process
		for _, offset := range []time.Duration{5 * time.Minute, -5 * time.Minute} {
			p := in.work(withClock(newClock(t, offset)))
			in.awaitReady(p)
			workers = append(workers, p)
		}
		accounts := in.pages(20)
		runs := max(3, size(10))
		for range runs {
			list := in.each(accounts, time.Now().Add(10*time.Second))
			if !in.settleThese(list, 2*time.Minute) {
				t.Error("not settled within two minutes")
			}
			in.notEarly(list)
		}
		if in.clockPaused() {
			t.Error("a worker's own clock made the database's mistrusted")
		}
		r := in.judge()
		if r.People > 0 {
			t.Errorf("%d were left to people", r.People)
		}
		r.Runs = runs
		r.Note = fmt.Sprintf("two workers, five minutes fast and slow, shares %v", sharesOf(t, workers))
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
		planned := map[string]time.Time{}
		for _, e := range list {
			planned[e.reference] = *e.seen.DueAt
		}
		in.stop(p)
		// The hours go by on the installation's clock.
		clock.set(away)
		returned := time.Now().Add(away)
		in.start(withClock(clock))

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

		posted, least := in.apart(list, away)
		if posted != len(release) {
			t.Errorf("%d left, and %d were released", posted, len(release))
		}
		missed := 0
		for _, e := range list {
			// What was planned more than its limit before the return is missed.
			tooLate := planned[e.reference].Before(returned.Add(-post.DefaultMaxLateness))
			if tooLate && e.seen.Status != "missed" {
				t.Errorf("%s was too late and is %s", e.reference, e.seen.Status)
			}
			if e.seen.Status == "missed" {
				missed++
			}
		}
		if missed+len(release)+len(cancel) != len(list) {
			t.Errorf("%d missed, %d on the review list: not all of %d", missed, len(release)+len(cancel), len(list))
		}
		r := in.judge()
		r.Runs = 1
		r.Note = fmt.Sprintf("%d missed, %d on the review list, %d released, %s apart at the least",
			missed, len(release)+len(cancel), len(release), least.Round(time.Millisecond))
		report(t, s, r)
	})
}

// apart counts the posts that the networks took, and returns the least time
// between two of one account. It fails for hours that are less than
// post.Spacing apart, and for a post that left before its own: only what made
// the first of two late may bring them nearer to each other. The process's clock
// is ahead of the networks' by ahead.
func (in *installation) apart(list []*expectation, ahead time.Duration) (posted int, least time.Duration) {
	in.t.Helper()
	type leaving struct{ due, at time.Time }
	journal := in.acceptedPosts()
	byAccount := map[string][]leaving{}
	for _, e := range list {
		if got := journal[place{e.account.network, e.account.id, e.reference}]; got.times > 0 && e.seen.DueAt != nil {
			posted++
			byAccount[e.account.id] = append(byAccount[e.account.id], leaving{*e.seen.DueAt, got.first})
		}
	}
	least = ahead
	for id, all := range byAccount {
		slices.SortFunc(all, func(a, b leaving) int { return a.due.Compare(b.due) })
		for i, l := range all {
			if early := l.due.Sub(l.at.Add(ahead)); early > time.Second {
				in.t.Errorf("one of %s left %s early", id, early)
			}
			if i == 0 {
				continue
			}
			if between := l.due.Sub(all[i-1].due); between < post.Spacing {
				in.t.Errorf("two posts of %s are planned within %s", id, between)
			}
			least = min(least, l.at.Sub(all[i-1].at))
		}
	}
	return posted, least
}

// rushTogether is how many accounts one post goes to where ten thousand are
// made.
const rushTogether = 20

// TestT29Rush has a thousand leave within one minute, and ten times as many at
// one instant.
func TestT29Rush(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := in.pages(size(200))
		lead := 20*time.Second + time.Duration(part()*float64(time.Minute))
		minute := in.spread(accounts, size(1000), time.Now().Add(lead), time.Minute)
		if !in.settleThese(minute, 10*time.Minute) {
			t.Error("a minute's thousand is not settled within ten minutes")
		}
		late := in.fromDue(minute)
		in.notEarly(minute)
		half, most := percentile(late, 0.5), percentile(late, 0.99)
		if half > 2*time.Second || most > 15*time.Second {
			t.Errorf("half are %s late, and one in a hundred %s", half, most)
		}
		instant := in.together(accounts, size(10_000), time.Now().Add(lead).Truncate(time.Millisecond))
		if !in.settleThese(instant, 30*time.Minute) {
			t.Error("ten thousand at one instant are not settled within half an hour")
		}
		in.notEarly(instant)
		all := in.fromDue(instant)
		r := in.judge()
		r.Runs = 2
		r.Note = fmt.Sprintf("%d in a minute: p50 %s, p99 %s; %d at once: p50 %s, p99 %s, and the networks alone take %s for them",
			len(minute), half.Round(time.Millisecond), most.Round(time.Millisecond),
			len(instant), percentile(all, 0.5).Round(time.Millisecond), percentile(all, 0.99).Round(time.Millisecond),
			in.bare(len(accounts), len(instant)).Round(time.Millisecond))
		report(t, s, r)
	})
}

// together announces n deliveries for one instant, in posts that each go to
// several accounts.
func (in *installation) together(accounts []account, n int, due time.Time) []*expectation {
	in.t.Helper()
	var drafts []draft
	for i, left := 0, n; left > 0; i++ {
		from := i * rushTogether % len(accounts)
		group := accounts[from:min(from+min(rushTogether, left), len(accounts))]
		drafts = append(drafts, draft{accounts: group, due: due})
		left -= len(group)
	}
	return in.announce(drafts...)
}

// bare is how long simulated networks of their own take for n posts, one after
// the other on each of the accounts: what this rig costs without the program.
func (in *installation) bare(accounts, n int) time.Duration {
	in.t.Helper()
	networks := testrig.StartJournaledNetworks(in.t, filepath.Join(in.dir, "bare.jsonl"))
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: accounts}}
	defer client.CloseIdleConnections()
	pages := make([]simulator.AccountSpec, accounts)
	for i := range pages {
		pages[i] = networks.AddPage(in.t, i+1)
	}
	var next atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for _, page := range pages {
		all.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(n) {
					return
				}
				resp, err := client.PostForm(networks.URL+"/facebook/v26.0/"+page.ID+"/feed", url.Values{
					"access_token": {page.Credentials["page_access_token"]}, "fields": {"id,permalink_url"},
					"message": {fmt.Sprintf("Avis %d : la rue du Pont est rouverte à la circulation dans les deux sens.", i)},
				})
				if err != nil {
					in.t.Error(err)
					return
				}
				_, err = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close() // it was only read
				if err != nil || resp.StatusCode != http.StatusOK {
					in.t.Errorf("the networks alone: %d %v", resp.StatusCode, err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(began)
}
