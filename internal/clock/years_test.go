package clock_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/clock"
)

// almanac is what the wall clocks of a zone show over years, read from the
// time-zone database forwards, minute by minute: which instant shows a wall
// time is then looked up, not computed.
type almanac struct {
	start int64 // minutes since 1970
	// shown is the first instant that shows a wall minute; 0: none does.
	shown []int64
	// twice counts wall minutes shown by two instants.
	twice int
}

func minutes(t time.Time) int64 { return t.Unix() / 60 }

func readAlmanac(zone *time.Location, from, to time.Time) *almanac {
	a := &almanac{start: minutes(from), shown: make([]int64, minutes(to)-minutes(from))}
	const day = 24 * 60
	for at := a.start - day; at < minutes(to)+day; at++ {
		_, offset := time.Unix(at*60, 0).In(zone).Zone()
		i := at + int64(offset)/60 - a.start
		switch {
		case i < 0 || i >= int64(len(a.shown)):
		case a.shown[i] == 0:
			a.shown[i] = at
		default:
			a.twice++
		}
	}
	return a
}

// instant is when a wall time is: the first instant that shows it, or, where
// none does, as long after the last minute before the gap as the wall says.
func (a *almanac) instant(wall time.Time) (at time.Time, exists bool) {
	i := minutes(wall) - a.start
	before := i
	for a.shown[before] == 0 {
		before--
	}
	return time.Unix((a.shown[before]+i-before)*60, 0).UTC(), before == i
}

// T26: a hundred thousand wall times, all around the changes of the hour, and
// recurrences over fourteen years.
func TestT26WallTimes(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	from, to := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2038, 1, 1, 0, 0, 0, 0, time.UTC)
	book := readAlmanac(zone, from.AddDate(0, 0, -2), to.AddDate(0, 0, 2))
	missing := 0
	for _, at := range book.shown {
		if at == 0 {
			missing++
		}
	}
	if years := 14; missing != 60*years || book.twice != 60*years {
		t.Fatalf("the database skips %d minutes and repeats %d in %d years", missing, book.twice, years)
	}

	check := func(wall time.Time) {
		t.Helper()
		got, fold := clock.Resolve(wall, zone)
		want, exists := book.instant(wall)
		if !got.Equal(want) || (fold == clock.Gap) == exists {
			t.Fatalf("%s is %s (%d), want %s (exists: %v)", wall.Format(clock.WallMinutes), got, fold, want, exists)
		}
	}
	random := rand.New(rand.NewPCG(26, 2026))
	for range 100_000 {
		check(from.Add(time.Duration(random.Int64N(int64(to.Sub(from)/time.Minute))) * time.Minute))
	}
	for year := from.Year(); year < to.Year(); year++ {
		for _, month := range []time.Month{time.March, time.October} {
			// The last Sunday and the days around it.
			last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC)
			sunday := last.AddDate(0, 0, -int(last.Weekday()))
			for wall := sunday.AddDate(0, 0, -1); wall.Before(sunday.AddDate(0, 0, 2)); wall = wall.Add(time.Minute) {
				check(wall)
			}
		}
	}

	days := func(keep func(day time.Time, n int) bool) (all []time.Time) {
		n := 0
		for day := from; day.Before(to); day = day.AddDate(0, 0, 1) {
			if keep(day, n) {
				all = append(all, day)
			}
			n++
		}
		return all
	}
	for rule, dates := range map[string][]time.Time{
		"FREQ=DAILY":                           days(func(time.Time, int) bool { return true }),
		"FREQ=DAILY;INTERVAL=3":                days(func(_ time.Time, n int) bool { return n%3 == 0 }),
		"FREQ=WEEKLY;BYDAY=SU":                 days(func(d time.Time, _ int) bool { return d.Weekday() == time.Sunday }),
		"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR":     days(func(d time.Time, _ int) bool { return d.Weekday()%6 != 0 }),
		"FREQ=MONTHLY;BYMONTHDAY=31":           days(func(d time.Time, _ int) bool { return d.Day() == 31 }),
		"FREQ=MONTHLY;BYDAY=-1SU":              days(func(d time.Time, _ int) bool { return d.Weekday() == time.Sunday && d.AddDate(0, 0, 7).Day() <= 7 }),
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29":  days(func(d time.Time, _ int) bool { return d.Month() == time.February && d.Day() == 29 }),
		"FREQ=DAILY;COUNT=1000":                days(func(_ time.Time, n int) bool { return n < 1000 }),
		"FREQ=DAILY;UNTIL=20301027T023000":     days(func(d time.Time, _ int) bool { return !d.After(time.Date(2030, 10, 27, 0, 0, 0, 0, time.UTC)) }),
		"FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1": days(func(d time.Time, _ int) bool { return isLastMondayOrTuesday(d) }),
	} {
		for _, hour := range []time.Duration{0, 2*time.Hour + 30*time.Minute, 3 * time.Hour, 9 * time.Hour, 23*time.Hour + 59*time.Minute} {
			if rule == "FREQ=DAILY;UNTIL=20301027T023000" && hour > 2*time.Hour+30*time.Minute {
				continue
			}
			r, err := clock.ParseRecurrence(rule, from.Add(hour), zone)
			if err != nil {
				t.Fatal(err)
			}
			var want []time.Time
			for _, day := range dates {
				at, _ := book.instant(day.Add(hour))
				want = append(want, at)
			}
			begin := from.AddDate(0, 0, -1)
			end, _ := book.instant(to)
			got := r.Between(begin, end)
			if !slices.EqualFunc(got, want, time.Time.Equal) {
				t.Errorf("%s at %s: %d instants, want %d; first difference: %s", rule, hour, len(got), len(want), difference(got, want))
			}
			// In pieces, as a planner reads it, nothing is skipped or doubled.
			var pieces []time.Time
			for at := begin; at.Before(end); {
				next := at.Add(time.Duration(1+random.Int64N(400*24*60)) * time.Minute)
				if next.After(end) {
					next = end
				}
				pieces = append(pieces, r.Between(at, next)...)
				at = next
			}
			if !slices.EqualFunc(pieces, want, time.Time.Equal) {
				t.Errorf("%s at %s in pieces: %d instants, want %d; first difference: %s", rule, hour, len(pieces), len(want), difference(pieces, want))
			}
		}
	}
}

func isLastMondayOrTuesday(d time.Time) bool {
	last := time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	for last.Weekday() != time.Monday && last.Weekday() != time.Tuesday {
		last = last.AddDate(0, 0, -1)
	}
	return d.Equal(last)
}

func difference(got, want []time.Time) string {
	for i := range got {
		if i >= len(want) || !got[i].Equal(want[i]) {
			return got[i].String()
		}
	}
	return "one is missing at the end"
}

func TestRecurrencesThatAreRefused(t *testing.T) {
	t.Parallel()
	first := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for _, rule := range []string{
		"", "DAILY", "FREQ=HOURLY", "FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=8,9", "FREQ=DAILY;BYMINUTE=1", "FREQ=YEARLY;BYEASTER=0",
		"FREQ=YEARLY;BYWEEKNO=3", "FREQ=DAILY;COUNT=3;UNTIL=20270101T000000Z", "FREQ=DAILY;COUNT=-1", "FREQ=DAILY;INTERVAL=-1",
		"FREQ=DAILY;DTSTART=20260101T000000", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=DAILY;X=1",
	} {
		if r, err := clock.ParseRecurrence(rule, first, time.UTC); err == nil {
			t.Errorf("%q is taken: %v", rule, r)
		}
	}
}

// An end with Z is an instant, and one without is what the wall shows.
func TestUntil(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for rule, want := range map[string]int{
		"FREQ=DAILY;UNTIL=20261205T090000":  5,
		"FREQ=DAILY;UNTIL=20261205T085959":  4,
		"FREQ=DAILY;UNTIL=20261205T080000Z": 5,
		"FREQ=DAILY;UNTIL=20261205T075959Z": 4,
	} {
		r, err := clock.ParseRecurrence(rule, first, zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(r.Between(first.AddDate(0, 0, -1), first.AddDate(1, 0, 0))); got != want {
			t.Errorf("%s: %d, want %d", rule, got, want)
		}
	}
}
