package worker

import (
	"context"
	"errors"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// In an alert silence costs more than a message that stands there twice, which
// its number and its hour make plain: what is not known to have been said is
// said once more, after one reading instead of a proof.
const (
	// crisisSilence is how long an account that cannot be read is waited for.
	crisisSilence = 30 * time.Second
	// crisisLook is the time between readings until then.
	crisisLook = 5 * time.Second
	// crisisReadings stand for crisisSilence where the clock cannot be trusted.
	crisisReadings = int(crisisSilence/crisisLook) + 1
	// crisisRenewal is how long an alert waits for credentials that have ended.
	crisisRenewal = 5 * time.Second
)

// open opens a channel for a lane: an alert shares no connection with anything
// else.
func (w *Worker) open(ctx context.Context, ch post.Channel, lane post.Lane) (channels.Driver, channels.Channel, error) {
	if lane == post.LaneCrisis {
		return w.Opener.OpenCrisis(ctx, ch)
	}
	return w.Opener.Open(ctx, ch)
}

// callTime is how long one publication may take.
func callTime(lane post.Lane) time.Duration {
	if lane == post.LaneCrisis {
		return crisisTimeout
	}
	return callTimeout
}

// renewInTime is renewAtLast for an alert. A renewal that takes longer goes on
// by itself.
func (w *Worker) renewInTime(ctx context.Context, ch post.Channel) post.Channel {
	if ch.CredentialsExpireAt.IsZero() || ch.CredentialsExpireAt.After(w.clock.now()) {
		return ch
	}
	fresh, err := guarded(ctx, "renew", crisisRenewal, func(ctx context.Context) (post.Channel, error) {
		fresh, _ := w.renewals.Fresh(ctx, ch)
		return fresh, nil
	})
	if err != nil {
		return ch
	}
	return fresh
}

// firstLook is when an unclear answer is read back: in an alert at once.
func firstLook(d *post.Delivery, now time.Time) time.Time {
	if d.Lane == post.LaneCrisis {
		return now
	}
	return now.Add(firstReading)
}

// nextTry is when to try again what was proved not sent. An alert never rests
// for longer than it does behind a broken network.
func (w *Worker) nextTry(d *post.Delivery, now time.Time) time.Time {
	next := retryAt(now, d.Attempts+1)
	if most := now.Add(crisisEvery); d.Lane == post.LaneCrisis && next.After(most) {
		return most
	}
	return next
}

// crisisVerdict decides on an unclear answer to a message of an alert that was
// not said again yet: found it is sent, otherwise it is sent once more, after one
// trustworthy reading without it, or when the account could not be read in time.
// The commune's wish to be asked before is for ordinary posts.
func (w *Worker) crisisVerdict(claim *store.Claim, r reading, result store.Result) store.Result {
	d := &claim.Delivery
	now := result.At
	since := unknownSince(claim)
	jumped, _ := w.clock.state()
	silent := now.Sub(since) >= crisisSilence
	if jumped || now.Before(since) {
		silent = d.Claims >= crisisReadings
	}
	switch {
	case r.finding.Trustworthy:
		result.To, result.Outcome = post.Retrying, post.OutcomeNotSent
	case silent:
		// Not proved: the try is given up, and what it did may still be found.
		result.To, result.Outcome = post.Retrying, post.OutcomeResolved
	default:
		result.To = post.Unknown
		result.NextAt = now.Add(crisisLook)
		if end := since.Add(crisisSilence); end.After(now) && end.Before(result.NextAt) {
			result.NextAt = end
		}
		return result
	}
	result.Resend, result.ResetClaims, result.NextAt = true, true, now
	return result
}

// unknownSince is when the unclear answer came.
func unknownSince(claim *store.Claim) time.Time {
	var since time.Time
	for _, a := range claim.Attempts {
		if a.CreatingAt.IsZero() || (a.Outcome != post.OutcomeUnknown && a.Outcome != post.OutcomeRunning) {
			continue
		}
		since = laterOf(since, laterOf(a.CreatingAt, a.EndedAt))
	}
	if since.IsZero() {
		return claim.Delivery.DueAt
	}
	return since
}

// readTime bounds one reading: the first ones of an alert end in time for the
// message to be said once more.
func (w *Worker) readTime(claim *store.Claim) time.Duration {
	if claim.Delivery.Lane != post.LaneCrisis {
		return readTimeout
	}
	left := unknownSince(claim).Add(crisisSilence).Sub(w.clock.now())
	return min(max(left, crisisLook), readTimeout)
}

// answers is the remote id of what a message answers: of the delivery that it
// names, or, where that did not leave, of what that one answers. "": it stands
// for itself.
func (w *Worker) answers(ctx context.Context, d *post.Delivery) string {
	const deepest = 50
	id := d.ReplyTo
	for range deepest {
		if id == "" {
			return ""
		}
		before, err := w.Ledger.Delivery(ctx, d.CommuneID, id)
		if err != nil || before.ChannelID != d.ChannelID {
			if err != nil && ctx.Err() == nil {
				w.Log.WarnContext(ctx, "what a message answers cannot be read; it stands for itself", "delivery_id", d.ID, "error", err)
			}
			return ""
		}
		if before.RemoteID != "" {
			return before.RemoteID
		}
		id = before.ReplyTo
	}
	return ""
}

// stopped says why the ledger did not let a creating call pass.
func stopped(err error) error {
	switch {
	case errors.Is(err, store.ErrHeldBack):
		return &channels.Error{
			Kind: channels.Temporary, Op: "creating", Code: "held_back", Err: err,
			Message:  "Une alerte est en cours : le reste attend. Rien n’a été publié.",
			NextStep: "Après l’alerte, choisissez ce qui part encore.",
		}
	case errors.Is(err, store.ErrSuperseded):
		return &channels.Error{
			Kind: channels.Temporary, Op: "creating", Code: "superseded", Err: err,
			Message:  "Un message plus récent de l’alerte l’a remplacé. Rien n’a été publié.",
			NextStep: "Rien à faire.",
		}
	default:
		return temporary("creating", err)
	}
}
