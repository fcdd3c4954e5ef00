package standby

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

// attempt is what a channel sees of the standby while it publishes.
type attempt struct {
	standby  *Standby
	alert    *alert
	delivery *post.Delivery
	number   int
	key      string

	mu sync.Mutex
	// at is the moment of the creating call; zero: it was not made.
	at        time.Time
	abandoned bool
	steps     map[step]string
}

type step struct {
	kind     channels.StepKind
	position int
}

var _ channels.Attempt = (*attempt)(nil)

func (a *attempt) Key() string { return a.key }
func (a *attempt) Number() int { return a.number }

func (a *attempt) Step(kind channels.StepKind, position int) (string, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id, ok := a.steps[step{kind, position}]
	return id, ok
}

func (a *attempt) SaveStep(_ context.Context, kind channels.StepKind, position int, remoteID string, _ time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.steps == nil {
		a.steps = map[step]string{}
	}
	a.steps[step{kind, position}] = remoteID
	return nil
}

// Creating records that the call is about to leave, unless the ledger takes the
// delivery over.
func (a *attempt) Creating(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &channels.Error{Kind: channels.Temporary, Op: "creating", Err: err}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.abandoned {
		return &channels.Error{Kind: channels.Temporary, Op: "creating", Err: errAbandoned}
	}
	t := try{Number: a.number, At: a.standby.Now().UTC().Truncate(time.Millisecond)}
	if err := a.standby.begin(a.alert, a.delivery.ID, t); err != nil {
		return &channels.Error{Kind: channels.Temporary, Op: "creating", Err: err}
	}
	a.standby.write(ctx, line{At: t.At, Alert: a.alert.b.ID, Delivery: a.delivery.ID, Try: &t}, true)
	a.at = t.At
	return nil
}

// Image implements channels.Attempt. Messages of alerts have no pictures.
func (a *attempt) Image(_ context.Context, i int) (channels.EncodedImage, error) {
	return channels.EncodedImage{}, &channels.Error{Kind: channels.Internal, Op: "picture", Code: "picture_unknown", Err: fmt.Errorf("picture %d of an alert", i)}
}

func (a *attempt) created() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.at.IsZero()
}

func (a *attempt) abandon() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.abandoned = true
}

// begin notes a call that is about to leave, in the same moment in which it is
// certain that the ledger does not take the delivery over.
func (s *Standby) begin(a *alert, id string, t try) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := a.delivery(id)
	if a.handing || a.handed || s.stopped || d == nil || d.State == post.Cancelled {
		return errHanded
	}
	a.note(id, t)
	d.State, d.Attempts, d.Failure, d.UpdatedAt = post.Sending, d.Attempts+1, nil, t.At
	return nil
}

// note keeps a call, or what became of it.
func (a *alert) note(id string, t try) {
	calls := a.tries[id]
	for i := range calls {
		if calls[i].Number == t.Number {
			calls[i] = t
			return
		}
	}
	a.tries[id] = append(calls, t)
}

// keep notes what came of a delivery, and records it.
func (s *Standby) keep(ctx context.Context, a *alert, before *post.Delivery, out outcome) {
	now := s.Now().UTC().Truncate(time.Millisecond)
	s.mu.Lock()
	d := a.delivery(before.ID)
	l := line{At: now, Alert: a.b.ID, Delivery: d.ID, State: out.state, Failure: out.failure}
	if calls := a.tries[d.ID]; len(calls) > 0 && out.ended != "" {
		last := &calls[len(calls)-1]
		last.Outcome, last.EndedAt, last.RemoteID, last.RemoteURL = out.ended, now, out.receipt.RemoteID, out.receipt.URL
		told := *last
		l.Try = &told
	}
	if d.State == post.Cancelled && out.state != post.Sent && out.state != post.Unknown {
		out.state = post.Cancelled // superseded meanwhile
	}
	d.State, d.Failure, d.NextAt, d.UpdatedAt = out.state, out.failure, time.Time{}, now
	if out.state == post.Sent {
		d.SentAt, d.RemoteID, d.RemoteURL = now, out.receipt.RemoteID, out.receipt.URL
	}
	handed, epoch := a.handed, a.epochs[d.ID]
	s.mu.Unlock()
	if l.Try != nil {
		s.write(ctx, l, true)
	}
	log := s.Log.With("broadcast_id", a.b.ID, "delivery_id", before.ID, "channel", before.Kind, "state", out.state)
	if out.err != nil {
		log.WarnContext(ctx, "a message of an alert did not leave without the ledger", "error", out.err)
	} else {
		log.InfoContext(ctx, "a message of an alert, without the ledger")
	}
	if handed && out.state == post.Sent {
		s.tellLate(ctx, epoch, out.receipt, now)
	}
}

// abandonAfter is how long a call may go on after its time is over.
const abandonAfter = 5 * time.Second

var errAbandoned = errors.New("the call did not end when its time was over")

// guarded calls a channel's code, with an end and without letting a panic out.
func guarded[T any](ctx context.Context, limit time.Duration, call func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			if r := recover(); r != nil {
				a.err = &channels.Error{Kind: channels.Internal, Op: "call", Code: "panic", Err: fmt.Errorf("panic: %v\n%s", r, debug.Stack())}
			}
			answers <- a
		}()
		a.value, a.err = call(ctx)
	}()
	timer := time.NewTimer(limit + abandonAfter)
	defer timer.Stop()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-timer.C:
		var none T
		return none, &channels.Error{Kind: channels.UnknownOutcome, Op: "call", Code: "abandoned", Err: errAbandoned}
	}
}
