package testrig

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/app"
	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/post"
)

// Rig is the application in the test's process.
type Rig struct {
	URL      string
	Networks *Networks
	// Client is an administrator of the commune "Valmeuse".
	*Client

	t       testing.TB
	options app.Options
	log     *lockedBuffer
}

// Password is that of every account that the rig makes.
const Password = "correct cheval batterie agrafe"

// Start starts the application with simulated networks. change may be nil.
func Start(t testing.TB, change func(*config.Config)) *Rig {
	t.Helper()
	return startAt(t, clock.Now, StartNetworks(t), change)
}

func startAt(t testing.TB, now func() time.Time, networks *Networks, change func(*config.Config)) *Rig {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String()
	cfg := config.Config{
		Addr: listener.Addr().String(), DataDir: t.TempDir(), PublicURL: url, Role: config.RoleAll, Zone: "Europe/Brussels",
		EgressAllow:  []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")},
		NetworkURLs:  map[string]string{"facebook": networks.URL + "/facebook", "x": networks.URL + "/x"},
		PublishSlots: 50,
	}
	if change != nil {
		change(&cfg)
	}
	r := &Rig{URL: url, Networks: networks, t: t, log: &lockedBuffer{}}
	r.options = app.Options{
		Config: cfg, Version: "test", Now: now, Listener: listener,
		Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	a, err := app.New(t.Context(), r.options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("run: %v", err)
			}
		case <-time.After(75 * time.Second):
			t.Error("the application did not stop")
		}
		if t.Failed() {
			t.Logf("log of the application:\n%s", withoutRequests(r.log.String()))
		}
	})
	r.Client = r.User("officer@valmeuse.example", "Valmeuse", post.RoleAdministrator)
	return r
}

// User makes an account, and its commune at need, and returns a client with a
// token of its own.
func (r *Rig) User(email, commune string, role post.Role) *Client {
	r.t.Helper()
	guest, err := app.OpenGuest(r.t.Context(), r.options)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() {
		if err := guest.Close(); err != nil {
			r.t.Error(err)
		}
	}()
	if _, err := guest.Accounts.CreateUser(r.t.Context(), auth.NewUser{Commune: commune, Email: email, Name: "Sophie Lambert", Password: Password, Role: role}); err != nil {
		r.t.Fatal(err)
	}
	_, token, err := guest.Accounts.CreateTokenFor(r.t.Context(), email, "test")
	if err != nil {
		r.t.Fatal(err)
	}
	return NewClient(r.t, r.URL, token)
}

// Log is what the application wrote so far.
func (r *Rig) Log() string { return r.log.String() }

// withoutRequests drops the lines of the access log: tests ask often.
func withoutRequests(log string) string {
	var kept strings.Builder
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "msg=request ") && !strings.Contains(line, `"msg":"request"`) {
			kept.WriteString(line)
		}
	}
	return tail(kept.String(), 20_000)
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

var _ io.Writer = (*lockedBuffer)(nil)

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
