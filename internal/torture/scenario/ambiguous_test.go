//go:build torture

package scenario

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/torture/row"
)

const (
	// ambiguous is how many deliveries lose their answer in one test.
	ambiguous = 500
	// promptly is when at least settledShare of them must be sent.
	promptly     = 5 * time.Minute
	settledShare = 0.99
)

// networked is accounts on every network but the built-in pages, which need no
// network: half pages, the rest profiles and sites.
func (in *installation) networked(n int) []account {
	in.t.Helper()
	n = max(n, 4)
	all := in.pages(n - n/4 - n/4)
	all = append(all, in.profiles(n/4)...)
	return append(all, in.blogs(n/4)...)
}

// announceEach announces count posts, each on one of the accounts in turn, due
// together.
func (in *installation) announceEach(accounts []account, count int, change func(i int, d *draft)) []*expectation {
	in.t.Helper()
	due := time.Now().Add(10 * time.Second)
	drafts := make([]draft, count)
	for i := range drafts {
		drafts[i] = draft{accounts: []account{accounts[i%len(accounts)]}, due: due}
		if change != nil {
			change(i, &drafts[i])
		}
	}
	return in.announce(drafts...)
}

// shareSent is the part of deliveries that are sent and show no error.
func shareSent(list []*expectation) float64 {
	sent := 0
	for _, e := range list {
		if e.seen.Status == "sent" && e.seen.Error == nil {
			sent++
		}
	}
	return float64(sent) / float64(len(list))
}

// TestT15AcceptedThenError: every network takes the post and answers 500.
func TestT15AcceptedThenError(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := in.networked(size(100))
		in.plan(simulator.Fault{Operation: "post", After: true, Effect: simulator.EffectStatus, Status: http.StatusInternalServerError, Times: -1})
		report(t, s, in.lostAnswers(accounts, size(ambiguous)))
	})
}

// TestT16AcceptedThenSilence: every network takes the post, and the answer
// hangs, is reset, ends, is cut off or is not one.
func TestT16AcceptedThenSilence(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := in.networked(size(125))
		effects := []simulator.Effect{
			simulator.EffectHang, simulator.EffectReset, simulator.EffectEOF, simulator.EffectGarbage, simulator.EffectTruncate,
		}
		for i, a := range accounts {
			in.plan(simulator.Fault{Network: a.network, Account: a.id, Operation: "post", After: true, Effect: effects[i%len(effects)], Times: -1})
		}
		report(t, s, in.lostAnswers(accounts, size(ambiguous)))
	})
}

// lostAnswers announces posts whose answers are lost, and judges what became of
// them.
func (in *installation) lostAnswers(accounts []account, count int) row.Row {
	in.t.Helper()
	list := in.announceEach(accounts, count, nil)
	in.settle(promptly + 10*time.Second)
	share := shareSent(list)
	if share < settledShare {
		in.t.Errorf("%.1f %% were sent within %s, want %.0f %%", 100*share, promptly, 100*settledShare)
	}
	// The rest has its time too: none may be lost.
	if !in.settle(15 * time.Minute) {
		in.t.Error("not settled")
	}
	r := in.judge()
	r.Runs = count
	r.Note = fmt.Sprintf("%.1f %% sent within %s", 100*share, promptly)
	return r
}

// TestT17RefusedUnclearly: no network takes the first try, and each answers 503,
// which does not say so.
func TestT17RefusedUnclearly(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		count := size(ambiguous)
		accounts := in.networked(min(count, 100))
		times := make([]int, len(accounts))
		for i := range count {
			times[i%len(accounts)]++
		}
		for i, a := range accounts {
			if times[i] > 0 {
				in.plan(simulator.Fault{Network: a.network, Account: a.id, Operation: "post", Effect: simulator.EffectStatus, Status: http.StatusServiceUnavailable, Times: times[i]})
			}
		}
		in.announceEach(accounts, count, nil)
		if !in.settle(18 * time.Minute) {
			t.Error("not settled")
		}
		r := in.judge()
		r.Runs = count
		report(t, s, r)
	})
}

// TestT18ReusedConnection: the answer to a second post is lost on the connection
// of the first; net/http alone would send it again.
func TestT18ReusedConnection(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		count := size(200)
		accounts := in.networked(count)[:max(1, count)]
		first := in.announceEach(accounts, count, nil)
		if !in.settleThese(first, 2*time.Minute) {
			t.Fatal("the first posts were not settled")
		}
		for i, a := range accounts {
			effect := simulator.EffectEOF
			if i%2 == 1 {
				effect = simulator.EffectReset
			}
			in.plan(simulator.Fault{Network: a.network, Account: a.id, Operation: "post", After: true, Effect: effect})
		}
		in.announceEach(accounts, count, nil)
		if !in.settle(promptly) {
			t.Error("not settled")
		}
		r := in.judge()
		r.Runs = count
		report(t, s, r)
	})
}

// TestT19LateLists: the lists of the networks show a post up to two minutes
// late, or cannot be read for minutes; a part of the posts was never taken.
func TestT19LateLists(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		count := size(200)
		accounts := in.networked(count)
		for i, a := range accounts {
			fault := simulator.Fault{Network: a.network, Account: a.id, Operation: "post", Effect: simulator.EffectEOF, After: i%4 != 0}
			in.plan(fault)
			switch {
			case i%3 == 0:
				in.plan(simulator.Fault{Network: a.network, Account: a.id, Operation: "read", Effect: simulator.EffectStatus, Status: http.StatusInternalServerError, Times: -1})
			case fault.After:
				in.plan(simulator.Fault{Network: a.network, Account: a.id, Operation: "post", Effect: simulator.EffectHide, Delay: time.Duration(i%13) * 10 * time.Second})
			}
		}
		in.announceEach(accounts, count, nil)
		<-time.After(3 * time.Minute)
		in.networks.ClearFaults()
		if !in.settle(18 * time.Minute) {
			t.Error("not settled")
		}
		r := in.judge()
		r.Runs = count
		r.Note = "lists 0–120 s late, a third unreadable for 3 min, a quarter never taken"
		report(t, s, r)
	})
}

// TestT22RefusedAsDouble: the list hides the post for longer than the proof of
// its absence takes, so that it is sent again; the network refuses the second
// one, and that proves the first.
func TestT22RefusedAsDouble(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		count := size(100)
		accounts := append(in.profiles((count+1)/2), in.pages(count/2)...)
		for _, a := range accounts {
			in.plan(
				simulator.Fault{Network: a.network, Account: a.id, Operation: "post", Effect: simulator.EffectHide, Delay: 5 * time.Minute},
				simulator.Fault{Network: a.network, Account: a.id, Operation: "post", After: true, Effect: simulator.EffectEOF},
			)
		}
		list := in.announceEach(accounts, count, nil)
		if !in.settle(18 * time.Minute) {
			t.Error("not settled")
		}
		refused := 0
		for _, e := range list {
			if e.seen.Status != "sent" || e.seen.Error != nil {
				t.Errorf("%s on %s is %s with %+v", e.reference, e.account.network, e.seen.Status, e.seen.Error)
			}
			if e.seen.Attempts == 2 {
				refused++
			}
		}
		if refused == 0 {
			t.Error("no network was asked a second time: nothing was tested")
		}
		r := in.judge()
		r.Runs = count
		r.Note = fmt.Sprintf("%d refused as doubles", refused)
		report(t, s, r)
	})
}
