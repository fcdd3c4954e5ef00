package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

func testPeople(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID

	t.Run("communes", func(t *testing.T) {
		byID, err := s.CommuneByID(ctx, commune)
		Must(t, err)
		same(t, byID, w.Commune)
		bySlug, err := s.CommuneBySlug(ctx, w.Commune.Slug)
		Must(t, err)
		same(t, bySlug, w.Commune)
		_, err = s.CommuneBySlug(ctx, "nowhere")
		wantErr(t, err, post.ErrNotFound)
		twin := w.Commune
		twin.ID = store.NewID()
		wantErr(t, s.CreateCommune(ctx, twin), post.ErrConflict)
		all, err := s.Communes(ctx)
		Must(t, err)
		same(t, all, []post.Commune{w.Commune})
	})
	t.Run("users", func(t *testing.T) {
		got, err := s.UserByEmail(ctx, w.User.Email)
		Must(t, err)
		same(t, got, w.User)
		got, err = s.UserByID(ctx, commune, w.User.ID)
		Must(t, err)
		same(t, got, w.User)
		_, err = s.UserByEmail(ctx, "nobody@example.org")
		wantErr(t, err, post.ErrNotFound)
		twin := w.User
		twin.ID = store.NewID()
		wantErr(t, s.CreateUser(ctx, twin), post.ErrConflict)
		twin.Email, twin.CommuneID = "other@example.org", store.NewID()
		wantErr(t, s.CreateUser(ctx, twin), post.ErrNotFound)
		disabled := w.User
		disabled.ID, disabled.Email, disabled.Name, disabled.DisabledAt = store.NewID(), "gone@example.org", "Zoé", now
		Must(t, s.CreateUser(ctx, disabled))
		all, err := s.Users(ctx, commune)
		Must(t, err)
		same(t, all, []post.User{w.User, disabled})
		n, err := s.CountUsers(ctx)
		Must(t, err)
		if n != 2 {
			t.Errorf("%d users, want 2", n)
		}
		wantErr(t, s.CreateFirstUser(ctx, post.Commune{ID: store.NewID(), Slug: "late"}, twin), post.ErrConflict)
	})
	session := store.Session{
		Hash: "s1", CommuneID: commune, UserID: w.User.ID, CredentialVersion: 1,
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(12 * time.Hour),
	}
	t.Run("sessions", func(t *testing.T) {
		Must(t, s.CreateSession(ctx, session))
		wantErr(t, s.CreateSession(ctx, session), post.ErrConflict)
		got, err := s.SessionByHash(ctx, "s1")
		Must(t, err)
		same(t, got, session)
		Must(t, s.TouchSession(ctx, "s1", now.Add(time.Minute)))
		Must(t, s.TouchSession(ctx, "s1", now))
		got, err = s.SessionByHash(ctx, "s1")
		Must(t, err)
		if !got.SeenAt.Equal(now.Add(time.Minute)) {
			t.Errorf("seen at %v", got.SeenAt)
		}
		Must(t, s.DeleteSession(ctx, "s1"))
		Must(t, s.DeleteSession(ctx, "s1"))
		_, err = s.SessionByHash(ctx, "s1")
		wantErr(t, err, post.ErrNotFound)

		for hash, change := range map[string]func(*store.Session){
			"lives":   func(*store.Session) {},
			"expired": func(v *store.Session) { v.ExpiresAt = now },
			"idle":    func(v *store.Session) { v.SeenAt = now.Add(-time.Hour) },
		} {
			v := session
			v.Hash = hash
			change(&v)
			Must(t, s.CreateSession(ctx, v))
		}
		n, err := s.DeleteExpiredSessions(ctx, now, now.Add(-30*time.Minute))
		Must(t, err)
		if _, err := s.SessionByHash(ctx, "lives"); n != 2 || err != nil {
			t.Errorf("%d sessions deleted, the living one: %v", n, err)
		}
		if n, err := s.DeleteSessionsOfUser(ctx, commune, w.User.ID); err != nil || n != 1 {
			t.Errorf("%d sessions deleted, %v", n, err)
		}
	})
	t.Run("tokens", func(t *testing.T) {
		token := store.Token{ID: store.NewID(), CommuneID: commune, UserID: w.User.ID, Name: "site", Hash: "t1", CredentialVersion: 1, CreatedAt: now}
		Must(t, s.CreateToken(ctx, token))
		wantErr(t, s.CreateToken(ctx, token), post.ErrConflict)
		got, err := s.TokenByHash(ctx, "t1")
		Must(t, err)
		same(t, got, token)
		Must(t, s.TouchToken(ctx, commune, token.ID, now.Add(time.Minute)))
		Must(t, s.TouchToken(ctx, commune, token.ID, now))
		token.LastUsedAt = now.Add(time.Minute)
		all, err := s.Tokens(ctx, commune, w.User.ID)
		Must(t, err)
		same(t, all, []store.Token{token})
		wantErr(t, s.DeleteToken(ctx, commune, store.NewID(), token.ID), post.ErrNotFound)
		Must(t, s.DeleteToken(ctx, commune, "", token.ID))
		wantErr(t, s.DeleteToken(ctx, commune, w.User.ID, token.ID), post.ErrNotFound)
	})
	t.Run("a new password ends sessions", func(t *testing.T) {
		Must(t, s.CreateSession(ctx, session))
		Must(t, s.UpdateUserPassword(ctx, commune, w.User.ID, "$new"))
		got, err := s.UserByID(ctx, commune, w.User.ID)
		Must(t, err)
		if got.CredentialVersion != 2 || got.PasswordHash != "$new" {
			t.Errorf("%+v", got)
		}
		_, err = s.SessionByHash(ctx, session.Hash)
		wantErr(t, err, post.ErrNotFound)
		wantErr(t, s.UpdateUserPassword(ctx, commune, store.NewID(), "x"), post.ErrNotFound)
	})
}

// FirstUser examines the first account of an empty ledger.
func FirstUser(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	if found, err := s.AnyUser(ctx); found || err != nil {
		t.Fatalf("an empty ledger has a user: %v, %v", found, err)
	}
	communes := make([]post.Commune, 20)
	errs := parallel(len(communes), func(i int) error {
		id := store.NewID()
		communes[i] = post.Commune{ID: id, Name: "V", Slug: "v-" + id}
		return s.CreateFirstUser(ctx, communes[i], post.User{ID: store.NewID(), CommuneID: id, Email: id, Role: post.RoleAdministrator})
	})
	winner := slices.Index(errs, nil)
	for i, err := range errs {
		if i != winner {
			wantErr(t, err, post.ErrConflict)
		}
	}
	all, err := s.Communes(ctx)
	Must(t, err)
	if winner < 0 || len(all) != 1 || all[0].ID != communes[winner].ID {
		t.Errorf("communes %+v, winner %d", all, winner)
	}
	if n, err := s.CountUsers(ctx); n != 1 || err != nil {
		t.Errorf("%d users, %v", n, err)
	}
}
