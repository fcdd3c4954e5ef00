package standby

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// ballastOf is which part of a disk the ballast takes at most; ballastFree is
// how many times its size must be free before it is taken.
const (
	ballastOf   = 20
	ballastFree = 4
)

// Ballast is a file that only takes room: on a full disk it is given up so that
// an alert finds some. It is safe for concurrent use; a nil one has none.
type Ballast struct {
	path string
	size int64

	mu   sync.Mutex
	held bool
}

// OpenBallast takes the room, where the disk has plenty. size 0: none is taken.
func OpenBallast(dir string, size int64) (*Ballast, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("ballast: %w", err)
	}
	b := &Ballast{path: filepath.Join(dir, "ballast"), size: size}
	if info, err := os.Stat(b.path); err == nil {
		// Of another process on this folder, or of an earlier one.
		b.held = info.Size() > 0 && size > 0
	}
	return b, b.take()
}

// Free gives the room up. It reports whether there was any.
func (b *Ballast) Free() bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	held := b.held
	b.held = false
	return os.Remove(b.path) == nil && held
}

// Restore takes the room again once the disk has plenty.
func (b *Ballast) Restore() {
	if b == nil {
		return
	}
	_ = b.take() // there is no room yet: it is tried again
}

func (b *Ballast) take() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held || b.size <= 0 {
		return nil
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(b.path), &disk); err != nil {
		return fmt.Errorf("ballast: %w", err)
	}
	block := int64(disk.Bsize)                                        //nolint:unconvert // the types differ by system
	whole, free := int64(disk.Blocks)*block, int64(disk.Bavail)*block //nolint:gosec // a disk has fewer bytes than int64
	size := min(b.size, whole/ballastOf)
	if free < ballastFree*size {
		return nil
	}
	err := allocate(b.path, size)
	if err != nil && !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("ballast: %w", err)
	}
	b.held = err == nil
	return nil
}

// allocate makes a file whose room is really taken.
func allocate(path string, size int64) (err error) {
	f, err := os.OpenFile(filepath.Clean(path), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = fallocate(f, size)
	if errors.Is(err, syscall.EOPNOTSUPP) {
		err = fill(f, size)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// fill writes the room where the file system cannot only take it.
func fill(f *os.File, size int64) error {
	piece := make([]byte, 1<<20)
	for size > 0 {
		n, err := f.Write(piece[:min(size, int64(len(piece)))])
		if err != nil {
			return err
		}
		size -= int64(n)
	}
	return f.Sync()
}
