package channels

import "time"

// Budget is what a network said is left of one allowance of an account.
type Budget struct {
	// Bucket names the allowance within its kind of network, as "posts".
	Bucket string
	// Total is the whole allowance, in calls; 100 where the network speaks in
	// percent, 0 where it does not say.
	Total int
	// Remaining is what is left of it, in the same unit, and not below 0.
	Remaining int
	// ResetsAt is when the allowance is whole again; zero: the network does not
	// say.
	ResetsAt time.Time
	// ReadOnly: only readings spend it, so it holds no publication back.
	ReadOnly bool
}

// BucketRetryAfter is the bucket of a network that only says until when it
// wants to be left alone.
const BucketRetryAfter = "retry_after"

// RetryAfterBudget is the budget of a Retry-After; none for the zero time.
func RetryAfterBudget(until time.Time) []Budget {
	if until.IsZero() {
		return nil
	}
	return []Budget{{Bucket: BucketRetryAfter, ResetsAt: until}}
}

// Told hands what an answer says of the account's allowances to whoever
// listens.
func (d Deps) Told(budgets []Budget) {
	if d.Budgets != nil && len(budgets) > 0 {
		d.Budgets(budgets)
	}
}
