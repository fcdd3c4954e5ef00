package e2e_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/app"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/testrig"
)

// outside are networks that an exercise must never call. They stand on an
// address that the installation may reach, and count every request.
type outside struct {
	url   string
	calls atomic.Int64
	*simulator.Server
}

func standOutside(t *testing.T) *outside {
	t.Helper()
	o := &outside{}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.calls.Add(1)
		o.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	o.url = front.URL
	var err error
	if o.Server, err = simulator.New(simulator.Options{PublicURL: front.URL}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Close() })
	return o
}

// connectAll connects an account of every kind, with its live credentials.
func connectAll(t *testing.T, rig *testrig.Rig, o *outside) []string {
	t.Helper()
	var ids []string
	connect := func(kind string, settings, credentials map[string]string) {
		var ch testrig.Channel
		rig.Do(http.MethodPost, "/channels", map[string]any{
			"kind": kind, "name": kind, "settings": settings, "credentials": credentials,
		}).Into(t, http.StatusCreated, &ch)
		ids = append(ids, ch.ID)
	}
	for _, spec := range o.PracticeAccounts() {
		settings := spec.Settings
		if settings == nil {
			settings = map[string]string{}
		}
		connect(spec.Network, settings, spec.Credentials)
	}
	connect("site", map[string]string{}, map[string]string{})
	return ids
}

// An exercise leads nowhere, even where somebody put the address of a real
// network into the row of its channel.
func TestAnExerciseReachesNoNetwork(t *testing.T) {
	t.Parallel()
	o := standOutside(t)
	var cfg config.Config
	rig := testrig.Start(t, func(c *config.Config) {
		c.NetworkURLs = map[string]string{"facebook": o.url + "/facebook", "x": o.url + "/x"}
		cfg = *c
	})
	originals := connectAll(t, rig, o)
	ledger, err := store.Open(t.Context(), store.Config{Dir: cfg.DataDir, Guest: true, Log: slog.New(slog.DiscardHandler), Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ledger.Close() })
	drivers := map[string]channels.Driver{}
	for _, d := range app.Drivers() {
		drivers[d.Info().Kind] = d
	}
	var twins []post.Channel
	for _, id := range originals {
		original, err := ledger.ChannelByID(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		twin := original
		twin.ID, twin.Practice, twin.ExerciseOf, twin.Sealed, twin.CredentialsExpireAt = "exercise-"+id, true, id, nil, time.Time{}
		if twin, err = ledger.AddExerciseChannel(t.Context(), twin); err != nil {
			t.Fatal(err)
		}
		twins = append(twins, twin)
	}
	before, records := o.calls.Load(), len(o.Records())
	if records != 0 || before == 0 {
		t.Fatalf("%d calls and %d records by connecting", before, records)
	}

	const messages = 25
	var ids []string
	for i := range messages {
		ids = append(ids, rehearse(t, ledger, drivers, twins, i))
	}
	settled := func() bool {
		ids = slices.DeleteFunc(ids, func(id string) bool {
			p, err := ledger.Post(t.Context(), twins[0].CommuneID, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range p.Deliveries {
				if d.State == post.Failed {
					t.Fatalf("%s: %+v", d.Kind, d.Failure)
				}
				if d.State == post.Sent && (d.RemoteID == "" || strings.Contains(d.RemoteURL, o.url)) {
					t.Errorf("%s is at %q, %q", d.Kind, d.RemoteID, d.RemoteURL)
				}
			}
			return !slices.ContainsFunc(p.Deliveries, func(d post.Delivery) bool { return d.State != post.Sent })
		})
		return len(ids) == 0
	}
	testrig.Eventually(t, 2*time.Minute, "every message of the exercise is sent", settled)
	if calls := o.calls.Load() - before; calls != 0 || len(o.Records()) != 0 || len(rig.Networks.Records()) != 0 {
		t.Errorf("%d calls left the process, %d posts were accepted", calls, len(o.Records())+len(rig.Networks.Records()))
	}
	if page := string(get(t, rig.URL+"/c/valmeuse")); strings.Contains(page, "EXERCICE") {
		t.Error("the commune’s own page shows an exercise")
	}
	var list struct{ Channels []testrig.Channel }
	rig.Do(http.MethodGet, "/channels", nil).Into(t, http.StatusOK, &list)
	if len(list.Channels) != len(originals) {
		t.Errorf("%d channels are shown, want %d", len(list.Channels), len(originals))
	}
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		if a := rig.Do(method, "/channels/"+twins[0].ID, nil); a.Status != http.StatusNotFound {
			t.Errorf("%s of a channel of exercises: %d", method, a.Status)
		}
	}
	live := map[string]any{"credentials": o.PracticeAccounts()[0].Credentials}
	if a := rig.Do(http.MethodPatch, "/channels/"+twins[0].ID, live); a.Status != http.StatusNotFound {
		t.Errorf("live credentials into a channel of exercises: %d %s", a.Status, a.Body)
	}
}

// rehearse puts a message of an exercise into the crisis lane of every channel.
func rehearse(t *testing.T, ledger *store.Store, drivers map[string]channels.Driver, twins []post.Channel, i int) string {
	t.Helper()
	now := clock.Now().Truncate(time.Millisecond)
	text := fmt.Sprintf("EXERCICE – Message n° %d. Incendie rue Haute : restez à l’intérieur. EXERCICE", i+1)
	p := post.Post{
		ID: store.NewID(), CommuneID: twins[0].CommuneID, Key: fmt.Sprintf("exercise%d", i), Version: 1, Content: post.Content{Title: "EXERCICE – Incendie", Text: text},
		Schedule: post.Schedule{Mode: post.ModeNow, Zone: "Europe/Brussels", DueAt: now}, MaxLateness: post.DefaultMaxLateness, CreatedAt: now, UpdatedAt: now,
	}
	for _, ch := range twins {
		rendered, issues := drivers[ch.Kind].Render(channels.Message{
			Key: p.Key, Title: p.Content.Title, Text: text, Language: "fr",
			Alert: &channels.Alert{ID: "alert", Number: i + 1, Kind: "alert", Exercise: true, URL: "https://crieur.example/c/valmeuse/exercises/alert"},
		}, ch.Settings)
		if channels.HasErrors(issues) {
			t.Fatalf("%s: %+v", ch.Kind, issues)
		}
		data, err := json.Marshal(rendered)
		if err != nil {
			t.Fatal(err)
		}
		p.Deliveries = append(p.Deliveries, post.Delivery{
			ID: store.NewID(), CommuneID: p.CommuneID, PostID: p.ID, ChannelID: ch.ID, Kind: ch.Kind, PostVersion: 1,
			State: post.Scheduled, Lane: post.LaneCrisis, DueAt: now, NextAt: now, MaxLateness: p.MaxLateness, Rendered: data, UpdatedAt: now,
		})
	}
	if err := ledger.CreatePost(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	return p.ID
}
