package channeltest

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
)

// patience is how long a check waits before it calls a channel stuck.
const patience = 20 * time.Second

// session is a channel on a fresh network. Everything that the channel says
// goes through it, and no secret may be in any of that when the test ends.
type session struct {
	h       Harness
	net     Network
	channel channels.Channel
	client  *http.Client
	gate    *gate

	mu   sync.Mutex
	said bytes.Buffer
}

// open starts a network and opens its account.
func (h Harness) open(t testing.TB) *session {
	t.Helper()
	return h.openOn(t, h.New(t), nil)
}

// openOn opens an account with its own credentials, or with others.
func (h Harness) openOn(t testing.TB, network Network, credentials channels.Credentials) *session {
	t.Helper()
	account := network.Account()
	if credentials != nil {
		account.Credentials = credentials
	}
	s := &session{h: h, net: network, gate: &gate{}}
	transport := &http.Transport{DialContext: s.gate.dial}
	s.client = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	channel, err := h.Driver.Open(account, channels.Deps{
		HTTP: s.client, Now: h.clock(), BaseURL: network.BaseURL(),
		Log: slog.New(slog.NewTextHandler(s, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	s.channel = channel
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		s.checkSecrets(t, account.Credentials)
	})
	return s
}

// Write takes the log of the channel.
func (s *session) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(p)
}

// witness keeps what a channel returned, for checkSecrets.
func (s *session) witness(values ...any) {
	for _, v := range values {
		_, _ = fmt.Fprintf(s, "%+v\n%#v\n", v, v) // Write never fails
		if err, ok := v.(error); ok {
			for ; err != nil; err = errors.Unwrap(err) {
				_, _ = fmt.Fprintf(s, "%+v\n%#v\n", err, err) // Write never fails
			}
		}
	}
}

// checkSecrets fails when a credential was said, as it is or as requests carry
// it. A user's name is none, and a value too short to be one is not looked for.
func (s *session) checkSecrets(t testing.TB, credentials channels.Credentials) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	said := s.said.String()
	for _, field := range s.h.Driver.Info().Credentials {
		text := credentials[field.Name].Reveal()
		if !field.Secret || len(text) < 8 {
			continue
		}
		forms := []string{text, url.QueryEscape(text), url.PathEscape(text)}
		for _, user := range credentials { // RFC 7617
			forms = append(forms, base64.StdEncoding.EncodeToString([]byte(user.Reveal()+":"+text)))
		}
		if slices.ContainsFunc(forms, func(form string) bool { return strings.Contains(said, form) }) {
			t.Errorf("the credential %s is in a log, an error or a result", field.Name)
		}
	}
}

// publish publishes and checks what holds for every answer.
func (s *session) publish(ctx context.Context, t testing.TB, a *RecordingAttempt) (channels.Receipt, error) {
	t.Helper()
	receipt, err := s.channel.Publish(ctx, a.rendered, a)
	s.witness(receipt, err)
	switch {
	case err != nil:
		s.checkError(t, "Publish", err)
	case receipt.RemoteID == "":
		t.Error("Publish: no error and no remote id")
	case receipt.At.IsZero():
		t.Error("Publish: a receipt without its hour")
	}
	if n := a.Creatings(); n > 1 {
		t.Errorf("Creating was called %d times", n)
	}
	return receipt, err
}

// mustPublish publishes what must succeed, and returns its attempt.
func (s *session) mustPublish(t testing.TB, m channels.Message) (*RecordingAttempt, channels.Receipt) {
	t.Helper()
	a := s.attempt(t, m)
	receipt, err := s.publish(t.Context(), t, a)
	if err != nil {
		t.Fatalf("Publish: %v", err)
	}
	return a, receipt
}

// attempt renders a message that must be fine and makes its first attempt.
func (s *session) attempt(t testing.TB, m channels.Message) *RecordingAttempt {
	t.Helper()
	a, err := NewAttempt(s.h.render(t, m, s.net.Account().Settings))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// render renders a message that must be fine.
func (h Harness) render(t testing.TB, m channels.Message, settings channels.Settings) channels.Rendered {
	t.Helper()
	rendered, issues := h.Driver.Render(m, settings)
	if channels.HasErrors(issues) {
		t.Fatalf("Render refuses an ordinary message: %+v", issues)
	}
	return rendered
}

func (s *session) find(t testing.TB, p channels.Probe) (channels.Finding, error) {
	t.Helper()
	finder, ok := s.channel.(channels.Finder)
	if !ok {
		t.Fatal("Info.ReadBack promises a Finder and the channel is none")
	}
	finding, err := finder.Find(t.Context(), p)
	s.witness(finding, finding.Receipt, err)
	if err != nil {
		s.checkError(t, "Find", err)
	}
	return finding, err
}

func (s *session) check(ctx context.Context, t testing.TB) (channels.Health, error) {
	t.Helper()
	health, err := s.channel.Check(ctx)
	s.witness(health, err)
	if err != nil {
		s.checkError(t, "Check", err)
	}
	return health, err
}

// checkError holds what every error of a channel keeps: it is an *Error with an
// operation, and people can read it.
func (s *session) checkError(t testing.TB, call string, err error) {
	t.Helper()
	e, ok := channels.AsError(err)
	if !ok {
		t.Errorf("%s: the error is a %T and not a *channels.Error: %v", call, err, err)
		return
	}
	if e.Op == "" {
		t.Errorf("%s: an error without its operation: %v", call, err)
	}
	failure := e.Failure(s.h.Driver.Info().Title)
	s.witness(failure)
	if failure.Message == "" || failure.NextStep == "" {
		t.Errorf("%s: no sentence or no next step for people: %+v", call, failure)
	}
}

// onlyPost returns the one visible post.
func (s *session) onlyPost(t testing.TB) Seen {
	t.Helper()
	posts := s.net.Posts(t)
	if len(posts) != 1 {
		t.Fatalf("%d posts are visible, want exactly 1: %+v", len(posts), posts)
	}
	return posts[0]
}

// noPost fails when something was published.
func (s *session) noPost(t testing.TB) {
	t.Helper()
	if posts := s.net.Posts(t); len(posts) != 0 {
		t.Errorf("%d posts are visible, want none: %+v", len(posts), posts)
	}
}

// takesAlt reports whether the network keeps alternative texts.
func (h Harness) takesAlt() bool { return h.limits().Images.AltMax > 0 }

// kindOf is the kind of an error; "" of none.
func kindOf(err error) channels.Kind {
	if e, ok := channels.AsError(err); ok {
		return e.Kind
	}
	return ""
}

// gate is a network cable: while it is shut, no connection is made.
type gate struct {
	mu   sync.Mutex
	shut bool
}

func (g *gate) dial(ctx context.Context, network, address string) (net.Conn, error) {
	g.mu.Lock()
	shut := g.shut
	g.mu.Unlock()
	if shut {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	var dialer net.Dialer
	return dialer.DialContext(ctx, network, address)
}

// unplug refuses new connections and drops idle ones.
func (s *session) unplug() {
	s.gate.mu.Lock()
	s.gate.shut = true
	s.gate.mu.Unlock()
	s.client.CloseIdleConnections()
}

// within runs f and fails when it does not come back.
func within(t testing.TB, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s did not come back", what)
	}
}
