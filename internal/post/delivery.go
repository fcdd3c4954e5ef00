package post

import "time"

// Lane separates ordinary work from crises: each channel account publishes one
// thing at a time in each lane, and a crisis never waits behind ordinary work.
type Lane string

const (
	LaneOrdinary Lane = "ordinary"
	LaneCrisis   Lane = "crisis"
)

// Failure is why a delivery is not (or not surely) published, in words for the
// people of the town hall. Kind is a channels.Kind.
type Failure struct {
	Kind string `json:"kind"`
	// Code is stable and specific, as "facebook.190.460".
	Code     string `json:"code"`
	Message  string `json:"message"`
	NextStep string `json:"next_step"`
}

// Delivery is one post on one channel: the unit of the ledger. UNIQUE over
// (post, channel, occurrence).
type Delivery struct {
	ID         string
	CommuneID  string
	PostID     string
	ChannelID  string
	Kind       string
	Occurrence int
	// PostVersion is the content version that leaves.
	PostVersion int
	State       State
	Lane        Lane
	// ReplyTo is the delivery that this one answers on the same channel; "":
	// it stands for itself.
	ReplyTo string
	// HoldReason says why, while State is Held.
	HoldReason HoldReason
	// Preflight counts the checks before the hour that are done: a day, an
	// hour, ten minutes.
	Preflight   int
	DueAt       time.Time
	MaxLateness time.Duration
	// NextAt is when the ledger wants a worker to look at it: the due time, the
	// next try, or the next reading of an unknown outcome. Zero: no worker will
	// touch it, a person decides.
	NextAt time.Time

	// Epoch is the fencing token: it grows with each claim, and every later
	// write carries it.
	Epoch      int64
	ClaimedBy  string
	LeaseUntil time.Time
	// Claims counts claims that did not end in an outcome; three make a
	// delivery poison.
	Claims int
	// Attempts counts tries in which a network was called.
	Attempts int
	// Resends counts automatic repetitions after a proved absence: at most one.
	Resends int
	// CleanReads counts the readings of an unknown outcome that were
	// trustworthy and did not show the post; FirstCleanReadAt is the first.
	CleanReads       int
	FirstCleanReadAt time.Time

	// Rendered is the JSON of channels.Rendered: exactly what leaves.
	Rendered []byte
	// Fingerprint is the SHA-256 of the canonical text and the pictures.
	Fingerprint string

	SentAt    time.Time
	RemoteID  string
	RemoteURL string
	// RemovedAt is when the network confirmed that a person had the post taken
	// away there; it was sent all the same. CorrectedAt is when its text was last
	// replaced there. Both zero: it stands as it left.
	RemovedAt   time.Time
	RemovedBy   string
	CorrectedAt time.Time
	CorrectedBy string
	Failure     *Failure
	UpdatedAt   time.Time
}

// NeedsPerson reports whether only a person can move the delivery on.
func (d *Delivery) NeedsPerson() bool { return d.State == Unknown && d.NextAt.IsZero() }

// Verdict is how a person settles an unknown outcome.
type Verdict struct {
	Sent      bool
	RemoteURL string
	// Failure is what the delivery shows when nothing was published.
	Failure *Failure
	At      time.Time
}

// Standing is what a network shows of a sent delivery after its text was
// replaced there.
type Standing struct {
	Rendered    []byte
	Fingerprint string
	// RemoteURL is "" where the address did not change.
	RemoteURL string
}

// Outcome is how an attempt ended.
type Outcome string

const (
	// OutcomeRunning is an attempt without an end: running, or cut off.
	OutcomeRunning  Outcome = ""
	OutcomeAccepted Outcome = "accepted"
	// OutcomeNotSent is proved: nothing was published.
	OutcomeNotSent  Outcome = "not_sent"
	OutcomeRefused  Outcome = "refused"
	OutcomeUnknown  Outcome = "unknown"
	OutcomeResolved Outcome = "resolved"
)

// Attempt is one try at publishing a delivery. Rows are only added and ended,
// and the start is committed before the first byte leaves.
type Attempt struct {
	DeliveryID string
	Number     int
	Epoch      int64
	StartedAt  time.Time
	// CreatingAt is committed immediately before the call that makes the post
	// visible. An attempt that was cut off before it is proved not sent; after
	// it, the outcome is unknown.
	CreatingAt time.Time
	EndedAt    time.Time
	Outcome    Outcome
	Failure    *Failure
	HTTPStatus int
}

// StepKind is a part of publishing that a network numbers on its own.
type StepKind string

const (
	StepUpload    StepKind = "upload"
	StepContainer StepKind = "container"
	StepPublish   StepKind = "publish"
	StepPermalink StepKind = "permalink"
	StepComment   StepKind = "comment"
)

// Step is a remote object made on the way, committed the moment that its
// remote id is known, so that a later attempt takes it up instead of making it
// again.
type Step struct {
	Kind     StepKind
	Position int
	RemoteID string
	// ExpiresAt is when the network forgets it; zero: never.
	ExpiresAt time.Time
	At        time.Time
}
