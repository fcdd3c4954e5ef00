package testrig

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Binary builds the real program. The build cache makes a second call cheap.
func Binary(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "crieur")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", path, "github.com/crieur/crieur")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// BinaryWith builds the real program with build tags and a version of its own.
// It stays until the test process ends.
func BinaryWith(t testing.TB, tags, version string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "crieur-binary-") //nolint:usetesting // several tests share it
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "crieur")
	cmd := exec.Command("go", "build", "-tags", tags, "-ldflags", "-X main.version="+version, "-o", path, "github.com/crieur/crieur")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// Installation is the real program with its settings, whose processes can be
// killed and started again.
type Installation struct {
	t      testing.TB
	binary string
	env    []string
	// address is that of the API, and with it the public one.
	address string
}

// Install prepares an installation. settings are environment variables.
func Install(t testing.TB, binary string, settings map[string]string) *Installation {
	t.Helper()
	in := &Installation{t: t, binary: binary, address: FreeAddress(t)}
	in.env = append(in.env, "CRIEUR_PUBLIC_URL=http://"+in.address)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "CRIEUR_") {
			in.env = append(in.env, variable)
		}
	}
	for name, value := range settings {
		in.env = append(in.env, name+"="+value)
	}
	return in
}

// Address is that of the API.
func (in *Installation) Address() string { return in.address }

// Use makes another build of the program the one that is started from now on.
func (in *Installation) Use(binary string) { in.binary = binary }

// commandPatience is how long a command may take: far longer than any does, for
// it is there to end a test that hangs, and a loaded machine is no fault.
const commandPatience = 10 * time.Minute

// Command runs a command of the program to its end.
func (in *Installation) Command(stdin string, args ...string) string {
	in.t.Helper()
	ctx, cancel := context.WithTimeout(in.t.Context(), commandPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, in.binary, args...)
	cmd.Env, cmd.Stdin = in.env, strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		in.t.Fatalf("crieur %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}

// Process is one running process of the program.
type Process struct {
	t    testing.TB
	cmd  *exec.Cmd
	URL  string
	log  *lockedBuffer
	done chan struct{}
}

// Serve starts a process and waits until it is ready. One process at a time
// has the API.
func (in *Installation) Serve(role string) *Process {
	in.t.Helper()
	p := in.Launch(role, nil)
	if !p.Ready(30 * time.Second) {
		in.t.Fatalf("the process is not ready:\n%s", p.log.String())
	}
	return p
}

// Launch starts a process and waits for nothing. more are variables that this
// process alone has, by name; CRIEUR_ADDR gives it an address of its own.
func (in *Installation) Launch(role string, more map[string]string) *Process {
	in.t.Helper()
	addr := in.address
	if role == "worker" {
		addr = FreeAddress(in.t)
	}
	if own := more["CRIEUR_ADDR"]; own != "" {
		addr = own
	}
	p := &Process{t: in.t, URL: "http://" + addr, log: &lockedBuffer{}, done: make(chan struct{})}
	p.cmd = exec.Command(in.binary, "serve", "--roles", role)
	p.cmd.Env = append(append([]string{}, in.env...), "CRIEUR_ADDR="+addr)
	for name, value := range more {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		in.t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // the tests kill it
		close(p.done)
	}()
	in.t.Cleanup(func() {
		p.Kill()
		if in.t.Failed() {
			in.t.Logf("log of the process %s:\n%s", role, withoutRequests(p.log.String()))
		}
	})
	return p
}

// Ready waits until the process says that it can work; false: it ended, or
// said nothing within the time.
func (p *Process) Ready(within time.Duration) bool {
	p.t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(within)
	client := &http.Client{Timeout: 5 * time.Second}
	for {
		req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.URL+"/readyz", nil)
		if err != nil {
			p.t.Fatal(err)
		}
		if resp, err := client.Do(req); err == nil {
			_, _ = io.Copy(io.Discard, resp.Body) // only the status counts
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return true
			}
		}
		select {
		case <-p.done:
			return false
		case <-deadline:
			return false
		case <-ticker.C:
		}
	}
}

// Ended is closed when the process is gone, by itself or not.
func (p *Process) Ended() <-chan struct{} { return p.done }

// Alive reports whether the process is there, stopped or not.
func (p *Process) Alive() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// Signal sends a signal, as SIGSTOP, SIGCONT or SIGTERM.
func (p *Process) Signal(signal syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil && p.Alive() {
		p.t.Fatalf("%s: %v", signal, err)
	}
}

// PID is the process's number.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Kill ends the process as a power cut would: kill -9.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // it may be gone already
	<-p.done
}

// Stop asks the process to end, and waits for it.
func (p *Process) Stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(80 * time.Second):
		return fmt.Errorf("not stopped after 80 s")
	}
}

// Log is what the process wrote so far.
func (p *Process) Log() string { return p.log.String() }

func tail(text string, n int) string {
	if len(text) > n {
		return "…" + text[len(text)-n:]
	}
	return text
}

// FreeAddress asks the system for a port that is free now.
func FreeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
