package store

import (
	"context"

	"github.com/crieur/crieur/internal/post"
)

const planFeedColumns = `commune_id, user_id, hash, created_at`

func scanPlanFeed(r row) (f post.PlanFeed, err error) {
	err = r.Scan(&f.CommuneID, &f.UserID, &f.Hash, instant{&f.CreatedAt})
	return f, err
}

// PlanFeed returns a person's feed; post.ErrNotFound: there is none.
func (s *Store) PlanFeed(ctx context.Context, communeID, userID string) (post.PlanFeed, error) {
	f, err := one(ctx, s.engine.reader(), scanPlanFeed, `SELECT `+planFeedColumns+` FROM plan_feeds
		WHERE commune_id = $1 AND user_id = $2`, communeID, userID)
	return f, s.wrap("plan feed", err)
}

// PlanFeedByHash returns the feed whose secret has this hash.
func (s *Store) PlanFeedByHash(ctx context.Context, hash string) (post.PlanFeed, error) {
	f, err := one(ctx, s.engine.reader(), scanPlanFeed, `SELECT `+planFeedColumns+` FROM plan_feeds WHERE hash = $1`, hash)
	return f, s.wrap("plan feed by hash", err)
}

// PutPlanFeed gives a person a feed; the one before stops working.
func (s *Store) PutPlanFeed(ctx context.Context, f post.PlanFeed) error {
	return s.writeOne(ctx, "put plan feed", func(ctx context.Context, q querier) error {
		in := insert("plan_feeds", planFeedColumns, []any{f.CommuneID, f.UserID, f.Hash, millis(s.orNow(f.CreatedAt))})
		_, err := exec(ctx, q, in.query+` ON CONFLICT (commune_id, user_id) DO UPDATE
			SET hash = excluded.hash, created_at = excluded.created_at`, in.args...)
		return err
	})
}

// DeletePlanFeed stops a person's feed; where there is none, nothing happens.
func (s *Store) DeletePlanFeed(ctx context.Context, communeID, userID string) error {
	return s.writeOne(ctx, "delete plan feed", func(ctx context.Context, q querier) error {
		_, err := exec(ctx, q, `DELETE FROM plan_feeds WHERE commune_id = $1 AND user_id = $2`, communeID, userID)
		return err
	})
}
