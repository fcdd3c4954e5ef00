package cap

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/crieur/crieur/internal/post"
)

const (
	scopePublic = "Public"
	// exerciseMark begins and ends what is said in an exercise.
	exerciseMark = "EXERCICE"

	// stays is how long a message is believed after its hour, or after that for
	// which the next one was promised.
	stays = 24 * time.Hour
	// endStays is how long the end is told to those who read the list of live
	// alerts; it is over already.
	endStays = time.Hour
)

// ErrNoMessage means that an alert has no message of that number.
var ErrNoMessage = errors.New("cap: no such message")

// Issuer is who speaks.
type Issuer struct {
	Commune post.Commune
	// Host is the name of the server that citizens reach, without a port.
	Host string
	// Page is the alert's public page; "" where no public address is set.
	Page string
	// NIS is the commune's code in the national list of places; "" where it is
	// not known.
	NIS string
}

// Of is a message of an alert as a document: the alert itself, an update that
// repeats everything, the end as an update with "all clear", or the withdrawal
// of what was wrong, which says in full what is right. It refers to all earlier
// messages.
func Of(by Issuer, b post.Broadcast, number int) (Alert, error) {
	at := -1
	for i := range b.Messages {
		if b.Messages[i].Number == number {
			at = i
		}
	}
	if at < 0 {
		return Alert{}, fmt.Errorf("%w: %d of %s", ErrNoMessage, number, b.ID)
	}
	m := b.Messages[at]
	zone := zoneOf(by.Commune)
	a := Alert{
		Identifier: Identifier(b, number), Sender: sender(by), Sent: in(zone, m.CreatedAt),
		Status: Actual, MsgType: msgType(m), Scope: scopePublic, Incidents: incident(by.Commune, b),
		Info: info(by, b, m, zone),
	}
	if b.Exercise {
		a.Status, a.Note = Exercise, exerciseMark
	}
	for _, earlier := range b.Messages {
		if earlier.Number < number {
			a.References = append(a.References, Reference{a.Sender, Identifier(b, earlier.Number), in(zone, earlier.CreatedAt)})
		}
	}
	return a, nil
}

// Identifier names a message of an alert for ever, everywhere. It is an IRI, as
// feeds ask, and depends on neither the address of the server nor the name of
// the commune.
func Identifier(b post.Broadcast, number int) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "crieur alert %s %s %d", b.CommuneID, b.ID, number)).URN()
}

// incident names the alert as people do: the commune's 42nd of the year.
func incident(c post.Commune, b post.Broadcast) string {
	return "be-" + name(c.Slug) + "-" + Name(b)
}

// Name names an alert to people, as 2026-0042, and an exercise as
// 2026-E0003: they are counted apart.
func Name(b post.Broadcast) string {
	kind := ""
	if b.Exercise {
		kind = "E"
	}
	return fmt.Sprintf("%d-%s%04d", b.Year, kind, b.Number)
}

// sender is in the commune's own name.
func sender(by Issuer) string {
	host := name(by.Host)
	if host == "" {
		host = "localhost"
	}
	return name(by.Commune.Slug) + "@" + host
}

// name is a text without what identifiers must not hold.
func name(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(",<&", r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
}

func msgType(m post.BroadcastMessage) MsgType {
	switch m.Kind {
	case post.MessageAlert:
		return firstOr(m, MsgAlert)
	case post.MessageCorrection:
		return firstOr(m, MsgCancel)
	case post.MessageUpdate, post.MessageEnd:
		return firstOr(m, MsgUpdate)
	}
	return firstOr(m, MsgUpdate)
}

// firstOr: the first message refers to nothing, whatever it is called, and
// every later one does.
func firstOr(m post.BroadcastMessage, later MsgType) MsgType {
	switch {
	case m.Number <= 1:
		return MsgAlert
	case later == MsgAlert:
		return MsgUpdate
	}
	return later
}

func info(by Issuer, b post.Broadcast, m post.BroadcastMessage, zone *time.Location) Info {
	is := profileOf(b.Hazard)
	i := Info{
		Language: language(by.Commune), Categories: is.categories, Event: cut(oneLine(first(b.Title, m.Title, "Alerte")), MaxHeadline),
		ResponseType: is.response, Urgency: is.urgency, Severity: severity(b.Severity), Certainty: is.certainty,
		Expires: expires(m, zone), SenderName: first(oneLine(by.Commune.Name), by.Commune.Slug),
		Headline: headline(b, m), Description: description(b, m, zone), Instruction: instruction(b, m, by.Page, zone),
		Web: by.Page, Contact: contact(by), Area: area(by, b),
	}
	switch m.Kind {
	case post.MessageEnd:
		i.ResponseType, i.Urgency, i.Severity = AllClear, Past, Minor
	case post.MessageCorrection:
		// What was said was wrong: nothing is to be done about it any more.
		i.ResponseType, i.Urgency, i.Severity, i.Certainty = None, Past, Minor, Unlikely
	case post.MessageAlert, post.MessageUpdate:
	}
	return i
}

// Expires is when a message is not to be believed any more, were nothing else
// said.
func Expires(m post.BroadcastMessage) time.Time {
	if m.Kind == post.MessageEnd {
		return m.CreatedAt.Add(endStays)
	}
	if m.NextUpdateAt.After(m.CreatedAt) {
		return m.NextUpdateAt.Add(stays)
	}
	return m.CreatedAt.Add(stays)
}

func expires(m post.BroadcastMessage, zone *time.Location) Time { return in(zone, Expires(m)) }

func severity(s post.AlertSeverity) Severity {
	switch s {
	case post.AlertMinor:
		return Minor
	case post.AlertModerate:
		return Moderate
	case post.AlertSevere:
		return Severe
	case post.AlertExtreme:
		return Extreme
	}
	return UnknownSeverity
}

// language is never left out. French without a country is that of Belgium.
func language(c post.Commune) string {
	if c.Language == "" || c.Language == "fr" {
		return "fr-BE"
	}
	return c.Language
}

// Title is what a message is called. It has the title of the one before where
// nobody gave it another, so that an end and a correction say what they are.
func Title(b post.Broadcast, m post.BroadcastMessage) string {
	title := oneLine(first(m.Title, b.Title, "Alerte"))
	switch m.Kind {
	case post.MessageEnd:
		return announced("Fin d’alerte", title)
	case post.MessageCorrection:
		return announced("Rectification", title)
	case post.MessageAlert, post.MessageUpdate:
	}
	return title
}

func announced(what, title string) string {
	if strings.HasPrefix(title, what) {
		return title
	}
	return what + " : " + title
}

func headline(b post.Broadcast, m post.BroadcastMessage) string {
	text := Title(b, m)
	if b.Exercise && !strings.HasPrefix(text, exerciseMark) {
		text = exerciseMark + " – " + text
	}
	return cut(text, MaxHeadline)
}

func description(b post.Broadcast, m post.BroadcastMessage, zone *time.Location) string {
	parts := []string{fmt.Sprintf("Message n° %d – %s", m.Number, Hour(m.CreatedAt, zone)), strings.TrimSpace(m.Text)}
	if b.Exercise {
		parts = append(append([]string{exerciseMark}, parts...), exerciseMark)
	}
	return paragraphs(parts)
}

// instruction is what holds for every alert: what to do in this one stands in
// the text that a person wrote.
func instruction(b post.Broadcast, m post.BroadcastMessage, page string, zone *time.Location) string {
	var parts []string
	if m.Kind != post.MessageEnd && !m.NextUpdateAt.IsZero() {
		parts = append(parts, Next(m.CreatedAt, m.NextUpdateAt, zone)+".")
	}
	if page != "" {
		parts = append(parts, "Toutes les informations : "+page)
	}
	if len(parts) > 0 && b.Exercise {
		parts = append(append([]string{exerciseMark}, parts...), exerciseMark)
	}
	return paragraphs(parts)
}

// contact leads to the commune, and keeps the emergency number for emergencies.
func contact(by Issuer) string {
	text := first(oneLine(by.Commune.Name), by.Commune.Slug)
	if by.Page != "" {
		text += ", " + by.Page
	}
	return text + ". Seulement si des vies sont en danger : 112."
}

func area(by Issuer, b post.Broadcast) Area {
	a := Area{Description: first(oneLine(b.Area.Description), oneLine(by.Commune.Name), by.Commune.Slug)}
	polygon := Polygon(b.Area.Polygon)
	if n := len(polygon); n > 0 && polygon[0] != polygon[n-1] {
		polygon = append(polygon[:n:n], polygon[0])
	}
	// A drawing that is none is left out: the place has a name.
	if isPolygon(polygon) {
		a.Polygon = polygon
	}
	if by.NIS != "" {
		a.Geocodes = []Geocode{{ValueName: "NIS", Value: by.NIS}}
	}
	return a
}

// Hour is an hour as people say it: "14 h 20", "15 h".
func Hour(at time.Time, zone *time.Location) string {
	at = at.In(zone)
	if at.Minute() == 0 {
		return fmt.Sprintf("%d\u00a0h", at.Hour())
	}
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", at.Hour(), at.Minute())
}

// Next says when more will be said, with the day where it is another one.
func Next(said, next time.Time, zone *time.Location) string {
	said, next = said.In(zone), next.In(zone)
	if said.Year() == next.Year() && said.YearDay() == next.YearDay() {
		return "Prochain point à " + Hour(next, zone)
	}
	months := [...]string{
		"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
	}
	return fmt.Sprintf("Prochain point le %d\u00a0%s à %s", next.Day(), months[next.Month()-1], Hour(next, zone))
}

// cut shortens a text between words.
func cut(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	short := string(runes[:most-1])
	if space := strings.LastIndexFunc(short, unicode.IsSpace); space > len(short)/2 {
		short = short[:space]
	}
	return strings.TrimRightFunc(short, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }) + "…"
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func paragraphs(parts []string) string { return strings.Join(parts, "\n\n") }

// first is the first text that says something.
func first(texts ...string) string {
	for _, text := range texts {
		if strings.TrimSpace(text) != "" {
			return text
		}
	}
	return ""
}

func in(zone *time.Location, at time.Time) Time { return Time{at.In(zone).Truncate(time.Second)} }

func zoneOf(c post.Commune) *time.Location {
	if zone, err := time.LoadLocation(c.Zone); err == nil && c.Zone != "" {
		return zone
	}
	return time.UTC
}
