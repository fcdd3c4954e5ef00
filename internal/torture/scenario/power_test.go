//go:build torture

package scenario

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
)

// TestT12PowerCut runs the program as the only one of a virtual machine and
// takes its power away at any moment: while posts are made and while they are
// published. What the machine had not brought to its disk is gone.
func TestT12PowerCut(t *testing.T) {
	onSetups(t, []setup{embedded}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		// The machine begins with the administrator of the installation.
		networks, err := url.Parse(in.networks.URL)
		if err != nil {
			t.Fatal(err)
		}
		networks.Host = testrig.HostSeenFromMachine + ":" + networks.Port()
		machine := testrig.NewMachine(t, binary(t), filepath.Join(in.dir, "data"), in.Address(), map[string]string{
			"CRIEUR_SECRET_KEY": in.key, "CRIEUR_PUBLIC_URL": "http://" + in.Address(), "CRIEUR_PRACTICE": "false",
			"CRIEUR_EGRESS_ALLOW":       "10.0.2.0/24",
			"CRIEUR_FACEBOOK_GRAPH_URL": networks.String() + "/facebook",
			"CRIEUR_X_API_URL":          networks.String() + "/x",
		})
		machine.Start()
		in.untilAnswered()
		accounts := append(in.pages(8), in.profiles(4)...)
		in.plan(simulator.Fault{Operation: "post", After: true, Effect: simulator.EffectDelay, Delay: 400 * time.Millisecond, Times: -1})
		cuts := size(20)
		var times []time.Duration
		for range cuts {
			due := time.Now().Add(3 * time.Second)
			var announced sync.WaitGroup
			announced.Go(func() { in.each(accounts, due) })
			<-time.After(200*time.Millisecond + rand.N(5*time.Second))
			machine.Cut()
			cut := time.Now()
			machine.Start()
			in.untilAnswered()
			times = append(times, time.Since(cut))
			announced.Wait()
		}
		if !in.settle(10 * time.Minute) {
			t.Error("not settled within ten minutes")
		}
		r := in.judge()
		r.Runs = cuts
		r.Note = fmt.Sprintf("a machine of its own, ext4; answers again after %s", percentile(times, 0.95).Round(time.Second))
		report(t, s, r)
	})
}

// untilAnswered waits until the API answers a request for data.
func (in *installation) untilAnswered() {
	in.t.Helper()
	testrig.Eventually(in.t, 2*time.Minute, "the machine answers", func() bool {
		answer, err := in.try(in.t.Context(), http.MethodGet, "/channels", nil, nil)
		return err == nil && answer.Status == http.StatusOK
	})
}
