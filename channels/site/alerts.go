package site

import (
	"context"
	"net/url"
	"strings"

	"github.com/crieur/crieur/internal/post"
)

// Alerts tells the pages what a commune says in a crisis. Whoever stands behind
// it may answer from a copy: these pages are to be reachable when the ledger is
// not. It is safe for concurrent use.
//
// What it gives is public: alerts that are active or ended and exercises, with
// their messages in the order of their numbers; of these number, kind, title,
// text, hour and the hour of the next one. Nothing that awaits a second person
// or was given up; no deliveries, no ticks, nobody's name.
type Alerts interface {
	// Board gives the commune of a slug with all its active alerts and
	// exercises and at most BoardLength ended ones, newest first; ErrNotFound
	// where there is no such commune. Every public page of a commune asks it.
	Board(ctx context.Context, slug string) (Board, error)
	// Alert gives the commune of a slug with the one alert or exercise of an id,
	// however old it is; ErrNotFound. It is asked for what is not on the board.
	Alert(ctx context.Context, slug, id string) (Board, error)
}

// BoardLength is how many ended alerts and exercises a board holds.
const BoardLength = 50

// Board is what a commune says in a crisis.
type Board struct {
	Commune post.Commune
	Alerts  []post.Broadcast
}

// AlertURL is where the public page of an alert, or of an exercise, stands.
// Messages lead there. publicURL is as for New.
func AlertURL(publicURL, commune, id string, exercise bool) string {
	return strings.TrimRight(publicURL, "/") + alertPath(commune, id, exercise)
}

// alertsPath is where a commune's alerts stand, or its exercises: these are
// never found among what is real.
func alertsPath(commune string, exercise bool) string {
	if exercise {
		return communePath(commune) + "/exercises"
	}
	return communePath(commune) + "/alerts"
}

func alertPath(commune, id string, exercise bool) string {
	return alertsPath(commune, exercise) + "/" + url.PathEscape(id)
}
