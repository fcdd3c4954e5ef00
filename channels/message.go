package channels

import (
	"time"

	"github.com/crieur/crieur/media"
)

// Message is what the commune wants to say on one channel: the common content
// with the channel's variant already applied.
type Message struct {
	// Key is stable over all attempts of one delivery and unique among
	// deliveries; channels that know a key or a slug use it.
	Key string
	// Title is the headline; "" where the author gave none.
	Title string
	Text  string
	// Link is the author's link; "" when there is none.
	Link string
	// ArticleURL is where the full text will stand; "" when nowhere.
	ArticleURL string
	Category   string
	// Language is a BCP 47 tag.
	Language string
	Images   []Image
	// Overridden: the text was written for this channel. It is never shortened;
	// too long is an error.
	Overridden bool
	// Alert makes it a message of an alert; nil: an ordinary post.
	Alert *Alert
}

// Alert is what a message of an alert adds. Text holds its number and its hour
// already.
type Alert struct {
	ID string `json:"id"`
	// Number counts the messages of the alert from 1.
	Number int `json:"number"`
	// Kind is "alert", "update", "correction" or "end".
	Kind     string `json:"kind"`
	Exercise bool   `json:"exercise,omitempty"`
	// URL is the alert's public page; every message leads there.
	URL string `json:"url"`
}

// Image is one picture of a message. Width and Height are those of the stored,
// upright picture.
type Image struct {
	MediaID     string
	SHA256      string
	ContentType media.Format
	Bytes       int64
	Width       int
	Height      int
	Alt         string
	Decorative  bool
	Focal       media.Focal
}

// Rendered is exactly what leaves. It is saved as JSON with the delivery, so
// fields are only added.
type Rendered struct {
	Kind  string `json:"kind"`
	Key   string `json:"key"`
	Title string `json:"title,omitempty"`
	// Text is the text as the network receives it (plain text for websites,
	// whose markup is HTML).
	Text string `json:"text"`
	// HTML is the body for websites, without the pictures' addresses, which are
	// known only after they are uploaded.
	HTML    string `json:"html,omitempty"`
	Excerpt string `json:"excerpt,omitempty"`
	Slug    string `json:"slug,omitempty"`
	Link    string `json:"link,omitempty"`
	// Article is the address of the delivery's own article where Text leads
	// there: no other delivery of the account has it.
	Article  string          `json:"article,omitempty"`
	Category string          `json:"category,omitempty"`
	Language string          `json:"language,omitempty"`
	Images   []RenderedImage `json:"images,omitempty"`
	// Length and Limit count as the network counts.
	Length int     `json:"length"`
	Limit  int     `json:"limit"`
	Cost   *Amount `json:"cost,omitempty"`
	// Shortened: the text was cut, and the full text is linked.
	Shortened bool `json:"shortened,omitempty"`
	// Alert is that of the message.
	Alert *Alert `json:"alert,omitempty"`
	// ReplyTo is the remote id of the post that this one answers. It is not
	// saved: the worker fills it in when the message leaves, from the delivery
	// that this one follows; "" where that has none.
	ReplyTo string `json:"-"`
}

// RenderedImage is one picture as it leaves.
type RenderedImage struct {
	MediaID string     `json:"media_id"`
	SHA256  string     `json:"sha256"`
	Alt     string     `json:"alt"`
	Plan    media.Plan `json:"plan"`
}

// Severity of an Issue: an error blocks publishing, a warning does not.
type Severity string

const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Issue is something wrong with a message on one channel, beside its field.
type Issue struct {
	Severity Severity `json:"severity"`
	// Code is stable, as "text_too_long".
	Code string `json:"code"`
	// Field is a path of the post, as "text" or "images[1].alt".
	Field string `json:"field"`
	// Message is plain French with the next step.
	Message string `json:"message"`
}

// HasErrors reports whether an issue blocks publishing.
func HasErrors(issues []Issue) bool {
	for _, i := range issues {
		if i.Severity == SeverityError {
			return true
		}
	}
	return false
}

// Receipt is the network's acknowledgement.
type Receipt struct {
	RemoteID string
	// URL is the public address; "" where the network did not say.
	URL string
	At  time.Time
}
