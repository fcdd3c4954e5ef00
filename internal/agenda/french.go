package agenda

import (
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

func weekday(d time.Weekday) string {
	return [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}[d]
}

func month(m time.Month) string {
	return [...]string{
		"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
		"septembre", "octobre", "novembre", "décembre",
	}[m-1]
}

// frenchDay is "dimanche 14 mars"; the year is said where it is not that of the
// reader.
func frenchDay(day time.Time, readerYear int) string {
	number := strconv.Itoa(day.Day())
	if day.Day() == 1 {
		number = "1er"
	}
	text := weekday(day.Weekday()) + " " + number + nbsp + month(day.Month())
	if day.Year() != readerYear {
		text += nbsp + strconv.Itoa(day.Year())
	}
	return text
}

// frenchHour is "9 h" or "9 h 30".
func frenchHour(t time.Time) string {
	text := strconv.Itoa(t.Hour()) + nbsp + "h"
	if t.Minute() > 0 {
		text += nbsp + t.Format("04")
	}
	return text
}

// frenchSpan is one date: "dimanche 14 mars de 9 h à 18 h".
func frenchSpan(s span, allDay bool, year int) string {
	first := frenchDay(s.start, year)
	sameDay := midnight(s.start).Equal(midnight(s.end))
	switch {
	case allDay && sameDay:
		return first
	case allDay:
		return "du " + first + " au " + frenchDay(s.end, year)
	case !s.hasEnd:
		return first + " à " + frenchHour(s.start)
	case sameDay:
		return first + " de " + frenchHour(s.start) + " à " + frenchHour(s.end)
	// A night out is still that evening.
	case s.end.Sub(midnight(s.start)) <= 30*time.Hour:
		return first + " de " + frenchHour(s.start) + " à " + frenchHour(s.end)
	default:
		return "du " + first + " à " + frenchHour(s.start) + " au " + frenchDay(s.end, year) + " à " + frenchHour(s.end)
	}
}

// frenchDates is all dates of an event in one phrase.
func frenchDates(all []span, allDay bool, year int) string {
	parts := make([]string, len(all))
	for i, s := range all {
		parts[i] = frenchSpan(s, allDay, year)
	}
	return enumerate(parts)
}

// enumerate is "a, b et c".
func enumerate(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " et " + parts[len(parts)-1]
}

// count is how far a day is for a reader: "demain", "dans 7 jours".
func count(days int) string {
	switch {
	case days <= 0:
		return "aujourd’hui"
	case days == 1:
		return "demain"
	default:
		return "dans " + strconv.Itoa(days) + nbsp + "jours"
	}
}

// capital begins a sentence.
func capital(text string) string {
	for i, r := range text {
		return strings.ToUpper(string(r)) + text[i+len(string(r)):]
	}
	return ""
}

func frenchPrice(p *post.Price) string {
	if p == nil {
		return ""
	}
	text := "gratuit"
	if p.Amount > 0 {
		text = strings.Replace(strconv.FormatFloat(p.Amount, 'f', 2, 64), ".", ",", 1)
		text = strings.TrimSuffix(text, ",00") + nbsp
		if p.Currency == "EUR" {
			text += "€"
		} else {
			text += p.Currency
		}
	}
	if p.Note != "" {
		text += " (" + p.Note + ")"
	}
	return text
}

// frenchParty is how people reach somebody.
func frenchParty(p post.Party) string {
	var parts []string
	for _, part := range []string{p.Name, p.Phone, p.Email, p.URL} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// wallText is the wall time at which an instant is shown in a zone.
func wallText(at time.Time, zone *time.Location) string {
	return at.In(zone).Format(clock.WallMinutes)
}
