package store

import (
	"errors"
	"fmt"

	"github.com/crieur/crieur/internal/post"
)

// The ledger's answers, under the names by which callers know them.
var (
	ErrNotFound = post.ErrNotFound
	ErrConflict = post.ErrConflict
	ErrStale    = post.ErrStale
)

var (
	// ErrInProgress: a request with the same idempotency key is running.
	ErrInProgress = fmt.Errorf("a request with this idempotency key is running: %w", post.ErrConflict)
	// ErrKeyReused: the idempotency key came before with another request.
	ErrKeyReused = fmt.Errorf("the idempotency key was used for another request: %w", post.ErrConflict)
)

// violation is what a database says of a refused row.
type violation int

const (
	violatesNothing violation = iota
	// violatesUnique: the row, or a part that must be unique, exists.
	violatesUnique
	// violatesReference: the row points at one that does not exist in its
	// commune.
	violatesReference
	// noRoom: the disk is full.
	noRoom
)

// normalise is the one place where a driver's error becomes one of the
// ledger's. It goes by codes, never by words.
func normalise(e engine, err error) error {
	if errors.Is(err, post.ErrNotFound) || errors.Is(err, post.ErrConflict) || errors.Is(err, post.ErrStale) {
		return err
	}
	switch e.violation(err) {
	case violatesUnique:
		return fmt.Errorf("%w: %w", post.ErrConflict, err)
	case violatesReference:
		return fmt.Errorf("%w: %w", post.ErrNotFound, err)
	case noRoom:
		return fmt.Errorf("%w: %w", post.ErrFull, err)
	case violatesNothing:
	}
	return err
}
