package store

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Session is a browser that is signed in. It lives while its credential version
// is that of its user; the caller compares them.
type Session struct {
	// Hash is the SHA-256 of the secret, in hex.
	Hash              string
	CommuneID         string
	UserID            string
	CredentialVersion int
	CreatedAt         time.Time
	SeenAt            time.Time
	ExpiresAt         time.Time
	// ProvedAt is when the person last proved who they are.
	ProvedAt time.Time
}

const sessionColumns = `hash, commune_id, user_id, credential_version, created_at, seen_at, expires_at, proved_at`

func scanSession(r row) (v Session, err error) {
	err = r.Scan(&v.Hash, &v.CommuneID, &v.UserID, &v.CredentialVersion, instant{&v.CreatedAt}, instant{&v.SeenAt}, instant{&v.ExpiresAt}, sinceOnce{&v.ProvedAt})
	return v, err
}

// CreateSession saves a session.
func (s *Store) CreateSession(ctx context.Context, v Session) error {
	return s.writeOne(ctx, "create session", func(ctx context.Context, q querier) error {
		in := insert("sessions", sessionColumns, []any{
			v.Hash, v.CommuneID, v.UserID, v.CredentialVersion, millis(v.CreatedAt), millis(v.SeenAt), millis(v.ExpiresAt), onceMillis(v.ProvedAt),
		})
		_, err := exec(ctx, q, in.query, in.args...)
		return err
	})
}

// SessionByHash finds a session, ended or not.
func (s *Store) SessionByHash(ctx context.Context, hash string) (Session, error) {
	v, err := one(ctx, s.engine.reader(), scanSession, `SELECT `+sessionColumns+` FROM sessions WHERE hash = $1`, hash)
	return v, s.wrap("session", err)
}

// TouchSession records that a session was used. It never goes back in time.
func (s *Store) TouchSession(ctx context.Context, hash string, at time.Time) error {
	return s.writeOne(ctx, "touch session", func(ctx context.Context, q querier) error {
		_, err := exec(ctx, q, `UPDATE sessions SET seen_at = $2 WHERE hash = $1 AND seen_at < $2`, hash, millis(at))
		return err
	})
}

// ProveSession records that the person behind a session proved who they are. It
// never goes back in time. post.ErrNotFound: the session has ended.
func (s *Store) ProveSession(ctx context.Context, hash string, at time.Time) error {
	return s.writeOne(ctx, "prove session", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrNotFound, `UPDATE sessions SET proved_at = CASE WHEN proved_at < $2 THEN $2 ELSE proved_at END
			WHERE hash = $1`, hash, millis(at))
	})
}

// DeleteSession ends a session; one that is not there has ended already.
func (s *Store) DeleteSession(ctx context.Context, hash string) error {
	return s.writeOne(ctx, "delete session", func(ctx context.Context, q querier) error {
		_, err := exec(ctx, q, `DELETE FROM sessions WHERE hash = $1`, hash)
		return err
	})
}

// DeleteSessionsOfUser ends every session of an account.
func (s *Store) DeleteSessionsOfUser(ctx context.Context, communeID, userID string) (int, error) {
	var n int64
	err := s.writeOne(ctx, "delete sessions", func(ctx context.Context, q querier) (err error) {
		n, err = deleteSessions(ctx, q, communeID, userID)
		return err
	})
	return int(n), err
}

func deleteSessions(ctx context.Context, q querier, communeID, userID string) (int64, error) {
	return exec(ctx, q, `DELETE FROM sessions WHERE commune_id = $1 AND user_id = $2`, communeID, userID)
}

// DeleteExpiredSessions forgets the sessions that ended before now, or were not
// used since idleSince.
func (s *Store) DeleteExpiredSessions(ctx context.Context, now, idleSince time.Time) (int, error) {
	var n int64
	err := s.writeOne(ctx, "delete expired sessions", func(ctx context.Context, q querier) (err error) {
		n, err = exec(ctx, q, `DELETE FROM sessions WHERE expires_at <= $1 OR seen_at < $2`, millis(now), millis(idleSince))
		return err
	})
	return int(n), err
}

// Token lets a program act for a user. It lives while its credential version is
// that of its user; the caller compares them.
type Token struct {
	ID        string
	CommuneID string
	UserID    string
	Name      string
	// Hash is the SHA-256 of the secret, in hex.
	Hash              string
	CredentialVersion int
	CreatedAt         time.Time
	// LastUsedAt is zero before the first use.
	LastUsedAt time.Time
}

// #nosec G101 -- names of columns
const tokenFields = `id, commune_id, user_id, name, hash, credential_version, created_at, last_used_at`

func scanToken(r row) (t Token, err error) {
	err = r.Scan(&t.ID, &t.CommuneID, &t.UserID, &t.Name, &t.Hash, &t.CredentialVersion, instant{&t.CreatedAt}, instant{&t.LastUsedAt})
	return t, err
}

// CreateToken saves a token.
func (s *Store) CreateToken(ctx context.Context, t Token) error {
	return s.writeOne(ctx, "create token", func(ctx context.Context, q querier) error {
		in := insert("api_tokens", tokenFields, []any{
			t.ID, t.CommuneID, t.UserID, t.Name, t.Hash, t.CredentialVersion, millis(t.CreatedAt), millis(t.LastUsedAt),
		})
		_, err := exec(ctx, q, in.query, in.args...)
		return err
	})
}

// TokenByHash finds a token.
func (s *Store) TokenByHash(ctx context.Context, hash string) (Token, error) {
	t, err := one(ctx, s.engine.reader(), scanToken, `SELECT `+tokenFields+` FROM api_tokens WHERE hash = $1`, hash)
	return t, s.wrap("token", err)
}

// Tokens lists the tokens of a user, oldest first.
func (s *Store) Tokens(ctx context.Context, communeID, userID string) ([]Token, error) {
	all, err := many(ctx, s.engine.reader(), scanToken, `SELECT `+tokenFields+` FROM api_tokens
		WHERE commune_id = $1 AND user_id = $2 ORDER BY created_at, id`, communeID, userID)
	return all, s.wrap("tokens", err)
}

// TouchToken records that a token was used. It never goes back in time.
func (s *Store) TouchToken(ctx context.Context, communeID, id string, at time.Time) error {
	return s.writeOne(ctx, "touch token", func(ctx context.Context, q querier) error {
		_, err := exec(ctx, q, `UPDATE api_tokens SET last_used_at = $3
			WHERE commune_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $3)`, communeID, id, millis(at))
		return err
	})
}

// DeleteToken deletes a token of a commune; userID "" means anybody's.
func (s *Store) DeleteToken(ctx context.Context, communeID, userID, id string) error {
	return s.writeOne(ctx, "delete token", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrNotFound, `DELETE FROM api_tokens
			WHERE commune_id = $1 AND id = $3 AND ($2 = '' OR user_id = $2)`, communeID, userID, id)
	})
}
