package testrig

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Broker is a Redis of the test's own, which can be emptied, put back in time,
// stopped and started again.
type Broker struct {
	// Addr is its TCP address.
	Addr string

	t      testing.TB
	daemon daemon
	dir    string
	client *redis.Client
}

// StartBroker starts a Redis that writes to its disk only when it is told.
func StartBroker(t testing.TB) *Broker {
	t.Helper()
	b := NewBroker(t)
	b.Start()
	return b
}

// NewBroker prepares a Redis that is not there yet.
func NewBroker(t testing.TB) *Broker {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		Missing(t, "no redis-server: %v", err)
	}
	b := &Broker{t: t, Addr: FreeAddress(t), dir: t.TempDir()}
	host, port, err := net.SplitHostPort(b.Addr)
	if err != nil {
		t.Fatal(err)
	}
	b.daemon = daemon{t: t, command: func() *exec.Cmd {
		return exec.Command(binary, "--bind", host, "--port", port, "--save", "", "--appendonly", "no", "--dir", b.dir, "--dbfilename", "dump.rdb")
	}}
	b.client = redis.NewClient(&redis.Options{Addr: b.Addr, DisableIdentity: true, MaxRetries: -1})
	t.Cleanup(func() {
		_ = b.client.Close() // the test is over
		b.daemon.signal(syscall.SIGCONT)
		b.daemon.end(syscall.SIGKILL)
	})
	return b
}

// URL is its address for a process.
func (b *Broker) URL() string { return "redis://" + b.Addr }

// URLBehind is URL through a proxy.
func (b *Broker) URLBehind(proxy *Proxy) string { return "redis://" + proxy.Addr }

// Start starts the server and waits until it answers.
func (b *Broker) Start() {
	b.t.Helper()
	b.daemon.start()
	Eventually(b.t, 20*time.Second, "Redis answers", func() bool { return b.client.Ping(b.t.Context()).Err() == nil })
}

// Kill ends the server; what it did not save is gone.
func (b *Broker) Kill() { b.daemon.end(syscall.SIGKILL) }

// Freeze stops the server in the middle of everything; Thaw lets it go on.
func (b *Broker) Freeze() { b.daemon.signal(syscall.SIGSTOP) }

// Thaw ends Freeze.
func (b *Broker) Thaw() { b.daemon.signal(syscall.SIGCONT) }

// Flush empties the server.
func (b *Broker) Flush() {
	b.t.Helper()
	if err := b.client.FlushAll(b.t.Context()).Err(); err != nil {
		b.t.Fatal(err)
	}
}

// Save returns what the server holds now, for Restore.
func (b *Broker) Save() []byte {
	b.t.Helper()
	if err := b.client.Save(b.t.Context()).Err(); err != nil {
		b.t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(b.dir, "dump.rdb"))
	if err != nil {
		b.t.Fatal(err)
	}
	return data
}

// Restore kills the server and starts it with what it held at a Save.
func (b *Broker) Restore(saved []byte) {
	b.t.Helper()
	b.Kill()
	if err := os.WriteFile(filepath.Join(b.dir, "dump.rdb"), saved, 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.Start()
}
