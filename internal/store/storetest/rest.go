package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

func testMedia(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	picture := func(sha string) post.Media {
		return post.Media{
			ID: store.NewID(), CommuneID: commune, SHA256: sha, ContentType: "image/jpeg", Width: 4000, Height: 3000,
			Bytes: 5_000_000_000, Name: "été.jpg", CreatedAt: now,
		}
	}
	first := picture("a")
	got, err := s.CreateMedia(ctx, first)
	Must(t, err)
	same(t, got, first)
	same20 := make([]post.Media, 20)
	mustAll(t, parallel(20, func(i int) (err error) {
		same20[i], err = s.CreateMedia(ctx, picture("b"))
		return err
	}))
	for _, m := range same20 {
		same(t, m, same20[0])
	}
	again, err := s.CreateMedia(ctx, picture("a"))
	Must(t, err)
	same(t, again, first)
	got, err = s.Media(ctx, commune, first.ID)
	Must(t, err)
	same(t, got, first)
	got, err = s.MediaBySHA(ctx, commune, "a")
	Must(t, err)
	same(t, got, first)
	_, err = s.MediaBySHA(ctx, commune, "c")
	wantErr(t, err, post.ErrNotFound)
	many, err := s.MediaMany(ctx, commune, []string{first.ID, store.NewID(), same20[0].ID})
	Must(t, err)
	slices.SortFunc(many, func(a, b post.Media) int { return cmpString(a.SHA256, b.SHA256) })
	same(t, many, []post.Media{first, same20[0]})
	none, err := s.MediaMany(ctx, commune, nil)
	Must(t, err)
	same(t, none, []post.Media{})
	wrong := picture("d")
	wrong.CommuneID = store.NewID()
	_, err = s.CreateMedia(ctx, wrong)
	wantErr(t, err, post.ErrNotFound)
}

func cmpString(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

func testEvents(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	start, err := s.LastEventID(ctx)
	Must(t, err)
	c := w.Channels[0]
	p := w.Save(t, w.Draft(post.Scheduled, now, c))
	d := p.Deliveries[0]
	w.Claim(t, c, "worker")
	Must(t, s.Finish(ctx, d.ID, 1, store.Result{From: post.Sending, To: post.Missed, At: now}))
	Must(t, s.SetChannelStatus(ctx, c.ID, post.ChannelNeedsReauth, nil))
	// What fails leaves no event.
	if err := s.CreatePost(ctx, p); err == nil {
		t.Fatal("saved twice")
	}
	events := eventually(t, s, start, 4)
	type seen struct {
		Type    store.EventType
		Payload map[string]any
	}
	var got []seen
	for _, e := range events {
		if e.CommuneID != w.Commune.ID || e.At.IsZero() {
			t.Errorf("%+v", e)
		}
		v := seen{Type: e.Type}
		Must(t, json.Unmarshal(e.Payload, &v.Payload))
		got = append(got, v)
	}
	delivery := func(state post.State) seen {
		return seen{store.EventDelivery, map[string]any{"id": d.ID, "post_id": p.ID, "channel_id": c.ID, "status": string(state)}}
	}
	same(t, got, []seen{
		{store.EventPost, map[string]any{"id": p.ID, "version": 1.0}},
		delivery(post.Sending), delivery(post.Missed),
		{store.EventChannel, map[string]any{"id": c.ID, "status": "needs_reauth"}},
	})
	last, err := s.LastEventID(ctx)
	Must(t, err)
	if last != events[len(events)-1].ID {
		t.Errorf("last event %d, want %d", last, events[len(events)-1].ID)
	}
	page, err := s.EventsAfter(ctx, start, 2)
	Must(t, err)
	rest, err := s.EventsAfter(ctx, page[1].ID, 100)
	Must(t, err)
	same(t, append(page, rest...), events)

	t.Run("none is passed over", func(t *testing.T) {
		// Writers commit in any order while a reader follows.
		const writers, each = 8, 15
		place, err := s.LastEventID(ctx)
		Must(t, err)
		patience := newPatience(t)
		posts := make([][]post.Post, writers)
		for i := range posts {
			for range each {
				posts[i] = append(posts[i], w.Draft(post.Draft, now, c))
			}
		}
		read := map[string]int{}
		errs := parallel(writers+1, func(i int) error {
			if i < writers {
				for _, p := range posts[i] {
					if err := s.CreatePost(ctx, p); err != nil {
						return err
					}
				}
				return nil
			}
			for len(read) < writers*each {
				events, err := s.EventsAfter(ctx, place, 7)
				if err != nil {
					return err
				}
				if len(events) == 0 && !patience.wait() {
					return fmt.Errorf("read %d events, then no more", len(read))
				}
				for _, e := range events {
					var v struct{ ID string }
					if err := json.Unmarshal(e.Payload, &v); err != nil {
						return err
					}
					read[v.ID]++
					place = e.ID
				}
			}
			return nil
		})
		mustAll(t, errs)
		for i := range posts {
			for _, p := range posts[i] {
				if read[p.ID] != 1 {
					t.Errorf("post %s was read %d times", p.ID, read[p.ID])
				}
			}
		}
	})
	t.Run("purge", func(t *testing.T) {
		if _, err := s.PurgeEvents(ctx, now.Add(1000*time.Hour)); err != nil {
			t.Fatal(err)
		}
		left, err := s.EventsAfter(ctx, 0, 100)
		Must(t, err)
		if len(left) == 0 {
			t.Error("the newest event is gone, and with it the place to read from")
		}
	})
}

// eventually reads n events. PostgreSQL holds events back while transactions of
// other databases run, as those of other tests.
func eventually(t *testing.T, s *store.Store, after int64, n int) []store.Event {
	t.Helper()
	for p := newPatience(t); ; {
		events, err := s.EventsAfter(t.Context(), after, 100)
		Must(t, err)
		if len(events) >= n {
			return events
		}
		if !p.wait() {
			t.Fatalf("%d events, want %d", len(events), n)
		}
	}
}

// patience paces a loop that waits for something, and ends it.
type patience struct {
	tick     *time.Ticker
	deadline <-chan time.Time
}

func newPatience(t *testing.T) *patience {
	t.Helper()
	p := &patience{tick: time.NewTicker(10 * time.Millisecond), deadline: time.After(30 * time.Second)}
	t.Cleanup(p.tick.Stop)
	return p
}

// wait returns false when it has lasted too long.
func (p *patience) wait() bool {
	select {
	case <-p.tick.C:
		return true
	case <-p.deadline:
		return false
	}
}

func testIdempotency(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	begin := func(key, hash string, at time.Time) (store.Idempotent, error) {
		return s.BeginIdempotent(ctx, commune, key, hash, at)
	}
	run, err := begin("k", "h", now)
	Must(t, err)
	if run.Replay || run.Owner == "" || run.ResourceID == "" {
		t.Fatalf("%+v", run)
	}
	_, err = begin("k", "h", now.Add(store.IdempotencyTakeover-time.Millisecond))
	wantErr(t, err, store.ErrInProgress)
	wantErr(t, err, post.ErrConflict)
	_, err = begin("k", "other", now)
	wantErr(t, err, store.ErrKeyReused)

	_, err = begin("k", "other", now.Add(store.IdempotencyTakeover))
	wantErr(t, err, store.ErrKeyReused)

	// A run that never finished is taken over, for the same thing.
	second, err := begin("k", "h", now.Add(store.IdempotencyTakeover))
	Must(t, err)
	if second.Replay || second.Owner == run.Owner || second.ResourceID != run.ResourceID {
		t.Errorf("taken over: %+v after %+v", second, run)
	}
	wantErr(t, s.FinishIdempotent(ctx, commune, "k", run.Owner, 201, nil), post.ErrStale)
	Must(t, s.FinishIdempotent(ctx, commune, "k", second.Owner, 201, []byte(`{"id":"é"}`)))
	for _, at := range []time.Time{now, now.Add(store.IdempotencyKept - time.Millisecond)} {
		got, err := begin("k", "h", at)
		Must(t, err)
		same(t, got, store.Idempotent{Replay: true, Status: 201, Body: []byte(`{"id":"é"}`), ResourceID: run.ResourceID})
	}
	_, err = begin("k", "other", now.Add(time.Hour))
	wantErr(t, err, store.ErrKeyReused)
	fresh, err := begin("k", "other", now.Add(store.IdempotencyKept))
	Must(t, err)
	if fresh.Replay || fresh.ResourceID == run.ResourceID {
		t.Errorf("after its time: %+v", fresh)
	}

	t.Run("abandoned", func(t *testing.T) {
		run, err := begin("a", "wrong", now)
		Must(t, err)
		Must(t, s.AbandonIdempotent(ctx, commune, "a", run.Owner))
		if got, err := begin("a", "corrected", now); err != nil || got.Replay {
			t.Errorf("%+v, %v", got, err)
		}
		// One that finished cannot be abandoned.
		run, err = begin("b", "h", now)
		Must(t, err)
		Must(t, s.FinishIdempotent(ctx, commune, "b", run.Owner, 200, nil))
		Must(t, s.AbandonIdempotent(ctx, commune, "b", run.Owner))
		if got, err := begin("b", "h", now); err != nil || !got.Replay {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("one of fifty", func(t *testing.T) {
		runs := make([]store.Idempotent, 50)
		errs := parallel(len(runs), func(i int) (err error) {
			runs[i], err = begin("race", "h", now)
			return err
		})
		won := 0
		for i, err := range errs {
			if err == nil && !runs[i].Replay {
				won++
				continue
			}
			wantErr(t, err, store.ErrInProgress)
		}
		if won != 1 {
			t.Errorf("%d run, want 1", won)
		}
	})
	t.Run("purge", func(t *testing.T) {
		n, err := s.PurgeIdempotency(ctx, now.Add(time.Millisecond))
		Must(t, err)
		if _, err := begin("race", "other", now.Add(time.Second)); n == 0 || err != nil {
			t.Errorf("%d purged, %v", n, err)
		}
	})
}

func testArticles(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	article := func(slug string, at time.Time) store.Article {
		return store.Article{
			CommuneID: commune, Slug: slug, Key: "key-" + slug, Title: "Été", Excerpt: "Un résumé", HTML: "<p>é</p>", Text: "é", Language: "fr",
			Category: "event", PublishedAt: at, UpdatedAt: at,
			Images: []store.ArticleImage{
				{SHA256: "b" + slug, ContentType: "image/jpeg", Width: 1, Height: 2, Bytes: 3, Alt: "Une place"},
				{SHA256: "a" + slug, ContentType: "image/png", Width: 4, Height: 5, Bytes: 6},
			},
		}
	}
	// The order of text is that of its bytes, on every engine.
	slugs := []string{"a-b", "ab", "a", "b", "a1"}
	var all []store.Article
	for i, slug := range slugs {
		a := article(slug, now.Add(time.Duration(i/3)*time.Hour))
		Must(t, s.PutArticle(ctx, a))
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b store.Article) int {
		if c := b.PublishedAt.Compare(a.PublishedAt); c != 0 {
			return c
		}
		return cmpString(b.Slug, a.Slug)
	})
	var paged []store.Article
	for after := (store.ArticleCursor{}); ; {
		page, err := s.Articles(ctx, commune, after, 2)
		Must(t, err)
		paged = append(paged, page...)
		if len(page) < 2 {
			break
		}
		last := page[len(page)-1]
		after = store.ArticleCursor{PublishedAt: last.PublishedAt, Slug: last.Slug}
	}
	same(t, paged, all)
	got, err := s.Article(ctx, commune, "ab")
	Must(t, err)
	same(t, got, article("ab", now))
	got, err = s.ArticleByKey(ctx, commune, "key-ab")
	Must(t, err)
	same(t, got, article("ab", now))

	changed := article("ab-2", now)
	changed.Key, changed.Images = "key-ab", changed.Images[:1]
	Must(t, s.PutArticle(ctx, changed))
	got, err = s.ArticleByKey(ctx, commune, "key-ab")
	Must(t, err)
	same(t, got, changed)
	taken := article("a1", now)
	taken.Key = "another"
	wantErr(t, s.PutArticle(ctx, taken), post.ErrConflict)
	image, err := s.ArticleImage(ctx, commune, "bab-2")
	Must(t, err)
	same(t, image, changed.Images[0])
	_, err = s.ArticleImage(ctx, commune, "aab")
	wantErr(t, err, post.ErrNotFound)
	Must(t, s.RemoveArticle(ctx, commune, "ab-2"))
	_, err = s.ArticleImage(ctx, commune, "bab-2")
	wantErr(t, err, post.ErrNotFound)
	_, err = s.Article(ctx, commune, "ab-2")
	wantErr(t, err, post.ErrNotFound)
	wantErr(t, s.RemoveArticle(ctx, commune, "ab-2"), post.ErrNotFound)
}

// rung reports whether a channel was rung within a generous time, or is silent
// right now.
func rung(c <-chan struct{}, wait bool) bool {
	if !wait {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	select {
	case <-c:
		return true
	case <-time.After(10 * time.Second):
		return false
	}
}

func testWake(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	all, leave := s.Subscribe()
	defer leave()
	quiet := func() {
		for rung(all, false) || rung(s.Wake(), false) {
			continue
		}
	}
	quiet()
	w.Save(t, w.Draft(post.Draft, now, w.Channels[0]))
	if !rung(all, true) {
		t.Error("no ring for an event")
	}
	if s.Engine() == "sqlite" && rung(s.Wake(), false) {
		t.Error("the dispatcher was woken for a draft")
	}
	quiet()
	for range 3 {
		w.Scheduled(t, now, w.Channels[0])
	}
	if !rung(s.Wake(), true) || !rung(all, true) {
		t.Error("no ring for what is due")
	}
	if s.Engine() == "sqlite" && (rung(s.Wake(), false) || rung(all, false)) {
		t.Error("rings that nobody took are not one")
	}
	quiet()
	leave()
	Must(t, s.SetChannelStatus(ctx, w.Channels[0].ID, post.ChannelConnected, nil))
	if rung(all, false) {
		t.Error("rung after leaving")
	}
}

func testCancellation(t *testing.T, w *World) {
	s := w.Store
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	p := w.Draft(post.Draft, w.Now)
	wantErr(t, s.CreatePost(gone, p), context.Canceled)
	_, err := s.Post(gone, w.Commune.ID, p.ID)
	wantErr(t, err, context.Canceled)
	_, err = s.Post(t.Context(), w.Commune.ID, p.ID)
	wantErr(t, err, post.ErrNotFound)

	// Callers that leave at any moment leave the ledger whole: what was
	// confirmed is there, and what was not is there entirely or not at all.
	posts := make([]post.Post, 60)
	for i := range posts {
		posts[i] = w.Draft(post.Draft, w.Now, w.Channels...)
	}
	errs := parallel(len(posts), func(i int) error {
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		return s.CreatePost(ctx, posts[i])
	})
	for i, err := range errs {
		got, readErr := s.Post(t.Context(), w.Commune.ID, posts[i].ID)
		switch {
		case err == nil:
			Must(t, readErr)
		case !errors.Is(err, context.Canceled):
			t.Errorf("%v", err)
		}
		if readErr == nil && len(got.Deliveries) != len(w.Channels) {
			t.Errorf("half a post: %+v", got)
		}
	}
	w.Save(t, w.Draft(post.Draft, w.Now))
}

// Isolation lists, by method, calls that one commune makes on what another one
// has: each must answer post.ErrNotFound. everything reads what the other has,
// to see that nothing changed.
func Isolation(t testing.TB, s *store.Store) (calls map[string]func(ctx context.Context) error, everything func() []any) {
	t.Helper()
	owner, other := NewWorld(t, s, 2), NewWorld(t, s, 1)
	ctx, now, c := t.Context(), owner.Now, owner.Channels[0]
	me := other.Commune.ID
	due := owner.Scheduled(t, now.Add(time.Hour), c)
	failed := owner.Save(t, owner.Draft(post.Failed, now, c)).Deliveries[0]
	awaiting := owner.Save(t, owner.Draft(post.AwaitingApproval, now, c))
	unknown := owner.Unknown(t, owner.Channels[1], time.Time{})
	picture, err := s.CreateMedia(ctx, post.Media{ID: store.NewID(), CommuneID: owner.Commune.ID, SHA256: "sha", CreatedAt: now})
	Must(t, err)
	twin, err := s.CreateMedia(ctx, post.Media{ID: store.NewID(), CommuneID: owner.Commune.ID, SHA256: "twin", CreatedAt: now})
	Must(t, err)
	token := store.Token{ID: store.NewID(), CommuneID: owner.Commune.ID, UserID: owner.User.ID, Hash: "t-" + owner.User.ID, CreatedAt: now}
	Must(t, s.CreateToken(ctx, token))
	session := store.Session{Hash: "s-" + owner.User.ID, CommuneID: owner.Commune.ID, UserID: owner.User.ID, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(time.Hour)}
	Must(t, s.CreateSession(ctx, session))
	article := store.Article{
		CommuneID: owner.Commune.ID, Slug: "avis", Key: "avis", PublishedAt: now, UpdatedAt: now,
		Images: []store.ArticleImage{{SHA256: "img"}},
	}
	Must(t, s.PutArticle(ctx, article))
	run, err := s.BeginIdempotent(ctx, owner.Commune.ID, "key", "h", now)
	Must(t, err)
	id := due.PostID

	// empty turns a list into an error when it is empty, which is right here.
	empty := func(n int, err error) error {
		if err == nil && n == 0 {
			return post.ErrNotFound
		}
		return err
	}
	// A post of the one on a channel of the other.
	stolen := func(id string) post.Post {
		p := owner.Draft(post.Scheduled, now, c)
		p.ID, p.CommuneID, p.AuthorID = id, me, ""
		p.Deliveries[0].CommuneID, p.Deliveries[0].PostID = me, id
		return p
	}
	everything = func() []any {
		t.Helper()
		var all []any
		read := func(v any, err error) {
			t.Helper()
			Must(t, err)
			all = append(all, v)
		}
		read(s.Posts(ctx, owner.Commune.ID, post.Filter{}))
		read(s.Attempts(ctx, owner.Commune.ID, unknown.ID))
		read(s.Users(ctx, owner.Commune.ID))
		read(s.Channels(ctx, owner.Commune.ID))
		read(s.Tokens(ctx, owner.Commune.ID, owner.User.ID))
		read(s.SessionByHash(ctx, session.Hash))
		read(s.Media(ctx, owner.Commune.ID, picture.ID))
		read(s.Articles(ctx, owner.Commune.ID, store.ArticleCursor{}, 10))
		_, err := s.BeginIdempotent(ctx, owner.Commune.ID, "key", "h", now)
		return append(all, errors.Is(err, store.ErrInProgress))
	}
	return map[string]func(ctx context.Context) error{
		"Delivery": func(ctx context.Context) error { _, err := s.Delivery(ctx, me, due.ID); return err },
		"Attempts": func(ctx context.Context) error {
			all, err := s.Attempts(ctx, me, unknown.ID)
			return empty(len(all), err)
		},
		"Transition": func(ctx context.Context) error {
			_, err := s.Transition(ctx, me, due.ID, []post.State{post.Scheduled}, post.Held, store.Change{Now: now})
			return err
		},
		"RetryByPerson": func(ctx context.Context) error { _, err := s.RetryByPerson(ctx, me, failed.ID, now); return err },
		"ResolveByPerson": func(ctx context.Context) error {
			_, err := s.ResolveByPerson(ctx, me, unknown.ID, post.Verdict{Sent: true, At: now})
			return err
		},
		"CancelPost":  func(ctx context.Context) error { _, err := s.CancelPost(ctx, me, id); return err },
		"ApprovePost": func(ctx context.Context) error { _, err := s.ApprovePost(ctx, me, awaiting.ID); return err },
		"Post":        func(ctx context.Context) error { _, err := s.Post(ctx, me, id); return err },
		"Posts": func(ctx context.Context) error {
			page, err := s.Posts(ctx, me, post.Filter{})
			return empty(len(page.Posts), err)
		},
		"PostKeys":   func(ctx context.Context) error { all, err := s.PostKeys(ctx, me, ""); return empty(len(all), err) },
		"CreatePost": func(ctx context.Context) error { return s.CreatePost(ctx, stolen(store.NewID())) },
		"UpdatePost": func(ctx context.Context) error { return s.UpdatePost(ctx, stolen(id), 1) },
		"UserByID":   func(ctx context.Context) error { _, err := s.UserByID(ctx, me, owner.User.ID); return err },
		"Users": func(ctx context.Context) error {
			all, err := s.Users(ctx, me)
			return empty(len(slices.DeleteFunc(all, func(u post.User) bool { return u.ID == other.User.ID })), err)
		},
		"UpdateUserPassword": func(ctx context.Context) error { return s.UpdateUserPassword(ctx, me, owner.User.ID, "x") },
		"DeleteSessionsOfUser": func(ctx context.Context) error {
			n, err := s.DeleteSessionsOfUser(ctx, me, owner.User.ID)
			return empty(n, err)
		},
		"CreateSession": func(ctx context.Context) error {
			v := session
			v.Hash, v.CommuneID = "x", me
			return s.CreateSession(ctx, v)
		},
		"CreateToken": func(ctx context.Context) error {
			v := token
			v.ID, v.Hash, v.CommuneID = store.NewID(), "x", me
			return s.CreateToken(ctx, v)
		},
		"Tokens": func(ctx context.Context) error {
			all, err := s.Tokens(ctx, me, owner.User.ID)
			return empty(len(all), err)
		},
		"TouchToken": func(ctx context.Context) error {
			return errors.Join(s.TouchToken(ctx, me, token.ID, now), post.ErrNotFound)
		},
		"DeleteToken": func(ctx context.Context) error { return s.DeleteToken(ctx, me, "", token.ID) },
		"Channel":     func(ctx context.Context) error { _, err := s.Channel(ctx, me, c.ID); return err },
		"Channels": func(ctx context.Context) error {
			all, err := s.Channels(ctx, me)
			return empty(len(slices.DeleteFunc(all, func(x post.Channel) bool { return x.ID == other.Channels[0].ID })), err)
		},
		"UpdateChannel": func(ctx context.Context) error {
			v := c
			v.CommuneID = me
			return s.UpdateChannel(ctx, v)
		},
		"DeleteChannel": func(ctx context.Context) error { return s.DeleteChannel(ctx, me, c.ID) },
		"Media":         func(ctx context.Context) error { _, err := s.Media(ctx, me, picture.ID); return err },
		"MediaBySHA":    func(ctx context.Context) error { _, err := s.MediaBySHA(ctx, me, "sha"); return err },
		"MediaMany": func(ctx context.Context) error {
			all, err := s.MediaMany(ctx, me, []string{picture.ID})
			return empty(len(all), err)
		},
		"CreateMedia": func(ctx context.Context) error {
			v := twin
			v.ID, v.CommuneID = store.NewID(), me
			got, err := s.CreateMedia(ctx, v)
			if err == nil && got.ID == v.ID {
				return post.ErrNotFound // its own row, not the other's
			}
			return err
		},
		"Article":      func(ctx context.Context) error { _, err := s.Article(ctx, me, "avis"); return err },
		"ArticleByKey": func(ctx context.Context) error { _, err := s.ArticleByKey(ctx, me, "avis"); return err },
		"Articles": func(ctx context.Context) error {
			all, err := s.Articles(ctx, me, store.ArticleCursor{}, 10)
			return empty(len(all), err)
		},
		"ArticleImage":  func(ctx context.Context) error { _, err := s.ArticleImage(ctx, me, "img"); return err },
		"RemoveArticle": func(ctx context.Context) error { return s.RemoveArticle(ctx, me, "avis") },
		"PutArticle": func(ctx context.Context) error {
			v := article
			v.CommuneID, v.Title = me, "Autre"
			if err := s.PutArticle(ctx, v); err != nil {
				return err
			}
			got, err := s.Article(ctx, owner.Commune.ID, "avis")
			if err == nil && !cmp.Equal(got, article) {
				return fmt.Errorf("the other's article changed: %+v", got)
			}
			return errors.Join(err, s.RemoveArticle(ctx, me, "avis"), post.ErrNotFound)
		},
		"BeginIdempotent": func(ctx context.Context) error {
			got, err := s.BeginIdempotent(ctx, me, "key", "other", now)
			if err == nil && !got.Replay && got.ResourceID != run.ResourceID {
				return post.ErrNotFound // a key of its own
			}
			return errors.Join(err, errors.New("the other's key was found"))
		},
		"FinishIdempotent": func(ctx context.Context) error {
			return notStale(s.FinishIdempotent(ctx, me, "key", run.Owner, 200, nil))
		},
		"AbandonIdempotent": func(ctx context.Context) error {
			if err := s.AbandonIdempotent(ctx, me, "key", run.Owner); err != nil {
				return err
			}
			return notStale(s.FinishIdempotent(ctx, me, "key", run.Owner, 200, nil))
		},
	}, everything
}

func notStale(err error) error {
	if errors.Is(err, post.ErrStale) {
		return post.ErrNotFound
	}
	return err
}
