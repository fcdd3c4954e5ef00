package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

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
			Consent: post.ConsentUnknown,
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
