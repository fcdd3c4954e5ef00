package main

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// results are figures by the name of their benchmark, then by unit.
type results map[string]map[string]float64

// processors is the number that go test puts behind a benchmark's name.
var processors = regexp.MustCompile(`-\d+$`)

// read adds what go test printed, in the format of
// go.dev/design/14313-benchmark-format: a name, a number of rounds, and pairs
// of value and unit.
func (r results) read(output io.Reader) error {
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 4 || len(words)%2 != 0 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		name := processors.ReplaceAllString(strings.TrimPrefix(words[0], "Benchmark"), "")
		figures := map[string]float64{}
		for i := 2; i < len(words); i += 2 {
			value, err := strconv.ParseFloat(words[i], 64)
			if err != nil {
				return fmt.Errorf("%q: %w", lines.Text(), err)
			}
			figures[words[i+1]] = value
		}
		r[name] = figures
	}
	return lines.Err()
}

// of is one figure; false: it was not measured.
func (r results) of(benchmark, unit string) (float64, bool) {
	value, ok := r[benchmark][unit]
	return value, ok
}
