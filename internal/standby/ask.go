package standby

import (
	"context"
	"errors"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const (
	// patience is how long the ledger may take to answer while an alert waits
	// for it: a busy one is not away.
	patience = 3 * time.Second
	// actPatience is how long it may take for an act, which holds thousands of
	// deliveries in its transaction. An alert that leaves without the ledger
	// holds nothing back before the ledger is back.
	actPatience = 5 * time.Second
	// grace is how long a ledger that does not even listen to the end of its
	// time is waited for.
	grace = time.Second
)

var errSilent = errors.New("the ledger did not answer in time")

// within asks the ledger, and does not wait longer than an alert may. What is
// abandoned may still be done: everything that is done twice has its ids.
func within[T any](ctx context.Context, limit time.Duration, ask func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		defer cancel()
		var a answer
		a.value, a.err = ask(ctx)
		answers <- a
	}()
	timer := time.NewTimer(limit + grace)
	defer timer.Stop()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-timer.C:
		var none T
		return none, errSilent
	}
}

// answered reports whether an error is the ledger's own answer. Anything else
// means that it could not answer: an alert leaves all the same.
func answered(err error) bool {
	var problem *post.Problem
	return errors.As(err, &problem) || errors.Is(err, post.ErrNotFound) || errors.Is(err, post.ErrConflict) || errors.Is(err, post.ErrStale)
}

// either asks the ledger, or the copy where the ledger is away.
func either[T any](ctx context.Context, s *Standby, ledger func(context.Context) (T, error), memory func() (T, error)) (T, error) {
	if s.Away() {
		return memory()
	}
	value, err := within(ctx, patience, ledger)
	if err == nil || answered(err) || ctx.Err() != nil {
		return value, err
	}
	s.leave(ctx, err)
	return memory()
}

// knownOr is either for what the copy has of few: whoever is not in it has the
// ledger's answer, however long it takes.
func knownOr[T any](ctx context.Context, s *Standby, ledger func(context.Context) (T, error), memory func() (T, error)) (T, error) {
	value, err := either(ctx, s, ledger, memory)
	if errors.Is(err, ErrAway) {
		return ledger(ctx)
	}
	return value, err
}

// act is either for what must be done although the caller left, and for which
// room is made on a full disk.
func act[T any](ctx context.Context, s *Standby, ledger func(context.Context) (T, error), memory func() (T, error)) (T, error) {
	ctx = context.WithoutCancel(ctx)
	if s.Away() {
		return memory()
	}
	value, err := within(ctx, actPatience, ledger)
	if errors.Is(err, post.ErrFull) && s.Ballast.Free() {
		s.Log.WarnContext(ctx, "the disk is full: the ballast was given up for an alert")
		value, err = within(ctx, actPatience, ledger)
	}
	if err == nil || answered(err) {
		return value, err
	}
	s.leave(ctx, err)
	return memory()
}

// nothing makes a function without a value one with an empty one.
func nothing(do func(context.Context) error) func(context.Context) (struct{}, error) {
	return func(ctx context.Context) (struct{}, error) { return struct{}{}, do(ctx) }
}

// none is the copy's answer where it has none.
func none[T any]() (T, error) {
	var zero T
	return zero, away(nil)
}
