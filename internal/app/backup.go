package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/crieur/crieur/internal/backup"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/secret"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/media"
)

// ErrNoKey: the installation has no secret key yet, and a backup is opened by
// no other.
var ErrNoKey = errors.New("the secret key is missing")

// Backup saves the installation into one file, beside a running server or
// alone.
func Backup(ctx context.Context, opts Options, file string) (backup.Manifest, error) {
	return withBackup(ctx, opts, true, func(deps backup.Deps) (backup.Manifest, error) {
		return backup.Write(ctx, deps, file)
	})
}

// Restore puts a backup back. No server may work meanwhile. replace gives up
// what is there.
func Restore(ctx context.Context, opts Options, file string, replace bool) (backup.Manifest, error) {
	// A file that cannot be put back leaves everything as it is.
	if m, err := VerifyBackup(opts.Config, file); err != nil {
		return m, err
	}
	return withBackup(ctx, opts, false, func(deps backup.Deps) (backup.Manifest, error) {
		return backup.Restore(ctx, deps, file, replace)
	})
}

// VerifyBackup reads a backup to its end and changes nothing.
func VerifyBackup(cfg config.Config, file string) (backup.Manifest, error) {
	key, err := backupKey(cfg)
	if err != nil {
		return backup.Manifest{}, err
	}
	return backup.Verify(file, key)
}

func backupKey(cfg config.Config) ([]byte, error) {
	key, err := secret.ReadKey(cfg.SecretKey, keyFile(cfg))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(ErrNoKey, err)
	}
	return key, err
}

func withBackup(ctx context.Context, opts Options, guest bool, do func(backup.Deps) (backup.Manifest, error)) (m backup.Manifest, err error) {
	cfg := opts.Config
	key, err := backupKey(cfg)
	if err != nil {
		return m, err
	}
	ledger, err := store.Open(ctx, store.Config{URL: cfg.DatabaseURL, Dir: cfg.DataDir, Guest: guest, Log: opts.Log, Now: opts.Now})
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, ledger.Close()) }()
	if guest {
		// A backup changes nothing, not even the tables of an older version.
		err = ledger.Ready(ctx)
	} else {
		err = ledger.Migrate(ctx)
	}
	if err != nil {
		return m, err
	}
	blobs, closeBlobs, err := openBlobs(ctx, cfg)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, closeBlobs()) }()
	return do(backup.Deps{
		Ledger: ledger, Originals: originals{media.NewLibrary(blobs, opts.Now, media.Options{Log: opts.Log})}, Site: siteBackup{siteImages{blobs}},
		Key: key, Version: opts.Version, Now: opts.Now,
	})
}

// originals are the pictures as people sent them.
type originals struct{ library *media.Library }

func (o originals) Open(ctx context.Context, sha256 string) (io.ReadCloser, error) {
	return o.library.File(ctx, sha256)
}

func (o originals) Put(ctx context.Context, sha256 string, data []byte) error {
	return o.library.Restore(ctx, sha256, data)
}

// siteBackup are the pictures of articles on the built-in pages.
type siteBackup struct{ siteImages }

func (s siteBackup) Put(ctx context.Context, sha256 string, data []byte) error {
	if len(sha256) != 2*32 {
		return fmt.Errorf("picture %q: %w", sha256, backup.ErrDamaged)
	}
	return s.siteImages.Put(ctx, sha256, data)
}
