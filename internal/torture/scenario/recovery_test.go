//go:build torture

package scenario

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/internal/torture/row"
)

const (
	// recovered is the longest time that 95 of 100 recoveries may take.
	recovered = 45 * time.Second
	// recoveryInstallations share the runs of one setup: a run is mostly
	// waiting.
	recoveryInstallations = 5
)

// TestT13Recovery kills the publishing process while networks hold answers
// back, starts it again at once, and measures how long it takes until what was
// interrupted is taken up – found, sent again, or being read back – and the same
// accounts publish again. That a post is absent is proved minutes later: the
// note says when the last had its final state.
func TestT13Recovery(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		runs := size(30)
		rows := make([]row.Row, min(runs, recoveryInstallations))
		var mu sync.Mutex
		var times, finals []time.Duration
		t.Run("installations", func(t *testing.T) {
			for i := range rows {
				t.Run(fmt.Sprint(i), func(t *testing.T) {
					t.Parallel()
					var own, settled []time.Duration
					rows[i], own, settled = interrupt(t, s, (runs+len(rows)-1-i)/len(rows))
					mu.Lock()
					defer mu.Unlock()
					times, finals = append(times, own...), append(finals, settled...)
				})
			}
		})
		r := add(rows...)
		r.Recovery = percentile(times, 0.95)
		if r.Recovery > recovered {
			t.Errorf("recovery p95 %s, want at most %s", r.Recovery, recovered)
		}
		r.Note = fmt.Sprintf("p50 %s, longest %s; all final after p50 %s, longest %s", percentile(times, 0.5).Round(time.Second),
			percentile(times, 1).Round(time.Second), percentile(finals, 0.5).Round(time.Second), percentile(finals, 1).Round(time.Second))
		report(t, s, r)
	})
}

// interrupt kills one installation's publishing process a number of times and
// returns how long each took until it was taken up, and until all was final.
func interrupt(t *testing.T, s setup, runs int) (r row.Row, times, finals []time.Duration) {
	t.Helper()
	in := install(t, s, nil)
	worker := in.start()
	accounts := append(in.pages(4), append(in.profiles(2), in.blogs(1)...)...)
	in.plan(simulator.Fault{Operation: "post", After: true, Effect: simulator.EffectDelay, Delay: 800 * time.Millisecond, Times: -1})
	for len(times) < runs && !t.Failed() {
		due := time.Now().Add(1500 * time.Millisecond)
		var drafts []draft
		for _, a := range accounts {
			drafts = append(drafts, draft{accounts: []account{a}, due: due})
		}
		list := in.announce(drafts...)
		<-time.After(time.Until(due.Add(100*time.Millisecond + rand.N(600*time.Millisecond))))
		worker.Kill()
		killed := time.Now()
		worker = in.start()
		held := in.sending(list)
		if len(held) > 0 {
			in.takenUp(held)
			times = append(times, time.Since(killed))
		}
		if !in.settleThese(list, 8*time.Minute) {
			t.Error("not settled within eight minutes")
		}
		finals = append(finals, time.Since(killed))
	}
	r = in.judge()
	r.Runs = len(times)
	return r, times, finals
}

// takenUp waits until no dead process's claim stands any more, and until each
// account has published again.
func (in *installation) takenUp(held []*expectation) {
	in.t.Helper()
	var accounts []account
	for _, e := range held {
		accounts = append(accounts, e.account)
	}
	next := in.each(accounts, time.Time{})
	testrig.Eventually(in.t, 5*time.Minute, "what was interrupted is taken up", func() bool {
		in.look(held)
		return !slices.ContainsFunc(held, func(e *expectation) bool { return e.seen.Status == "sending" })
	})
	if !in.settleThese(next, 5*time.Minute) {
		in.t.Error("an account does not publish again within five minutes")
	}
}

// sending are those that a process holds now.
func (in *installation) sending(list []*expectation) []*expectation {
	in.t.Helper()
	in.look(list)
	var held []*expectation
	for _, e := range list {
		var p seenPost
		if in.ask(http.MethodGet, "/posts/"+e.postID, nil, http.StatusOK, &p) && p.Status == "publishing" && e.seen.Status == "sending" {
			held = append(held, e)
		}
	}
	return held
}
