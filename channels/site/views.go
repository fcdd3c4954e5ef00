package site

import (
	"errors"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// pageView is what every page shows.
type pageView struct {
	Title string
	// Site is the name of the commune, Home the path of its list.
	Site string
	Home string
	// Agenda is the path of the agenda; "" where there is none.
	Agenda  string
	Summary string
	// Canonical is the one address of the page; "" for none.
	Canonical string
	NoIndex   bool
	CSS       string
	// Alerts are the active ones, at the head of every page.
	Alerts []bannerView
	// AlertList is the path of the page with all alerts, AlertFeed that of the
	// live ones for machines.
	AlertList, AlertFeed string
	// Following introduces the feeds.
	Following string
	Feeds     []feedView
	// Alternate is the page in another format; nil for none.
	Alternate *feedView
	Locale    string
	Open      *openGraph
	// Data is the page for machines (schema.org); nil for none.
	Data any
	// EventData is the event that the page is about, for machines; nil for none.
	EventData any
}

type feedView struct{ Title, Type, Path string }

// openGraph is what social networks show of a link to the page.
type openGraph struct {
	Type                string
	Image               *imageView
	Published, Modified string
	Section             string
}

type listView struct {
	Page     pageView
	Articles []articleView
	// Older is the next page of the list; Newest the first, where this is not
	// the first.
	Older, Newest string
}

type articleView struct {
	Title, Path, Excerpt, Language, Category string
	// Body was cleaned by the policy.
	Body      template.HTML
	Lead      *imageView
	Gallery   []imageView
	Published dateView
	// Updated is nil for an article that was not changed.
	Updated *dateView
	// Event is the event that it announces; nil for none.
	Event *articleEventView
}

type imageView struct {
	Path, URL, Type, Alt string
	Width, Height, Bytes int
}

type dateView struct{ Machine, Human string }

// page is the frame of every page of a commune.
func (p *Pages) page(c post.Commune, title string) pageView {
	view := pageView{
		Title: title, Site: c.Name, Home: p.prefix + communePath(c.Slug), CSS: p.cssURL(), Locale: "fr_BE",
		Following: "Suivre les actualités :",
		AlertList: p.prefix + alertsPath(c.Slug, false), AlertFeed: p.prefix + alertsPath(c.Slug, false) + ".atom",
	}
	if p.agenda != nil {
		view.Agenda = p.prefix + agendaPath(c.Slug)
	}
	for _, kind := range []feedKind{rss, atom, jsonFeed} {
		view.Feeds = append(view.Feeds, feedView{
			Title: kind.title(), Type: kind.mediaType(), Path: p.prefix + feedPath(c.Slug, kind),
		})
	}
	return view
}

func (p *Pages) listView(c post.Commune, after Cursor, articles []Article) listView {
	view := listView{Page: p.page(c, "Actualités")}
	view.Page.Summary = feedSummary
	view.Page.Canonical = p.publicURL + communePath(c.Slug)
	view.Page.Open = &openGraph{Type: "website"}
	if !after.IsZero() {
		view.Newest = view.Page.Home
		view.Page.Canonical += "?suite=" + after.String()
		view.Page.NoIndex = true
	}
	if len(articles) > listLength {
		articles = articles[:listLength]
		last := articles[len(articles)-1]
		view.Older = view.Page.Home + "?suite=" + Cursor{last.PublishedAt, last.Slug}.String()
	}
	for _, a := range articles {
		view.Articles = append(view.Articles, p.article(c, a))
	}
	return view
}

// storyView is the page of an article.
type storyView struct {
	Page    pageView
	Article articleView
}

// articleView is an article; event is what it announces, or nil.
func (p *Pages) articleView(c post.Commune, a Article, event *Event) storyView {
	page, article := p.page(c, a.Title), p.article(c, a)
	page.Summary = a.Excerpt
	page.Canonical = p.publicURL + articlePath(c.Slug, a.Slug)
	page.Open = &openGraph{
		Type: "article", Image: article.Lead, Section: article.Category,
		Published: a.PublishedAt.UTC().Format(time.RFC3339), Modified: a.UpdatedAt.UTC().Format(time.RFC3339),
	}
	page.Data = p.newsArticle(c, a)
	if event != nil {
		article.Event = p.articleEvent(c, event)
		page.EventData = p.eventData(c, event, p.imageObjects(c, a))
	}
	return storyView{page, article}
}

func (p *Pages) article(c post.Commune, a Article) articleView {
	zone := zoneOf(c)
	view := articleView{
		Title: a.Title, Path: p.prefix + articlePath(c.Slug, a.Slug), Excerpt: a.Excerpt,
		Language: a.Language, Category: categoryName(a.Category),
		Body:      template.HTML(p.policy.Sanitize(a.HTML)), //nolint:gosec // the policy has just cleaned it
		Published: frenchDate(a.PublishedAt, zone),
	}
	for i, image := range a.Images {
		shown := p.image(c, image)
		if i == 0 {
			view.Lead = &shown
		} else {
			view.Gallery = append(view.Gallery, shown)
		}
	}
	if a.UpdatedAt.After(a.PublishedAt) {
		updated := frenchDate(a.UpdatedAt, zone)
		view.Updated = &updated
	}
	return view
}

func (p *Pages) image(c post.Commune, image Image) imageView {
	path := imagePath(c.Slug, image)
	return imageView{
		Path: p.prefix + path, URL: p.publicURL + path, Type: image.ContentType, Alt: image.Alt,
		Width: image.Width, Height: image.Height, Bytes: image.Bytes,
	}
}

// categoryName is what readers see for a category: its French name where it is
// one of the product's own, else as the author wrote it. Among news, "news"
// says nothing.
func categoryName(category string) string {
	switch category {
	case "event":
		return "Événement"
	case "news":
		return ""
	default:
		return category
	}
}

// zoneOf is the zone in which the commune reads hours.
func zoneOf(c post.Commune) *time.Location {
	if zone, err := time.LoadLocation(c.Zone); err == nil && c.Zone != "" {
		return zone
	}
	return time.UTC
}

// frenchDate is an instant for readers and for machines.
func frenchDate(at time.Time, zone *time.Location) dateView {
	months := [...]string{
		"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
		"septembre", "octobre", "novembre", "décembre",
	}
	at = at.In(zone)
	day := strconv.Itoa(at.Day())
	if at.Day() == 1 {
		day = "1er"
	}
	return dateView{
		Machine: at.Format(time.RFC3339),
		// No-break spaces keep an hour and a date together.
		Human: fmt.Sprintf("%s\u00a0%s\u00a0%d à\u00a0%d\u00a0h\u00a0%02d",
			day, months[at.Month()-1], at.Year(), at.Hour(), at.Minute()),
	}
}

// String is the cursor as an address carries it.
func (c Cursor) String() string {
	return strconv.FormatInt(c.PublishedAt.UnixMilli(), 10) + "." + c.Slug
}

// parseCursor reads what String wrote; "" is the zero Cursor.
func parseCursor(text string) (Cursor, error) {
	if text == "" {
		return Cursor{}, nil
	}
	at, slug, found := strings.Cut(text, ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	if !found || err != nil || slug == "" {
		return Cursor{}, errors.New("site: not a place in the list")
	}
	return Cursor{PublishedAt: time.UnixMilli(ms).UTC(), Slug: slug}, nil
}
