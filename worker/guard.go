package worker

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/crieur/crieur/channels"
)

// abandonAfter is how long a call into a channel may go on after its time is
// over. One that does not listen is left to itself then: it must not hold its
// lane, and the lease of its delivery, for ever.
const abandonAfter = 5 * time.Second

// errAbandoned is a call that did not end when its time was over.
var errAbandoned = errors.New("the call did not end when its time was over")

// guarded calls a channel's code, with an end and without letting a panic out.
// Whether an abandoned call has done its work is not known.
func guarded[T any](ctx context.Context, op string, timeout time.Duration, call func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
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
				a.err = panicked(op, r)
			}
			answers <- a
		}()
		a.value, a.err = call(ctx)
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
	}
	patience := time.NewTimer(abandonAfter)
	defer patience.Stop()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-patience.C:
		var none T
		return none, &channels.Error{Kind: channels.UnknownOutcome, Op: op, Code: codeAbandoned, Err: errAbandoned}
	}
}

func panicked(op string, r any) *channels.Error {
	return &channels.Error{Kind: channels.Internal, Op: op, Code: "panic", Err: fmt.Errorf("panic: %v\n%s", r, debug.Stack())}
}
