package cli

import (
	"context"

	"github.com/crieur/crieur/internal/app"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/store"
)

type serveCommand struct {
	Roles string `enum:"all,api,worker," default:"" help:"Ce que fait ce processus : all, api ou worker (CRIEUR_ROLES)."`
}

// Run serves until the process is told to stop, then drains.
func (c *serveCommand) Run(ctx context.Context, env Env) error {
	cfg, err := config.Load(config.Override("CRIEUR_ROLES", c.Roles))
	if err != nil {
		return err
	}
	a, err := app.New(ctx, app.Options{Config: cfg, Version: env.Version, Now: env.Now, Log: newLog(env.Stderr), Announce: env.Stdout})
	if err != nil {
		return err
	}
	return a.Run(ctx)
}

type migrateCommand struct{}

// Run brings the database to this program's schema.
func (migrateCommand) Run(ctx context.Context, env Env) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	ledger, err := store.Open(ctx, store.Config{URL: cfg.DatabaseURL, Dir: cfg.DataDir, Log: newLog(env.Stderr), Now: env.Now})
	if err != nil {
		return err
	}
	migrateErr := ledger.Migrate(ctx)
	if err := ledger.Close(); migrateErr == nil {
		return err
	}
	return migrateErr
}
