package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations/*.sql
var migrations embed.FS

// engineVersion is the migration that differs between the engines.
const engineVersion = 2

// errNewerSchema: a newer program has changed the tables, and this one does not
// know what they mean.
var errNewerSchema = errors.New("the database was changed by a newer version of Crieur: use that version, or restore a backup")

func newProvider(dialect database.Dialect, db *sql.DB, w words, more ...goose.ProviderOption) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	engineStep := goose.NewGoMigration(engineVersion,
		&goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			for _, query := range w.up {
				if _, err := tx.ExecContext(ctx, query); err != nil {
					return err
				}
			}
			return nil
		}},
		&goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "DROP TABLE events")
			return err
		}},
	)
	options := append([]goose.ProviderOption{
		goose.WithGoMigrations(engineStep), goose.WithDisableGlobalRegistry(true),
	}, more...)
	return goose.NewProvider(dialect, db, files, options...)
}

// Migrate brings the tables up to this program's version. It refuses tables of
// a newer one.
func (s *Store) Migrate(ctx context.Context) error {
	err := s.withProvider(ctx, func(p *goose.Provider) error {
		current, target, err := p.GetVersions(ctx)
		if err != nil {
			return err
		}
		if current > target {
			return fmt.Errorf("%w (tables %d, program %d)", errNewerSchema, current, target)
		}
		_, err = p.Up(ctx)
		return err
	})
	if err != nil {
		return s.wrap("migrate", err)
	}
	if err := s.writeOne(ctx, "migrate", identify); err != nil {
		return err
	}
	settle := s.engine.words().settle
	if settle == "" {
		return nil
	}
	return s.writeOne(ctx, "migrate", func(ctx context.Context, q querier) error {
		_, err := exec(ctx, q, settle)
		return err
	})
}

// MigrateDown takes every migration back, and all data with it.
func (s *Store) MigrateDown(ctx context.Context) error {
	return s.wrap("migrate down", s.withProvider(ctx, func(p *goose.Provider) error {
		_, err := p.DownTo(ctx, 0)
		return err
	}))
}

// Ready reports whether the ledger answers and has this program's tables.
func (s *Store) Ready(ctx context.Context) error {
	version, err := one(ctx, s.engine.reader(), scanOne[int64], "SELECT MAX(version_id) FROM goose_db_version")
	if err == nil && version != schemaVersion {
		err = fmt.Errorf("the tables have version %d, this program needs %d", version, schemaVersion)
	}
	return s.wrap("ready", err)
}

// schemaVersion is the newest migration.
const schemaVersion = 8

func (s *Store) withProvider(ctx context.Context, do func(*goose.Provider) error) (err error) {
	p, done, err := s.engine.provider(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return do(p)
}
