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

// aheadOfT45 is how long before their hour the posts are made: damaged before
// the last check, a quarter of an hour ahead of it, which has its time too.
const aheadOfT45 = 17 * time.Minute

// TestT45AlteredMedia damages the files of pictures of posts that are scheduled.
// All are found well before their hour, and no post leaves without its picture.
// The hour itself is met by a program that was away until shortly before it:
// its clock is ahead by what was not waited for.
func TestT45AlteredMedia(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		running := in.start()
		pages := in.pages(10)
		count := size(500)
		drafts := make([]draft, count)
		for n := range drafts {
			// Each picture is one of its own: they differ in their measures.
			picture := in.upload(mediatest.JPEG(64+n%400, 48+n/400))
			drafts[n] = draft{accounts: pages[n%10 : n%10+1], pictures: picture, refused: true}
		}
		due := time.Now().Add(aheadOfT45)
		for n := range drafts {
			drafts[n].due = due
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
		in.stopAll(running)
		// Its clock shows 20 seconds before the hour.
		ahead := newClock(t, time.Until(due)-20*time.Second)
		if s == scaled {
			in.serve(withClock(ahead))
		}
		in.start(withClock(ahead))
		<-time.After(time.Minute)
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
	err := filepath.WalkDir(filepath.Join(in.dir, "data"), func(path string, d fs.DirEntry, err error) error {
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
