// Package durable brings to the disk what must outlive a power cut.
package durable

import (
	"errors"
	"os"
	"path/filepath"
)

// SyncFolder makes the names in a folder outlive a power cut: a file that was
// made or renamed is only there for good when its folder is on the disk too.
func SyncFolder(path string) error {
	dir, err := os.Open(filepath.Clean(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
