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
	// spoke counts answers that told of an allowance in their headers, and
	// budgets is what the channel reported of them.
	spoke   int
	budgets []channels.Budget
}

// open starts a network and opens its account.
func (h Harness) open(tb testing.TB) *session {
	tb.Helper()
	return h.openOn(tb, h.New(tb), nil)
}

// openOn opens an account with its own credentials, or with others.
func (h Harness) openOn(tb testing.TB, network Network, credentials channels.Credentials) *session {
	tb.Helper()
	account := network.Account()
	if credentials != nil {
		account.Credentials = credentials
	}
	s := &session{h: h, net: network, gate: &gate{}}
	transport := &http.Transport{DialContext: s.gate.dial}
	s.client = &http.Client{
		Transport:     listening{transport, s},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	channel, err := h.Driver.Open(account, channels.Deps{
		HTTP: s.client, Now: h.clock(), BaseURL: network.BaseURL(),
		Log:     slog.New(slog.NewTextHandler(s, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Budgets: s.heard,
	})
	if err != nil {
		tb.Fatalf("Open: %v", err)
	}
	s.channel = channel
	tb.Cleanup(func() {
		transport.CloseIdleConnections()
		s.checkSecrets(tb, account.Credentials)
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
func (s *session) checkSecrets(tb testing.TB, credentials channels.Credentials) {
	tb.Helper()
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
			tb.Errorf("the credential %s is in a log, an error or a result", field.Name)
		}
	}
}

// publish publishes and checks what holds for every answer.
func (s *session) publish(ctx context.Context, tb testing.TB, a *RecordingAttempt) (channels.Receipt, error) {
	tb.Helper()
	receipt, err := s.channel.Publish(ctx, a.rendered, a)
	s.witness(receipt, err)
	switch {
	case err != nil:
		s.checkError(tb, "Publish", err)
	case receipt.RemoteID == "":
		tb.Error("Publish: no error and no remote id")
	case receipt.At.IsZero():
		tb.Error("Publish: a receipt without its hour")
	}
	if n := a.Creatings(); n > 1 {
		tb.Errorf("Creating was called %d times", n)
	}
	return receipt, err
}

// mustPublish publishes what must succeed, and returns its attempt.
func (s *session) mustPublish(tb testing.TB, m channels.Message) (*RecordingAttempt, channels.Receipt) {
	tb.Helper()
	a := s.attempt(tb, m)
	receipt, err := s.publish(tb.Context(), tb, a)
	if err != nil {
		tb.Fatalf("Publish: %v", err)
	}
	return a, receipt
}

// attempt renders a message that must be fine and makes its first attempt.
func (s *session) attempt(tb testing.TB, m channels.Message) *RecordingAttempt {
	tb.Helper()
	a, err := NewAttempt(s.h.render(tb, m, s.net.Account().Settings))
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// render renders a message that must be fine.
func (h Harness) render(tb testing.TB, m channels.Message, settings channels.Settings) channels.Rendered {
	tb.Helper()
	rendered, issues := h.Driver.Render(m, settings)
	if channels.HasErrors(issues) {
		tb.Fatalf("Render refuses an ordinary message: %+v", issues)
	}
	return rendered
}

func (s *session) find(tb testing.TB, p channels.Probe) (channels.Finding, error) {
	tb.Helper()
	finder, ok := s.channel.(channels.Finder)
	if !ok {
		tb.Fatal("Info.ReadBack promises a Finder and the channel is none")
	}
	finding, err := finder.Find(tb.Context(), p)
	s.witness(finding, finding.Receipt, err)
	if err != nil {
		s.checkError(tb, "Find", err)
	}
	return finding, err
}

func (s *session) check(ctx context.Context, tb testing.TB) (channels.Health, error) {
	tb.Helper()
	health, err := s.channel.Check(ctx)
	s.witness(health, err)
	if err != nil {
		s.checkError(tb, "Check", err)
	}
	return health, err
}

// checkError holds what every error of a channel keeps: it is an *Error with an
// operation, and people can read it.
func (s *session) checkError(tb testing.TB, call string, err error) {
	tb.Helper()
	e, ok := channels.AsError(err)
	if !ok {
		tb.Errorf("%s: the error is a %T and not a *channels.Error: %v", call, err, err)
		return
	}
	if e.Op == "" {
		tb.Errorf("%s: an error without its operation: %v", call, err)
	}
	failure := e.Failure(s.h.Driver.Info().Title)
	s.witness(failure)
	if failure.Message == "" || failure.NextStep == "" {
		tb.Errorf("%s: no sentence or no next step for people: %+v", call, failure)
	}
}

// onlyPost returns the one visible post.
func (s *session) onlyPost(tb testing.TB) Seen {
	tb.Helper()
	posts := s.net.Posts(tb)
	if len(posts) != 1 {
		tb.Fatalf("%d posts are visible, want exactly 1: %+v", len(posts), posts)
	}
	return posts[0]
}

// noPost fails when something was published.
func (s *session) noPost(tb testing.TB) {
	tb.Helper()
	if posts := s.net.Posts(tb); len(posts) != 0 {
		tb.Errorf("%d posts are visible, want none: %+v", len(posts), posts)
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

// listening notices answers that tell of an allowance.
type listening struct {
	*http.Transport
	session *session
}

// RoundTrip implements http.RoundTripper.
func (l listening) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := l.Transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	for name := range resp.Header {
		// Networks name these headers alike: x-rate-limit-remaining,
		// X-App-Usage, Retry-After.
		if strings.HasSuffix(name, "-Remaining") || strings.HasSuffix(name, "-Usage") || name == "Retry-After" {
			l.session.mu.Lock()
			l.session.spoke++
			l.session.mu.Unlock()
			break
		}
	}
	return resp, nil
}

func (s *session) heard(budgets []channels.Budget) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.budgets = append(s.budgets, budgets...)
}

// unplug refuses new connections and drops idle ones.
func (s *session) unplug() {
	s.gate.mu.Lock()
	s.gate.shut = true
	s.gate.mu.Unlock()
	s.client.CloseIdleConnections()
}

// within runs f and fails when it does not come back.
func within(tb testing.TB, what string, f func()) {
	tb.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		tb.Fatalf("%s did not come back", what)
	}
}
