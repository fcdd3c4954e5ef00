package api_test

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/post"
)

// wire is a listener with one connection, without a network.
type wire struct {
	server net.Conn
	taken  chan struct{}
}

func (w *wire) Accept() (net.Conn, error) {
	if w.server == nil {
		<-w.taken
		return nil, net.ErrClosed
	}
	conn := w.server
	w.server = nil
	return conn, nil
}
func (w *wire) Close() error   { return nil }
func (w *wire) Addr() net.Addr { return &net.TCPAddr{} }

// overWire sends a request's text and returns the answer.
func overWire(t *testing.T, e *edge, text string) (*http.Response, error) {
	t.Helper()
	client, server := net.Pipe()
	w := &wire{server: server, taken: make(chan struct{})}
	running := &http.Server{Handler: e.Handler()}
	ended := make(chan error, 1)
	go func() { ended <- running.Serve(w) }()
	defer func() {
		_ = client.Close()
		close(w.taken)
		if err := <-ended; !errors.Is(err, net.ErrClosed) && !errors.Is(err, http.ErrServerClosed) && err != nil {
			t.Logf("the server ended: %v", err)
		}
	}()
	go func() { _, _ = fmt.Fprint(client, text) }()
	return http.ReadResponse(bufio.NewReader(client), nil)
}

func TestABodyThatNeverComesIsNotWaitedFor(t *testing.T) {
	for name, length := range map[string]string{"announced": "Content-Length: 500", "not announced": "Transfer-Encoding: chunked"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				resp, err := overWire(t, newEdge(t, nil), "POST /api/v1/session HTTP/1.1\r\nHost: crieur\r\nContent-Type: application/json\r\n"+length+"\r\n\r\n")
				if err != nil {
					t.Fatal(err)
				}
				_ = resp.Body.Close()
				if took := time.Since(begun); resp.StatusCode != http.StatusBadRequest || took > time.Minute {
					t.Errorf("status %d after %v", resp.StatusCode, took)
				}
			})
		})
	}
}

func TestAnAnswerMayTakeLongerThanTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEdge(t, func(d *api.Deps) {
			d.Posts, d.Channels = broken{post: func() (post.Post, error) {
				time.Sleep(5 * time.Minute)
				return post.Post{ID: "1"}, nil
			}}, noChannels{}
		})
		const body = `{"outcome": "sent"}`
		for _, request := range []string{
			"GET /api/v1/posts/1 HTTP/1.1\r\nHost: crieur\r\nAuthorization: Bearer token\r\n\r\n",
			"POST /api/v1/posts/1/cancel HTTP/1.1\r\nHost: crieur\r\nAuthorization: Bearer token\r\nContent-Type: application/json\r\n" +
				fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body),
		} {
			resp, err := overWire(t, e, request)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", strings.Split(request, " HTTP")[0], resp.StatusCode)
			}
		}
	})
}
