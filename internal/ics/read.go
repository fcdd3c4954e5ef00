package ics

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/crieur/crieur/internal/clock"
)

// ErrNotCalendar means that a file is no iCalendar.
var ErrNotCalendar = errors.New("not an iCalendar file")

// Bounds of a file, beside those of its bytes.
const (
	maxEntries = 5000
	maxLine    = 64 << 10
)

// Entry is one VEVENT of a file. Of a property that stands twice the first
// counts.
type Entry struct {
	// Line is where it begins, for messages to people.
	Line int
	UID  string
	// Start is always there; End may be zero.
	Start, End  Moment
	Summary     string
	Description string
	Location    string
	URL         string
	Categories  []string
	// Attachment is what is attached; Picture: the file says that it is an image.
	Attachment string
	Picture    bool
	// Rule is the RRULE; "" for none.
	Rule string
	// Except and More are the dates of EXDATE and RDATE; RecurrenceID is that
	// of the occurrence which this entry replaces.
	Except, More []Moment
	RecurrenceID Moment
	Cancelled    bool
}

// Moment is a DATE or a DATE-TIME as it stands in a file.
type Moment struct {
	// Wall is what a clock shows, in UTC as a container.
	Wall time.Time
	// Day: only the date counts.
	Day bool
	// UTC: Wall is an instant.
	UTC bool
	// Zone is the TZID; "" for none.
	Zone string
}

// IsZero reports whether there is no moment.
func (m Moment) IsZero() bool { return m.Wall.IsZero() }

// Instant is when that is. zone is that of days, of hours without a zone of
// their own, and of those whose zone nobody here knows.
func (m Moment) Instant(zone *time.Location) time.Time {
	if m.UTC {
		return m.Wall
	}
	if m.Zone != "" && !m.Day {
		// "Local" would be the zone of this machine.
		if own, err := time.LoadLocation(m.Zone); err == nil && own != time.Local {
			zone = own
		}
	}
	at, _ := clock.Resolve(m.Wall, zone)
	return at
}

// String writes a moment as a file does.
func (m Moment) String() string {
	switch {
	case m.IsZero():
		return ""
	case m.Day:
		return m.Wall.Format(dayLayout)
	case m.UTC:
		return m.Wall.Format(timeLayout) + "Z"
	default:
		return m.Wall.Format(timeLayout)
	}
}

const (
	dayLayout  = "20060102"
	timeLayout = "20060102T150405"
)

// Fault is why an event cannot be read.
type Fault string

const (
	NoStart  Fault = "no_start"
	BadDate  Fault = "bad_date"
	NotEnded Fault = "not_ended"
	// TooMany: what follows is not read.
	TooMany Fault = "too_many"
)

// Issue is an event that is left out, and where it stands.
type Issue struct {
	Line  int
	Fault Fault
	// Value is what stands there instead.
	Value string
}

// Read reads the events of a calendar. What is no event is passed over, and an
// event that cannot be read hides no other: it is an issue. The error is for
// files that are no calendar at all.
func Read(data []byte) ([]Entry, []Issue, error) {
	lines := unfold(strings.TrimPrefix(string(data), "\uFEFF"))
	if len(lines) == 0 || !strings.EqualFold(strings.TrimSpace(lines[0].text), "BEGIN:VCALENDAR") {
		return nil, nil, ErrNotCalendar
	}
	r := reader{}
	for _, l := range lines {
		if len(r.entries) == maxEntries {
			r.issues = append(r.issues, Issue{Line: l.number, Fault: TooMany})
			return r.entries, r.issues, nil
		}
		r.line(l)
	}
	if r.current != nil {
		r.issues = append(r.issues, Issue{Line: r.current.Line, Fault: NotEnded})
	}
	return r.entries, r.issues, nil
}

type reader struct {
	entries []Entry
	issues  []Issue
	current *Entry
	seen    map[string]bool
	// fault is the first thing of the event that cannot be read.
	fault *Issue
	// inner is the depth inside the event, as of alarms.
	inner int
}

func (r *reader) line(l contentLine) {
	name, parameters, value, ok := split(l.text)
	if !ok {
		return
	}
	component := strings.ToUpper(strings.TrimSpace(value))
	switch {
	case name == "BEGIN" && r.current == nil:
		if component == "VEVENT" {
			r.current, r.seen, r.fault = &Entry{Line: l.number}, map[string]bool{}, nil
		}
	case name == "BEGIN":
		r.inner++
	case name == "END" && r.current != nil && r.inner > 0:
		r.inner--
	case name == "END" && r.current != nil:
		r.end()
	case r.current != nil && r.inner == 0:
		r.property(l.number, name, parameters, value)
	}
}

func (r *reader) property(number int, name string, parameters map[string]string, value string) {
	// These may stand several times.
	many := name == "CATEGORIES" || name == "EXDATE" || name == "RDATE"
	if r.seen[name] && !many {
		return
	}
	r.seen[name] = true
	if err := r.current.take(name, parameters, value); err != nil && r.fault == nil {
		r.fault = &Issue{Line: number, Fault: BadDate, Value: strings.TrimSpace(value)}
	}
}

func (r *reader) end() {
	switch {
	case r.fault != nil:
		r.issues = append(r.issues, *r.fault)
	case r.current.Start.IsZero():
		r.issues = append(r.issues, Issue{Line: r.current.Line, Fault: NoStart})
	default:
		r.entries = append(r.entries, *r.current)
	}
	r.current = nil
}

func (e *Entry) take(name string, parameters map[string]string, value string) error {
	var err error
	switch name {
	case "UID":
		e.UID = unescape(value)
	case "DTSTART":
		e.Start, err = moment(parameters, value)
	case "DTEND":
		// An event without an end that can be read has a beginning all the same.
		e.End, _ = moment(parameters, value)
	case "SUMMARY":
		e.Summary = unescape(value)
	case "DESCRIPTION":
		e.Description = unescape(value)
	case "LOCATION":
		e.Location = unescape(value)
	case "URL":
		e.URL = unescape(value)
	case "CATEGORIES":
		e.Categories = append(e.Categories, list(value)...)
	case "ATTACH":
		e.Attachment = strings.TrimSpace(value)
		e.Picture = strings.HasPrefix(strings.ToLower(parameters["FMTTYPE"]), "image/")
	case "RRULE":
		e.Rule = strings.TrimSpace(value)
	case "EXDATE":
		e.Except, err = moments(e.Except, parameters, value)
	case "RDATE":
		e.More, err = moments(e.More, parameters, value)
	case "RECURRENCE-ID":
		e.RecurrenceID, err = moment(parameters, value)
	case "STATUS":
		e.Cancelled = strings.EqualFold(strings.TrimSpace(value), string(Cancelled))
	default:
		// Everything else says nothing that is read here.
	}
	return err
}

func moments(all []Moment, parameters map[string]string, value string) ([]Moment, error) {
	for part := range strings.SplitSeq(value, ",") {
		// Of a period only the beginning counts.
		part, _, _ = strings.Cut(part, "/")
		at, err := moment(parameters, part)
		if err != nil {
			return nil, err
		}
		all = append(all, at)
	}
	return all, nil
}

// moment reads a DATE or a DATE-TIME.
func moment(parameters map[string]string, value string) (Moment, error) {
	value = strings.TrimSpace(value)
	if at, err := time.Parse(dayLayout, value); err == nil {
		return Moment{Wall: at, Day: true}, nil
	}
	value, isUTC := strings.CutSuffix(value, "Z")
	at, err := time.Parse(timeLayout, value)
	if err != nil {
		return Moment{}, fmt.Errorf("%q is no date", value)
	}
	m := Moment{Wall: at, UTC: isUTC}
	if !isUTC {
		m.Zone = parameters["TZID"]
	}
	return m, nil
}

type contentLine struct {
	number int
	text   string
}

// unfold joins folded lines (§3.1) and drops empty ones. They are joined before
// their letters are read: some programs fold within one.
func unfold(text string) []contentLine {
	var lines []contentLine
	// Built up, because a line may be folded at every letter.
	var line strings.Builder
	end := func() {
		if len(lines) > 0 {
			lines[len(lines)-1].text = decode(line.String())
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

// decode reads the letters of a line: UTF-8, or Latin-1 as older programs write
// it. What is too long is cut.
func decode(line string) string {
	if len(line) > maxLine {
		end := maxLine
		for end > maxLine-utf8.UTFMax && !utf8.RuneStart(line[end]) {
			end--
		}
		line = line[:end]
	}
	if utf8.ValidString(line) {
		return line
	}
	runes := make([]rune, len(line))
	for i := range len(line) {
		runes[i] = rune(line[i])
	}
	return string(runes)
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

// list reads several TEXTs with commas between them.
func list(value string) []string {
	var all []string
	begin := 0
	add := func(end int) {
		if one := unescape(value[begin:end]); one != "" {
			all = append(all, one)
		}
		begin = end + 1
	}
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++ // the next one stands for itself
		case ',':
			add(i)
		}
	}
	add(len(value))
	return all
}
