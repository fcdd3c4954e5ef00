// Package figure measures in benchmarks what Go's own do not: how times are
// spread, what a process costs in processor time, and its peak of memory.
package figure

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"slices"
	"syscall"
	"testing"
	"time"
)

// Spread reports the least, the median, the 99th percentile and the greatest
// of some times, in milliseconds. It changes their order.
func Spread(b *testing.B, times []time.Duration) {
	b.Helper()
	if len(times) == 0 {
		b.Fatal("nothing was measured")
	}
	slices.Sort(times)
	for _, p := range []struct {
		unit string
		part float64
	}{{"min-ms", 0}, {"p50-ms", 0.5}, {"p99-ms", 0.99}, {"max-ms", 1}} {
		b.ReportMetric(milliseconds(times[rank(len(times), p.part)]), p.unit)
	}
}

// rank is the place of the nearest-rank percentile among n sorted values.
func rank(n int, part float64) int {
	return max(int(math.Ceil(part*float64(n))), 1) - 1
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Processor starts to count the processor time of this process. The function
// that it returns reports it for each of n operations, in microseconds.
func Processor(b *testing.B) func(n int) {
	b.Helper()
	before := processor(b)
	return func(n int) {
		b.Helper()
		spent := processor(b) - before
		b.ReportMetric(float64(spent.Microseconds())/float64(n), "cpu-µs/op")
	}
}

// processor is the time, user and system, that all threads have used.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// Peak forgets what memory the process has used so far. The function that it
// returns reports the peak of resident memory since then, in megabytes; where
// the system cannot tell, it reports nothing.
func Peak(b *testing.B) func() {
	b.Helper()
	debug.FreeOSMemory()
	// "5" resets the peak: proc(5), /proc/pid/clear_refs, since Linux 4.0.
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Logf("no peak of memory: %v", err)
		return func() {}
	}
	return func() {
		b.Helper()
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			b.Fatal(err)
		}
		_, rest, found := bytes.Cut(status, []byte("VmHWM:"))
		var kilobytes float64
		if _, err := fmt.Fscan(bytes.NewReader(rest), &kilobytes); err != nil || !found {
			b.Fatalf("no peak in /proc/self/status: %v", err)
		}
		b.ReportMetric(kilobytes/1024, "peak-MB")
	}
}
