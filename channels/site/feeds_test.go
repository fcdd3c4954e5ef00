package site_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/channels/site/sitetest"
)

// published is a commune with two articles, one of which was corrected.
func published(t *testing.T) (*sitetest.Memory, *sitetest.MemoryImages, channels.Receipt) {
	t.Helper()
	commune, library, images := town()
	at := time.Date(2026, 11, 21, 16, 5, 0, 0, time.UTC)
	channel := open(t, site.New(library, images, publicURL), commune, func() time.Time { return at })
	m := message("Brocante & marché <gratuit>", "Place du Marché, dès 8 h. ]]> \x01 fin", picture(0, `Des "étals" & plus`))
	m.Category = "event"
	receipt := publish(t, channel, m)
	at = at.Add(24 * time.Hour)
	publish(t, channel, message("Travaux", "Rue Haute."))
	at = at.Add(time.Hour)
	if _, err := channel.(channels.Updater).Update(t.Context(), receipt, render(t, m)); err != nil {
		t.Fatal(err)
	}
	return library, images, receipt
}

type rssFeed struct {
	Version string `xml:"version,attr"`
	Channel struct {
		Title       string `xml:"title"`
		Description string `xml:"description"`
		Language    string `xml:"language"`
		Self        []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
			Type string `xml:"type,attr"`
		} `xml:"http://www.w3.org/2005/Atom link"`
		Items []struct {
			Title       string `xml:"title"`
			Link        string `xml:"link"`
			Description string `xml:"description"`
			Category    string `xml:"category"`
			PubDate     string `xml:"pubDate"`
			GUID        struct {
				IsPermaLink string `xml:"isPermaLink,attr"`
				ID          string `xml:",chardata"`
			} `xml:"guid"`
			Enclosure struct {
				URL    string `xml:"url,attr"`
				Length int    `xml:"length,attr"`
				Type   string `xml:"type,attr"`
			} `xml:"enclosure"`
			Content string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
			Media   []struct {
				URL         string `xml:"url,attr"`
				Description string `xml:"http://search.yahoo.com/mrss/ description"`
			} `xml:"http://search.yahoo.com/mrss/ content"`
		} `xml:"item"`
	} `xml:"channel"`
}

func TestRSS(t *testing.T) {
	library, images, receipt := published(t)
	answer := get(t, library, images, "/c/valmeuse/feed.rss", nil)
	if got := answer.Header().Get("Content-Type"); got != "application/rss+xml; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	var feed rssFeed
	strictXML(t, answer.Body.Bytes(), &feed)
	if len(feed.Channel.Items) != 2 || feed.Channel.Items[0].Title != "Travaux" {
		t.Fatalf("items: %+v", feed.Channel.Items)
	}
	if len(feed.Channel.Self) != 1 || feed.Channel.Self[0].Href != publicURL+"/c/valmeuse/feed.rss" || feed.Channel.Self[0].Rel != "self" {
		t.Errorf("self: %+v", feed.Channel.Self)
	}
	item := feed.Channel.Items[1]
	for _, want := range [][2]string{
		{feed.Version, "2.0"},
		{feed.Channel.Title, "Actualités · Commune de Valmeuse"},
		{feed.Channel.Language, "fr-BE"},
		{item.Title, "Brocante & marché <gratuit>"},
		{item.Link, receipt.URL},
		{item.Category, "Événement"},
		{item.PubDate, "Sat, 21 Nov 2026 17:05:00 +0100"},
		{item.GUID.IsPermaLink, "false"},
		{item.Enclosure.Type, "image/jpeg"},
		{item.Media[0].Description, `Des "étals" & plus`},
		{item.Media[0].URL, item.Enclosure.URL},
	} {
		if want[0] != want[1] {
			t.Errorf("got %q, want %q", want[0], want[1])
		}
	}
	if item.Enclosure.Length <= 0 || !strings.HasPrefix(item.Enclosure.URL, publicURL+"/c/valmeuse/media/") {
		t.Errorf("enclosure: %+v", item.Enclosure)
	}
	if !strings.Contains(item.Content, "<p>Place du Marché") || !strings.Contains(item.Content, `<img src="`+item.Enclosure.URL) {
		t.Errorf("content: %s", item.Content)
	}
	if !strings.HasPrefix(item.GUID.ID, "urn:uuid:") || item.GUID.ID == feed.Channel.Items[0].GUID.ID {
		t.Errorf("guid %q", item.GUID.ID)
	}
}

type atomFeed struct {
	XMLName xml.Name   `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string     `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	Title   string     `xml:"title"`
	ID      string     `xml:"id"`
	Updated time.Time  `xml:"updated"`
	Author  string     `xml:"author>name"`
	Links   []atomLink `xml:"link"`
	Entries []struct {
		Title     string     `xml:"title"`
		ID        string     `xml:"id"`
		Published time.Time  `xml:"published"`
		Updated   time.Time  `xml:"updated"`
		Links     []atomLink `xml:"link"`
		Category  struct {
			Term string `xml:"term,attr"`
		} `xml:"category"`
		Content struct {
			Type string `xml:"type,attr"`
			HTML string `xml:",chardata"`
		} `xml:"content"`
	} `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

func TestAtom(t *testing.T) {
	library, images, receipt := published(t)
	var feed atomFeed
	strictXML(t, get(t, library, images, "/c/valmeuse/feed.atom", nil).Body.Bytes(), &feed)
	if feed.Title == "" || feed.ID == "" || feed.Author != "Commune de Valmeuse" || feed.Lang != "fr-BE" {
		t.Errorf("feed: %+v", feed)
	}
	links := []atomLink{{"alternate", publicURL + "/c/valmeuse"}, {"self", publicURL + "/c/valmeuse/feed.atom"}}
	if diff := cmp.Diff(links, feed.Links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	if len(feed.Entries) != 2 {
		t.Fatalf("%d entries", len(feed.Entries))
	}
	entry := feed.Entries[1]
	published := time.Date(2026, 11, 21, 16, 5, 0, 0, time.UTC)
	if !entry.Published.Equal(published) || !entry.Updated.Equal(published.Add(25*time.Hour)) || !feed.Updated.Equal(entry.Updated) {
		t.Errorf("published %v, updated %v, feed %v", entry.Published, entry.Updated, feed.Updated)
	}
	if entry.Title != "Brocante & marché <gratuit>" || entry.Links[0] != (atomLink{"alternate", receipt.URL}) ||
		entry.Links[1].Rel != "enclosure" || entry.Category.Term != "Événement" || entry.Content.Type != "html" {
		t.Errorf("entry: %+v", entry)
	}
}

func TestJSONFeed(t *testing.T) {
	library, images, receipt := published(t)
	answer := get(t, library, images, "/c/valmeuse/feed.json", nil)
	if got := answer.Header().Get("Content-Type"); got != "application/feed+json; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	var feed struct {
		Version  string `json:"version"`
		Title    string `json:"title"`
		HomePage string `json:"home_page_url"`
		FeedURL  string `json:"feed_url"`
		Language string `json:"language"`
		Items    []struct {
			ID        string    `json:"id"`
			URL       string    `json:"url"`
			Title     string    `json:"title"`
			HTML      string    `json:"content_html"`
			Text      string    `json:"content_text"`
			Image     string    `json:"image"`
			Published time.Time `json:"date_published"`
			Modified  time.Time `json:"date_modified"`
			Tags      []string  `json:"tags"`
			Language  string    `json:"language"`
			Images    []struct {
				URL string `json:"url"`
				Alt string `json:"alt"`
			} `json:"_crieur_images"`
		} `json:"items"`
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &feed); err != nil {
		t.Fatal(err)
	}
	if len(feed.Items) != 2 {
		t.Fatalf("%d items", len(feed.Items))
	}
	item := feed.Items[1]
	for _, want := range [][2]string{
		{feed.Version, "https://jsonfeed.org/version/1.1"},
		{feed.Title, "Actualités · Commune de Valmeuse"},
		{feed.HomePage, publicURL + "/c/valmeuse"},
		{feed.FeedURL, publicURL + "/c/valmeuse/feed.json"},
		{feed.Language, "fr-BE"},
		{item.URL, receipt.URL},
		{item.Title, "Brocante & marché <gratuit>"},
		{item.Language, "fr-BE"},
		{item.Images[0].Alt, `Des "étals" & plus`},
		{item.Image, item.Images[0].URL},
		{strings.Join(item.Tags, ","), "Événement"},
	} {
		if want[0] != want[1] {
			t.Errorf("got %q, want %q", want[0], want[1])
		}
	}
	if item.ID == "" || item.HTML == "" || item.Text == "" || !item.Modified.After(item.Published) {
		t.Errorf("item: %+v", item)
	}
}

// TestIdentities: a corrected article, and a server that moved, are not news.
func TestIdentities(t *testing.T) {
	library, images, _ := published(t)
	var before, after rssFeed
	strictXML(t, get(t, library, images, "/c/valmeuse/feed.rss", nil).Body.Bytes(), &before)
	article, err := library.Article(t.Context(), "commune-1", strings.TrimPrefix(before.Channel.Items[1].Link, publicURL+"/c/valmeuse/"))
	if err != nil {
		t.Fatal(err)
	}
	article.Title = "Corrigé"
	if err := library.Put(t.Context(), article); err != nil {
		t.Fatal(err)
	}
	strictXML(t, get(t, library, images, "/c/valmeuse/feed.rss", nil).Body.Bytes(), &after)
	if before.Channel.Items[1].GUID != after.Channel.Items[1].GUID {
		t.Errorf("the guid changed from %q to %q", before.Channel.Items[1].GUID, after.Channel.Items[1].GUID)
	}
}

func TestEmptyFeeds(t *testing.T) {
	_, library, images := town()
	var atom atomFeed
	strictXML(t, get(t, library, images, "/c/valmeuse/feed.atom", nil).Body.Bytes(), &atom)
	if atom.Updated.IsZero() || len(atom.Entries) != 0 {
		t.Errorf("%+v", atom)
	}
	strictXML(t, get(t, library, images, "/c/valmeuse/feed.rss", nil).Body.Bytes(), &rssFeed{})
	var feed map[string]any
	if err := json.Unmarshal(get(t, library, images, "/c/valmeuse/feed.json", nil).Body.Bytes(), &feed); err != nil {
		t.Fatal(err)
	}
	if items, ok := feed["items"].([]any); !ok || len(items) != 0 {
		t.Errorf("items: %v", feed["items"])
	}
}

// TestHostileFeeds: nothing that was typed breaks a feed or comes out as markup
// that runs.
func TestHostileFeeds(t *testing.T) {
	commune, library, images := town()
	at := time.Date(2026, 11, 21, 16, 5, 0, 0, time.UTC)
	nasty := hostile + "\x00\x01\x0b\ufffe"
	if err := library.Put(t.Context(), site.Article{
		CommuneID: commune.ID, Slug: "k", Key: "k", Title: nasty, Excerpt: nasty, Text: nasty, Category: nasty,
		HTML: nasty + "<p onclick=x>a</p>", Language: nasty, PublishedAt: at, UpdatedAt: at,
		Images: []site.Image{{SHA256: "aa", ContentType: `image/jpeg" x="`, Alt: nasty}},
	}); err != nil {
		t.Fatal(err)
	}
	var rss rssFeed
	strictXML(t, get(t, library, images, "/c/valmeuse/feed.rss", nil).Body.Bytes(), &rss)
	var atom atomFeed
	strictXML(t, get(t, library, images, "/c/valmeuse/feed.atom", nil).Body.Bytes(), &atom)
	for _, content := range []string{rss.Channel.Items[0].Content, atom.Entries[0].Content.HTML} {
		page := parse(t, []byte(content))
		for _, node := range all(page, "") {
			if node.Data == "script" || hasAttribute(node, "onclick") || hasAttribute(node, "onerror") {
				t.Errorf("<%s> in a feed: %s", node.Data, content)
			}
		}
	}
	if !strings.HasPrefix(rss.Channel.Items[0].Title, hostile) {
		t.Errorf("the title is %q", rss.Channel.Items[0].Title)
	}
}

// TestLinkedData: the block for machines is JSON, and says who publishes what.
func TestLinkedData(t *testing.T) {
	library, images, receipt := published(t)
	body := get(t, library, images, strings.TrimPrefix(receipt.URL, publicURL), nil).Body.Bytes()
	script := find(parse(t, body), "script", "type", "application/ld+json")
	if script == nil {
		t.Fatal("no linked data")
	}
	if strings.Contains(text(script), "<") {
		t.Errorf("an unescaped < in %s", text(script))
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(text(script)), &got); err != nil {
		t.Fatal(err)
	}
	publisher := map[string]any{
		"@type": "GovernmentOrganization", "name": "Commune de Valmeuse", "url": publicURL + "/c/valmeuse",
	}
	want := map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Brocante & marché <gratuit>",
		"datePublished": "2026-11-21T16:05:00Z", "dateModified": "2026-11-22T17:05:00Z",
		"inLanguage": "fr-BE", "author": publisher, "publisher": publisher,
		"url": receipt.URL, "mainEntityOfPage": receipt.URL, "articleSection": "Événement",
	}
	for key := range want {
		if diff := cmp.Diff(want[key], got[key]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
	if pictures, ok := got["image"].([]any); !ok || len(pictures) != 1 {
		t.Errorf("image: %v", got["image"])
	}
}

// strictXML reads a document as a strict parser does, to its end.
func strictXML(t *testing.T, body []byte, into any) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(string(body)))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well formed: %v\n%s", err, body)
		}
	}
	if err := xml.Unmarshal(body, into); err != nil {
		t.Fatal(err)
	}
}
