package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// isHeldByAlert are the deliveries that an alert holds.
const isHeldByAlert = `state = 'held' AND hold_reason = 'crisis'`

// Held lists the posts of a commune with deliveries that an alert holds, by due
// time of these.
func (s *Store) Held(ctx context.Context, communeID string) ([]post.Post, error) {
	q := s.engine.reader()
	all, err := many(ctx, q, scanPost, `SELECT `+postColumns+` FROM `+postTables+`
		JOIN (SELECT h.post_id, MIN(h.due_at) AS due FROM deliveries h WHERE h.commune_id = $1 AND h.`+isHeldByAlert+` GROUP BY h.post_id) waiting
			ON waiting.post_id = p.id
		WHERE p.commune_id = $1 ORDER BY waiting.due, p.id`, communeID)
	for at := 0; err == nil && at < len(all); at += heldBatch {
		err = readDeliveries(ctx, q, communeID, all[at:min(at+heldBatch, len(all))])
	}
	if err != nil {
		return nil, s.wrap("held", err)
	}
	return all, nil
}

// CountHeld counts the deliveries of a commune that an alert holds.
func (s *Store) CountHeld(ctx context.Context, communeID string) (int, error) {
	n, err := one(ctx, s.engine.reader(), scanOne[int], `SELECT COUNT(*) FROM deliveries WHERE commune_id = $1 AND `+isHeldByAlert, communeID)
	return n, s.wrap("count held", err)
}

// DecideHeld releases and cancels what an alert held of posts of a commune. What
// is released leaves at its hour, or from now on post.Spacing apart on each
// channel; its lateness counts anew. A post of which nothing is held is left
// alone. post.ErrConflict: something is to be released while an alert is open.
func (s *Store) DecideHeld(ctx context.Context, communeID string, release, cancel []string, entry post.RegisterEntry) error {
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	err = s.write(ctx, "decide held", func(ctx context.Context, q querier) error {
		// The register takes the commune's row: no alert is raised meanwhile.
		if err := s.note(ctx, q, communeID, entry, now); err != nil {
			return err
		}
		open, err := s.keepFlag(ctx, q, communeID)
		if err == nil && open && len(release) > 0 {
			err = fmt.Errorf("%w: an alert is open", post.ErrConflict)
		}
		if err != nil {
			return err
		}
		changes, err := cancelHeld(ctx, q, communeID, isHeldByAlert, `post_id`, cancel, now)
		if err != nil {
			return err
		}
		held, err := takeHeld(ctx, q, communeID, isHeldByAlert, `post_id`, release, now)
		if err != nil {
			return err
		}
		released, err := releaseHeld(ctx, q, held, now)
		if err != nil {
			return err
		}
		return addEvents(ctx, q, now, append(changes, released...))
	})
	if err == nil {
		s.ring(ringDue)
	}
	return err
}

// CrisisSettings are what a commune chose for crises.
func (s *Store) CrisisSettings(ctx context.Context, communeID string) (post.CrisisSettings, error) {
	c, err := one(ctx, s.engine.reader(), func(r row) (c post.CrisisSettings, err error) {
		err = r.Scan(&c.SecondPerson, document{&c.Contacts}, &c.ExerciseEvery)
		return c, err
	}, `SELECT second_person, crisis_contacts, exercise_every FROM communes WHERE id = $1`, communeID)
	return c, s.wrap("crisis settings", err)
}

// SaveCrisisSettings changes them.
func (s *Store) SaveCrisisSettings(ctx context.Context, communeID string, c post.CrisisSettings, entry post.RegisterEntry) error {
	if c.Contacts == nil {
		c.Contacts = []post.Contact{}
	}
	contacts, err := json.Marshal(c.Contacts)
	if err != nil {
		return s.wrap("save crisis settings", err)
	}
	return s.noted(ctx, "save crisis settings", communeID, entry, func(ctx context.Context, q querier, _ time.Time) error {
		_, err := exec(ctx, q, `UPDATE communes SET second_person = $2, crisis_contacts = $3, exercise_every = $4 WHERE id = $1`,
			communeID, c.SecondPerson, string(contacts), c.ExerciseEvery)
		return err
	})
}

// noted runs a change that stands in the register.
func (s *Store) noted(ctx context.Context, op, communeID string, entry post.RegisterEntry, change func(context.Context, querier, time.Time) error) error {
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	return s.write(ctx, op, func(ctx context.Context, q querier) error {
		if err := s.note(ctx, q, communeID, entry, now); err != nil {
			return err
		}
		return change(ctx, q, now)
	})
}

// CrisisTemplates are a commune's own words, by hazard.
func (s *Store) CrisisTemplates(ctx context.Context, communeID string) ([]post.CrisisTemplate, error) {
	all, err := many(ctx, s.engine.reader(), func(r row) (own post.CrisisTemplate, err error) {
		var hazard string
		err = r.Scan(&hazard, document{&own}, &own.ReviewedBy, instant{&own.ReviewedAt})
		own.Hazard = hazard
		return own, err
	}, `SELECT hazard, body, reviewed_by, reviewed_at FROM crisis_templates WHERE commune_id = $1 ORDER BY hazard`, communeID)
	return all, s.wrap("crisis templates", err)
}

// SaveCrisisTemplate keeps a commune's own words for a hazard.
func (s *Store) SaveCrisisTemplate(ctx context.Context, communeID string, own post.CrisisTemplate, entry post.RegisterEntry) error {
	body, err := json.Marshal(own)
	if err != nil {
		return s.wrap("save crisis template", err)
	}
	return s.noted(ctx, "save crisis template", communeID, entry, func(ctx context.Context, q querier, now time.Time) error {
		_, err := exec(ctx, q, `INSERT INTO crisis_templates (commune_id, hazard, body, reviewed_by, reviewed_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (commune_id, hazard) DO UPDATE SET body = excluded.body, reviewed_by = excluded.reviewed_by,
			reviewed_at = excluded.reviewed_at, updated_at = excluded.updated_at`,
			communeID, own.Hazard, string(body), own.ReviewedBy, millis(own.ReviewedAt), millis(now))
		return err
	})
}

// DeleteCrisisTemplate goes back to the built-in words. post.ErrNotFound: the
// commune has none of its own.
func (s *Store) DeleteCrisisTemplate(ctx context.Context, communeID, hazard string, entry post.RegisterEntry) error {
	return s.noted(ctx, "delete crisis template", communeID, entry, func(ctx context.Context, q querier, _ time.Time) error {
		return execOne(ctx, q, post.ErrNotFound, `DELETE FROM crisis_templates WHERE commune_id = $1 AND hazard = $2`, communeID, hazard)
	})
}
