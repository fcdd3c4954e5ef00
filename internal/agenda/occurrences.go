package agenda

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Recurrences lists the recurrences of the commune.
func (s *Service) Recurrences(ctx context.Context, actor post.Actor) ([]post.Recurrence, error) {
	return s.Store.Recurrences(ctx, actor.CommuneID)
}

// Recurrence returns a recurrence with its dates, also those that are not
// planned yet, for about a year.
func (s *Service) Recurrence(ctx context.Context, actor post.Actor, id string) (RecurrenceView, error) {
	c, err := s.Store.Recurrence(ctx, actor.CommuneID, id)
	if err != nil {
		return RecurrenceView{}, err
	}
	all, err := s.Store.Occurrences(ctx, actor.CommuneID, id)
	if err != nil || c.Rule == "" || c.Status == post.RecurrenceEnded {
		return RecurrenceView{c, all}, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return RecurrenceView{}, err
	}
	later, err := s.planned(&c, c.PlannedUntil, dateIn(&c, now, showAhead), now)
	for _, o := range later {
		if !slices.ContainsFunc(all, func(known post.Occurrence) bool { return known.Date == o.Date }) {
			o.PostID = ""
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b post.Occurrence) int { return strings.Compare(a.Date, b.Date) })
	return RecurrenceView{c, all}, err
}

// RecurrencePatch changes a recurrence; nil fields stay.
type RecurrencePatch struct {
	Name     *string
	Category *string
	Status   *post.RecurrenceStatus
	Rule     *string
	First    *string
	// Body changes what is said, where and when.
	Body func(*post.RecurrenceBody)
}

// UpdateRecurrence changes a recurrence and everything of it that has not left:
// its hour, its texts, its rule, all its dates at once, or whether it publishes.
func (s *Service) UpdateRecurrence(ctx context.Context, actor post.Actor, id string, ifVersion int, patch RecurrencePatch) (RecurrenceView, error) {
	c, all, now, err := s.forChange(ctx, actor, id, ifVersion)
	if err != nil {
		return RecurrenceView{}, err
	}
	set(&c.Name, patch.Name)
	set(&c.Category, patch.Category)
	set(&c.Status, patch.Status)
	set(&c.First, patch.First)
	if patch.Rule != nil {
		if c.Rule == "" {
			return RecurrenceView{}, fieldProblem("rule", "dates_of_a_file", "Cette série vient de dates et n’a pas de règle. Importez un autre fichier.")
		}
		c.Rule = strings.TrimPrefix(strings.TrimSpace(*patch.Rule), "RRULE:")
	}
	if patch.Body != nil {
		patch.Body(&c.Body)
	}
	if err := s.checkRecurrence(ctx, actor, &c); err != nil {
		return RecurrenceView{}, err
	}
	changed, err := s.replanned(&c, all, now)
	if err != nil {
		return RecurrenceView{}, err
	}
	if err := s.checkOccurrences(ctx, actor, &c, changed); err != nil {
		return RecurrenceView{}, err
	}
	return s.saveRecurrence(ctx, c, changed, now)
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func (s *Service) forChange(ctx context.Context, actor post.Actor, id string, ifVersion int) (post.Recurrence, []post.Occurrence, time.Time, error) {
	c, err := s.Store.Recurrence(ctx, actor.CommuneID, id)
	if err != nil {
		return c, nil, time.Time{}, err
	}
	if ifVersion != 0 && c.Version != ifVersion {
		return c, nil, time.Time{}, staleProblem()
	}
	if c.Status == post.RecurrenceEnded {
		return c, nil, time.Time{}, &post.Problem{Kind: post.Conflict, Code: "recurrence_ended", Detail: "Cette série est terminée : elle ne change plus."}
	}
	all, err := s.Store.Occurrences(ctx, actor.CommuneID, id)
	if err != nil {
		return c, nil, time.Time{}, err
	}
	now, err := s.Store.Now(ctx)
	return c, all, now, err
}

func (s *Service) saveRecurrence(ctx context.Context, c post.Recurrence, changed []post.Occurrence, now time.Time) (RecurrenceView, error) {
	c.UpdatedAt = now
	err := s.Store.UpdateRecurrence(ctx, c, c.Version, changed)
	if errors.Is(err, post.ErrStale) {
		return RecurrenceView{}, staleProblem()
	}
	if err != nil {
		return RecurrenceView{}, err
	}
	c.Version++
	return s.finishedRecurrence(ctx, c)
}

// replanned are the occurrences that a change of their recurrence changes. What
// was due before now stays as it was.
func (s *Service) replanned(c *post.Recurrence, all []post.Occurrence, now time.Time) ([]post.Occurrence, error) {
	inRule := map[string]int{}
	if c.Rule != "" {
		c.PlannedUntil = max(c.PlannedUntil, dateIn(c, now, planningAhead+c.Body.Before+1))
		dates, err := expand(c, c.First, c.PlannedUntil)
		if err != nil {
			return nil, err
		}
		for i, date := range dates {
			inRule[date] = i
		}
	}
	var changed []post.Occurrence
	for _, o := range all {
		_, kept := inRule[o.Date]
		delete(inRule, o.Date)
		if !o.DueAt.After(now) {
			continue
		}
		o.Pending, o.UpdatedAt = true, now
		switch {
		case c.Rule != "" && !kept:
			o.State = post.OccurrenceDropped
		case o.State == post.OccurrenceDropped && c.Rule != "":
			o.State = post.OccurrencePlanned
		}
		if o.DueAt = dueOf(c, &o); !o.DueAt.After(now) && o.State != post.OccurrenceDropped {
			o.State = post.OccurrenceDropped
		}
		changed = append(changed, o)
	}
	for date, ordinal := range inRule {
		if o := s.occurrence(c, FileDate{Date: date}, ordinal, now); o.State != post.OccurrencePast {
			changed = append(changed, o)
		}
	}
	slices.SortFunc(changed, func(a, b post.Occurrence) int { return strings.Compare(a.Date, b.Date) })
	return changed, nil
}

// EndRecurrence ends a recurrence: what has not left is cancelled.
func (s *Service) EndRecurrence(ctx context.Context, actor post.Actor, id string) error {
	c, all, now, err := s.forChange(ctx, actor, id, 0)
	if err != nil {
		return err
	}
	c.Status = post.RecurrenceEnded
	var changed []post.Occurrence
	for _, o := range all {
		if o.DueAt.After(now) {
			o.Pending, o.UpdatedAt = true, now
			changed = append(changed, o)
		}
	}
	_, err = s.saveRecurrence(ctx, c, changed, now)
	return err
}

// ChangeOccurrence skips one date of a recurrence, takes it up again, or moves
// it to another day; to "" is its own day.
func (s *Service) ChangeOccurrence(ctx context.Context, actor post.Actor, id, date string, skip *bool, to *string) (RecurrenceView, error) {
	c, all, now, err := s.forChange(ctx, actor, id, 0)
	if err != nil {
		return RecurrenceView{}, err
	}
	o, err := s.find(&c, all, date, now)
	if err != nil {
		return RecurrenceView{}, err
	}
	if !o.DueAt.After(now) {
		return RecurrenceView{}, &post.Problem{Kind: post.Conflict, Code: "already_leaving", Detail: "Cette annonce est déjà partie, ou son heure est passée."}
	}
	if skip != nil {
		o.State = post.OccurrencePlanned
		if *skip {
			o.State = post.OccurrenceSkipped
		}
	}
	if to != nil {
		if _, err := time.Parse(dayLayout, *to); err != nil && *to != "" {
			return RecurrenceView{}, fieldProblem("to", "date_unreadable", "Cette date n’est pas lisible. Exemple : 2027-03-14.")
		}
		if o.MovedTo = *to; o.MovedTo == o.Date && c.Body.ShiftDays == 0 {
			o.MovedTo = ""
		}
		if o.DueAt = dueOf(&c, &o); !o.DueAt.After(now) {
			return RecurrenceView{}, fieldProblem("to", "date_past", "À cette date, l’heure de l’annonce est passée.")
		}
	}
	o.Pending, o.UpdatedAt = true, now
	return s.saveRecurrence(ctx, c, []post.Occurrence{o}, now)
}

// find is the occurrence of a date, also one of the rule that is not planned
// yet.
func (s *Service) find(c *post.Recurrence, all []post.Occurrence, date string, now time.Time) (post.Occurrence, error) {
	if at := slices.IndexFunc(all, func(o post.Occurrence) bool { return o.Date == date }); at >= 0 {
		if all[at].State == post.OccurrenceDropped {
			return post.Occurrence{}, post.NotFoundProblem()
		}
		return all[at], nil
	}
	if _, err := time.Parse(dayLayout, date); err != nil || c.Rule == "" || date > dateIn(c, now, showAhead) {
		return post.Occurrence{}, post.NotFoundProblem()
	}
	dates, err := expand(c, c.First, date)
	if err != nil {
		return post.Occurrence{}, err
	}
	if len(dates) == 0 || dates[len(dates)-1] != date {
		return post.Occurrence{}, post.NotFoundProblem()
	}
	return s.occurrence(c, FileDate{Date: date}, len(dates)-1, now), nil
}
