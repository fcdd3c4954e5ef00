package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// isForReview are the held deliveries on which a person decides one by one.
const isForReview = `state = 'held' AND hold_reason IN ('review', 'recovery')`

// Review lists what is held in a commune until a person decides, by due time.
func (s *Store) Review(ctx context.Context, communeID string) ([]post.ReviewItem, error) {
	all, err := many(ctx, s.engine.reader(), func(r row) (item post.ReviewItem, err error) {
		var c post.Content
		item.Delivery, err = scanDeliveryAnd(r, document{&c})
		item.Title = c.Headline()
		return item, err
	}, `SELECT `+deliveryColumns+`, (SELECT v.content FROM post_versions v WHERE v.commune_id = deliveries.commune_id
			AND v.post_id = deliveries.post_id AND v.version = deliveries.post_version)
		FROM deliveries WHERE commune_id = $1 AND `+isForReview+` ORDER BY due_at, id`, communeID)
	return all, s.wrap("review", err)
}

// DecideReview cancels and releases held deliveries of a commune. What is
// released leaves post.Spacing apart on each channel, by due time, beginning
// now; its lateness counts from then. What got a new hour meanwhile leaves at
// that. An id that is not held for review is left alone.
func (s *Store) DecideReview(ctx context.Context, communeID string, release, cancel []string, now time.Time) error {
	err := s.write(ctx, "decide review", func(ctx context.Context, q querier) error {
		changes, err := cancelHeld(ctx, q, communeID, cancel, now)
		if err != nil {
			return err
		}
		held, err := takeHeld(ctx, q, communeID, release, now)
		if err != nil {
			return err
		}
		for _, h := range held {
			if err := releaseHeld(ctx, q, h, now); err != nil {
				return err
			}
			h.state = post.Scheduled
			changes = append(changes, h.moved)
		}
		return addEvents(ctx, q, now, changes)
	})
	if err == nil {
		s.ring(ringDue)
	}
	return err
}

func cancelHeld(ctx context.Context, q querier, communeID string, all []string, now time.Time) ([]moved, error) {
	if len(all) == 0 {
		return nil, nil
	}
	chosen, args := in(3, []any{communeID, millis(now)}, all)
	return many(ctx, q, scanMoved, `UPDATE deliveries SET state = 'cancelled', hold_reason = '', next_at = NULL, ring_at = NULL, updated_at = $2
		WHERE commune_id = $1 AND `+isForReview+` AND id IN `+chosen+` RETURNING `+movedColumns, args...)
}

// heldRow is a held delivery that the transaction has taken.
type heldRow struct {
	moved
	lane post.Lane
	due  time.Time
}

// takeHeld takes the rows by writing them, and returns them in the order in
// which they are to leave.
func takeHeld(ctx context.Context, q querier, communeID string, all []string, now time.Time) ([]heldRow, error) {
	if len(all) == 0 {
		return nil, nil
	}
	chosen, args := in(3, []any{communeID, millis(now)}, all)
	held, err := many(ctx, q, func(r row) (h heldRow, err error) {
		err = r.Scan(&h.id, &h.communeID, &h.postID, &h.channelID, &h.state, &h.lane, instant{&h.due})
		return h, err
	}, `UPDATE deliveries SET updated_at = $2 WHERE commune_id = $1 AND `+isForReview+` AND id IN `+chosen+`
		RETURNING `+movedColumns+`, lane, due_at`, args...)
	slices.SortFunc(held, func(a, b heldRow) int {
		if c := a.due.Compare(b.due); c != 0 {
			return c
		}
		return strings.Compare(a.id, b.id)
	})
	return held, err
}

// releaseHeld schedules a delivery for the first moment from now on that is
// post.Spacing away from whatever else leaves or left on its lane.
func releaseHeld(ctx context.Context, q querier, h heldRow, now time.Time) error {
	at := h.due
	if !at.After(now) {
		busy, err := many(ctx, q, scanInstant, `SELECT next_at FROM deliveries
				WHERE channel_id = $1 AND lane = $2 AND `+isWaiting+` AND next_at > $3
			UNION ALL SELECT sent_at FROM deliveries
				WHERE state = 'sent' AND channel_id = $1 AND lane = $2 AND sent_at > $3
			ORDER BY 1`, h.channelID, h.lane, millis(now.Add(-post.Spacing)))
		if err != nil {
			return err
		}
		at = freeFrom(now, busy)
	}
	_, err := exec(ctx, q, `UPDATE deliveries SET state = 'scheduled', hold_reason = '', due_at = $2, next_at = $2, ring_at = $2, claims = 0
		WHERE id = $1`, h.id, millis(at))
	return err
}

// freeFrom is the first moment from t on with nothing less than post.Spacing
// before or after it. busy is sorted.
func freeFrom(t time.Time, busy []time.Time) time.Time {
	for _, b := range busy {
		if b.Sub(t) >= post.Spacing {
			return t
		}
		if t.Sub(b) < post.Spacing {
			t = b.Add(post.Spacing)
		}
	}
	return t
}
