package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// RetryByPerson sends a failed or missed delivery once more, now. Where its
// lateness would keep it back, now becomes its hour. While an alert is open it is
// held until a person decides. It returns post.ErrConflict in any other state,
// when the channel was removed, or when its alert says something else by now.
func (s *Store) RetryByPerson(ctx context.Context, communeID, deliveryID string, now time.Time) (post.Delivery, error) {
	const stays = `($4 AND lane = 'ordinary')`
	return s.byPerson(ctx, "retry", communeID, deliveryID, now, func(ctx context.Context, q querier) ([]moved, error) {
		held, err := s.keepFlag(ctx, q, communeID)
		if err != nil {
			return nil, err
		}
		return many(ctx, q, scanMoved, `UPDATE deliveries AS d SET
			state = CASE WHEN `+stays+` THEN 'held' ELSE 'retrying' END, hold_reason = CASE WHEN `+stays+` THEN 'crisis' ELSE '' END,
			next_at = CASE WHEN `+stays+` THEN NULL ELSE CAST($3 AS BIGINT) END, ring_at = CASE WHEN `+stays+` THEN NULL ELSE CAST($3 AS BIGINT) END,
			due_at = CASE WHEN due_at IS NULL OR state = 'missed' OR due_at + max_lateness <= $3 THEN $3 ELSE due_at END,
			epoch = epoch + 1, claims = 0, resends = 0, clean_reads = 0, first_clean_read_at = NULL,
			failure = NULL, updated_at = $3
			WHERE commune_id = $1 AND id = $2 AND state IN ('failed', 'missed')
			AND EXISTS (SELECT 1 FROM channels WHERE channels.id = d.channel_id AND deleted_at IS NULL)
			AND NOT `+isSuperseded+`
			RETURNING `+movedColumns, communeID, deliveryID, millis(now), held)
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
// returns the post. It returns post.ErrConflict when there is none, or when the
// post is a message of an alert.
func (s *Store) CancelPost(ctx context.Context, communeID, id string) (post.Post, error) {
	return s.movePost(ctx, "cancel post", communeID, id, func(bool) string {
		return `UPDATE deliveries SET state = 'cancelled', hold_reason = '', next_at = NULL, ring_at = NULL, updated_at = $3
			WHERE commune_id = $1 AND post_id = $2 AND state IN ` + list(cancellable()) + ` AND ` + isNoMessage + `
			RETURNING ` + movedColumns
	})
}

// ApprovePost lets the deliveries of a post that await approval leave at their
// hour, and returns the post. While an alert is open they are held. It returns
// post.ErrConflict when there is none, or when the post is a message of an alert:
// that is confirmed, by the rules of alerts.
func (s *Store) ApprovePost(ctx context.Context, communeID, id string) (post.Post, error) {
	return s.movePost(ctx, "approve post", communeID, id, func(held bool) string {
		set := `state = 'scheduled', next_at = due_at, ring_at = due_at`
		if held {
			set = `state = 'held', hold_reason = 'crisis'`
		}
		return `UPDATE deliveries SET ` + set + `, updated_at = $3
			WHERE commune_id = $1 AND post_id = $2 AND state = 'awaiting_approval' AND ` + isNoMessage + `
			RETURNING ` + movedColumns
	})
}

// isNoMessage keeps the ways of ordinary posts from the messages of alerts. It
// needs the arguments of movePost.
const isNoMessage = `NOT EXISTS (SELECT 1 FROM posts p WHERE p.commune_id = $1 AND p.id = $2 AND p.broadcast_id <> '')`

// cancellable are the states from which a person may cancel: what a worker has in
// its hands is not among them.
func cancellable() []post.State {
	return slices.DeleteFunc(post.Sources(post.Cancelled), func(s post.State) bool { return s == post.Sending || s == post.Reconciling })
}

// movePost changes deliveries of a post by the statement that query gives; held
// says whether an alert is open.
func (s *Store) movePost(ctx context.Context, op, communeID, id string, query func(held bool) string) (post.Post, error) {
	now := s.now()
	var p post.Post
	err := s.write(ctx, op, func(ctx context.Context, q querier) error {
		held, err := s.keepFlag(ctx, q, communeID)
		if err != nil {
			return err
		}
		all, err := many(ctx, q, scanMoved, query(held), communeID, id, millis(now))
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
