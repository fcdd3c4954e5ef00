package worker

import (
	"container/heap"
	"context"
	"time"

	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/queue"
	"github.com/crieur/crieur/internal/store"
)

// window is how many deliveries one look into the ledger takes over; the ledger
// keeps the rest. It is small for miniredis, which slows down with its backlog,
// and for crises, which are looked for between two looks.
const window = 1000

const (
	// turn is how long ordinary bells are rung at a stretch: then it is looked
	// whether a crisis came.
	turn = 50 * time.Millisecond
	// crisisRing is how long the broker may take for the bell of a crisis.
	crisisRing = 100 * time.Millisecond
	// awayPause is how long a broker that did not take a bell is not asked.
	awayPause = time.Second
	// ringPatience is the same for any other bell; the queue itself has less.
	ringPatience = time.Second
	// slotPause is how soon a lane that found every slot taken is rung again.
	slotPause = 20 * time.Millisecond
)

// dispatch rings each lane at the hour of its next delivery, until ctx ends.
// Rows are looked for ahead of time and rung by a timer, so that many due at
// one instant start together and none starts early. It looks again at each
// wake-up, at the next due time and at each sweep; a row whose bell went
// unheard is due again after the sweep. Crises are looked for and rung also
// while everything else waits for a slot.
func (w *Worker) dispatch(ctx context.Context) {
	waiting := newAgenda()
	var away time.Duration // the broker is not asked before, in passed time
	var look time.Time     // when the ledger is looked into again
	full := false          // no slot was free for a lane whose hour has come
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		woken := false
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-w.Ledger.Wake():
			woken = true
		}
		select { // the timer does not hide a wake-up
		case <-w.Ledger.Wake():
			woken = true
		default:
		}
		wasFull := full
		now := w.clock.now()
		// What is further away than a sweep was planned by a clock that has been
		// set back since.
		if woken || !look.After(now) || look.After(now.Add(sweep)) {
			// While slots are missing the ledger keeps the rest, so that the
			// agenda does not grow.
			look = w.look(ctx, waiting, full)
		}
		now = w.clock.now()
		next := look
		ring := func(due store.LaneDue) bool { return w.ring(ctx, due, &away) }
		end := w.passed() + turn
		for _, lanes := range []*laneHeap{&waiting.crisis, &waiting.ordinary} {
			full = !waiting.ring(lanes, now, func(due store.LaneDue) (rung, more bool) {
				rung = ring(due)
				return rung, rung && (due.Lane == post.LaneCrisis || w.passed() < end)
			})
			switch {
			case full:
				next = earlier(next, w.clock.now().Add(slotPause))
			case len(*lanes) > 0:
				next = earlier(next, (*lanes)[0].At)
			}
		}
		if wasFull && !full {
			look, next = now, now // what the ledger kept meanwhile
		}
		timer.Reset(min(max(next.Sub(w.clock.now()), 0), sweep))
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// look moves what is due within the horizon from the ledger into the agenda,
// and returns when to look again.
func (w *Worker) look(ctx context.Context, waiting *agenda, onlyCrises bool) time.Time {
	if err := w.clock.sync(ctx); err != nil {
		return w.lookFailed(ctx, err)
	}
	now := w.clock.now()
	failpoint.Hit(failpoint.DispatchBeforeMarking)
	// Crises first, however much else is due; the rest is looked for right after
	// they are rung.
	due, err := w.Ledger.DueCrisisLanes(ctx, now, horizon, sweep, window)
	if err == nil && len(due) == 0 && !onlyCrises && w.mayWork() {
		due, err = w.Ledger.DueLanes(ctx, now, horizon, sweep, window)
	}
	if err != nil {
		return w.lookFailed(ctx, err)
	}
	failpoint.Hit(failpoint.DispatchMarked)
	for _, lane := range due {
		waiting.add(lane)
	}
	if len(due) > 0 {
		return now // the window may have been full
	}
	next := now.Add(sweep)
	later, ok, err := w.Ledger.NextDue(ctx, now.Add(horizon))
	if err != nil {
		return w.lookFailed(ctx, err)
	}
	if ok && later.Add(-horizon).Before(next) {
		next = later.Add(-horizon)
	}
	return next
}

// lookFailed is how a database that is away costs little and is found again
// soon.
func (w *Worker) lookFailed(ctx context.Context, err error) time.Time {
	if ctx.Err() == nil {
		w.Log.WarnContext(ctx, "the ledger cannot be read; looking again in a second", "error", err)
	}
	return w.clock.now().Add(time.Second)
}

// ring rings a lane. When the broker does not take the bell, the lane is
// handed over inside the process, and so are the next ones until away: a broker
// that hangs would hold each of them. false: every slot is taken, ring again.
func (w *Worker) ring(ctx context.Context, due store.LaneDue, away *time.Duration) bool {
	failpoint.Hit(failpoint.DispatchBeforeRing)
	bell := queue.Bell{Work: queue.Work(due.Work), ChannelID: due.ChannelID, Lane: due.Lane, At: due.At}
	if w.passed() >= *away {
		patience := ringPatience
		if due.Lane == post.LaneCrisis {
			patience = crisisRing
		}
		ringing, cancel := context.WithTimeout(ctx, patience)
		err := w.Bells.Ring(ringing, bell)
		cancel()
		if err == nil {
			failpoint.Hit(failpoint.DispatchRung)
			return true
		}
		*away = w.passed() + awayPause
		w.Log.DebugContext(ctx, "the queue is away; working in the process", "error", err)
	}
	slots := w.local
	if due.Lane == post.LaneCrisis {
		slots = w.localCrises
	}
	select {
	case slots <- struct{}{}:
		w.Metrics.bellsLost.Inc()
		w.running.Go(func() {
			defer func() { <-slots }()
			w.handle(ctx, bell)
		})
		return true
	default:
		return false
	}
}

// agenda is what is to be rung and when: crises wait for nothing else.
type agenda struct {
	crisis, ordinary laneHeap
	// known are the bells that stand in the heaps: a row that is looked up
	// again while its bell waits for a slot does not add another.
	known map[bellKey]bool
}

type bellKey struct {
	channelID string
	lane      post.Lane
	work      store.Work
	at        int64
}

func keyOf(due store.LaneDue) bellKey {
	return bellKey{due.ChannelID, due.Lane, due.Work, due.At.UnixMilli()}
}

func newAgenda() *agenda { return &agenda{known: map[bellKey]bool{}} }

func (a *agenda) add(due store.LaneDue) {
	if a.known[keyOf(due)] {
		return
	}
	a.known[keyOf(due)] = true
	lanes := &a.ordinary
	if due.Lane == post.LaneCrisis {
		lanes = &a.crisis
	}
	heap.Push(lanes, due)
}

// ring rings the lanes whose time has come, until one cannot be: false. ring
// also says whether there is time for more.
func (a *agenda) ring(lanes *laneHeap, now time.Time, ring func(store.LaneDue) (rung, more bool)) bool {
	for len(*lanes) > 0 && !(*lanes)[0].At.After(now) {
		due := (*lanes)[0]
		rung, more := ring(due)
		if !rung {
			return false
		}
		heap.Pop(lanes)
		delete(a.known, keyOf(due))
		if !more {
			break
		}
	}
	return true
}

// laneHeap orders lanes by due time.
type laneHeap []store.LaneDue

func (h laneHeap) Len() int           { return len(h) }
func (h laneHeap) Less(i, j int) bool { return h[i].At.Before(h[j].At) }
func (h laneHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *laneHeap) Push(x any) {
	if lane, ok := x.(store.LaneDue); ok {
		*h = append(*h, lane)
	}
}

// Pop implements heap.Interface.
func (h *laneHeap) Pop() any {
	last := len(*h) - 1
	lane := (*h)[last]
	*h = (*h)[:last]
	return lane
}
