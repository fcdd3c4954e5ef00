// Package storetest opens ledgers for tests and holds the suite that every
// engine passes. Open is for tests that need a ledger; Engines is for those
// that must hold on each database.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	// The PostgreSQL driver, for making and dropping schemas.
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/store"
)

// defaultPostgres is where PostgreSQL is looked for.
const defaultPostgres = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"

// Engine is a database that tests run on.
type Engine struct {
	Name string
	// Config makes a place for a fresh ledger, which is gone after the test.
	// Opening it twice opens the same ledger.
	Config func(t testing.TB) store.Config
}

// Engines lists SQLite, and PostgreSQL where it answers at TEST_POSTGRES_URL.
// With CRIEUR_TEST_REQUIRE_ALL=1 a PostgreSQL that does not answer is a failure.
func Engines(t testing.TB) []Engine {
	t.Helper()
	engines := []Engine{{Name: "sqlite", Config: sqliteConfig}}
	address := os.Getenv("TEST_POSTGRES_URL")
	if address == "" {
		address = defaultPostgres
	}
	if err := reach(t.Context(), address); err != nil {
		if os.Getenv("CRIEUR_TEST_REQUIRE_ALL") == "1" {
			t.Fatalf("PostgreSQL does not answer and CRIEUR_TEST_REQUIRE_ALL is set: %v", err)
		}
		t.Logf("SKIPPED on PostgreSQL, which does not answer (TEST_POSTGRES_URL): %v", err)
		return engines
	}
	return append(engines, Engine{Name: "postgres", Config: func(t testing.TB) store.Config { return postgresConfig(t, address) }})
}

// Each runs a test on every engine.
func Each(t *testing.T, test func(t *testing.T, e Engine)) {
	t.Helper()
	for _, e := range Engines(t) {
		t.Run(e.Name, func(t *testing.T) { test(t, e) })
	}
}

// Open opens a fresh ledger on SQLite with the system's clock.
func Open(t testing.TB) *store.Store { return OpenAt(t, clock.Now) }

// OpenAt is Open with a clock of the test's own.
func OpenAt(t testing.TB, now func() time.Time) *store.Store {
	t.Helper()
	cfg := sqliteConfig(t)
	cfg.Now = now
	return OpenConfig(t, cfg)
}

// Open opens a fresh ledger on the engine.
func (e Engine) Open(t testing.TB) *store.Store {
	t.Helper()
	return OpenConfig(t, e.Config(t))
}

// OpenConfig opens and migrates a ledger and closes it after the test.
func OpenConfig(t testing.TB, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	return s
}

// MailAfter is how long notices wait for others before their mail leaves.
const MailAfter = time.Minute

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func sqliteConfig(t testing.TB) store.Config {
	return store.Config{Dir: t.TempDir(), Log: quiet(), Now: clock.Now, MailAfter: MailAfter}
}

func reach(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	db, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	err = db.PingContext(ctx)
	if closeErr := db.Close(); err == nil {
		err = closeErr
	}
	return err
}

// postgresConfig makes a schema of its own for the test.
func postgresConfig(t testing.TB, address string) store.Config {
	t.Helper()
	schema := "test_" + strings.ReplaceAll(store.NewID(), "-", "")
	admin := func(ctx context.Context, statement string) {
		t.Helper()
		db, err := sql.Open("pgx", address)
		if err == nil {
			_, err = db.ExecContext(ctx, fmt.Sprintf(statement, schema))
		}
		if err == nil {
			err = db.Close()
		}
		if err != nil {
			t.Errorf("test schema: %v", err)
		}
	}
	admin(t.Context(), "CREATE SCHEMA %s")
	t.Cleanup(func() { admin(background(t), "DROP SCHEMA %s CASCADE") })
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return store.Config{URL: u.String(), Dir: t.TempDir(), Log: quiet(), Now: clock.Now, MailAfter: MailAfter}
}

// Exec runs a statement behind the ledger's back.
func Exec(t testing.TB, cfg store.Config, statement string, args ...any) {
	t.Helper()
	driver, address := "pgx", cfg.URL
	if cfg.URL == "" {
		driver, address = "sqlite", "file:"+filepath.Join(cfg.Dir, "crieur.db")+"?_busy_timeout=5000"
	}
	db, err := sql.Open(driver, address)
	Must(t, err)
	_, err = db.ExecContext(t.Context(), statement, args...)
	Must(t, err)
	Must(t, db.Close())
}

// StopListening breaks the connections on which a PostgreSQL ledger's instances
// hear each other.
func StopListening(t testing.TB, cfg store.Config) {
	t.Helper()
	u, err := url.Parse(cfg.URL)
	Must(t, err)
	Exec(t, cfg, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE query LIKE $1 AND pid <> pg_backend_pid()`, "LISTEN%"+u.Query().Get("search_path")+"%")
}
