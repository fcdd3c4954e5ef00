package standby

import (
	"context"
	"errors"
	"time"

	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/post"
)

// Accounts are the accounts by which people are known: those of the ledger, or
// while it is away those who may alert.
type Accounts struct {
	auth.Store
	standby *Standby
}

var _ auth.Store = Accounts{}

// Accounts returns the accounts, which outlive the ledger's absence.
func (s *Standby) Accounts(ledger auth.Store) Accounts {
	s.accounts = ledger
	return Accounts{ledger, s}
}

// CommuneByID implements auth.Store.
func (a Accounts) CommuneByID(ctx context.Context, id string) (post.Commune, error) {
	return knownOr(ctx, a.standby, func(ctx context.Context) (post.Commune, error) { return a.Store.CommuneByID(ctx, id) },
		func() (post.Commune, error) { return a.standby.commune(id) })
}

// UserByID implements auth.Store.
func (a Accounts) UserByID(ctx context.Context, communeID, id string) (post.User, error) {
	return knownOr(ctx, a.standby, func(ctx context.Context) (post.User, error) { return a.Store.UserByID(ctx, communeID, id) },
		func() (post.User, error) {
			if u, ok := a.standby.copied().users[id]; ok && u.CommuneID == communeID {
				return u, nil
			}
			return none[post.User]()
		})
}

// UserByEmail implements auth.Store.
func (a Accounts) UserByEmail(ctx context.Context, email string) (post.User, error) {
	return knownOr(ctx, a.standby, func(ctx context.Context) (post.User, error) { return a.Store.UserByEmail(ctx, email) },
		func() (post.User, error) {
			for _, u := range a.standby.copied().users {
				if u.Email == email {
					return u, nil
				}
			}
			// The same answer for everybody who is not in the copy, account or not.
			return none[post.User]()
		})
}

// AnyUser implements auth.Store. Where there is a copy there is an account.
func (a Accounts) AnyUser(ctx context.Context) (bool, error) {
	return knownOr(ctx, a.standby, a.Store.AnyUser, func() (bool, error) {
		if len(a.standby.copied().users) == 0 {
			return none[bool]()
		}
		return true, nil
	})
}

// CreateSession implements auth.Store. One that begins while the ledger is away
// is given to it later.
func (a Accounts) CreateSession(ctx context.Context, v auth.Session) error {
	s := a.standby
	_, err := either(ctx, s, nothing(func(ctx context.Context) error { return a.Store.CreateSession(ctx, v) }), func() (struct{}, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.begun[v.Hash] = v
		return struct{}{}, nil
	})
	if err == nil {
		s.Changed()
	}
	return err
}

// SessionByHash implements auth.Store.
func (a Accounts) SessionByHash(ctx context.Context, hash string) (auth.Session, error) {
	s := a.standby
	s.mu.Lock()
	here, ok := s.begun[hash]
	ended := s.ended[hash]
	s.mu.Unlock()
	switch {
	case ended:
		return auth.Session{}, post.ErrNotFound
	case ok:
		return here, nil
	}
	return knownOr(ctx, s, func(ctx context.Context) (auth.Session, error) { return a.Store.SessionByHash(ctx, hash) },
		func() (auth.Session, error) {
			// Sessions are the one part of the copy that changes: read it locked.
			s.mu.Lock()
			defer s.mu.Unlock()
			if v, ok := s.known.sessions[hash]; ok {
				return v, nil
			}
			return none[auth.Session]()
		})
}

// TouchSession implements auth.Store.
func (a Accounts) TouchSession(ctx context.Context, hash string, at time.Time) error {
	return a.session(ctx, hash, func(ctx context.Context) error { return a.Store.TouchSession(ctx, hash, at) }, func(v *auth.Session) {
		if at.After(v.SeenAt) {
			v.SeenAt = at
		}
	})
}

// ProveSession implements auth.Store.
func (a Accounts) ProveSession(ctx context.Context, hash string, at time.Time) error {
	return a.session(ctx, hash, func(ctx context.Context) error { return a.Store.ProveSession(ctx, hash, at) }, func(v *auth.Session) { v.ProvedAt = at })
}

// session changes a session in the ledger, or here.
func (a Accounts) session(ctx context.Context, hash string, ledger func(context.Context) error, change func(*auth.Session)) error {
	s := a.standby
	here := func() (struct{}, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		v, ok := s.begun[hash]
		if !ok {
			if v, ok = s.known.sessions[hash]; !ok {
				return none[struct{}]()
			}
		}
		change(&v)
		if _, begun := s.begun[hash]; begun {
			s.begun[hash] = v
		} else {
			s.known.sessions[hash] = v
		}
		return struct{}{}, nil
	}
	s.mu.Lock()
	_, begun := s.begun[hash]
	s.mu.Unlock()
	if begun {
		_, err := here()
		return err
	}
	_, err := either(ctx, s, nothing(ledger), here)
	if err == nil {
		// The copy is not to be behind what this process did itself.
		_, _ = here() // a session that the copy does not have is read with the next one
	}
	return err
}

// DeleteSession implements auth.Store.
func (a Accounts) DeleteSession(ctx context.Context, hash string) error {
	s := a.standby
	_, err := either(ctx, s, nothing(func(ctx context.Context) error { return a.Store.DeleteSession(ctx, hash) }), func() (struct{}, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ended[hash] = true
		return struct{}{}, nil
	})
	s.mu.Lock()
	delete(s.begun, hash)
	delete(s.known.sessions, hash)
	s.mu.Unlock()
	return err
}

// TokenByHash implements auth.Store.
func (a Accounts) TokenByHash(ctx context.Context, hash string) (auth.Token, error) {
	return knownOr(ctx, a.standby, func(ctx context.Context) (auth.Token, error) { return a.Store.TokenByHash(ctx, hash) },
		func() (auth.Token, error) {
			if t, ok := a.standby.copied().tokens[hash]; ok {
				return t, nil
			}
			return none[auth.Token]()
		})
}

// TouchToken implements auth.Store. When a token was used last is no reason to
// wait.
func (a Accounts) TouchToken(ctx context.Context, communeID, id string, at time.Time) error {
	_, err := either(ctx, a.standby, nothing(func(ctx context.Context) error { return a.Store.TouchToken(ctx, communeID, id, at) }),
		func() (struct{}, error) { return struct{}{}, nil })
	return err
}

// CreateToken implements auth.Store.
func (a Accounts) CreateToken(ctx context.Context, t auth.Token) error {
	defer a.standby.Changed()
	return a.Store.CreateToken(ctx, t)
}

// DeleteToken implements auth.Store.
func (a Accounts) DeleteToken(ctx context.Context, communeID, userID, id string) error {
	defer a.standby.Changed()
	return a.Store.DeleteToken(ctx, communeID, userID, id)
}

// SetUserCrisis implements auth.Store.
func (a Accounts) SetUserCrisis(ctx context.Context, communeID, userID string, crisis bool) (post.User, error) {
	defer a.standby.Changed()
	return a.Store.SetUserCrisis(ctx, communeID, userID, crisis)
}

// handSessions gives the ledger the sessions that began and ended here.
func (s *Standby) handSessions(ctx context.Context) error {
	if s.accounts == nil {
		return nil
	}
	s.mu.Lock()
	begun, ended := make([]auth.Session, 0, len(s.begun)), make([]string, 0, len(s.ended))
	for _, v := range s.begun {
		begun = append(begun, v)
	}
	for hash := range s.ended {
		ended = append(ended, hash)
	}
	s.mu.Unlock()
	for _, v := range begun {
		_, err := ask(ctx, nothing(func(ctx context.Context) error { return s.accounts.CreateSession(ctx, v) }))
		if err != nil && !errors.Is(err, post.ErrConflict) && !errors.Is(err, post.ErrNotFound) {
			return err
		}
		s.mu.Lock()
		if s.begun[v.Hash] == v {
			delete(s.begun, v.Hash)
		}
		s.mu.Unlock()
	}
	for _, hash := range ended {
		if _, err := ask(ctx, nothing(func(ctx context.Context) error { return s.accounts.DeleteSession(ctx, hash) })); err != nil {
			return err
		}
		s.mu.Lock()
		delete(s.ended, hash)
		s.mu.Unlock()
	}
	return nil
}
