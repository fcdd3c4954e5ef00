package facebook_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/facebook"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/secret"
	"github.com/crieur/crieur/media"
)

const (
	pageID = "777000111"
	token  = "EAAB-a-page-token"
)

// rig is a channel of one Page on a simulated network, on a clock of its own,
// with everything that goes over the wire.
type rig struct {
	*testing.T
	sim     *simulator.Server
	spec    simulator.AccountSpec
	url     string
	account channels.Account
	log     bytes.Buffer

	mu       sync.Mutex
	now      time.Time
	requests []wireRequest
}

// wireRequest is one request as the network read it.
type wireRequest struct {
	method, path, query, authorization string
	body                               string
	form                               url.Values
}

func start(t *testing.T) *rig {
	t.Helper()
	r := &rig{T: t, now: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)}
	sim, err := simulator.New(simulator.Options{Now: r.clock})
	if err != nil {
		t.Fatal(err)
	}
	r.sim = sim
	r.configure(simulator.AccountSpec{Credentials: map[string]string{"page_access_token": token}})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.witness(req)
		sim.ServeHTTP(w, req)
	}))
	r.url = server.URL
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return r
}

// configure changes what the network knows of the Page, and how the commune is
// connected to it.
func (r *rig) configure(spec simulator.AccountSpec) {
	r.Helper()
	spec.Network, spec.ID, spec.Name = "facebook", pageID, "Commune de Test"
	if err := r.sim.AddAccount(spec); err != nil {
		r.Fatal(err)
	}
	r.spec = spec
	r.account = channels.Account{Settings: channels.Settings{"page_id": pageID}, Credentials: channels.Credentials{}}
	for name, value := range spec.Credentials {
		r.account.Credentials[name] = secret.New(value)
	}
}

// withApp connects with an application of one's own.
func (r *rig) withApp(settings map[string]string) {
	r.Helper()
	r.configure(simulator.AccountSpec{Settings: settings, Credentials: map[string]string{
		"page_access_token": token, "app_id": "5550123", "app_secret": "an-app-secret",
	}})
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) wait(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

func (r *rig) witness(req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		r.Errorf("reading a request: %v", err)
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	seen := wireRequest{
		method: req.Method, path: req.URL.Path, query: req.URL.RawQuery,
		authorization: req.Header.Get("Authorization"), body: string(body),
	}
	if strings.HasPrefix(req.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if seen.form, err = url.ParseQuery(string(body)); err != nil {
			r.Errorf("form %q: %v", body, err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, seen)
}

// wire returns the requests since the last time.
func (r *rig) wire() []wireRequest {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := r.requests
	r.requests = nil
	return seen
}

func (r *rig) open() channels.Channel {
	r.Helper()
	return r.openAt(r.url + "/facebook")
}

func (r *rig) openAt(base string) channels.Channel {
	r.Helper()
	channel, err := facebook.New().Open(r.account, channels.Deps{
		HTTP: http.DefaultClient, Now: r.clock, Log: slog.New(slog.NewTextHandler(&r.log, nil)), BaseURL: base,
	})
	if err != nil {
		r.Fatal(err)
	}
	return channel
}

func (r *rig) plan(f simulator.Fault) {
	r.Helper()
	f.Network = "facebook"
	if err := r.sim.Plan(f); err != nil {
		r.Fatal(err)
	}
}

// try renders and publishes, and returns the attempt and its probe.
func (r *rig) try(m channels.Message) (*channeltest.RecordingAttempt, channels.Probe, channels.Receipt, error) {
	r.Helper()
	rendered, issues := facebook.New().Render(m, nil)
	if channels.HasErrors(issues) {
		r.Fatalf("issues %+v", issues)
	}
	attempt, err := channeltest.NewAttempt(rendered)
	if err != nil {
		r.Fatal(err)
	}
	probe := channels.Probe{Key: m.Key, Rendered: rendered, StartedAt: r.clock()}
	receipt, err := r.open().Publish(r.Context(), rendered, attempt)
	probe.EndedAt, probe.Steps = r.clock(), attempt.Steps()
	return attempt, probe, receipt, err
}

// publish publishes what must succeed.
func (r *rig) publish(m channels.Message) channels.Receipt {
	r.Helper()
	_, _, receipt, err := r.try(m)
	if err != nil {
		r.Fatal(err)
	}
	return receipt
}

// lose publishes with an answer that never comes.
func (r *rig) lose(m channels.Message) channels.Probe {
	r.Helper()
	r.plan(simulator.Fault{Operation: "post", Effect: simulator.EffectEOF, After: true})
	_, probe, _, err := r.try(m)
	r.wantKind(err, channels.UnknownOutcome)
	return probe
}

func (r *rig) find(p channels.Probe) channels.Finding {
	r.Helper()
	finding, err := r.open().(channels.Finder).Find(r.Context(), p)
	if err != nil {
		r.Fatal(err)
	}
	return finding
}

func (r *rig) posts() []simulator.Record {
	r.Helper()
	return r.sim.Posts("facebook", pageID)
}

func (r *rig) wantKind(err error, kind channels.Kind) *channels.Error {
	r.Helper()
	e, ok := channels.AsError(err)
	if !ok || e.Kind != kind {
		r.Fatalf("error %v, want kind %q", err, kind)
	}
	return e
}

// words is a message of text alone.
func words(text string) channels.Message { return channels.Message{Key: text, Text: text} }

// photos is a message with n pictures.
func photos(text string, n int) channels.Message {
	m := words(text)
	for i := range n {
		m.Images = append(m.Images, channels.Image{
			MediaID: "m", SHA256: "s", ContentType: media.JPEG, Width: 40 + i, Height: 30,
			Alt: "Photo " + string(rune('a'+i)), Focal: media.Centre(),
		})
	}
	return m
}
