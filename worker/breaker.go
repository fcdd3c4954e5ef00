package worker

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

// breakersEvery is how often open breakers are looked at. When they are read is
// in the ledger.
const breakersEvery = time.Second

// gaugesEvery is how often allowances are counted for the metrics.
const gaugesEvery = 15 * time.Second

// BreakerLedger keeps which accounts and networks are broken.
type BreakerLedger interface {
	SaveTrouble(ctx context.Context, ch post.Channel, at time.Time, shared bool, rule post.BreakerRule) ([]post.Breaker, error)
	OpenBreakers(ctx context.Context) ([]post.Breaker, error)
	DueProbes(ctx context.Context, now time.Time, every time.Duration) ([]post.Breaker, error)
	CloseBreaker(ctx context.Context, scope string, at time.Time) (bool, error)
	OpenNotice(ctx context.Context, n post.Notice) (bool, error)
	SettleNotice(ctx context.Context, communeID string, kind post.NoticeKind, subject string, at time.Time) error
}

// watchBreakers reads the accounts behind open breakers when their time comes,
// until ctx ends: a breaker is closed by a reading and never by trying a
// publication.
func (w *Worker) watchBreakers(ctx context.Context) {
	var probes sync.WaitGroup
	defer probes.Wait()
	ticker := time.NewTicker(breakersEvery)
	defer ticker.Stop()
	var counted time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := w.clock.now()
		open, err := w.Ledger.OpenBreakers(ctx)
		if err != nil {
			if ctx.Err() == nil {
				w.Log.WarnContext(ctx, "breakers cannot be read", "error", err)
			}
			continue
		}
		w.Metrics.broken(open)
		if now.Sub(counted) >= gaugesEvery {
			counted = now
			w.countBudgets(ctx, now)
		}
		if !slices.ContainsFunc(open, func(b post.Breaker) bool { return !b.ProbeAt.After(now) }) {
			continue
		}
		due, err := w.Ledger.DueProbes(ctx, now, w.Breaker.ProbeEvery)
		if err != nil && ctx.Err() == nil {
			w.Log.WarnContext(ctx, "breakers cannot be tried", "error", err)
		}
		for _, b := range due {
			probes.Go(func() { w.tryBreaker(ctx, b) })
		}
	}
}

func (w *Worker) countBudgets(ctx context.Context, now time.Time) {
	lowest, err := w.Ledger.LowestBudgets(ctx, now)
	if err != nil {
		if ctx.Err() == nil {
			w.Log.WarnContext(ctx, "allowances not counted", "error", err)
		}
		return
	}
	w.Metrics.budgets(lowest)
}

// tryBreaker reads the breaker's account and closes the breaker when the
// network answers. An answer that refuses is one too: its reason is found again
// by the next publication, which says it to people.
func (w *Worker) tryBreaker(ctx context.Context, b post.Breaker) {
	log := w.Log.With("breaker", b.Scope, "reading", b.Probes)
	ch, err := w.Ledger.ChannelByID(ctx, b.ChannelID)
	switch {
	case errors.Is(err, post.ErrNotFound): // nothing waits for it any more
	case err != nil:
		log.WarnContext(ctx, "an account behind a breaker could not be read", "error", err)
		return
	default:
		if err := w.responds(ctx, ch); err != nil {
			if ctx.Err() == nil {
				log.InfoContext(ctx, "still broken", "error", err)
			}
			return
		}
	}
	closed, err := w.Ledger.CloseBreaker(ctx, b.Scope, w.clock.now())
	if err != nil || !closed {
		if err != nil {
			log.WarnContext(ctx, "a breaker could not be closed; its account is read again", "error", err)
		}
		return
	}
	log.InfoContext(ctx, "breaker closed; what waited leaves")
	if b.Scope != post.ChannelScope(ch.ID) {
		return // of a network, or of a channel that is gone
	}
	if err := w.Ledger.SettleNotice(ctx, ch.CommuneID, post.NoticeBreaker, ch.ID, w.clock.now()); err != nil {
		log.WarnContext(ctx, "a notice could not be settled", "error", err)
	}
}

// responds asks the network who we are. nil: it answers, if only to refuse. A
// fault of our own code is no answer.
func (w *Worker) responds(ctx context.Context, ch post.Channel) error {
	_, opened, err := w.Opener.Open(ctx, ch)
	if err == nil {
		_, err = askHealth(ctx, opened)
	}
	e, ok := channels.AsError(err)
	if !ok {
		return err
	}
	switch e.Kind {
	case channels.Temporary, channels.UnknownOutcome, channels.Internal:
		return err
	default:
		return nil
	}
}

// tellOpen says that a breaker opened.
func (w *Worker) tellOpen(ctx context.Context, ch post.Channel, b post.Breaker) {
	w.Log.WarnContext(ctx, "breaker opened: ordinary publications wait", "breaker", b.Scope, "channel_id", ch.ID, "channel", ch.Kind)
	if b.Scope != post.ChannelScope(ch.ID) {
		return // each of its accounts has said so
	}
	failure := brokenFailure(w.Title(ch.Kind))
	_, err := w.Ledger.OpenNotice(ctx, post.Notice{
		CommuneID: ch.CommuneID, Kind: post.NoticeBreaker, Subject: ch.ID, Severity: post.SeverityWarning, ChannelID: ch.ID,
		Title:   ch.Name + " : les envois attendent",
		Message: w.Title(ch.Kind) + " est en panne ou ne répond plus clairement. Les publications prévues attendent.", NextStep: failure.NextStep,
	})
	if err != nil {
		w.Log.WarnContext(ctx, "a notice could not be opened", "error", err)
	}
}
