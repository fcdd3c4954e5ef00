package simulator_test

import (
	"encoding/base64"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/crieur/crieur/channels/simulator"
)

// practiceSite is the WordPress site that is always there.
func practiceSite(t *testing.T, r *rig) simulator.AccountSpec {
	t.Helper()
	for _, spec := range r.sim.PracticeAccounts() {
		if spec.Network == "wordpress" {
			return spec
		}
	}
	t.Fatal("no practice site")
	return simulator.AccountSpec{}
}

// wp calls the API of the practice site.
func (r *rig) wp(t *testing.T, method, route, contentType, body string, want int) map[string]any {
	t.Helper()
	spec := practiceSite(t, r)
	login := spec.Credentials["username"] + ":" + spec.Credentials["application_password"]
	answer := r.send(method, "/wordpress/"+spec.ID+"/wp-json"+route, contentType, strings.NewReader(body),
		http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(login))}})
	if answer.status != want {
		t.Fatalf("%s %s: %d %s", method, route, answer.status, answer.body)
	}
	return answer.json(t)
}

// publishArticle publishes an article with two pictures and returns its id.
func (r *rig) publishArticle(t *testing.T) (id, link string) {
	t.Helper()
	var media []string
	for _, alt := range []string{"Des étals", `Un chien "Rex" & <lui>`} {
		form, contentType := wpForm(t, "photo.jpg", alt)
		media = append(media, number(r.wp(t, http.MethodPost, "/wp/v2/media", contentType, string(form), http.StatusCreated)["id"]))
	}
	post := r.wp(t, http.MethodPost, "/wp/v2/posts", "application/json", `{
		"title": "Brocante &amp; fête", "slug": "brocante-xyz", "status": "publish", "excerpt": "Dimanche", "featured_media": `+media[0]+`,
		"content": "<!-- wp:paragraph --><p>Place du Marché<br>dès 8 h</p><!-- /wp:paragraph --><figure><img src=\"http://elsewhere.example/x.jpg\" alt=\"Un chien &quot;Rex&quot;\" class=\"wp-image-`+media[1]+`\"/></figure><p onclick=\"x()\">Entrée libre<script>evil()</script><img src=\"http://elsewhere.example/y.jpg\"></p>"
	}`, http.StatusCreated)
	link, _ = post["link"].(string)
	return number(post["id"]), link
}

func TestWordPressPages(t *testing.T) {
	r := start(t, simulator.Options{})
	_, link := r.publishArticle(t)
	r.wp(t, http.MethodPost, "/wp/v2/posts", "application/json", `{"title":"Brouillon secret"}`, http.StatusCreated)

	front := "/wordpress/valmeuse/"
	for path, alts := range map[string][]string{
		front:                           {"Des étals"},
		strings.TrimPrefix(link, r.url): {"Des étals", `Un chien "Rex"`},
	} {
		a := r.send(http.MethodGet, path, "", nil, nil)
		if a.status != http.StatusOK {
			t.Fatalf("%s: %d", path, a.status)
		}
		page := readPage(t, a.body)
		if page.lang != "fr" || page.headings != 1 || page.inline != "" || page.title == "" {
			t.Errorf("%s: lang %q, %d h1, inline %q, title %q", path, page.lang, page.headings, page.inline, page.title)
		}
		if got := strings.Join(page.alts, "|"); got != strings.Join(alts, "|") {
			t.Errorf("%s: alternative texts %q, want %q", path, page.alts, alts)
		}
		for _, text := range []string{"Réseau d’entraînement : rien ici n’est public", "Brocante & fête"} {
			if !strings.Contains(page.text, text) {
				t.Errorf("%s does not say %q", path, text)
			}
		}
		if strings.Contains(page.text, "Brouillon secret") || strings.Contains(page.text, "evil") {
			t.Errorf("%s shows what is not public, or runs it:\n%s", path, page.text)
		}
		for _, address := range append(page.links, page.sources...) {
			if got := r.send(http.MethodGet, strings.TrimPrefix(address, r.url), "", nil, nil); got.status != http.StatusOK {
				t.Errorf("%s: %s answers %d", path, address, got.status)
			}
		}
		if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	for _, path := range []string{front + "?name=nothing", front + "2026/01/nothing/", front + "?p=999", "/wordpress/nowhere/", front + "wp-content/uploads/no.jpg"} {
		if a := r.send(http.MethodGet, path, "", nil, nil); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	// The front door of the network is the practice site.
	door := r.send(http.MethodHead, "/wordpress/", "", nil, nil)
	if got := door.header.Get("Link"); !strings.Contains(got, "/wordpress/valmeuse/wp-json/>") {
		t.Errorf("the front door names %q", got)
	}
}

// TestWordPressRemembers: a restart forgets nothing, neither slugs nor the trash
// nor pictures.
func TestWordPressRemembers(t *testing.T) {
	opts := simulator.Options{JournalPath: filepath.Join(t.TempDir(), "journal.jsonl")}
	before := start(t, opts)
	id, _ := before.publishArticle(t)
	trashed := number(before.wp(t, http.MethodPost, "/wp/v2/posts", "application/json", `{"title":"Retiré","slug":"retire","status":"publish"}`, http.StatusCreated)["id"])
	before.wp(t, http.MethodDelete, "/wp/v2/posts/"+trashed, "", "", http.StatusOK)
	if err := before.sim.Close(); err != nil {
		t.Fatal(err)
	}

	r := start(t, opts)
	if got := r.wp(t, http.MethodPost, "/wp/v2/posts", "application/json", `{"title":"x","slug":"brocante-xyz","status":"publish"}`, http.StatusCreated); got["slug"] != "brocante-xyz-2" {
		t.Errorf("slug %v", got["slug"])
	}
	if got := r.wp(t, http.MethodGet, "/wp/v2/posts/"+trashed+"?context=edit", "", "", http.StatusOK); got["status"] != "trash" || got["slug"] != "retire__trashed" {
		t.Errorf("trashed: %v %v", got["status"], got["slug"])
	}
	r.wp(t, http.MethodDelete, "/wp/v2/posts/"+trashed, "", "", http.StatusGone)
	if a := r.send(http.MethodGet, "/wordpress/valmeuse/?p="+id, "", nil, nil); a.status != http.StatusOK {
		t.Errorf("the article answers %d", a.status)
	}
	posts := r.sim.Posts("wordpress", "valmeuse")
	if len(posts) != 2 || len(posts[0].Images) != 2 {
		t.Fatalf("posts %+v", posts)
	}
	form, contentType := wpForm(t, "photo.jpg", "")
	if got := r.wp(t, http.MethodPost, "/wp/v2/media", contentType, string(form), http.StatusCreated); got["slug"] != "photo-2" {
		t.Errorf("a third photo.jpg is called %v", got["slug"])
	}
}

// TestWordPressPlainPermalinks: without pretty addresses the API stands in a
// parameter.
func TestWordPressPlainPermalinks(t *testing.T) {
	r := start(t, simulator.Options{})
	spec := practiceSite(t, r)
	spec.Settings["permalinks"] = "plain"
	if err := r.sim.AddAccount(spec); err != nil {
		t.Fatal(err)
	}
	if a := r.send(http.MethodGet, "/wordpress/valmeuse/wp-json/", "", nil, nil); a.status != http.StatusNotFound {
		t.Errorf("the pretty API answers %d", a.status)
	}
	a := r.send(http.MethodGet, "/wordpress/valmeuse/?rest_route=/", "", nil, nil)
	if a.status != http.StatusOK || a.json(t)["name"] != spec.Name {
		t.Errorf("the API answers %d %s", a.status, a.body)
	}
}

// number writes an id as JSON numbers come.
func number(id any) string {
	n, _ := id.(float64)
	return strconv.FormatFloat(n, 'f', -1, 64)
}
