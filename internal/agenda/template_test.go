package agenda

import (
	"errors"
	"strings"
	"testing"

	"github.com/crieur/crieur/internal/post"
)

// TestTheBlanksOfATemplateAreThoseOfAnEvent: what communes call by other names
// is understood, an optional blank that no event fills goes with its line, and
// another one is refused.
func TestTheBlanksOfATemplateAreThoseOfAnEvent(t *testing.T) {
	t.Parallel()
	title, text, err := eventText("template", &post.Template{
		Name: "Veille", Title: "C’est demain : {nom}", Text: "{nom} commence {date} à {heure}, {lieu}.\nÀ prévoir : {prevoir}\nTarif : {tarif}",
		Blanks: []post.Blank{{Name: "prevoir", Optional: true}},
	})
	if err != nil || title != "C’est demain : {titre}" || text != "{titre} commence {jour} à {heure}, {lieu}.\nTarif : {prix}" {
		t.Errorf("%q, %q: %v", title, text, err)
	}
	var problem *post.Problem
	_, _, err = eventText("template", &post.Template{Name: "Merci", Text: "Vous étiez {participants}.", Blanks: []post.Blank{{Name: "participants"}}})
	if !errors.As(err, &problem) || problem.Code != "template_blank" || !strings.Contains(problem.Detail, "{participants}") {
		t.Errorf("a blank that no event fills: %v", err)
	}
}
