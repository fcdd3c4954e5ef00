package post

import (
	"errors"
	"fmt"
)

// What the ledger answers. Callers turn them into a Problem with a sentence
// where they know more; the API turns what is left into 404, 409 and 412.
var (
	// ErrNotFound: not there, or of another commune.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the row exists already, or its state does not allow the
	// change.
	ErrConflict = errors.New("conflict")
	// ErrStale: somebody changed the row since it was read; for the worker,
	// the lease was lost.
	ErrStale = errors.New("stale")
	// ErrFull: there is no room to write. It passes when there is.
	ErrFull = errors.New("the disk is full")
)

// ProblemKind is what a caller can do about a problem; the API gives each kind
// one HTTP status.
type ProblemKind string

const (
	Invalid         ProblemKind = "invalid"         // 422
	Malformed       ProblemKind = "malformed"       // 400
	TooLarge        ProblemKind = "too_large"       // 413
	NotFound        ProblemKind = "not_found"       // 404
	Conflict        ProblemKind = "conflict"        // 409
	Stale           ProblemKind = "stale"           // 412
	Forbidden       ProblemKind = "forbidden"       // 403
	Unauthenticated ProblemKind = "unauthenticated" // 401
	TooMany         ProblemKind = "too_many"        // 429
	Unavailable     ProblemKind = "unavailable"     // 503
)

// Field is what is wrong with one field of the input.
type Field struct {
	// Field is its path, as "images[2].alt".
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Problem is an error that a person can act on. Detail is fit to show: plain
// French, no secret, no internals.
type Problem struct {
	Kind   ProblemKind
	Code   string
	Detail string
	Fields []Field
	// Err is the cause, for the log only.
	Err error
}

func (p *Problem) Error() string {
	if p.Err != nil {
		return fmt.Sprintf("%s: %s: %v", p.Code, p.Detail, p.Err)
	}
	return fmt.Sprintf("%s: %s", p.Code, p.Detail)
}

func (p *Problem) Unwrap() error { return p.Err }

// NotFoundProblem is the one answer for "not there" and "not yours".
func NotFoundProblem() *Problem {
	return &Problem{Kind: NotFound, Code: "not_found", Detail: "Introuvable."}
}
