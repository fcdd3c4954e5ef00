package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
)

// The account cannot be read: a person opens the page and says what is there.
func TestAPersonSettlesAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		accepted bool
		// answer is what the person saw, and want how often the network holds
		// the text in the end.
		answer map[string]any
		retry  bool
		want   int
	}{
		{"it is there", true, map[string]any{"outcome": "sent", "remote_url": "https://www.facebook.com/1"}, false, 1},
		{"it is not there, send again", false, map[string]any{"outcome": "not_sent"}, true, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rig := testrig.Start(t, nil)
			channel := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
			for _, fault := range []simulator.Fault{
				{Network: "facebook", Operation: "read", Effect: simulator.EffectStatus, Status: 500, Times: -1},
				{Network: "facebook", Operation: "post", After: tt.accepted, Effect: simulator.EffectStatus, Status: 503},
			} {
				if err := rig.Networks.Plan(fault); err != nil {
					t.Fatal(err)
				}
			}
			const text = "Fermeture de la bibliothèque lundi"
			p := publish(t, rig, text, channel.ID)
			testrig.Eventually(t, time.Minute, "the outcome is unknown", func() bool { return rig.Post(p.ID).Deliveries[0].Status == "unknown" })
			d := rig.Post(p.ID).Deliveries[0]
			if d.Error == nil || d.Error.Kind != "unknown" || d.Error.NextStep == "" {
				t.Errorf("nobody is told what to do: %+v", d.Error)
			}
			var shown struct {
				Delivery struct {
					AccountURL string `json:"account_url"`
				}
			}
			rig.Do(http.MethodGet, "/deliveries/"+d.ID, nil).Into(t, http.StatusOK, &shown)
			if shown.Delivery.AccountURL == "" {
				t.Error("nobody is told which page to open")
			}
			rig.Do(http.MethodPost, "/deliveries/"+d.ID+"/resolve", tt.answer).Into(t, http.StatusOK, nil)
			if tt.retry {
				rig.WaitFor(p.ID, "failed", time.Minute)
				rig.Do(http.MethodPost, "/deliveries/"+d.ID+"/retry", nil).Into(t, http.StatusOK, nil)
			}
			rig.WaitFor(p.ID, "published", time.Minute)
			if n := acceptedTimes(rig.Networks, "facebook", text); n != tt.want {
				t.Errorf("accepted %d times, want %d", n, tt.want)
			}
			// What is settled is not settled again.
			rig.Do(http.MethodPost, "/deliveries/"+d.ID+"/resolve", map[string]any{"outcome": "not_sent"}).Into(t, http.StatusConflict, nil)
		})
	}
}
