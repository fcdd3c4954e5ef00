package simulator

import "time"

// Record is one thing that a simulated network accepted. The journal of
// records is the only judge of "never twice, never lost". A record of operation
// "update" holds the whole post as it stands after the change, one of operation
// "alt" the whole picture.
type Record struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Network string    `json:"network"`
	// Account is the page, user or site.
	Account string `json:"account"`
	// Operation is "post", "media", "alt", "update", "delete".
	Operation string `json:"operation"`
	RemoteID  string `json:"remote_id"`
	URL       string `json:"url,omitempty"`
	// Title, Text, Link, Slug are as the network received them.
	Title  string        `json:"title,omitempty"`
	Text   string        `json:"text,omitempty"`
	Link   string        `json:"link,omitempty"`
	Slug   string        `json:"slug,omitempty"`
	Images []RecordImage `json:"images,omitempty"`
	// Draft: accepted, and not shown to anybody.
	Draft bool `json:"draft,omitempty"`
	// VisibleFrom is when the account's lists begin to show the post
	// (EffectHide); zero: at once.
	VisibleFrom time.Time `json:"visible_from,omitzero"`
	// Extra holds what only one network knows, by name.
	Extra map[string]string `json:"extra,omitempty"`
	// Answered is false when the network accepted and the answer was lost by a
	// fault.
	Answered bool `json:"answered"`
}

// RecordImage is one picture as the network received it.
type RecordImage struct {
	RemoteID    string `json:"remote_id"`
	SHA256      string `json:"sha256"`
	ContentType string `json:"content_type"`
	Bytes       int    `json:"bytes"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Alt         string `json:"alt"`
}
