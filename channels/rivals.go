package channels

import (
	"cmp"
	"slices"
	"time"
)

// Span is a stretch of time; a zero End has not come yet.
type Span struct{ Start, End time.Time }

// distance is how far an instant lies outside the span.
func (s Span) distance(at time.Time) time.Duration {
	switch {
	case at.Before(s.Start):
		return s.Start.Sub(at)
	case !s.End.IsZero() && at.After(s.End):
		return at.Sub(s.End)
	default:
		return 0
	}
}

// Mine tells, of posts that all say what the probe says, which are the outcome
// of the probe's attempts and not of a rival's. made are the times of the posts;
// the answer holds their places, the earliest first.
//
// A commune may say the same thing twice on purpose, and both answers may be
// lost. Each attempt takes the post that was made nearest to it, one each; only
// what is left over then is a double, of the attempt that is nearest.
func (p Probe) Mine(made []time.Time) []int {
	attempts := append([]Span{{p.StartedAt, p.EndedAt}}, p.Rivals...)
	type pair struct {
		attempt, post int
		distance      time.Duration
	}
	var pairs []pair
	for a, span := range attempts {
		for i, at := range made {
			pairs = append(pairs, pair{a, i, span.distance(at)})
		}
	}
	// The same order for every rival that asks, whichever of them it is.
	slices.SortStableFunc(pairs, func(x, y pair) int {
		return cmp.Or(
			cmp.Compare(x.distance, y.distance),
			attempts[x.attempt].Start.Compare(attempts[y.attempt].Start),
			made[x.post].Compare(made[y.post]),
		)
	})
	owner := make([]int, len(made)) // attempt + 1; 0: nobody's yet
	served := make([]bool, len(attempts))
	for _, one := range pairs {
		if owner[one.post] == 0 && !served[one.attempt] {
			owner[one.post], served[one.attempt] = one.attempt+1, true
		}
	}
	for _, one := range pairs {
		if owner[one.post] == 0 {
			owner[one.post] = one.attempt + 1
		}
	}
	var mine []int
	for i, o := range owner {
		if o == 1 {
			mine = append(mine, i)
		}
	}
	slices.SortStableFunc(mine, func(a, b int) int { return made[a].Compare(made[b]) })
	return mine
}
