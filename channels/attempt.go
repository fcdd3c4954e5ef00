package channels

import (
	"context"
	"time"
)

// StepKind names a part of publishing; the words are those of the ledger.
type StepKind string

const (
	StepUpload    StepKind = "upload"
	StepContainer StepKind = "container"
	StepPublish   StepKind = "publish"
	StepPermalink StepKind = "permalink"
)

// Attempt is one try at publishing a delivery, as the ledger sees it.
type Attempt interface {
	// Key is that of the message: the same in every attempt of a delivery.
	Key() string
	// Number counts the tries of this delivery from 1.
	Number() int
	// Step returns the remote id that this or an earlier attempt saved, unless
	// it has expired.
	Step(kind StepKind, position int) (remoteID string, ok bool)
	// SaveStep commits a remote id the moment it is known. expires is when the
	// network forgets it; zero: never. An empty remoteID says that the network
	// forgot it already: the next attempt makes it again.
	SaveStep(ctx context.Context, kind StepKind, position int, remoteID string, expires time.Time) error
	// Creating commits the point of no return. A channel calls it once,
	// immediately before the request that makes the post visible, and makes
	// that request only if Creating returned nil. Before it, an interruption is
	// proved harmless; after it, the outcome is unknown until it is read back.
	Creating(ctx context.Context) error
	// Image returns the bytes of the i-th rendered picture, encoded to its plan.
	Image(ctx context.Context, i int) (EncodedImage, error)
}

// EncodedImage is a rendition.
type EncodedImage struct {
	Data        []byte
	ContentType string
	Width       int
	Height      int
}

// Probe is what is known of an attempt whose outcome is not.
type Probe struct {
	Key string
	// Steps are the remote ids that were saved.
	Steps    []SavedStep
	Rendered Rendered
	// StartedAt and EndedAt bound the time in which the post was made, if it
	// was; read a margin of two minutes around them.
	StartedAt time.Time
	EndedAt   time.Time
	// KnownOlder are remote ids of posts that we know to be on the account and
	// to be older: a trustworthy reading shows one of them. Empty: none known.
	KnownOlder []string
	// KnownOwn are remote ids that belong to other deliveries; a match with one
	// of them is not a match.
	KnownOwn []string
	// Rivals are attempts of other deliveries of the account that say the same
	// and whose posts are not known either; Mine tells the posts apart.
	Rivals []Span
}

// SavedStep is a step of an earlier attempt.
type SavedStep struct {
	Kind     StepKind
	Position int
	RemoteID string
}

// Finding is what a reading showed.
type Finding struct {
	// Receipt is nil when the post was not seen.
	Receipt *Receipt
	// Matches counts posts that look like this one; two or more are a duplicate
	// that people must hear of.
	Matches int
	// Doubles are the matches beside Receipt.
	Doubles []Receipt
	// Trustworthy: the reading was complete and, where KnownOlder was given,
	// showed one of them. Only such readings count towards "absent".
	Trustworthy bool
}
