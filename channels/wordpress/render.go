package wordpress

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/media"
)

const (
	// maxSlug bounds the slug. WordPress takes 200 bytes; addresses are read and
	// copied by people.
	maxSlug = 60
	// maxExcerpt bounds the excerpt, in code points.
	maxExcerpt = 200
	// idLength is how much of the key's hash a slug holds, in characters of 5
	// bits: enough that two deliveries never share a slug.
	idLength = 12
)

// Render implements channels.Driver.
func (d Driver) Render(m channels.Message, settings channels.Settings) (channels.Rendered, []channels.Issue) {
	limits := d.Limits(settings)
	if m.Alert != nil {
		m = alertMessage(m)
	}
	issues := channels.CheckCommon(m, limits)
	m.Text = adapt.Typography(m.Text)
	m.Title = headline(m)
	r := channels.Rendered{
		Kind: kind, Key: m.Key,
		Title: m.Title, Text: withLink(m), HTML: paragraphs(m), Excerpt: adapt.Excerpt(m.Text, maxExcerpt),
		Slug: slugFor(m.Title, m.Key), Link: m.Link, Category: categoryName(m.Category), Language: m.Language,
		Alert: m.Alert,
	}
	if r.Category == "" {
		r.Category = strings.TrimSpace(settings[settingCategory])
	}
	r.Length = utf8.RuneCountInString(r.Text)
	for _, image := range m.Images {
		alt := adapt.Typography(image.Alt)
		if image.Decorative {
			alt = ""
		}
		r.Images = append(r.Images, channels.RenderedImage{
			MediaID: image.MediaID, SHA256: image.SHA256, Alt: alt,
			Plan: media.PlanFor(image.Width, image.Height, image.Focal, limits.Images.Spec),
		})
	}
	return r, issues
}

// Validate implements channels.Driver.
func (d Driver) Validate(r channels.Rendered, settings channels.Settings) []channels.Issue {
	var issues []channels.Issue
	report := func(code, field, message string) {
		issues = append(issues, channels.Issue{
			Severity: channels.SeverityError, Code: code, Field: field, Message: message,
		})
	}
	limits := d.Limits(settings).Images
	if r.Slug == "" || r.Key == "" {
		report("slug_missing", "title", "Enregistrez à nouveau la publication : son adresse n’est pas prête.")
	}
	if strings.TrimSpace(r.Title) == "" {
		report("title_missing", "title", "Écrivez un titre.")
	}
	if len(r.Images) > limits.Max {
		report("images_too_many", "images", fmt.Sprintf("Gardez %d images au plus.", limits.Max))
	}
	for i, image := range r.Images {
		if utf8.RuneCountInString(image.Alt) > limits.AltMax {
			report("alt_too_long", fmt.Sprintf("images[%d].alt", i),
				fmt.Sprintf("Raccourcissez la description de l’image : %d caractères au plus.", limits.AltMax))
		}
	}
	return issues
}

// categoryName is the heading under which citizens find an article: the French
// name of the product's own categories, else what the author wrote. Everything
// on the site is news, so "news" is no heading.
func categoryName(category string) string {
	switch category = strings.TrimSpace(category); category {
	case "event":
		return "Événements"
	case "news":
		return ""
	default:
		return category
	}
}

// headline is the author's title, or one made of the text; for pictures alone,
// of what they show.
func headline(m channels.Message) string {
	candidates := []string{m.Title, adapt.Headline(m.Text)}
	for _, image := range m.Images {
		candidates = append(candidates, adapt.Headline(image.Alt))
	}
	for _, text := range candidates {
		if text = oneLine(text); text != "" {
			return numbered(text, m.Alert)
		}
	}
	return "Actualité"
}

// numbered tells the articles of one alert apart.
func numbered(title string, alert *channels.Alert) string {
	if alert == nil {
		return title
	}
	return fmt.Sprintf("%s (message n°\u00a0%d)", adapt.AlertTitle(title, *alert), alert.Number)
}

// alertMessage is a message of an alert as an article of its own, which leads to
// the alert's page.
func alertMessage(m channels.Message) channels.Message {
	m.Text = adapt.FollowUp(adapt.AlertText(m.Text, "", *m.Alert), *m.Alert)
	if m.Link == "" {
		m.Link = m.Alert.URL
	}
	return m
}

func oneLine(text string) string {
	return strings.Join(strings.Fields(adapt.Typography(text)), " ")
}

// stableID is short, the same for the same key, and made of small letters and
// digits.
func stableID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:idLength])
}

// slugFor is the idempotency key: readable, and ending in the delivery's id.
func slugFor(title, key string) string {
	id := stableID(key)
	short := adapt.Slug(title, maxSlug-len(id)-1)
	if short == "" {
		short = "actualite"
	}
	return short + "-" + id
}

// hasOwnLink: the link is not in the text already.
func hasOwnLink(m channels.Message) bool {
	return m.Link != "" && !strings.Contains(m.Text, m.Link)
}

func withLink(m channels.Message) string {
	if !hasOwnLink(m) {
		return m.Text
	}
	return strings.TrimRight(m.Text, " \t\r\n") + "\n\n" + m.Link
}

// paragraphs is the text as blocks of the editor, which the older editor reads
// as plain HTML.
func paragraphs(m channels.Message) string {
	inner := adapt.Paragraphs(m.Text)
	if hasOwnLink(m) {
		inner = append(inner, anchor(m.Link))
	}
	blocks := make([]string, len(inner))
	for i, p := range inner {
		blocks[i] = "<!-- wp:paragraph -->\n<p>" + literal(p) + "</p>\n<!-- /wp:paragraph -->"
	}
	return strings.Join(blocks, "\n\n")
}

func anchor(link string) string {
	text := html.EscapeString(strings.ToValidUTF8(link, "\uFFFD"))
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return text
	}
	return `<a href="` + text + `" rel="noopener">` + text + "</a>"
}

// literal keeps what people write in brackets from being run as a shortcode.
func literal(markup string) string { return strings.ReplaceAll(markup, "[", "&#91;") }

// escape prepares plain text for a field that WordPress takes as HTML, as it
// writes it itself.
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// sameText compares markup as sent and as stored: WordPress may write line
// ends, entities and the ends of tags in another way.
func sameText(a, b string) bool {
	if a == b {
		return true
	}
	clean := func(s string) string {
		return html.UnescapeString(strings.TrimSpace(strings.NewReplacer("\r\n", "\n", " />", "/>").Replace(s)))
	}
	return clean(a) == clean(b)
}

// imageBlocks are the pictures in the article's body: all but the first, which
// is its featured image.
func imageBlocks(images []channels.RenderedImage, pictures []picture) []string {
	var blocks []string
	for i := 1; i < len(pictures); i++ {
		p := pictures[i]
		source, size := p.SourceURL, "full"
		if p.Details.Large != "" {
			source, size = p.Details.Large, "large"
		}
		blocks = append(blocks, fmt.Sprintf(
			`<!-- wp:image {"id":%d,"sizeSlug":"%s","linkDestination":"none"} -->`+"\n"+
				`<figure class="wp-block-image size-%s"><img src="%s" alt="%s" class="wp-image-%d"/></figure>`+"\n"+
				`<!-- /wp:image -->`,
			p.ID, size, size, html.EscapeString(source), literal(html.EscapeString(images[i].Alt)), p.ID))
	}
	return blocks
}

// imageBlocksOf are the image blocks of an article that stands on the site.
func imageBlocksOf(content string) []string {
	return regexp.MustCompile(`(?s)<!-- wp:image .*?<!-- /wp:image -->`).FindAllString(content, -1)
}

// body is the article's text and then its pictures.
func body(text string, images []string) string {
	return strings.TrimSpace(strings.Join(append([]string{text}, images...), "\n\n"))
}
