package standby

import (
	"slices"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// actKind is what a person did about an alert while the ledger was away.
type actKind string

const (
	actOpened    actKind = "opened"
	actConfirmed actKind = "confirmed"
	actAbandoned actKind = "abandoned"
	actSaid      actKind = "said"
)

// deed is one act, in the words of the ledger, which is told of it later.
type deed struct {
	Kind  actKind            `json:"kind"`
	Entry post.RegisterEntry `json:"entry"`
	// Broadcast is the alert as it was opened; nil: it is known to the ledger.
	Broadcast *post.Broadcast `json:"broadcast,omitempty"`
	// Message and Post are what was said.
	Message *post.BroadcastMessage `json:"message,omitempty"`
	Post    *post.Post             `json:"post,omitempty"`
	// UserID and Reason are of a decision.
	UserID string `json:"user_id,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// alert is one alert about which something was done without the ledger.
type alert struct {
	// b is the whole board, with all that happened since.
	b     post.Broadcast
	deeds []deed
	// tries are the calls of each delivery that left from here.
	tries map[string][]try
	// prior counts the calls of each delivery that a worker made, or may have,
	// before the ledger went away.
	prior map[string]int
	// running are the deliveries that are being brought to an outcome.
	running map[string]bool
	// handing: the ledger is taking it over, and no new call may begin. handed:
	// it has.
	handing, handed bool
	// epochs are those of the deliveries in the ledger once it has them.
	epochs map[string]post.Delivery
}

// try is one creating call.
type try struct {
	Number int       `json:"number"`
	At     time.Time `json:"at"`
	// Outcome is OutcomeRunning until the answer.
	Outcome   post.Outcome `json:"outcome,omitempty"`
	EndedAt   time.Time    `json:"ended_at,omitzero"`
	RemoteID  string       `json:"remote_id,omitempty"`
	RemoteURL string       `json:"remote_url,omitempty"`
}

// delivery finds a delivery on the board; nil: it has none.
func (a *alert) delivery(id string) *post.Delivery {
	for i := range a.b.Messages {
		for j := range a.b.Messages[i].Deliveries {
			if d := &a.b.Messages[i].Deliveries[j]; d.ID == id {
				return d
			}
		}
	}
	return nil
}

// say puts a message on the board. What an earlier one has not said yet is
// superseded.
func (a *alert) say(m post.BroadcastMessage, p *post.Post, now time.Time) {
	for i := range a.b.Messages {
		for j := range a.b.Messages[i].Deliveries {
			d := &a.b.Messages[i].Deliveries[j]
			if d.State == post.Scheduled || d.State == post.Retrying {
				d.State, d.NextAt, d.UpdatedAt = post.Cancelled, time.Time{}, now
			}
		}
	}
	m.Deliveries = slices.Clone(p.Deliveries)
	a.b.Messages = append(a.b.Messages, m)
	if !m.NextUpdateAt.IsZero() || m.Kind != post.MessageAlert {
		a.b.NextUpdateAt = m.NextUpdateAt
	}
	if m.Kind == post.MessageEnd {
		a.b.Status, a.b.EndedBy, a.b.EndedAt, a.b.NextUpdateAt = post.BroadcastEnded, m.CreatedBy, m.CreatedAt, time.Time{}
	}
}

// confirm lets what awaited a second person leave.
func (a *alert) confirm(userID, reason string, now time.Time) {
	a.b.Status, a.b.ConfirmedBy, a.b.ConfirmedAt, a.b.BreakGlass = post.BroadcastActive, userID, now, reason
	for i := range a.b.Messages {
		for j := range a.b.Messages[i].Deliveries {
			if d := &a.b.Messages[i].Deliveries[j]; d.State == post.AwaitingApproval {
				d.State, d.DueAt, d.NextAt, d.UpdatedAt = post.Scheduled, now, now, now
			}
		}
	}
}

func (a *alert) abandon(userID string, now time.Time) {
	a.b.Status, a.b.EndedBy, a.b.EndedAt = post.BroadcastAbandoned, userID, now
	for i := range a.b.Messages {
		for j := range a.b.Messages[i].Deliveries {
			if d := &a.b.Messages[i].Deliveries[j]; d.State == post.AwaitingApproval {
				d.State, d.NextAt, d.UpdatedAt = post.Cancelled, time.Time{}, now
			}
		}
	}
}

// do plays an act. It is the one way in which a board changes by people, also
// when the record is read again.
func (a *alert) do(d deed) {
	now := d.Entry.At
	switch d.Kind {
	case actOpened:
		a.b = *d.Broadcast
		a.b.Messages = nil
		a.say(*d.Message, d.Post, now)
	case actSaid:
		a.say(*d.Message, d.Post, now)
	case actConfirmed:
		a.confirm(d.UserID, d.Reason, now)
	case actAbandoned:
		a.abandon(d.UserID, now)
	}
	a.deeds = append(a.deeds, d)
}

// leaving lists the deliveries that are to be brought to an outcome from here:
// those of the newest message, and of earlier ones what left from here.
func (a *alert) leaving() []string {
	var ids []string
	for i := range a.b.Messages {
		for j := range a.b.Messages[i].Deliveries {
			d := &a.b.Messages[i].Deliveries[j]
			waits := d.State == post.Scheduled || d.State == post.Retrying || d.State == post.Unknown
			if waits && (i == len(a.b.Messages)-1 || len(a.tries[d.ID]) > 0) {
				ids = append(ids, d.ID)
			}
		}
	}
	return ids
}

// newest reports whether a delivery is one of the newest message.
func (a *alert) newest(id string) bool {
	last := len(a.b.Messages) - 1
	return last >= 0 && slices.ContainsFunc(a.b.Messages[last].Deliveries, func(d post.Delivery) bool { return d.ID == id })
}

// board is a copy of the alert that nobody else changes.
func (a *alert) board() post.Broadcast {
	b := a.b
	b.Messages = slices.Clone(b.Messages)
	for i := range b.Messages {
		b.Messages[i].Deliveries = slices.Clone(b.Messages[i].Deliveries)
	}
	return b
}
