package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// World is a commune with an author and channels, saved in a ledger.
type World struct {
	Store    *store.Store
	Commune  post.Commune
	User     post.User
	Channels []post.Channel
	// Now is a moment for tests that bring their own time.
	Now time.Time

	posts int
}

// NewWorld saves a commune with a number of channels. Every call makes another
// commune.
func NewWorld(t testing.TB, s *store.Store, channels int) *World {
	t.Helper()
	ctx := t.Context()
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	w := &World{Store: s, Now: now}
	id := store.NewID()
	w.Commune = post.Commune{ID: id, Name: "Valmeuse", Slug: "valmeuse-" + id, Zone: "Europe/Brussels", Language: "fr-BE", CreatedAt: now}
	Must(t, s.CreateCommune(ctx, w.Commune))
	w.User = post.User{
		ID: store.NewID(), CommuneID: id, Email: id + "@example.org", Name: "Claire", Role: post.RoleAuthor,
		PasswordHash: "$argon2id$", CredentialVersion: 1, CreatedAt: now,
	}
	Must(t, s.CreateUser(ctx, w.User))
	for range channels {
		w.AddChannel(t)
	}
	return w
}

// AddUser saves one more account.
func (w *World) AddUser(t testing.TB, name string, role post.Role, mail bool) post.User {
	t.Helper()
	u := w.User
	u.ID, u.Name, u.Role, u.MailNotices = store.NewID(), name, role, mail
	u.Email = u.ID + "@example.org"
	Must(t, w.Store.CreateUser(t.Context(), u))
	return u
}

// AddChannel saves one more channel.
func (w *World) AddChannel(t testing.TB) post.Channel {
	t.Helper()
	n := len(w.Channels) + 1
	c := post.Channel{
		ID: store.NewID(), CommuneID: w.Commune.ID, Kind: "facebook", Name: fmt.Sprintf("Page %d", n), Status: post.ChannelConnected,
		Settings: map[string]string{"page_id": "1"}, Sealed: []byte{0, 1, 2, 255}, CredentialsExpireAt: w.Now.Add(24 * time.Hour),
		Account: post.Account{ID: "1", Name: "Valmeuse", URL: "https://example.org/valmeuse"}, CreatedAt: w.Now.Add(time.Duration(n) * time.Second),
	}
	Must(t, w.Store.CreateChannel(t.Context(), c))
	w.Channels = append(w.Channels, c)
	return c
}

// Draft makes a post with a delivery in a state on each of some channels,
// without saving it. Its hour is due; what is at rest has no next look.
func (w *World) Draft(state post.State, due time.Time, channels ...post.Channel) post.Post {
	w.posts++
	p := post.Post{
		ID: store.NewID(), CommuneID: w.Commune.ID, AuthorID: w.User.ID, Key: fmt.Sprintf("key-%d", w.posts), Version: 1,
		Content: post.Content{
			Title: "Brocante d’été", Text: fmt.Sprintf("Texte %d", w.posts), Link: "https://example.org/", Category: "event",
			Images: []post.Image{{MediaID: "m", Alt: "Des étals", Focal: &post.Point{X: 0.5, Y: 0.25}}},
		},
		Schedule:    post.Schedule{Mode: post.ModeAt, Wall: "2026-12-01T09:00", Zone: "Europe/Brussels", DueAt: due},
		MaxLateness: post.DefaultMaxLateness, CreatedAt: w.Now, UpdatedAt: w.Now,
	}
	for _, c := range channels {
		p.Deliveries = append(p.Deliveries, w.Delivery(&p, state, due, c))
	}
	return p
}

// Delivery makes a delivery of a post, without saving it.
func (w *World) Delivery(p *post.Post, state post.State, due time.Time, c post.Channel) post.Delivery {
	d := post.Delivery{
		ID: store.NewID(), CommuneID: w.Commune.ID, PostID: p.ID, ChannelID: c.ID, Kind: c.Kind, PostVersion: p.Version,
		State: state, Lane: post.LaneOrdinary, DueAt: due, MaxLateness: p.MaxLateness,
		Rendered: []byte(`{"text":"Brocante d’été"}`), Fingerprint: "f", UpdatedAt: w.Now,
	}
	if state == post.Scheduled || state == post.Retrying || state == post.Unknown {
		d.NextAt = due
	}
	return d
}

// Save saves a post.
func (w *World) Save(t testing.TB, p post.Post) post.Post {
	t.Helper()
	Must(t, w.Store.CreatePost(t.Context(), p))
	return p
}

// Scheduled saves a post that is due on one channel and returns its delivery.
func (w *World) Scheduled(t testing.TB, due time.Time, c post.Channel) post.Delivery {
	t.Helper()
	return w.Save(t, w.Draft(post.Scheduled, due, c)).Deliveries[0]
}

// Claim claims what is due on a channel, which must be something.
func (w *World) Claim(t testing.TB, c post.Channel, instance string) *store.Claim {
	t.Helper()
	claim, err := w.Store.ClaimPublish(t.Context(), c.ID, post.LaneOrdinary, instance, w.Now, w.Now.Add(time.Minute))
	Must(t, err)
	if claim == nil {
		t.Fatal("nothing to claim")
	}
	return claim
}

// Begun claims what is due on a channel and begins an attempt; created passes
// the point of no return too.
func (w *World) Begun(t testing.TB, c post.Channel, created bool) (*store.Claim, int) {
	t.Helper()
	claim := w.Claim(t, c, "worker")
	d := &claim.Delivery
	n, err := w.Store.BeginAttempt(t.Context(), d.ID, d.Epoch, w.Now, d.Fingerprint)
	Must(t, err)
	if created {
		Must(t, w.Store.Creating(t.Context(), d.ID, d.Epoch, n, w.Now.Add(time.Second)))
	}
	return claim, n
}

// Unknown saves a post whose outcome is unknown after a real attempt.
func (w *World) Unknown(t testing.TB, c post.Channel, nextAt time.Time) post.Delivery {
	t.Helper()
	w.Scheduled(t, w.Now, c)
	claim, n := w.Begun(t, c, true)
	d := &claim.Delivery
	Must(t, w.Store.Finish(t.Context(), d.ID, d.Epoch, store.Result{
		From: post.Sending, To: post.Unknown, At: w.Now.Add(2 * time.Second), Number: n, NextAt: nextAt, ResetClaims: true,
		Failure: &post.Failure{Kind: "unknown", Code: "unknown", Message: "Pas de réponse claire.", NextStep: "Ouvrez la page."},
	}))
	return w.Read(t, d.ID)
}

// Read reads a delivery of the world.
func (w *World) Read(t testing.TB, id string) post.Delivery {
	t.Helper()
	d, err := w.Store.Delivery(t.Context(), w.Commune.ID, id)
	Must(t, err)
	return d
}

// ReadAttempts reads the attempts of a delivery of the world.
func (w *World) ReadAttempts(t testing.TB, id string) []post.Attempt {
	t.Helper()
	all, err := w.Store.Attempts(t.Context(), w.Commune.ID, id)
	Must(t, err)
	return all
}

// Must stops the test on an error.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// background outlives a test's context, for cleaning up.
func background(t testing.TB) context.Context { return context.WithoutCancel(t.Context()) }
