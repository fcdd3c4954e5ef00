package site

import (
	"context"
	"html"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
)

// Among the news an alert is one article, which all its messages update: newest
// first, each with its number and hour. Its markup says which they are.

const (
	// alertCategory is what readers see of an alert among the news.
	alertCategory = "Alerte"
	// exerciseID begins the remote id of what was only rehearsed.
	exerciseID = "exercise:"
	// alertKey begins the key of an alert's article.
	alertKey = "alert-"
)

// alertSlug is the address of an alert's article: whatever it is called later.
func alertSlug(a channels.Alert) string { return "alerte-" + adapt.Slug(a.ID, 0) }

// articleKey is that of the delivery, and of an alert's article that of the
// alert.
func articleKey(r channels.Rendered) string {
	if r.Alert != nil {
		return alertKey + r.Alert.ID
	}
	return r.Key
}

// alertSection is a message in the article of its alert, below its number and
// hour. No text of a person makes headings.
func alertSection(text string, a channels.Alert) string {
	head, rest, _ := strings.Cut(text, "\n")
	return `<h2 id="message-` + strconv.Itoa(a.Number) + `">` + html.EscapeString(head) + "</h2>\n" + adapt.PlainToHTML(rest)
}

// alertSections are the messages of an article by their numbers.
func alertSections(body string) map[int]string {
	starts := regexp.MustCompile(`(?m)^<h2 id="message-([0-9]+)">`).FindAllStringSubmatchIndex(body, -1)
	sections := make(map[int]string, len(starts))
	for i, at := range starts {
		end := len(body)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		// The pattern takes nothing but digits; a number too long for a machine
		// is none of ours.
		if number, err := strconv.Atoi(body[at[2]:at[3]]); err == nil {
			sections[number] = strings.TrimSpace(body[at[0]:end])
		}
	}
	return sections
}

func saysMessage(a Article, number int) bool {
	_, ok := alertSections(a.HTML)[number]
	return ok
}

// WithEarlier puts the messages of an alert that stand in its article already
// beside those that it says now. Saying one again changes nothing; one that
// comes late takes its place below the newer ones. Articles that are not of one
// alert stay as they are.
func WithEarlier(now, before Article) Article {
	said, sections, newest := alertSections(now.HTML), alertSections(before.HTML), 0
	if now.Key != before.Key || !strings.HasPrefix(now.Key, alertKey) || len(said) == 0 {
		return now
	}
	for n, section := range said {
		sections[n], newest = section, max(newest, n)
	}
	numbers := slices.Sorted(maps.Keys(sections))
	slices.Reverse(numbers)
	all := make([]string, len(numbers))
	for i, n := range numbers {
		all[i] = sections[n]
	}
	now.HTML = strings.Join(all, "\n")
	now.Text = plainText(now.HTML)
	if numbers[0] != newest {
		now.Title, now.Excerpt, now.Language = before.Title, before.Excerpt, before.Language
	}
	if len(now.Images) == 0 {
		now.Images = before.Images
	}
	if before.PublishedAt.Before(now.PublishedAt) {
		now.PublishedAt = before.PublishedAt
	}
	return now
}

// plainText is a body that was made of plain text as that text.
func plainText(body string) string {
	text := strings.NewReplacer("<br>", "\n", "</h2>\n", "\n", "</p>\n<h2", "\n\n<h2", "</p>\n", "\n\n").Replace(body)
	return strings.TrimSpace(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(text, "")))
}

// isExercise: nothing of it may stand among the news. Its own page shows it.
func isExercise(r channels.Rendered) bool { return r.Alert != nil && r.Alert.Exercise }

func wasExercise(r channels.Receipt) bool { return strings.HasPrefix(r.RemoteID, exerciseID) }

// rehearse does what Publish does and writes nothing.
func (c *channel) rehearse(ctx context.Context, r channels.Rendered, a channels.Attempt) (channels.Receipt, error) {
	if err := a.Creating(ctx); err != nil {
		return channels.Receipt{}, &channels.Error{Kind: channels.Internal, Op: "site.publish", Err: err}
	}
	return c.rehearsed(r), nil
}

func (c *channel) rehearsed(r channels.Rendered) channels.Receipt {
	return channels.Receipt{
		RemoteID: exerciseID + r.Alert.ID + "/" + strconv.Itoa(r.Alert.Number), URL: r.Alert.URL,
		At: c.now().UTC().Truncate(time.Millisecond),
	}
}
