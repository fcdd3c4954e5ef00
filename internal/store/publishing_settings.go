package store

import (
	"context"

	"github.com/crieur/crieur/internal/post"
)

// PublishingSettings returns what a commune saved; post.ErrNotFound: nothing.
func (s *Store) PublishingSettings(ctx context.Context, communeID string) (post.PublishingSettings, error) {
	settings, err := one(ctx, s.engine.reader(), func(r row) (v post.PublishingSettings, err error) {
		err = r.Scan(&v.CommuneID, &v.Version, document{&v.Slots}, &v.Signature, document{&v.HashtagGroups}, instant{&v.UpdatedAt})
		return v, err
	}, `SELECT commune_id, version, slots, signature, hashtag_groups, updated_at FROM publishing_settings WHERE commune_id = $1`, communeID)
	return settings, s.wrap("publishing settings", err)
}

// SavePublishingSettings replaces the settings of version ifVersion; 0: nothing
// was saved before. post.ErrStale: somebody saved others since.
func (s *Store) SavePublishingSettings(ctx context.Context, v post.PublishingSettings, ifVersion int) error {
	documents, err := documentsOf(v.Slots, v.HashtagGroups)
	if err != nil {
		return s.wrap("save publishing settings", err)
	}
	return s.writeOne(ctx, "save publishing settings", func(ctx context.Context, q querier) error {
		args := []any{v.CommuneID, ifVersion + 1, documents[0], v.Signature, documents[1], millis(s.orNow(v.UpdatedAt))}
		if ifVersion == 0 {
			in := insert("publishing_settings", `commune_id, version, slots, signature, hashtag_groups, updated_at`, args)
			return execOne(ctx, q, post.ErrStale, in.query+` ON CONFLICT (commune_id) DO NOTHING`, in.args...)
		}
		return execOne(ctx, q, post.ErrStale, `UPDATE publishing_settings
			SET version = $2, slots = $3, signature = $4, hashtag_groups = $5, updated_at = $6
			WHERE commune_id = $1 AND version = $7`, append(args, ifVersion)...)
	})
}
