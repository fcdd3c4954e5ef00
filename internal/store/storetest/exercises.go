package storetest

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// standsFor is the channel that stands for another one in exercises.
func standsFor(original post.Channel) post.Channel {
	return post.Channel{
		ID: "exercise-" + original.ID, CommuneID: original.CommuneID, Kind: original.Kind, Name: original.Name,
		Status: post.ChannelConnected, Practice: true, ExerciseOf: original.ID, Settings: map[string]string{"page_id": "simulated"},
		Account: post.Account{ID: "simulated", Name: original.Name}, CreatedAt: original.CreatedAt,
	}
}

// testExerciseChannels: one channel stands for each, holds nothing that opens
// a real account, and shares its original's fate.
func testExerciseChannels(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID

	t.Run("one for each, however many come at once", func(t *testing.T) {
		original := w.AddChannel(t)
		twin := standsFor(original)
		for _, err := range parallel(5, func(int) error {
			saved, err := s.AddExerciseChannel(ctx, twin)
			if err == nil {
				same(t, saved, twin)
			}
			return err
		}) {
			Must(t, err)
		}
		all, err := s.ExerciseChannels(ctx, commune)
		Must(t, err)
		same(t, all, []post.Channel{twin})
		twin.ID, twin.ExerciseOf = store.NewID(), store.NewID()
		_, err = s.AddExerciseChannel(ctx, twin)
		wantErr(t, err, post.ErrNotFound)
	})
	t.Run("of one's own commune", func(t *testing.T) {
		stranger := NewWorld(t, s, 1)
		twin := standsFor(stranger.Channels[0])
		twin.CommuneID = commune
		_, err := s.AddExerciseChannel(ctx, twin)
		wantErr(t, err, post.ErrNotFound)
	})
	t.Run("no credentials get into it", func(t *testing.T) {
		original := w.AddChannel(t)
		twin, err := s.AddExerciseChannel(ctx, standsFor(original))
		Must(t, err)
		live := func(edit func(*post.Channel)) {
			t.Helper()
			c := twin
			edit(&c)
			if err := s.UpdateChannel(ctx, c); err == nil {
				t.Error("changed")
			}
			c.ID = store.NewID()
			if _, err := s.AddExerciseChannel(ctx, c); err == nil {
				t.Error("added")
			}
			if err := s.CreateChannel(ctx, c); err == nil {
				t.Error("created")
			}
		}
		live(func(c *post.Channel) { c.Sealed = []byte("live") })
		live(func(c *post.Channel) { c.Practice = false })
		live(func(c *post.Channel) { c.CredentialsExpireAt = now })
		pretends := twin
		pretends.ExerciseOf, pretends.Sealed = "", []byte("live")
		wantErr(t, s.UpdateChannel(ctx, pretends), post.ErrStale)
		if _, ok, err := s.LeaseRenewal(ctx, twin.ID, "a", twin.RenewalEpoch, now, time.Minute); ok || err != nil {
			t.Errorf("its credentials can be renewed: %v", err)
		}
		wantErr(t, s.SaveRenewal(ctx, twin.ID, twin.RenewalEpoch, []byte("live"), now), post.ErrStale)
		Must(t, s.SaveCheck(ctx, twin.ID, twin.RenewalEpoch, store.ChannelCheck{Status: post.ChannelConnected, ExpiresAt: now, At: now}))
		got, err := s.ChannelByID(ctx, twin.ID)
		Must(t, err)
		twin.CheckedAt = now
		same(t, got, twin)
	})
	t.Run("it takes its original's name, and goes with it", func(t *testing.T) {
		original := w.AddChannel(t)
		twin, err := s.AddExerciseChannel(ctx, standsFor(original))
		Must(t, err)
		original.Name = "Un autre nom"
		Must(t, s.UpdateChannel(ctx, original))
		got, err := s.ChannelByID(ctx, twin.ID)
		Must(t, err)
		if got.Name != original.Name || got.Account.Name != original.Name {
			t.Errorf("%+v", got)
		}
		waiting := w.Scheduled(t, now.Add(time.Hour), got)
		Must(t, s.DeleteChannel(ctx, commune, original.ID))
		_, err = s.ChannelByID(ctx, twin.ID)
		wantErr(t, err, post.ErrNotFound)
		d, err := s.Delivery(ctx, commune, waiting.ID)
		Must(t, err)
		if d.State != post.Cancelled {
			t.Errorf("what waited on it is %s", d.State)
		}
		_, err = s.AddExerciseChannel(ctx, standsFor(original))
		wantErr(t, err, post.ErrNotFound)
	})
}
