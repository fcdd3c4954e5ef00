package testrig

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // the driver
)

// SoundSQLite fails the test where the SQLite ledger of a data folder is
// damaged: a broken page or index, a row that points to none. No server may use
// the folder meanwhile.
func SoundSQLite(t testing.TB, folder string) {
	t.Helper()
	file := url.URL{Scheme: "file", Path: filepath.Join(folder, "crieur.db")}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	var found string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&found); err != nil {
		t.Fatal(err)
	}
	if found != "ok" {
		t.Errorf("the ledger is damaged: %s", found)
	}
	var orphans int
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM pragma_foreign_key_check").Scan(&orphans); err != nil {
		t.Fatal(err)
	}
	if orphans > 0 {
		t.Errorf("%d rows of the ledger point to rows that are not there", orphans)
	}
}
