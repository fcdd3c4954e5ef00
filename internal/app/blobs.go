package app

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/media"
)

// openBlobs opens where pictures lie: files in the data folder, or object
// storage, which is asked once whether it is there. closeBlobs is never nil
// without an error.
func openBlobs(ctx context.Context, cfg config.Config) (blobs media.Blobs, closeBlobs func() error, err error) {
	if cfg.MediaURL != "" {
		storage, err := media.NewS3Blobs(cfg.MediaURL)
		if err == nil {
			err = storage.Check(ctx)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("CRIEUR_MEDIA_URL: %w", err)
		}
		return storage, func() error { return nil }, nil
	}
	files, err := media.NewFileBlobs(filepath.Join(cfg.DataDir, "media"))
	if err != nil {
		return nil, nil, fmt.Errorf("pictures: %w", err)
	}
	return files, files.Close, nil
}
