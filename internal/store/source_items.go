package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/crieur/crieur/internal/post"
)

func isNotFound(err error) bool { return errors.Is(err, post.ErrNotFound) }

const itemColumns = `id, commune_id, source_id, state, hash, content, notes, published_at, post_id, post_version, changed, tries,
	scheduled_at, created_at, updated_at`

func scanItem(r row) (post.SourceItem, error) { return scanItemAnd(r) }

func scanItemAnd(r row, more ...any) (i post.SourceItem, err error) {
	err = r.Scan(append([]any{
		&i.ID, &i.CommuneID, &i.SourceID, &i.State, &i.Hash,
		document{&i.Content},
		document{&i.Notes},
		instant{&i.PublishedAt},
		&i.PostID, &i.PostVersion, &i.Changed, &i.Tries,
		instant{&i.ScheduledAt},
		instant{&i.CreatedAt},
		instant{&i.UpdatedAt},
	}, more...)...)
	return i, err
}

// AddSourceItem saves an item with the keys by which it is known.
// post.ErrConflict: one of them is known already.
func (s *Store) AddSourceItem(ctx context.Context, i post.SourceItem) error {
	content, notes, err := itemDocuments(&i)
	if err != nil {
		return s.wrap("add source item", err)
	}
	return s.write(ctx, "add source item", func(ctx context.Context, q querier) error {
		in := insert("source_items", itemColumns, []any{
			i.ID, i.CommuneID, i.SourceID, i.State, i.Hash, content, notes, millis(i.PublishedAt), i.PostID, i.PostVersion, i.Changed,
			i.Tries, millis(i.ScheduledAt), millis(i.CreatedAt), millis(i.UpdatedAt),
		})
		if _, err := exec(ctx, q, in.query, in.args...); err != nil {
			return err
		}
		return addItemKeys(ctx, q, &i, "")
	})
}

func itemDocuments(i *post.SourceItem) (content, notes string, err error) {
	c, err := json.Marshal(i.Content)
	if err != nil {
		return "", "", err
	}
	n, err := json.Marshal(i.Notes)
	return string(c), string(n), err
}

func addItemKeys(ctx context.Context, q querier, i *post.SourceItem, conflict string) error {
	if len(i.Keys) == 0 {
		return nil
	}
	rows := make([][]any, len(i.Keys))
	for n, key := range i.Keys {
		rows[n] = []any{i.CommuneID, i.SourceID, key, i.ID}
	}
	in := insert("source_item_keys", "commune_id, source_id, key, item_id", rows...)
	_, err := exec(ctx, q, in.query+conflict, in.args...)
	return err
}

// UpdateSourceItem saves an item that was read and changed, and adds keys by
// which it is known from now on, those excepted that lead to another item.
func (s *Store) UpdateSourceItem(ctx context.Context, i post.SourceItem) error {
	content, notes, err := itemDocuments(&i)
	if err != nil {
		return s.wrap("update source item", err)
	}
	return s.write(ctx, "update source item", func(ctx context.Context, q querier) error {
		if err := execOne(ctx, q, post.ErrNotFound, `UPDATE source_items SET state = $3, hash = $4, content = $5, notes = $6,
			published_at = $7, post_version = $8, changed = $9, tries = $10, scheduled_at = $11, updated_at = $12
			WHERE commune_id = $1 AND id = $2`, i.CommuneID, i.ID, i.State, i.Hash, content, notes, millis(i.PublishedAt),
			i.PostVersion, i.Changed, i.Tries, millis(i.ScheduledAt), millis(i.UpdatedAt)); err != nil {
			return err
		}
		return addItemKeys(ctx, q, &i, ` ON CONFLICT DO NOTHING`)
	})
}

// SourceItem returns an item of a commune, without its keys.
func (s *Store) SourceItem(ctx context.Context, communeID, id string) (post.SourceItem, error) {
	i, err := one(ctx, s.engine.reader(), scanItem, `SELECT `+itemColumns+` FROM source_items WHERE commune_id = $1 AND id = $2`, communeID, id)
	return i, s.wrap("source item", err)
}

// SourceItemsByKeys finds the items of a source that are known by one of some
// keys, each by its key; without a source, those of any source of the commune.
func (s *Store) SourceItemsByKeys(ctx context.Context, communeID, sourceID string, keys []string) (map[string]post.SourceItem, error) {
	const atOnce = 256
	found := make(map[string]post.SourceItem, len(keys))
	for len(keys) > 0 {
		n := min(atOnce, len(keys))
		list, args := in(2, []any{communeID}, keys[:n])
		ofSource := ""
		if sourceID != "" {
			args = append(args, sourceID)
			ofSource = " AND k.source_id = " + params(len(args), 1)
		}
		keys = keys[n:]
		_, err := many(ctx, s.engine.reader(), func(r row) (struct{}, error) {
			var key string
			i, err := scanItemAnd(r, &key)
			if err == nil {
				found[key] = i
			}
			return struct{}{}, err
		}, `SELECT i.id, i.commune_id, i.source_id, i.state, i.hash, i.content, i.notes, i.published_at, i.post_id, i.post_version,
				i.changed, i.tries, i.scheduled_at, i.created_at, i.updated_at, k.key
			FROM source_item_keys k JOIN source_items i ON i.commune_id = k.commune_id AND i.id = k.item_id
			WHERE k.commune_id = $1 AND k.key IN `+list+ofSource, args...)
		if err != nil {
			return nil, s.wrap("source items", err)
		}
	}
	return found, nil
}

// SourceItemKeys lists the keys of an item.
func (s *Store) SourceItemKeys(ctx context.Context, communeID, itemID string) ([]string, error) {
	keys, err := many(ctx, s.engine.reader(), scanOne[string], `SELECT key FROM source_item_keys
		WHERE commune_id = $1 AND item_id = $2 ORDER BY key`, communeID, itemID)
	return keys, s.wrap("source item keys", err)
}

// PendingSourceItems lists up to limit items of a source whose post is still to
// be made, the oldest first.
func (s *Store) PendingSourceItems(ctx context.Context, communeID, sourceID string, limit int) ([]post.SourceItem, error) {
	all, err := many(ctx, s.engine.reader(), scanItem, `SELECT `+itemColumns+` FROM source_items
		WHERE commune_id = $1 AND source_id = $2 AND state = 'pending' ORDER BY id LIMIT $3`, communeID, sourceID, limit)
	return all, s.wrap("pending source items", err)
}

// CountSourceItems counts the items of a source that were added since a moment.
func (s *Store) CountSourceItems(ctx context.Context, communeID, sourceID string, since time.Time) (int, error) {
	n, err := one(ctx, s.engine.reader(), scanOne[int], `SELECT COUNT(*) FROM source_items
		WHERE commune_id = $1 AND source_id = $2 AND created_at >= $3`, communeID, sourceID, millis(since))
	return n, s.wrap("count source items", err)
}

// ScheduledSourceItems lists the hours from one on, before another, for which
// items of a source were scheduled.
func (s *Store) ScheduledSourceItems(ctx context.Context, communeID, sourceID string, from, to time.Time) ([]time.Time, error) {
	all, err := many(ctx, s.engine.reader(), func(r row) (at time.Time, err error) {
		err = r.Scan(instant{&at})
		return at, err
	}, `SELECT scheduled_at FROM source_items WHERE commune_id = $1 AND source_id = $2 AND scheduled_at >= $3 AND scheduled_at < $4
		ORDER BY scheduled_at`, communeID, sourceID, millis(from), millis(to))
	return all, s.wrap("scheduled source items", err)
}

// SourceItems lists items, newest first.
func (s *Store) SourceItems(ctx context.Context, communeID string, f post.ItemFilter) (post.ItemPage, error) {
	const ordinary = 50
	limit := f.Limit
	if limit <= 0 {
		limit = ordinary
	}
	w := where{}
	w.and("commune_id = %s", communeID)
	if f.SourceID != "" {
		w.and("source_id = %s", f.SourceID)
	}
	if f.State != "" {
		w.and("state = %s", f.State)
	}
	if f.Changed {
		w.and("changed = %s", true)
	}
	if f.Cursor != "" {
		w.and("id < %s", f.Cursor)
	}
	n := len(w.args) + 1
	all, err := many(ctx, s.engine.reader(), scanItem, `SELECT `+itemColumns+` FROM source_items WHERE `+w.text()+`
		ORDER BY id DESC LIMIT `+params(n, 1), append(w.args, limit+1)...)
	page := post.ItemPage{Items: all}
	if len(all) > limit {
		page.Items = all[:limit]
		page.NextCursor = all[limit-1].ID
	}
	return page, s.wrap("source items", err)
}

func scanEcho(r row) (e post.Echo, err error) {
	var settings map[string]string
	err = r.Scan(&e.ChannelID, document{&settings}, &e.RemoteID, &e.RemoteURL, text{&e.Rendered})
	e.Site = settings["site_url"]
	return e, err
}

// Echoes lists what the commune published on websites through Crieur, or may
// have, the newest first, at most limit.
func (s *Store) Echoes(ctx context.Context, communeID string, limit int) ([]post.Echo, error) {
	all, err := many(ctx, s.engine.reader(), scanEcho, `SELECT d.channel_id, c.settings, d.remote_id, d.remote_url, d.rendered
		FROM deliveries d JOIN channels c ON c.id = d.channel_id
		WHERE d.commune_id = $1 AND d.kind IN ('site', 'wordpress') AND d.state NOT IN ('draft', 'awaiting_approval', 'cancelled')
		ORDER BY d.due_at DESC LIMIT $2`, communeID, limit)
	return all, s.wrap("echoes", err)
}
