package testrig

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/crieur/crieur/channels/simulator"
)

// Networks are simulated networks on a port of the loopback.
type Networks struct {
	*simulator.Server
	URL string
}

// StartNetworks starts simulated networks in the test's process. They outlive
// every process that is killed, so their journal is the judge.
func StartNetworks(t testing.TB) *Networks {
	t.Helper()
	return startNetworks(t, simulator.Options{})
}

// StartJournaledNetworks is StartNetworks with a journal in a file, each line
// of which is on the disk before its call is answered.
func StartJournaledNetworks(t testing.TB, journal string) *Networks {
	t.Helper()
	return startNetworks(t, simulator.Options{JournalPath: journal, Fsync: true})
}

func startNetworks(t testing.TB, options simulator.Options) *Networks {
	t.Helper()
	listener := httptest.NewUnstartedServer(nil)
	n := &Networks{URL: "http://" + listener.Listener.Addr().String()}
	options.PublicURL = n.URL
	server, err := simulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	n.Server = server
	listener.Config.Handler = server
	listener.Start()
	t.Cleanup(func() {
		listener.CloseClientConnections()
		// A call that hangs on purpose ends with the networks.
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		listener.Close()
	})
	return n
}

// Account returns the practice account of a network.
func (n *Networks) Account(t testing.TB, network string) simulator.AccountSpec {
	t.Helper()
	for _, spec := range n.PracticeAccounts() {
		if spec.Network == network {
			return spec
		}
	}
	t.Fatalf("no account on %s", network)
	return simulator.AccountSpec{}
}

// AddPage adds a Facebook page of its own, for tests that need many accounts.
func (n *Networks) AddPage(t testing.TB, i int) simulator.AccountSpec {
	t.Helper()
	spec := n.Account(t, "facebook")
	spec.ID = fmt.Sprintf("2%014d", i)
	spec.Name = fmt.Sprintf("Page %d", i)
	spec.Settings = map[string]string{"page_id": spec.ID}
	spec.Credentials = map[string]string{"page_access_token": "token-" + spec.ID}
	if err := n.AddAccount(spec); err != nil {
		t.Fatal(err)
	}
	return spec
}
