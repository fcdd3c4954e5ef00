package standby

import (
	"context"
	"errors"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// Idempotency keeps the answers to requests that carry a key.
type Idempotency interface {
	BeginIdempotent(ctx context.Context, communeID, key, requestHash string, now time.Time) (store.Idempotent, error)
	FinishIdempotent(ctx context.Context, communeID, key, owner string, status int, body []byte) error
	AbandonIdempotent(ctx context.Context, communeID, key, owner string) error
}

// keyName names a key.
type keyName struct {
	CommuneID string `json:"commune_id"`
	Key       string `json:"key"`
}

// run is a request with a key, as this process saw it. The ledger's answers are
// remembered too: the same request may come again when the ledger is away.
type run struct {
	Name       keyName   `json:"name"`
	Hash       string    `json:"hash"`
	ResourceID string    `json:"resource_id"`
	Owner      string    `json:"owner"`
	Began      time.Time `json:"began"`
	Status     int       `json:"status,omitempty"`
	Body       []byte    `json:"body,omitempty"`
	// Own: the ledger does not know of it.
	Own bool `json:"own,omitempty"`
}

// maxRuns bounds what is remembered of requests that the ledger knows.
const maxRuns = 500

// Keys are the idempotency keys of a process.
type Keys struct {
	Idempotency
	standby *Standby
}

// Keys returns the keys, which outlive the ledger's absence.
func (s *Standby) Keys(ledger Idempotency) Keys {
	s.keys = ledger
	return Keys{ledger, s}
}

// BeginIdempotent implements Idempotency.
func (k Keys) BeginIdempotent(ctx context.Context, communeID, key, requestHash string, now time.Time) (store.Idempotent, error) {
	s, name := k.standby, keyName{communeID, key}
	if s.own(name, now) || s.Away() {
		return s.beginHere(name, requestHash, now)
	}
	ledger := func(ctx context.Context) (store.Idempotent, error) {
		return k.Idempotency.BeginIdempotent(ctx, communeID, key, requestHash, now)
	}
	in, err := within(ctx, patience, ledger)
	switch {
	case err == nil:
		s.keepRun(run{Name: name, Hash: requestHash, ResourceID: in.ResourceID, Owner: in.Owner, Began: now, Status: in.Status, Body: in.Body})
		return in, nil
	case answered(err), ctx.Err() != nil:
		return in, err
	case !errors.Is(err, post.ErrFull):
		// A full disk may have room for an alert: the ballast.
		s.leave(ctx, err)
	}
	return s.beginHere(name, requestHash, now)
}

// own reports whether a key began here and is not the ledger's yet.
func (s *Standby) own(name keyName, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.runs[name]
	return r != nil && r.Own && now.Sub(r.Began) < store.IdempotencyKept
}

func (s *Standby) beginHere(name keyName, hash string, now time.Time) (store.Idempotent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.runs[name]
	switch {
	case r == nil || now.Sub(r.Began) >= store.IdempotencyKept:
		r = &run{Name: name, Hash: hash, ResourceID: s.NewID(), Owner: s.NewID(), Began: now, Own: true}
		s.runs[name] = r
	case r.Hash != hash:
		return store.Idempotent{}, store.ErrKeyReused
	case r.Status != 0:
		return store.Idempotent{Replay: true, Status: r.Status, Body: r.Body, ResourceID: r.ResourceID}, nil
	case now.Sub(r.Began) < store.IdempotencyTakeover:
		return store.Idempotent{}, store.ErrInProgress
	default:
		r.Owner, r.Began = s.NewID(), now
	}
	return store.Idempotent{Owner: r.Owner, ResourceID: r.ResourceID}, nil
}

func (s *Standby) keepRun(r run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.runs) >= maxRuns {
		for name, old := range s.runs {
			if !old.Own {
				delete(s.runs, name)
			}
		}
	}
	s.runs[r.Name] = &r
}

// FinishIdempotent implements Idempotency.
func (k Keys) FinishIdempotent(ctx context.Context, communeID, key, owner string, status int, body []byte) error {
	s, name := k.standby, keyName{communeID, key}
	s.mu.Lock()
	r := s.runs[name]
	known := r != nil && r.Owner == owner
	if known {
		r.Status, r.Body = status, body
	}
	own := known && r.Own
	s.mu.Unlock()
	if own {
		s.ring()
		return nil
	}
	_, err := either(ctx, s, nothing(func(ctx context.Context) error {
		return k.Idempotency.FinishIdempotent(ctx, communeID, key, owner, status, body)
	}), none[struct{}])
	return err
}

// AbandonIdempotent implements Idempotency.
func (k Keys) AbandonIdempotent(ctx context.Context, communeID, key, owner string) error {
	s, name := k.standby, keyName{communeID, key}
	s.mu.Lock()
	r := s.runs[name]
	own := r != nil && r.Own && r.Owner == owner
	if r != nil && r.Owner == owner && r.Status == 0 {
		delete(s.runs, name)
	}
	s.mu.Unlock()
	if own {
		return nil
	}
	_, err := either(ctx, s, nothing(func(ctx context.Context) error {
		return k.Idempotency.AbandonIdempotent(ctx, communeID, key, owner)
	}), func() (struct{}, error) { return struct{}{}, nil })
	return err
}

// runsOf are the requests of a commune that run now. It is called locked.
func (s *Standby) runsOf(communeID string) []run {
	var all []run
	for _, r := range s.runs {
		if r.Name.CommuneID == communeID && r.Status == 0 {
			kept := *r
			kept.Own = true
			all = append(all, kept)
		}
	}
	return all
}

// handKeys gives the ledger the keys that began here, with their answers. One
// that still runs, or was cut off, is kept here.
func (s *Standby) handKeys(ctx context.Context) error {
	if s.keys == nil {
		return nil
	}
	s.mu.Lock()
	var done []run
	for _, r := range s.runs {
		if r.Own && r.Status != 0 {
			done = append(done, *r)
		}
	}
	s.mu.Unlock()
	for _, r := range done {
		in, err := ask(ctx, func(ctx context.Context) (store.Idempotent, error) {
			return s.keys.BeginIdempotent(ctx, r.Name.CommuneID, r.Name.Key, r.Hash, r.Began)
		})
		if err == nil && !in.Replay {
			_, err = ask(ctx, nothing(func(ctx context.Context) error {
				return s.keys.FinishIdempotent(ctx, r.Name.CommuneID, r.Name.Key, in.Owner, r.Status, r.Body)
			}))
		}
		if err != nil && !answered(err) {
			return err
		}
		s.mu.Lock()
		if now := s.runs[r.Name]; now != nil {
			now.Own = err != nil // what the ledger refused stays ours for a day
		}
		s.mu.Unlock()
	}
	return nil
}
