// Package egress makes the only HTTP clients that may leave Crieur. Addresses
// are checked when the connection is made, after the name was resolved, so
// neither a redirect nor a changing name reaches an internal service.
package egress

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Timeouts of one call (DESIGN §4): a call of at most 45 s fits into the drain
// of 60 s.
const (
	DialTimeout = 10 * time.Second
	CallTimeout = 45 * time.Second
	// CrisisTimeout bounds a call of an alert, which is tried again sooner.
	CrisisTimeout = 30 * time.Second
)

// ErrForbiddenAddress: the name leads to an address that is not public and not
// allowed by CRIEUR_EGRESS_ALLOW.
var ErrForbiddenAddress = errors.New("egress: address not allowed")

// Policy says which addresses may be reached besides public ones.
type Policy struct{ allow []netip.Prefix }

// NewPolicy allows public addresses and the given prefixes.
func NewPolicy(allow ...netip.Prefix) Policy { return Policy{allow} }

// Permits reports whether an address may be reached.
func (p Policy) Permits(addr netip.Addr) bool {
	addr = addr.Unmap()
	for _, prefix := range p.allow {
		if prefix.Contains(addr) {
			return true
		}
	}
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	for _, prefix := range reserved() {
		if prefix.Contains(addr) {
			return false
		}
	}
	return true
}

// reserved are the ranges that net/netip calls global unicast although no
// public service lives there (IANA special-purpose registries, 2026-11).
func reserved() []netip.Prefix {
	texts := []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
		"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
		"2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	}
	prefixes := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		prefixes[i] = netip.MustParsePrefix(text)
	}
	return prefixes
}

func (p Policy) control(_, address string, _ syscall.RawConn) error {
	addrPort, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("egress: %q: %w", address, err)
	}
	if !p.Permits(addrPort.Addr()) {
		return fmt.Errorf("%w: %s", ErrForbiddenAddress, addrPort.Addr())
	}
	return nil
}

// Dial opens connections to allowed addresses, for protocols that are not HTTP.
func Dial(p Policy) func(ctx context.Context, network, address string) (net.Conn, error) {
	return (&net.Dialer{Timeout: DialTimeout, Control: p.control}).DialContext
}

// Client makes a client with a pool of its own. It follows no redirect, uses
// no proxy and keeps no cookie.
func Client(p Policy) *http.Client {
	return client(Dial(p))
}

// Crisis is Client for alerts: whatever ordinary calls hang, its connections are
// its own, and its calls end sooner.
func Crisis(p Policy) *http.Client {
	c := Client(p)
	c.Timeout = CrisisTimeout
	return c
}

func client(dial func(context.Context, string, string) (net.Conn, error), options ...func(*http.Transport)) *http.Client {
	transport := &http.Transport{
		DialContext:            dial,
		TLSHandshakeTimeout:    DialTimeout,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
	}
	for _, option := range options {
		option(transport)
	}
	return &http.Client{
		Timeout:       CallTimeout,
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
