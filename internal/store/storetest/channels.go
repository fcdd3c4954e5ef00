package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

func testChannels(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	read := func(id string) post.Channel {
		t.Helper()
		c, err := s.Channel(ctx, commune, id)
		Must(t, err)
		return c
	}
	all, err := s.Channels(ctx, commune)
	Must(t, err)
	same(t, all, w.Channels)
	same(t, read(w.Channels[0].ID), w.Channels[0])
	byID, err := s.ChannelByID(ctx, w.Channels[0].ID)
	Must(t, err)
	same(t, byID, w.Channels[0])
	wantErr(t, s.CreateChannel(ctx, w.Channels[0]), post.ErrConflict)
	_, err = s.ChannelByID(ctx, store.NewID())
	wantErr(t, err, post.ErrNotFound)

	t.Run("a bare one", func(t *testing.T) {
		bare := post.Channel{ID: store.NewID(), CommuneID: commune, Kind: "site", Name: "Site", Status: post.ChannelConnected, Practice: true, CreatedAt: now}
		Must(t, s.CreateChannel(ctx, bare))
		same(t, read(bare.ID), bare)
	})
	t.Run("change", func(t *testing.T) {
		c := w.AddChannel(t)
		c.Name, c.Status, c.Settings = "Autre", post.ChannelNeedsReauth, map[string]string{"page_id": "2"}
		c.Account, c.Failure, c.CheckedAt = post.Account{ID: "2", Name: "B", URL: "https://b"}, &post.Failure{Kind: "auth", Code: "x"}, now
		Must(t, s.UpdateChannel(ctx, c))
		same(t, read(c.ID), c)
		Must(t, s.SetChannelStatus(ctx, c.ID, post.ChannelConnected, nil))
		got := read(c.ID)
		if got.Status != post.ChannelConnected || got.Failure != nil || got.CheckedAt.IsZero() {
			t.Errorf("%+v", got)
		}
		wantErr(t, s.SetChannelStatus(ctx, store.NewID(), post.ChannelConnected, nil), post.ErrNotFound)
		c.ID = store.NewID()
		wantErr(t, s.UpdateChannel(ctx, c), post.ErrNotFound)
	})
	t.Run("delete", func(t *testing.T) {
		c, other := w.AddChannel(t), w.Channels[0]
		states := map[post.State]post.State{
			post.Draft: post.Cancelled, post.AwaitingApproval: post.Cancelled, post.Scheduled: post.Cancelled, post.Held: post.Cancelled,
			post.Retrying: post.Cancelled, post.Sent: post.Sent, post.Failed: post.Failed, post.Missed: post.Missed,
		}
		deliveries := map[post.State]post.Delivery{}
		for from := range states {
			deliveries[from] = w.Save(t, w.Draft(from, now, c)).Deliveries[0]
		}
		kept := w.Scheduled(t, now, other)
		Must(t, s.DeleteChannel(ctx, commune, c.ID))
		for from, to := range states {
			if got := w.Read(t, deliveries[from].ID); got.State != to || (to == post.Cancelled && !got.NextAt.IsZero()) {
				t.Errorf("from %s: %+v", from, got)
			}
		}
		if got := w.Read(t, kept.ID).State; got != post.Scheduled {
			t.Errorf("another channel's delivery is %s", got)
		}
		_, err := s.Channel(ctx, commune, c.ID)
		wantErr(t, err, post.ErrNotFound)
		_, err = s.ChannelByID(ctx, c.ID)
		wantErr(t, err, post.ErrNotFound)
		wantErr(t, s.UpdateChannel(ctx, c), post.ErrNotFound)
		wantErr(t, s.DeleteChannel(ctx, commune, c.ID), post.ErrNotFound)
	})
	t.Run("delete while something is under way", func(t *testing.T) {
		sending, unknown, reading := w.AddChannel(t), w.AddChannel(t), w.AddChannel(t)
		w.Scheduled(t, now, sending)
		w.Claim(t, sending, "worker")
		w.Unknown(t, unknown, time.Time{})
		w.Unknown(t, reading, now)
		_, err := s.ClaimReconcile(ctx, reading.ID, lane, "worker", now, now.Add(time.Minute))
		Must(t, err)
		for _, c := range []post.Channel{sending, unknown, reading} {
			waiting := w.Scheduled(t, now.Add(time.Hour), c)
			wantErr(t, s.DeleteChannel(ctx, commune, c.ID), post.ErrConflict)
			same(t, read(c.ID), c)
			if got := w.Read(t, waiting.ID).State; got != post.Scheduled {
				t.Errorf("refused, and yet a delivery is %s", got)
			}
		}
	})
	t.Run("delete against a claim", func(t *testing.T) {
		for range 30 {
			c := w.AddChannel(t)
			d := w.Scheduled(t, now, c)
			var claim *store.Claim
			errs := parallel(2, func(i int) (err error) {
				if i == 0 {
					claim, err = s.ClaimPublish(ctx, c.ID, lane, "worker", now, now.Add(time.Minute))
					return err
				}
				return s.DeleteChannel(ctx, commune, c.ID)
			})
			Must(t, errs[0])
			if (claim != nil) == (errs[1] == nil) {
				t.Fatalf("claimed %v, deleted %v, delivery %s", claim != nil, errs[1], w.Read(t, d.ID).State)
			}
		}
	})
}

func testRenewal(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	read := func(id string) post.Channel {
		t.Helper()
		c, err := s.Channel(ctx, commune, id)
		Must(t, err)
		return c
	}
	c := w.Channels[0]
	const lasting = time.Minute

	t.Run("one renews", func(t *testing.T) {
		epochs := make([]int64, 20)
		oks := make([]bool, 20)
		mustAll(t, parallel(20, func(i int) (err error) {
			epochs[i], oks[i], err = s.LeaseRenewal(ctx, c.ID, "worker", c.RenewalEpoch, now, lasting)
			return err
		}))
		won, epoch := 0, int64(0)
		for i, ok := range oks {
			if ok {
				won++
				epoch = epochs[i]
			}
		}
		if won != 1 {
			t.Fatalf("%d renew, want 1", won)
		}
		leased := read(c.ID)
		if _, ok, err := s.LeaseRenewal(ctx, c.ID, "other", leased.RenewalEpoch, now.Add(lasting-time.Millisecond), lasting); ok || err != nil {
			t.Fatalf("leased twice: %v, %v", ok, err)
		}
		expires := now.Add(48 * time.Hour)
		Must(t, s.SaveRenewal(ctx, c.ID, epoch, []byte("fresh"), expires))
		got := read(c.ID)
		if string(got.Sealed) != "fresh" || !got.CredentialsExpireAt.Equal(expires) || got.RenewalEpoch <= leased.RenewalEpoch {
			t.Errorf("%+v", got)
		}
		wantErr(t, s.SaveRenewal(ctx, c.ID, epoch, []byte("again"), expires), post.ErrStale)

		// Somebody who read the old credentials brings them back neither by
		// renewing nor by saving.
		if _, ok, err := s.LeaseRenewal(ctx, c.ID, "late", c.RenewalEpoch, now.Add(time.Hour), lasting); ok || err != nil {
			t.Errorf("renewed from old credentials: %v, %v", ok, err)
		}
		old := c
		old.Name = "Nouveau nom"
		wantErr(t, s.UpdateChannel(ctx, old), post.ErrStale)
		leased.Name = "Nouveau nom"
		wantErr(t, s.UpdateChannel(ctx, leased), post.ErrStale)
		same(t, read(c.ID), got)
	})
	t.Run("one that died is followed", func(t *testing.T) {
		c := w.AddChannel(t)
		dead, ok, err := s.LeaseRenewal(ctx, c.ID, "dead", 0, now, lasting)
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		next, ok, err := s.LeaseRenewal(ctx, c.ID, "next", read(c.ID).RenewalEpoch, now.Add(lasting), lasting)
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		wantErr(t, s.SaveRenewal(ctx, c.ID, dead, []byte("dead"), now), post.ErrStale)
		Must(t, s.SaveRenewal(ctx, c.ID, next, []byte("next"), time.Time{}))
		if got := read(c.ID); string(got.Sealed) != "next" || !got.CredentialsExpireAt.IsZero() {
			t.Errorf("%+v", got)
		}
	})
	t.Run("given back", func(t *testing.T) {
		c := w.AddChannel(t)
		epoch, ok, err := s.LeaseRenewal(ctx, c.ID, "one", 0, now, lasting)
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		Must(t, s.ReleaseRenewal(ctx, c.ID, epoch))
		if _, ok, err := s.LeaseRenewal(ctx, c.ID, "two", epoch, now, lasting); !ok || err != nil {
			t.Errorf("not free: %v, %v", ok, err)
		}
	})
	t.Run("new credentials by hand win", func(t *testing.T) {
		c := w.AddChannel(t)
		epoch, ok, err := s.LeaseRenewal(ctx, c.ID, "one", 0, now, lasting)
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		byHand := read(c.ID)
		renamed := byHand
		renamed.Name = "Autre"
		Must(t, s.UpdateChannel(ctx, renamed)) // changes no credentials
		byHand.Sealed = []byte("by hand")
		Must(t, s.UpdateChannel(ctx, byHand))
		wantErr(t, s.SaveRenewal(ctx, c.ID, epoch, []byte("renewed"), now), post.ErrStale)
		same(t, read(c.ID), byHand, cmpopts.IgnoreFields(post.Channel{}, "RenewalEpoch"))
	})
	if _, ok, err := s.LeaseRenewal(ctx, store.NewID(), "x", 0, now, lasting); ok || err != nil {
		t.Errorf("leased nothing: %v, %v", ok, err)
	}
}
