package adapt_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The code searches these lists by halving, and stops at their longest line.
func TestListsAreSortedAndBounded(t *testing.T) {
	t.Parallel()
	for name, longest := range map[string]int{"tlds.txt": 33, "emoji.txt": 28} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text, found := strings.CutSuffix(string(data), "\n")
		if !found {
			t.Errorf("%s does not end with a newline", name)
		}
		lines := strings.Split(text, "\n")
		if !slices.IsSorted(lines) {
			t.Errorf("%s is not sorted", name)
		}
		if unique := slices.Compact(slices.Clone(lines)); len(unique) != len(lines) {
			t.Errorf("%s repeats a line", name)
		}
		got := 0
		for _, line := range lines {
			got = max(got, len(line))
		}
		if got != longest {
			t.Errorf("%s: the longest line has %d bytes, the code says %d", name, got, longest)
		}
	}
}
