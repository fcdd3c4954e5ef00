package worker_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/kept"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/secret"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
	"github.com/crieur/crieur/worker"
)

// mint is a network whose refresh tokens work once: to use one again kills
// what came of it.
type mint struct {
	mu sync.Mutex
	// current is the living token of a channel; none: its family is dead.
	current map[string]string
	// given counts tokens.
	given int
	// mistakes are refusals that change nothing.
	mistakes int
	now      func() time.Time
}

func newMint(world *storetest.World, now func() time.Time) *mint {
	m := &mint{current: map[string]string{}, now: now}
	for _, ch := range world.Channels {
		m.current[ch.ID] = string(ch.Sealed)
	}
	return m
}

func (m *mint) dead() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, token := range m.current {
		if token == "" {
			n++
		}
	}
	return n
}

func (m *mint) renew(channelID, token string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.mistakes > 0 {
		m.mistakes--
		return "", networkError(channels.Auth)
	}
	if m.current[channelID] != token {
		m.current[channelID] = ""
		return "", networkError(channels.Auth)
	}
	m.given++
	m.current[channelID] = fmt.Sprintf("token-%d", m.given)
	return m.current[channelID], nil
}

// OpenCrisis implements worker.Opener.
func (m *mint) OpenCrisis(ctx context.Context, ch post.Channel) (channels.Driver, channels.Channel, error) {
	return m.Open(ctx, ch)
}

// Open implements worker.Opener; what is sealed is the token itself.
func (m *mint) Open(_ context.Context, ch post.Channel) (channels.Driver, channels.Channel, error) {
	return newSquare(), purse{m, ch.ID, string(ch.Sealed)}, nil
}

func (*mint) Seal(_ post.Channel, c channels.Credentials) ([]byte, error) {
	return []byte(c["token"].Reveal()), nil
}

type purse struct {
	mint      *mint
	id, token string
}

func (p purse) Check(context.Context) (channels.Health, error) { return channels.Health{}, nil }

func (p purse) Publish(context.Context, channels.Rendered, channels.Attempt) (channels.Receipt, error) {
	return channels.Receipt{}, errors.New("nothing is published here")
}

func (p purse) Renew(context.Context) (channels.Credentials, time.Time, error) {
	token, err := p.mint.renew(p.id, p.token)
	if err != nil {
		return nil, time.Time{}, err
	}
	return channels.Credentials{"token": secret.New(token)}, p.mint.now().Add(2 * time.Hour), nil
}

// hands is a clock that tests move.
type hands struct{ ahead atomic.Int64 }

func (h *hands) now() time.Time { return clock.Now().Add(time.Duration(h.ahead.Load())) }

func (h *hands) move(d time.Duration) { h.ahead.Add(int64(d)) }

// awayLedger does not take renewed credentials while away is set.
type awayLedger struct {
	*store.Store
	away atomic.Bool
}

func (l *awayLedger) SaveRenewal(ctx context.Context, channelID string, epoch int64, sealed []byte, expires time.Time) error {
	if l.away.Load() {
		return errors.New("the database is away")
	}
	return l.Store.SaveRenewal(ctx, channelID, epoch, sealed, expires)
}

func renewals(ledger worker.RenewalLedger, m *mint, h *hands, folder *kept.Folder) *worker.Renewals {
	return worker.NewRenewals(worker.RenewalDeps{
		Ledger: ledger, Opener: m, Kept: folder, Instance: store.NewID(), Now: h.now, Log: slog.New(slog.DiscardHandler),
	})
}

// endSoon makes the credentials of every channel end soon.
func endSoon(t testing.TB, world *storetest.World, h *hands) {
	t.Helper()
	for i := range world.Channels {
		ch := world.Channels[i]
		ch.CredentialsExpireAt = h.now().Add(20 * time.Minute)
		storetest.Must(t, world.Store.UpdateChannel(t.Context(), ch))
	}
}

func channelNow(t testing.TB, world *storetest.World) post.Channel {
	t.Helper()
	ch, err := world.Store.ChannelByID(t.Context(), world.Channels[0].ID)
	storetest.Must(t, err)
	return ch
}

// However many workers look, each end of credentials is met by one renewal.
func TestOneRenewalForEachEnd(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		const accounts, workers, ends = 20, 10, 3
		ledger := e.Open(t)
		world := storetest.NewWorld(t, ledger, accounts)
		var h hands
		m := newMint(world, h.now)
		endSoon(t, world, &h)
		all := make([]*worker.Renewals, workers)
		for i := range all {
			all[i] = renewals(ledger, m, &h, keptIn(t))
		}
		for n := range ends {
			var together sync.WaitGroup
			for _, r := range all {
				together.Go(func() {
					for range 2 {
						r.Sweep(t.Context())
					}
				})
			}
			together.Wait()
			if want := accounts * (n + 1); m.given != want || m.dead() != 0 {
				t.Fatalf("%d renewals, want %d; %d families are dead", m.given, want, m.dead())
			}
			h.move(85 * time.Minute)
		}
	})
}

// The network has answered and the ledger is away, until the process ends: the
// next one hands over what was kept.
func TestRenewedCredentialsOutliveAnAbsentLedger(t *testing.T) {
	t.Parallel()
	ledger := &awayLedger{Store: storetest.Open(t)}
	world := storetest.NewWorld(t, ledger.Store, 1)
	var h hands
	m := newMint(world, h.now)
	endSoon(t, world, &h)
	folder := keptIn(t)
	ledger.away.Store(true)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		renewals(ledger, m, &h, folder).Sweep(ctx)
	}()
	untilKept(t, folder)
	next := renewals(ledger, m, &h, folder)
	if waiting := next.Sweep(t.Context()); waiting != 1 {
		t.Errorf("%d credentials wait, want 1", waiting)
	}
	ledger.away.Store(false)
	if waiting := next.Sweep(t.Context()); waiting != 0 {
		t.Errorf("%d credentials still wait", waiting)
	}
	cancel()
	<-ended
	if got := channelNow(t, world); string(got.Sealed) != m.current[got.ID] || m.given != 1 || m.dead() != 0 {
		t.Errorf("the ledger has %q, the network %q after %d renewals", got.Sealed, m.current[got.ID], m.given)
	}
	if all, err := folder.All(); len(all) != 0 || err != nil {
		t.Errorf("still kept: %v, %v", all, err)
	}
}

func untilKept(t testing.TB, folder *kept.Folder) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(30 * time.Second)
	for {
		if all, err := folder.All(); err == nil && len(all) == 1 {
			return
		}
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatal("nothing was kept")
		}
	}
}

// What people entered by hand meanwhile stays.
func TestKeptCredentialsDoNotReplaceNewerOnes(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 1)
	var h hands
	m := newMint(world, h.now)
	ch := channelNow(t, world)
	epoch, ok, err := ledger.LeaseRenewal(t.Context(), ch.ID, "dead", ch.RenewalEpoch, h.now(), time.Minute)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	folder := keptIn(t)
	storetest.Must(t, folder.Put(kept.Credentials{ChannelID: ch.ID, Epoch: epoch, Sealed: []byte("kept")}))
	byHand := channelNow(t, world)
	byHand.Sealed = []byte("by hand")
	storetest.Must(t, ledger.UpdateChannel(t.Context(), byHand))
	if waiting := renewals(ledger, m, &h, folder).Sweep(t.Context()); waiting != 0 {
		t.Errorf("%d wait", waiting)
	}
	if got := string(channelNow(t, world).Sealed); got != "by hand" {
		t.Errorf("the ledger has %q", got)
	}
}

// A process died with the answer in its memory: the account must be connected
// again, and that is known at once and not at the hour of a post.
func TestARenewalThatWasCutOffIsFoundOut(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 1)
	var h hands
	m := newMint(world, h.now)
	endSoon(t, world, &h)
	ch := channelNow(t, world)
	if _, ok, err := ledger.LeaseRenewal(t.Context(), ch.ID, "dead", ch.RenewalEpoch, h.now(), time.Minute); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, err := m.renew(ch.ID, string(ch.Sealed)); err != nil {
		t.Fatal(err)
	}
	next := renewals(ledger, m, &h, keptIn(t))
	next.Sweep(t.Context())
	if got := channelNow(t, world); got.Status != post.ChannelConnected {
		t.Errorf("%s while the lease holds", got.Status)
	}
	h.move(30 * time.Second)
	next.Sweep(t.Context())
	if got := channelNow(t, world); got.Status != post.ChannelNeedsReauth || got.Failure == nil || got.Failure.NextStep == "" {
		t.Errorf("%s, %+v", got.Status, got.Failure)
	}
}

// One refusal without a reason may be the network's mistake; two are not.
func TestOneRefusalIsAskedAgain(t *testing.T) {
	t.Parallel()
	for mistakes, want := range map[int]post.ChannelStatus{1: post.ChannelConnected, 2: post.ChannelNeedsReauth} {
		t.Run(fmt.Sprint(mistakes), func(t *testing.T) {
			t.Parallel()
			ledger := storetest.Open(t)
			world := storetest.NewWorld(t, ledger, 1)
			var h hands
			m := newMint(world, h.now)
			m.mistakes = mistakes
			endSoon(t, world, &h)
			r := renewals(ledger, m, &h, keptIn(t))
			for range 3 { // no sooner than after a minute
				r.Sweep(t.Context())
				if got := channelNow(t, world); got.Status != post.ChannelConnected || m.given != 0 {
					t.Fatalf("%s after %d renewals", got.Status, m.given)
				}
			}
			h.move(time.Minute + time.Second)
			r.Sweep(t.Context())
			got := channelNow(t, world)
			if got.Status != want || (got.Failure == nil) != (want == post.ChannelConnected) || m.given != 2-mistakes {
				t.Errorf("%s, %+v after %d renewals", got.Status, got.Failure, m.given)
			}
		})
	}
}
