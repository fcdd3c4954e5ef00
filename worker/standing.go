package worker

import (
	"context"
	"errors"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

const (
	// brokenWait is how long work behind an open breaker sleeps by itself; the
	// breaker wakes it when it closes, which is the rule.
	brokenWait = 15 * time.Minute
	// crisisEvery is how often a crisis message tries an account whose breaker
	// is open, after one try at once.
	crisisEvery = time.Minute
)

// wait is why and until when a delivery is not sent now.
type wait struct {
	until   time.Time
	failure post.Failure
}

// AllowanceLedger is what is known of an account beside its status.
type AllowanceLedger interface {
	Health(ctx context.Context, ch post.Channel) (post.ChannelHealth, error)
	SaveBudgets(ctx context.Context, channelID string, budgets []post.Budget) error
	Postpone(ctx context.Context, channelID string, lane post.Lane, now, until time.Time, failure post.Failure) (int, error)
	LowestBudgets(ctx context.Context, now time.Time) ([]store.LowBudget, error)
	BreakerLedger
}

// standing reports whether a delivery must wait for its account: an ordinary
// one while a breaker is open, or while only the part of an allowance is left
// that belongs to crises. What cannot be read holds nothing back: the network
// itself refuses what is too much.
func (w *Worker) standing(ctx context.Context, claim *store.Claim, ch post.Channel) *wait {
	health, err := w.Ledger.Health(ctx, ch)
	if err != nil {
		if ctx.Err() == nil {
			w.Log.WarnContext(ctx, "an account's allowances cannot be read; it is published to all the same", "channel_id", ch.ID, "error", err)
		}
		return nil
	}
	now, title := w.clock.now(), w.Title(ch.Kind)
	crisis := claim.Delivery.Lane == post.LaneCrisis
	if breaker, open := health.Broken(); open {
		switch last := lastAttempt(claim); {
		case !crisis:
			return &wait{until: now.Add(brokenWait), failure: brokenFailure(title)}
		case last.Before(breaker.OpenedAt):
			// A crisis message tries its luck once.
		case last.Add(crisisEvery).After(now):
			return &wait{until: last.Add(crisisEvery), failure: brokenFailure(title)}
		}
	}
	if until := health.HoldsUntil(now); !crisis && !until.IsZero() {
		return &wait{until: until, failure: allowanceFailure(title)}
	}
	return nil
}

// lastAttempt is when the delivery was last tried; zero: never.
func lastAttempt(claim *store.Claim) time.Time {
	var last time.Time
	for _, a := range claim.Attempts {
		last = laterOf(last, a.StartedAt)
	}
	return last
}

// letWait gives a claim back without an attempt, and lets the rest of an
// ordinary lane wait with it: its account is the same. The lane is busy until
// the claim ends, so nobody claims in between.
func (w *Worker) letWait(ctx context.Context, claim *store.Claim, why wait) {
	d := &claim.Delivery
	now := w.clock.now()
	log := w.Log.With("post_id", d.PostID, "delivery_id", d.ID, "channel", d.Kind, "reason", why.failure.Code)
	others := 0
	if d.Lane != post.LaneCrisis {
		var err error
		if others, err = w.Ledger.Postpone(ctx, d.ChannelID, d.Lane, now, why.until, why.failure); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "the lane could not be put off; each delivery is", "error", err)
		}
	}
	next := why.until
	if tooLate := d.DueAt.Add(d.MaxLateness + time.Millisecond); tooLate.Before(next) {
		next = tooLate
	}
	err := w.finish(ctx, claim, store.Result{
		From: post.Sending, To: post.Retrying, At: now, NextAt: next, Failure: &why.failure, ResetClaims: true,
	})
	if err != nil {
		if !errors.Is(err, post.ErrStale) {
			log.ErrorContext(ctx, "a delivery that waits could not be saved; its claim runs out", "error", err)
		}
		return
	}
	w.Metrics.waiting.WithLabelValues(d.Kind, why.failure.Code).Add(float64(1 + others))
	log.InfoContext(ctx, "delivery waits", "until", next, "others", others)
}

// noteAnswer keeps what an attempt showed of the account: how long it wants to
// be left alone, or that it is broken.
func (w *Worker) noteAnswer(ctx context.Context, ch post.Channel, out trial) {
	e, ok := channels.AsError(out.err)
	if !ok || out.ours || out.number == 0 || w.calls.Err() != nil {
		return
	}
	// The network has acted, whatever became of our own time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishPatience)
	defer cancel()
	now := w.clock.now()
	switch {
	case e.Kind == channels.RateLimited && e.RetryAt.After(now):
		err := w.Ledger.SaveBudgets(ctx, ch.ID, []post.Budget{{Bucket: channels.BucketRetryAfter, ResetsAt: e.RetryAt, SeenAt: now}})
		if err != nil {
			w.Log.WarnContext(ctx, "an allowance could not be saved", "channel_id", ch.ID, "error", err)
		}
	case e.Kind == channels.UnknownOutcome || e.Kind == channels.Temporary:
		opened, err := w.Ledger.SaveTrouble(ctx, ch, now, out.shared, w.Breaker)
		if err != nil {
			w.Log.WarnContext(ctx, "a network's trouble could not be saved", "channel_id", ch.ID, "error", err)
		}
		for _, b := range opened {
			w.tellOpen(ctx, ch, b)
		}
	}
}

func allowanceFailure(title string) post.Failure {
	return post.Failure{
		Kind: string(channels.RateLimited), Code: "allowance",
		Message:  title + " limite le nombre d’envois, et la limite est presque atteinte. Le reste est gardé pour une urgence. Rien n’a été publié.",
		NextStep: "Crieur publie dès que " + title + " le permet. Rien à faire.",
	}
}

func brokenFailure(title string) post.Failure {
	return post.Failure{
		Kind: string(channels.Temporary), Code: "breaker",
		Message:  title + " est en panne ou ne répond plus clairement. Rien n’a été publié.",
		NextStep: "Crieur regarde chaque minute et publie dès que " + title + " va mieux. Rien à faire.",
	}
}
