package worker_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/crieur/crieur/internal/benchmark/figure"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/queue"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
	"github.com/crieur/crieur/internal/testrig"
)

// savers is how many callers save at once while a benchmark prepares.
const savers = 32

// patience bounds every wait of a benchmark.
const patience = 2 * time.Minute

// eachSetup runs a benchmark on SQLite with the embedded queue, and on
// PostgreSQL with Redis where both are there.
func eachSetup(b *testing.B, run func(b *testing.B, ledger *store.Store, redisURL string)) {
	b.Helper()
	for _, e := range storetest.Engines(b) {
		name := map[string]string{"sqlite": "embedded", "postgres": "scaled"}[e.Name]
		b.Run(name, func(b *testing.B) {
			redisURL := ""
			if name == "scaled" {
				redisURL = testrig.Redis(b)
			}
			run(b, e.Open(b), redisURL)
		})
	}
}

// BenchmarkBells rings ten thousand bells that nobody acts on: what the queue
// alone can do.
func BenchmarkBells(b *testing.B) {
	const bells = 10_000
	run := func(b *testing.B, redisURL string) {
		b.Helper()
		q, err := queue.Open(redisURL, slog.New(slog.DiscardHandler))
		storetest.Must(b, err)
		b.Cleanup(func() { storetest.Must(b, q.Close()) })
		var heard atomic.Int64
		done := make(chan struct{}, 1)
		wanted := int64(bells * b.N)
		storetest.Must(b, q.Start(func(context.Context, queue.Bell) {
			if heard.Add(1) == wanted {
				done <- struct{}{}
			}
		}, queue.Slots{Critical: 1, Publish: 200, Media: 1}))
		spent := figure.Processor(b)
		b.ResetTimer()
		for range wanted {
			storetest.Must(b, q.Ring(b.Context(), queue.Bell{Work: queue.Publish, ChannelID: "c", Lane: post.LaneOrdinary}))
		}
		<-done
		b.ReportMetric(float64(wanted)/b.Elapsed().Seconds(), "bells/s")
		spent(int(wanted))
	}
	b.Run("embedded", func(b *testing.B) { run(b, "") })
	b.Run("scaled", func(b *testing.B) { run(b, testrig.Redis(b)) })
}

// BenchmarkBurst delivers many posts that are due at one instant, each to an
// account of its own, to a network that answers at once. The times are those
// of the network's calls after the due instant: a negative one is early.
func BenchmarkBurst(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			if n > 1_000 && testing.Short() {
				b.Skip("-short")
			}
			eachSetup(b, func(b *testing.B, ledger *store.Store, redisURL string) { burst(b, ledger, redisURL, n) })
		})
	}
}

func burst(b *testing.B, ledger *store.Store, redisURL string, n int) {
	b.Helper()
	world := storetest.NewWorld(b, ledger, 0)
	addChannels(b, world, n)
	s := play(b, ledger, newSquare(), redisURL, false)
	var late []time.Duration
	var lasted time.Duration
	spent := figure.Processor(b)
	for round := range b.N {
		// Saving takes time, and the dispatcher looks three seconds ahead. The
		// instant is late in its second, which a queue of whole seconds would
		// ring early.
		lead := 6*time.Second + time.Duration(n)*time.Millisecond
		due := clock.Now().Add(lead).Truncate(time.Second).Add(837 * time.Millisecond)
		saveDue(b, world, due)
		if left := due.Sub(clock.Now()); left < 3*time.Second {
			b.Fatalf("saving took too long: %s are left", left)
		}
		spent = figure.Processor(b)
		eventually(b, "every account was called", func() bool { return s.square.all() == n*(round+1) })
		eventually(b, "every outcome is saved", func() bool { return open(b, ledger) == 0 })
		lasted += clock.Now().Sub(due)
		for _, at := range s.square.moments() {
			late = append(late, at.Sub(due))
		}
	}
	spent(n)
	b.ReportMetric(float64(n*b.N)/lasted.Seconds(), "deliveries/s")
	b.ReportMetric(0, "ns/op") // the wait for the instant says nothing
	figure.Spread(b, late)
}

// BenchmarkPublishNow saves a post that is due at once in an idle system. The
// times are those from before the save to the network's call.
func BenchmarkPublishNow(b *testing.B) {
	eachSetup(b, func(b *testing.B, ledger *store.Store, redisURL string) {
		world := storetest.NewWorld(b, ledger, 1)
		s := play(b, ledger, newSquare(), redisURL, false)
		// The first one waits for the start of the worker.
		until(b, world, world.Scheduled(b, clock.Now(), world.Channels[0]).ID, post.Sent)
		took := make([]time.Duration, b.N)
		b.ResetTimer()
		for i := range took {
			asked := clock.Now()
			d := world.Scheduled(b, asked, world.Channels[0])
			until(b, world, d.ID, post.Sent)
			took[i] = s.square.moments()[0].Sub(asked)
		}
		figure.Spread(b, took)
	})
}

// addChannels adds accounts to a world.
func addChannels(b *testing.B, w *storetest.World, n int) {
	b.Helper()
	var group errgroup.Group
	group.SetLimit(savers)
	for i := range n {
		c := post.Channel{
			ID: store.NewID(), CommuneID: w.Commune.ID, Kind: "facebook", Name: fmt.Sprintf("Page %d", i), Status: post.ChannelConnected,
			Settings: map[string]string{"page_id": "1"}, Sealed: []byte("sealed"), CreatedAt: w.Now,
		}
		w.Channels = append(w.Channels, c)
		group.Go(func() error { return w.Store.CreateChannel(b.Context(), c) })
	}
	storetest.Must(b, group.Wait())
}

// saveDue saves a delivery on every channel of a world, due at one instant.
func saveDue(b *testing.B, w *storetest.World, due time.Time) {
	b.Helper()
	var group errgroup.Group
	group.SetLimit(savers)
	for some := range slices.Chunk(w.Channels, 50) {
		p := w.Draft(post.Scheduled, due, some...)
		group.Go(func() error { return w.Store.CreatePost(b.Context(), p) })
	}
	storetest.Must(b, group.Wait())
}

// open is how many deliveries are not sent yet.
func open(b *testing.B, ledger *store.Store) (n int) {
	b.Helper()
	counts, err := ledger.Counts(b.Context())
	storetest.Must(b, err)
	for _, count := range counts {
		n += count
	}
	return n
}

// eventually asks every 50 ms whether something holds.
func eventually(b *testing.B, what string, holds func() bool) {
	b.Helper()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(patience)
	for !holds() {
		select {
		case <-ticker.C:
		case <-deadline:
			b.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// all is how many posts the square has accepted.
func (s *square) all() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, cried := range s.cried {
		n += cried
	}
	return n
}

// moments are the last calls, one for each account.
func (s *square) moments() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.at))
}
