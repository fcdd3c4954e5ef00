package planning

import (
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
)

// FreeSlot is a slot of a day at which nothing leaves.
type FreeSlot struct {
	At time.Time
	// Wall is what the clock of the commune shows, as 2026-12-01T09:00.
	Wall string
}

// freeSlots lists the slots of some days, to not included, that are still to
// come and free. from and to are midnights in UTC that stand for days. A slot in
// the hour that spring leaves out does not exist; one in the hour that autumn has
// twice is the first.
func freeSlots(slots []post.Slot, from, to, now time.Time, zone *time.Location, taken map[int64]bool) []FreeSlot {
	byWeekday := map[int][]string{}
	for _, s := range slots {
		byWeekday[s.Weekday%7] = append(byWeekday[s.Weekday%7], s.At)
	}
	var free []FreeSlot
	for day := from; day.Before(to); day = day.AddDate(0, 0, 1) {
		for _, at := range byWeekday[int(day.Weekday())] {
			text := day.Format(time.DateOnly) + "T" + at
			wall, err := clock.ParseWall(text)
			if err != nil {
				continue // the settings were checked when they were saved
			}
			instant, fold := clock.Resolve(wall, zone)
			if fold == clock.Gap || !instant.After(now) || taken[minute(instant)] {
				continue
			}
			free = append(free, FreeSlot{At: instant, Wall: text})
		}
	}
	return free
}

// takenMinutes are the minutes at which something leaves or left, on any
// channel. A draft takes none, also with an hour: it leaves only once somebody
// schedules it.
func takenMinutes(posts []post.PlannedPost) map[int64]bool {
	taken := make(map[int64]bool, len(posts))
	for i := range posts {
		p := &posts[i]
		if p.Status != post.StatusDraft && p.Status != post.StatusCancelled {
			taken[minute(p.DueAt)] = true
		}
	}
	return taken
}

func minute(t time.Time) int64 { return t.Truncate(time.Minute).Unix() }
