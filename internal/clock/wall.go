// Package clock turns what a person means by an hour into an instant, and is
// the only place that reads the machine's clock.
package clock

import (
	"fmt"
	"time"
	_ "time/tzdata" // zones must not depend on the machine
)

// Fold says how a wall time meets its zone.
type Fold int

const (
	// Unique: the wall time exists once.
	Unique Fold = iota
	// Gap: the wall time does not exist (spring); the instant is shifted
	// forward by the gap, as RFC 5545 §3.3.5 has it: 02:30 gives 03:30.
	Gap
	// Overlap: the wall time exists twice (autumn); the instant is the first.
	Overlap
)

// Layouts of a wall time: local, without an offset.
const (
	WallMinutes = "2006-01-02T15:04"
	WallSeconds = "2006-01-02T15:04:05"
)

// ParseWall reads a wall time. The result is in UTC only as a container for
// its fields.
func ParseWall(text string) (time.Time, error) {
	wall, err := time.Parse(WallMinutes, text)
	if err != nil {
		wall, err = time.Parse(WallSeconds, text)
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("wall time %q: %w", text, err)
	}
	return wall, nil
}

// Resolve finds the instant at which a clock on the wall shows the fields of
// wall. time.Date would pick the second of two 02:30 in autumn; we want the
// first.
func Resolve(wall time.Time, zone *time.Location) (time.Time, Fold) {
	fields := time.Date(wall.Year(), wall.Month(), wall.Day(),
		wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), time.UTC)
	// A zone's offset changes at most once within a day of the wall time, so
	// the offsets of the day before and the day after are the only candidates.
	_, before := fields.Add(-24 * time.Hour).In(zone).Zone()
	_, after := fields.Add(24 * time.Hour).In(zone).Zone()

	first := fields.Add(-time.Duration(before) * time.Second)
	second := fields.Add(-time.Duration(after) * time.Second)
	firstFits, secondFits := offsetAt(first, zone) == before, offsetAt(second, zone) == after
	switch {
	case firstFits && secondFits && !first.Equal(second):
		if second.Before(first) {
			return second.UTC(), Overlap
		}
		return first.UTC(), Overlap
	case firstFits:
		return first.UTC(), Unique
	case secondFits:
		return second.UTC(), Unique
	default:
		return first.UTC(), Gap
	}
}

func offsetAt(t time.Time, zone *time.Location) int {
	_, offset := t.In(zone).Zone()
	return offset
}
