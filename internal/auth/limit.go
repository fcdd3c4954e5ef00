package auth

import (
	"sync"
	"time"
)

// maxBuckets bounds the memory of a limiter. Past it, the buckets that are full
// again are dropped; a flood of fresh keys is bounded by the other limiter.
const maxBuckets = 10_000

// limiter allows a number of tries in a minute for each key, and gives a try
// back where it turned out to be right: people who know their password never
// meet it.
type limiter struct {
	perMinute float64
	now       func() time.Time

	mu      sync.Mutex
	buckets map[string]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newLimiter(perMinute int, now func() time.Time) *limiter {
	return &limiter{perMinute: float64(perMinute), now: now, buckets: map[string]bucket{}}
}

// take takes a try. wait is how long until the next one, when there is none.
func (l *limiter) take(key string) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.refilled(key)
	if b.tokens < 1 {
		l.buckets[key] = b
		return time.Duration((1 - b.tokens) / l.perMinute * float64(time.Minute)), false
	}
	b.tokens--
	l.prune()
	l.buckets[key] = b
	return 0, true
}

// giveBack undoes a take.
func (l *limiter) giveBack(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.refilled(key)
	b.tokens = min(l.perMinute, b.tokens+1)
	l.buckets[key] = b
}

func (l *limiter) refilled(key string) bucket {
	now := l.now()
	b, ok := l.buckets[key]
	if !ok {
		return bucket{tokens: l.perMinute, at: now}
	}
	b.tokens = min(l.perMinute, b.tokens+now.Sub(b.at).Minutes()*l.perMinute)
	b.at = now
	return b
}

func (l *limiter) prune() {
	if len(l.buckets) < maxBuckets {
		return
	}
	for key := range l.buckets {
		if l.refilled(key).tokens >= l.perMinute {
			delete(l.buckets, key)
		}
	}
}
