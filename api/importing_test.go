package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media/mediatest"
)

// website is a site with a feed that tests change as they go.
type website struct {
	*httptest.Server
	mu      sync.Mutex
	entries []string
	asked   int
}

// entry is an item of an RSS feed.
func entry(guid, title, text, rest string) string {
	return fmt.Sprintf("<item><guid isPermaLink=\"false\">%s</guid><title>%s</title><description><![CDATA[%s]]></description>%s</item>", guid, title, text, rest)
}

func newWebsite(t *testing.T, entries ...string) *website {
	t.Helper()
	w := &website{entries: entries}
	w.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".jpg") {
			_, _ = out.Write(mediatest.JPEG(640, 480))
			return
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.asked++
		out.Header().Set("Content-Type", "application/rss+xml")
		_, _ = out.Write([]byte(`<?xml version="1.0"?><rss version="2.0"><channel><title>Site</title>` + strings.Join(w.entries, "") + `</channel></rss>`))
	}))
	t.Cleanup(w.Close)
	return w
}

func (w *website) show(entries ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.entries = entries
}

type sourceView struct {
	ID       string `json:"id"`
	Failures int    `json:"failures"`
	Enabled  bool   `json:"enabled"`
	Error    *struct{ Code, Message string }
}

type readingView struct {
	Source                         sourceView `json:"source"`
	Unchanged                      bool       `json:"unchanged"`
	Seen, New, Edited, Ours, Taken int
}

type importView struct {
	ID       string   `json:"id"`
	State    string   `json:"state"`
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	Link     string   `json:"link"`
	Notes    []string `json:"notes"`
	Changed  bool     `json:"changed"`
	PostID   *string  `json:"post_id"`
	Pictures []struct {
		URL     string  `json:"url"`
		Alt     string  `json:"alt"`
		MediaID *string `json:"media_id"`
		Lost    bool    `json:"lost"`
	} `json:"pictures"`
	ScheduledAt *string `json:"scheduled_at"`
}

func follow(t *testing.T, client *testrig.Client, kind, address string, rules ...object) sourceView {
	t.Helper()
	if rules == nil {
		rules = []object{}
	}
	var made sourceView
	client.Do(http.MethodPost, "/sources", object{"kind": kind, "url": address, "rules": rules, "every_minutes": 60}).Into(t, http.StatusCreated, &made)
	return made
}

// poll reads a source now. The worker of the rig may be reading it: then its
// reading is waited for.
func poll(t *testing.T, client *testrig.Client, id string) readingView {
	t.Helper()
	for {
		answer := client.Do(http.MethodPost, "/sources/"+id+"/poll", nil)
		if answer.Status == http.StatusConflict {
			continue
		}
		var reading readingView
		answer.Into(t, http.StatusOK, &reading)
		return reading
	}
}

func imports(t *testing.T, client *testrig.Client, query string) []importView {
	t.Helper()
	var page struct{ Imports []importView }
	client.Do(http.MethodGet, "/imports?limit=100"+query, nil).Into(t, http.StatusOK, &page)
	return page.Imports
}

func countPosts(t *testing.T, client *testrig.Client) int {
	t.Helper()
	var page struct{ Posts []testrig.Post }
	client.Do(http.MethodGet, "/posts?limit=100", nil).Into(t, http.StatusOK, &page)
	return len(page.Posts)
}

// importOne follows a site with one article and returns the source and the
// item.
func importOne(t *testing.T, client *testrig.Client) (source, item string) {
	t.Helper()
	site := newWebsite(t, entry("1", "Secret de Valmeuse", "Rien ne sort de la bibliothèque.", ""))
	source = follow(t, client, "feed", site.URL+"/feed").ID
	poll(t, client, source)
	return source, imports(t, client, "&source="+source)[0].ID
}

type templateView struct {
	ID           string `json:"id"`
	Circumstance string `json:"circumstance"`
	Name         string `json:"name"`
	Builtin      bool   `json:"builtin"`
	Blanks       []struct {
		Name, Label string
		Optional    bool
	} `json:"blanks"`
}

func makeTemplate(t *testing.T, client *testrig.Client, name string) templateView {
	t.Helper()
	var made templateView
	client.Do(http.MethodPost, "/templates", object{
		"circumstance": "events", "name": name, "title": "{nom}", "text": "Le {date}, {lieu}.\nTarif : {tarif}",
		"blanks": []object{{"name": "tarif", "label": "Tarif", "optional": true}},
	}).Into(t, http.StatusCreated, &made)
	return made
}

func TestAProposalBecomesADraftOnce(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			site := newWebsite(t, entry("1", "Fermeture d’été", `<p>Du 1er au 15 août.</p><p>Bonnes vacances !</p><img src="/porte.jpg" alt="Une porte close">`, "<link>/fermeture</link>"))
			source := follow(t, rig.Client, "feed", site.URL+"/feed")
			if got := poll(t, rig.Client, source.ID); got.Source.Error != nil {
				t.Fatalf("%+v", got.Source.Error)
			}
			all := imports(t, rig.Client, "&state=proposed")
			if len(all) != 1 || all[0].Text != "Du 1er au 15 août.\n\nBonnes vacances !" || len(all[0].Pictures) != 1 || all[0].Pictures[0].MediaID == nil {
				t.Fatalf("%+v", all)
			}
			var first, second importView
			rig.Do(http.MethodPost, "/imports/"+all[0].ID+"/accept", object{}).Into(t, http.StatusOK, &first)
			rig.Do(http.MethodPost, "/imports/"+all[0].ID+"/accept", object{}).Into(t, http.StatusOK, &second)
			if first.PostID == nil || *first.PostID != *second.PostID || countPosts(t, rig.Client) != 1 {
				t.Fatalf("%+v %+v, %d posts", first, second, countPosts(t, rig.Client))
			}
			var made struct {
				Status, Title, Text, Link string
				Images                    []struct{ Alt string }
			}
			rig.Do(http.MethodGet, "/posts/"+*first.PostID, nil).Into(t, http.StatusOK, &made)
			if made.Status != "draft" || made.Title != "Fermeture d’été" || made.Link != site.URL+"/fermeture" ||
				len(made.Images) != 1 || made.Images[0].Alt != "Une porte close" {
				t.Errorf("%+v", made)
			}
			if p := refusal(t, rig.Do(http.MethodPost, "/imports/"+all[0].ID+"/decline", nil)); p.Code != "item_not_open" {
				t.Errorf("declined after it was taken: %+v", p)
			}
		})
	}
}

func TestSourcesAreSetUpByAdministratorsAndChecked(t *testing.T) {
	rig := start(t, "sqlite")
	channel := rig.Connect("site", "Actualités", nil, nil)
	author := rig.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
	if p := refusal(t, author.Do(http.MethodPost, "/sources", object{"kind": "feed", "url": "https://biblio.example/feed"})); p.Status != http.StatusForbidden {
		t.Errorf("an author: %+v", p)
	}
	for name, test := range map[string]struct {
		body  object
		field string
	}{
		"no address":        {object{"kind": "feed", "url": "biblio"}, "url"},
		"a file":            {object{"kind": "feed", "url": "file:///etc/passwd"}, "url"},
		"a password":        {object{"kind": "feed", "url": "https://a:b@biblio.example/"}, "url"},
		"our own pages":     {object{"kind": "feed", "url": rig.URL + "/c/valmeuse/feed.rss"}, "url"},
		"no channel":        {object{"kind": "feed", "url": "https://b.example/", "rules": []object{{"action": "schedule", "at": "09:00"}}}, "rules[0].channels"},
		"no hour":           {object{"kind": "feed", "url": "https://b.example/", "rules": []object{{"action": "schedule", "channels": []string{channel.ID}}}}, "rules[0].at"},
		"another's channel": {object{"kind": "feed", "url": "https://b.example/", "rules": []object{{"action": "draft", "channels": []string{"x"}}}}, "rules[0].channels"},
	} {
		p := refusal(t, rig.Do(http.MethodPost, "/sources", test.body))
		if p.Status != http.StatusUnprocessableEntity || len(p.Fields) != 1 || p.Fields[0].Field != test.field {
			t.Errorf("%s: %+v", name, p)
		}
	}
	follow(t, rig.Client, "feed", "https://biblio.example/feed")
	if p := refusal(t, rig.Do(http.MethodPost, "/sources", object{"kind": "feed", "url": "https://biblio.example/feed"})); p.Code != "source_twice" {
		t.Errorf("twice: %+v", p)
	}
}

func TestAPreviewKeepsNothing(t *testing.T) {
	rig := start(t, "sqlite")
	site := newWebsite(t, entry("1", "Fermeture", `Du 1er au 15 août.<img src="/a.jpg">`, "<category>Travaux</category>"))
	var view struct {
		Items []struct {
			Title, Action string
			Notes         []string
		}
	}
	rig.Do(http.MethodPost, "/sources/preview", object{
		"kind": "feed", "url": site.URL, "rules": []object{{"category": "travaux", "action": "draft"}},
	}).Into(t, http.StatusOK, &view)
	if len(view.Items) != 1 || view.Items[0].Action != "draft" || len(view.Items[0].Notes) != 1 {
		t.Errorf("%+v", view)
	}
	if n := len(imports(t, rig.Client, "")); n != 0 || countPosts(t, rig.Client) != 0 {
		t.Errorf("%d items are kept", n)
	}
	site.show("no feed at all <")
	answer := rig.Do(http.MethodPost, "/sources/preview", object{"kind": "ics", "url": site.URL})
	if p := refusal(t, answer); p.Code != "source.unreadable" {
		t.Errorf("%+v", p)
	}
}

// TestAnAddressIsRecognised: people paste the address of a page, and not that of
// its feed.
func TestAnAddressIsRecognised(t *testing.T) {
	rig := start(t, "sqlite")
	mux := http.NewServeMux()
	serve := func(path, kind, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			fmt.Fprint(w, body)
		})
	}
	feed := "<rss><channel><title>La bibliothèque</title><item><title>Fermeture</title><description>En août.</description></item></channel></rss>"
	serve("/feed", "text/xml", feed)
	serve("/a.ics", "text/plain", "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Agenda\r\nBEGIN:VEVENT\r\nSUMMARY:Concert\r\nDTSTART:20990101\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
	serve("/page", "text/html", `<html><head><title>Accueil</title><link rel="alternate" type="application/rss+xml" title="Comments" href="/nothing"><link rel="alternate" type="application/rss+xml" title="Nouvelles" href="/feed"></head><body></body></html>`)
	serve("/blog/", "text/html", `<html><head><title>La commune &amp; vous</title><link rel="https://api.w.org/" href="/blog/wp-json/"><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>`)
	serve("/blog/wp-json/wp/v2/posts", "application/json", `[{"id":1,"title":{"rendered":"Article"},"content":{"rendered":"<p>Texte</p>"}}]`)
	serve("/plain", "text/html", "<title>Rien</title>")
	serve("/commune/@search", "application/json", `{"items":[{"@id":"https://c.example/a","UID":"1","title":"Actualité","review_state":"published"}]}`)
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	for path, want := range map[string][3]string{
		"/feed": {"feed", "/feed", "La bibliothèque"}, "/a.ics": {"ics", "/a.ics", "Agenda"}, "/page": {"feed", "/feed", "Nouvelles"},
		"/blog/": {"wordpress", "/blog", "La commune & vous"}, "/commune": {"plone", "/commune", "127.0.0.1"},
	} {
		var view struct {
			Kind, URL, Name string
			Items           []struct{ Title string }
		}
		rig.Do(http.MethodPost, "/sources/preview", object{"url": site.URL + path}).Into(t, http.StatusOK, &view)
		if diff := cmp.Diff(want, [3]string{view.Kind, strings.TrimPrefix(view.URL, site.URL), view.Name}); diff != "" || len(view.Items) != 1 {
			t.Errorf("%s: %d items, %s", path, len(view.Items), diff)
		}
	}
	for path, code := range map[string]string{"/plain": "source.unrecognised", "/nowhere": "source.not_found"} {
		if p := refusal(t, rig.Do(http.MethodPost, "/sources/preview", object{"url": site.URL + path})); p.Code != code {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

func TestWhatWasLetGoIsProposedAgain(t *testing.T) {
	rig := start(t, "sqlite")
	_, item := importOne(t, rig.Client)
	var view importView
	rig.Do(http.MethodPost, "/imports/"+item+"/decline", nil).Into(t, http.StatusOK, &view)
	rig.Do(http.MethodPost, "/imports/"+item+"/propose", nil).Into(t, http.StatusOK, &view)
	if view.State != "proposed" {
		t.Errorf("%+v", view)
	}
	rig.Do(http.MethodPost, "/imports/"+item+"/accept", object{}).Into(t, http.StatusOK, &view)
	if p := refusal(t, rig.Do(http.MethodPost, "/imports/"+item+"/propose", nil)); p.Code != "item_not_open" {
		t.Errorf("%+v", p)
	}
}

func TestTemplatesAreFilledAndHandedOn(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			own := makeTemplate(t, rig.Client, "Fête")
			if len(own.Blanks) != 4 || own.Blanks[3].Name != "tarif" || !own.Blanks[3].Optional || own.Blanks[0].Label != "Nom" {
				t.Errorf("%+v", own.Blanks)
			}
			var filled struct {
				Title, Text string
				Missing     []string
			}
			rig.Do(http.MethodPost, "/templates/"+own.ID+"/fill", object{"values": object{"nom": "Brocante", "date": "12 avril"}}).Into(t, http.StatusOK, &filled)
			if filled.Title != "Brocante" || filled.Text != "Le 12 avril, {lieu}." || !cmp.Equal(filled.Missing, []string{"lieu"}) {
				t.Errorf("%+v", filled)
			}
			var list struct{ Templates []templateView }
			rig.Do(http.MethodGet, "/templates", nil).Into(t, http.StatusOK, &list)
			circumstances := map[string]int{}
			for _, one := range list.Templates[1:] {
				circumstances[one.Circumstance]++
				if !one.Builtin {
					t.Errorf("%s is not built in", one.ID)
				}
			}
			if len(circumstances) != 7 {
				t.Errorf("circumstances: %v", circumstances)
			}
			if p := refusal(t, rig.Do(http.MethodPatch, "/templates/"+list.Templates[1].ID, object{"text": "x"})); p.Code != "template_builtin" {
				t.Errorf("%+v", p)
			}
			if p := refusal(t, rig.Do(http.MethodPost, "/templates", object{"circumstance": "events", "name": "Fête", "text": "x"})); p.Code != "name_taken" {
				t.Errorf("%+v", p)
			}

			pack := rig.Do(http.MethodGet, "/template-pack?name=Valmeuse", nil)
			pack.Into(t, http.StatusOK, nil)
			neighbour := rig.User("zoe@hauteroche.example", "Hauteroche", post.RoleAdministrator)
			check(t, neighbour)
			send := func(query string, data []byte) testrig.Answer {
				answer, err := neighbour.Try(t.Context(), http.MethodPost, "/template-pack"+query, "application/octet-stream", bytes.NewReader(data), nil)
				if err != nil {
					t.Fatal(err)
				}
				return answer
			}
			var result struct {
				Added int
				Lines []struct{ Fate, As string }
			}
			send("?dry_run=true", pack.Body).Into(t, http.StatusOK, &result)
			if result.Added != 0 || result.Lines[0].Fate != "new" {
				t.Errorf("a trial: %+v", result)
			}
			send("", pack.Body).Into(t, http.StatusOK, &result)
			if result.Added != 1 {
				t.Errorf("%+v", result)
			}
			send("", pack.Body).Into(t, http.StatusOK, &result)
			if result.Added != 0 || result.Lines[0].Fate != "same" {
				t.Errorf("again: %+v", result)
			}
			other := bytes.Replace(pack.Body, []byte("Le {date}"), []byte("Dès le {date}"), 1)
			send("", other).Into(t, http.StatusOK, &result)
			if result.Added != 1 || result.Lines[0].As != "Fête (2)" {
				t.Errorf("another text of the name: %+v", result)
			}
			for name, data := range map[string]string{
				"pack_unreadable": "<html>", "pack_newer": `{"format":"crieur-templates","version":9,"name":"","templates":[],"more":1}`,
				"pack_foreign": `{"format":"other"}`, "pack_size": `{"format":"crieur-templates","version":1,"name":"","templates":[]}`,
				"pack_invalid": `{"format":"crieur-templates","version":1,"name":"","templates":[{"circumstance":"x","name":"n","title":"","text":"t"}]}`,
			} {
				if p := refusal(t, send("", []byte(data))); p.Code != name {
					t.Errorf("%s: %+v", name, p)
				}
			}
		})
	}
}

type bulkView struct {
	Ok, Saved, Already, Invalid int
	Lines                       []struct {
		Line     int
		Fate     string
		At       *string
		PostID   *string `json:"post_id"`
		Problems []struct{ Column, Message string }
		Warnings []string
	}
}

func TestATableIsTriedThenSavedOnce(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			rig.Connect("site", "Actualités", nil, nil)
			send := func(query string, data []byte) testrig.Answer {
				answer, err := rig.Try(t.Context(), http.MethodPost, "/bulk"+query, "text/csv", bytes.NewReader(data), nil)
				if err != nil {
					t.Fatal(err)
				}
				return answer
			}
			// As Excel in French writes it: semicolons, Windows-1252, CRLF.
			table := []byte("Titre;Texte;Date;Heure;Canaux\r\n" +
				"Collecte;\"Papiers et cartons, d\xe8s l\x92aube.\r\nMerci !\";01/12/2099;9h30;Actualit\xe9s\r\n" +
				"Rappel;Une note;;;\r\n;;;;\r\n")
			var trial, saved, again bulkView
			send("?dry_run=true", table).Into(t, http.StatusOK, &trial)
			if trial.Ok != 2 || trial.Invalid != 0 || countPosts(t, rig.Client) != 0 {
				t.Fatalf("a trial: %+v, %d posts", trial, countPosts(t, rig.Client))
			}
			send("", table).Into(t, http.StatusOK, &saved)
			if saved.Saved != 2 || saved.Lines[1].Line != 4 || *saved.Lines[0].At != "2099-12-01T09:30" {
				t.Fatalf("%+v", saved)
			}
			send("", table).Into(t, http.StatusOK, &again)
			if again.Already != 2 || countPosts(t, rig.Client) != 2 {
				t.Errorf("again: %+v, %d posts", again, countPosts(t, rig.Client))
			}
			var made struct {
				Status, Text string
				Publish      struct {
					DueAt string `json:"due_at"`
				}
			}
			rig.Do(http.MethodGet, "/posts/"+*saved.Lines[0].PostID, nil).Into(t, http.StatusOK, &made)
			if made.Status != "scheduled" || made.Text != "Papiers et cartons, dès l’aube.\nMerci !" || made.Publish.DueAt != "2099-12-01T08:30:00Z" {
				t.Errorf("%+v", made)
			}

			wrong := []byte("\xef\xbb\xbftexte,date,heure,canaux\nBon,2099-12-01,10:00,Actualités\nSans heure,2099-12-01,,Actualités\nPassé,2020-01-01,10:00,Actualités\nAilleurs,2099-12-01,10:00,Snapchat\n")
			send("?dry_run=true", wrong).Into(t, http.StatusOK, &trial)
			fates := make([]string, len(trial.Lines))
			for i, line := range trial.Lines {
				fates[i] = line.Fate
			}
			if !cmp.Equal(fates, []string{"ok", "invalid", "invalid", "invalid"}) {
				t.Fatalf("%+v", trial)
			}
			for i, column := range []string{1: "heure", 2: "date", 3: "canaux"} {
				if column != "" && (len(trial.Lines[i].Problems) != 1 || trial.Lines[i].Problems[0].Column != column) {
					t.Errorf("line %d: %+v, want one problem of %s", trial.Lines[i].Line, trial.Lines[i].Problems, column)
				}
			}
			if p := refusal(t, send("", wrong)); p.Code != "lines_invalid" || len(p.Fields) != 3 || countPosts(t, rig.Client) != 2 {
				t.Errorf("%+v", p)
			}
			send("?valid_only=true", wrong).Into(t, http.StatusOK, &saved)
			if saved.Saved != 1 || saved.Invalid != 3 || countPosts(t, rig.Client) != 3 {
				t.Errorf("%+v", saved)
			}
			for code, data := range map[string]string{
				"table_empty": "texte\n", "column_unknown": "texte;humeur\na;b", "column_missing": "date\n2026-01-01", "table_unreadable": "PK\x00\x01",
			} {
				if p := refusal(t, send("", []byte(data))); p.Code != code {
					t.Errorf("%s: %+v", code, p)
				}
			}
		})
	}
}

// The stored form of a pack is what another installation reads.
func TestAPackIsWhatTheContractSays(t *testing.T) {
	rig := start(t, "sqlite")
	answer := rig.Do(http.MethodGet, "/template-pack?id=builtin-events-announce", nil)
	var pack struct {
		Format    string
		Version   int
		Templates []struct{ Name string }
	}
	if err := json.Unmarshal(answer.Body, &pack); err != nil || pack.Format != "crieur-templates" || pack.Version != 1 || len(pack.Templates) != 1 {
		t.Errorf("%v %s", err, answer.Body)
	}
}
