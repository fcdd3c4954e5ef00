package agenda

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/ics"
	"github.com/crieur/crieur/internal/post"
)

// LineIssue is what could not be taken from a file, and where.
type LineIssue struct {
	Line    int
	Message string
}

// readICS takes the dates out of a calendar: single ones, rules with their
// exceptions, and occurrences that were moved or cancelled. Only those from
// one date to another are taken.
func readICS(data []byte, zone *time.Location, from, to string) ([]FileDate, []LineIssue, error) {
	entries, unread, err := ics.Read(data)
	if err != nil {
		return nil, nil, fieldProblem("content", "file_unreadable", "Ce fichier n’est pas un calendrier ICS lisible.")
	}
	var dates []FileDate
	var issues []LineIssue
	for _, i := range unread {
		issues = append(issues, LineIssue{i.Line, unreadEvent(i)})
	}
	for i := range entries {
		e := &entries[i]
		if e.Cancelled {
			continue
		}
		all, err := datesOf(e, replacements(entries, e.UID), zone, from, to)
		if err != nil {
			issues = append(issues, LineIssue{e.Line, "La règle de répétition de « " + e.Summary + " » n’est pas prise ici."})
			continue
		}
		for _, date := range all {
			dates = append(dates, FileDate{Date: date, Label: e.Summary})
		}
	}
	return dates, issues, nil
}

// unreadEvent says why an event of a calendar is left out.
func unreadEvent(i ics.Issue) string {
	switch i.Fault {
	case ics.NoStart:
		return "Cet événement n’a pas de date."
	case ics.BadDate:
		return "« " + i.Value + " » n’est pas une date lisible : cet événement est laissé de côté."
	case ics.NotEnded:
		return "Le fichier s’arrête au milieu de cet événement."
	case ics.TooMany:
		return "Le fichier contient trop d’événements : la suite n’est pas lue."
	default:
		return "Cet événement n’est pas lisible."
	}
}

// replacements are the dates of a series that other entries of the file speak
// for.
func replacements(entries []ics.Entry, uid string) []ics.Moment {
	var all []ics.Moment
	for i := range entries {
		if entries[i].UID == uid && uid != "" && !entries[i].RecurrenceID.IsZero() {
			all = append(all, entries[i].RecurrenceID)
		}
	}
	return all
}

func datesOf(e *ics.Entry, replaced []ics.Moment, zone *time.Location, from, to string) ([]string, error) {
	local := func(m ics.Moment) string {
		if m.UTC {
			return m.Wall.In(zone).Format(dayLayout)
		}
		return m.Wall.Format(dayLayout)
	}
	dates := []string{local(e.Start)}
	if e.Rule != "" && e.RecurrenceID.IsZero() {
		first, err := time.Parse(dayLayout, dates[0])
		if err != nil {
			return nil, err
		}
		rule, err := clock.ParseRecurrence(e.Rule, first, zone)
		if err != nil {
			return nil, err
		}
		begin, err1 := time.ParseInLocation(dayLayout, from, zone)
		end, err2 := time.ParseInLocation(dayLayout, to, zone)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		dates = dates[:0]
		for _, at := range rule.Between(begin, end.AddDate(0, 0, 1)) {
			dates = append(dates, at.In(zone).Format(dayLayout))
		}
	}
	for _, more := range e.More {
		dates = append(dates, local(more))
	}
	if e.RecurrenceID.IsZero() {
		var gone []string
		for _, t := range slices.Concat(e.Except, replaced) {
			gone = append(gone, local(t))
		}
		dates = slices.DeleteFunc(dates, func(d string) bool { return slices.Contains(gone, d) })
	}
	return slices.DeleteFunc(dates, func(d string) bool { return d < from || d > to }), nil
}

// readCSV takes dates and names out of a table: a column with dates, and one
// with what happens. A first line of names is passed over.
func readCSV(data []byte, from, to string) ([]FileDate, []LineIssue, error) {
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if !utf8.Valid(data) {
		// Spreadsheets write Latin-1.
		runes := make([]rune, len(data))
		for i, b := range data {
			runes[i] = rune(b)
		}
		data = []byte(string(runes))
	}
	reader := csv.NewReader(bytes.NewReader(data))
	reader.Comma, reader.FieldsPerRecord, reader.LazyQuotes, reader.TrimLeadingSpace = separator(data), -1, true, true
	var dates []FileDate
	var issues []LineIssue
	for first := true; ; first = false {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := reader.FieldPos(0)
		if err != nil {
			return nil, nil, fieldProblem("content", "file_unreadable", fmt.Sprintf("Le fichier n’est pas lisible à la ligne %d.", line))
		}
		date, label := rowOf(record)
		switch {
		case date == "" && first:
		case date == "":
			issues = append(issues, LineIssue{line, "Aucune date lisible sur cette ligne. Exemple : 2027-03-14 ou 14/03/2027."})
		case date >= from && date <= to:
			dates = append(dates, FileDate{Date: date, Label: label})
		}
	}
	return dates, issues, nil
}

func separator(data []byte) rune {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	best, most := ';', 0
	for _, c := range ";,\t" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// rowOf finds the first date of a row, and joins the words beside it.
func rowOf(record []string) (date, label string) {
	var parts []string
	for _, cell := range record {
		cell = strings.TrimSpace(cell)
		if d := dateOf(cell); d != "" && date == "" {
			date = d
		} else if cell != "" {
			parts = append(parts, cell)
		}
	}
	return date, strings.Join(parts, ", ")
}

// dateOf reads a date as people here write it; "": it is none.
func dateOf(text string) string {
	for _, layout := range []string{dayLayout, "2/1/2006", "2-1-2006", "2.1.2006", "2/1/06"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.Format(dayLayout)
		}
	}
	return ""
}

// window is which dates of a file are taken: of a year back and two ahead.
func window(c *post.Recurrence, now time.Time) (from, to string) {
	return dateIn(c, now, -366), dateIn(c, now, 2*366)
}
