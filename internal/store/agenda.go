package store

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const agendaEventColumns = `id, commune_id, author_id, version, sequence, status, listed, category, zone, all_day,
	starts_at, ends_at, body, dates, previous, channels, steps, created_at, updated_at`

func scanAgendaEvent(r row) (e post.Event, err error) {
	err = r.Scan(&e.ID, &e.CommuneID, maybe(&e.AuthorID), &e.Version, &e.Sequence, &e.Status, &e.Listed, &e.Category, &e.Zone, &e.AllDay,
		instant{&e.StartsAt}, instant{&e.EndsAt}, document{&e.Content}, document{&e.Dates}, document{&e.Previous},
		document{&e.Channels}, document{&e.Steps}, instant{&e.CreatedAt}, instant{&e.UpdatedAt})
	return e, err
}

func agendaEventRow(e *post.Event) ([]any, error) {
	documents, err := documentsOf(e.Content, e.Dates, e.Previous, e.Channels, e.Steps)
	if err != nil {
		return nil, err
	}
	return append(append([]any{
		e.ID, e.CommuneID, orNull(e.AuthorID), e.Version, e.Sequence, e.Status, e.Listed, e.Category, e.Zone, e.AllDay,
		millis(e.StartsAt), millis(e.EndsAt),
	}, documents...), millis(e.CreatedAt), millis(e.UpdatedAt)), nil
}

// documentsOf puts values into the database as JSON.
func documentsOf(values ...any) ([]any, error) {
	documents := make([]any, len(values))
	for i, v := range values {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		documents[i] = string(b)
	}
	return documents, nil
}

// CreateAgendaEvent saves an event and what its series wants, all or nothing.
// post.ErrConflict: its id exists.
func (s *Store) CreateAgendaEvent(ctx context.Context, e post.Event, wanted []post.Announcement) error {
	return s.write(ctx, "create event", func(ctx context.Context, q querier) error {
		values, err := agendaEventRow(&e)
		if err != nil {
			return err
		}
		in := insert("agenda_events", agendaEventColumns, values)
		if _, err := exec(ctx, q, in.query, in.args...); err != nil {
			return err
		}
		if err := replaceMediaOfEvent(ctx, q, &e); err != nil {
			return err
		}
		return putAnnouncements(ctx, q, &e, wanted)
	})
}

// UpdateAgendaEvent replaces an event of version ifVersion, and changes what
// its series wants, all or nothing. Announcements that are not named stay.
// post.ErrStale: the event has another version.
func (s *Store) UpdateAgendaEvent(ctx context.Context, e post.Event, ifVersion int, changed []post.Announcement) error {
	e.Version = ifVersion + 1
	return s.write(ctx, "update event", func(ctx context.Context, q querier) error {
		documents, err := documentsOf(e.Content, e.Dates, e.Previous, e.Channels, e.Steps)
		if err != nil {
			return err
		}
		args := append([]any{
			e.CommuneID, e.ID, ifVersion, e.Version, e.Sequence, e.Status, e.Listed, e.Category, e.Zone, e.AllDay,
			millis(e.StartsAt), millis(e.EndsAt), millis(e.UpdatedAt),
		}, documents...)
		n, err := exec(ctx, q, `UPDATE agenda_events SET version = $4, sequence = $5, status = $6, listed = $7, category = $8,
			zone = $9, all_day = $10, starts_at = $11, ends_at = $12, updated_at = $13,
			body = $14, dates = $15, previous = $16, channels = $17, steps = $18
			WHERE commune_id = $1 AND id = $2 AND version = $3`, args...)
		if err != nil {
			return err
		}
		if n == 0 {
			if _, err := one(ctx, q, scanOne[int], `SELECT version FROM agenda_events WHERE commune_id = $1 AND id = $2`, e.CommuneID, e.ID); err != nil {
				return err
			}
			return post.ErrStale
		}
		if err := replaceMediaOfEvent(ctx, q, &e); err != nil {
			return err
		}
		return putAnnouncements(ctx, q, &e, changed)
	})
}

const announcementColumns = `commune_id, event_id, step, kind, post_id, at_once, due_at, body, wanted, pending, revision, problem, updated_at`

func scanAnnouncement(r row) (a post.Announcement, err error) {
	err = r.Scan(&a.CommuneID, &a.EventID, &a.Step, &a.Kind, &a.PostID, &a.AtOnce, instant{&a.DueAt}, document{&a.Body},
		&a.Wanted, &a.Pending, &a.Revision, &a.Problem, instant{&a.UpdatedAt})
	return a, err
}

// putAnnouncements adds announcements, or changes those that are there: they
// keep their posts.
func putAnnouncements(ctx context.Context, q querier, e *post.Event, all []post.Announcement) error {
	for i := range all {
		a := &all[i]
		if a.CommuneID != e.CommuneID || a.EventID != e.ID {
			return errors.New("an announcement of another event")
		}
		documents, err := documentsOf(a.Body)
		if err != nil {
			return err
		}
		in := insert("announcements", announcementColumns, []any{
			a.CommuneID, a.EventID, a.Step, a.Kind, a.PostID, a.AtOnce, millis(a.DueAt), documents[0],
			a.Wanted, a.Pending, 1, a.Problem, millis(a.UpdatedAt),
		})
		if _, err := exec(ctx, q, in.query+` ON CONFLICT (commune_id, event_id, step) DO UPDATE SET kind = excluded.kind,
			due_at = excluded.due_at, body = excluded.body, wanted = excluded.wanted, pending = excluded.pending,
			revision = announcements.revision + 1, problem = excluded.problem, updated_at = excluded.updated_at`, in.args...); err != nil {
			return err
		}
	}
	return nil
}

// AgendaEvent returns an event.
func (s *Store) AgendaEvent(ctx context.Context, communeID, id string) (post.Event, error) {
	e, err := one(ctx, s.engine.reader(), scanAgendaEvent, `SELECT `+agendaEventColumns+`
		FROM agenda_events WHERE commune_id = $1 AND id = $2`, communeID, id)
	return e, s.wrap("event", err)
}

// AgendaEvents lists the events of a commune of which a part lies between two
// moments, From included and To not, the earliest first. Zero bounds are open.
func (s *Store) AgendaEvents(ctx context.Context, communeID string, from, to time.Time, onlyListed bool, limit int) ([]post.Event, error) {
	w := where{}
	w.and("commune_id = %s", communeID)
	if !from.IsZero() {
		w.and("ends_at >= %s", millis(from))
	}
	if !to.IsZero() {
		w.and("starts_at < %s", millis(to))
	}
	if onlyListed {
		w.and("listed = %s", true)
	}
	all, err := many(ctx, s.engine.reader(), scanAgendaEvent, `SELECT `+agendaEventColumns+` FROM agenda_events WHERE `+w.text()+`
		ORDER BY starts_at, id LIMIT `+strconv.Itoa(limit), w.args...)
	return all, s.wrap("events", err)
}

// EventOfArticle returns the event that an article of the commune's pages
// announces. key is that of the article's post.
func (s *Store) EventOfArticle(ctx context.Context, communeID, key string) (post.Event, error) {
	e, err := one(ctx, s.engine.reader(), scanAgendaEvent, `SELECT `+agendaEventColumns+` FROM agenda_events
		WHERE commune_id = $1 AND id = (SELECT a.event_id FROM announcements a
			JOIN posts p ON p.commune_id = a.commune_id AND p.id = a.post_id
			WHERE a.commune_id = $1 AND p.key = $2)`, communeID, key)
	return e, s.wrap("event of an article", err)
}

// Announcements lists what the series of an event wants, in the order of their
// hours.
func (s *Store) Announcements(ctx context.Context, communeID, eventID string) ([]post.Announcement, error) {
	all, err := many(ctx, s.engine.reader(), scanAnnouncement, `SELECT `+announcementColumns+` FROM announcements
		WHERE commune_id = $1 AND event_id = $2 ORDER BY due_at, step`, communeID, eventID)
	return all, s.wrap("announcements", err)
}

// PendingAnnouncements lists announcements of all communes whose posts are not
// as wanted, and that were last touched before a moment.
func (s *Store) PendingAnnouncements(ctx context.Context, before time.Time, limit int) ([]post.Announcement, error) {
	all, err := many(ctx, s.engine.reader(), scanAnnouncement, `SELECT `+announcementColumns+` FROM announcements
		WHERE pending AND updated_at < $1 ORDER BY updated_at LIMIT `+strconv.Itoa(limit), millis(before))
	return all, s.wrap("pending announcements", err)
}

// AnnouncementSettled says that the post of an announcement is as revision
// wanted it, or why it cannot be. post.ErrStale: something else is wanted by
// now.
func (s *Store) AnnouncementSettled(ctx context.Context, communeID, eventID, step string, revision int, problem string) error {
	return s.writeOne(ctx, "announcement settled", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrStale, `UPDATE announcements SET pending = $5, problem = $6
			WHERE commune_id = $1 AND event_id = $2 AND step = $3 AND revision = $4`, communeID, eventID, step, revision, false, problem)
	})
}

// SeriesOf says which of some posts belong to an event or to a recurrence.
func (s *Store) SeriesOf(ctx context.Context, communeID string, postIDs []string) ([]post.SeriesLink, error) {
	if len(postIDs) == 0 {
		return nil, nil
	}
	chosen, args := in(2, []any{communeID}, postIDs)
	all, err := many(ctx, s.engine.reader(), scanSeriesLink, `SELECT a.post_id, a.event_id, '', a.step, a.kind, e.body, ''
		FROM announcements a JOIN agenda_events e ON e.commune_id = a.commune_id AND e.id = a.event_id
		WHERE a.commune_id = $1 AND a.post_id IN `+chosen+`
		UNION ALL SELECT o.post_id, '', o.recurrence_id, o.date, '', '{}', r.name
		FROM recurrence_occurrences o JOIN recurrences r ON r.commune_id = o.commune_id AND r.id = o.recurrence_id
		WHERE o.commune_id = $1 AND o.post_id IN `+chosen, args...)
	return all, s.wrap("series of posts", err)
}

// scanSeriesLink reads a link of a post to an event, whose body has the title,
// or to a recurrence with its name.
func scanSeriesLink(r row) (l post.SeriesLink, err error) {
	var title post.EventContent
	var name string
	err = r.Scan(&l.PostID, &l.EventID, &l.RecurrenceID, &l.Step, &l.Kind, document{&title}, &name)
	l.Title = title.Title + name
	return l, err
}

// DueTimes lists the hours between two moments, both included, at which
// something is to leave on one of some channels; without channels, nothing is.
func (s *Store) DueTimes(ctx context.Context, communeID string, channelIDs []string, from, to time.Time) ([]time.Time, error) {
	if len(channelIDs) == 0 {
		return nil, nil
	}
	chosen, args := in(4, []any{communeID, millis(from), millis(to)}, channelIDs)
	all, err := many(ctx, s.engine.reader(), func(r row) (t time.Time, err error) {
		err = r.Scan(instant{&t})
		return t, err
	}, `SELECT DISTINCT due_at FROM deliveries WHERE commune_id = $1 AND due_at >= $2 AND due_at <= $3
		AND state IN ('scheduled', 'retrying', 'held', 'awaiting_approval', 'sent', 'sending') AND channel_id IN `+chosen+` ORDER BY due_at`, args...)
	return all, s.wrap("due times", err)
}

// LapseDeliveries lets what is on its way for a post leave no second time: when
// it is proved absent and would be sent once more, it is missed instead.
func (s *Store) LapseDeliveries(ctx context.Context, communeID, postID string) error {
	return s.writeOne(ctx, "lapse deliveries", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrNotFound, `UPDATE deliveries SET max_lateness = 0
			WHERE commune_id = $1 AND post_id = $2 AND state IN ('sending', 'unknown', 'reconciling')`, communeID, postID)
	})
}

// Recipes lists the recipes of a commune.
func (s *Store) Recipes(ctx context.Context, communeID string) ([]post.Recipe, error) {
	all, err := many(ctx, s.engine.reader(), func(r row) (recipe post.Recipe, err error) {
		var category string
		var at time.Time
		err = r.Scan(&category, document{&recipe}, instant{&at})
		recipe.CommuneID, recipe.Category, recipe.UpdatedAt = communeID, category, at
		return recipe, err
	}, `SELECT category, body, updated_at FROM recipes WHERE commune_id = $1 ORDER BY category`, communeID)
	return all, s.wrap("recipes", err)
}

// PutRecipe adds a recipe, or replaces that of its category.
func (s *Store) PutRecipe(ctx context.Context, recipe post.Recipe) error {
	return s.writeOne(ctx, "put recipe", func(ctx context.Context, q querier) error {
		documents, err := documentsOf(recipe)
		if err != nil {
			return err
		}
		in := insert("recipes", "commune_id, category, body, updated_at", []any{recipe.CommuneID, recipe.Category, documents[0], millis(recipe.UpdatedAt)})
		_, err = exec(ctx, q, in.query+` ON CONFLICT (commune_id, category) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at`, in.args...)
		return err
	})
}
