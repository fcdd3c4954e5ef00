package store

import (
	"context"
	"maps"
	"slices"

	"github.com/crieur/crieur/internal/post"
)

// useOfMedia are the rows that say which pictures a post or an event uses.
func useOfMedia(communeID, postID, eventID string, images []post.Image) []statement {
	ids := map[string]bool{}
	for _, image := range images {
		ids[image.MediaID] = true
	}
	if len(ids) == 0 {
		return nil
	}
	rows := make([][]any, 0, len(ids))
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		rows = append(rows, []any{communeID, id, postID, eventID})
	}
	return []statement{insert("media_uses", `commune_id, media_id, post_id, event_id`, rows...)}
}

// learnAlt lets pictures remember what a person wrote of them in a post: it is
// proposed where they are used next. before is what the post said until now;
// what it says no differently was not written again.
func learnAlt(communeID string, images, before []post.Image) []statement {
	alts := map[string]string{}
	for _, image := range images {
		known := slices.ContainsFunc(before, func(b post.Image) bool { return b.MediaID == image.MediaID && b.Alt == image.Alt })
		if image.Alt != "" && !image.Decorative && !known {
			alts[image.MediaID] = image.Alt
		}
	}
	var all []statement
	for _, id := range slices.Sorted(maps.Keys(alts)) {
		all = append(all, statement{
			query: `UPDATE media SET alt = $3, alt_search = $4 WHERE commune_id = $1 AND id = $2 AND alt <> $3`,
			args:  []any{communeID, id, alts[id], fold(alts[id])},
		})
	}
	return all
}

// replaceMediaOfPost follows a post from one version to the next.
func replaceMediaOfPost(ctx context.Context, q querier, p *post.Post, ifVersion int) error {
	before, err := one(ctx, q, func(r row) (c post.Content, err error) {
		err = r.Scan(document{&c})
		return c, err
	}, `SELECT content FROM post_versions WHERE commune_id = $1 AND post_id = $2 AND version = $3`, p.CommuneID, p.ID, ifVersion)
	if err != nil {
		return err
	}
	if len(before.Images)+len(p.Content.Images) == 0 {
		return nil
	}
	all := []statement{{query: `DELETE FROM media_uses WHERE commune_id = $1 AND post_id = $2`, args: []any{p.CommuneID, p.ID}}}
	all = append(all, useOfMedia(p.CommuneID, p.ID, "", p.Content.Images)...)
	return inTurn(ctx, q, append(all, learnAlt(p.CommuneID, p.Content.Images, before.Images)...))
}

// replaceMediaOfEvent says which pictures an event uses.
func replaceMediaOfEvent(ctx context.Context, q querier, e *post.Event) error {
	all := []statement{{query: `DELETE FROM media_uses WHERE commune_id = $1 AND event_id = $2`, args: []any{e.CommuneID, e.ID}}}
	return inTurn(ctx, q, append(all, useOfMedia(e.CommuneID, "", e.ID, e.Content.Images)...))
}

func inTurn(ctx context.Context, q querier, all []statement) error {
	for _, s := range all {
		if _, err := exec(ctx, q, s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}
