package store

import (
	"slices"
	"sync"
	"time"
)

// ring is what a ring means.
type ring string

const (
	// ringDue: something may be due sooner than known; there is an event too.
	ringDue ring = "due"
	// ringEvent: there is a new event.
	ringEvent ring = "event"
)

// bell tells the parts of this process that the ledger changed. A ring that
// nobody has heard yet swallows the next.
type bell struct {
	dispatcher chan struct{}

	mu        sync.Mutex
	listeners []chan struct{}
}

func newBell() *bell { return &bell{dispatcher: make(chan struct{}, 1)} }

func (b *bell) ring(r ring) {
	if r == ringDue {
		signal(b.dispatcher)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.listeners {
		signal(c)
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Wake is rung when this or another instance saved something that may be due
// sooner than known. It is one channel with one reader, the dispatcher. A ring
// may be lost with a connection: the dispatcher looks by itself from time to
// time.
func (s *Store) Wake() <-chan struct{} { return s.bell.dispatcher }

// Subscribe returns a channel that is rung for every change, also those that
// concern no hour: for the readers of events. leave ends it. A ring may be lost
// with a connection.
func (s *Store) Subscribe() (changed <-chan struct{}, leave func()) {
	c := make(chan struct{}, 1)
	b := s.bell
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listeners = append(b.listeners, c)
	return c, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.listeners = slices.DeleteFunc(b.listeners, func(l chan struct{}) bool { return l == c })
	}
}

// ring wakes this process and the others.
func (s *Store) ring(r ring) {
	s.bell.ring(r)
	s.engine.ring(r)
}

// ringFor is how to ring for something that is to be looked at then.
func ringFor(nextAt time.Time) ring {
	if nextAt.IsZero() {
		return ringEvent
	}
	return ringDue
}
