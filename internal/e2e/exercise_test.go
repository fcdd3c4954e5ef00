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
func connectAll(client *testrig.Client, o *outside) []string {
	var ids []string
	for _, spec := range o.PracticeAccounts() {
		ids = append(ids, client.ConnectAccount(spec).ID)
	}
	return append(ids, client.Connect("site", "Actualités", nil, nil).ID)
}

// said is an exercise as its board shows it.
type said struct {
	ID, Status string
	Number     int
	AlertURL   string `json:"alert_url"`
	Deliveries []testrig.Delivery
}

// exerciseJob does an exercise from its first message to its end, and looks
// that it was said on every channel and nowhere outside.
func exerciseJob(t *testing.T, client *testrig.Client, o *outside) said {
	t.Helper()
	originals := connectAll(client, o)
	before := o.calls.Load()
	var now said
	say := func(path string, body map[string]any) {
		t.Helper()
		client.Do(http.MethodPost, path, body).Into(t, http.StatusAccepted, &now)
		testrig.Eventually(t, time.Minute, path+" is said on every channel", func() bool {
			client.Do(http.MethodGet, "/broadcasts/"+now.ID, nil).Into(t, http.StatusOK, &now)
			for _, d := range now.Deliveries {
				if d.Status == "failed" {
					t.Fatalf("%s: %+v", d.Kind, d.Error)
				}
			}
			return len(now.Deliveries) == len(originals) &&
				!slices.ContainsFunc(now.Deliveries, func(d testrig.Delivery) bool { return d.Status != "sent" })
		})
	}
	say("/broadcasts", map[string]any{"title": "Incendie rue Haute", "message": "Restez à l’intérieur.", "severity": "severe", "exercise": true})
	say("/broadcasts/"+now.ID+"/updates", map[string]any{"message": "Les pompiers sont sur place."})
	say("/broadcasts/"+now.ID+"/end", map[string]any{"message": "Vous pouvez sortir."})
	if now.Number != 3 || now.Status != "ended" {
		t.Errorf("%+v", now)
	}
	if calls := o.calls.Load() - before; calls != 0 || len(o.Records()) != 0 {
		t.Errorf("%d calls left, %d posts were accepted", calls, len(o.Records()))
	}
	var list struct{ Channels []testrig.Channel }
	client.Do(http.MethodGet, "/channels", nil).Into(t, http.StatusOK, &list)
	if len(list.Channels) != len(originals) {
		t.Errorf("%d channels are shown, want %d", len(list.Channels), len(originals))
	}
	return now
}

// With practice, people look at what the exercise said as citizens would.
func TestAnExerciseIsSaidInside(t *testing.T) {
	t.Parallel()
	o := standOutside(t)
	rig := testrig.Start(t, func(c *config.Config) {
		c.Practice, c.NetworkURLs = true, map[string]string{"facebook": o.url + "/facebook", "x": o.url + "/x"}
	})
	done := exerciseJob(t, rig.Client, o)
	for _, d := range done.Deliveries {
		switch {
		case d.RemoteURL == nil:
			t.Errorf("%s leads nowhere", d.Kind)
		case d.Kind == "site":
			if *d.RemoteURL != done.AlertURL {
				t.Errorf("the commune’s pages lead to %s", *d.RemoteURL)
			}
		case !strings.HasPrefix(*d.RemoteURL, rig.URL+"/practice/exercises/"):
			t.Errorf("%s leads to %s", d.Kind, *d.RemoteURL)
		default:
			if page := string(get(t, *d.RemoteURL)); !strings.Contains(page, "EXERCICE") || !strings.Contains(page, "Vous pouvez sortir") {
				t.Errorf("%s does not show the exercise", d.Kind)
			}
		}
	}
}

// The process that answers and the one that publishes have networks of their
// own, and need no practice.
func TestAnExerciseInSeparateProcesses(t *testing.T) {
	t.Parallel()
	o := standOutside(t)
	settings := scaleSettings(t, &testrig.Networks{URL: o.url})
	settings["CRIEUR_PRACTICE"] = "false"
	in := testrig.Install(t, testrig.Binary(t), settings)
	api := in.Serve("api")
	in.Serve("worker")
	done := exerciseJob(t, administrator(t, in, api.URL), o)
	for _, d := range done.Deliveries {
		if d.RemoteURL == nil || *d.RemoteURL != done.AlertURL {
			t.Errorf("%s leads to %v, want the page of the exercise", d.Kind, d.RemoteURL)
		}
	}
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
	originals := connectAll(rig.Client, o)
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
	ordinary := map[string]any{"text": "Brocante dimanche.", "channels": []string{twins[0].ID}, "publish": map[string]any{"mode": "now"}}
	if a := rig.Do(http.MethodPost, "/posts", ordinary); a.Status < 400 || a.Status >= 500 {
		t.Errorf("an ordinary post on a channel of exercises: %d %s", a.Status, a.Body)
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
