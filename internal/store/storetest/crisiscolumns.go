package storetest

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// testCrisisColumns: what alerts add to the rows of others is kept.
func testCrisisColumns(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID

	t.Run("the crisis role", func(t *testing.T) {
		got, err := s.SetUserCrisis(ctx, commune, w.User.ID, true)
		Must(t, err)
		want := w.User
		want.Crisis = true
		same(t, got, want)
		got, err = s.UserByEmail(ctx, w.User.Email)
		Must(t, err)
		same(t, got, want)
		v := store.Session{Hash: "on call", CommuneID: commune, UserID: w.User.ID, CredentialVersion: want.CredentialVersion, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(time.Hour)}
		Must(t, s.CreateSession(ctx, v))
		// Taken away, it ends what was signed in with it.
		want.Crisis = false
		want.CredentialVersion++
		for range 2 {
			got, err = s.SetUserCrisis(ctx, commune, w.User.ID, false)
			Must(t, err)
			same(t, got, want)
		}
		_, err = s.SessionByHash(ctx, v.Hash)
		wantErr(t, err, post.ErrNotFound)
		_, err = s.SetUserCrisis(ctx, commune, store.NewID(), true)
		wantErr(t, err, post.ErrNotFound)
	})
	t.Run("who proved themselves", func(t *testing.T) {
		v := store.Session{Hash: "proof", CommuneID: commune, UserID: w.User.ID, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(time.Hour)}
		Must(t, s.CreateSession(ctx, v))
		read := func() store.Session {
			t.Helper()
			got, err := s.SessionByHash(ctx, v.Hash)
			Must(t, err)
			return got
		}
		same(t, read(), v)
		Must(t, s.ProveSession(ctx, v.Hash, now.Add(time.Minute)))
		Must(t, s.ProveSession(ctx, v.Hash, now))
		v.ProvedAt = now.Add(time.Minute)
		same(t, read(), v)
		wantErr(t, s.ProveSession(ctx, "another", now), post.ErrNotFound)
		v.Hash = "proved when it began"
		Must(t, s.CreateSession(ctx, v))
		same(t, read(), v)
	})
	t.Run("channels of exercises", func(t *testing.T) {
		before, err := s.Channels(ctx, commune)
		Must(t, err)
		meant := w.AddChannel(t)
		twin := meant
		twin.ID, twin.Practice, twin.ExerciseOf, twin.Sealed, twin.CredentialsExpireAt = store.NewID(), true, meant.ID, nil, time.Time{}
		Must(t, s.CreateChannel(ctx, twin))
		listed, err := s.Channels(ctx, commune)
		Must(t, err)
		same(t, listed, append(before, meant))
		exercise, err := s.ExerciseChannels(ctx, commune)
		Must(t, err)
		same(t, exercise, []post.Channel{twin})
		got, err := s.ChannelByID(ctx, twin.ID)
		Must(t, err)
		same(t, got, twin)
		Must(t, s.DeleteChannel(ctx, commune, meant.ID))
		exercise, err = s.ExerciseChannels(ctx, commune)
		Must(t, err)
		same(t, exercise, []post.Channel(nil))
	})
	t.Run("a message and what it answers", func(t *testing.T) {
		first := w.Scheduled(t, now, w.Channels[0])
		p := w.Draft(post.Scheduled, now, w.Channels[0])
		p.BroadcastID, p.Deliveries[0].ReplyTo, p.Deliveries[0].Lane = "alert", first.ID, post.LaneCrisis
		w.Save(t, p)
		got, err := s.Post(ctx, commune, p.ID)
		Must(t, err)
		if got.BroadcastID != "alert" || got.Deliveries[0].ReplyTo != first.ID {
			t.Errorf("%+v", got)
		}
	})
}
