//go:build torture

package scenario

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/torture/row"
	"github.com/crieur/crieur/media/mediatest"
)

// besidePoison is how late what is sent beside poison may be.
const besidePoison = time.Minute

// readBackBesidePoison is how late what was cut off with it may be: three ends,
// and the proof that it is absent.
const readBackBesidePoison = 6 * time.Minute

// TestT33Poison makes one post end its worker, fall over in it, or never come
// back, each time its picture is prepared. It is set aside, and all others leave
// in time.
func TestT33Poison(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		var rows []row.Row
		var notes []string
		for _, what := range []string{"kill", "panic", "hang:10m"} {
			t.Run(what, func(t *testing.T) {
				in := install(t, s, nil)
				if s == scaled {
					in.serve()
				}
				poisoned := withFailpoints("worker/attempt:before-picture=" + what)
				running := in.work(poisoned)
				in.awaitReady(running)
				stop := make(chan struct{})
				ended := make(chan struct{})
				var deaths atomic.Int32
				go func() { // as systemd does
					defer close(ended)
					for {
						select {
						case <-stop:
							return
						case <-running.Ended():
						}
						deaths.Add(1)
						select {
						case <-stop:
							return
						case <-time.After(time.Second):
						}
						running = in.work(poisoned)
					}
				}()
				pages := in.pages(max(2, size(100)))
				due := time.Now().Add(20 * time.Second)
				drafts := []draft{{accounts: pages[:1], pictures: in.upload(mediatest.JPEG(640, 480)), due: due, refused: true}}
				for n := range size(500) {
					drafts = append(drafts, draft{accounts: pages[1+n%(len(pages)-1) : 2+n%(len(pages)-1)], due: due})
				}
				list := in.announce(drafts...)
				if !in.settle(8 * time.Minute) {
					t.Error("not settled in eight minutes")
				}
				close(stop)
				<-ended
				poison := list[0].seen
				if poison.Status != "failed" || poison.Error == nil || poison.Error.Kind != "internal" {
					t.Errorf("the poison is %s: %+v", poison.Status, poison.Error)
				}
				r := in.judge()
				// What was in its creating call when the process ended is read back
				// first: its absence is proved in three minutes. That is an attempt
				// more, and no wait for the poison.
				var beside, readBack []*expectation
				for _, e := range list[1:] {
					if e.seen.Attempts > 1 && what == "kill" {
						readBack = append(readBack, e)
						continue
					}
					beside = append(beside, e)
				}
				if late := percentile(in.latenessAmong(beside), 1); late > besidePoison {
					t.Errorf("others were %s late", late)
				}
				if late := percentile(in.latenessAmong(readBack), 1); late > readBackBesidePoison {
					t.Errorf("others that were cut off with it were %s late", late)
				}
				if r.People > 0 {
					t.Errorf("%d others were set aside with it", r.People)
				}
				r.Runs = 1
				rows = append(rows, r)
				notes = append(notes, fmt.Sprintf("%s: %d ends of the process, others at most %s late",
					what, deaths.Load(), percentile(in.latenessAmong(beside), 1).Round(time.Millisecond)))
			})
		}
		r := add(rows...)
		r.Note = strings.Join(notes, "; ")
		report(t, s, r)
	})
}
