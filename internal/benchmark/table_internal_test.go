package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const printed = `goos: linux
pkg: github.com/crieur/crieur/worker
BenchmarkBells/scaled-2   	       1	1059037252 ns/op	     10000 bells/s	        87.39 cpu-µs/op
BenchmarkBurst/10000/scaled-2	 1	 -3.5 min-ms	 1400 p99-ms
BenchmarkStart 	 3	 171.4 p50-ms
--- BENCH: BenchmarkStart
    bench_test.go:12: some words of a benchmark
PASS
`

func TestResultsReadWhatGoTestPrints(t *testing.T) {
	t.Parallel()
	r := results{}
	if err := r.read(strings.NewReader(printed)); err != nil {
		t.Fatal(err)
	}
	want := results{
		"Bells/scaled":       {"ns/op": 1059037252, "bells/s": 10000, "cpu-µs/op": 87.39},
		"Burst/10000/scaled": {"min-ms": -3.5, "p99-ms": 1400},
		"Start":              {"p50-ms": 171.4},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
}

func TestTableSetsFiguresBesideTheirGoals(t *testing.T) {
	t.Parallel()
	r := results{}
	if err := r.read(strings.NewReader(printed)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		row  row
		want string
	}{
		{
			row{what: "more is better", benchmark: "Bells/scaled", unit: "bells/s", alone: 20_000, goal: atLeast(16_000), also: []string{"cpu-µs/op", "none"}},
			"more is better | 10000 bells/s | 87.4 cpu-µs/op | 20000 | ≥ 16000 | 0.50 | misses",
		},
		{row{what: "early", benchmark: "Burst/10000/scaled", unit: "min-ms", goal: atLeast(0)}, "early | -3.50 min-ms |  |  | ≥ 0.00 |  | misses"},
		{
			row{what: "of the same run", benchmark: "Burst/10000/scaled", unit: "p99-ms", goal: drained(10_000, "Bells/scaled")},
			"of the same run | 1400 p99-ms |  |  | ≤ 1350 | 1.04 | misses",
		},
		{
			row{what: "no queue to compare with", benchmark: "Burst/10000/scaled", unit: "p99-ms", goal: drained(10_000, "Bells/other")},
			"no queue to compare with | 1400 p99-ms |  |  |  |  | ",
		},
		{row{what: "less is better", benchmark: "Start", unit: "p50-ms", goal: atMost(200)}, "less is better | 171 p50-ms |  |  | ≤ 200 | 0.86 | meets"},
		{row{what: "failed", benchmark: "Start", unit: "resident-MB", goal: atMost(60)}, "failed | not measured |  |  |  |  | "},
	} {
		if got := strings.Join(cells(tt.row, r)[2:], " | "); got != tt.want {
			t.Errorf("got  %q\nwant %q", got, tt.want)
		}
	}
}

// A misspelt name would show as "not measured" for ever.
func TestEveryRowIsOfASuite(t *testing.T) {
	t.Parallel()
	patterns := ""
	for _, s := range suites() {
		patterns += s.pattern
	}
	for _, row := range rows() {
		name, _, _ := strings.Cut(row.benchmark, "/")
		if !strings.Contains(patterns, name) {
			t.Errorf("%s %s: no suite runs Benchmark%s", row.area, row.setup, row.benchmark)
		}
	}
}
