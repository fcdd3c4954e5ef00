//go:build torture

package scenario

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/testrig"
)

// TestT11RollingUpgrade replaces every process by one of the next version and
// goes back again, one after the other, while people work and posts are due.
// With two processes for the API behind a proxy, no request may fail.
func TestT11RollingUpgrade(t *testing.T) {
	onSetups(t, []setup{scaled, queueless}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		versions := []string{binary(t), testrig.BinaryWith(t, "nodynamic,failpoints", "next")}
		door := startDoor(t, in.Address())
		fronts := make([]*testrig.Process, 2)
		for i := range fronts {
			fronts[i] = in.front()
			door.open(i, fronts[i].URL)
		}
		var workers []*testrig.Process
		if s == scaled {
			workers = in.workers(2)
		}
		accounts := in.mixed(20)

		stop := make(chan struct{})
		var people sync.WaitGroup
		var asked, failed atomic.Int64
		people.Go(func() { in.keepAsking(stop, &asked, &failed) })
		rounds := max(2, size(10)/2*2) // there and back
		for round := range rounds {
			in.Use(versions[(round+1)%2])
			in.spread(accounts, 60, time.Now().Add(5*time.Second), 20*time.Second)
			for i, old := range workers {
				fresh := in.work()
				in.awaitReady(fresh)
				in.stop(old)
				workers[i] = fresh
			}
			for i, old := range fronts {
				fresh := in.front()
				door.open(i, fresh.URL)
				in.stop(old)
				fronts[i] = fresh
			}
		}
		if !in.settle(5 * time.Minute) {
			t.Error("not settled within five minutes")
		}
		close(stop)
		people.Wait()
		r := in.judge()
		r.Runs = rounds
		r.Note = fmt.Sprintf("%d requests meanwhile, %d failed; both versions have the same tables", asked.Load(), failed.Load())
		if failed.Load() > 0 {
			t.Errorf("%d of %d requests failed", failed.Load(), asked.Load())
		}
		report(t, s, r)
	})
}

// front is a further process that answers the API, at an address of its own.
func (in *installation) front() *testrig.Process {
	in.t.Helper()
	role, env := "all", in.another()
	if in.setup == scaled {
		role = "api"
	}
	p := in.launch(role, env, nil)
	in.awaitReady(p)
	return p
}

// keepAsking reads lists and makes drafts until stop.
func (in *installation) keepAsking(stop <-chan struct{}, asked, failed *atomic.Int64) {
	in.t.Helper()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		case <-ticker.C:
		}
		method, path, want, body := http.MethodGet, "/posts", http.StatusOK, []byte(nil)
		if n%4 == 0 {
			method, path, want = http.MethodPost, "/posts", http.StatusCreated
			body = fmt.Appendf(nil, `{"text":"Brouillon %d","channels":[],"publish":{"mode":"draft"}}`, n)
		}
		asked.Add(1)
		answer, err := in.try(in.t.Context(), method, path, body, nil)
		if err != nil || answer.Status != want {
			failed.Add(1)
			in.t.Logf("%s %s: %d %v %s", method, path, answer.Status, err, answer.Body)
		}
	}
}

// door is the proxy in front of the processes: it sends each request to one
// that takes connections.
type door struct {
	transport http.RoundTripper

	mu    sync.Mutex
	rooms [2]*url.URL
	next  int
}

// startDoor opens it at the public address.
func startDoor(t *testing.T, address string) *door {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	d := &door{transport: &http.Transport{DisableKeepAlives: true}}
	proxy := &httputil.ReverseProxy{
		Transport: d,
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetXForwarded() },
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: proxy}}
	server.Start()
	t.Cleanup(server.Close)
	return d
}

// open sends requests for one place to another process from now on.
func (d *door) open(i int, address string) {
	u, err := url.Parse(address)
	if err != nil {
		panic(err) // the rig's own address
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rooms[i] = u
}

// RoundTrip implements http.RoundTripper.
func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	d.mu.Lock()
	room := d.rooms[d.next%len(d.rooms)]
	d.next++
	d.mu.Unlock()
	r.URL.Scheme, r.URL.Host, r.Host = room.Scheme, room.Host, room.Host
	return d.transport.RoundTrip(r)
}
