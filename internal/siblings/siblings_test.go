package siblings_test

import (
	"bufio"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/siblings"
)

// TestMain lets the test program be the process that dies.
func TestMain(m *testing.M) {
	if dir := os.Getenv("SIBLINGS_TEST_DIR"); dir != "" {
		f, err := siblings.Join(dir, os.Getenv("SIBLINGS_TEST_INSTANCE"))
		if err != nil {
			panic(err)
		}
		if _, err := os.Stdout.WriteString("joined\n"); err != nil {
			panic(err)
		}
		// Until the test kills it, or ends itself.
		_, _ = os.Stdin.Read(make([]byte, 1))
		runtime.KeepAlive(f)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestAKilledProcessIsDeadAndALivingOneIsNot(t *testing.T) {
	dir := t.TempDir()
	here, err := siblings.Join(dir, "here")
	if err != nil {
		t.Fatal(err)
	}
	killed, living := start(t, dir, "killed"), start(t, dir, "living")
	expectDead(t, here)
	kill(t, killed)
	expectDead(t, here, "killed")
	expectDead(t, here, "killed") // until it is buried
	if err := here.Bury("killed"); err != nil {
		t.Fatal(err)
	}
	expectDead(t, here)
	kill(t, living)
	expectDead(t, here, "living")
}

func TestWhoLeftIsNotDead(t *testing.T) {
	dir := t.TempDir()
	one, err := siblings.Join(dir, "one")
	if err != nil {
		t.Fatal(err)
	}
	two, err := siblings.Join(dir, "two")
	if err != nil {
		t.Fatal(err)
	}
	expectDead(t, one)
	if err := two.Leave(); err != nil {
		t.Fatal(err)
	}
	expectDead(t, one)
	if err := one.Bury("two"); err != nil {
		t.Errorf("burying who left: %v", err)
	}
}

func TestNamesThatLeadElsewhereAreRefused(t *testing.T) {
	for _, name := range []string{"", "../x", "a.b"} {
		if _, err := siblings.Join(t.TempDir(), name); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

func expectDead(t *testing.T, f *siblings.Folder, want ...string) {
	t.Helper()
	got, err := f.Dead()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("dead (-want +got):\n%s", diff)
	}
}

func start(t *testing.T, dir, instance string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0]) // #nosec G204 -- this very program
	cmd.Env = append(os.Environ(), "SIBLINGS_TEST_DIR="+dir, "SIBLINGS_TEST_INSTANCE="+instance)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return cmd
}

func kill(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed, and says so
}
