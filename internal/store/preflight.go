package store

import (
	"context"
	"errors"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// LastPreflight is the number of the last check before the hour.
const LastPreflight = 3

// PreflightStages are how long before its hour a delivery is checked. The last
// begins early enough to be over ten minutes before.
func PreflightStages() [LastPreflight]time.Duration {
	return [LastPreflight]time.Duration{24 * time.Hour, time.Hour, 15 * time.Minute}
}

// preflightLead is how far ahead a delivery must have been scheduled to be
// checked at all: what leaves sooner was checked when it was saved.
const preflightLead = 10 * time.Minute

// stageDue is the stage that a delivery has reached at $1, with the ends of the
// stages in $2 to $4, and isPreflight whether it is to be checked. Stages that
// were missed are one.
const (
	stageDue    = `CASE WHEN due_at <= $4 THEN 3 WHEN due_at <= $3 THEN 2 ELSE 1 END`
	isPreflight = `state = 'scheduled' AND preflight < 3 AND lane = 'ordinary' AND due_at > $1 AND due_at <= $2
		AND preflight < ` + stageDue + ` AND due_at - updated_at >= $5`
)

func preflightArgs(now time.Time) []any {
	stages := PreflightStages()
	return []any{
		millis(now), millis(now.Add(stages[0])), millis(now.Add(stages[1])), millis(now.Add(stages[2])),
		preflightLead.Milliseconds(),
	}
}

// PreflightChannels lists the channels that have deliveries to check before
// their hour, the most urgent first. Crises are not looked at.
func (s *Store) PreflightChannels(ctx context.Context, now time.Time, limit int) ([]string, error) {
	ids, err := many(ctx, s.engine.reader(), scanOne[string], `SELECT channel_id FROM deliveries WHERE `+isPreflight+`
		GROUP BY channel_id ORDER BY MIN(due_at) LIMIT $6`, append(preflightArgs(now), limit)...)
	return ids, s.wrap("preflight channels", err)
}

// PreflightDeliveries lists the deliveries of a channel to check, the most
// urgent first. Preflight is the stage that the check is for.
func (s *Store) PreflightDeliveries(ctx context.Context, channelID string, now time.Time, limit int) ([]post.Delivery, error) {
	all, err := many(ctx, s.engine.reader(), func(r row) (post.Delivery, error) {
		var stage int
		d, err := scanDeliveryAnd(r, &stage)
		d.Preflight = stage
		return d, err
	}, `SELECT `+deliveryColumns+`, `+stageDue+` FROM deliveries WHERE `+isPreflight+` AND channel_id = $6
		ORDER BY due_at, id LIMIT $7`, append(preflightArgs(now), channelID, limit)...)
	return all, s.wrap("preflight deliveries", err)
}

// LeaseCheck takes the right to check a channel ahead of its deliveries, for a
// time. false: another worker has it.
func (s *Store) LeaseCheck(ctx context.Context, channelID string, now time.Time, lease time.Duration) (bool, error) {
	err := s.writeOne(ctx, "lease check", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrStale, `UPDATE channels SET checked_from = $2
			WHERE id = $1 AND deleted_at IS NULL AND (checked_from IS NULL OR checked_from <= $3)`,
			channelID, millis(now), millis(now.Add(-lease)))
	})
	if errors.Is(err, post.ErrStale) {
		return false, nil
	}
	return err == nil, err
}

// ChannelCheck is what a network said of an account.
type ChannelCheck struct {
	Status  post.ChannelStatus
	Failure *post.Failure
	// ExpiresAt is when the credentials end; zero: what was known stays.
	ExpiresAt time.Time
	At        time.Time
}

// SaveCheck keeps what a check showed. epoch is the RenewalEpoch of the channel
// that was checked; post.ErrStale means that it has other credentials since.
func (s *Store) SaveCheck(ctx context.Context, channelID string, epoch int64, c ChannelCheck) error {
	failure, err := failureJSON(c.Failure)
	if err != nil {
		return s.wrap("save check", err)
	}
	err = s.write(ctx, "save check", func(ctx context.Context, q querier) error {
		all, err := many(ctx, q, scanOne[string], `UPDATE channels SET status = $3, failure = $4, checked_at = $5,
			credentials_expire_at = CASE WHEN exercise_of = '' THEN COALESCE($6, credentials_expire_at) END
			WHERE id = $1 AND renewal_epoch = $2 AND deleted_at IS NULL RETURNING commune_id`,
			channelID, epoch, c.Status, failure, millis(c.At), millis(c.ExpiresAt))
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return post.ErrStale
		}
		return channelEvent(ctx, q, all[0], channelID, c.Status, c.At)
	})
	if err == nil {
		s.ring(ringEvent)
	}
	return err
}

// MarkPreflight writes down that deliveries were checked for the stage in
// Preflight. One that changed since it was read is checked again.
func (s *Store) MarkPreflight(ctx context.Context, checked []post.Delivery) error {
	if len(checked) == 0 {
		return nil
	}
	return s.write(ctx, "mark preflight", func(ctx context.Context, q querier) error {
		for i := range checked {
			d := &checked[i]
			if _, err := exec(ctx, q, `UPDATE deliveries SET preflight = $2
				WHERE id = $1 AND state = 'scheduled' AND preflight < $2 AND fingerprint = $3 AND due_at = $4 AND updated_at = $5`,
				d.ID, d.Preflight, d.Fingerprint, millis(d.DueAt), millis(d.UpdatedAt)); err != nil {
				return err
			}
		}
		return nil
	})
}

// FailBefore ends a delivery that a check before its hour found impossible to
// send. post.ErrConflict: it changed since it was read.
func (s *Store) FailBefore(ctx context.Context, d post.Delivery, now time.Time, failure post.Failure) error {
	if err := checkMay(post.Scheduled, post.Failed); err != nil {
		return s.wrap("fail before", err)
	}
	value, err := failureJSON(&failure)
	if err != nil {
		return s.wrap("fail before", err)
	}
	err = s.write(ctx, "fail before", func(ctx context.Context, q querier) error {
		all, err := many(ctx, q, scanMoved, `UPDATE deliveries SET state = 'failed', next_at = NULL, ring_at = NULL,
			preflight = $2, failure = $3, updated_at = $4
			WHERE id = $1 AND state = 'scheduled' AND fingerprint = $5 AND updated_at = $6 RETURNING `+movedColumns,
			d.ID, d.Preflight, value, millis(now), d.Fingerprint, millis(d.UpdatedAt))
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return post.ErrConflict
		}
		return addEvents(ctx, q, now, all)
	})
	if err == nil {
		s.ring(ringEvent)
	}
	return err
}

// OpenPreflight lists what people were told of a channel's deliveries before
// their hour and is still open: the ids of the notices by their subjects.
func (s *Store) OpenPreflight(ctx context.Context, channelID string) (map[string]string, error) {
	type open struct{ subject, id string }
	all, err := many(ctx, s.engine.reader(), func(r row) (o open, err error) {
		err = r.Scan(&o.subject, &o.id)
		return o, err
	}, `SELECT subject, id FROM notices
		WHERE kind = 'preflight' AND channel_id = $1 AND settled_at IS NULL`, channelID)
	bySubject := make(map[string]string, len(all))
	for _, o := range all {
		bySubject[o.subject] = o.id
	}
	return bySubject, s.wrap("open preflight", err)
}

// SettlePreflight closes the notices of deliveries that are not waiting for
// their hour any more.
func (s *Store) SettlePreflight(ctx context.Context, now time.Time) error {
	ids, err := many(ctx, s.engine.reader(), scanOne[string], `SELECT id FROM notices
		WHERE kind = 'preflight' AND settled_at IS NULL AND NOT EXISTS (SELECT 1 FROM deliveries
			WHERE deliveries.id = notices.delivery_id AND state IN ('scheduled', 'held'))`)
	if err != nil || len(ids) == 0 {
		return s.wrap("settle preflight", err)
	}
	return s.SettleNotices(ctx, ids, now)
}
