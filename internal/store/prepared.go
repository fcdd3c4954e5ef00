package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
)

var errBadConn = driver.ErrBadConn

// preparedMax bounds the statements that are kept. The store has fewer; lists
// of unusual lengths may pass it and are then prepared each time.
const preparedMax = 400

// prepared is a querier that prepares each statement once. SQLite compiles a
// statement in about the time that it takes to run it.
type prepared struct {
	plain   querier
	prepare func(ctx context.Context, query string) (*sql.Stmt, error)
	mu      sync.Mutex
	all     map[string]*sql.Stmt
}

func newPrepared(plain querier, prepare func(context.Context, string) (*sql.Stmt, error)) *prepared {
	return &prepared{plain: plain, prepare: prepare, all: map[string]*sql.Stmt{}}
}

// statement returns nil when the query is to be run as it is. Preparing may
// wait for a connection, so it happens outside the lock; where two callers did
// it at once, the second one's is closed.
func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	p.mu.Lock()
	s, full := p.all[query], len(p.all) >= preparedMax
	p.mu.Unlock()
	if s != nil || full {
		return s, nil
	}
	s, err := p.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if first := p.all[query]; first != nil {
		return first, s.Close() //nolint:sqlclosecheck // the other one stays
	}
	p.all[query] = s
	return s, nil
}

func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := p.statement(ctx, query) //nolint:sqlclosecheck // kept until close
	if err != nil {
		return nil, err
	}
	if s == nil {
		return p.plain.ExecContext(ctx, query, args...)
	}
	return s.ExecContext(ctx, args...)
}

func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.statement(ctx, query) //nolint:sqlclosecheck // kept until close
	if err != nil {
		return nil, err
	}
	if s == nil {
		return p.plain.QueryContext(ctx, query, args...)
	}
	return s.QueryContext(ctx, args...)
}

func (p *prepared) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all error
	for _, s := range p.all {
		all = errors.Join(all, s.Close())
	}
	clear(p.all)
	return all
}
