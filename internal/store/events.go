package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// EventType is what an event is about; the words are those of the live stream.
type EventType string

const (
	EventPost     EventType = "post"
	EventDelivery EventType = "delivery"
	EventChannel  EventType = "channel"
	EventNotice   EventType = "notice"
	// EventBroadcast: an alert changed, and with it what it holds back, of which
	// each delivery is not told by itself.
	EventBroadcast EventType = "broadcast"
)

// Event says that something of a commune changed. It is written with the
// change, so that none is without the other.
type Event struct {
	// ID identifies the event and is the reader's place; it does not grow
	// strictly on PostgreSQL.
	ID        int64
	CommuneID string
	Type      EventType
	// Payload is JSON: the ids and the state, never the content.
	Payload json.RawMessage
	At      time.Time
}

// eventRows bounds the rows of one INSERT; PostgreSQL takes 65535 parameters.
const eventRows = 500

// addEvents writes the events of changed deliveries.
func addEvents(ctx context.Context, q querier, at time.Time, all []moved) error {
	for len(all) > 0 {
		n := min(len(all), eventRows)
		s, err := deliveryEvents(all[:n], at)
		if err != nil {
			return err
		}
		if _, err := exec(ctx, q, s.query, s.args...); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

func deliveryEvents(all []moved, at time.Time) (statement, error) {
	rows := make([][]any, len(all))
	for i, m := range all {
		var err error
		if rows[i], err = eventRow(m.communeID, EventDelivery, map[string]string{
			"id": m.id, "post_id": m.postID, "channel_id": m.channelID, "status": string(m.state),
		}, at); err != nil {
			return statement{}, err
		}
	}
	return insert("events", eventColumns, rows...), nil
}

const eventColumns = "commune_id, type, payload, at"

func eventRow(communeID string, t EventType, payload any, at time.Time) ([]any, error) {
	b, err := json.Marshal(payload)
	return []any{communeID, t, string(b), millis(at)}, err
}

func postEvent(p *post.Post, at time.Time) (statement, error) {
	r, err := eventRow(p.CommuneID, EventPost, map[string]any{"id": p.ID, "version": p.Version}, at)
	return insert("events", eventColumns, r), err
}

func channelEvent(ctx context.Context, q querier, communeID, id string, status post.ChannelStatus, at time.Time) error {
	r, err := eventRow(communeID, EventChannel, map[string]any{"id": id, "status": status}, at)
	if err != nil {
		return err
	}
	s := insert("events", eventColumns, r)
	_, err = exec(ctx, q, s.query, s.args...)
	return err
}

// What the event of a notice says became of it.
const (
	noticeOpen    = "open"
	noticeSettled = "settled"
)

func noticeEvent(ctx context.Context, q querier, communeID, id, postID, status string, at time.Time) error {
	r, err := eventRow(communeID, EventNotice, map[string]string{"id": id, "post_id": postID, "status": status}, at)
	if err != nil {
		return err
	}
	s := insert("events", eventColumns, r)
	_, err = exec(ctx, q, s.query, s.args...)
	return err
}

// EventsAfter lists the events of all communes that follow one, oldest first.
// Read them from the newest known id; 0 begins at the oldest kept. No event can
// appear before one that was returned.
func (s *Store) EventsAfter(ctx context.Context, afterID int64, limit int) ([]Event, error) {
	all, err := many(ctx, s.engine.reader(), func(r row) (e Event, err error) {
		var payload []byte
		err = r.Scan(&e.ID, &e.CommuneID, &e.Type, text{&payload}, instant{&e.At})
		e.Payload = payload
		return e, err
	}, s.engine.words().eventsAfter, afterID, limit)
	return all, s.wrap("events", err)
}

// LastEventID is the place from which EventsAfter gives only what is to come.
func (s *Store) LastEventID(ctx context.Context) (int64, error) {
	id, err := one(ctx, s.engine.reader(), scanOne[int64], s.engine.words().lastEvent)
	return id, s.wrap("last event", err)
}

// PurgeEvents forgets the events before a moment. The newest one stays, as a
// place to read from.
func (s *Store) PurgeEvents(ctx context.Context, before time.Time) (int, error) {
	var n int64
	err := s.writeOne(ctx, "purge events", func(ctx context.Context, q querier) (err error) {
		n, err = exec(ctx, q, `DELETE FROM events WHERE at < $1 AND id < (SELECT MAX(id) FROM events)`, millis(before))
		return err
	})
	return int(n), err
}
