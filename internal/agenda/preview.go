package agenda

import (
	"context"
	"errors"
	"strings"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

// Planned is an announcement of a series that is not saved yet.
type Planned struct {
	post.Announcement
	// TitleWords and TextWords are its words with their blanks.
	TitleWords, TextWords string
	// Overrides are the texts of channels that take short ones only.
	Overrides map[string]publishing.Override
	// Note is what the planner did with its hour; "": nothing.
	Note string
}

// Plan is the series of an event before it is saved.
type Plan struct {
	Announcements []Planned
	Steps         []post.SeriesStep
	Skipped       []Skipped
	// Issues keep the event from being saved.
	Issues []post.Field
	// Rules is the recipe that the hours follow.
	Rules post.Recipe
}

// PlanEvent shows what CreateEvent would make, and keeps nothing.
func (s *Service) PlanEvent(ctx context.Context, actor post.Actor, d EventDraft) (Plan, error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Plan{}, err
	}
	d.ID = ""
	e, err := s.eventOf(ctx, actor, d, now)
	if err != nil {
		return Plan{}, err
	}
	series, skipped, err := s.seriesOf(ctx, actor, &e, now, nil)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{Steps: e.Steps, Skipped: skipped}
	if plan.Rules, err = s.recipeFor(ctx, actor, e.Category); err != nil {
		return Plan{}, err
	}
	wanted := make([]post.Announcement, len(series))
	for i, p := range series {
		wanted[i] = s.announcement(&e, p, now)
		overrides, err := s.short(ctx, e.CommuneID, e.Channels, wanted[i].Body.Short)
		if err != nil {
			return Plan{}, err
		}
		words := wordingOf(&e, p.step)
		plan.Announcements = append(plan.Announcements, Planned{
			Announcement: wanted[i], TitleWords: words.title, TextWords: strings.ReplaceAll(words.text, "\n{lien}", ""), Overrides: overrides, Note: p.note,
		})
	}
	var problem *post.Problem
	if err := s.check(ctx, actor, &e, wanted); errors.As(err, &problem) {
		plan.Issues = problem.Fields
	} else if err != nil {
		return Plan{}, err
	}
	return plan, nil
}
