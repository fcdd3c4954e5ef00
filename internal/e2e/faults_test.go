package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
)

// What a network does to an answer, and what must become of the delivery. The
// networks' own records say how often a post was accepted.
func TestUnclearAnswersAreReadBackAndNeverRepeated(t *testing.T) {
	t.Parallel()
	accepted := []struct {
		name  string
		fault simulator.Fault
	}{
		{"accepted, then 500", simulator.Fault{Effect: simulator.EffectStatus, Status: 500, Body: `{"error":{"message":"x","code":1}}`}},
		{"accepted, then 503 without the usual envelope", simulator.Fault{Effect: simulator.EffectStatus, Status: 503, Body: `{}`}},
		{"accepted, then a page of HTML", simulator.Fault{Effect: simulator.EffectStatus, Status: 502, Body: `<html>Bad gateway</html>`}},
		{"accepted, then a reset connection", simulator.Fault{Effect: simulator.EffectReset}},
		{"accepted, then an end without an answer", simulator.Fault{Effect: simulator.EffectEOF}},
		{"accepted, then bytes that mean nothing", simulator.Fault{Effect: simulator.EffectGarbage}},
		{"accepted, then half an answer", simulator.Fault{Effect: simulator.EffectTruncate}},
		{"accepted, then silence", simulator.Fault{Effect: simulator.EffectHang}},
	}
	rig := testrig.Start(t, nil)
	for i, network := range []string{"facebook", "x"} {
		channel := rig.ConnectAccount(rig.Networks.Account(t, network))
		account := rig.Networks.Account(t, network).ID
		t.Run(network, func(t *testing.T) {
			// One after the other: a fault hits the next call of its account.
			for n, tt := range accepted {
				tt.fault.Network, tt.fault.Account, tt.fault.Operation, tt.fault.After = network, account, "post", true
				if err := rig.Networks.Plan(tt.fault); err != nil {
					t.Fatal(err)
				}
				text := fmt.Sprintf("Essai %d.%d : %s", i, n, tt.name)
				p := publish(t, rig, text, channel.ID)
				done := rig.WaitFor(p.ID, "published", 3*time.Minute)
				if d := done.Deliveries[0]; d.RemoteID == nil || d.Error != nil {
					t.Errorf("%s: %+v", tt.name, d)
				}
				if n := acceptedTimes(rig.Networks, network, text); n != 1 {
					t.Errorf("%s: accepted %d times", tt.name, n)
				}
			}
		})
	}
}

// Nothing reached the network: one answer of 503 on the creating call proves
// nothing, so the account is read three times over three minutes, and then the
// post is sent once more.
func TestRefusedByAnUnavailableNetworkIsSentOnceInTheEnd(t *testing.T) {
	t.Parallel()
	rig := testrig.Start(t, nil)
	channel := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	earlier := publish(t, rig, "Un avis plus ancien, que chaque lecture doit montrer", channel.ID)
	rig.WaitFor(earlier.ID, "published", time.Minute)
	if err := rig.Networks.Plan(simulator.Fault{Network: "facebook", Operation: "post", Effect: simulator.EffectStatus, Status: 503}); err != nil {
		t.Fatal(err)
	}
	const text = "Avis : collecte des déchets avancée d’un jour"
	p := publish(t, rig, text, channel.ID)
	testrig.Eventually(t, time.Minute, "the outcome is unknown", func() bool { return rig.Post(p.ID).Deliveries[0].Status == "unknown" })
	rig.WaitFor(p.ID, "published", 6*time.Minute)
	if n := acceptedTimes(rig.Networks, "facebook", text); n != 1 {
		t.Errorf("accepted %d times", n)
	}
}

func TestOneChannelThatFailsDoesNotTouchTheOthers(t *testing.T) {
	t.Parallel()
	rig := testrig.Start(t, nil)
	facebook := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	x := rig.ConnectAccount(rig.Networks.Account(t, "x"))
	site := rig.Connect("site", "Actualités", nil, nil)
	if err := rig.Networks.Plan(simulator.Fault{
		Network: "facebook", Operation: "post", Effect: simulator.EffectStatus, Status: 400,
		Body: `{"error":{"message":"(#190) expired","type":"OAuthException","code":190,"error_subcode":460}}`,
	}); err != nil {
		t.Fatal(err)
	}
	const text = "Rue de l’Église : réouverture ce soir"
	p := publish(t, rig, text, facebook.ID, x.ID, site.ID)
	done := rig.WaitFor(p.ID, "partly_published", time.Minute)
	var failed testrig.Delivery
	for _, d := range done.Deliveries {
		if d.Kind == "facebook" {
			failed = d
		}
	}
	if failed.Status != "failed" || failed.Error == nil || failed.Error.Kind != "auth" || failed.Error.Code != "facebook.190.460" || failed.Error.NextStep == "" {
		t.Fatalf("facebook: %+v", failed)
	}
	rig.Do(http.MethodPost, "/deliveries/"+failed.ID+"/retry", nil).Into(t, http.StatusOK, nil)
	rig.WaitFor(p.ID, "published", time.Minute)
	for _, network := range []string{"facebook", "x"} {
		if n := acceptedTimes(rig.Networks, network, text); n != 1 {
			t.Errorf("%s accepted %d times", network, n)
		}
	}
}

// A crash of ours is simulated by a network that is down: nothing was sent, so
// it is tried again by itself.
func TestANetworkThatIsDownIsTriedAgain(t *testing.T) {
	t.Parallel()
	rig := testrig.Start(t, nil)
	channel := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	if err := rig.Networks.Plan(simulator.Fault{
		Network: "facebook", Operation: "post", Effect: simulator.EffectStatus, Status: 400,
		Body:   `{"error":{"message":"(#32) Page request limit reached","type":"OAuthException","code":32}}`,
		Header: map[string]string{"X-Business-Use-Case-Usage": `{"1":[{"type":"pages","call_count":40,"estimated_time_to_regain_access":0}]}`},
	}); err != nil {
		t.Fatal(err)
	}
	const text = "Horaire d’été des parcs à conteneurs"
	p := publish(t, rig, text, channel.ID)
	done := rig.WaitFor(p.ID, "published", time.Minute)
	if done.Deliveries[0].Attempts != 2 {
		t.Errorf("%d attempts, want 2", done.Deliveries[0].Attempts)
	}
	if n := acceptedTimes(rig.Networks, "facebook", text); n != 1 {
		t.Errorf("accepted %d times", n)
	}
}

func publish(t *testing.T, rig *testrig.Rig, text string, channels ...string) testrig.Post {
	t.Helper()
	var p testrig.Post
	rig.Do(http.MethodPost, "/posts", map[string]any{
		"text": text, "channels": channels, "publish": map[string]any{"mode": "now"},
	}).Into(t, http.StatusCreated, &p)
	return p
}

func acceptedTimes(networks *testrig.Networks, network, text string) int {
	n := 0
	for _, r := range networks.Records() {
		if r.Network == network && r.Operation == "post" && r.Text == text {
			n++
		}
	}
	return n
}
