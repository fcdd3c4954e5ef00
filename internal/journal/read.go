package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Sending is one attempt as the journal saw it.
type Sending struct {
	Start Entry
	// End is nil where the process was cut off before the answer.
	End *Entry
}

// Contents is what the journals of a folder say of one ledger.
type Contents struct {
	// Sendings are in the order in which they began.
	Sendings []Sending
	// Recoveries are the recoveries that looked at the journal before, with
	// the moment of each.
	Recoveries map[string]time.Time
	// Damaged counts lines that cannot be read and are not the torn end of a
	// file: whatever they said is unknown.
	Damaged int
}

// Read reads every journal of a ledger in a folder, those of other processes
// too. A folder that does not exist says nothing. The torn last line of a file
// is no damage: its call never left.
func Read(dir, ledger string) (Contents, error) {
	c := Contents{Recoveries: map[string]time.Time{}}
	names, err := filepath.Glob(filepath.Join(dir, ledger+".*"+suffix))
	if err != nil {
		return c, fmt.Errorf("journal: %w", err)
	}
	r := reader{contents: &c, ledger: ledger, at: map[attempt]int{}, ends: map[attempt]Entry{}}
	for _, name := range names {
		if err := r.file(name); err != nil {
			return c, fmt.Errorf("journal: %w", err)
		}
	}
	// The end of a try may stand in another file than its start: at midnight.
	for key, i := range r.at {
		if end, ok := r.ends[key]; ok {
			c.Sendings[i].End = &end
		}
	}
	slices.SortStableFunc(c.Sendings, func(a, b Sending) int { return a.Start.At.Compare(b.Start.At) })
	return c, nil
}

// attempt names an attempt for good, as Entry.At says.
type attempt struct {
	deliveryID string
	started    int64
}

type reader struct {
	contents *Contents
	ledger   string
	at       map[attempt]int
	ends     map[attempt]Entry
}

func (r *reader) file(name string) (err error) {
	f, err := os.Open(filepath.Clean(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil // forgotten meanwhile
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewReader(f)
	for {
		text, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // what remains is torn, or nothing
		}
		if err != nil {
			return err
		}
		r.line(bytes.TrimSpace(text))
	}
}

func (r *reader) line(text []byte) {
	var e Entry
	if err := json.Unmarshal(text, &e); err != nil {
		r.contents.Damaged++
		return
	}
	if e.Ledger != r.ledger {
		return
	}
	switch e.Event {
	case Started:
		r.at[attempt{e.DeliveryID, e.At.UnixMilli()}] = len(r.contents.Sendings)
		r.contents.Sendings = append(r.contents.Sendings, Sending{Start: e})
	case Ended:
		r.ends[attempt{e.DeliveryID, e.StartedAt.UnixMilli()}] = e
	case Recovered:
		r.contents.Recoveries[e.Recovery] = e.At
	default:
		r.contents.Damaged++
	}
}
