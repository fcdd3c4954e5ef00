//go:build torture

package scenario

import (
	"fmt"
	"net/http"
	"testing"
	"time"

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
		in := install(t, s, nil)
		if s == scaled {
			in.serve()
		}
		places := []string{"worker/renew:answered", "worker/renew:before-save"}
		runs := size(200)
		var times []time.Duration
		lost := map[string]int{}
		for n := range runs {
			place := places[n%len(places)]
			dying := in.work(withFailpoints(place + "=kill"))
			if s != scaled {
				in.awaitReady(dying)
			}
			a := in.renewable(1)[0]
			select {
			case <-dying.Ended():
			case <-time.After(time.Minute):
				t.Fatalf("run %d: nothing was renewed in a minute", n)
			}
			killed := time.Now()
			living := in.work()
			in.awaitReady(living)
			testrig.Eventually(t, 2*knownWithin, "the account works, or people are told", func() bool {
				known, isLost := in.accountKnown(a.ID, killed)
				if known && isLost {
					lost[place]++
				}
				return known
			})
			times = append(times, time.Since(killed))
			in.stop(living)
		}
		if worst := percentile(times, 1); worst > knownWithin {
			t.Errorf("known after %s", worst)
		}
		if n := lost["worker/renew:before-save"]; n > 0 {
			t.Errorf("%d accounts were lost although their credentials were kept", n)
		}
		r := row.Row{Runs: runs, Recovery: percentile(times, 0.95)}
		r.Note = fmt.Sprintf("%d told to connect again, %d renewed", lost["worker/renew:answered"], runs-lost["worker/renew:answered"])
		report(t, s, r)
	})
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
