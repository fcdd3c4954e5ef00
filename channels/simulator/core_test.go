package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels/simulator"
)

func post(r *rig, text string) answer {
	return r.graph(http.MethodPost, pageID+"/feed", "message", text)
}

func texts(records []simulator.Record) []string {
	var list []string
	for _, record := range records {
		list = append(list, record.Text)
	}
	return list
}

func TestFaultsBeforeExecutionPublishNothing(t *testing.T) {
	tests := []struct {
		name  string
		fault simulator.Fault
		check func(*testing.T, answer)
	}{
		{
			"status",
			simulator.Fault{Effect: simulator.EffectStatus, Status: 503, Body: "busy", Header: map[string]string{"Retry-After": "7"}},
			func(t *testing.T, a answer) {
				if a.status != 503 || a.body != "busy" || a.header.Get("Retry-After") != "7" {
					t.Errorf("%+v", a)
				}
			},
		},
		{"garbage", simulator.Fault{Effect: simulator.EffectGarbage}, func(t *testing.T, a answer) {
			if a.status != 200 || json.Valid([]byte(a.body)) {
				t.Errorf("%+v", a)
			}
		}},
		{"reset", simulator.Fault{Effect: simulator.EffectReset}, func(t *testing.T, a answer) {
			if !errors.Is(a.err, syscall.ECONNRESET) {
				t.Errorf("error %v", a.err)
			}
		}},
		{"end of file", simulator.Fault{Effect: simulator.EffectEOF}, func(t *testing.T, a answer) {
			if !errors.Is(a.err, io.EOF) {
				t.Errorf("error %v", a.err)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, simulator.Options{})
			r.plan(tt.fault)
			tt.check(t, post(r, "x"))
			if records := r.sim.Records(); len(records) != 0 {
				t.Fatalf("accepted: %+v", records)
			}
			r.must(post(r, "x")) // the fault is used up
		})
	}
}

func TestFaultsAfterExecutionLoseTheAnswerAlone(t *testing.T) {
	tests := []struct {
		effect simulator.Effect
		check  func(answer) bool
	}{
		{simulator.EffectStatus, func(a answer) bool { return a.status == 500 }},
		{simulator.EffectGarbage, func(a answer) bool { return a.status == 200 && strings.HasPrefix(a.body, "<") }},
		{simulator.EffectReset, func(a answer) bool { return errors.Is(a.err, syscall.ECONNRESET) }},
		{simulator.EffectEOF, func(a answer) bool { return errors.Is(a.err, io.EOF) }},
		{simulator.EffectTruncate, func(a answer) bool {
			return a.status == 200 && errors.Is(a.err, io.ErrUnexpectedEOF) && strings.HasPrefix(a.body, `{"id"`)
		}},
	}
	for _, tt := range tests {
		t.Run(string(tt.effect), func(t *testing.T) {
			r := start(t, simulator.Options{})
			r.plan(simulator.Fault{Operation: "post", After: true, Effect: tt.effect, Status: 500})
			if a := post(r, "x"); !tt.check(a) {
				t.Errorf("answer %+v", a)
			}
			posts := r.sim.Posts("facebook", pageID)
			if len(posts) != 1 || posts[0].Answered {
				t.Fatalf("want one post that was not answered: %+v", posts)
			}
			r.must(post(r, "y"))
			if posts := r.sim.Posts("facebook", pageID); !posts[1].Answered {
				t.Errorf("answered, and journaled as not: %+v", posts[1])
			}
		})
	}
}

func TestHangHoldsUntilTheClientGivesUpOrTheServerCloses(t *testing.T) {
	for _, after := range []bool{false, true} {
		for _, closes := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				sim, client := inBubble(t)
				if err := sim.Plan(simulator.Fault{Effect: simulator.EffectHang, After: after}); err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				failed := make(chan error, 1)
				go func() { failed <- callMe(ctx, client, "feed?message=x&") }()
				time.Sleep(time.Hour) // of the bubble's clock
				if len(failed) != 0 || (len(sim.Records()) == 1) != after {
					t.Fatalf("after=%v: answered, or records %+v", after, sim.Records())
				}
				if closes {
					if err := sim.Close(); err != nil {
						t.Error(err)
					}
				} else {
					cancel()
				}
				synctest.Wait()
				if err := <-failed; err == nil {
					t.Errorf("after=%v: answered", after)
				}
				cancel()
				if err := callMe(t.Context(), client, "feed?message=y&"); err != nil {
					t.Errorf("the account is held up: %v", err)
				}
			})
		}
	}
}

func TestFaultsMatch(t *testing.T) {
	r := start(t, simulator.Options{})
	status := func(f simulator.Fault) simulator.Fault {
		f.Effect, f.Status = simulator.EffectStatus, 503
		return f
	}
	r.plan(status(simulator.Fault{Network: "x"}))
	r.plan(status(simulator.Fault{Account: "other"}))
	r.plan(status(simulator.Fault{Operation: "media"}))
	r.must(post(r, "a"))
	r.plan(status(simulator.Fault{Network: "facebook", Account: pageID, Operation: "post", Times: 2}))
	for i := range 2 {
		if a := post(r, "b"); a.status != 503 {
			t.Errorf("call %d: %+v", i, a)
		}
	}
	r.must(post(r, "b"))
	r.plan(status(simulator.Fault{Times: -1}))
	for range 3 {
		if a := post(r, "c"); a.status != 503 {
			t.Errorf("%+v", a)
		}
	}
	r.sim.ClearFaults()
	r.must(post(r, "c"))
}

func TestPlanRefusesNonsense(t *testing.T) {
	r := start(t, simulator.Options{})
	for _, f := range []simulator.Fault{
		{},
		{Effect: "explode"},
		{Effect: simulator.EffectStatus},
		{Effect: simulator.EffectStatus, Status: 99},
		{Effect: simulator.EffectReset, Operation: "publish"},
	} {
		if err := r.sim.Plan(f); err == nil {
			t.Errorf("planned %+v", f)
		}
	}
}

func TestHideKeepsAPostOutOfTheListsForAWhile(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	r := start(t, simulator.Options{Now: func() time.Time { return now }})
	listed := func() int {
		list, _ := r.graph(http.MethodGet, pageID+"/published_posts").json(t)["data"].([]any)
		return len(list)
	}
	r.plan(simulator.Fault{Effect: simulator.EffectHide, Operation: "post", Delay: time.Minute})
	r.plan(simulator.Fault{Effect: simulator.EffectEOF, Operation: "post", After: true}) // both at once
	if a := post(r, "x"); a.err == nil {
		t.Errorf("answered %+v", a)
	}
	if n := listed(); n != 0 {
		t.Errorf("%d posts listed at once", n)
	}
	if posts := r.sim.Posts("facebook", pageID); len(posts) != 1 {
		t.Errorf("the journal's own view hides it: %+v", posts)
	}
	now = now.Add(time.Minute)
	if n := listed(); n != 1 {
		t.Errorf("%d posts listed after a minute", n)
	}
}

func TestDelay(t *testing.T) {
	for _, after := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			sim, client := inBubble(t)
			if err := sim.Plan(simulator.Fault{Effect: simulator.EffectDelay, Delay: time.Minute, After: after}); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			if err := callMe(t.Context(), client, "feed?message=x&"); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took != time.Minute {
				t.Errorf("after=%v: answered after %v", after, took)
			}
			posts := sim.Posts("facebook", pageID)
			if len(posts) != 1 || !posts[0].Answered || posts[0].At.Equal(began) != after {
				t.Errorf("after=%v: %+v", after, posts)
			}
		})
	}
}

func TestConnectionsAreCutInMemoryToo(t *testing.T) {
	for _, effect := range []simulator.Effect{simulator.EffectReset, simulator.EffectEOF} {
		synctest.Test(t, func(t *testing.T) {
			sim, client := inBubble(t)
			if err := sim.Plan(simulator.Fault{Effect: effect}); err != nil {
				t.Fatal(err)
			}
			if err := callMe(t.Context(), client, "feed?message=x&"); err == nil {
				t.Errorf("%s: answered", effect)
			}
		})
	}
}

// inBubble is a simulator with one page behind in-memory connections, for a
// synctest bubble.
func inBubble(t *testing.T) (*simulator.Server, *http.Client) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.AddAccount(testPage()); err != nil {
		t.Fatal(err)
	}
	return sim, overPipes(t, sim)
}

// callMe posts to the page; nil when the answer is whole and a success.
func callMe(ctx context.Context, client *http.Client, pathAndQuery string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost,
		"http://simulator/facebook/v26.0/me/"+pathAndQuery+"access_token="+pageToken, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%d %s: %w", resp.StatusCode, body, err)
	}
	return nil
}

// overPipes serves a handler over net.Pipe and returns a client of it.
func overPipes(t *testing.T, handler http.Handler) *http.Client {
	t.Helper()
	conns := make(chan net.Conn)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Hour}
	listener := &pipeListener{conns: conns, closed: make(chan struct{})}
	go func() { _ = server.Serve(listener) }() // ends with Close
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		conns <- far
		return near, nil
	}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close() // nothing is served any more
		synctest.Wait()
	})
	return &http.Client{Transport: transport}
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func TestStateSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	opts := simulator.Options{JournalPath: path, Fsync: true, PublicURL: "http://practice.example/"}
	first := start(t, opts)
	id := first.must(post(first, "Réunion mardi"))
	first.must(first.graph(http.MethodPost, id, "message", "Réunion mercredi"))
	photo := first.must(first.photo(jpegOf(t, 12, 8), "published", "false"))
	gone := first.must(post(first, "à effacer"))
	first.must(first.graph(http.MethodDelete, gone))
	records := first.sim.Records()
	if err := first.sim.Close(); err != nil {
		t.Fatal(err)
	}

	// A crash tore the last line.
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(`{"record":{"seq":9,"netw`); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}

	for range 2 { // the second time, what the first restart wrote is read too
		r := start(t, opts)
		if diff := cmp.Diff(records, r.sim.Records()); diff != "" {
			t.Fatalf("records (-before +after):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"Réunion mercredi"}, texts(r.sim.Posts("facebook", pageID))[:1]); diff != "" {
			t.Errorf("posts (-want +got):\n%s", diff)
		}
		if a := r.send(http.MethodGet, "/_media/"+records[2].Images[0].SHA256, "", nil, nil); a.status != 200 || a.header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("picture: %d %v", a.status, a.header)
		}
		next := r.must(r.graph(http.MethodPost, pageID+"/feed", "message", fmt.Sprint("après ", len(records)),
			"attached_media", `[{"media_fbid":"`+photo+`"}]`))
		if next == id || next == gone {
			t.Errorf("id %s was given twice", next)
		}
		photo = r.must(r.photo(jpegOf(t, 12, 8), "published", "false"))
		records = r.sim.Records()
		if err := r.sim.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDamageInsideTheJournalIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	if err := os.WriteFile(path, []byte("{\"record\":\n{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if sim, err := simulator.New(simulator.Options{JournalPath: path}); err == nil {
		_ = sim.Close()
		t.Error("opened")
	}
}

func TestAccounts(t *testing.T) {
	r := start(t, simulator.Options{})
	for _, spec := range []simulator.AccountSpec{{}, {Network: "facebook"}, {Network: "friendster", ID: "1"}} {
		if err := r.sim.AddAccount(spec); err == nil {
			t.Errorf("added %+v", spec)
		}
	}
	seen := map[string]bool{}
	for _, spec := range r.sim.PracticeAccounts() {
		seen[spec.Network] = true
		if spec.ID == "" || spec.Name == "" || len(spec.Credentials) == 0 {
			t.Errorf("practice account %+v", spec)
		}
	}
	for _, network := range []string{"facebook", "x", "wordpress"} {
		if !seen[network] {
			t.Errorf("no practice account on %s", network)
		}
	}
}

func TestConcurrentCalls(t *testing.T) {
	r := start(t, simulator.Options{JournalPath: filepath.Join(t.TempDir(), "journal.jsonl")})
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 5 {
				if a := post(r, fmt.Sprint(i, j)); a.status != http.StatusOK {
					t.Errorf("%+v", a)
				}
				r.sim.Posts("facebook", pageID)
			}
		})
	}
	group.Wait()
	for i, record := range r.sim.Records() {
		if record.Seq != int64(i+1) {
			t.Fatalf("record %d has number %d", i+1, record.Seq)
		}
	}
	if n := len(r.sim.Posts("facebook", pageID)); n != 40 {
		t.Errorf("%d posts", n)
	}
}
