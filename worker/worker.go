package worker

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/queue"
	"github.com/crieur/crieur/media"
)

// The clockwork (DESIGN §4): 45 s call < 60 s drain < 65 s asynq < 75 s stop.
const (
	// callTimeout bounds one publication, all its calls together.
	callTimeout = 45 * time.Second
	// crisisTimeout bounds one of an alert.
	crisisTimeout = 30 * time.Second
	// DrainTimeout is how long Run waits for publications under way.
	DrainTimeout = 60 * time.Second
	// leaseFor is how long a claim holds without a sign of life; heartbeat is
	// the time between two signs.
	leaseFor  = 20 * time.Second
	heartbeat = 5 * time.Second
	// horizon is how far ahead due lanes are looked for; sweep is the most that
	// a lost bell costs.
	horizon = 3 * time.Second
	sweep   = 5 * time.Second
	// poisonClaims is how many claims without an outcome make a delivery
	// poison, where it was being sent in each.
	poisonClaims = 3
)

// Opener opens channels and seals renewed credentials.
type Opener interface {
	Open(ctx context.Context, ch post.Channel) (channels.Driver, channels.Channel, error)
	// OpenCrisis is Open for an alert, which shares no connection with others.
	OpenCrisis(ctx context.Context, ch post.Channel) (channels.Driver, channels.Channel, error)
	Seal(ch post.Channel, credentials channels.Credentials) ([]byte, error)
}

// Pictures makes renditions.
type Pictures interface {
	Rendition(ctx context.Context, sha256, contentType string, plan media.Plan) (media.Encoded, error)
	Renditions(ctx context.Context, sha256, contentType string, plans []media.Plan) ([]media.Encoded, error)
	// Verify checks that a stored picture is there and unaltered.
	Verify(ctx context.Context, sha256 string) error
}

// Bells is the doorbell.
type Bells interface {
	Ring(ctx context.Context, bell queue.Bell) error
	Start(handle queue.Handler, slots queue.Slots) error
	Stop()
}

// Deps are the parts of a Worker.
type Deps struct {
	Ledger   Ledger
	Opener   Opener
	Pictures Pictures
	Bells    Bells
	// Kept holds renewed credentials that the ledger does not have yet.
	Kept Kept
	// Journal keeps what leaves outside the ledger and its backups; nil: nothing
	// does.
	Journal SendJournal
	// Siblings tells whose claims need not be waited for; nil: nobody's.
	Siblings Siblings
	Metrics  *Metrics
	// Title is what people call a kind of channel.
	Title func(kind string) string
	// Chores are done at the start and each hour.
	Chores []Chore
	// Instance names this process in the ledger; unique to each start.
	Instance string
	Slots    queue.Slots
	// Breaker says when accounts that answer with faults are left alone; the
	// zero value is post.DefaultBreakerRule.
	Breaker post.BreakerRule
	// Now tells the time that passes: its monotonic reading is used, and never
	// its wall time.
	Now func() time.Time
	Log *slog.Logger
}

// Worker carries deliveries from the ledger to the networks.
type Worker struct {
	Deps
	// passed is the time since the worker was made.
	passed func() time.Duration
	clock  *ledgerClock
	// presentUntil is until when, in passed time, ordinary work may be claimed.
	presentUntil atomic.Int64
	// settleAfter is from when on, in passed time, other workers' claims are
	// judged by the clock, which was just set right.
	settleAfter atomic.Int64
	// pauseSaved: the ledger knows that the clock is paused. Only watchTime and
	// what runs before it use this.
	pauseSaved bool
	renewals   *Renewals
	// suspects lets one delivery at a time through that was cut off twice.
	suspects *semaphore.Weighted
	running  sync.WaitGroup
	holding  holding
	// local runs lanes in the process while the broker is away; localCrises
	// those of crises, which wait for no other.
	local, localCrises chan struct{}
	// calls is cancelled when the drain is over.
	calls       context.Context
	cancelCalls context.CancelFunc
	draining    chan struct{}
}

// New makes a worker.
func New(deps Deps) *Worker {
	start := deps.Now()
	passed := func() time.Duration { return deps.Now().Sub(start) }
	w := &Worker{
		Deps:        deps,
		passed:      passed,
		clock:       newLedgerClock(deps.Ledger, passed),
		local:       make(chan struct{}, deps.Slots.Publish),
		localCrises: make(chan struct{}, deps.Slots.Critical),
		draining:    make(chan struct{}),
		suspects:    semaphore.NewWeighted(1),
	}
	if w.Breaker == (post.BreakerRule{}) {
		w.Breaker = post.DefaultBreakerRule()
	}
	w.renewals = NewRenewals(RenewalDeps{
		Ledger: deps.Ledger, Opener: deps.Opener, Kept: deps.Kept, Instance: deps.Instance, Now: w.clock.now, Log: deps.Log,
		Paused: func() bool { paused, _ := w.clock.state(); return paused },
	})
	w.calls, w.cancelCalls = context.WithCancel(context.Background())
	return w
}

// Run works until ctx ends, then drains: nothing new is claimed, and what is
// under way has DrainTimeout to end. What remains then is cut off; its outcome
// is read back by the next start.
func (w *Worker) Run(ctx context.Context) error {
	defer w.cancelCalls()
	if err := w.arrive(ctx); err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	w.endDead(ctx)
	w.settleExpired(ctx)
	if err := w.Bells.Start(w.handle, w.Slots); err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	var services sync.WaitGroup
	// The heartbeat goes on through the drain: its leases are alive.
	beating, stopBeating := context.WithCancel(context.WithoutCancel(ctx))
	services.Go(func() { w.beat(beating) })
	services.Go(func() { w.watchTime(ctx) })
	services.Go(func() { w.tidy(ctx) })
	services.Go(func() { w.watchBreakers(ctx) })
	services.Go(func() { w.renewals.Run(ctx) })
	services.Go(func() { w.lookAhead(ctx) })
	w.dispatch(ctx)

	close(w.draining)
	w.Bells.Stop()
	w.drain()
	stopBeating()
	services.Wait()
	return nil
}

func (w *Worker) drain() {
	done := make(chan struct{})
	go func() {
		w.running.Wait()
		close(done)
	}()
	timer := time.NewTimer(DrainTimeout)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		w.Log.Warn("publications still under way at the end of the drain are cut off; they will be read back")
		w.cancelCalls()
		<-done
	}
}

func (w *Worker) isDraining() bool {
	select {
	case <-w.draining:
		return true
	default:
		return false
	}
}

// handle answers one bell. It is called by the queue and, while the broker is
// away, by the dispatcher.
func (w *Worker) handle(_ context.Context, bell queue.Bell) {
	w.running.Add(1)
	defer w.running.Done()
	// The queue's own context is not used: losing a task's lease must not cut
	// off a publication, whose lease is in the ledger.
	ctx := w.calls
	defer func() {
		if r := recover(); r != nil {
			w.Log.ErrorContext(ctx, "panic outside a publication", "work", bell.Work, "panic", r, "stack", string(debug.Stack()))
		}
	}()
	switch bell.Work {
	case queue.Publish:
		w.publishLane(ctx, bell)
	case queue.Reconcile:
		w.reconcileLane(ctx, bell)
	case queue.Prepare:
		w.prepare(ctx, bell)
	}
}
