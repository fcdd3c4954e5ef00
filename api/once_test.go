package api_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/connecting"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
	"github.com/crieur/crieur/internal/store"
)

// notebook records what becomes of a key.
type notebook struct {
	steps       []string
	finishFails error
}

func (n *notebook) BeginIdempotent(_ context.Context, communeID, key, _ string, _ time.Time) (store.Idempotent, error) {
	n.steps = append(n.steps, "begin "+communeID+" "+key)
	return store.Idempotent{Owner: "run", ResourceID: "given"}, nil
}

func (n *notebook) FinishIdempotent(_ context.Context, _, _, owner string, status int, _ []byte) error {
	n.steps = append(n.steps, "finish "+owner+" "+http.StatusText(status))
	return n.finishFails
}

func (n *notebook) AbandonIdempotent(_ context.Context, _, _, owner string) error {
	n.steps = append(n.steps, "abandon "+owner)
	return nil
}

// press makes posts, or fails.
type press struct {
	useCases
	fails error
	made  []string
}

func (*press) Names(context.Context, post.Actor) (map[string]string, error) { return nil, nil }

func (p *press) Create(_ context.Context, _ post.Actor, draft publishing.Draft) (post.Post, error) {
	p.made = append(p.made, draft.ID)
	return post.Post{ID: draft.ID, Version: 1}, p.fails
}

// accountsOf has a name of its own, because one of its methods has the other.
type accountsOf = api.Channels

type noChannels struct{ accountsOf }

func (noChannels) Kinds() []connecting.Kind { return nil }

func (noChannels) Channels(context.Context, post.Actor) ([]post.Channel, error) { return nil, nil }

func TestWhatBecomesOfAKey(t *testing.T) {
	tests := map[string]struct {
		create, finish error
		status         int
		steps          []string
	}{
		"it is made": {nil, nil, 201, []string{"begin c u/k", "finish run Created"}},
		// The post stands: the person must not be told otherwise. A repeated
		// request is run again under the same id and finds it.
		"it is made and its answer is not kept": {nil, errors.New("disk full"), 201, []string{"begin c u/k", "finish run Created"}},
		"it is refused":                         {&post.Problem{Kind: post.Invalid, Code: "x", Detail: "x"}, nil, 422, []string{"begin c u/k", "abandon run"}},
		// Whether it was saved is not known: the key stays taken.
		"it is not known whether it is made": {errors.New("connection lost"), nil, 500, []string{"begin c u/k"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			keys, posts := &notebook{finishFails: tt.finish}, &press{fails: tt.create}
			e := newEdge(t, func(d *api.Deps) { d.Idempotency, d.Posts, d.Channels = keys, posts, noChannels{} })
			w := e.do(t, http.MethodPost, "/api/v1/posts", strings.NewReader(`{"text": "a", "channels": [], "publish": {"mode": "draft"}}`),
				map[string]string{"Authorization": "Bearer token", "Content-Type": "application/json", "Idempotency-Key": "k"})
			if w.Code != tt.status || !slices.Equal(keys.steps, tt.steps) || !slices.Equal(posts.made, []string{"given"}) {
				t.Errorf("%d %v %v\nwant %d %v", w.Code, keys.steps, posts.made, tt.status, tt.steps)
			}
		})
	}
}

// forgetful is the real ledger, except that answers are never kept: the process
// ended just before.
type forgetful struct{ *store.Store }

func (forgetful) FinishIdempotent(context.Context, string, string, string, int, []byte) error {
	return errors.New("killed")
}

type unprepared struct{}

func (unprepared) Prepare(context.Context, string, string) {}

func TestARequestThatWasCutOffAfterItsPostWasSavedMakesNoSecondOne(t *testing.T) {
	now := noon
	log := slog.New(slog.DiscardHandler)
	ledger, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Log: log, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ledger.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := ledger.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	commune := post.Commune{ID: "c", Name: "Valmeuse", Slug: "valmeuse", Zone: "Europe/Brussels", Language: "fr"}
	if err := ledger.CreateFirstUser(t.Context(), commune, post.User{ID: "u", CommuneID: "c", Email: officer, Role: post.RoleAuthor}); err != nil {
		t.Fatal(err)
	}
	posts := publishing.New(publishing.Deps{Store: ledger, Preparer: unprepared{}, NewID: store.NewID, Log: log})
	send := func(keys api.Idempotency) string {
		e := newEdge(t, func(d *api.Deps) {
			d.Idempotency, d.Posts, d.Channels, d.Now = keys, posts, noChannels{}, func() time.Time { return now }
		})
		w := e.do(t, http.MethodPost, "/api/v1/posts", strings.NewReader(`{"text": "a", "channels": [], "publish": {"mode": "draft"}}`),
			map[string]string{"Authorization": "Bearer token", "Content-Type": "application/json", "Idempotency-Key": "k"})
		if w.Code != http.StatusCreated {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return w.Body.String()
	}
	first := send(forgetful{ledger})
	now = now.Add(store.IdempotencyTakeover + time.Second)
	if again := send(ledger); again != first {
		t.Errorf("%s\nthen\n%s", first, again)
	}
	page, err := ledger.Posts(t.Context(), "c", post.Filter{})
	if err != nil || len(page.Posts) != 1 {
		t.Errorf("%d posts, %v", len(page.Posts), err)
	}
}
