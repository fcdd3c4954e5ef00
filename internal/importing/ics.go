package importing

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
)

// Bounds of a calendar, beside those of its bytes.
const (
	maxEvents = 5000
	maxValue  = 64 << 10
)

// readICS reads what is to come in a calendar. zone is that of hours without
// one of their own. One event that cannot be read does not hide the others.
func readICS(ctx context.Context, f *fetcher, s *post.Source, zone *time.Location) (Reading, error) {
	p, err := f.get(ctx, question{url: s.URL, accept: "text/calendar, */*;q=0.1", etag: s.ETag, lastModified: s.LastModified})
	if err != nil {
		return Reading{}, err
	}
	if p.unchanged {
		return Reading{Unchanged: true, ETag: p.etag, LastModified: p.lastModified}, nil
	}
	items, err := parseCalendar(p.body, p.url, zone, f.now())
	return Reading{Items: items, ETag: p.etag, LastModified: p.lastModified}, err
}

// calendarEvent is a VEVENT, by the names of its properties.
type calendarEvent map[string]property

type property struct{ parameters, value string }

func parseCalendar(body []byte, base *url.URL, zone *time.Location, now time.Time) ([]Item, error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if head := bytes.ToUpper(body[:min(len(body), 200)]); !bytes.Contains(head, []byte("BEGIN:VCALENDAR")) {
		return nil, fmt.Errorf("%w: no calendar", errUnread)
	}
	var (
		items []Item
		event calendarEvent
		inner int
	)
	for line := range unfolded(body) {
		name, parameters, value, ok := splitLine(line)
		if !ok {
			continue
		}
		switch component := strings.ToUpper(strings.TrimSpace(value)); {
		case name == "BEGIN" && event == nil:
			if component == "VEVENT" {
				event = calendarEvent{}
			}
		case name == "BEGIN":
			inner++
		case name == "END" && event != nil && inner > 0:
			inner--
		case name == "END" && event != nil:
			if item, ok := event.item(base, zone, now); ok {
				items = append(items, item)
			}
			event = nil
			if len(items) >= maxEvents {
				return soonestFirst(items), nil
			}
		case event != nil && inner == 0:
			if _, known := event[name]; !known {
				event[name] = property{parameters, value}
			}
		}
	}
	return soonestFirst(items), nil
}

// soonestFirst keeps what begins first.
func soonestFirst(items []Item) []Item {
	items = usable(items)
	slices.SortStableFunc(items, func(a, b Item) int { return a.Published.Compare(b.Published) })
	return items[:min(len(items), maxItems)]
}

// unfolded gives the lines of a calendar, joining those that were folded; what
// is too long is cut.
func unfolded(body []byte) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		var line strings.Builder
		for raw := range bytes.Lines(body) {
			raw = bytes.TrimRight(raw, "\r\n")
			if len(raw) > 0 && (raw[0] == ' ' || raw[0] == '\t') {
				if line.Len()+len(raw) < maxValue {
					line.Write(raw[1:])
				}
				continue
			}
			if line.Len() > 0 && !yield(line.String()) {
				return
			}
			line.Reset()
			line.Write(raw[:min(len(raw), maxValue)])
		}
		if line.Len() > 0 {
			yield(line.String())
		}
	}
}

// splitLine takes a line apart at the first colon that is not in quotes.
func splitLine(line string) (name, parameters, value string, ok bool) {
	if !utf8.ValidString(line) {
		line = strings.ToValidUTF8(line, "�")
	}
	quoted := false
	for i, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ':' && !quoted:
			name, parameters, _ = strings.Cut(line[:i], ";")
			return strings.ToUpper(strings.TrimSpace(name)), parameters, line[i+1:], true
		}
	}
	return "", "", "", false
}

// text reads a TEXT value.
func (e calendarEvent) text(name string) string {
	return strings.TrimSpace(calendarEscapes.Replace(e[name].value))
}

//nolint:gochecknoglobals // built once, and never changed
var calendarEscapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";")

// when reads a date; day: it has no hour.
func (e calendarEvent) when(name string, zone *time.Location) (at time.Time, day, ok bool) {
	value := strings.TrimSpace(e[name].value)
	if at, err := time.Parse("20060102", value); err == nil {
		start, _ := clock.Resolve(at, zone)
		return start, true, true
	}
	if at, err := time.Parse("20060102T150405Z", value); err == nil {
		return at, false, true
	}
	for parameter := range strings.SplitSeq(e[name].parameters, ";") {
		id, found := strings.CutPrefix(parameter, "TZID=")
		if !found {
			continue
		}
		if own, err := time.LoadLocation(strings.Trim(id, `"`)); err == nil && own != time.Local {
			zone = own
		}
	}
	wall, err := time.Parse("20060102T150405", value)
	if err != nil {
		return time.Time{}, false, false
	}
	at, _ = clock.Resolve(wall, zone)
	return at, false, true
}

// item makes an item of an event that is still to come.
func (e calendarEvent) item(base *url.URL, zone *time.Location, now time.Time) (Item, bool) {
	start, day, ok := e.when("DTSTART", zone)
	end, _, ended := e.when("DTEND", zone)
	if !ended {
		end = start
	}
	if !ok || end.Before(now.Add(-24*time.Hour)) || strings.EqualFold(e.text("STATUS"), "CANCELLED") {
		return Item{}, false
	}
	i := Item{GUID: cutBytes(e.text("UID")+e.text("RECURRENCE-ID"), maxURL), Published: start.UTC(), Future: true}
	i.Content.Title = plainTitle(e.text("SUMMARY"))
	i.Content.Link = absolute(base, e.text("URL"))
	head := "🗓 " + frenchDate(start.In(zone), day)
	if place := oneLine(e.text("LOCATION")); place != "" {
		head += "\n📍 " + place
	}
	body, pictures := e.text("DESCRIPTION"), []post.ItemPicture(nil)
	if strings.Contains(body, "<") {
		body, pictures = prose(body, base)
	}
	i.Content.Text = cutText(strings.TrimSpace(head+"\n\n"+body), maxText)
	if attached := e["ATTACH"]; strings.Contains(attached.parameters, "image/") || pictureName(attached.value) {
		if address := absolute(base, attached.value); address != "" {
			i.Content.Pictures = addPicture(nil, post.ItemPicture{URL: address})
		}
	}
	for _, p := range pictures {
		i.Content.Pictures = addPicture(i.Content.Pictures, p)
	}
	for name := range strings.SplitSeq(e.text("CATEGORIES"), ",") {
		i.Content.Categories = addCategory(i.Content.Categories, name)
	}
	return i, i.Content.Title != ""
}

// frenchDate writes a day, and its hour, as people say it.
func frenchDate(at time.Time, day bool) string {
	days := []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	months := []string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
	number := at.Format("2")
	if number == "1" {
		number = "1er"
	}
	text := fmt.Sprintf("%s %s %s %d", days[at.Weekday()], number, months[at.Month()-1], at.Year())
	if !day {
		text += fmt.Sprintf(" à %d\u00a0h", at.Hour())
		if at.Minute() != 0 {
			text += fmt.Sprintf("\u00a0%02d", at.Minute())
		}
	}
	return text
}
