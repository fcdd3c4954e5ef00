package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

var (
	// ErrHeldBack: an alert holds the commune's ordinary deliveries back.
	ErrHeldBack = fmt.Errorf("an alert holds it back: %w", post.ErrConflict)
	// ErrSuperseded: a newer message of the alert was said, or a person posted
	// this one by hand.
	ErrSuperseded = fmt.Errorf("a newer message of the alert was said: %w", post.ErrConflict)
)

// isFree lets the lane $2 of the channel $1 leave unless an alert holds it back.
// It reads without locking: what slips through stops at Creating.
const isFree = `($2 = 'crisis' OR NOT EXISTS (SELECT 1 FROM channels c JOIN communes m ON m.id = c.commune_id
	WHERE c.id = $1 AND m.crisis_since IS NOT NULL))`

// isSuperseded is said of a delivery d: a newer message of its alert was said,
// or a person posted it by hand.
const isSuperseded = `(EXISTS (SELECT 1 FROM posts p
		JOIN broadcast_messages said ON said.commune_id = p.commune_id AND said.broadcast_id = p.broadcast_id AND said.post_id = p.id
		JOIN broadcast_messages newer ON newer.commune_id = said.commune_id AND newer.broadcast_id = said.broadcast_id AND newer.number > said.number
		WHERE p.commune_id = d.commune_id AND p.id = d.post_id AND p.broadcast_id <> '')
	OR EXISTS (SELECT 1 FROM broadcast_ticks t WHERE t.commune_id = d.commune_id AND t.delivery_id = d.id))`

// flag reads a commune's flag in SQL and keeps it as it is until the transaction
// ends: an alert that is raised at this moment comes before, and is seen, or
// after, and finds what this transaction wrote. commune is an expression.
func (s *Store) flag(commune string) string {
	return `(SELECT m.crisis_since FROM communes m WHERE m.id = ` + commune + s.engine.words().share + `)`
}

// turn waits for a commune's flag as flag does, in a condition: before the
// statement takes a row for which somebody else may be waiting with the flag in
// hand.
func (s *Store) turn(commune string) string {
	return `(SELECT 1 FROM communes m WHERE m.id = ` + commune + s.engine.words().share + `)`
}

// keepFlag reads a commune's flag as flag does. It comes before any row of the
// commune that an alert takes, so that the two never wait for each other.
func (s *Store) keepFlag(ctx context.Context, q querier, communeID string) (held bool, err error) {
	since, err := one(ctx, q, scanInstant, `SELECT m.crisis_since FROM communes m WHERE m.id = $1`+s.engine.words().share, communeID)
	if errors.Is(err, post.ErrNotFound) {
		return false, nil // then there is nothing of it either
	}
	return !since.IsZero(), err
}

// waiting is what a delivery becomes that a worker or a person lets wait.
type waiting struct {
	state post.State
	// hold is the reason, where it is held.
	hold post.HoldReason
}

// lets decides what becomes of a delivery that is to wait for a worker: what is
// ordinary is held while an alert is open, and what is superseded is never said.
func (s *Store) lets(ctx context.Context, q querier, deliveryID string, to post.State) (waiting, error) {
	type about struct {
		communeID string
		lane      post.Lane
	}
	d, err := one(ctx, q, func(r row) (a about, err error) {
		err = r.Scan(&a.communeID, &a.lane)
		return a, err
	}, `SELECT commune_id, lane FROM deliveries WHERE id = $1`, deliveryID)
	if err != nil {
		return waiting{}, err
	}
	held, err := s.keepFlag(ctx, q, d.communeID)
	if err != nil {
		return waiting{}, err
	}
	if d.lane == post.LaneCrisis {
		over, err := superseded(ctx, q, deliveryID)
		if over {
			return waiting{state: post.Cancelled}, err
		}
		return waiting{state: to}, err
	}
	if held {
		return waiting{state: post.Held, hold: post.HoldCrisis}, nil
	}
	return waiting{state: to}, nil
}

// superseded must be asked after keepFlag: a message is added by who has the
// commune's row alone.
func superseded(ctx context.Context, q querier, deliveryID string) (bool, error) {
	n, err := one(ctx, q, scanOne[int64], `SELECT COUNT(*) FROM deliveries d WHERE d.id = $1 AND `+isSuperseded, deliveryID)
	return n > 0, err
}

// Superseded reports whether a newer message of its alert was said, or a person
// posted it by hand.
func (s *Store) Superseded(ctx context.Context, deliveryID string) (bool, error) {
	over, err := superseded(ctx, s.engine.reader(), deliveryID)
	return over, s.wrap("superseded", err)
}

// passes lets a claimed delivery come to its creating call, or says why not. The
// answer holds until the transaction ends.
func (s *Store) passes(ctx context.Context, q querier, deliveryID string, epoch int64, now time.Time) error {
	type passed struct {
		communeID string
		lane      post.Lane
		since     time.Time
	}
	p, err := one(ctx, q, func(r row) (p passed, err error) {
		err = r.Scan(&p.communeID, &p.lane, instant{&p.since})
		return p, err
	}, `UPDATE deliveries SET updated_at = $3 WHERE id = $1 AND epoch = $2 AND state = 'sending'
		AND EXISTS `+s.turn("(SELECT c.commune_id FROM deliveries c WHERE c.id = $1)")+`
		RETURNING commune_id, lane, `+s.flag("deliveries.commune_id"), deliveryID, epoch, millis(now))
	switch {
	case errors.Is(err, post.ErrNotFound):
		return post.ErrStale
	case err != nil:
		return err
	case p.lane != post.LaneCrisis:
		if !p.since.IsZero() {
			return ErrHeldBack
		}
		return nil
	}
	over, err := superseded(ctx, q, deliveryID)
	if over {
		return ErrSuperseded
	}
	return err
}

// heldWhile is a delivery as it is saved while an alert is open, if one is.
func heldWhile(d post.Delivery, held bool) post.Delivery {
	if held && d.Lane == post.LaneOrdinary && isWaitingState(d.State) {
		d.State, d.NextAt, d.HoldReason = post.Held, time.Time{}, post.HoldCrisis
	}
	return d
}

func isWaitingState(s post.State) bool { return s == post.Scheduled || s == post.Retrying }

// insertDeliveries adds deliveries in one statement, which holds those that
// would wait for a worker while an alert is open. The rows are those of
// deliveryRow.
func (s *Store) insertDeliveries(rows [][]any) statement {
	in := insert("deliveries", deliveryRowColumns, rows...)
	for i, r := range rows {
		state, isState := r[rowState].(post.State)
		if lane, isLane := r[rowLane].(post.Lane); !isState || !isLane || lane != post.LaneOrdinary || !isWaitingState(state) {
			continue
		}
		at := func(column int) string { return "$" + strconv.Itoa(i*len(r)+column+1) }
		free := "CASE WHEN " + s.flag(at(rowCommune)) + " IS NULL THEN "
		values := make([]string, len(r))
		for c := range r {
			values[c] = at(c)
		}
		values[rowState] = free + at(rowState) + " ELSE 'held' END"
		values[rowNextAt] = free + "CAST(" + at(rowNextAt) + " AS BIGINT) END"
		values[rowRingAt] = free + "CAST(" + at(rowRingAt) + " AS BIGINT) END"
		values[rowHold] = free + at(rowHold) + " ELSE 'crisis' END"
		in.query = strings.Replace(in.query, params(i*len(r)+1, len(r)), "("+strings.Join(values, ", ")+")", 1)
	}
	return in
}
