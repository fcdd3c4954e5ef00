// Package row is what a reliability test found on one setup, and how it is
// kept: one line of JSON, appended to a report.
package row

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// Row is the outcome of one test on one setup. The networks' journal is the
// judge of Lost and Twice.
type Row struct {
	// Test is as "T01", Setup as "postgres+redis".
	Test  string `json:"test"`
	Setup string `json:"setup"`
	// Size is the part of the whole test that was run, 1 for all of it.
	Size float64 `json:"size"`
	// Runs is how often the fault was made, Deliveries how much was to be
	// published.
	Runs       int `json:"runs"`
	Deliveries int `json:"deliveries"`
	// Lost were to be published, are on no network, and nobody is told so.
	Lost int `json:"lost"`
	// Twice were accepted more often than they should.
	Twice int `json:"twice"`
	// Settled are deliveries whose final state agrees with the journal.
	Settled int `json:"settled"`
	// People is how many were left to people: failed, missed, or unknown with
	// a question.
	People int `json:"people"`
	// Late is the worst time between due and accepted.
	Late time.Duration `json:"late_ns"`
	// Recovery is the 95th percentile of the times between a fault and the
	// moment at which nothing was left of it; 0: not measured.
	Recovery time.Duration `json:"recovery_p95_ns,omitempty"`
	Note     string        `json:"note,omitempty"`
	// Began says that a test was started. It is replaced by its outcome.
	Began bool `json:"began,omitempty"`
	// Failed: something that the test checks besides did not hold.
	Failed bool      `json:"failed,omitempty"`
	At     time.Time `json:"at"`
}

// Held reports whether the promise was kept.
func (r *Row) Held() bool { return !r.Began && !r.Failed && r.Lost == 0 && r.Twice == 0 }

// Append adds rows to a report. Each call is one write, so that several
// processes may use one report.
func Append(path string, rows ...Row) error {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for i := range rows {
		if err := encoder.Encode(&rows[i]); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600) // #nosec G304 -- the caller names the file
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = file.Write(lines.Bytes())
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// Read reads a report: the last row of each test and setup, by test, then in
// the order in which setups appear first.
func Read(path string) ([]Row, error) {
	data, err := os.ReadFile(path) // #nosec G304 -- the caller names the file
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	var rows []Row
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		var r Row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("report %s: %w", path, err)
		}
		same := func(old Row) bool { return old.Test == r.Test && old.Setup == r.Setup }
		if i := slices.IndexFunc(rows, same); i >= 0 {
			rows[i] = r
		} else {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.Test, b.Test) })
	return rows, lines.Err()
}
