package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestPagesAreCurrent(t *testing.T) {
	t.Parallel()
	for name, want := range Pages() {
		got, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("docs/%s is not current (%v): run make generate", name, err)
		}
	}
}
