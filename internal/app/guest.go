package app

import (
	"context"
	"errors"

	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/crisis"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/secret"
	"github.com/crieur/crieur/internal/store"
)

// Guest is the ledger opened for one short command, beside a running server or
// alone.
type Guest struct {
	Accounts *auth.Service
	store    *store.Store
}

// OpenGuest opens the ledger for a command on accounts.
func OpenGuest(ctx context.Context, opts Options) (*Guest, error) {
	cfg := opts.Config
	ledger, err := store.Open(ctx, store.Config{URL: cfg.DatabaseURL, Dir: cfg.DataDir, Guest: true, Log: opts.Log, Now: opts.Now})
	if err != nil {
		return nil, err
	}
	g := &Guest{store: ledger}
	if err := ledger.Migrate(ctx); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	key, err := secret.LoadKey(cfg.SecretKey, keyFile(cfg))
	if err != nil {
		return nil, errors.Join(err, g.Close())
	}
	g.Accounts, err = auth.New(auth.Deps{
		Store: accounts{ledger}, NewID: store.NewID, Now: opts.Now, Log: opts.Log,
		Key: key, Zone: cfg.Zone, Language: "fr-BE",
	})
	if err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

// NoteRole puts into the register that the command gave or took a crisis role.
func (g *Guest) NoteRole(ctx context.Context, user post.User) error {
	now, err := g.store.Now(ctx)
	if err != nil {
		return err
	}
	entry, err := crisis.RoleByCommand(user, now)
	if err != nil {
		return err
	}
	return g.store.Note(ctx, entry)
}

// Close closes the ledger.
func (g *Guest) Close() error { return g.store.Close() }
