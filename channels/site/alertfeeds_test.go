package site_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/cap"
)

// What another program reads of the lists, by their standards.

type readAtom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  struct {
		Name string `xml:"name"`
	} `xml:"author"`
	Links   []readLink `xml:"link"`
	Entries []struct {
		ID         string     `xml:"id"`
		Title      string     `xml:"title"`
		Published  string     `xml:"published"`
		Updated    string     `xml:"updated"`
		Summary    string     `xml:"summary"`
		Links      []readLink `xml:"link"`
		Categories []struct {
			Term string `xml:"term,attr"`
		} `xml:"category"`
	} `xml:"entry"`
}

type readLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type readRSS struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Channel struct {
		Title string `xml:"title"`
		Items []struct {
			Title       string   `xml:"title"`
			Link        string   `xml:"link"`
			Description string   `xml:"description"`
			Categories  []string `xml:"category"`
			GUID        struct {
				Permanent string `xml:"isPermaLink,attr"`
				ID        string `xml:",chardata"`
			} `xml:"guid"`
			Published string `xml:"pubDate"`
		} `xml:"item"`
	} `xml:"channel"`
}

func (c *crisis) atom(path string) readAtom {
	c.Helper()
	answer := c.get(path)
	if answer.Code != http.StatusOK || !strings.HasPrefix(answer.Header().Get("Content-Type"), "application/atom+xml") ||
		answer.Header().Get("Cache-Control") != "public, max-age=60" || answer.Header().Get("ETag") == "" {
		c.Fatalf("%s: %d %v", path, answer.Code, answer.Header())
	}
	var feed readAtom
	if err := xml.Unmarshal(answer.Body.Bytes(), &feed); err != nil {
		c.Fatalf("%v\n%s", err, answer.Body)
	}
	ids := []string{feed.ID}
	for _, e := range feed.Entries {
		ids = append(ids, e.ID)
		for _, at := range []string{e.Published, e.Updated} {
			if _, err := time.Parse(time.RFC3339, at); err != nil {
				c.Error(err)
			}
		}
	}
	for _, id := range ids {
		if iri, err := url.Parse(id); err != nil || !iri.IsAbs() {
			c.Errorf("%q is no IRI", id)
		}
	}
	if _, err := time.Parse(time.RFC3339, feed.Updated); err != nil || feed.Title == "" || feed.Author.Name == "" {
		c.Errorf("feed %+v: %v", feed, err)
	}
	return feed
}

func (c *crisis) rss(path string) readRSS {
	c.Helper()
	answer := c.get(path)
	if answer.Code != http.StatusOK || !strings.HasPrefix(answer.Header().Get("Content-Type"), "application/rss+xml") ||
		answer.Header().Get("Cache-Control") != "public, max-age=60" || answer.Header().Get("ETag") == "" {
		c.Fatalf("%s: %d %v", path, answer.Code, answer.Header())
	}
	var feed readRSS
	if err := xml.Unmarshal(answer.Body.Bytes(), &feed); err != nil {
		c.Fatalf("%v\n%s", err, answer.Body)
	}
	return feed
}

func TestAlertFeeds(t *testing.T) {
	c := startCrisis(t)
	calm := c.atom("/c/valmeuse/alerts.atom")
	if len(calm.Entries) != 0 || len(c.rss("/c/valmeuse/alerts.rss").Channel.Items) != 0 {
		t.Error("an alert where there is none")
	}
	b := c.flood("b1")
	c.alerts.Put(b)
	const document = publicURL + "/c/valmeuse/alerts/b1/2.cap"
	feed := c.atom("/c/valmeuse/alerts.atom")
	if len(feed.Entries) != 1 || feed.Updated <= calm.Updated || feed.ID != calm.ID {
		t.Fatalf("got %+v", feed)
	}
	entry := feed.Entries[0]
	if diff := cmp.Diff([]readLink{
		{"alternate", "application/cap+xml", document}, {"alternate", "text/html", publicURL + "/c/valmeuse/alerts/b1"},
	}, entry.Links); diff != "" {
		t.Error(diff)
	}
	if entry.ID != cap.Identifier(b, 2) || entry.Title != "L’eau monte encore" || !strings.Contains(entry.Summary, "Restez à l’étage.") ||
		len(entry.Categories) != 2 || entry.Categories[0].Term != "Geo" {
		t.Errorf("got %+v", entry)
	}
	items := c.rss("/c/valmeuse/alerts.rss").Channel.Items
	if len(items) != 1 || items[0].Link != document || items[0].GUID.ID != entry.ID || items[0].GUID.Permanent != "false" ||
		items[0].Published != "Mon, 02 Mar 2026 15:05:00 +0100" || items[0].Description != entry.Summary || len(items[0].Categories) != 2 {
		t.Errorf("got %+v", items)
	}
	// Both lead to what they name, and that never changes again.
	answer := c.get(strings.TrimPrefix(document, publicURL))
	if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "application/cap+xml; charset=utf-8" ||
		answer.Header().Get("Cache-Control") != "public, max-age=60" || !strings.Contains(answer.Body.String(), "<identifier>"+entry.ID) ||
		!strings.Contains(answer.Body.String(), "<sender>valmeuse@actus.valmeuse.example</sender>") {
		t.Errorf("%d %v\n%s", answer.Code, answer.Header(), answer.Body)
	}
	if newest := c.get("/c/valmeuse/alerts/b1.cap"); newest.Body.String() != answer.Body.String() {
		t.Errorf("the newest document:\n%s", newest.Body)
	}
	c.alerts.Put(ended(b))
	if again := c.get(strings.TrimPrefix(document, publicURL), "If-None-Match", answer.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("an old message changed: %d", again.Code)
	}
}

// Who only reads the list hears of the end, and then of nothing.
func TestLiveAlerts(t *testing.T) {
	c := startCrisis(t)
	b := ended(c.flood("b1"))
	c.alerts.Put(b)
	c.now = b.EndedAt.Add(59 * time.Minute)
	feed := c.atom("/c/valmeuse/alerts.atom")
	if len(feed.Entries) != 1 || feed.Entries[0].Title != "Fin d’alerte : Inondation rue Haute" {
		t.Errorf("an hour after the end: %+v", feed.Entries)
	}
	c.now = b.EndedAt.Add(time.Hour)
	if got := c.atom("/c/valmeuse/alerts.atom"); len(got.Entries) != 0 || got.Updated != feed.Updated {
		t.Errorf("later: %+v", got)
	}
	// What nobody speaks of any more is not live, and not over either.
	forgotten := c.flood("b2")
	c.alerts.Put(forgotten)
	c.now = forgotten.OpenedAt.Add(48 * time.Hour)
	if got := c.rss("/c/valmeuse/alerts.rss").Channel.Items; len(got) != 0 {
		t.Errorf("two days later: %+v", got)
	}
	if body := c.get("/c/valmeuse/alerts").Body.String(); !strings.Contains(body, theBanner) {
		t.Error("an active alert is not told any more")
	}
}

func TestExerciseFeed(t *testing.T) {
	c := startCrisis(t)
	drill := c.flood("e1")
	drill.Exercise = true
	c.alerts.Put(drill)
	feed := c.atom("/c/valmeuse/exercises.atom")
	if len(feed.Entries) != 1 || feed.ID == c.atom("/c/valmeuse/alerts.atom").ID || !strings.HasPrefix(feed.Entries[0].Title, "EXERCICE") ||
		feed.Entries[0].Links[0].Href != publicURL+"/c/valmeuse/exercises/e1/2.cap" {
		t.Errorf("got %+v", feed)
	}
}

// The hours of a commune without messages are those of its making.
func TestFeedOfANewCommune(t *testing.T) {
	c := startCrisis(t)
	if got := c.atom("/c/valmeuse/exercises.atom").Updated; got != c.commune.CreatedAt.Format(time.RFC3339) {
		t.Errorf("updated %s", got)
	}
}
