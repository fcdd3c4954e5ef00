//go:build torture

package scenario

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/internal/torture/row"
)

const (
	// correctedWithin and correctionClicks are what a clerk may need to correct
	// a false alert.
	correctedWithin  = time.Minute
	correctionClicks = 3
)

// TestT39Correction lets five clerks correct a false alert from its board, in a
// real browser.
func TestT39Correction(t *testing.T) {
	if _, err := exec.LookPath("chromium"); err != nil {
		testrig.Missing(t, "Chromium: %v", err)
	}
	ui, err := filepath.Abs("../../../ui")
	if err != nil {
		t.Fatal(err)
	}
	for _, needed := range []string{"dist/index.html", "node_modules/playwright-core"} {
		if _, err := os.Stat(filepath.Join(ui, needed)); err != nil {
			testrig.Missing(t, "the web application: %v", err)
		}
	}
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := in.mixed(11)
		r := row.Row{}
		var longest time.Duration
		clicks := 0
		for clerk := range size(5) {
			email := fmt.Sprintf("agent%d@valmeuse.example", clerk)
			in.Command(testrig.Password+"\n", "user", "create", "--email", email, "--role", "author", "--crisis", "--commune", "Valmeuse")
			board, reference, _, _ := in.raise()
			testrig.Eventually(t, crisisMax, "the alert everywhere", func() bool { return in.allSent(board.ID, 1) })
			got := in.clerk(ui, email, "/crisis/"+board.ID)
			took := time.Duration(got.Milliseconds) * time.Millisecond
			longest, clicks = max(longest, took), max(clicks, got.Clicks)
			if took > correctedWithin || got.Clicks > correctionClicks {
				t.Errorf("clerk %d: %s, %d clicks", clerk+1, took, got.Clicks)
			}
			if !in.allSent(board.ID, 2) {
				t.Errorf("clerk %d: the correction is not everywhere", clerk+1)
			}
			journal := in.acceptedPosts()
			for _, a := range accounts {
				r.Deliveries += 2
				if a.network == "site" {
					r.Settled += 2
					continue
				}
				switch n := journal[place{a.network, a.id, reference}].times; {
				case n > 2:
					r.Twice += n - 2
				case n < 2:
					r.Lost += 2 - n
				default:
					r.Settled += 2
				}
			}
			r.Runs++
			in.ask(http.MethodPost, "/broadcasts/"+board.ID+"/end", map[string]any{"message": "Fin de l’alerte."}, http.StatusAccepted, nil)
			testrig.Eventually(t, crisisMax, "the end everywhere", func() bool { return in.allSent(board.ID, 3) })
		}
		r.Late = longest
		r.Note = fmt.Sprintf("%d channels, at most %d clicks; lateness is from the page to the last channel", len(accounts), clicks)
		report(t, s, r)
	})
}

// allSent reports whether every channel has a message of an alert.
func (in *installation) allSent(id string, number int) bool {
	in.t.Helper()
	b := in.board(id)
	for i := range b.Deliveries {
		if b.Deliveries[i].Status != "sent" {
			return false
		}
	}
	return b.Number == number && len(b.Deliveries) > 0
}

type clerkTook struct {
	Clicks       int `json:"clicks"`
	Milliseconds int `json:"ms"`
}

// clerk corrects an alert in a browser.
func (in *installation) clerk(ui, email, board string) clerkTook {
	in.t.Helper()
	cmd := exec.CommandContext(in.t.Context(), "node", "e2e/clerk.mjs")
	cmd.Dir = ui
	cmd.Env = append(os.Environ(), "CRIEUR_E2E_URL=http://"+in.Address(), "CRIEUR_E2E_EMAIL="+email, "CRIEUR_E2E_PASSWORD="+testrig.Password, "CRIEUR_E2E_BOARD="+board)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		in.t.Fatalf("the browser: %v", err)
	}
	var took clerkTook
	if err := json.Unmarshal(out, &took); err != nil {
		in.t.Fatalf("%v: %s", err, out)
	}
	return took
}
