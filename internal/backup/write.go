package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"filippo.io/age"

	"github.com/crieur/crieur/internal/durable"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/media"
)

// partSize is about how much of a table is one part.
const partSize = 1 << 20

// Write makes a backup while others work, reads it back, and only then gives it
// its name. A file of that name is replaced.
func Write(ctx context.Context, deps Deps, name string) (m Manifest, err error) {
	temp, err := os.CreateTemp(filepath.Dir(name), ".crieur-backup-*")
	if err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temp.Name()))
		}
	}()
	m, err = writeTo(ctx, deps, temp)
	if err == nil {
		err = temp.Sync()
	}
	if err := errors.Join(err, temp.Close()); err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	again, err := Verify(temp.Name(), deps.Key)
	if err != nil {
		return m, fmt.Errorf("backup: what was written cannot be read back: %w", err)
	}
	if len(again.Parts) != len(m.Parts) {
		return m, fmt.Errorf("%w: %d parts were written and %d read back", ErrDamaged, len(m.Parts), len(again.Parts))
	}
	if err := os.Rename(temp.Name(), name); err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	if err := durable.SyncFolder(filepath.Dir(name)); err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	return m, nil
}

func writeTo(ctx context.Context, deps Deps, file io.Writer) (Manifest, error) {
	to, err := recipient(deps.Key)
	if err != nil {
		return Manifest{}, err
	}
	sealed, err := age.Encrypt(file, to)
	if err != nil {
		return Manifest{}, err
	}
	packed := gzip.NewWriter(sealed)
	w := &writer{deps: deps, tar: tar.NewWriter(packed), at: deps.Now(), originals: map[string]bool{}, site: map[string]bool{}}
	w.manifest.Tables = map[string]int{}
	if err := w.all(ctx); err != nil {
		return w.manifest, err
	}
	return w.manifest, errors.Join(w.tar.Close(), packed.Close(), sealed.Close())
}

type writer struct {
	deps     Deps
	tar      *tar.Writer
	at       time.Time
	manifest Manifest
	// originals and site are the pictures that the rows name.
	originals, site map[string]bool

	// table is the one whose rows are being gathered in part.
	table string
	part  bytes.Buffer
	parts int
}

func (w *writer) all(ctx context.Context) error {
	if err := w.deps.Ledger.Dump(ctx, w.begin, w.row); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return err
	}
	if err := w.pictures(ctx, mediaFolder, w.deps.Originals, w.originals); err != nil {
		return err
	}
	if err := w.pictures(ctx, siteFolder, w.deps.Site, w.site); err != nil {
		return err
	}
	text, err := json.Marshal(w.manifest)
	if err != nil {
		return err
	}
	return w.add(manifestName, text)
}

func (w *writer) begin(head store.DumpHead) error {
	w.manifest.Header = Header{Format: format, Program: w.deps.Version, At: w.at.UTC(), DumpHead: head}
	text, err := json.Marshal(w.manifest.Header)
	if err != nil {
		return err
	}
	return w.add(headerName, text)
}

// row gathers rows. Each part begins with the names of the columns.
func (w *writer) row(table string, columns []string, values []any) error {
	if table != w.table {
		if err := w.flush(); err != nil {
			return err
		}
		w.table, w.parts = table, 0
	}
	if w.part.Len() == 0 {
		if err := w.line(columns); err != nil {
			return err
		}
	}
	row := make([]any, len(values))
	for i, v := range values {
		var err error
		if row[i], err = encode(v); err != nil {
			return fmt.Errorf("%s.%s: %w", table, columns[i], err)
		}
		if text, ok := v.(string); ok && columns[i] == "sha256" {
			switch table {
			case "media":
				w.originals[text] = true
			case "article_images":
				w.site[text] = true
			}
		}
	}
	w.manifest.Tables[table]++
	if err := w.line(row); err != nil {
		return err
	}
	if w.part.Len() >= partSize {
		return w.flush()
	}
	return nil
}

func (w *writer) line(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.part.Write(text)
	w.part.WriteByte('\n')
	return nil
}

func (w *writer) flush() error {
	if w.part.Len() == 0 {
		return nil
	}
	w.parts++
	err := w.add(fmt.Sprintf("%s%s/%06d.jsonl", tableFolder, w.table, w.parts), w.part.Bytes())
	w.part.Reset()
	return err
}

// pictures adds what the rows name. One that is gone or altered is listed and
// does not keep the rest from being saved.
func (w *writer) pictures(ctx context.Context, folder string, from Pictures, names map[string]bool) error {
	sorted := make([]string, 0, len(names))
	for name := range names {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	for _, name := range sorted {
		data, err := readPicture(ctx, from, name)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, media.ErrAltered) {
			w.manifest.Missing = append(w.manifest.Missing, folder+name)
			continue
		}
		if err != nil {
			return err
		}
		w.manifest.Pictures++
		if err := w.add(folder+name, data); err != nil {
			return err
		}
	}
	return nil
}

func readPicture(ctx context.Context, from Pictures, name string) ([]byte, error) {
	f, err := from.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != name {
		return nil, fmt.Errorf("%w: %s", media.ErrAltered, name)
	}
	return data, nil
}

func (w *writer) add(name string, data []byte) error {
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Size: int64(len(data)), Mode: 0o600, ModTime: w.at, Format: tar.FormatPAX}); err != nil {
		return err
	}
	if _, err := w.tar.Write(data); err != nil {
		return err
	}
	if name != manifestName {
		sum := sha256.Sum256(data)
		w.manifest.Parts = append(w.manifest.Parts, Part{Name: name, Bytes: int64(len(data)), SHA256: hex.EncodeToString(sum[:])})
	}
	return nil
}
