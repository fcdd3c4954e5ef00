package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// act is what all acts on an alert have in common: the register, which takes
// the commune's row until the end, the event, and the alert as it is then. now
// is the ledger's time.
func (s *Store) act(ctx context.Context, op, communeID, id string, entry post.RegisterEntry,
	change func(ctx context.Context, q querier, now time.Time) error,
) (post.Broadcast, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return post.Broadcast{}, err
	}
	var b post.Broadcast
	err = s.write(ctx, op, func(ctx context.Context, q querier) error {
		if err := s.note(ctx, q, communeID, entry, now); err != nil {
			return err
		}
		if err := change(ctx, q, now); err != nil {
			return err
		}
		if b, err = readBroadcast(ctx, q, communeID, id); err != nil {
			return err
		}
		return broadcastEvent(ctx, q, &b, now)
	})
	if err != nil {
		return post.Broadcast{}, err
	}
	s.ring(ringDue)
	return b, nil
}

// notChanged says why a guarded change of an alert found nothing.
func notChanged(ctx context.Context, q querier, communeID, id string, err error) error {
	if !errors.Is(err, errUnchanged) {
		return err
	}
	status, err := one(ctx, q, scanOne[string], `SELECT status FROM broadcasts WHERE commune_id = $1 AND id = $2`, communeID, id)
	if err != nil {
		return err
	}
	return fmt.Errorf("%w: the alert is %s", post.ErrConflict, status)
}

var errUnchanged = errors.New("nothing changed")

// ConfirmBroadcast lets an alert leave that awaits a second person. In one
// statement it checks that userID did not raise it, or, with a reason, that at
// least alone has passed since then by the ledger's clock. post.ErrConflict: it
// does not wait, or may not leave so.
func (s *Store) ConfirmBroadcast(ctx context.Context, communeID, id, userID, reason string, alone time.Duration, entry post.RegisterEntry) (post.Broadcast, error) {
	return s.act(ctx, "confirm broadcast", communeID, id, entry, func(ctx context.Context, q querier, now time.Time) error {
		err := execOne(ctx, q, errUnchanged, `UPDATE broadcasts SET status = 'active', confirmed_by = $3, confirmed_at = $4,
			break_glass = CASE WHEN opened_by = $3 THEN $5 ELSE '' END
			WHERE commune_id = $1 AND id = $2 AND status = 'awaiting_confirmation'
			AND (opened_by <> $3 OR ($5 <> '' AND opened_at + $6 <= $4))`,
			communeID, id, userID, millis(now), reason, alone.Milliseconds())
		if err != nil {
			return notChanged(ctx, q, communeID, id, err)
		}
		// Its hour is now: a late confirmation does not make it miss itself.
		if _, err := exec(ctx, q, `UPDATE posts SET due_at = $3, listed_at = $3, updated_at = $3
			WHERE commune_id = $1 AND broadcast_id = $2`, communeID, id, millis(now)); err != nil {
			return err
		}
		return moveMessages(ctx, q, `state = 'scheduled', due_at = $3, next_at = $3, ring_at = $3`, `state = 'awaiting_approval'`, communeID, id, now)
	})
}

// AbandonBroadcast gives up an alert that awaits a second person. What it held
// stays held until a person decides. post.ErrConflict: it does not wait.
func (s *Store) AbandonBroadcast(ctx context.Context, communeID, id, userID string, entry post.RegisterEntry) (post.Broadcast, error) {
	return s.act(ctx, "abandon broadcast", communeID, id, entry, func(ctx context.Context, q querier, now time.Time) error {
		err := execOne(ctx, q, errUnchanged, `UPDATE broadcasts SET status = 'abandoned', ended_by = $3, ended_at = $4
			WHERE commune_id = $1 AND id = $2 AND status = 'awaiting_confirmation'`, communeID, id, userID, millis(now))
		if err != nil {
			return notChanged(ctx, q, communeID, id, err)
		}
		if err := moveMessages(ctx, q, `state = 'cancelled', next_at = NULL, ring_at = NULL`, `state = 'awaiting_approval'`, communeID, id, now); err != nil {
			return err
		}
		return takeFlagAway(ctx, q, communeID, id)
	})
}

// AddMessage saves the next message of an active alert. What of its earlier
// messages did not leave yet is cancelled: what is superseded is not said. A
// message of kind end ends the alert. post.ErrConflict: the alert is not active,
// or the number is not the next one.
func (s *Store) AddMessage(ctx context.Context, communeID string, m post.BroadcastMessage, p post.Post, entry post.RegisterEntry) (post.Broadcast, error) {
	if err := checkMessage(&m, &p, communeID, m.BroadcastID, post.Scheduled); err != nil {
		return post.Broadcast{}, s.wrap("add message", err)
	}
	return s.addMessage(ctx, communeID, m, p, entry)
}

func (s *Store) addMessage(ctx context.Context, communeID string, m post.BroadcastMessage, p post.Post, entry post.RegisterEntry) (post.Broadcast, error) {
	id := m.BroadcastID
	return s.act(ctx, "add message", communeID, id, entry, func(ctx context.Context, q querier, now time.Time) error {
		m := m
		if m.CreatedAt.IsZero() {
			m.CreatedAt = now
		}
		err := execOne(ctx, q, errUnchanged, `UPDATE broadcasts SET next_update_at = $3,
			status = CASE WHEN $4 = 'end' THEN 'ended' ELSE status END,
			ended_by = CASE WHEN $4 = 'end' THEN $5 ELSE ended_by END,
			ended_at = CASE WHEN $4 = 'end' THEN CAST($6 AS BIGINT) ELSE ended_at END
			WHERE commune_id = $1 AND id = $2 AND status = 'active'
			AND $7 = (SELECT MAX(said.number) + 1 FROM broadcast_messages said WHERE said.commune_id = $1 AND said.broadcast_id = $2)`,
			communeID, id, millis(m.NextUpdateAt), string(m.Kind), m.CreatedBy, millis(m.CreatedAt), m.Number)
		if err != nil {
			return notChanged(ctx, q, communeID, id, err)
		}
		if err := moveMessages(ctx, q, `state = 'cancelled', next_at = NULL, ring_at = NULL`,
			`state IN ('scheduled', 'retrying', 'awaiting_approval', 'held')`, communeID, id, now); err != nil {
			return err
		}
		if err := s.insertMessage(ctx, q, nil, &m, &p); err != nil {
			return err
		}
		if m.Kind != post.MessageEnd {
			return nil
		}
		return takeFlagAway(ctx, q, communeID, id)
	})
}

// moveMessages changes the deliveries of an alert's messages that are in some
// states.
func moveMessages(ctx context.Context, q querier, set, which, communeID, id string, now time.Time) error {
	changes, err := many(ctx, q, scanMoved, `UPDATE deliveries SET `+set+`, hold_reason = '', updated_at = $3
		WHERE commune_id = $1 AND post_id IN (SELECT post_id FROM broadcast_messages WHERE commune_id = $1 AND broadcast_id = $2)
		AND `+which+` RETURNING `+movedColumns, communeID, id, millis(now))
	if err != nil {
		return err
	}
	return addEvents(ctx, q, now, changes)
}

// takeFlagAway lets ordinary deliveries leave again, unless another real alert
// is open. What is held stays held. An exercise has no flag to take.
func takeFlagAway(ctx context.Context, q querier, communeID, id string) error {
	n, err := openReal(ctx, q, communeID, id)
	if err != nil || n > 0 {
		return err
	}
	_, err = exec(ctx, q, `UPDATE communes SET crisis_since = NULL WHERE id = $1`, communeID)
	return err
}

// Tick notes that a person posted a message by hand, for a delivery of the alert
// that is not sent. What of it still waits does not leave any more.
// post.ErrNotFound: it is not of this alert. post.ErrConflict: it is sent, or
// ticked already.
func (s *Store) Tick(ctx context.Context, communeID, broadcastID string, tick post.Tick, entry post.RegisterEntry) error {
	_, err := s.act(ctx, "tick", communeID, broadcastID, entry, func(ctx context.Context, q querier, now time.Time) error {
		if tick.At.IsZero() {
			tick.At = now
		}
		// Writing the row keeps a worker from settling it at this moment.
		d, err := one(ctx, q, scanMoved, `UPDATE deliveries SET updated_at = $4 WHERE commune_id = $1 AND id = $3
			AND post_id IN (SELECT post_id FROM broadcast_messages WHERE commune_id = $1 AND broadcast_id = $2)
			RETURNING `+movedColumns, communeID, broadcastID, tick.DeliveryID, millis(now))
		if err != nil {
			return err
		}
		if d.state == post.Sent {
			return fmt.Errorf("%w: it is sent", post.ErrConflict)
		}
		add := insert("broadcast_ticks", "commune_id, delivery_id, ticked_by, ticked_at, remote_url", []any{
			communeID, tick.DeliveryID, tick.By, millis(tick.At), tick.RemoteURL,
		})
		if _, err := exec(ctx, q, add.query, add.args...); err != nil {
			return err
		}
		if !isWaitingState(d.state) {
			return nil
		}
		if _, err := exec(ctx, q, `UPDATE deliveries SET state = 'cancelled', next_at = NULL, ring_at = NULL WHERE id = $1`, d.id); err != nil {
			return err
		}
		d.state = post.Cancelled
		return addEvents(ctx, q, now, []moved{d})
	})
	return err
}
