package planning

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/post"
)

// Against tables of the Gregorian Easter, with the earliest and the latest that
// there are in two centuries.
func TestEaster(t *testing.T) {
	for year, want := range map[int]string{
		1818: "1818-03-22", 1943: "1943-04-25", 1961: "1961-04-02", 2000: "2000-04-23", 2008: "2008-03-23", 2011: "2011-04-24",
		2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28", 2038: "2038-04-25", 2285: "2285-03-22",
	} {
		if got := easterSunday(year).Format(time.DateOnly); got != want {
			t.Errorf("%d: %s, want %s", year, got, want)
		}
	}
}

func shown(all []Holiday) []string {
	lines := []string{}
	for _, h := range all {
		lines = append(lines, h.From.Format(time.DateOnly)+" "+h.To.Format(time.DateOnly)+" "+string(h.Kind)+" "+h.Name)
	}
	return lines
}

func TestHolidays(t *testing.T) {
	for name, test := range map[string]struct {
		from, to time.Time
		want     []string
	}{
		"a year of which no school holidays are known": {date(2031, 1, 1), date(2032, 1, 1), []string{
			"2031-01-01 2031-01-01 public Jour de l’an",
			"2031-04-14 2031-04-14 public Lundi de Pâques",
			"2031-05-01 2031-05-01 public Fête du travail",
			"2031-05-22 2031-05-22 public Ascension",
			"2031-06-02 2031-06-02 public Lundi de Pentecôte",
			"2031-07-21 2031-07-21 public Fête nationale",
			"2031-08-15 2031-08-15 public Assomption",
			"2031-09-27 2031-09-27 public Fête de la Fédération Wallonie-Bruxelles",
			"2031-11-01 2031-11-01 public Toussaint",
			"2031-11-11 2031-11-11 public Armistice",
			"2031-12-25 2031-12-25 public Noël",
		}},
		"over the turn of a year": {date(2026, 12, 25), date(2027, 1, 2), []string{
			"2026-12-21 2027-01-03 school Vacances d’hiver",
			"2026-12-25 2026-12-25 public Noël",
			"2027-01-01 2027-01-01 public Jour de l’an",
		}},
		"the last day of one":    {date(2027, 3, 7), date(2027, 3, 8), []string{"2027-02-22 2027-03-07 school Congé de détente"}},
		"the day after":          {date(2027, 3, 8), date(2027, 3, 9), []string{}},
		"the end is not one":     {date(2026, 7, 20), date(2026, 7, 21), []string{"2026-07-04 2026-08-23 school Vacances d’été"}},
		"the autumn and a feast": {date(2025, 11, 1), date(2025, 11, 2), []string{"2025-10-20 2025-11-02 school Congé d’automne", "2025-11-01 2025-11-01 public Toussaint"}},
	} {
		if diff := cmp.Diff(test.want, shown(Holidays(test.from, test.to))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Holidays of schools begin on a Monday, or a Saturday in summer, and end on a
// Sunday: a slip of the pen shows.
func TestSchoolHolidaysAreWholeWeeks(t *testing.T) {
	for _, h := range schoolHolidays() {
		begin := time.Monday
		if h.Name == "Vacances d’été" {
			begin = time.Saturday
		}
		if h.From.Weekday() != begin || h.To.Weekday() != time.Sunday || !h.From.Before(h.To) {
			t.Errorf("%s: %s to %s", h.Name, h.From.Format("Mon 2006-01-02"), h.To.Format("Mon 2006-01-02"))
		}
	}
}

func TestFreeSlots(t *testing.T) {
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		t.Helper()
		moment, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	slots := []post.Slot{{Weekday: 7, At: "02:30"}, {Weekday: 7, At: "12:15"}, {Weekday: 1, At: "08:00"}}
	planned := func(due string, status post.Status) post.PlannedPost {
		return post.PlannedPost{DueAt: at(due), Status: status}
	}
	for name, test := range map[string]struct {
		from, to time.Time
		now      string
		posts    []post.PlannedPost
		want     []string
	}{
		"the hour that spring leaves out": {
			date(2026, 3, 29), date(2026, 3, 31), "2026-01-01T00:00:00Z", nil,
			[]string{"2026-03-29T12:15 10:15", "2026-03-30T08:00 06:00"},
		},
		"the hour that autumn has twice": {
			date(2026, 10, 25), date(2026, 10, 26), "2026-01-01T00:00:00Z", nil,
			[]string{"2026-10-25T02:30 00:30", "2026-10-25T12:15 11:15"},
		},
		"only what is to come": {
			date(2026, 11, 22), date(2026, 11, 24), "2026-11-22T11:15:00Z", nil,
			[]string{"2026-11-23T08:00 07:00"},
		},
		"taken within the minute": {
			date(2026, 11, 22), date(2026, 11, 24), "2026-01-01T00:00:00Z",
			[]post.PlannedPost{
				planned("2026-11-22T11:15:59Z", post.StatusPublished), planned("2026-11-23T07:01:00Z", post.StatusScheduled),
				planned("2026-11-22T01:30:00Z", post.StatusDraft), planned("2026-11-22T01:30:00Z", post.StatusCancelled),
			},
			[]string{"2026-11-22T02:30 01:30", "2026-11-23T08:00 07:00"},
		},
		"the second of the doubled hour takes no slot": {
			date(2026, 10, 25), date(2026, 10, 26), "2026-01-01T00:00:00Z",
			[]post.PlannedPost{planned("2026-10-25T01:30:00Z", post.StatusScheduled)},
			[]string{"2026-10-25T02:30 00:30", "2026-10-25T12:15 11:15"},
		},
	} {
		got := []string{}
		for _, s := range freeSlots(slots, test.from, test.to, at(test.now), brussels, takenMinutes(test.posts)) {
			got = append(got, s.Wall+" "+s.At.Format("15:04"))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestDatesOfAnEvent(t *testing.T) {
	e := post.Event{ID: "e", Status: post.EventScheduled, Content: post.EventContent{Title: "Bal"}, Dates: []post.EventDate{
		{Start: "2026-11-20T20:00", End: "2026-11-21T02:00"},
		{Start: "2026-11-27"},
		{Start: "2026-12-04", End: "2026-12-06"},
	}}
	got := []string{}
	for _, d := range datesOf(&e, date(2026, 11, 21), date(2026, 12, 5)) {
		got = append(got, d.From.Format(time.DateOnly)+" "+d.To.Format(time.DateOnly))
	}
	if diff := cmp.Diff([]string{"2026-11-20 2026-11-21", "2026-11-27 2026-11-27", "2026-12-04 2026-12-06"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestHashtags(t *testing.T) {
	for tag, want := range map[string]bool{
		"#Valmeuse": true, "#fête_2026": true, "Valmeuse": false, "#": false, "#a b": false, "#a\u00a0b": false, "##a": false, "": false,
	} {
		if got := isHashtag(tag); got != want {
			t.Errorf("%q: %v", tag, got)
		}
	}
}
