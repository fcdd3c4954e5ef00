package testrig

import (
	"os/exec"
	"sync"
	"syscall"
	"testing"
)

// daemon is a server of the test's own that can be stopped and started again
// with the same files.
type daemon struct {
	t       testing.TB
	command func() *exec.Cmd

	mu   sync.Mutex
	cmd  *exec.Cmd
	done chan struct{}
}

// start starts the server, and waits for nothing.
func (d *daemon) start() {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	cmd, done := d.command(), make(chan struct{})
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.cmd, d.done = cmd, done
	go func() {
		_ = cmd.Wait() // the tests end it, in all manners
		close(done)
	}()
}

// signal sends a signal; a server that is gone is left alone.
func (d *daemon) signal(signal syscall.Signal) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cmd != nil {
		_ = d.cmd.Process.Signal(signal) // it may be gone already
	}
}

// end sends a signal that ends the server, and waits until it has.
func (d *daemon) end(signal syscall.Signal) {
	d.signal(signal)
	d.mu.Lock()
	done := d.done
	d.mu.Unlock()
	if done != nil {
		<-done
	}
}
