package store

import (
	"context"

	"github.com/crieur/crieur/internal/post"
)

const mediaColumns = `id, commune_id, sha256, content_type, width, height, bytes, name, created_at,
	alt, credit, licence, consent, consent_note, expires_on, deleted_at`

// mediaUses counts in a statement on media AS m.
const mediaUses = `(SELECT COUNT(*) FROM media_uses u WHERE u.commune_id = m.commune_id AND u.media_id = m.id)`

// mediaRead are the columns of a picture with its uses, of media AS m.
func mediaRead() string { return qualified("m", mediaColumns) + `, ` + mediaUses }

func scanMedia(r row) (m post.Media, err error) {
	err = r.Scan(&m.ID, &m.CommuneID, &m.SHA256, &m.ContentType, &m.Width, &m.Height, &m.Bytes, &m.Name, instant{&m.CreatedAt},
		&m.Alt, &m.Credit, &m.Licence, &m.Consent, &m.ConsentNote, &m.ExpiresOn, instant{&m.DeletedAt}, &m.Uses)
	return m, err
}

// CreateMedia saves a picture and returns the row that stands: an equal picture
// of the same commune is kept once. One that was taken out of the library comes
// back with what was said of it, as the newest.
func (s *Store) CreateMedia(ctx context.Context, m post.Media) (post.Media, error) {
	var stored post.Media
	err := s.write(ctx, "create media", func(ctx context.Context, q querier) error {
		if m.Consent == "" {
			m.Consent = post.ConsentUnknown
		}
		in := insert("media", mediaColumns+`, alt_search, search`, []any{
			m.ID, m.CommuneID, m.SHA256, m.ContentType, m.Width, m.Height, m.Bytes, m.Name, millis(s.orNow(m.CreatedAt)),
			m.Alt, m.Credit, m.Licence, m.Consent, m.ConsentNote, m.ExpiresOn, nil, fold(m.Alt), mediaSearch(&m),
		})
		_, err := exec(ctx, q, in.query+` ON CONFLICT (commune_id, sha256) DO UPDATE
			SET deleted_at = NULL, created_at = excluded.created_at WHERE media.deleted_at IS NOT NULL`, in.args...)
		if err != nil {
			return err
		}
		stored, err = mediaBySHA(ctx, q, m.CommuneID, m.SHA256)
		return err
	})
	return stored, err
}

// mediaSearch is what a search looks through beside the alternative text.
func mediaSearch(m *post.Media) string { return fold(m.Name + "\n" + m.Credit + "\n" + m.Licence) }

// Media returns a picture of a commune, also one that was taken out of the
// library: what is published keeps it.
func (s *Store) Media(ctx context.Context, communeID, id string) (post.Media, error) {
	m, err := mediaByID(ctx, s.engine.reader(), communeID, id)
	return m, s.wrap("media", err)
}

func mediaByID(ctx context.Context, q querier, communeID, id string) (post.Media, error) {
	return one(ctx, q, scanMedia, `SELECT `+mediaRead()+` FROM media m WHERE m.commune_id = $1 AND m.id = $2`, communeID, id)
}

// MediaBySHA returns the picture of a commune with this content.
func (s *Store) MediaBySHA(ctx context.Context, communeID, sha256 string) (post.Media, error) {
	m, err := mediaBySHA(ctx, s.engine.reader(), communeID, sha256)
	return m, s.wrap("media", err)
}

func mediaBySHA(ctx context.Context, q querier, communeID, sha256 string) (post.Media, error) {
	return one(ctx, q, scanMedia, `SELECT `+mediaRead()+` FROM media m WHERE m.commune_id = $1 AND m.sha256 = $2`, communeID, sha256)
}

// MediaMany returns those of the pictures that the commune has, in no
// particular order, also those that were taken out of the library.
func (s *Store) MediaMany(ctx context.Context, communeID string, ids []string) ([]post.Media, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, args := in(2, []any{communeID}, ids)
	all, err := many(ctx, s.engine.reader(), scanMedia, `SELECT `+mediaRead()+` FROM media m WHERE m.commune_id = $1 AND m.id IN `+list, args...)
	return all, s.wrap("media", err)
}
