package store

import (
	"context"
	"errors"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const (
	// IdempotencyKept is how long an answer is replayed.
	IdempotencyKept = 24 * time.Hour
	// IdempotencyTakeover is after how long a request that never finished is
	// run again: its process is gone.
	IdempotencyTakeover = 60 * time.Second
)

// Idempotent is what to do with a request that carries a key.
type Idempotent struct {
	// Replay: the request was answered before, with Status and Body.
	Replay bool
	Status int
	Body   []byte
	// Owner is the right to finish this run.
	Owner string
	// ResourceID is the id that the thing to be made must take. It stays the
	// same when a run that was cut off is taken over: if that run had saved
	// the thing, saving it again is a conflict instead of a second one.
	ResourceID string
}

// BeginIdempotent claims a key for a request, of which requestHash says what it
// asks. Of any number of equal requests at the same moment one runs. The others
// get ErrInProgress until it has finished, and its answer from then on.
// ErrKeyReused: the key came with another request within the last 24 hours.
func (s *Store) BeginIdempotent(ctx context.Context, communeID, key, requestHash string, now time.Time) (Idempotent, error) {
	owner := NewID()
	var out Idempotent
	err := s.write(ctx, "begin idempotent", func(ctx context.Context, q querier) (err error) {
		// A key that was never seen, whose time is over, or whose run was cut
		// off, becomes ours in one statement.
		id, err := one(ctx, q, scanOne[string], `INSERT INTO idempotency_keys
			(commune_id, key, request_hash, resource_id, state, owner, started_at, created_at)
			VALUES ($1, $2, $3, $4, 'running', $5, $6, $6)
			ON CONFLICT (commune_id, key) DO UPDATE SET
				resource_id = CASE WHEN idempotency_keys.created_at <= $7 THEN excluded.resource_id ELSE idempotency_keys.resource_id END,
				created_at = CASE WHEN idempotency_keys.created_at <= $7 THEN excluded.created_at ELSE idempotency_keys.created_at END,
				request_hash = excluded.request_hash, state = 'running', owner = excluded.owner,
				started_at = excluded.started_at, status = 0, response = NULL
			WHERE idempotency_keys.created_at <= $7
				OR (idempotency_keys.state = 'running' AND idempotency_keys.started_at <= $8
					AND idempotency_keys.request_hash = excluded.request_hash)
			RETURNING resource_id`,
			communeID, key, requestHash, NewID(), owner, millis(now),
			millis(now.Add(-IdempotencyKept)), millis(now.Add(-IdempotencyTakeover)))
		if err == nil {
			out = Idempotent{Owner: owner, ResourceID: id}
			return nil
		}
		if !errors.Is(err, post.ErrNotFound) {
			return err
		}
		out, err = replay(ctx, q, communeID, key, requestHash)
		return err
	})
	if err != nil {
		return Idempotent{}, err
	}
	return out, nil
}

func replay(ctx context.Context, q querier, communeID, key, requestHash string) (Idempotent, error) {
	var hash, state string
	out, err := one(ctx, q, func(r row) (v Idempotent, err error) {
		err = r.Scan(&hash, &state, &v.ResourceID, &v.Status, text{&v.Body})
		return v, err
	}, `SELECT request_hash, state, resource_id, status, response FROM idempotency_keys WHERE commune_id = $1 AND key = $2`, communeID, key)
	switch {
	case err != nil:
		return Idempotent{}, err
	case hash != requestHash:
		return Idempotent{}, ErrKeyReused
	case state != "done":
		return Idempotent{}, ErrInProgress
	default:
		out.Replay = true
		return out, nil
	}
}

// FinishIdempotent keeps the answer of a run. post.ErrStale: the run was taken
// over, because it took too long.
func (s *Store) FinishIdempotent(ctx context.Context, communeID, key, owner string, status int, body []byte) error {
	return s.writeOne(ctx, "finish idempotent", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrStale, `UPDATE idempotency_keys SET state = 'done', status = $4, response = $5
			WHERE commune_id = $1 AND key = $2 AND owner = $3 AND state = 'running'`, communeID, key, owner, status, body)
	})
}

// AbandonIdempotent forgets a run that made nothing, so that the corrected
// request may use the key.
func (s *Store) AbandonIdempotent(ctx context.Context, communeID, key, owner string) error {
	return s.writeOne(ctx, "abandon idempotent", func(ctx context.Context, q querier) error {
		_, err := exec(ctx, q, `DELETE FROM idempotency_keys
			WHERE commune_id = $1 AND key = $2 AND owner = $3 AND state = 'running'`, communeID, key, owner)
		return err
	})
}

// PurgeIdempotency forgets the keys that were first seen before a moment.
func (s *Store) PurgeIdempotency(ctx context.Context, before time.Time) (int, error) {
	var n int64
	err := s.writeOne(ctx, "purge idempotency", func(ctx context.Context, q querier) (err error) {
		n, err = exec(ctx, q, `DELETE FROM idempotency_keys WHERE created_at < $1`, millis(before))
		return err
	})
	return int(n), err
}
