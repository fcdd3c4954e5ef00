package channeltest_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image/jpeg"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/secret"
)

const boardToken = "board-token-4f1c9a"

// boardNetwork is the board's server: state, and faults as planned.
type boardNetwork struct {
	url string

	mu       sync.Mutex
	posts    []note
	hidden   map[string]bool
	pictures map[string]channeltest.SeenImage
	faults   []simulator.Fault
	number   int
}

func newBoardNetwork(tb testing.TB) channeltest.Network {
	tb.Helper()
	n := &boardNetwork{hidden: map[string]bool{}, pictures: map[string]channeltest.SeenImage{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /me", n.serve("check", func(*http.Request, []byte) (int, any) {
		return http.StatusOK, map[string]string{"id": "hall", "name": "Maison communale"}
	}))
	mux.HandleFunc("POST /media", n.serve("media", n.upload))
	mux.HandleFunc("POST /posts", n.serve("post", n.create))
	mux.HandleFunc("GET /posts", n.serve("read", n.list))
	mux.HandleFunc("PUT /posts/{id}", n.serve("update", n.update))
	mux.HandleFunc("DELETE /posts/{id}", n.serve("delete", n.remove))
	server := httptest.NewServer(mux)
	tb.Cleanup(server.Close)
	n.url = server.URL
	return n
}

func (n *boardNetwork) Account() channels.Account {
	return channels.Account{CommuneSlug: "valmeuse", Credentials: channels.Credentials{"token": secret.New(boardToken)}}
}

func (n *boardNetwork) Refused() channels.Credentials {
	return channels.Credentials{"token": secret.New("board-token-wrong")}
}

func (n *boardNetwork) BaseURL() string { return n.url }

func (n *boardNetwork) Posts(testing.TB) []channeltest.Seen {
	n.mu.Lock()
	defer n.mu.Unlock()
	var seen []channeltest.Seen
	for _, p := range n.posts {
		post := channeltest.Seen{RemoteID: p.ID, URL: p.URL, Text: p.Text}
		for _, image := range p.Images {
			shown := n.pictures[image.ID]
			shown.Alt = image.Alt
			post.Images = append(post.Images, shown)
		}
		seen = append(seen, post)
	}
	return seen
}

func (n *boardNetwork) Uploads(testing.TB) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.pictures)
}

func (n *boardNetwork) Plan(_ testing.TB, f simulator.Fault) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	n.faults = append(n.faults, f)
}

// serve carries out a call, or spoils it as planned.
func (n *boardNetwork) serve(
	operation string, execute func(*http.Request, []byte) (int, any),
) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Authorization") != "Bearer "+boardToken {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		n.mu.Lock()
		fault, hide := n.take(operation, simulator.EffectHide, false), n.take(operation, simulator.EffectHide, true)
		status, answer := http.StatusOK, any(nil)
		if fault == nil || fault.After {
			status, answer = execute(r, body)
			if hide != nil {
				n.hidden[n.posts[len(n.posts)-1].ID] = true
			}
		}
		n.mu.Unlock()
		encoded, err := json.Marshal(answer)
		if err != nil {
			panic(err)
		}
		if fault != nil {
			spoil(w, r, *fault, encoded)
			return
		}
		w.WriteHeader(status)
		_, _ = w.Write(encoded) // the client has gone: nobody is left to tell
	}
}

// take uses up the first fault of an operation that has the effect, or another.
func (n *boardNetwork) take(operation string, effect simulator.Effect, equal bool) *simulator.Fault {
	for i, f := range n.faults {
		if f.Operation != operation || f.Times == 0 || (f.Effect == effect) != equal {
			continue
		}
		n.faults[i].Times--
		return &f
	}
	return nil
}

func spoil(w http.ResponseWriter, r *http.Request, f simulator.Fault, answer []byte) {
	switch f.Effect {
	case simulator.EffectStatus:
		for name, value := range f.Header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte(f.Body)) // as above
	case simulator.EffectGarbage:
		_, _ = w.Write([]byte("<html>")) // as above
	case simulator.EffectHang:
		<-r.Context().Done()
	case simulator.EffectTruncate:
		w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
		_, _ = w.Write(answer[:len(answer)/2]) // as above
		panic(http.ErrAbortHandler)
	case simulator.EffectReset, simulator.EffectEOF:
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		if tcp, ok := conn.(*net.TCPConn); ok && f.Effect == simulator.EffectReset {
			_ = tcp.SetLinger(0) // without it the close is an ordinary one
		}
		_ = conn.Close() // the point is that it is gone
	case simulator.EffectDelay, simulator.EffectHide:
		panic("not planned by the suite: " + string(f.Effect))
	}
}

func (n *boardNetwork) next(prefix string) string {
	n.number++
	return fmt.Sprintf("%s%d", prefix, n.number)
}

func (n *boardNetwork) upload(_ *http.Request, body []byte) (int, any) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return http.StatusBadRequest, nil
	}
	sum := sha256.Sum256(body)
	id := n.next("picture-")
	n.pictures[id] = channeltest.SeenImage{SHA256: hex.EncodeToString(sum[:]), Width: config.Width, Height: config.Height}
	return http.StatusCreated, noteImage{ID: id}
}

func (n *boardNetwork) create(_ *http.Request, body []byte) (int, any) {
	var p note
	if err := json.Unmarshal(body, &p); err != nil {
		return http.StatusBadRequest, nil
	}
	p.ID = n.next("note-")
	p.URL, p.At = n.url+"/notes/"+p.ID, clock.Now()
	n.posts = append(n.posts, p)
	return http.StatusCreated, p
}

func (n *boardNetwork) list(*http.Request, []byte) (int, any) {
	shown := []note{}
	for _, p := range n.posts {
		if !n.hidden[p.ID] {
			shown = append(shown, p)
		}
	}
	return http.StatusOK, shown
}

func (n *boardNetwork) update(r *http.Request, body []byte) (int, any) {
	var change note
	if err := json.Unmarshal(body, &change); err != nil {
		return http.StatusBadRequest, nil
	}
	for i := range n.posts {
		if n.posts[i].ID == r.PathValue("id") {
			n.posts[i].Text = change.Text
			return http.StatusOK, n.posts[i]
		}
	}
	return http.StatusNotFound, nil
}

func (n *boardNetwork) remove(r *http.Request, _ []byte) (int, any) {
	before := len(n.posts)
	n.posts = slices.DeleteFunc(n.posts, func(p note) bool { return p.ID == r.PathValue("id") })
	if len(n.posts) == before {
		return http.StatusNotFound, nil
	}
	return http.StatusNoContent, nil
}
