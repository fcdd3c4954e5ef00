package egress

import (
	"context"
	"errors"
	"net"
	"net/http"
)

// ErrNowhere: nothing answers inside this process, and nothing else may be
// reached.
var ErrNowhere = errors.New("egress: there is no network inside this process")

// Confined is a way to one handler in this process and to nothing else,
// whatever address is called. It has a type of its own so that the real way out
// cannot stand where it is asked for. The zero Confined leads nowhere.
type Confined struct{ client *http.Client }

// Confine makes the way to a listener.
func Confine(listener *MemoryListener) Confined {
	return Confined{confinedClient(func(ctx context.Context, _, _ string) (net.Conn, error) { return listener.DialContext(ctx) })}
}

// IsZero reports whether it leads nowhere.
func (c Confined) IsZero() bool { return c.client == nil }

// Client is the way as an HTTP client.
func (c Confined) Client() *http.Client {
	if c.client != nil {
		return c.client
	}
	return confinedClient(func(context.Context, string, string) (net.Conn, error) { return nil, ErrNowhere })
}

func confinedClient(dial func(context.Context, string, string) (net.Conn, error)) *http.Client {
	return client(dial, func(t *http.Transport) {
		// Addresses may say https; there is no wire to protect.
		t.DialTLSContext = dial
	})
}
