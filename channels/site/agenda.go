package site

import (
	"bytes"
	"context"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/ics"
	"github.com/crieur/crieur/internal/post"
)

// Agenda is where the pages find the commune's events.
type Agenda interface {
	// Events lists those of the public agenda, the earliest first: of the past
	// year too for a feed, else those to come.
	Events(ctx context.Context, communeID string, feed bool) ([]Event, error)
	// Event finds one of them; ErrNotFound.
	Event(ctx context.Context, communeID, id string) (Event, error)
	// EventOfArticle finds the event that an article announces, by the
	// article's key; ErrNotFound.
	EventOfArticle(ctx context.Context, communeID, key string) (Event, error)
}

// Event is an event with its dates in words and as instants.
type Event struct {
	post.Event
	// When is its dates in words, Former the date that no longer holds.
	When, Former string
	Spans        []EventSpan
	// Article is the slug of an article that announces it, whose first picture
	// is the poster; "" where there is none.
	Article string
}

// EventSpan is one date. Of whole days, Start and End are midnights in UTC of
// which only the date counts, and End is the day after the last.
type EventSpan struct {
	Start, End time.Time
	HasEnd     bool
	When       string
}

// ShowAgenda adds the agenda to the pages. It is called before they serve.
func (p *Pages) ShowAgenda(agenda Agenda) error {
	for _, name := range []string{"agenda", "event"} {
		var err error
		if p.templates[name], err = template.ParseFS(files, "templates/layout.html", "templates/"+name+".html"); err != nil {
			return err
		}
	}
	p.agenda = agenda
	p.mux.HandleFunc("/c/{commune}/agenda", p.serveAgenda)
	p.mux.HandleFunc("/c/{commune}/agenda.ics", p.serveAgendaFeed)
	p.mux.HandleFunc("/c/{commune}/agenda/{event}", p.serveEvent)
	return nil
}

func (p *Pages) serveAgenda(w http.ResponseWriter, r *http.Request) {
	commune, ok := p.commune(w, r)
	if !ok {
		return
	}
	events, err := p.agenda.Events(r.Context(), commune.ID, false)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.render(w, r, "agenda", p.agendaView(commune, events), http.StatusOK)
}

func (p *Pages) serveAgendaFeed(w http.ResponseWriter, r *http.Request) {
	commune, ok := p.commune(w, r)
	if !ok {
		return
	}
	events, err := p.agenda.Events(r.Context(), commune.ID, true)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.serveCalendar(w, r, commune, "agenda.ics", events)
}

// serveEvent is the page of an event, or its calendar file where the address
// ends with .ics.
func (p *Pages) serveEvent(w http.ResponseWriter, r *http.Request) {
	commune, ok := p.commune(w, r)
	if !ok {
		return
	}
	id, calendar := strings.CutSuffix(r.PathValue("event"), ".ics")
	event, err := p.agenda.Event(r.Context(), commune.ID, id)
	switch {
	case errors.Is(err, ErrNotFound):
		p.missing(w, r, &commune)
	case err != nil:
		p.fail(w, r, err)
	case calendar:
		p.serveCalendar(w, r, commune, id+".ics", []Event{event})
	default:
		p.render(w, r, "event", p.eventView(commune, event, p.posterOf(r, &event)), http.StatusOK)
	}
}

func (p *Pages) serveCalendar(w http.ResponseWriter, r *http.Request, c post.Commune, name string, events []Event) {
	calendar := ics.Calendar{Product: "-//Crieur//" + c.Name + "//FR", Name: "Agenda – " + c.Name}
	for i := range events {
		calendar.Events = append(calendar.Events, p.calendarEvents(c, &events[i])...)
	}
	var body bytes.Buffer
	if err := calendar.Write(&body); err != nil {
		p.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", ics.MediaType)
	w.Header().Set("Content-Disposition", `inline; filename="`+name+`"`)
	w.Header().Set("Cache-Control", feedAge)
	p.serve(w, r, body.Bytes())
}

// calendarEvents is an event as calendars take it: one entry for each date.
// The first keeps the event's own UID, the others one that names their place.
func (p *Pages) calendarEvents(c post.Commune, e *Event) []ics.Event {
	content := &e.Content
	status, prefix := ics.Confirmed, ""
	switch e.Status {
	case post.EventCancelled:
		status, prefix = ics.Cancelled, "Annulé : "
	case post.EventPostponed:
		status, prefix = ics.Tentative, "Reporté, date à confirmer : "
	case post.EventScheduled, post.EventRescheduled:
	}
	place := content.Place.Name
	if content.Place.Address != "" && content.Place.Address != place {
		place = strings.TrimPrefix(place+", "+content.Place.Address, ", ")
	}
	entries := make([]ics.Event, 0, len(e.Spans))
	for i, s := range e.Spans {
		entry := ics.Event{
			UID: e.ID, Sequence: e.Sequence, Status: status, Stamp: e.UpdatedAt, Created: e.CreatedAt, Start: s.Start, AllDay: e.AllDay,
			Summary: prefix + content.Title, Description: content.Description, Location: place,
			Latitude: content.Place.Latitude, Longitude: content.Place.Longitude, URL: p.publicURL + eventPath(c.Slug, e.ID),
			OrganizerName: content.Organizer.Name, OrganizerEmail: content.Organizer.Email,
		}
		if s.HasEnd || e.AllDay {
			entry.End = s.End
		}
		if i > 0 {
			entry.UID += "-" + s.Start.UTC().Format("20060102")
		}
		if e.Category != "" {
			entry.Categories = []string{categoryName(e.Category)}
		}
		entries = append(entries, entry)
	}
	return entries
}

type agendaView struct {
	Page   pageView
	Events []eventCard
	Feed   string
}

type eventCard struct {
	Title, Path, When, Place, State string
}

func (p *Pages) agendaView(c post.Commune, events []Event) agendaView {
	view := agendaView{Page: p.page(c, "Agenda"), Feed: p.prefix + agendaPath(c.Slug) + ".ics"}
	view.Page.Summary = "Les événements de la commune."
	view.Page.Canonical = p.publicURL + agendaPath(c.Slug)
	view.Page.Open = &openGraph{Type: "website"}
	var data []any
	for i := range events {
		e := &events[i]
		view.Events = append(view.Events, eventCard{
			Title: e.Content.Title, Path: p.prefix + eventPath(c.Slug, e.ID), When: shownWhen(e), Place: e.Content.Place.Name, State: stateOf(e),
		})
		data = append(data, p.eventData(c, e, nil))
	}
	if len(data) > 0 {
		view.Page.Data = data
	}
	return view
}

// stateOf says what readers must see before anything else; "": nothing.
func stateOf(e *Event) string {
	switch e.Status {
	case post.EventCancelled:
		return "Annulé"
	case post.EventPostponed:
		return "Reporté : nouvelle date à confirmer"
	case post.EventRescheduled:
		return "Nouvelle date"
	default:
		return ""
	}
}

// shownWhen is when an event is, as far as that is known.
func shownWhen(e *Event) string {
	if e.Status == post.EventPostponed {
		return "date à confirmer"
	}
	return e.When
}

type eventPageView struct {
	Page  pageView
	Event eventDetail
	// Agenda and Calendar are paths.
	Agenda, Calendar string
}

type eventDetail struct {
	Title, State, When, Former string
	Paragraphs                 []string
	Place, Address, Map        string
	Price, Link                string
	Accessibility, Languages   []string
	Organizer, Contact         post.Party
	Dates                      []string
	Poster                     *imageView
}

// posterOf is the first picture of the article that announces an event, or nil.
// An article that cannot be read does not keep citizens from the event.
func (p *Pages) posterOf(r *http.Request, e *Event) *Image {
	if e.Article == "" {
		return nil
	}
	a, err := p.library.Article(r.Context(), e.CommuneID, e.Article)
	if err != nil || len(a.Images) == 0 {
		if err != nil && !errors.Is(err, ErrNotFound) {
			p.log.WarnContext(r.Context(), "the poster of an event cannot be read", "slug", e.Article, "error", err)
		}
		return nil
	}
	return &a.Images[0]
}

// eventView is the page of an event; poster may be nil.
func (p *Pages) eventView(c post.Commune, e Event, poster *Image) eventPageView {
	content := &e.Content
	view := eventPageView{
		Page: p.page(c, content.Title), Agenda: p.prefix + agendaPath(c.Slug), Calendar: p.prefix + eventPath(c.Slug, e.ID) + ".ics",
		Event: eventDetail{
			Title: content.Title, State: stateOf(&e), When: shownWhen(&e), Former: e.Former, Place: content.Place.Name, Address: content.Place.Address,
			Link: content.Link, Accessibility: content.Accessibility, Languages: content.Languages, Organizer: content.Organizer, Contact: content.Contact,
			Price: priceText(content.Price),
		},
	}
	for paragraph := range strings.SplitSeq(content.Description, "\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			view.Event.Paragraphs = append(view.Event.Paragraphs, paragraph)
		}
	}
	if content.Place.Latitude != nil && content.Place.Longitude != nil {
		view.Event.Map = mapURL(*content.Place.Latitude, *content.Place.Longitude)
	}
	if len(e.Spans) > 1 && e.Status != post.EventPostponed {
		for _, s := range e.Spans {
			view.Event.Dates = append(view.Event.Dates, s.When)
		}
	}
	view.Page.Summary = strings.TrimPrefix(view.Event.State+" – "+view.Event.When+". "+content.Place.Name, " – ")
	view.Page.Canonical = p.publicURL + eventPath(c.Slug, e.ID)
	view.Page.Open = &openGraph{Type: "article"}
	var images []any
	if poster != nil {
		shown := p.image(c, *poster)
		view.Event.Poster, view.Page.Open.Image = &shown, &shown
		images = p.imageObjects(c, Article{Images: []Image{*poster}})
	}
	view.Page.Data = p.eventData(c, &e, images)
	return view
}

// eventOf is the event of an article, or nil. An agenda that cannot be read
// does not keep citizens from the article.
func (p *Pages) eventOf(r *http.Request, a Article) *Event {
	if p.agenda == nil {
		return nil
	}
	e, err := p.agenda.EventOfArticle(r.Context(), a.CommuneID, a.Key)
	if err != nil {
		if !errors.Is(err, ErrNotFound) {
			p.log.WarnContext(r.Context(), "the event of an article cannot be read", "slug", a.Slug, "error", err)
		}
		return nil
	}
	return &e
}

// articleEventView is what an article shows of its event.
type articleEventView struct{ State, When, Path, Calendar string }

func (p *Pages) articleEvent(c post.Commune, e *Event) *articleEventView {
	view := &articleEventView{State: stateOf(e), When: shownWhen(e)}
	if e.Listed {
		view.Path = p.prefix + eventPath(c.Slug, e.ID)
		view.Calendar = view.Path + ".ics"
	}
	return view
}
