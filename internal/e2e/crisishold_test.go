package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
)

// holding counts the posts of a network that say something.
func holding(networks *testrig.Networks, network, words string) int {
	n := 0
	for _, r := range networks.Records() {
		if r.Network == network && r.Operation == "post" && strings.Contains(r.Text, words) {
			n++
		}
	}
	return n
}

// A post with pictures is on its way when an alert is raised: the alert leaves,
// and the post stops before the call that would show it.
func TestAnAlertStopsAPostThatIsUploading(t *testing.T) {
	t.Parallel()
	rig := testrig.Start(t, nil)
	page := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	if err := rig.Networks.Plan(simulator.Fault{Network: "facebook", Operation: "media", Effect: simulator.EffectDelay, Delay: 3 * time.Second, Times: -1}); err != nil {
		t.Fatal(err)
	}
	images := make([]map[string]any, len(alts()))
	for i, alt := range alts() {
		images[i] = map[string]any{"alt": alt}
	}
	var created testrig.Post
	rig.PublishMultipart(map[string]any{
		"text": "Brocante dimanche", "images": images, "channels": []string{page.ID}, "publish": map[string]any{"mode": "now"},
	}, phonePhotos()...).Into(t, http.StatusCreated, &created)
	testrig.Eventually(t, time.Minute, "the post is on its way", func() bool { return rig.Post(created.ID).Deliveries[0].Status == "sending" })

	var alert said
	rig.Do(http.MethodPost, "/broadcasts", map[string]any{
		"title": "Inondation", "message": "Montez à l’étage.", "severity": "extreme",
	}).Into(t, http.StatusAccepted, &alert)
	testrig.Eventually(t, time.Minute, "the alert is there", func() bool { return holding(rig.Networks, "facebook", "Inondation") == 1 })
	testrig.Eventually(t, time.Minute, "the post is held", func() bool { return rig.Post(created.ID).Deliveries[0].Status == "held" })
	if d := rig.Post(created.ID).Deliveries[0]; d.RemoteID != nil || holding(rig.Networks, "facebook", "Brocante") != 0 {
		t.Errorf("%+v stands there", d)
	}
}

// What a network does to the answer to an alert: what was accepted is found and
// stands there once; what was not is said again at once.
func TestAnUnclearAnswerToAnAlertIsSettledAtOnce(t *testing.T) {
	t.Parallel()
	rig := testrig.Start(t, nil)
	page := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	rig.ConnectAccount(rig.Networks.Account(t, "x"))
	// A reading is trusted when it shows an older post.
	rig.WaitFor(publish(t, rig, "Un avis plus ancien", page.ID).ID, "published", time.Minute)
	for _, fault := range []simulator.Fault{
		{Network: "x", Operation: "post", After: true, Effect: simulator.EffectStatus, Status: 503, Body: `{}`},
		{Network: "facebook", Operation: "post", Effect: simulator.EffectStatus, Status: 503, Body: `{}`},
	} {
		if err := rig.Networks.Plan(fault); err != nil {
			t.Fatal(err)
		}
	}
	var alert said
	rig.Do(http.MethodPost, "/broadcasts", map[string]any{
		"title": "Inondation", "message": "Montez à l’étage.", "severity": "extreme",
	}).Into(t, http.StatusAccepted, &alert)
	testrig.Eventually(t, time.Minute, "the alert is sent on both", func() bool {
		rig.Do(http.MethodGet, "/broadcasts/"+alert.ID, nil).Into(t, http.StatusOK, &alert)
		sent := 0
		for _, d := range alert.Deliveries {
			if d.Status == "sent" {
				sent++
			}
		}
		return sent == 2
	})
	for _, network := range []string{"facebook", "x"} {
		if n := holding(rig.Networks, network, "Inondation"); n != 1 {
			t.Errorf("%s shows it %d times", network, n)
		}
	}
	for _, d := range alert.Deliveries {
		if want := map[string]int{"facebook": 2, "x": 1}[d.Kind]; d.Attempts != want {
			t.Errorf("%s took %d attempts, want %d", d.Kind, d.Attempts, want)
		}
	}
}
