package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// Source saves a source of the world, due at its Now.
func (w *World) Source(t testing.TB) post.Source {
	t.Helper()
	v := post.Source{
		ID: store.NewID(), CommuneID: w.Commune.ID, Kind: post.SourceFeed, Name: "Bibliothèque", URL: "https://biblio.example/feed",
		Rules: []post.ImportRule{{Category: "travaux", Action: post.ImportSchedule, Channels: []string{"c"}, At: "09:00"}},
		Every: 30 * time.Minute, Backfill: 10, Enabled: true, NextAt: w.Now, CreatedBy: w.User.ID, CreatedAt: w.Now, UpdatedAt: w.Now,
	}
	Must(t, w.Store.CreateSource(t.Context(), v))
	return v
}

// Item saves an item of a source.
func (w *World) Item(t testing.TB, sourceID string, state post.ItemState, keys ...string) post.SourceItem {
	t.Helper()
	i := post.SourceItem{
		ID: store.NewID(), CommuneID: w.Commune.ID, SourceID: sourceID, State: state, Keys: keys, Hash: "h", PostID: store.NewID(),
		Content: post.ItemContent{Title: "Fermeture d’été", Text: "Du 1er au 15 août.", Pictures: []post.ItemPicture{{URL: "https://biblio.example/a.jpg", Alt: "Une porte"}}},
		Notes:   []string{"À relire."}, PublishedAt: w.Now, CreatedAt: w.Now, UpdatedAt: w.Now,
	}
	Must(t, w.Store.AddSourceItem(t.Context(), i))
	return i
}

func testSources(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	v := w.Source(t)
	got, err := s.Source(ctx, commune, v.ID)
	Must(t, err)
	same(t, got, v)
	all, err := s.Sources(ctx, commune)
	Must(t, err)
	same(t, all, []post.Source{v})

	// Of many pollers at the same moment one reads it.
	claims := make([]post.Source, 10)
	errs := parallel(len(claims), func(i int) (err error) {
		claims[i], err = s.ClaimDueSource(ctx, now, now.Add(time.Minute))
		return err
	})
	won := -1
	for i, err := range errs {
		switch {
		case err == nil && won < 0:
			won = i
		case !errors.Is(err, post.ErrNotFound):
			t.Fatalf("a second poller claims it too, or fails: %v", err)
		}
	}
	if won < 0 {
		t.Fatal("nobody claims it")
	}
	claim := claims[won]
	_, err = s.ClaimSource(ctx, commune, v.ID, now, now.Add(time.Minute))
	wantErr(t, err, post.ErrConflict)
	claim.ETag, claim.Primed, claim.PolledAt, claim.NextAt = `"1"`, true, now, now.Add(time.Hour)
	claim.Failure, claim.Failures = &post.Failure{Code: "source.gone"}, 2
	Must(t, s.FinishSource(ctx, claim))
	wantErr(t, s.FinishSource(ctx, post.Source{CommuneID: commune, ID: v.ID, Epoch: claim.Epoch - 1, NextAt: now}), post.ErrStale)
	got, err = s.Source(ctx, commune, v.ID)
	Must(t, err)
	same(t, got, claim)
	_, err = s.ClaimDueSource(ctx, now.Add(time.Minute), now.Add(2*time.Minute))
	wantErr(t, err, post.ErrNotFound)

	// A lease of a poller that died runs out, and what it writes later is lost.
	dead, err := s.ClaimSource(ctx, commune, v.ID, now, now.Add(time.Minute))
	Must(t, err)
	Must(t, s.RenewSource(ctx, dead, now.Add(90*time.Minute)))
	_, err = s.ClaimDueSource(ctx, now.Add(80*time.Minute), now.Add(3*time.Hour))
	wantErr(t, err, post.ErrNotFound)
	if _, err = s.ClaimDueSource(ctx, now.Add(2*time.Hour), now.Add(3*time.Hour)); err != nil {
		t.Fatalf("after the lease: %v", err)
	}
	wantErr(t, s.RenewSource(ctx, dead, now.Add(4*time.Hour)), post.ErrStale)
	wantErr(t, s.FinishSource(ctx, dead), post.ErrStale)

	// A change by people ends a reading under way.
	got.Name, got.NextAt, got.UpdatedAt = "Autre", now, now.Add(time.Second)
	Must(t, s.UpdateSource(ctx, got, true))
	changed, err := s.Source(ctx, commune, v.ID)
	Must(t, err)
	if changed.Name != "Autre" || changed.ETag != "" || changed.Failure != nil || !changed.Primed {
		t.Errorf("%+v", changed)
	}
	changed.Enabled = false
	Must(t, s.UpdateSource(ctx, changed, false))
	_, err = s.ClaimDueSource(ctx, now.Add(time.Hour), now.Add(2*time.Hour))
	wantErr(t, err, post.ErrNotFound)
}

func testSourceItems(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	v := w.Source(t)
	first := w.Item(t, v.ID, post.ItemPending, "g:1", "p:1")
	second := w.Item(t, v.ID, post.ItemProposed, "g:2")

	// An item is known by each of its keys, and comes in once.
	errs := parallel(10, func(int) error {
		return s.AddSourceItem(ctx, post.SourceItem{
			ID: store.NewID(), CommuneID: commune, SourceID: v.ID, State: post.ItemPending, Keys: []string{"g:3"}, PostID: store.NewID(),
			CreatedAt: now, UpdatedAt: now,
		})
	})
	added := 0
	for _, err := range errs {
		if err == nil {
			added++
		} else {
			wantErr(t, err, post.ErrConflict)
		}
	}
	if added != 1 {
		t.Errorf("added %d times", added)
	}
	found, err := s.SourceItemsByKeys(ctx, commune, v.ID, []string{"g:1", "p:1", "g:2", "g:9"})
	Must(t, err)
	plain := func(i post.SourceItem) post.SourceItem { i.Keys = nil; return i }
	same(t, found, map[string]post.SourceItem{"g:1": plain(first), "p:1": plain(first), "g:2": plain(second)})
	anywhere, err := s.SourceItemsByKeys(ctx, commune, "", []string{"g:2"})
	Must(t, err)
	same(t, anywhere, map[string]post.SourceItem{"g:2": plain(second)})

	first.State, first.PostVersion, first.Changed, first.Keys = post.ItemScheduled, 1, true, []string{"g:1b", "g:2"}
	first.ScheduledAt = now.Add(time.Hour)
	Must(t, s.UpdateSourceItem(ctx, first))
	keys, err := s.SourceItemKeys(ctx, commune, first.ID)
	Must(t, err)
	same(t, keys, []string{"g:1", "g:1b", "p:1"})
	got, err := s.SourceItem(ctx, commune, first.ID)
	Must(t, err)
	same(t, got, plain(first))

	pending, err := s.PendingSourceItems(ctx, commune, v.ID, 10)
	Must(t, err)
	if len(pending) != 1 {
		t.Errorf("%d pending", len(pending))
	}
	n, err := s.CountSourceItems(ctx, commune, v.ID, now)
	Must(t, err)
	same(t, n, 3)
	hours, err := s.ScheduledSourceItems(ctx, commune, v.ID, now, now.Add(2*time.Hour))
	Must(t, err)
	same(t, hours, []time.Time{now.Add(time.Hour)})

	page, err := s.SourceItems(ctx, commune, post.ItemFilter{SourceID: v.ID, Limit: 2})
	Must(t, err)
	rest, err := s.SourceItems(ctx, commune, post.ItemFilter{SourceID: v.ID, Limit: 2, Cursor: page.NextCursor})
	Must(t, err)
	if len(page.Items) != 2 || len(rest.Items) != 1 || rest.NextCursor != "" || rest.Items[0].ID != first.ID {
		t.Errorf("pages of %d and %d", len(page.Items), len(rest.Items))
	}
	page, err = s.SourceItems(ctx, commune, post.ItemFilter{State: post.ItemProposed})
	Must(t, err)
	same(t, page.Items, []post.SourceItem{plain(second)})
	page, err = s.SourceItems(ctx, commune, post.ItemFilter{Changed: true})
	Must(t, err)
	same(t, page.Items, []post.SourceItem{plain(first)})

	// What Crieur published on websites, drafts excepted.
	channel := w.Channels[0]
	channel.Kind = "wordpress"
	w.Save(t, w.Draft(post.Scheduled, now, channel))
	w.Save(t, w.Draft(post.Draft, now, channel))
	echoes, err := s.Echoes(ctx, commune, 10)
	Must(t, err)
	if len(echoes) != 1 || echoes[0].ChannelID != channel.ID || len(echoes[0].Rendered) == 0 {
		t.Errorf("%+v", echoes)
	}

	// A source that is removed leaves what it knew behind.
	Must(t, s.DeleteSource(ctx, commune, v.ID, now))
	wantErr(t, s.DeleteSource(ctx, commune, v.ID, now), post.ErrNotFound)
	_, err = s.Source(ctx, commune, v.ID)
	wantErr(t, err, post.ErrNotFound)
	found, err = s.SourceItemsByKeys(ctx, commune, "", []string{"g:2"})
	Must(t, err)
	same(t, found["g:2"].State, post.ItemDeclined)
}

func testTemplates(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	one := post.Template{
		ID: store.NewID(), CommuneID: commune, Circumstance: post.CircumstanceEvents, Name: "Brocante", Title: "{nom}", Text: "Le {date}.",
		Blanks: []post.Blank{{Name: "date", Label: "Date"}}, CreatedBy: w.User.ID, CreatedAt: now, UpdatedAt: now,
	}
	two := one
	two.ID, two.Name = store.NewID(), "Fête"
	Must(t, s.CreateTemplates(ctx, one, two))
	twin := one
	twin.ID = store.NewID()
	third := one
	third.ID, third.Name = store.NewID(), "Foire"
	wantErr(t, s.CreateTemplates(ctx, third, twin), post.ErrConflict)
	all, err := s.Templates(ctx, commune)
	Must(t, err)
	same(t, all, []post.Template{one, two})
	one.Text, one.UpdatedAt = "Changé.", now.Add(time.Second)
	Must(t, s.UpdateTemplate(ctx, one))
	got, err := s.Template(ctx, commune, one.ID)
	Must(t, err)
	same(t, got, one)
	Must(t, s.DeleteTemplate(ctx, commune, two.ID))
	wantErr(t, s.DeleteTemplate(ctx, commune, two.ID), post.ErrNotFound)
}
