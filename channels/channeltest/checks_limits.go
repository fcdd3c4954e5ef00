package channeltest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
)

func limitChecks() []Check {
	return []Check{
		{Name: "limits/text-at-limit", Skip: needsTextLimit, Run: checkTextAtLimit},
		{Name: "limits/text-over", Skip: needsTextLimit, Run: checkTextOver},
		{Name: "limits/title", Skip: needsTitleLimit, Run: checkTitle},
		{Name: "limits/title-required", Skip: needsRequiredTitle, Run: checkTitleRequired},
		{Name: "limits/images", Skip: needsImages, Run: checkImageCount},
		{Name: "limits/alt", Skip: either(needsImages, needsAlt), Run: checkAltLimit},
		{Name: "limits/alt-required", Skip: needsImages, Run: checkAltRequired},
		{Name: "limits/nothing-to-say", Run: checkEmpty},
	}
}

func needsTextLimit(h Harness) string {
	if h.limits().Text.Max == 0 {
		return "texts have no bound"
	}
	return ""
}

func needsTitleLimit(h Harness) string {
	if h.limits().Title.Max == 0 {
		return "titles are not used or have no bound"
	}
	return ""
}

func needsRequiredTitle(h Harness) string {
	if !h.limits().TitleRequired {
		return "a title is not required"
	}
	return ""
}

func needsAlt(h Harness) string {
	if !h.takesAlt() {
		return "the network takes no alternative texts"
	}
	return ""
}

// checkTextAtLimit: a text written for the channel that just fits leaves as it
// was written.
func checkTextAtLimit(tb testing.TB, h Harness) {
	tb.Helper()
	limit := h.limits().Text.Max
	m := h.message("at-limit", words(limit), 0)
	m.Overridden = true
	rendered, issues := h.Driver.Render(m, nil)
	if channels.HasErrors(issues) {
		tb.Fatalf("%d of %d is refused: %+v", limit, limit, issues)
	}
	if rendered.Text != m.Text || rendered.Shortened {
		tb.Errorf("a text of exactly %d was changed to %d", limit, len(rendered.Text))
	}
	if rendered.Length != limit || rendered.Limit != limit {
		tb.Errorf("counted as %d of %d, want %d of %d", rendered.Length, rendered.Limit, limit, limit)
	}
}

// checkTextOver: one more is an error where the text was written for the
// channel, and fits or is an error where it was not.
func checkTextOver(tb testing.TB, h Harness) {
	tb.Helper()
	limit := h.limits().Text.Max
	m := h.message("over", words(limit+1), 0)
	m.Overridden = true
	rendered, issues := h.Driver.Render(m, nil)
	if rendered.Text != m.Text || rendered.Shortened {
		tb.Error("a text written for the channel was shortened")
	}
	wantIssue(tb, issues, "text")
	if rendered.Length != limit+1 {
		tb.Errorf("counted as %d, want %d", rendered.Length, limit+1)
	}

	for _, article := range []string{"", "https://valmeuse.example/c/valmeuse/avis"} {
		m := h.message("over", strings.Repeat("Une phrase ordinaire. ", limit/20+2), 0)
		m.ArticleURL = article
		rendered, issues := h.Driver.Render(m, nil)
		if channels.HasErrors(issues) {
			wantIssue(tb, issues, "text")
			continue
		}
		if err := fits(rendered, h.limits()); err != nil {
			tb.Errorf("article %q: %v", article, err)
		}
		if !rendered.Shortened {
			tb.Errorf("article %q: the text was cut and does not say so", article)
		}
	}
}

func checkTitle(tb testing.TB, h Harness) {
	tb.Helper()
	limit := h.limits().Title.Max
	m := h.message("title", "Un texte court.", 0)
	m.Title = words(limit)
	if _, issues := h.Driver.Render(m, nil); channels.HasErrors(issues) {
		tb.Errorf("a title of %d of %d is refused: %+v", limit, limit, issues)
	}
	m.Title = words(limit + 1)
	rendered, issues := h.Driver.Render(m, nil)
	if !channels.HasErrors(issues) && len(rendered.Title) > limit {
		tb.Errorf("a title of %d leaves over its limit of %d", len(rendered.Title), limit)
	}
}

func checkTitleRequired(tb testing.TB, h Harness) {
	tb.Helper()
	m := h.message("untitled", "Un texte court, sans titre.", 0)
	m.Title = ""
	rendered, issues := h.Driver.Render(m, nil)
	if rendered.Title == "" {
		wantIssue(tb, issues, "title")
	}
}

func checkImageCount(tb testing.TB, h Harness) {
	tb.Helper()
	limit := h.limits().Images.Max
	rendered, issues := h.Driver.Render(h.message("images", "Des photos.", limit), nil)
	if channels.HasErrors(issues) || len(rendered.Images) != limit {
		tb.Fatalf("%d of %d pictures become %d: %+v", limit, limit, len(rendered.Images), issues)
	}
	for i, image := range rendered.Images {
		want := picture(i)
		if image.MediaID != want.MediaID || image.Alt != want.Alt && h.takesAlt() {
			tb.Errorf("picture %d is %q (%q), want %q (%q)", i, image.MediaID, image.Alt, want.MediaID, want.Alt)
		}
		if err := planned(image, h.limits().Images); err != nil {
			tb.Errorf("picture %d: %v", i, err)
		}
	}
	// One more is an error, or the first ones leave and the author is told.
	rendered, issues = h.Driver.Render(h.message("images", "Des photos.", limit+1), nil)
	if channels.HasErrors(issues) {
		wantIssue(tb, issues, "images")
		return
	}
	if len(rendered.Images) != limit || !warns(issues, "images") {
		tb.Errorf("%d of %d pictures become %d without a word: %+v", limit+1, limit, len(rendered.Images), issues)
	}
}

// warns reports whether a warning stands beside a field.
func warns(issues []channels.Issue, field string) bool {
	return slices.ContainsFunc(issues, func(i channels.Issue) bool {
		return i.Severity == channels.SeverityWarning && i.Field == field && i.Message != ""
	})
}

func checkAltLimit(tb testing.TB, h Harness) {
	tb.Helper()
	limit := h.limits().Images.AltMax
	m := h.message("alt", "Une photo.", 1)
	m.Images[0].Alt = words(limit)
	rendered, issues := h.Driver.Render(m, nil)
	if channels.HasErrors(issues) || rendered.Images[0].Alt != m.Images[0].Alt {
		tb.Errorf("an alternative text of %d of %d is changed or refused: %+v", limit, limit, issues)
	}
	m.Images[0].Alt = words(limit + 1)
	_, issues = h.Driver.Render(m, nil)
	wantIssue(tb, issues, "images[0].alt")
}

// checkAltRequired: accessibility law binds public bodies.
func checkAltRequired(tb testing.TB, h Harness) {
	tb.Helper()
	m := h.message("alt", "Une photo.", 1)
	m.Images[0].Alt = ""
	_, issues := h.Driver.Render(m, nil)
	wantIssue(tb, issues, "images[0].alt")
	m.Images[0].Decorative = true
	if _, issues := h.Driver.Render(m, nil); channels.HasErrors(issues) {
		tb.Errorf("a decorative picture needs no alternative text: %+v", issues)
	}
}

func checkEmpty(tb testing.TB, h Harness) {
	tb.Helper()
	if _, issues := h.Driver.Render(channels.Message{Key: "empty", Text: " \n\t "}, nil); !channels.HasErrors(issues) {
		tb.Error("a message without anything to say is not refused")
	}
}

// wantIssue fails unless an error stands beside the field, or within it.
func wantIssue(tb testing.TB, issues []channels.Issue, field string) {
	tb.Helper()
	for _, i := range issues {
		if i.Severity == channels.SeverityError && (i.Field == field || strings.HasPrefix(i.Field, field+"[")) {
			if i.Code == "" || i.Message == "" {
				tb.Errorf("an issue without code or message: %+v", i)
			}
			return
		}
	}
	tb.Errorf("no error beside %s: %+v", field, issues)
}

// fits reports what in a rendering is over the limits. It counts by itself and
// does not believe the rendering's own figures.
func fits(r channels.Rendered, limits channels.Limits) error {
	over := func(what, text string, limit channels.TextLimit) error {
		if n := adapt.Count(limit.Rule, text); limit.Max > 0 && n > limit.Max {
			return fmt.Errorf("%s: %d of %d", what, n, limit.Max)
		}
		return nil
	}
	if err := over("text", r.Text, limits.Text); err != nil {
		return err
	}
	if limits.Text.Max > 0 && r.Length > limits.Text.Max {
		return fmt.Errorf("text: says it is %d of %d", r.Length, limits.Text.Max)
	}
	if err := over("title", r.Title, limits.Title); err != nil {
		return err
	}
	if len(r.Images) > limits.Images.Max {
		return fmt.Errorf("pictures: %d of %d", len(r.Images), limits.Images.Max)
	}
	return nil
}

// planned reports what in a picture's plan is outside the limits.
func planned(image channels.RenderedImage, limit channels.ImageLimit) error {
	plan, spec := image.Plan, limit.Spec
	switch ratio := float64(plan.Width) / float64(max(plan.Height, 1)); {
	case plan.Width <= 0 || plan.Height <= 0:
		return fmt.Errorf("planned as %d×%d", plan.Width, plan.Height)
	case spec.MaxWidth > 0 && plan.Width > spec.MaxWidth, spec.MaxHeight > 0 && plan.Height > spec.MaxHeight:
		return fmt.Errorf("planned as %d×%d, more than %d×%d", plan.Width, plan.Height, spec.MaxWidth, spec.MaxHeight)
	case spec.MinRatio > 0 && ratio < spec.MinRatio-0.01, spec.MaxRatio > 0 && ratio > spec.MaxRatio+0.01:
		return fmt.Errorf("planned with a ratio of %.2f", ratio)
	}
	return nil
}
