package standby

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

const (
	// callTimeout bounds a call that publishes, readTimeout one that looks.
	callTimeout = 45 * time.Second
	readTimeout = 10 * time.Second
	// Proved not sent: tried again within these bounds.
	firstRetry   = time.Second
	longestRetry = 30 * time.Second
	// unclearFor is how long an unclear answer is looked into before the message
	// is sent once more: silence costs more than a double, whose number and hour
	// say that it is one.
	unclearFor  = 30 * time.Second
	unclearLook = 10 * time.Second
	// lastLook is how often a message that was sent once more is looked for.
	lastLook = time.Minute
	// maxTries is one call and one more, as the ledger has it for alerts.
	maxTries = 2
)

// errHanded: the ledger takes the delivery over, or nothing may leave any more.
var errHanded = errors.New("the delivery is not sent from here any more")

// send lets deliveries leave, all at once. One that hangs delays none.
func (s *Standby) send(ctx context.Context, id string, deliveries []string) {
	ctx = context.WithoutCancel(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.alerts[id]
	for _, deliveryID := range deliveries {
		if a == nil || a.running[deliveryID] || s.stopped {
			continue
		}
		a.running[deliveryID] = true
		s.sends.Go(func() { s.carry(ctx, a, deliveryID) })
	}
}

// resume goes on with what an earlier process began. A call of which it knows
// no answer may have left.
func (s *Standby) resume(ctx context.Context) {
	s.mu.Lock()
	leaving := map[string][]string{}
	for id, a := range s.alerts {
		leaving[id] = a.leaving()
	}
	s.mu.Unlock()
	for id, deliveries := range leaving {
		s.send(ctx, id, deliveries)
	}
}

// carry brings one delivery to an outcome, or to the ledger.
func (s *Standby) carry(ctx context.Context, a *alert, id string) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(a.running, id)
	}()
	wait := firstRetry
	for {
		d, calls, ok := s.may(a, id)
		if !ok {
			return
		}
		var out outcome
		if d.State == post.Unknown {
			out = s.inquire(ctx, a, &d, calls)
		} else {
			out = s.try(ctx, a, &d, calls)
		}
		if errors.Is(out.err, errHanded) {
			if !s.pause(lookEvery) {
				return
			}
			continue
		}
		s.keep(ctx, a, &d, out)
		switch out.state {
		case post.Retrying:
			if !s.pause(wait) {
				return
			}
			wait = min(2*wait, longestRetry)
		case post.Unknown, post.Scheduled:
			// It is looked for, or sent once more.
		default:
			return
		}
	}
}

// may reports whether a delivery is still to be brought to an outcome here.
func (s *Standby) may(a *alert, id string) (d post.Delivery, calls []try, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := a.delivery(id)
	if found == nil || a.handed || s.stopped {
		return d, nil, false
	}
	switch found.State {
	case post.Scheduled, post.Retrying, post.Unknown:
		return *found, append(calls, a.tries[id]...), true
	default:
		return d, nil, false
	}
}

// pause waits; false: the process ends.
func (s *Standby) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.stopping:
		return false
	}
}

// outcome is what came of a call.
type outcome struct {
	state   post.State
	receipt channels.Receipt
	failure *post.Failure
	// ended is how the last call ended; "" leaves it.
	ended post.Outcome
	err   error
}

// try opens the channel and publishes once.
func (s *Standby) try(ctx context.Context, a *alert, d *post.Delivery, calls []try) outcome {
	attempt := &attempt{standby: s, alert: a, delivery: d, number: len(calls) + 1}
	title := s.Title(d.Kind)
	receipt, err := s.publish(ctx, d, attempt)
	created := attempt.created()
	if err == nil {
		return outcome{state: post.Sent, receipt: receipt, ended: post.OutcomeAccepted}
	}
	if errors.Is(err, errHanded) {
		return outcome{err: errHanded}
	}
	e, ok := channels.AsError(err)
	if !ok {
		e = &channels.Error{Kind: channels.Temporary, Op: "publish", Code: "internal", Err: err}
	}
	kind := e.Kind
	switch {
	case created && (kind == channels.Internal || !ok):
		kind = channels.UnknownOutcome
	case !created && kind == channels.UnknownOutcome:
		kind = channels.Temporary
	case kind == channels.Duplicate && len(calls) > 0:
		// The network has it: an earlier call arrived.
		kind = channels.UnknownOutcome
	}
	failure := (&channels.Error{Kind: kind, Op: e.Op, Code: e.Code, Message: e.Message, NextStep: e.NextStep}).Failure(title)
	out := outcome{failure: &failure, err: err}
	switch kind {
	case channels.Temporary, channels.RateLimited, channels.Auth:
		// Credentials that have ended are renewed with the ledger alone, by a
		// worker, which takes this message up when it is back.
		out.state, out.ended = post.Retrying, post.OutcomeNotSent
	case channels.UnknownOutcome:
		out.state, out.ended = post.Unknown, post.OutcomeUnknown
	default:
		out.state, out.ended = post.Failed, post.OutcomeRefused
	}
	if !created {
		out.ended = ""
	}
	return out
}

func (s *Standby) publish(ctx context.Context, d *post.Delivery, attempt *attempt) (channels.Receipt, error) {
	rendered, opened, err := s.opened(ctx, d)
	if err != nil {
		return channels.Receipt{}, err
	}
	attempt.key = rendered.Key
	receipt, err := guarded(ctx, callTimeout, func(ctx context.Context) (channels.Receipt, error) {
		return opened.Publish(sendingFromHere(ctx), rendered, attempt)
	})
	if errors.Is(err, errAbandoned) {
		attempt.abandon()
	}
	return receipt, err
}

// opened opens the channel of a delivery and reads what leaves.
func (s *Standby) opened(ctx context.Context, d *post.Delivery) (channels.Rendered, channels.Channel, error) {
	var rendered channels.Rendered
	if err := json.Unmarshal(d.Rendered, &rendered); err != nil {
		return rendered, nil, &channels.Error{Kind: channels.Rejected, Op: "open", Code: "rendering_unreadable", Err: err}
	}
	rendered.ReplyTo = s.remoteID(d.CommuneID, d.ReplyTo)
	ch, ok := s.channel(d)
	if !ok {
		return rendered, nil, &channels.Error{Kind: channels.Rejected, Op: "open", Code: "channel_unknown", Err: fmt.Errorf("channel %s is not in the copy", d.ChannelID)}
	}
	_, opened, err := s.opener.OpenCrisis(ctx, ch)
	return rendered, opened, err
}

func (s *Standby) channel(d *post.Delivery) (post.Channel, bool) {
	for _, ch := range s.copied().channels[d.CommuneID] {
		if ch.ID == d.ChannelID {
			return ch, true
		}
	}
	return post.Channel{}, false
}

// remoteID is where a delivery stands on its network or, where it did not leave,
// where the one stands that it answers; "" where nothing does.
func (s *Standby) remoteID(communeID, deliveryID string) string {
	if deliveryID == "" {
		return ""
	}
	for _, b := range s.broadcasts(communeID) {
		a := &alert{b: b}
		for d, n := a.delivery(deliveryID), 0; d != nil && n <= len(b.Messages); d, n = a.delivery(d.ReplyTo), n+1 {
			if d.RemoteID != "" {
				return d.RemoteID
			}
		}
	}
	return ""
}

// inquire looks for a message of which the network did not say whether it has
// it. Not found for long enough, it is sent once more, and after that only
// looked for.
func (s *Standby) inquire(ctx context.Context, a *alert, d *post.Delivery, calls []try) outcome {
	since := d.UpdatedAt
	if len(calls) > 0 {
		since = calls[len(calls)-1].EndedAt
		if since.IsZero() {
			since = calls[len(calls)-1].At
		}
	}
	for {
		if receipt := s.find(ctx, d, calls); receipt != nil {
			return outcome{state: post.Sent, receipt: *receipt, ended: post.OutcomeAccepted}
		}
		again := unclearLook
		if !s.once(a, d.ID) {
			again = lastLook
		} else if s.Now().Sub(since) >= unclearFor {
			return outcome{state: post.Scheduled, failure: d.Failure}
		}
		if !s.pause(again) {
			return outcome{err: errHanded}
		}
		if _, _, ok := s.may(a, d.ID); !ok {
			return outcome{err: errHanded}
		}
	}
}

// once reports whether an unclear message may be sent once more: at most one
// extra call, and only of what the alert says now.
func (s *Standby) once(a *alert, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := a.prior[id]
	for _, t := range a.tries[id] {
		if t.Outcome != post.OutcomeNotSent && t.Outcome != post.OutcomeRefused {
			calls++
		}
	}
	return calls < maxTries && a.newest(id)
}

// find reads the account once; nil: the message was not seen.
func (s *Standby) find(ctx context.Context, d *post.Delivery, calls []try) *channels.Receipt {
	rendered, opened, err := s.opened(ctx, d)
	if err != nil {
		return nil
	}
	finder, ok := opened.(channels.Finder)
	if !ok {
		return nil
	}
	probe := channels.Probe{Key: rendered.Key, Rendered: rendered, StartedAt: d.DueAt, EndedAt: s.Now()}
	if len(calls) > 0 {
		probe.StartedAt = calls[0].At
	}
	finding, err := guarded(ctx, readTimeout, func(ctx context.Context) (channels.Finding, error) {
		return finder.Find(sendingFromHere(ctx), probe)
	})
	if err != nil {
		s.Log.WarnContext(ctx, "an alert could not be looked for", "delivery_id", d.ID, "error", err)
		return nil
	}
	return finding.Receipt
}
