package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// Picture saves a picture of the commune.
func (w *World) Picture(t testing.TB, name string, at time.Time) post.Media {
	t.Helper()
	id := store.NewID()
	m, err := w.Store.CreateMedia(t.Context(), post.Media{
		ID: id, CommuneID: w.Commune.ID, SHA256: "sha-" + id, ContentType: "image/jpeg", Width: 64, Height: 48, Bytes: 9, Name: name, CreatedAt: at,
	})
	Must(t, err)
	return m
}

// with makes a post use pictures.
func with(p post.Post, images ...post.Image) post.Post {
	p.Content.Images = images
	return p
}

func names(page post.MediaPage) []string {
	all := make([]string, len(page.Media))
	for i, m := range page.Media {
		all[i] = m.Name
	}
	return all
}

// testMediaLibrary: what is found, and in which order.
func testMediaLibrary(t *testing.T, w *World) {
	ctx, s, commune := t.Context(), w.Store, w.Commune.ID
	a := w.Picture(t, "Été.jpg", w.Now)
	w.Picture(t, "100%.jpg", w.Now)
	c := w.Picture(t, "c.jpg", w.Now.Add(time.Second))
	finds := func(f post.MediaFilter, want ...string) {
		t.Helper()
		page, err := s.MediaLibrary(ctx, commune, f)
		Must(t, err)
		same(t, names(page), want)
	}
	// Of equal moments the later id is the newer.
	finds(post.MediaFilter{}, "c.jpg", "100%.jpg", "Été.jpg")
	finds(post.MediaFilter{Query: "ete"}, "Été.jpg")
	finds(post.MediaFilter{Query: "% jpg"}, "100%.jpg")
	finds(post.MediaFilter{Query: "_"})

	page, err := s.MediaLibrary(ctx, commune, post.MediaFilter{Limit: 2})
	Must(t, err)
	w.Picture(t, "d.jpg", w.Now.Add(2*time.Second))
	Must(t, s.DeleteMedia(ctx, commune, c.ID, w.Now))
	rest, err := s.MediaLibrary(ctx, commune, post.MediaFilter{Limit: 2, Cursor: page.NextCursor})
	Must(t, err)
	same(t, names(rest), []string{"Été.jpg"})
	same(t, rest.NextCursor, "")

	alt, credit, refused, day := "Des étals", "Zoé", post.ConsentRefused, "2026-11-30"
	changed, err := s.UpdateMedia(ctx, commune, a.ID, post.MediaPatch{Alt: &alt, Credit: &credit, Consent: &refused, ExpiresOn: &day})
	Must(t, err)
	a.Alt, a.Credit, a.Consent, a.ExpiresOn = alt, credit, refused, day
	same(t, changed, a)
	finds(post.MediaFilter{Query: "ZOE etals"}, "Été.jpg")
	finds(post.MediaFilter{Only: post.MediaExpired, Today: "2026-11-30"})
	finds(post.MediaFilter{Only: post.MediaExpired, Today: "2026-12-01"}, "Été.jpg")
	finds(post.MediaFilter{Only: post.MediaConsentMissing}, "d.jpg", "100%.jpg")
	finds(post.MediaFilter{Only: post.MediaNoAlt}, "d.jpg", "100%.jpg")

	again, err := s.CreateMedia(ctx, post.Media{ID: store.NewID(), CommuneID: commune, SHA256: c.SHA256, Name: "x", CreatedAt: w.Now.Add(time.Hour)})
	Must(t, err)
	c.CreatedAt = w.Now.Add(time.Hour)
	same(t, again, c)
	finds(post.MediaFilter{Only: post.MediaUnused}, "c.jpg", "d.jpg", "100%.jpg", "Été.jpg")
	wantErr(t, s.DeleteMedia(ctx, commune, store.NewID(), w.Now), post.ErrNotFound)
}

// testMediaUses: a picture that is needed stays, and learns from the posts.
func testMediaUses(t *testing.T, w *World) {
	ctx, s, commune := t.Context(), w.Store, w.Commune.ID
	for name, test := range map[string]struct {
		state  post.State
		needed bool
	}{
		"draft": {post.Draft, true}, "awaiting": {post.AwaitingApproval, true}, "scheduled": {post.Scheduled, true}, "held": {post.Held, true},
		"failed": {post.Failed, true}, "missed": {post.Missed, true}, "sent": {post.Sent, false}, "cancelled": {post.Cancelled, false},
	} {
		m := w.Picture(t, name, w.Now)
		p := w.Save(t, with(w.Draft(test.state, w.Now, w.Channels[0]), post.Image{MediaID: m.ID, Alt: "Alt de " + name}, post.Image{MediaID: m.ID, Alt: "Alt de " + name}))
		uses, err := s.MediaUses(ctx, commune, m.ID, w.Now)
		Must(t, err)
		same(t, uses, []post.MediaUse{{
			PostID: p.ID, Title: "Brocante d’été", Status: string(post.StatusOf(p.Deliveries)), At: p.Schedule.DueAt, Waiting: test.needed,
		}})
		got, err := s.Media(ctx, commune, m.ID)
		Must(t, err)
		same(t, got.Alt, "Alt de "+name)
		same(t, got.Uses, 1)
		if err := s.DeleteMedia(ctx, commune, m.ID, w.Now); errors.Is(err, post.ErrConflict) != test.needed || (err != nil && !test.needed) {
			t.Errorf("delete while %s: %v", name, err)
		}
	}

	m, other := w.Picture(t, "first", w.Now), w.Picture(t, "other", w.Now)
	p := w.Save(t, with(w.Draft(post.Scheduled, w.Now.Add(time.Hour), w.Channels[0]), post.Image{MediaID: m.ID, Alt: "Ancien"}))
	alt := "Écrit dans la médiathèque"
	_, err := s.UpdateMedia(ctx, commune, m.ID, post.MediaPatch{Alt: &alt})
	Must(t, err)
	p.Content.Title = "Autre titre"
	Must(t, s.UpdatePost(ctx, p, 1))
	got, err := s.Media(ctx, commune, m.ID)
	Must(t, err)
	same(t, got.Alt, alt)
	p = with(p, post.Image{MediaID: other.ID, Decorative: true})
	Must(t, s.UpdatePost(ctx, p, 2))
	got, err = s.Media(ctx, commune, m.ID)
	Must(t, err)
	same(t, got.Uses, 0)
	page, err := s.MediaLibrary(ctx, commune, post.MediaFilter{Only: post.MediaScheduled})
	Must(t, err)
	if !containsAll(names(page), "awaiting", "scheduled", "held", "other") || len(page.Media) != 4 {
		t.Errorf("scheduled: %v", names(page))
	}

	e := w.AgendaEvent(w.Now)
	e.Content.Images = []post.Image{{MediaID: m.ID, Alt: "x"}}
	Must(t, s.CreateAgendaEvent(ctx, e, nil))
	uses, err := s.MediaUses(ctx, commune, m.ID, e.EndsAt)
	Must(t, err)
	same(t, uses, []post.MediaUse{{EventID: e.ID, Title: e.Content.Title, Status: string(e.Status), At: e.StartsAt, Waiting: true}})
	wantErr(t, s.DeleteMedia(ctx, commune, m.ID, e.EndsAt), post.ErrConflict)
	e.Content.Images = nil
	Must(t, s.UpdateAgendaEvent(ctx, e, 1, nil))
	Must(t, s.DeleteMedia(ctx, commune, m.ID, e.EndsAt))
}

func containsAll(all []string, wanted ...string) bool {
	have := map[string]bool{}
	for _, v := range all {
		have[v] = true
	}
	for _, v := range wanted {
		if !have[v] {
			return false
		}
	}
	return true
}

// testPlanned: what a calendar is given.
func testPlanned(t *testing.T, w *World) {
	ctx, s, commune := t.Context(), w.Store, w.Commune.ID
	from, to := w.Now, w.Now.Add(time.Hour)
	first := w.Draft(post.Scheduled, from, w.Channels...)
	first.Content.Category = "event"
	first = w.Save(t, first)
	w.Save(t, w.Draft(post.Scheduled, to, w.Channels[0]))
	w.Save(t, w.Draft(post.Scheduled, from.Add(-time.Millisecond), w.Channels[0]))
	out := w.Save(t, w.Draft(post.Sent, from.Add(time.Minute), w.Channels[0]))
	idea := w.Save(t, w.Draft(post.Draft, time.Time{}))
	w.Save(t, w.Draft(post.Cancelled, time.Time{}, w.Channels[0]))
	all, err := s.PlannedPosts(ctx, commune, from, to)
	Must(t, err)
	planned := func(p post.Post, status post.Status, channels ...post.PlannedChannel) post.PlannedPost {
		return post.PlannedPost{
			ID: p.ID, Version: 1, Title: p.Content.Title, Text: p.Content.Text, Category: "event", ImageID: "m",
			DueAt: p.Schedule.DueAt, UpdatedAt: p.UpdatedAt, Status: status, Channels: channels,
		}
	}
	on := func(i int, state post.State) post.PlannedChannel {
		c := w.Channels[i]
		return post.PlannedChannel{ID: c.ID, Kind: c.Kind, State: state}
	}
	same(t, all, []post.PlannedPost{
		planned(first, post.StatusScheduled, on(0, post.Scheduled), on(1, post.Scheduled)),
		planned(out, post.StatusPublished, on(0, post.Sent)),
		planned(idea, post.StatusDraft),
	})
	same(t, []post.Lock{all[0].Lock(), all[1].Lock(), all[2].Lock()}, []post.Lock{post.Movable, post.LockedPublished, post.Movable})
}

// testPublishingSettings: nobody's change is lost.
func testPublishingSettings(t *testing.T, w *World) {
	ctx, s := t.Context(), w.Store
	_, err := s.PublishingSettings(ctx, w.Commune.ID)
	wantErr(t, err, post.ErrNotFound)
	v := post.PublishingSettings{
		CommuneID: w.Commune.ID, Slots: []post.Slot{{Weekday: 1, At: "08:00"}}, Signature: "Votre commune",
		HashtagGroups: []post.HashtagGroup{{Name: "Fêtes", Tags: []string{"#Fête"}}}, UpdatedAt: w.Now,
	}
	wantErr(t, s.SavePublishingSettings(ctx, v, 1), post.ErrStale)
	saved := 0
	for _, err := range parallel(8, func(int) error { return s.SavePublishingSettings(ctx, v, 0) }) {
		if err == nil {
			saved++
		} else {
			wantErr(t, err, post.ErrStale)
		}
	}
	same(t, saved, 1)
	v.Signature = ""
	Must(t, s.SavePublishingSettings(ctx, v, 1))
	wantErr(t, s.SavePublishingSettings(ctx, v, 1), post.ErrStale)
	got, err := s.PublishingSettings(ctx, w.Commune.ID)
	Must(t, err)
	v.Version = 2
	same(t, got, v)
}

// testPlanFeeds: a person has one feed, and the one before stops working.
func testPlanFeeds(t *testing.T, w *World) {
	ctx, s := t.Context(), w.Store
	feed := post.PlanFeed{CommuneID: w.Commune.ID, UserID: w.User.ID, Hash: "one-" + w.User.ID, CreatedAt: w.Now}
	Must(t, s.PutPlanFeed(ctx, feed))
	next := feed
	next.Hash, next.CreatedAt = "two-"+w.User.ID, w.Now.Add(time.Second)
	Must(t, s.PutPlanFeed(ctx, next))
	_, err := s.PlanFeedByHash(ctx, feed.Hash)
	wantErr(t, err, post.ErrNotFound)
	got, err := s.PlanFeedByHash(ctx, next.Hash)
	Must(t, err)
	same(t, got, next)
	got, err = s.PlanFeed(ctx, w.Commune.ID, w.User.ID)
	Must(t, err)
	same(t, got, next)
	Must(t, s.DeletePlanFeed(ctx, w.Commune.ID, w.User.ID))
	_, err = s.PlanFeedByHash(ctx, next.Hash)
	wantErr(t, err, post.ErrNotFound)
}

// deskIsolation lists the calls that one commune makes on the library, the plan
// and the settings of another.
func deskIsolation(t testing.TB, owner *World, me string) (calls map[string]func(ctx context.Context) error, everything func(read func(any, error))) {
	t.Helper()
	ctx, s := t.Context(), owner.Store
	m := owner.Picture(t, "mine.jpg", owner.Now)
	owner.Save(t, with(owner.Draft(post.Draft, owner.Now, owner.Channels[0]), post.Image{MediaID: m.ID, Alt: "À moi"}))
	settings := post.PublishingSettings{CommuneID: owner.Commune.ID, Signature: "À moi", UpdatedAt: owner.Now}
	Must(t, s.SavePublishingSettings(ctx, settings, 0))
	feed := post.PlanFeed{CommuneID: owner.Commune.ID, UserID: owner.User.ID, Hash: "f-" + owner.User.ID, CreatedAt: owner.Now}
	Must(t, s.PutPlanFeed(ctx, feed))
	none := func(n int, err error) error {
		if err == nil && n == 0 {
			return post.ErrNotFound
		}
		return errors.Join(err, fmt.Errorf("%d rows", n))
	}
	calls = map[string]func(ctx context.Context) error{
		"MediaLibrary": func(ctx context.Context) error {
			page, err := s.MediaLibrary(ctx, me, post.MediaFilter{Query: "mine"})
			return none(len(page.Media), err)
		},
		"UpdateMedia": func(ctx context.Context) error {
			alt := "Volé"
			_, err := s.UpdateMedia(ctx, me, m.ID, post.MediaPatch{Alt: &alt})
			return err
		},
		"DeleteMedia": func(ctx context.Context) error { return s.DeleteMedia(ctx, me, m.ID, owner.Now) },
		"MediaUses": func(ctx context.Context) error {
			all, err := s.MediaUses(ctx, me, m.ID, owner.Now)
			return none(len(all), err)
		},
		"PlannedPosts": func(ctx context.Context) error {
			all, err := s.PlannedPosts(ctx, me, owner.Now.AddDate(-1, 0, 0), owner.Now.AddDate(1, 0, 0))
			return none(len(all), err)
		},
		"PublishingSettings": func(ctx context.Context) error { _, err := s.PublishingSettings(ctx, me); return err },
		"SavePublishingSettings": func(ctx context.Context) error {
			v := settings
			v.CommuneID = "no commune"
			return s.SavePublishingSettings(ctx, v, 0)
		},
		"PlanFeed": func(ctx context.Context) error { _, err := s.PlanFeed(ctx, me, owner.User.ID); return err },
		"PutPlanFeed": func(ctx context.Context) error {
			v := feed
			v.CommuneID, v.Hash = me, "x"
			return s.PutPlanFeed(ctx, v)
		},
		// It leaves alone what is not the commune's: see what everything shows.
		"DeletePlanFeed": func(ctx context.Context) error {
			return errors.Join(s.DeletePlanFeed(ctx, me, owner.User.ID), post.ErrNotFound)
		},
	}
	return calls, func(read func(any, error)) {
		read(s.MediaLibrary(ctx, owner.Commune.ID, post.MediaFilter{}))
		read(s.PublishingSettings(ctx, owner.Commune.ID))
		read(s.PlanFeed(ctx, owner.Commune.ID, owner.User.ID))
	}
}
