// Package journal keeps the send journal: what left for a network and what
// came back, in files beside the database and outside its backups. A ledger
// that was put back to an earlier moment is recognised by it, and what the
// ledger forgot is not published again.
//
// A line is JSON and is only ever added. Each process writes files of its own
// and begins another each day; a file is named LEDGER.INSTANCE.DAY.jsonl.
package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/crieur/crieur/internal/durable"
)

const (
	suffix = ".jsonl"
	// batchMax is how many waiting lines share one wait for the disk.
	batchMax = 256
	dayForm  = "20060102"
)

// ErrClosed: the journal takes no more lines.
var ErrClosed = errors.New("journal: closed")

// Journal writes the lines of one process. It is safe for concurrent use.
type Journal struct {
	dir, ledger, instance string
	log                   *slog.Logger

	lines   chan *line
	closing chan struct{}
	closed  chan struct{}
	once    sync.Once

	// Below: used by the goroutine alone.
	file *os.File
	day  string
	// good is how many bytes of the file are whole lines.
	good int64
	// unsynced says that lines were written that nobody waits for.
	unsynced bool
}

type line struct {
	text []byte
	day  string
	// durable: somebody waits until it is on disk.
	durable bool
	err     error
	done    chan struct{}
}

// Open prepares the folder. The file is made with the first line.
func Open(dir, ledger, instance string, log *slog.Logger) (*Journal, error) {
	if ledger == "" || instance == "" || strings.ContainsAny(ledger+instance, "./") {
		return nil, fmt.Errorf("journal: %q and %q cannot name a file", ledger, instance)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	j := &Journal{
		dir: dir, ledger: ledger, instance: instance, log: log,
		lines: make(chan *line, 4*batchMax), closing: make(chan struct{}), closed: make(chan struct{}),
	}
	go j.run()
	return j, nil
}

// Ledger names the ledger whose sendings are written.
func (j *Journal) Ledger() string { return j.ledger }

// Start writes that a creating call is about to leave, and returns once the
// line is on disk. After an error nothing may leave.
func (j *Journal) Start(e Entry) error {
	e.Event = Started
	return j.write(e, true)
}

// End writes what came back, and waits for nothing: it is on disk with the next
// start, or shortly after. A line that is lost costs a reading of the account.
func (j *Journal) End(e Entry) {
	e.Event = Ended
	l, err := j.line(e, false)
	if err == nil {
		err = j.hand(l)
	}
	if err != nil {
		j.log.Warn("the send journal did not take the end of an attempt", "delivery_id", e.DeliveryID, "error", err)
	}
}

// Recovered writes that the ledger, under the given recovery, has seen every
// line before this one.
func (j *Journal) Recovered(recovery string, at time.Time) error {
	return j.write(Entry{Event: Recovered, Recovery: recovery, At: at}, true)
}

func (j *Journal) write(e Entry, durable bool) error {
	l, err := j.line(e, durable)
	if err != nil {
		return err
	}
	if err := j.hand(l); err != nil {
		return err
	}
	select {
	case <-l.done:
	case <-j.closed:
		// The last lines may have been written while the goroutine ended.
		select {
		case <-l.done:
		default:
			return ErrClosed
		}
	}
	if l.err != nil {
		return fmt.Errorf("journal: %w", l.err)
	}
	return nil
}

func (j *Journal) line(e Entry, durable bool) (*line, error) {
	e.Ledger = j.ledger
	text, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	return &line{text: append(text, '\n'), day: e.At.UTC().Format(dayForm), durable: durable, done: make(chan struct{})}, nil
}

func (j *Journal) hand(l *line) error {
	select {
	case <-j.closing:
		return ErrClosed
	default:
	}
	select {
	case j.lines <- l:
		return nil
	case <-j.closing:
		return ErrClosed
	}
}

// Close writes what was handed over and closes the file.
func (j *Journal) Close() error {
	var err error
	j.once.Do(func() {
		close(j.closing)
		<-j.closed
		err = j.leave()
	})
	return err
}

func (j *Journal) run() {
	defer close(j.closed)
	batch := make([]*line, 0, batchMax)
	for {
		select {
		case l := <-j.lines:
			j.commit(j.gather(append(batch[:0], l)))
		case <-j.closing:
			for {
				all := j.gather(batch[:0])
				if len(all) == 0 {
					return
				}
				j.commit(all)
			}
		}
	}
}

// gather adds the lines that wait already; it waits for none.
func (j *Journal) gather(batch []*line) []*line {
	for len(batch) < batchMax {
		select {
		case l := <-j.lines:
			batch = append(batch, l)
		default:
			return batch
		}
	}
	return batch
}

// commit writes lines with one wait for the disk, and none where nobody waits.
func (j *Journal) commit(batch []*line) {
	var text []byte
	durable := false
	for _, l := range batch {
		text = append(text, l.text...)
		durable = durable || l.durable
	}
	err := j.append(text, batch[len(batch)-1].day, durable)
	if err != nil && !durable {
		j.log.Warn("the send journal did not take the end of attempts", "lines", len(batch), "error", err)
	}
	for _, l := range batch {
		l.err = err
		close(l.done)
	}
}

// append adds whole lines or none: what a full disk left of them is cut off,
// and after a failed sync the file is not trusted any more.
func (j *Journal) append(text []byte, day string, durable bool) error {
	if err := j.openFor(day); err != nil {
		return err
	}
	if _, err := j.file.Write(text); err != nil {
		if cut := j.file.Truncate(j.good); cut != nil {
			return errors.Join(err, cut, j.abandon())
		}
		return err
	}
	j.unsynced = true
	if durable {
		if err := j.file.Sync(); err != nil {
			return errors.Join(err, j.abandon())
		}
		j.unsynced = false
	}
	j.good += int64(len(text))
	return nil
}

// openFor begins another file when the day is another one.
func (j *Journal) openFor(day string) error {
	if j.file != nil && j.day == day {
		return nil
	}
	if err := j.leave(); err != nil {
		return err
	}
	for n := 0; ; n++ {
		name := fmt.Sprintf("%s.%s.%s-%d%s", j.ledger, j.instance, day, n, suffix)
		// #nosec G304 -- a name of our own in the data folder
		f, err := os.OpenFile(filepath.Join(j.dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		// The file's name must survive as well as its lines.
		if err := durable.SyncFolder(j.dir); err != nil {
			return errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
		j.file, j.day, j.good = f, day, 0
		return nil
	}
}

// leave closes the file in good order.
func (j *Journal) leave() error {
	if j.file == nil {
		return nil
	}
	f := j.file
	j.file = nil
	var err error
	if j.unsynced {
		err = f.Sync()
		j.unsynced = false
	}
	return errors.Join(err, f.Close())
}

// abandon leaves a file behind that could not be kept in order. The next line
// begins another; a torn end is read as such.
func (j *Journal) abandon() error {
	f := j.file
	j.file, j.unsynced = nil, false
	return f.Close()
}

// Forget removes files, of any process, whose last line is older than a
// moment. It returns how many.
func (j *Journal) Forget(before time.Time) (int, error) {
	names, err := filepath.Glob(filepath.Join(j.dir, "*"+suffix))
	if err != nil {
		return 0, fmt.Errorf("journal: %w", err)
	}
	removed := 0
	for _, name := range names {
		info, err := os.Stat(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil && !info.ModTime().Before(before) {
			continue
		}
		if err == nil {
			err = os.Remove(name)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return removed, fmt.Errorf("journal: %w", err)
		}
		removed++
	}
	return removed, nil
}
