package store_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
)

// A real small disk is filled and emptied: what was acknowledged stays, what
// was not is refused with a reason, and the ledger goes on by itself.
func TestAFullDiskPasses(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	s := storetest.OpenConfig(t, store.Config{Dir: dir, Log: slog.New(slog.DiscardHandler), Now: clock.Now})
	w := storetest.NewWorld(t, s, 1)
	ballast := filepath.Join(dir, "ballast")
	var kept []string
	for round := range 3 {
		fill(t, ballast)
		refused := false
		for range 2000 {
			p := w.Draft(post.Scheduled, w.Now, w.Channels[0])
			err := s.CreatePost(t.Context(), p)
			if err == nil {
				kept = append(kept, p.ID)
				continue
			}
			if !errors.Is(err, post.ErrFull) {
				t.Fatalf("round %d: got %v, want that the disk is full", round, err)
			}
			refused = true
			break
		}
		if !refused {
			t.Fatal("the disk never filled up")
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		kept = append(kept, w.Save(t, w.Draft(post.Scheduled, w.Now, w.Channels[0])).ID)
	}
	for _, id := range kept {
		if _, err := s.Post(t.Context(), w.Commune.ID, id); err != nil {
			t.Fatalf("an acknowledged post is gone: %v", err)
		}
	}
}

// fill takes all room that is left.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	chunk := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(chunk)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
