package testrig

import (
	"os"
	"testing"
)

// Missing skips a test for want of something on the machine, and fails it
// where everything is required.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("CRIEUR_TEST_REQUIRE_ALL") == "1" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
