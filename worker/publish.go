package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/queue"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/media"
)

// publishLane publishes what is due in one lane, one delivery after the other.
func (w *Worker) publishLane(ctx context.Context, bell queue.Bell) {
	w.waitFor(ctx, bell.At)
	for !w.isDraining() && ctx.Err() == nil {
		now := w.clock.now()
		if bell.Lane != post.LaneCrisis && !w.mayWork() {
			return
		}
		failpoint.Hit(failpoint.LaneBeforeClaim)
		claim, err := w.Ledger.ClaimPublish(ctx, bell.ChannelID, bell.Lane, w.Instance, now, now.Add(leaseFor))
		if err != nil {
			w.Log.ErrorContext(ctx, "claim failed", "channel_id", bell.ChannelID, "error", err)
			return
		}
		if claim == nil {
			return
		}
		failpoint.Hit(failpoint.LaneClaimed)
		w.publish(ctx, claim)
		failpoint.Hit(failpoint.LaneBeforeNext)
		// What became due meanwhile found the lane busy: it is looked for, by a
		// reading, which costs less than a claim in vain.
		if more, err := w.Ledger.LaneHasDue(ctx, bell.ChannelID, bell.Lane, w.clock.now()); err == nil && !more {
			return
		}
	}
}

// waitFor absorbs the distance between the clocks of the process that rang and
// of this one: a bell answered a few milliseconds early would find nothing.
func (w *Worker) waitFor(ctx context.Context, at time.Time) {
	early := at.Sub(w.clock.now())
	if early <= 0 || early > time.Second {
		return
	}
	timer := time.NewTimer(early)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// publish carries one claimed delivery to an outcome. Whatever happens, the
// ledger learns of it here or from the lease that runs out.
func (w *Worker) publish(ctx context.Context, claim *store.Claim) {
	defer w.holding.take(claim.Delivery.ID)()
	d := &claim.Delivery
	log := w.Log.With("post_id", d.PostID, "delivery_id", d.ID, "channel", d.Kind)
	started := w.clock.now()
	if isSuspect(claim) {
		if !w.suspects.TryAcquire(1) {
			w.giveBack(ctx, claim)
			return
		}
		defer w.suspects.Release(1)
	}
	outcome := w.try(ctx, claim)
	if outcome.wait != nil {
		w.letWait(ctx, claim, *outcome.wait)
		return
	}
	result := w.resultOf(claim, outcome)
	w.noteEnd(d, outcome, result)
	if err := w.finish(ctx, claim, result); err != nil {
		if errors.Is(err, post.ErrStale) {
			log.WarnContext(ctx, "the claim was lost; another worker settles this delivery")
			return
		}
		log.ErrorContext(ctx, "the outcome could not be saved; it will be read back", "error", err)
		return
	}
	failpoint.Hit(failpoint.FinishCommitted)
	if err := w.noteChannel(ctx, d, outcome, result); err != nil {
		log.WarnContext(ctx, "the channel's state could not be saved", "error", err)
	}
	failpoint.Hit(failpoint.ChannelNoted)
	w.noteAnswer(ctx, outcome.channel, outcome)
	w.Metrics.published(d, result.To, w.clock.now().Sub(started), started.Sub(d.DueAt))
	attrs := []any{"state", result.To, "attempt", result.Number, "late", started.Sub(d.DueAt).Round(time.Millisecond).String()}
	if outcome.err != nil {
		log.WarnContext(ctx, "delivery not sent", append(attrs, "error", outcome.err)...)
		return
	}
	log.InfoContext(ctx, "delivery sent", attrs...)
}

// noteChannel keeps what a publication showed of the account itself: refused
// credentials, or that they are taken again.
func (w *Worker) noteChannel(ctx context.Context, d *post.Delivery, out trial, result store.Result) error {
	switch {
	case result.To == post.Failed && result.Failure.Kind == string(channels.Auth):
		return w.Ledger.SetChannelStatus(ctx, d.ChannelID, post.ChannelNeedsReauth, result.Failure)
	case result.To == post.Sent && out.distrusted:
		return w.Ledger.SetChannelStatus(ctx, d.ChannelID, post.ChannelConnected, nil)
	default:
		return nil
	}
}

// trial is what came of trying to publish.
type trial struct {
	receipt channels.Receipt
	title   string
	err     error
	// number is 0 when no network was called.
	number int
	// created: the creating call may have left.
	created bool
	// noted is when the send journal was told of it; zero: it was not.
	noted time.Time
	// channel is the account, once it was read. shared: it is on one network
	// with the others of its kind.
	channel post.Channel
	shared  bool
	// ours: our own ledger, library or disk stopped it, and not the network.
	ours bool
	// wait: nothing was tried, for the account's sake.
	wait *wait
	// missed: too late, nothing was tried.
	missed bool
	// distrusted: the account's credentials were last seen refused.
	distrusted bool
	// renewed: the credentials are fresh, try again at once.
	renewed bool
}

// try opens the channel, checks everything once more, and publishes.
func (w *Worker) try(ctx context.Context, claim *store.Claim) (out trial) {
	defer func() {
		if r := recover(); r != nil {
			out.err = panicked("try", r)
		}
	}()
	d := &claim.Delivery
	out.title = d.Kind
	if w.clock.now().After(d.DueAt.Add(d.MaxLateness)) {
		out.missed = true
		return out
	}
	if isPoison(claim) {
		out.err = &channels.Error{
			Kind: channels.Internal, Op: "claim", Code: "quarantined", Err: fmt.Errorf("%d claims without an outcome", d.Claims-1),
			Message:  "Crieur a mis cette publication de côté : elle a fait échouer l’envoi plusieurs fois. Rien n’a été publié.",
			NextStep: "Vérifiez le texte et les images, puis réessayez.",
		}
		return out
	}
	ch, err := w.Ledger.ChannelByID(ctx, d.ChannelID)
	if err != nil {
		out.err = temporary("open", err)
		return out
	}
	out.channel = ch
	if out.wait = w.standing(ctx, claim, ch); out.wait != nil {
		return out
	}
	out.distrusted = ch.Status == post.ChannelNeedsReauth
	ch = w.renewAtLast(ctx, ch, d.Lane)
	failpoint.Hit(failpoint.TryBeforeOpen)
	driver, opened, err := w.open(ctx, ch, d.Lane)
	if err != nil {
		out.err = err
		return out
	}
	info := driver.Info()
	out.title, out.shared = info.Title, !info.OwnServer
	failpoint.Hit(failpoint.TryBeforeCheck)
	rendered, err := w.check(ctx, driver, ch, d)
	if err != nil {
		out.err = err
		return out
	}
	rendered.ReplyTo = w.answers(ctx, d)
	failpoint.Hit(failpoint.TryBeforeBegin)
	out.number, err = w.Ledger.BeginAttempt(ctx, d.ID, d.Epoch, w.clock.now(), d.Fingerprint)
	if err != nil {
		out.err = temporary("begin", err)
		return out
	}
	failpoint.Hit(failpoint.TryBegun)
	attempt := &attempt{worker: w, claim: claim, number: out.number, rendered: rendered}
	out.receipt, out.err = call(ctx, opened, rendered, attempt)
	failpoint.Hit(failpoint.TryAnswered)
	if out.created = attempt.created(); out.created || !errors.Is(out.err, errAbandoned) {
		out.noted = attempt.noted
	}
	out.ours, out.err = attempt.reason(out.err)
	// Refused credentials are a refusal also of the creating call: nothing was
	// published, and with fresh ones it may be.
	if e, ok := channels.AsError(out.err); ok && e.Kind == channels.Auth {
		out.renewed = w.renewAfterRefusal(ctx, ch, claim)
	}
	return out
}

// check compares the saved rendering with today's limits and its pictures with
// the library.
func (w *Worker) check(ctx context.Context, driver channels.Driver, ch post.Channel, d *post.Delivery) (channels.Rendered, error) {
	var rendered channels.Rendered
	if err := json.Unmarshal(d.Rendered, &rendered); err != nil {
		return rendered, &channels.Error{Kind: channels.Internal, Op: "check", Code: "rendering_unreadable", Err: err}
	}
	for _, issue := range driver.Validate(rendered, ch.Settings) {
		if issue.Severity == channels.SeverityError {
			return rendered, &channels.Error{Kind: channels.Rejected, Op: "check", Code: issue.Code, Message: issue.Message}
		}
	}
	failpoint.Hit(failpoint.CheckValid)
	ids := make([]string, len(rendered.Images))
	for i, image := range rendered.Images {
		ids[i] = image.MediaID
	}
	if len(ids) == 0 {
		return rendered, nil
	}
	found, err := w.Ledger.MediaMany(ctx, d.CommuneID, ids)
	if err != nil {
		return rendered, temporary("check", err)
	}
	known := make(map[string]bool, len(found))
	for _, m := range found {
		known[m.ID] = true
	}
	for _, id := range ids {
		if !known[id] {
			return rendered, mediaLost(fs.ErrNotExist)
		}
	}
	return rendered, nil
}

// call publishes. A call that is abandoned lets nothing leave any more, unless
// it was allowed to before.
func call(ctx context.Context, ch channels.Channel, rendered channels.Rendered, a *attempt) (channels.Receipt, error) {
	receipt, err := guarded(ctx, "publish", callTime(a.claim.Delivery.Lane), func(ctx context.Context) (channels.Receipt, error) {
		return ch.Publish(ctx, rendered, a)
	})
	if errors.Is(err, errAbandoned) {
		a.abandon()
	}
	return receipt, err
}

// resultOf decides what the ledger writes. This is the seam where a post could
// be doubled or lost, so every way through it is named.
func (w *Worker) resultOf(claim *store.Claim, out trial) store.Result {
	d := &claim.Delivery
	now := w.clock.now()
	result := store.Result{From: post.Sending, Number: out.number, ResetClaims: true, At: now}
	switch {
	case out.missed:
		result.To = post.Missed
		result.Failure = missedFailure()
		return result
	case out.err == nil:
		result.To, result.Outcome = post.Sent, post.OutcomeAccepted
		result.RemoteID, result.RemoteURL, result.SentAt = out.receipt.RemoteID, out.receipt.URL, now
		return result
	}

	e, ok := channels.AsError(out.err)
	if !ok {
		// Not a network's answer: our own ledger or disk, before the creating
		// call or after it. Before it, it passes as a database that restarts
		// does, or ends as missed.
		e = &channels.Error{
			Kind: channels.Temporary, Op: "publish", Code: "internal", Err: out.err,
			Message: "Crieur a rencontré une erreur de son côté. Rien n’a été publié.",
		}
	}
	kind := e.Kind
	if out.created && (kind == channels.Internal || !ok) {
		kind = channels.UnknownOutcome
	}
	if !out.created && kind == channels.UnknownOutcome {
		kind = channels.Temporary
	}
	if kind != e.Kind {
		e = &channels.Error{Kind: kind, Op: e.Op, Code: e.Code, Status: e.Status, RetryAt: e.RetryAt, Err: e}
	}
	failure := e.Failure(out.title)
	result.Failure, result.HTTPStatus = &failure, e.Status

	switch kind {
	case channels.Temporary:
		// A call that had to be abandoned is no outcome: three make poison.
		result.ResetClaims = !errors.Is(out.err, errAbandoned)
		result.To, result.Outcome = post.Retrying, post.OutcomeNotSent
		result.NextAt = w.nextTry(d, now)
	case channels.RateLimited:
		result.To, result.Outcome = post.Retrying, post.OutcomeNotSent
		result.NextAt = laterOf(w.nextTry(d, now), e.RetryAt)
	case channels.UnknownOutcome:
		result.To, result.Outcome = post.Unknown, post.OutcomeUnknown
		result.NextAt = firstLook(d, now)
	case channels.Duplicate:
		// After an attempt whose outcome was never known, "already posted" is
		// proof of that attempt: find it. Otherwise it is a refusal.
		if hadUnknown(claim) {
			result.To, result.Outcome = post.Unknown, post.OutcomeUnknown
			result.NextAt = firstLook(d, now)
		} else {
			result.To, result.Outcome = post.Failed, post.OutcomeRefused
		}
	case channels.Auth:
		if out.renewed {
			result.To, result.Outcome, result.NextAt = post.Retrying, post.OutcomeNotSent, now
		} else {
			result.To, result.Outcome = post.Failed, post.OutcomeRefused
		}
	case channels.Permission, channels.Rejected, channels.MediaRefused, channels.Policy, channels.Billing:
		result.To, result.Outcome = post.Failed, post.OutcomeRefused
	case channels.Internal:
		result.To, result.Outcome = post.Failed, post.OutcomeNotSent
	}
	return result
}

// hadUnknown reports whether an earlier attempt of the delivery ended without
// a known outcome.
func hadUnknown(claim *store.Claim) bool {
	for _, a := range claim.Attempts {
		if a.Outcome == post.OutcomeUnknown || (!a.CreatingAt.IsZero() && a.Outcome == post.OutcomeRunning) {
			return true
		}
	}
	return claim.Delivery.Resends > 0
}

// finish saves an outcome. The network has acted, so the database is given
// time to come back; the lease stays alive meanwhile.
func (w *Worker) finish(ctx context.Context, claim *store.Claim, result store.Result) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishPatience)
	defer cancel()
	for wait := finishFirstWait; ; wait = min(2*wait, time.Second) {
		failpoint.Hit(failpoint.FinishBefore)
		err := w.Ledger.Finish(ctx, claim.Delivery.ID, claim.Delivery.Epoch, result)
		if err == nil || errors.Is(err, post.ErrStale) || errors.Is(err, post.ErrConflict) {
			return err
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return err
		case <-timer.C:
		}
	}
}

const (
	finishPatience  = 10 * time.Second
	finishFirstWait = 20 * time.Millisecond
)

// codeAbandoned: a call did not come back.
const codeAbandoned = "abandoned"

func temporary(op string, err error) error {
	if errors.Is(err, post.ErrStale) {
		return err
	}
	return &channels.Error{
		Kind: channels.Temporary, Op: op, Code: "ledger", Err: err,
		Message: "Crieur n’a pas pu lire ses propres données. Rien n’a été publié.",
	}
}

func mediaLost(err error) error {
	return &channels.Error{
		Kind: channels.MediaRefused, Op: "picture", Code: "media_lost", Err: err,
		Message:  "Le fichier d’une image manque ou a été abîmé. Rien n’a été publié.",
		NextStep: "Envoyez l’image de nouveau, puis réessayez.",
	}
}

func missedFailure() *post.Failure {
	return &post.Failure{
		Kind: string(channels.Temporary), Code: "missed",
		Message:  "L’heure prévue est passée depuis trop longtemps. Rien n’a été publié.",
		NextStep: "Choisissez une nouvelle heure, ou envoyez-la maintenant si elle est encore utile.",
	}
}

// encoded turns a rendition into what a channel sends.
func encoded(e media.Encoded) channels.EncodedImage {
	return channels.EncodedImage{Data: e.Data, ContentType: e.ContentType, Width: e.Width, Height: e.Height}
}
