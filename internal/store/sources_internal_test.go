package store

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/crieur/crieur/internal/post"
)

// The words of the domain stand a second time in the migration.
func TestTheTablesOfSourcesTakeTheWordsOfTheDomain(t *testing.T) {
	b, err := migrations.ReadFile("migrations/00007_sources.sql")
	must(t, err)
	lists := map[string]string{}
	for _, found := range regexp.MustCompile(`(\w+) IN \(([^)]*)\)`).FindAllStringSubmatch(string(b), -1) {
		lists[found[1]] = strings.ReplaceAll(found[2], "'", "")
	}
	for column, want := range map[string][]string{
		"kind": texts(post.SourceKinds()), "state": texts(post.ItemStates()), "circumstance": texts(post.Circumstances()),
	} {
		if got := strings.Split(lists[column], ", "); !slices.Equal(got, want) {
			t.Errorf("%s: the table takes %q, the domain says %q", column, got, want)
		}
	}
}
