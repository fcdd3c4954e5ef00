//go:build failpoints

package clock_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/clock"
)

func TestAMovedClockMovesTheWallAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "offset")
	if err := os.WriteFile(path, []byte("24h\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := clock.Now()
	t.Setenv("CRIEUR_CLOCK_OFFSET_FILE", path)
	after := clock.Now()
	if wall := after.Round(0).Sub(before.Round(0)); wall < 24*time.Hour || wall > 24*time.Hour+time.Minute {
		t.Errorf("the wall clock moved by %s", wall)
	}
	if elapsed := after.Sub(before); elapsed < 0 || elapsed > time.Minute {
		t.Errorf("%s went by", elapsed)
	}
}
