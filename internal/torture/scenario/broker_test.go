//go:build torture

package scenario

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
)

// What Redis may do must cost time and nothing else: at most this much.
const withoutBells = 10 * time.Second

// TestT03BrokerForgets empties Redis again and again while posts become due,
// and at the end puts back what it held at the beginning, minutes ago.
func TestT03BrokerForgets(t *testing.T) {
	const every = 15 * time.Second
	onSetups(t, []setup{scaled}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := in.mixed(20)
		flushes := size(20)
		length := time.Duration(flushes)*every + 20*time.Second
		n := size(2000)
		// Announcing them takes its time, too.
		began := time.Now().Add(10*time.Second + time.Duration(n)*20*time.Millisecond)
		in.spread(accounts, n, began, length)
		<-time.After(time.Until(began))
		old := in.redis.Save()
		for range flushes {
			<-time.After(every)
			in.redis.Flush()
		}
		in.redis.Restore(old)
		if !in.settle(length + 5*time.Minute) {
			t.Error("not settled within five minutes of the last due time")
		}
		r := in.judge()
		r.Runs = flushes + 1
		r.Note = fmt.Sprintf("emptied every %s, at last put back by %s", every, time.Since(began).Round(time.Second))
		if r.Late > withoutBells {
			t.Errorf("late by %s, want at most %s", r.Late, withoutBells)
		}
		report(t, s, r)
	})
}

// TestT04NoBroker starts everything without a Redis and works so for ten
// minutes.
func TestT04NoBroker(t *testing.T) {
	const (
		punctual = 15 * time.Second
		ofACore  = 0.20
	)
	onSetups(t, []setup{scaled}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.redis.Kill()
		worker := in.start()
		accounts := in.mixed(20)
		length := max(time.Minute, time.Duration(part()*float64(10*time.Minute)))
		began := time.Now().Add(5 * time.Second)
		// A commune's busiest hour, and not a burst: it is the idle cost of
		// looking for a Redis that is asked.
		in.spread(accounts, int(length/time.Second), began, length)
		<-time.After(time.Until(began))
		used, clocked := cpu(t, worker), time.Now()
		if !in.settle(length + 2*time.Minute) {
			t.Error("not settled within two minutes of the last due time")
		}
		share := (cpu(t, worker) - used).Seconds() / time.Since(clocked).Seconds()
		r := in.judge()
		r.Runs = 1
		p99 := percentile(in.lateness(), 0.99)
		r.Note = fmt.Sprintf("absent for %s, p99 late %s, worker used %.0f %% of a core", length.Round(time.Second), p99.Round(time.Millisecond), 100*share)
		if p99 > punctual {
			t.Errorf("p99 late by %s, want at most %s", p99, punctual)
		}
		if share > ofACore {
			t.Errorf("the worker used %.2f of a core, want at most %.2f", share, ofACore)
		}
		report(t, s, r)
	})
}

// TestT05BrokerHangs freezes Redis for longer than a lease of its queue lasts,
// while networks accept posts.
func TestT05BrokerHangs(t *testing.T) {
	const hang = 45 * time.Second
	onSetups(t, []setup{scaled}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := in.mixed(20)
		in.plan(simulator.Fault{Operation: "post", After: true, Effect: simulator.EffectDelay, Delay: time.Second, Times: -1})
		runs := size(10)
		for range runs {
			due := time.Now().Add(2 * time.Second)
			in.each(accounts, due)
			// Half of the calls are under way when it freezes, the others begin
			// while it is frozen.
			in.each(accounts, due.Add(hang/2))
			<-time.After(time.Until(due.Add(500 * time.Millisecond)))
			in.redis.Freeze()
			<-time.After(hang)
			in.redis.Thaw()
		}
		if !in.settle(5 * time.Minute) {
			t.Error("not settled in five minutes")
		}
		r := in.judge()
		r.Runs, r.Note = runs, fmt.Sprintf("hung for %s each", hang)
		report(t, s, r)
	})
}

// each announces one post on each account, due at one moment.
func (in *installation) each(accounts []account, due time.Time) []*expectation {
	in.t.Helper()
	drafts := make([]draft, len(accounts))
	for i, a := range accounts {
		drafts[i] = draft{accounts: []account{a}, due: due}
	}
	return in.announce(drafts...)
}

// spread announces n posts over the accounts, due evenly over a time.
func (in *installation) spread(accounts []account, n int, from time.Time, length time.Duration) []*expectation {
	in.t.Helper()
	drafts := make([]draft, n)
	for i := range drafts {
		due := from.Add(length * time.Duration(i) / time.Duration(n))
		drafts[i] = draft{accounts: []account{accounts[i%len(accounts)]}, due: due}
	}
	return in.announce(drafts...)
}

// lateness is how long after its due time each post was accepted, by the
// networks' journal.
func (in *installation) lateness() []time.Duration {
	in.t.Helper()
	journal := in.acceptedPosts()
	in.mu.Lock()
	defer in.mu.Unlock()
	var all []time.Duration
	for _, e := range in.expected {
		if a := journal[place{e.account.network, e.account.id, e.reference}]; a.times > 0 && e.seen.DueAt != nil {
			all = append(all, a.first.Sub(*e.seen.DueAt))
		}
	}
	return all
}

// cpu is the processor time that a process has used.
func cpu(t *testing.T, p *testrig.Process) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID()))
	if err != nil {
		t.Fatal(err)
	}
	// The name of the program may hold anything; the numbers follow its
	// parenthesis. The 14th and 15th field of proc(5) count hundredths.
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
