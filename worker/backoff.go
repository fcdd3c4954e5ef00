package worker

import (
	"math/rand/v2"
	"time"
)

// firstReading is the time between an unclear answer and the first look at the
// account: most networks show a post by then.
const firstReading = 5 * time.Second

// retryWaits are the times between tries that were proved not sent.
func retryWaits() []time.Duration {
	return []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute}
}

// readingWaits are the times between readings of an unknown outcome. Together
// they last a little over a quarter of an hour; then a person is asked.
func readingWaits() []time.Duration {
	return []time.Duration{15 * time.Second, 45 * time.Second, 2 * time.Minute, 2 * time.Minute, 5 * time.Minute, 5 * time.Minute}
}

// retryAt is when to try again after the n-th attempt, from 1, with 10 % of
// jitter so that accounts do not come back together.
func retryAt(now time.Time, n int) time.Time {
	waits := retryWaits()
	wait := waits[min(max(n, 1), len(waits))-1]
	jitter := time.Duration(rand.Int64N(int64(wait) / 10)) // #nosec G404 -- spreads load, guards nothing
	return now.Add(wait + jitter)
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
