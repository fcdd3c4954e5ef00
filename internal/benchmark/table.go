package main

import (
	"fmt"
	"io"
	"strings"
)

// table prints rows as Markdown. The ratio is that of the figure to what the
// parts alone can do, or, where that is not known, to the goal.
func table(out io.Writer, rows []row, r results) error {
	var text strings.Builder
	text.WriteString("| area | setup | what | measured | also | parts alone | goal | ratio | |\n|---|---|---|---:|---|---:|---:|---:|---|\n")
	for _, row := range rows {
		fmt.Fprintf(&text, "| %s |\n", strings.Join(cells(row, r), " | "))
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func cells(row row, r results) []string {
	all := []string{row.area, row.setup, row.what}
	value, measured := r.of(row.benchmark, row.unit)
	if !measured {
		return append(all, "not measured", "", "", "", "", "")
	}
	var also []string
	for _, unit := range row.also {
		if v, ok := r.of(row.benchmark, unit); ok {
			also = append(also, number(v)+" "+unit)
		}
	}
	alone, ratio, wanted, met := "", "", "", ""
	if row.alone != 0 {
		alone, ratio = number(row.alone), fmt.Sprintf("%.2f", value/row.alone)
	}
	if bound, ok := row.goal.bound(r); ok {
		sign, kept := "≤ ", value <= bound
		if row.goal.atLeast {
			sign, kept = "≥ ", value >= bound
		}
		wanted, met = sign+number(bound), "misses"
		if kept {
			met = "meets"
		}
		if ratio == "" && bound != 0 {
			ratio = fmt.Sprintf("%.2f", value/bound)
		}
	}
	return append(all, number(value)+" "+row.unit, strings.Join(also, ", "), alone, wanted, ratio, met)
}

// number writes three digits at least, and no more decimals than they need.
func number(v float64) string {
	switch {
	case v >= 100 || v <= -100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10 || v <= -10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}
