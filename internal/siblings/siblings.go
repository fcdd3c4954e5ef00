// Package siblings tells which processes that share a data folder are dead. Each
// holds a lock on a file of its own for as long as it lives, and the kernel
// gives the lock back at its end, however it came. A process that starts again
// after a crash so learns at once what its predecessor's leases would tell in
// twenty seconds.
//
// To be wrong here is safe: the ledger fences a process that lives after all as
// it does one whose lease ran out.
package siblings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const suffix = ".alive"

// Folder is a folder of such files, and this process's own sign in it.
type Folder struct {
	dir      string
	instance string
	own      *os.File
}

// Join makes this process's sign. instance is unique to each start.
func Join(dir, instance string) (*Folder, error) {
	if instance == "" || strings.ContainsAny(instance, "./") {
		return nil, fmt.Errorf("siblings: %q cannot name a file", instance)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("siblings: %w", err)
	}
	// The lock is taken before the name is known: nobody sees the file without
	// it.
	own, err := os.CreateTemp(dir, ".joining-*")
	if err != nil {
		return nil, fmt.Errorf("siblings: %w", err)
	}
	f := &Folder{dir: dir, instance: instance, own: own}
	if err := errors.Join(lock(own), os.Rename(own.Name(), f.path(instance))); err != nil {
		return nil, fmt.Errorf("siblings: %w", errors.Join(err, own.Close(), os.Remove(own.Name())))
	}
	return f, nil
}

func (f *Folder) path(instance string) string { return filepath.Join(f.dir, instance+suffix) }

func lock(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) // #nosec G115 -- a descriptor
}

// Dead lists the instances that ended without taking their sign away.
func (f *Folder) Dead() ([]string, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, fmt.Errorf("siblings: %w", err)
	}
	var dead []string
	for _, entry := range entries {
		instance, ok := strings.CutSuffix(entry.Name(), suffix)
		if !ok || instance == f.instance {
			continue
		}
		free, err := isFree(f.path(instance))
		if err != nil {
			return dead, fmt.Errorf("siblings: %w", err)
		}
		if free {
			dead = append(dead, instance)
		}
	}
	return dead, nil
}

// isFree reports whether nobody holds the lock. The lock is given back at once.
func isFree(path string) (free bool, err error) {
	file, err := os.Open(filepath.Clean(path))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // buried meanwhile
	}
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	switch err := lock(file); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, nil
}

// Bury takes a dead instance's sign away, once nothing of it is left.
func (f *Folder) Bury(instance string) error {
	if err := os.Remove(f.path(instance)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("siblings: %w", err)
	}
	return nil
}

// Leave takes this process's sign away: it holds nothing any more.
func (f *Folder) Leave() error {
	if err := errors.Join(f.Bury(f.instance), f.own.Close()); err != nil {
		return fmt.Errorf("siblings: %w", err)
	}
	return nil
}
