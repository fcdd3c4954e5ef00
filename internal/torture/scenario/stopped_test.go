//go:build torture

package scenario

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/internal/torture/row"
)

// atOnce is how many processes are stopped together, so that long stops take
// their time once.
const atOnce = 10

// TestT09Sleeper stops publishing processes for three minutes in the middle of
// their calls, and wakes them when others have long taken their work over.
func TestT09Sleeper(t *testing.T) {
	const asleep = 3 * time.Minute
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		runs := size(50)
		rounds := (runs + atOnce - 1) / atOnce
		n := min(runs, atOnce)
		sleep := func(in *installation, processes []*testrig.Process, accounts []account) {
			in.plan(simulator.Fault{Operation: "post", After: true, Effect: simulator.EffectDelay, Delay: time.Second, Times: -1})
			for range rounds {
				due := time.Now().Add(2 * time.Second)
				in.each(accounts, due)
				<-time.After(time.Until(due.Add(rand.N(900 * time.Millisecond))))
				for _, p := range processes {
					p.Signal(syscall.SIGSTOP)
				}
				<-time.After(asleep)
				for _, p := range processes {
					p.Signal(syscall.SIGCONT)
				}
			}
			if !in.settle(10 * time.Minute) {
				in.t.Error("not settled within ten minutes")
			}
		}
		var r row.Row
		if s == embedded {
			// One process is the whole installation: several of them sleep.
			r = together(t, s, n, func(in *installation) {
				sleep(in, []*testrig.Process{in.start()}, in.mixed(5))
			})
		} else {
			in := install(t, s, nil)
			in.start() // stays awake
			processes := in.workers(n)
			sleep(in, processes, in.mixed(5*n))
			r = in.judge()
		}
		r.Runs, r.Note = rounds*n, fmt.Sprintf("%d processes at once for %s", n, asleep)
		report(t, s, r)
	})
}

// stopsWithin is what a container gives a process to end.
const stopsWithin = 75 * time.Second

// TestT10Terminate asks processes to end while networks take up to 44 seconds
// to answer, and starts others at once.
func TestT10Terminate(t *testing.T) {
	const slowest = 44 * time.Second // a call may take 45
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		runs := size(100)
		n := min(runs, atOnce)
		rounds := (runs + n - 1) / n
		times := make(chan time.Duration, rounds*n)
		terminate := func(in *installation, processes []*testrig.Process, accounts []account) {
			for range rounds {
				for _, a := range accounts {
					in.plan(simulator.Fault{Network: a.network, Account: a.id, Operation: "post", After: true, Effect: simulator.EffectDelay, Delay: rand.N(slowest)})
				}
				due := time.Now().Add(2 * time.Second)
				in.each(accounts, due)
				<-time.After(time.Until(due.Add(rand.N(time.Second))))
				for _, p := range processes {
					p.Signal(syscall.SIGTERM)
				}
				began := time.Now()
				for i, p := range processes {
					select {
					case <-p.Ended():
						times <- time.Since(began)
					case <-time.After(2 * stopsWithin):
						in.t.Fatalf("not ended %s after SIGTERM:\n%s", 2*stopsWithin, p.Log())
					}
					processes[i] = in.work()
				}
				for _, p := range processes {
					in.awaitReady(p)
				}
			}
			if !in.settle(10 * time.Minute) {
				in.t.Error("not settled within ten minutes")
			}
		}
		var r row.Row
		if s == embedded {
			r = together(t, s, n, func(in *installation) {
				p := in.start()
				terminate(in, []*testrig.Process{p}, in.pages(3))
			})
		} else {
			in := install(t, s, nil)
			in.serve()
			processes := in.workers(n)
			terminate(in, processes, append(in.pages(2*n), in.profiles(n)...))
			r = in.judge()
		}
		close(times)
		var all []time.Duration
		for d := range times {
			all = append(all, d)
		}
		r.Runs = len(all)
		longest := percentile(all, 1)
		r.Note = fmt.Sprintf("calls of up to %s; ended after at most %s", slowest, longest.Round(time.Second))
		if longest > stopsWithin {
			t.Errorf("a process took %s to end, want at most %s", longest, stopsWithin)
		}
		report(t, s, r)
	})
}

// workers starts processes that publish, and waits for all of them.
func (in *installation) workers(n int) []*testrig.Process {
	in.t.Helper()
	all := make([]*testrig.Process, n)
	for i := range all {
		all[i] = in.work()
	}
	for _, p := range all {
		in.awaitReady(p)
	}
	return all
}

// together runs the same on several installations at once and adds up what the
// judge finds.
func together(t *testing.T, s setup, n int, run func(in *installation)) row.Row {
	t.Helper()
	rows := make([]row.Row, n)
	t.Run("installations", func(t *testing.T) {
		for i := range rows {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				in := install(t, s, nil)
				run(in)
				rows[i] = in.judge()
			})
		}
	})
	return add(rows...)
}
