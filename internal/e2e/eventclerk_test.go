package e2e_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media/mediatest"
)

// eventClerk is somebody at a browser who looks after events.
type eventClerk struct {
	rig clocked
	ui  string
}

// newEventClerk finds the browser and the web application that it needs.
func newEventClerk(t *testing.T, rig clocked) eventClerk {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		testrig.Missing(t, "Chromium: %v", err)
	}
	ui, err := filepath.Abs("../../ui")
	if err != nil {
		t.Fatal(err)
	}
	for _, needed := range []string{"dist/index.html", "node_modules/playwright-core"} {
		if _, err := os.Stat(filepath.Join(ui, needed)); err != nil {
			testrig.Missing(t, "the web application: %v", err)
		}
	}
	return eventClerk{rig, ui}
}

type clerkSaw struct {
	Path  string   `json:"path"`
	Shown []string `json:"shown"`
}

func (c eventClerk) do(t *testing.T, args ...string) clerkSaw {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", append([]string{"e2e/event-clerk.mjs"}, args...)...)
	cmd.Dir = c.ui
	cmd.Env = append(os.Environ(), "CRIEUR_E2E_URL="+c.rig.URL, "CRIEUR_E2E_EMAIL=officer@valmeuse.example",
		"CRIEUR_E2E_PASSWORD="+testrig.Password, "CRIEUR_E2E_NOW="+c.rig.Now().UTC().Format(time.RFC3339))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the browser, %s: %v", args[0], err)
	}
	var saw clerkSaw
	if err := json.Unmarshal(out, &saw); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return saw
}

// TestAnEventIsAnnouncedInTheBrowser: the same as by API, by somebody who only
// has the pages: four announcements on three channels, postponed once and
// cancelled once, weeks apart. What every network shows at the end is that and
// nothing else.
func TestAnEventIsAnnouncedInTheBrowser(t *testing.T) {
	t.Parallel()
	rig := clocked{testrig.StartAt(t, brussels(t, "2027-02-20T10:00"), nil)}
	clerk := newEventClerk(t, rig)
	facebook := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	x := rig.ConnectAccount(rig.Networks.Account(t, "x"))
	site := rig.Connect("site", "Actualités", nil, nil)
	poster := filepath.Join(t.TempDir(), "affiche.jpg")
	if err := os.WriteFile(poster, mediatest.JPEG(1200, 1600), 0o600); err != nil {
		t.Fatal(err)
	}

	path := clerk.do(t, "announce", poster).Path
	id := strings.TrimPrefix(path, "/events/")
	e := rig.event(t, id)
	if len(e.Announcements) != 4 {
		t.Fatalf("%d announcements", len(e.Announcements))
	}
	planned := map[string]string{}
	for _, a := range e.Announcements {
		planned[a.Series.Step] = a.Publish.At
		if len(a.Deliveries) != 3 {
			t.Errorf("%s goes to %d channels", a.Series.Step, len(a.Deliveries))
		}
	}
	for step, at := range map[string]string{"d14": "2027-02-28T10:00", "d7": "2027-03-07T12:00", "d1": "2027-03-13T17:00", "day": "2027-03-14T07:30"} {
		if planned[step] != at {
			t.Errorf("%s is planned at %q, want %s", step, planned[step], at)
		}
	}
	// The calendar shows them where they leave.
	var calendar json.RawMessage
	rig.Do(http.MethodGet, "/calendar?from=2027-02-27&to=2027-03-15", nil).Into(t, http.StatusOK, &calendar)
	for _, a := range e.Announcements {
		if !strings.Contains(string(calendar), a.ID) {
			t.Errorf("the calendar does not show %s", a.Series.Step)
		}
	}

	rig.leave(t, rig.step(t, id, "d14"), "2027-02-28T10:00")
	rig.Travel(brussels(t, "2027-03-01T14:00"))
	saw := strings.Join(clerk.do(t, "postpone", path, "2027-03-28").Shown, "\n")
	for _, words := range []string{"À corriger", "Déplacée", "n’aura pas lieu dimanche 14"} {
		if !strings.Contains(saw, words) {
			t.Errorf("before it was postponed the page did not say %q:\n%s", words, saw)
		}
	}
	rig.WaitFor(rig.step(t, id, "notice-1"), "published", time.Minute)
	rig.onTheSite(t, id, "EventRescheduled", "CONFIRMED", 1)
	rig.leave(t, rig.step(t, id, "d7"), "2027-03-21T12:00")

	rig.Travel(brussels(t, "2027-03-25T08:30"))
	saw = strings.Join(clerk.do(t, "cancel", path).Shown, "\n")
	if !strings.Contains(saw, "Annulée") || !strings.Contains(saw, "Avis de tempête.") {
		t.Errorf("before it was cancelled the page did not say so:\n%s", saw)
	}
	rig.WaitFor(rig.step(t, id, "notice-2"), "published", time.Minute)
	rig.onTheSite(t, id, "EventCancelled", "CANCELLED", 2)
	// Past everything that was ever planned.
	rig.Travel(brussels(t, "2027-03-30T12:00"))
	marker := publish(t, rig.Rig, "Bonne fin de semaine", facebook.ID, x.ID, site.ID)
	rig.WaitFor(marker.ID, "published", time.Minute)

	want := []struct{ at, words string }{
		{"2027-02-28T10:00", "dimanche 14 mars"},
		{"2027-03-01T14:", "n’aura pas lieu dimanche 14 mars"},
		{"2027-03-21T12:00", "dans 7 jours"},
		{"2027-03-25T08:", "n’aura pas lieu dimanche 28 mars"},
		{"2027-03-30T12:00", "bonne fin de semaine"},
	}
	for _, network := range []string{"facebook", "x"} {
		got := shownPosts(t, rig.Networks.Posts(network, rig.Networks.Account(t, network).ID))
		if len(got) != len(want) {
			t.Fatalf("%s shows %d posts, want %d:\n%s", network, len(got), len(want), strings.Join(got, "\n"))
		}
		for i, line := range got {
			if !strings.HasPrefix(line, want[i].at) || !strings.Contains(strings.ToLower(line), want[i].words) {
				t.Errorf("%s: %q, want %v", network, line, want[i])
			}
		}
	}
	kept := slices.Collect(func(yield func(string) bool) {
		for _, a := range rig.event(t, id).Announcements {
			if a.Status == "cancelled" && !yield(a.Series.Step) {
				return
			}
		}
	})
	slices.Sort(kept)
	if !slices.Equal(kept, []string{"d1", "day"}) {
		t.Errorf("cancelled are %v, want those of the day before and of the day", kept)
	}
}
