package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/clock"
)

func today() string { return "<pubDate>" + clock.Now().UTC().Format(time.RFC1123Z) + "</pubDate>" }

func byTitle(all []importView, title string) importView {
	for _, one := range all {
		if one.Title == title {
			return one
		}
	}
	return importView{}
}

type postView struct {
	Version           int
	Status, Text      string
	Title             string
	Deliveries        []struct{ Status string }
	Publish           struct{ At string }
	Images            []struct{ Alt string }
	Channels          []string
	Link, Category    string
	CreatedAt         string `json:"created_at"`
	UpdatedAt, Author string
}

func TestRulesMakeDraftsAndPosts(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			channel := rig.Connect("site", "Actualités", nil, nil)
			site := newWebsite(t,
				entry("1", "Rue Haute fermée", `Du lundi au vendredi, la rue Haute est fermée.<img src="/a.jpg" alt="Une barrière">`, "<category>TRAVAUX</category>"+today()),
				entry("2", "Rue Basse fermée", `Jusque jeudi, la rue Basse est fermée.<img src="/b.jpg">`, "<category>Travaux</category>"+today()),
				entry("3", "Vieille rue fermée", "Il y a longtemps, une rue était fermée.", "<category>Travaux</category><pubDate>Mon, 02 Feb 2015 10:00:00 +0000</pubDate>"),
				entry("4", "Tournoi de pétanque", "Samedi, place du Marché, dès midi.", "<category>Sport</category>"+today()),
				entry("5", "Menu de la cantine", "Lundi : soupe et tartines pour tous.", "<category>Cantine</category>"+today()),
				entry("6", "Avis divers", "Ceci n’a aucune rubrique du tout.", today()),
			)
			source := follow(t, rig.Client, "feed", site.URL,
				object{"category": "travaux", "action": "schedule", "at": "09:00", "channels": []string{channel.ID}},
				object{"category": "sport", "action": "draft", "channels": []string{channel.ID}},
				object{"category": "cantine", "action": "ignore"},
			)
			poll(t, rig.Client, source.ID)
			all := imports(t, rig.Client, "")
			for title, state := range map[string]string{
				"Rue Haute fermée": "scheduled", "Rue Basse fermée": "drafted", "Vieille rue fermée": "drafted", "Tournoi de pétanque": "drafted",
				"Menu de la cantine": "skipped", "Avis divers": "proposed",
			} {
				if got := byTitle(all, title); got.State != state {
					t.Errorf("%s: %s, want %s %q", title, got.State, state, got.Notes)
				}
			}
			var made postView
			rig.Do(http.MethodGet, "/posts/"+*byTitle(all, "Rue Haute fermée").PostID, nil).Into(t, http.StatusOK, &made)
			if made.Status != "scheduled" || made.Images[0].Alt != "Une barrière" || len(made.Deliveries) != 1 {
				t.Errorf("%+v", made)
			}
			if notes := byTitle(all, "Rue Basse fermée").Notes; len(notes) != 1 || !strings.Contains(notes[0], "description") {
				t.Errorf("a picture without a description: %q", notes)
			}
			var notices struct {
				Notices []struct{ Kind, Title string }
			}
			rig.Do(http.MethodGet, "/notices", nil).Into(t, http.StatusOK, &notices)
			told := 0
			for _, n := range notices.Notices {
				if n.Kind == "source" {
					told++
				}
			}
			if told != 2 {
				t.Errorf("told of %d drafts that a rule wanted to leave: %+v", told, notices)
			}
		})
	}
}

func TestACalendarBringsWhatIsToCome(t *testing.T) {
	rig := start(t, "sqlite")
	channel := rig.Connect("site", "Actualités", nil, nil)
	soon, later := clock.Now().UTC().Add(time.Hour).Format("20060102T150405Z"), clock.Now().UTC().AddDate(0, 0, 20).Format("20060102T150405Z")
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Concert\r\nLOCATION:Église\r\nDTSTART:"+later+"\r\nEND:VEVENT\r\n"+
			"BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Dans une heure\r\nDTSTART:"+soon+"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
	}))
	t.Cleanup(site.Close)
	hour := clock.Now().UTC().Add(8 * time.Hour).Format("15:04")
	source := follow(t, rig.Client, "ics", site.URL, object{"action": "schedule", "at": hour, "channels": []string{channel.ID}})
	poll(t, rig.Client, source.ID)
	poll(t, rig.Client, source.ID)
	all := imports(t, rig.Client, "")
	if len(all) != 2 || byTitle(all, "Concert").State != "scheduled" || !strings.Contains(byTitle(all, "Concert").Text, "📍 Église") {
		t.Errorf("%+v", all)
	}
	if got := byTitle(all, "Dans une heure"); got.State != "drafted" || len(got.Notes) != 1 {
		t.Errorf("announced after it began: %+v", got)
	}
}

func TestAnItemComesOnceWhateverItsSourceDoes(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			first := func(guid, text string) string {
				return entry(guid, "Fermeture de la piscine", text, "<link>/piscine</link>"+"<pubDate>Sat, 21 Nov 2026 10:00:00 +0000</pubDate>")
			}
			second := entry("b", "Stage de cirque", "Inscriptions ouvertes jusqu’au 15.", "<link>/cirque</link>")
			site := newWebsite(t, first("a", "La piscine ferme lundi pour entretien."), second)
			source := follow(t, rig.Client, "feed", site.URL+"/feed", object{"action": "draft"})
			poll(t, rig.Client, source.ID)
			again := func(what string, edited int, entries ...string) {
				t.Helper()
				site.show(entries...)
				if got := poll(t, rig.Client, source.ID); got.New != 0 || got.Edited != edited || got.Source.Error != nil || countPosts(t, rig.Client) != 2 {
					t.Errorf("%s: %+v, %d posts", what, got, countPosts(t, rig.Client))
				}
			}
			again("nothing", 0, first("a", "La piscine ferme lundi pour entretien."), second)
			again("another order", 0, second, first("a", "La piscine ferme lundi pour entretien."))
			again("another guid", 0, second, first("urn:1", "La piscine ferme lundi pour entretien."))
			again("an edit", 1, second, first("urn:1", "La piscine ferme mardi pour entretien."))
			id := *byTitle(imports(t, rig.Client, ""), "Fermeture de la piscine").PostID
			read := func() (p postView) {
				t.Helper()
				rig.Do(http.MethodGet, "/posts/"+id, nil).Into(t, http.StatusOK, &p)
				return p
			}
			if p := read(); p.Text != "La piscine ferme mardi pour entretien." || p.Version != 2 {
				t.Errorf("an edit did not reach the draft: %+v", p)
			}
			again("gone", 0, second)
			again("back under a new guid, with another edit", 1, first("urn:2", "La piscine ferme mercredi pour entretien."), second)

			// What a person wrote stays.
			answer, err := rig.Try(t.Context(), http.MethodPatch, "/posts/"+id, "application/json", strings.NewReader(`{"text":"La piscine ferme mercredi. Venez jeudi !"}`), map[string]string{"If-Match": fmt.Sprint(read().Version)})
			if err != nil || answer.Status != http.StatusOK {
				t.Fatalf("%v %s", err, answer.Body)
			}
			again("an edit of what a person changed", 1, first("urn:2", "La piscine ferme vendredi pour entretien."), second)
			if p := read(); !strings.HasSuffix(p.Text, "Venez jeudi !") {
				t.Errorf("an edit went over a person's words: %+v", p)
			}
			changed := imports(t, rig.Client, "&changed=true")
			if len(changed) != 1 || !changed[0].Changed {
				t.Fatalf("%+v", changed)
			}
			rig.Do(http.MethodPost, "/imports/"+changed[0].ID+"/seen", nil).Into(t, http.StatusOK, nil)
			if rest := imports(t, rig.Client, "&changed=true"); len(rest) != 0 {
				t.Errorf("%+v", rest)
			}

			// The site moves, and the source with it.
			moved := newWebsite(t, first("https://autre.example/?p=1", "La piscine ferme vendredi pour entretien."), second)
			rig.Do(http.MethodPatch, "/sources/"+source.ID, object{"url": moved.URL + "/feed"}).Into(t, http.StatusOK, nil)
			if got := poll(t, rig.Client, source.ID); got.New != 0 || countPosts(t, rig.Client) != 2 {
				t.Errorf("another host: %+v", got)
			}
			// A source that is removed and followed again, or another that shows the same.
			rig.Do(http.MethodDelete, "/sources/"+source.ID, nil).Into(t, http.StatusNoContent, nil)
			twin := follow(t, rig.Client, "feed", moved.URL+"/feed", object{"action": "draft"})
			if got := poll(t, rig.Client, twin.ID); got.Taken != 0 || countPosts(t, rig.Client) != 2 {
				t.Errorf("followed again: %+v, %d posts", got, countPosts(t, rig.Client))
			}
		})
	}
}

func TestANewItemIsNeverTakenForAnother(t *testing.T) {
	rig := start(t, "sqlite")
	on := func(day, guid, title, text string) string {
		return entry(guid, title, text, "<link>/agenda</link><pubDate>"+day+" 2026 10:00:00 +0000</pubDate>")
	}
	site := newWebsite(t, on("Sat, 03 Jan", "1", "Collecte des sapins", "Sortez votre sapin avant 8 h."))
	source := follow(t, rig.Client, "feed", site.URL, object{"action": "draft"})
	poll(t, rig.Client, source.ID)
	// Every item of the site leads to one page, and the words of a notice come again.
	for i, next := range []string{
		on("Sat, 07 Feb", "2", "Bal du bourgmestre", "À la salle des fêtes dès 20 h."),
		on("Thu, 31 Dec", "3", "Collecte des sapins", "Sortez votre sapin avant 8 h."),
	} {
		site.show(next)
		if got := poll(t, rig.Client, source.ID); got.New != 1 || got.Taken != 1 || countPosts(t, rig.Client) != i+2 {
			t.Errorf("%d: %+v, %d posts", i, got, countPosts(t, rig.Client))
		}
	}
}

func TestWhatCrieurPublishedIsNotTakenOver(t *testing.T) {
	rig := start(t, "sqlite")
	channel := rig.Connect("site", "Actualités", nil, nil)
	var made struct{ ID string }
	rig.Do(http.MethodPost, "/posts", object{
		"title": "Brocante", "text": "Dimanche dès 8 h, place du Marché, avec cent exposants.", "channels": []string{channel.ID}, "publish": object{"mode": "now"},
	}).Into(t, http.StatusCreated, &made)
	published := rig.WaitFor(made.ID, "published", 30*time.Second)
	site := newWebsite(t,
		entry("1", "Autre titre", "Autre texte.", "<link>"+*published.Deliveries[0].RemoteURL+"</link>"),
		entry("2", "Brocante", "Dimanche dès 8 h, place du Marché, avec cent exposants.", ""),
		entry("3", "Un vrai article", "Écrit ailleurs par quelqu’un d’autre.", ""),
	)
	source := follow(t, rig.Client, "feed", site.URL, object{"action": "draft"})
	if got := poll(t, rig.Client, source.ID); got.Ours+len(imports(t, rig.Client, "&state=ours")) < 2 || countPosts(t, rig.Client) != 2 {
		t.Errorf("%+v: %d posts", got, countPosts(t, rig.Client))
	}
}

func TestAHostileSourceStopsWithoutHarm(t *testing.T) {
	rig := start(t, "sqlite")
	many := func(from int) []string {
		var all []string
		for i := range 10_000 {
			all = append(all, entry(fmt.Sprint(from+i), fmt.Sprintf("Article %d", from+i), fmt.Sprintf("Le texte de l’article numéro %d.", from+i), ""))
		}
		return all
	}
	site := newWebsite(t, many(0)...)
	source := follow(t, rig.Client, "feed", site.URL, object{"action": "draft"})
	poll(t, rig.Client, source.ID)
	if n := countPosts(t, rig.Client); n != 10 {
		t.Errorf("%d posts of the first reading", n)
	}
	// Every reading shows others.
	var last readingView
	for round := 1; round < 4; round++ {
		site.show(many(round * 100_000)...)
		last = poll(t, rig.Client, source.ID)
	}
	if last.Source.Enabled || last.Source.Error == nil || last.Source.Error.Code != "source.flood" {
		t.Errorf("%+v", last)
	}
	if n := len(imports(t, rig.Client, "&state=drafted")); n > 100 {
		t.Errorf("%d drafts", n)
	}
	inner := httptest.NewServer(http.RedirectHandler("http://169.254.169.254/latest/", http.StatusFound))
	t.Cleanup(inner.Close)
	forbidden := follow(t, rig.Client, "feed", inner.URL, object{"action": "draft"})
	if got := poll(t, rig.Client, forbidden.ID); got.Source.Error == nil || got.Source.Error.Code != "source.address_forbidden" {
		t.Errorf("%+v", got)
	}
}
