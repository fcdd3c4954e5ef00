package importing

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"strings"

	"golang.org/x/net/html/charset"

	"github.com/crieur/crieur/internal/post"
)

// Bounds of a feed, beside those of its bytes.
const (
	maxDepth    = 40
	maxFeed     = 20_000
	maxElement  = 1 << 20
	feedAccepts = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
)

var errDepth = errors.New("importing: elements lie too deep in each other")

// readFeed reads RSS 0.9 to 2.0 and Atom.
func readFeed(ctx context.Context, f *fetcher, s *post.Source) (Reading, error) {
	p, err := f.get(ctx, question{url: s.URL, accept: feedAccepts, etag: s.ETag, lastModified: s.LastModified})
	if err != nil {
		return Reading{}, err
	}
	if p.unchanged {
		return Reading{Unchanged: true, ETag: p.etag, LastModified: p.lastModified}, nil
	}
	items, err := parseFeed(p.body, p.header.Get("Content-Type"), p.url)
	return Reading{Items: items, ETag: p.etag, LastModified: p.lastModified}, err
}

// feedParser walks through a feed once. Entities of the document's own are not
// expanded, and no other document is asked for: encoding/xml does neither.
type feedParser struct {
	xml   *xml.Decoder
	base  *url.URL
	depth int
	known bool
	items []Item
}

func parseFeed(body []byte, contentType string, base *url.URL) ([]Item, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = charset.NewReaderLabel
	p := &feedParser{xml: d, base: base}
	err := p.run()
	switch {
	case errors.Is(err, io.EOF):
	case err != nil && (len(p.items) == 0 || errors.Is(err, errDepth)):
		return nil, fmt.Errorf("%w: %s: %w", errUnread, contentType, err)
	}
	if !p.known {
		return nil, fmt.Errorf("%w: %s is no feed", errUnread, contentType)
	}
	return newestFirst(usable(p.items)), nil
}

// next gives the next token. The depth is counted here and nowhere else.
func (p *feedParser) next() (xml.Token, error) {
	t, err := p.xml.Token()
	if err != nil {
		return nil, err
	}
	switch t.(type) {
	case xml.StartElement:
		if p.depth++; p.depth > maxDepth {
			return nil, errDepth
		}
	case xml.EndElement:
		p.depth--
	}
	return t, nil
}

func (p *feedParser) run() error {
	for len(p.items) < maxFeed {
		t, err := p.next()
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "rss", "RDF", "feed":
			p.known = true
		case "item", "entry":
			item, err := p.item()
			if err != nil {
				return err
			}
			p.items = append(p.items, item)
		}
	}
	return nil
}

// entry gathers what an item says of itself.
type entry struct {
	Item
	link, permalink  string
	summary, content string
	pictures         []post.ItemPicture
}

// item reads to the end of an item.
func (p *feedParser) item() (Item, error) {
	var e entry
	level := p.depth
	for p.depth >= level {
		t, err := p.next()
		if err != nil {
			return Item{}, err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if err := p.field(&e, start); err != nil {
			return Item{}, err
		}
	}
	return p.finish(&e), nil
}

// prefix is what people call a namespace. Many forget to declare it: then it
// stands in its own place.
func prefix(space string) string {
	switch {
	case space == "content", strings.HasSuffix(space, "/rss/1.0/modules/content/"):
		return "content:"
	case space == "media", strings.HasSuffix(space, "/mrss/"), strings.HasSuffix(space, "/mrss"):
		return "media:"
	case space == "dc", strings.Contains(space, "purl.org/dc/"):
		return "dc:"
	case space == "", space == "atom", strings.HasSuffix(space, "/2005/Atom"), strings.HasSuffix(space, "/rss/1.0/"),
		strings.HasSuffix(space, "/atom/ns#"), strings.Contains(space, "netscape.com"):
		return ""
	default:
		return "other:"
	}
}

// field reads one element of an item.
func (p *feedParser) field(e *entry, start xml.StartElement) error {
	switch name := prefix(start.Name.Space) + start.Name.Local; name {
	case "title":
		return p.into(start, func(text string) { e.Content.Title = text })
	case "guid", "id":
		permalink := attribute(start, "isPermaLink") != "false" && name == "guid"
		return p.into(start, func(text string) {
			e.GUID = strings.TrimSpace(text)
			if permalink && strings.HasPrefix(e.GUID, "http") {
				e.permalink = e.GUID
			}
		})
	case "link":
		if address := attribute(start, "href"); address != "" {
			e.atomLink(attribute(start, "rel"), attribute(start, "type"), address)
			return nil
		}
		return p.into(start, func(text string) { e.link = strings.TrimSpace(text) })
	case "description", "summary":
		return p.into(start, func(text string) { e.summary = text })
	case "content:encoded", "content":
		return p.into(start, func(text string) { e.content = text })
	case "pubDate", "published", "dc:date", "issued":
		return p.into(start, func(text string) { e.Published = date(text) })
	case "updated", "modified":
		return p.into(start, func(text string) {
			if e.Published.IsZero() {
				e.Published = date(text)
			}
		})
	case "category", "dc:subject":
		if term := attribute(start, "term"); term != "" {
			e.Content.Categories = addCategory(e.Content.Categories, term)
			return nil
		}
		return p.into(start, func(text string) { e.Content.Categories = addCategory(e.Content.Categories, text) })
	case "enclosure":
		e.picture(attribute(start, "url"), attribute(start, "type"), "")
	case "media:content", "media:thumbnail":
		e.picture(attribute(start, "url"), attribute(start, "type"), attribute(start, "medium"))
	case "media:description", "media:text":
		return p.into(start, func(text string) {
			if n := len(e.pictures); n > 0 && e.pictures[n-1].Alt == "" {
				e.pictures[n-1].Alt = text
			}
		})
	}
	return nil
}

func attribute(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

func (e *entry) atomLink(relation, contentType, address string) {
	switch relation {
	case "", "alternate":
		if e.link == "" || contentType == "text/html" {
			e.link = address
		}
	case "enclosure":
		e.picture(address, contentType, "")
	}
}

func (e *entry) picture(address, contentType, medium string) {
	isPicture := strings.HasPrefix(contentType, "image/") || medium == "image" || contentType == "" && medium == "" && pictureName(address)
	if isPicture && len(e.pictures) < maxPictures {
		e.pictures = append(e.pictures, post.ItemPicture{URL: address})
	}
}

func pictureName(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	path := strings.ToLower(u.Path)
	for _, end := range []string{".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return false
}

// into reads the text of an element to its end, the markup of inner elements
// included: Atom has texts in XHTML. What is too long is cut.
func (p *feedParser) into(start xml.StartElement, take func(string)) error {
	var b strings.Builder
	inner := attribute(start, "type") == "xhtml"
	level := p.depth
	for p.depth >= level {
		t, err := p.next()
		if err != nil {
			return err
		}
		if b.Len() > maxElement {
			continue
		}
		switch t := t.(type) {
		case xml.CharData:
			if inner {
				b.WriteString(html.EscapeString(string(t)))
			} else {
				b.Write(t)
			}
		case xml.StartElement:
			inner = true
			b.WriteString("<" + t.Name.Local)
			for _, a := range t.Attr {
				b.WriteString(" " + a.Name.Local + `="` + html.EscapeString(a.Value) + `"`)
			}
			b.WriteString(">")
		case xml.EndElement:
			if p.depth >= level {
				b.WriteString("</" + t.Name.Local + ">")
			}
		}
	}
	take(b.String())
	return nil
}

// finish makes the item of what was read.
func (p *feedParser) finish(e *entry) Item {
	i := e.Item
	i.GUID = cutBytes(i.GUID, maxURL)
	link := absolute(p.base, e.link)
	if link == "" {
		link = absolute(p.base, e.permalink)
	}
	base := parseBase(link, p.base)
	i.Content.Title, i.Content.Link = plainTitle(i.Content.Title), link
	var inText []post.ItemPicture
	i.Content.Text, inText = prose(e.content, base)
	summary, inSummary := prose(e.summary, base)
	i.Content.Text = richer(i.Content.Text, summary)
	var pictures []post.ItemPicture
	for _, one := range e.pictures {
		if one.URL = absolute(base, one.URL); one.URL != "" {
			one.Alt, _ = prose(one.Alt, nil)
			pictures = addPicture(pictures, one)
		}
	}
	for _, one := range append(inText, inSummary...) {
		pictures = addPicture(pictures, one)
	}
	i.Content.Pictures = pictures
	return i
}

func cutBytes(text string, most int) string {
	if len(text) > most {
		return ""
	}
	return text
}
