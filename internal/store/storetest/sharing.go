package storetest

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/store"
)

// Sharing is a transaction that keeps a commune's flag as a delivery does that
// comes to its point of no return. PostgreSQL only.
type Sharing struct {
	t         testing.TB
	db        *sql.DB
	tx        *sql.Tx
	communeID string
}

// ShareFlag begins one. It ends with the test at the latest.
func ShareFlag(t testing.TB, cfg store.Config, communeID string) *Sharing {
	t.Helper()
	db, err := sql.Open("pgx", cfg.URL)
	Must(t, err)
	t.Cleanup(func() { Must(t, db.Close()) })
	tx, err := db.BeginTx(context.WithoutCancel(t.Context()), nil)
	Must(t, err)
	s := &Sharing{t: t, db: db, tx: tx, communeID: communeID}
	t.Cleanup(s.End)
	_, err = tx.ExecContext(t.Context(), `SELECT m.id FROM communes m WHERE m.id = $1
		AND CAST(pg_advisory_xact_lock_shared(hashtextextended(m.id, 0)) AS TEXT) IS NOT NULL FOR SHARE OF m`, communeID)
	Must(t, err)
	return s
}

// Waiting returns once n others wait for the flag.
func (s *Sharing) Waiting(n int) {
	s.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for {
		var waiting int
		Must(s.t, s.db.QueryRowContext(s.t.Context(), `SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
			AND (CAST(classid AS BIGINT) << 32 | CAST(objid AS BIGINT)) = hashtextextended($1, 0)`, s.communeID).Scan(&waiting))
		if waiting >= n {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatalf("%d wait for the flag, not %d", waiting, n)
		}
	}
}

// End lets the flag go. It may be called again.
func (s *Sharing) End() {
	if s.tx == nil {
		return
	}
	Must(s.t, s.tx.Rollback())
	s.tx = nil
}
