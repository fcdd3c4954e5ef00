package importing

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/post"
)

func TestFeeds(t *testing.T) {
	t.Parallel()
	base := mustParse(t, "https://ville.example/feed")
	for name, test := range map[string]struct {
		feed string
		want Item
	}{
		"RSS 2.0": {
			`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
			<atom:link href="https://ville.example/feed" rel="self"/><item><title>Travaux &amp; déviation</title><link>https://ville.example/a?utm_source=rss</link>
			<guid isPermaLink="false">x-1</guid><pubDate>Sat, 21 Nov 2026 10:00:00 +0100</pubDate><category><![CDATA[Mobilité]]></category><description>Court.</description>
			<content:encoded><![CDATA[<h2>Rue Haute</h2><p>Fermée&nbsp;lundi.</p><ul><li>bus 5</li><li>bus 8</li></ul><img src="/p-300x200.jpg" srcset="/p-300x200.jpg 300w, /p-1200x800.jpg 1200w" alt="Un panneau"><img width="1" height="1" src="/pixel.gif"><script>alert(1)</script>]]></content:encoded>
			<media:content url="https://ville.example/q.jpg" medium="image"><media:description>Une pelle</media:description></media:content></item></channel></rss>`,
			Item{
				GUID: "x-1", Published: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC),
				Content: post.ItemContent{
					Title: "Travaux & déviation", Text: "Rue Haute\n\nFermée\u00a0lundi.\n\n• bus 5\n• bus 8", Link: "https://ville.example/a?utm_source=rss",
					Categories: []string{"Mobilité"},
					Pictures:   []post.ItemPicture{{URL: "https://ville.example/q.jpg", Alt: "Une pelle"}, {URL: "https://ville.example/p-1200x800.jpg", Alt: "Un panneau"}},
				},
			},
		},
		"Atom with XHTML": {
			`<feed xmlns="http://www.w3.org/2005/Atom"><title>Ville</title><entry><id>tag:1</id><title type="html">L&amp;#8217;été</title><link rel="alternate" href="/ete"/><updated>2026-11-20T08:00:00Z</updated>
			<category term="Loisirs"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Un &lt; deux.</p><p>Fin.</p></div></content></entry></feed>`,
			Item{
				GUID: "tag:1", Published: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC),
				Content: post.ItemContent{Title: "L’été", Text: "Un < deux.\n\nFin.", Link: "https://ville.example/ete", Categories: []string{"Loisirs"}},
			},
		},
		"RSS 1.0 in Latin-1": {
			"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><item rdf:about=\"x\"><title>F\xeate</title><link>https://ville.example/fete</link><description>Samedi.</description><dc:date>2026-11-19</dc:date></item></rdf:RDF>",
			Item{
				Published: time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC),
				Content:   post.ItemContent{Title: "Fête", Text: "Samedi.", Link: "https://ville.example/fete"},
			},
		},
	} {
		items, err := parseFeed([]byte(test.feed), "text/xml", base)
		if err != nil || len(items) != 1 {
			t.Errorf("%s: %d items, %v", name, len(items), err)
			continue
		}
		if diff := cmp.Diff(test.want, items[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestCalendars(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	calendar := strings.ReplaceAll(`BEGIN:VCALENDAR
BEGIN:VEVENT
UID:brocante@ville
SUMMARY:Brocante\, l’été
DTSTART;TZID=Europe/Brussels:20270606T080000
DTEND;TZID=Europe/Brussels:20270606T170000
LOCATION:Place du Marché
DESCRIPTION:Cent exposants.\nEntrée li
 bre.
URL:https://ville.example/brocante
CATEGORIES:Marchés,Loisirs
BEGIN:VALARM
DESCRIPTION:Rappel
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:passe
SUMMARY:Passé
DTSTART;VALUE=DATE:20200101
END:VEVENT
BEGIN:VEVENT
UID:annule
SUMMARY:Annulé
STATUS:CANCELLED
DTSTART;VALUE=DATE:20270101
END:VEVENT
END:VCALENDAR
`, "\n", "\r\n")
	items, err := parseCalendar([]byte(calendar), mustParse(t, "https://ville.example/a.ics"), zone, fixed())
	want := []Item{{
		GUID: "brocante@ville", Published: time.Date(2027, 6, 6, 6, 0, 0, 0, time.UTC), Future: true,
		Content: post.ItemContent{
			Title: "Brocante, l’été", Text: "🗓 dimanche 6 juin 2027 à 8\u00a0h\n📍 Place du Marché\n\nCent exposants.\nEntrée libre.",
			Link: "https://ville.example/brocante", Categories: []string{"Marchés", "Loisirs"},
		},
	}}
	if diff := cmp.Diff(want, items); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// ploneSite answers as the REST API of Plone does: with a page where the header
// Accept is missing.
func ploneSite(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") != "application/json" {
			_, _ = w.Write([]byte("<!doctype html>"))
			return
		}
		if r.URL.Path != "/valmeuse/administration-communale/@search" || r.URL.Query().Get("fullobjects") != "1" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		at := "http://" + r.Host + "/valmeuse/administration-communale/0123456789abcdef"
		_ = json.NewEncoder(w).Encode(map[string]any{"items": []any{
			map[string]any{
				"@id": at, "@type": "imio.news.NewsItem", "UID": "0123456789abcdef", "title": "Coupure d’eau", "review_state": "published",
				"description": "**Mardi** 8 h–12 h.", "text": map[string]any{"data": "<p>Rue Haute.</p>"}, "effective": "2026-11-20T08:00:00+00:00",
				"category": map[string]any{"token": "works", "title": "Travaux"}, "topics": []any{map[string]any{"token": "environment", "title": "Environnement"}},
				"image": map[string]any{"download": at + "/@@images/image.jpeg"}, "image_caption": "Une vanne",
			},
			map[string]any{"@id": at + "x", "UID": "f", "title": "Privé", "review_state": "private"},
		}})
	}))
	t.Cleanup(server.Close)
	return server
}

func TestPlone(t *testing.T) {
	t.Parallel()
	site := ploneSite(t)
	source := &post.Source{URL: site.URL + "/valmeuse/administration-communale/", PublicURL: "https://www.valmeuse.example/actualites"}
	reading, err := readPlone(t.Context(), loopback(), source)
	if err != nil {
		t.Fatal(err)
	}
	want := []Item{{
		GUID: "0123456789abcdef", Published: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC),
		Content: post.ItemContent{
			Title: "Coupure d’eau", Text: "Mardi 8 h–12 h.\n\nRue Haute.", Link: "https://www.valmeuse.example/actualites/coupure-d-eau?u=0123456789abcdef",
			Categories: []string{"Travaux", "Environnement"},
			Pictures:   []post.ItemPicture{{URL: site.URL + "/valmeuse/administration-communale/0123456789abcdef/@@images/image.jpeg", Alt: "Une vanne"}},
		},
	}}
	if diff := cmp.Diff(want, reading.Items); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	source.ETag = reading.ETag
	if again, err := readPlone(t.Context(), loopback(), source); err != nil || !again.Unchanged {
		t.Errorf("%+v, %v", again, err)
	}
}
