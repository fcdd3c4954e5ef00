package store

import (
	"context"
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const userColumns = `id, commune_id, email, name, role, password_hash, credential_version, created_at, disabled_at, mail_notices, crisis`

func scanUser(r row) (u post.User, err error) {
	err = r.Scan(&u.ID, &u.CommuneID, &u.Email, &u.Name, &u.Role, &u.PasswordHash, &u.CredentialVersion,
		instant{&u.CreatedAt}, instant{&u.DisabledAt}, &u.MailNotices, &u.Crisis)
	return u, err
}

// CreateUser saves an account. post.ErrConflict: its address is taken.
func (s *Store) CreateUser(ctx context.Context, u post.User) error {
	return s.write(ctx, "create user", func(ctx context.Context, q querier) error {
		if _, err := markInstalled(ctx, q, s.now()); err != nil {
			return err
		}
		return insertUser(ctx, q, u, s.orNow(u.CreatedAt))
	})
}

// CreateFirstUser makes the first commune and its first account: both, or
// neither and post.ErrConflict where there is an account already. Of any number
// of calls at the same moment, one succeeds.
func (s *Store) CreateFirstUser(ctx context.Context, c post.Commune, u post.User) error {
	return s.write(ctx, "create first user", func(ctx context.Context, q querier) error {
		first, err := markInstalled(ctx, q, s.now())
		if err != nil {
			return err
		}
		if !first {
			return fmt.Errorf("%w: there is an account", post.ErrConflict)
		}
		if err := insertCommune(ctx, q, c, s.orNow(c.CreatedAt)); err != nil {
			return err
		}
		return insertUser(ctx, q, u, s.orNow(u.CreatedAt))
	})
}

// markInstalled reports whether this is the first account. Everybody who comes
// at the same moment waits here for the one that is.
func markInstalled(ctx context.Context, q querier, now time.Time) (first bool, err error) {
	n, err := exec(ctx, q, `INSERT INTO installation (slot, first_user_at) VALUES (1, $1) ON CONFLICT (slot) DO NOTHING`, millis(now))
	return n == 1, err
}

func insertUser(ctx context.Context, q querier, u post.User, now time.Time) error {
	in := insert("users", userColumns, []any{
		u.ID, u.CommuneID, u.Email, u.Name, u.Role, u.PasswordHash, u.CredentialVersion, millis(now), millis(u.DisabledAt), u.MailNotices, u.Crisis,
	})
	_, err := exec(ctx, q, in.query, in.args...)
	return err
}

// UserByEmail finds an account by its address, in whatever commune: it is how
// people sign in.
func (s *Store) UserByEmail(ctx context.Context, email string) (post.User, error) {
	u, err := one(ctx, s.engine.reader(), scanUser, `SELECT `+userColumns+` FROM users WHERE email = $1`, email)
	return u, s.wrap("user", err)
}

// UserByID returns an account of a commune.
func (s *Store) UserByID(ctx context.Context, communeID, id string) (post.User, error) {
	u, err := one(ctx, s.engine.reader(), scanUser, `SELECT `+userColumns+` FROM users WHERE commune_id = $1 AND id = $2`, communeID, id)
	return u, s.wrap("user", err)
}

// Users lists the accounts of a commune, by name.
func (s *Store) Users(ctx context.Context, communeID string) ([]post.User, error) {
	all, err := many(ctx, s.engine.reader(), scanUser, `SELECT `+userColumns+` FROM users WHERE commune_id = $1 ORDER BY name, id`, communeID)
	return all, s.wrap("users", err)
}

// AnyUser reports whether there is an account at all.
func (s *Store) AnyUser(ctx context.Context) (bool, error) {
	n, err := s.CountUsers(ctx)
	return n > 0, err
}

// CountUsers counts the accounts of all communes.
func (s *Store) CountUsers(ctx context.Context) (int, error) {
	n, err := one(ctx, s.engine.reader(), scanOne[int], `SELECT COUNT(*) FROM users`)
	return n, s.wrap("count users", err)
}

// UpdateUserPassword changes a password, and with it ends every session and
// token of the account.
func (s *Store) UpdateUserPassword(ctx context.Context, communeID, userID, passwordHash string) error {
	return s.write(ctx, "update password", func(ctx context.Context, q querier) error {
		if err := execOne(ctx, q, post.ErrNotFound, `UPDATE users SET password_hash = $3, credential_version = credential_version + 1
			WHERE commune_id = $1 AND id = $2`, communeID, userID, passwordHash); err != nil {
			return err
		}
		_, err := deleteSessions(ctx, q, communeID, userID)
		return err
	})
}

// SetUserCrisis gives the crisis role to an account of a commune, or takes it
// away, and returns the account. Taking it away ends every session and token of
// the account: some of them live for months.
func (s *Store) SetUserCrisis(ctx context.Context, communeID, userID string, crisis bool) (post.User, error) {
	var u post.User
	err := s.write(ctx, "set user crisis", func(ctx context.Context, q querier) (err error) {
		u, err = one(ctx, q, scanUser, `UPDATE users SET crisis = $3,
			credential_version = CASE WHEN crisis AND NOT $3 THEN credential_version + 1 ELSE credential_version END
			WHERE commune_id = $1 AND id = $2 RETURNING `+userColumns, communeID, userID, crisis)
		if err != nil || crisis {
			return err
		}
		_, err = exec(ctx, q, `DELETE FROM sessions WHERE commune_id = $1 AND user_id = $2 AND credential_version < $3`,
			communeID, userID, u.CredentialVersion)
		return err
	})
	return u, err
}
