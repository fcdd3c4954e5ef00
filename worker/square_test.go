package worker_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/kept"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/queue"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
	"github.com/crieur/crieur/media"
	"github.com/crieur/crieur/worker"
)

// square is a small network with state: what was cried on it, and what it is
// told to do with the next calls. It has no key, and can be read back.
type square struct {
	mu sync.Mutex
	// cried counts accepted posts by channel.
	cried map[string]int
	// at is when the creating call of a channel came.
	at map[string]time.Time
	// plans are what the next publications do, first to last.
	plans []plan
	// tried counts publications, and replies are what they answered, by channel.
	tried   map[string]int
	replies map[string][]string
	// renewals counts renewed credentials.
	renewals int
	// entered tells tests that a planned publication waits at its gate.
	entered chan struct{}
}

// plan is what one publication does.
type plan struct {
	// before is returned before the creating call.
	before error
	// accept: the post is accepted although after is returned.
	accept bool
	after  error
	// gate keeps the call until it is closed; where says at which point.
	gate       chan struct{}
	beforeGate bool
	panics     bool
}

func newSquare(plans ...plan) *square {
	return &square{
		cried: map[string]int{}, at: map[string]time.Time{}, tried: map[string]int{}, replies: map[string][]string{},
		plans: plans, entered: make(chan struct{}, 10),
	}
}

func (s *square) next() plan {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.plans) == 0 {
		return plan{accept: true}
	}
	p := s.plans[0]
	s.plans = s.plans[1:]
	return p
}

func (s *square) times(channelID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cried[channelID]
}

// Driver.
func (*square) Info() channels.Info {
	return channels.Info{Kind: "square", Title: "La place", Idempotency: channels.NotIdempotent, ReadBack: channels.ReadBackStrong}
}
func (*square) Limits(channels.Settings) channels.Limits { return channels.Limits{} }
func (*square) Render(m channels.Message, _ channels.Settings) (channels.Rendered, []channels.Issue) {
	return channels.Rendered{Text: m.Text}, nil
}
func (*square) Validate(channels.Rendered, channels.Settings) []channels.Issue { return nil }
func (s *square) Open(a channels.Account, _ channels.Deps) (channels.Channel, error) {
	return &stall{s, a.RemoteID}, nil
}

// stall is a channel on the square.
type stall struct {
	square *square
	id     string
}

func (*stall) Check(context.Context) (channels.Health, error) { return channels.Health{}, nil }

func (c *stall) Publish(ctx context.Context, r channels.Rendered, a channels.Attempt) (channels.Receipt, error) {
	c.square.mu.Lock()
	c.square.tried[c.id]++
	c.square.replies[c.id] = append(c.square.replies[c.id], r.ReplyTo)
	c.square.mu.Unlock()
	p := c.square.next()
	if p.beforeGate {
		c.wait(ctx, p.gate)
	}
	if p.before != nil {
		return channels.Receipt{}, p.before
	}
	if err := a.Creating(ctx); err != nil {
		// A channel cannot know what is wrong on our side.
		return channels.Receipt{}, &channels.Error{Kind: channels.Internal, Op: "square.cry", Code: "square.creating", Err: err}
	}
	if p.gate != nil && !p.beforeGate {
		c.wait(ctx, p.gate)
	}
	if p.accept {
		c.square.mu.Lock()
		c.square.cried[c.id]++
		c.square.at[c.id] = clock.Now()
		c.square.mu.Unlock()
	}
	if p.panics {
		panic("the stall falls over")
	}
	if p.after != nil {
		return channels.Receipt{}, p.after
	}
	return channels.Receipt{RemoteID: "r-" + c.id, URL: "https://square.example/" + c.id}, nil
}

func (c *stall) wait(ctx context.Context, gate chan struct{}) {
	c.square.entered <- struct{}{}
	select {
	case <-gate:
	case <-ctx.Done():
	}
}

func (c *stall) Find(context.Context, channels.Probe) (channels.Finding, error) {
	if n := c.square.times(c.id); n > 0 {
		f := channels.Finding{Receipt: &channels.Receipt{RemoteID: "r-" + c.id, URL: "https://square.example/" + c.id}, Matches: n, Trustworthy: true}
		for i := 1; i < n; i++ {
			f.Doubles = append(f.Doubles, channels.Receipt{RemoteID: fmt.Sprintf("r-%s-%d", c.id, i), URL: fmt.Sprintf("https://square.example/%s/%d", c.id, i)})
		}
		return f, nil
	}
	return channels.Finding{Trustworthy: true}, nil
}

func (c *stall) Renew(context.Context) (channels.Credentials, time.Time, error) {
	c.square.mu.Lock()
	defer c.square.mu.Unlock()
	c.square.renewals++
	return channels.Credentials{}, clock.Now().Add(2 * time.Hour), nil
}

// opener opens stalls: the channel's id is its account.
type opener struct{ square *square }

func (o opener) Open(_ context.Context, ch post.Channel) (channels.Driver, channels.Channel, error) {
	opened, err := o.square.Open(channels.Account{RemoteID: ch.ID}, channels.Deps{})
	return o.square, opened, err
}

func (o opener) OpenCrisis(ctx context.Context, ch post.Channel) (channels.Driver, channels.Channel, error) {
	return o.Open(ctx, ch)
}

func (opener) Seal(post.Channel, channels.Credentials) ([]byte, error) { return []byte("sealed"), nil }

type noPictures struct{}

func (noPictures) Rendition(context.Context, string, string, media.Plan) (media.Encoded, error) {
	return media.Encoded{}, errors.New("no picture here")
}

func (noPictures) Renditions(context.Context, string, string, []media.Plan) ([]media.Encoded, error) {
	return nil, errors.New("no picture here")
}

func (noPictures) Verify(context.Context, string) error { return errors.New("no picture here") }

// deafBells never takes a ring: a broker that is away.
type deafBells struct{ *queue.Queue }

func (deafBells) Ring(context.Context, queue.Bell) error { return errors.New("nobody hears") }

func keptIn(t testing.TB) *kept.Folder {
	t.Helper()
	folder, err := kept.Open(t.TempDir())
	storetest.Must(t, err)
	return folder
}

// scene is a worker that runs over a real ledger and a real queue.
type scene struct {
	*storetest.World
	square *square
	stop   func()
}

// play starts a worker and stops it with the test.
func play(t testing.TB, ledger worker.Ledger, sq *square, redisURL string, deaf bool) *scene {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	q, err := queue.Open(redisURL, log)
	if err != nil {
		t.Fatal(err)
	}
	var bells worker.Bells = q
	if deaf {
		bells = deafBells{q}
	}
	w := worker.New(worker.Deps{
		Ledger: ledger, Opener: opener{sq}, Pictures: noPictures{}, Bells: bells, Kept: keptIn(t),
		Metrics: worker.NewMetrics(prometheus.NewRegistry()), Title: func(kind string) string { return kind },
		Instance: store.NewID(), Slots: queue.Slots{Critical: 5, Publish: 200, Media: 1}, Now: clock.Now, Log: log,
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	var once sync.Once
	s := &scene{square: sq}
	s.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("worker: %v", err)
			}
			if err := q.Close(); err != nil {
				t.Errorf("queue: %v", err)
			}
		})
	}
	t.Cleanup(s.stop)
	return s
}

// until waits for a delivery to reach a state.
func until(t testing.TB, w *storetest.World, id string, state post.State) post.Delivery {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(60 * time.Second)
	for {
		d := w.Read(t, id)
		if d.State == state {
			return d
		}
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("delivery is %s, want %s: %s", d.State, state, fmt.Sprintf("%+v", d))
		}
	}
}
