package store

import (
	"context"
	"errors"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Dispatching is what the dispatchers know of time.
type Dispatching struct {
	// AliveAt is the last sign of life of any dispatcher; zero: there was none.
	AliveAt time.Time
	Clock   post.ClockState
}

const dispatchingColumns = `alive_at, paused_at, jump`

func scanDispatching(r row) (d Dispatching, err error) {
	err = r.Scan(instant{&d.AliveAt}, instant{&d.Clock.Since}, period{&d.Clock.Jump})
	d.Clock.Paused = !d.Clock.Since.IsZero()
	return d, err
}

// Dispatching reads what the dispatchers know of time.
func (s *Store) Dispatching(ctx context.Context) (Dispatching, error) {
	d, err := one(ctx, s.engine.reader(), scanDispatching, `SELECT `+dispatchingColumns+` FROM dispatching WHERE slot = 1`)
	return d, s.wrap("dispatching", err)
}

// Present says that a dispatcher is alive. Nothing ordinary may be claimed by a
// process that has not done so within the last minute, because the first who
// does so after an outage settles what came due in it: what is too late becomes
// missed, with the failure that missed gives; what came due in number on one
// channel is held until a person decides; the rest leaves one after the other.
// The outage is nil where there was none. While the clock is not trusted
// nothing is changed.
func (s *Store) Present(ctx context.Context, now time.Time, missed post.Failure) (Dispatching, *post.Outage, error) {
	failure, err := failureJSON(&missed)
	if err != nil {
		return Dispatching{}, nil, s.wrap("present", err)
	}
	var d Dispatching
	var outage *post.Outage
	err = s.write(ctx, "present", func(ctx context.Context, q querier) (err error) {
		outage = nil
		d, err = one(ctx, q, scanDispatching, `UPDATE dispatching SET alive_at = CASE WHEN alive_at > $1 THEN alive_at ELSE $1 END
			WHERE slot = 1 AND paused_at IS NULL AND (alive_at IS NULL OR alive_at >= $2)
			RETURNING `+dispatchingColumns, millis(now), millis(now.Add(-post.OutageAfter)))
		if !errors.Is(err, post.ErrNotFound) {
			return err
		}
		// Taking the row first keeps a second process from settling the same
		// outage; what it says is read only then.
		d, err = one(ctx, q, scanDispatching, `UPDATE dispatching SET jump = jump WHERE slot = 1 RETURNING `+dispatchingColumns)
		if err != nil || d.Clock.Paused || !now.After(d.AliveAt.Add(post.OutageAfter)) {
			return err
		}
		if outage, err = settleOutage(ctx, q, d.AliveAt, now, failure); err != nil {
			return err
		}
		d.AliveAt = now
		_, err = exec(ctx, q, `UPDATE dispatching SET alive_at = $1 WHERE slot = 1`, millis(now))
		return err
	})
	if err != nil {
		return Dispatching{}, nil, err
	}
	if outage != nil {
		s.ring(ringDue)
	}
	return d, outage, nil
}

const (
	isOverdue = isWaiting + ` AND lane = 'ordinary' AND next_at <= $1`
	// cameDue is what came due while nobody was there.
	cameDue = isOverdue + ` AND next_at > $2`
)

// settleOutage decides on what came due between from and to. The crisis lane
// is not touched: it leaves at once.
func settleOutage(ctx context.Context, q querier, from, to time.Time, missed any) (*post.Outage, error) {
	late, err := many(ctx, q, scanMoved, `UPDATE deliveries SET state = 'missed', next_at = NULL, ring_at = NULL, failure = $2, updated_at = $1
		WHERE `+isOverdue+` AND due_at + max_lateness < $1 RETURNING `+movedColumns, millis(to), missed)
	if err != nil {
		return nil, err
	}
	held, err := many(ctx, q, scanMoved, `UPDATE deliveries SET state = 'held', hold_reason = 'review', next_at = NULL, ring_at = NULL, updated_at = $1
		WHERE `+cameDue+` AND channel_id IN (SELECT channel_id FROM deliveries WHERE `+cameDue+` GROUP BY channel_id HAVING COUNT(*) > $3)
		RETURNING `+movedColumns, millis(to), millis(from), post.OutageBurst)
	if err != nil {
		return nil, err
	}
	// The claim spaces what is late by minutes; this spaces the rest too.
	spaced, err := many(ctx, q, scanMoved, `UPDATE deliveries SET next_at = $1 + turn.n * $3, ring_at = $1 + turn.n * $3
		FROM (SELECT id AS turn_id, ROW_NUMBER() OVER (PARTITION BY channel_id ORDER BY due_at, id) - 1 AS n
			FROM deliveries WHERE `+cameDue+`) turn
		WHERE id = turn.turn_id RETURNING `+movedColumns, millis(to), millis(from), post.Spacing.Milliseconds())
	if err != nil {
		return nil, err
	}
	if err := addEvents(ctx, q, to, append(late, held...)); err != nil {
		return nil, err
	}
	return &post.Outage{From: from, To: to, Missed: ids(late), Held: ids(held), Spaced: ids(spaced)}, nil
}

func ids(all []moved) []string {
	out := make([]string, len(all))
	for i, m := range all {
		out[i] = m.id
	}
	return out
}
