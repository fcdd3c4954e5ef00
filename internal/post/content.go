package post

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Point is a place in a picture, as fractions of its width and height, both in
// [0, 1], from the top left corner.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Image is a picture as one post uses it. The alternative text belongs to the
// use and not to the file, because context and language differ from post to
// post.
type Image struct {
	MediaID string `json:"media_id"`
	// Alt is required unless Decorative: accessibility law binds public bodies.
	Alt        string `json:"alt"`
	Decorative bool   `json:"decorative,omitempty"`
	// Focal is what a crop must keep; nil means the centre.
	Focal *Point `json:"focal,omitempty"`
}

// Content is one immutable version of what a post says.
type Content struct {
	Title    string  `json:"title"`
	Text     string  `json:"text"`
	Link     string  `json:"link,omitempty"`
	Category string  `json:"category,omitempty"`
	Images   []Image `json:"images,omitempty"`
}

// headlineLength is how much of a title or text people recognise a post by, in
// code points.
const headlineLength = 60

// Headline is how people recognise a post: the beginning of its title, or of its
// text, on one line, or words that say that it has neither.
func (c *Content) Headline() string {
	text := strings.Join(strings.Fields(c.Title), " ")
	if text == "" {
		text = strings.Join(strings.Fields(c.Text), " ")
	}
	if text == "" {
		return "sans titre"
	}
	if utf8.RuneCountInString(text) <= headlineLength {
		return text
	}
	cut := string([]rune(text)[:headlineLength])
	if space := strings.LastIndexByte(cut, ' '); space > headlineLength/2 {
		cut = cut[:space]
	}
	return cut + "…"
}

// Variant replaces parts of the common content on one channel. A nil field
// keeps the common one.
type Variant struct {
	ChannelID string  `json:"channel_id"`
	Title     *string `json:"title,omitempty"`
	Text      *string `json:"text,omitempty"`
}

// Mode says when a post leaves.
type Mode string

const (
	ModeNow   Mode = "now"
	ModeAt    Mode = "at"
	ModeDraft Mode = "draft"
)

// Schedule is what the author asked for. The wall time and the zone are kept,
// and the instant is computed from them, so that a change of the zone's rules
// can be followed.
type Schedule struct {
	Mode Mode `json:"mode"`
	// Wall is a local time without offset, "2006-01-02T15:04" or with seconds,
	// in Zone; or an RFC 3339 instant with offset.
	Wall string `json:"at,omitempty"`
	Zone string `json:"zone,omitempty"`
	// DueAt is the instant; zero for a draft.
	DueAt time.Time `json:"-"`
}

// Post is what the author entered once. Its status is derived from its
// deliveries and never stored.
type Post struct {
	ID        string
	CommuneID string
	AuthorID  string
	// UpdatedBy is the person who wrote it last; "" where a program did.
	UpdatedBy string
	// Key is unique in the commune and stays over versions. Public addresses
	// and the networks' idempotency keys are made from it.
	Key string
	// BroadcastID is the alert whose message this is; "" for every other post.
	BroadcastID string
	// Version counts content versions from 1; it is the ETag of the post.
	Version  int
	Content  Content
	Variants []Variant
	Schedule Schedule
	// MaxLateness is how long after its due time the post may still leave.
	MaxLateness time.Duration
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Deliveries  []Delivery
}

// DefaultMaxLateness is how late a post may leave before it is missed instead:
// a stale notice ("road open today") is a false one.
const DefaultMaxLateness = 2 * time.Hour

// Variant returns the variant for a channel, or nil.
func (p *Post) Variant(channelID string) *Variant {
	for i := range p.Variants {
		if p.Variants[i].ChannelID == channelID {
			return &p.Variants[i]
		}
	}
	return nil
}
