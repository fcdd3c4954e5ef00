package importing

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"github.com/crieur/crieur/internal/ics"
	"github.com/crieur/crieur/internal/post"
)

// errUnrecognised means that nothing at an address can be followed.
var errUnrecognised = errors.New("importing: neither a feed, a calendar nor a known kind of site")

const anyPage = "text/html, application/rss+xml, application/atom+xml, text/calendar, application/xml;q=0.9, */*;q=0.8"

// Recognised is what stands at an address that a person found in the bar of a
// browser.
type Recognised struct {
	Kind post.SourceKind
	// URL is that to follow.
	URL string
	// Name is what the source calls itself; "" where it does not say.
	Name string
}

// recognise finds what can be followed at an address: the document itself, or
// what its page announces. The page of a site says more than its feed, so its
// own API comes first.
func recognise(ctx context.Context, f *fetcher, address string) (Recognised, error) {
	address = completed(address)
	p, err := f.get(ctx, question{url: address, accept: anyPage})
	var status *statusError
	if errors.As(err, &status) && status.status < http.StatusInternalServerError {
		// A folder of a back office shows its page to nobody, and its news to everybody.
		if found, ok := atPlone(ctx, f, address, ""); ok {
			return found, nil
		}
	}
	if err != nil {
		return Recognised{}, err
	}
	if _, _, err := ics.Read(p.body); err == nil {
		return Recognised{Kind: post.SourceICS, URL: address, Name: calendarName(p.body)}, nil
	}
	if _, err := parseFeed(p.body, p.header.Get("Content-Type"), p.url); err == nil {
		return Recognised{Kind: post.SourceFeed, URL: address, Name: feedName(p.body)}, nil
	}
	return atPage(ctx, f, p)
}

// completed makes of what people paste an address: without a scheme, or with
// that of calendars.
func completed(address string) string {
	address = strings.TrimSpace(address)
	for _, scheme := range []string{"webcal://", "feed://"} {
		if rest, ok := strings.CutPrefix(address, scheme); ok {
			return "https://" + rest
		}
	}
	if address != "" && !strings.Contains(address, "://") {
		return "https://" + address
	}
	return address
}

// atPage follows what a page announces of itself.
func atPage(ctx context.Context, f *fetcher, p *page) (Recognised, error) {
	head := readHead(p.body, p.url)
	if head.wordpress != "" {
		source := &post.Source{URL: head.wordpress}
		if _, err := readWordPress(ctx, f, source); err == nil {
			return Recognised{Kind: post.SourceWordPress, URL: head.wordpress, Name: head.title}, nil
		}
	}
	if head.plone {
		if found, ok := atPlone(ctx, f, p.url.String(), head.title); ok {
			return found, nil
		}
	}
	for _, announced := range head.announced {
		reading, err := announced.read(ctx, f)
		if err != nil {
			continue
		}
		if _, err := parseFeed(reading.body, reading.header.Get("Content-Type"), reading.url); announced.Kind == post.SourceFeed && err != nil {
			continue
		}
		if _, _, err := ics.Read(reading.body); announced.Kind == post.SourceICS && err != nil {
			continue
		}
		return announced.Recognised, nil
	}
	return Recognised{}, errUnrecognised
}

func atPlone(ctx context.Context, f *fetcher, address, name string) (Recognised, bool) {
	reading, err := readPlone(ctx, f, &post.Source{URL: address})
	return Recognised{Kind: post.SourcePlone, URL: address, Name: name}, err == nil && len(reading.Items) > 0
}

// announcement is a document that a page says is about it.
type announcement struct{ Recognised }

func (a announcement) read(ctx context.Context, f *fetcher) (*page, error) {
	return f.get(ctx, question{url: a.URL, accept: anyPage})
}

// head is what a page says of itself.
type head struct {
	title     string
	wordpress string
	plone     bool
	// announced are feeds and calendars, in their order.
	announced []announcement
}

// maxAnnounced bounds how many documents of one page are looked at.
const maxAnnounced = 4

func readHead(body []byte, base *url.URL) head {
	var h head
	z := html.NewTokenizer(bytes.NewReader(body))
	inTitle := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return h
		case html.TextToken:
			if inTitle {
				h.title += string(z.Text())
			}
		case html.EndTagToken:
			inTitle = false
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.DataAtom {
			case atom.Title:
				inTitle = h.title == ""
			case atom.Meta:
				h.meta(t)
			case atom.Link:
				h.link(t, base)
			case atom.Body:
				h.title = cutText(oneLine(h.title), maxName)
				return h
			default: // not of the head
			}
		default: // comments and the like
		}
	}
}

func (h *head) meta(t html.Token) {
	if strings.EqualFold(htmlAttribute(t, "name"), "generator") && strings.Contains(strings.ToLower(htmlAttribute(t, "content")), "plone") {
		h.plone = true
	}
}

func (h *head) link(t html.Token, base *url.URL) {
	rel := strings.Fields(strings.ToLower(htmlAttribute(t, "rel")))
	address := absolute(base, htmlAttribute(t, "href"))
	if address == "" {
		return
	}
	if slices.Contains(rel, "https://api.w.org/") {
		site, _, _ := strings.Cut(address, "wp-json")
		site, _, _ = strings.Cut(site, "?")
		h.wordpress = strings.TrimRight(strings.TrimSuffix(site, "index.php"), "/")
		return
	}
	if !slices.Contains(rel, "alternate") || len(h.announced) == maxAnnounced {
		return
	}
	kind, _, _ := strings.Cut(strings.ToLower(htmlAttribute(t, "type")), ";")
	name := cutText(oneLine(htmlAttribute(t, "title")), maxName)
	switch strings.TrimSpace(kind) {
	case "application/rss+xml", "application/atom+xml", "application/rdf+xml":
		// A site announces what its readers say, too.
		if !strings.Contains(fold(name), "comment") {
			h.announced = append(h.announced, announcement{Recognised{Kind: post.SourceFeed, URL: address, Name: name}})
		}
	case "text/calendar":
		h.announced = append(h.announced, announcement{Recognised{Kind: post.SourceICS, URL: address, Name: name}})
	}
}

func htmlAttribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// feedName is the first title of a feed, where it comes before any item.
func feedName(body []byte) string {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict, d.Entity, d.CharsetReader = false, xml.HTMLEntity, charset.NewReaderLabel
	const most = 1000
	var text strings.Builder
	inTitle := false
	for range most {
		t, err := d.Token()
		if err != nil {
			return ""
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "item" || t.Name.Local == "entry" {
				return ""
			}
			inTitle = t.Name.Local == "title"
		case xml.CharData:
			if inTitle && text.Len() < most {
				text.Write(t)
			}
		case xml.EndElement:
			if t.Name.Local == "title" {
				return cutText(plainTitle(text.String()), maxName)
			}
		}
	}
	return ""
}

// calendarName is the name that programs show, which RFC 5545 does not know.
func calendarName(body []byte) string {
	for line := range bytes.Lines(body[:min(len(body), maxElement)]) {
		name, value, ok := strings.Cut(string(line), ":")
		if ok && (strings.EqualFold(name, "X-WR-CALNAME") || strings.EqualFold(name, "NAME")) {
			return cutText(oneLine(strings.ToValidUTF8(value, "")), maxName)
		}
		if strings.HasPrefix(strings.ToUpper(string(line)), "BEGIN:VEVENT") {
			return ""
		}
	}
	return ""
}
