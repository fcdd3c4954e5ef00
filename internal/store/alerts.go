package store

import (
	"context"

	"github.com/crieur/crieur/internal/post"
)

// What everybody may see of an alert: not who raised it, not what it held, and
// nothing that was not said.
const (
	publicAlertColumns = `id, commune_id, year, number, exercise, status, hazard, title, severity, area, next_update_at, opened_at, ended_at`
	publicAlerts       = `commune_id = $1 AND status IN ('active', 'ended')`
)

func scanPublicAlert(r row) (b post.Broadcast, err error) {
	err = r.Scan(&b.ID, &b.CommuneID, &b.Year, &b.Number, &b.Exercise, &b.Status, &b.Hazard, &b.Title, &b.Severity,
		document{&b.Area}, instant{&b.NextUpdateAt}, instant{&b.OpenedAt}, instant{&b.EndedAt})
	return b, err
}

// PublicAlerts returns the commune of a slug with what its public pages say in
// a crisis: all active alerts and exercises and the newest of those that have
// ended, newest first, with their messages.
func (s *Store) PublicAlerts(ctx context.Context, slug string, ended int) (post.Commune, []post.Broadcast, error) {
	return s.publicAlerts(ctx, slug, `SELECT `+publicAlertColumns+` FROM broadcasts WHERE `+publicAlerts+` AND (status = 'active'
		OR id IN (SELECT id FROM broadcasts WHERE commune_id = $1 AND status = 'ended' ORDER BY opened_at DESC, id DESC LIMIT $2))
		ORDER BY opened_at DESC, id DESC`, ended)
}

// PublicAlert returns the commune of a slug with one alert or exercise, however
// old it is.
func (s *Store) PublicAlert(ctx context.Context, slug, id string) (post.Commune, post.Broadcast, error) {
	commune, all, err := s.publicAlerts(ctx, slug, `SELECT `+publicAlertColumns+` FROM broadcasts WHERE `+publicAlerts+` AND id = $2`, id)
	if err == nil && len(all) == 0 {
		err = s.wrap("public alert", post.ErrNotFound)
	}
	if err != nil {
		return post.Commune{}, post.Broadcast{}, err
	}
	return commune, all[0], nil
}

func (s *Store) publicAlerts(ctx context.Context, slug, query string, arg any) (post.Commune, []post.Broadcast, error) {
	commune, err := s.CommuneBySlug(ctx, slug)
	if err != nil {
		return post.Commune{}, nil, err
	}
	all, err := many(ctx, s.engine.reader(), scanPublicAlert, query, commune.ID, arg)
	if err == nil {
		err = s.readPublicMessages(ctx, commune.ID, all)
	}
	if err != nil {
		return post.Commune{}, nil, s.wrap("public alerts", err)
	}
	return commune, all, nil
}

// readPublicMessages reads what the alerts said, in the order of the numbers.
func (s *Store) readPublicMessages(ctx context.Context, communeID string, alerts []post.Broadcast) error {
	if len(alerts) == 0 {
		return nil
	}
	ids := make([]string, len(alerts))
	at := make(map[string]*post.Broadcast, len(alerts))
	for i := range alerts {
		ids[i] = alerts[i].ID
		at[ids[i]] = &alerts[i]
	}
	list, args := in(2, []any{communeID}, ids)
	_, err := many(ctx, s.engine.reader(), func(r row) (struct{}, error) {
		var m post.BroadcastMessage
		err := r.Scan(&m.BroadcastID, &m.Number, &m.Kind, &m.Title, &m.Text, instant{&m.CreatedAt}, instant{&m.NextUpdateAt})
		if err == nil {
			at[m.BroadcastID].Messages = append(at[m.BroadcastID].Messages, m)
		}
		return struct{}{}, err
	}, `SELECT broadcast_id, number, kind, title, text, created_at, next_update_at FROM broadcast_messages
		WHERE commune_id = $1 AND broadcast_id IN `+list+` ORDER BY broadcast_id, number`, args...)
	return err
}
