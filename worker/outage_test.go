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

// mute is a ledger whose answer to one write is lost after it was made.
type mute struct {
	*store.Store
	claimed, finished atomic.Bool
	loseClaim         bool
}

var errAnswerLost = errors.New("the answer was lost")

func (m *mute) ClaimPublish(ctx context.Context, channelID string, lane post.Lane, instance string, now, leaseUntil time.Time) (*store.Claim, error) {
	claim, err := m.Store.ClaimPublish(ctx, channelID, lane, instance, now, leaseUntil)
	if m.loseClaim && claim != nil && m.claimed.CompareAndSwap(false, true) {
		return nil, errAnswerLost
	}
	return claim, err
}

// Finish fails for longer than a worker tries, the first time.
func (m *mute) Finish(ctx context.Context, deliveryID string, epoch int64, r store.Result) error {
	if !m.loseClaim && epoch == 1 && !m.finished.Load() {
		return errors.New("the database is away")
	}
	return m.Store.Finish(ctx, deliveryID, epoch, r)
}

// A claim on which nobody works must not be kept alive by the process that made
// it: its lane would stand still for as long as the process lives.
func TestAClaimThatNobodyHoldsRunsOut(t *testing.T) {
	t.Parallel()
	for name, loseClaim := range map[string]bool{"the claim's answer was lost": true, "the outcome could not be saved": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ledger := &mute{Store: storetest.Open(t), loseClaim: loseClaim}
			world := storetest.NewWorld(t, ledger.Store, 1)
			s := play(t, ledger, newSquare(), "", false)
			d := world.Scheduled(t, clock.Now(), world.Channels[0])
			until(t, world, d.ID, post.Sent)
			s.stop()
			if n := s.square.times(world.Channels[0].ID); n != 1 {
				t.Errorf("cried %d times", n)
			}
		})
	}
}
