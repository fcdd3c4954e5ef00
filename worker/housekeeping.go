package worker

import (
	"context"
	"time"
)

// choresEvery is how often a worker tidies up. Several workers may do the same
// chore; each is harmless to repeat.
const choresEvery = time.Hour

// Chore forgets what nobody needs any more.
type Chore struct {
	Name string
	// Do returns how much it removed.
	Do func(ctx context.Context, now time.Time) (int, error)
}

// tidy does every chore now and then each hour, until ctx ends.
func (w *Worker) tidy(ctx context.Context) {
	ticker := time.NewTicker(choresEvery)
	defer ticker.Stop()
	for {
		// By a wrong clock everything may look old.
		paused, _ := w.clock.state()
		for _, chore := range w.Chores {
			if paused {
				break
			}
			n, err := chore.Do(ctx, w.clock.now())
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				w.Log.WarnContext(ctx, "a chore failed; it is done again in an hour", "chore", chore.Name, "error", err)
			case n > 0:
				w.Log.InfoContext(ctx, "tidied up", "chore", chore.Name, "removed", n)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
