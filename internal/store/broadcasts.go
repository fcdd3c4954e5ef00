package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// isOpenBroadcast stands word for word in the partial index of the migration.
const isOpenBroadcast = `status IN ('awaiting_confirmation', 'active')`

// ofCommune are the deliveries of the commune $1 in the ordinary lane. By its
// channels they are found in the index of lanes.
const ofCommune = `channel_id IN (SELECT c.id FROM channels c WHERE c.commune_id = $1) AND lane = 'ordinary'`

// inFlight are what was on its way to a network when an alert held the rest.
const inFlight = isOpen + ` AND state IN ('sending', 'reconciling', 'unknown')`

// OpenBroadcast saves an alert with its first message, which stands in
// b.Messages, and gives it its year and number. Unless it is an exercise, the
// same transaction sets the commune's flag, holds every other waiting delivery,
// keeps what is in flight, and counts what it held. The deliveries of p are in
// the crisis lane. post.ErrConflict: its id exists, or another real alert is open
// and alongside is false.
//
// One event of type broadcast tells of the alert and of all that it holds.
func (s *Store) OpenBroadcast(ctx context.Context, b post.Broadcast, p post.Post, alongside bool, entry post.RegisterEntry) (post.Broadcast, error) {
	if err := checkOpening(&b, &p); err != nil {
		return post.Broadcast{}, s.wrap("open broadcast", err)
	}
	now, err := s.ledgerTime(ctx, b.OpenedAt)
	if err != nil {
		return post.Broadcast{}, err
	}
	var saved post.Broadcast
	err = s.write(ctx, "open broadcast", func(ctx context.Context, q querier) error {
		b := b
		b.OpenedAt = now
		// The register comes first: it takes the commune's row until the end.
		if err := s.note(ctx, q, b.CommuneID, entry, now); err != nil {
			return err
		}
		if err := numberBroadcast(ctx, q, &b, alongside); err != nil {
			return err
		}
		if err := s.insertBroadcast(ctx, q, &b, &p); err != nil {
			return err
		}
		if !b.Exercise {
			if err := holdEverything(ctx, q, &b); err != nil {
				return err
			}
		}
		if err := broadcastEvent(ctx, q, &b, now); err != nil {
			return err
		}
		saved, err = readBroadcast(ctx, q, b.CommuneID, b.ID)
		return err
	})
	if err != nil {
		return post.Broadcast{}, err
	}
	s.ring(ringDue)
	return saved, nil
}

// checkOpening refuses what would not be an alert. A use case never asks for it.
func checkOpening(b *post.Broadcast, p *post.Post) error {
	if len(b.Messages) != 1 || !b.Status.Open() {
		return errors.New("an alert begins with one message")
	}
	state := post.Scheduled
	if b.Status == post.BroadcastAwaiting {
		state = post.AwaitingApproval
	}
	return checkMessage(&b.Messages[0], p, b.CommuneID, b.ID, state)
}

func checkMessage(m *post.BroadcastMessage, p *post.Post, communeID, id string, state post.State) error {
	if m.PostID != p.ID || p.CommuneID != communeID || p.BroadcastID != id || m.BroadcastID != id {
		return errors.New("a message of another alert")
	}
	for i := range p.Deliveries {
		// One that cannot leave on its channel stands as failed beside the others.
		if d := &p.Deliveries[i]; d.Lane != post.LaneCrisis || d.State != state && d.State != post.Failed {
			return fmt.Errorf("a message's delivery cannot begin as %q in the lane %q", d.State, d.Lane)
		}
	}
	return nil
}

// ledgerTime is the moment of an act: that of the caller, who took it from the
// ledger, or now.
func (s *Store) ledgerTime(ctx context.Context, t time.Time) (time.Time, error) {
	if !t.IsZero() {
		return t, nil
	}
	return s.Now(ctx)
}

// numberBroadcast gives an alert its year, by the commune's own calendar, and its number.
// The commune's row is taken, so nobody else counts at this moment.
func numberBroadcast(ctx context.Context, q querier, b *post.Broadcast, alongside bool) error {
	if !alongside && !b.Exercise {
		n, err := openReal(ctx, q, b.CommuneID, b.ID)
		if err == nil && n > 0 {
			err = fmt.Errorf("%w: another alert is open", post.ErrConflict)
		}
		if err != nil {
			return err
		}
	}
	zone, err := one(ctx, q, scanOne[string], `SELECT zone FROM communes WHERE id = $1`, b.CommuneID)
	if err != nil {
		return err
	}
	local, err := time.LoadLocation(zone)
	if err != nil {
		return fmt.Errorf("the commune's zone: %w", err)
	}
	b.Year = b.OpenedAt.In(local).Year()
	b.Number, err = one(ctx, q, scanOne[int], `SELECT COALESCE(MAX(number), 0) + 1 FROM broadcasts
		WHERE commune_id = $1 AND exercise = $2 AND year = $3`, b.CommuneID, b.Exercise, b.Year)
	return err
}

// openReal counts the real alerts of a commune that are open beside one.
func openReal(ctx context.Context, q querier, communeID, besides string) (int, error) {
	return one(ctx, q, scanOne[int], `SELECT COUNT(*) FROM broadcasts
		WHERE commune_id = $1 AND `+isOpenBroadcast+` AND NOT exercise AND id <> $2`, communeID, besides)
}

const (
	broadcastColumns = `commune_id, id, year, number, exercise, status, hazard, title, severity, area, channels, correction,
		next_update_at, held, opened_by, opened_at, confirmed_by, confirmed_at, break_glass, ended_by, ended_at`
	messageColumns = `commune_id, broadcast_id, number, kind, title, text, post_id, created_by, created_at, next_update_at`
)

// insertBroadcast saves the alert, its first message, and the post of it.
func (s *Store) insertBroadcast(ctx context.Context, q querier, b *post.Broadcast, p *post.Post) error {
	area, err := json.Marshal(b.Area)
	if err != nil {
		return err
	}
	channels, err := json.Marshal(b.Channels)
	if err != nil {
		return err
	}
	rows := []statement{insert("broadcasts", broadcastColumns, []any{
		b.CommuneID, b.ID, b.Year, b.Number, b.Exercise, string(b.Status), b.Hazard, b.Title, string(b.Severity), string(area), string(channels),
		b.Correction, millis(b.NextUpdateAt), 0, b.OpenedBy, millis(b.OpenedAt), b.ConfirmedBy, millis(b.ConfirmedAt), b.BreakGlass, "", nil,
	})}
	return s.insertMessage(ctx, q, rows, &b.Messages[0], p)
}

func (s *Store) insertMessage(ctx context.Context, q querier, rows []statement, m *post.BroadcastMessage, p *post.Post) error {
	ofPost, err := s.newPost(p)
	if err != nil {
		return err
	}
	rows = append(append(rows, ofPost...), insert("broadcast_messages", messageColumns, []any{
		p.CommuneID, m.BroadcastID, m.Number, string(m.Kind), m.Title, m.Text, m.PostID, m.CreatedBy, millis(m.CreatedAt), millis(m.NextUpdateAt),
	}))
	if err := s.engine.inserts(ctx, q, rows); err != nil {
		return err
	}
	changes := make([]moved, len(p.Deliveries))
	for i := range p.Deliveries {
		changes[i] = movedOf(&p.Deliveries[i])
	}
	return addEvents(ctx, q, m.CreatedAt, changes)
}

// holdEverything sets the flag and holds what waits. A claim that is under way
// at this moment is waited for, and is then in flight; it stops at its creating
// call, which asks for the flag. Each held delivery would be an event of its
// own: the alert's says it for all.
func holdEverything(ctx context.Context, q querier, b *post.Broadcast) error {
	if _, err := exec(ctx, q, `UPDATE communes SET crisis_since = COALESCE(crisis_since, $2) WHERE id = $1`, b.CommuneID, millis(b.OpenedAt)); err != nil {
		return err
	}
	held, err := exec(ctx, q, `UPDATE deliveries SET state = 'held', hold_reason = 'crisis', next_at = NULL, ring_at = NULL, updated_at = $2
		WHERE `+ofCommune+` AND `+isWaiting, b.CommuneID, millis(b.OpenedAt))
	if err != nil {
		return err
	}
	if _, err := exec(ctx, q, `UPDATE broadcasts SET held = $3 WHERE commune_id = $1 AND id = $2`, b.CommuneID, b.ID, held); err != nil {
		return err
	}
	_, err = exec(ctx, q, `INSERT INTO broadcast_in_flight (commune_id, broadcast_id, delivery_id, state)
		SELECT commune_id, $2, id, state FROM deliveries WHERE commune_id = $1 AND lane = 'ordinary' AND `+inFlight, b.CommuneID, b.ID)
	return err
}

func broadcastEvent(ctx context.Context, q querier, b *post.Broadcast, at time.Time) error {
	r, err := eventRow(b.CommuneID, EventBroadcast, map[string]string{"id": b.ID, "status": string(b.Status)}, at)
	if err != nil {
		return err
	}
	add := insert("events", eventColumns, r)
	_, err = exec(ctx, q, add.query, add.args...)
	return err
}

// CountForHold counts what an alert would hold in a commune, and what is in
// flight.
func (s *Store) CountForHold(ctx context.Context, communeID string) (waiting, flying int, err error) {
	if waiting, err = one(ctx, s.engine.reader(), scanOne[int], `SELECT COUNT(*) FROM deliveries WHERE `+ofCommune+` AND `+isWaiting, communeID); err != nil {
		return 0, 0, s.wrap("count for hold", err)
	}
	flying, err = one(ctx, s.engine.reader(), scanOne[int], `SELECT COUNT(*) FROM deliveries
		WHERE commune_id = $1 AND lane = 'ordinary' AND `+inFlight, communeID)
	return waiting, flying, s.wrap("count for hold", err)
}
