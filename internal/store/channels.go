package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const channelColumns = `id, commune_id, kind, name, status, practice, settings, sealed, credentials_expire_at,
	account_id, account_name, account_url, failure, checked_at, renewal_epoch, created_at, exercise_of`

func scanChannel(r row) (post.Channel, error) { return scanChannelAnd(r) }

// scanChannelAnd reads a channel and what stands behind its columns.
func scanChannelAnd(r row, more ...any) (c post.Channel, err error) {
	err = r.Scan(append([]any{
		&c.ID, &c.CommuneID, &c.Kind, &c.Name, &c.Status, &c.Practice,
		document{&c.Settings},
		text{&c.Sealed},
		instant{&c.CredentialsExpireAt},
		&c.Account.ID, &c.Account.Name, &c.Account.URL,
		document{&c.Failure},
		instant{&c.CheckedAt},
		&c.RenewalEpoch,
		instant{&c.CreatedAt},
		&c.ExerciseOf,
	}, more...)...)
	return c, err
}

// CreateChannel saves a channel.
func (s *Store) CreateChannel(ctx context.Context, c post.Channel) error {
	if err := checkExercise(&c); err != nil {
		return s.wrap("create channel", err)
	}
	now := s.orNow(c.CreatedAt)
	settings, failure, err := channelDocuments(&c)
	if err != nil {
		return s.wrap("create channel", err)
	}
	err = s.write(ctx, "create channel", func(ctx context.Context, q querier) error {
		in := insert("channels", channelColumns, []any{
			c.ID, c.CommuneID, c.Kind, c.Name, c.Status, c.Practice, settings, c.Sealed, millis(c.CredentialsExpireAt),
			c.Account.ID, c.Account.Name, c.Account.URL, failure, millis(c.CheckedAt), 0, millis(now), c.ExerciseOf,
		})
		if _, err := exec(ctx, q, in.query, in.args...); err != nil {
			return err
		}
		return channelEvent(ctx, q, c.CommuneID, c.ID, c.Status, now)
	})
	if err == nil {
		s.ring(ringEvent)
	}
	return err
}

func channelDocuments(c *post.Channel) (settings string, failure any, err error) {
	b, err := json.Marshal(c.Settings)
	if err != nil {
		return "", nil, err
	}
	failure, err = failureJSON(c.Failure)
	return string(b), failure, err
}

// Channel returns a channel of a commune.
func (s *Store) Channel(ctx context.Context, communeID, id string) (post.Channel, error) {
	c, err := one(ctx, s.engine.reader(), scanChannel, `SELECT `+channelColumns+` FROM channels
		WHERE commune_id = $1 AND id = $2 AND deleted_at IS NULL`, communeID, id)
	return c, s.wrap("channel", err)
}

// ChannelByID is Channel for the worker, which learns the commune from it.
func (s *Store) ChannelByID(ctx context.Context, id string) (post.Channel, error) {
	c, err := one(ctx, s.engine.reader(), scanChannel, `SELECT `+channelColumns+` FROM channels
		WHERE id = $1 AND deleted_at IS NULL`, id)
	return c, s.wrap("channel", err)
}

// Channels lists the channels of a commune in the order of their making, without
// those that stand in for them in exercises.
func (s *Store) Channels(ctx context.Context, communeID string) ([]post.Channel, error) {
	all, err := many(ctx, s.engine.reader(), scanChannel, `SELECT `+channelColumns+` FROM channels
		WHERE commune_id = $1 AND exercise_of = '' AND deleted_at IS NULL ORDER BY created_at, id`, communeID)
	return all, s.wrap("channels", err)
}

// ExerciseChannels lists the channels that stand in for a commune's channels in
// exercises, in the order of their making. One whose channel is gone has ended.
func (s *Store) ExerciseChannels(ctx context.Context, communeID string) ([]post.Channel, error) {
	all, err := many(ctx, s.engine.reader(), scanChannel, `SELECT `+channelColumns+` FROM channels
		WHERE commune_id = $1 AND exercise_of <> '' AND deleted_at IS NULL
		AND EXISTS (SELECT 1 FROM channels meant WHERE meant.commune_id = $1 AND meant.id = channels.exercise_of AND meant.deleted_at IS NULL)
		ORDER BY created_at, id`, communeID)
	return all, s.wrap("exercise channels", err)
}

// UpdateChannel saves a channel that was read and changed. post.ErrStale: its
// credentials were renewed since it was read, and saving it would bring dead
// ones back.
func (s *Store) UpdateChannel(ctx context.Context, c post.Channel) error {
	if err := checkExercise(&c); err != nil {
		return s.wrap("update channel", err)
	}
	now := s.now()
	settings, failure, err := channelDocuments(&c)
	if err != nil {
		return s.wrap("update channel", err)
	}
	err = s.write(ctx, "update channel", func(ctx context.Context, q querier) error {
		changed, err := exec(ctx, q, `UPDATE channels SET name = $4, status = $5, settings = $6,
			renewal_epoch = CASE WHEN sealed = $7 THEN renewal_epoch ELSE renewal_epoch + 1 END,
			renewal_by = CASE WHEN sealed = $7 THEN renewal_by ELSE '' END,
			sealed = $7, credentials_expire_at = $8, account_id = $9, account_name = $10, account_url = $11,
			failure = $12, checked_at = $13
			WHERE commune_id = $1 AND id = $2 AND renewal_epoch = $3 AND exercise_of = $14 AND deleted_at IS NULL`,
			c.CommuneID, c.ID, c.RenewalEpoch, c.Name, c.Status, settings, c.Sealed, millis(c.CredentialsExpireAt),
			c.Account.ID, c.Account.Name, c.Account.URL, failure, millis(c.CheckedAt), c.ExerciseOf)
		if err != nil {
			return err
		}
		if changed == 0 {
			if _, err := one(ctx, q, scanOne[string], `SELECT id FROM channels
				WHERE commune_id = $1 AND id = $2 AND deleted_at IS NULL`, c.CommuneID, c.ID); err != nil {
				return err
			}
			return post.ErrStale
		}
		if err := renameExercise(ctx, q, &c); err != nil {
			return err
		}
		return channelEvent(ctx, q, c.CommuneID, c.ID, c.Status, now)
	})
	if err == nil {
		s.ring(ringEvent)
	}
	return err
}

// SetChannelStatus records what a worker learned of a channel.
func (s *Store) SetChannelStatus(ctx context.Context, id string, status post.ChannelStatus, failure *post.Failure) error {
	now := s.now()
	value, err := failureJSON(failure)
	if err != nil {
		return s.wrap("set channel status", err)
	}
	err = s.write(ctx, "set channel status", func(ctx context.Context, q querier) error {
		communeID, err := one(ctx, q, scanOne[string], `UPDATE channels SET status = $2, failure = $3, checked_at = $4
			WHERE id = $1 AND deleted_at IS NULL RETURNING commune_id`, id, status, value, millis(now))
		if err != nil {
			return err
		}
		return channelEvent(ctx, q, communeID, id, status, now)
	})
	if err == nil {
		s.ring(ringEvent)
	}
	return err
}

// DeleteChannel removes a channel and its credentials, and cancels what it
// still had to send. post.ErrConflict: something is being sent, or its outcome
// is unknown.
func (s *Store) DeleteChannel(ctx context.Context, communeID, id string) error {
	now := s.now()
	err := s.write(ctx, "delete channel", func(ctx context.Context, q querier) error {
		if err := execOne(ctx, q, post.ErrNotFound, `UPDATE channels SET deleted_at = $3, status = 'disconnected', sealed = NULL,
			credentials_expire_at = NULL, renewal_epoch = renewal_epoch + 1, renewal_by = ''
			WHERE commune_id = $1 AND id = $2 AND deleted_at IS NULL`, communeID, id, millis(now)); err != nil {
			return err
		}
		// The rows are taken before it is looked whether one is under way, so
		// that no worker can claim one in between.
		cancelled, err := many(ctx, q, scanMoved, `UPDATE deliveries SET state = 'cancelled', next_at = NULL, ring_at = NULL, updated_at = $3
			WHERE commune_id = $1 AND channel_id = $2 AND state IN `+list(append(planned(), post.Retrying))+`
			RETURNING `+movedColumns, communeID, id, millis(now))
		if err != nil {
			return err
		}
		busy, err := one(ctx, q, scanOne[int64], `SELECT COUNT(*) FROM deliveries
			WHERE commune_id = $1 AND channel_id = $2 AND state IN ('sending', 'unknown', 'reconciling')`, communeID, id)
		if err != nil {
			return err
		}
		if busy > 0 {
			return fmt.Errorf("%w: deliveries are under way", post.ErrConflict)
		}
		rehearsed, err := removeExercise(ctx, q, communeID, id, now)
		if err != nil {
			return err
		}
		cancelled = append(cancelled, rehearsed...)
		if err := addEvents(ctx, q, now, cancelled); err != nil {
			return err
		}
		return channelEvent(ctx, q, communeID, id, post.ChannelDisconnected, now)
	})
	if err == nil {
		s.ring(ringEvent)
	}
	return err
}

// LeaseRenewal takes the right to renew a channel's credentials, for a time.
// epochSeen is the RenewalEpoch of the channel that was read. ok is false when
// somebody else renews them, or has renewed them since: read the channel again.
func (s *Store) LeaseRenewal(ctx context.Context, channelID, instance string, epochSeen int64, now time.Time, lease time.Duration) (epoch int64, ok bool, err error) {
	err = s.writeOne(ctx, "lease renewal", func(ctx context.Context, q querier) (err error) {
		epoch, err = one(ctx, q, scanOne[int64], `UPDATE channels SET renewal_epoch = renewal_epoch + 1,
			renewal_started_at = $4, renewal_by = $2
			WHERE id = $1 AND renewal_epoch = $3 AND exercise_of = '' AND deleted_at IS NULL
			AND (renewal_by = '' OR renewal_started_at <= $5)
			RETURNING renewal_epoch`, channelID, instance, epochSeen, millis(now), millis(now.Add(-lease)))
		return err
	})
	if errors.Is(err, post.ErrNotFound) {
		return 0, false, nil
	}
	return epoch, err == nil, err
}

// SaveRenewal stores renewed credentials and gives the right back. epoch is
// what LeaseRenewal gave; post.ErrStale means that it was lost.
func (s *Store) SaveRenewal(ctx context.Context, channelID string, epoch int64, sealed []byte, expires time.Time) error {
	return s.endRenewal(ctx, "save renewal", `UPDATE channels SET sealed = $3, credentials_expire_at = $4,
		renewal_epoch = renewal_epoch + 1, renewal_by = '', failure = CASE WHEN status = 'connected' THEN NULL ELSE failure END
		WHERE id = $1 AND renewal_epoch = $2 AND renewal_by <> '' AND exercise_of = '' AND deleted_at IS NULL`, channelID, epoch, sealed, millis(expires))
}

// ReleaseRenewal gives the right back after a renewal that failed.
func (s *Store) ReleaseRenewal(ctx context.Context, channelID string, epoch int64) error {
	return s.endRenewal(ctx, "release renewal", `UPDATE channels SET renewal_by = '', renewal_started_at = NULL
		WHERE id = $1 AND renewal_epoch = $2 AND renewal_by <> '' AND deleted_at IS NULL`, channelID, epoch)
}

func (s *Store) endRenewal(ctx context.Context, op, query string, args ...any) error {
	return s.writeOne(ctx, op, func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrStale, query, args...)
	})
}
