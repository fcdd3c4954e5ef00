package site_test

import (
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/internal/clock"
)

const alertPage = publicURL + "/c/valmeuse/alerts/b1"

func alertMessage(number int, title, text string) channels.Message {
	return channels.Message{
		Key: "delivery-" + title, Title: title, Text: text, Link: alertPage, Language: "fr-BE",
		Alert: &channels.Alert{ID: "b1", Number: number, Kind: "update", URL: alertPage},
	}
}

// An alert is one article, whose address and place never change.
func TestAlertArticle(t *testing.T) {
	commune, library, images := town()
	now := time.Date(2026, 3, 2, 13, 20, 0, 0, time.UTC)
	channel := open(t, site.New(library, images, publicURL), commune, func() time.Time { return now })
	first := alertMessage(1, "Inondation", "Message n° 1 – 14 h 20\nQuittez les <caves>.\nTout de suite.\n\nGagnez un étage.")
	second := alertMessage(2, "L’eau monte", "Message n° 2 – 15 h 05\nRestez à l’étage.")
	one := publish(t, channel, first)
	now = now.Add(45 * time.Minute)
	two := publish(t, channel, second)
	if one.URL != publicURL+"/c/valmeuse/alerte-b1" || two.URL != one.URL || !two.At.Equal(one.At) {
		t.Errorf("%+v and %+v", one, two)
	}
	read := func() site.Article {
		t.Helper()
		all, err := library.List(t.Context(), commune.ID, site.Cursor{}, 10)
		if err != nil || len(all) != 1 {
			t.Fatalf("%d articles, %v", len(all), err)
		}
		return all[0]
	}
	got := read()
	const text = "Message n° 2 – 15 h 05\nRestez à l’étage.\n" + alertPage +
		"\n\nMessage n° 1 – 14 h 20\nQuittez les <caves>.\nTout de suite.\n\nGagnez un étage.\n" + alertPage
	if got.Text != text {
		t.Errorf("text\n%q, want\n%q", got.Text, text)
	}
	if got.Title != "L’eau monte" || got.Category != "Alerte" || !got.UpdatedAt.Equal(now) || strings.Count(got.HTML, "<h2") != 2 ||
		!strings.HasPrefix(got.HTML, `<h2 id="message-2">Message n° 2 – 15 h 05</h2>`) || strings.Contains(got.HTML, "<caves>") {
		t.Errorf("got %+v", got)
	}
	// Said again, or late, it changes nothing.
	for _, again := range []channels.Message{second, first} {
		publish(t, channel, again)
		if after := read(); after.Text != text || after.Title != "L’eau monte" || after.HTML != got.HTML {
			t.Errorf("said again: %+v", after)
		}
	}
	// Each is found by itself, beside the other.
	finder := channel.(channels.Finder)
	for i, m := range []channels.Message{first, second, alertMessage(3, "Fin", "Message n° 3 – 16 h")} {
		r := render(t, m)
		finding, err := finder.Find(t.Context(), channels.Probe{Key: r.Key, Rendered: r, KnownOwn: []string{one.RemoteID}})
		if err != nil || (finding.Receipt != nil) != (i < 2) || !finding.Trustworthy {
			t.Errorf("message %d: %+v, %v", i+1, finding, err)
		}
	}
	changed := alertMessage(1, "Inondation", "Message n° 1 – 14 h 20\nMIS À JOUR.")
	if _, err := channel.(channels.Updater).Update(t.Context(), one, render(t, changed)); err != nil {
		t.Fatal(err)
	}
	if after := read(); !strings.Contains(after.Text, "Restez à l’étage") || !strings.Contains(after.Text, "MIS À JOUR") ||
		strings.Contains(after.Text, "caves") || after.Title != "L’eau monte" {
		t.Errorf("after an edit: %+v", after)
	}
	page := get(t, library, images, "/c/valmeuse/alerte-b1", nil)
	wellMade(t, page)
	if h := find(parse(t, page.Body.Bytes()), "h2", "id", "message-2"); h == nil || escapedTwice(page.Body.String()) {
		t.Errorf("the page:\n%s", page.Body)
	}
}

// escapedTwice reports markup that is shown as text.
func escapedTwice(page string) bool {
	return strings.Contains(page, "&lt;h2") || strings.Contains(page, "&amp;lt;")
}

// Among the news, the end of an alert does not look like an alert, and a long
// title keeps nothing from leaving.
func TestTitleOfTheEnd(t *testing.T) {
	m := alertMessage(3, "Inondation", "Message n° 3 – 17 h\nL’eau s’est retirée.")
	m.Alert.Kind = "end"
	if got := render(t, m).Title; got != "Fin d’alerte : Inondation" {
		t.Errorf("%q", got)
	}
	m.Title = strings.Repeat("Évacuation ", 14)
	if got := render(t, m).Title; !strings.HasPrefix(got, "Fin d’alerte : Évacuation") || len([]rune(got)) > 150 {
		t.Errorf("%q", got)
	}
}

// What two processes said of one alert becomes one article; no other article is
// touched.
func TestWithEarlier(t *testing.T) {
	at := time.Date(2026, 3, 2, 13, 20, 0, 0, time.UTC)
	one := func(number int, text string) site.Article {
		r := render(t, alertMessage(number, "Titre "+text, "Message n° "+text))
		return site.Article{Key: "alert-b1", Title: r.Title, HTML: r.HTML, Text: r.Text, PublishedAt: at.Add(time.Duration(number) * time.Hour)}
	}
	first, second := one(1, "un"), one(2, "deux")
	for name, merged := range map[string]site.Article{"in order": site.WithEarlier(second, first), "late": site.WithEarlier(first, second)} {
		if merged.Title != "Titre deux" || !strings.HasPrefix(merged.Text, "Message n° deux") || !strings.Contains(merged.Text, "Message n° un") ||
			!merged.PublishedAt.Equal(first.PublishedAt) {
			t.Errorf("%s: %+v", name, merged)
		}
	}
	ordinary := site.Article{Key: "alert-k", HTML: "<p>Un avis.</p>", Text: "Un avis."}
	for _, before := range []site.Article{{}, first, {Key: "alert-k", HTML: "<p>Avant.</p>"}} {
		if got := site.WithEarlier(ordinary, before); got.HTML != ordinary.HTML || got.Text != ordinary.Text {
			t.Errorf("an ordinary article became %+v", got)
		}
	}
}

// Another alert is another article, and no message makes headings of its own.
func TestAlertsStayApart(t *testing.T) {
	commune, library, images := town()
	channel := open(t, site.New(library, images, publicURL), commune, clock.Now)
	publish(t, channel, alertMessage(1, "Inondation", "Message n° 1 – 14 h 20\n<h2 id=\"message-7\">Faux</h2>"))
	other := alertMessage(1, "Inondation", "Message n° 1 – 14 h 20\nAilleurs.")
	other.Alert.ID = "b2"
	publish(t, channel, other)
	all, err := library.List(t.Context(), commune.ID, site.Cursor{}, 10)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d articles, %v", len(all), err)
	}
	r := render(t, alertMessage(7, "Inondation", "Message n° 7 – 14 h 20"))
	finding, err := channel.(channels.Finder).Find(t.Context(), channels.Probe{Key: r.Key, Rendered: r})
	if err != nil || finding.Receipt != nil {
		t.Errorf("a heading that a person wrote is taken for a message: %+v, %v", finding, err)
	}
}

// Nothing of an exercise stands among the news.
func TestExerciseWritesNothing(t *testing.T) {
	commune, library, images := town()
	channel := open(t, site.New(library, images, publicURL), commune, clock.Now)
	m := alertMessage(1, "EXERCICE – Inondation", "EXERCICE – Message n° 1 – 14 h 20\nQuittez les caves.\nEXERCICE")
	m.Alert.Exercise = true
	r := render(t, m)
	if !strings.HasPrefix(r.Text, "EXERCICE") || !strings.HasSuffix(r.Text, "EXERCICE") {
		t.Errorf("text %q", r.Text)
	}
	attempt, err := channeltest.NewAttempt(r)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := channel.Publish(t.Context(), r, attempt)
	if err != nil || receipt.URL != alertPage || receipt.RemoteID == "" || receipt.At.IsZero() || attempt.Creatings() != 1 {
		t.Errorf("%+v, %v", receipt, err)
	}
	finding, err := channel.(channels.Finder).Find(t.Context(), channels.Probe{Key: r.Key, Rendered: r, KnownOlder: []string{"x"}})
	if err != nil || finding.Receipt == nil || finding.Receipt.RemoteID != receipt.RemoteID || !finding.Trustworthy {
		t.Errorf("%+v, %v", finding, err)
	}
	if _, err := channel.(channels.Updater).Update(t.Context(), receipt, r); err != nil {
		t.Error(err)
	}
	if err := channel.(channels.Deleter).Delete(t.Context(), receipt); err != nil {
		t.Error(err)
	}
	all, err := library.List(t.Context(), commune.ID, site.Cursor{}, 10)
	if err != nil || len(all) != 0 {
		t.Errorf("%d articles, %v", len(all), err)
	}
}
