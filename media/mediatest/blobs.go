package mediatest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// Blobs keeps blobs in memory, for tests, and can be tampered with.
type Blobs struct {
	mu     sync.Mutex
	blobs  map[string][]byte
	putErr error
}

// NewBlobs returns an empty store.
func NewBlobs() *Blobs { return &Blobs{blobs: map[string][]byte{}} }

// Put keeps a copy.
func (b *Blobs) Put(ctx context.Context, key string, data []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.putErr != nil {
		return b.putErr
	}
	b.blobs[key] = bytes.Clone(data)
	return ctx.Err()
}

// Get opens a copy.
func (b *Blobs) Get(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	data, ok := b.blobs[key]
	if !ok {
		return nil, fmt.Errorf("mediatest: %s: %w", key, fs.ErrNotExist)
	}
	return reader{bytes.NewReader(bytes.Clone(data))}, ctx.Err()
}

type reader struct{ *bytes.Reader }

func (reader) Close() error { return nil }

// Delete removes a key and the ones below it.
func (b *Blobs) Delete(ctx context.Context, key string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for k := range b.blobs {
		if k == key || strings.HasPrefix(k, key+"/") {
			delete(b.blobs, k)
		}
	}
	return ctx.Err()
}

// Keys lists what is kept, sorted.
func (b *Blobs) Keys() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	keys := make([]string, 0, len(b.blobs))
	for k := range b.blobs {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Alter flips the last byte of a blob, as a failing disk would.
func (b *Blobs) Alter(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if data := b.blobs[key]; len(data) > 0 {
		data[len(data)-1] ^= 0xff
	}
}

// FailPuts makes each Put fail from now on; nil ends that.
func (b *Blobs) FailPuts(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.putErr = err
}
