package testrig

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// Rewrite changes what a running application's ledger remembers: the time that a
// test does not wait for. Parameters are $1, $2…
func (r *Rig) Rewrite(t testing.TB, query string, args ...any) {
	t.Helper()
	driver, address := "pgx", r.options.Config.DatabaseURL
	if address == "" {
		file := url.URL{Scheme: "file", Path: filepath.Join(r.options.Config.DataDir, "crieur.db"), RawQuery: "_pragma=busy_timeout(10000)"}
		driver, address = "sqlite", file.String()
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}
