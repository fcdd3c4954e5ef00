package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Restore puts a stored picture back as it was, from a backup. The error is
// ErrAltered where the bytes are not those of its name.
func (l *Library) Restore(ctx context.Context, sha string, data []byte) error {
	key, err := originalKey(sha)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != sha {
		return fmt.Errorf("%w: %s", ErrAltered, sha)
	}
	return l.blobs.Put(ctx, key, data)
}
