//go:build torture

package scenario

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/internal/torture/row"
)

const (
	// insideVariable tells the test that it runs in a network of its own.
	insideVariable = "CRIEUR_TORTURE_INSIDE"
	// gate is the only way out of that network. It leads nowhere, and counts.
	gate = "gate"
	// elsewhere is a public address, for which the gate is the way.
	elsewhere = "157.240.1.35:443"
)

// makeInside makes a network without a way out but the gate, and runs the
// command in it. Without IPv6 nothing but the programs sends anything.
const makeInside = `set -e
ip link set lo up
ip link add ` + gate + ` type veth peer name beyond
echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 2>/dev/null || true
ip link set beyond up
ip link set ` + gate + ` up
ip addr add 198.18.0.2/15 dev ` + gate + `
ip route add default dev ` + gate + `
exec "$@"`

// runInside runs this very test in a network of its own, and reports whether it
// did: who may not make one has the counting networks alone as a witness.
func runInside(t *testing.T) bool {
	t.Helper()
	if os.Getenv(insideVariable) != "" {
		return false
	}
	// #nosec G204 -- the program is this test, and the rest is constant
	if out, err := exec.CommandContext(t.Context(), "unshare", "-n", "sh", "-c", makeInside, "sh", "true").CombinedOutput(); err != nil {
		t.Logf("no network of its own: %v\n%s", err, out)
		return false
	}
	parts := strings.Split(t.Name(), "/")
	for i, part := range parts {
		parts[i] = "^" + strings.ReplaceAll(part, "+", `\+`) + "$"
	}
	cmd := exec.CommandContext(t.Context(), "unshare", "-n", "sh", "-c", makeInside, "sh", // #nosec G204 -- as above
		os.Args[0], "-test.run", strings.Join(parts, "/"), "-test.v", "-test.timeout", "30m")
	cmd.Env = append(os.Environ(), insideVariable+"=1")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Errorf("in a network of its own: %v", err)
	}
	return true
}

// sentThroughGate is how many packets left through the gate.
func sentThroughGate(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile("/proc/net/dev")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		name, counts, ok := strings.Cut(strings.TrimSpace(line), ":")
		if fields := strings.Fields(counts); ok && name == gate && len(fields) > 9 {
			n, err := strconv.Atoi(fields[9])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("no gate:\n%s", data)
	return 0
}

// watchedNetworks stand for the real ones, where the installation may go, and
// count every call.
type watchedNetworks struct {
	*simulator.Server
	url   string
	calls atomic.Int64
}

func standWatched(t *testing.T) *watchedNetworks {
	t.Helper()
	n := &watchedNetworks{}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.calls.Add(1)
		n.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	n.url = front.URL
	var err error
	if n.Server, err = simulator.New(simulator.Options{PublicURL: front.URL}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

// connectLive connects accounts of every kind with live credentials: of each
// kind as many, and the commune's own pages.
func (in *installation) connectLive(n *watchedNetworks, each int) int {
	in.t.Helper()
	in.client.Connect("site", "Actualités", nil, nil)
	for _, model := range n.PracticeAccounts() {
		for i := range each {
			spec, _, err := n.StandIn(model.Network, fmt.Sprintf("live %d", i), fmt.Sprintf("%s %d", model.Network, i))
			if err != nil {
				in.t.Fatal(err)
			}
			in.client.ConnectAccount(spec)
		}
	}
	return each*len(n.PracticeAccounts()) + 1
}

// exerciseBoard is an exercise as far as this test looks.
type exerciseBoard struct {
	ID         string
	Deliveries []testrig.Delivery
}

// sayInside says a message of an exercise, and returns what is on the board once every channel
// has it.
func (in *installation) sayInside(path string, body map[string]any, channels int) exerciseBoard {
	in.t.Helper()
	var b exerciseBoard
	in.client.Do(http.MethodPost, path, body).Into(in.t, http.StatusAccepted, &b)
	testrig.Eventually(in.t, 2*time.Minute, "the message is on every channel", func() bool {
		in.client.Do(http.MethodGet, "/broadcasts/"+b.ID, nil).Into(in.t, http.StatusOK, &b)
		for _, d := range b.Deliveries {
			if d.Status == "failed" {
				in.t.Fatalf("%s: %+v", d.Kind, d.Error)
			}
		}
		return len(b.Deliveries) == channels && !slices.ContainsFunc(b.Deliveries, func(d testrig.Delivery) bool { return d.Status != "sent" })
	})
	return b
}

// TestT38ExercisesStayInside does exercises on an installation whose channels
// hold live credentials, and counts what leaves: calls to the networks that these credentials
// open, and packets to anywhere else. It runs in a network of its own where the machine lets it.
func TestT38ExercisesStayInside(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		if runInside(t) {
			return
		}
		n := standWatched(t)
		in := install(t, s, map[string]string{"CRIEUR_FACEBOOK_GRAPH_URL": n.url + "/facebook", "CRIEUR_X_API_URL": n.url + "/x"})
		in.start()
		channels := in.connectLive(n, 8)
		connecting := n.calls.Load()
		if connecting == 0 {
			t.Fatal("the networks saw nobody connect")
		}
		inside, left := os.Getenv(insideVariable) != "", 0
		if inside {
			left = sentThroughGate(t)
		}

		r := row.Row{Runs: size(20)}
		for i := range r.Runs {
			first := in.sayInside("/broadcasts", map[string]any{
				"title": fmt.Sprintf("Incendie n° %d", i), "message": "Restez à l’intérieur.", "severity": "severe", "exercise": true,
			}, channels)
			in.sayInside("/broadcasts/"+first.ID+"/end", map[string]any{"message": "Vous pouvez sortir."}, channels)
			r.Deliveries += 2 * channels
			r.Settled += 2 * channels
		}

		if calls := n.calls.Load() - connecting; calls != 0 {
			t.Errorf("%d calls with live credentials", calls)
		}
		if posts := len(n.Records()) + len(in.networks.Records()); posts != 0 {
			t.Errorf("%d posts on networks outside", posts)
		}
		r.Note = fmt.Sprintf("%d channels with live credentials, 0 calls", channels)
		if inside {
			if packets := sentThroughGate(t) - left; packets != 0 {
				t.Errorf("%d packets left the machine", packets)
			}
			r.Note += ", 0 packets out of the network"
			gateCounts(t)
		}
		report(t, s, r)
	})
}

// gateCounts: what leaves is seen, or nothing was proved.
func gateCounts(t *testing.T) {
	t.Helper()
	before := sentThroughGate(t)
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", elsewhere)
	if err == nil {
		_ = conn.Close()
		t.Error("the network has a way out")
	}
	if sentThroughGate(t) == before {
		t.Error("the gate counts nothing")
	}
}
