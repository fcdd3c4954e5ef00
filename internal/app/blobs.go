package app

import (
	"fmt"
	"path/filepath"

	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/media"
)

// openBlobs opens where pictures lie. close is never nil.
func openBlobs(cfg config.Config) (blobs media.Blobs, closeBlobs func() error, err error) {
	files, err := media.NewFileBlobs(filepath.Join(cfg.DataDir, "media"))
	if err != nil {
		return nil, nil, fmt.Errorf("pictures: %w", err)
	}
	return files, files.Close, nil
}
