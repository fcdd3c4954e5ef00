package planning

import "time"

// schoolHolidays are those of the compulsory schools of the Fédération
// Wallonie-Bruxelles, whose calendar its government adopts some years ahead.
// They follow no rule that could be computed: what is not published is not
// given. Each ends on the Sunday before school begins again.
//
// 2025-2026 and 2026-2027 as schools and communes announce them (among others
// academieamay.com, ecole-libre-de-nassogne.com and vaux-sur-sure.be), read on
// 22 November 2026. The summer of 2027 is not here: when the year 2027-2028
// begins is not known.
func schoolHolidays() []Holiday {
	school := func(from, to time.Time, name string) Holiday {
		return Holiday{From: from, To: to, Kind: SchoolHoliday, Name: name}
	}
	return []Holiday{
		school(date(2025, time.October, 20), date(2025, time.November, 2), "Congé d’automne"),
		school(date(2025, time.December, 22), date(2026, time.January, 4), "Vacances d’hiver"),
		school(date(2026, time.February, 16), date(2026, time.March, 1), "Congé de détente"),
		school(date(2026, time.April, 27), date(2026, time.May, 10), "Vacances de printemps"),
		school(date(2026, time.July, 4), date(2026, time.August, 23), "Vacances d’été"),

		school(date(2026, time.October, 19), date(2026, time.November, 1), "Congé d’automne"),
		school(date(2026, time.December, 21), date(2027, time.January, 3), "Vacances d’hiver"),
		school(date(2027, time.February, 22), date(2027, time.March, 7), "Congé de détente"),
		school(date(2027, time.April, 26), date(2027, time.May, 9), "Vacances de printemps"),
	}
}
