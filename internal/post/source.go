package post

import "time"

// SourceKind is how a source is read.
type SourceKind string

const (
	// SourceFeed is RSS or Atom.
	SourceFeed SourceKind = "feed"
	// SourceWordPress is the REST API of a WordPress site, read by everybody.
	SourceWordPress SourceKind = "wordpress"
	// SourceICS is a calendar in iCalendar.
	SourceICS SourceKind = "ics"
	// SourcePlone is the REST API of Plone, as iMio's shared news and events.
	SourcePlone SourceKind = "plone"
)

// SourceKinds lists every kind.
func SourceKinds() []SourceKind {
	return []SourceKind{SourceFeed, SourceWordPress, SourceICS, SourcePlone}
}

// ImportAction is what becomes of a new item.
type ImportAction string

const (
	// ImportDraft makes a draft among the posts.
	ImportDraft ImportAction = "draft"
	// ImportProposal keeps it in the list of proposals until a person takes it.
	ImportProposal ImportAction = "proposal"
	// ImportSchedule makes a post that leaves at an hour, unless something is
	// missing; then it is a draft.
	ImportSchedule ImportAction = "schedule"
	// ImportIgnore lets it pass by.
	ImportIgnore ImportAction = "ignore"
)

// ImportActions lists every action.
func ImportActions() []ImportAction {
	return []ImportAction{ImportDraft, ImportProposal, ImportSchedule, ImportIgnore}
}

// ImportRule says what becomes of the items that it matches. The first rule of
// a source that matches counts.
type ImportRule struct {
	// Category is the name of a category of the item, whatever its accents and
	// capitals; "" matches every item.
	Category string       `json:"category,omitempty"`
	Action   ImportAction `json:"action"`
	// Channels are the ids of the channels of the post.
	Channels []string `json:"channels,omitempty"`
	// At is the hour at which a scheduled post leaves, as "09:00" in the
	// commune's zone.
	At string `json:"at,omitempty"`
	// PostCategory is the category that the post gets; "" keeps the item's
	// first one.
	PostCategory string `json:"post_category,omitempty"`
}

// Source is a place from which the commune takes over what is published there.
type Source struct {
	ID        string
	CommuneID string
	Kind      SourceKind
	Name      string
	URL       string
	// PublicURL is the page under which visitors find the items, where the
	// address of an item is that of an office: iMio's back-ends.
	PublicURL string
	Rules     []ImportRule
	// Every is the time between two polls.
	Every time.Duration
	// Backfill is how many items of the first reading are taken over; the older
	// ones count as known.
	Backfill int
	Enabled  bool

	// What the last reading left, for the next one.
	ETag         string
	LastModified string
	Cursor       string
	// Primed: a first reading is done.
	Primed bool
	// Failures counts readings in a row that failed.
	Failures int
	Failure  *Failure
	PolledAt time.Time
	NextAt   time.Time

	// Epoch grows with each claim; what a poller writes carries it.
	Epoch int64

	CreatedBy string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// ItemState is what became of an item of a source.
type ItemState string

const (
	// ItemPending: it is known, and its post is not made yet.
	ItemPending  ItemState = "pending"
	ItemProposed ItemState = "proposed"
	// ItemDrafted: a draft was made of it.
	ItemDrafted ItemState = "drafted"
	// ItemScheduled: a post with an hour was made of it.
	ItemScheduled ItemState = "scheduled"
	// ItemOurs: Crieur itself had published it there.
	ItemOurs ItemState = "ours"
	// ItemSkipped: older than the first reading takes over, or a rule says so.
	ItemSkipped  ItemState = "skipped"
	ItemDeclined ItemState = "declined"
	// ItemFailed: no post could be made of it in several tries.
	ItemFailed ItemState = "failed"
)

// ItemStates lists every state.
func ItemStates() []ItemState {
	return []ItemState{ItemPending, ItemProposed, ItemDrafted, ItemScheduled, ItemOurs, ItemSkipped, ItemDeclined, ItemFailed}
}

// ItemPicture is a picture of an item, as its source shows it.
type ItemPicture struct {
	URL string `json:"url"`
	Alt string `json:"alt,omitempty"`
	// MediaID is that in the library; "": not there yet, or not to be had.
	MediaID string `json:"media_id,omitempty"`
	// Lost: it could not be taken over, and is not tried again.
	Lost bool `json:"lost,omitempty"`
}

// ItemContent is an item, adapted for a post: plain text, whole addresses.
type ItemContent struct {
	Title      string        `json:"title"`
	Text       string        `json:"text"`
	Link       string        `json:"link,omitempty"`
	Categories []string      `json:"categories,omitempty"`
	Pictures   []ItemPicture `json:"pictures,omitempty"`
}

// Images are the pictures that are in the library, for a post.
func (c *ItemContent) Images() []Image {
	images := []Image{}
	for _, p := range c.Pictures {
		if p.MediaID != "" {
			images = append(images, Image{MediaID: p.MediaID, Alt: p.Alt})
		}
	}
	return images
}

// SourceItem is one item of a source, whatever the source does to it later.
type SourceItem struct {
	ID        string
	CommuneID string
	SourceID  string
	State     ItemState
	// Keys are the signs by which it is recognised: see internal/importing.
	Keys []string
	// Hash is that of what the item says.
	Hash    string
	Content ItemContent
	// Notes are sentences in French: why it is not what the rule wanted, and
	// what a person should look at.
	Notes []string
	// PublishedAt is the source's own date; zero: it gives none.
	PublishedAt time.Time
	// PostID is that of its post. It is chosen with the item, so that a poll
	// that was cut off makes one post and not two.
	PostID string
	// PostVersion is the version of the post that the import wrote last; a
	// higher one of the post was written by a person.
	PostVersion int
	// Changed: the source changed the item after a person had changed the post,
	// or after it had left.
	Changed bool
	// Tries counts how often its post was tried to be made.
	Tries       int
	ScheduledAt time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// ItemPage is one page of items, newest first.
type ItemPage struct {
	Items      []SourceItem
	NextCursor string
}

// ItemFilter selects items. Zero fields select everything.
type ItemFilter struct {
	SourceID string
	State    ItemState
	// Changed selects those that the source changed afterwards.
	Changed bool
	Cursor  string
	// Limit is 1 to 100; 0 means 50.
	Limit int
}

// Echo is something that the commune published through Crieur, by all the signs
// that a website may give back of it.
type Echo struct {
	ChannelID string
	// Site is the address of the website, where the channel names one.
	Site      string
	RemoteID  string
	RemoteURL string
	// Rendered is the JSON of what left.
	Rendered []byte
}
