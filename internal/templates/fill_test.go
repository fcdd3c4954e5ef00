package templates

import (
	"slices"
	"testing"

	"github.com/crieur/crieur/internal/post"
)

func TestBlanksAreFilled(t *testing.T) {
	t.Parallel()
	template := &post.Template{
		Title: "{nom} : {date}", Text: "{nom} vous attend {date}.\n\nTarif : {tarif}\nInscription : {inscription}\n\nContact : {contact}",
		Blanks: []post.Blank{{Name: "tarif", Optional: true}, {Name: "inscription", Optional: true}},
	}
	got := Fill(template, map[string]string{"nom": "La {date} fête", "date": "samedi", "tarif": " ", "unknown": "x"})
	want := Filled{Title: "La {date} fête : samedi", Text: "La {date} fête vous attend samedi.\n\nContact : {contact}", Missing: []string{"contact"}}
	if got.Title != want.Title || got.Text != want.Text || !slices.Equal(got.Missing, want.Missing) {
		t.Errorf("%+v", got)
	}
}

// A built-in text that names a blank which nobody describes would puzzle people.
func TestBuiltInTemplatesAreWhole(t *testing.T) {
	t.Parallel()
	all, err := readBuiltin()
	if err != nil {
		t.Fatal(err)
	}
	count := map[post.Circumstance]int{}
	ids := map[string]bool{}
	for _, one := range all {
		count[one.Circumstance]++
		if ids[one.ID] {
			t.Errorf("%s is there twice", one.ID)
		}
		ids[one.ID] = true
		if names := Names(one.Title, one.Text); len(names) != len(one.Blanks) {
			t.Errorf("%s: blanks %v", one.ID, names)
		}
		values := map[string]string{}
		for _, b := range one.Blanks {
			if b.Label == "" {
				t.Errorf("%s: %s has no label", one.ID, b.Name)
			}
			values[b.Name] = "x"
		}
		if filled := Fill(&one, values); len(filled.Missing) > 0 || filled.Text == "" {
			t.Errorf("%s: %+v", one.ID, filled)
		}
	}
	for _, c := range post.Circumstances() {
		if count[c] < 3 {
			t.Errorf("%s has %d templates", c, count[c])
		}
	}
}
