package publishing

import (
	"fmt"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/internal/post"
)

// exerciseWord begins and ends every text of an exercise, so that no part of
// one can be taken for an alert.
const exerciseWord = "EXERCICE"

// nbsp keeps "14 h 20" and "n° 2" on one line.
const nbsp = "\u00a0"

// alertFrame is a message of an alert in its parts.
type alertFrame struct {
	// head is the number and the hour.
	head string
	// title is "" where the network shows it elsewhere, url where it needs none
	// in the text.
	title, body, next, url string
	exercise               bool
}

// fit joins the parts; a body that is too long for the network is cut, and the
// address of the alert's page leads to the rest.
func (f alertFrame) fit(limit channels.TextLimit) string {
	whole := f.join(f.title, f.body)
	count := counter(limit.Rule)
	if limit.Max == 0 || count(whole) <= limit.Max {
		return whole
	}
	said := joined("\n", f.title, f.body)
	// Joining adds a line end that an empty body does not have.
	room := limit.Max - count(f.join("", "")) - 1
	short, _ := adapt.Shorten(said, "", room, count)
	for short != "" && count(f.join("", short)) > limit.Max {
		room--
		short, _ = adapt.Shorten(said, "", room, count)
	}
	if short == "" {
		// Not even a word fits: the network says so itself.
		return whole
	}
	return f.join("", short)
}

func (f alertFrame) join(title, body string) string {
	head, last := f.head, ""
	if f.exercise {
		head, last = exerciseWord+" – "+f.head, exerciseWord
	}
	// A text that begins with its title needs no second one.
	if title != "" && strings.HasPrefix(strings.ToLower(body), strings.ToLower(title)) {
		title = ""
	}
	return joined("\n", head, title, body, f.next, f.url, last)
}

func joined(separator string, parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, separator)
}

// alertHead is the first line: which message this is, and of when.
func alertHead(m AlertMessage, at time.Time) string {
	head := fmt.Sprintf("Message n°%s%d – %s", nbsp, m.Number, frenchHour(at))
	switch m.Kind {
	case post.MessageCorrection:
		head += " – Rectification"
	case post.MessageEnd:
		head += " – Fin d’alerte"
	case post.MessageAlert, post.MessageUpdate:
		// The number says it.
	}
	return head
}

// nextPoint promises the next message; "" where its hour is not known.
func nextPoint(next, now time.Time, zone *time.Location) string {
	if next.IsZero() {
		return ""
	}
	next, now = next.In(zone), now.In(zone)
	if next.YearDay() == now.YearDay() && next.Year() == now.Year() {
		return "Prochain point à " + frenchHour(next)
	}
	return fmt.Sprintf("Prochain point le %d%s%s à %s", next.Day(), nbsp, month(next.Month()), frenchHour(next))
}

// frenchHour is "14 h 20", or "15 h".
func frenchHour(t time.Time) string {
	if t.Minute() == 0 {
		return fmt.Sprintf("%d%sh", t.Hour(), nbsp)
	}
	return fmt.Sprintf("%d%sh%s%02d", t.Hour(), nbsp, nbsp, t.Minute())
}

func month(m time.Month) string {
	return [...]string{
		"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
	}[m-time.January]
}
