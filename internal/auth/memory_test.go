package auth_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/post"
)

// memory is a Store with the rules of the real one.
type memory struct {
	mu       sync.Mutex
	communes []post.Commune
	users    []post.User
	sessions map[string]auth.Session
	tokens   []auth.Token
	// writesFail makes every touch fail, as on a full disk.
	writesFail error
}

func newMemory() *memory { return &memory{sessions: map[string]auth.Session{}} }

var _ auth.Store = (*memory)(nil)

func find[T any](list []T, is func(T) bool) (T, error) {
	i := slices.IndexFunc(list, is)
	if i < 0 {
		var zero T
		return zero, post.ErrNotFound
	}
	return list[i], nil
}

func (m *memory) CommuneByID(_ context.Context, id string) (post.Commune, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return find(m.communes, func(c post.Commune) bool { return c.ID == id })
}

func (m *memory) Communes(context.Context) ([]post.Commune, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.communes), nil
}

func (m *memory) UserByID(_ context.Context, communeID, id string) (post.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return find(m.users, func(u post.User) bool { return u.CommuneID == communeID && u.ID == id })
}

func (m *memory) UserByEmail(_ context.Context, email string) (post.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return find(m.users, func(u post.User) bool { return u.Email == email })
}

func (m *memory) AnyUser(context.Context) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.users) > 0, nil
}

func (m *memory) CreateFirstUser(_ context.Context, commune post.Commune, user post.User) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.users) > 0 {
		return post.ErrConflict
	}
	m.communes, m.users = append(m.communes, commune), append(m.users, user)
	return nil
}

func (m *memory) CreateCommune(_ context.Context, commune post.Commune) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.communes = append(m.communes, commune)
	return nil
}

func (m *memory) CreateUser(_ context.Context, user post.User) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if slices.ContainsFunc(m.users, func(u post.User) bool { return u.Email == user.Email }) {
		return post.ErrConflict
	}
	m.users = append(m.users, user)
	return nil
}

// change edits a user, as another part of the product would.
func (m *memory) change(email string, edit func(*post.User)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.users {
		if m.users[i].Email == email {
			edit(&m.users[i])
		}
	}
}

func (m *memory) CreateSession(_ context.Context, s auth.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[s.Hash] = s
	return nil
}

func (m *memory) SessionByHash(_ context.Context, hash string) (auth.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[hash]
	if !ok {
		return auth.Session{}, post.ErrNotFound
	}
	return s, nil
}

func (m *memory) TouchSession(_ context.Context, hash string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.writesFail != nil {
		return m.writesFail
	}
	s := m.sessions[hash]
	s.SeenAt = at
	m.sessions[hash] = s
	return nil
}

func (m *memory) DeleteSession(_ context.Context, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.sessions[hash]; !ok {
		return post.ErrNotFound
	}
	delete(m.sessions, hash)
	return nil
}

func (m *memory) ProveSession(_ context.Context, hash string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[hash]
	if !ok {
		return post.ErrNotFound
	}
	s.ProvedAt = at
	m.sessions[hash] = s
	return nil
}

func (m *memory) Users(_ context.Context, communeID string) ([]post.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(m.users), func(u post.User) bool { return u.CommuneID != communeID }), nil
}

func (m *memory) SetUserCrisis(_ context.Context, communeID, userID string, crisis bool) (post.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.users {
		u := &m.users[i]
		if u.CommuneID != communeID || u.ID != userID {
			continue
		}
		if u.Crisis && !crisis {
			u.CredentialVersion++
		}
		u.Crisis = crisis
		return *u, nil
	}
	return post.User{}, post.ErrNotFound
}

func (m *memory) CreateToken(_ context.Context, t auth.Token) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tokens = append(m.tokens, t)
	return nil
}

func (m *memory) TokenByHash(_ context.Context, hash string) (auth.Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return find(m.tokens, func(t auth.Token) bool { return t.Hash == hash })
}

func (m *memory) Tokens(_ context.Context, communeID, userID string) ([]auth.Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []auth.Token
	for _, t := range m.tokens {
		if t.CommuneID == communeID && t.UserID == userID {
			list = append(list, t)
		}
	}
	return list, nil
}

func (m *memory) TouchToken(_ context.Context, communeID, id string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.writesFail != nil {
		return m.writesFail
	}
	for i := range m.tokens {
		if m.tokens[i].CommuneID == communeID && m.tokens[i].ID == id {
			m.tokens[i].LastUsedAt = at
		}
	}
	return nil
}

func (m *memory) DeleteToken(_ context.Context, communeID, userID, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := len(m.tokens)
	m.tokens = slices.DeleteFunc(m.tokens, func(t auth.Token) bool {
		return t.CommuneID == communeID && t.ID == id && (userID == "" || t.UserID == userID)
	})
	if len(m.tokens) == before {
		return post.ErrNotFound
	}
	return nil
}
