package x_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/channels/x"
	"github.com/crieur/crieur/internal/secret"
)

// clock is the time of a channel and of its network.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// rig is a channel on the simulated network.
type rig struct {
	*testing.T
	spec    simulator.AccountSpec
	sim     *simulator.Server
	url     string
	clock   *clock
	channel channels.Channel
}

func start(t *testing.T, spec simulator.AccountSpec) *rig {
	t.Helper()
	r := &rig{T: t, spec: spec, clock: &clock{at: time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)}}
	sim, err := simulator.New(simulator.Options{Now: r.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.AddAccount(spec); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	r.sim, r.url = sim, server.URL+"/x"
	r.channel = r.open(spec.Credentials)
	return r
}

// startAt is a channel on a network that the test writes itself.
func startAt(t *testing.T, handler http.HandlerFunc) *rig {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	r := &rig{
		T: t, spec: secondAccount(), url: server.URL,
		clock: &clock{at: time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)},
	}
	r.channel = r.open(r.spec.Credentials)
	return r
}

func (r *rig) open(plain map[string]string) channels.Channel {
	r.Helper()
	credentials := channels.Credentials{}
	for name, value := range maps.Clone(plain) {
		credentials[name] = secret.New(value)
	}
	// With and without a slash at the end, an address is the same.
	channel, err := x.New().Open(
		channels.Account{Credentials: credentials, RemoteID: r.spec.ID},
		channels.Deps{HTTP: &http.Client{}, Now: r.clock.Now, BaseURL: r.url + "/"},
	)
	if err != nil {
		r.Fatal(err)
	}
	return channel
}

func (r *rig) render(m channels.Message) channels.Rendered {
	r.Helper()
	rendered, issues := x.New().Render(m, nil)
	if channels.HasErrors(issues) {
		r.Fatalf("%+v", issues)
	}
	return rendered
}

func (r *rig) attempt(m channels.Message) *channeltest.RecordingAttempt {
	r.Helper()
	a, err := channeltest.NewAttempt(r.render(m))
	if err != nil {
		r.Fatal(err)
	}
	return a
}

func (r *rig) publish(m channels.Message) channels.Receipt {
	r.Helper()
	receipt, err := r.channel.Publish(r.Context(), r.render(m), r.attempt(m))
	if err != nil {
		r.Fatal(err)
	}
	return receipt
}

func (r *rig) find(p channels.Probe) channels.Finding {
	r.Helper()
	finding, err := r.channel.(channels.Finder).Find(r.Context(), p)
	if err != nil {
		r.Fatal(err)
	}
	return finding
}

func failure(t *testing.T, err error) *channels.Error {
	t.Helper()
	e, ok := channels.AsError(err)
	if !ok {
		t.Fatalf("got %v, want a *channels.Error", err)
	}
	return e
}

func photo(alt string, decorative bool) channels.Image {
	return channels.Image{MediaID: "m", SHA256: "s", Width: 64, Height: 48, Alt: alt, Decorative: decorative}
}
