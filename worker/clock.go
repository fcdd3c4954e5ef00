package worker

import (
	"context"
	"sync"
	"time"
)

const (
	// jumpForward and jumpBack are how far the database's clock may move beyond
	// the time that passed and still be trusted.
	jumpForward = 5 * time.Minute
	jumpBack    = 30 * time.Second
)

// ledgerClock tells the database's time without asking it each time: due is
// judged by one clock, whichever machine the worker runs on. Between two
// measurements it goes on by the time that passes, so that nothing which
// happens to this machine's own clock can move it. A measurement that time
// passing cannot explain makes it paused, from before anybody can see the new
// time.
type ledgerClock struct {
	ledger Ledger
	// passed is the time since some fixed moment. No setting of a clock moves
	// it, and it goes on while the process is stopped.
	passed func() time.Duration

	mu sync.Mutex
	// last is the newest measurement, and trusted the last that was believed.
	last, trusted measurement
	jump          time.Duration
	paused        bool
}

// measurement is what the database's clock showed at some moment between the
// question and the answer.
type measurement struct {
	at              time.Time
	asked, answered time.Duration
}

func newLedgerClock(ledger Ledger, passed func() time.Duration) *ledgerClock {
	return &ledgerClock{ledger: ledger, passed: passed}
}

// sync measures the database's clock. The answer was made somewhere between
// the question and its arrival; the later end is taken, so that nothing is
// ever early by the measurement.
func (c *ledgerClock) sync(ctx context.Context) error {
	asked := c.passed()
	there, err := c.ledger.Now(ctx)
	if err != nil {
		return err
	}
	m := measurement{at: there.Round(0), asked: asked, answered: c.passed()}
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.asked < c.last.asked {
		return nil // another measurement overtook this one
	}
	c.last = m
	if c.trusted.at.IsZero() {
		c.trusted = m
	}
	if c.jump = c.trusted.jump(m); c.jump != 0 {
		c.paused = true
	} else if !c.paused {
		c.trusted = m
	}
	return nil
}

// jump is how far a later measurement lies beyond what the time that passed
// allows for; 0: it can be explained. A slow answer or a stopped process makes
// the bounds wider and is no jump.
func (m measurement) jump(later measurement) time.Duration {
	soonest := m.at.Add(later.asked - m.answered)
	latest := m.at.Add(later.answered - m.asked)
	switch {
	case later.at.After(latest.Add(jumpForward)):
		return later.at.Sub(latest)
	case later.at.Before(soonest.Add(-jumpBack)):
		return later.at.Sub(soonest)
	default:
		return 0
	}
}

func (c *ledgerClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last.at.Add(c.passed() - c.last.answered)
}

// state is whether the clock is paused, and the jump that the last measurement
// showed; paused without a jump: it came back.
func (c *ledgerClock) state() (paused bool, jump time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.paused, c.jump
}

// distrust pauses a clock that has jumped before this process began: it is
// back when it shows that much less, or more, than passing time explains.
func (c *ledgerClock) distrust(jump time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.paused {
		return
	}
	c.trusted = c.last
	c.trusted.at = c.trusted.at.Add(-jump)
	c.paused, c.jump = true, jump
}

// trust believes the newest measurement.
func (c *ledgerClock) trust() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trusted, c.paused, c.jump = c.last, false, 0
}
