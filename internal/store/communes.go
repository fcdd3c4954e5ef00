package store

import (
	"context"
	"fmt"
	"strings"
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

// UpdateCommune changes what a commune chose and returns the commune. Its slug
// stays: addresses that citizens have must go on working.
func (s *Store) UpdateCommune(ctx context.Context, communeID string, change post.CommuneChange) (post.Commune, error) {
	args, set := []any{communeID}, []string{"id = id"}
	put := func(column string, value any) {
		args = append(args, value)
		set = append(set, fmt.Sprintf("%s = $%d", column, len(args)))
	}
	if change.Name != nil {
		put("name", *change.Name)
	}
	if change.Zone != nil {
		put("zone", *change.Zone)
	}
	if change.Language != nil {
		put("language", *change.Language)
	}
	if change.AskBeforeResend != nil {
		put("ask_before_resend", *change.AskBeforeResend)
	}
	var c post.Commune
	err := s.writeOne(ctx, "update commune", func(ctx context.Context, q querier) (err error) {
		c, err = one(ctx, q, scanCommune, `UPDATE communes SET `+strings.Join(set, ", ")+` WHERE id = $1 RETURNING `+communeColumns, args...)
		return err
	})
	return c, err
}
