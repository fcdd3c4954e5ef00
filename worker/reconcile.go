package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/queue"
	"github.com/crieur/crieur/internal/store"
)

// Absence is proved by this many trustworthy readings over this time.
const (
	cleanReadings = 3
	cleanSpan     = 3 * time.Minute
	// canaries is how many known older posts a reading is asked to show one of.
	canaries = 20
	// maxResends is how often a delivery that was proved absent is sent again
	// by itself.
	maxResends = 1
)

// readingsAtMost is how many readings there may be before a person is asked
// without another one. Only readings that were cut off come so far: a restart
// in the middle of one says nothing, and one that ends its workers each time
// ends no more of them than this.
const readingsAtMost = 7

// readTimeout bounds one reading of an account.
const readTimeout = 30 * time.Second

// reconcileLane reads back the unknown outcomes of one lane.
func (w *Worker) reconcileLane(ctx context.Context, bell queue.Bell) {
	w.waitFor(ctx, bell.At)
	for !w.isDraining() && ctx.Err() == nil {
		now := w.clock.now()
		if bell.Lane != post.LaneCrisis && !w.mayWork() {
			return
		}
		failpoint.Hit(failpoint.ReconcileBeforeClaim)
		claim, err := w.Ledger.ClaimReconcile(ctx, bell.ChannelID, bell.Lane, w.Instance, now, now.Add(leaseFor))
		if err != nil {
			w.Log.ErrorContext(ctx, "claim failed", "channel_id", bell.ChannelID, "error", err)
			return
		}
		if claim == nil {
			return
		}
		failpoint.Hit(failpoint.ReconcileClaimed)
		w.reconcile(ctx, claim)
	}
}

// reconcile looks for one delivery on its network and writes what it learned.
func (w *Worker) reconcile(ctx context.Context, claim *store.Claim) {
	defer w.holding.take(claim.Delivery.ID)()
	d := &claim.Delivery
	log := w.Log.With("post_id", d.PostID, "delivery_id", d.ID, "channel", d.Kind)
	reading, err := w.read(ctx, claim)
	if err != nil {
		log.WarnContext(ctx, "reading back failed", "reading", d.Claims, "error", err)
	}
	failpoint.Hit(failpoint.ReconcileRead)
	result := w.verdict(claim, reading)
	if len(reading.finding.Doubles) > 0 {
		// Before the outcome is saved: a process that dies in between says it
		// once more, and the same notice takes it up.
		if _, err := w.Ledger.OpenNotice(ctx, w.duplicateNotice(d, reading)); err != nil {
			log.ErrorContext(ctx, "a post that stands there twice could not be told to people", "error", err)
		}
	}
	failpoint.Hit(failpoint.ReconcileBeforeFinish)
	switch err := w.finish(ctx, claim, result); {
	case errors.Is(err, post.ErrStale):
		log.InfoContext(ctx, "settled by somebody else meanwhile")
	case err != nil:
		log.ErrorContext(ctx, "what was read could not be saved; it will be read again", "error", err)
	default:
		failpoint.Hit(failpoint.ReconcileFinished)
		w.Metrics.reconciled(d, result.To)
		log.InfoContext(ctx, "unknown outcome read back", "reading", d.Claims, "state", result.To, "matches", reading.finding.Matches)
	}
}

// reading is what one look at the account showed.
type reading struct {
	driver  channels.Driver
	finding channels.Finding
	// canRead is false where the network has no way to look.
	canRead bool
	// ask: the commune wants a person asked even where absence is proved.
	ask bool
	// superseded: the alert says something else by now.
	superseded bool
}

func (w *Worker) read(ctx context.Context, claim *store.Claim) (r reading, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked("read", p)
		}
	}()
	d := &claim.Delivery
	ch, err := w.Ledger.ChannelByID(ctx, d.ChannelID)
	if err != nil {
		return reading{canRead: true}, err
	}
	driver, opened, err := w.open(ctx, ch, d.Lane)
	if err != nil {
		return reading{canRead: true}, err
	}
	over := false
	if d.Lane == post.LaneCrisis {
		if over, err = w.Ledger.Superseded(ctx, d.ID); err != nil {
			return reading{driver: driver, canRead: true, superseded: true}, err
		}
	}
	finder, ok := opened.(channels.Finder)
	if !ok || d.Claims > readingsAtMost {
		return reading{driver: driver, superseded: over}, nil
	}
	r = reading{driver: driver, canRead: true, superseded: over}
	commune, err := w.Ledger.CommuneByID(ctx, d.CommuneID)
	if err != nil {
		return r, err
	}
	r.ask = commune.AskBeforeResend
	probe, err := w.probe(ctx, claim)
	if err != nil {
		return r, err
	}
	failpoint.Hit(failpoint.ReconcileBeforeFind)
	r.finding, err = guarded(ctx, "find", w.readTime(claim), func(ctx context.Context) (channels.Finding, error) {
		finding, err := finder.Find(ctx, probe)
		if err == nil && finding.Receipt != nil {
			err = w.stillOurs(ctx, d, probe, &finding)
		}
		return finding, err
	})
	return r, err
}

// probe gathers what is known of the attempt.
func (w *Worker) probe(ctx context.Context, claim *store.Claim) (channels.Probe, error) {
	d := &claim.Delivery
	probe := channels.Probe{}
	if err := json.Unmarshal(d.Rendered, &probe.Rendered); err != nil {
		return probe, fmt.Errorf("rendering: %w", err)
	}
	probe.Key = probe.Rendered.Key
	for _, step := range claim.Steps {
		probe.Steps = append(probe.Steps, channels.SavedStep{Kind: channels.StepKind(step.Kind), Position: step.Position, RemoteID: step.RemoteID})
	}
	// Every attempt of the delivery that reached the creating call may be the
	// one whose post is looked for.
	for _, a := range claim.Attempts {
		if a.CreatingAt.IsZero() {
			continue
		}
		if probe.StartedAt.IsZero() || a.CreatingAt.Before(probe.StartedAt) {
			probe.StartedAt = a.CreatingAt
		}
		probe.EndedAt = laterOf(probe.EndedAt, laterOf(a.EndedAt, a.CreatingAt.Add(callTimeout)))
	}
	if probe.StartedAt.IsZero() {
		probe.StartedAt, probe.EndedAt = d.DueAt, w.clock.now()
	}
	var err error
	if probe.KnownOlder, err = w.Ledger.OlderSent(ctx, d.ChannelID, probe.StartedAt, canaries); err != nil {
		return probe, err
	}
	return probe, w.others(ctx, d, &probe)
}

// verdict decides what a reading means for the ledger.
func (w *Worker) verdict(claim *store.Claim, r reading) store.Result {
	d := &claim.Delivery
	now := w.clock.now()
	result := store.Result{From: post.Reconciling, At: now, Number: lastUnknown(claim)}
	if receipt := r.finding.Receipt; receipt != nil {
		result.To, result.Outcome, result.ResetClaims = post.Sent, post.OutcomeAccepted, true
		result.RemoteID, result.RemoteURL, result.SentAt = receipt.RemoteID, receipt.URL, receipt.At
		if result.SentAt.IsZero() {
			result.SentAt = now
		}
		return result
	}
	title := d.Kind
	idempotent, strong := false, false
	if r.driver != nil {
		info := r.driver.Info()
		title = info.Title
		idempotent, strong = info.Idempotency == channels.IdempotentByKey, info.ReadBack == channels.ReadBackStrong
	}
	message, next := channels.Sentence(channels.UnknownOutcome, title)
	failure := &post.Failure{Kind: string(channels.UnknownOutcome), Code: "unknown", Message: message, NextStep: next}
	if d.Failure != nil && d.Failure.Kind == string(channels.UnknownOutcome) {
		failure = d.Failure
	}
	result.Failure = failure

	clean, first := d.CleanReads, d.FirstCleanReadAt
	if r.finding.Trustworthy {
		result.CleanRead = true
		clean++
		if first.IsZero() {
			first = now
		}
	}
	if d.Lane == post.LaneCrisis && !r.superseded && d.Resends < maxResends {
		return w.crisisVerdict(claim, r, result)
	}
	// The time between readings proves nothing once the clock has jumped.
	jumped, _ := w.clock.state()
	absent := clean >= cleanReadings && now.Sub(first) >= cleanSpan && !jumped
	// A network that keeps one post for one key cannot be doubled by asking
	// again: one clean look is enough there, if what it does not show is not
	// there either.
	if idempotent && strong && clean >= 1 {
		absent = true
	}
	switch {
	case absent && !r.ask && d.Resends < maxResends && (strong || idempotent):
		result.To, result.Outcome, result.ResetClaims, result.Resend = post.Retrying, post.OutcomeNotSent, true, true
		result.NextAt = now
	case !r.canRead || d.Claims > len(readingWaits()) || (absent && (!idempotent || r.ask)):
		result.To = post.Unknown // NextAt zero: a person decides
		result.Failure = &post.Failure{
			Kind: failure.Kind, Code: "needs_person",
			Message:  title + " n’a pas confirmé, et Crieur n’a pas retrouvé la publication.",
			NextStep: "Ouvrez la page et regardez. Elle y est : dites-le. Elle n’y est pas : vous pourrez la renvoyer.",
		}
	default:
		result.To = post.Unknown
		wait := readingWaits()[min(max(d.Claims, 1), len(readingWaits()))-1]
		if clean > 0 {
			// The network answers: what is missing is the proof.
			wait = min(wait, cleanSpan/2)
		}
		result.NextAt = now.Add(wait)
		// The reading that can prove absence is not waited for any longer than
		// the proof asks.
		if proof := first.Add(cleanSpan); clean >= cleanReadings-1 && proof.After(now) && proof.Before(result.NextAt) {
			result.NextAt = proof
		}
	}
	return result
}

// lastUnknown is the number of the attempt that is being read back.
func lastUnknown(claim *store.Claim) int {
	for i := len(claim.Attempts) - 1; i >= 0; i-- {
		if !claim.Attempts[i].CreatingAt.IsZero() {
			return claim.Attempts[i].Number
		}
	}
	return 0
}
