package store

import (
	"context"
	"encoding/json"

	"github.com/crieur/crieur/internal/post"
)

const templateColumns = `id, commune_id, circumstance, name, title, text, category, blanks, origin, created_by, created_at, updated_at`

func scanTemplate(r row) (t post.Template, err error) {
	err = r.Scan(&t.ID, &t.CommuneID, &t.Circumstance, &t.Name, &t.Title, &t.Text, &t.Category, document{&t.Blanks}, &t.Origin,
		maybe(&t.CreatedBy), instant{&t.CreatedAt}, instant{&t.UpdatedAt})
	return t, err
}

// CreateTemplates saves templates of one commune, all or none.
// post.ErrConflict: a circumstance has one of that name already.
func (s *Store) CreateTemplates(ctx context.Context, all ...post.Template) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([][]any, len(all))
	for i := range all {
		t := &all[i]
		blanks, err := json.Marshal(t.Blanks)
		if err != nil {
			return s.wrap("create templates", err)
		}
		rows[i] = []any{
			t.ID, t.CommuneID, t.Circumstance, t.Name, t.Title, t.Text, t.Category, string(blanks), t.Origin,
			orNull(t.CreatedBy), millis(t.CreatedAt), millis(t.UpdatedAt),
		}
	}
	return s.writeOne(ctx, "create templates", func(ctx context.Context, q querier) error {
		in := insert("templates", templateColumns, rows...)
		_, err := exec(ctx, q, in.query, in.args...)
		return err
	})
}

// Template returns a template of a commune.
func (s *Store) Template(ctx context.Context, communeID, id string) (post.Template, error) {
	t, err := one(ctx, s.engine.reader(), scanTemplate, `SELECT `+templateColumns+` FROM templates WHERE commune_id = $1 AND id = $2`, communeID, id)
	return t, s.wrap("template", err)
}

// Templates lists the templates that a commune made or took over, by name.
func (s *Store) Templates(ctx context.Context, communeID string) ([]post.Template, error) {
	all, err := many(ctx, s.engine.reader(), scanTemplate, `SELECT `+templateColumns+` FROM templates WHERE commune_id = $1 ORDER BY name, id`, communeID)
	return all, s.wrap("templates", err)
}

// UpdateTemplate saves a template that was read and changed.
func (s *Store) UpdateTemplate(ctx context.Context, t post.Template) error {
	blanks, err := json.Marshal(t.Blanks)
	if err != nil {
		return s.wrap("update template", err)
	}
	return s.writeOne(ctx, "update template", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrNotFound, `UPDATE templates SET circumstance = $3, name = $4, title = $5, text = $6, category = $7,
			blanks = $8, updated_at = $9 WHERE commune_id = $1 AND id = $2`,
			t.CommuneID, t.ID, t.Circumstance, t.Name, t.Title, t.Text, t.Category, string(blanks), millis(t.UpdatedAt))
	})
}

// DeleteTemplate removes a template.
func (s *Store) DeleteTemplate(ctx context.Context, communeID, id string) error {
	return s.writeOne(ctx, "delete template", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrNotFound, `DELETE FROM templates WHERE commune_id = $1 AND id = $2`, communeID, id)
	})
}
