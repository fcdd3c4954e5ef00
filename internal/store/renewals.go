package store

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// RenewalDue is a channel whose credentials end soon.
type RenewalDue struct {
	Channel post.Channel
	// Interrupted: somebody began to renew them and never said how it ended.
	// What the channel holds may be used up.
	Interrupted bool
}

func scanRenewalDue(r row) (d RenewalDue, err error) {
	d.Channel, err = scanChannelAnd(r, &d.Interrupted)
	return d, err
}

// RenewalsDue lists the channels whose credentials end within a time and are
// not being renewed under a lease that still holds. Credentials of short life
// are not listed before two thirds of it are over, so that none is renewed
// again at once.
func (s *Store) RenewalsDue(ctx context.Context, now time.Time, within, lease time.Duration) ([]RenewalDue, error) {
	all, err := many(ctx, s.engine.reader(), scanRenewalDue, `SELECT `+channelColumns+`, renewal_by <> '' FROM channels
		WHERE credentials_expire_at <= $1 AND status = 'connected' AND exercise_of = '' AND deleted_at IS NULL
		AND CASE WHEN renewal_by = ''
			THEN renewal_started_at IS NULL OR 3 * ($2 - renewal_started_at) >= 2 * (credentials_expire_at - renewal_started_at)
			ELSE renewal_started_at <= $3 END
		ORDER BY credentials_expire_at`, millis(now.Add(within)), millis(now), millis(now.Add(-lease)))
	return all, s.wrap("renewals due", err)
}

// RefuseRenewal gives the right to renew back after the network refused, and
// shows why; lost says that only people can connect the account again. epoch is
// what LeaseRenewal gave; post.ErrStale means that there are other credentials.
func (s *Store) RefuseRenewal(ctx context.Context, channelID string, epoch int64, now time.Time, failure post.Failure, lost bool) error {
	status := post.ChannelConnected
	if lost {
		status = post.ChannelNeedsReauth
	}
	value, err := failureJSON(&failure)
	if err != nil {
		return s.wrap("refuse renewal", err)
	}
	err = s.write(ctx, "refuse renewal", func(ctx context.Context, q querier) error {
		all, err := many(ctx, q, scanOne[string], `UPDATE channels SET status = $3, failure = $4, checked_at = $5,
			renewal_by = '', renewal_started_at = NULL
			WHERE id = $1 AND renewal_epoch = $2 AND renewal_by <> '' AND deleted_at IS NULL
			RETURNING commune_id`, channelID, epoch, status, value, millis(now))
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return post.ErrStale
		}
		return channelEvent(ctx, q, all[0], channelID, status, now)
	})
	if err == nil {
		s.ring(ringEvent)
	}
	return err
}
