// Command torture runs the reliability tests and prints one table: how often
// the real program was killed, cut off and lied to, and what the networks'
// journal says came of it. It ends with 1 when a post was lost or doubled, when
// a test failed, or when a row that was asked for is missing.
// docs/reliability.md holds the figures of a whole run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/crieur/crieur/internal/torture/row"
)

// options are what a person asks for.
type options struct {
	size     float64
	only     []string
	setups   string
	parallel int
	report   string
	binary   string
}

func main() {
	var o options
	var only, table string
	flag.Float64Var(&o.size, "size", 1, "part of the whole test, as 0.1")
	flag.StringVar(&only, "only", "", "tests by their number, as T01,T05; empty: all")
	flag.StringVar(&o.setups, "setups", "", "postgres+redis, postgres, sqlite; empty: all")
	flag.IntVar(&o.parallel, "parallel", 6, "installations that run at once")
	flag.StringVar(&o.report, "report", "", "file to which rows are added; empty: none is kept")
	flag.StringVar(&o.binary, "binary", "", "the program, built with the tag failpoints; empty: it is built")
	flag.StringVar(&table, "table", "", "print the table of a report, and run nothing")
	flag.Parse()
	o.only = strings.FieldsFunc(only, func(r rune) bool { return r == ',' || r == ' ' })
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	var err error
	if table != "" {
		err = show(os.Stdout, table)
	} else {
		err = run(ctx, o, os.Stdout, os.Stderr)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		os.Exit(1)
	}
}

// show prints a report that stands already.
func show(out io.Writer, path string) error {
	rows, err := row.Read(path)
	if err != nil {
		return err
	}
	return errors.Join(row.Table(out, rows), judge(rows))
}

// run runs the tests and prints the table of this run. Progress goes to log.
func run(ctx context.Context, o options, out, log io.Writer) error {
	dir, err := os.MkdirTemp("", "crieur-torture-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system's own folder for such things
	if o.binary == "" {
		o.binary = filepath.Join(dir, "crieur")
		if message, err := goTool(ctx, "build", "-tags", "nodynamic,failpoints", "-o", o.binary, ".").CombinedOutput(); err != nil {
			return fmt.Errorf("%w\n%s", err, message)
		}
	}
	fresh := filepath.Join(dir, "rows.jsonl")
	failed := scenarios(ctx, o, fresh, log)
	rows, err := row.Read(fresh)
	if err != nil {
		return errors.Join(failed, err)
	}
	if o.report != "" {
		if err := row.Append(o.report, rows...); err != nil {
			return err
		}
	}
	return errors.Join(row.Table(out, rows), failed, judge(rows), missing(rows, o.only))
}

// scenarios runs the tests, whose rows go to the file.
func scenarios(ctx context.Context, o options, rows string, log io.Writer) error {
	args := []string{
		"test", "-tags", "nodynamic,failpoints,torture", "-timeout", "6h", "-count", "1",
		"-parallel", fmt.Sprint(o.parallel), "-run", pattern(o.only), "./internal/torture/scenario",
	}
	cmd := goTool(ctx, args...)
	binary, err := filepath.Abs(o.binary)
	if err != nil {
		return err
	}
	cmd.Env = append(os.Environ(), "CRIEUR_TORTURE_BINARY="+binary, "CRIEUR_TORTURE_REPORT="+rows,
		"CRIEUR_TORTURE_SETUPS="+o.setups, fmt.Sprintf("CRIEUR_TORTURE_SIZE=%g", o.size), "CRIEUR_TEST_REQUIRE_ALL=1")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the tests: %w", err)
	}
	return nil
}

// pattern matches the names of tests by their numbers.
func pattern(only []string) string {
	if len(only) == 0 {
		return "^TestT[0-9][0-9]"
	}
	quoted := make([]string, len(only))
	for i, id := range only {
		quoted[i] = regexp.QuoteMeta(id)
	}
	return "^Test(" + strings.Join(quoted, "|") + ")"
}

// judge names the rows that do not hold what is promised.
func judge(rows []row.Row) error {
	var faults []error
	for i := range rows {
		if r := &rows[i]; !r.Held() {
			faults = append(faults, fmt.Errorf("%s on %s does not hold", r.Test, r.Setup))
		}
	}
	return errors.Join(faults...)
}

// missing names the tests that were asked for and left no row.
func missing(rows []row.Row, only []string) error {
	var faults []error
	for _, id := range only {
		if !slices.ContainsFunc(rows, func(r row.Row) bool { return r.Test == id }) {
			faults = append(faults, fmt.Errorf("%s left no row", id))
		}
	}
	return errors.Join(faults...)
}

func goTool(ctx context.Context, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "go", args...) // #nosec G204 -- the arguments are those above
}
