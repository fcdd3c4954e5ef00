package storetest

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// testPublished: what people do to posts that are out.
func testPublished(t *testing.T, w *World) {
	ctx, s, now, me := t.Context(), w.Store, w.Now, w.Commune.ID
	sent := func(t *testing.T, remoteID string) post.Delivery {
		t.Helper()
		d := w.Unknown(t, w.Channels[0], time.Time{})
		_, err := s.ResolveByPerson(ctx, me, d.ID, post.Verdict{Sent: true, RemoteURL: "https://network.example/" + remoteID, At: now})
		Must(t, err)
		return w.Read(t, d.ID)
	}

	t.Run("removed", func(t *testing.T) {
		d := sent(t, "1")
		got, err := s.RemovedByPerson(ctx, me, d.ID, w.User.ID, now.Add(time.Minute))
		Must(t, err)
		if got.State != post.Sent || !got.RemovedAt.Equal(now.Add(time.Minute)) || got.RemovedBy != w.User.ID || !got.SentAt.Equal(d.SentAt) {
			t.Errorf("%+v", got)
		}
		// The first time counts.
		again, err := s.RemovedByPerson(ctx, me, d.ID, "somebody else", now.Add(time.Hour))
		Must(t, err)
		if !again.RemovedAt.Equal(got.RemovedAt) || again.RemovedBy != w.User.ID {
			t.Errorf("%+v", again)
		}
		_, err = s.CorrectedByPerson(ctx, me, d.ID, w.User.ID, post.Standing{Rendered: []byte(`{}`)}, now)
		wantErr(t, err, post.ErrConflict)
	})
	t.Run("corrected", func(t *testing.T) {
		d := sent(t, "2")
		got, err := s.CorrectedByPerson(ctx, me, d.ID, w.User.ID, post.Standing{Rendered: []byte(`{"text":"Lundi."}`), Fingerprint: "lundi"}, now.Add(time.Minute))
		Must(t, err)
		if string(got.Rendered) != `{"text":"Lundi."}` || got.Fingerprint != "lundi" || got.RemoteURL != d.RemoteURL ||
			!got.CorrectedAt.Equal(now.Add(time.Minute)) || got.CorrectedBy != w.User.ID {
			t.Errorf("%+v", got)
		}
		got, err = s.CorrectedByPerson(ctx, me, d.ID, w.User.ID, post.Standing{Rendered: []byte(`{}`), RemoteURL: "https://network.example/3"}, now)
		Must(t, err)
		if got.RemoteURL != "https://network.example/3" {
			t.Errorf("it stands at %q", got.RemoteURL)
		}
	})
	t.Run("not sent", func(t *testing.T) {
		d := w.Scheduled(t, now.Add(time.Hour), w.Channels[0])
		_, err := s.RemovedByPerson(ctx, me, d.ID, w.User.ID, now)
		wantErr(t, err, post.ErrConflict)
		_, err = s.CorrectedByPerson(ctx, me, d.ID, w.User.ID, post.Standing{Rendered: []byte(`{}`)}, now)
		wantErr(t, err, post.ErrConflict)
		_, err = s.RemovedByPerson(ctx, me, store.NewID(), w.User.ID, now)
		wantErr(t, err, post.ErrNotFound)
	})
	t.Run("a removed post vouches for no reading", func(t *testing.T) {
		w.Scheduled(t, now, w.Channels[1])
		claim, n := w.Begun(t, w.Channels[1], true)
		Must(t, s.Finish(ctx, claim.Delivery.ID, claim.Delivery.Epoch, store.Result{
			From: post.Sending, To: post.Sent, Number: n, At: now, RemoteID: "remote-9",
		}))
		known, err := s.OlderSent(ctx, w.Channels[1].ID, now.Add(time.Hour), 10)
		Must(t, err)
		same(t, known, []string{"remote-9"})
		_, err = s.RemovedByPerson(ctx, me, claim.Delivery.ID, w.User.ID, now)
		Must(t, err)
		known, err = s.OlderSent(ctx, w.Channels[1].ID, now.Add(time.Hour), 10)
		Must(t, err)
		same(t, known, []string{})
		// It stays ours.
		own, err := s.OwnRemoteIDs(ctx, w.Channels[1].ID, now.Add(-time.Hour))
		Must(t, err)
		same(t, own, []string{"remote-9"})
	})
}
