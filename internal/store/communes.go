package store

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const communeColumns = `id, name, slug, zone, language, created_at, ask_before_resend, crisis_since`

func scanCommune(r row) (c post.Commune, err error) {
	err = r.Scan(&c.ID, &c.Name, &c.Slug, &c.Zone, &c.Language, instant{&c.CreatedAt}, &c.AskBeforeResend, instant{&c.CrisisSince})
	return c, err
}

// CreateCommune saves a commune. post.ErrConflict: its id or slug exists.
func (s *Store) CreateCommune(ctx context.Context, c post.Commune) error {
	return s.writeOne(ctx, "create commune", func(ctx context.Context, q querier) error {
		return insertCommune(ctx, q, c, s.orNow(c.CreatedAt))
	})
}

func insertCommune(ctx context.Context, q querier, c post.Commune, now time.Time) error {
	in := insert("communes", communeColumns, []any{c.ID, c.Name, c.Slug, c.Zone, c.Language, millis(now), c.AskBeforeResend, millis(c.CrisisSince)})
	_, err := exec(ctx, q, in.query, in.args...)
	return err
}

// CommuneByID returns a commune.
func (s *Store) CommuneByID(ctx context.Context, id string) (post.Commune, error) {
	c, err := one(ctx, s.engine.reader(), scanCommune, `SELECT `+communeColumns+` FROM communes WHERE id = $1`, id)
	return c, s.wrap("commune", err)
}

// CommuneBySlug returns the commune that public addresses name.
func (s *Store) CommuneBySlug(ctx context.Context, slug string) (post.Commune, error) {
	c, err := one(ctx, s.engine.reader(), scanCommune, `SELECT `+communeColumns+` FROM communes WHERE slug = $1`, slug)
	return c, s.wrap("commune", err)
}

// Communes lists every commune, by name.
func (s *Store) Communes(ctx context.Context) ([]post.Commune, error) {
	all, err := many(ctx, s.engine.reader(), scanCommune, `SELECT `+communeColumns+` FROM communes ORDER BY name, id`)
	return all, s.wrap("communes", err)
}

// SetAskBeforeResend changes a commune's choice and returns the commune.
func (s *Store) SetAskBeforeResend(ctx context.Context, communeID string, ask bool) (post.Commune, error) {
	var c post.Commune
	err := s.writeOne(ctx, "ask before resend", func(ctx context.Context, q querier) (err error) {
		c, err = one(ctx, q, scanCommune, `UPDATE communes SET ask_before_resend = $2 WHERE id = $1 RETURNING `+communeColumns, communeID, ask)
		return err
	})
	return c, err
}
