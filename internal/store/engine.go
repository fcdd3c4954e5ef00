package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/pressly/goose/v3"
)

// querier runs statements: a pool, a transaction or a connection.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// writeFunc is the body of a write.
type writeFunc func(ctx context.Context, q querier) error

// statement is a statement with its arguments, numbered from $1.
type statement struct {
	query string
	args  []any
}

// engine is what the two databases do differently.
type engine interface {
	name() string
	// reader is for statements that change nothing.
	reader() querier
	// write runs fn in a transaction of its own, or in one that holds several
	// writes of which each stands or falls alone.
	write(ctx context.Context, fn writeFunc) error
	// writeOne runs an fn that sends one statement, which commits by itself.
	writeOne(ctx context.Context, fn writeFunc) error
	// inserts runs statements that add rows, in order, all or none, in one
	// round trip where the database can.
	inserts(ctx context.Context, q querier, all []statement) error
	// snapshot runs fn on the ledger as it is at one moment; others write on.
	snapshot(ctx context.Context, fn writeFunc) error
	now(ctx context.Context) (time.Time, error)
	violation(err error) violation
	words() words
	// provider opens the migrations; done releases it.
	provider(ctx context.Context) (p *goose.Provider, done func() error, err error)
	// ring passes a ring on to the other processes.
	ring(ring)
	close() error
}

// words are the places where the SQL text differs.
type words struct {
	// skipLocked ends a SELECT that takes rows for an UPDATE, so that two
	// instances share the work instead of waiting for each other.
	skipLocked string
	// share ends a SELECT from communes AS m whose answer must hold until the
	// transaction ends. Many may have it.
	share string
	// alone ends the WHERE of an UPDATE of communes AS m: it waits until nobody
	// shares the row, and whoever asks after it waits for its transaction.
	alone string
	// up makes the events table and what else only this database needs.
	up []string
	// eventsAfter lists the events after $1, at most $2, in an order in which
	// no event can appear before one that was listed already.
	eventsAfter string
	// settle runs after the migrations; "" is nothing.
	settle string
	// lastEvent is the newest event that eventsAfter would list.
	lastEvent string
	// numberEvents makes events be numbered from beyond $1.
	numberEvents []string
}
