package importing

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

func article(guid, link, title, text string, day int) Item {
	return Item{GUID: guid, Published: time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC), Content: post.ItemContent{Title: title, Text: text, Link: link}}
}

// remember is what the ledger has of a reading.
func remember(items ...Item) map[string]post.SourceItem {
	ledger := map[string]post.SourceItem{}
	for i, one := range identify(items) {
		for _, k := range one.keys() {
			ledger[k] = post.SourceItem{ID: fmt.Sprint(i), Hash: one.hashed, Content: one.Content, PublishedAt: one.Published}
		}
	}
	return ledger
}

func TestTheSameItemWhateverTheSourceDoes(t *testing.T) {
	t.Parallel()
	first := article("https://a.example/?p=1", "https://a.example/eau/", "Coupure d’eau", "Mardi de 8 h à 12 h, rue Haute.", 1)
	second := article("https://a.example/?p=2", "https://a.example/eau-2/", "Coupure d’eau", "Jeudi de 8 h à 12 h, rue Basse.", 1)
	ledger := remember(first, second)
	for name, test := range map[string]struct {
		now  []Item
		want []string
	}{
		"as it was":       {[]Item{first, second}, []string{"0", "1"}},
		"another order":   {[]Item{second, first}, []string{"1", "0"}},
		"another host":    {[]Item{article("http://www.b.example/?p=1", "http://www.b.example/eau", first.Content.Title, first.Content.Text, 1)}, []string{"0"}},
		"another guid":    {[]Item{article("urn:uuid:1", "https://a.example/nouvelles/eau/", first.Content.Title, first.Content.Text, 1), second}, []string{"0", "1"}},
		"an edit":         {[]Item{article(first.GUID, first.Content.Link, "Coupure d’eau reportée", "Mercredi.", 1)}, []string{"0"}},
		"guid and edit":   {[]Item{article("urn:1", "https://b.example/eau/", "Coupure d’eau", "Mercredi, rue Haute et rue Neuve.", 1), second}, []string{"0", "1"}},
		"plain spaces":    {[]Item{article("urn:2", "", first.Content.Title, "Mardi de 8\u00a0h à 12\u00a0h,  rue Haute.", 2)}, []string{"0"}},
		"something new":   {[]Item{first, second, article("https://a.example/?p=3", "https://a.example/eau-3/", "Coupure d’eau", "Vendredi, rue Neuve, de 8 h à midi.", 1)}, []string{"0", "1", ""}},
		"the same again":  {[]Item{first, article("urn:3", "https://a.example/copie/", first.Content.Title, first.Content.Text, 9)}, []string{"0"}},
		"next year":       {[]Item{{GUID: "n9", Published: first.Published.AddDate(1, 0, 0), Content: post.ItemContent{Title: first.Content.Title, Text: first.Content.Text}}}, []string{""}},
		"one page of all": {[]Item{article("n1", "https://a.example/agenda", "Fête de la musique", "Samedi dès 20 h sur la place.", 3), article("n2", "https://a.example/agenda", "Marché de Noël", "Dimanche dès 10 h à l’école.", 4)}, []string{"", ""}},
	} {
		all := identify(test.now)
		match(all, ledger)
		var got []string
		for _, one := range all {
			if one.known == nil {
				got = append(got, "")
			} else {
				got = append(got, one.known.ID)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestWhatIsOursIsRecognised(t *testing.T) {
	t.Parallel()
	rendered, err := json.Marshal(channels.Rendered{
		Title: "Brocante d’été", Text: "Dimanche dès 8 h, place du Marché, avec cent exposants.", Slug: "brocante-d-ete-abcdefghijkl",
	})
	if err != nil {
		t.Fatal(err)
	}
	ours := newEchoes([]post.Echo{{Site: "https://www.ville.example/", RemoteID: "42", RemoteURL: "https://www.ville.example/2026/11/brocante/", Rendered: rendered}})
	source := &post.Source{URL: "https://ville.example"}
	for name, test := range map[string]struct {
		item Item
		want bool
	}{
		"its address":            {Item{Content: post.ItemContent{Title: "x", Link: "http://ville.example/2026/11/brocante"}}, true},
		"its slug, moved":        {Item{Content: post.ItemContent{Title: "x", Link: "https://neuf.example/actu/brocante-d-ete-abcdefghijkl/"}}, true},
		"its number":             {Item{RemoteID: "42", Content: post.ItemContent{Title: "x"}}, true},
		"its words":              {Item{Content: post.ItemContent{Title: "Autre titre", Text: "Dimanche dès 8\u00a0h, place du Marché, avec cent exposants."}}, true},
		"its beginning":          {Item{Content: post.ItemContent{Title: "Brocante d'été", Text: "Dimanche dès 8 h, place du Marché, avec cent […]"}}, true},
		"its words and a link":   {Item{Content: post.ItemContent{Title: "z", Text: "Dimanche dès 8 h, place du Marché, avec cent exposants. https://ville.be/x"}}, true},
		"another of its title":   {Item{Content: post.ItemContent{Title: "Brocante d’été", Text: "Annulée en raison de la pluie."}}, false},
		"another of the site":    {Item{RemoteID: "43", Content: post.ItemContent{Title: "Conseil", Text: "Lundi.", Link: "https://ville.example/conseil"}}, false},
		"a number of other site": {Item{RemoteID: "42", Content: post.ItemContent{Title: "Conseil", Text: "Lundi."}}, false},
	} {
		from := source
		if name == "a number of other site" {
			from = &post.Source{URL: "https://autre.example"}
		}
		if got := ours.has(from, &test.item); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
