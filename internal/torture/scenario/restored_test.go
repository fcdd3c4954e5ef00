//go:build torture

package scenario

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/testrig"
)

// readyAgain is how long after the start of a restored installation everything
// must be settled or wait for a person.
const readyAgain = 15 * time.Minute

// betweenWrites is the time between two posts with six deliveries each: with
// their attempts far more than fifty rows are written in a second.
const betweenWrites = 250 * time.Millisecond

// TestT42Restored saves an installation, lets it send, and puts the old backup
// back over it: nothing is published again.
func TestT42Restored(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		p := in.start()
		accounts := in.mixed(10)
		posts := size(500)
		due := time.Now().Add(20*time.Second + time.Duration(posts)*50*time.Millisecond)
		drafts := make([]draft, posts)
		for i := range drafts {
			drafts[i] = draft{accounts: accounts[i%len(accounts) : i%len(accounts)+1], due: due}
		}
		list := in.announce(drafts...)
		file := filepath.Join(in.dir, "backup.crieur")
		in.Command("", "backup", file)
		if time.Now().After(due) {
			t.Error("the backup was made too late to know nothing of the sending")
		}
		if !in.settle(10 * time.Minute) {
			t.Error("not settled in ten minutes")
		}
		in.stopAll(p)
		if s != embedded {
			<-time.After(31 * time.Second) // a server counts as present for half a minute
		}
		in.Command("", "restore", "--replace", file)
		// What the API said before is of the ledger that was given up.
		for _, e := range list {
			e.seen.Status = ""
		}
		began := time.Now()
		in.start()
		if !in.settle(readyAgain) {
			t.Errorf("not settled within %s of the start", readyAgain)
		}
		took := time.Since(began)
		r := in.judge()
		r.Runs, r.Recovery = 1, took
		r.Note = fmt.Sprintf("%d sent after the backup; all settled %s after the restore", posts, took.Round(time.Second))
		report(t, s, r)
	})
}

// TestT43OnlineBackup saves while posts are written, and puts each backup back
// into an installation of its own.
func TestT43OnlineBackup(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := in.mixed(6)
		stop, done := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			ticker := time.NewTicker(betweenWrites)
			defer ticker.Stop()
			for {
				select {
				case <-stop:
					return
				case <-ticker.C:
					in.announce(draft{accounts: accounts, due: time.Now().Add(time.Minute)})
				}
			}
		}()
		runs := size(100)
		for i := range runs {
			file := filepath.Join(in.dir, "backup.crieur")
			in.Command("", "backup", file)
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			// Long enough that no encrypted file shows them by chance.
			for _, secret := range []string{in.key, "Avis VAL0", "officer@valmeuse.example"} {
				if strings.Contains(string(data), secret) {
					t.Errorf("backup %d shows %q", i, secret)
				}
			}
			// Any backup fits SQLite in an empty folder.
			other := testrig.Install(t, binary(t), map[string]string{
				"CRIEUR_DATA_DIR": filepath.Join(in.dir, fmt.Sprintf("restored-%d", i)), "CRIEUR_SECRET_KEY": in.key, "CRIEUR_PRACTICE": "false",
			})
			other.Command("", "restore", file)
		}
		close(stop)
		<-done
		if !in.settle(10 * time.Minute) {
			t.Error("not settled in ten minutes")
		}
		r := in.judge()
		r.Runs = runs
		r.Note = "each backup restored and counted"
		report(t, s, r)
	})
}

// stopAll ends every process.
func (in *installation) stopAll(p *testrig.Process) {
	in.t.Helper()
	in.stop(p)
	in.mu.Lock()
	api := in.api
	in.mu.Unlock()
	if api != nil && api.Alive() {
		in.stop(api)
	}
}
