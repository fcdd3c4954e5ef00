package kept_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/kept"
)

func TestKeptOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "renewed")
	open := func() *kept.Folder {
		t.Helper()
		f, err := kept.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	one := kept.Credentials{ChannelID: "a", Epoch: 3, Sealed: []byte{0, 1, 255}, Expires: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	other := kept.Credentials{ChannelID: "b", Epoch: 1, Sealed: []byte("sealed")}
	for _, c := range []kept.Credentials{one, other, other} {
		if err := open().Put(c); err != nil {
			t.Fatal(err)
		}
	}
	// What a process that died while writing left, and a damaged file, hide
	// nothing.
	for _, name := range []string{"123.new", "damaged.renewed"} {
		if err := os.WriteFile(filepath.Join(path, name), []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := open().All()
	if err == nil {
		t.Error("the damaged file is not reported")
	}
	if diff := cmp.Diff([]kept.Credentials{one, other}, all); diff != "" {
		t.Error(diff)
	}
	for range 2 {
		if err := open().Drop("a", 3); err != nil {
			t.Fatal(err)
		}
	}
	all, _ = open().All() // the damaged file is still reported
	if diff := cmp.Diff([]kept.Credentials{other}, all); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(filepath.Join(path, "b-1.renewed"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
