package worker_test

import (
	"context"
	"log/slog"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/journal"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/queue"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
	"github.com/crieur/crieur/worker"
)

// meteredSquare is a square that allows each account some calls in a window and
// says so, and whose accounts can be down.
type meteredSquare struct {
	opener
	ledger *store.Store
	// limit is the allowance of a window; 0: none is told.
	limit  int
	window time.Duration

	mu    sync.Mutex
	since map[string]time.Time
	used  map[string]int
	// over counts calls that the network had to refuse.
	over int
	down map[string]bool
	// tried and read count publications and checks by account.
	tried map[string]int
	read  map[string]int
}

func newMeteredSquare(ledger *store.Store) *meteredSquare {
	return &meteredSquare{
		opener: opener{newSquare()}, ledger: ledger,
		since: map[string]time.Time{}, used: map[string]int{}, down: map[string]bool{}, tried: map[string]int{}, read: map[string]int{},
	}
}

func (m *meteredSquare) Open(_ context.Context, ch post.Channel) (channels.Driver, channels.Channel, error) {
	return m.square, &meteredStall{stall: stall{m.square, ch.ID}, meter: m}, nil
}

func (m *meteredSquare) OpenCrisis(ctx context.Context, ch post.Channel) (channels.Driver, channels.Channel, error) {
	return m.Open(ctx, ch)
}

func (m *meteredSquare) set(channelID string, down bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down[channelID] = down
}

func (m *meteredSquare) counts(channelID string) (tried, read, over int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tried[channelID], m.read[channelID], m.over
}

type meteredStall struct {
	stall
	meter *meteredSquare
}

func (c *meteredStall) Check(context.Context) (channels.Health, error) {
	m := c.meter
	m.mu.Lock()
	defer m.mu.Unlock()
	m.read[c.id]++
	if m.down[c.id] {
		return channels.Health{}, networkError(channels.Temporary)
	}
	return channels.Health{AccountID: c.id}, nil
}

func (c *meteredStall) Publish(ctx context.Context, r channels.Rendered, a channels.Attempt) (channels.Receipt, error) {
	if err := c.spend(ctx); err != nil {
		return channels.Receipt{}, err
	}
	return c.stall.Publish(ctx, r, a)
}

func (c *meteredStall) spend(ctx context.Context) error {
	m := c.meter
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tried[c.id]++
	if m.down[c.id] {
		return networkError(channels.Temporary)
	}
	if m.limit == 0 {
		return nil
	}
	now := clock.Now()
	if now.Sub(m.since[c.id]) >= m.window {
		m.since[c.id], m.used[c.id] = now, 0
	}
	reset := m.since[c.id].Add(m.window)
	if m.used[c.id] >= m.limit {
		m.over++
		e := networkError(channels.RateLimited)
		e.RetryAt = reset
		return e
	}
	m.used[c.id]++
	return m.ledger.SaveBudgets(ctx, c.id, []post.Budget{
		{Bucket: "cries", Total: m.limit, Remaining: m.limit - m.used[c.id], ResetsAt: reset, SeenAt: now},
	})
}

// perform starts a worker over a metered square.
func perform(t *testing.T, m *meteredSquare, rule post.BreakerRule, slots queue.Slots, deaf bool) {
	t.Helper()
	performWith(t, m, rule, slots, deaf, nil)
}

func performWith(t *testing.T, m *meteredSquare, rule post.BreakerRule, slots queue.Slots, deaf bool, sendings worker.SendJournal) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	q, err := queue.Open("", log)
	storetest.Must(t, err)
	var bells worker.Bells = q
	if deaf {
		bells = deafBells{q}
	}
	w := worker.New(worker.Deps{
		Ledger: m.ledger, Opener: m, Pictures: noPictures{}, Bells: bells, Kept: keptIn(t), Journal: sendings, Breaker: rule,
		Metrics: worker.NewMetrics(prometheus.NewRegistry()), Title: func(string) string { return "La place" },
		Instance: store.NewID(), Slots: slots, Now: clock.Now, Log: log,
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		storetest.Must(t, <-ended)
		storetest.Must(t, q.Close())
	})
}

// crisis saves a delivery in the crisis lane, due now.
func crisis(t *testing.T, w *storetest.World, ch post.Channel) post.Delivery {
	t.Helper()
	p := w.Draft(post.Scheduled, clock.Now(), ch)
	p.Deliveries[0].Lane = post.LaneCrisis
	return w.Save(t, p).Deliveries[0]
}

// Nothing is sent that the network would refuse, the last fifth is a crisis's,
// and what waits costs no claim each.
func TestTheReserveIsForCrises(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		ledger := e.Open(t)
		world := storetest.NewWorld(t, ledger, 2)
		ch := world.Channels[0]
		m := newMeteredSquare(ledger)
		m.limit, m.window = 10, 4*time.Second
		const due, spendable = 16, 7 // three calls of ten are kept
		var all []post.Delivery
		now := clock.Now()
		for range due {
			all = append(all, world.Scheduled(t, now, ch))
		}
		perform(t, m, post.BreakerRule{}, queue.Slots{Critical: 5, Publish: 50, Media: 1}, false)
		waiting := until(t, world, all[due-1].ID, post.Retrying)
		if f := waiting.Failure; f == nil || f.Kind != string(channels.RateLimited) || f.Message == "" || f.NextStep == "" || waiting.Attempts != 0 {
			t.Errorf("it waits with %+v after %d attempts", f, waiting.Attempts)
		}
		if tried, _, _ := m.counts(ch.ID); tried != spendable {
			t.Errorf("%d calls before the window was over, want %d", tried, spendable)
		}
		until(t, world, crisis(t, world, ch).ID, post.Sent)
		until(t, world, world.Scheduled(t, clock.Now(), world.Channels[1]).ID, post.Sent)
		claims := int64(0)
		for _, d := range all {
			got := until(t, world, d.ID, post.Sent)
			claims += got.Epoch
			if got.Attempts != 1 {
				t.Errorf("%d attempts", got.Attempts)
			}
		}
		if _, _, over := m.counts(ch.ID); over != 0 {
			t.Errorf("the network had to refuse %d calls", over)
		}
		if waits := claims - due; waits < 1 || waits > 6 {
			t.Errorf("%d claims in vain for two waits", waits)
		}
	})
}

// An account that is down is read and not tried; what is due waits, except for
// one try of a crisis; when it is back all of it leaves.
func TestABrokenAccountIsReadAndNotTried(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		ledger := e.Open(t)
		world := storetest.NewWorld(t, ledger, 2)
		broken, healthy := world.Channels[0], world.Channels[1]
		m := newMeteredSquare(ledger)
		m.set(broken.ID, true)
		rule := post.BreakerRule{Troubles: 3, Window: time.Minute, Accounts: 2, FirstProbe: time.Second, ProbeEvery: 2 * time.Second}
		var all []post.Delivery
		now := clock.Now()
		for range 8 {
			all = append(all, world.Scheduled(t, now, broken))
		}
		began := clock.Now()
		perform(t, m, rule, queue.Slots{Critical: 5, Publish: 50, Media: 1}, false)
		last := until(t, world, all[7].ID, post.Retrying)
		if last.Failure == nil || last.Failure.Code != "breaker" || last.Attempts != 0 {
			t.Errorf("it waits with %+v after %d attempts", last.Failure, last.Attempts)
		}
		if tried, _, _ := m.counts(broken.ID); tried != rule.Troubles {
			t.Errorf("tried %d times, want %d", tried, rule.Troubles)
		}
		until(t, world, world.Scheduled(t, clock.Now(), healthy).ID, post.Sent)
		alarm := until(t, world, crisis(t, world, broken).ID, post.Retrying)
		if alarm.Attempts != 1 {
			t.Errorf("a crisis was tried %d times", alarm.Attempts)
		}
		notices, err := ledger.OpenNotices(t.Context())
		storetest.Must(t, err)
		if notices == 0 {
			t.Error("nobody is told")
		}
		tooLate := world.Scheduled(t, clock.Now().Add(-post.DefaultMaxLateness+2*time.Second), broken)
		until(t, world, tooLate.ID, post.Missed)
		if tried, _, _ := m.counts(broken.ID); tried != rule.Troubles+1 {
			t.Errorf("tried %d times while it was down, want %d and one for the crisis", tried, rule.Troubles)
		}
		open, err := ledger.OpenBreakers(t.Context())
		storetest.Must(t, err)
		if len(open) != 1 || open[0].ChannelID != broken.ID {
			t.Fatalf("%+v", open)
		}
		_, read, _ := m.counts(broken.ID)
		if most := int(clock.Now().Sub(began)/rule.ProbeEvery) + 1; read < 1 || read > most {
			t.Errorf("read %d times, want one to %d", read, most)
		}

		m.set(broken.ID, false)
		for _, d := range append(all, alarm) {
			until(t, world, d.ID, post.Sent)
		}
		if open, err = ledger.OpenBreakers(t.Context()); err != nil || len(open) != 0 {
			t.Errorf("still open: %+v, %v", open, err)
		}
	})
}

// Without a broker too, a crisis waits for no ordinary publication.
func TestCrisesHaveSlotsOfTheirOwnWithoutABroker(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 30)
	m := newMeteredSquare(ledger)
	gate := make(chan struct{})
	m.square.plans = []plan{{accept: true, gate: gate}}
	first := world.Scheduled(t, clock.Now(), world.Channels[0])
	perform(t, m, post.BreakerRule{}, queue.Slots{Critical: 1, Publish: 1, Media: 1}, true)
	<-m.square.entered
	var all []post.Delivery
	for _, ch := range world.Channels[1:] {
		all = append(all, world.Scheduled(t, clock.Now(), ch))
	}
	until(t, world, crisis(t, world, world.Channels[0]).ID, post.Sent)
	if got := world.Read(t, all[0].ID); got.State != post.Scheduled {
		t.Errorf("the only slot is taken, and yet another delivery is %s", got.State)
	}
	close(gate)
	for _, d := range append(all, first) {
		until(t, world, d.ID, post.Sent)
	}
}

// fullDisk is a send journal without room.
type fullDisk struct{}

func (fullDisk) Start(journal.Entry) error { return syscall.ENOSPC }
func (fullDisk) End(journal.Entry)         {}

// A full disk of ours is no trouble of the network's: its breaker stays closed,
// and nobody is told that the network is down.
func TestOurOwnFailuresOpenNoBreaker(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 1)
	world.Now = clock.Now()
	ch := world.Channels[0]
	var ids []string
	for range 4 {
		ids = append(ids, world.Scheduled(t, clock.Now(), ch).ID)
	}
	rule := post.BreakerRule{Troubles: 2, Window: time.Minute, Accounts: 2, FirstProbe: time.Minute, ProbeEvery: time.Minute}
	performWith(t, newMeteredSquare(ledger), rule, queue.Slots{Critical: 1, Publish: 10, Media: 1}, false, fullDisk{})
	for _, id := range ids {
		d := until(t, world, id, post.Retrying)
		if d.Failure == nil || d.Failure.Code != "journal" {
			t.Errorf("%+v", d.Failure)
		}
	}
	if open, err := ledger.OpenBreakers(t.Context()); err != nil || len(open) != 0 {
		t.Errorf("open breakers: %+v, %v", open, err)
	}
}
