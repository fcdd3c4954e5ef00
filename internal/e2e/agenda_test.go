package e2e_test

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	golangical "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media/mediatest"
)

// event is an event as the API shows it, as far as tests look.
type event struct {
	ID            string `json:"id"`
	Version       int    `json:"version"`
	Sequence      int    `json:"sequence"`
	Status        string `json:"status"`
	URL           string `json:"url"`
	Announcements []struct {
		testrig.Post
		Title   string `json:"title"`
		Text    string `json:"text"`
		Publish struct {
			At string `json:"at"`
		} `json:"publish"`
		Series struct {
			EventID string `json:"event_id"`
			Step    string `json:"step"`
			Kind    string `json:"kind"`
		} `json:"series"`
	} `json:"announcements"`
	Skipped []struct{ Step, Reason string } `json:"skipped"`
}

type cascade struct {
	Version int
	Items   []struct {
		Step, Action string
		From, To     *time.Time
		Published    []testrig.Delivery
	}
	Notice *struct{ Title, Text string }
}

func (c cascade) actions() []string {
	var all []string
	for _, i := range c.Items {
		all = append(all, i.Step+" "+i.Action)
	}
	slices.Sort(all)
	return all
}

func brussels(t *testing.T, wall string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", wall, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// shownPosts is what one network shows: the minute in Brussels, and the beginning of
// the text.
func shownPosts(t *testing.T, records []simulator.Record) []string {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range records {
		if r.Operation == "post" {
			all = append(all, r.At.In(zone).Format("2006-01-02T15:04")+" "+firstLine(r.Text))
		}
	}
	slices.Sort(all)
	return all
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.ReplaceAll(line, "\u00a0", " ")
}

// TestAnEventIsAnnouncedPostponedAndCancelled: four announcements on three
// channels; what every network shows at the end is right to the minute, and
// nothing else.
func TestAnEventIsAnnouncedPostponedAndCancelled(t *testing.T) {
	t.Parallel()
	rig := clocked{testrig.StartAt(t, brussels(t, "2027-02-20T10:00"), nil)}
	facebook := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	x := rig.ConnectAccount(rig.Networks.Account(t, "x"))
	site := rig.Connect("site", "Actualités", nil, nil)

	var poster struct {
		ID string `json:"id"`
	}
	rig.Upload("affiche.jpg", mediatest.JPEG(1200, 1600)).Into(t, http.StatusCreated, &poster)
	var e event
	rig.Do(http.MethodPost, "/events", map[string]any{
		"title": "Brocante de printemps", "description": "Quarante exposants.", "place": "Place du Marché",
		"starts_at": "2027-03-14T09:00", "ends_at": "2027-03-14T18:00", "channels": []string{facebook.ID, x.ID, site.ID},
		"images": []map[string]any{{"media_id": poster.ID, "alt": "L’affiche de la brocante"}},
		"announcements": []map[string]any{
			{"before": "P14D", "at": "09:00", "text": nil},
			{"before": "P7D", "at": "12:00"},
			{"before": "P1D", "at": "17:00"},
			{"before": "P0D", "at": "07:00"},
		},
	}).Into(t, http.StatusCreated, &e)
	var hours []string
	for _, a := range e.Announcements {
		hours = append(hours, a.Series.Kind+" "+a.Publish.At)
		if a.Status != "scheduled" || len(a.Deliveries) != 3 || a.Series.EventID != e.ID {
			t.Errorf("not planned on every channel: %+v", a)
		}
	}
	if diff := cmp.Diff([]string{
		"announce 2027-02-28T09:00", "countdown 2027-03-07T12:00", "practical 2027-03-13T17:00", "today 2027-03-14T07:00",
	}, hours); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}

	rig.leave(t, e.Announcements[0].ID, "2027-02-28T09:00")
	rig.onTheSite(t, e.ID, "EventScheduled", "CONFIRMED", 0)

	rig.Travel(brussels(t, "2027-03-01T14:00"))
	var c cascade
	postponement := map[string]any{"starts_at": "2027-03-28T09:00", "announce": true}
	rig.Do(http.MethodPost, "/events/"+e.ID+"/cascade", map[string]any{"action": "postpone", "postpone": postponement}).Into(t, http.StatusOK, &c)
	if diff := cmp.Diff([]string{"d0 move", "d1 move", "d14 correct", "d7 move"}, c.actions()); diff != "" {
		t.Errorf("what the postponement would do (-want +got):\n%s", diff)
	}
	if c.Notice == nil || !strings.Contains(strings.ReplaceAll(c.Notice.Text, "\u00a0", " "), "dimanche 28 mars de 9 h à 18 h") {
		t.Errorf("the notice does not tell the new date: %+v", c.Notice)
	}
	if got := rig.event(t, e.ID); got.Status != "scheduled" || got.Version != e.Version {
		t.Fatalf("the preview changed something: %+v", got)
	}
	postponement["version"] = c.Version
	rig.Do(http.MethodPost, "/events/"+e.ID+"/postpone", postponement).Into(t, http.StatusOK, &e)
	if e.Status != "rescheduled" || e.Sequence != 1 || len(e.Announcements) != 5 {
		t.Fatalf("postponed: %+v", e)
	}
	rig.WaitFor(rig.step(t, e.ID, "notice-1"), "published", time.Minute)
	// The same act again tells nobody twice.
	postponement["version"] = e.Version
	rig.Do(http.MethodPost, "/events/"+e.ID+"/postpone", postponement).Into(t, http.StatusOK, &e)
	if len(e.Announcements) != 5 || e.Sequence != 1 {
		t.Fatalf("postponed twice: %+v", e)
	}

	rig.onTheSite(t, e.ID, "EventRescheduled", "CONFIRMED", 1)

	rig.leave(t, rig.step(t, e.ID, "d7"), "2027-03-21T12:00")

	rig.Travel(brussels(t, "2027-03-25T08:30"))
	rig.Do(http.MethodPost, "/events/"+e.ID+"/cancel", map[string]any{"announce": true, "reason": "Avis de tempête."}).Into(t, http.StatusOK, &e)
	rig.WaitFor(rig.step(t, e.ID, "notice-2"), "published", time.Minute)
	rig.onTheSite(t, e.ID, "EventCancelled", "CANCELLED", 2)
	// Past everything that was ever planned.
	rig.Travel(brussels(t, "2027-03-28T12:00"))
	marker := publish(t, rig.Rig, "Bonne fin de week-end", facebook.ID, x.ID, site.ID)
	rig.WaitFor(marker.ID, "published", time.Minute)

	want := []string{"2027-02-28T09:00", "2027-03-01T14:00", "2027-03-21T12:00", "2027-03-25T08:30", "2027-03-28T12:00"}
	for _, network := range []string{"facebook", "x"} {
		records := rig.Networks.Posts(network, rig.Networks.Account(t, network).ID)
		got := shownPosts(t, records)
		for _, r := range records {
			if r.Operation == "post" && !strings.HasPrefix(r.Text, "Bonne fin") && (len(r.Images) != 1 || r.Images[0].Alt != "L’affiche de la brocante") {
				t.Errorf("%s: %q leaves without its poster: %+v", network, firstLine(r.Text), r.Images)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%s shows %d posts, want %d:\n%s", network, len(got), len(want), strings.Join(got, "\n"))
		}
		for i, line := range got {
			if !strings.HasPrefix(line, want[i]) {
				t.Errorf("%s: %q, want at %s", network, line, want[i])
			}
		}
		for i, words := range map[int]string{
			0: "dimanche 14 mars", 1: "n’aura pas lieu dimanche 14 mars", 2: "dans 7 jours", 3: "Annulation : Brocante de printemps n’aura pas lieu dimanche 28 mars",
		} {
			if !strings.Contains(strings.ToLower(got[i]), strings.ToLower(words)) {
				t.Errorf("%s: %q does not say %q", network, got[i], words)
			}
		}
	}
	for _, a := range rig.event(t, e.ID).Announcements {
		if k := a.Series.Step; (k == "d1" || k == "d0") != (a.Status == "cancelled") {
			t.Errorf("%s is %s", k, a.Status)
		}
	}
}

// clocked is a rig whose time moves, with words for events.
type clocked struct{ *testrig.ClockedRig }

func (r clocked) event(t *testing.T, id string) event {
	t.Helper()
	var e event
	r.Do(http.MethodGet, "/events/"+id, nil).Into(t, http.StatusOK, &e)
	return e
}

// step is the post of one announcement.
func (r clocked) step(t *testing.T, id, step string) string {
	t.Helper()
	for _, a := range r.event(t, id).Announcements {
		if a.Series.Step == step {
			return a.ID
		}
	}
	t.Fatalf("%s has no %s", id, step)
	return ""
}

// leave goes to just before an hour and waits until a post has left.
func (r clocked) leave(t *testing.T, postID, wall string) {
	t.Helper()
	r.Travel(brussels(t, wall).Add(-testrig.Settling))
	r.WaitFor(postID, "published", time.Minute)
}

// onTheSite checks that the first article, the event's page and the feed show
// how the event stands.
func (r clocked) onTheSite(t *testing.T, id, status, calendar string, sequence int) {
	t.Helper()
	e := r.event(t, id)
	for _, d := range e.Announcements[0].Deliveries {
		if d.Kind != "site" {
			continue
		}
		for _, page := range []string{*d.RemoteURL, e.URL} {
			if body := string(get(t, page)); !strings.Contains(body, "schema.org/"+status) {
				t.Errorf("%s does not show %s", page, status)
			}
			if body := string(get(t, page)); !strings.Contains(body, `alt="L’affiche de la brocante"`) {
				t.Errorf("%s does not show the poster", page)
			}
		}
	}
	feed, err := golangical.ParseCalendar(bytes.NewReader(get(t, r.URL+"/c/valmeuse/agenda.ics")))
	if err != nil {
		t.Fatal(err)
	}
	if len(feed.Events()) != 1 {
		t.Fatalf("the feed holds %d events", len(feed.Events()))
	}
	entry := feed.Events()[0]
	if got := entry.GetProperty(golangical.ComponentPropertySequence).Value; entry.Id() != id || got != strconv.Itoa(sequence) ||
		entry.GetProperty(golangical.ComponentPropertyStatus).Value != calendar {
		t.Errorf("the feed: %s, sequence %s", entry.Id(), got)
	}
}
