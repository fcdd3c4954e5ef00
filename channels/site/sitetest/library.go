package sitetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/internal/post"
)

// TestLibrary examines a library. open gives an empty one that holds two
// communes.
func TestLibrary(t *testing.T, open func(*testing.T) (library site.Library, one, other post.Commune)) {
	t.Helper()
	at := time.Date(2026, 11, 21, 9, 0, 0, 123_000_000, time.UTC)
	article := func(c post.Commune, slug string, minutes int) site.Article {
		return site.Article{
			CommuneID: c.ID, Slug: slug, Key: "key-" + slug, Title: "Été « 25 € »", Excerpt: "Un résumé.",
			HTML: "<p>Un <b>texte</b></p>", Text: "Un texte 👩🏽‍🚒", Language: "fr-BE", Category: "event",
			Images: []site.Image{
				{SHA256: "b1" + slug, ContentType: "image/jpeg", Width: 2, Height: 3, Bytes: 4, Alt: "Place"},
				{SHA256: "a2" + slug, ContentType: "image/png", Width: 5, Height: 6, Bytes: 7},
			},
			PublishedAt: at.Add(time.Duration(minutes) * time.Minute),
			UpdatedAt:   at.Add(time.Duration(minutes) * time.Minute),
		}
	}
	put := func(t *testing.T, l site.Library, articles ...site.Article) {
		t.Helper()
		for _, a := range articles {
			if err := l.Put(t.Context(), a); err != nil {
				t.Fatalf("Put %s: %v", a.Slug, err)
			}
		}
	}
	same := func(t *testing.T, want, got any) {
		t.Helper()
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}

	t.Run("commune", func(t *testing.T) {
		l, one, _ := open(t)
		got, err := l.Commune(t.Context(), one.Slug)
		if err != nil || got.ID != one.ID || got.Name != one.Name {
			t.Errorf("got %+v, %v", got, err)
		}
		if _, err := l.Commune(t.Context(), "nowhere"); !errors.Is(err, site.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	})
	t.Run("put and read", func(t *testing.T) {
		l, one, other := open(t)
		want := article(one, "avis", 0)
		put(t, l, want)
		got, err := l.Article(t.Context(), one.ID, "avis")
		if err != nil {
			t.Fatal(err)
		}
		same(t, want, got)
		if _, err := l.Article(t.Context(), other.ID, "avis"); !errors.Is(err, site.ErrNotFound) {
			t.Errorf("another commune reads it: %v", err)
		}
	})
	t.Run("put again replaces", func(t *testing.T) {
		l, one, _ := open(t)
		changed := article(one, "avis", 0)
		put(t, l, changed)
		changed.Title, changed.Images = "Corrigé", changed.Images[1:]
		changed.UpdatedAt = at.Add(time.Hour)
		put(t, l, changed, changed)
		got, err := l.List(t.Context(), one.ID, site.Cursor{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		same(t, []site.Article{changed}, got)
	})
	t.Run("another key", func(t *testing.T) {
		l, one, other := open(t)
		put(t, l, article(one, "avis", 0), article(other, "avis", 0))
		thief := article(one, "avis", 1)
		thief.Key = "another"
		if err := l.Put(t.Context(), thief); !errors.Is(err, site.ErrSlugTaken) {
			t.Errorf("got %v, want ErrSlugTaken", err)
		}
		got, err := l.Article(t.Context(), one.ID, "avis")
		if err != nil {
			t.Fatal(err)
		}
		same(t, article(one, "avis", 0), got)
	})
	t.Run("list in pages", func(t *testing.T) {
		l, one, other := open(t)
		var want []string
		for i := range 7 {
			// Pairs at one instant: the slug decides.
			put(t, l, article(one, fmt.Sprintf("avis-%d", i), i/2), article(other, fmt.Sprintf("ailleurs-%d", i), i))
			want = append([]string{fmt.Sprintf("avis-%d", i)}, want...)
		}
		var got []string
		var after site.Cursor
		for range want {
			page, err := l.List(t.Context(), one.ID, after, 3)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range page {
				got = append(got, a.Slug)
				after = site.Cursor{PublishedAt: a.PublishedAt, Slug: a.Slug}
			}
		}
		same(t, want, got)
	})
	t.Run("image", func(t *testing.T) {
		l, one, other := open(t)
		a := article(one, "avis", 0)
		put(t, l, a)
		got, err := l.Image(t.Context(), one.ID, a.Images[1].SHA256)
		if err != nil {
			t.Fatal(err)
		}
		same(t, a.Images[1], got)
		if _, err := l.Image(t.Context(), other.ID, a.Images[1].SHA256); !errors.Is(err, site.ErrNotFound) {
			t.Errorf("another commune shows it: %v", err)
		}
		a.Images = a.Images[:1]
		put(t, l, a)
		if _, err := l.Image(t.Context(), one.ID, "a2avis"); !errors.Is(err, site.ErrNotFound) {
			t.Errorf("a picture that was taken out is still there: %v", err)
		}
	})
	t.Run("remove", func(t *testing.T) {
		l, one, other := open(t)
		a := article(one, "avis", 0)
		put(t, l, a, article(other, "avis", 0))
		if err := l.Remove(t.Context(), one.ID, "avis"); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Article(t.Context(), one.ID, "avis"); !errors.Is(err, site.ErrNotFound) {
			t.Errorf("still there: %v", err)
		}
		if _, err := l.Image(t.Context(), one.ID, a.Images[0].SHA256); !errors.Is(err, site.ErrNotFound) {
			t.Errorf("its picture is still there: %v", err)
		}
		if err := l.Remove(t.Context(), one.ID, "avis"); !errors.Is(err, site.ErrNotFound) {
			t.Errorf("removed twice: got %v, want ErrNotFound", err)
		}
		if _, err := l.Article(t.Context(), other.ID, "avis"); err != nil {
			t.Errorf("the other commune lost its own: %v", err)
		}
	})
}
