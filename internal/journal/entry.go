package journal

import (
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Event is what a line tells.
type Event string

const (
	// Started: the creating call is about to leave.
	Started Event = "started"
	// Ended: the network's answer was understood, or not.
	Ended Event = "ended"
	// Recovered: the ledger was compared with every line before this one.
	Recovered Event = "recovered"
)

// Entry is one line.
type Entry struct {
	Event Event `json:"event"`
	// Ledger names the ledger that the attempt belongs to.
	Ledger     string `json:"ledger"`
	DeliveryID string `json:"delivery_id,omitempty"`
	CommuneID  string `json:"commune_id,omitempty"`
	PostID     string `json:"post_id,omitempty"`
	ChannelID  string `json:"channel_id,omitempty"`
	Kind       string `json:"kind,omitempty"`
	// Attempt is the number of the try, from 1.
	Attempt int       `json:"attempt,omitempty"`
	DueAt   time.Time `json:"due_at,omitzero"`
	// Key is the post's key at the network; Fingerprint that of what leaves.
	Key         string `json:"key,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	// Outcome, RemoteID and RemoteURL are of an end.
	Outcome   post.Outcome `json:"outcome,omitempty"`
	RemoteID  string       `json:"remote_id,omitempty"`
	RemoteURL string       `json:"remote_url,omitempty"`
	// StartedAt, in an end, is At of its start.
	StartedAt time.Time `json:"started_at,omitzero"`
	// Recovery is the id of the recovery, in a Recovered line.
	Recovery string `json:"recovery,omitempty"`
	// At is the moment, to the millisecond. That of a start is also the
	// ledger's creating_at of the attempt: the delivery and it name the attempt
	// for good, while numbers begin anew in a ledger that was put back.
	At time.Time `json:"at"`
}
