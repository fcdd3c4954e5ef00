//go:build torture

package scenario

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/crieur/crieur/media/mediatest"
)

// caughtBefore is how long before its hour a post without its picture is
// known to be one.
const caughtBefore = 10 * time.Minute

// TestT45AlteredMedia damages the files of pictures of posts that are scheduled.
// All are found well before their hour, and no post leaves without its picture.
func TestT45AlteredMedia(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		pages := in.pages(10)
		count := size(500)
		due := time.Now().Add(18 * time.Minute)
		var drafts []draft
		for n := range count {
			// Each picture is one of its own: they differ in their measures.
			picture := in.upload(mediatest.JPEG(64+n%400, 48+n/400))
			drafts = append(drafts, draft{accounts: pages[n%10 : n%10+1], pictures: picture, due: due, refused: true})
		}
		list := in.announce(drafts...)
		in.damage(count)
		if !in.settleThese(list, time.Until(due.Add(-caughtBefore))) {
			t.Errorf("not all were found %s before their hour", caughtBefore)
		}
		for _, e := range list {
			if e.seen.Status != "failed" || e.seen.Error == nil || e.seen.Error.Code != "media_lost" {
				t.Errorf("%s is %s: %+v", e.reference, e.seen.Status, e.seen.Error)
				break
			}
		}
		early := time.Until(due)
		<-time.After(time.Until(due.Add(time.Minute)))
		r := in.judge()
		r.Runs = count
		r.Note = fmt.Sprintf("all found %s before their hour", early.Round(time.Second))
		report(t, s, r)
	})
}

// damage removes, cuts and changes stored pictures in turn.
func (in *installation) damage(want int) {
	in.t.Helper()
	n := 0
	err := filepath.WalkDir(in.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "original" {
			return err
		}
		n++
		ways := []func() error{
			func() error { return os.Remove(path) },
			func() error { return os.Truncate(path, 20) },
			func() error {
				b, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				slices.Reverse(b)
				return os.WriteFile(path, b, 0o600)
			},
		}
		return ways[n%len(ways)]()
	})
	if err != nil || n != want {
		in.t.Fatalf("%d pictures damaged, want %d: %v", n, want, err)
	}
}
