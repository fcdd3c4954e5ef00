package row_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/torture/row"
)

func TestTheLastRowOfATestOnASetupStands(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rows.jsonl")
	for _, r := range []row.Row{
		{Test: "T13", Setup: "sqlite", Began: true},
		{Test: "T01", Setup: "postgres", Began: true},
		{Test: "T13", Setup: "sqlite", Runs: 30, Deliveries: 210, Settled: 209, Recovery: 20_400 * time.Millisecond},
	} {
		if err := row.Append(path, r); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := row.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Test != "T01" || rows[0].Held() || !rows[1].Held() || rows[1].Runs != 30 {
		t.Fatalf("rows %+v", rows)
	}
	var table strings.Builder
	if err := row.Table(&table, rows); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| T01 | postgres | 0 |  |", "**no result**", "| 30 | 210 | 0 | 0 | 209 | 0 |  | 20.4 s |"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table has no %q:\n%s", want, table.String())
		}
	}
}

func TestWhatDoesNotHold(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]row.Row{
		"lost": {Lost: 1}, "twice": {Twice: 1}, "failed": {Failed: true}, "without a result": {Began: true},
	} {
		if r.Held() {
			t.Errorf("a row that is %s holds", name)
		}
	}
	if !(&row.Row{People: 3}).Held() {
		t.Error("what was left to people is not lost")
	}
}
