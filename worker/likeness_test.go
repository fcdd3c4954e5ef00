package worker_test

import (
	"strings"
	"testing"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store/storetest"
)

// A network that shows the post twice: it is sent, and people get the address of
// the other one.
func TestPeopleHearOfADouble(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 1)
	c := world.Channels[0]
	s := play(t, ledger, newSquare(plan{accept: true, after: networkError(channels.UnknownOutcome)}), "", false)
	d := world.Scheduled(t, clock.Now(), c)
	until(t, world, d.ID, post.Unknown)
	s.square.mu.Lock()
	s.square.cried[c.ID]++
	s.square.mu.Unlock()
	sent := until(t, world, d.ID, post.Sent)
	s.stop()
	if sent.RemoteURL != "https://square.example/"+c.ID || sent.Failure != nil {
		t.Errorf("sent as %q with %+v", sent.RemoteURL, sent.Failure)
	}
	page, err := ledger.Notices(t.Context(), world.Commune.ID, world.User.ID, false, "")
	storetest.Must(t, err)
	for _, n := range page.Notices {
		if n.Kind == post.NoticeDuplicate && n.DeliveryID == d.ID {
			if !strings.Contains(n.NextStep, "https://square.example/"+c.ID+"/1") || !strings.Contains(n.Message, "2 fois") {
				t.Errorf("nobody can act on %+v", n)
			}
			return
		}
	}
	t.Errorf("nobody was told: %+v", page.Notices)
}
