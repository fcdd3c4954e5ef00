//go:build torture

package scenario

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
)

// resumed is how soon after the database work must go on.
const resumed = 30 * time.Second

// TestT06DatabaseRestarts restarts PostgreSQL and kills it while posts are
// being published, and measures how soon after its return the next one leaves.
func TestT06DatabaseRestarts(t *testing.T) {
	onSetups(t, []setup{scaled, queueless}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := in.mixed(20)
		in.plan(simulator.Fault{Operation: "post", After: true, Effect: simulator.EffectDelay, Delay: 300 * time.Millisecond, Times: -1})
		restarts, kills := size(20), size(10)
		var times []time.Duration
		for i := range restarts + kills {
			due := time.Now().Add(1500 * time.Millisecond)
			in.each(accounts, due)
			<-time.After(time.Until(due.Add(rand.N(800 * time.Millisecond))))
			if i < restarts {
				in.postgres.Stop()
			} else {
				in.postgres.Kill()
			}
			<-time.After(rand.N(3 * time.Second))
			in.postgres.Start()
			back := time.Now()
			if next := in.announce(draft{accounts: accounts[len(accounts)-1:]}); !in.settleThese(next, 2*time.Minute) {
				t.Error("nothing left within two minutes of the database's return")
			}
			times = append(times, time.Since(back))
		}
		if !in.settle(10 * time.Minute) {
			t.Error("not settled within ten minutes")
		}
		r := in.judge()
		r.Runs, r.Recovery = restarts+kills, percentile(times, 0.95)
		r.Note = fmt.Sprintf("%d restarts, %d kill -9; the next post left after at most %s", restarts, kills, percentile(times, 1).Round(time.Second))
		if r.Recovery > resumed {
			t.Errorf("work went on after %s, want at most %s", r.Recovery, resumed)
		}
		report(t, s, r)
	})
}

// partitioned is how many processes are cut off at once, so that fifty times
// take minutes.
const partitioned = 10

// TestT07Partition cuts publishing processes from the database around the
// moment at which they publish: half see their connections closed, half hear
// nothing any more.
func TestT07Partition(t *testing.T) {
	const cutOff = time.Minute
	onSetups(t, []setup{scaled, queueless}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		runs := size(50)
		n := min(runs, partitioned)
		in.serve(withEnv("CRIEUR_DATABASE_URL", in.postgres.URL()))
		proxies := make([]*testrig.Proxy, n)
		for i := range proxies {
			proxies[i] = testrig.StartProxy(t, in.postgres.Addr)
			in.awaitReady(in.work(withEnv("CRIEUR_DATABASE_URL", in.postgres.URLBehind(proxies[i]))))
		}
		accounts := in.mixed(4 * n)
		in.plan(simulator.Fault{Operation: "post", After: true, Effect: simulator.EffectDelay, Delay: 700 * time.Millisecond, Times: -1})
		rounds := (runs + n - 1) / n
		for range rounds {
			due := time.Now().Add(2500 * time.Millisecond)
			in.each(accounts, due)
			<-time.After(time.Until(due.Add(rand.N(600 * time.Millisecond))))
			for i, proxy := range proxies {
				if i%2 == 0 {
					proxy.Hang()
				} else {
					proxy.Cut()
				}
				<-time.After(rand.N(60 * time.Millisecond))
			}
			<-time.After(cutOff)
			for _, proxy := range proxies {
				proxy.Heal()
			}
		}
		if !in.settle(12 * time.Minute) {
			t.Error("not settled within twelve minutes")
		}
		in.eachCallHasItsAttempt()
		r := in.judge()
		r.Runs, r.Note = rounds*n, fmt.Sprintf("%d processes at once for %s, cut or silent", n, cutOff)
		report(t, s, r)
	})
}

// eachCallHasItsAttempt checks that nothing was accepted that the ledger had
// not committed before.
func (in *installation) eachCallHasItsAttempt() {
	in.t.Helper()
	journal := in.acceptedPosts()
	for _, e := range in.expected {
		a := journal[place{e.account.network, e.account.id, e.reference}]
		if a.times == 0 {
			continue
		}
		var detail struct {
			Attempts []struct {
				CreatingAt *time.Time `json:"creating_at"`
			} `json:"attempts"`
		}
		if !in.ask(http.MethodGet, "/deliveries/"+e.seen.ID, nil, http.StatusOK, &detail) {
			return
		}
		committed := false
		for _, attempt := range detail.Attempts {
			// Both clocks are this machine's; the ledger keeps milliseconds.
			committed = committed || attempt.CreatingAt != nil && !attempt.CreatingAt.After(a.first.Add(time.Millisecond))
		}
		if !committed {
			in.t.Errorf("%s on %s was accepted at %s without an attempt committed before", e.reference, e.account.network, a.first)
		}
	}
}
