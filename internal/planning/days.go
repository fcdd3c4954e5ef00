package planning

import (
	"context"
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
)

const (
	// maxDays is how many days one question may be about.
	maxDays = 400
	// maxEvents bounds the events of one answer.
	maxEvents = 2000
)

// Days is the plan of some days.
type Days struct {
	Zone     string
	Posts    []post.PlannedPost
	Slots    []FreeSlot
	Holidays []Holiday
	Events   []EventDays
}

// EventDays is one date of an event, From and To included. Both are midnights in
// UTC that stand for days.
type EventDays struct {
	ID       string
	Title    string
	From, To time.Time
	Status   post.EventStatus
}

// Days gives the plan of some days of the commune's own calendar, to not
// included. from and to are midnights in UTC that stand for days.
func (s *Service) Days(ctx context.Context, actor post.Actor, from, to time.Time) (Days, error) {
	if err := checkDays(from, to); err != nil {
		return Days{}, err
	}
	commune, err := s.Store.CommuneByID(ctx, actor.CommuneID)
	if err != nil {
		return Days{}, err
	}
	zone, err := time.LoadLocation(commune.Zone)
	if err != nil {
		return Days{}, fmt.Errorf("zone of the commune: %w", err)
	}
	begin, _ := clock.Resolve(from, zone)
	end, _ := clock.Resolve(to, zone)
	days := Days{Zone: commune.Zone, Holidays: Holidays(from, to)}
	if days.Posts, err = s.Store.PlannedPosts(ctx, actor.CommuneID, begin, end); err != nil {
		return Days{}, err
	}
	settings, err := s.Settings(ctx, actor)
	if err != nil {
		return Days{}, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Days{}, err
	}
	days.Slots = freeSlots(settings.Slots, from, to, now, zone, takenMinutes(days.Posts))
	events, err := s.Store.AgendaEvents(ctx, actor.CommuneID, begin, end, false, maxEvents)
	if err != nil {
		return Days{}, err
	}
	for i := range events {
		days.Events = append(days.Events, datesOf(&events[i], from, to)...)
	}
	return days, nil
}

func checkDays(from, to time.Time) error {
	message := ""
	switch {
	case !from.Before(to):
		message = "La fin doit venir après le début."
	case to.Sub(from) > maxDays*24*time.Hour:
		message = fmt.Sprintf("Demandez au plus %d jours à la fois.", maxDays)
	default:
		return nil
	}
	return &post.Problem{
		Kind: post.Malformed, Code: "days_invalid", Detail: message,
		Fields: []post.Field{{Field: "to", Code: "days_invalid", Message: message}},
	}
}

// datesOf lists the dates of an event that touch some days.
func datesOf(e *post.Event, from, to time.Time) []EventDays {
	var all []EventDays
	for _, d := range e.Dates {
		first, err := dayOf(d.Start)
		if err != nil {
			continue // the event was checked when it was saved
		}
		last, err := dayOf(d.End)
		if err != nil || last.Before(first) {
			last = first // no end is known
		}
		if !last.Before(from) && first.Before(to) {
			all = append(all, EventDays{ID: e.ID, Title: e.Content.Title, From: first, To: last, Status: e.Status})
		}
	}
	return all
}

// dayOf is the day of a wall time, or of a day.
func dayOf(wall string) (time.Time, error) {
	return time.Parse(time.DateOnly, wall[:min(len(wall), len(time.DateOnly))])
}
