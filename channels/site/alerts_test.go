package site_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/channels/site/sitetest"
	"github.com/crieur/crieur/internal/cap"
	"github.com/crieur/crieur/internal/post"
)

// crisis is a commune whose pages tell of alerts.
type crisis struct {
	*testing.T
	commune post.Commune
	library site.Library
	memory  *sitetest.Memory
	images  *sitetest.MemoryImages
	alerts  *sitetest.MemoryAlerts
	now     time.Time
}

func startCrisis(t *testing.T) *crisis {
	t.Helper()
	commune, library, images := town()
	return &crisis{
		T: t, commune: commune, library: library, memory: library, images: images,
		alerts: sitetest.NewMemoryAlerts(commune, post.Commune{ID: "other", Slug: "autre", Name: "Autre"}),
		now:    time.Date(2026, 3, 2, 14, 10, 0, 0, time.UTC),
	}
}

func (c *crisis) get(path string, header ...string) *httptest.ResponseRecorder {
	c.Helper()
	pages, err := site.NewPages(c.library, c.images, c.alerts, publicURL, func() time.Time { return c.now }, slog.New(slog.DiscardHandler))
	if err != nil {
		c.Fatal(err)
	}
	request := httptest.NewRequestWithContext(c.Context(), http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	pages.ServeHTTP(answer, request)
	return answer
}

// flood is an active alert with a first message and an update.
func (c *crisis) flood(id string) post.Broadcast {
	at := time.Date(2026, 3, 2, 13, 20, 0, 0, time.UTC)
	return post.Broadcast{
		ID: id, CommuneID: c.commune.ID, Year: 2026, Number: 42, Status: post.BroadcastActive, Hazard: "flood",
		Title: "Inondation rue Haute", Severity: post.AlertSevere, OpenedAt: at, OpenedBy: "u1", Correction: "secret",
		Area: post.Area{Description: "Rue Haute", Polygon: [][2]float64{{50.519, 5.239}, {50.519, 5.245}, {50.516, 5.245}, {50.519, 5.239}}},
		Messages: []post.BroadcastMessage{
			{Number: 1, Kind: post.MessageAlert, Title: "Inondation rue Haute", Text: "Quittez les caves.\n\nGagnez un étage.", CreatedAt: at, NextUpdateAt: at.Add(40 * time.Minute)},
			{Number: 2, Kind: post.MessageUpdate, Title: "L’eau monte encore", Text: "Restez à l’étage.", CreatedAt: at.Add(45 * time.Minute), NextUpdateAt: at.Add(100 * time.Minute)},
		},
	}
}

func ended(b post.Broadcast) post.Broadcast {
	last := b.Messages[len(b.Messages)-1]
	b.Status, b.EndedAt = post.BroadcastEnded, last.CreatedAt.Add(2*time.Hour)
	b.Messages = append(slices.Clone(b.Messages), post.BroadcastMessage{
		Number: last.Number + 1, Kind: post.MessageEnd, Title: b.Title, Text: "L’eau s’est retirée.", CreatedAt: b.EndedAt,
	})
	return b
}

const theBanner = "Alerte en cours"

// Every page of the commune tells of an alert within a minute, and a copy that
// a reader holds is known to be old the moment it starts and the moment it ends.
func TestBanner(t *testing.T) {
	c := startCrisis(t)
	receipt := publish(t, open(t, site.New(c.memory, c.images, publicURL), c.commune, func() time.Time { return c.now }), message("Avis", "Un texte."))
	paths := []string{"/c/valmeuse", strings.TrimPrefix(receipt.URL, publicURL), "/c/valmeuse/alerts"}
	calm := map[string]string{}
	for _, path := range paths {
		answer := c.get(path)
		if answer.Code != http.StatusOK || strings.Contains(answer.Body.String(), `class="alert"`) {
			t.Errorf("%s without an alert: %d\n%s", path, answer.Code, answer.Body)
		}
		calm[path] = answer.Header().Get("ETag")
	}
	awaiting := c.flood("b1")
	awaiting.Status = post.BroadcastAwaiting
	drill := c.flood("b2")
	drill.Exercise = true
	elsewhere := c.flood("b3")
	elsewhere.CommuneID = "other"
	for _, quiet := range []post.Broadcast{awaiting, drill, elsewhere} {
		c.alerts.Put(quiet)
	}
	for _, path := range paths {
		if got := c.get(path, "If-None-Match", calm[path]); got.Code != http.StatusNotModified {
			t.Errorf("%s tells of what is no alert of this commune: %d", path, got.Code)
		}
	}
	c.alerts.Put(c.flood("b1"))
	for _, path := range append(paths, "/c/valmeuse/nowhere") {
		answer := c.get(path, "If-None-Match", calm[path])
		banner := find(parse(t, answer.Body.Bytes()), "aside", "class", "alert")
		if banner == nil {
			t.Errorf("%s: %d, no banner", path, answer.Code)
			continue
		}
		link := find(banner, "a", "", "")
		if attribute(link, "href") != "/c/valmeuse/alerts/b1" || text(link) != "L’eau monte encore" ||
			!strings.Contains(text(banner), "message n°\u00a02, 15\u00a0h\u00a005") || !strings.Contains(text(banner), theBanner) {
			t.Errorf("%s: %q", path, text(banner))
		}
		if answer.Code == http.StatusOK {
			wellMade(t, answer)
			if feed := find(parse(t, answer.Body.Bytes()), "link", "href", "/c/valmeuse/alerts.atom"); feed == nil {
				t.Errorf("%s does not say where programs find alerts", path)
			}
			if got := answer.Header().Get("Cache-Control"); got != "public, max-age=60" {
				t.Errorf("%s may be kept for %q", path, got)
			}
		}
	}
	during := c.get("/c/valmeuse").Header().Get("ETag")
	c.alerts.Put(ended(c.flood("b1")))
	answer := c.get("/c/valmeuse", "If-None-Match", during)
	if answer.Code != http.StatusOK || strings.Contains(answer.Body.String(), `class="alert"`) || answer.Header().Get("ETag") != calm["/c/valmeuse"] {
		t.Errorf("after its end: %d %s", answer.Code, answer.Header().Get("ETag"))
	}
}

func TestAlertPage(t *testing.T) {
	c := startCrisis(t)
	c.alerts.Put(c.flood("b1"))
	answer := c.get("/c/valmeuse/alerts/b1")
	if answer.Code != http.StatusOK || answer.Header().Get("Cache-Control") != "public, max-age=60" {
		t.Fatalf("%d %v", answer.Code, answer.Header())
	}
	wellMade(t, answer)
	page := parse(t, answer.Body.Bytes())
	if got := text(find(page, "h1", "", "")); got != "L’eau monte encore" {
		t.Errorf("titled %q", got)
	}
	var order []string
	for _, h := range all(page, "h2") {
		order = append(order, text(h))
	}
	if want := []string{"Message n°\u00a02 – 15\u00a0h\u00a005", "Message n°\u00a01 – 14\u00a0h\u00a020"}; !slices.Equal(order, want) {
		t.Errorf("messages %q, want %q", order, want)
	}
	words := text(page)
	for _, want := range []string{
		"Quittez les caves.", "Gagnez un étage.", "Inondation rue Haute", "Prochain point à 16\u00a0h", "Rue Haute", "grave", "2026-0042",
		"2\u00a0mars\u00a02026 à\u00a014\u00a0h\u00a020", "BE-Alert", theBanner,
	} {
		if !strings.Contains(words, want) {
			t.Errorf("nothing of %q", want)
		}
	}
	if strings.Contains(answer.Body.String(), "secret") || find(page, "aside", "class", "alert") != nil {
		t.Error("the page shows the ready correction, or a banner that leads to itself")
	}
	for name, want := range map[string]string{"canonical": publicURL + "/c/valmeuse/alerts/b1"} {
		if got := attribute(find(page, "link", "rel", name), "href"); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := attribute(find(page, "link", "type", cap.MediaType), "href"); got != "/c/valmeuse/alerts/b1.cap" {
		t.Errorf("for machines: %q", got)
	}
	var data map[string]any
	if err := json.Unmarshal([]byte(text(find(page, "script", "type", "application/ld+json"))), &data); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"@context": "https://schema.org", "@type": "SpecialAnnouncement", "name": "L’eau monte encore", "text": "Restez à l’étage.",
		"datePosted": "2026-03-02T14:05:00Z", "expires": "2026-03-03T15:00:00Z", "url": publicURL + "/c/valmeuse/alerts/b1",
		"webFeed": publicURL + "/c/valmeuse/alerts.atom",
	} {
		if data[name] != want {
			t.Errorf("%s is %v, want %s", name, data[name], want)
		}
	}
	if got := c.get("/c/valmeuse/alerts/b1", "If-None-Match", answer.Header().Get("ETag")); got.Code != http.StatusNotModified {
		t.Errorf("the same page again: %d", got.Code)
	}
	for path, want := range map[string]int{
		"/c/valmeuse/alerts/b1/1": http.StatusOK, "/c/valmeuse/alerts/b1/2": http.StatusOK, "/c/valmeuse/alerts/b1/3": http.StatusNotFound,
		"/c/valmeuse/alerts/b1/01": http.StatusNotFound, "/c/valmeuse/alerts/b9": http.StatusNotFound, "/c/valmeuse/alerts/b9.cap": http.StatusNotFound,
		"/c/autre/alerts/b1": http.StatusNotFound, "/c/nowhere/alerts": http.StatusNotFound, "/c/valmeuse/exercises/b1": http.StatusNotFound,
		"/c/valmeuse/exercises/b1.cap": http.StatusNotFound, "/c/valmeuse/alerts.atom/x": http.StatusNotFound,
	} {
		if got := c.get(path).Code; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

// The page stays light, with its style, whatever is said and however often.
func TestAlertPageStaysLight(t *testing.T) {
	const most = 50_000
	style := len(startCrisis(t).get("/c/_static/site.css").Body.Bytes())
	for name, piece := range map[string]string{"words": "Quittez les caves. ", "ampersands": "&", "paragraphs": "<\n\n", "hostile": hostile} {
		c := startCrisis(t)
		b := c.flood("b1")
		for i := range 200 {
			b.Messages = append(b.Messages, post.BroadcastMessage{
				Number: i + 3, Kind: post.MessageUpdate, Title: strings.Repeat("&", 160), CreatedAt: b.OpenedAt.Add(time.Hour),
				Text: fmt.Sprintf("Point %d. ", i+3) + strings.Repeat(piece, 4000/len(piece)),
			})
		}
		c.alerts.Put(b)
		answer := c.get("/c/valmeuse/alerts/b1")
		wellMade(t, answer)
		if n := answer.Body.Len() + style; n > most {
			t.Errorf("%s: %d bytes, with %d of style", name, n, style)
		}
		page := parse(t, answer.Body.Bytes())
		if find(page, "section", "id", "message-202") == nil {
			t.Errorf("%s: the newest message is not there", name)
		}
		if old := find(page, "a", "href", "/c/valmeuse/alerts/b1/150"); old == nil {
			t.Errorf("%s: no way to an older message", name)
		}
		old := c.get("/c/valmeuse/alerts/b1/1")
		wellMade(t, old)
		if !strings.Contains(old.Body.String(), "Gagnez un étage.") || find(parse(t, old.Body.Bytes()), "a", "href", "/c/valmeuse/alerts/b1") == nil {
			t.Errorf("%s: the first message by itself: %s", name, old.Body)
		}
	}
}

func TestHostileAlert(t *testing.T) {
	c := startCrisis(t)
	b := c.flood("b1")
	b.Title, b.Area.Description = hostile, hostile
	b.Messages[1].Title, b.Messages[1].Text = hostile, hostile
	c.alerts.Put(b)
	for _, path := range []string{"/c/valmeuse", "/c/valmeuse/alerts", "/c/valmeuse/alerts/b1", "/c/valmeuse/alerts/b1/2"} {
		answer := c.get(path)
		wellMade(t, answer)
		for _, node := range all(parse(t, answer.Body.Bytes()), "") {
			if node.Data == "img" || node.Data == "script" && attribute(node, "type") != "application/ld+json" {
				t.Errorf("%s: <%s>", path, node.Data)
			}
		}
	}
	for _, path := range []string{"/c/valmeuse/alerts.atom", "/c/valmeuse/alerts.rss", "/c/valmeuse/alerts/b1.cap"} {
		var whatever struct{}
		if err := xml.Unmarshal(c.get(path).Body.Bytes(), &whatever); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Exercises stand in a place of their own, which search engines leave alone, and
// nowhere else.
func TestExercises(t *testing.T) {
	c := startCrisis(t)
	drill := c.flood("e1")
	drill.Exercise = true
	c.alerts.Put(drill)
	for _, path := range []string{"/c/valmeuse", "/c/valmeuse/alerts", "/c/valmeuse/alerts.atom", "/c/valmeuse/alerts.rss", "/c/valmeuse/feed.atom"} {
		if body := c.get(path).Body.String(); strings.Contains(body, "e1") || strings.Contains(body, "monte") {
			t.Errorf("%s tells of an exercise:\n%s", path, body)
		}
	}
	for _, path := range []string{"/c/valmeuse/alerts/e1", "/c/valmeuse/alerts/e1.cap", "/c/valmeuse/alerts/e1/1.cap", "/c/valmeuse/exercises.rss"} {
		if got := c.get(path).Code; got != http.StatusNotFound {
			t.Errorf("%s: %d", path, got)
		}
	}
	for _, path := range []string{
		"/c/valmeuse/exercises", "/c/valmeuse/exercises.atom", "/c/valmeuse/exercises/e1", "/c/valmeuse/exercises/e1/1",
		"/c/valmeuse/exercises/e1.cap", "/c/valmeuse/exercises/e1/1.cap",
	} {
		answer := c.get(path)
		if answer.Code != http.StatusOK || !strings.HasPrefix(answer.Header().Get("X-Robots-Tag"), "noindex") {
			t.Errorf("%s: %d, robots %q", path, answer.Code, answer.Header().Get("X-Robots-Tag"))
		}
		if !strings.Contains(answer.Body.String(), "EXERCICE") {
			t.Errorf("%s does not say what it is:\n%s", path, answer.Body)
		}
		if strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") {
			wellMade(t, answer)
			page := parse(t, answer.Body.Bytes())
			main := strings.TrimSpace(text(find(page, "main", "", "")))
			if !strings.HasPrefix(main, "EXERCICE") || attribute(find(page, "meta", "name", "robots"), "content") != "noindex" ||
				find(page, "script", "", "") != nil {
				t.Errorf("%s: %q", path, main)
			}
		}
	}
	if body := c.get("/c/valmeuse/exercises").Body.String(); !strings.Contains(body, "Exercice 2026-E0042") {
		t.Errorf("the list:\n%s", body)
	}
	if body := c.get("/c/valmeuse/exercises/e1.cap").Body.String(); !strings.Contains(body, "<status>Exercise</status>") {
		t.Errorf("for machines:\n%s", body)
	}
}

// What has ended is in the archive, for ever.
func TestArchive(t *testing.T) {
	c := startCrisis(t)
	for i := range site.BoardLength + 5 {
		b := ended(c.flood(fmt.Sprintf("b%d", i)))
		b.Number = i + 1
		c.alerts.Put(b)
	}
	body := c.get("/c/valmeuse/alerts").Body.String()
	if !strings.Contains(body, "Archives") || !strings.Contains(body, "Aucune alerte en cours") || !strings.Contains(body, "alerts/b54") {
		t.Error(body)
	}
	for _, id := range []string{"b0", "b54"} {
		answer := c.get("/c/valmeuse/alerts/" + id)
		if answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "Alerte terminée") || strings.Contains(answer.Body.String(), theBanner) {
			t.Errorf("%s: %d", id, answer.Code)
		}
		if body := c.get("/c/valmeuse/alerts/" + id + ".cap").Body.String(); !strings.Contains(body, "<responseType>AllClear</responseType>") {
			t.Errorf("%s for machines:\n%s", id, body)
		}
	}
}

// What the pages say in a crisis does not hang on the library of articles.
func TestAlertsWithoutTheLibrary(t *testing.T) {
	c := startCrisis(t)
	c.alerts.Put(c.flood("b1"))
	c.library = &brokenLibrary{c.memory}
	for _, path := range []string{"/c/valmeuse/alerts", "/c/valmeuse/alerts/b1", "/c/valmeuse/alerts.atom", "/c/valmeuse/alerts.rss", "/c/valmeuse/alerts/b1.cap"} {
		if got := c.get(path).Code; got != http.StatusOK {
			t.Errorf("%s: %d", path, got)
		}
	}
	answer := c.get("/c/valmeuse")
	if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") == "" || answer.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", answer.Code, answer.Header())
	}
	wellMade(t, answer)
	if find(parse(t, answer.Body.Bytes()), "a", "href", "/c/valmeuse/alerts/b1") == nil {
		t.Errorf("a page that cannot be read hides the alert:\n%s", answer.Body)
	}
	c.alerts.Break(errors.New("broken"))
	for _, path := range []string{"/c/valmeuse", "/c/valmeuse/alerts", "/c/valmeuse/alerts.atom", "/c/valmeuse/exercises/b1"} {
		if got := c.get(path); got.Code != http.StatusServiceUnavailable || strings.Contains(got.Body.String(), "broken") {
			t.Errorf("%s: %d %s", path, got.Code, got.Body)
		}
	}
	c.library = c.memory
	if got := c.get("/c/valmeuse").Code; got != http.StatusOK {
		t.Errorf("no news without the alerts: %d", got)
	}
}
