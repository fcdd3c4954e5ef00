package store

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// Whoever adds a table decides whether a backup has it.
func TestEveryTableIsInTheBackupOrLeftOut(t *testing.T) {
	names, err := filepath.Glob("migrations/*.sql")
	must(t, err)
	texts := slices.Concat(sqliteWords().up, postgresWords().up)
	for _, name := range names {
		text, err := os.ReadFile(name)
		must(t, err)
		texts = append(texts, string(text))
	}
	var tables []string
	for _, text := range texts {
		for _, found := range regexp.MustCompile(`CREATE TABLE (\w+)`).FindAllStringSubmatch(text, -1) {
			tables = append(tables, found[1])
		}
	}
	slices.Sort(tables)
	decided := slices.Sorted(slices.Values(append(backedUp(), leftOut()...)))
	if diff := gocmp.Diff(slices.Compact(tables), decided); diff != "" {
		t.Errorf("(-tables +decided):\n%s", diff)
	}
}
