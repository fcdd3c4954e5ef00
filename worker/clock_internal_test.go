package worker

import (
	"context"
	"testing"
	"time"
)

// setClock is a database whose clock is set and which may answer slowly.
type setClock struct {
	Ledger

	passed time.Duration
	offset time.Duration
	// before and after are how long a question travels, and its answer.
	before, after time.Duration
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func (s *setClock) Now(context.Context) (time.Time, error) {
	s.passed += s.before
	at := noon.Add(s.passed + s.offset)
	s.passed += s.after
	return at, nil
}

func TestWhatCountsAsAJump(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		// between is what happens between two measurements.
		between func(s *setClock)
		jump    time.Duration
	}{
		{"nothing", func(s *setClock) { s.passed += sweep }, 0},
		{"the process was stopped for an hour", func(s *setClock) { s.passed += time.Hour }, 0},
		{"the question took ten minutes", func(s *setClock) { s.before = 10 * time.Minute }, 0},
		{"the answer took ten minutes", func(s *setClock) { s.after = 10 * time.Minute }, 0},
		{"corrected by a little", func(s *setClock) { s.offset = 2 * time.Minute }, 0},
		{"corrected back by a little", func(s *setClock) { s.offset = -20 * time.Second }, 0},
		{"an hour forward", func(s *setClock) { s.offset = time.Hour }, time.Hour},
		{"ten years forward", func(s *setClock) { s.offset = 87600 * time.Hour }, 87600 * time.Hour},
		{"a minute back", func(s *setClock) { s.offset = -time.Minute }, -time.Minute},
		{"a day back while stopped", func(s *setClock) { s.passed += time.Hour; s.offset = -24 * time.Hour }, -24 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &setClock{passed: time.Minute}
			c := newLedgerClock(s, func() time.Duration { return s.passed })
			measure := func() {
				t.Helper()
				if err := c.sync(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			measure()
			tt.between(s)
			measure()
			if paused, jump := c.state(); jump != tt.jump || paused != (tt.jump != 0) {
				t.Errorf("paused %v after a jump of %s, want %s", paused, jump, tt.jump)
			}
			// A slow answer does not make the next one look like a jump.
			s.before, s.after = 0, 0
			s.passed += sweep
			measure()
			if _, jump := c.state(); jump != tt.jump {
				t.Errorf("a moment later the jump is %s, want %s", jump, tt.jump)
			}
			if tt.jump == 0 {
				return
			}
			s.offset = 0
			measure()
			if paused, jump := c.state(); jump != 0 || !paused {
				t.Errorf("set right again: paused %v, jump %s; the pause is ended by who waits for it", paused, jump)
			}
			if got := c.now(); !got.Equal(noon.Add(s.passed)) {
				t.Errorf("shows %s, want %s", got, noon.Add(s.passed))
			}
		})
	}
}

// This machine's clock does not matter: between two measurements only time
// that passes moves the ledger's.
func TestTimeGoesOnBetweenMeasurements(t *testing.T) {
	t.Parallel()
	s := &setClock{}
	c := newLedgerClock(s, func() time.Duration { return s.passed })
	if err := c.sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.passed += 3 * time.Second
	s.offset = time.Hour // nobody asked yet
	if got := c.now(); !got.Equal(noon.Add(3 * time.Second)) {
		t.Errorf("shows %s", got)
	}
}

// A clock that had jumped before this process began is back when it moves by
// as much the other way.
func TestADistrustedClockComesBack(t *testing.T) {
	t.Parallel()
	s := &setClock{offset: 24 * time.Hour}
	c := newLedgerClock(s, func() time.Duration { return s.passed })
	for _, step := range []struct {
		offset, jump time.Duration
	}{{24 * time.Hour, 24 * time.Hour}, {23 * time.Hour, 23 * time.Hour}, {time.Minute, 0}} {
		s.passed += sweep
		s.offset = step.offset
		if err := c.sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.distrust(24 * time.Hour)
		if paused, jump := c.state(); !paused || jump != step.jump {
			t.Errorf("at %s: paused %v, jump %s", step.offset, paused, jump)
		}
	}
	c.trust()
	if paused, _ := c.state(); paused {
		t.Error("still paused")
	}
}
