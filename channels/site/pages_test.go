package site_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/channels/site/sitetest"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
)

// hostile is what nobody should type, and somebody will.
const hostile = `</title><script>alert(1)</script>"'><img src=x onerror=alert(1)> & ]]> é`

func TestArticlePage(t *testing.T) {
	commune, library, images := town()
	at := time.Date(2026, 11, 21, 16, 5, 0, 0, time.UTC)
	channel := open(t, site.New(library, images, publicURL), commune, func() time.Time { return at })
	m := message("Brocante de printemps", "Place du Marché, dès 8 h.\n\nVoir https://valmeuse.be/plan",
		picture(0, "Des étals place du Marché"), picture(1, ""))
	m.Category = "event"
	receipt := publish(t, channel, m)
	at = at.Add(2 * time.Hour)
	if _, err := channel.(channels.Updater).Update(t.Context(), receipt, render(t, m)); err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(receipt.URL, publicURL)

	answer := get(t, library, images, path, nil)
	if answer.Code != http.StatusOK {
		t.Fatalf("status %d", answer.Code)
	}
	page := parse(t, answer.Body.Bytes())
	for _, want := range []struct{ element, attribute, value, check, expected string }{
		{"html", "", "", "lang", "fr"},
		{"title", "", "", "", "Brocante de printemps · Commune de Valmeuse"},
		{"h1", "", "", "", "Brocante de printemps"},
		{"link", "rel", "canonical", "href", receipt.URL},
		{"meta", "property", "og:title", "content", "Brocante de printemps"},
		{"meta", "property", "og:type", "content", "article"},
		{"meta", "property", "og:url", "content", receipt.URL},
		{"meta", "property", "og:image:alt", "content", "Des étals place du Marché"},
		{"meta", "property", "og:image:width", "content", "640"},
		{"meta", "name", "description", "content", "Place du Marché, dès 8 h. Voir https://valmeuse.be/plan"},
		{"link", "type", "application/rss+xml", "href", "/c/valmeuse/feed.rss"},
		{"link", "type", "application/atom+xml", "href", "/c/valmeuse/feed.atom"},
		{"link", "type", "application/feed+json", "href", "/c/valmeuse/feed.json"},
		{"article", "", "", "lang", "fr-BE"},
		{"time", "datetime", "2026-11-21T17:05:00+01:00", "", "21\u00a0novembre\u00a02026 à\u00a017\u00a0h\u00a005"},
		{"time", "datetime", "2026-11-21T19:05:00+01:00", "", "21\u00a0novembre\u00a02026 à\u00a019\u00a0h\u00a005"},
		{"a", "href", "#contenu", "", "Aller au contenu"},
		{"a", "href", "https://valmeuse.be/plan", "rel", "noopener"},
		{"span", "class", "chip", "", "Événement"},
	} {
		node := find(page, want.element, want.attribute, want.value)
		if node == nil {
			t.Errorf("no <%s %s=%q>", want.element, want.attribute, want.value)
			continue
		}
		got := attribute(node, want.check)
		if want.check == "" {
			got = text(node)
		}
		if got != want.expected {
			t.Errorf("<%s %s=%q>: %q, want %q", want.element, want.attribute, want.value, got, want.expected)
		}
	}
	wellMade(t, answer)
	shown := all(page, "img")
	if len(shown) != 2 || attribute(shown[0], "alt") != "Des étals place du Marché" || attribute(shown[1], "alt") != "" {
		t.Errorf("pictures: %d", len(shown))
	}
	for _, image := range shown {
		if attribute(image, "width") != "640" || attribute(image, "height") != "480" {
			t.Errorf("a picture without its size: %+v", image.Attr)
		}
		got := get(t, library, images, attribute(image, "src"), nil)
		if got.Code != http.StatusOK || got.Header().Get("Content-Type") != "image/jpeg" {
			t.Errorf("%s: %d %s", attribute(image, "src"), got.Code, got.Header().Get("Content-Type"))
		}
		if _, err := jpeg.Decode(got.Body); err != nil {
			t.Errorf("%s: %v", attribute(image, "src"), err)
		}
	}
}

// TestHostileArticle: what was typed is text, on every page and in every feed,
// even where the stored HTML was tampered with.
func TestHostileArticle(t *testing.T) {
	commune, library, images := town()
	at := time.Date(2026, 11, 21, 16, 5, 0, 0, time.UTC)
	article := site.Article{
		CommuneID: commune.ID, Slug: "hostile-k", Key: "k", Title: hostile, Excerpt: hostile, Text: hostile,
		Category: hostile, Language: `fr" onload="x`, PublishedAt: at, UpdatedAt: at,
		HTML:   hostile + `<p onclick="x()">a</p><a href="javascript:x()">b</a><iframe src="//e"></iframe><style>*{}</style><a href="https://ok.be" style="x">c</a>`,
		Images: []site.Image{{SHA256: "aa", ContentType: "image/jpeg", Width: 1, Height: 1, Alt: hostile}},
	}
	if err := library.Put(t.Context(), article); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/c/valmeuse", "/c/valmeuse/hostile-k"} {
		answer := get(t, library, images, path, nil)
		page := parse(t, answer.Body.Bytes())
		wellMade(t, answer)
		for _, name := range []string{"iframe", "style", "form", "object"} {
			if len(all(page, name)) != 0 {
				t.Errorf("%s: a <%s>", path, name)
			}
		}
		for _, script := range all(page, "script") {
			if attribute(script, "type") != "application/ld+json" {
				t.Errorf("%s: a script that runs: %s", path, text(script))
			}
		}
		for _, node := range all(page, "") {
			for _, a := range node.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(a.Val, "javascript:") {
					t.Errorf("%s: <%s %s=%q>", path, node.Data, a.Key, a.Val)
				}
			}
		}
	}
	page := parse(t, get(t, library, images, "/c/valmeuse/hostile-k", nil).Body.Bytes())
	if got := text(find(page, "h1", "", "")); got != hostile {
		t.Errorf("the title is shown as %q", got)
	}
	if got := attribute(all(page, "img")[0], "alt"); got != hostile {
		t.Errorf("the description is %q", got)
	}
}

func TestListInPages(t *testing.T) {
	commune, library, images := town()
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	const articles = 30
	channel := open(t, site.New(library, images, publicURL), commune, func() time.Time { return at })
	for i := range articles {
		if i%2 == 0 { // pairs at one instant
			at = at.Add(time.Minute)
		}
		publish(t, channel, message(fmt.Sprintf("Avis %02d", i), "Un texte."))
	}
	seen := map[string]bool{}
	path := "/c/valmeuse"
	for pages := 0; path != ""; pages++ {
		if pages > articles {
			t.Fatal("the list does not end")
		}
		answer := get(t, library, images, path, nil)
		wellMade(t, answer)
		page := parse(t, answer.Body.Bytes())
		for _, heading := range all(page, "h2") {
			if seen[text(heading)] {
				t.Errorf("%s is shown twice", text(heading))
			}
			seen[text(heading)] = true
		}
		path = ""
		if next := find(page, "a", "rel", "next"); next != nil {
			path = attribute(next, "href")
		}
	}
	if len(seen) != articles {
		t.Errorf("%d articles are shown, want %d", len(seen), articles)
	}
}

func TestEmptyList(t *testing.T) {
	_, library, images := town()
	answer := get(t, library, images, "/c/valmeuse", nil)
	wellMade(t, answer)
	if !strings.Contains(answer.Body.String(), "Aucune actualité pour le moment.") {
		t.Error("an empty list does not say so")
	}
}

func TestAddresses(t *testing.T) {
	commune, library, images := town()
	library.AddCommune(post.Commune{ID: "commune-2", Slug: "ailleurs", Name: "Ailleurs"})
	channel := open(t, site.New(library, images, publicURL), commune, clock.Now)
	receipt := publish(t, channel, message("Avis", "Un texte.", picture(0, "Une place")))
	article, err := library.Article(t.Context(), commune.ID, receipt.RemoteID)
	if err != nil {
		t.Fatal(err)
	}
	sum := article.Images[0].SHA256
	for _, test := range []struct {
		name, method, path string
		status             int
		location           string
	}{
		{name: "list", path: "/c/valmeuse", status: 200},
		{name: "with a slash", path: "/c/valmeuse/", status: 301, location: "/c/valmeuse"},
		{name: "head", method: http.MethodHead, path: "/c/valmeuse", status: 200},
		{name: "posting", method: http.MethodPost, path: "/c/valmeuse", status: 405},
		{name: "no such commune", path: "/c/nulle-part", status: 404},
		{name: "no such article", path: "/c/valmeuse/rien", status: 404},
		{name: "article of another commune", path: "/c/ailleurs/" + receipt.RemoteID, status: 404},
		{name: "no such place in the list", path: "/c/valmeuse?suite=x", status: 404},
		{name: "feed of no commune", path: "/c/nulle-part/feed.rss", status: 404},
		{name: "picture", path: "/c/valmeuse/media/" + sum + ".jpg", status: 200},
		{name: "picture with another ending", path: "/c/valmeuse/media/" + sum + ".html", status: 404},
		{name: "picture of another commune", path: "/c/ailleurs/media/" + sum + ".jpg", status: 404},
		{name: "no such picture", path: "/c/valmeuse/media/00.jpg", status: 404},
		{name: "style", path: "/c/_static/site.css", status: 200},
		{name: "elsewhere", path: "/c", status: 404},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, test.path, nil)
			if test.method != "" {
				request.Method = test.method
			}
			answer := serve(t, library, images, request)
			if answer.Code != test.status || answer.Header().Get("Location") != test.location {
				t.Errorf("%d %q, want %d %q", answer.Code, answer.Header().Get("Location"), test.status, test.location)
			}
			if test.method == http.MethodHead && answer.Body.Len() != 0 {
				t.Error("an answer to HEAD with a body")
			}
			if answer.Code == http.StatusNotFound {
				wellMade(t, answer)
			}
		})
	}
}

// TestConditionalRequests: what the reader has is not sent again, and what was
// removed is not said to be unchanged.
func TestConditionalRequests(t *testing.T) {
	commune, library, images := town()
	channel := open(t, site.New(library, images, publicURL), commune, clock.Now)
	publish(t, channel, message("Ancien", "Un texte."))
	receipt := publish(t, channel, message("Avis", "Un texte."))
	for _, path := range []string{
		"/c/valmeuse", "/c/valmeuse/" + receipt.RemoteID, "/c/valmeuse/feed.rss", "/c/valmeuse/feed.atom",
		"/c/valmeuse/feed.json", "/c/_static/site.css",
	} {
		first := get(t, library, images, path, nil)
		if first.Header().Get("ETag") == "" || first.Header().Get("Cache-Control") == "" {
			t.Errorf("%s: %v", path, first.Header())
		}
		second := get(t, library, images, path, map[string]string{"If-None-Match": first.Header().Get("ETag")})
		if second.Code != http.StatusNotModified || second.Body.Len() != 0 {
			t.Errorf("%s: %d with %d bytes, want 304", path, second.Code, second.Body.Len())
		}
	}
	before := get(t, library, images, "/c/valmeuse/feed.rss", nil)
	if err := channel.(channels.Deleter).Delete(t.Context(), receipt); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"If-None-Match":     before.Header().Get("ETag"),
		"If-Modified-Since": before.Header().Get("Last-Modified"),
	} {
		after := get(t, library, images, "/c/valmeuse/feed.rss", map[string]string{name: value})
		if after.Code != http.StatusOK || strings.Contains(after.Body.String(), receipt.URL) {
			t.Errorf("%s: %d; the removed article must be gone at once", name, after.Code)
		}
	}
}

func TestLibraryIsDown(t *testing.T) {
	_, library, images := town()
	for _, path := range []string{"/c/valmeuse", "/c/valmeuse/a", "/c/valmeuse/feed.rss", "/c/valmeuse/media/a.jpg"} {
		answer := get(t, &brokenLibrary{library}, images, path, nil)
		if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d", path, answer.Code)
		}
		if strings.Contains(answer.Body.String(), "broken") {
			t.Errorf("%s shows our own error", path)
		}
	}
}

// TestPublicAddressWithAPath: behind a proxy that gives us a part of a site.
func TestPublicAddressWithAPath(t *testing.T) {
	commune, library, images := town()
	const address = "https://valmeuse.be/actus"
	channel := open(t, site.New(library, images, address+"/"), commune, clock.Now)
	receipt := publish(t, channel, message("Avis", "Un texte."))
	if want := address + "/c/valmeuse/" + receipt.RemoteID; receipt.URL != want {
		t.Errorf("published at %s, want %s", receipt.URL, want)
	}
	pages, err := site.NewPages(library, images, sitetest.NewMemoryAlerts(commune), address, clock.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	pages.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/c/valmeuse", nil))
	page := parse(t, answer.Body.Bytes())
	if got := attribute(find(find(page, "h2", "", ""), "a", "", ""), "href"); got != "/actus/c/valmeuse/"+receipt.RemoteID {
		t.Errorf("the list links to %s", got)
	}
	if got := attribute(find(page, "link", "rel", "stylesheet"), "href"); !strings.HasPrefix(got, "/actus/c/_static/") {
		t.Errorf("the style is at %s", got)
	}
}

type brokenLibrary struct{ site.Library }

var errBroken = errors.New("broken disk")

func (*brokenLibrary) Commune(context.Context, string) (post.Commune, error) {
	return post.Commune{}, errBroken
}

// wellMade holds what every page keeps: headers, one main heading, landmarks, a
// skip link that leads somewhere, descriptions of pictures, nothing inline.
func wellMade(t *testing.T, answer *httptest.ResponseRecorder) {
	t.Helper()
	policy := answer.Header().Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") {
		t.Errorf("Content-Security-Policy %q", policy)
	}
	if answer.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Error("no nosniff")
	}
	body := answer.Body.Bytes()
	page := parse(t, body)
	if attribute(find(page, "html", "", ""), "lang") != "fr" {
		t.Error("the page does not say its language")
	}
	for _, landmark := range []string{"h1", "main", "title"} {
		if n := len(all(page, landmark)); n != 1 {
			t.Errorf("%d <%s>, want 1", n, landmark)
		}
	}
	if find(page, "main", "id", "contenu") == nil {
		t.Error("the skip link leads nowhere")
	}
	for _, image := range all(page, "img") {
		if !hasAttribute(image, "alt") {
			t.Error("a picture without alt")
		}
	}
	for _, link := range all(page, "a") {
		if strings.TrimSpace(text(link)) == "" {
			t.Errorf("a link without a name: %+v", link.Attr)
		}
	}
	for _, node := range all(page, "") {
		if hasAttribute(node, "style") || node.Data == "style" {
			t.Errorf("style inside the page: <%s>", node.Data)
		}
	}
	if regexp.MustCompile(`\{\{|<no value>|ZgotmplZ`).Match(body) {
		t.Error("a template shows through")
	}
}

func picture(i int, alt string) channels.Image {
	return channels.Image{
		MediaID: fmt.Sprintf("m%d", i), SHA256: fmt.Sprintf("%064d", i), ContentType: "image/jpeg", Bytes: 1000,
		Width: 640, Height: 480, Alt: alt, Decorative: alt == "",
	}
}

func get(t *testing.T, l site.Library, i site.Images, path string, header map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for name, value := range header {
		request.Header.Set(name, value)
	}
	return serve(t, l, i, request)
}

func serve(t *testing.T, l site.Library, i site.Images, request *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	pages, err := site.NewPages(l, i, sitetest.NewMemoryAlerts(), publicURL, clock.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	pages.ServeHTTP(answer, request)
	return answer
}

func parse(t *testing.T, body []byte) *html.Node {
	t.Helper()
	page, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// all lists the elements of a name, "" for every element.
func all(root *html.Node, name string) []*html.Node {
	var found []*html.Node
	for node := range root.Descendants() {
		if node.Type == html.ElementNode && (name == "" || node.Data == name) {
			found = append(found, node)
		}
	}
	return found
}

func find(root *html.Node, name, key, value string) *html.Node {
	for _, node := range all(root, name) {
		if key == "" || hasAttribute(node, key) && attribute(node, key) == value {
			return node
		}
	}
	return nil
}

func hasAttribute(node *html.Node, key string) bool {
	for _, a := range node.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func attribute(node *html.Node, key string) string {
	for _, a := range node.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func text(node *html.Node) string {
	var b strings.Builder
	for n := range node.Descendants() {
		if n.Type == html.TextNode {
			_, _ = io.WriteString(&b, n.Data) // a Builder never fails
		}
	}
	return b.String()
}
