package standby

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/crisis"
	"github.com/crieur/crieur/internal/journal"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

const (
	// copyEvery is how old the copy gets while nobody changes anything through
	// this process.
	copyEvery = 15 * time.Second
	// settingsEvery is how often the settings of every commune are read again.
	settingsEvery = 4
	// probeEvery is how often the ledger is asked to take a write while an alert
	// is open: nobody else may notice that it does not.
	probeEvery = 2 * time.Second
	// adoptAfter is how long the ledger may be away before the messages that it
	// has and that did not leave are brought to their end from here.
	adoptAfter = 2 * time.Second
	// lookEvery is how often a ledger that is away is asked whether it is back.
	lookEvery = 500 * time.Millisecond
)

// ErrAway: the ledger does not answer, and the copy does not have it either.
var ErrAway = errors.New("the ledger is away")

// away is ErrAway for people.
func away(cause error) error {
	return &post.Problem{
		Kind: post.Unavailable, Code: "ledger_away", Err: errors.Join(ErrAway, cause),
		Detail: "Les données de Crieur ne répondent pas pour le moment. Les alertes partent quand même ; le reste attend. Réessayez dans un instant.",
	}
}

// Truth is what a standby needs of the true ledger beside the ports of the use
// cases.
type Truth interface {
	crisis.Store
	StandbyCopy(ctx context.Context, now time.Time) (store.StandbyCopy, error)
	RecoverAttempt(ctx context.Context, a store.SentAttempt, now time.Time, interrupted func(kind string) post.Failure) (post.Delivery, error)
	BringBroadcast(ctx context.Context, b post.Broadcast, p post.Post, entry post.RegisterEntry) (post.Broadcast, error)
	BringMessage(ctx context.Context, communeID string, m post.BroadcastMessage, p post.Post, entry post.RegisterEntry) (post.Broadcast, error)
	ProbeWrite(ctx context.Context) error
	CountResend(ctx context.Context, deliveryID string) error
	Finish(ctx context.Context, deliveryID string, epoch int64, result store.Result) error
}

// Opener opens a channel for an alert, on connections that nothing else shares.
type Opener interface {
	OpenCrisis(ctx context.Context, ch post.Channel) (channels.Driver, channels.Channel, error)
}

// Journal is the send journal, which is told of each call once the ledger has
// its attempt.
type Journal interface {
	Start(e journal.Entry) error
	End(e journal.Entry)
}

// Deps are the parts of a Standby.
type Deps struct {
	Truth   Truth
	Journal Journal
	// Dir is the folder of the record.
	Dir string
	// Ballast is room that is given up for an alert.
	Ballast *Ballast
	// Title is what people call a kind of channel.
	Title func(kind string) string
	NewID func() string
	Now   func() time.Time
	Log   *slog.Logger
}

// Standby is the last line of one process. It is safe for concurrent use.
type Standby struct {
	Deps
	record *record
	// behind are the files of earlier processes, until the ledger has what they
	// hold.
	behind []*os.File
	// opener is set once, before anything is sent.
	opener Opener
	// soon asks for a fresh copy or another look.
	soon chan struct{}
	// stopping is closed when no new call may begin.
	stopping chan struct{}
	sends    sync.WaitGroup
	// told is where what comes back from a silent ledger is flushed.
	accounts auth.Store
	keys     Idempotency
	library  site.Library

	mu    sync.Mutex
	known known
	// gone: the ledger did not answer last, or took no write; since goneAt.
	gone   bool
	goneAt time.Time
	// stale: this process changed what the copy has.
	stale bool
	// stopped: stopping is closed.
	stopped bool
	alerts  map[string]*alert
	order   []string
	// articles were put here and not into the ledger yet.
	articles []site.Article
	entries  []post.RegisterEntry
	runs     map[keyName]*run
	// begun and ended are sessions that began and ended here.
	begun  map[string]auth.Session
	ended  map[string]bool
	boards map[string]site.Board
	lists  map[string][]site.Article
}

// New takes up what an earlier process left in the record.
func New(deps Deps) (*Standby, error) {
	s := &Standby{
		Deps: deps, soon: make(chan struct{}, 1), stopping: make(chan struct{}),
		alerts: map[string]*alert{}, runs: map[keyName]*run{}, begun: map[string]auth.Session{}, ended: map[string]bool{},
		boards: map[string]site.Board{}, lists: map[string][]site.Article{},
	}
	var err error
	if s.record, err = openRecord(deps.Dir, deps.NewID()); err != nil {
		return nil, err
	}
	return s, s.takeUp()
}

// Use names the parts that need the standby themselves.
func (s *Standby) Use(opener Opener) { s.opener = opener }

// Away reports whether the ledger did not answer last.
func (s *Standby) Away() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gone
}

// leave notes that the ledger is away.
func (s *Standby) leave(ctx context.Context, cause error) {
	s.mu.Lock()
	first := !s.gone
	s.gone = true
	if first {
		s.goneAt = s.Now()
	}
	s.mu.Unlock()
	if first {
		s.Log.ErrorContext(ctx, "the ledger is away: alerts leave from memory, everything else waits", "error", cause)
	}
	s.ring()
}

// Changed asks for a fresh copy soon.
func (s *Standby) Changed() {
	s.mu.Lock()
	s.stale = true
	s.mu.Unlock()
	s.ring()
}

func (s *Standby) ring() {
	select {
	case s.soon <- struct{}{}:
	default:
	}
}

// Mend gives the ledger what an earlier process left, before anything else
// works with it.
func (s *Standby) Mend(ctx context.Context) {
	s.refresh(ctx, true)
	if err := s.reconcile(ctx); err != nil {
		s.leave(ctx, err)
	}
}

// Run keeps the copy fresh, and looks for the ledger while it is away, until
// ctx ends; then it waits for the calls under way.
func (s *Standby) Run(ctx context.Context) {
	s.resume(ctx)
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	var copied, probed time.Time
	for n := 0; ; {
		select {
		case <-ctx.Done():
			s.stop()
			return
		case <-s.soon:
		case <-ticker.C:
		}
		now := s.Now()
		switch {
		case s.Away():
			s.lookAgain(ctx)
			copied = time.Time{}
		case now.Sub(copied) >= copyEvery || copied.After(now) || s.isStale():
			s.refresh(ctx, n%settingsEvery == 0)
			s.Ballast.Restore()
			copied = now
			n++
		case s.anyOpen() && (now.Sub(probed) >= probeEvery || probed.After(now)):
			probed = now
			if err := s.probe(ctx); err != nil && ctx.Err() == nil {
				s.leave(ctx, err)
			}
		default:
			s.handLate(ctx)
		}
	}
}

// handLate gives the ledger what came when it was back already: the answer to a
// request, the article of a call that was under way.
func (s *Standby) handLate(ctx context.Context) {
	s.mu.Lock()
	late := len(s.articles)+len(s.entries)+len(s.begun)+len(s.ended) > 0
	for _, r := range s.runs {
		late = late || r.Own && r.Status != 0
	}
	s.mu.Unlock()
	if !late {
		return
	}
	if err := s.reconcile(ctx); err != nil {
		if s.anyOpen() {
			s.leave(ctx, err)
			return
		}
		s.Log.WarnContext(ctx, "the ledger does not take yet what was done without it", "error", err)
	}
}

// isStale reports, once, whether this process changed what the copy has.
func (s *Standby) isStale() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	stale := s.stale
	s.stale = false
	return stale
}

// stop lets no new call begin, and waits for those under way.
func (s *Standby) stop() {
	s.mu.Lock()
	if !s.stopped {
		s.stopped = true
		close(s.stopping)
	}
	s.mu.Unlock()
	s.sends.Wait()
}

// Close closes the record. What it holds is taken up by the next process.
func (s *Standby) Close() error {
	s.stop()
	return s.record.close()
}

// lookAgain asks whether the ledger is back, and gives it what was done
// without it before anything else may ask it.
func (s *Standby) lookAgain(ctx context.Context) {
	if err := s.probe(ctx); err != nil {
		s.adopt(ctx)
		return
	}
	if err := s.reconcile(ctx); err != nil {
		s.Log.WarnContext(ctx, "the ledger answers and does not take yet what was done without it", "error", err)
		return
	}
	s.mu.Lock()
	s.gone = len(s.alerts) > 0
	back := !s.gone
	s.mu.Unlock()
	if back {
		s.Log.WarnContext(ctx, "the ledger is back")
	}
}
