// Package backup writes everything that an installation needs into one
// encrypted file, and puts it back, into SQLite or PostgreSQL, files or object
// storage, whichever the backup came from.
//
// The file is an age file (age-encryption.org) whose passphrase derives from
// the installation's secret key; within are gzip and tar. The key itself is
// never in it, and credentials of networks stay sealed with it. First comes
// header.json, then the tables as JSON lines, the pictures, and manifest.json
// with the size and SHA-256 of every part.
package backup

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"

	"github.com/crieur/crieur/internal/store"
)

var (
	// ErrKey: the backup was made with another secret key.
	ErrKey = errors.New("backup: made with another secret key")
	// ErrDamaged: the file is no backup, is not whole, or was altered.
	ErrDamaged = errors.New("backup: not a backup, or damaged")
)

// Ledger is what a backup needs of the store.
type Ledger interface {
	Dump(ctx context.Context, begin func(store.DumpHead) error, row func(table string, columns []string, values []any) error) error
	Load(ctx context.Context, load store.Load) error
}

// Pictures are kept by the SHA-256 of their bytes.
type Pictures interface {
	// Open's error is fs.ErrNotExist where there is none.
	Open(ctx context.Context, sha256 string) (io.ReadCloser, error)
	Put(ctx context.Context, sha256 string, data []byte) error
}

// Deps are the parts of an installation. Reading a backup needs only the key.
type Deps struct {
	Ledger Ledger
	// Originals are pictures as people sent them; Site those of articles on the
	// built-in pages.
	Originals, Site Pictures
	// Key is the installation's secret key.
	Key     []byte
	Version string
	Now     func() time.Time
}

// Header says what a backup is of.
type Header struct {
	// Format is the form of the file.
	Format  int       `json:"format"`
	Program string    `json:"program"`
	At      time.Time `json:"at"`
	store.DumpHead
}

// format is the form of the files that this program writes.
const format = 1

// Manifest lists what a backup holds.
type Manifest struct {
	Header Header `json:"header"`
	// Tables is how many rows each table has.
	Tables map[string]int `json:"tables"`
	// Pictures is how many pictures the backup has; Missing lists those that
	// the ledger names and that could not be read when it was made.
	Pictures int      `json:"pictures"`
	Missing  []string `json:"missing"`
	Parts    []Part   `json:"parts"`
}

// Part is one part of the file.
type Part struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Names of parts.
const (
	headerName   = "header.json"
	manifestName = "manifest.json"
	tableFolder  = "tables/"
	mediaFolder  = "media/"
	siteFolder   = "site/"
)

// workFactor is low: the passphrase has as many bits as the key that it
// derives from, and nobody can guess those.
const workFactor = 10

// passphrase derives the file's passphrase from the installation's key: who has
// one backup's passphrase does not have the key.
func passphrase(key []byte) (string, error) {
	derived, err := hkdf.Key(sha256.New, key, nil, "crieur backup 1", 32)
	if err != nil {
		return "", fmt.Errorf("backup: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(derived), nil
}

func recipient(key []byte) (age.Recipient, error) {
	words, err := passphrase(key)
	if err != nil {
		return nil, err
	}
	r, err := age.NewScryptRecipient(words)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	r.SetWorkFactor(workFactor)
	return r, nil
}

func identity(key []byte) (age.Identity, error) {
	words, err := passphrase(key)
	if err != nil {
		return nil, err
	}
	i, err := age.NewScryptIdentity(words)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	i.SetMaxWorkFactor(workFactor)
	return i, nil
}
