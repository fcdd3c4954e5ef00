package publishing

import (
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// nbsp keeps "14 h 20" and "n° 2" on one line.
const nbsp = "\u00a0"

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
