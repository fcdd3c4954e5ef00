package agenda

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

// occurrenceDraft is the post of an occurrence.
func occurrenceDraft(c *post.Recurrence, o *post.Occurrence) publishing.Draft {
	title, text := wordOccurrence(c, o)
	return publishing.Draft{
		ID:       o.PostID,
		Content:  post.Content{Title: title, Text: text, Link: c.Body.Link, Category: cmp.Or(c.Category, "practical"), Images: slices.Clone(c.Body.Images)},
		Channels: c.Body.Channels, Schedule: at(false, o.DueAt, c.Zone),
	}
}

// checkOccurrences finds what would keep the texts from leaving, before
// anything is saved: each wording once.
func (s *Service) checkOccurrences(ctx context.Context, actor post.Actor, c *post.Recurrence, all []post.Occurrence) error {
	wordings := max(len(c.Body.Texts), len(recurrenceWordings(c.Body.Topic)))
	for i := range all {
		if i >= wordings {
			break
		}
		draft := occurrenceDraft(c, &all[i])
		draft.ID, draft.Schedule = "", post.Schedule{Mode: post.ModeDraft}
		previews, err := s.Posts.Preview(ctx, actor, draft, nil)
		if err != nil {
			return err
		}
		for _, p := range previews {
			for _, issue := range p.Issues {
				if issue.Severity == channels.SeverityError {
					return fieldProblem(cmp.Or(issue.Field, "texts"), issue.Code, issue.Message)
				}
			}
		}
	}
	return nil
}

// settleOccurrence brings the post of an occurrence to what is wanted, and goes
// on when something else is wanted by then.
func (s *Service) settleOccurrence(ctx context.Context, c *post.Recurrence, o *post.Occurrence, now time.Time) error {
	for range settleTries {
		err := s.settleDate(ctx, c, o, now)
		if !errors.Is(err, post.ErrStale) {
			return err
		}
		if *c, err = s.Store.Recurrence(ctx, o.CommuneID, o.RecurrenceID); err != nil {
			return err
		}
		all, err := s.Store.Occurrences(ctx, o.CommuneID, o.RecurrenceID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(newer post.Occurrence) bool { return newer.Date == o.Date })
		if at < 0 {
			return nil
		}
		*o = all[at]
	}
	return nil
}

func (s *Service) settleDate(ctx context.Context, c *post.Recurrence, o *post.Occurrence, now time.Time) error {
	actor := author(c.CommuneID, c.AuthorID)
	live := o.State == post.OccurrencePlanned || o.State == post.OccurrenceMade
	wanted := live && c.Status == post.RecurrenceActive
	p, err := s.Posts.Post(ctx, actor, o.PostID)
	switch {
	case errors.Is(err, post.ErrNotFound):
		if wanted && !o.DueAt.After(now) {
			// It was to be announced, and nobody was there to do so.
			o.State, o.Problem = post.OccurrencePast, "Son heure était passée : cette date n’a pas été annoncée."
			if err := s.tell(ctx, c.CommuneID, c.AuthorID, o.PostID, c.Name, "", o.Problem); err != nil {
				return err
			}
			return s.occurrenceSettled(ctx, o)
		}
	case err != nil:
		return err
	case wanted && o.State == post.OccurrenceMade && standingOf(&p).cancelled:
		// A person gave it up on the post itself.
		o.State, wanted = post.OccurrenceSkipped, false
	case wanted && standingOf(&p).left:
		o.State = post.OccurrenceMade
		return s.occurrenceSettled(ctx, o)
	}
	before := o.Problem
	o.Problem, err = s.bring(ctx, actor, occurrenceDraft(c, o), wanted)
	switch {
	case errors.Is(err, errUnresolved):
		return nil // it stays pending
	case err != nil:
		return err
	case wanted && o.Problem == "":
		o.State = post.OccurrenceMade
	case live && !wanted && o.State == post.OccurrenceMade:
		o.State = post.OccurrencePlanned // paused: it is made again when that ends
	}
	if err := s.tell(ctx, c.CommuneID, c.AuthorID, o.PostID, c.Name, before, o.Problem); err != nil {
		return err
	}
	return s.occurrenceSettled(ctx, o)
}

func (s *Service) occurrenceSettled(ctx context.Context, o *post.Occurrence) error {
	err := s.Store.OccurrenceSettled(ctx, *o)
	if err == nil {
		o.Pending = false
	}
	return err
}

// finishedRecurrence makes the posts of the coming weeks and shows it.
func (s *Service) finishedRecurrence(ctx context.Context, c post.Recurrence) (RecurrenceView, error) {
	ctx = context.WithoutCancel(ctx)
	now, err := s.Store.Now(ctx)
	if err != nil {
		return RecurrenceView{}, err
	}
	all, err := s.Store.Occurrences(ctx, c.CommuneID, c.ID)
	if err != nil {
		return RecurrenceView{}, err
	}
	var errs []error
	for i := range all {
		if all[i].Pending && all[i].DueAt.Before(now.AddDate(0, 0, planningAhead)) {
			errs = append(errs, s.settleOccurrence(ctx, &c, &all[i], now))
		}
	}
	return RecurrenceView{c, all}, errors.Join(errs...)
}

// tendRecurrences plans rules ahead and makes the posts whose hours come near.
func (s *Service) tendRecurrences(ctx context.Context, now time.Time) (int, error) {
	// The furthest zone is a day ahead, and the longest notice maxBefore days.
	horizon := now.AddDate(0, 0, planningAhead+1).UTC().Format(dayLayout)
	rules, err := s.Store.RecurrencesToPlan(ctx, horizon, tendBatch)
	if err != nil {
		return 0, err
	}
	var errs []error
	for i := range rules {
		c := &rules[i]
		until := dateIn(c, now, planningAhead+c.Body.Before+1+1)
		occurrences, err := s.planned(c, c.PlannedUntil, until, now)
		if err == nil {
			err = s.Store.PlanRecurrence(ctx, *c, until, occurrences)
		}
		errs = append(errs, err)
	}
	pending, err := s.Store.PendingOccurrences(ctx, now.AddDate(0, 0, planningAhead), now.Add(-tendAfter), tendBatch)
	if err != nil {
		return 0, errors.Join(append(errs, err)...)
	}
	for i := range pending {
		c, err := s.Store.Recurrence(ctx, pending[i].CommuneID, pending[i].RecurrenceID)
		if err == nil {
			err = s.settleOccurrence(ctx, &c, &pending[i], now)
		}
		errs = append(errs, err)
	}
	return len(pending), errors.Join(errs...)
}
