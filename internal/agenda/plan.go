package agenda

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
)

// Skipped is an announcement of the series that is not made, and why.
type Skipped struct {
	Step   string
	Kind   post.AnnouncementKind
	Reason string
}

// placed is one announcement of a series with its hour.
type placed struct {
	key  string
	step post.SeriesStep
	date *span
	due  time.Time
	// note says that it was moved out of the quiet hours or out of another's
	// way, or that it is in the way.
	note string
}

// schedule gives each step of an event its hour. taken are the hours at which
// something leaves on the same channels already.
func schedule(e *post.Event, r rules, zone *time.Location, now time.Time, taken []time.Time) (series []placed, skipped []Skipped) {
	all := spans(e)
	skip := func(key string, kind post.AnnouncementKind, reason string) {
		skipped = append(skipped, Skipped{key, kind, reason})
	}
	walls := make([]time.Time, len(taken))
	for i, t := range taken {
		walls[i] = fields(t.In(zone))
	}
	for _, step := range e.Steps {
		dates := all[:1]
		if step.After != "" {
			dates = all[len(all)-1:]
		}
		if step.EachDate {
			dates = all
		}
		for i, date := range dates {
			key := step.Key
			if i > 0 {
				key = fmt.Sprintf("%s-%s", step.Key, date.start.Format("20060102"))
			}
			p := placed{key: key, step: step}
			if step.EachDate {
				p.date = &dates[i]
			}
			wall, before := wanted(step, date, e.AllDay)
			if !before.IsZero() && !wall.Before(before) {
				skip(key, step.Kind, "L’événement aura déjà commencé à cette heure.")
				continue
			}
			soonest := fields(now.In(zone))
			moved := wall
			if !step.Fixed {
				limit := before
				if limit.IsZero() {
					limit = wall.AddDate(0, 0, 2)
				}
				moved = r.awake(moved, limit)
				moved = r.apart(moved, soonest, limit, walls)
			}
			switch {
			case !moved.Equal(wall):
				p.note = "Déplacée de " + frenchHour(wall) + " à " + frenchHour(moved) + " : heures calmes, ou une autre publication tout près."
			case step.Fixed && r.quiet(wall):
				p.note = "Cette heure est dans les heures calmes."
			case step.Fixed && slices.ContainsFunc(walls, func(t time.Time) bool { return t.Sub(wall).Abs() < r.spacing }):
				p.note = "Une autre publication part tout près de cette heure."
			}
			p.due, _ = clock.Resolve(moved, zone)
			if !p.due.After(now) {
				skip(key, step.Kind, "Cette heure est passée.")
				continue
			}
			walls = append(walls, moved)
			series = append(series, p)
		}
	}
	slices.SortStableFunc(series, func(a, b placed) int { return a.due.Compare(b.due) })
	return series, skipped
}

// wanted is the wall time of a step, and the one before which it must be; zero:
// there is none.
func wanted(step post.SeriesStep, date span, allDay bool) (wall, before time.Time) {
	at, _ := hour(step.At) // checked when the step was saved
	ahead, after, _ := periods(step)
	if step.After != "" {
		return wallOn(midnight(date.end).AddDate(0, 0, after), at), time.Time{}
	}
	before = date.start
	if allDay {
		before = midnight(date.start).AddDate(0, 0, 1)
	}
	return wallOn(midnight(date.start).AddDate(0, 0, -ahead), at), before
}

// seriesOf plans all announcements of an event. own are hours that its
// announcements have now and are about to leave.
func (s *Service) seriesOf(ctx context.Context, actor post.Actor, e *post.Event, now time.Time, own []time.Time) ([]placed, []Skipped, error) {
	if e.Status == post.EventCancelled || e.Status == post.EventPostponed || len(e.Steps) == 0 {
		return nil, nil, nil
	}
	zone, err := location(e.Zone)
	if err != nil {
		return nil, nil, err
	}
	recipe, err := s.recipeFor(ctx, actor, e.Category)
	if err != nil {
		return nil, nil, err
	}
	r, err := rulesOf(recipe)
	if err != nil {
		return nil, nil, err
	}
	from, to := e.StartsAt.AddDate(0, 0, -maxDays-1), e.EndsAt.AddDate(0, 0, maxDays+1)
	if from.Before(now.AddDate(0, 0, -1)) {
		from = now.AddDate(0, 0, -1)
	}
	taken, err := s.Store.DueTimes(ctx, actor.CommuneID, e.Channels, from, to)
	if err != nil {
		return nil, nil, err
	}
	taken = slices.DeleteFunc(taken, func(t time.Time) bool { return slices.ContainsFunc(own, t.Equal) })
	series, skipped := schedule(e, r, zone, now, taken)
	return series, skipped, nil
}
