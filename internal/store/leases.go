package store

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/internal/post"
)

// RenewLeases prolongs an instance's claims of the deliveries that it holds and
// says that the instance lives. It returns how many it prolonged. A claim of
// which the instance does not know runs out. One whose lease ended is
// prolonged too if nobody has settled it yet; if somebody has, the epoch moved
// and the holder will learn it by its next write.
func (s *Store) RenewLeases(ctx context.Context, instance string, held []string, now, until time.Time) (int, error) {
	var prolonged int64
	err := s.write(ctx, "renew leases", func(ctx context.Context, q querier) (err error) {
		if len(held) > 0 {
			list, args := in(3, []any{instance, millis(until)}, held)
			if prolonged, err = exec(ctx, q, `UPDATE deliveries SET lease_until = $2
				WHERE state IN ('sending', 'reconciling') AND claimed_by = $1 AND id IN `+list, args...); err != nil {
				return err
			}
		}
		failpoint.Hit(failpoint.StoreRenewOpen)
		_, err = exec(ctx, q, `INSERT INTO instances (id, started_at, heartbeat_at) VALUES ($1, $2, $2)
			ON CONFLICT (id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at`, instance, millis(now))
		return err
	})
	return int(prolonged), err
}

// Instances lists the instances that gave a sign of life since a moment.
func (s *Store) Instances(ctx context.Context, since time.Time) ([]string, error) {
	ids, err := many(ctx, s.engine.reader(), scanOne[string], `SELECT id FROM instances WHERE heartbeat_at >= $1 ORDER BY id`, millis(since))
	return ids, s.wrap("instances", err)
}

// Settled is a claim that ended because its worker was gone.
type Settled struct {
	DeliveryID string
	CommuneID  string
	PostID     string
	ChannelID  string
	Kind       string
	Lane       post.Lane
	Instance   string
	From, To   post.State
	// Claims is how many claims in a row ended without an outcome.
	Claims int

	epoch int64
}

func scanSettled(r row) (c Settled, err error) {
	err = r.Scan(&c.DeliveryID, &c.CommuneID, &c.PostID, &c.ChannelID, &c.Kind, &c.Lane, &c.Instance, &c.From, &c.Claims, &c.epoch)
	return c, err
}

// ExpiredLeases settles up to limit claims whose lease has ended: their worker
// crashed or lost the database. Where the creating request may have left, the
// outcome is unknown, with the failure that unknown gives for the kind of
// channel; otherwise it is proved that nothing was sent, and it is tried again,
// or held while an alert is open.
// The epoch grows, so that the old worker can write nothing more.
func (s *Store) ExpiredLeases(ctx context.Context, now time.Time, limit int, unknown func(kind string) post.Failure) ([]Settled, error) {
	var all []Settled
	err := s.write(ctx, "expired leases", func(ctx context.Context, q querier) (err error) {
		all, err = many(ctx, q, scanSettled, `SELECT id, commune_id, post_id, channel_id, kind, lane, claimed_by, state, claims, epoch
			FROM deliveries WHERE state IN ('sending', 'reconciling') AND lease_until <= $1
			ORDER BY lease_until LIMIT $2`+s.engine.words().skipLocked, millis(now), limit)
		if err != nil || len(all) == 0 {
			return err
		}
		changes := make([]moved, 0, len(all))
		for i := range all {
			if err := s.settle(ctx, q, &all[i], now, unknown); err != nil {
				return err
			}
			c := &all[i]
			changes = append(changes, moved{id: c.DeliveryID, communeID: c.CommuneID, postID: c.PostID, channelID: c.ChannelID, state: c.To})
		}
		return addEvents(ctx, q, now, changes)
	})
	if err != nil {
		return nil, err
	}
	if len(all) > 0 {
		s.ring(ringDue)
	}
	return all, nil
}

// settle moves one claim, whose row the transaction has taken. What its attempt
// did is read only now: a worker may have passed Creating while the row was
// waited for, and a statement sees the other tables as they were when it began.
func (s *Store) settle(ctx context.Context, q querier, c *Settled, now time.Time, unknown func(kind string) post.Failure) error {
	unresolved, err := one(ctx, q, scanOne[int64], `SELECT COUNT(*) FROM attempts
		WHERE delivery_id = $1 AND creating_at IS NOT NULL AND outcome IN ('', 'unknown')`, c.DeliveryID)
	if err != nil {
		return err
	}
	failpoint.Hit(failpoint.StoreSettleOpen)
	wait := waiting{state: post.Unknown}
	if c.From != post.Reconciling && unresolved == 0 {
		if wait, err = s.lets(ctx, q, c.DeliveryID, post.Retrying); err != nil {
			return err
		}
	}
	c.To = wait.state
	nextAt := now
	if c.To != post.Unknown && c.To != post.Retrying {
		nextAt = time.Time{}
	}
	var failure *post.Failure
	if c.From == post.Sending && c.To == post.Unknown {
		f := unknown(c.Kind)
		failure = &f
	}
	shown, err := failureJSON(failure)
	if err != nil {
		return err
	}
	// The readings of an unknown outcome count from its beginning.
	if err := execOne(ctx, q, post.ErrStale, `UPDATE deliveries SET state = $3, next_at = $7, ring_at = $7, hold_reason = $8,
		epoch = epoch + 1, claimed_by = '', lease_until = NULL, updated_at = $4,
		failure = COALESCE($5, failure), claims = $6,
		clean_reads = CASE WHEN state = 'sending' THEN 0 ELSE clean_reads END,
		first_clean_read_at = CASE WHEN state = 'sending' THEN NULL ELSE first_clean_read_at END
		WHERE id = $1 AND epoch = $2 AND state IN ('sending', 'reconciling')`,
		c.DeliveryID, c.epoch, c.To, millis(now), shown, c.Claims, millis(nextAt), wait.hold); err != nil {
		return err
	}
	failpoint.Hit(failpoint.StoreSettleHalf)
	_, err = exec(ctx, q, `UPDATE attempts SET ended_at = $2,
		outcome = CASE WHEN creating_at IS NULL THEN 'not_sent' ELSE 'unknown' END
		WHERE delivery_id = $1 AND ended_at IS NULL`, c.DeliveryID, millis(now))
	return err
}
