package channeltest

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crieur/crieur/channels"
)

func renderChecks() []Check {
	return []Check{
		{Name: "render/hostile-texts", Run: checkHostileTexts},
		{Name: "render/concurrently", Run: checkRenderConcurrently},
		{Name: "render/leaves-message-alone", Run: checkRenderPure},
		{Name: "validate/over-limit", Skip: needsTextLimit, Run: checkValidateOver},
	}
}

// CheckRender holds what every rendering keeps, of any message: it is the same
// each time, survives being saved, is never over a limit without an error, and
// passes Validate when it has none. Channels fuzz it with Fuzz.
func CheckRender(d channels.Driver, m channels.Message, settings channels.Settings) error {
	rendered, issues := d.Render(m, settings)
	again, issuesAgain := d.Render(m, settings)
	if diff := cmp.Diff(rendered, again) + cmp.Diff(issues, issuesAgain); diff != "" {
		return fmt.Errorf("two renderings of one message differ:\n%s", diff)
	}
	if rendered.Kind != d.Info().Kind || rendered.Key != m.Key {
		return fmt.Errorf("rendered for %q with key %q", rendered.Kind, rendered.Key)
	}
	if m.Overridden && rendered.Shortened {
		return fmt.Errorf("a text written for the channel was shortened")
	}
	if channels.HasErrors(issues) {
		return nil
	}
	if err := fits(rendered, d.Limits(settings)); err != nil {
		return fmt.Errorf("over a limit without an error: %w", err)
	}
	for what, text := range map[string]string{"text": rendered.Text, "title": rendered.Title, "html": rendered.HTML} {
		if !utf8.ValidString(text) {
			return fmt.Errorf("%s is not UTF-8", what)
		}
	}
	if problems := d.Validate(rendered, settings); channels.HasErrors(problems) {
		return fmt.Errorf("rendered without an error and not valid: %+v", problems)
	}
	saved, err := json.Marshal(rendered)
	if err != nil {
		return fmt.Errorf("cannot be saved: %w", err)
	}
	var loaded channels.Rendered
	if err := json.Unmarshal(saved, &loaded); err != nil {
		return fmt.Errorf("cannot be loaded: %w", err)
	}
	if diff := cmp.Diff(rendered, loaded, cmpopts.EquateEmpty()); diff != "" {
		return fmt.Errorf("not the same after it was saved (-rendered +loaded):\n%s", diff)
	}
	return nil
}

// Fuzz searches for a message that breaks CheckRender.
//
//	func FuzzRender(f *testing.F) { channeltest.Fuzz(f, example.New()) }
func Fuzz(f *testing.F, d channels.Driver) {
	f.Helper()
	for i, text := range HostileTexts() {
		f.Add("Avis aux habitants", text, "https://commune.example/a?b=c", i%2 == 0, i%3 == 0)
	}
	f.Fuzz(func(t *testing.T, title, text, link string, article, overridden bool) {
		// Links are checked where posts come in; they are at least UTF-8.
		link = strings.ToValidUTF8(link, "\uFFFD")
		m := channels.Message{
			Key: "fuzz", Title: title, Text: text, Link: link, Language: "fr-BE", Overridden: overridden,
		}
		if article {
			m.ArticleURL = "https://valmeuse.example/c/valmeuse/avis"
		}
		if err := CheckRender(d, m, nil); err != nil {
			t.Fatal(err)
		}
	})
}

func checkHostileTexts(tb testing.TB, h Harness) {
	tb.Helper()
	for i, text := range HostileTexts() {
		for variant := range 8 {
			m := h.message(fmt.Sprintf("hostile-%d-%d", i, variant), text, 0)
			m.Overridden = variant&1 != 0
			if variant&2 != 0 {
				m.Title = text
			}
			if variant&4 != 0 {
				m.Link = "https://commune.example/a?b=c&d=é"
				m.ArticleURL = "https://valmeuse.example/c/valmeuse/avis"
			}
			if err := CheckRender(h.Driver, m, nil); err != nil {
				tb.Errorf("text %d, variant %d: %v", i, variant, err)
			}
		}
	}
}

func checkRenderConcurrently(tb testing.TB, h Harness) {
	tb.Helper()
	m := h.message("concurrent", HostileTexts()[0], min(1, h.limits().Images.Max))
	want, _ := h.Driver.Render(m, nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, _ := h.Driver.Render(m, nil); !cmp.Equal(want, got) {
				tb.Error("concurrent renderings differ")
			}
		})
	}
	all.Wait()
}

func checkRenderPure(tb testing.TB, h Harness) {
	tb.Helper()
	n := min(2, h.limits().Images.Max)
	m, before := h.message("pure", "Un texte.", n), h.message("pure", "Un texte.", n)
	h.Driver.Render(m, nil)
	if diff := cmp.Diff(before, m); diff != "" {
		tb.Errorf("Render changed its message:\n%s", diff)
	}
}

// checkValidateOver: what was saved is checked once more, with the same limits.
func checkValidateOver(tb testing.TB, h Harness) {
	tb.Helper()
	rendered := h.render(tb, h.message("tampered", "Un texte.", 0), nil)
	rendered.Text = words(h.limits().Text.Max + 1)
	if !channels.HasErrors(h.Driver.Validate(rendered, nil)) {
		tb.Error("a saved rendering over the limit passes Validate")
	}
}
