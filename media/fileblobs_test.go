package media_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/media"
	"github.com/crieur/crieur/media/mediatest"
)

func newFileBlobs(t *testing.T) (blobs *media.FileBlobs, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "media")
	blobs, err := media.NewFileBlobs(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := blobs.Close(); err != nil {
			t.Error(err)
		}
	})
	return blobs, dir
}

// testBlobs is what every store of bytes does.
func testBlobs(t *testing.T, blobs media.Blobs) {
	t.Helper()
	get := func(key string) (string, error) {
		f, err := blobs.Get(t.Context(), key)
		if err != nil {
			return "", err
		}
		b, err := io.ReadAll(f)
		return string(b), errors.Join(err, f.Close())
	}
	put := func(key, data string) {
		t.Helper()
		if err := blobs.Put(t.Context(), key, []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := get("ab/abcd/original"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before: got %v, want not exist", err)
	}
	put("ab/abcd/original", "one")
	put("ab/abcd/v1-x", "two")
	put("ab/abcdef/original", "three")
	put("ab/abcd/original", "once more")
	if got, err := get("ab/abcd/original"); err != nil || got != "once more" {
		t.Errorf("got %q, %v", got, err)
	}
	f, err := blobs.Get(t.Context(), "ab/abcdef/original")
	if err != nil {
		t.Fatal(err)
	}
	first, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(2, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil || string(first) != "three" || string(rest) != "ree" {
		t.Errorf("got %q and after seeking %q, %v", first, rest, err)
	}
	for range 2 {
		if err := blobs.Delete(t.Context(), "ab/abcd"); err != nil {
			t.Fatal(err)
		}
	}
	for key, want := range map[string]bool{"ab/abcd/original": false, "ab/abcd/v1-x": false, "ab/abcdef/original": true} {
		if _, err := get(key); errors.Is(err, fs.ErrNotExist) == want {
			t.Errorf("%s after deleting ab/abcd: %v", key, err)
		}
	}
}

func TestFileBlobs(t *testing.T) {
	blobs, _ := newFileBlobs(t)
	testBlobs(t, blobs)
}

func TestMemoryBlobs(t *testing.T) { testBlobs(t, mediatest.NewBlobs()) }

func TestFileBlobsKeepOthersOut(t *testing.T) {
	blobs, dir := newFileBlobs(t)
	if err := blobs.Put(t.Context(), "ab/abcd/original", []byte("x")); err != nil {
		t.Fatal(err)
	}
	got := map[string]fs.FileMode{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		got[filepath.ToSlash(rel)] = info.Mode()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]fs.FileMode{
		".": fs.ModeDir | 0o700, "ab": fs.ModeDir | 0o700, "ab/abcd": fs.ModeDir | 0o700, "ab/abcd/original": 0o600,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files and modes, without remains of the writing (-want +got):\n%s", diff)
	}
}

func TestFileBlobsStayInTheirFolder(t *testing.T) {
	blobs, dir := newFileBlobs(t)
	outside := filepath.Join(filepath.Dir(dir), "outside")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"../outside", "a/../../outside", outside, "link"} {
		if f, err := blobs.Get(t.Context(), key); err == nil {
			t.Errorf("read %q", key)
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	for _, key := range []string{"../outside", "a/../../outside", outside} {
		if err := blobs.Put(t.Context(), key, []byte("changed")); err == nil {
			t.Errorf("wrote %q", key)
		}
		if err := blobs.Delete(t.Context(), key); err == nil {
			t.Errorf("deleted %q", key)
		}
	}
	if b, err := os.ReadFile(outside); err != nil || string(b) != "secret" {
		t.Errorf("the file outside is %q, %v", b, err)
	}
}

// Readers see all of one version or all of another.
func TestFileBlobsReplaceAtOnce(t *testing.T) {
	blobs, _ := newFileBlobs(t)
	version := func(c byte) []byte { return bytes.Repeat([]byte{c}, 100_000) }
	if err := blobs.Put(t.Context(), "k/original", version('a')); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for _, c := range []byte("bcde") {
		wg.Go(func() {
			if err := blobs.Put(t.Context(), "k/original", version(c)); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			f, err := blobs.Get(t.Context(), "k/original")
			if err != nil {
				t.Error(err)
				return
			}
			b, err := io.ReadAll(f)
			if err := errors.Join(err, f.Close()); err != nil || len(b) != 100_000 || bytes.Count(b, b[:1]) != len(b) {
				t.Errorf("%d bytes of mixed versions, %v", len(b), err)
			}
		})
	}
	wg.Wait()
}

func TestLibraryOnFiles(t *testing.T) {
	blobs, dir := newFileBlobs(t)
	l := media.NewLibrary(blobs, clock, media.Options{TempDir: t.TempDir()})
	asset, stored := ingest(t, l, mediatest.JPEG(120, 90, mediatest.Orientation(3), mediatest.GPS()))
	path := filepath.Join(dir, asset.SHA256[:2], asset.SHA256, "original")
	onDisk, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(onDisk, stored) {
		t.Fatalf("%d bytes on disk, %d stored, %v", len(onDisk), len(stored), err)
	}
	if err := os.WriteFile(path, onDisk[:len(onDisk)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := l.Verify(t.Context(), asset.SHA256); !errors.Is(err, media.ErrAltered) {
		t.Errorf("cut short: got %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := l.Verify(t.Context(), asset.SHA256); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed: got %v", err)
	}
}
