package site

import (
	"encoding/xml"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/internal/cap"
	"github.com/crieur/crieur/internal/post"
)

// The lists of live alerts for machines: Atom (RFC 4287) and RSS 2.0, whose
// entries lead to documents in CAP 1.2.

func (p *Pages) serveAlertFeed(kind feedKind, exercise bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		board, ok := p.board(w, r)
		if !ok {
			return
		}
		document, err := p.alertFeed(kind, board, exercise)
		var body []byte
		if err == nil {
			body, err = xml.MarshalIndent(document, "", "  ")
		}
		if err != nil {
			p.fail(w, r, err)
			return
		}
		hideExercise(w, exercise)
		p.serveForMachines(w, r, kind.mediaType(), append([]byte(xml.Header), body...))
	}
}

func (p *Pages) alertFeed(kind feedKind, board Board, exercise bool) (any, error) {
	var items []liveAlert
	for _, b := range board.Alerts {
		if b.Exercise != exercise || !p.live(b) {
			continue
		}
		document, err := cap.Of(p.issuer(board.Commune, b), b, newest(b).Number)
		if err != nil {
			return nil, err
		}
		items = append(items, liveAlert{b, document})
	}
	if kind == rss {
		return p.alertRSS(board, items), nil
	}
	return p.alertAtom(board, items, exercise), nil
}

// live: what was said last is still to be believed. The end of an alert is told
// for an hour more, because who only reads these lists would not hear of it.
func (p *Pages) live(b post.Broadcast) bool { return cap.Expires(newest(b)).After(p.now()) }

// liveAlert is an alert with its newest message as a document.
type liveAlert struct {
	post.Broadcast
	document cap.Alert
}

// said is when a commune last said something in a crisis, or in an exercise:
// also when what was live has ended since.
func said(board Board, exercise bool) time.Time {
	at := board.Commune.CreatedAt
	for _, b := range board.Alerts {
		if m := newest(b); b.Exercise == exercise && m.CreatedAt.After(at) {
			at = m.CreatedAt
		}
	}
	return at
}

func alertFeedTitle(c post.Commune, exercise bool) string {
	if exercise {
		return adapt.ExerciseMark + " · Exercices · " + c.Name
	}
	return "Alertes · " + c.Name
}

type alertAtom struct {
	XMLName  xml.Name         `xml:"http://www.w3.org/2005/Atom feed"`
	Language string           `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID       string           `xml:"id"`
	Title    string           `xml:"title"`
	Updated  string           `xml:"updated"`
	Author   alertAuthor      `xml:"author"`
	Links    []alertLink      `xml:"link"`
	Entries  []alertAtomEntry `xml:"entry"`
}

type alertAuthor struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type alertLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type alertAtomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Summary    string         `xml:"summary"`
	Links      []alertLink    `xml:"link"`
	Categories []atomCategory `xml:"category"`
}

func (p *Pages) alertAtom(board Board, items []liveAlert, exercise bool) any {
	c, list := board.Commune, p.publicURL+alertsPath(board.Commune.Slug, exercise)
	document := alertAtom{
		Language: "fr-BE", Title: alertFeedTitle(c, exercise),
		ID:      uuid.NewSHA1(uuid.NameSpaceOID, []byte("crieur alerts "+strconv.FormatBool(exercise)+" "+c.ID)).URN(),
		Updated: said(board, exercise).UTC().Format(time.RFC3339),
		Author:  alertAuthor{Name: c.Name, URI: p.publicURL + communePath(c.Slug)},
		Links: []alertLink{
			{Rel: "alternate", Type: "text/html", Href: list},
			{Rel: "self", Type: atom.mediaType(), Href: list + ".atom"},
		},
	}
	for _, item := range items {
		entry := alertAtomEntry{
			ID: item.document.Identifier, Title: item.document.Info.Headline,
			Published: item.OpenedAt.UTC().Format(time.RFC3339), Updated: item.document.Sent.UTC().Format(time.RFC3339),
			Summary: item.document.Info.Description,
			Links: []alertLink{
				{Rel: "alternate", Type: cap.MediaType, Href: p.documentURL(c, item)},
				{Rel: "alternate", Type: "text/html", Href: AlertURL(p.publicURL, c.Slug, item.ID, exercise)},
			},
		}
		for _, category := range item.document.Info.Categories {
			entry.Categories = append(entry.Categories, atomCategory{Term: string(category)})
		}
		document.Entries = append(document.Entries, entry)
	}
	return document
}

// documentURL is where the newest message stands, and stays.
func (p *Pages) documentURL(c post.Commune, item liveAlert) string {
	return AlertURL(p.publicURL, c.Slug, item.ID, item.Exercise) + "/" + strconv.Itoa(newest(item.Broadcast).Number) + capEnd
}

type alertRSS struct {
	XMLName xml.Name        `xml:"rss"`
	Version string          `xml:"version,attr"`
	Atom    string          `xml:"xmlns:atom,attr"`
	Channel alertRSSChannel `xml:"channel"`
}

type alertRSSChannel struct {
	Title       string         `xml:"title"`
	Link        string         `xml:"link"`
	Description string         `xml:"description"`
	Language    string         `xml:"language"`
	Built       string         `xml:"lastBuildDate"`
	TTL         int            `xml:"ttl"`
	Self        rssSelf        `xml:"atom:link"`
	Items       []alertRSSItem `xml:"item"`
}

type alertRSSItem struct {
	Title       string         `xml:"title"`
	Link        string         `xml:"link"`
	Description string         `xml:"description"`
	Categories  []cap.Category `xml:"category"`
	GUID        alertGUID      `xml:"guid"`
	Published   string         `xml:"pubDate"`
}

type alertGUID struct {
	Permanent bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

func (p *Pages) alertRSS(board Board, items []liveAlert) any {
	c, zone := board.Commune, zoneOf(board.Commune)
	list := p.publicURL + alertsPath(c.Slug, false)
	channel := alertRSSChannel{
		Title: alertFeedTitle(c, false), Link: list, Description: "Les alertes en cours.", Language: "fr-be",
		Built: said(board, false).In(zone).Format(time.RFC1123Z), TTL: 1,
		Self: rssSelf{Href: list + ".rss", Rel: "self", Type: rss.mediaType()},
	}
	for _, item := range items {
		channel.Items = append(channel.Items, alertRSSItem{
			Title: item.document.Info.Headline, Link: p.documentURL(c, item), Description: item.document.Info.Description,
			Categories: item.document.Info.Categories, GUID: alertGUID{ID: item.document.Identifier},
			Published: item.document.Sent.Format(time.RFC1123Z),
		})
	}
	return alertRSS{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Channel: channel}
}
