package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
)

// killed is how often the worker dies while the deliveries are made.
const (
	killedTimes      = 20
	killedDeliveries = 200
	killedPages      = 20
)

// TestKillNineLosesAndDoublesNothing kills the worker at random moments while
// it publishes. The networks' own records are the judge.
func TestKillNineLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	networks := testrig.StartNetworks(t)
	in := testrig.Install(t, testrig.Binary(t), scaleSettings(t, networks))
	api := in.Serve("api")
	client := administrator(t, in, api.URL)

	pages := make([]testrig.Channel, killedPages)
	for i := range pages {
		pages[i] = client.ConnectAccount(networks.AddPage(t, i))
	}
	// Slow answers put most kills into the middle of a call.
	if err := networks.Plan(simulator.Fault{Network: "facebook", Operation: "post", After: true, Effect: simulator.EffectDelay, Delay: 150 * time.Millisecond, Times: -1}); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var killer sync.WaitGroup
	killer.Go(func() {
		for range killedTimes {
			worker := in.Serve("worker")
			wait := time.NewTimer(time.Duration(200+rand.IntN(1200)) * time.Millisecond)
			select {
			case <-wait.C:
			case <-stop:
			}
			worker.Kill()
		}
	})

	wanted := map[string]string{}
	var ids []string
	for n := range killedDeliveries {
		page := pages[n%len(pages)]
		text := fmt.Sprintf("Avis n° %d : la rue %d est rouverte à la circulation.", n, n)
		var created testrig.Post
		client.Do(http.MethodPost, "/posts", map[string]any{
			"text": text, "channels": []string{page.ID}, "publish": map[string]any{"mode": "now"},
		}).Into(t, http.StatusCreated, &created)
		wanted[text] = created.ID
		ids = append(ids, created.ID)
	}
	killer.Wait()
	close(stop)
	in.Serve("worker")

	testrig.Eventually(t, 7*time.Minute, "every delivery has a final state", func() bool {
		for len(ids) > 0 && client.Post(ids[0]).Status == "published" {
			ids = ids[1:]
		}
		return len(ids) == 0
	})
	accepted := map[string]int{}
	for _, record := range networks.Records() {
		if record.Network == "facebook" && record.Operation == "post" {
			accepted[record.Text]++
		}
	}
	for text, id := range wanted {
		switch accepted[text] {
		case 1:
		case 0:
			t.Errorf("lost: post %s (%q) is said to be published and no network holds it", id, text)
		default:
			t.Errorf("twice: post %s (%q) was accepted %d times", id, text, accepted[text])
		}
	}
	if len(accepted) != len(wanted) {
		t.Errorf("the networks hold %d different posts, want %d", len(accepted), len(wanted))
	}
}
