package site

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/crieur/crieur/internal/cap"
	"github.com/crieur/crieur/internal/post"
)

// capEnd ends the address of an alert as a document for machines.
const capEnd = ".cap"

// routeAlerts mounts what a commune says in a crisis, and its exercises.
func (p *Pages) routeAlerts() {
	p.mux.HandleFunc("/c/{commune}/alerts", p.serveAlerts(false))
	p.mux.HandleFunc("/c/{commune}/alerts.atom", p.serveAlertFeed(atom, false))
	p.mux.HandleFunc("/c/{commune}/alerts.rss", p.serveAlertFeed(rss, false))
	p.mux.HandleFunc("/c/{commune}/alerts/{alert}", p.serveAlert(false))
	p.mux.HandleFunc("/c/{commune}/alerts/{alert}/{message}", p.serveMessage(false))
	p.mux.HandleFunc("/c/{commune}/exercises", p.serveAlerts(true))
	p.mux.HandleFunc("/c/{commune}/exercises.atom", p.serveAlertFeed(atom, true))
	p.mux.HandleFunc("/c/{commune}/exercises/{alert}", p.serveAlert(true))
	p.mux.HandleFunc("/c/{commune}/exercises/{alert}/{message}", p.serveMessage(true))
}

func (p *Pages) serveAlerts(exercise bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		board, ok := p.board(w, r)
		if !ok {
			return
		}
		hideExercise(w, exercise)
		p.render(w, r, "alerts", p.alertsView(board, exercise), http.StatusOK)
	}
}

// serveAlert is the page of an alert, or its newest message for machines.
func (p *Pages) serveAlert(exercise bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, machine := strings.CutSuffix(r.PathValue("alert"), capEnd)
		board, b, ok := p.alert(w, r, id, exercise)
		switch {
		case !ok:
		case machine:
			p.serveCAP(w, r, board, b, newest(b).Number)
		default:
			hideExercise(w, exercise)
			p.render(w, r, "alert", p.alertView(board, b, b.Messages), http.StatusOK)
		}
	}
}

// serveMessage is one message of an alert: where it stands for ever, when newer
// ones have taken its place.
func (p *Pages) serveMessage(exercise bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text, machine := strings.CutSuffix(r.PathValue("message"), capEnd)
		board, b, ok := p.alert(w, r, r.PathValue("alert"), exercise)
		if !ok {
			return
		}
		for _, m := range b.Messages {
			if strconv.Itoa(m.Number) != text {
				continue
			}
			if machine {
				p.serveCAP(w, r, board, b, m.Number)
				return
			}
			hideExercise(w, exercise)
			view := p.alertView(board, b, []post.BroadcastMessage{m})
			view.Page.Canonical, view.Page.NoIndex = view.Self, true
			p.render(w, r, "alert", view, http.StatusOK)
			return
		}
		p.missing(w, r, &board.Commune)
	}
}

// hideExercise keeps exercises out of search engines, and out of the copies
// that they show for weeks.
func hideExercise(w http.ResponseWriter, exercise bool) {
	if exercise {
		w.Header().Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	}
}

func (p *Pages) serveCAP(w http.ResponseWriter, r *http.Request, board Board, b post.Broadcast, number int) {
	document, err := cap.Of(p.issuer(board.Commune, b), b, number)
	var body []byte
	if err == nil {
		body, err = cap.Marshal(document)
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	hideExercise(w, b.Exercise)
	p.serveForMachines(w, r, cap.MediaType, body)
}

// serveForMachines answers with what other services relay.
func (p *Pages) serveForMachines(w http.ResponseWriter, r *http.Request, mediaType string, body []byte) {
	w.Header().Set("Content-Type", mediaType+"; charset=utf-8")
	w.Header().Set("Cache-Control", htmlAge)
	// Web pages of others may show what the commune says.
	w.Header().Set("Access-Control-Allow-Origin", "*")
	p.serve(w, r, body)
}

// issuer is the commune as it signs its documents.
func (p *Pages) issuer(c post.Commune, b post.Broadcast) cap.Issuer {
	by := cap.Issuer{Commune: c, Host: p.host}
	if p.publicURL != "" {
		by.Page = AlertURL(p.publicURL, c.Slug, b.ID, b.Exercise)
	}
	return by
}

// board finds what the commune of a request says, or answers that there is no
// such commune.
func (p *Pages) board(w http.ResponseWriter, r *http.Request) (Board, bool) {
	board, err := p.alerts.Board(r.Context(), r.PathValue("commune"))
	switch {
	case errors.Is(err, ErrNotFound):
		p.missing(w, r, nil)
	case err != nil:
		p.fail(w, r, err)
	}
	board.Alerts = public(board.Alerts)
	return board, err == nil
}

// alert finds one alert, on the board or among the old ones, or answers that
// there is none. An exercise is not found among alerts, nor the other way round.
func (p *Pages) alert(w http.ResponseWriter, r *http.Request, id string, exercise bool) (Board, post.Broadcast, bool) {
	board, ok := p.board(w, r)
	if !ok {
		return Board{}, post.Broadcast{}, false
	}
	wanted := func(all []post.Broadcast) (post.Broadcast, bool) {
		for _, b := range all {
			if b.ID == id && b.Exercise == exercise {
				return b, true
			}
		}
		return post.Broadcast{}, false
	}
	if b, ok := wanted(board.Alerts); ok {
		return board, b, true
	}
	old, err := p.alerts.Alert(r.Context(), board.Commune.Slug, id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		p.fail(w, r, err)
		return Board{}, post.Broadcast{}, false
	}
	if b, ok := wanted(public(old.Alerts)); ok && err == nil {
		return board, b, true
	}
	p.missing(w, r, &board.Commune)
	return Board{}, post.Broadcast{}, false
}

// public are those that may be seen, whoever gave them: what awaits a second
// person was not said, and what has no message says nothing.
func public(all []post.Broadcast) []post.Broadcast {
	var seen []post.Broadcast
	for _, b := range all {
		if (b.Status == post.BroadcastActive || b.Status == post.BroadcastEnded) && len(b.Messages) > 0 {
			seen = append(seen, b)
		}
	}
	return seen
}

// newest is the last message of an alert that is public.
func newest(b post.Broadcast) post.BroadcastMessage { return b.Messages[len(b.Messages)-1] }

// banner is what every page of a commune says while a real alert is active. A
// page without it is better than no page.
func (p *Pages) banner(ctx context.Context, slug string) []bannerView {
	board, err := p.alerts.Board(ctx, slug)
	if err != nil {
		if !errors.Is(err, ErrNotFound) && ctx.Err() == nil {
			p.log.ErrorContext(ctx, "a public page does not know whether there is an alert", "commune", slug, "error", err)
		}
		return nil
	}
	return p.bannerViews(board, "")
}
