// Package kept holds renewed credentials between the network's answer and the
// ledger's commit. A network that renews them once kills what came before: lost
// here, they are lost to the commune, which has to connect its account again.
package kept

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/durable"
)

// Credentials are what a renewal gave, sealed as the ledger will have them.
type Credentials struct {
	ChannelID string `json:"channel_id"`
	// Epoch is that of the renewal's lease: the ledger takes them under it only.
	Epoch   int64     `json:"epoch"`
	Sealed  []byte    `json:"sealed"`
	Expires time.Time `json:"expires"`
}

// Folder is a folder with a file for each of them. One process uses it at a
// time for one channel: the holder of the ledger's lease.
type Folder struct{ path string }

// suffix marks a file that is whole.
const suffix = ".renewed"

// Open makes the folder, readable by its owner only.
func Open(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("renewed credentials: %w", err)
	}
	return &Folder{path}, nil
}

// Put keeps credentials. They outlive a power cut when it returns.
func (f *Folder) Put(c Credentials) (err error) {
	defer func() { err = explained("keep", err) }()
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(f.path, "*.new")
	if err != nil {
		return err
	}
	_, err = file.Write(b)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	if err := os.Rename(file.Name(), f.name(c.ChannelID, c.Epoch)); err != nil {
		return err
	}
	return durable.SyncFolder(f.path)
}

// All lists what is kept. A file that cannot be read is left where it is, and
// does not hide the others.
func (f *Folder) All() ([]Credentials, error) {
	names, err := filepath.Glob(filepath.Join(f.path, "*"+suffix))
	if err != nil {
		return nil, explained("list", err)
	}
	var all []Credentials
	var errs []error
	for _, name := range names {
		b, err := os.ReadFile(name) // #nosec G304 -- a file of our own folder
		if errors.Is(err, fs.ErrNotExist) {
			continue // dropped meanwhile
		}
		var c Credentials
		if err == nil {
			err = json.Unmarshal(b, &c)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", filepath.Base(name), err))
			continue
		}
		all = append(all, c)
	}
	return all, explained("read", errors.Join(errs...))
}

// Drop forgets credentials that the ledger has, or does not want any more.
// It is no error when they are not kept.
func (f *Folder) Drop(channelID string, epoch int64) error {
	err := os.Remove(f.name(channelID, epoch))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return explained("drop", err)
}

func (f *Folder) name(channelID string, epoch int64) string {
	return filepath.Join(f.path, fmt.Sprintf("%s-%d%s", strings.ReplaceAll(channelID, string(filepath.Separator), "_"), epoch, suffix))
}

func explained(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("renewed credentials: %s: %w", what, err)
}
