package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const recurrenceColumns = `id, commune_id, author_id, version, status, name, category, zone, rule, first, body, source, planned_until, created_at, updated_at`

func scanRecurrence(r row) (c post.Recurrence, err error) {
	err = r.Scan(&c.ID, &c.CommuneID, maybe(&c.AuthorID), &c.Version, &c.Status, &c.Name, &c.Category, &c.Zone, &c.Rule, &c.First,
		document{&c.Body}, &c.Source, &c.PlannedUntil, instant{&c.CreatedAt}, instant{&c.UpdatedAt})
	return c, err
}

// CreateRecurrence saves a recurrence and its first occurrences, all or
// nothing. post.ErrConflict: its id exists, or the same file was taken before.
func (s *Store) CreateRecurrence(ctx context.Context, c post.Recurrence, occurrences []post.Occurrence) error {
	return s.write(ctx, "create recurrence", func(ctx context.Context, q querier) error {
		documents, err := documentsOf(c.Body)
		if err != nil {
			return err
		}
		in := insert("recurrences", recurrenceColumns, []any{
			c.ID, c.CommuneID, orNull(c.AuthorID), c.Version, c.Status, c.Name, c.Category, c.Zone, c.Rule, c.First,
			documents[0], c.Source, c.PlannedUntil, millis(c.CreatedAt), millis(c.UpdatedAt),
		})
		if _, err := exec(ctx, q, in.query, in.args...); err != nil {
			return err
		}
		return putOccurrences(ctx, q, &c, occurrences)
	})
}

// UpdateRecurrence replaces a recurrence of version ifVersion, and changes
// occurrences, all or nothing; those that are not named stay. post.ErrStale:
// it has another version.
func (s *Store) UpdateRecurrence(ctx context.Context, c post.Recurrence, ifVersion int, changed []post.Occurrence) error {
	return s.write(ctx, "update recurrence", func(ctx context.Context, q querier) error {
		documents, err := documentsOf(c.Body)
		if err != nil {
			return err
		}
		n, err := exec(ctx, q, `UPDATE recurrences SET version = $4, status = $5, name = $6, category = $7, zone = $8, rule = $9,
			first = $10, body = $11, planned_until = $12, updated_at = $13 WHERE commune_id = $1 AND id = $2 AND version = $3`,
			c.CommuneID, c.ID, ifVersion, ifVersion+1, c.Status, c.Name, c.Category, c.Zone, c.Rule, c.First, documents[0], c.PlannedUntil, millis(c.UpdatedAt))
		if err != nil {
			return err
		}
		if n == 0 {
			if _, err := one(ctx, q, scanOne[int], `SELECT version FROM recurrences WHERE commune_id = $1 AND id = $2`, c.CommuneID, c.ID); err != nil {
				return err
			}
			return post.ErrStale
		}
		return putOccurrences(ctx, q, &c, changed)
	})
}

// PlanRecurrence adds the occurrences of a rule up to a date. What another
// worker added already stays as it is. It changes nothing where the recurrence
// has another version: then the occurrences are those of another rule.
func (s *Store) PlanRecurrence(ctx context.Context, c post.Recurrence, until string, occurrences []post.Occurrence) error {
	return s.write(ctx, "plan recurrence", func(ctx context.Context, q querier) error {
		n, err := exec(ctx, q, `UPDATE recurrences SET planned_until = $4 WHERE commune_id = $1 AND id = $2 AND version = $3`, c.CommuneID, c.ID, c.Version, until)
		if err != nil || n == 0 {
			return err
		}
		for i := range occurrences {
			in, err := occurrenceInsert(&c, &occurrences[i])
			if err != nil {
				return err
			}
			if _, err := exec(ctx, q, in.query+` ON CONFLICT (commune_id, recurrence_id, date) DO NOTHING`, in.args...); err != nil {
				return err
			}
		}
		return nil
	})
}

const occurrenceColumns = `commune_id, recurrence_id, date, moved_to, label, ordinal, state, post_id, due_at, pending, revision, problem, updated_at`

func scanOccurrence(r row) (o post.Occurrence, err error) {
	err = r.Scan(&o.CommuneID, &o.RecurrenceID, &o.Date, &o.MovedTo, &o.Label, &o.Ordinal, &o.State, &o.PostID, instant{&o.DueAt},
		&o.Pending, &o.Revision, &o.Problem, instant{&o.UpdatedAt})
	return o, err
}

func occurrenceInsert(c *post.Recurrence, o *post.Occurrence) (statement, error) {
	if o.CommuneID != c.CommuneID || o.RecurrenceID != c.ID {
		return statement{}, errors.New("an occurrence of another recurrence")
	}
	return insert("recurrence_occurrences", occurrenceColumns, []any{
		o.CommuneID, o.RecurrenceID, o.Date, o.MovedTo, o.Label, o.Ordinal, o.State, o.PostID, millis(o.DueAt),
		o.Pending, 1, o.Problem, millis(o.UpdatedAt),
	}), nil
}

// putOccurrences adds occurrences, or changes those that are there: they keep
// their posts and their places.
func putOccurrences(ctx context.Context, q querier, c *post.Recurrence, all []post.Occurrence) error {
	for i := range all {
		in, err := occurrenceInsert(c, &all[i])
		if err != nil {
			return err
		}
		if _, err := exec(ctx, q, in.query+` ON CONFLICT (commune_id, recurrence_id, date) DO UPDATE SET moved_to = excluded.moved_to,
			label = excluded.label, state = excluded.state, due_at = excluded.due_at, pending = excluded.pending,
			revision = recurrence_occurrences.revision + 1, problem = excluded.problem, updated_at = excluded.updated_at`, in.args...); err != nil {
			return err
		}
	}
	return nil
}

// Recurrence returns a recurrence.
func (s *Store) Recurrence(ctx context.Context, communeID, id string) (post.Recurrence, error) {
	c, err := one(ctx, s.engine.reader(), scanRecurrence, `SELECT `+recurrenceColumns+` FROM recurrences WHERE commune_id = $1 AND id = $2`, communeID, id)
	return c, s.wrap("recurrence", err)
}

// Recurrences lists the recurrences of a commune that have not ended, the newest
// first.
func (s *Store) Recurrences(ctx context.Context, communeID string) ([]post.Recurrence, error) {
	all, err := many(ctx, s.engine.reader(), scanRecurrence, `SELECT `+recurrenceColumns+` FROM recurrences
		WHERE commune_id = $1 AND status <> 'ended' ORDER BY created_at DESC, id DESC`, communeID)
	return all, s.wrap("recurrences", err)
}

// RecurrencesToPlan lists recurrences of all communes whose rule is planned to
// a date before until only.
func (s *Store) RecurrencesToPlan(ctx context.Context, until string, limit int) ([]post.Recurrence, error) {
	all, err := many(ctx, s.engine.reader(), scanRecurrence, `SELECT `+recurrenceColumns+` FROM recurrences
		WHERE status = 'active' AND rule <> '' AND planned_until < $1 ORDER BY planned_until, id LIMIT `+strconv.Itoa(limit), until)
	return all, s.wrap("recurrences to plan", err)
}

// Occurrences lists the occurrences of a recurrence by their dates.
func (s *Store) Occurrences(ctx context.Context, communeID, recurrenceID string) ([]post.Occurrence, error) {
	all, err := many(ctx, s.engine.reader(), scanOccurrence, `SELECT `+occurrenceColumns+` FROM recurrence_occurrences
		WHERE commune_id = $1 AND recurrence_id = $2 ORDER BY date`, communeID, recurrenceID)
	return all, s.wrap("occurrences", err)
}

// PendingOccurrences lists occurrences of all communes whose posts are not as
// wanted and whose hour comes before a moment.
func (s *Store) PendingOccurrences(ctx context.Context, dueBefore, touchedBefore time.Time, limit int) ([]post.Occurrence, error) {
	all, err := many(ctx, s.engine.reader(), scanOccurrence, `SELECT `+occurrenceColumns+` FROM recurrence_occurrences
		WHERE pending AND due_at < $1 AND updated_at < $2 ORDER BY due_at, recurrence_id LIMIT `+strconv.Itoa(limit), millis(dueBefore), millis(touchedBefore))
	return all, s.wrap("pending occurrences", err)
}

// OccurrenceSettled says that the post of an occurrence is as revision wanted
// it, or why it cannot be. post.ErrStale: something else is wanted by now.
func (s *Store) OccurrenceSettled(ctx context.Context, o post.Occurrence) error {
	return s.writeOne(ctx, "occurrence settled", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrStale, `UPDATE recurrence_occurrences SET pending = $5, state = $6, problem = $7
			WHERE commune_id = $1 AND recurrence_id = $2 AND date = $3 AND revision = $4`,
			o.CommuneID, o.RecurrenceID, o.Date, o.Revision, false, o.State, o.Problem)
	})
}
