package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/internal/post"
)

// BeginAttempt commits that a try begins, before anything is sent. It returns
// the try's number, post.ErrStale when the claim is lost, and post.ErrConflict
// when an earlier try has still no known outcome.
func (s *Store) BeginAttempt(ctx context.Context, deliveryID string, epoch int64, now time.Time, fingerprint string) (int, error) {
	var number int
	err := s.write(ctx, "begin attempt", func(ctx context.Context, q querier) (err error) {
		number, err = one(ctx, q, scanOne[int], `UPDATE deliveries SET attempts = attempts + 1, updated_at = $3
			WHERE id = $1 AND epoch = $2 AND state = 'sending' RETURNING attempts`, deliveryID, epoch, millis(now))
		if errors.Is(err, post.ErrNotFound) {
			return post.ErrStale
		}
		if err != nil {
			return err
		}
		failpoint.Hit(failpoint.StoreBeginOpen)
		return execOne(ctx, q, fmt.Errorf("%w: an earlier try has no known outcome", post.ErrConflict), `INSERT INTO attempts
			(delivery_id, number, epoch, fingerprint, started_at)
			SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM attempts
				WHERE delivery_id = $1 AND creating_at IS NOT NULL AND outcome IN ('', 'unknown'))`,
			deliveryID, number, epoch, fingerprint, millis(now))
	})
	if err != nil {
		return 0, err
	}
	return number, nil
}

// Creating commits that the request that makes the post visible is about to
// leave. Only if it returns nil may that request be made. post.ErrStale: the
// claim is lost. ErrHeldBack: an alert was raised; after that nothing ordinary of
// the commune passes here. ErrSuperseded: the alert says something else by now.
func (s *Store) Creating(ctx context.Context, deliveryID string, epoch int64, number int, now time.Time) error {
	return s.write(ctx, "creating", func(ctx context.Context, q querier) error {
		if err := s.passes(ctx, q, deliveryID, epoch, now); err != nil {
			return err
		}
		failpoint.Hit(failpoint.StoreCreatingOpen)
		return execOne(ctx, q, post.ErrStale, `UPDATE attempts SET creating_at = $4
			WHERE delivery_id = $1 AND epoch = $2 AND number = $3 AND creating_at IS NULL AND ended_at IS NULL`,
			deliveryID, epoch, number, millis(now))
	})
}

// SaveStep commits the remote id of a part, so that a later try takes it up. It
// returns post.ErrStale when the claim is lost.
func (s *Store) SaveStep(ctx context.Context, deliveryID string, epoch int64, step post.Step) error {
	step.At = s.orNow(step.At)
	return s.write(ctx, "save step", func(ctx context.Context, q querier) error {
		if err := hold(ctx, q, deliveryID, epoch, step.At); err != nil {
			return err
		}
		failpoint.Hit(failpoint.StoreStepOpen)
		_, err := exec(ctx, q, `INSERT INTO steps (delivery_id, kind, position, remote_id, expires_at, at)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (delivery_id, kind, position) DO UPDATE
			SET remote_id = excluded.remote_id, expires_at = excluded.expires_at, at = excluded.at`,
			deliveryID, step.Kind, step.Position, step.RemoteID, millis(step.ExpiresAt), millis(step.At))
		return err
	})
}

// hold makes sure that the claim stands, and that it stands until the end of
// the transaction: it locks the row by writing it. Reading it would let another
// transaction end the claim in between.
func hold(ctx context.Context, q querier, deliveryID string, epoch int64, now time.Time) error {
	return execOne(ctx, q, post.ErrStale, `UPDATE deliveries SET updated_at = $3
		WHERE id = $1 AND epoch = $2 AND state IN ('sending', 'reconciling')`, deliveryID, epoch, millis(now))
}

// Result is how a claim ended.
type Result struct {
	From, To post.State
	// At is the moment; zero: the store's clock.
	At time.Time
	// Number is the try that ended; 0 when none was begun.
	Number int
	// Outcome is that of the try; "" is what To implies.
	Outcome post.Outcome
	// Failure replaces the one that is shown; nil clears it, except that an
	// outcome which stays unknown keeps its own.
	Failure    *post.Failure
	HTTPStatus int
	// RemoteID and RemoteURL are kept where they are empty here.
	RemoteID, RemoteURL string
	// SentAt is for To = sent; zero: At.
	SentAt time.Time
	// NextAt is when a worker is to look again; zero: never.
	NextAt time.Time
	// ResetClaims says that this was an outcome and not a sign of poison.
	ResetClaims bool
	// Unclaim gives the claim back as if it had not been made.
	Unclaim bool
	// Resend counts an automatic repetition after a proved absence.
	Resend bool
	// CleanRead counts a trustworthy reading that did not show the post.
	CleanRead bool
}

// outcome is how the try ended, after checking that it goes with the state.
func (r *Result) outcome() (post.Outcome, error) {
	implied := map[post.State]post.Outcome{
		post.Sent: post.OutcomeAccepted, post.Retrying: post.OutcomeNotSent, post.Missed: post.OutcomeNotSent,
		post.Failed: post.OutcomeRefused, post.Unknown: post.OutcomeUnknown,
	}[r.To]
	if r.From == post.Reconciling && r.To != post.Unknown {
		implied = post.OutcomeResolved
	}
	if r.Outcome == post.OutcomeRunning {
		return implied, nil
	}
	// Whether a post may be on the network is one fact with two places: they
	// must never differ.
	if (r.Outcome == post.OutcomeUnknown) != (r.To == post.Unknown) || (r.Outcome == post.OutcomeAccepted && r.To != post.Sent) {
		return "", fmt.Errorf("outcome %q does not go with state %q", r.Outcome, r.To)
	}
	return r.Outcome, nil
}

// Finish ends a claim, or settles a delivery that a worker looked at without
// claiming it. It returns post.ErrStale, and changes nothing, when the delivery
// is no longer in From under this epoch. What would wait for another try is held
// while an alert holds the commune's ordinary deliveries back, and what is
// superseded in its alert is cancelled instead.
func (s *Store) Finish(ctx context.Context, deliveryID string, epoch int64, r Result) error {
	r.At = s.orNow(r.At)
	outcome, err := r.outcome()
	if err == nil {
		err = checkMay(r.From, r.To)
	}
	if err == nil && (r.To == post.Sending || r.To == post.Reconciling) {
		err = errors.New("only a claim begins work")
	}
	if err != nil {
		return s.wrap("finish", err)
	}
	failure, err := failureJSON(r.Failure)
	if err != nil {
		return s.wrap("finish", err)
	}
	err = s.write(ctx, "finish", func(ctx context.Context, q querier) error {
		r, failure, hold := r, failure, post.HoldReason("")
		if r.To == post.Retrying {
			w, err := s.lets(ctx, q, deliveryID, r.To)
			if err != nil {
				return staleIfGone(err)
			}
			if w.state != r.To {
				if failure, err = r.instead(w.state, failure); err != nil {
					return err
				}
				hold = w.hold
			}
		}
		all, err := many(ctx, q, scanMoved, finishQuery, finishArgs(deliveryID, epoch, &r, failure, hold)...)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return post.ErrStale
		}
		failpoint.Hit(failpoint.StoreFinishOpen)
		if err := endAttempts(ctx, q, deliveryID, epoch, &r, outcome, failure); err != nil {
			return err
		}
		failpoint.Hit(failpoint.StoreFinishSilent)
		return addEvents(ctx, q, r.At, all)
	})
	if err != nil {
		return err
	}
	failpoint.Hit(failpoint.StoreFinishCommitted)
	s.ring(ringFor(r.NextAt))
	return nil
}

func staleIfGone(err error) error {
	if errors.Is(err, post.ErrNotFound) {
		return post.ErrStale
	}
	return err
}

// instead lets a claim that was to end in another try end in a state at rest.
// The try itself ended as it did. What is held or cancelled shows no trouble of
// a network any more.
func (r *Result) instead(to post.State, failure driver.Value) (driver.Value, error) {
	if r.From == post.Reconciling && to == post.Cancelled && r.Outcome == post.OutcomeResolved {
		// It was to be sent again without a proof: it is not cancelled without
		// one either, and is read once more.
		r.To, r.NextAt, r.Resend, r.ResetClaims = post.Unknown, r.At, false, false
		return failure, nil
	}
	r.To, r.NextAt, r.Resend = to, time.Time{}, false
	return nil, checkMay(r.From, to)
}

const finishQuery = `UPDATE deliveries SET state = $4, next_at = $5, ring_at = $5,
	claimed_by = '', lease_until = NULL, updated_at = $6,
	claims = CASE WHEN $7 THEN 0 ELSE claims - $16 END,
	resends = resends + $8,
	clean_reads = clean_reads * $9 + $10,
	first_clean_read_at = CASE WHEN $9 = 0 THEN NULL WHEN $10 = 1 THEN COALESCE(first_clean_read_at, $6) ELSE first_clean_read_at END,
	failure = CASE WHEN $11 THEN COALESCE($12, failure) ELSE $12 END,
	sent_at = COALESCE($13, sent_at),
	remote_id = CASE WHEN $14 = '' THEN remote_id ELSE $14 END,
	remote_url = CASE WHEN $15 = '' THEN remote_url ELSE $15 END,
	hold_reason = $17
	WHERE id = $1 AND epoch = $2 AND state = $3
	RETURNING ` + movedColumns

func finishArgs(deliveryID string, epoch int64, r *Result, failure driver.Value, hold post.HoldReason) []any {
	// Readings count from the moment at which the outcome became unknown.
	keepReads := r.From == post.Reconciling && r.To == post.Unknown
	var sentAt driver.Value
	if r.To == post.Sent {
		if sentAt = millis(r.SentAt); sentAt == nil {
			sentAt = millis(r.At)
		}
	}
	return []any{
		deliveryID, epoch, r.From, r.To, millis(r.NextAt), millis(r.At), r.ResetClaims, number(r.Resend),
		number(keepReads), number(keepReads && r.CleanRead), r.To == post.Unknown, failure,
		sentAt, r.RemoteID, r.RemoteURL, number(r.Unclaim), hold,
	}
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// endAttempts ends the try of this claim, or resolves the one whose outcome was
// unknown. No try may stay open behind a delivery that moved on.
func endAttempts(ctx context.Context, q querier, deliveryID string, epoch int64, r *Result, outcome post.Outcome, failure driver.Value) error {
	switch {
	case r.From == post.Sending && r.Number > 0:
		return execOne(ctx, q, post.ErrStale, `UPDATE attempts SET ended_at = $4, outcome = $5, failure = $6, http_status = $7
			WHERE delivery_id = $1 AND epoch = $2 AND number = $3 AND ended_at IS NULL`,
			deliveryID, epoch, r.Number, millis(r.At), outcome, failure, r.HTTPStatus)
	case r.From == post.Sending:
		return endUnnumbered(ctx, q, deliveryID, epoch, r.At)
	case r.From == post.Reconciling && r.To != post.Unknown:
		return resolveAttempts(ctx, q, deliveryID, outcome, r.At)
	default:
		return nil
	}
}

// endUnnumbered is for a worker that did not learn the number of its try, as
// when the answer to BeginAttempt was lost. Without a number it cannot have
// passed Creating.
func endUnnumbered(ctx context.Context, q querier, deliveryID string, epoch int64, at time.Time) error {
	open, err := many(ctx, q, scanAttempt, `UPDATE attempts SET ended_at = $3, outcome = 'not_sent'
		WHERE delivery_id = $1 AND epoch = $2 AND ended_at IS NULL RETURNING `+attemptColumns, deliveryID, epoch, millis(at))
	if err != nil {
		return err
	}
	for _, a := range open {
		if !a.CreatingAt.IsZero() {
			return fmt.Errorf("try %d reached the network and must be ended by its number", a.Number)
		}
	}
	return nil
}

// resolveAttempts ends the tries whose outcome was unknown.
func resolveAttempts(ctx context.Context, q querier, deliveryID string, outcome post.Outcome, at time.Time) error {
	_, err := exec(ctx, q, `UPDATE attempts SET outcome = $2, ended_at = COALESCE(ended_at, $3)
		WHERE delivery_id = $1 AND creating_at IS NOT NULL AND outcome IN ('', 'unknown')`, deliveryID, outcome, millis(at))
	return err
}
