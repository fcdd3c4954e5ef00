package testrig

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy stands between a process and a server that it needs, and can cut them
// apart. It is safe for concurrent use.
type Proxy struct {
	// Addr is where the process connects.
	Addr string

	target   string
	listener net.Listener

	mu    sync.Mutex
	cut   bool
	hung  chan struct{} // closed while bytes pass; replaced by Hang
	conns map[net.Conn]struct{}
}

// StartProxy makes a proxy to a TCP address.
func StartProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	passing := make(chan struct{})
	close(passing)
	p := &Proxy{Addr: listener.Addr().String(), target: target, listener: listener, hung: passing, conns: map[net.Conn]struct{}{}}
	go p.accept()
	t.Cleanup(func() {
		_ = listener.Close() // the test is over
		p.Cut()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.pass()
	})
	return p
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		go p.serve(conn)
	}
}

// Cut closes every connection and takes no more until Heal.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	for conn := range p.conns {
		_ = conn.Close() // cutting it is the purpose
	}
}

// Hang holds back every byte of every connection, new ones included, until
// Heal: as a machine that was pulled from the network, which nothing tells.
func (p *Proxy) Hang() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.hung:
		p.hung = make(chan struct{})
	default: // it hangs already
	}
}

// Heal lets everything pass again. What Hang held back arrives late.
func (p *Proxy) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
	p.pass()
}

func (p *Proxy) pass() {
	select {
	case <-p.hung:
	default:
		close(p.hung)
	}
}

func (p *Proxy) serve(client net.Conn) {
	if !p.keep(client) {
		return
	}
	defer p.forget(client)
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	if !p.keep(server) {
		return
	}
	defer p.forget(server)
	done := make(chan struct{}, 2)
	go p.copy(server, client, done)
	go p.copy(client, server, done)
	<-done
}

func (p *Proxy) copy(to io.Writer, from io.Reader, done chan<- struct{}) {
	defer func() { done <- struct{}{} }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		p.mu.Lock()
		passing := p.hung
		p.mu.Unlock()
		<-passing
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// keep remembers a connection to cut; false: it is cut already.
func (p *Proxy) keep(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut {
		_ = conn.Close() // cutting it is the purpose
		return false
	}
	p.conns[conn] = struct{}{}
	return true
}

func (p *Proxy) forget(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
	_ = conn.Close() // it may be closed already
}
