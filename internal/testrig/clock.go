package testrig

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/config"
)

// Clock is a clock that a test sets: of the application, of its ledger on
// SQLite, and of the simulated networks.
type Clock struct{ offset atomic.Int64 }

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	return clock.Now().Round(0).Add(time.Duration(c.offset.Load()))
}

func (c *Clock) set(t time.Time) { c.offset.Store(int64(t.Sub(clock.Now().Round(0)))) }

// ClockedRig is an application whose time a test moves.
type ClockedRig struct {
	*Rig
	clock *Clock
}

// StartAt starts the application at a moment of the test's own, on SQLite.
func StartAt(t testing.TB, now time.Time, change func(*config.Config)) *ClockedRig {
	t.Helper()
	c := &Clock{}
	c.set(now)
	return &ClockedRig{startAt(t, c.Now, startNetworks(t, simulator.Options{Now: c.Now}), change), c}
}

// Now is the time that the application's clock shows.
func (r *ClockedRig) Now() time.Time { return r.clock.Now() }

// Settling is how long before an hour a test must arrive: within it the
// application has noticed where it is, so that what is due then is not taken
// for something that came due while it was away.
const Settling = 6 * time.Second

// Travel sets the clock ahead, as if the machine had slept.
func (r *ClockedRig) Travel(to time.Time) {
	r.t.Helper()
	if !to.After(r.Now()) {
		r.t.Fatalf("%s is not ahead of %s", to, r.Now())
	}
	r.clock.set(to)
}
