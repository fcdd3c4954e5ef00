package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // read as the networks do
	_ "image/jpeg" // read as the networks do
	_ "image/png"  // read as the networks do
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	_ "golang.org/x/image/webp" // read as the networks do
)

// maxMemoryMedia bounds the pictures that are kept in memory, in bytes; the
// oldest go first, and their posts stay without pictures to look at.
const maxMemoryMedia = 64 << 20

var errNotAPicture = errors.New("not a picture")

// inspect reads what a network reads of a picture: kind by its first bytes,
// size, checksum. The remote id and the alternative text are the caller's.
func inspect(data []byte) (RecordImage, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return RecordImage{}, fmt.Errorf("%w: %w", errNotAPicture, err)
	}
	sum := sha256.Sum256(data)
	return RecordImage{
		SHA256:      hex.EncodeToString(sum[:]),
		ContentType: "image/" + format,
		Bytes:       len(data),
		Width:       config.Width,
		Height:      config.Height,
	}, nil
}

// mediaStore keeps pictures by their checksum, in hexadecimal.
type mediaStore interface {
	put(sha string, data []byte) error
	// open returns nil for a picture that is not there.
	open(sha string) ([]byte, error)
}

func newMediaStore(journalPath string) mediaStore {
	if journalPath == "" {
		return &memoryMedia{byHash: map[string][]byte{}}
	}
	return folderMedia(journalPath + ".media")
}

type memoryMedia struct {
	mu     sync.Mutex
	byHash map[string][]byte
	order  []string
	total  int
}

func (m *memoryMedia) put(sha string, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.byHash[sha]; ok {
		return nil
	}
	m.byHash[sha] = bytes.Clone(data)
	m.order = append(m.order, sha)
	m.total += len(data)
	for m.total > maxMemoryMedia && len(m.order) > 1 {
		oldest := m.order[0]
		m.order = m.order[1:]
		m.total -= len(m.byHash[oldest])
		delete(m.byHash, oldest)
	}
	return nil
}

func (m *memoryMedia) open(sha string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.byHash[sha], nil
}

// folderMedia is a folder of files named by checksum.
type folderMedia string

func (f folderMedia) put(sha string, data []byte) error {
	path := filepath.Join(string(f), sha)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return fmt.Errorf("simulator media: %w", err)
	}
	temporary, err := os.CreateTemp(string(f), "new-*")
	if err != nil {
		return fmt.Errorf("simulator media: %w", err)
	}
	_, err = temporary.Write(data)
	err = errors.Join(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("simulator media: %w", errors.Join(err, os.Remove(temporary.Name())))
	}
	return nil
}

func (f folderMedia) open(sha string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(string(f), sha)) //nolint:gosec // callers give checksums alone
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// keepPicture inspects a picture and keeps its bytes for the citizen pages.
func (s *Server) keepPicture(data []byte) (RecordImage, error) {
	image, err := inspect(data)
	if err != nil {
		return RecordImage{}, err
	}
	return image, s.media.put(image.SHA256, data)
}

// pictureURL is where the citizen pages show a picture.
func pictureURL(image RecordImage) string { return "/_media/" + image.SHA256 }

// isChecksum keeps names that are not ours away from the media store.
func isChecksum(text string) bool {
	sum, err := hex.DecodeString(text)
	return err == nil && len(sum) == sha256.Size
}

func (s *Server) servePicture(w http.ResponseWriter, r *http.Request) {
	sha := r.PathValue("sha256")
	if !isChecksum(sha) {
		http.NotFound(w, r)
		return
	}
	data, err := s.media.open(sha)
	if err != nil || data == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", http.DetectContentType(data))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(data) // #nosec G705 -- a picture, sent as one; if it fails, the browser has gone: nobody is left to tell
}
