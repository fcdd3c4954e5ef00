package worker_test

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/benchmark/figure"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
)

// BenchmarkAlert raises an alert on twelve channels while ten thousand ordinary
// deliveries of another commune are due. The times are those from the commit to
// the network's call on each channel.
func BenchmarkAlert(b *testing.B) {
	const accounts, ordinary = 12, 10_000
	eachSetup(b, func(b *testing.B, ledger *store.Store, redisURL string) {
		world, busy := storetest.NewWorld(b, ledger, accounts), storetest.NewWorld(b, ledger, 0)
		addChannels(b, busy, 1000)
		due := clock.Now()
		for range ordinary / len(busy.Channels) {
			saveDue(b, busy, due)
		}
		s := play(b, ledger, newSquare(), redisURL, false)
		eventually(b, "ordinary work is under way", func() bool { return s.square.all() > 0 })
		var took []time.Duration
		for range b.N {
			alert, p := world.Alert(post.BroadcastActive, clock.Now(), world.Channels...)
			saved := world.Raise(b, alert, p)
			raised := clock.Now()
			for _, d := range p.Deliveries {
				until(b, world, d.ID, post.Sent)
			}
			for _, ch := range world.Channels {
				s.square.mu.Lock()
				took = append(took, s.square.at[ch.ID].Sub(raised))
				s.square.mu.Unlock()
			}
			world.Now = clock.Now()
			world.End(b, saved)
		}
		b.ReportMetric(float64(open(b, ledger)), "ordinary-left")
		b.ReportMetric(0, "ns/op")
		figure.Spread(b, took)
	})
}
