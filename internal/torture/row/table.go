package row

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Table prints rows as Markdown.
func Table(out io.Writer, rows []Row) error {
	var text strings.Builder
	text.WriteString("| test | setup | size | runs | deliveries | lost | twice | settled | left to people | worst lateness | recovery p95 | note |\n")
	text.WriteString("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n")
	for i := range rows {
		fmt.Fprintf(&text, "| %s |\n", strings.Join(cells(&rows[i]), " | "))
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func cells(r *Row) []string {
	size := fmt.Sprintf("%g", r.Size)
	if r.Began {
		return []string{r.Test, r.Setup, size, "", "", "", "", "", "", "", "", "**no result**"}
	}
	note := r.Note
	if r.Failed {
		note = strings.TrimSpace("**failed** " + note)
	}
	return []string{
		r.Test, r.Setup, size, fmt.Sprint(r.Runs), fmt.Sprint(r.Deliveries), fmt.Sprint(r.Lost), fmt.Sprint(r.Twice),
		fmt.Sprint(r.Settled), fmt.Sprint(r.People), span(r.Late), span(r.Recovery), note,
	}
}

// span writes a time with as many digits as it deserves.
func span(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		whole := d.Round(time.Second)
		return fmt.Sprintf("%d min %d s", int(whole.Minutes()), int(whole.Seconds())%60)
	}
}
