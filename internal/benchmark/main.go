// Command benchmark runs the benchmarks of every part and prints one table:
// what was measured, beside what the parts alone can do and the goal. It judges
// nothing: times depend on the machine. docs/performance.md reads a table.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/clock"
)

func main() {
	quick := flag.Bool("quick", false, "fewer rounds, and no burst of ten thousand")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *quick, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
		os.Exit(1)
	}
}

// run runs every suite one after the other, so that they do not measure each
// other, and prints the table. Progress goes to log.
func run(ctx context.Context, quick bool, out, log io.Writer) error {
	began, load := clock.Now(), loadAverage()
	dir, err := os.MkdirTemp("", "crieur-benchmark-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system's own folder for such things
	binary := filepath.Join(dir, "crieur")
	if message, err := goTool(ctx, "build", "-o", binary, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, message)
	}
	results := results{}
	for _, s := range suites() {
		// What a suite printed before it failed is kept: the table then says
		// what is missing.
		output, failed := s.run(ctx, quick, binary, log)
		if err := results.read(strings.NewReader(output)); err != nil {
			return err
		}
		if failed != nil {
			_, _ = fmt.Fprintf(log, "%s %s: %v\n%s\n", s.pkg, s.pattern, failed, output)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(out, "%s · %s · %d processors · %s · load %s before, %s after · %s\n\n",
		began.UTC().Format("2006-01-02 15:04 UTC"), runtime.GOOS+"/"+runtime.GOARCH, runtime.NumCPU(), runtime.Version(),
		load, loadAverage(), clock.Now().Sub(began).Round(time.Second)); err != nil {
		return err
	}
	return table(out, rows(), results)
}

// suite is one run of go test.
type suite struct {
	pkg     string
	pattern string
	// rounds and quick are how often each benchmark runs.
	rounds, quick int
}

func suites() []suite {
	const here = "./internal/benchmark"
	return []suite{
		{here, "^BenchmarkStart$", 3, 1},
		{here, "^BenchmarkRender$", 1000, 200},
		{here, "^Benchmark(Pictures|Ingest)$", 5, 2},
		{here, "^BenchmarkAccept$", 3000, 500},
		{here, "^BenchmarkRequestToNetwork$", 60, 20},
		{"./internal/store", "^BenchmarkCreatePost$", 3000, 500},
		{"./internal/store", "^Benchmark(Claim|Finish)$", 800, 200},
		{"./worker", "^BenchmarkBells$", 1, 1},
		{"./worker", "^BenchmarkPublishNow$", 60, 20},
		{"./worker", "^BenchmarkBurst$", 1, 1},
	}
}

func (s suite) run(ctx context.Context, quick bool, binary string, log io.Writer) (string, error) {
	rounds := s.rounds
	args := []string{"test", "-run", "^$", "-bench", s.pattern, "-timeout", "5m"}
	if quick {
		rounds, args = s.quick, append(args, "-short")
	}
	_, _ = fmt.Fprintln(log, "…", s.pkg, s.pattern)
	var output strings.Builder
	cmd := goTool(ctx, append(args, "-benchtime", fmt.Sprintf("%dx", rounds), s.pkg)...)
	cmd.Env = append(os.Environ(), "CRIEUR_BENCH_BINARY="+binary)
	cmd.Stdout, cmd.Stderr = &output, log
	err := cmd.Run()
	return output.String(), err
}

func goTool(ctx context.Context, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "go", args...) // #nosec G204 -- the arguments are those above
}

// loadAverage is the load of the last minute; "unknown" where it cannot be
// read.
func loadAverage() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	load, _, _ := strings.Cut(string(data), " ")
	return load
}
