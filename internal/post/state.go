package post

import "slices"

// State is where a delivery stands. The words are the same in SQL, in the API
// and in the documentation.
type State string

const (
	Draft            State = "draft"
	AwaitingApproval State = "awaiting_approval"
	Scheduled        State = "scheduled"
	Held             State = "held"
	Sending          State = "sending"
	Retrying         State = "retrying"
	Unknown          State = "unknown"
	Reconciling      State = "reconciling"
	Sent             State = "sent"
	Failed           State = "failed"
	Missed           State = "missed"
	Cancelled        State = "cancelled"
)

// States lists every state in the order in which a delivery usually meets them.
func States() []State {
	return []State{
		Draft, AwaitingApproval, Scheduled, Held, Sending, Retrying,
		Unknown, Reconciling, Sent, Failed, Missed, Cancelled,
	}
}

// Transition is one allowed change of state and its reason.
type Transition struct {
	From, To State
	Because  string
}

// Transitions is the one table of what may happen to a delivery. The store
// refuses any other change, docs/states.md is generated from it, and the tests
// walk it. Nothing leaves Sent: a permalink, a statistic or a mail that fails
// afterwards can never make a published post look unpublished (rule D).
func Transitions() []Transition {
	return []Transition{
		{Draft, AwaitingApproval, "the author asks for approval"},
		{Draft, Scheduled, "the author publishes or schedules"},
		{Draft, Held, "the author publishes or schedules it while an alert holds everything else back"},
		{Draft, Cancelled, "the author gives it up"},
		{Draft, Unknown, "the send journal shows that it left before this ledger's backup was restored"},
		{AwaitingApproval, Scheduled, "somebody approves"},
		{AwaitingApproval, Held, "somebody approves while an alert holds everything else back"},
		{AwaitingApproval, Draft, "a change is asked for"},
		{AwaitingApproval, Cancelled, "refused or withdrawn"},
		{AwaitingApproval, Unknown, "the send journal shows that it left before this ledger's backup was restored"},
		{Scheduled, Sending, "its hour has come and a worker claimed it"},
		{Scheduled, Retrying, "its hour has come, and its account waits: an allowance is nearly used up, or the network answers with faults"},
		{Scheduled, Held, "an alert holds everything else back, or it came due during an outage and a person decides"},
		{Scheduled, Unknown, "the send journal shows that it left before this ledger's backup was restored"},
		{Scheduled, Missed, "its hour passed by more than the maximum lateness"},
		{Scheduled, Failed, "a check before the hour found it cannot be sent"},
		{Scheduled, Cancelled, "cancelled before its hour"},
		{Scheduled, Draft, "taken back to be reworked"},
		{Held, Scheduled, "released by a person"},
		{Held, Unknown, "the send journal shows that it left before this ledger's backup was restored"},
		{Held, Cancelled, "cancelled while held"},
		{Held, Missed, "its hour passed while it was held"},
		{Sending, Sent, "the network accepted it"},
		{Sending, Retrying, "proved not sent: DNS, refused, TLS, rate limit, or a crash before the creating call"},
		{Sending, Held, "proved not sent, and an alert holds everything else back"},
		{Sending, Unknown, "the creating call left and no clear answer came back"},
		{Sending, Failed, "the network refused it"},
		{Sending, Missed, "claimed after the maximum lateness: nothing is sent"},
		{Sending, Cancelled, "proved not sent, and a newer message of its alert was said"},
		{Retrying, Sending, "the next try is due and a worker claimed it"},
		{Retrying, Held, "an alert holds everything else back, or it came due during an outage and a person decides"},
		{Retrying, Unknown, "the send journal shows that it left before this ledger's backup was restored"},
		{Retrying, Missed, "no try succeeded within the maximum lateness"},
		{Retrying, Cancelled, "cancelled between two tries"},
		{Retrying, Failed, "a check before the try found it cannot be sent"},
		{Unknown, Reconciling, "a worker reads the account back"},
		{Unknown, Sent, "a person found the post on the network, or the send journal has its answer"},
		{Unknown, Failed, "a person found that nothing was published"},
		{Reconciling, Sent, "the post was found on the network"},
		{Reconciling, Unknown, "not settled yet: read again later, or ask a person"},
		{Reconciling, Retrying, "proved absent: sent once more; in an alert also when the account could not be read in time"},
		{Reconciling, Held, "proved absent, and an alert holds everything else back"},
		{Reconciling, Cancelled, "proved absent, and a newer message of its alert was said"},
		{Reconciling, Failed, "proved absent, and nothing may be sent again by itself"},
		{Failed, Retrying, "a person asks for another try"},
		{Failed, Held, "a person asks for another try while an alert holds everything else back"},
		{Failed, Cancelled, "given up after a failure"},
		{Failed, Unknown, "the send journal shows that it left before this ledger's backup was restored"},
		{Missed, Retrying, "a person sends it late all the same"},
		{Missed, Held, "a person sends it late all the same while an alert holds everything else back"},
		{Missed, Cancelled, "given up after it was missed"},
		{Missed, Unknown, "the send journal shows that it left before this ledger's backup was restored"},
	}
}

// May reports whether a delivery may pass from one state to another.
func May(from, to State) bool {
	return slices.ContainsFunc(Transitions(), func(t Transition) bool {
		return t.From == from && t.To == to
	})
}

// Sources returns the states from which a state may be reached. The store puts
// them into the WHERE clause of the change.
func Sources(to State) []State {
	var from []State
	for _, t := range Transitions() {
		if t.To == to {
			from = append(from, t.From)
		}
	}
	return from
}

// Valid reports whether s is one of the states.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// Final reports whether nothing more can happen to a delivery by itself or by
// a person.
func (s State) Final() bool {
	return !slices.ContainsFunc(Transitions(), func(t Transition) bool { return t.From == s })
}

// Status is the state of a whole post, derived from its deliveries.
type Status string

const (
	StatusDraft            Status = "draft"
	StatusAwaitingApproval Status = "awaiting_approval"
	StatusScheduled        Status = "scheduled"
	StatusPublishing       Status = "publishing"
	StatusPublished        Status = "published"
	StatusPartlyPublished  Status = "partly_published"
	StatusFailed           Status = "failed"
	StatusCancelled        Status = "cancelled"
)

// Statuses lists every status of a post.
func Statuses() []Status {
	return []Status{
		StatusDraft, StatusAwaitingApproval, StatusScheduled, StatusPublishing,
		StatusPublished, StatusPartlyPublished, StatusFailed, StatusCancelled,
	}
}

// StatusOf derives the status of a post. A post with no delivery is a draft.
// Work in progress wins over results, and a mixture of results is never shown
// as a success.
func StatusOf(deliveries []Delivery) Status {
	n := make(map[State]int, len(deliveries))
	for i := range deliveries {
		n[deliveries[i].State]++
	}
	total := len(deliveries)
	switch {
	case total == 0 || n[Draft] > 0:
		return StatusDraft
	case n[AwaitingApproval] > 0:
		return StatusAwaitingApproval
	case n[Sending]+n[Retrying]+n[Unknown]+n[Reconciling] > 0:
		return StatusPublishing
	case n[Cancelled] == total:
		return StatusCancelled
	case n[Scheduled]+n[Held] > 0 && n[Sent]+n[Failed]+n[Missed] > 0:
		return StatusPublishing
	case n[Scheduled]+n[Held] > 0:
		return StatusScheduled
	case n[Sent]+n[Cancelled] == total:
		return StatusPublished
	case n[Sent] > 0:
		return StatusPartlyPublished
	default:
		return StatusFailed
	}
}
