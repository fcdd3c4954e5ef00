package store_test

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store/storetest"
)

// BenchmarkPlannedPosts reads the plan of a month with two thousand posts on
// three channels each, as a calendar does.
func BenchmarkPlannedPosts(b *testing.B) {
	const posts = 2000
	eachEngine(b, func(b *testing.B, w *storetest.World) {
		for i := range posts {
			w.Save(b, w.Draft(post.Scheduled, w.Now.Add(time.Duration(i)*20*time.Minute), w.Channels...))
		}
		b.ResetTimer()
		for b.Loop() {
			all, err := w.Store.PlannedPosts(b.Context(), w.Commune.ID, w.Now, w.Now.AddDate(0, 0, 30))
			if err != nil || len(all) != posts {
				b.Fatal(len(all), err)
			}
		}
	})
}
