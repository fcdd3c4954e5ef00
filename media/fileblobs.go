package media

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// FileBlobs keeps blobs as files below one folder and never outside it,
// whatever the key. Files are 0600 and folders 0700.
type FileBlobs struct{ root *os.Root }

var _ Blobs = (*FileBlobs)(nil)

// NewFileBlobs opens a folder, which it makes if need be. Close it when done.
func NewFileBlobs(dir string) (*FileBlobs, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	return &FileBlobs{root}, nil
}

// Close gives the folder back.
func (b *FileBlobs) Close() error { return b.root.Close() }

// usable refuses keys that are not plain relative paths before the file system
// sees them, and work that nobody waits for.
func usable(ctx context.Context, key string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if key == "." || !fs.ValidPath(key) {
		return fmt.Errorf("media: key %q: %w", key, fs.ErrInvalid)
	}
	return nil
}

// Put writes beside the key, makes the bytes durable and renames: after a
// crash the key holds all of the old bytes or all of the new ones.
func (b *FileBlobs) Put(ctx context.Context, key string, data []byte) error {
	if err := usable(ctx, key); err != nil {
		return err
	}
	dir := path.Dir(key)
	if err := b.makeDir(dir); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	temp := path.Join(dir, ".new-"+rand.Text())
	if err := b.writeSynced(temp, data); err != nil {
		return errors.Join(fmt.Errorf("media: %w", err), b.discard(temp))
	}
	if err := b.root.Rename(temp, key); err != nil {
		return errors.Join(fmt.Errorf("media: %w", err), b.discard(temp))
	}
	return b.syncDir(dir)
}

// makeDir makes a folder durable, with the folders above it.
func (b *FileBlobs) makeDir(dir string) error {
	if dir == "." {
		return nil
	}
	if _, err := b.root.Stat(dir); err == nil {
		return nil
	}
	parent := path.Dir(dir)
	if err := b.makeDir(parent); err != nil {
		return err
	}
	if err := b.root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return b.syncDir(parent)
}

func (b *FileBlobs) writeSynced(name string, data []byte) error {
	f, err := b.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func (b *FileBlobs) syncDir(dir string) error {
	f, err := b.root.Open(dir)
	if err != nil {
		return fmt.Errorf("media: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}

// discard removes a file that may never have come into being.
func (b *FileBlobs) discard(name string) error {
	if err := b.root.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Get opens a blob.
func (b *FileBlobs) Get(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if err := usable(ctx, key); err != nil {
		return nil, err
	}
	f, err := b.root.Open(key)
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	return f, nil
}

// Delete removes a blob and the ones below it.
func (b *FileBlobs) Delete(ctx context.Context, key string) error {
	if err := usable(ctx, key); err != nil {
		return err
	}
	if err := b.root.RemoveAll(key); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}
