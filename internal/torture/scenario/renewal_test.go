//go:build torture

package scenario

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/internal/torture/row"
)

// knownWithin is how soon after a crash an account is either usable or known
// to be lost.
const knownWithin = time.Minute

// seenChannel is what the API says of an account's credentials.
type seenChannel struct {
	Status    string     `json:"status"`
	ExpiresAt *time.Time `json:"credentials_expire_at"`
}

// told is a notice of an account.
type told struct {
	Notices []struct {
		Kind      string  `json:"kind"`
		ChannelID *string `json:"channel_id"`
	} `json:"notices"`
}

// TestT31RenewalIsCutOff ends the program between the network's answer to a
// renewal and the ledger's commit. Soon after, the account works or people were
// told to connect it again; nobody learns it at the hour of a post.
func TestT31RenewalIsCutOff(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		runs := size(200)
		all := make([]cutOffs, min(renewingApart, (runs+3)/4))
		t.Run("apart", func(t *testing.T) {
			for i := range all {
				t.Run(fmt.Sprint(i), func(t *testing.T) {
					t.Parallel()
					all[i].run(t, s, runs/len(all)+min(1, max(0, runs%len(all)-i)))
				})
			}
		})
		told, times := 0, []time.Duration(nil)
		for _, c := range all {
			told += c.told
			times = append(times, c.times...)
		}
		if len(times) != runs {
			t.Errorf("%d of %d runs came to their end", len(times), runs)
		}
		if worst := percentile(times, 1); worst > knownWithin {
			t.Errorf("known after %s", worst)
		}
		r := row.Row{Runs: len(times), Recovery: percentile(times, 0.95)}
		r.Note = fmt.Sprintf("%d told to connect again, %d renewed", told, len(times)-told)
		report(t, s, r)
	})
}

// renewingApart is how many installations share the runs of T31: most of each is
// waiting for a lease to end.
const renewingApart = 8

// cutOffs is what came of renewals that were cut off: how soon that was known,
// and how often people had to be told.
type cutOffs struct {
	times []time.Duration
	told  int
}

func (c *cutOffs) run(t *testing.T, s setup, runs int) {
	t.Helper()
	in := install(t, s, nil)
	if s == scaled {
		in.serve()
	}
	places := []string{"worker/renew:answered", "worker/renew:before-save"}
	for n := range runs {
		place := places[n%len(places)]
		dying := in.work(withFailpoints(place + "=kill"))
		if s != scaled {
			in.awaitReady(dying)
		}
		name := in.unanswered()
		select {
		case <-dying.Ended():
		case <-time.After(time.Minute):
			t.Fatalf("run %d: nothing was renewed in a minute", n)
		}
		killed := time.Now()
		living := in.work()
		in.awaitReady(living)
		id := in.channelNamed(name)
		lost := false
		testrig.Eventually(t, 2*knownWithin, "the account works, or people are told", func() bool {
			var known bool
			known, lost = in.accountKnown(id, killed)
			return known
		})
		c.times = append(c.times, time.Since(killed))
		if lost {
			c.told++
			if place == "worker/renew:before-save" {
				t.Error("an account was lost although its credentials were kept")
			}
		}
		in.stop(living)
	}
}

// unanswered adds an account whose credentials are renewed, and asks to connect
// it. Where one process does all, it may end before it has answered.
func (in *installation) unanswered() string {
	in.t.Helper()
	in.mu.Lock()
	in.accounts++
	number := in.accounts
	in.mu.Unlock()
	spec := simulator.AccountSpec{Network: "x", ID: fmt.Sprintf("19%017d", number), Name: fmt.Sprintf("renouvelable %d", number)}
	spec.Traits = map[string]string{"username": fmt.Sprintf("renouvelable%d", number)}
	spec.Credentials = map[string]string{
		"client_id": "client", "client_secret": "client-secret",
		"access_token": "access-" + spec.ID, "refresh_token": "refresh-" + spec.ID,
	}
	if err := in.networks.AddAccount(spec); err != nil {
		in.t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{"kind": spec.Network, "name": spec.Name, "settings": map[string]string{}, "credentials": spec.Credentials})
	if err != nil {
		in.t.Fatal(err)
	}
	answer, err := in.try(in.t.Context(), http.MethodPost, "/channels", body, nil)
	if err == nil && answer.Status != http.StatusCreated {
		in.t.Fatalf("the account was not connected: %d %s", answer.Status, answer.Body)
	}
	return spec.Name
}

// channelNamed is the id of a channel. It is there: its credentials were being
// renewed.
func (in *installation) channelNamed(name string) string {
	in.t.Helper()
	var all struct {
		Channels []testrig.Channel `json:"channels"`
	}
	in.ask(http.MethodGet, "/channels", nil, http.StatusOK, &all)
	for _, ch := range all.Channels {
		if ch.Name == name {
			return ch.ID
		}
	}
	in.t.Fatalf("%q is not among %d channels", name, len(all.Channels))
	return ""
}

// accountKnown reports whether an account was renewed, or people were told that
// it is lost.
func (in *installation) accountKnown(id string, killed time.Time) (known, lost bool) {
	in.t.Helper()
	var ch seenChannel
	if !in.ask(http.MethodGet, "/channels/"+id, nil, http.StatusOK, &ch) {
		return false, false
	}
	if ch.Status == "connected" {
		return ch.ExpiresAt != nil && ch.ExpiresAt.After(killed.Add(time.Hour)), false
	}
	var page told
	if !in.ask(http.MethodGet, "/notices?unread=true", nil, http.StatusOK, &page) {
		return false, false
	}
	for _, n := range page.Notices {
		if n.Kind == "reauth" && n.ChannelID != nil && *n.ChannelID == id {
			return true, true
		}
	}
	return false, false
}
