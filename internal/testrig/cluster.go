package testrig

import (
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a PostgreSQL server of the test's own, which can be killed. It
// brings every commit to the disk, as a real one.
type Cluster struct {
	// Addr is its TCP address, Database the name of an empty database.
	Addr     string
	Database string

	daemon daemon
	dir    string
}

// StartCluster starts a server with an empty database.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	bin := postgresPrograms(t)
	// The server's user must reach the folder; a test's own folder is private.
	dir, err := os.MkdirTemp("", "crieur-postgres-") //nolint:usetesting // t.TempDir belongs to the test's user alone
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	data := filepath.Join(dir, "data")
	identity := serverIdentity(t, dir)
	initialise(t, bin, identity, data)
	c := &Cluster{Addr: FreeAddress(t), Database: "crieur", dir: dir}
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		t.Fatal(err)
	}
	c.daemon = daemon{t: t, command: func() *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-h", host, "-p", port, "-k", dir,
			"-c", "max_connections=200", "-c", "shared_buffers=16MB", "-c", "fsync=on")
		cmd.SysProcAttr = identity
		return cmd
	}}
	c.Start()
	t.Cleanup(func() {
		c.daemon.signal(syscall.SIGCONT)
		c.daemon.end(syscall.SIGQUIT)
	})
	conn, err := pgx.Connect(t.Context(), c.url(c.Addr, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }() // the test goes on without it
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+c.Database); err != nil {
		t.Fatal(err)
	}
	return c
}

// URL is the address of the database for a process.
func (c *Cluster) URL() string { return c.url(c.Addr, c.Database) }

// URLBehind is URL through a proxy.
func (c *Cluster) URLBehind(proxy *Proxy) string { return c.url(proxy.Addr, c.Database) }

func (c *Cluster) url(addr, database string) string {
	return "postgres://postgres@" + addr + "/" + database + "?sslmode=disable"
}

// Start starts the server and waits until it answers.
func (c *Cluster) Start() {
	c.daemon.t.Helper()
	c.daemon.start()
	Eventually(c.daemon.t, 60*time.Second, "PostgreSQL answers", func() bool {
		conn, err := pgx.Connect(c.daemon.t.Context(), c.url(c.Addr, "postgres"))
		if err != nil {
			return false
		}
		return conn.Close(c.daemon.t.Context()) == nil
	})
}

// Stop ends the server in order, cutting its connections.
func (c *Cluster) Stop() { c.daemon.end(syscall.SIGINT) }

// Kill ends the server and its children as a power cut would.
func (c *Cluster) Kill() {
	// Children of a killed server keep its memory until they notice: the next
	// start would refuse it.
	c.daemon.mu.Lock()
	pid := c.daemon.cmd.Process.Pid
	c.daemon.mu.Unlock()
	_ = syscall.Kill(-pid, syscall.SIGKILL) // it leads a group of its own
	c.daemon.end(syscall.SIGKILL)
	_ = os.Remove(filepath.Join(c.dir, "data", "postmaster.pid")) // a power cut's restart finds no such process either
}

// Freeze stops the server in the middle of everything; Thaw lets it go on.
func (c *Cluster) Freeze() { c.group(syscall.SIGSTOP) }

// Thaw ends Freeze.
func (c *Cluster) Thaw() { c.group(syscall.SIGCONT) }

func (c *Cluster) group(signal syscall.Signal) {
	c.daemon.mu.Lock()
	defer c.daemon.mu.Unlock()
	_ = syscall.Kill(-c.daemon.cmd.Process.Pid, signal) // it may be gone already
}

// postgresPrograms is the folder of the server's programs.
func postgresPrograms(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(path)
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		Missing(t, "no PostgreSQL programs")
	}
	return filepath.Dir(slices.Max(found))
}

// serverIdentity is as whom the server runs: it refuses to run as root. The
// folder becomes that user's.
func serverIdentity(t testing.TB, dir string) *syscall.SysProcAttr {
	t.Helper()
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() != 0 {
		return attr
	}
	server, err := user.Lookup("postgres")
	if err != nil {
		Missing(t, "no user for PostgreSQL: %v", err)
	}
	uid, uidErr := strconv.Atoi(server.Uid)
	gid, gidErr := strconv.Atoi(server.Gid)
	if uidErr != nil || gidErr != nil {
		t.Fatalf("user %s has no numbers", server.Username)
	}
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr
}

// initialise gives a server its first files.
func initialise(t testing.TB, bin string, identity *syscall.SysProcAttr, data string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust",
		"--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
	cmd.SysProcAttr, cmd.Dir = identity, "/"
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
}
