package publishing

import (
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
