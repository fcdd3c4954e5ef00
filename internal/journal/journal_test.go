package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/crieur/crieur/internal/journal"
	"github.com/crieur/crieur/internal/post"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ledger = "ledger-1"

func moment() time.Time { return time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC) }

func open(t *testing.T, dir, instance string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(dir, ledger, instance, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, j) })
	return j
}

func closed(t *testing.T, j *journal.Journal) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}

func read(t *testing.T, dir string) journal.Contents {
	t.Helper()
	c, err := journal.Read(dir, ledger)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func start(t *testing.T, j *journal.Journal, delivery string, at time.Time) {
	t.Helper()
	if err := j.Start(journal.Entry{DeliveryID: delivery, Attempt: 1, Fingerprint: "f", Key: "k", At: at}); err != nil {
		t.Fatal(err)
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestWhatWasWrittenIsRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "journal")
	j, other := open(t, dir, "one"), open(t, dir, "two")
	start(t, j, "a", moment())
	start(t, other, "b", moment().Add(time.Second))
	j.End(journal.Entry{DeliveryID: "a", Attempt: 1, StartedAt: moment(), Outcome: post.OutcomeAccepted, RemoteID: "9", RemoteURL: "https://x.example/9", At: moment().Add(time.Hour)})
	if err := j.Recovered("r", moment().Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	// Of another ledger in the same folder.
	stranger, err := journal.Open(dir, "ledger-2", "three", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	start(t, stranger, "c", moment())
	closed(t, stranger)
	closed(t, j)

	c := read(t, dir)
	if len(c.Sendings) != 2 || c.Damaged != 0 {
		t.Fatalf("read %+v", c)
	}
	a, b := c.Sendings[0], c.Sendings[1]
	if a.Start.DeliveryID != "a" || a.End == nil || a.End.Outcome != post.OutcomeAccepted || a.End.RemoteID != "9" || a.Start.Fingerprint != "f" {
		t.Errorf("a: %+v, end %+v", a.Start, a.End)
	}
	if b.Start.DeliveryID != "b" || b.End != nil {
		t.Errorf("b: %+v, end %+v", b.Start, b.End)
	}
	if !c.Recoveries["r"].Equal(moment().Add(2 * time.Hour)) {
		t.Errorf("recoveries: %v", c.Recoveries)
	}
	for _, name := range files(t, dir) {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestAFolderThatIsNotThereSaysNothing(t *testing.T) {
	if c := read(t, filepath.Join(t.TempDir(), "none")); len(c.Sendings) != 0 {
		t.Errorf("read %+v", c)
	}
}

// Wherever a power cut ends the file, every whole line is read, and the torn
// one is no damage.
func TestACutAtAnyByte(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, "one")
	const lines = 3
	for i := range lines {
		start(t, j, fmt.Sprint("d", i), moment().Add(time.Duration(i)*time.Second))
	}
	closed(t, j)
	name := files(t, dir)[0]
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(whole) + 1 {
		if err := os.WriteFile(name, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		c := read(t, dir)
		if want := bytes.Count(whole[:n], []byte("\n")); len(c.Sendings) != want || c.Damaged != 0 {
			t.Fatalf("cut at byte %d: %d sendings, %d damaged, want %d and 0", n, len(c.Sendings), c.Damaged, want)
		}
	}
}

func TestADamagedMiddleIsReported(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, "one")
	for i := range 3 {
		start(t, j, fmt.Sprint("d", i), moment())
	}
	closed(t, j)
	name := files(t, dir)[0]
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	lines[1] = append(bytes.Repeat([]byte{0}, len(lines[1])-1), '\n')
	if err := os.WriteFile(name, bytes.Join(lines, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	if c := read(t, dir); len(c.Sendings) != 2 || c.Damaged != 1 {
		t.Errorf("%d sendings, %d damaged, want 2 and 1", len(c.Sendings), c.Damaged)
	}
}

func TestManyAtOnceAreAllOnDiskWhenTheyReturn(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, "one")
	const n = 500
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			at := moment().Add(time.Duration(i) * time.Millisecond)
			start(t, j, fmt.Sprint("d", i), at)
			j.End(journal.Entry{DeliveryID: fmt.Sprint("d", i), Attempt: 1, StartedAt: at, Outcome: post.OutcomeAccepted, At: at})
		})
	}
	wg.Wait()
	if got := len(read(t, dir).Sendings); got != n {
		t.Errorf("%d sendings are on disk, want %d", got, n)
	}
	closed(t, j)
	for _, s := range read(t, dir).Sendings {
		if s.End == nil {
			t.Fatalf("%s has no end", s.Start.DeliveryID)
		}
	}
	if err := j.Start(journal.Entry{DeliveryID: "late", At: moment()}); !errors.Is(err, journal.ErrClosed) {
		t.Errorf("after closing: %v", err)
	}
}

func TestEachDayHasItsFileAndOldOnesAreForgotten(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, "one")
	start(t, j, "old", moment())
	old := files(t, dir)[0]
	start(t, j, "new", moment().Add(24*time.Hour))
	// An end stands in the file of its own day.
	j.End(journal.Entry{DeliveryID: "old", StartedAt: moment(), Outcome: post.OutcomeAccepted, At: moment().Add(24 * time.Hour)})
	start(t, j, "newest", moment().Add(24*time.Hour))
	if c := read(t, dir); len(c.Sendings) != 3 || c.Sendings[0].End == nil {
		t.Fatalf("read %+v", c.Sendings)
	}
	if got := len(files(t, dir)); got != 2 {
		t.Fatalf("%d files, want 2", got)
	}
	long := time.Now().Add(-31 * 24 * time.Hour)
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	removed, err := j.Forget(time.Now().Add(-30 * 24 * time.Hour))
	if err != nil || removed != 1 {
		t.Errorf("removed %d, %v", removed, err)
	}
	if c := read(t, dir); len(c.Sendings) != 2 {
		t.Errorf("read %+v", c.Sendings)
	}
}

// A real small disk fills up within a line and is emptied again: a start that
// was confirmed is whole, and one that was not leaves nothing behind.
func TestAFullDiskPasses(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	j, err := journal.Open(dir, ledger, "one", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		closed(t, j)
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	confirmed, refused := 0, 0
	for i := range 400 {
		err := j.Start(journal.Entry{DeliveryID: fmt.Sprint("d", i), Key: strings.Repeat("k", i), At: moment().Add(time.Duration(i) * time.Second)})
		if err == nil {
			confirmed++
			continue
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		refused++
	}
	if refused == 0 {
		t.Fatal("the disk never filled up")
	}
	if c := read(t, dir); len(c.Sendings) != confirmed || c.Damaged != 0 {
		t.Fatalf("%d confirmed, %d read, %d damaged", confirmed, len(c.Sendings), c.Damaged)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=256k"); err != nil {
		t.Fatal(err)
	}
	start(t, j, "afterwards", moment().Add(time.Hour))
	if c := read(t, dir); len(c.Sendings) != confirmed+1 || c.Damaged != 0 {
		t.Errorf("%d confirmed, %d read, %d damaged", confirmed+1, len(c.Sendings), c.Damaged)
	}
}

// The folder is taken away and comes back, as a disk that fills up and empties:
// meanwhile every start is refused, and afterwards it works on by itself.
func TestItRecoversWhenTheDiskDoes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "journal")
	j := open(t, dir, "one")
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := j.Start(journal.Entry{DeliveryID: "d", At: moment()}); err == nil {
			t.Fatal("a start that is not on disk was confirmed")
		}
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	start(t, j, "d", moment())
	if c := read(t, dir); len(c.Sendings) != 1 || c.Damaged != 0 {
		t.Errorf("read %+v", c)
	}
}
