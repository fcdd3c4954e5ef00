package store_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
)

func eachEngine(b *testing.B, run func(b *testing.B, w *storetest.World)) {
	b.Helper()
	for _, e := range storetest.Engines(b) {
		b.Run(e.Name, func(b *testing.B) { run(b, storetest.NewWorld(b, e.Open(b), 3)) })
	}
}

// BenchmarkCreatePost saves posts with three deliveries each, from eight
// callers at once.
func BenchmarkCreatePost(b *testing.B) {
	eachEngine(b, func(b *testing.B, w *storetest.World) {
		posts := make([]post.Post, b.N)
		for i := range posts {
			posts[i] = w.Draft(post.Scheduled, w.Now.Add(time.Duration(i)*time.Second), w.Channels...)
		}
		var next atomic.Int64
		b.SetParallelism(4) // times two processors
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := w.Store.CreatePost(context.WithoutCancel(b.Context()), posts[next.Add(1)-1]); err != nil {
					b.Error(err)
					return
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
	})
}

// prepared saves one due delivery on each of b.N lanes.
func prepared(b *testing.B, w *storetest.World) []post.Delivery {
	b.Helper()
	all := make([]post.Delivery, b.N)
	for i := range all {
		all[i] = w.Scheduled(b, w.Now, w.AddChannel(b))
	}
	b.ResetTimer()
	return all
}

// BenchmarkClaim claims due deliveries, one after the other.
func BenchmarkClaim(b *testing.B) {
	eachEngine(b, func(b *testing.B, w *storetest.World) {
		for _, d := range prepared(b, w) {
			claim, err := w.Store.ClaimPublish(b.Context(), d.ChannelID, d.Lane, "bench", w.Now, w.Now.Add(time.Minute))
			if err != nil || claim == nil {
				b.Fatal(claim, err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "claims/s")
	})
}

// BenchmarkFinish ends attempts, from eight callers at once.
func BenchmarkFinish(b *testing.B) {
	eachEngine(b, func(b *testing.B, w *storetest.World) {
		all := prepared(b, w)
		for _, d := range all {
			claim, err := w.Store.ClaimPublish(b.Context(), d.ChannelID, d.Lane, "bench", w.Now, w.Now.Add(time.Minute))
			storetest.Must(b, err)
			_, err = w.Store.BeginAttempt(b.Context(), d.ID, claim.Delivery.Epoch, w.Now, "f")
			storetest.Must(b, err)
		}
		var next atomic.Int64
		b.SetParallelism(4)
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				d := all[next.Add(1)-1]
				err := w.Store.Finish(context.WithoutCancel(b.Context()), d.ID, 1, store.Result{
					From: post.Sending, To: post.Sent, Number: 1, At: w.Now, RemoteID: "1", ResetClaims: true,
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "finishes/s")
	})
}

// BenchmarkDueLanes marks ten thousand deliveries that are due at one instant.
func BenchmarkDueLanes(b *testing.B) {
	const rows = 10_000
	eachEngine(b, func(b *testing.B, w *storetest.World) {
		p := w.Draft(post.Draft, w.Now)
		for i := range rows {
			d := w.Delivery(&p, post.Scheduled, w.Now, w.Channels[i%len(w.Channels)])
			d.Occurrence = i
			p.Deliveries = append(p.Deliveries, d)
			if len(p.Deliveries) == 100 {
				w.Save(b, p)
				p = w.Draft(post.Draft, w.Now)
			}
		}
		b.ResetTimer()
		for i := range b.N {
			at := w.Now.Add(time.Duration(i) * time.Minute)
			if lanes, err := w.Store.DueLanes(b.Context(), at, 3*time.Second, 5*time.Second, 0); err != nil || len(lanes) != len(w.Channels) {
				b.Fatal(lanes, err)
			}
		}
		b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

// BenchmarkRaise raises an alert while 10,000 ordinary deliveries wait.
func BenchmarkRaise(b *testing.B) {
	const waiting = 10_000
	for _, e := range storetest.Engines(b) {
		b.Run(e.Name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				w := storetest.NewWorld(b, e.Open(b), 12)
				for range waiting / len(w.Channels) {
					w.Save(b, w.Draft(post.Scheduled, w.Now.Add(time.Hour), w.Channels...))
				}
				alert, message := w.Alert(post.BroadcastActive, w.Now, w.Channels...)
				b.StartTimer()
				if saved := w.Raise(b, alert, message); saved.Held < waiting-len(w.Channels) {
					b.Fatalf("held %d", saved.Held)
				}
			}
		})
	}
}
