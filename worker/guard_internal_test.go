package worker

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// A call that does not listen is left to itself soon after its time.
func TestADeafCallIsAbandoned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		start := clock.Now()
		_, err := guarded(t.Context(), "publish", callTimeout, func(context.Context) (int, error) {
			<-release
			return 1, nil
		})
		e, ok := channels.AsError(err)
		if took := clock.Now().Sub(start); !errors.Is(err, errAbandoned) || !ok || e.Kind != channels.UnknownOutcome || took != callTimeout+abandonAfter {
			t.Errorf("%v after %s", err, took)
		}
		close(release)
	})
}

// One that listens has its say, also when its time is over.
func TestACallThatListensAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n, err := guarded(t.Context(), "publish", time.Second, func(ctx context.Context) (int, error) {
			<-ctx.Done()
			return 1, ctx.Err()
		})
		if n != 1 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d, %v", n, err)
		}
		_, err = guarded(t.Context(), "find", time.Second, func(context.Context) (int, error) { panic("falls over") })
		if e, ok := channels.AsError(err); !ok || e.Kind != channels.Internal || e.Code != "panic" {
			t.Errorf("%v", err)
		}
	})
}

// What an abandoned call means: nothing left, so it is tried again and counts
// towards poison; once the creating call was allowed, the account is read.
func TestWhatAnAbandonedCallMeans(t *testing.T) {
	t.Parallel()
	w := &Worker{clock: newLedgerClock(nil, func() time.Duration { return 0 })}
	claim := &store.Claim{Delivery: post.Delivery{State: post.Sending}}
	cause := &channels.Error{Kind: channels.UnknownOutcome, Op: "publish", Code: "abandoned", Err: errAbandoned}
	if r := w.resultOf(claim, trial{number: 1, err: cause}); r.To != post.Retrying || r.Outcome != post.OutcomeNotSent || r.ResetClaims {
		t.Errorf("before the creating call: %+v", r)
	}
	if r := w.resultOf(claim, trial{number: 1, err: cause, created: true}); r.To != post.Unknown || r.Outcome != post.OutcomeUnknown {
		t.Errorf("after it: %+v", r)
	}
	a := &attempt{}
	a.abandon()
	if a.created() || a.phase.CompareAndSwap(phaseOpen, phaseCreating) {
		t.Error("an abandoned call may still create")
	}
	a = &attempt{}
	a.phase.Store(phaseCreating)
	a.abandon()
	if !a.created() {
		t.Error("that the creating call was allowed is forgotten")
	}
}
