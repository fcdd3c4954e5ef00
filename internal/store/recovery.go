package store

import (
	"context"
	"errors"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Identity is who the ledger is.
type Identity struct {
	ID string
	// RestoredAt is when a backup was put in its place; zero: it was not, or
	// what the backup could not know is settled. BackedUpAt is the moment of
	// that backup.
	RestoredAt, BackedUpAt time.Time
}

// Identity returns who the ledger is.
func (s *Store) Identity(ctx context.Context) (Identity, error) {
	id, err := one(ctx, s.engine.reader(), func(r row) (i Identity, err error) {
		err = r.Scan(&i.ID, instant{&i.RestoredAt}, instant{&i.BackedUpAt})
		return i, err
	}, `SELECT id, restored_at, backed_up_at FROM ledger_identity WHERE slot = 1`)
	return id, s.wrap("identity", err)
}

// identify gives a new ledger its name.
func identify(ctx context.Context, q querier) error {
	_, err := exec(ctx, q, `INSERT INTO ledger_identity (slot, id) VALUES (1, $1) ON CONFLICT (slot) DO NOTHING`, NewID())
	return err
}

// SentAttempt is an attempt that reached a network, as a send journal has it.
type SentAttempt struct {
	DeliveryID string
	// CreatingAt is when the creating call was about to leave. With the
	// delivery it names the attempt for good.
	CreatingAt  time.Time
	Fingerprint string
	// Outcome is what came of it; OutcomeRunning: the journal does not say.
	Outcome             post.Outcome
	EndedAt             time.Time
	RemoteID, RemoteURL string
}

// Knowledge is what the ledger knows of an attempt.
type Knowledge int

const (
	// Known: the attempt is in the ledger.
	Known Knowledge = iota
	// Forgotten: the delivery is in the ledger, the attempt is not.
	Forgotten
	// Absent: not even the delivery is.
	Absent
)

// recoveryBatch is how many attempts are looked up in one statement.
const recoveryBatch = 256

// Knows tells what the ledger knows of attempts, in their order.
func (s *Store) Knows(ctx context.Context, attempts []SentAttempt) ([]Knowledge, error) {
	all := make([]Knowledge, 0, len(attempts))
	for len(attempts) > 0 {
		n := min(len(attempts), recoveryBatch)
		known, err := s.knows(ctx, attempts[:n])
		if err != nil {
			return nil, s.wrap("knows", err)
		}
		all, attempts = append(all, known...), attempts[n:]
	}
	return all, nil
}

func (s *Store) knows(ctx context.Context, attempts []SentAttempt) ([]Knowledge, error) {
	ids := make([]string, len(attempts))
	for i := range attempts {
		ids[i] = attempts[i].DeliveryID
	}
	type seen struct {
		id string
		at time.Time
	}
	list, args := in(1, nil, ids)
	rows, err := many(ctx, s.engine.reader(), func(r row) (k seen, err error) {
		err = r.Scan(&k.id, instant{&k.at})
		return k, err
	}, `SELECT d.id, a.creating_at FROM deliveries d LEFT JOIN attempts a ON a.delivery_id = d.id WHERE d.id IN `+list, args...)
	if err != nil {
		return nil, err
	}
	deliveries, known := map[string]bool{}, map[seen]bool{}
	for _, r := range rows {
		deliveries[r.id], known[r] = true, true
	}
	all := make([]Knowledge, len(attempts))
	for i, a := range attempts {
		switch {
		case known[seen{a.DeliveryID, a.CreatingAt.Truncate(time.Millisecond).UTC()}]:
			all[i] = Known
		case deliveries[a.DeliveryID]:
			all[i] = Forgotten
		default:
			all[i] = Absent
		}
	}
	return all, nil
}

// RecoverAttempt gives the ledger back an attempt that it forgot. Where the
// network accepted it, the delivery is sent; where nobody knows, its outcome is
// unknown and is read back, unless what leaves was changed meanwhile: then a
// reading would look for other words, and a person decides. An attempt that is
// proved to have published nothing is only noted. interrupted is the failure of
// an unknown outcome for a kind of channel. It returns the delivery as it is
// afterwards.
func (s *Store) RecoverAttempt(ctx context.Context, a SentAttempt, now time.Time, interrupted func(kind string) post.Failure) (post.Delivery, error) {
	var d post.Delivery
	err := s.write(ctx, "recover attempt", func(ctx context.Context, q querier) (err error) {
		// Writing the row first keeps claims away until the end. An attempt that is
		// known already changes nothing.
		changed, err := exec(ctx, q, `UPDATE deliveries SET attempts = attempts + 1, epoch = epoch + 1 WHERE id = $1
			AND NOT EXISTS (SELECT 1 FROM attempts WHERE delivery_id = $1 AND creating_at = $2)`, a.DeliveryID, millis(a.CreatingAt))
		if err != nil {
			return err
		}
		if d, err = one(ctx, q, scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries WHERE id = $1`, a.DeliveryID); err != nil {
			return err
		}
		if changed == 0 {
			return nil
		}
		already, err := one(ctx, q, scanOne[int64], `SELECT COUNT(*) FROM attempts WHERE delivery_id = $1 AND creating_at = $2`, a.DeliveryID, millis(a.CreatingAt))
		if err != nil || already > 0 {
			return err // another process was first
		}
		outcome, to, moves := recovered(&d, a)
		if err := checkRecovery(d.State, to); err != nil {
			return err
		}
		if moves {
			// Rule A: of earlier tries none stays open beside this one.
			if err := resolveAttempts(ctx, q, d.ID, post.OutcomeResolved, now); err != nil {
				return err
			}
		}
		add := insert("attempts", "delivery_id, number, epoch, fingerprint, started_at, creating_at, ended_at, outcome", []any{
			d.ID, d.Attempts, d.Epoch, a.Fingerprint, millis(a.CreatingAt), millis(a.CreatingAt), millis(now), outcome,
		})
		if _, err := exec(ctx, q, add.query, add.args...); err != nil || !moves {
			return err
		}
		if d, err = s.recoverTo(ctx, q, &d, to, a, now, interrupted); err != nil {
			return err
		}
		return addEvents(ctx, q, now, []moved{movedOf(&d)})
	})
	if err != nil {
		return post.Delivery{}, err
	}
	s.ring(ringDue)
	return d, nil
}

// recovered decides how an attempt ended and where its delivery goes, if it
// moves at all.
func recovered(d *post.Delivery, a SentAttempt) (outcome post.Outcome, to post.State, moves bool) {
	switch {
	case d.State == post.Sent || d.State == post.Cancelled:
		// Nothing leaves these states. The attempt is told in the history.
		return post.OutcomeResolved, d.State, false
	case a.Outcome == post.OutcomeAccepted:
		return post.OutcomeAccepted, post.Sent, true
	case a.Outcome == post.OutcomeNotSent || a.Outcome == post.OutcomeRefused:
		return a.Outcome, d.State, false
	default:
		return post.OutcomeUnknown, post.Unknown, true
	}
}

// checkRecovery walks the table of transitions: the journal makes the outcome
// unknown, and where it has the network's answer too, that settles it.
func checkRecovery(from, to post.State) error {
	if from == to {
		return nil
	}
	if from != post.Unknown {
		if err := checkMay(from, post.Unknown); err != nil {
			return err
		}
	}
	if to == post.Unknown {
		return nil
	}
	return checkMay(post.Unknown, to)
}

func (s *Store) recoverTo(ctx context.Context, q querier, d *post.Delivery, to post.State, a SentAttempt, now time.Time, interrupted func(kind string) post.Failure) (post.Delivery, error) {
	var failure *post.Failure
	var nextAt, sentAt time.Time
	if to == post.Sent {
		if sentAt = a.EndedAt; sentAt.IsZero() {
			sentAt = a.CreatingAt
		}
	} else {
		f := interrupted(d.Kind)
		failure = &f
		if a.Fingerprint == d.Fingerprint {
			nextAt = now
		}
	}
	shown, err := failureJSON(failure)
	if err != nil {
		return *d, err
	}
	return one(ctx, q, scanDelivery, `UPDATE deliveries SET state = $2, hold_reason = '', claimed_by = '', lease_until = NULL, claims = 0,
		next_at = $3, ring_at = $3, sent_at = $4, remote_id = $5, remote_url = $6, failure = $7,
		clean_reads = 0, first_clean_read_at = NULL, updated_at = $8
		WHERE id = $1 RETURNING `+deliveryColumns,
		d.ID, to, millis(nextAt), millis(sentAt), a.RemoteID, a.RemoteURL, shown, millis(now))
}

// HoldForRecovery holds back every ordinary delivery whose hour has come: the
// ledger was put back and cannot know which of them left. It returns those that
// it held.
func (s *Store) HoldForRecovery(ctx context.Context, now time.Time) ([]post.Delivery, error) {
	for _, from := range []post.State{post.Scheduled, post.Retrying} {
		if err := checkMay(from, post.Held); err != nil {
			return nil, s.wrap("hold for recovery", err)
		}
	}
	var held []post.Delivery
	err := s.write(ctx, "hold for recovery", func(ctx context.Context, q querier) (err error) {
		held, err = many(ctx, q, scanDelivery, `UPDATE deliveries SET state = 'held', hold_reason = $2, next_at = NULL, ring_at = NULL, updated_at = $1
			WHERE `+isWaiting+` AND lane = 'ordinary' AND due_at <= $1 RETURNING `+deliveryColumns, millis(now), post.HoldRecovery)
		if err != nil {
			return err
		}
		changes := make([]moved, len(held))
		for i := range held {
			changes[i] = movedOf(&held[i])
		}
		return addEvents(ctx, q, now, changes)
	})
	if err != nil {
		return nil, err
	}
	s.ring(ringEvent)
	return held, nil
}

// RecoveryReason is what showed that the ledger had been put back.
type RecoveryReason string

const (
	// RecoveryJournal: a send journal has what the ledger has not.
	RecoveryJournal RecoveryReason = "journal"
	// RecoveryRestore: a backup was restored.
	RecoveryRestore RecoveryReason = "restore"
)

// BeginRecovery notes that a recovery begins.
func (s *Store) BeginRecovery(ctx context.Context, id string, reason RecoveryReason, now time.Time) error {
	return s.writeOne(ctx, "begin recovery", func(ctx context.Context, q querier) error {
		add := insert("recoveries", "id, reason, started_at", []any{id, reason, millis(now)})
		_, err := exec(ctx, q, add.query, add.args...)
		return err
	})
}

// EndRecovery notes what a recovery found. The ledger counts as mended.
func (s *Store) EndRecovery(ctx context.Context, id string, r post.Recovery) error {
	return s.write(ctx, "end recovery", func(ctx context.Context, q querier) error {
		if err := execOne(ctx, q, post.ErrNotFound, `UPDATE recoveries SET ended_at = $2, settled = $3, held = $4, absent = $5 WHERE id = $1`,
			id, millis(r.EndedAt), r.Settled, r.Held, r.Absent); err != nil {
			return err
		}
		_, err := exec(ctx, q, `UPDATE ledger_identity SET restored_at = NULL`)
		return err
	})
}

// EndedRecoveries lists the recoveries that ended, by id.
func (s *Store) EndedRecoveries(ctx context.Context) ([]string, error) {
	ids, err := many(ctx, s.engine.reader(), scanOne[string], `SELECT id FROM recoveries WHERE ended_at IS NOT NULL ORDER BY id`)
	return ids, s.wrap("ended recoveries", err)
}

// LastRecovery returns the newest recovery; nil: there was none.
func (s *Store) LastRecovery(ctx context.Context) (*post.Recovery, error) {
	r, err := one(ctx, s.engine.reader(), func(r row) (p post.Recovery, err error) {
		err = r.Scan(instant{&p.StartedAt}, instant{&p.EndedAt}, &p.Settled, &p.Held, &p.Absent)
		return p, err
	}, `SELECT started_at, ended_at, settled, held, absent FROM recoveries ORDER BY started_at DESC, id DESC LIMIT 1`)
	if errors.Is(err, post.ErrNotFound) {
		return nil, nil //nolint:nilnil // no recovery is an answer, and not an error
	}
	if err != nil {
		return nil, s.wrap("last recovery", err)
	}
	return &r, nil
}
