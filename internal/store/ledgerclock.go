package store

import (
	"context"
	"time"
)

// leaseAfterJump is how long a claim may still count after the clock was set
// right: a living worker renews its own within seconds.
const leaseAfterJump = time.Minute

// PauseClock saves that the clock moved by jump beyond the time that passed:
// no process does ordinary work until it is trusted again. A pause that is
// already there stays as it is, and begun is false.
func (s *Store) PauseClock(ctx context.Context, now time.Time, jump time.Duration) (begun bool, err error) {
	err = s.write(ctx, "pause clock", func(ctx context.Context, q querier) error {
		n, err := exec(ctx, q, `UPDATE dispatching SET paused_at = $1, jump = $2 WHERE slot = 1 AND paused_at IS NULL`,
			millis(now), jump.Milliseconds())
		begun = n == 1
		return err
	})
	return begun, err
}

// TrustClock ends a pause, because the clock came back or because a person
// confirmed it. What was written by the wrong time is brought to the right one:
// nothing waits for an hour that only the wrong clock knew, and readings that
// prove an absence begin again, because their distance was not measured. ended
// is false where there was no pause.
func (s *Store) TrustClock(ctx context.Context, now time.Time) (ended bool, err error) {
	err = s.write(ctx, "trust clock", func(ctx context.Context, q querier) error {
		// alive_at stays: what came due during the pause came due in an outage.
		n, err := exec(ctx, q, `UPDATE dispatching SET paused_at = NULL, jump = 0,
			alive_at = CASE WHEN alive_at > $1 THEN $1 ELSE alive_at END WHERE slot = 1 AND paused_at IS NOT NULL`, millis(now))
		if ended = n == 1; err != nil || !ended {
			return err
		}
		return mendTimes(ctx, q, now)
	})
	if ended {
		s.ring(ringDue)
	}
	return ended, err
}

func mendTimes(ctx context.Context, q querier, now time.Time) error {
	at := millis(now)
	for _, change := range []statement{
		// A dead worker's claim must not hold its lane until a wrong hour.
		{`UPDATE deliveries SET lease_until = $1 WHERE state IN ('sending', 'reconciling') AND lease_until > $1`, []any{millis(now.Add(leaseAfterJump))}},
		// What was tried by the wrong time is looked at again now.
		{`UPDATE deliveries SET next_at = $1 WHERE state IN ('retrying', 'unknown') AND next_at > $1 AND updated_at > $1`, []any{at}},
		// "Now" was said at a moment that the clock has yet to reach.
		{`UPDATE deliveries SET due_at = $1, next_at = $1 WHERE state = 'scheduled' AND due_at > $1 AND created_at > $1
			AND EXISTS (SELECT 1 FROM posts p WHERE p.commune_id = deliveries.commune_id AND p.id = deliveries.post_id AND p.mode = 'now')`, []any{at}},
		{`UPDATE deliveries SET ring_at = next_at WHERE ` + isDue + ` AND ring_at <> next_at`, nil},
		{`UPDATE deliveries SET clean_reads = 0, first_clean_read_at = NULL WHERE state IN ('unknown', 'reconciling') AND clean_reads > 0`, nil},
	} {
		if _, err := exec(ctx, q, change.query, change.args...); err != nil {
			return err
		}
	}
	return nil
}
