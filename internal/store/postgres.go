package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/crieur/crieur/internal/failpoint"
)

const (
	postgresConns = 16
	// postgresTries is how often a transaction runs that the server broke off
	// because it crossed another.
	postgresTries = 3
	// The listener comes back after a lost connection within these bounds.
	firstListenPause   = 100 * time.Millisecond
	longestListenPause = 5 * time.Second
)

// SQLSTATE codes, PostgreSQL appendix A.
const (
	stateForeignKey    = "23503"
	stateUnique        = "23505"
	stateSerialization = "40001"
	stateDeadlock      = "40P01"
	stateDiskFull      = "53100"
)

type postgresEngine struct {
	db  *sql.DB
	log *slog.Logger
	// topic is where the instances of this ledger wake each other.
	topic string
	// self marks our own wake-ups, which we need not hear.
	self string
	bell *bell

	// dues and events hold a ring that is still to be passed on.
	dues   chan struct{}
	events chan struct{}
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

func openPostgres(ctx context.Context, cfg Config, b *bell) (_ engine, err error) {
	conf, err := pgx.ParseConfig(cfg.URL)
	if err != nil {
		// The error of pgx shows the address without its password.
		return nil, err
	}
	conf.RuntimeParams["application_name"] = "crieur"
	e := &postgresEngine{
		db: stdlib.OpenDB(*conf), log: cfg.Log, self: NewID(), bell: b,
		dues: make(chan struct{}, 1), events: make(chan struct{}, 1),
	}
	e.db.SetMaxOpenConns(postgresConns)
	e.db.SetMaxIdleConns(postgresConns)
	if err := checkPostgres(ctx, e.db); err != nil {
		return nil, errors.Join(err, e.db.Close())
	}
	schema, err := one(ctx, e.db, scanOne[string], "SELECT COALESCE(current_schema(), 'public')")
	if err != nil {
		return nil, errors.Join(err, e.db.Close())
	}
	e.topic = "crieur_" + schema
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	e.cancel = cancel
	e.ended.Go(func() { e.listen(background, conf) })
	e.ended.Go(func() { e.notify(background) })
	return e, nil
}

// checkPostgres refuses a server that acknowledges writes before they are on
// disk: an acknowledged post would be lost, or an attempt be made twice.
func checkPostgres(ctx context.Context, db *sql.DB) error {
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		value, err := one(ctx, db, scanOne[string], "SELECT current_setting($1)", setting)
		if err != nil {
			return err
		}
		if value == "off" {
			return fmt.Errorf("PostgreSQL runs with %s = off and may lose what it has confirmed: set it to on", setting)
		}
	}
	return nil
}

func (e *postgresEngine) name() string    { return "postgres" }
func (e *postgresEngine) words() words    { return postgresWords() }
func (e *postgresEngine) reader() querier { return e.db }

func (e *postgresEngine) now(ctx context.Context) (time.Time, error) {
	ms, err := one(ctx, e.db, scanOne[int64], "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")
	return time.UnixMilli(ms).UTC(), err
}

func (e *postgresEngine) write(ctx context.Context, fn writeFunc) error {
	for try := 1; ; try++ {
		err := e.transaction(ctx, fn)
		if try < postgresTries && crossed(err) {
			continue
		}
		return err
	}
}

func (e *postgresEngine) transaction(ctx context.Context, fn writeFunc) (err error) {
	tx, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			if back := tx.Rollback(); !errors.Is(back, sql.ErrTxDone) {
				err = errors.Join(err, back)
			}
		}
	}()
	if err := fn(ctx, tx); err != nil {
		return err
	}
	failpoint.Hit(failpoint.PostgresBeforeCommit)
	return tx.Commit()
}

func (e *postgresEngine) snapshot(ctx context.Context, fn writeFunc) error {
	tx, err := e.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(fn(ctx, tx), tx.Rollback())
}

func (e *postgresEngine) writeOne(ctx context.Context, fn writeFunc) error { return fn(ctx, e.db) }

func crossed(err error) bool {
	state := sqlState(err)
	return state == stateSerialization || state == stateDeadlock
}

func sqlState(err error) string {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code
	}
	return ""
}

func (e *postgresEngine) violation(err error) violation {
	switch sqlState(err) {
	case stateUnique:
		return violatesUnique
	case stateForeignKey:
		return violatesReference
	case stateDiskFull:
		return noRoom
	default:
		return violatesNothing
	}
}

var placeholder = regexp.MustCompile(`\$(\d+)`)

// inserts makes one statement of many: all but the last become parts of its
// WITH. References are checked at the end of the statement, so the order is
// for the reader only.
func (e *postgresEngine) inserts(ctx context.Context, q querier, all []statement) error {
	var text strings.Builder
	var args []any
	for i, s := range all {
		shift := len(args)
		query := placeholder.ReplaceAllStringFunc(s.query, func(p string) string {
			n, _ := strconv.Atoi(p[1:]) // digits by the pattern
			return "$" + strconv.Itoa(n+shift)
		})
		args = append(args, s.args...)
		switch {
		case i == len(all)-1:
			text.WriteString(" " + query)
		case i == 0:
			text.WriteString("WITH part0 AS (" + query + ")")
		default:
			text.WriteString(", part" + strconv.Itoa(i) + " AS (" + query + ")")
		}
	}
	_, err := q.ExecContext(ctx, text.String(), args...)
	return err
}

// provider keeps other instances from migrating at the same time by a lock of
// the session.
func (e *postgresEngine) provider(context.Context) (*goose.Provider, func() error, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, nil, err
	}
	p, err := newProvider(goose.DialectPostgres, e.db, e.words(), goose.WithSessionLocker(locker))
	return p, func() error { return nil }, err
}

// ring asks for a NOTIFY. NOTIFY inside the transaction of the change would
// make all commits wait for each other; sent afterwards it may be lost with
// the process, and then the others find the change by their next sweep.
func (e *postgresEngine) ring(r ring) {
	if r == ringDue {
		signal(e.dues)
		return
	}
	signal(e.events)
}

// notify sends what ring asked for. What is asked while one is under way is
// sent as one.
func (e *postgresEngine) notify(ctx context.Context) {
	for {
		r := ringDue
		select {
		case <-ctx.Done():
			return
		case <-e.dues:
		case <-e.events:
			r = ringEvent
		}
		_, err := e.db.ExecContext(ctx, "SELECT pg_notify($1, $2)", e.topic, string(r)+" "+e.self)
		if err != nil && ctx.Err() == nil {
			e.log.WarnContext(ctx, "the other instances could not be woken", "error", err)
		}
	}
}

// listen hears the other instances, on a connection of its own.
func (e *postgresEngine) listen(ctx context.Context, conf *pgx.ConnConfig) {
	pause := firstListenPause
	for {
		heard, err := e.hear(ctx, conf)
		if ctx.Err() != nil {
			return
		}
		if heard {
			pause = firstListenPause
		}
		e.log.WarnContext(ctx, "wake-ups of other instances are interrupted", "error", err, "again_in", pause)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, longestListenPause)
	}
}

// hear listens on one connection until it breaks. heard says whether it was
// ever listening.
func (e *postgresEngine) hear(ctx context.Context, conf *pgx.ConnConfig) (heard bool, err error) {
	conn, err := pgx.ConnectConfig(ctx, conf.Copy())
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{e.topic}.Sanitize()); err != nil {
		return false, err
	}
	// Something may have been missed while nobody listened.
	e.bell.ring(ringDue)
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return true, err
		}
		if r, from, _ := strings.Cut(n.Payload, " "); from != e.self {
			e.bell.ring(ring(r))
		}
	}
}

func (e *postgresEngine) close() error {
	e.cancel()
	e.ended.Wait()
	return e.db.Close()
}
