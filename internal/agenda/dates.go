package agenda

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
)

// dayLayout is a day without an hour.
const dayLayout = time.DateOnly

// span is one date of an event, read.
type span struct {
	// start and end are wall times in UTC as a container. Without an end, end is
	// start; of whole days end is the last day.
	start, end time.Time
	hasEnd     bool
}

func location(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fieldProblem("zone", "zone_unknown", "Ce fuseau horaire n’existe pas.")
	}
	return zone, nil
}

// wallOf reads what a person or a program gave as a time: a wall time, an
// instant with its offset, or a day. day: it was a day.
func wallOf(field, text string, zone *time.Location) (wall time.Time, day bool, err error) {
	if at, err := time.Parse(dayLayout, text); err == nil {
		return at, true, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return fields(at.In(zone)), false, nil
	}
	wall, err = clock.ParseWall(text)
	if err != nil {
		return time.Time{}, false, fieldProblem(field, "date_unreadable", "Cette date n’est pas lisible. Exemple : 2027-03-14T09:00.")
	}
	if at, fold := clock.Resolve(wall, zone); fold == clock.Gap {
		return time.Time{}, false, fieldProblem(field, "wall_time_missing",
			"Cette heure n’existe pas ce jour-là : on passe à l’heure d’été. Choisissez "+at.In(zone).Format("15:04")+".")
	}
	return wall, false, nil
}

// fields is what a clock on the wall shows, with UTC as the container.
func fields(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// readDate checks one date and writes it as it is kept.
func readDate(field string, in post.EventDate, zone *time.Location, allDay bool) (post.EventDate, error) {
	start, _, err := wallOf(field+"starts_at", in.Start, zone)
	if err != nil {
		return post.EventDate{}, err
	}
	layout := clock.WallMinutes
	if allDay {
		layout = dayLayout
	}
	out := post.EventDate{Start: start.Format(layout)}
	if in.End == "" {
		return out, nil
	}
	end, day, err := wallOf(field+"ends_at", in.End, zone)
	if err != nil {
		return post.EventDate{}, err
	}
	if day && !allDay {
		return post.EventDate{}, fieldProblem(field+"ends_at", "date_unreadable", "Donnez aussi l’heure de fin. Exemple : 2027-03-14T18:00.")
	}
	out.End = end.Format(layout)
	if end.Before(start) || out.End < out.Start {
		return post.EventDate{}, fieldProblem(field+"ends_at", "ends_before_start", "La fin est avant le début.")
	}
	return out, nil
}

// spans reads the dates of an event, which are sound.
func spans(e *post.Event) []span {
	layout := clock.WallMinutes
	if e.AllDay {
		layout = dayLayout
	}
	all := make([]span, 0, len(e.Dates))
	for _, d := range e.Dates {
		all = append(all, spanOf(d, layout))
	}
	return all
}

func spanOf(d post.EventDate, layout string) span {
	start, _ := time.Parse(layout, d.Start) // kept as readDate wrote it
	s := span{start: start, end: start}
	if end, err := time.Parse(layout, d.End); err == nil {
		s.end, s.hasEnd = end, true
	}
	return s
}

// bounds are the instants of a span: of whole days, until the midnight after
// the last.
func (s span) bounds(zone *time.Location, allDay bool) (start, end time.Time) {
	start, _ = clock.Resolve(s.start, zone)
	if allDay {
		end, _ = clock.Resolve(s.end.AddDate(0, 0, 1), zone)
		return start, end
	}
	end, _ = clock.Resolve(s.end, zone)
	return start, end
}

// setBounds puts the dates in order and notes their first and last instant.
func setBounds(e *post.Event, zone *time.Location) {
	slices.SortStableFunc(e.Dates, func(a, b post.EventDate) int { return strings.Compare(a.Start, b.Start) })
	for i, s := range spans(e) {
		start, end := s.bounds(zone, e.AllDay)
		if i == 0 {
			e.StartsAt, e.EndsAt = start, end
		}
		if end.After(e.EndsAt) {
			e.EndsAt = end
		}
	}
}

// days reads a period in days or weeks, "P14D" or "P2W".
func days(period string) (int, error) {
	rest, ok := strings.CutPrefix(period, "P")
	if ok && len(rest) > 1 {
		factor := map[byte]int{'D': 1, 'W': 7}[rest[len(rest)-1]]
		n, err := strconv.Atoi(rest[:len(rest)-1])
		if err == nil && factor > 0 && n >= 0 && n*factor <= maxDays {
			return n * factor, nil
		}
	}
	return 0, fmt.Errorf("%q is no period in days", period)
}

// maxDays is how far from its event an announcement may lie.
const maxDays = 400

// hour reads an hour of the day, "09:00".
func hour(text string) (time.Duration, error) {
	at, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fmt.Errorf("%q is no hour: %w", text, err)
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute, nil
}

// midnight is the day of a wall time.
func midnight(wall time.Time) time.Time {
	return time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, time.UTC)
}

// wallOn is the wall time of an hour on a day.
func wallOn(day time.Time, at time.Duration) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), int(at.Hours()), int(at.Minutes())%60, 0, 0, time.UTC)
}
