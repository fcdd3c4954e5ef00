package post

import (
	"slices"
	"time"
)

// Slot is an hour of the week at which the commune likes to publish.
type Slot struct {
	// Weekday is 1 for Monday to 7 for Sunday.
	Weekday int `json:"weekday"`
	// At is the hour on the wall, "12:15".
	At string `json:"at"`
}

// HashtagGroup is a set of tags that are put into a text together.
type HashtagGroup struct {
	Name string `json:"name"`
	// Tags begin with #.
	Tags []string `json:"tags"`
}

// PublishingSettings are a commune's slots, its signature and its tags.
type PublishingSettings struct {
	CommuneID string
	// Version counts the changes from 1; 0: nothing was saved yet.
	Version int
	Slots   []Slot
	// Signature is offered at the end of a text.
	Signature     string
	HashtagGroups []HashtagGroup
	UpdatedAt     time.Time
}

// PlanFeed is a person's private feed of the plan. Its address is not kept.
type PlanFeed struct {
	CommuneID string
	UserID    string
	// Hash is of the secret in the address.
	Hash      string
	CreatedAt time.Time
}

// PlannedPost is as much of a post as a calendar shows.
type PlannedPost struct {
	ID       string
	Version  int
	Title    string
	Text     string
	Category string
	// ImageID is the first picture's; "" is none.
	ImageID string
	// DueAt is zero for a draft without an hour.
	DueAt     time.Time
	UpdatedAt time.Time
	// BroadcastID is the alert whose message it is; "" for every other post.
	BroadcastID string
	Status      Status
	// Channels are its deliveries, one for each channel.
	Channels []PlannedChannel
	// Series is what it belongs to; nil: nothing.
	Series *SeriesLink
}

// PlannedChannel is where a post leaves, or left.
type PlannedChannel struct {
	ID    string
	Kind  string
	State State
}

// Lock is why a post may not be moved to another hour.
type Lock string

const (
	Movable         Lock = ""
	LockedPublished Lock = "published"
	LockedLeaving   Lock = "leaving"
	LockedCancelled Lock = "cancelled"
	LockedAlert     Lock = "alert"
)

// Lock says why the post may not be moved. What failed or was missed may be
// given another hour, as long as nothing of the post is out.
func (p *PlannedPost) Lock() Lock {
	is := func(states ...State) bool {
		return slices.ContainsFunc(p.Channels, func(c PlannedChannel) bool { return slices.Contains(states, c.State) })
	}
	switch {
	case p.BroadcastID != "":
		return LockedAlert
	case p.Status == StatusCancelled:
		return LockedCancelled
	case is(Sending, Retrying, Unknown, Reconciling):
		return LockedLeaving
	case is(Sent):
		return LockedPublished
	}
	return Movable
}
