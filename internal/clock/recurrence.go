package clock

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/teambition/rrule-go"
)

// Recurrence is a series of wall times in a zone, at most one a day. It is
// expanded without a zone, and each wall time then finds its instant by
// Resolve: in spring 02:30 is shifted to 03:30, in autumn it is the first of
// the two, and on no day does it come twice or not at all.
type Recurrence struct {
	rule *rrule.RRule
	zone *time.Location
}

// ParseRecurrence reads an RRULE of RFC 5545 that begins at a wall time, which
// is in UTC only as a container for its fields. Of the RFC it takes FREQ from
// DAILY to YEARLY, INTERVAL, COUNT or UNTIL (date and time, local or with Z),
// WKST, BYMONTH, BYMONTHDAY, BYDAY and BYSETPOS. As there, a month that lacks
// the day has no occurrence.
func ParseRecurrence(rule string, first time.Time, zone *time.Location) (Recurrence, error) {
	option, err := rrule.StrToROptionInLocation(rule, zone)
	if err == nil {
		err = checkRecurrence(option)
	}
	if err != nil {
		return Recurrence{}, fmt.Errorf("recurrence %q: %w", rule, err)
	}
	option.Dtstart = fieldsOf(first)
	if !option.Until.IsZero() {
		option.Until = fieldsOf(option.Until.In(zone))
	}
	parsed, err := rrule.NewRRule(*option)
	if err != nil {
		return Recurrence{}, fmt.Errorf("recurrence %q: %w", rule, err)
	}
	return Recurrence{rule: parsed, zone: zone}, nil
}

func checkRecurrence(o *rrule.ROption) error {
	switch {
	case !slices.Contains([]rrule.Frequency{rrule.DAILY, rrule.WEEKLY, rrule.MONTHLY, rrule.YEARLY}, o.Freq):
		return errors.New("at most one a day")
	case len(o.Byhour)+len(o.Byminute)+len(o.Bysecond) > 0:
		return errors.New("the hour is that of the first")
	case len(o.Byyearday)+len(o.Byweekno)+len(o.Byeaster) > 0:
		return errors.New("BYYEARDAY, BYWEEKNO and BYEASTER are not taken")
	case !o.Dtstart.IsZero():
		return errors.New("DTSTART is given beside the rule")
	case o.Count < 0 || o.Interval < 0:
		return errors.New("a number below zero")
	case o.Count > 0 && !o.Until.IsZero():
		return errors.New("COUNT and UNTIL exclude each other")
	default:
		return nil
	}
}

// Between lists the instants of the series from one moment, included, to
// another, excluded, in order.
func (r Recurrence) Between(from, to time.Time) []time.Time {
	// A shift moves an instant by less than a day.
	walls := r.rule.Between(fieldsOf(from.In(r.zone)).AddDate(0, 0, -1), fieldsOf(to.In(r.zone)).AddDate(0, 0, 1), true)
	var instants []time.Time
	for _, wall := range walls {
		at, _ := Resolve(wall, r.zone)
		if !at.Before(from) && at.Before(to) {
			instants = append(instants, at)
		}
	}
	return instants
}

// fieldsOf is what a clock on the wall shows, with UTC as the container.
func fieldsOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}
