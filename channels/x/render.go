package x

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/media"
)

// Render implements channels.Driver.
//
// A text written for X leaves as it is, tidied, and is an error when it is too
// long. The common text leaves whole when it fits, with the author's link after
// it. When it does not, it is shortened and the address of the full article, or
// else the author's link, follows. With neither, it is shortened all the same
// and the author is warned: a post with one picture too many words still
// informs, and only the author can say whether it does. X has no titles; the
// title stands in for a missing text.
//
// A message of an alert keeps its number, its hour, its title and the way to
// the alert's page at every length.
func (d Driver) Render(m channels.Message, settings channels.Settings) (channels.Rendered, []channels.Issue) {
	limits := d.Limits(settings)
	images, issues := leavingImages(m.Images, limits.Images.Max)
	// Pictures over the maximum are dropped and not refused: they may be meant
	// for another network. Their alternative texts are checked nevertheless.
	common := limits
	common.Images.Max = max(limits.Images.Max, len(m.Images))
	issues = append(channels.CheckCommon(m, common), issues...)

	r := channels.Rendered{Kind: kind, Key: m.Key, Limit: limits.Text.Max, Alert: m.Alert}
	switch {
	case m.Alert != nil:
		var issue *channels.Issue
		if r.Text, issue = fitAlert(m, limits.Text); issue != nil {
			r.Shortened = true
			issues = append(issues, *issue)
		}
	case m.Overridden:
		r.Text = tidy(m.Text)
	default:
		var issue *channels.Issue
		if r.Text, issue = fit(m, limits.Text); issue != nil {
			r.Shortened = true
			if article := tidy(m.ArticleURL); article != "" && strings.HasSuffix(r.Text, article) {
				r.Article = article
			}
			issues = append(issues, *issue)
		}
	}
	r.Length = adapt.Count(limits.Text.Rule, r.Text)
	for _, image := range images {
		r.Images = append(r.Images, renderImage(image, limits.Images.Spec))
	}
	issues = append(issues, checkText(r, issues)...)
	issues = append(issues, adapt.HashtagIssues(r.Text)...)
	r.Cost = cost(limits.Cost, r)
	return r, issues
}

// Validate implements channels.Driver.
func (d Driver) Validate(r channels.Rendered, settings channels.Settings) []channels.Issue {
	limits := d.Limits(settings)
	issues := checkText(r, nil)
	report := func(code, field, message string) {
		issues = append(issues, channels.Issue{Severity: channels.SeverityError, Code: code, Field: field, Message: message})
	}
	if len(r.Images) > limits.Images.Max {
		report("images_too_many", "images", fmt.Sprintf("X prend %d images au plus.", limits.Images.Max))
	}
	for i, image := range r.Images {
		if n := utf8.RuneCountInString(image.Alt); n > limits.Images.AltMax {
			report("alt_too_long", fmt.Sprintf("images[%d].alt", i), fmt.Sprintf(
				"Raccourcissez la description de l’image : %d caractères, %d au plus.", n, limits.Images.AltMax))
		}
	}
	return issues
}

// checkText finds what X would refuse in a text. known are issues that the
// author has been told already.
func checkText(r channels.Rendered, known []channels.Issue) []channels.Issue {
	weight := adapt.WeighForX(r.Text)
	switch over := weight.Length - adapt.XMaxLength; {
	case over > 0:
		return []channels.Issue{{
			Severity: channels.SeverityError, Code: "text_too_long", Field: "text",
			Message: "X : " + characters(over) + " de trop.",
		}}
	case r.Text == "" && len(r.Images) == 0 && !channels.HasErrors(known):
		return []channels.Issue{{
			Severity: channels.SeverityError, Code: "text_empty", Field: "text",
			Message: "Écrivez un texte ou ajoutez une image.",
		}}
	case r.Text != "" && !weight.Valid:
		return []channels.Issue{{
			Severity: channels.SeverityError, Code: "text_characters", Field: "text",
			Message: "X refuse un caractère invisible de ce texte. Retapez le passage.",
		}}
	}
	return nil
}

// fit makes the common text fit; the issue says how, when it had to be cut.
func fit(m channels.Message, limit channels.TextLimit) (string, *channels.Issue) {
	count := func(text string) int { return adapt.Count(limit.Rule, text) }
	text := tidy(m.Text)
	if text == "" {
		text = tidy(m.Title)
	}
	link, article := tidy(m.Link), tidy(m.ArticleURL)
	whole := text
	if link != "" && !hasLink(text, link) {
		whole = strings.TrimSpace(text + "\n" + link)
	}
	if count(whole) <= limit.Max {
		return whole, nil
	}
	if count(text) <= limit.Max {
		// It is the link that is too much: the text makes room for it.
		text = whole
	}
	target := article
	if target == "" {
		target = link
	}
	issue := channels.Issue{Severity: channels.SeverityWarning, Code: "text_shortened", Field: "text"}
	short, _ := adapt.Shorten(text, target, limit.Max, count)
	if short == "" || !strings.Contains(short, target) {
		// Not even the address fits: the whole text is over the limit, and says so.
		return whole, nil
	}
	switch {
	case article != "":
		issue.Message = "X : le texte est raccourci, avec un lien vers l’article complet."
	case link != "":
		issue.Message = "X : le texte est raccourci, avec votre lien."
	default:
		issue.Message = "X : le texte est trop long et sera coupé, sans lien vers la suite. " +
			"Ajoutez le canal « Site » pour y lier l’article complet, ou écrivez un texte pour X."
	}
	return short, &issue
}

// fitAlert makes a message of an alert fit. The address of its page is no mark:
// all messages of the alert lead there.
func fitAlert(m channels.Message, limit channels.TextLimit) (string, *channels.Issue) {
	count := func(text string) int { return adapt.Count(limit.Rule, text) }
	text := tidy(adapt.AlertText(m.Text, m.Title, *m.Alert))
	short, cut := adapt.ShortenAlert(text, *m.Alert, limit.Max, count)
	if !cut {
		return text, nil
	}
	return short, &channels.Issue{
		Severity: channels.SeverityWarning, Code: "text_shortened", Field: "text",
		Message: "X : le texte est raccourci, avec un lien vers la page de l’alerte.",
	}
}

// hasLink reports whether a text has a link already.
func hasLink(text, link string) bool {
	for _, l := range adapt.Links(text) {
		if l.In(text) == link {
			return true
		}
	}
	return false
}

// leavingImages are the pictures that leave.
func leavingImages(images []channels.Image, most int) ([]channels.Image, []channels.Issue) {
	extra := len(images) - most
	if extra <= 0 {
		return images, nil
	}
	message := fmt.Sprintf("X prend %d images : les %d dernières n’y partiront pas.", most, extra)
	if extra == 1 {
		message = fmt.Sprintf("X prend %d images : la dernière n’y partira pas.", most)
	}
	return images[:most], []channels.Issue{{
		Severity: channels.SeverityWarning, Code: "images_dropped", Field: "images", Message: message,
	}}
}

func renderImage(image channels.Image, spec media.Spec) channels.RenderedImage {
	r := channels.RenderedImage{
		MediaID: image.MediaID, SHA256: image.SHA256,
		Plan: media.PlanFor(image.Width, image.Height, image.Focal, spec),
	}
	if !image.Decorative {
		r.Alt = strings.ToValidUTF8(image.Alt, "\uFFFD")
	}
	return r
}

// tidy is the typography of X: the narrow no-break space would weigh double.
func tidy(text string) string { return adapt.LightSpaces(adapt.Typography(text)) }

func characters(n int) string {
	if n == 1 {
		return "1 caractère"
	}
	return fmt.Sprintf("%d caractères", n)
}
