package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const deliveryColumns = `id, commune_id, post_id, channel_id, kind, occurrence, post_version, state, lane,
	due_at, max_lateness, next_at, epoch, claimed_by, lease_until, claims, attempts, resends,
	clean_reads, first_clean_read_at, rendered, fingerprint, sent_at, remote_id, remote_url, failure, updated_at, hold_reason, preflight, reply_to,
	removed_at, removed_by, corrected_at, corrected_by`

func scanDelivery(r row) (post.Delivery, error) { return scanDeliveryAnd(r) }

// scanDeliveryAnd reads deliveryColumns and what the query adds to them.
func scanDeliveryAnd(r row, more ...any) (d post.Delivery, err error) {
	err = r.Scan(append([]any{
		&d.ID, &d.CommuneID, &d.PostID, &d.ChannelID, &d.Kind, &d.Occurrence, &d.PostVersion, &d.State, &d.Lane,
		instant{&d.DueAt},
		period{&d.MaxLateness},
		instant{&d.NextAt},
		&d.Epoch, &d.ClaimedBy,
		instant{&d.LeaseUntil},
		&d.Claims, &d.Attempts, &d.Resends, &d.CleanReads,
		instant{&d.FirstCleanReadAt},
		text{&d.Rendered},
		&d.Fingerprint,
		instant{&d.SentAt},
		&d.RemoteID, &d.RemoteURL,
		document{&d.Failure},
		instant{&d.UpdatedAt},
		&d.HoldReason, &d.Preflight, &d.ReplyTo,
		instant{&d.RemovedAt},
		&d.RemovedBy,
		instant{&d.CorrectedAt},
		&d.CorrectedBy,
	}, more...)...)
	return d, err
}

// movedColumns are what the event of a change needs.
const movedColumns = `id, commune_id, post_id, channel_id, state`

// moved is a delivery after a change.
type moved struct {
	id, communeID, postID, channelID string
	state                            post.State
}

func scanMoved(r row) (m moved, err error) {
	err = r.Scan(&m.id, &m.communeID, &m.postID, &m.channelID, &m.state)
	return m, err
}

// Delivery returns one delivery of a commune.
func (s *Store) Delivery(ctx context.Context, communeID, id string) (post.Delivery, error) {
	d, err := delivery(ctx, s.engine.reader(), communeID, id)
	return d, s.wrap("delivery", err)
}

func delivery(ctx context.Context, q querier, communeID, id string) (post.Delivery, error) {
	return one(ctx, q, scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries WHERE commune_id = $1 AND id = $2`, communeID, id)
}

const attemptColumns = `delivery_id, number, epoch, started_at, creating_at, ended_at, outcome, failure, http_status`

func scanAttempt(r row) (a post.Attempt, err error) {
	err = r.Scan(&a.DeliveryID, &a.Number, &a.Epoch, instant{&a.StartedAt}, instant{&a.CreatingAt},
		instant{&a.EndedAt}, &a.Outcome, document{&a.Failure}, &a.HTTPStatus)
	return a, err
}

// Attempts lists the tries of a delivery, oldest first. A delivery of another
// commune has none.
func (s *Store) Attempts(ctx context.Context, communeID, deliveryID string) ([]post.Attempt, error) {
	all, err := many(ctx, s.engine.reader(), scanAttempt, `SELECT `+attemptColumns+` FROM attempts
		WHERE delivery_id = (SELECT id FROM deliveries WHERE commune_id = $1 AND id = $2) ORDER BY number`, communeID, deliveryID)
	return all, s.wrap("attempts", err)
}

func scanStep(r row) (s post.Step, err error) {
	err = r.Scan(&s.Kind, &s.Position, &s.RemoteID, instant{&s.ExpiresAt}, instant{&s.At})
	return s, err
}

// history reads what earlier tries of a claimed delivery left.
func history(ctx context.Context, q querier, c *Claim) (err error) {
	if c.Delivery.Attempts == 0 {
		return nil
	}
	if c.Attempts, err = many(ctx, q, scanAttempt, `SELECT `+attemptColumns+` FROM attempts WHERE delivery_id = $1 ORDER BY number`, c.Delivery.ID); err != nil {
		return err
	}
	c.Steps, err = many(ctx, q, scanStep, `SELECT kind, position, remote_id, expires_at, at FROM steps WHERE delivery_id = $1 ORDER BY kind, position`, c.Delivery.ID)
	return err
}

// Change is what Transition sets besides the state. Nil fields stay, except
// that NextAt is cleared: a delivery at rest is looked at by no worker.
type Change struct {
	NextAt  time.Time
	DueAt   *time.Time
	Lane    post.Lane
	Failure *post.Failure
	// Hold is why, for a change to held.
	Hold post.HoldReason
	// Now is the moment of the change; zero: the store's clock.
	Now time.Time
}

// Transition moves a delivery between two states at rest: holding, releasing,
// approving, taking back, giving up. Workers claim and finish instead. It
// returns post.ErrConflict when the delivery is in none of the states from.
func (s *Store) Transition(ctx context.Context, communeID, deliveryID string, from []post.State, to post.State, change Change) (post.Delivery, error) {
	var d post.Delivery
	if err := checkTransition(from, to); err != nil {
		return d, s.wrap("transition", err)
	}
	now := s.orNow(change.Now)
	failure, err := failureJSON(change.Failure)
	if err != nil {
		return d, s.wrap("transition", err)
	}
	var due any
	if change.DueAt != nil {
		due = millis(*change.DueAt)
	}
	err = s.write(ctx, "transition", func(ctx context.Context, q querier) error {
		held, err := s.keepFlag(ctx, q, communeID)
		if err != nil {
			return err
		}
		to, change := to, change
		if held && isWaitingState(to) && change.Lane != post.LaneCrisis {
			// What a person releases waits while an alert is open, unless it is
			// the alert's own.
			to, change.NextAt, change.Hold = post.Held, time.Time{}, post.HoldCrisis
		}
		all, err := many(ctx, q, scanMoved, `UPDATE deliveries SET state = $3, next_at = $4, ring_at = $4,
			due_at = COALESCE($5, due_at), lane = COALESCE($6, lane), failure = COALESCE($7, failure), updated_at = $8, hold_reason = $9
			WHERE commune_id = $1 AND id = $2 AND state IN `+list(from)+` RETURNING `+movedColumns,
			communeID, deliveryID, to, millis(change.NextAt), due, orNull(string(change.Lane)), failure, millis(now), change.Hold)
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
	s.ring(ringFor(change.NextAt))
	return d, nil
}

// checkTransition refuses what the table of transitions does not have, and
// what only a worker may do.
func checkTransition(from []post.State, to post.State) error {
	working := []post.State{post.Sending, post.Reconciling}
	if len(from) == 0 || slices.Contains(working, to) || to == post.Sent {
		return fmt.Errorf("a change to %q is for workers", to)
	}
	for _, f := range from {
		if slices.Contains(working, f) {
			return fmt.Errorf("a change from %q is for workers", f)
		}
		if err := checkMay(f, to); err != nil {
			return err
		}
	}
	return nil
}

var errForbidden = errors.New("no such transition")

func checkMay(from, to post.State) error {
	if !post.May(from, to) {
		return fmt.Errorf("%w: %s to %s", errForbidden, from, to)
	}
	return nil
}

// orNow is for callers that leave the moment to the store.
func (s *Store) orNow(t time.Time) time.Time {
	if t.IsZero() {
		return s.now()
	}
	return t
}

// Counts is how many deliveries of all communes are in each state but sent and
// cancelled, which are most and to which nothing happens any more. It reads an
// index, not the rows.
func (s *Store) Counts(ctx context.Context) (map[post.State]int, error) {
	type count struct {
		state post.State
		n     int
	}
	all, err := many(ctx, s.engine.reader(), func(r row) (c count, err error) {
		err = r.Scan(&c.state, &c.n)
		return c, err
	}, `SELECT state, COUNT(*) FROM deliveries WHERE `+isOpen+` GROUP BY state`)
	counts := make(map[post.State]int, len(all))
	for _, c := range all {
		counts[c.state] = c.n
	}
	return counts, s.wrap("counts", err)
}

// OldestDue is since when the oldest delivery waits for a worker, if one does.
func (s *Store) OldestDue(ctx context.Context, now time.Time) (time.Time, bool, error) {
	at, err := one(ctx, s.engine.reader(), scanInstant, `SELECT MIN(next_at) FROM deliveries WHERE `+isDue+` AND next_at <= $1`, millis(now))
	return at, !at.IsZero(), s.wrap("oldest due", err)
}

func scanInstant(r row) (t time.Time, err error) {
	err = r.Scan(instant{&t})
	return t, err
}

// OlderSent lists the remote ids of posts that a channel made before a moment,
// newest first: a trustworthy reading of the account shows one of them. What a
// person had removed is shown by none.
func (s *Store) OlderSent(ctx context.Context, channelID string, before time.Time, limit int) ([]string, error) {
	ids, err := many(ctx, s.engine.reader(), scanOne[string], `SELECT remote_id FROM deliveries
		WHERE state = 'sent' AND channel_id = $1 AND sent_at < $2 AND remote_id <> '' AND removed_at IS NULL ORDER BY sent_at DESC LIMIT $3`,
		channelID, millis(before), limit)
	return ids, s.wrap("older sent", err)
}

// OwnRemoteIDs lists the remote ids of posts that a channel made since a
// moment: none of them can be the post of a delivery whose outcome is unknown.
func (s *Store) OwnRemoteIDs(ctx context.Context, channelID string, since time.Time) ([]string, error) {
	ids, err := many(ctx, s.engine.reader(), scanOne[string], `SELECT remote_id FROM deliveries
		WHERE state = 'sent' AND channel_id = $1 AND sent_at >= $2 AND remote_id <> '' ORDER BY sent_at`,
		channelID, millis(since))
	return ids, s.wrap("own remote ids", err)
}

// editable are the states in which a delivery's content may still be changed:
// nothing of it is out, and no worker holds it or will look at it unasked.
func editable() []post.State { return append(planned(), post.Failed, post.Missed) }

// planned are the states before a first try.
func planned() []post.State {
	return []post.State{post.Draft, post.AwaitingApproval, post.Scheduled, post.Held}
}

// deliveryRow is the row of a new delivery.
func deliveryRow(d *post.Delivery, now time.Time) ([]any, error) {
	if slices.Contains([]post.State{post.Sending, post.Reconciling}, d.State) || !d.State.Valid() {
		return nil, fmt.Errorf("a delivery cannot begin as %q", d.State)
	}
	failure, err := failureJSON(d.Failure)
	if err != nil {
		return nil, err
	}
	return []any{
		d.ID, d.CommuneID, d.PostID, d.ChannelID, d.Kind, d.Occurrence, d.PostVersion, d.State, d.Lane,
		millis(d.DueAt), d.MaxLateness.Milliseconds(), millis(d.NextAt), millis(d.NextAt), string(d.Rendered), d.Fingerprint,
		failure, millis(now), millis(now), d.ReplyTo, d.HoldReason,
	}, nil
}

// Places in the row of a new delivery.
const (
	rowCommune = 1
	rowState   = 7
	rowLane    = 8
	rowNextAt  = 11
	rowRingAt  = 12
	rowHold    = 19
)

const deliveryRowColumns = `id, commune_id, post_id, channel_id, kind, occurrence, post_version, state, lane,
	due_at, max_lateness, next_at, ring_at, rendered, fingerprint, failure, created_at, updated_at, reply_to, hold_reason`
