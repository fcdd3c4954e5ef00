package worker

import (
	"context"
	"sync/atomic"
	"time"
)

// ledgerClock tells the database's time without asking it each time: due is
// judged by one clock, whichever machine the worker runs on.
type ledgerClock struct {
	ledger Ledger
	local  func() time.Time
	offset atomic.Int64
}

func newLedgerClock(ledger Ledger, local func() time.Time) *ledgerClock {
	return &ledgerClock{ledger: ledger, local: local}
}

// sync measures the distance to the database's clock. The answer was made
// somewhere between the question and its arrival; the later end is taken, so
// that nothing is ever early by the measurement.
func (c *ledgerClock) sync(ctx context.Context) error {
	there, err := c.ledger.Now(ctx)
	if err != nil {
		return err
	}
	c.offset.Store(int64(there.Sub(c.local())))
	return nil
}

func (c *ledgerClock) now() time.Time {
	return c.local().Add(time.Duration(c.offset.Load()))
}
