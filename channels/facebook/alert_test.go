package facebook_test

import (
	"strings"
	"testing"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/facebook"
)

const alertPage = "https://actus.valmeuse.be/c/valmeuse/alerts/01jd"

// Facebook gets the whole message, with the alert's page as its card.
func TestRenderAlert(t *testing.T) {
	long := strings.Repeat("L’eau monte dans la rue Haute, gagnez un étage. ", 60) + "Fin."
	message := func(number int, text string) channels.Message {
		return channels.Message{
			Key: "k", Title: "Inondation", Text: text,
			Alert: &channels.Alert{ID: "01jd", Number: number, Kind: "update", URL: alertPage},
		}
	}
	drill := message(2, "EXERCICE – Message n° 2 – 15 h 05\nRestez à l’étage.\nEXERCICE")
	drill.Title, drill.Alert.Exercise = "EXERCICE – Inondation", true
	drill.Images = []channels.Image{{MediaID: "m", SHA256: "s", Width: 64, Height: 48, Alt: "Plan", ContentType: "image/jpeg"}}
	local := message(1, "Message n° 1 – 14 h 20\nQuittez les caves.")
	local.Alert.URL = "/c/valmeuse/alerts/01jd"
	for name, tt := range map[string]struct {
		message    channels.Message
		text, link string
	}{
		"first": {message(1, "Message n° 1 – 14 h 20\n"+long), "Message n° 1 – 14 h 20\nInondation\n" + long + "\n" + alertPage, alertPage},
		"later": {
			message(2, "Message n° 2 – 15 h 05\nRestez à l’étage.\nProchain point à 16 h"),
			"Message n° 2 – 15 h 05\nSuite du message n°\u00a01\nInondation\nRestez à l’étage.\nProchain point à 16 h\n" + alertPage, alertPage,
		},
		"exercise with a picture": {
			drill, "EXERCICE – Message n° 2 – 15 h 05\nSuite du message n°\u00a01\nInondation\nRestez à l’étage.\n" + alertPage + "\nEXERCICE", "",
		},
		"without a public address": {local, "Message n° 1 – 14 h 20\nInondation\nQuittez les caves.\n/c/valmeuse/alerts/01jd", ""},
	} {
		rendered, issues := facebook.New().Render(tt.message, nil)
		if channels.HasErrors(issues) || rendered.Text != tt.text || rendered.Link != tt.link || rendered.Alert == nil {
			t.Errorf("%s: %+v\n%q with %q, want\n%q with %q", name, issues, rendered.Text, rendered.Link, tt.text, tt.link)
		}
	}
}
