package store

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// RemovedByPerson keeps that a network took a sent post away because a person
// asked for it. The delivery stays sent: it was. Doing it again keeps the first
// moment. It returns post.ErrConflict for what was not sent.
func (s *Store) RemovedByPerson(ctx context.Context, communeID, deliveryID, userID string, now time.Time) (post.Delivery, error) {
	return s.byPerson(ctx, "removed", communeID, deliveryID, now, func(ctx context.Context, q querier) ([]moved, error) {
		return many(ctx, q, scanMoved, `UPDATE deliveries SET
			removed_by = CASE WHEN removed_at IS NULL THEN $3 ELSE removed_by END,
			removed_at = COALESCE(removed_at, $4), updated_at = $4
			WHERE commune_id = $1 AND id = $2 AND state = 'sent' RETURNING `+movedColumns,
			communeID, deliveryID, userID, millis(now))
	})
}

// CorrectedByPerson keeps what a sent post says on its network since a person
// had its text replaced there. It returns post.ErrConflict for what was not sent
// or does not stand there any more.
func (s *Store) CorrectedByPerson(ctx context.Context, communeID, deliveryID, userID string, stands post.Standing, now time.Time) (post.Delivery, error) {
	return s.byPerson(ctx, "corrected", communeID, deliveryID, now, func(ctx context.Context, q querier) ([]moved, error) {
		return many(ctx, q, scanMoved, `UPDATE deliveries SET corrected_by = $3, corrected_at = $4, updated_at = $4,
			rendered = $5, fingerprint = $6, remote_url = CASE WHEN $7 = '' THEN remote_url ELSE $7 END
			WHERE commune_id = $1 AND id = $2 AND state = 'sent' AND removed_at IS NULL RETURNING `+movedColumns,
			communeID, deliveryID, userID, millis(now), string(stands.Rendered), stands.Fingerprint, stands.RemoteURL)
	})
}
