//go:build torture

package scenario

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
)

const (
	// smallDisk is the size of the disk that is filled.
	smallDisk = "64m"
	// fillsBetween is how often the disk is filled before everything is waited
	// for.
	fillsBetween = 10
)

// TestT41FullDisk fills the disk of the data folder to its last byte around the
// moment at which posts leave, and gives the room back seconds later. The
// process goes on by itself, and no call has left that the ledger does not hold.
func TestT41FullDisk(t *testing.T) {
	onSetups(t, []setup{embedded}, func(t *testing.T, s setup) {
		d := mountSmallDisk(t)
		in := install(t, s, map[string]string{"CRIEUR_DATA_DIR": d.folder})
		p := in.start()
		accounts := in.mixed(10)
		in.plan(simulator.Fault{Operation: "post", After: true, Effect: simulator.EffectDelay, Delay: 300 * time.Millisecond, Times: -1})
		runs := size(100)
		var times []time.Duration
		for i := range runs {
			due := time.Now().Add(2 * time.Second)
			in.each(accounts, due)
			<-time.After(time.Until(due.Add(rand.N(1200*time.Millisecond) - 300*time.Millisecond)))
			during := make(chan struct{})
			release := d.fill()
			go func() {
				defer close(during)
				// Refused while nothing can be saved, repeated until it is.
				in.announce(draft{accounts: accounts[:1]})
			}()
			<-time.After(time.Second + rand.N(2*time.Second))
			release()
			freed := time.Now()
			<-during
			if !p.Alive() {
				t.Fatalf("the process ended on a full disk:\n%s", p.Log())
			}
			if i%fillsBetween == fillsBetween-1 || i == runs-1 {
				if !in.settle(10 * time.Minute) {
					t.Fatal("not settled ten minutes after there is room again")
				}
				times = append(times, time.Since(freed))
			}
		}
		in.eachCallHasItsAttempt()
		r := in.judge()
		in.stop(p)
		refused := strings.Count(p.Log(), `"code":"disk_full"`)
		held := strings.Count(p.Log(), syscall.ENOSPC.Error())
		if refused+held == 0 {
			t.Error("nobody was told of a full disk: it was not")
		}
		testrig.SoundSQLite(t, d.folder)
		r.Runs, r.Recovery = runs, percentile(times, 0.95)
		r.Note = fmt.Sprintf("integrity checked; %d requests refused and repeated, %d records with no room; all settled at most %s after there was room", refused, held, percentile(times, 1).Round(time.Second))
		report(t, s, r)
	})
}

// smallDiskMount is a disk of the test's own.
type smallDiskMount struct {
	t      *testing.T
	folder string
}

func mountSmallDisk(t *testing.T) *smallDiskMount {
	t.Helper()
	d := &smallDiskMount{t: t, folder: t.TempDir()}
	if err := syscall.Mount("tmpfs", d.folder, "tmpfs", 0, "size="+smallDisk); err != nil {
		testrig.Missing(t, "a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(d.folder, 0); err != nil {
			t.Error(err)
		}
	})
	return d
}

// fill takes all room, and whatever is given back meanwhile, until the returned
// function is called.
func (d *smallDiskMount) fill() (release func()) {
	d.t.Helper()
	file, err := os.Create(filepath.Join(d.folder, "ballast"))
	if err != nil {
		d.t.Fatal(err)
	}
	if err := take(file); err != nil {
		d.t.Fatal(err)
	}
	stop := make(chan struct{})
	var taking sync.WaitGroup
	taking.Go(func() {
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
			case <-stop:
				return
			}
			if err := take(file); err != nil {
				d.t.Error(err)
				return
			}
		}
	})
	return func() {
		d.t.Helper()
		close(stop)
		taking.Wait()
		if err := errors.Join(file.Close(), os.Remove(file.Name())); err != nil {
			d.t.Fatal(err)
		}
	}
}

// take writes to a file until the disk is full.
func take(file *os.File) error {
	for _, piece := range [][]byte{make([]byte, 1<<20), make([]byte, 4<<10), make([]byte, 1)} {
		var err error
		for err == nil {
			_, err = file.Write(piece)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			return err
		}
	}
	return nil
}
