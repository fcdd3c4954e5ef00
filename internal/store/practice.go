package store

import (
	"context"
	"fmt"

	"github.com/crieur/crieur/internal/post"
)

// PracticeTrace is a delivery that a simulated network took.
type PracticeTrace struct {
	PostID    string
	Kind      string
	AccountID string
	RemoteID  string
	// Exercise: on the networks of exercises.
	Exercise bool
}

// PracticeTraces lists what a commune sent to simulated networks, also from
// channels that were removed since.
func (s *Store) PracticeTraces(ctx context.Context, communeID string) ([]PracticeTrace, error) {
	all, err := many(ctx, s.engine.reader(), func(r row) (t PracticeTrace, err error) {
		err = r.Scan(&t.PostID, &t.Kind, &t.AccountID, &t.RemoteID, &t.Exercise)
		return t, err
	}, `SELECT d.post_id, c.kind, c.account_id, d.remote_id, c.exercise_of <> '' FROM deliveries d
		JOIN channels c ON c.commune_id = d.commune_id AND c.id = d.channel_id
		WHERE d.commune_id = $1 AND c.practice AND d.remote_id <> ''`, communeID)
	return all, s.wrap("practice traces", err)
}

// GoLive makes a practice channel real: it is saved with the account, the
// settings and the credentials of c. What it still had to send was meant for
// practice and is cancelled, also what failed or was missed, so that no second
// try leaves for real. What it sent keeps its address and loses its number:
// on the real network that number is somebody else's. post.ErrConflict: it is
// real already, or something is being sent or its outcome is unknown.
// post.ErrStale: its credentials were renewed since it was read.
func (s *Store) GoLive(ctx context.Context, c post.Channel, entry post.RegisterEntry) error {
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	settings, failure, err := channelDocuments(&c)
	if err != nil {
		return s.wrap("go live", err)
	}
	err = s.write(ctx, "go live", func(ctx context.Context, q querier) error {
		if err := s.note(ctx, q, c.CommuneID, entry, now); err != nil {
			return err
		}
		changed, err := exec(ctx, q, `UPDATE channels SET practice = FALSE, name = $4, status = $5, settings = $6, sealed = $7,
			renewal_epoch = renewal_epoch + 1, renewal_by = '', credentials_expire_at = $8,
			account_id = $9, account_name = $10, account_url = $11, failure = $12, checked_at = $13
			WHERE commune_id = $1 AND id = $2 AND renewal_epoch = $3 AND practice AND exercise_of = '' AND deleted_at IS NULL`,
			c.CommuneID, c.ID, c.RenewalEpoch, c.Name, c.Status, settings, c.Sealed, millis(c.CredentialsExpireAt),
			c.Account.ID, c.Account.Name, c.Account.URL, failure, millis(c.CheckedAt))
		if err != nil {
			return err
		}
		if changed == 0 {
			return notLive(ctx, q, &c)
		}
		if err := leavePractice(ctx, q, &c, millis(now)); err != nil {
			return err
		}
		cancelled, err := many(ctx, q, scanMoved, `UPDATE deliveries SET state = 'cancelled', next_at = NULL, ring_at = NULL, updated_at = $3
			WHERE commune_id = $1 AND channel_id = $2 AND state IN `+list(append(planned(), post.Retrying, post.Failed, post.Missed))+`
			RETURNING `+movedColumns, c.CommuneID, c.ID, millis(now))
		if err != nil {
			return err
		}
		// The rows were taken first, so that no worker claims one in between.
		busy, err := one(ctx, q, scanOne[int64], `SELECT COUNT(*) FROM deliveries
			WHERE commune_id = $1 AND channel_id = $2 AND state IN ('sending', 'unknown', 'reconciling')`, c.CommuneID, c.ID)
		if err != nil {
			return err
		}
		if busy > 0 {
			return fmt.Errorf("%w: deliveries are under way", post.ErrConflict)
		}
		if err := addEvents(ctx, q, now, cancelled); err != nil {
			return err
		}
		return channelEvent(ctx, q, c.CommuneID, c.ID, c.Status, now)
	})
	if err == nil {
		s.ring(ringEvent)
	}
	return err
}

// notLive is why a channel could not go live.
func notLive(ctx context.Context, q querier, c *post.Channel) error {
	practice, err := one(ctx, q, scanOne[bool], `SELECT practice FROM channels
		WHERE commune_id = $1 AND id = $2 AND exercise_of = '' AND deleted_at IS NULL`, c.CommuneID, c.ID)
	switch {
	case err != nil:
		return err
	case practice:
		return post.ErrStale
	}
	return post.ErrConflict
}

// leavePractice forgets what the simulated network said of itself: numbers of
// posts, allowances and troubles are another network's.
func leavePractice(ctx context.Context, q querier, c *post.Channel, now any) error {
	if _, err := exec(ctx, q, `UPDATE deliveries SET remote_id = '', updated_at = $3
		WHERE commune_id = $1 AND channel_id = $2 AND remote_id <> ''`, c.CommuneID, c.ID, now); err != nil {
		return err
	}
	for _, table := range []string{"budgets", "troubles"} {
		if _, err := exec(ctx, q, `DELETE FROM `+table+` WHERE channel_id = $1`, c.ID); err != nil {
			return err
		}
	}
	_, err := exec(ctx, q, `DELETE FROM breakers WHERE scope = $1`, post.ChannelScope(c.ID))
	return err
}
