package app

import (
	"context"
	"path/filepath"
	"time"

	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/journal"
	"github.com/crieur/crieur/internal/recovery"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/worker"
)

// journalKept is how far back a restored ledger is compared with what left.
const journalKept = 30 * 24 * time.Hour

// journalDir is where this machine's send journals lie: beside the database and
// outside its backups.
func journalDir(cfg config.Config) string { return filepath.Join(cfg.DataDir, "journal") }

// openJournal opens the send journal of this process.
func (a *App) openJournal(ctx context.Context, instance string) error {
	identity, err := a.store.Identity(ctx)
	if err != nil {
		return err
	}
	a.journal, err = journal.Open(journalDir(a.opts.Config), identity.ID, instance, a.opts.Log)
	return err
}

// mend settles what a ledger that was put back cannot know, before anything is
// claimed.
func (a *App) mend(ctx context.Context) error {
	_, err := recovery.Run(ctx, recovery.Deps{
		Ledger: a.store, Journal: a.journal, Dir: journalDir(a.opts.Config), Title: a.title, NewID: store.NewID, Log: a.opts.Log,
	})
	return err
}

// journalChore forgets what is too old to be compared.
func (a *App) journalChore() worker.Chore {
	return worker.Chore{Name: "send journal", Do: func(_ context.Context, now time.Time) (int, error) {
		return a.journal.Forget(now.Add(-journalKept))
	}}
}
