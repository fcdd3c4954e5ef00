package ics

import (
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// MediaType of a calendar.
const MediaType = "text/calendar; charset=utf-8"

// Status of an event, as RFC 5545 §3.8.1.11 has it.
type Status string

const (
	Tentative Status = "TENTATIVE"
	Confirmed Status = "CONFIRMED"
	Cancelled Status = "CANCELLED"
)

// Calendar is a VCALENDAR that is published for everybody to read.
type Calendar struct {
	// Product names who made it.
	Product string
	Name    string
	Events  []Event
}

// Event is a VEVENT.
type Event struct {
	// UID stays for ever; Sequence grows with each change.
	UID      string
	Sequence int
	Status   Status
	// Stamp is when this revision was made.
	Stamp   time.Time
	Created time.Time
	// Start and End are instants; for AllDay, midnights of which only the date
	// counts, and End is the day after the last.
	Start, End time.Time
	AllDay     bool
	// Free: it takes nobody's time, as a reminder does.
	Free        bool
	Summary     string
	Description string
	Location    string
	// Latitude and Longitude are both set or both nil.
	Latitude, Longitude *float64
	URL                 string
	// Organizer is a name and an address; without an address none is written.
	OrganizerName, OrganizerEmail string
	Categories                    []string
}

// Write writes the calendar. Instants are in UTC, so that a reader needs no
// zone's rules to show them right.
func (c Calendar) Write(w io.Writer) error {
	var b strings.Builder
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", escape(c.Product))
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	if c.Name != "" {
		line("NAME", escape(c.Name))
		line("X-WR-CALNAME", escape(c.Name))
	}
	line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
	line("X-PUBLISHED-TTL", "PT1H")
	for i := range c.Events {
		c.Events[i].write(line)
	}
	line("END", "VCALENDAR")
	_, err := io.WriteString(w, b.String())
	return err
}

func (e *Event) write(line func(name, value string)) {
	line("BEGIN", "VEVENT")
	line("UID", escape(e.UID))
	line("DTSTAMP", utc(e.Stamp))
	line("LAST-MODIFIED", utc(e.Stamp))
	if !e.Created.IsZero() {
		line("CREATED", utc(e.Created))
	}
	line("SEQUENCE", strconv.Itoa(e.Sequence))
	line("STATUS", string(e.Status))
	if e.AllDay {
		line("DTSTART;VALUE=DATE", e.Start.Format("20060102"))
		if e.End.After(e.Start) {
			line("DTEND;VALUE=DATE", e.End.Format("20060102"))
		}
	} else {
		line("DTSTART", utc(e.Start))
		if e.End.After(e.Start) {
			line("DTEND", utc(e.End))
		}
	}
	text := func(name, value string) {
		if value != "" {
			line(name, escape(value))
		}
	}
	text("SUMMARY", e.Summary)
	text("DESCRIPTION", e.Description)
	text("LOCATION", e.Location)
	if e.Latitude != nil && e.Longitude != nil {
		line("GEO", degrees(*e.Latitude)+";"+degrees(*e.Longitude))
	}
	if e.URL != "" {
		line("URL", oneLine(e.URL))
	}
	if e.OrganizerEmail != "" {
		line("ORGANIZER;CN="+parameter(e.OrganizerName), "mailto:"+oneLine(e.OrganizerEmail))
	}
	if len(e.Categories) > 0 {
		escaped := make([]string, len(e.Categories))
		for i, category := range e.Categories {
			escaped[i] = escape(category)
		}
		line("CATEGORIES", strings.Join(escaped, ","))
	}
	// A cancelled or undated event takes nobody's time.
	if e.Free || e.AllDay || e.Status != Confirmed {
		line("TRANSP", "TRANSPARENT")
	} else {
		line("TRANSP", "OPAQUE")
	}
	line("END", "VEVENT")
}

func utc(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

func degrees(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }

// escape is a TEXT of §3.3.11.
func escape(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		if r != '\n' && (r < ' ' || r == 0x7F) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(text)
}

// parameter is a quoted parameter value, which cannot hold a quote.
func parameter(text string) string {
	return `"` + strings.ReplaceAll(oneLine(text), `"`, "'") + `"`
}

func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// foldAt is how many bytes a line may have, without its end (§3.1).
const foldAt = 75

// fold writes a content line, folded between characters.
func fold(b *strings.Builder, line string) {
	width := foldAt
	for len(line) > width {
		cut := width
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		b.WriteString(line[:cut])
		b.WriteString("\r\n ")
		// The space that begins the next line counts.
		line, width = line[cut:], foldAt-1
	}
	b.WriteString(line)
	b.WriteString("\r\n")
}
