package storetest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

func testNotices(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	admin := w.AddUser(t, "Ines", post.RoleAdministrator, true)
	colleague := w.AddUser(t, "Hugo", post.RoleAuthor, true)
	gone := w.User
	gone.ID, gone.Email, gone.Role, gone.DisabledAt = store.NewID(), "gone-"+commune, post.RoleAdministrator, now
	Must(t, s.CreateUser(ctx, gone))
	stranger := NewWorld(t, s, 0).AddUser(t, "Zoé", post.RoleAdministrator, true)
	p := w.Save(t, w.Draft(post.Failed, now, w.Channels[0]))
	read := func(u post.User, unread bool) []post.Notice {
		t.Helper()
		page, err := s.Notices(ctx, u.CommuneID, u.ID, unread, "")
		Must(t, err)
		return page.Notices
	}
	unread := func(u post.User) int {
		t.Helper()
		page, err := s.Notices(ctx, u.CommuneID, u.ID, false, "")
		Must(t, err)
		return page.Unread
	}
	open := func(n post.Notice, more ...string) bool {
		t.Helper()
		opened, err := s.OpenNoticeFor(ctx, n, more...)
		Must(t, err)
		return opened
	}
	start, err := s.LastEventID(ctx)
	Must(t, err)
	failed := post.Notice{
		CommuneID: commune, Kind: post.NoticeFailed, Subject: p.Deliveries[0].ID, Severity: post.SeverityError,
		PostID: p.ID, DeliveryID: p.Deliveries[0].ID, ChannelID: w.Channels[0].ID,
		Title: "Pas publié", Message: "La page a refusé.", NextStep: "Réessayez.", CreatedAt: now,
	}

	t.Run("the author and the administrators read it", func(t *testing.T) {
		if !open(failed) {
			t.Fatal("not opened")
		}
		for _, u := range []post.User{w.User, admin} {
			got := read(u, true)
			if len(got) != 1 || unread(u) != 1 {
				t.Fatalf("%s reads %+v", u.Name, got)
			}
			want := failed
			want.ID = got[0].ID
			same(t, got[0], want)
		}
		for _, u := range []post.User{colleague, gone, stranger} {
			if got := read(u, false); len(got) != 0 {
				t.Errorf("%s reads %+v", u.Name, got)
			}
		}
	})
	t.Run("it is opened once", func(t *testing.T) {
		if open(failed) {
			t.Error("opened twice")
		}
		other := failed
		other.Message = "La page a disparu."
		if open(other, colleague.ID) {
			t.Error("new words made a new notice")
		}
		if got := read(colleague, true); len(got) != 1 || got[0].Message != other.Message {
			t.Errorf("an added reader reads %+v", got)
		}
		warning := failed
		warning.Severity = post.SeverityWarning
		open(warning)
		if got := read(admin, true); len(got) != 1 || got[0].Severity != post.SeverityError || got[0].Message != other.Message {
			t.Errorf("an error became a warning: %+v", got)
		}
	})
	t.Run("of many at once, one is opened", func(t *testing.T) {
		n := failed
		n.Kind = post.NoticePreflight
		opened := make([]bool, 12)
		mustAll(t, parallel(len(opened), func(i int) (err error) {
			opened[i], err = s.OpenNotice(ctx, n)
			return err
		}))
		count := 0
		for _, o := range opened {
			if o {
				count++
			}
		}
		if count != 1 || unread(admin) != 2 {
			t.Errorf("%d opened, %d read", count, unread(admin))
		}
		Must(t, s.SettleNotice(ctx, commune, n.Kind, n.Subject, now))
	})
	t.Run("seen", func(t *testing.T) {
		Must(t, s.ReadNotices(ctx, commune, admin.ID, []string{read(admin, true)[0].ID}, now.Add(time.Second)))
		if got := read(admin, false); !got[1].ReadAt.Equal(now.Add(time.Second)) && !got[0].ReadAt.Equal(now.Add(time.Second)) {
			t.Errorf("%+v", got)
		}
		if unread(admin) != 0 || unread(w.User) != 1 {
			t.Errorf("unread: %d and %d", unread(admin), unread(w.User))
		}
		Must(t, s.ReadNotices(ctx, commune, w.User.ID, nil, now))
		if unread(w.User) != 0 {
			t.Error("not all were seen")
		}
	})
	t.Run("a warning that becomes an error is unread again", func(t *testing.T) {
		n := failed
		n.Kind, n.Severity, n.Title = post.NoticeUnknown, post.SeverityWarning, "On ne sait pas"
		open(n)
		Must(t, s.ReadNotices(ctx, commune, admin.ID, nil, now))
		n.Severity, n.Title = post.SeverityError, "À vous de décider"
		if open(n) {
			t.Error("opened twice")
		}
		if got := read(admin, true); len(got) != 1 || got[0].Title != n.Title || got[0].Severity != post.SeverityError {
			t.Errorf("%+v", got)
		}
		Must(t, s.SettleNotice(ctx, commune, n.Kind, n.Subject, now))
	})
	t.Run("settled, and opened anew", func(t *testing.T) {
		Must(t, s.SettleNotice(ctx, commune, failed.Kind, failed.Subject, now.Add(time.Minute)))
		Must(t, s.SettleNotice(ctx, commune, failed.Kind, failed.Subject, now.Add(time.Hour)))
		if n, err := s.OpenNotices(ctx); n != 0 || err != nil {
			t.Errorf("%d open, %v", n, err)
		}
		for _, n := range read(w.User, false) {
			if n.Kind == failed.Kind && !n.SettledAt.Equal(now.Add(time.Minute)) {
				t.Errorf("%+v", n)
			}
		}
		if !open(failed) || unread(w.User) != 1 {
			t.Error("not opened anew")
		}
	})
	t.Run("everywhere", func(t *testing.T) {
		n := post.Notice{Kind: post.NoticeClock, Severity: post.SeverityWarning, Title: "Horloge", CreatedAt: now}
		for _, want := range []int{2, 0} {
			if got, err := s.OpenNoticeEverywhere(ctx, n); got != want || err != nil {
				t.Errorf("opened %d, %v; want %d", got, err, want)
			}
		}
		if unread(stranger) != 1 {
			t.Error("the other commune was not told")
		}
		Must(t, s.SettleNoticeEverywhere(ctx, n.Kind, "", now))
		if unread(stranger) != 0 {
			t.Error("not settled everywhere")
		}
	})
	t.Run("pages", func(t *testing.T) {
		for i := range 60 {
			n := failed
			n.Kind, n.Subject, n.CreatedAt = post.NoticeDuplicate, fmt.Sprint(i), now.Add(time.Duration(i/3)*time.Second)
			open(n)
		}
		all := map[string]bool{}
		for cursor, pages := "", 0; ; pages++ {
			page, err := s.Notices(ctx, commune, w.User.ID, true, cursor)
			Must(t, err)
			for _, n := range page.Notices {
				all[n.ID] = true
			}
			if cursor = page.NextCursor; cursor == "" {
				break
			}
			if pages > 5 {
				t.Fatal("the pages do not end")
			}
		}
		if len(all) != 61 {
			t.Errorf("%d notices on all pages, want 61", len(all))
		}
		_, err := s.Notices(ctx, commune, w.User.ID, false, "?")
		if err == nil {
			t.Error("a cursor that is none was taken")
		}
	})
	t.Run("purge", func(t *testing.T) {
		n, err := s.PurgeNotices(ctx, now.Add(time.Minute), 3)
		Must(t, err)
		rest, err := s.PurgeNotices(ctx, now.Add(2*time.Minute), 100)
		Must(t, err)
		open, err := s.OpenNotices(ctx)
		Must(t, err)
		if n != 3 || rest == 0 || open != 61 {
			t.Errorf("purged %d and %d; %d are open", n, rest, open)
		}
	})
	t.Run("events", func(t *testing.T) {
		events := eventually(t, s, start, 2)
		var payload map[string]string
		Must(t, json.Unmarshal(events[0].Payload, &payload))
		if events[0].Type != store.EventNotice || payload["post_id"] != p.ID || payload["status"] != "open" {
			t.Errorf("%+v: %s", events[0], events[0].Payload)
		}
	})
}
