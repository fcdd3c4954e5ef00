package standby

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/internal/durable"
	"github.com/crieur/crieur/internal/post"
)

// line is one line of the record. It holds what is said in public and who said
// it, and no secret.
type line struct {
	At    time.Time `json:"at"`
	Alert string    `json:"alert,omitempty"`
	// Deed is what a person did. Board is the alert with it, where the ledger
	// knew the alert before.
	Deed  *deed           `json:"deed,omitempty"`
	Board *post.Broadcast `json:"board,omitempty"`
	// Prior goes with a Board without a deed: an alert whose messages are brought
	// to their end from here.
	Prior map[string]int `json:"prior,omitempty"`
	// Keys are the idempotency keys of requests that ran then.
	Keys []run `json:"keys,omitempty"`
	// Delivery and Try are a call that is about to leave, or its answer. State
	// is that of the delivery after the answer.
	Delivery string        `json:"delivery,omitempty"`
	Try      *try          `json:"try,omitempty"`
	State    post.State    `json:"state,omitempty"`
	Failure  *post.Failure `json:"failure,omitempty"`
	// Article was put on the commune's own pages.
	Article *site.Article `json:"article,omitempty"`
	// Entry is one of the register.
	Entry *post.RegisterEntry `json:"entry,omitempty"`
	// Handed: the ledger has this alert.
	Handed bool `json:"handed,omitempty"`
}

const (
	recordSuffix = ".standby"
	// writePatience is how long a disk may take while an alert waits for it.
	writePatience = 2 * time.Second
)

// record is the file of one process. A file is locked while its process lives:
// what nobody locks was left behind.
type record struct {
	dir, path string

	mu   sync.Mutex
	file *os.File
	good int64
}

func openRecord(dir, instance string) (*record, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("standby: %w", err)
	}
	return &record{dir: dir, path: filepath.Join(dir, instance+recordSuffix)}, nil
}

// add writes a line and returns once it is on disk.
func (r *record) add(l line) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		if err := r.begin(); err != nil {
			return err
		}
	}
	text = append(text, '\n')
	_, err = r.file.Write(text)
	if err == nil {
		err = r.file.Sync()
	}
	if err != nil {
		// Half a line would hide the next one.
		return errors.Join(err, r.file.Truncate(r.good))
	}
	r.good += int64(len(text))
	return nil
}

func (r *record) begin() error {
	f, err := os.OpenFile(filepath.Clean(r.path), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
		err = durable.SyncFolder(r.dir)
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	r.file, r.good = f, 0
	return nil
}

// clear forgets everything: the ledger has it.
func (r *record) clear() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return nil
	}
	f := r.file
	r.file = nil
	return errors.Join(os.Remove(r.path), f.Close())
}

func (r *record) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return nil
	}
	f := r.file
	r.file = nil
	return f.Close()
}

// left reads what processes that are gone left behind. Each of the files stays
// locked by this process until it is forgotten.
func (r *record) left() (lines []line, files []*os.File, err error) {
	names, err := filepath.Glob(filepath.Join(r.dir, "*"+recordSuffix))
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		f, err := os.OpenFile(filepath.Clean(name), os.O_RDWR, 0)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return lines, files, err
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			if err := f.Close(); err != nil {
				return lines, files, err
			}
			continue // its process lives
		}
		files = append(files, f)
		all, err := readLines(f)
		if err != nil {
			return lines, files, err
		}
		lines = append(lines, all...)
	}
	return lines, files, nil
}

// readLines reads whole lines. A torn last one says nothing: its call never
// left, or its answer is read back.
func readLines(from io.Reader) (all []line, err error) {
	in := bufio.NewReader(from)
	for {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		var l line
		if err := json.Unmarshal(bytes.TrimSpace(text), &l); err != nil {
			continue
		}
		all = append(all, l)
	}
}

// write records a line. For an alert, room is made on a full disk. A line that
// cannot be kept is told loudly and keeps nothing from leaving: silence costs
// more than a message that has to be settled by hand.
func (s *Standby) write(ctx context.Context, l line, room bool) {
	add := func(context.Context) (struct{}, error) { return struct{}{}, s.record.add(l) }
	ctx = context.WithoutCancel(ctx)
	_, err := within(ctx, writePatience, add)
	if errors.Is(err, syscall.ENOSPC) && room && s.Ballast.Free() {
		s.Log.WarnContext(ctx, "the disk is full: the ballast was given up for an alert")
		_, err = within(ctx, writePatience, add)
	}
	if err != nil {
		s.Log.ErrorContext(ctx, "the record of an alert could not be kept; it leaves all the same, and is known to this process alone",
			"broadcast_id", l.Alert, "delivery_id", l.Delivery, "error", err)
	}
}

// takeUp plays what earlier processes recorded.
func (s *Standby) takeUp() error {
	lines, files, err := s.record.left()
	s.behind = files
	if err != nil {
		return fmt.Errorf("standby: %w", err)
	}
	for i := range lines {
		s.play(&lines[i])
	}
	for _, a := range s.alerts {
		a.cutOff()
	}
	s.gone = len(s.order) > 0
	return nil
}

// cutOff settles the calls in the middle of which their process ended: nobody
// knows what became of them.
func (a *alert) cutOff() {
	for id, calls := range a.tries {
		d := a.delivery(id)
		for i := range calls {
			if calls[i].Outcome != post.OutcomeRunning {
				continue
			}
			calls[i].Outcome, calls[i].EndedAt = post.OutcomeUnknown, calls[i].At
			if d != nil {
				d.State = post.Unknown
			}
		}
	}
}

func (s *Standby) play(l *line) {
	for _, run := range l.Keys {
		s.runs[run.Name] = &run
	}
	if l.Article != nil {
		s.articles = append(s.articles, *l.Article)
	}
	if l.Entry != nil {
		s.entries = append(s.entries, *l.Entry)
	}
	a := s.alerts[l.Alert]
	switch {
	case l.Handed:
		delete(s.alerts, l.Alert)
		s.order = without(s.order, l.Alert)
	case l.Deed == nil && l.Board != nil && a == nil:
		s.alerts[l.Alert] = newAlert(*l.Board)
		s.alerts[l.Alert].prior = l.Prior
		s.order = append(s.order, l.Alert)
	case l.Deed != nil && a != nil:
		a.do(*l.Deed)
	case l.Deed != nil:
		if l.Board != nil {
			// The board shows the act already.
			a = newAlert(*l.Board)
			a.deeds = append(a.deeds, *l.Deed)
		} else {
			a = newAlert(post.Broadcast{})
			a.do(*l.Deed)
		}
		s.alerts[l.Alert] = a
		s.order = append(s.order, l.Alert)
	case l.Try != nil && a != nil:
		a.note(l.Delivery, *l.Try)
		if d := a.delivery(l.Delivery); d != nil && l.State != "" {
			d.State, d.Failure = l.State, l.Failure
			if d.State == post.Sent {
				d.SentAt, d.RemoteID, d.RemoteURL = l.Try.EndedAt, l.Try.RemoteID, l.Try.RemoteURL
			}
		}
	}
}

func without(all []string, one string) []string {
	var kept []string
	for _, s := range all {
		if s != one {
			kept = append(kept, s)
		}
	}
	return kept
}
