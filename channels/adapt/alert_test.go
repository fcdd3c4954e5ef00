package adapt_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
)

const alertURL = "https://actus.valmeuse.be/c/valmeuse/alerts/01jd"

func TestAlertText(t *testing.T) {
	t.Parallel()
	actual, drill := channels.Alert{Number: 1, URL: alertURL}, channels.Alert{Number: 1, URL: alertURL, Exercise: true}
	for name, tt := range map[string]struct {
		text, title string
		alert       channels.Alert
		want        string
	}{
		"complete": {
			"Message n° 1 – 14 h 20\nEau non potable\nNe la buvez pas.\nProchain point à 15 h\n" + alertURL, "Eau non potable", actual,
			"Message n° 1 – 14 h 20\nEau non potable\nNe la buvez pas.\nProchain point à 15 h\n" + alertURL,
		},
		"without link and title": {
			"Message n° 1 – 14 h 20\nNe la buvez pas.\nProchain point à 15 h", "Eau non potable", actual,
			"Message n° 1 – 14 h 20\nEau non potable\nNe la buvez pas.\nProchain point à 15 h\n" + alertURL,
		},
		"the title elsewhere": {
			"Message n° 1 – 14 h 20\nNe la buvez pas.", "", actual,
			"Message n° 1 – 14 h 20\nNe la buvez pas.\n" + alertURL,
		},
		"paragraphs": {
			"Message n° 1 – 14 h 20\n\nUn.\n\nDeux.\n\nProchain point à 15 h", "", actual,
			"Message n° 1 – 14 h 20\nUn.\n\nDeux.\nProchain point à 15 h\n" + alertURL,
		},
		"exercise": {
			"EXERCICE – Message n° 1 – 14 h 20\nEau non potable\nNe la buvez pas.\nEXERCICE", "EXERCICE – Eau non potable", drill,
			"EXERCICE – Message n° 1 – 14 h 20\nEau non potable\nNe la buvez pas.\n" + alertURL + "\nEXERCICE",
		},
		"exercise on lines of its own": {
			"EXERCICE\n\nMessage n° 1 – 14 h 20\n\nNe la buvez pas.\n\nEXERCICE\n", "", drill,
			"EXERCICE – Message n° 1 – 14 h 20\nNe la buvez pas.\n" + alertURL + "\nEXERCICE",
		},
		"exercise that does not say so": {
			"Message n° 1 – 14 h 20\nNe la buvez pas.", "", drill,
			"EXERCICE – Message n° 1 – 14 h 20\nNe la buvez pas.\n" + alertURL + "\nEXERCICE",
		},
		"nothing but the number": {"Message n° 1 – 14 h 20", "", channels.Alert{}, "Message n° 1 – 14 h 20"},
		"nothing at all":         {"", "", drill, "EXERCICE – " + alertURL + "\nEXERCICE"},
	} {
		got := adapt.AlertText(tt.text, tt.title, tt.alert)
		if got != tt.want {
			t.Errorf("%s:\n%q, want\n%q", name, got, tt.want)
		}
		if again := adapt.AlertText(got, tt.title, tt.alert); again != got {
			t.Errorf("%s: the second time:\n%q", name, again)
		}
	}
}

func TestAlertTitle(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]channels.Alert{
		"Eau non potable":                            {Kind: "alert"},
		"Fin d’alerte : Eau non potable":             {Kind: "end"},
		"EXERCICE – Rectification : Eau non potable": {Kind: "correction", Exercise: true},
	} {
		for _, title := range []string{" Eau  non potable", want} {
			if got := adapt.AlertTitle(title, a); got != want {
				t.Errorf("%q is %q, want %q", title, got, want)
			}
		}
	}
}

func TestFollowUp(t *testing.T) {
	t.Parallel()
	if got := adapt.FollowUp("Message n° 1 – 14 h 20\nA", channels.Alert{Number: 1}); got != "Message n° 1 – 14 h 20\nA" {
		t.Errorf("the first: %q", got)
	}
	if got := adapt.FollowUp("Message n° 3 – 14 h 20\nA", channels.Alert{Number: 3}); got != "Message n° 3 – 14 h 20\nSuite du message n°\u00a02\nA" {
		t.Errorf("the third: %q", got)
	}
}

// What is never cut stays at every length, and the result fits.
func TestShortenAlert(t *testing.T) {
	t.Parallel()
	count := func(text string) int { return adapt.Count(channels.CountXWeighted, text) }
	const budget = 280
	for _, exercise := range []bool{false, true} {
		a := channels.Alert{Number: 12, URL: alertURL, Exercise: exercise}
		for n := range 40 {
			body := strings.Repeat("L’eau monte dans la rue Haute, gagnez un étage. ", n) + "Fin."
			text := adapt.AlertText(fmt.Sprintf("Message n°\u00a012 – 14\u00a0h\u00a020\n%s\nProchain point à 15\u00a0h", body), "Inondation rue Haute", a)
			short, cut := adapt.ShortenAlert(text, a, budget, count)
			if cut != (count(text) > budget) || count(short) > budget || !cut && short != text {
				t.Errorf("%d sentences: cut %v, %d of %d", n, cut, count(short), count(text))
			}
			for _, kept := range []string{"Message n°\u00a012 – 14\u00a0h\u00a020\nInondation rue Haute\n", "\nProchain point à 15\u00a0h\n" + alertURL} {
				if !strings.Contains(short, kept) {
					t.Errorf("%d sentences: nothing of %q in\n%s", n, kept, short)
				}
			}
			if exercise && (!strings.HasPrefix(short, "EXERCICE – ") || !strings.HasSuffix(short, "\nEXERCICE")) {
				t.Errorf("%d sentences: an exercise that hides:\n%s", n, short)
			}
			if cut && !strings.Contains(short, "gagnez un étage.\nProchain") && !strings.Contains(short, "gagnez un étage. […]\nProchain") {
				t.Errorf("%d sentences: not cut at a sentence:\n%s", n, short)
			}
		}
	}
	a := channels.Alert{Number: 1, URL: alertURL}
	// Where the text leads to the page itself, and that part is cut.
	own := adapt.AlertText("Message n° 1 – 14 h 20\n"+strings.Repeat("Un mot. ", 20)+"Voir "+alertURL+" pour la suite. "+strings.Repeat("Un mot. ", 20), "", a)
	if short, cut := adapt.ShortenAlert(own, a, 150, count); !cut || !strings.HasSuffix(short, "\n"+alertURL) || strings.Count(own, alertURL) != 1 {
		t.Errorf("the way was cut: %q", short)
	}
	long := adapt.AlertText("Message n° 1 – 14 h 20 "+strings.Repeat("a", 300), "", a)
	if short, cut := adapt.ShortenAlert(long, a, budget, count); cut || short != long {
		t.Errorf("what cannot be cut was: %q", short)
	}
	word := adapt.AlertText("Message n° 1 – 14 h 20\nhttps://commune.be/"+strings.Repeat("a", 100), "", a)
	if short, cut := adapt.ShortenAlert(word, a, 60, count); !cut || short != "Message n° 1 – 14 h 20\n"+alertURL {
		t.Errorf("where no word fits: %q", short)
	}
}
