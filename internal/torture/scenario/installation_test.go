//go:build torture

package scenario

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/testrig"
)

// installation is one Crieur under test with everything that it needs, all of
// its own: nothing that happens to it reaches another.
type installation struct {
	*testrig.Installation
	t     *testing.T
	setup setup

	networks *testrig.Networks
	journal  string
	// postgres and redis are nil where the setup has none; toPostgres and
	// toRedis stand before them.
	postgres            *testrig.Cluster
	redis               *testrig.Broker
	toPostgres, toRedis *testrig.Proxy

	client *testrig.Client
	dir    string
	key    string

	// gone: the API did not come back, and nothing is asked any more.
	gone atomic.Bool

	mu       sync.Mutex
	api      *testrig.Process // the one at the address of the API
	extras   int
	accounts int
	posts    int
	expected []*expectation
}

// install makes an installation with an administrator. Nothing runs yet.
// settings are environment variables of all its processes.
func install(t *testing.T, s setup, settings map[string]string) *installation {
	t.Helper()
	in := &installation{t: t, setup: s, dir: t.TempDir()}
	in.journal = filepath.Join(in.dir, "networks.jsonl")
	in.networks = testrig.StartJournaledNetworks(t, in.journal)
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	in.key = base64.StdEncoding.EncodeToString(key)
	env := map[string]string{
		"CRIEUR_DATA_DIR":           filepath.Join(in.dir, "data"),
		"CRIEUR_SECRET_KEY":         in.key,
		"CRIEUR_EGRESS_ALLOW":       "127.0.0.0/8",
		"CRIEUR_FACEBOOK_GRAPH_URL": in.networks.URL + "/facebook",
		"CRIEUR_X_API_URL":          in.networks.URL + "/x",
		"CRIEUR_PRACTICE":           "false",
	}
	if s != embedded {
		in.postgres = testrig.StartCluster(t)
		in.toPostgres = testrig.StartProxy(t, in.postgres.Addr)
		env["CRIEUR_DATABASE_URL"] = in.postgres.URLBehind(in.toPostgres)
	}
	if s == scaled {
		in.redis = testrig.StartBroker(t)
		in.toRedis = testrig.StartProxy(t, in.redis.Addr)
		env["CRIEUR_REDIS_URL"] = in.redis.URLBehind(in.toRedis)
	}
	maps.Copy(env, settings)
	in.Installation = testrig.Install(t, binary(t), env)
	in.Command("", "migrate")
	in.Command(testrig.Password+"\n", "user", "create", "--email", "officer@valmeuse.example", "--role", "administrator", "--commune", "Valmeuse")
	token := in.Command("", "token", "create", "--email", "officer@valmeuse.example", "--name", "test")
	in.client = testrig.NewClient(t, "http://"+in.Address(), strings.TrimSpace(token))
	return in
}

// option changes how one process is started.
type option func(in *installation, env map[string]string)

// withFailpoints arms places in the process, as "publish.after-creating=kill".
func withFailpoints(spec string) option { return withEnv("CRIEUR_FAILPOINTS", spec) }

// withEnv sets a variable of one process.
func withEnv(name, value string) option {
	return func(_ *installation, env map[string]string) { env[name] = value }
}

// withClock gives the process a clock of its own, which is moved meanwhile.
func withClock(c *movedClock) option { return withEnv("CRIEUR_CLOCK_OFFSET_FILE", c.path) }

// movedClock is how far the clock of a process is from the machine's.
type movedClock struct {
	t    *testing.T
	path string
}

func newClock(t *testing.T, offset time.Duration) *movedClock {
	t.Helper()
	c := &movedClock{t: t, path: filepath.Join(t.TempDir(), "offset")}
	c.set(offset)
	return c
}

// set moves the clock; the process sees it within 100 ms.
func (c *movedClock) set(offset time.Duration) {
	c.t.Helper()
	// A rename, so that nobody reads half of it.
	if err := os.WriteFile(c.path+".new", []byte(offset.String()), 0o600); err != nil {
		c.t.Fatal(err)
	}
	if err := os.Rename(c.path+".new", c.path); err != nil {
		c.t.Fatal(err)
	}
}

// serve starts the process that answers the API, and waits until it does. Where
// roles are not apart, it publishes too.
func (in *installation) serve(options ...option) *testrig.Process {
	in.t.Helper()
	role := "all"
	if in.setup == scaled {
		role = "api"
	}
	p := in.launch(role, nil, options)
	in.mu.Lock()
	in.api = p
	in.mu.Unlock()
	in.awaitReady(p)
	return p
}

// work starts a process that publishes: a worker, or where roles are not apart
// the process that does all. On PostgreSQL without Redis there may be several;
// the first has the API, and its address is free again when it ends. With
// SQLite there is one. It does not wait: a failpoint may end it at once.
func (in *installation) work(options ...option) *testrig.Process {
	in.t.Helper()
	in.mu.Lock()
	apiRuns := in.api != nil && in.api.Alive()
	in.mu.Unlock()
	switch {
	case in.setup == scaled:
		return in.launch("worker", nil, options)
	case !apiRuns:
		p := in.launch("all", nil, options)
		in.mu.Lock()
		in.api = p
		in.mu.Unlock()
		return p
	case in.setup == embedded:
		in.t.Fatal("SQLite serves one process, and it runs")
		return nil
	default:
		return in.launch("all", in.another(), options)
	}
}

// start is serve and work: everything that the setup needs, ready. It returns
// the process that publishes.
func (in *installation) start(options ...option) *testrig.Process {
	in.t.Helper()
	if in.setup == scaled {
		in.mu.Lock()
		apiRuns := in.api != nil && in.api.Alive()
		in.mu.Unlock()
		if !apiRuns {
			in.serve()
		}
	}
	p := in.work(options...)
	in.awaitReady(p)
	return p
}

// another is the environment of a further process that does all: a data folder
// of its own, the pictures on a shared disk.
func (in *installation) another() map[string]string {
	in.t.Helper()
	in.mu.Lock()
	in.extras++
	dir := filepath.Join(in.dir, fmt.Sprintf("data-%d", in.extras))
	in.mu.Unlock()
	shared := filepath.Join(in.dir, "data", "media")
	for _, folder := range []string{dir, shared} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			in.t.Fatal(err)
		}
	}
	if err := os.Symlink(shared, filepath.Join(dir, "media")); err != nil {
		in.t.Fatal(err)
	}
	return map[string]string{"CRIEUR_DATA_DIR": dir, "CRIEUR_ADDR": testrig.FreeAddress(in.t)}
}

func (in *installation) launch(role string, env map[string]string, options []option) *testrig.Process {
	in.t.Helper()
	all := maps.Clone(env)
	if all == nil {
		all = map[string]string{}
	}
	for _, o := range options {
		o(in, all)
	}
	return in.Launch(role, all)
}

func (in *installation) awaitReady(p *testrig.Process) {
	in.t.Helper()
	if !p.Ready(time.Minute) {
		in.t.Fatalf("the process is not ready:\n%s", p.Log())
	}
}

// stop asks a process to end and returns how long it took.
func (in *installation) stop(p *testrig.Process) time.Duration {
	in.t.Helper()
	began := time.Now()
	p.Signal(syscall.SIGTERM)
	select {
	case <-p.Ended():
		return time.Since(began)
	case <-time.After(2 * time.Minute):
		in.t.Fatalf("not ended two minutes after SIGTERM:\n%s", p.Log())
		return 0
	}
}
