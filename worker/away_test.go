package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/queue"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
	"github.com/crieur/crieur/worker"
)

// onceDue is a ledger that names each due lane once and never again: who drops
// a lane has lost it.
type onceDue struct {
	*store.Store
	named atomic.Bool
}

func (l *onceDue) DueLanes(ctx context.Context, now time.Time, horizon, redispatchAfter time.Duration, limit int) ([]store.LaneDue, error) {
	if l.named.Load() {
		return nil, nil
	}
	lanes, err := l.Store.DueLanes(ctx, now, horizon, redispatchAfter, limit)
	l.named.Store(len(lanes) > 0)
	return lanes, err
}

// countedBells never take a ring, and count how often they are asked.
type countedBells struct {
	*queue.Queue
	asked atomic.Int64
}

func (b *countedBells) Ring(context.Context, queue.Bell) error {
	b.asked.Add(1)
	return errors.New("nobody hears")
}

// More lanes than slots, and no broker: the slots take one lane after the
// other, and a broker that does not answer is not asked for each of them.
func TestABurstWithoutABroker(t *testing.T) {
	t.Parallel()
	const lanes, slots = 60, 2
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, lanes)
	log := slog.New(slog.DiscardHandler)
	q, err := queue.Open("", log)
	storetest.Must(t, err)
	bells := &countedBells{Queue: q}
	sq := newSquare()
	world.Save(t, world.Draft("scheduled", clock.Now(), world.Channels...))
	w := worker.New(worker.Deps{
		Ledger: &onceDue{Store: ledger}, Opener: opener{sq}, Pictures: noPictures{}, Bells: bells, Kept: keptIn(t),
		Metrics: worker.NewMetrics(prometheus.NewRegistry()), Title: func(kind string) string { return kind },
		Instance: store.NewID(), Slots: queue.Slots{Critical: 1, Publish: slots, Media: 1}, Now: clock.Now, Log: log,
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		storetest.Must(t, <-ended)
		storetest.Must(t, q.Close())
	})
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(30 * time.Second)
	for sq.all() < lanes {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("%d of %d lanes were worked", sq.all(), lanes)
		}
	}
	if asked := bells.asked.Load(); asked > lanes/2 {
		t.Errorf("the broker was asked %d times", asked)
	}
}
