package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// Flow is an account on its way to be connected.
func (w *World) Flow(stateHash string) post.OAuthFlow {
	return post.OAuthFlow{
		ID: store.NewID(), CommuneID: w.Commune.ID, UserID: w.User.ID, Kind: "x", StateHash: stateHash,
		Sealed: []byte{1, 0, 255, 7}, Accounts: []post.Account{}, CreatedAt: w.Now, ExpiresAt: w.Now.Add(15 * time.Minute),
	}
}

func testOAuthFlows(t *testing.T, w *World) {
	ctx, s := t.Context(), w.Store
	state := "hash-" + w.Commune.ID
	f := w.Flow(state)
	Must(t, s.CreateOAuthFlow(ctx, f))
	read, err := s.OAuthFlow(ctx, f.CommuneID, f.UserID, f.ID)
	Must(t, err)
	same(t, read, f)
	wantErr(t, s.CreateOAuthFlow(ctx, w.Flow(state)), post.ErrConflict)
	_, err = s.OAuthFlow(ctx, f.CommuneID, "somebody else", f.ID)
	wantErr(t, err, post.ErrNotFound)
	_, err = s.TakeOAuthState(ctx, "another")
	wantErr(t, err, post.ErrNotFound)

	taken, err := s.TakeOAuthState(ctx, state)
	Must(t, err)
	f.StateHash = ""
	same(t, taken, f)
	for _, again := range []string{state, ""} {
		_, err = s.TakeOAuthState(ctx, again)
		wantErr(t, err, post.ErrNotFound)
	}
	f.Sealed, f.Accounts = []byte{2}, []post.Account{{ID: "1", Name: "Valmeuse", URL: "https://x.com/valmeuse"}}
	f.Failure = &post.Failure{Kind: "auth", Code: "x"}
	Must(t, s.SaveOAuthFlow(ctx, f))
	read, err = s.OAuthFlow(ctx, f.CommuneID, f.UserID, f.ID)
	Must(t, err)
	same(t, read, f)

	over, young := w.Flow("over-"+w.Commune.ID), w.Flow("young-"+w.Commune.ID)
	over.ExpiresAt = w.Now
	Must(t, s.CreateOAuthFlow(ctx, over))
	Must(t, s.CreateOAuthFlow(ctx, young))
	if n, err := s.PurgeOAuthFlows(ctx, w.Now); err != nil || n != 1 {
		t.Errorf("purged %d: %v", n, err)
	}
	_, err = s.OAuthFlow(ctx, over.CommuneID, over.UserID, over.ID)
	wantErr(t, err, post.ErrNotFound)
	Must(t, s.DeleteOAuthFlow(ctx, young.CommuneID, young.ID))
	Must(t, s.DeleteOAuthFlow(ctx, young.CommuneID, young.ID))
	wantErr(t, s.SaveOAuthFlow(ctx, young), post.ErrNotFound)
}

// practising adds a practice channel.
func (w *World) practising(t testing.TB) post.Channel {
	t.Helper()
	c := post.Channel{
		ID: store.NewID(), CommuneID: w.Commune.ID, Kind: "facebook", Name: "Essai", Status: post.ChannelConnected, Practice: true,
		Settings: map[string]string{"page_id": "1"}, Sealed: []byte("practice"), Account: post.Account{ID: "practice-page"}, CreatedAt: w.Now,
	}
	Must(t, w.Store.CreateChannel(t.Context(), c))
	return c
}

// practised publishes on a practice channel.
func (w *World) practised(t testing.TB, c post.Channel, remoteID string) post.Delivery {
	t.Helper()
	w.Scheduled(t, w.Now, c)
	claim, n := w.Begun(t, c, true)
	Must(t, w.Store.Finish(t.Context(), claim.Delivery.ID, claim.Delivery.Epoch, store.Result{
		From: post.Sending, To: post.Sent, Number: n, At: w.Now.Add(2 * time.Second),
		RemoteID: remoteID, RemoteURL: "https://crieur.example/practice/" + remoteID,
	}))
	return w.Read(t, claim.Delivery.ID)
}

func testGoLive(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	entry := w.Entry("channel.live", "c")
	asReal := func(c post.Channel) post.Channel {
		c.Practice, c.Settings, c.Sealed = false, map[string]string{"page_id": "2"}, []byte("real")
		c.Account = post.Account{ID: "2", Name: "Valmeuse", URL: "https://facebook.example/2"}
		return c
	}
	t.Run("nothing of practice leaves", func(t *testing.T) {
		c := w.practising(t)
		deliveries := map[post.State]post.Delivery{post.Sent: w.practised(t, c, "12")}
		states := map[post.State]post.State{
			post.Draft: post.Cancelled, post.AwaitingApproval: post.Cancelled, post.Scheduled: post.Cancelled, post.Held: post.Cancelled,
			post.Retrying: post.Cancelled, post.Sent: post.Sent, post.Failed: post.Cancelled, post.Missed: post.Cancelled,
		}
		for from := range states {
			if from != post.Sent {
				deliveries[from] = w.Save(t, w.Draft(from, now, c)).Deliveries[0]
			}
		}
		other := w.Scheduled(t, now, w.Channels[0])
		traces, err := s.PracticeTraces(ctx, c.CommuneID)
		Must(t, err)
		same(t, traces, []store.PracticeTrace{{PostID: deliveries[post.Sent].PostID, Kind: "facebook", AccountID: "practice-page", RemoteID: "12"}})
		Must(t, s.SaveBudgets(ctx, c.ID, []post.Budget{{Bucket: "calls", Total: 10, Remaining: 1, SeenAt: now}}))

		live := asReal(c)
		Must(t, s.GoLive(ctx, live, entry))
		got, err := s.Channel(ctx, c.CommuneID, c.ID)
		Must(t, err)
		if got.Practice || string(got.Sealed) != "real" || got.Account != live.Account || got.RenewalEpoch == c.RenewalEpoch {
			t.Errorf("%+v", got)
		}
		for from, to := range states {
			if d := w.Read(t, deliveries[from].ID); d.State != to || d.RemoteID != "" || (to == post.Cancelled && !d.NextAt.IsZero()) {
				t.Errorf("from %s: %+v", from, d)
			}
		}
		if d := w.Read(t, deliveries[post.Sent].ID); d.RemoteURL == "" {
			t.Error("where it stood in practice was forgotten")
		}
		if d := w.Read(t, other.ID); d.State != post.Scheduled {
			t.Errorf("another channel's delivery is %s", d.State)
		}
		health, err := s.Health(ctx, got)
		Must(t, err)
		if len(health.Budgets) != 0 {
			t.Errorf("allowances of practice: %+v", health.Budgets)
		}
		wantErr(t, s.GoLive(ctx, got, entry), post.ErrConflict)
		all, err := s.RegisterOf(ctx, c.CommuneID, entry.Subject)
		Must(t, err)
		if len(all) != 1 {
			t.Errorf("%d entries: a refusal is not noted", len(all))
		}
	})
	t.Run("not while something is under way", func(t *testing.T) {
		c := w.practising(t)
		w.Unknown(t, c, time.Time{})
		waiting := w.Scheduled(t, now.Add(time.Hour), c)
		wantErr(t, s.GoLive(ctx, asReal(c), entry), post.ErrConflict)
		if d := w.Read(t, waiting.ID); d.State != post.Scheduled {
			t.Errorf("refused, and yet a delivery is %s", d.State)
		}
	})
	t.Run("not with what was read before a renewal", func(t *testing.T) {
		c := w.practising(t)
		late := asReal(c)
		c.Sealed = []byte("renewed")
		Must(t, s.UpdateChannel(ctx, c))
		wantErr(t, s.GoLive(ctx, late, entry), post.ErrStale)
	})
}

// connectingIsolation is Isolation for accounts on their way to be connected,
// and for practice.
func connectingIsolation(t testing.TB, owner *World, me string) (calls map[string]func(ctx context.Context) error, everything func(read func(any, error))) {
	t.Helper()
	ctx, s := t.Context(), owner.Store
	flow := owner.Flow("isolated-" + owner.Commune.ID)
	Must(t, s.CreateOAuthFlow(ctx, flow))
	c := owner.practising(t)
	owner.practised(t, c, "1")
	calls = map[string]func(ctx context.Context) error{
		"OAuthFlow": func(ctx context.Context) error {
			_, err := s.OAuthFlow(ctx, me, owner.User.ID, flow.ID)
			return err
		},
		// It leaves alone what is not the commune's: see what everything shows.
		"DeleteOAuthFlow": func(ctx context.Context) error {
			if err := s.DeleteOAuthFlow(ctx, me, flow.ID); err != nil {
				return err
			}
			return post.ErrNotFound
		},
		"PracticeTraces": func(ctx context.Context) error {
			all, err := s.PracticeTraces(ctx, me)
			if err == nil && len(all) == 0 {
				return post.ErrNotFound
			}
			return err
		},
		"GoLive": func(ctx context.Context) error {
			stolen := c
			stolen.CommuneID, stolen.Practice = me, false
			return s.GoLive(ctx, stolen, owner.Entry("channel.live", c.ID))
		},
	}
	everything = func(read func(any, error)) {
		read(s.OAuthFlow(ctx, owner.Commune.ID, owner.User.ID, flow.ID))
		read(s.PracticeTraces(ctx, owner.Commune.ID))
	}
	return calls, everything
}
