package store

import (
	"context"

	"github.com/crieur/crieur/internal/post"
)

func scanBroadcast(r row) (b post.Broadcast, err error) {
	err = r.Scan(&b.CommuneID, &b.ID, &b.Year, &b.Number, &b.Exercise, &b.Status, &b.Hazard, &b.Title, &b.Severity,
		document{&b.Area},
		document{&b.Channels},
		&b.Correction,
		instant{&b.NextUpdateAt},
		&b.Held, &b.OpenedBy,
		instant{&b.OpenedAt},
		&b.ConfirmedBy,
		instant{&b.ConfirmedAt},
		&b.BreakGlass, &b.EndedBy,
		instant{&b.EndedAt})
	return b, err
}

// Broadcast returns an alert with its messages, their deliveries and ticks, and
// what was in flight when it was raised.
func (s *Store) Broadcast(ctx context.Context, communeID, id string) (post.Broadcast, error) {
	b, err := readBroadcast(ctx, s.engine.reader(), communeID, id)
	return b, s.wrap("broadcast", err)
}

func readBroadcast(ctx context.Context, q querier, communeID, id string) (post.Broadcast, error) {
	b, err := one(ctx, q, scanBroadcast, `SELECT `+broadcastColumns+` FROM broadcasts WHERE commune_id = $1 AND id = $2`, communeID, id)
	if err != nil {
		return post.Broadcast{}, err
	}
	all := []post.Broadcast{b}
	if err := readMessages(ctx, q, communeID, all); err != nil {
		return post.Broadcast{}, err
	}
	all[0].InFlight, err = many(ctx, q, func(r row) (f post.InFlight, err error) {
		var c post.Content
		f.Delivery, err = scanDeliveryAnd(r, &f.Was, document{&c})
		f.Title = c.Headline()
		return f, err
	}, `SELECT `+qualified("d", deliveryColumns)+`, f.state, v.content FROM broadcast_in_flight f
		JOIN deliveries d ON d.id = f.delivery_id
		JOIN post_versions v ON v.commune_id = d.commune_id AND v.post_id = d.post_id AND v.version = d.post_version
		WHERE f.commune_id = $1 AND f.broadcast_id = $2 ORDER BY d.due_at, d.id`, communeID, id)
	return all[0], err
}

// Broadcasts lists a commune's alerts and exercises, newest first, with their
// messages.
func (s *Store) Broadcasts(ctx context.Context, communeID string, limit int) ([]post.Broadcast, error) {
	return s.broadcasts(ctx, "broadcasts", `commune_id = $1 ORDER BY opened_at DESC, id DESC LIMIT $2`, communeID, limit)
}

// OpenBroadcasts lists those that await a second person or are active, newest
// first, with their messages.
func (s *Store) OpenBroadcasts(ctx context.Context, communeID string) ([]post.Broadcast, error) {
	return s.broadcasts(ctx, "open broadcasts", `commune_id = $1 AND `+isOpenBroadcast+` ORDER BY opened_at DESC, id DESC`, communeID)
}

func (s *Store) broadcasts(ctx context.Context, op, where, communeID string, args ...any) ([]post.Broadcast, error) {
	q := s.engine.reader()
	all, err := many(ctx, q, scanBroadcast, `SELECT `+broadcastColumns+` FROM broadcasts WHERE `+where, append([]any{communeID}, args...)...)
	if err == nil {
		err = readMessages(ctx, q, communeID, all)
	}
	if err != nil {
		return nil, s.wrap(op, err)
	}
	return all, nil
}

// readMessages fills in the messages of alerts of one commune, with their
// deliveries and ticks.
func readMessages(ctx context.Context, q querier, communeID string, all []post.Broadcast) error {
	if len(all) == 0 {
		return nil
	}
	ids := make([]string, len(all))
	at := make(map[string]*post.Broadcast, len(all))
	for i := range all {
		ids[i] = all[i].ID
		at[ids[i]] = &all[i]
	}
	chosen, args := in(2, []any{communeID}, ids)
	messages, err := many(ctx, q, func(r row) (m post.BroadcastMessage, err error) {
		err = r.Scan(&m.BroadcastID, &m.Number, &m.Kind, &m.Title, &m.Text, &m.PostID, &m.CreatedBy, instant{&m.CreatedAt}, instant{&m.NextUpdateAt})
		return m, err
	}, `SELECT broadcast_id, number, kind, title, text, post_id, created_by, created_at, next_update_at FROM broadcast_messages
		WHERE commune_id = $1 AND broadcast_id IN `+chosen+` ORDER BY broadcast_id, number`, args...)
	if err != nil {
		return err
	}
	const ofMessages = `FROM broadcast_messages m JOIN deliveries d ON d.commune_id = m.commune_id AND d.post_id = m.post_id`
	deliveries, err := many(ctx, q, scanDelivery, `SELECT `+qualified("d", deliveryColumns)+` `+ofMessages+`
		WHERE m.commune_id = $1 AND m.broadcast_id IN `+chosen+` ORDER BY d.post_id, d.occurrence, d.created_at, d.id`, args...)
	if err != nil {
		return err
	}
	type ticked struct {
		postID string
		post.Tick
	}
	ticks, err := many(ctx, q, func(r row) (t ticked, err error) {
		err = r.Scan(&t.postID, &t.DeliveryID, &t.By, instant{&t.At}, &t.RemoteURL)
		return t, err
	}, `SELECT d.post_id, t.delivery_id, t.ticked_by, t.ticked_at, t.remote_url `+ofMessages+`
		JOIN broadcast_ticks t ON t.commune_id = d.commune_id AND t.delivery_id = d.id
		WHERE m.commune_id = $1 AND m.broadcast_id IN `+chosen+` ORDER BY t.ticked_at, t.delivery_id`, args...)
	if err != nil {
		return err
	}
	for _, m := range messages {
		for _, d := range deliveries {
			if d.PostID == m.PostID {
				m.Deliveries = append(m.Deliveries, d)
			}
		}
		for _, t := range ticks {
			if t.postID == m.PostID {
				m.Ticks = append(m.Ticks, t.Tick)
			}
		}
		at[m.BroadcastID].Messages = append(at[m.BroadcastID].Messages, m)
	}
	return nil
}
