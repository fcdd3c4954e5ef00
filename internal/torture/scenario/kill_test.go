//go:build torture

package scenario

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/media/mediatest"
)

// What is killed, and what it is doing meanwhile.
const (
	kills          = 200
	killDeliveries = 2000
	killAccounts   = 60
	// killMost is the longest life of a process: half of them die sooner than
	// half of it.
	killMost = 4 * time.Second
)

// TestT01KillNine kills the publishing process at random moments while it works
// off posts on every kind of channel, a third of them with pictures. A network
// answers late, so that most kills fall into the middle of a call.
func TestT01KillNine(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		worker := in.start()
		accounts := in.mixed(killAccounts)
		pictures := in.upload(mediatest.JPEG(640, 480), mediatest.JPEG(480, 640))
		in.plan(simulator.Fault{Operation: "post", After: true, Effect: simulator.EffectDelay, Delay: 150 * time.Millisecond, Times: -1})

		wanted, times := size(killDeliveries), size(kills)
		// The posts are due over the whole time of the killing.
		span := time.Duration(times) * killMost / 2
		began := time.Now().Add(2 * time.Second)
		var drafts []draft
		for i := range wanted {
			d := draft{accounts: []account{accounts[i%len(accounts)]}, due: began.Add(span * time.Duration(i) / time.Duration(wanted))}
			if i%3 == 0 {
				d.pictures = pictures[:1+rand.IntN(2)]
			}
			drafts = append(drafts, d)
		}
		var creating sync.WaitGroup
		creating.Go(func() { in.announce(drafts...) })
		for range times {
			<-time.After(killMost/8 + rand.N(killMost*7/8))
			worker.Kill()
			worker = in.start()
		}
		creating.Wait()
		settled := time.Now()
		if !in.settle(20 * time.Minute) {
			t.Error("not settled within twenty minutes")
		}
		r := in.judge()
		r.Runs = times
		r.Note = "the last is settled " + time.Since(settled).Round(time.Second).String() + " after the last kill"
		report(t, s, r)
	})
}
