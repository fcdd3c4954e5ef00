package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/testrig"
)

// event is one server-sent event.
type event struct {
	ID, Name string
	Data     api.StreamEvent
}

// listen opens a stream; events come through the channel until it ends.
func listen(t *testing.T, client *testrig.Client, lastEventID string) <-chan event {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, client.URL+"/api/v1/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+client.Token)
	if lastEventID != "" {
		req.Header.Set("Last-Event-ID", lastEventID)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%d %v", resp.StatusCode, resp.Header)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	events := make(chan event, 1000)
	go func() {
		defer close(events)
		for e := range read(resp.Body) {
			events <- e
		}
	}()
	return events
}

// read reads server-sent events as a browser does; one without data is only a
// place.
func read(body io.Reader) func(yield func(event) bool) {
	return func(yield func(event) bool) {
		var e event
		lines := bufio.NewScanner(body)
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				e.ID = value
			case "event":
				e.Name = value
			case "data":
				// A reset holds no data that is looked at.
				_ = json.Unmarshal([]byte(value), &e.Data)
			case "":
				if e.ID != "" && !yield(e) {
					return
				}
				e = event{}
			}
		}
	}
}

// until reads events until one fits, and returns all of them.
func until(t *testing.T, events <-chan event, fits func(event) bool) []event {
	t.Helper()
	var seen []event
	deadline := time.After(30 * time.Second)
	for {
		select {
		case e, open := <-events:
			if !open {
				t.Fatalf("the stream ended after %+v", seen)
			}
			if seen = append(seen, e); fits(e) {
				return seen
			}
		case <-deadline:
			t.Fatalf("not within 30 s; so far %+v", seen)
		}
	}
}

func is(kind, id, status string) func(event) bool {
	return func(e event) bool {
		return e.Name == kind && e.Data.ID == id && (status == "" || e.Data.Status != nil && *e.Data.Status == status)
	}
}

func TestTheStreamTellsWhatChanges(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			stranger := rig.User("zoe@hauteroche.example", "Hauteroche", post.RoleAdministrator)
			ours, theirs := listen(t, rig.Client, ""), listen(t, stranger, "")
			first := until(t, ours, func(e event) bool { return e.Name == "" })[0]

			channel := rig.Connect("site", "Actualités", nil, nil)
			until(t, ours, is("channel", channel.ID, "connected"))
			var made testrig.Post
			rig.Do(http.MethodPost, "/posts", object{
				"title": "Brocante", "text": "Dimanche.", "channels": []string{channel.ID}, "publish": object{"mode": "now"},
			}).Into(t, http.StatusCreated, &made)
			delivery := made.Deliveries[0].ID
			seen := until(t, ours, is("delivery", delivery, "sent"))
			if !slices.ContainsFunc(seen, is("post", made.ID, "")) || !slices.ContainsFunc(seen, is("delivery", delivery, "sending")) {
				t.Errorf("the post and its delivery were not told: %+v", seen)
			}
			if last := seen[len(seen)-1].Data; last.PostID == nil || *last.PostID != made.ID {
				t.Errorf("%+v", last)
			}

			// Whoever was away hears everything again, from where they were.
			back := until(t, listen(t, rig.Client, first.ID), is("delivery", delivery, "sent"))
			if !slices.ContainsFunc(back, is("channel", channel.ID, "connected")) || !slices.ContainsFunc(back, is("post", made.ID, "")) {
				t.Errorf("after coming back: %+v", back)
			}

			// The other commune hears of its own channel first.
			own := stranger.Connect("site", "Hauteroche", nil, nil)
			for _, e := range until(t, theirs, is("channel", own.ID, "connected")) {
				if e.Name != "" && e.Data.ID != own.ID {
					t.Errorf("told to another commune: %+v", e)
				}
			}
		})
	}
}

// ledger is a record of events that a test writes.
type ledger struct {
	mu     sync.Mutex
	events []store.Event
	wake   chan struct{}
}

func newLedger() *ledger { return &ledger{wake: make(chan struct{}, 1)} }

func (l *ledger) EventsAfter(_ context.Context, after int64, limit int) ([]store.Event, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rest := l.events[min(int(after), len(l.events)):]
	return slices.Clone(rest[:min(limit, len(rest))]), nil
}

func (l *ledger) LastEventID(context.Context) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(len(l.events)), nil
}

func (l *ledger) Subscribe() (<-chan struct{}, func()) { return l.wake, func() {} }

// write adds events of a commune. Nobody is rung for them: a ring may be lost.
func (l *ledger) write(communeID string, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for range n {
		l.events = append(l.events, store.Event{
			ID: int64(len(l.events) + 1), CommuneID: communeID, Type: store.EventDelivery,
			Payload: json.RawMessage(`{"id":"d","post_id":"p","status":"reconciling"}`),
		})
	}
}

// stubborn knows one person whose session ends when the test says so.
type stubborn struct {
	people
	mu    sync.Mutex
	ended bool
}

func (s *stubborn) TokenByHash(ctx context.Context, hash string) (auth.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return auth.Token{}, post.ErrNotFound
	}
	return s.people.TokenByHash(ctx, hash)
}

func (s *stubborn) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

// line is the other side of a stream. It takes nothing while it is held.
type line struct {
	mu     sync.Mutex
	header http.Header
	text   strings.Builder
	hold   chan struct{}
}

func newLine() *line { return &line{header: http.Header{}} }

func (l *line) Header() http.Header { return l.header }
func (l *line) WriteHeader(int)     {}
func (l *line) Flush()              {}
func (l *line) Write(p []byte) (int, error) {
	if l.hold != nil {
		<-l.hold
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *line) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// live is a running server with streams on it, in a bubble of synctest.
type live struct {
	*edge
	ledger *ledger
	people *stubborn
	stop   context.CancelFunc
}

func newLive(t *testing.T, events int) *live {
	t.Helper()
	l := &live{ledger: newLedger(), people: &stubborn{}}
	l.edge = newEdge(t, func(d *api.Deps) {
		accounts, err := auth.New(auth.Deps{Store: l.people, Key: make([]byte, 32), Now: d.Now, Log: d.Log})
		if err != nil {
			t.Fatal(err)
		}
		d.Auth, d.Events = accounts, l.ledger
	})
	l.ledger.write("c", events)
	ctx, stop := context.WithCancel(t.Context())
	l.stop = stop
	go func() {
		if err := l.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	synctest.Wait()
	return l
}

// open opens a stream; done is closed when the server ends it.
func (l *live) open(t *testing.T, to *line, lastEventID string) (done <-chan struct{}) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/stream", nil)
	req.Header.Set("Authorization", "Bearer token")
	if lastEventID != "" {
		req.Header.Set("Last-Event-ID", lastEventID)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.Handler().ServeHTTP(to, req)
	}()
	return ended
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestAStreamStaysOpenAndShowsThatItLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, 0)
		to := newLine()
		done := l.open(t, to, "")
		time.Sleep(46 * time.Second)
		if got := strings.Count(to.String(), ":\n\n"); got != 3 || isClosed(done) {
			t.Errorf("%d heartbeats in 46 s, ended %v: %q", got, isClosed(done), to)
		}
		l.stop()
		synctest.Wait()
		if !isClosed(done) {
			t.Error("the stream outlives the server")
		}
	})
}

func TestAnEventWhoseRingWasLostIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, 0)
		to := newLine()
		l.open(t, to, "")
		synctest.Wait()
		l.ledger.write("c", 1)
		l.ledger.write("another", 1)
		time.Sleep(time.Second)
		synctest.Wait()
		want := "retry: 2000\nid: 0\n\n" +
			`id: 1` + "\nevent: delivery\ndata: " + `{"id":"d","post_id":"p","status":"unknown","type":"delivery"}` + "\n\n"
		if to.String() != want {
			t.Errorf("got %q\nwant %q", to, want)
		}
		l.stop()
	})
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, 0)
		done := l.open(t, newLine(), "")
		time.Sleep(time.Minute)
		if isClosed(done) {
			t.Fatal("it ended by itself")
		}
		l.people.end()
		time.Sleep(16 * time.Second)
		synctest.Wait()
		if !isClosed(done) {
			t.Error("the stream outlives its session")
		}
		l.stop()
	})
}

func TestASlowClientIsDroppedAndTheOthersAreNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, 0)
		slow, fast := newLine(), newLine()
		slow.hold = make(chan struct{})
		slowEnded, fastEnded := l.open(t, slow, ""), l.open(t, fast, "")
		for range 40 {
			l.ledger.write("c", 100)
			time.Sleep(time.Second)
			synctest.Wait()
		}
		close(slow.hold)
		synctest.Wait()
		if !isClosed(slowEnded) || isClosed(fastEnded) {
			t.Errorf("slow ended %v, fast ended %v", isClosed(slowEnded), isClosed(fastEnded))
		}
		if got := strings.Count(fast.String(), "event: delivery"); got != 4000 {
			t.Errorf("the fast one heard %d of 4000 events", got)
		}
		l.stop()
	})
}

func TestWhoeverWasAwayTooLongReadsEverythingAgain(t *testing.T) {
	tests := map[string]struct {
		last  string
		reset bool
	}{
		"a little":           {"1500", false},
		"long":               {"0", true},
		"what is no number":  {"yesterday", true},
		"from another place": {"9000", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLive(t, 2600)
				to := newLine()
				l.open(t, to, tt.last)
				synctest.Wait()
				if got := strings.Contains(to.String(), "id: 2600\nevent: reset\n"); got != tt.reset {
					t.Errorf("reset %v, want %v", got, tt.reset)
				}
				if name == "a little" && strings.Count(to.String(), "event: delivery") != 1100 {
					t.Errorf("%d events, want 1100", strings.Count(to.String(), "event: delivery"))
				}
				l.stop()
			})
		})
	}
}
