package site

import (
	"fmt"
	"html"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/media"
)

// Kind is the stable name of this kind of network.
const Kind = "site"

// The rules of the pages. They are ours, so that every article stays readable
// on a phone; what other standards ask for is below them.
const (
	maxTitle   = 150
	maxText    = 60_000
	maxImages  = 20
	maxAlt     = 1000
	maxExcerpt = 200
	// maxSlugWords bounds the readable part of an address, in bytes.
	maxSlugWords = 60
)

// Driver is the kind "site": the built-in public pages.
type Driver struct {
	library   Library
	images    Images
	publicURL string
}

var _ channels.Driver = (*Driver)(nil)

// New makes the driver. publicURL is how citizens reach the server, as
// "https://actus.valmeuse.be", without the pages' own path. Without library and
// images, only what needs no account works: Info, Limits, Render and Validate.
func New(library Library, images Images, publicURL string) *Driver {
	return &Driver{library: library, images: images, publicURL: strings.TrimRight(publicURL, "/")}
}

// Info implements channels.Driver.
func (*Driver) Info() channels.Info {
	return channels.Info{
		Kind: Kind, Title: "Site de la commune",
		Idempotency: channels.IdempotentByKey, ReadBack: channels.ReadBackStrong,
		OwnServer: true,
	}
}

// Limits implements channels.Driver. They are the product's own rules, and do
// not depend on the account.
func (*Driver) Limits(channels.Settings) channels.Limits {
	own := channels.Source{URL: "https://github.com/crieur/crieur/blob/main/docs/channels.md", Date: "2026-11-21"}
	return channels.Limits{
		TitleUsed: true,
		Title:     channels.TextLimit{Max: maxTitle, Rule: channels.CountCodePoints, Source: own},
		Text:      channels.TextLimit{Max: maxText, Rule: channels.CountCodePoints, Source: own},
		Images: channels.ImageLimit{
			Max: maxImages, AltMax: maxAlt, Source: own,
			Spec: media.Spec{
				Formats:  []media.Format{media.JPEG, media.PNG},
				MaxBytes: 1_500_000, MaxWidth: 1600, MaxHeight: 1600,
			},
		},
	}
}

// Render implements channels.Driver. Nothing is shortened here: this is where
// the shortened channels link to. A text without a title is headed by its first
// sentence.
func (d *Driver) Render(m channels.Message, settings channels.Settings) (channels.Rendered, []channels.Issue) {
	limits := d.Limits(settings)
	if m.Alert != nil {
		m.Text, m.Link = adapt.AlertText(m.Text, "", *m.Alert), ""
	}
	issues := channels.CheckCommon(m, limits)
	text, link := adapt.Typography(m.Text), strings.ToValidUTF8(m.Link, "\uFFFD")
	r := channels.Rendered{
		Kind: Kind, Key: m.Key,
		Title: headline(m), Text: text, Link: link,
		HTML: adapt.PlainToHTML(text), Excerpt: adapt.Excerpt(text, maxExcerpt), Slug: slug(m),
		Category: m.Category, Language: m.Language,
		Length: adapt.Count(limits.Text.Rule, text), Limit: limits.Text.Max, Alert: m.Alert,
	}
	if m.Alert != nil {
		r.Category, r.HTML = alertCategory, alertSection(text, *m.Alert)
	}
	if link != "" && !strings.Contains(text, link) {
		r.HTML = strings.TrimPrefix(r.HTML+"\n"+linkHTML(link), "\n")
	}
	for _, image := range m.Images {
		planned := channels.RenderedImage{
			MediaID: image.MediaID, SHA256: image.SHA256,
			Plan: media.PlanFor(image.Width, image.Height, image.Focal, limits.Images.Spec),
		}
		if !image.Decorative {
			planned.Alt = adapt.Typography(image.Alt)
		}
		r.Images = append(r.Images, planned)
	}
	return r, append(issues, check(r, limits)...)
}

// Validate implements channels.Driver.
func (d *Driver) Validate(r channels.Rendered, settings channels.Settings) []channels.Issue {
	return check(r, d.Limits(settings))
}

// check finds what is wrong with a rendering.
func check(r channels.Rendered, limits channels.Limits) []channels.Issue {
	var issues []channels.Issue
	report := func(code, field, message string) {
		issues = append(issues, channels.Issue{
			Severity: channels.SeverityError, Code: code, Field: field, Message: message,
		})
	}
	if r.Title == "" {
		report("title_missing", "title", "Donnez un titre à l’article.")
	}
	if over := adapt.Count(limits.Title.Rule, r.Title) - limits.Title.Max; over > 0 {
		report("title_too_long", "title", "Raccourcissez le titre : "+charactersOver(over))
	}
	if over := adapt.Count(limits.Text.Rule, r.Text) - limits.Text.Max; over > 0 {
		report("text_too_long", "text", "Raccourcissez le texte : "+charactersOver(over))
	}
	if r.Slug == "" || r.Key == "" {
		report("address_missing", "title", "L’article n’a pas d’adresse : donnez-lui un titre.")
	}
	return issues
}

func charactersOver(n int) string {
	if n == 1 {
		return "1 caractère de trop."
	}
	return fmt.Sprintf("%d caractères de trop.", n)
}

// linkHTML is a paragraph with the author's link. What is no web address is
// shown and not linked.
func linkHTML(link string) string {
	text := html.EscapeString(link)
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return "<p>" + text + "</p>"
	}
	return `<p><a href="` + text + `" rel="noopener">` + text + "</a></p>"
}

// headline is the author's title on one line, or one made of the text.
func headline(m channels.Message) string {
	title := strings.Join(strings.Fields(adapt.Typography(m.Title)), " ")
	if title == "" {
		title = adapt.Headline(m.Text)
	}
	if m.Alert != nil {
		// An alert does not stay away for the length of its title.
		title, _ = adapt.Shorten(adapt.AlertTitle(title, *m.Alert), "", maxTitle, utf8.RuneCountInString)
	}
	return title
}

// slug is the address of an article below the commune's pages: readable words,
// and the key, which keeps it apart from all others and the same in every
// attempt.
func slug(m channels.Message) string {
	if m.Alert != nil {
		return alertSlug(*m.Alert)
	}
	words, key := adapt.Slug(headline(m), maxSlugWords), adapt.Slug(m.Key, 0)
	if words == "" || key == "" {
		return words + key
	}
	return words + "-" + key
}
