//go:build torture

package scenario

import (
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/internal/torture/row"
)

// setup is what an installation consists of.
type setup string

const (
	// scaled: PostgreSQL, Redis, one process for the API and workers beside it.
	scaled setup = "postgres+redis"
	// queueless: PostgreSQL and the embedded queue; each process does all.
	queueless setup = "postgres"
	// embedded: one process with SQLite and the embedded queue.
	embedded setup = "sqlite"
)

func allSetups() []setup { return []setup{scaled, queueless, embedded} }

// size is how much of a test's whole count is run: CRIEUR_TORTURE_SIZE is the
// part, at least one stays.
func size(whole int) int { return max(1, int(math.Round(float64(whole)*part()))) }

func part() float64 {
	text := os.Getenv("CRIEUR_TORTURE_SIZE")
	if text == "" {
		return 1
	}
	p, err := strconv.ParseFloat(text, 64)
	if err != nil || p <= 0 {
		panic("CRIEUR_TORTURE_SIZE must be a number above 0: " + text)
	}
	return p
}

// endWanted reports whether whoever runs the tests wants them to end: the file
// CRIEUR_TORTURE_STOP is there. A test that repeats one fault for an hour looks
// at it, judges what was done until then, and its row says what part that is.
func endWanted() bool {
	path := os.Getenv("CRIEUR_TORTURE_STOP")
	if path == "" {
		return false
	}
	_, err := os.Stat(path)
	return err == nil
}

// onSetups runs a test on each of the setups that were asked for, in parallel.
// run must end with report; a setup that does not is a failure of the table.
func onSetups(t *testing.T, setups []setup, run func(t *testing.T, s setup)) {
	t.Helper()
	t.Parallel()
	wanted := os.Getenv("CRIEUR_TORTURE_SETUPS")
	for _, s := range setups {
		if wanted != "" && !strings.Contains(","+wanted+",", ","+string(s)+",") {
			continue
		}
		t.Run(string(s), func(t *testing.T) {
			t.Parallel()
			keep(t, row.Row{Test: testID(t), Setup: string(s), Began: true})
			run(t, s)
		})
	}
}

// report ends a test on a setup: it fails it when something was lost or
// doubled, and keeps the row. Test, Setup, At and Failed are filled in, and Size
// where the test did not set it.
func report(t *testing.T, s setup, r row.Row) {
	t.Helper()
	if r.Lost > 0 || r.Twice > 0 {
		t.Errorf("%d lost, %d twice", r.Lost, r.Twice)
	}
	r.Test, r.Setup, r.Failed = testID(t), string(s), t.Failed()
	keep(t, r)
}

func keep(t *testing.T, r row.Row) {
	t.Helper()
	if r.Size == 0 {
		r.Size = part()
	}
	r.At = clock.Now().UTC()
	t.Logf("%+v", r)
	if path := os.Getenv("CRIEUR_TORTURE_REPORT"); path != "" {
		if err := row.Append(path, r); err != nil {
			t.Fatal(err)
		}
	}
}

// testID is the number of a test by its name: TestT01KillNine is T01.
func testID(t *testing.T) string {
	t.Helper()
	name, _, _ := strings.Cut(strings.TrimPrefix(t.Name(), "Test"), "/")
	if len(name) < 3 || name[0] != 'T' {
		t.Fatalf("%s has no number", t.Name())
	}
	return name[:3]
}

// binary is the instrumented program: CRIEUR_TORTURE_BINARY, or built once.
func binary(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("CRIEUR_TORTURE_BINARY"); path != "" {
		return path
	}
	built.Do(func() { built.path = testrig.BinaryWith(t, "nodynamic,failpoints", "torture") })
	return built.path
}

var built struct {
	sync.Once
	path string
}
