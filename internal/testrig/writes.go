package testrig

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver
)

// RefuseWrites makes a PostgreSQL database take no writes until the returned
// function is called. Its connections begin anew both times.
func RefuseWrites(t testing.TB, database string) (allow func()) {
	t.Helper()
	set := func(readOnly string) {
		t.Helper()
		address, err := url.Parse(database)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(address.Path, "/")
		address.Path = "/postgres"
		ctx := context.WithoutCancel(t.Context())
		conn, err := pgx.Connect(ctx, address.String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(ctx) }() // it has done its work
		for _, query := range []string{
			"ALTER DATABASE " + name + " SET default_transaction_read_only = " + readOnly,
			"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'",
		} {
			if _, err := conn.Exec(ctx, query); err != nil {
				t.Fatalf("%s: %v", query, err)
			}
		}
	}
	set("on")
	return func() { t.Helper(); set("off") }
}

// LockSQLite keeps everybody else from writing to the SQLite ledger of a data
// folder until the returned function is called.
func LockSQLite(t testing.TB, folder string) (release func()) {
	t.Helper()
	file := url.URL{Scheme: "file", Path: filepath.Join(folder, "crieur.db"), RawQuery: "_pragma=busy_timeout(20000)"}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(t.Context())
	if err == nil {
		_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if _, err := conn.ExecContext(context.WithoutCancel(t.Context()), "ROLLBACK"); err != nil {
			t.Error(err)
		}
		_ = conn.Close() // the lock is gone
		_ = db.Close()
	}
}
