package facebook

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/media"
)

// Render implements channels.Driver.
//
// Facebook takes the whole text: nothing is ever shortened. It has no titles,
// and a headline above a text that was written to stand alone reads as a
// stutter; the title leaves only where there is no text. A link is shown as a
// card below the text. Facebook shows no card beside pictures and refuses cards
// of its own pages; there the link stands in the text, once.
func (d Driver) Render(m channels.Message, settings channels.Settings) (channels.Rendered, []channels.Issue) {
	limits := d.Limits(settings)
	if m.Alert != nil {
		m = alertMessage(m)
	}
	m.Text, m.Title, m.Link = adapt.Typography(m.Text), adapt.Typography(m.Title), strings.TrimSpace(m.Link)
	issues := channels.CheckCommon(m, limits)

	r := channels.Rendered{
		Kind: kind, Key: m.Key, Text: m.Text, Link: m.Link, Category: m.Category, Language: m.Language,
		Limit: limits.Text.Max, Alert: m.Alert,
	}
	if r.Text == "" {
		r.Text = m.Title
	}
	if m.Link != "" {
		if !isWebAddress(m.Link) {
			issues = append(issues, badLink())
		}
		if len(m.Images) > 0 || isOnFacebook(m.Link) {
			r.Text, r.Link = withLink(r.Text, m.Link), ""
		}
	}
	for _, image := range m.Images {
		alt := ""
		if !image.Decorative {
			alt = adapt.Typography(image.Alt)
		}
		r.Images = append(r.Images, channels.RenderedImage{
			MediaID: image.MediaID, SHA256: image.SHA256, Alt: alt,
			Plan: media.PlanFor(image.Width, image.Height, image.Focal, limits.Images.Spec),
		})
	}
	r.Length = adapt.Count(limits.Text.Rule, r.Text)
	if r.Length > limits.Text.Max {
		issues = append(issues, tooLong(r.Length, limits.Text.Max))
	}
	return r, issues
}

// alertMessage is a message of an alert as Facebook shows it: whole, with its
// title, and with the alert's page as its card. Facebook has no threads: a later
// message says that it is one.
func alertMessage(m channels.Message) channels.Message {
	m.Text = adapt.FollowUp(adapt.AlertText(m.Text, m.Title, *m.Alert), *m.Alert)
	if m.Link == "" {
		m.Link = m.Alert.URL
	}
	if !isWebAddress(m.Link) {
		// A card is not worth an alert that does not leave.
		m.Link = ""
	}
	return m
}

// Validate implements channels.Driver.
func (d Driver) Validate(r channels.Rendered, settings channels.Settings) []channels.Issue {
	limits := d.Limits(settings)
	// What was decorative has no alternative text any more, and that is right.
	m := channels.Message{Text: r.Text}
	for _, image := range r.Images {
		m.Images = append(m.Images, channels.Image{Alt: image.Alt, Decorative: image.Alt == ""})
	}
	issues := channels.CheckCommon(m, limits)
	if length := adapt.Count(limits.Text.Rule, r.Text); length > limits.Text.Max {
		issues = append(issues, tooLong(length, limits.Text.Max))
	}
	if r.Link != "" && !isWebAddress(r.Link) {
		issues = append(issues, badLink())
	}
	return issues
}

// withLink puts a link below a text that does not contain it.
func withLink(text, link string) string {
	switch {
	case strings.Contains(text, link):
		return text
	case text == "":
		return link
	default:
		return text + "\n\n" + link
	}
}

func isWebAddress(link string) bool {
	u, err := url.Parse(link)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && utf8.ValidString(link)
}

// isOnFacebook: the Graph API refuses such links as cards (subcode 1609008).
func isOnFacebook(link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	for _, own := range []string{"facebook.com", "fb.com", "fb.me"} {
		if host == own || strings.HasSuffix(host, "."+own) {
			return true
		}
	}
	return false
}

func tooLong(length, limit int) channels.Issue {
	return channels.Issue{
		Severity: channels.SeverityError, Code: "text_too_long", Field: "text",
		Message: fmt.Sprintf("Raccourcissez le texte : %d caractères, %d au plus sur Facebook.", length, limit),
	}
}

func badLink() channels.Issue {
	return channels.Issue{
		Severity: channels.SeverityError, Code: "link_invalid", Field: "link",
		Message: "Écrivez le lien en entier, comme https://www.commune.be/agenda.",
	}
}
