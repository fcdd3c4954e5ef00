package store

import (
	"context"
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// RetryByPerson sends a failed or missed delivery once more, now. Where its
// lateness would keep it back, now becomes its hour. It returns
// post.ErrConflict in any other state, or when the channel was removed.
func (s *Store) RetryByPerson(ctx context.Context, communeID, deliveryID string, now time.Time) (post.Delivery, error) {
	return s.byPerson(ctx, "retry", communeID, deliveryID, now, func(ctx context.Context, q querier) ([]moved, error) {
		return many(ctx, q, scanMoved, `UPDATE deliveries SET state = 'retrying', next_at = $3, ring_at = $3,
			due_at = CASE WHEN due_at IS NULL OR state = 'missed' OR due_at + max_lateness <= $3 THEN $3 ELSE due_at END,
			epoch = epoch + 1, claims = 0, resends = 0, clean_reads = 0, first_clean_read_at = NULL,
			failure = NULL, updated_at = $3
			WHERE commune_id = $1 AND id = $2 AND state IN ('failed', 'missed')
			AND EXISTS (SELECT 1 FROM channels WHERE channels.id = deliveries.channel_id AND deleted_at IS NULL)
			RETURNING `+movedColumns, communeID, deliveryID, millis(now))
	})
}

// ResolveByPerson settles an unknown outcome by what a person saw on the
// network. A worker that reads the account back at this moment is fenced off:
// the person's word stands. It returns post.ErrConflict when the outcome is
// known.
func (s *Store) ResolveByPerson(ctx context.Context, communeID, deliveryID string, v post.Verdict) (post.Delivery, error) {
	to := post.Failed
	if v.Sent {
		to = post.Sent
	}
	failure, err := failureJSON(v.Failure)
	if err != nil {
		return post.Delivery{}, s.wrap("resolve", err)
	}
	if v.Sent {
		failure = nil
	}
	return s.byPerson(ctx, "resolve", communeID, deliveryID, v.At, func(ctx context.Context, q querier) ([]moved, error) {
		// What was sent was sent when its request left, not when somebody
		// looked.
		all, err := many(ctx, q, scanMoved, `UPDATE deliveries SET state = $3, next_at = NULL, ring_at = NULL,
			epoch = epoch + 1, claimed_by = '', lease_until = NULL, failure = $4, updated_at = $5,
			remote_url = CASE WHEN $6 = '' THEN remote_url ELSE $6 END,
			sent_at = CASE WHEN $3 = 'sent' THEN COALESCE((SELECT MAX(creating_at) FROM attempts
				WHERE delivery_id = deliveries.id AND outcome IN ('', 'unknown')), $5) ELSE sent_at END
			WHERE commune_id = $1 AND id = $2 AND state IN ('unknown', 'reconciling')
			RETURNING `+movedColumns, communeID, deliveryID, to, failure, millis(v.At), v.RemoteURL)
		if err != nil || len(all) == 0 {
			return all, err
		}
		return all, resolveAttempts(ctx, q, deliveryID, post.OutcomeResolved, v.At)
	})
}

// byPerson runs a change of one delivery and tells "not there" from "not in
// that state".
func (s *Store) byPerson(ctx context.Context, op, communeID, deliveryID string, now time.Time,
	change func(context.Context, querier) ([]moved, error),
) (post.Delivery, error) {
	var d post.Delivery
	err := s.write(ctx, op, func(ctx context.Context, q querier) error {
		all, err := change(ctx, q)
		if err != nil {
			return err
		}
		if d, err = delivery(ctx, q, communeID, deliveryID); err != nil {
			return err
		}
		if len(all) == 0 {
			return fmt.Errorf("%w: the delivery is %s", post.ErrConflict, d.State)
		}
		return addEvents(ctx, q, now, all)
	})
	if err != nil {
		return post.Delivery{}, err
	}
	s.ring(ringFor(d.NextAt))
	return d, nil
}

// CancelPost cancels every delivery of a post that may still be cancelled, and
// returns the post. It returns post.ErrConflict when there is none.
func (s *Store) CancelPost(ctx context.Context, communeID, id string) (post.Post, error) {
	return s.movePost(ctx, "cancel post", communeID, id, `UPDATE deliveries SET state = 'cancelled', next_at = NULL, ring_at = NULL, updated_at = $3
		WHERE commune_id = $1 AND post_id = $2 AND state IN `+list(post.Sources(post.Cancelled))+`
		RETURNING `+movedColumns)
}

// ApprovePost lets the deliveries of a post that await approval leave at their
// hour, and returns the post. It returns post.ErrConflict when there is none.
func (s *Store) ApprovePost(ctx context.Context, communeID, id string) (post.Post, error) {
	return s.movePost(ctx, "approve post", communeID, id, `UPDATE deliveries SET state = 'scheduled', next_at = due_at, ring_at = due_at, updated_at = $3
		WHERE commune_id = $1 AND post_id = $2 AND state = 'awaiting_approval'
		RETURNING `+movedColumns)
}

func (s *Store) movePost(ctx context.Context, op, communeID, id, query string) (post.Post, error) {
	now := s.now()
	var p post.Post
	err := s.write(ctx, op, func(ctx context.Context, q querier) error {
		all, err := many(ctx, q, scanMoved, query, communeID, id, millis(now))
		if err != nil {
			return err
		}
		if p, err = readPost(ctx, q, communeID, id); err != nil {
			return err
		}
		if len(all) == 0 {
			return fmt.Errorf("%w: no delivery may change so", post.ErrConflict)
		}
		return addEvents(ctx, q, now, all)
	})
	if err != nil {
		return post.Post{}, err
	}
	s.ring(ringForPost(&p))
	return p, nil
}
