package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// row is one row of an answer.
type row interface{ Scan(dest ...any) error }

// exec runs a statement and returns how many rows it changed.
func exec(ctx context.Context, q querier, query string, args ...any) (int64, error) {
	result, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// execOne runs a statement that must change a row; otherwise is what it means
// when it does not.
func execOne(ctx context.Context, q querier, otherwise error, query string, args ...any) error {
	n, err := exec(ctx, q, query, args...)
	if err == nil && n == 0 {
		return otherwise
	}
	return err
}

// many reads every row of an answer.
func many[T any](ctx context.Context, q querier, scan func(row) (T, error), query string, args ...any) (all []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// one reads the only row of an answer, or post.ErrNotFound.
func one[T any](ctx context.Context, q querier, scan func(row) (T, error), query string, args ...any) (T, error) {
	all, err := many(ctx, q, scan, query, args...)
	if err == nil && len(all) == 0 {
		err = post.ErrNotFound
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return all[0], nil
}

// scanOne reads an answer of one column.
func scanOne[T any](r row) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}

// millis puts an instant into the database; the zero time is NULL.
func millis(t time.Time) driver.Value {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// instant reads what millis wrote, in UTC.
type instant struct{ t *time.Time }

func (i instant) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*i.t = time.Time{}
	case int64:
		*i.t = time.UnixMilli(v).UTC()
	default:
		return fmt.Errorf("an instant cannot be a %T", v)
	}
	return nil
}

// onceMillis puts an instant into a column without NULL, where zero is never.
func onceMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// sinceOnce reads what onceMillis wrote.
type sinceOnce struct{ t *time.Time }

func (o sinceOnce) Scan(v any) error {
	if n, ok := v.(int64); ok && n == 0 {
		v = nil
	}
	return instant(o).Scan(v)
}

// period reads a duration in milliseconds.
type period struct{ d *time.Duration }

func (p period) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("a duration cannot be a %T", v)
	}
	*p.d = time.Duration(n) * time.Millisecond
	return nil
}

// document reads JSON; NULL leaves the zero value.
type document struct{ into any }

func (d document) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), d.into)
	case []byte:
		return json.Unmarshal(v, d.into)
	default:
		return fmt.Errorf("a document cannot be a %T", v)
	}
}

// text reads TEXT into bytes that outlive the row; NULL is nil.
type text struct{ b *[]byte }

func (t text) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t.b = nil
	case string:
		*t.b = []byte(v)
	case []byte:
		*t.b = append([]byte(nil), v...)
	default:
		return fmt.Errorf("a text cannot be a %T", v)
	}
	return nil
}

// maybe reads TEXT that may be NULL as "".
func maybe(into *string) sql.Scanner { return maybeText{into} }

type maybeText struct{ s *string }

func (m maybeText) Scan(v any) error {
	var n sql.NullString
	err := n.Scan(v)
	*m.s = n.String
	return err
}

// orNull puts "" into the database as NULL.
func orNull(s string) driver.Value {
	if s == "" {
		return nil
	}
	return s
}

// failureJSON puts a failure into the database; nil is NULL.
func failureJSON(f *post.Failure) (driver.Value, error) {
	if f == nil {
		return nil, nil //nolint:nilnil // NULL is the value of no failure
	}
	b, err := json.Marshal(f)
	return string(b), err
}

// list writes a list of literals for IN. It is for words of our own only;
// partial indexes are used only where the words stand in the text.
func list[S ~string](words []S) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "'" + string(w) + "'"
	}
	return "(" + strings.Join(quoted, ", ") + ")"
}

// params writes a list of n placeholders from $first.
func params(first, n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = "$" + strconv.Itoa(first+i)
	}
	return "(" + strings.Join(all, ", ") + ")"
}

// in writes a list of placeholders from $first for values, which it appends to
// args. It repeats the last value up to a power of two, so that a few
// statements serve lists of every length. values is not empty.
func in(first int, args []any, values []string) (string, []any) {
	n := 1
	for n < len(values) {
		n *= 2
	}
	for i := range n {
		args = append(args, values[min(i, len(values)-1)])
	}
	return params(first, n), args
}

// insert builds an INSERT of rows, which all have a value for each column.
func insert(table, columns string, rows ...[]any) statement {
	var s statement
	values := make([]string, len(rows))
	for i, r := range rows {
		values[i] = params(len(s.args)+1, len(r))
		s.args = append(s.args, r...)
	}
	s.query = "INSERT INTO " + table + " (" + columns + ") VALUES " + strings.Join(values, ", ")
	return s
}

// qualified puts the alias of a table before each of a list of columns.
func qualified(alias, columns string) string {
	all := strings.Split(columns, ",")
	for i, c := range all {
		all[i] = alias + "." + strings.TrimSpace(c)
	}
	return strings.Join(all, ", ")
}
