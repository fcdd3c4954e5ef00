package storetest

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// testRenewalsDue checks which credentials are to be renewed, and what becomes
// of a renewal that was cut off or refused.
func testRenewalsDue(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	const within, lasting = 40 * time.Minute, 30 * time.Second
	c := w.AddChannel(t)
	ends := func(at time.Time) {
		t.Helper()
		read, err := s.ChannelByID(ctx, c.ID)
		Must(t, err)
		read.CredentialsExpireAt = at
		Must(t, s.UpdateChannel(ctx, read))
	}
	due := func(at time.Time) (interrupted, listed bool) {
		t.Helper()
		all, err := s.RenewalsDue(ctx, at, within, lasting)
		Must(t, err)
		for _, d := range all {
			if d.Channel.ID == c.ID {
				return d.Interrupted, true
			}
		}
		return false, false
	}
	check := func(what string, at time.Time, wantInterrupted, wantListed bool) {
		t.Helper()
		if interrupted, listed := due(at); interrupted != wantInterrupted || listed != wantListed {
			t.Errorf("%s: interrupted %v, listed %v", what, interrupted, listed)
		}
	}
	epochOf := func() int64 {
		t.Helper()
		read, err := s.ChannelByID(ctx, c.ID)
		Must(t, err)
		return read.RenewalEpoch
	}
	lease := func(at time.Time) int64 {
		t.Helper()
		epoch, ok, err := s.LeaseRenewal(ctx, c.ID, "worker", epochOf(), at, lasting)
		Must(t, err)
		if !ok {
			t.Fatal("not leased")
		}
		return epoch
	}

	ends(now.Add(2 * time.Hour))
	check("two hours left", now, false, false)
	check("forty minutes left", now.Add(80*time.Minute), false, true)
	check("ended", now.Add(3*time.Hour), false, true)

	now = now.Add(80 * time.Minute)
	epoch := lease(now)
	check("being renewed", now.Add(lasting-time.Millisecond), false, false)
	check("cut off", now.Add(lasting), true, true)
	Must(t, s.SaveRenewal(ctx, c.ID, epoch, []byte("fresh"), now.Add(30*time.Minute)))
	check("of short life, fresh", now.Add(time.Minute), false, false)
	check("of short life, two thirds over", now.Add(20*time.Minute), false, true)

	now = now.Add(20 * time.Minute)
	failure := post.Failure{Kind: "auth", Code: "refused", Message: "Non.", NextStep: "Reconnectez."}
	epoch = lease(now)
	wantErr(t, s.RefuseRenewal(ctx, c.ID, epoch-1, now, failure, true), post.ErrStale)
	Must(t, s.RefuseRenewal(ctx, c.ID, epoch, now, failure, false))
	check("refused once", now, false, true)
	status := func() post.ChannelStatus {
		t.Helper()
		read, err := s.ChannelByID(ctx, c.ID)
		Must(t, err)
		if read.Failure == nil || *read.Failure != failure {
			t.Errorf("shows %+v", read.Failure)
		}
		return read.Status
	}
	if got := status(); got != post.ChannelConnected {
		t.Errorf("refused once: %s", got)
	}

	epoch = lease(now.Add(time.Minute))
	Must(t, s.RefuseRenewal(ctx, c.ID, epoch, now.Add(time.Minute), failure, true))
	check("lost", now.Add(time.Hour), false, false)
	if got := status(); got != post.ChannelNeedsReauth {
		t.Errorf("lost: %s", got)
	}
}

// testPreflight checks when deliveries are looked at before their hour.
func testPreflight(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	c, other := w.Channels[0], w.Channels[1]
	day := w.Scheduled(t, now.Add(25*time.Hour), c)
	soon := w.Scheduled(t, now.Add(9*time.Minute), other) // saved just now: needs no check
	crisis := w.Draft(post.Scheduled, now.Add(time.Hour), other)
	crisis.Deliveries[0].Lane = post.LaneCrisis
	w.Save(t, crisis)
	w.Save(t, w.Draft(post.Held, now.Add(time.Hour), other))

	listed := func(at time.Time) []post.Delivery {
		t.Helper()
		ids, err := s.PreflightChannels(ctx, at, 10)
		Must(t, err)
		all, err := s.PreflightDeliveries(ctx, c.ID, at, 10)
		Must(t, err)
		if (len(all) > 0) != (len(ids) == 1 && ids[0] == c.ID) {
			t.Errorf("channels %v, deliveries %d", ids, len(all))
		}
		return all
	}
	none, err := s.PreflightDeliveries(ctx, other.ID, now.Add(time.Minute), 10)
	Must(t, err)
	same(t, none, []post.Delivery(nil))
	_ = soon

	for stage, moments := range [][2]time.Duration{
		{25*time.Hour - 24*time.Hour - time.Millisecond, 25*time.Hour - 24*time.Hour},
		{24*time.Hour - time.Millisecond, 24 * time.Hour},
		{25*time.Hour - 15*time.Minute - time.Millisecond, 25*time.Hour - 15*time.Minute},
	} {
		if all := listed(now.Add(moments[0])); len(all) != 0 {
			t.Errorf("stage %d: too early", stage+1)
		}
		all := listed(now.Add(moments[1]))
		if len(all) != 1 || all[0].ID != day.ID || all[0].Preflight != stage+1 {
			t.Fatalf("stage %d: %+v", stage+1, all)
		}
		changed := all[0]
		changed.Fingerprint = "another text"
		Must(t, s.MarkPreflight(ctx, []post.Delivery{changed}))
		if len(listed(now.Add(moments[1]))) != 1 {
			t.Errorf("stage %d: marked although it changed", stage+1)
		}
		Must(t, s.MarkPreflight(ctx, all))
		if all := listed(now.Add(moments[1])); len(all) != 0 {
			t.Errorf("stage %d: checked twice", stage+1)
		}
	}

	t.Run("missed stages are one", func(t *testing.T) {
		late := w.Scheduled(t, now.Add(25*time.Hour), c)
		all := listed(now.Add(25*time.Hour - 5*time.Minute))
		if len(all) != 1 || all[0].ID != late.ID || all[0].Preflight != 3 {
			t.Fatalf("%+v", all)
		}
		Must(t, s.MarkPreflight(ctx, all))
		if all := listed(now.Add(25*time.Hour - time.Minute)); len(all) != 0 {
			t.Errorf("%+v", all)
		}
	})
	t.Run("one asks", func(t *testing.T) {
		oks := make([]bool, 20)
		mustAll(t, parallel(20, func(i int) (err error) {
			oks[i], err = s.LeaseCheck(ctx, c.ID, now, time.Minute)
			return err
		}))
		won := 0
		for _, ok := range oks {
			if ok {
				won++
			}
		}
		if won != 1 {
			t.Errorf("%d ask, want 1", won)
		}
		if ok, err := s.LeaseCheck(ctx, c.ID, now.Add(time.Minute), time.Minute); !ok || err != nil {
			t.Errorf("the next cannot: %v, %v", ok, err)
		}
		if ok, err := s.LeaseCheck(ctx, store.NewID(), now, time.Minute); ok || err != nil {
			t.Errorf("leased nothing: %v, %v", ok, err)
		}
	})
	t.Run("what a check showed", func(t *testing.T) {
		before, err := s.ChannelByID(ctx, c.ID)
		Must(t, err)
		failure := &post.Failure{Kind: "auth", Code: "x"}
		Must(t, s.SaveCheck(ctx, c.ID, before.RenewalEpoch, store.ChannelCheck{Status: post.ChannelNeedsReauth, Failure: failure, At: now}))
		got, err := s.ChannelByID(ctx, c.ID)
		Must(t, err)
		if got.Status != post.ChannelNeedsReauth || !got.CheckedAt.Equal(now) || !got.CredentialsExpireAt.Equal(before.CredentialsExpireAt) {
			t.Errorf("%+v", got)
		}
		wantErr(t, s.SaveCheck(ctx, c.ID, before.RenewalEpoch+1, store.ChannelCheck{Status: post.ChannelConnected, At: now}), post.ErrStale)
		ends := now.Add(time.Hour)
		Must(t, s.SaveCheck(ctx, c.ID, before.RenewalEpoch, store.ChannelCheck{Status: post.ChannelConnected, ExpiresAt: ends, At: now}))
		got, err = s.ChannelByID(ctx, c.ID)
		Must(t, err)
		if got.Status != post.ChannelConnected || got.Failure != nil || !got.CredentialsExpireAt.Equal(ends) {
			t.Errorf("%+v", got)
		}
	})
	t.Run("ended before its hour", func(t *testing.T) {
		d := w.Read(t, w.Scheduled(t, now.Add(25*time.Hour), c).ID)
		changed := d
		changed.Fingerprint = "another text"
		failure := post.Failure{Kind: "media", Code: "media_lost", Message: "m", NextStep: "n"}
		wantErr(t, s.FailBefore(ctx, changed, now, failure), post.ErrConflict)
		Must(t, s.FailBefore(ctx, d, now, failure))
		got := w.Read(t, d.ID)
		if got.State != post.Failed || !got.NextAt.IsZero() || got.Failure == nil || *got.Failure != failure {
			t.Errorf("%+v", got)
		}
		wantErr(t, s.FailBefore(ctx, d, now, failure), post.ErrConflict)
	})
	t.Run("notices end with the wait", func(t *testing.T) {
		d := w.Scheduled(t, now.Add(25*time.Hour), c)
		n := post.Notice{
			CommuneID: c.CommuneID, Kind: post.NoticePreflight, Subject: d.ID, PostID: d.PostID, DeliveryID: d.ID, ChannelID: c.ID,
			Severity: post.SeverityError, Title: "t", Message: "m", NextStep: "n",
		}
		_, err := s.OpenNotice(ctx, n)
		Must(t, err)
		Must(t, s.SettlePreflight(ctx, now))
		open, err := s.OpenPreflight(ctx, c.ID)
		Must(t, err)
		if len(open) != 1 || open[d.ID] == "" {
			t.Fatalf("%v", open)
		}
		Must(t, s.FailBefore(ctx, w.Read(t, d.ID), now, post.Failure{Kind: "media"}))
		Must(t, s.SettlePreflight(ctx, now))
		if open, err = s.OpenPreflight(ctx, c.ID); err != nil || len(open) != 0 {
			t.Errorf("%v, %v", open, err)
		}
	})
}
