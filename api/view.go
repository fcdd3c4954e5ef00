package api

import (
	"time"

	"github.com/crieur/crieur/internal/post"
)

// The contract tells "none" from "empty" with null; the domain uses zero
// values.

// instant is null for a zero time.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = moment(t)
	return &t
}

// moment is an instant as the ledger keeps it: what is answered at once is what
// will be shown later.
func moment(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// text is null for "".
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// value is the zero value for what was left out.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// notNil makes an empty list [] instead of null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func failureView(f *post.Failure) *Failure {
	if f == nil {
		return nil
	}
	return &Failure{Kind: f.Kind, Code: f.Code, Message: f.Message, NextStep: f.NextStep}
}
