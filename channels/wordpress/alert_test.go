package wordpress_test

import (
	"strings"
	"testing"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/wordpress"
)

const alertPage = "https://actus.valmeuse.be/c/valmeuse/alerts/01jd"

func alert(key string, number int, text string) channels.Message {
	return channels.Message{
		Key: key, Title: "Inondation", Text: text,
		Alert: &channels.Alert{ID: "01jd", Number: number, Kind: "update", URL: alertPage},
	}
}

// Each message is an article of its own, which leads to the alert's page.
func TestRenderAlert(t *testing.T) {
	first, issues := wordpress.New().Render(alert("k1", 1, "Message n° 1 – 14 h 20\nQuittez les caves."), nil)
	second, more := wordpress.New().Render(alert("k2", 2, "Message n° 2 – 15 h 05\nRestez à l’étage."), nil)
	if channels.HasErrors(issues) || channels.HasErrors(more) {
		t.Fatalf("%+v %+v", issues, more)
	}
	if first.Title != "Inondation (message n°\u00a01)" || second.Title != "Inondation (message n°\u00a02)" || first.Slug == second.Slug ||
		!strings.HasPrefix(second.Slug, "inondation-message-n-2-") {
		t.Errorf("%q at %q and %q at %q", first.Title, first.Slug, second.Title, second.Slug)
	}
	if first.Text != "Message n° 1 – 14 h 20\nQuittez les caves.\n"+alertPage ||
		second.Text != "Message n° 2 – 15 h 05\nSuite du message n°\u00a01\nRestez à l’étage.\n"+alertPage {
		t.Errorf("%q and %q", first.Text, second.Text)
	}
	if strings.Count(second.HTML, `href="`+alertPage+`"`) != 1 || second.Alert == nil {
		t.Errorf("%s", second.HTML)
	}
	end := alert("k4", 3, "Message n° 3 – 17 h – Fin d’alerte\nL’eau s’est retirée.")
	end.Alert.Kind = "end"
	if last, _ := wordpress.New().Render(end, nil); last.Title != "Fin d’alerte : Inondation (message n°\u00a03)" {
		t.Errorf("the end is called %q", last.Title)
	}
	drill := alert("k3", 1, "EXERCICE – Message n° 1 – 14 h 20\nQuittez les caves.\nEXERCICE")
	drill.Title, drill.Alert.Exercise = "EXERCICE – Inondation", true
	rehearsed, _ := wordpress.New().Render(drill, nil)
	if rehearsed.Title != "EXERCICE – Inondation (message n°\u00a01)" || !strings.HasPrefix(rehearsed.Text, "EXERCICE – ") ||
		!strings.HasSuffix(rehearsed.Text, "\nEXERCICE") || !strings.HasSuffix(strings.TrimSpace(strings.TrimSuffix(rehearsed.HTML, "<!-- /wp:paragraph -->")), "EXERCICE</p>") {
		t.Errorf("%q: %q\n%s", rehearsed.Title, rehearsed.Text, rehearsed.HTML)
	}
}

// The address that other channels were told is the one at which it stands.
func TestAlertArticleURL(t *testing.T) {
	s := newTown(t)
	m := alert("k2", 2, "Message n° 2 – 15 h 05\nRestez à l’étage.")
	rendered, _ := wordpress.New().Render(m, nil)
	if got := s.ArticleURL(m); !strings.Contains(got, rendered.Slug) {
		t.Errorf("%q, and the article is at %q", got, rendered.Slug)
	}
}
