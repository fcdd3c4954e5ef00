package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The tables of a backup, those that others point at first.
func backedUp() []string {
	return []string{
		"communes", "users", "api_tokens", "installation", "channels", "media", "posts", "post_versions",
		"deliveries", "attempts", "steps", "idempotency_keys", "articles", "article_images",
		"notices", "notice_recipients", "budgets", "recoveries", "dispatching", "ledger_identity",
		"broadcasts", "broadcast_messages", "broadcast_in_flight", "broadcast_ticks", "crisis_templates", "register",
		"agenda_events", "announcements", "recipes", "recurrences", "recurrence_occurrences",
		"sources", "source_items", "source_item_keys", "templates", "publishing_settings", "plan_feeds", "media_uses",
	}
}

// What is left out: it lives for minutes or hours, or belongs to the processes
// and their machine. People sign in again after a restore.
func leftOut() []string {
	return []string{"sessions", "events", "instances", "troubles", "breakers", "oauth_flows"}
}

var (
	// ErrNewerBackup: a newer program wrote the backup.
	ErrNewerBackup = errors.New("the backup has tables of a newer version of Crieur")
	// ErrNotEmpty: the ledger to restore into has data.
	ErrNotEmpty = errors.New("the ledger is not empty")
	// ErrRunning: a server works with the ledger to restore into.
	ErrRunning = errors.New("a server works with this ledger")
	// ErrForeignBackup: the rows do not fit this ledger's tables.
	ErrForeignBackup = errors.New("the backup does not fit the tables of this version of Crieur")
)

// DumpHead says which ledger a dump is of.
type DumpHead struct {
	LedgerID string `json:"ledger_id"`
	// Schema is the version of the tables.
	Schema int64 `json:"schema"`
	// LastEvent is the newest event: numbers of events never begin anew, for
	// readers remember their place.
	LastEvent int64 `json:"last_event"`
}

// Dump reads all that a backup needs, as it is at one moment, while others
// write. begin is called once, before the rows; row for each row, table after
// table. Values are nil, string, int64, bool or []byte.
func (s *Store) Dump(ctx context.Context, begin func(DumpHead) error, row func(table string, columns []string, values []any) error) error {
	return s.wrap("dump", s.engine.snapshot(ctx, func(ctx context.Context, q querier) error {
		var head DumpHead
		var err error
		if head.Schema, err = one(ctx, q, scanOne[int64], "SELECT MAX(version_id) FROM goose_db_version"); err != nil {
			return err
		}
		if head.LedgerID, err = one(ctx, q, scanOne[string], "SELECT id FROM ledger_identity"); err != nil {
			return err
		}
		if head.LastEvent, err = one(ctx, q, scanOne[int64], "SELECT COALESCE(MAX(id), 0) FROM events"); err != nil {
			return err
		}
		if err := begin(head); err != nil {
			return err
		}
		for _, table := range backedUp() {
			if err := dumpTable(ctx, q, table, row); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
		return nil
	}))
}

func dumpTable(ctx context.Context, q querier, table string, row func(table string, columns []string, values []any) error) (err error) {
	rows, err := q.QueryContext(ctx, "SELECT * FROM "+table) // #nosec G202 -- a name of our own
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	columns := make([]string, len(types))
	for i, t := range types {
		columns[i] = t.Name()
	}
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, t := range types {
			// SQLite keeps truth as a number, and only the table knows better.
			if n, ok := values[i].(int64); ok && strings.HasPrefix(t.DatabaseTypeName(), "BOOL") {
				values[i] = n != 0
			}
		}
		if err := row(table, columns, values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Load is how a dump is put back.
type Load struct {
	Head DumpHead
	// Replace gives up what the ledger has.
	Replace bool
	// BackedUpAt is the moment of the backup.
	BackedUpAt time.Time
	// Rows hands over each row, table after table in the order of Dump. It may
	// be called again from the beginning.
	Rows func(put func(table string, columns []string, values []any) error) error
	// Counts is how many rows each table must have in the end.
	Counts map[string]int
}

// eventsAhead is by how much the numbers of events jump after a restore: more
// than can have been made since the backup.
const eventsAhead = 100_000_000

// Load puts a dump back, all of it or nothing, and marks the ledger as
// restored: the next worker settles what the backup cannot know.
func (s *Store) Load(ctx context.Context, load Load) error {
	if load.Head.Schema > schemaVersion {
		return s.wrap("load", fmt.Errorf("%w (tables %d, program %d)", ErrNewerBackup, load.Head.Schema, schemaVersion))
	}
	alive, err := s.Instances(ctx, s.now().Add(-instanceAlive))
	if err != nil {
		return err
	}
	if len(alive) > 0 && s.engine.name() != "sqlite" {
		// On SQLite the lock of the data folder has told already.
		return s.wrap("load", ErrRunning)
	}
	return s.write(ctx, "load", func(ctx context.Context, q querier) error {
		if err := s.clear(ctx, q, load.Replace); err != nil {
			return err
		}
		l := loader{q: q}
		if s.engine.name() == "sqlite" {
			l.args = loadArgs
		}
		if err := load.Rows(func(table string, columns []string, values []any) error {
			return l.put(ctx, table, columns, values)
		}); err != nil {
			return err
		}
		if err := l.flush(ctx); err != nil {
			return err
		}
		if err := checkCounts(ctx, q, load.Counts); err != nil {
			return err
		}
		for _, query := range s.engine.words().numberEvents {
			if _, err := exec(ctx, q, query, load.Head.LastEvent+eventsAhead); err != nil {
				return err
			}
		}
		// The claims of the backup are of workers that are gone.
		if _, err := exec(ctx, q, `UPDATE deliveries SET lease_until = 0 WHERE lease_until IS NOT NULL`); err != nil {
			return err
		}
		return execOne(ctx, q, ErrForeignBackup, `UPDATE ledger_identity SET restored_at = $1, backed_up_at = $2`,
			millis(s.now()), millis(load.BackedUpAt))
	})
}

// instanceAlive is how long after its last sign of life a server may work.
const instanceAlive = 30 * time.Second

// clear empties the ledger, which must be empty unless it is to be replaced.
func (s *Store) clear(ctx context.Context, q querier, replace bool) error {
	if !replace {
		for _, table := range []string{"communes", "deliveries", "installation"} {
			n, err := one(ctx, q, scanOne[int64], "SELECT COUNT(*) FROM "+table)
			if err != nil {
				return err
			}
			if n > 0 {
				return ErrNotEmpty
			}
		}
	}
	for _, table := range leftOut() {
		if _, err := exec(ctx, q, "DELETE FROM "+table); err != nil {
			return err
		}
	}
	for _, table := range slices.Backward(backedUp()) {
		if _, err := exec(ctx, q, "DELETE FROM "+table); err != nil { // #nosec G202 -- a name of our own
			return err
		}
	}
	return nil
}

func checkCounts(ctx context.Context, q querier, counts map[string]int) error {
	for _, table := range backedUp() {
		n, err := one(ctx, q, scanOne[int], "SELECT COUNT(*) FROM "+table) // #nosec G202 -- a name of our own
		if err != nil {
			return err
		}
		if n != counts[table] {
			return fmt.Errorf("%w: %s has %d rows, want %d", ErrForeignBackup, table, n, counts[table])
		}
	}
	return nil
}

const (
	// loadRows is how many rows share a statement.
	loadRows = 50
	// loadArgs is how many values share a statement on SQLite, whose driver looks
	// for each value's place among all of them: with 1,500 that is most of the
	// work.
	loadArgs = 90
)

// loader gathers rows of one table for one statement.
type loader struct {
	q       querier
	table   string
	columns []string
	rows    [][]any
	// args is how many values a statement may have; 0: any number.
	args int
}

// full: another row does not fit into the statement.
func (l *loader) full() bool {
	return len(l.rows) == loadRows || l.args > 0 && (len(l.rows)+1)*len(l.columns) > l.args
}

var columnName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (l *loader) put(ctx context.Context, table string, columns []string, values []any) error {
	if table != l.table || !slices.Equal(columns, l.columns) || l.full() {
		if err := l.flush(ctx); err != nil {
			return err
		}
		if !slices.Contains(backedUp(), table) {
			return fmt.Errorf("%w: table %q", ErrForeignBackup, table)
		}
		for _, c := range columns {
			if !columnName.MatchString(c) {
				return fmt.Errorf("%w: column %q", ErrForeignBackup, c)
			}
		}
		l.table, l.columns = table, columns
	}
	if len(values) != len(columns) {
		return fmt.Errorf("%w: %d values for %d columns of %s", ErrForeignBackup, len(values), len(columns), table)
	}
	l.rows = append(l.rows, values)
	return nil
}

func (l *loader) flush(ctx context.Context) error {
	if len(l.rows) == 0 {
		return nil
	}
	s := insert(l.table, strings.Join(l.columns, ", "), l.rows...)
	l.rows = l.rows[:0]
	_, err := exec(ctx, l.q, s.query, s.args...)
	return err
}
