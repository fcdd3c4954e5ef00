package channels

import "github.com/crieur/crieur/media"

// CountRule is how a network counts text.
type CountRule string

const (
	// CountCodePoints counts Unicode code points.
	CountCodePoints CountRule = "code_points"
	// CountXWeighted counts as X does: NFC, links 23, emoji 2, some ranges 2.
	CountXWeighted CountRule = "x_weighted"
)

// Source is where a limit was read, and when.
type Source struct {
	URL  string `json:"url"`
	Date string `json:"date"`
}

// TextLimit bounds one text. Max 0 means no bound.
type TextLimit struct {
	Max    int       `json:"max"`
	Rule   CountRule `json:"rule"`
	Source Source    `json:"source"`
}

// ImageLimit bounds the pictures of one post.
type ImageLimit struct {
	Max int `json:"max"`
	// AltMax bounds one alternative text, in code points; 0: the network takes
	// no alternative text.
	AltMax int        `json:"alt_max"`
	Spec   media.Spec `json:"spec"`
	Source Source     `json:"source"`
}

// Limits are what a network takes, as data: the forms show them, the renderer
// obeys them, and validation uses the same values at compose time and at send
// time.
type Limits struct {
	// Title.Max 0 with TitleUsed false: the network has no titles.
	TitleUsed     bool       `json:"title_used"`
	TitleRequired bool       `json:"title_required"`
	Title         TextLimit  `json:"title"`
	Text          TextLimit  `json:"text"`
	Images        ImageLimit `json:"images"`
	// LinkLength is what a link counts for; 0: as it is written.
	LinkLength int  `json:"link_length"`
	Cost       Cost `json:"cost"`
}

// Cost is what the network charges for a post. Amounts are per post.
type Cost struct {
	Currency string  `json:"currency,omitempty"`
	Post     float64 `json:"post,omitempty"`
	WithLink float64 `json:"with_link,omitempty"`
	AltText  float64 `json:"alt_text,omitempty"`
	Source   Source  `json:"source"`
}

// Amount is money.
type Amount struct {
	Amount   float64 `json:"amount"`
	Currency string  `json:"currency"`
}
