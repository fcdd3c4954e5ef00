package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
)

// Config says where the ledger is.
type Config struct {
	// URL is postgres://…; "" means SQLite in Dir.
	URL string
	// Dir is the data folder. It is made, and closed to other users.
	Dir string
	// Guest opens a SQLite ledger beside a running server, for one short
	// command: it takes no instance lock.
	Guest bool
	// MailAfter is how long a notice waits for others of the same reader before
	// its mail leaves; 0: there is no server for mail, and none waits.
	MailAfter time.Duration
	Log       *slog.Logger
	// Now is the clock for SQLite and for what only this process sees.
	Now func() time.Time
}

// Store is the ledger. It is safe for concurrent use.
type Store struct {
	engine engine
	now    func() time.Time
	log    *slog.Logger
	bell   *bell
	// mailAfter is Config.MailAfter.
	mailAfter time.Duration
}

// Open opens the ledger and refuses one that could lose an acknowledged write.
// It changes no table: call Migrate before anything else.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Log == nil || cfg.Now == nil {
		return nil, errors.New("store: Config needs Log and Now")
	}
	s := &Store{now: cfg.Now, log: cfg.Log, bell: newBell(), mailAfter: cfg.MailAfter}
	var err error
	if s.engine, err = openEngine(ctx, cfg, s.bell); err != nil {
		return nil, fmt.Errorf("store: open: %w", err)
	}
	return s, nil
}

// Close waits for the writes in progress and closes the ledger. A write that
// comes later fails.
func (s *Store) Close() error { return s.engine.close() }

// Engine names the database: "sqlite" or "postgres".
func (s *Store) Engine() string { return s.engine.name() }

// Now is the time by which "due" is judged: the database's own where several
// machines share it.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	now, err := s.engine.now(ctx)
	return now, s.wrap("now", err)
}

// NewID makes an id that grows with time: a UUIDv7.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// write runs fn in a transaction. fn may run more than once and must not keep
// results of a run that failed. It uses the context that it is given: a write
// that has begun is not cut off by its caller's leaving.
func (s *Store) write(ctx context.Context, op string, fn writeFunc) error {
	return s.wrap(op, s.engine.write(ctx, fn))
}

// writeOne is write for an fn that sends a single statement.
func (s *Store) writeOne(ctx context.Context, op string, fn writeFunc) error {
	return s.wrap(op, s.engine.writeOne(ctx, fn))
}

// wrap names the operation and puts the driver's error into the ledger's words.
func (s *Store) wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store: %s: %w", op, normalise(s.engine, err))
}
