//go:build failpoints

package failpoint_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/crieur/crieur/internal/failpoint"
)

// TestMain passes two places when a test has started this program for it.
func TestMain(m *testing.M) {
	if os.Getenv("CRIEUR_FAILPOINTS_PASS") == "" {
		os.Exit(m.Run())
	}
	for range 3 {
		failpoint.Hit(failpoint.LaneClaimed)
		if err := failpoint.Err(failpoint.TryBegun); errors.Is(err, failpoint.ErrInjected) {
			os.Exit(7)
		}
		_, _ = os.Stdout.WriteString("passed\n")
	}
}

func TestWhatHappensAtAPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, points string
		passed       int
		ended        func(*os.ProcessState) bool
	}{
		{"nothing", "", 3, (*os.ProcessState).Success},
		{"killed", "worker/publish:claimed=kill", 0, killed},
		{"killed at the third time", "worker/publish:claimed=kill#3", 2, killed},
		{"an error", "worker/publish:begun=error#2", 1, code(7)},
		{"held", "worker/publish:begun=hang:1ms", 3, (*os.ProcessState).Success},
		{"a panic", "worker/publish:begun=panic", 0, code(2)},
		{"an error where none can be given back", "worker/publish:claimed=error", 0, code(2)},
		{"no such action", "worker/publish:claimed=explode", 0, code(2)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			seen := filepath.Join(t.TempDir(), "seen")
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), "CRIEUR_FAILPOINTS_PASS=1", "CRIEUR_FAILPOINTS="+c.points, "CRIEUR_FAILPOINTS_SEEN="+seen)
			out, _ := cmd.Output() // how it ended is looked at below
			if got := strings.Count(string(out), "passed"); got != c.passed || !c.ended(cmd.ProcessState) {
				t.Errorf("passed %d times, want %d; ended with %s", got, c.passed, cmd.ProcessState)
			}
			if c.name == "nothing" {
				if places, err := os.ReadFile(seen); err != nil || string(places) != "worker/publish:claimed\nworker/publish:begun\n" {
					t.Errorf("seen %q, %v", places, err)
				}
			}
		})
	}
}

func killed(s *os.ProcessState) bool {
	status, ok := s.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

func code(want int) func(*os.ProcessState) bool {
	return func(s *os.ProcessState) bool { return s.ExitCode() == want }
}
