package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/crieur/crieur/channels/simulator"
)

func TestCitizenPages(t *testing.T) {
	r := start(t, simulator.Options{})
	id := r.must(post(r, "Travaux <rue Haute> & déviation"))
	r.must(r.photo(jpegOf(t, 20, 10), "caption", "La place", "alt_text_custom", `Un étal "rouge"`))
	hidden := r.must(r.graph(http.MethodPost, pageID+"/feed", "message", "brouillon", "published", "false"))

	for path, want := range map[string][]string{
		"/":                         {"Réseaux d’entraînement", "Commune de Test", "Travaux <rue Haute> & déviation", "La place"},
		"/facebook/pages/" + pageID: {"Commune de Test", "Travaux <rue Haute> & déviation", "La place"},
		"/facebook/" + id:           {"Commune de Test", "Travaux <rue Haute> & déviation"},
	} {
		a := r.send(http.MethodGet, path, "", nil, nil)
		if a.status != http.StatusOK {
			t.Errorf("%s: %d", path, a.status)
			continue
		}
		page := readPage(t, a.body)
		for _, text := range append(want, "Réseau d’entraînement : rien ici n’est public") {
			if !strings.Contains(page.text, text) {
				t.Errorf("%s does not say %q:\n%s", path, text, page.text)
			}
		}
		if strings.Contains(page.text, "brouillon") {
			t.Errorf("%s shows a draft", path)
		}
		if page.lang != "fr" || page.title == "" || page.headings != 1 || page.inline != "" {
			t.Errorf("%s: lang %q, title %q, %d h1, inline %q", path, page.lang, page.title, page.headings, page.inline)
		}
		if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		for _, link := range append(page.links, page.sources...) {
			if !strings.HasPrefix(link, r.url) && !strings.HasPrefix(link, "/") {
				t.Errorf("%s points to %s", path, link)
				continue
			}
			if got := r.send(http.MethodGet, strings.TrimPrefix(link, r.url), "", nil, nil); got.status != http.StatusOK {
				t.Errorf("%s: %s answers %d", path, link, got.status)
			}
		}
		if path == "/facebook/pages/"+pageID && (len(page.alts) != 1 || page.alts[0] != `Un étal "rouge"`) {
			t.Errorf("alternative texts %q", page.alts)
		}
	}
	for _, path := range []string{"/facebook/pages/none", "/facebook/777_1", "/facebook/" + hidden, "/_media/x", "/_media/" + strings.Repeat("0", 64), "/x/nobody"} {
		if a := r.send(http.MethodGet, path, "", nil, nil); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestCitizenPagesBelowAPath(t *testing.T) {
	r := start(t, simulator.Options{PublicURL: "https://crieur.example/practice"})
	id := r.must(post(r, "x"))
	if url := r.sim.Posts("facebook", pageID)[0].URL; url != "https://crieur.example/practice/facebook/"+id {
		t.Errorf("post at %s", url)
	}
	page := readPage(t, r.send(http.MethodGet, "/", "", nil, nil).body)
	for _, link := range page.links {
		if !strings.HasPrefix(strings.TrimPrefix(link, "https://crieur.example"), "/practice/") {
			t.Errorf("link %s", link)
		}
	}
}

// pageFacts is what a browser would see of a page.
type pageFacts struct {
	lang, title, text, inline string
	headings                  int
	links, sources, alts      []string
}

func readPage(t *testing.T, body string) pageFacts {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var facts pageFacts
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			facts.text += n.Data
		}
		if n.Type != html.ElementNode {
			continue
		}
		attributes := map[string]string{}
		for _, a := range n.Attr {
			attributes[a.Key] = a.Val
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				facts.inline += a.Key + " "
			}
		}
		switch n.Data {
		case "html":
			facts.lang = attributes["lang"]
		case "title":
			facts.title = n.FirstChild.Data
		case "h1":
			facts.headings++
		case "script", "style":
			facts.inline += n.Data + " "
		case "a", "link":
			facts.links = append(facts.links, attributes["href"])
		case "img":
			facts.sources = append(facts.sources, attributes["src"])
			facts.alts = append(facts.alts, attributes["alt"])
		}
	}
	return facts
}
