package store

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A batch cannot be forced through the public door, so these tests stand
// inside: they hand a batch to the writer as its goroutine would.

func testWriter(t *testing.T) (*writer, *sqliteEngine) {
	t.Helper()
	e := &sqliteEngine{dir: t.TempDir()}
	db, err := e.open(1, nil)
	must(t, err)
	_, err = db.ExecContext(t.Context(), "CREATE TABLE things (name TEXT NOT NULL UNIQUE)")
	must(t, err)
	w := newWriter(db)
	t.Cleanup(func() {
		w.close()
		must(t, db.Close())
	})
	return w, e
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func add(name string) writeFunc {
	return func(ctx context.Context, q querier) error {
		_, err := exec(ctx, q, "INSERT INTO things (name) VALUES ($1)", name)
		return err
	}
}

func things(t *testing.T, e *sqliteEngine) []string {
	t.Helper()
	db, err := e.open(1, nil)
	must(t, err)
	names, err := many(t.Context(), db, scanOne[string], "SELECT name FROM things ORDER BY name")
	must(t, err)
	must(t, db.Close())
	return names
}

func batch(fns ...writeFunc) []*job {
	jobs := make([]*job, len(fns))
	for i, fn := range fns {
		jobs[i] = &job{fn: fn, done: make(chan struct{})}
	}
	return jobs
}

var errOnPurpose = errors.New("on purpose")

func TestWritesThatShareATransactionStandAlone(t *testing.T) {
	w, e := testWriter(t)
	jobs := batch(
		add("a"),
		func(ctx context.Context, q querier) error { return errors.Join(add("undone")(ctx, q), errOnPurpose) },
		add("b"),
		add("a"),
		func(ctx context.Context, q querier) error {
			must(t, add("panicked")(ctx, q))
			panic("on purpose")
		},
		add("c"),
	)
	w.commit(jobs)
	for i, wantErr := range []bool{false, true, false, true, true, false} {
		if (jobs[i].err != nil) != wantErr {
			t.Errorf("write %d: got %v, want an error: %v", i, jobs[i].err, wantErr)
		}
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, things(t, e)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if e.violation(jobs[3].err) != violatesUnique {
		t.Errorf("got %v, want a violation of uniqueness", jobs[3].err)
	}
}

func TestAWriteThatEndsTheTransactionDoesNotUndoOthers(t *testing.T) {
	w, e := testWriter(t)
	runs := 0
	jobs := batch(
		add("a"),
		// SQLite ends a transaction by itself on a few errors, as a full disk.
		func(ctx context.Context, q querier) error {
			runs++
			_, err := q.ExecContext(ctx, "ROLLBACK")
			return errors.Join(err, errOnPurpose)
		},
		add("b"),
	)
	w.commit(jobs)
	if jobs[0].err != nil || jobs[2].err != nil || !errors.Is(jobs[1].err, errOnPurpose) {
		t.Errorf("got %v, %v, %v", jobs[0].err, jobs[1].err, jobs[2].err)
	}
	if diff := cmp.Diff([]string{"a", "b"}, things(t, e)); diff != "" || runs != 3 {
		t.Errorf("after %d runs (-want +got):\n%s", runs, diff)
	}
	must(t, w.do(t.Context(), add("afterwards")))
}

func TestABatchIsOneCommit(t *testing.T) {
	w, e := testWriter(t)
	other, err := e.open(1, nil)
	must(t, err)
	defer func() { must(t, other.Close()) }()
	version := func() int64 {
		t.Helper()
		v, err := one(t.Context(), other, scanOne[int64], "PRAGMA data_version")
		must(t, err)
		return v
	}
	before := version()
	// Between the writes of a batch, nobody else sees any of them.
	look := func(context.Context, querier) error {
		if version() != before {
			t.Error("a part of the batch was committed before its end")
		}
		return nil
	}
	w.commit(batch(add("a"), look, add("b"), look))
	if version() == before {
		t.Error("nothing was committed")
	}
}

// busy keeps the writer in a write until release is called.
func busy(t *testing.T, w *writer) (release func(), finished <-chan error) {
	t.Helper()
	entered, leave, result := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		result <- w.do(context.WithoutCancel(t.Context()), func(context.Context, querier) error {
			close(entered)
			<-leave
			return nil
		})
	}()
	<-entered
	return func() { close(leave) }, result
}

func TestACallerThatLeaves(t *testing.T) {
	t.Run("before its write begins, takes it back", func(t *testing.T) {
		w, e := testWriter(t)
		release, finished := busy(t, w)
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error)
		go func() { result <- w.do(ctx, add("never")) }()
		cancel()
		if err := <-result; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		release()
		must(t, <-finished)
		must(t, w.do(t.Context(), add("later")))
		if got := things(t, e); !slices.Equal(got, []string{"later"}) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("after its write began, learns what came of it", func(t *testing.T) {
		w, e := testWriter(t)
		ctx, cancel := context.WithCancel(t.Context())
		err := w.do(ctx, func(ctx context.Context, q querier) error {
			cancel()
			return add("kept")(ctx, q)
		})
		if got := things(t, e); err != nil || !slices.Equal(got, []string{"kept"}) {
			t.Errorf("got %v, %v", got, err)
		}
	})
}

func TestClosingCommitsWhatWaits(t *testing.T) {
	w, e := testWriter(t)
	release, finished := busy(t, w)
	results := make(chan error)
	for _, name := range []string{"a", "b", "c"} {
		go func() { results <- w.do(context.WithoutCancel(t.Context()), add(name)) }()
	}
	for len(w.jobs) < 3 {
		runtime.Gosched() // the three hand their writes over
	}
	closed := make(chan struct{})
	go func() { w.close(); close(closed) }()
	release()
	<-closed
	must(t, <-finished)
	for range 3 {
		must(t, <-results)
	}
	if got := things(t, e); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("got %v", got)
	}
	if err := w.do(t.Context(), add("late")); !errors.Is(err, errClosed) {
		t.Errorf("got %v", err)
	}
}
