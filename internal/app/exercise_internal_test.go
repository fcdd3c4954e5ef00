package app

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheFileOfExercisesDoesNotGrowForEver(t *testing.T) {
	journal := filepath.Join(t.TempDir(), "exercises.jsonl")
	for name, test := range map[string]struct {
		size int64
		kept bool
	}{
		"as big as it may be": {exerciseKept, true},
		"bigger":              {exerciseKept + 1, false},
	} {
		if err := os.WriteFile(journal, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(journal, test.size); err != nil {
			t.Fatal(err)
		}
		if err := beginAnew(journal); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(journal); (err == nil) != test.kept {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.RemoveAll(journal); err != nil {
		t.Fatal(err)
	}
	if err := beginAnew(journal); err != nil {
		t.Errorf("without a file: %v", err)
	}
}
