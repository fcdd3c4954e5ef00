package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

func testWatch(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	lateBefore, longAgo := now.Add(-time.Minute), now.Add(-time.Hour)
	open := func(kind post.NoticeKind, severity post.Severity, subject string) {
		t.Helper()
		_, err := s.OpenNotice(ctx, post.Notice{
			CommuneID: w.Commune.ID, Kind: kind, Subject: subject, DeliveryID: subject, Severity: severity, Title: string(kind), CreatedAt: now,
		})
		Must(t, err)
	}

	t.Run("deliveries", func(t *testing.T) {
		find := func() map[string]post.NoticeKind {
			t.Helper()
			all, err := s.DeliveryTroubles(ctx, longAgo, lateBefore, 100)
			Must(t, err)
			found := map[string]post.NoticeKind{}
			for i := range all {
				found[all[i].DeliveryID] = all[i].Kind
			}
			return found
		}
		c := w.AddChannel(t)
		for _, state := range []post.State{post.Draft, post.AwaitingApproval, post.Scheduled, post.Held, post.Cancelled} {
			w.Save(t, w.Draft(state, longAgo, c))
		}
		failed := w.Save(t, w.Draft(post.Failed, longAgo, c)).Deliveries[0]
		missed := w.Save(t, w.Draft(post.Missed, longAgo, c)).Deliveries[0]
		old := w.Draft(post.Failed, longAgo, c)
		old.CreatedAt = longAgo.Add(-time.Minute)
		w.Save(t, old)
		reading := w.Unknown(t, w.AddChannel(t), now.Add(time.Minute))
		person := w.Unknown(t, w.AddChannel(t), time.Time{})
		want := map[string]post.NoticeKind{failed.ID: post.NoticeFailed, missed.ID: post.NoticeMissed, person.ID: post.NoticeUnknown}
		same(t, find(), want)

		all, err := s.DeliveryTroubles(ctx, longAgo, now.Add(time.Minute), 100)
		Must(t, err)
		at := slices.IndexFunc(all, func(x store.DeliveryTrouble) bool { return x.DeliveryID == reading.ID })
		if at < 0 || all[at].NeedsPerson || len(all) != 4 {
			t.Fatalf("an outcome unknown for a minute: %+v", all)
		}
		one, err := s.DeliveryTrouble(ctx, w.Commune.ID, reading.ID)
		Must(t, err)
		same(t, all[at], one)
		if one.Content.Title != "Brocante d’été" || one.Zone != "Europe/Brussels" || one.ChannelName == "" || one.PostID != reading.PostID {
			t.Errorf("%+v", one)
		}

		open(post.NoticeFailed, post.SeverityError, failed.ID)
		open(post.NoticeMissed, post.SeverityError, missed.ID)
		open(post.NoticeUnknown, post.SeverityWarning, person.ID)
		same(t, find(), map[string]post.NoticeKind{person.ID: post.NoticeUnknown})
		open(post.NoticeUnknown, post.SeverityError, person.ID)
		same(t, find(), map[string]post.NoticeKind{})

		outdated := func() int {
			t.Helper()
			ids, err := s.OutdatedNotices(ctx, 100)
			Must(t, err)
			Must(t, s.SettleNotices(ctx, ids, now))
			return len(ids)
		}
		if n := outdated(); n != 0 {
			t.Errorf("%d notices are outdated", n)
		}
		_, err = s.RetryByPerson(ctx, w.Commune.ID, failed.ID, now)
		Must(t, err)
		_, err = s.ResolveByPerson(ctx, w.Commune.ID, person.ID, post.Verdict{Sent: true, At: now})
		Must(t, err)
		if n := outdated(); n != 2 {
			t.Errorf("%d notices are outdated, want 2", n)
		}
		if n := outdated(); n != 0 {
			t.Errorf("%d notices are outdated twice", n)
		}
	})
	t.Run("channels", func(t *testing.T) {
		found := func(c post.Channel) []store.ChannelTrouble {
			t.Helper()
			all, err := s.ChannelTroubles(ctx, now, lateBefore)
			Must(t, err)
			return slices.DeleteFunc(all, func(x store.ChannelTrouble) bool { return x.ChannelID != c.ID })
		}
		// The words of a new row are those of its making; workers change them.
		retrying := func(c post.Channel, next time.Time, failure *post.Failure) {
			t.Helper()
			w.Scheduled(t, longAgo, c)
			claim := w.Claim(t, c, "w")
			Must(t, s.Finish(ctx, claim.Delivery.ID, claim.Delivery.Epoch, store.Result{
				From: post.Sending, To: post.Retrying, At: longAgo, NextAt: next, Failure: failure,
			}))
		}
		type is struct {
			kind post.NoticeKind
			n    int
		}
		for name, test := range map[string]struct {
			make func(c post.Channel)
			want []is
		}{
			"nothing":      {func(post.Channel) {}, nil},
			"ahead":        {func(c post.Channel) { w.Scheduled(t, now.Add(time.Hour), c) }, nil},
			"just due":     {func(c post.Channel) { w.Scheduled(t, now.Add(-59*time.Second), c) }, nil},
			"overdue":      {func(c post.Channel) { w.Scheduled(t, lateBefore, c); w.Scheduled(t, longAgo, c) }, []is{{post.NoticeOverdue, 2}}},
			"rate limited": {func(c post.Channel) { retrying(c, now.Add(time.Minute), &post.Failure{Code: "x.429"}) }, nil},
			"put off without a reason": {
				func(c post.Channel) { retrying(c, now.Add(time.Minute), nil) }, []is{{post.NoticeOverdue, 1}},
			},
			"a try is overdue": {
				func(c post.Channel) { retrying(c, lateBefore, &post.Failure{Code: "x.429"}) }, []is{{post.NoticeOverdue, 1}},
			},
			"being sent now": {func(c post.Channel) { w.Scheduled(t, longAgo, c); w.Claim(t, c, "w") }, nil},
			"held for a decision": {func(c post.Channel) {
				for _, reason := range []post.HoldReason{post.HoldReview, post.HoldReview, post.HoldRecovery, post.HoldCrisis} {
					d := w.Scheduled(t, now.Add(time.Hour), c)
					_, err := s.Transition(ctx, w.Commune.ID, d.ID, []post.State{post.Scheduled}, post.Held, store.Change{Hold: reason, Now: now})
					Must(t, err)
				}
			}, []is{{post.NoticeRecovery, 1}, {post.NoticeReview, 2}}},
			"credentials refused": {func(c post.Channel) {
				w.Scheduled(t, now.Add(time.Hour), c)
				Must(t, s.SetChannelStatus(ctx, c.ID, post.ChannelNeedsReauth, &post.Failure{Message: "refusé"}))
			}, []is{{post.NoticeReauth, 1}}},
		} {
			t.Run(name, func(t *testing.T) {
				c := w.AddChannel(t)
				test.make(c)
				var got []is
				for _, x := range found(c) {
					got = append(got, is{x.Kind, x.Deliveries})
					authors, err := s.TroubledAuthors(ctx, &x, now, lateBefore)
					Must(t, err)
					same(t, authors, []string{w.User.ID})
				}
				slices.SortFunc(got, func(a, b is) int { return a.n - b.n })
				same(t, got, test.want, cmp.AllowUnexported(is{}))
			})
		}
		n, err := s.CountOverdue(ctx, w.Commune.ID, now, lateBefore)
		if err != nil || n < 4 {
			t.Errorf("%d are overdue, %v", n, err)
		}
		// Of a neighbour's trouble nobody is told.
		if n, err := s.CountOverdue(ctx, NewWorld(t, s, 1).Commune.ID, now, lateBefore); err != nil || n != 0 {
			t.Errorf("%d are overdue in another commune, %v", n, err)
		}
		Must(t, s.SetChannelStatus(ctx, w.Channels[0].ID, post.ChannelNeedsReauth, nil))
		_, err = s.OpenNotice(ctx, post.Notice{
			CommuneID: w.Commune.ID, Kind: post.NoticeReauth, Subject: w.Channels[0].ID, ChannelID: w.Channels[0].ID, Severity: post.SeverityError,
		})
		Must(t, err)
		notices, err := s.OpenChannelNotices(ctx)
		Must(t, err)
		if len(notices) != 1 || notices[0].ChannelID != w.Channels[0].ID {
			t.Errorf("%+v", notices)
		}
	})
}

func testMails(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	reader := w.AddUser(t, "Ines", post.RoleAdministrator, true)
	w.AddUser(t, "Hugo", post.RoleAdministrator, false)
	due := now.Add(MailAfter)
	n := 0
	open := func(at time.Time) {
		t.Helper()
		n++
		_, err := s.OpenNotice(ctx, post.Notice{CommuneID: w.Commune.ID, Kind: post.NoticeFailed, Subject: string(rune('a' + n)), Severity: post.SeverityError, CreatedAt: at})
		Must(t, err)
	}
	claim := func(at time.Time) *store.Mailing {
		t.Helper()
		m, err := s.ClaimMailing(ctx, at, at.Add(time.Minute))
		Must(t, err)
		return m
	}
	open(now)
	open(now.Add(30 * time.Second))

	t.Run("what comes together goes together", func(t *testing.T) {
		if m := claim(due.Add(-time.Millisecond)); m != nil {
			t.Fatalf("sent before others could come: %+v", m)
		}
		m := claim(due)
		if m == nil || len(m.Notices) != 2 || m.Tries != 1 {
			t.Fatalf("%+v", m)
		}
		same(t, m.User, reader)
		if again := claim(due); again != nil {
			t.Errorf("claimed twice: %+v", again)
		}
		open(now.Add(time.Minute))
		if m := claim(due.Add(30 * time.Second)); m != nil {
			t.Errorf("what another is sending, and what may wait, was claimed: %+v", m)
		}
		Must(t, s.MailingSent(ctx, m, due))
		if m := claim(now.Add(time.Hour)); m == nil || len(m.Notices) != 1 {
			t.Errorf("after that: %+v", m)
		} else {
			Must(t, s.MailingSent(ctx, m, due))
		}
	})
	t.Run("a sender that vanished", func(t *testing.T) {
		open(now)
		first := claim(now.Add(2 * time.Minute))
		second := claim(now.Add(3 * time.Minute))
		if first == nil || second == nil || second.Tries != 2 {
			t.Fatalf("%+v, then %+v", first, second)
		}
		Must(t, s.MailingSent(ctx, second, due))
	})
	t.Run("a server that does not answer", func(t *testing.T) {
		open(now)
		m := claim(due)
		Must(t, s.MailingPostponed(ctx, m, now.Add(time.Hour), now))
		if m := claim(now.Add(59 * time.Minute)); m != nil {
			t.Errorf("tried before its time: %+v", m)
		}
		m = claim(now.Add(time.Hour))
		if m == nil || m.Tries != 2 {
			t.Fatalf("%+v", m)
		}
		Must(t, s.MailingPostponed(ctx, m, now.Add(2*time.Hour), now.Add(time.Second)))
		if m := claim(now.Add(24 * time.Hour)); m != nil {
			t.Errorf("tried for ever: %+v", m)
		}
	})
	t.Run("two senders at once", func(t *testing.T) {
		for range 5 {
			open(now)
		}
		claimed := make([]*store.Mailing, 8)
		mustAll(t, parallel(len(claimed), func(i int) (err error) {
			claimed[i], err = s.ClaimMailing(ctx, due, due.Add(time.Minute))
			return err
		}))
		total := 0
		for _, m := range claimed {
			if m != nil {
				total += len(m.Notices)
				Must(t, s.MailingSent(ctx, m, due))
			}
		}
		if total != 5 {
			t.Errorf("%d notices claimed, want 5", total)
		}
	})
	t.Run("settled or unwanted", func(t *testing.T) {
		open(now)
		Must(t, s.SettleNoticeEverywhere(ctx, post.NoticeFailed, string(rune('a'+n)), now))
		if m := claim(due); m != nil {
			t.Errorf("a mail of what is settled: %+v", m)
		}
		open(now)
		Must(t, s.SetMailNotices(ctx, w.Commune.ID, reader.ID, false))
		if m := claim(due); m != nil {
			t.Errorf("a mail to somebody who wants none: %+v", m)
		}
	})
}
