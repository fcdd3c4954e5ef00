package worker

import (
	"context"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/internal/post"
)

// settleBatch bounds what one sweep settles.
const settleBatch = 200

// beat keeps this instance's claims alive and settles what dead instances
// left, until ctx ends.
func (w *Worker) beat(ctx context.Context) {
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := w.clock.now()
		failpoint.Hit(failpoint.LeasesBeforeRenewal)
		if _, err := w.Ledger.RenewLeases(ctx, w.Instance, w.holding.all(), now, now.Add(leaseFor)); err != nil && ctx.Err() == nil {
			w.Log.WarnContext(ctx, "leases not renewed", "error", err)
		}
		failpoint.Hit(failpoint.LeasesRenewed)
		w.endDead(ctx)
		w.settleExpired(ctx)
		if counts, err := w.Ledger.Counts(ctx); err == nil {
			w.Metrics.counted(counts)
		} else if ctx.Err() == nil {
			w.Log.WarnContext(ctx, "deliveries not counted", "error", err)
		}
	}
}

// Siblings knows the processes that share this one's data folder.
type Siblings interface {
	// Dead lists the instances that ended without a word.
	Dead() ([]string, error)
	// Bury forgets a dead one.
	Bury(instance string) error
}

// endDead lets the claims of processes that are known to be dead run out at
// once: the one that takes a killed one's place need not wait for its leases.
func (w *Worker) endDead(ctx context.Context) {
	if w.Siblings == nil {
		return
	}
	dead, err := w.Siblings.Dead()
	if err != nil {
		w.Log.WarnContext(ctx, "dead processes cannot be told from living ones; their leases run out", "error", err)
	}
	if len(dead) == 0 {
		return
	}
	if _, err := w.Ledger.EndLeases(ctx, dead, w.clock.now()); err != nil {
		if ctx.Err() == nil {
			w.Log.WarnContext(ctx, "claims of dead processes not ended; their leases run out", "error", err)
		}
		return
	}
	for _, instance := range dead {
		if err := w.Siblings.Bury(instance); err != nil {
			w.Log.WarnContext(ctx, "a dead process is not forgotten", "instance", instance, "error", err)
		}
	}
}

// settleExpired takes over claims whose worker shows no sign of life: before
// the creating call they are tried again, after it they are read back.
// While the clock is not trusted, and until living workers have renewed theirs
// by the right time, nobody's claim is judged.
func (w *Worker) settleExpired(ctx context.Context) {
	if paused, _ := w.clock.state(); paused || w.passed() < time.Duration(w.settleAfter.Load()) {
		return
	}
	failpoint.Hit(failpoint.LeasesBeforeSettling)
	settled, err := w.Ledger.ExpiredLeases(ctx, w.clock.now(), settleBatch, w.interrupted)
	if err != nil {
		if ctx.Err() == nil {
			w.Log.WarnContext(ctx, "expired claims not settled", "error", err)
		}
		return
	}
	for _, s := range settled {
		failpoint.Hit(failpoint.LeasesSettled)
		w.Metrics.interrupted.WithLabelValues(string(s.To)).Inc()
		w.Log.WarnContext(ctx, "a claim ran out: its worker is gone", "delivery_id", s.DeliveryID, "instance", s.Instance, "state", s.To)
	}
}

// interrupted is what people read until the account was read back.
func (w *Worker) interrupted(kind string) post.Failure {
	message, next := channels.Sentence(channels.UnknownOutcome, w.Title(kind))
	return post.Failure{Kind: string(channels.UnknownOutcome), Code: "interrupted", Message: message, NextStep: next}
}
