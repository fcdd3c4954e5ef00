package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/crieur/crieur/internal/failpoint"
)

// batchMax is how many waiting writes share a transaction, and so the wait for
// the disk.
const batchMax = 64

var errClosed = errors.New("the ledger is closed")

// writer is the only writer of a SQLite file in this process. It commits the
// writes that wait together in one transaction, and one that fails does not
// undo the others.
type writer struct {
	db   *sql.DB
	jobs chan *job
	// closing ends the goroutine; closed says that it has ended.
	closing chan struct{}
	closed  chan struct{}
	once    sync.Once

	// Below: used by the goroutine alone.
	conn *sql.Conn
	q    *prepared
}

// What becomes of a job: it is taken by the writer, or its caller leaves first.
const (
	jobWaiting int32 = iota
	jobTaken
	jobLeft
)

type job struct {
	fn    writeFunc
	state atomic.Int32
	err   error
	done  chan struct{}
}

func newWriter(db *sql.DB) *writer {
	w := &writer{db: db, jobs: make(chan *job, 4*batchMax), closing: make(chan struct{}), closed: make(chan struct{})}
	go w.run()
	return w
}

// do hands a write over and waits for its commit. A caller that leaves takes
// its write back if it has not begun; once it has begun, its true result is
// waited for, which takes milliseconds.
func (w *writer) do(ctx context.Context, fn writeFunc) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{fn: fn, done: make(chan struct{})}
	select {
	case w.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.closing:
		return errClosed
	}
	select {
	case <-j.done:
		return j.err
	case <-ctx.Done():
		if j.state.CompareAndSwap(jobWaiting, jobLeft) {
			return ctx.Err()
		}
	case <-w.closed:
		if j.state.CompareAndSwap(jobWaiting, jobLeft) {
			return errClosed
		}
	}
	<-j.done
	return j.err
}

// close commits what was handed over and stops.
func (w *writer) close() {
	w.once.Do(func() { close(w.closing) })
	<-w.closed
}

func (w *writer) run() {
	defer close(w.closed)
	defer w.drop()
	batch := make([]*job, 0, batchMax)
	for {
		select {
		case j := <-w.jobs:
			w.commit(w.gather(append(batch[:0], j)))
		case <-w.closing:
			for {
				all := w.gather(batch[:0])
				if len(all) == 0 {
					return
				}
				w.commit(all)
			}
		}
	}
}

// gather adds the writes that wait already; it waits for none.
func (w *writer) gather(batch []*job) []*job {
	for len(batch) < batchMax {
		select {
		case j := <-w.jobs:
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// commit runs a batch. Nothing in it can be cancelled: an interrupted statement
// would roll back the writes of others.
func (w *writer) commit(batch []*job) {
	ctx := context.Background()
	taken := batch[:0]
	for _, j := range batch {
		if j.state.CompareAndSwap(jobWaiting, jobTaken) {
			taken = append(taken, j)
		}
	}
	if len(taken) == 0 {
		return
	}
	// Nearly always every write succeeds, and then savepoints are only a cost.
	// Where one failed, all begin again, each in a savepoint. Where the
	// transaction as a whole failed, and with it writes that are not to blame,
	// each has a transaction of its own.
	if len(taken) == 1 || !w.together(ctx, taken, false) && !w.together(ctx, taken, true) {
		for _, j := range taken {
			w.alone(ctx, j)
		}
	}
	failpoint.Hit(failpoint.WriterCommitted)
	for _, j := range taken {
		close(j.done)
	}
}

// together commits writes in one transaction. Apart, one that fails does not
// undo the others. false means that nothing was committed.
func (w *writer) together(ctx context.Context, jobs []*job, apart bool) bool {
	if err := w.begin(ctx); err != nil {
		return false
	}
	run := w.join
	if apart {
		run = w.apart
	}
	for _, j := range jobs {
		if !run(ctx, j) {
			return w.abandon(ctx)
		}
	}
	failpoint.Hit(failpoint.WriterBeforeCommit)
	if _, err := w.q.ExecContext(ctx, "COMMIT"); err != nil {
		return w.abandon(ctx)
	}
	return true
}

func (w *writer) join(ctx context.Context, j *job) bool {
	j.err = guarded(ctx, w.q, j.fn)
	return j.err == nil
}

func (w *writer) apart(ctx context.Context, j *job) bool {
	if _, err := w.q.ExecContext(ctx, "SAVEPOINT apart"); err != nil {
		return false
	}
	if j.err = guarded(ctx, w.q, j.fn); j.err != nil {
		// SQLite itself ends the transaction on a few errors, as a full disk;
		// then there is no savepoint to go back to.
		if _, err := w.q.ExecContext(ctx, "ROLLBACK TO apart"); err != nil {
			return false
		}
	}
	_, err := w.q.ExecContext(ctx, "RELEASE apart")
	return err == nil
}

// alone commits one write and sets its result.
func (w *writer) alone(ctx context.Context, j *job) {
	if j.err = w.begin(ctx); j.err != nil {
		return
	}
	if j.err = guarded(ctx, w.q, j.fn); j.err == nil {
		failpoint.Hit(failpoint.WriterBeforeCommitAlone)
		_, j.err = w.q.ExecContext(ctx, "COMMIT")
	}
	if j.err != nil {
		w.abandon(ctx)
	}
}

// begin opens a transaction for writing. It fails when another process keeps
// the database for longer than the busy timeout.
func (w *writer) begin(ctx context.Context) error {
	if w.conn == nil {
		conn, err := w.db.Conn(ctx)
		if err != nil {
			return err
		}
		w.conn, w.q = conn, newPrepared(conn, conn.PrepareContext)
	}
	_, err := w.q.ExecContext(ctx, "BEGIN IMMEDIATE")
	if err != nil {
		w.drop()
	}
	return err
}

// abandon undoes the transaction. A connection that cannot even do that is
// replaced, which undoes it too.
func (w *writer) abandon(ctx context.Context) bool {
	if _, err := w.q.ExecContext(ctx, "ROLLBACK"); err != nil {
		w.drop()
	}
	return false
}

func (w *writer) drop() {
	if w.conn == nil {
		return
	}
	// The connection goes, and its statements with it, whatever closing them
	// says.
	_ = w.q.close()
	// Closing returns the connection to the pool, which would hand it out
	// again with its transaction: ErrBadConn makes the pool discard it.
	_ = w.conn.Raw(func(any) error { return errBadConn })
	w.conn, w.q = nil, nil
}

// guarded turns a panic in one write into its error: the writer serves
// everybody.
func guarded(ctx context.Context, q querier, fn writeFunc) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("write panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return fn(ctx, q)
}
