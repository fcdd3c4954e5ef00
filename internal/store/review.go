package store

import (
	"cmp"
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
// that. An id that is not held for review is left alone. While an alert is open,
// what is released is held by it instead, for a person to decide when it is over.
func (s *Store) DecideReview(ctx context.Context, communeID string, release, cancel []string, now time.Time) error {
	err := s.write(ctx, "decide review", func(ctx context.Context, q querier) error {
		crisis, err := s.keepFlag(ctx, q, communeID)
		if err != nil {
			return err
		}
		changes, err := cancelHeld(ctx, q, communeID, isForReview, `id`, cancel, now)
		if err != nil {
			return err
		}
		held, err := takeHeld(ctx, q, communeID, isForReview, `id`, release, now)
		if err != nil {
			return err
		}
		if crisis {
			for _, h := range held {
				if _, err := exec(ctx, q, `UPDATE deliveries SET hold_reason = 'crisis' WHERE id = $1`, h.id); err != nil {
					return err
				}
				changes = append(changes, h.moved)
			}
			return addEvents(ctx, q, now, changes)
		}
		released, err := releaseHeld(ctx, q, held, now)
		if err != nil {
			return err
		}
		return addEvents(ctx, q, now, append(changes, released...))
	})
	if err == nil {
		s.ring(ringDue)
	}
	return err
}

// heldBatch is how many ids one statement names at most.
const heldBatch = 1024

// cancelHeld cancels what is held for a reason: the deliveries whose column is
// one of all.
func cancelHeld(ctx context.Context, q querier, communeID, which, column string, all []string, now time.Time) (changes []moved, err error) {
	for ids := range slices.Chunk(all, heldBatch) {
		chosen, args := in(3, []any{communeID, millis(now)}, ids)
		some, err := many(ctx, q, scanMoved, `UPDATE deliveries SET state = 'cancelled', hold_reason = '', next_at = NULL, ring_at = NULL, updated_at = $2
			WHERE commune_id = $1 AND `+which+` AND `+column+` IN `+chosen+` RETURNING `+movedColumns, args...)
		if err != nil {
			return nil, err
		}
		changes = append(changes, some...)
	}
	return changes, nil
}

// heldRow is a held delivery that the transaction has taken.
type heldRow struct {
	moved
	lane post.Lane
	due  time.Time
}

// takeHeld takes the rows by writing them, and returns them in the order in
// which they are to leave.
func takeHeld(ctx context.Context, q querier, communeID, which, column string, all []string, now time.Time) (held []heldRow, err error) {
	for ids := range slices.Chunk(all, heldBatch) {
		chosen, args := in(3, []any{communeID, millis(now)}, ids)
		some, err := many(ctx, q, func(r row) (h heldRow, err error) {
			err = r.Scan(&h.id, &h.communeID, &h.postID, &h.channelID, &h.state, &h.lane, instant{&h.due})
			return h, err
		}, `UPDATE deliveries SET updated_at = $2 WHERE commune_id = $1 AND `+which+` AND `+column+` IN `+chosen+`
			RETURNING `+movedColumns+`, lane, due_at`, args...)
		if err != nil {
			return nil, err
		}
		held = append(held, some...)
	}
	slices.SortFunc(held, func(a, b heldRow) int {
		return cmp.Or(a.due.Compare(b.due), strings.Compare(a.id, b.id))
	})
	return held, nil
}

// releaseHeld schedules deliveries, in their order. What has an hour to come
// leaves at that; the rest leaves at the first moments from now on that are
// post.Spacing away from whatever else leaves or left on its lane.
func releaseHeld(ctx context.Context, q querier, held []heldRow, now time.Time) ([]moved, error) {
	type laneKey struct {
		channelID string
		lane      post.Lane
	}
	lanes := map[laneKey]*slots{}
	changes := make([]moved, len(held))
	for i, h := range held {
		at := h.due
		if !at.After(now) {
			key := laneKey{h.channelID, h.lane}
			if lanes[key] == nil {
				busy, err := many(ctx, q, scanInstant, `SELECT next_at FROM deliveries
						WHERE channel_id = $1 AND lane = $2 AND `+isWaiting+` AND next_at > $3
					UNION ALL SELECT sent_at FROM deliveries
						WHERE state = 'sent' AND channel_id = $1 AND lane = $2 AND sent_at > $3
					ORDER BY 1`, h.channelID, h.lane, millis(now.Add(-post.Spacing)))
				if err != nil {
					return nil, err
				}
				lanes[key] = &slots{from: now, busy: busy}
			}
			at = lanes[key].take()
		}
		if _, err := exec(ctx, q, `UPDATE deliveries SET state = 'scheduled', hold_reason = '', due_at = $2, next_at = $2, ring_at = $2, claims = 0
			WHERE id = $1`, h.id, millis(at)); err != nil {
			return nil, err
		}
		h.state = post.Scheduled
		changes[i] = h.moved
	}
	return changes, nil
}

// slots hands out moments on a lane, one after the other.
type slots struct {
	// from is the first moment that may be handed out; busy are sorted.
	from time.Time
	busy []time.Time
}

// take is the first moment from s.from on with nothing less than post.Spacing
// before or after it.
func (s *slots) take() time.Time {
	t := s.from
	for len(s.busy) > 0 && s.busy[0].Sub(t) < post.Spacing {
		if t.Sub(s.busy[0]) < post.Spacing {
			t = s.busy[0].Add(post.Spacing)
		}
		s.busy = s.busy[1:]
	}
	s.from = t.Add(post.Spacing)
	return t
}
