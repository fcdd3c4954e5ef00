package planning

import (
	"slices"
	"time"
)

// HolidayKind is whose holiday it is.
type HolidayKind string

const (
	// PublicHoliday: the town hall is closed.
	PublicHoliday HolidayKind = "public"
	// SchoolHoliday: the schools of the Fédération Wallonie-Bruxelles are.
	SchoolHoliday HolidayKind = "school"
)

// Holiday is one day or a row of days, From and To included. Both are midnights
// in UTC that stand for days.
type Holiday struct {
	From, To time.Time
	Kind     HolidayKind
	// Name is French.
	Name string
}

// Holidays lists the holidays of which a part lies on some days, to not
// included, the earliest first. from and to are midnights in UTC that stand for
// days.
func Holidays(from, to time.Time) []Holiday {
	var all []Holiday
	for year := from.Year(); year <= to.Year(); year++ {
		all = append(all, publicHolidays(year)...)
	}
	all = append(all, schoolHolidays()...)
	all = slices.DeleteFunc(all, func(h Holiday) bool { return h.To.Before(from) || !h.From.Before(to) })
	slices.SortStableFunc(all, func(a, b Holiday) int { return a.From.Compare(b.From) })
	return all
}

// publicHolidays are the ten of the Belgian law (royal decree of 18 April 1974,
// article 1), and 27 September, a day off for the administrations of the
// Fédération Wallonie-Bruxelles.
func publicHolidays(year int) []Holiday {
	easter := easterSunday(year)
	on := func(date time.Time, name string) Holiday {
		return Holiday{From: date, To: date, Kind: PublicHoliday, Name: name}
	}
	return []Holiday{
		on(date(year, time.January, 1), "Jour de l’an"),
		on(easter.AddDate(0, 0, 1), "Lundi de Pâques"),
		on(date(year, time.May, 1), "Fête du travail"),
		on(easter.AddDate(0, 0, 39), "Ascension"),
		on(easter.AddDate(0, 0, 50), "Lundi de Pentecôte"),
		on(date(year, time.July, 21), "Fête nationale"),
		on(date(year, time.August, 15), "Assomption"),
		on(date(year, time.September, 27), "Fête de la Fédération Wallonie-Bruxelles"),
		on(date(year, time.November, 1), "Toussaint"),
		on(date(year, time.November, 11), "Armistice"),
		on(date(year, time.December, 25), "Noël"),
	}
}

// easterSunday is the Gregorian one, by the algorithm of Meeus, Jones and
// Butcher. Its letters are kept, so that it can be compared with the books.
func easterSunday(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return date(year, time.Month(n/31), n%31+1)
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
