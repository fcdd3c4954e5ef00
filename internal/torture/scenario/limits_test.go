//go:build torture

package scenario

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/testrig"
)

const (
	// perWindow is the allowance of the limited account in T32, window how long
	// it lasts there: an hour would be, to a test, for ever.
	perWindow = 25
	window    = 10 * time.Second
	// downFor is how long the broken account of T32 is down: two readings after
	// its breaker, and part of the time to a third.
	downFor = 140 * time.Second
	// oneReading is how close together requests are that are one reading.
	oneReading = 5 * time.Second
	// crisisStarts is how soon a crisis's first call must leave.
	crisisStarts = 2 * time.Second
)

// gatehouse stands before the networks and notes who calls.
type gatehouse struct {
	url string

	mu sync.Mutex
	// refused counts answers 429; asked is when "who am I" was asked, by token.
	refused int
	asked   map[string][]time.Time
	// named is when a reference was first in a request.
	named map[string]time.Time
}

func (in *installation) gatehouse() *gatehouse {
	in.t.Helper()
	g := &gatehouse{asked: map[string][]time.Time{}, named: map[string]time.Time{}}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the caller is gone
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		g.note(r, string(body))
		in.networks.ServeHTTP(&watchedWriter{ResponseWriter: w, gatehouse: g}, r)
	}))
	in.t.Cleanup(func() {
		front.CloseClientConnections()
		front.Close()
	})
	g.url = front.URL
	return g
}

func (g *gatehouse) note(r *http.Request, body string) {
	now := time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	if strings.HasSuffix(r.URL.Path, "/users/me") {
		who := r.Header.Get("Authorization")
		if i := strings.Index(who, `oauth_token="`); i >= 0 {
			who, _, _ = strings.Cut(who[i+len(`oauth_token="`):], `"`)
		}
		g.asked[who] = append(g.asked[who], now)
	}
	if reference := anyReference.FindString(body); reference != "" && r.Method == http.MethodPost {
		if _, ok := g.named[reference]; !ok {
			g.named[reference] = now
		}
	}
}

func (g *gatehouse) called(reference string) (time.Time, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	at, ok := g.named[reference]
	return at, ok
}

// watchedWriter counts refusals; it hands the connection through, which faults
// break.
type watchedWriter struct {
	http.ResponseWriter
	gatehouse *gatehouse
}

func (w *watchedWriter) WriteHeader(status int) {
	if status == http.StatusTooManyRequests {
		w.gatehouse.mu.Lock()
		w.gatehouse.refused++
		w.gatehouse.mu.Unlock()
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// alarm puts a delivery into the crisis lane of an account, due now, made like
// one that is there. It goes through the ledger: it stands for whatever way a
// crisis message takes to it.
func (in *installation) alarm(like *expectation) (*expectation, time.Time) {
	in.t.Helper()
	ctx := in.t.Context()
	cfg := store.Config{Dir: filepath.Join(in.dir, "data"), Guest: true, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	if in.postgres != nil {
		cfg.URL = in.postgres.URL()
	}
	ledger, err := store.Open(ctx, cfg)
	if err != nil {
		in.t.Fatal(err)
	}
	defer func() {
		if err := ledger.Close(); err != nil {
			in.t.Error(err)
		}
	}()
	ch, err := ledger.ChannelByID(ctx, like.account.ID)
	if err != nil {
		in.t.Fatal(err)
	}
	p, err := ledger.Post(ctx, ch.CommuneID, like.postID)
	if err != nil {
		in.t.Fatal(err)
	}
	in.mu.Lock()
	in.posts++
	reference := fmt.Sprintf("VAL%06d", in.posts)
	in.mu.Unlock()
	now := time.Now().Truncate(time.Millisecond)
	p.ID, p.Key, p.Version = store.NewID(), "alarm-"+reference, 1
	p.Content.Title = strings.ReplaceAll(p.Content.Title, like.reference, reference)
	p.Content.Text = strings.ReplaceAll(p.Content.Text, like.reference, reference)
	p.Schedule = post.Schedule{Mode: post.ModeNow, DueAt: now}
	p.CreatedAt, p.UpdatedAt = now, now
	i := slices.IndexFunc(p.Deliveries, func(d post.Delivery) bool { return d.ChannelID == ch.ID })
	model := p.Deliveries[i]
	p.Deliveries = []post.Delivery{{
		ID: store.NewID(), CommuneID: ch.CommuneID, PostID: p.ID, ChannelID: ch.ID, Kind: ch.Kind, PostVersion: 1,
		State: post.Scheduled, Lane: post.LaneCrisis, DueAt: now, NextAt: now, MaxLateness: model.MaxLateness,
		Rendered:    []byte(strings.ReplaceAll(string(model.Rendered), like.reference, reference)),
		Fingerprint: model.Fingerprint, UpdatedAt: now,
	}}
	began := time.Now()
	if err := ledger.CreatePost(ctx, p); err != nil {
		in.t.Fatal(err)
	}
	if in.postgres == nil {
		// PostgreSQL tells the other processes of a change; beside SQLite there
		// are none but this test. A post of tomorrow wakes the dispatcher, as the
		// alarm would that is saved by the program itself.
		in.createAt(map[string]any{"title": "Demain", "text": "Demain.", "channels": []string{like.account.ID}}, now.Add(24*time.Hour), &seenPost{})
	}
	e := &expectation{account: like.account, reference: reference, postID: p.ID, want: 1}
	e.seen.ID, e.seen.DueAt = p.Deliveries[0].ID, &p.Deliveries[0].DueAt
	in.mu.Lock()
	in.expected = append(in.expected, e)
	in.mu.Unlock()
	return e, began
}

// alarmStarts raises an alarm and returns how long its first call took.
func (in *installation) alarmStarts(g *gatehouse, like *expectation) (*expectation, time.Duration) {
	in.t.Helper()
	e, began := in.alarm(like)
	testrig.Eventually(in.t, time.Minute, "the crisis's call", func() bool {
		_, ok := g.called(e.reference)
		return ok
	})
	at, _ := g.called(e.reference)
	return e, at.Sub(began)
}

// TestT32Limits lets far more come due on one account than its network allows,
// and takes another account down meanwhile: nothing is sent that the network
// would refuse, a crisis passes, the broken account is read once a minute, and
// the others notice nothing.
func TestT32Limits(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		g := in.gatehouse()
		in.start(withEnv("CRIEUR_X_API_URL", g.url+"/x"))
		limited := in.connect(1, "x", func(i int, spec *simulator.AccountSpec) {
			spec.ID = fmt.Sprintf("18%017d", i)
			spec.Traits = map[string]string{
				"username": fmt.Sprintf("limite%d", i), "posts_per_window": fmt.Sprint(perWindow), "window_seconds": fmt.Sprint(int(window / time.Second)),
			}
			spec.Credentials = map[string]string{
				"consumer_key": "consumer", "consumer_secret": "consumer-secret",
				"access_token": "access-" + spec.ID, "access_token_secret": "secret-" + spec.ID,
			}
		})[0]
		broken := in.profiles(1)[0]
		others := in.pages(10)

		const length = 30 * time.Second
		each := size(200)
		calm := in.spread(others, each, time.Now().Add(5*time.Second), length)
		if !in.settleThese(calm, 2*time.Minute) {
			t.Fatal("not settled in two minutes without any trouble")
		}
		quiet := percentile(in.lateness(), 0.99)

		due := size(500)
		start := time.Now().Add(10*time.Second + time.Duration(due)*50*time.Millisecond)
		busy := in.announceEach([]account{limited}, due, func(_ int, d *draft) { d.due = start })
		dead := in.announceEach([]account{broken}, 20, func(_ int, d *draft) { d.due = start })
		in.plan(simulator.Fault{Network: "x", Account: broken.id, Effect: simulator.EffectReset, Times: -1})
		troubled := in.spread(others, each, start, length)
		<-time.After(time.Until(start.Add(window / 2)))
		_, took := in.alarmStarts(g, busy[0])
		if took > crisisStarts {
			t.Errorf("the crisis of the limited account started after %s", took)
		}
		if !in.settleThese(troubled, 2*time.Minute) {
			t.Error("the other accounts are not settled in two minutes")
		}
		<-time.After(time.Until(start.Add(downFor)))
		in.networks.ClearFaults()
		back := time.Now()
		// What its first troubles left unclear is proved absent in three minutes,
		// and leaves a minute apart because it is late by then.
		if !in.settleThese(dead, 15*time.Minute) {
			t.Error("the account that came back is not settled in a quarter of an hour")
		}
		recovery := time.Since(back)
		if !in.settleThese(busy, 10*time.Minute) {
			t.Error("the limited account is not settled in ten minutes")
		}

		r := in.judge()
		r.Runs, r.Recovery = 1, recovery
		if most := due / 100; g.refused > most {
			t.Errorf("%d calls of %d were over the limit, want at most %d", g.refused, due, most)
		}
		probes := g.probes("access-"+broken.id, start, back)
		if most := int(back.Sub(start)/time.Minute) + 1; len(probes) > most {
			t.Errorf("the broken account was read %d times, want at most %d", len(probes), most)
		}
		for i, at := range probes {
			t.Logf("reading %d, %s after the start", i+1, at.Sub(start).Round(time.Millisecond))
			if i > 0 && at.Sub(probes[i-1]) < time.Minute-time.Second {
				t.Errorf("reading %d is %s after the one before", i+1, at.Sub(probes[i-1]))
			}
		}
		loud := percentile(in.latenessAmong(troubled), 0.99)
		if loud > quiet*11/10+100*time.Millisecond {
			t.Errorf("p99 of the others %s, and %s without trouble", loud, quiet)
		}
		if most := in.mostInAWindow(busy); most > perWindow*4/5 {
			t.Errorf("%d ordinary posts in one window: the reserve was used", most)
		}
		r.Note = fmt.Sprintf("%d over the limit, %d probes in %s, crisis after %s, others' p99 %s and %s", g.refused, len(probes),
			back.Sub(start).Round(time.Second), took.Round(time.Millisecond), quiet.Round(time.Millisecond), loud.Round(time.Millisecond))
		report(t, s, r)
	})
}

// probes is when an account was read while it was down. A reading may be more
// than one request: net/http sends a GET again at once when the connection, which
// it had kept from an earlier call, is reset.
func (g *gatehouse) probes(token string, from, until time.Time) []time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	var readings []time.Time
	var last time.Time
	for _, at := range g.asked[token] {
		if at.After(from) && at.Before(until) && at.Sub(last) > oneReading {
			readings = append(readings, at)
		}
		last = at
	}
	return readings
}

// latenessAmong is lateness of some.
func (in *installation) latenessAmong(list []*expectation) []time.Duration {
	in.t.Helper()
	journal := in.acceptedPosts()
	var all []time.Duration
	for _, e := range list {
		if a := journal[place{e.account.network, e.account.id, e.reference}]; a.times > 0 && e.seen.DueAt != nil {
			all = append(all, a.first.Sub(*e.seen.DueAt))
		}
	}
	return all
}

// mostInAWindow is how many of some posts were accepted in one window, which
// begins with the first post after the one before.
func (in *installation) mostInAWindow(list []*expectation) int {
	in.t.Helper()
	journal := in.acceptedPosts()
	var at []time.Time
	for _, e := range list {
		if a := journal[place{e.account.network, e.account.id, e.reference}]; a.times > 0 {
			at = append(at, a.first)
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	most, n := 0, 0
	var began time.Time
	for _, t := range at {
		if t.Sub(began) >= window {
			began, n = t, 0
		}
		n++
		most = max(most, n)
	}
	return most
}

// TestT34CrisisFirst lets thousands of deliveries wait, on slow networks and on
// one account that takes half a minute a call, and measures how soon a crisis's
// call leaves on an account among them and on the slow one.
func TestT34CrisisFirst(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		g := in.gatehouse()
		in.start(withEnv("CRIEUR_FACEBOOK_GRAPH_URL", g.url+"/facebook"))
		accounts := in.pages(20)
		slow := accounts[0]
		in.plan(simulator.Fault{Network: "facebook", Account: slow.id, Operation: "post", Effect: simulator.EffectDelay, Delay: 30 * time.Second, Times: -1})
		in.plan(simulator.Fault{Network: "facebook", Operation: "post", Effect: simulator.EffectDelay, Delay: time.Second, Times: -1})
		posts := size(10_000 / len(accounts))
		drafts := make([]draft, posts)
		for i := range drafts {
			drafts[i] = draft{accounts: accounts} // due at once: they wait because each account is busy
		}
		waiting := in.announce(drafts...)
		last := waiting[len(waiting)-len(accounts):]
		var alarms []*expectation
		var times []time.Duration
		for _, like := range []*expectation{last[1], last[0], last[2]} {
			e, took := in.alarmStarts(g, like)
			alarms, times = append(alarms, e), append(times, took)
			if took > crisisStarts {
				t.Errorf("a crisis on %s started after %s", e.account.id, took)
			}
		}
		in.networks.ClearFaults()
		if !in.settleThese(alarms, 3*time.Minute) {
			t.Error("the crisis messages are not settled in three minutes")
		}
		if !in.settle(10 * time.Minute) {
			t.Error("what waited is not settled in ten minutes")
		}
		r := in.judge()
		r.Runs = len(alarms)
		r.Note = fmt.Sprintf("%d waiting, started after %s at most", len(waiting), percentile(times, 1).Round(time.Millisecond))
		report(t, s, r)
	})
}
