package cap_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/cap"
	"github.com/crieur/crieur/internal/post"
)

var page = "https://actus.valmeuse.example/c/valmeuse/alerts/b1"

func issuer() cap.Issuer {
	return cap.Issuer{
		Commune: post.Commune{ID: "c1", Slug: "valmeuse", Name: "Commune de Valmeuse", Zone: "Europe/Brussels", Language: "fr"},
		Host:    "actus.valmeuse.example", Page: page,
	}
}

// flood is an alert of three messages.
func flood() post.Broadcast {
	at := time.Date(2026, 3, 2, 13, 20, 30, 987_000_000, time.UTC)
	b := post.Broadcast{
		ID: "b1", CommuneID: "c1", Year: 2026, Number: 42, Status: post.BroadcastActive,
		Hazard: "flood", Title: "Inondation rue Haute", Severity: post.AlertSevere,
		Area: post.Area{
			Description: "Rue Haute et rue Basse",
			Polygon:     [][2]float64{{50.519, 5.239}, {50.519, 5.245}, {50.516, 5.245}, {50.519, 5.239}},
		},
		OpenedAt: at,
	}
	for i, kind := range []post.MessageKind{post.MessageAlert, post.MessageUpdate, post.MessageEnd} {
		b.Messages = append(b.Messages, post.BroadcastMessage{
			BroadcastID: b.ID, Number: i + 1, Kind: kind, Title: b.Title,
			Text: fmt.Sprintf("Texte %d <b> & « fin ».", i+1), CreatedAt: at.Add(time.Duration(i) * 40 * time.Minute),
		})
	}
	b.Messages[0].NextUpdateAt = at.Add(40 * time.Minute)
	return b
}

// read is a document as another program reads it.
type read struct {
	XMLName    xml.Name `xml:"urn:oasis:names:tc:emergency:cap:1.2 alert"`
	Identifier string   `xml:"identifier"`
	Sender     string   `xml:"sender"`
	Sent       string   `xml:"sent"`
	Status     string   `xml:"status"`
	MsgType    string   `xml:"msgType"`
	Note       string   `xml:"note"`
	References string   `xml:"references"`
	Incidents  string   `xml:"incidents"`
	Info       []struct {
		Language     string   `xml:"language"`
		Category     []string `xml:"category"`
		Event        string   `xml:"event"`
		ResponseType string   `xml:"responseType"`
		Urgency      string   `xml:"urgency"`
		Severity     string   `xml:"severity"`
		Certainty    string   `xml:"certainty"`
		Expires      string   `xml:"expires"`
		SenderName   string   `xml:"senderName"`
		Headline     string   `xml:"headline"`
		Description  string   `xml:"description"`
		Instruction  string   `xml:"instruction"`
		Web          string   `xml:"web"`
		Contact      string   `xml:"contact"`
		Area         []struct {
			Desc    string `xml:"areaDesc"`
			Polygon string `xml:"polygon"`
			Geocode []struct {
				Name  string `xml:"valueName"`
				Value string `xml:"value"`
			} `xml:"geocode"`
		} `xml:"area"`
	} `xml:"info"`
}

func document(t *testing.T, by cap.Issuer, b post.Broadcast, number int) read {
	t.Helper()
	a, err := cap.Of(by, b, number)
	if err != nil {
		t.Fatal(err)
	}
	body, err := cap.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var r read
	if err := xml.Unmarshal(body, &r); err != nil {
		t.Fatalf("%v:\n%s", err, body)
	}
	if len(r.Info) != 1 || len(r.Info[0].Area) != 1 {
		t.Fatalf("not one info with one area:\n%s", body)
	}
	return r
}

func TestFirstMessage(t *testing.T) {
	r := document(t, issuer(), flood(), 1)
	for name, pair := range map[string][2]string{
		"sender":       {r.Sender, "valmeuse@actus.valmeuse.example"},
		"sent":         {r.Sent, "2026-03-02T14:20:30+01:00"},
		"status":       {r.Status, "Actual"},
		"type":         {r.MsgType, "Alert"},
		"references":   {r.References, ""},
		"note":         {r.Note, ""},
		"incidents":    {r.Incidents, "be-valmeuse-2026-0042"},
		"language":     {r.Info[0].Language, "fr-BE"},
		"category":     {strings.Join(r.Info[0].Category, " "), "Geo Met"},
		"response":     {r.Info[0].ResponseType, "Avoid"},
		"urgency":      {r.Info[0].Urgency, "Immediate"},
		"severity":     {r.Info[0].Severity, "Severe"},
		"certainty":    {r.Info[0].Certainty, "Observed"},
		"expires":      {r.Info[0].Expires, "2026-03-03T15:00:30+01:00"},
		"sender name":  {r.Info[0].SenderName, "Commune de Valmeuse"},
		"headline":     {r.Info[0].Headline, "Inondation rue Haute"},
		"description":  {r.Info[0].Description, "Message n° 1 – 14\u00a0h\u00a020\n\nTexte 1 <b> & « fin »."},
		"instruction":  {r.Info[0].Instruction, "Prochain point à 15\u00a0h.\n\nToutes les informations : " + page},
		"web":          {r.Info[0].Web, page},
		"contact":      {r.Info[0].Contact, "Commune de Valmeuse, " + page + ". Seulement si des vies sont en danger : 112."},
		"area":         {r.Info[0].Area[0].Desc, "Rue Haute et rue Basse"},
		"polygon":      {r.Info[0].Area[0].Polygon, "50.51900,5.23900 50.51900,5.24500 50.51600,5.24500 50.51900,5.23900"},
		"no geocode":   {fmt.Sprint(len(r.Info[0].Area[0].Geocode)), "0"},
		"identifier":   {r.Identifier, cap.Identifier(flood(), 1)},
		"is a version": {r.Identifier[:9], "urn:uuid:"},
	} {
		if diff := cmp.Diff(pair[1], pair[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// An update repeats everything and refers to all earlier messages; the end is
// an update, too.
func TestLaterMessages(t *testing.T) {
	b := flood()
	first, second, third := document(t, issuer(), b, 1), document(t, issuer(), b, 2), document(t, issuer(), b, 3)
	reference := func(r read) string { return r.Sender + "," + r.Identifier + "," + r.Sent }
	if second.MsgType != "Update" || second.References != reference(first) {
		t.Errorf("the update: %+v", second)
	}
	if second.Info[0].Area[0].Polygon != first.Info[0].Area[0].Polygon || second.Info[0].Severity != "Severe" {
		t.Errorf("the update does not repeat everything: %+v", second.Info[0])
	}
	if third.MsgType != "Update" || third.References != reference(first)+" "+reference(second) {
		t.Errorf("the end: %+v", third)
	}
	end := third.Info[0]
	if end.ResponseType != "AllClear" || end.Urgency != "Past" || end.Severity != "Minor" ||
		end.Headline != "Fin d’alerte : Inondation rue Haute" || end.Expires != "2026-03-02T16:40:30+01:00" {
		t.Errorf("the end: %+v", end)
	}
	if first.Identifier == second.Identifier || second.Identifier == third.Identifier {
		t.Error("two messages have one identifier")
	}
}

// What was wrong is withdrawn, and what is right is said in full.
func TestCorrection(t *testing.T) {
	b := flood()
	b.Messages[1].Kind = post.MessageCorrection
	r := document(t, issuer(), b, 2)
	info := r.Info[0]
	if r.MsgType != "Cancel" || r.References == "" || info.Headline != "Rectification : Inondation rue Haute" ||
		info.ResponseType != "None" || info.Certainty != "Unlikely" || !strings.Contains(info.Description, "Texte 2") {
		t.Errorf("got %+v", r)
	}
}

func TestExercise(t *testing.T) {
	b := flood()
	b.Exercise = true
	r := document(t, issuer(), b, 1)
	info := r.Info[0]
	if r.Status != "Exercise" || r.Note != "EXERCICE" || r.Incidents != "be-valmeuse-2026-E0042" {
		t.Errorf("got %+v", r)
	}
	for _, text := range []string{info.Description, info.Instruction} {
		if !strings.HasPrefix(text, "EXERCICE") || !strings.HasSuffix(text, "EXERCICE") {
			t.Errorf("it does not begin and end with the word: %q", text)
		}
	}
	if !strings.HasPrefix(info.Headline, "EXERCICE – ") {
		t.Errorf("headline %q", info.Headline)
	}
}

// In the night when the clocks change, the same hour is said twice.
func TestAutumnNight(t *testing.T) {
	b := flood()
	b.Messages[0].CreatedAt = time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)
	b.Messages[1].CreatedAt = time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC)
	one, two := document(t, issuer(), b, 1), document(t, issuer(), b, 2)
	if one.Sent != "2026-10-25T02:30:00+02:00" || two.Sent != "2026-10-25T02:30:00+01:00" {
		t.Errorf("got %s and %s", one.Sent, two.Sent)
	}
}

// A commune without a known zone is in UTC, which CAP writes in its own way.
func TestUTC(t *testing.T) {
	by := issuer()
	by.Commune.Zone = ""
	if r := document(t, by, flood(), 1); r.Sent != "2026-03-02T13:20:30-00:00" {
		t.Errorf("got %s", r.Sent)
	}
}

func TestBareAlert(t *testing.T) {
	b := flood()
	b.Hazard, b.Area = "", post.Area{}
	by := issuer()
	by.Page, by.Host, by.NIS = "", "", "63023"
	r := document(t, by, b, 1)
	area := r.Info[0].Area[0]
	if area.Desc != "Commune de Valmeuse" || area.Polygon != "" || r.Info[0].Category[0] != "Safety" || r.Sender != "valmeuse@localhost" {
		t.Errorf("got %+v", r)
	}
	if len(area.Geocode) != 1 || area.Geocode[0].Name != "NIS" || area.Geocode[0].Value != "63023" {
		t.Errorf("geocode %+v", area.Geocode)
	}
}

// An open drawing is closed, and what is no drawing is left out.
func TestPolygons(t *testing.T) {
	for name, tt := range map[string]struct {
		points [][2]float64
		want   string
	}{
		"open":      {[][2]float64{{50, 5}, {50, 6}, {51, 6}}, "50.00000,5.00000 50.00000,6.00000 51.00000,6.00000 50.00000,5.00000"},
		"two":       {[][2]float64{{50, 5}, {50, 6}}, ""},
		"no degree": {[][2]float64{{150, 5}, {50, 6}, {51, 6}, {150, 5}}, ""},
	} {
		b := flood()
		b.Area.Polygon = tt.points
		if got := document(t, issuer(), b, 1).Info[0].Area[0].Polygon; got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
		if len(tt.points) > 0 && len(b.Area.Polygon) != len(tt.points) {
			t.Errorf("%s: the alert's own drawing was changed", name)
		}
	}
}

func TestLongHeadline(t *testing.T) {
	b := flood()
	b.Exercise = true
	b.Messages[0].Title = strings.Repeat("Évacuation immédiate ", 20)
	got := document(t, issuer(), b, 1).Info[0].Headline
	if n := utf8.RuneCountInString(got); n > 160 || n < 120 || !strings.HasSuffix(got, "…") || !strings.HasPrefix(got, "EXERCICE") {
		t.Errorf("%d characters: %q", n, got)
	}
}

// The next point of another day says which.
func TestNextOfAnotherDay(t *testing.T) {
	b := flood()
	b.Messages[0].NextUpdateAt = time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC)
	if got := document(t, issuer(), b, 1).Info[0].Instruction; !strings.HasPrefix(got, "Prochain point le 3\u00a0mars à 0\u00a0h\u00a030.") {
		t.Errorf("got %q", got)
	}
}

// The end says that it is one, also where the title changed on the way.
func TestTitles(t *testing.T) {
	b := flood()
	b.Messages[1].Title = "L’eau  monte"
	b.Messages[2].Title = b.Messages[1].Title
	for i, want := range []string{"Inondation rue Haute", "L’eau monte", "Fin d’alerte : L’eau monte"} {
		if got := cap.Title(b, b.Messages[i]); got != want {
			t.Errorf("message %d: %q, want %q", i+1, got, want)
		}
	}
	b.Messages[2].Title = "Fin d’alerte rue Haute"
	if got := cap.Title(b, b.Messages[2]); got != b.Messages[2].Title {
		t.Errorf("%q", got)
	}
	if got := cap.Title(post.Broadcast{}, post.BroadcastMessage{Kind: post.MessageUpdate}); got != "Alerte" {
		t.Errorf("%q", got)
	}
}

func TestNoSuchMessage(t *testing.T) {
	if _, err := cap.Of(issuer(), flood(), 9); !errors.Is(err, cap.ErrNoMessage) {
		t.Errorf("got %v", err)
	}
}
