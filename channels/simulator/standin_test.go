package simulator_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels/simulator"
)

// An account that stands for a channel is the same in every process, and no
// other channel's.
func TestStandIns(t *testing.T) {
	t.Parallel()
	one := start(t, simulator.Options{PublicURL: "https://crieur.example/practice"})
	other := start(t, simulator.Options{PublicURL: "https://crieur.example/practice"})
	for _, practice := range one.sim.PracticeAccounts() {
		spec, ok, err := one.sim.StandIn(practice.Network, "channel", "Page")
		if err != nil || !ok || spec.ID == practice.ID {
			t.Fatalf("%s: %+v, %v", practice.Network, spec, err)
		}
		again, _, err := other.sim.StandIn(practice.Network, "channel", "Page")
		if diff := cmp.Diff(spec, again); diff != "" || err != nil {
			t.Errorf("%s differs in another process: %s %v", practice.Network, diff, err)
		}
		another, _, err := one.sim.StandIn(practice.Network, "another channel", "Page")
		if err != nil || another.ID == spec.ID {
			t.Errorf("%s: two channels have one account: %+v", practice.Network, another)
		}
		for name, secret := range spec.Credentials {
			if another.Credentials[name] == secret && name != "consumer_key" && name != "consumer_secret" && name != "username" {
				t.Errorf("%s: two channels share %s", practice.Network, name)
			}
		}
		if !one.sim.Has(practice.Network) || one.sim.HasPost(practice.Network, spec.ID, "1") {
			t.Errorf("%s: not as it is", practice.Network)
		}
	}
	if _, ok, _ := one.sim.StandIn("leaflet", "channel", "Page"); ok || one.sim.Has("leaflet") {
		t.Error("a network that is not there has accounts")
	}
}
