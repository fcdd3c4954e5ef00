package site

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/internal/cap"
	"github.com/crieur/crieur/internal/post"
)

const (
	// fullMessages bounds the messages that an alert's page shows in full, in
	// bytes of markup: the page stays light on a network that everybody uses at
	// once. Older ones are a link away.
	fullMessages = 30_000
	// maxPastMessages bounds the links to older messages.
	maxPastMessages = 60
	// spokenExcerpt bounds the text for machines, in code points.
	spokenExcerpt = 300
)

// bannerView is an alert at the head of a page.
type bannerView struct {
	Title, Path, Number, Hour, Machine string
}

// alertListView is the page with all alerts of a commune, or its exercises.
type alertListView struct {
	Page          pageView
	Exercise      bool
	Heading       string
	Active, Ended []alertLineView
}

type alertLineView struct {
	Title, Path, Reference string
	Newest                 string
	At                     dateView
}

// alertView is the page of one alert.
type alertView struct {
	Page     pageView
	Exercise bool
	Active   bool
	Title    string
	// Self is the address of this very page, Whole the path of the alert's page
	// where this one shows a single message.
	Self, Whole string
	Reference   string
	Severity    string
	Place       string
	Ended       *dateView
	Messages    []messageView
	// Past are older messages that are not shown in full.
	Past []messageView
	CAP  string
	All  string
}

type messageView struct {
	Number  int
	Heading string
	// Title is "" where it is that of the page.
	Title, Path string
	Body        template.HTML
	Next        string
	At          dateView
}

// alertPage is the frame of a page about alerts.
func (p *Pages) alertPage(c post.Commune, title string, exercise bool) pageView {
	view := p.page(c, title)
	view.NoIndex = exercise
	list := p.prefix + alertsPath(c.Slug, exercise)
	// The page's own feeds say it.
	view.Following, view.AlertFeed = "Suivre les alertes :", ""
	view.Feeds = []feedView{{Title: atom.title(), Type: atom.mediaType(), Path: list + ".atom"}}
	if exercise {
		view.Following = "Suivre les exercices :"
	} else {
		view.Feeds = append(view.Feeds, feedView{Title: rss.title(), Type: rss.mediaType(), Path: list + ".rss"})
	}
	return view
}

func (p *Pages) alertsView(board Board, exercise bool) alertListView {
	c := board.Commune
	heading := "Alertes"
	if exercise {
		heading = adapt.ExerciseMark + " – Exercices"
	}
	view := alertListView{Page: p.alertPage(c, heading, exercise), Exercise: exercise, Heading: heading}
	view.Page.Canonical = p.publicURL + alertsPath(c.Slug, exercise)
	view.Page.Summary = "Les alertes en cours et passées de " + c.Name + "."
	view.Page.Alerts = p.bannerViews(board, "")
	zone := zoneOf(c)
	for _, b := range board.Alerts {
		if b.Exercise != exercise {
			continue
		}
		m := newest(b)
		line := alertLineView{
			Title: marked(cap.Title(b, m), b), Path: p.prefix + alertPath(c.Slug, b.ID, exercise), Reference: cap.Name(b),
			Newest: messageHeading(m, zone), At: frenchDate(m.CreatedAt, zone),
		}
		if b.Status == post.BroadcastActive {
			view.Active = append(view.Active, line)
		} else {
			view.Ended = append(view.Ended, line)
		}
	}
	return view
}

// alertView shows these messages of an alert, newest first.
func (p *Pages) alertView(board Board, b post.Broadcast, messages []post.BroadcastMessage) alertView {
	c, zone, last := board.Commune, zoneOf(board.Commune), messages[len(messages)-1]
	title := marked(cap.Title(b, last), b)
	own := alertPath(c.Slug, b.ID, b.Exercise)
	view := alertView{
		Page: p.alertPage(c, title, b.Exercise), Exercise: b.Exercise, Active: b.Status == post.BroadcastActive, Title: title,
		Self: p.publicURL + own, Reference: cap.Name(b), Severity: severityName(b.Severity), Place: b.Area.Description,
		CAP: p.prefix + own + capEnd, All: p.prefix + alertsPath(c.Slug, b.Exercise),
	}
	if len(messages) < len(b.Messages) {
		view.Whole = p.prefix + own
		view.Self += "/" + strconv.Itoa(last.Number)
		view.CAP = p.prefix + own + "/" + strconv.Itoa(last.Number) + capEnd
	}
	if b.Status == post.BroadcastEnded && !b.EndedAt.IsZero() {
		ended := frenchDate(b.EndedAt, zone)
		view.Ended = &ended
	}
	room := fullMessages
	for i := range messages {
		m := messages[len(messages)-1-i]
		shown := p.messageHead(c, b, m, zone)
		if shown.Title == view.Title {
			shown.Title = ""
		}
		if room > 0 {
			shown.Body = p.messageBody(m)
			room -= len(shown.Body)
		}
		switch {
		case i == 0 || room > 0:
			view.Messages = append(view.Messages, shown)
		case len(view.Past) < maxPastMessages:
			view.Past = append(view.Past, shown)
		}
	}
	view.Page.Summary = adapt.Excerpt(last.Text, maxExcerpt)
	view.Page.Canonical = p.publicURL + own
	view.Page.Open = &openGraph{Type: "website"}
	view.Page.Alternate = &feedView{Title: "Alerte (CAP 1.2)", Type: cap.MediaType, Path: view.CAP}
	view.Page.Alerts = p.bannerViews(board, b.ID)
	if !b.Exercise {
		view.Page.Data = p.specialAnnouncement(c, b, last)
	}
	return view
}

func (p *Pages) messageHead(c post.Commune, b post.Broadcast, m post.BroadcastMessage, zone *time.Location) messageView {
	view := messageView{
		Number: m.Number, Heading: messageHeading(m, zone), Title: marked(cap.Title(b, m), b),
		Path: p.prefix + alertPath(c.Slug, b.ID, b.Exercise) + "/" + strconv.Itoa(m.Number), At: frenchDate(m.CreatedAt, zone),
	}
	if m.Kind != post.MessageEnd && !m.NextUpdateAt.IsZero() {
		view.Next = cap.Next(m.CreatedAt, m.NextUpdateAt, zone)
	}
	return view
}

func (p *Pages) messageBody(m post.BroadcastMessage) template.HTML {
	return template.HTML(p.policy.Sanitize(adapt.PlainToHTML(adapt.Typography(m.Text)))) //nolint:gosec // escaped, and cleaned by the policy
}

// bannerViews are the active real alerts but one: that of the page itself.
func (p *Pages) bannerViews(board Board, but string) []bannerView {
	var views []bannerView
	zone := zoneOf(board.Commune)
	for _, b := range public(board.Alerts) {
		if b.Exercise || b.Status != post.BroadcastActive || b.ID == but {
			continue
		}
		m := newest(b)
		views = append(views, bannerView{
			Title: cap.Title(b, m), Path: p.prefix + alertPath(board.Commune.Slug, b.ID, false),
			Number: strconv.Itoa(m.Number), Hour: cap.Hour(m.CreatedAt, zone), Machine: m.CreatedAt.In(zone).Format(time.RFC3339),
		})
	}
	return views
}

// messageHeading is the number and the hour, which stand in every message.
func messageHeading(m post.BroadcastMessage, zone *time.Location) string {
	text := "Message n°\u00a0" + strconv.Itoa(m.Number) + " – " + cap.Hour(m.CreatedAt, zone)
	switch m.Kind {
	case post.MessageCorrection:
		text += " – Rectification"
	case post.MessageEnd:
		text += " – Fin d’alerte"
	case post.MessageAlert, post.MessageUpdate:
	}
	return text
}

// marked says of an exercise that it is one.
func marked(title string, b post.Broadcast) string {
	if b.Exercise && !strings.HasPrefix(title, adapt.ExerciseMark) {
		return adapt.ExerciseMark + " – " + title
	}
	return title
}

func severityName(s post.AlertSeverity) string {
	switch s {
	case post.AlertMinor:
		return "mineure"
	case post.AlertModerate:
		return "modérée"
	case post.AlertSevere:
		return "grave"
	case post.AlertExtreme:
		return "extrême"
	}
	return ""
}

// specialAnnouncement is the newest message in the vocabulary of schema.org.
func (p *Pages) specialAnnouncement(c post.Commune, b post.Broadcast, m post.BroadcastMessage) any {
	place := b.Area.Description
	if place == "" {
		place = c.Name
	}
	address := p.publicURL + alertPath(c.Slug, b.ID, b.Exercise)
	return map[string]any{
		"@context": "https://schema.org", "@type": "SpecialAnnouncement",
		"name": cap.Title(b, m), "text": adapt.Excerpt(m.Text, spokenExcerpt), "inLanguage": "fr-BE",
		"datePosted": m.CreatedAt.UTC().Format(time.RFC3339), "expires": cap.Expires(m).UTC().Format(time.RFC3339),
		"url": address, "mainEntityOfPage": address,
		"webFeed":                  p.publicURL + alertsPath(c.Slug, b.Exercise) + ".atom",
		"spatialCoverage":          map[string]any{"@type": "Place", "name": place},
		"publisher":                map[string]any{"@type": "GovernmentOrganization", "name": c.Name, "url": p.publicURL + communePath(c.Slug)},
		"newsUpdatesAndGuidelines": address,
	}
}
