package worker_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
)

// restarting is a ledger whose database goes away once, at the point of no
// return.
type restarting struct {
	*store.Store
	gone atomic.Bool
}

func (r *restarting) Creating(ctx context.Context, deliveryID string, epoch int64, number int, now time.Time) error {
	if r.gone.CompareAndSwap(false, true) {
		return errors.New("the database restarts")
	}
	return r.Store.Creating(ctx, deliveryID, epoch, number, now)
}

// Whatever a channel makes of it, a ledger that could not commit the point of
// no return costs a delay: nothing left, and it is tried again.
func TestALedgerThatRestartsInATryDelaysIt(t *testing.T) {
	t.Parallel()
	ledger := &restarting{Store: storetest.Open(t)}
	world := storetest.NewWorld(t, ledger.Store, 1)
	s := play(t, ledger, newSquare(), "", false)
	d := world.Scheduled(t, clock.Now(), world.Channels[0])
	got := until(t, world, d.ID, post.Sent)
	s.stop()
	if n := s.square.times(world.Channels[0].ID); n != 1 || got.Attempts != 2 {
		t.Errorf("cried %d times in %d attempts, want once in the second", n, got.Attempts)
	}
}
