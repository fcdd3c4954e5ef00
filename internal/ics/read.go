package ics

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrNotCalendar means that a file is no iCalendar.
var ErrNotCalendar = errors.New("not an iCalendar file")

// Entry is one VEVENT of a file, as far as its dates and names go.
type Entry struct {
	// Line is where it begins, for messages to people.
	Line int
	UID  string
	// Start is the wall time of DTSTART in UTC as a container; AllDay: only its
	// date counts.
	Start  time.Time
	AllDay bool
	// UTC: DTSTART ended with Z, and Start is an instant.
	UTC bool
	// Zone is the TZID of DTSTART; "" for none.
	Zone        string
	Summary     string
	Description string
	Location    string
	// Rule is the RRULE; "" for none.
	Rule string
	// Except and More are the dates of EXDATE and RDATE; RecurrenceID is that
	// of the occurrence which this entry replaces.
	Except, More []time.Time
	RecurrenceID time.Time
	Cancelled    bool
}

// Read reads the events of a calendar. What is no event is passed over. The
// error tells the line of the first thing that cannot be read.
func Read(data []byte) ([]Entry, error) {
	text := strings.TrimPrefix(string(data), "\uFEFF")
	if !utf8.ValidString(text) {
		// Older programs write Latin-1.
		text = latin1(data)
	}
	lines := unfold(text)
	if len(lines) == 0 || !strings.EqualFold(strings.TrimSpace(lines[0].text), "BEGIN:VCALENDAR") {
		return nil, ErrNotCalendar
	}
	var (
		entries []Entry
		current *Entry
		inner   int // depth inside the event, as of alarms
	)
	for _, l := range lines {
		name, parameters, value, ok := split(l.text)
		if !ok {
			continue
		}
		component := strings.ToUpper(strings.TrimSpace(value))
		switch {
		case name == "BEGIN" && component == "VEVENT" && current == nil:
			current = &Entry{Line: l.number}
		case name == "BEGIN" && current != nil:
			inner++
		case name == "END" && current != nil && inner > 0:
			inner--
		case name == "END" && component == "VEVENT" && current != nil:
			if current.Start.IsZero() {
				return nil, fmt.Errorf("line %d: an event without DTSTART", current.Line)
			}
			entries, current = append(entries, *current), nil
		case current != nil && inner == 0:
			if err := current.take(name, parameters, value); err != nil {
				return nil, fmt.Errorf("line %d: %w", l.number, err)
			}
		}
	}
	if current != nil {
		return nil, fmt.Errorf("line %d: the event does not end: %w", current.Line, ErrNotCalendar)
	}
	return entries, nil
}

func (e *Entry) take(name string, parameters map[string]string, value string) error {
	var err error
	switch name {
	case "UID":
		e.UID = unescape(value)
	case "DTSTART":
		e.Start, e.AllDay, err = moment(value)
		e.UTC, e.Zone = strings.HasSuffix(value, "Z"), parameters["TZID"]
	case "SUMMARY":
		e.Summary = unescape(value)
	case "DESCRIPTION":
		e.Description = unescape(value)
	case "LOCATION":
		e.Location = unescape(value)
	case "RRULE":
		e.Rule = strings.TrimSpace(value)
	case "EXDATE":
		e.Except, err = moments(e.Except, value)
	case "RDATE":
		e.More, err = moments(e.More, value)
	case "RECURRENCE-ID":
		e.RecurrenceID, _, err = moment(value)
	case "STATUS":
		e.Cancelled = strings.EqualFold(strings.TrimSpace(value), string(Cancelled))
	default:
		// Everything else says nothing about dates and names.
	}
	return err
}

func moments(all []time.Time, value string) ([]time.Time, error) {
	for part := range strings.SplitSeq(value, ",") {
		// Of a period only the beginning counts.
		part, _, _ = strings.Cut(part, "/")
		at, _, err := moment(part)
		if err != nil {
			return nil, err
		}
		all = append(all, at)
	}
	return all, nil
}

// moment reads a DATE or a DATE-TIME; its fields are in UTC as a container.
func moment(value string) (at time.Time, day bool, err error) {
	value = strings.TrimSuffix(strings.TrimSpace(value), "Z")
	if at, err = time.Parse("20060102T150405", value); err == nil {
		return at, false, nil
	}
	if at, err = time.Parse("20060102", value); err == nil {
		return at, true, nil
	}
	return time.Time{}, false, fmt.Errorf("%q is no date", value)
}

type contentLine struct {
	number int
	text   string
}

// unfold joins folded lines (§3.1) and drops empty ones.
func unfold(text string) []contentLine {
	var lines []contentLine
	// Built up, because a line may be folded at every letter.
	var line strings.Builder
	end := func() {
		if len(lines) > 0 {
			lines[len(lines)-1].text = line.String()
		}
		line.Reset()
	}
	number := 0
	for raw := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		number++
		raw = strings.TrimSuffix(raw, "\r")
		switch {
		case len(lines) > 0 && (strings.HasPrefix(raw, " ") || strings.HasPrefix(raw, "\t")):
			line.WriteString(raw[1:])
		case strings.TrimSpace(raw) != "":
			end()
			lines = append(lines, contentLine{number: number})
			line.WriteString(raw)
		}
	}
	end()
	return lines
}

// split takes a content line apart. A quoted parameter may hold ":" and ";".
func split(line string) (name string, parameters map[string]string, value string, ok bool) {
	quoted := false
	var parts []string
	begin := 0
	for i := range len(line) {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ';':
			parts, begin = append(parts, line[begin:i]), i+1
		case c == ':':
			parts = append(parts, line[begin:i])
			parameters = map[string]string{}
			for _, p := range parts[1:] {
				key, v, _ := strings.Cut(p, "=")
				parameters[strings.ToUpper(key)] = strings.Trim(v, `"`)
			}
			return strings.ToUpper(strings.TrimSpace(parts[0])), parameters, line[i+1:], true
		}
	}
	return "", nil, "", false
}

// unescape reads a TEXT of §3.3.11.
func unescape(text string) string {
	return strings.TrimSpace(strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";").Replace(text))
}

func latin1(data []byte) string {
	runes := make([]rune, len(data))
	for i, b := range data {
		runes[i] = rune(b)
	}
	return string(runes)
}
