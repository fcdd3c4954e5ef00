package post

import "time"

// Budget is what a network last said is left of one allowance of a channel.
type Budget struct {
	// Bucket names the allowance within its kind of network.
	Bucket string
	// Total is the whole allowance: calls, or 100 for a percentage; 0: not said.
	Total int
	// Remaining is what was left of it at SeenAt.
	Remaining int
	// ResetsAt is when it is whole again; zero: the network did not say.
	ResetsAt time.Time
	SeenAt   time.Time
	// ReadOnly: only readings spend it.
	ReadOnly bool
}

const (
	// reserveShare of an allowance, and reserveCalls at least, are kept for
	// crises.
	reserveShare = 5
	reserveCalls = 3
	// budgetMemory is how long a word without an end holds work back: the
	// windows of such networks roll, so one call then shows what came free.
	budgetMemory = 10 * time.Minute
)

// Reserve is how much of the allowance belongs to crises: a fifth, three calls
// at least, and never all of it.
func (b Budget) Reserve() int {
	return min(max((b.Total+reserveShare-1)/reserveShare, reserveCalls), max(b.Total-1, 0))
}

// HoldsUntil is when an ordinary publication may spend of the allowance; zero:
// at once.
func (b Budget) HoldsUntil(now time.Time) time.Time {
	if b.ReadOnly || b.Remaining > b.Reserve() {
		return time.Time{}
	}
	end := b.ResetsAt
	if end.IsZero() {
		end = b.SeenAt.Add(budgetMemory)
	}
	if !end.After(now) {
		return time.Time{}
	}
	return end
}

// Breaker is an account or a network that answered with faults so often that
// nothing ordinary is published there until a reading succeeds.
type Breaker struct {
	// Scope is "channel:ID" or "network:KIND".
	Scope string
	// ChannelID is the account that is read to find out.
	ChannelID string
	// Kind of network; practice accounts are a network of their own.
	Kind     string
	OpenedAt time.Time
	// ProbeAt is the next reading.
	ProbeAt time.Time
	// Probes counts the readings so far.
	Probes int
}

// ChannelHealth is what is known of a channel beside its status.
type ChannelHealth struct {
	Budgets []Budget
	// Breakers are the account's own and its network's, as far as they are open.
	Breakers []Breaker
}

// HoldsUntil is when every allowance lets an ordinary publication pass; zero:
// at once.
func (h ChannelHealth) HoldsUntil(now time.Time) time.Time {
	var until time.Time
	for _, b := range h.Budgets {
		if end := b.HoldsUntil(now); end.After(until) {
			until = end
		}
	}
	return until
}

// Broken is the breaker that opened last.
func (h ChannelHealth) Broken() (Breaker, bool) {
	var last Breaker
	for _, b := range h.Breakers {
		if b.OpenedAt.After(last.OpenedAt) {
			last = b
		}
	}
	return last, len(h.Breakers) > 0
}

// ChannelScope is the scope of an account's own breaker.
func ChannelScope(channelID string) string { return "channel:" + channelID }

// BreakerRule says when breakers open and how they are tried.
type BreakerRule struct {
	// Troubles within Window open an account's breaker.
	Troubles int
	Window   time.Duration
	// Accounts of one network with an open breaker open the network's.
	Accounts int
	// FirstProbe is how long an open breaker rests before the first reading;
	// ProbeEvery is the time between readings at least.
	FirstProbe, ProbeEvery time.Duration
}

// DefaultBreakerRule is that of the product.
func DefaultBreakerRule() BreakerRule {
	return BreakerRule{Troubles: 5, Window: 2 * time.Minute, Accounts: 3, FirstProbe: 30 * time.Second, ProbeEvery: time.Minute}
}
