package publishing

import (
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

// Draft is what a person entered: a post before it has an id.
type Draft struct {
	// ID is the id that the post must take, so that a request which is repeated
	// after a crash makes one post and not two; "" lets the service choose.
	ID        string
	Content   post.Content
	Channels  []string
	Overrides map[string]Override
	Schedule  post.Schedule
	// MaxLateness is how late it may still leave; 0: post.DefaultMaxLateness.
	MaxLateness time.Duration
}

// Override replaces parts of the common content on one channel.
type Override struct {
	Title *string
	Text  *string
}

// Patch changes a post that has not left yet. Nil fields stay.
type Patch struct {
	Title     *string
	Text      *string
	Link      *string
	Category  *string
	Images    *[]post.Image
	Channels  *[]string
	Overrides *map[string]Override
	Schedule  *post.Schedule
	// MaxLateness replaces how late it may still leave; 0: it stays.
	MaxLateness time.Duration
}

// Preview is exactly what would leave on one channel, and what is wrong with
// it.
type Preview struct {
	// ChannelID is "" for a preview by kind.
	ChannelID string
	Kind      string
	Rendered  channels.Rendered
	Issues    []channels.Issue
}
