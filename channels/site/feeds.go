package site

import (
	"encoding/json"
	"encoding/xml"
	"html"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/feeds"

	"github.com/crieur/crieur/internal/post"
)

// feedKind is a format, by the end of its address.
type feedKind string

const (
	rss      feedKind = "rss"
	atom     feedKind = "atom"
	jsonFeed feedKind = "json"
)

func (k feedKind) title() string {
	switch k {
	case rss:
		return "Flux RSS"
	case atom:
		return "Flux Atom"
	case jsonFeed:
		return "Flux JSON"
	}
	return ""
}

func (k feedKind) mediaType() string {
	switch k {
	case rss:
		return "application/rss+xml"
	case atom:
		return "application/atom+xml"
	case jsonFeed:
		return "application/feed+json"
	}
	return ""
}

func (p *Pages) serveFeed(kind feedKind) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		commune, ok := p.commune(w, r)
		if !ok {
			return
		}
		articles, err := p.library.List(r.Context(), commune.ID, Cursor{}, feedLength)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		body, err := p.feed(kind, commune, articles)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		w.Header().Set("Content-Type", kind.mediaType()+"; charset=utf-8")
		w.Header().Set("Cache-Control", feedAge)
		// Web pages of others may show the commune's news.
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if at := updatedAt(articles); !at.IsZero() {
			w.Header().Set("Last-Modified", at.UTC().Format(http.TimeFormat))
		}
		p.serve(w, r, body)
	}
}

func (p *Pages) feed(kind feedKind, c post.Commune, articles []Article) ([]byte, error) {
	var document any
	switch kind {
	case rss:
		document = p.rssFeed(c, articles)
	case atom:
		document = p.atomFeed(c, articles)
	case jsonFeed:
		return json.MarshalIndent(p.jsonFeed(c, articles), "", "  ")
	}
	body, err := xml.MarshalIndent(document, "", "  ")
	return append([]byte(xml.Header), body...), err
}

// articleID names an article for ever: it depends on neither its address nor
// that of the server, so that no reader of a feed sees it as new again.
func articleID(a Article) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte("crieur article "+a.CommuneID+" "+a.Key)).URN()
}

func feedID(c post.Commune) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte("crieur news "+c.ID)).URN()
}

// body is an article with its pictures, at absolute addresses.
func (p *Pages) body(c post.Commune, a Article) string {
	var b strings.Builder
	b.WriteString(p.policy.Sanitize(a.HTML))
	for _, image := range a.Images {
		shown := p.image(c, image)
		b.WriteString("\n<p><img src=\"" + html.EscapeString(shown.URL) + "\" alt=\"" + html.EscapeString(shown.Alt) +
			"\" width=\"" + strconv.Itoa(shown.Width) + "\" height=\"" + strconv.Itoa(shown.Height) + "\"></p>")
	}
	return b.String()
}

func updatedAt(articles []Article) time.Time {
	var latest time.Time
	for _, a := range articles {
		if a.UpdatedAt.After(latest) {
			latest = a.UpdatedAt
		}
	}
	return latest
}

// The types below add what gorilla/feeds does not have: the feed's own address,
// languages, and descriptions of pictures.

// RSS 2.0 with the content, atom and media modules. The embedded types share
// names with their feeds; the outer fields win (encoding/xml).
type rssDocument struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Content string     `xml:"xmlns:content,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	feeds.RssFeed
	Self  rssSelf   `xml:"atom:link"`
	Items []rssItem `xml:"item"`
}

type rssSelf struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type rssItem struct {
	feeds.RssItem
	// Content is escaped and not CDATA, which cannot hold every character.
	Content string     `xml:"content:encoded"`
	Media   []rssMedia `xml:"media:content"`
}

type rssMedia struct {
	URL         string   `xml:"url,attr"`
	Type        string   `xml:"type,attr"`
	Medium      string   `xml:"medium,attr"`
	Bytes       int      `xml:"fileSize,attr"`
	Width       int      `xml:"width,attr"`
	Height      int      `xml:"height,attr"`
	Description rssPlain `xml:"media:description"`
}

type rssPlain struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

func (p *Pages) rssFeed(c post.Commune, articles []Article) any {
	zone := zoneOf(c)
	channel := rssChannel{
		RssFeed: feeds.RssFeed{
			Title: feedTitle(c), Link: p.publicURL + communePath(c.Slug),
			Description: feedSummary, Language: c.Language,
			Generator: "Crieur", Ttl: 5,
		},
		Self: rssSelf{Href: p.publicURL + feedPath(c.Slug, rss), Rel: "self", Type: rss.mediaType()},
	}
	if at := updatedAt(articles); !at.IsZero() {
		channel.LastBuildDate = at.In(zone).Format(time.RFC1123Z)
	}
	for _, a := range articles {
		item := rssItem{
			RssItem: feeds.RssItem{
				Title: a.Title, Link: p.publicURL + articlePath(c.Slug, a.Slug), Description: a.Excerpt,
				Category: categoryName(a.Category), PubDate: a.PublishedAt.In(zone).Format(time.RFC1123Z),
				Guid: &feeds.RssGuid{Id: articleID(a), IsPermaLink: "false"},
			},
			Content: p.body(c, a),
		}
		for i, image := range a.Images {
			shown := p.image(c, image)
			if i == 0 {
				item.Enclosure = &feeds.RssEnclosure{Url: shown.URL, Type: shown.Type, Length: strconv.Itoa(shown.Bytes)}
			}
			item.Media = append(item.Media, rssMedia{
				URL: shown.URL, Type: shown.Type, Medium: "image", Bytes: shown.Bytes,
				Width: shown.Width, Height: shown.Height, Description: rssPlain{"plain", shown.Alt},
			})
		}
		channel.Items = append(channel.Items, item)
	}
	return rssDocument{
		Version: "2.0", Content: "http://purl.org/rss/1.0/modules/content/",
		Atom: "http://www.w3.org/2005/Atom", Media: "http://search.yahoo.com/mrss/", Channel: channel,
	}
}

// Atom, RFC 4287.
type atomDocument struct {
	XMLName  xml.Name `xml:"feed"`
	Language string   `xml:"xml:lang,attr,omitempty"`
	feeds.AtomFeed
	Links   []feeds.AtomLink `xml:"link"`
	Entries []atomEntry      `xml:"entry"`
}

type atomEntry struct {
	XMLName  xml.Name `xml:"entry"`
	Language string   `xml:"xml:lang,attr,omitempty"`
	feeds.AtomEntry
	Links    []feeds.AtomLink `xml:"link"`
	Category *atomCategory    `xml:"category"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

func (p *Pages) atomFeed(c post.Commune, articles []Article) any {
	updated := updatedAt(articles)
	if updated.IsZero() {
		updated = c.CreatedAt
	}
	document := atomDocument{
		Language: c.Language,
		AtomFeed: feeds.AtomFeed{
			Xmlns: "http://www.w3.org/2005/Atom", Title: feedTitle(c), Id: feedID(c),
			Updated: updated.UTC().Format(time.RFC3339),
			Author:  &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: c.Name, Uri: p.publicURL + communePath(c.Slug)}},
		},
		Links: []feeds.AtomLink{
			{Href: p.publicURL + communePath(c.Slug), Rel: "alternate", Type: "text/html"},
			{Href: p.publicURL + feedPath(c.Slug, atom), Rel: "self", Type: atom.mediaType()},
		},
	}
	for _, a := range articles {
		entry := atomEntry{
			Language: a.Language,
			AtomEntry: feeds.AtomEntry{
				Title: a.Title, Id: articleID(a),
				Published: a.PublishedAt.UTC().Format(time.RFC3339), Updated: a.UpdatedAt.UTC().Format(time.RFC3339),
				Summary: &feeds.AtomSummary{Type: "text", Content: a.Excerpt},
				Content: &feeds.AtomContent{Type: "html", Content: p.body(c, a)},
			},
			Links: []feeds.AtomLink{
				{Href: p.publicURL + articlePath(c.Slug, a.Slug), Rel: "alternate", Type: "text/html"},
			},
		}
		if name := categoryName(a.Category); name != "" {
			entry.Category = &atomCategory{Term: name}
		}
		for _, image := range a.Images {
			shown := p.image(c, image)
			entry.Links = append(entry.Links, feeds.AtomLink{
				Href: shown.URL, Rel: "enclosure", Type: shown.Type, Length: strconv.Itoa(shown.Bytes),
			})
		}
		document.Entries = append(document.Entries, entry)
	}
	return document
}

// JSON Feed 1.1. Keys of our own begin with an underscore, as it asks.
type jsonDocument struct {
	feeds.JSONFeed
	Items []jsonItem `json:"items"`
}

type jsonItem struct {
	feeds.JSONItem
	Language string      `json:"language,omitempty"`
	Images   []jsonImage `json:"_crieur_images,omitempty"`
}

type jsonImage struct {
	URL    string `json:"url"`
	Alt    string `json:"alt"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

func (p *Pages) jsonFeed(c post.Commune, articles []Article) any {
	document := jsonDocument{
		JSONFeed: feeds.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1", Title: feedTitle(c), Language: c.Language,
			HomePageUrl: p.publicURL + communePath(c.Slug), FeedUrl: p.publicURL + feedPath(c.Slug, jsonFeed),
			Authors: []*feeds.JSONAuthor{{Name: c.Name, Url: p.publicURL + communePath(c.Slug)}},
		},
		Items: []jsonItem{},
	}
	for _, a := range articles {
		published, updated := a.PublishedAt.UTC(), a.UpdatedAt.UTC()
		item := jsonItem{
			JSONItem: feeds.JSONItem{
				Id: articleID(a), Url: p.publicURL + articlePath(c.Slug, a.Slug), Title: a.Title, Summary: a.Excerpt,
				ContentHTML: p.body(c, a), ContentText: a.Text, PublishedDate: &published, ModifiedDate: &updated,
			},
			Language: a.Language,
		}
		if name := categoryName(a.Category); name != "" {
			item.Tags = []string{name}
		}
		for _, image := range a.Images {
			shown := p.image(c, image)
			if item.Image == "" {
				item.Image = shown.URL
			}
			item.Images = append(item.Images, jsonImage{URL: shown.URL, Alt: shown.Alt, Width: shown.Width, Height: shown.Height})
		}
		document.Items = append(document.Items, item)
	}
	return document
}

const feedSummary = "Toutes les actualités, dès leur publication."

func feedTitle(c post.Commune) string { return "Actualités · " + c.Name }
