package store

import (
	"context"

	"github.com/crieur/crieur/internal/post"
)

const mediaColumns = `id, commune_id, sha256, content_type, width, height, bytes, name, created_at`

func scanMedia(r row) (m post.Media, err error) {
	err = r.Scan(&m.ID, &m.CommuneID, &m.SHA256, &m.ContentType, &m.Width, &m.Height, &m.Bytes, &m.Name, instant{&m.CreatedAt})
	return m, err
}

// CreateMedia saves a picture and returns the row that stands: an equal picture
// of the same commune is kept once.
func (s *Store) CreateMedia(ctx context.Context, m post.Media) (post.Media, error) {
	var stored post.Media
	err := s.write(ctx, "create media", func(ctx context.Context, q querier) error {
		in := insert("media", mediaColumns, []any{
			m.ID, m.CommuneID, m.SHA256, m.ContentType, m.Width, m.Height, m.Bytes, m.Name, millis(s.orNow(m.CreatedAt)),
		})
		_, err := exec(ctx, q, in.query+` ON CONFLICT (commune_id, sha256) DO NOTHING`, in.args...)
		if err != nil {
			return err
		}
		stored, err = mediaBySHA(ctx, q, m.CommuneID, m.SHA256)
		return err
	})
	return stored, err
}

// Media returns a picture of a commune.
func (s *Store) Media(ctx context.Context, communeID, id string) (post.Media, error) {
	m, err := one(ctx, s.engine.reader(), scanMedia, `SELECT `+mediaColumns+` FROM media WHERE commune_id = $1 AND id = $2`, communeID, id)
	return m, s.wrap("media", err)
}

// MediaBySHA returns the picture of a commune with this content.
func (s *Store) MediaBySHA(ctx context.Context, communeID, sha256 string) (post.Media, error) {
	m, err := mediaBySHA(ctx, s.engine.reader(), communeID, sha256)
	return m, s.wrap("media", err)
}

func mediaBySHA(ctx context.Context, q querier, communeID, sha256 string) (post.Media, error) {
	return one(ctx, q, scanMedia, `SELECT `+mediaColumns+` FROM media WHERE commune_id = $1 AND sha256 = $2`, communeID, sha256)
}

// MediaMany returns those of the pictures that the commune has, in no
// particular order.
func (s *Store) MediaMany(ctx context.Context, communeID string, ids []string) ([]post.Media, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, args := in(2, []any{communeID}, ids)
	all, err := many(ctx, s.engine.reader(), scanMedia, `SELECT `+mediaColumns+` FROM media WHERE commune_id = $1 AND id IN `+list, args...)
	return all, s.wrap("media", err)
}
