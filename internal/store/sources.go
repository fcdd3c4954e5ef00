package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const sourceColumns = `id, commune_id, kind, name, url, public_url, rules, every, backfill, enabled, etag, last_modified,
	cursor, primed, failures, failure, polled_at, next_at, epoch, created_by, created_at, updated_at`

func scanSource(r row) (v post.Source, err error) {
	err = r.Scan(&v.ID, &v.CommuneID, &v.Kind, &v.Name, &v.URL, &v.PublicURL, document{&v.Rules}, period{&v.Every}, &v.Backfill,
		&v.Enabled, &v.ETag, &v.LastModified, &v.Cursor, &v.Primed, &v.Failures, document{&v.Failure}, instant{&v.PolledAt},
		instant{&v.NextAt}, &v.Epoch, maybe(&v.CreatedBy), instant{&v.CreatedAt}, instant{&v.UpdatedAt})
	return v, err
}

// CreateSource saves a source.
func (s *Store) CreateSource(ctx context.Context, v post.Source) error {
	rules, failure, err := sourceDocuments(&v)
	if err != nil {
		return s.wrap("create source", err)
	}
	return s.writeOne(ctx, "create source", func(ctx context.Context, q querier) error {
		in := insert("sources", sourceColumns, []any{
			v.ID, v.CommuneID, v.Kind, v.Name, v.URL, v.PublicURL, rules, v.Every.Milliseconds(), v.Backfill, v.Enabled,
			v.ETag, v.LastModified, v.Cursor, v.Primed, v.Failures, failure, millis(v.PolledAt), millis(v.NextAt), v.Epoch,
			orNull(v.CreatedBy), millis(v.CreatedAt), millis(v.UpdatedAt),
		})
		_, err := exec(ctx, q, in.query, in.args...)
		return err
	})
}

func sourceDocuments(v *post.Source) (rules string, failure any, err error) {
	b, err := json.Marshal(v.Rules)
	if err != nil {
		return "", nil, err
	}
	failure, err = failureJSON(v.Failure)
	return string(b), failure, err
}

// Source returns a source of a commune.
func (s *Store) Source(ctx context.Context, communeID, id string) (post.Source, error) {
	v, err := one(ctx, s.engine.reader(), scanSource, `SELECT `+sourceColumns+` FROM sources
		WHERE commune_id = $1 AND id = $2 AND deleted_at IS NULL`, communeID, id)
	return v, s.wrap("source", err)
}

// Sources lists the sources of a commune in the order of their making.
func (s *Store) Sources(ctx context.Context, communeID string) ([]post.Source, error) {
	all, err := many(ctx, s.engine.reader(), scanSource, `SELECT `+sourceColumns+` FROM sources
		WHERE commune_id = $1 AND deleted_at IS NULL ORDER BY created_at, id`, communeID)
	return all, s.wrap("sources", err)
}

// UpdateSource saves what people choose of a source. Where forget is set, what
// the last reading left is given up: another address is read from its
// beginning. The epoch grows: a reading under way writes nothing more.
func (s *Store) UpdateSource(ctx context.Context, v post.Source, forget bool) error {
	rules, _, err := sourceDocuments(&v)
	if err != nil {
		return s.wrap("update source", err)
	}
	return s.writeOne(ctx, "update source", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrNotFound, `UPDATE sources SET name = $3, url = $4, public_url = $5, rules = $6, every = $7,
			backfill = $8, enabled = $9, next_at = $10, updated_at = $11, epoch = epoch + 1, lease_until = NULL,
			failures = 0, failure = NULL,
			etag = CASE WHEN $12 THEN '' ELSE etag END, last_modified = CASE WHEN $12 THEN '' ELSE last_modified END,
			cursor = CASE WHEN $12 THEN '' ELSE cursor END
			WHERE commune_id = $1 AND id = $2 AND deleted_at IS NULL`, v.CommuneID, v.ID, v.Name, v.URL, v.PublicURL, rules, v.Every.Milliseconds(),
			v.Backfill, v.Enabled, millis(v.NextAt), millis(v.UpdatedAt), forget)
	})
}

// DeleteSource removes a source. Posts stay, and so does what is known of its
// items; what still waited for a post or a person is let go.
func (s *Store) DeleteSource(ctx context.Context, communeID, id string, now time.Time) error {
	return s.write(ctx, "delete source", func(ctx context.Context, q querier) error {
		if err := execOne(ctx, q, post.ErrNotFound, `UPDATE sources SET deleted_at = $3, enabled = FALSE, epoch = epoch + 1, lease_until = NULL
			WHERE commune_id = $1 AND id = $2 AND deleted_at IS NULL`, communeID, id, millis(now)); err != nil {
			return err
		}
		_, err := exec(ctx, q, `UPDATE source_items SET state = 'declined', updated_at = $3
			WHERE commune_id = $1 AND source_id = $2 AND state IN ('pending', 'proposed')`, communeID, id, millis(now))
		return err
	})
}

// ClaimDueSource gives the right to read the source that waits longest, until a
// moment, to one caller. post.ErrNotFound: none is due.
func (s *Store) ClaimDueSource(ctx context.Context, now, until time.Time) (post.Source, error) {
	return s.claimSource(ctx, `(commune_id, id) = (SELECT commune_id, id FROM sources
		WHERE enabled AND deleted_at IS NULL AND next_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
		ORDER BY next_at, id LIMIT 1`+s.engine.words().skipLocked+`)`, now, until)
}

// ClaimSource is ClaimDueSource for one source, due or not. post.ErrConflict:
// somebody reads it right now.
func (s *Store) ClaimSource(ctx context.Context, communeID, id string, now, until time.Time) (post.Source, error) {
	if _, err := s.Source(ctx, communeID, id); err != nil {
		return post.Source{}, err
	}
	v, err := s.claimSource(ctx, `commune_id = $3 AND id = $4 AND deleted_at IS NULL AND (lease_until IS NULL OR lease_until <= $1)`, now, until, communeID, id)
	if isNotFound(err) {
		err = s.wrap("claim source", post.ErrConflict)
	}
	return v, err
}

func (s *Store) claimSource(ctx context.Context, chosen string, now, until time.Time, args ...any) (v post.Source, err error) {
	err = s.writeOne(ctx, "claim source", func(ctx context.Context, q querier) (err error) {
		v, err = one(ctx, q, scanSource, `UPDATE sources SET epoch = epoch + 1, lease_until = $2 WHERE `+chosen+`
			RETURNING `+sourceColumns, append([]any{millis(now), millis(until)}, args...)...) // #nosec G202 -- words of our own
		return err
	})
	return v, err
}

// RenewSource prolongs the right to read. post.ErrStale: somebody else has it, or
// the source was changed meanwhile.
func (s *Store) RenewSource(ctx context.Context, v post.Source, until time.Time) error {
	return s.writeOne(ctx, "renew source", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrStale, `UPDATE sources SET lease_until = $4 WHERE commune_id = $1 AND id = $2 AND epoch = $3`,
			v.CommuneID, v.ID, v.Epoch, millis(until))
	})
}

// FinishSource gives the right to read back, with what the reading left.
// post.ErrStale: somebody else has it, or the source was changed meanwhile.
func (s *Store) FinishSource(ctx context.Context, v post.Source) error {
	failure, err := failureJSON(v.Failure)
	if err != nil {
		return s.wrap("finish source", err)
	}
	return s.writeOne(ctx, "finish source", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrStale, `UPDATE sources SET lease_until = NULL, etag = $4, last_modified = $5, cursor = $6,
			primed = $7, failures = $8, failure = $9, polled_at = $10, next_at = $11, enabled = $12
			WHERE commune_id = $1 AND id = $2 AND epoch = $3`,
			v.CommuneID, v.ID, v.Epoch, v.ETag, v.LastModified, v.Cursor, v.Primed, v.Failures, failure,
			millis(v.PolledAt), millis(v.NextAt), v.Enabled)
	})
}
