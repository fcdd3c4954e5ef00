package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	sqliteFile = "crieur.db"
	// sqliteReaders is how many reads run at once; a read waits for no write.
	sqliteReaders = 8
	// sqliteBusy is how long a write waits for another process, as a command
	// beside the server.
	sqliteBusy = 5 * time.Second
)

// sqliteOldest is the first SQLite without the fault that could damage a
// database in WAL mode when two connections wrote or checkpointed at once
// (sqlite.org/wal.html, "WAL-reset bug", fixed on 2026-03-13).
var sqliteOldest = [3]int{3, 51, 3} //nolint:gochecknoglobals // a constant, which Go has not for arrays

type sqliteEngine struct {
	dir     string
	clock   func() time.Time
	lock    *os.File
	readDB  *sql.DB
	reads   *prepared
	writeDB *sql.DB
	writer  *writer
}

func openSQLite(ctx context.Context, cfg Config) (_ engine, err error) {
	if cfg.Dir == "" {
		return nil, errors.New("SQLite needs a data folder")
	}
	e := &sqliteEngine{dir: cfg.Dir, clock: cfg.Now}
	if err := privateDir(cfg.Dir); err != nil {
		return nil, err
	}
	if !cfg.Guest {
		if e.lock, err = lockFile(filepath.Join(cfg.Dir, "crieur.lock"), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			return nil, fmt.Errorf("another server uses the data folder %s: %w (%w)", cfg.Dir, ErrRunning, err)
		}
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.close())
		}
	}()
	if e.writeDB, err = e.open(1, nil); err != nil {
		return nil, err
	}
	// The first connection makes the file and puts it into WAL mode, which the
	// readers need.
	if err := checkSQLite(ctx, e.writeDB); err != nil {
		return nil, err
	}
	if e.readDB, err = e.open(sqliteReaders, url.Values{"_query_only": {"true"}}); err != nil {
		return nil, err
	}
	e.reads = newPrepared(e.readDB, e.readDB.PrepareContext)
	e.writer = newWriter(e.writeDB)
	return e, nil
}

// open opens a pool. The busy timeout comes first, so that the switch to WAL
// waits too.
func (e *sqliteEngine) open(conns int, more url.Values) (*sql.DB, error) {
	query := url.Values{
		"_busy_timeout": {strconv.FormatInt(sqliteBusy.Milliseconds(), 10)},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"true"},
		"_txlock":       {"immediate"},
		// What undoes one statement or savepoint is small and lives for
		// milliseconds: it need not go through a file.
		"_pragma": {"temp_store(MEMORY)"},
	}
	for k, v := range more {
		query[k] = v
	}
	path, err := filepath.Abs(filepath.Join(e.dir, sqliteFile))
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

func checkSQLite(ctx context.Context, db *sql.DB) error {
	version, err := one(ctx, db, scanOne[string], "SELECT sqlite_version()")
	if err != nil {
		return err
	}
	if !atLeast(version, sqliteOldest) {
		return fmt.Errorf("SQLite %s can damage its files; %d.%d.%d is the oldest that is safe",
			version, sqliteOldest[0], sqliteOldest[1], sqliteOldest[2])
	}
	mode, err := one(ctx, db, scanOne[string], "PRAGMA journal_mode")
	if err == nil && mode != "wal" {
		err = fmt.Errorf("SQLite cannot use its write-ahead log here (journal mode %q): use a local disk", mode)
	}
	return err
}

// atLeast compares versions as "3.51.3". What it cannot read is too old.
func atLeast(version string, oldest [3]int) bool {
	parts := strings.SplitN(version, ".", len(oldest))
	if len(parts) != len(oldest) {
		return false
	}
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < oldest[i] {
			return false
		}
		if n > oldest[i] {
			return true
		}
	}
	return true
}

// privateDir makes a folder that only its owner can enter, and closes one that
// was open to others.
func privateDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return os.Chmod(dir, 0o700) //nolint:gosec // a folder needs its x bit
	}
	return nil
}

// lockFile takes a lock that ends with the process, however it ends.
func lockFile(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(filepath.Clean(path), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (e *sqliteEngine) name() string    { return "sqlite" }
func (e *sqliteEngine) words() words    { return sqliteWords() }
func (e *sqliteEngine) reader() querier { return e.reads }

// ring does nothing: there is no other server, and a command's change is found
// by the next sweep.
func (e *sqliteEngine) ring(ring) {}

func (e *sqliteEngine) now(context.Context) (time.Time, error) { return e.clock().UTC(), nil }

func (e *sqliteEngine) write(ctx context.Context, fn writeFunc) error { return e.writer.do(ctx, fn) }

// snapshot reads in one deferred transaction: its first reading fixes the
// moment.
func (e *sqliteEngine) snapshot(ctx context.Context, fn writeFunc) (err error) {
	conn, err := e.readDB.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "BEGIN DEFERRED"); err != nil {
		return err
	}
	err = fn(ctx, conn)
	_, end := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	return errors.Join(err, end)
}

func (e *sqliteEngine) writeOne(ctx context.Context, fn writeFunc) error {
	return e.writer.do(ctx, fn)
}

func (e *sqliteEngine) inserts(ctx context.Context, q querier, all []statement) error {
	for _, s := range all {
		if _, err := q.ExecContext(ctx, s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}

func (e *sqliteEngine) violation(err error) violation {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return violatesNothing
	}
	switch se.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return violatesUnique
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return violatesReference
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE:
		return noRoom
	default:
		return violatesNothing
	}
}

// provider opens a connection of its own, because the writer keeps the only
// one of its pool, and a lock, because a command and a server may start at the
// same moment.
func (e *sqliteEngine) provider(context.Context) (*goose.Provider, func() error, error) {
	lock, err := lockFile(filepath.Join(e.dir, "crieur.migrate.lock"), syscall.LOCK_EX)
	if err != nil {
		return nil, nil, err
	}
	db, err := e.open(1, nil)
	if err != nil {
		return nil, nil, errors.Join(err, lock.Close())
	}
	done := func() error { return errors.Join(db.Close(), lock.Close()) }
	p, err := newProvider(goose.DialectSQLite3, db, e.words())
	if err != nil {
		return nil, nil, errors.Join(err, done())
	}
	return p, done, nil
}

func (e *sqliteEngine) close() error {
	var all error
	if e.writer != nil {
		e.writer.close()
	}
	if e.reads != nil {
		all = errors.Join(all, e.reads.close())
	}
	for _, db := range []*sql.DB{e.readDB, e.writeDB} {
		if db != nil {
			all = errors.Join(all, db.Close())
		}
	}
	if e.lock != nil {
		all = errors.Join(all, e.lock.Close())
	}
	return all
}
