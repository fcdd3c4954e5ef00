package connecting_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/connecting"
	"github.com/crieur/crieur/internal/egress"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/secret"
	"github.com/crieur/crieur/internal/store"
)

// square is a network that notes how its channel is opened and what it is given.
type square struct {
	channels.Driver
	account   channels.Account
	deps      channels.Deps
	published []channels.Rendered
}

func (s *square) Info() channels.Info { return channels.Info{Kind: "square", Title: "Place"} }

func (s *square) Open(a channels.Account, d channels.Deps) (channels.Channel, error) {
	s.account, s.deps = a, d
	return squareChannel{s}, nil
}

type squareChannel struct{ *square }

func (squareChannel) Check(context.Context) (channels.Health, error) { return channels.Health{}, nil }

func (c squareChannel) Publish(_ context.Context, r channels.Rendered, _ channels.Attempt) (channels.Receipt, error) {
	c.published = append(c.published, r)
	return channels.Receipt{RemoteID: "1", URL: "https://simulated.example/1"}, nil
}

func (squareChannel) Renew(context.Context) (channels.Credentials, time.Time, error) {
	return channels.Credentials{}, time.Time{}, nil
}

// inside are the networks of exercises: one square.
type inside struct {
	square *square
	shown  bool
}

func (inside) Way() egress.Confined                         { return egress.Confined{} }
func (n inside) Driver(kind string) (channels.Driver, bool) { return n.square, kind == "square" }
func (n inside) Shown() bool                                { return n.shown }
func (inside) Knows(_ string, _ connecting.ExerciseAccount, remoteID string) bool {
	return remoteID == "known"
}

func (inside) Account(_ context.Context, _, channelID, _ string) (connecting.ExerciseAccount, bool) {
	return connecting.ExerciseAccount{
		BaseURL: "inside:/square", ID: "for " + channelID, Settings: channels.Settings{"page": "simulated"},
		Credentials: channels.Credentials{"token": secret.New("simulated")},
	}, true
}

// hall is a commune with a channel of kind square, in a ledger.
type hall struct {
	*connecting.Service
	networks inside
	ledger   *store.Store
	original post.Channel
}

func newHall(t *testing.T) *hall {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) }
	log := slog.New(slog.DiscardHandler)
	ledger, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Now: now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ledger.Close() })
	if err := ledger.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	box, err := secret.NewBox(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{ledger: ledger, networks: inside{square: &square{}}}
	h.Service = connecting.New(connecting.Deps{
		Store: ledger, Registry: channels.NewRegistry(&square{}), Box: box, NewID: store.NewID, Now: now, Log: log,
		Networks: connecting.Networks{HTTP: http.DefaultClient, Exercise: &h.networks},
	})
	commune := post.Commune{ID: "commune", Name: "Valmeuse", Slug: "valmeuse", Zone: "Europe/Brussels", Language: "fr"}
	if err := ledger.CreateCommune(t.Context(), commune); err != nil {
		t.Fatal(err)
	}
	h.original = post.Channel{
		ID: "original", CommuneID: commune.ID, Kind: "square", Name: "Place", Status: post.ChannelConnected,
		Settings: map[string]string{"page": "real"}, CreatedAt: now(),
	}
	if h.original.Sealed, err = h.Seal(h.original, channels.Credentials{"token": secret.New("live")}); err != nil {
		t.Fatal(err)
	}
	if err := ledger.CreateChannel(t.Context(), h.original); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *hall) twin(t *testing.T) post.Channel {
	t.Helper()
	all, err := h.Exercises().Channels(t.Context(), h.original.CommuneID, []post.Channel{h.original})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d, %v", len(all), err)
	}
	return all[0]
}

func TestOneChannelStandsForAnotherInExercises(t *testing.T) {
	h := newHall(t)
	var group errgroup.Group
	for range 8 {
		group.Go(func() error {
			_, err := h.Exercises().Channels(t.Context(), h.original.CommuneID, []post.Channel{h.original})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	all, err := h.ledger.ExerciseChannels(t.Context(), h.original.CommuneID)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d rows, %v", len(all), err)
	}
	twin := h.twin(t)
	if twin.ExerciseOf != h.original.ID || !twin.Practice || len(twin.Sealed) > 0 || twin.Settings["page"] != "simulated" || twin.Name != h.original.Name {
		t.Errorf("%+v", twin)
	}
	if _, err := h.Exercises().Channels(t.Context(), "another commune", []post.Channel{h.original}); !errors.Is(err, post.ErrNotFound) {
		t.Errorf("for another commune: %v", err)
	}
	if _, err := h.Exercises().Channels(t.Context(), twin.CommuneID, []post.Channel{twin}); err == nil {
		t.Error("a channel stands for one that stands for another")
	}
	other := h.original
	other.ID, other.Kind = "other", "leaflet"
	if _, err := h.Exercises().Channels(t.Context(), other.CommuneID, []post.Channel{other}); err == nil {
		t.Error("a kind that has no simulated network takes part")
	}
}

func TestNothingOfTheRowLeadsOut(t *testing.T) {
	h := newHall(t)
	twin := h.twin(t)
	twin.Settings, twin.Account.ID = h.original.Settings, "real"
	if _, _, err := h.Open(t.Context(), twin); err != nil {
		t.Fatal(err)
	}
	used := h.networks.square
	if used.account.Settings["page"] != "simulated" || used.account.RemoteID != "for original" || used.account.Credentials["token"].Reveal() != "simulated" {
		t.Errorf("%+v", used.account)
	}
	if used.deps.BaseURL != "inside:/square" || used.deps.HTTP == http.DefaultClient {
		t.Errorf("%+v", used.deps)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://graph.facebook.com/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := used.deps.HTTP.Do(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	if !errors.Is(err, egress.ErrNowhere) {
		t.Errorf("its way out: %v", err)
	}
	for name, edit := range map[string]func(*post.Channel){
		"with credentials":       func(ch *post.Channel) { ch.Sealed = h.original.Sealed },
		"that is no practice":    func(ch *post.Channel) { ch.Practice = false },
		"of a kind without one":  func(ch *post.Channel) { ch.Kind = "leaflet" },
		"of a commune not there": func(ch *post.Channel) { ch.CommuneID = "another" },
	} {
		row := twin
		edit(&row)
		if _, _, err := h.Open(t.Context(), row); err == nil {
			t.Errorf("a row %s is opened", name)
		}
	}
	if _, err := h.Seal(twin, channels.Credentials{"token": secret.New("live")}); err == nil {
		t.Error("credentials are sealed for it")
	}
}

func TestWhatAnExerciseSays(t *testing.T) {
	h := newHall(t)
	_, opened, err := h.Open(t.Context(), h.twin(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := opened.(channels.Renewer); ok {
		t.Error("its credentials can be renewed")
	}
	page := &channels.Alert{Exercise: true, URL: "https://crieur.example/c/valmeuse/exercises/1"}
	say := func(replyTo string) (channels.Receipt, channels.Rendered) {
		receipt, err := opened.Publish(t.Context(), channels.Rendered{ReplyTo: replyTo, Alert: page}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return receipt, h.networks.square.published[len(h.networks.square.published)-1]
	}
	receipt, said := say("of another process")
	if said.ReplyTo != "" || receipt.URL != page.URL {
		t.Errorf("%+v, %+v", receipt, said)
	}
	h.networks.shown = true
	receipt, said = say("known")
	if said.ReplyTo != "known" || receipt.URL != "https://simulated.example/1" {
		t.Errorf("%+v, %+v", receipt, said)
	}
}
