package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"github.com/crieur/crieur/internal/store"
)

// maxPart bounds one part: a picture, or a piece of a table with its longest
// row.
const maxPart = 256 << 20

// Verify reads a whole backup and checks every part against its manifest.
func Verify(name string, key []byte) (Manifest, error) {
	r := reader{tables: map[string]int{}}
	err := r.walk(name, key, func(string, []byte) error { return nil })
	return r.manifest, err
}

// Restore puts a backup back. The pictures come first: without the rows that
// name them they do no harm. replace gives up what the ledger has.
func Restore(ctx context.Context, deps Deps, name string, replace bool) (Manifest, error) {
	// A backup that is not whole changes nothing.
	m, err := Verify(name, deps.Key)
	if err != nil {
		return m, err
	}
	r := reader{tables: map[string]int{}}
	if err := r.walk(name, deps.Key, func(part string, data []byte) error {
		folder, sha := path.Split(part)
		switch folder {
		case mediaFolder:
			return deps.Originals.Put(ctx, sha, data)
		case siteFolder:
			return deps.Site.Put(ctx, sha, data)
		default:
			return nil
		}
	}); err != nil {
		return m, err
	}
	return m, deps.Ledger.Load(ctx, store.Load{
		Head: m.Header.DumpHead, Replace: replace, BackedUpAt: m.Header.At, Counts: m.Tables,
		Rows: func(put func(table string, columns []string, values []any) error) error {
			r := reader{tables: map[string]int{}}
			return r.walk(name, deps.Key, func(part string, data []byte) error {
				table, ok := tableOf(part)
				if !ok {
					return nil
				}
				return rowsOf(data, func(columns []string, values []any) error { return put(table, columns, values) })
			})
		},
	})
}

// tableOf names the table whose rows a part has.
func tableOf(part string) (string, bool) {
	rest, ok := strings.CutPrefix(part, tableFolder)
	table, _, cut := strings.Cut(rest, "/")
	return table, ok && cut
}

type reader struct {
	manifest Manifest
	parts    []Part
	tables   map[string]int
}

// walk opens a backup, hands over its parts in order, and checks in the end
// that they are those of the manifest.
func (r *reader) walk(name string, key []byte, each func(part string, data []byte) error) (err error) {
	file, err := os.Open(filepath.Clean(name))
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	by, err := identity(key)
	if err != nil {
		return err
	}
	opened, err := age.Decrypt(bufio.NewReaderSize(file, 1<<20), by)
	if err != nil {
		var other *age.NoIdentityMatchError
		if errors.As(err, &other) {
			return fmt.Errorf("%w: %w", ErrKey, err)
		}
		return damaged(err)
	}
	unpacked, err := gzip.NewReader(opened)
	if err != nil {
		return damaged(err)
	}
	if err := r.entries(tar.NewReader(unpacked), each); err != nil {
		return err
	}
	// The end of the encryption says that nothing was cut off.
	const padding = 1 << 20
	if n, err := io.Copy(io.Discard, io.LimitReader(unpacked, padding+1)); err != nil || n > padding {
		return damaged(errors.Join(err, errors.New("the end is not as it was")))
	}
	return r.compare()
}

func damaged(err error) error { return fmt.Errorf("%w: %w", ErrDamaged, err) }

func (r *reader) entries(entries *tar.Reader, each func(part string, data []byte) error) error {
	for {
		h, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged(err)
		}
		if h.Size > maxPart {
			return damaged(fmt.Errorf("%s has %d bytes", h.Name, h.Size))
		}
		data, err := io.ReadAll(entries)
		if err != nil {
			return damaged(err)
		}
		if err := r.entry(h.Name, data); err != nil {
			return err
		}
		if err := each(h.Name, data); err != nil {
			return err
		}
	}
}

func (r *reader) entry(name string, data []byte) error {
	switch {
	case len(r.parts) == 0 && name == headerName:
		var head Header
		if err := json.Unmarshal(data, &head); err != nil {
			return damaged(err)
		}
		if head.Format > format {
			return fmt.Errorf("%w (form %d of the file)", store.ErrNewerBackup, head.Format)
		}
	case name == manifestName:
		if err := json.Unmarshal(data, &r.manifest); err != nil {
			return damaged(err)
		}
		return nil
	}
	if table, ok := tableOf(name); ok {
		if err := rowsOf(data, func([]string, []any) error {
			r.tables[table]++
			return nil
		}); err != nil {
			return err
		}
	}
	sum := sha256.Sum256(data)
	r.parts = append(r.parts, Part{Name: name, Bytes: int64(len(data)), SHA256: hex.EncodeToString(sum[:])})
	return nil
}

// compare checks what was read against the manifest.
func (r *reader) compare() error {
	if len(r.manifest.Parts) == 0 || len(r.parts) != len(r.manifest.Parts) {
		return damaged(fmt.Errorf("%d parts, want %d", len(r.parts), len(r.manifest.Parts)))
	}
	for i, p := range r.manifest.Parts {
		if p != r.parts[i] {
			return damaged(fmt.Errorf("part %s is not as it was", p.Name))
		}
	}
	for table, n := range r.manifest.Tables {
		if r.tables[table] != n {
			return damaged(fmt.Errorf("%s has %d rows, want %d", table, r.tables[table], n))
		}
	}
	return nil
}

// rowsOf reads the rows of one part of a table.
func rowsOf(data []byte, each func(columns []string, values []any) error) error {
	lines := json.NewDecoder(bytes.NewReader(data))
	lines.UseNumber()
	var columns []string
	if err := lines.Decode(&columns); err != nil {
		return damaged(err)
	}
	for {
		var values []any
		err := lines.Decode(&values)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged(err)
		}
		for i := range values {
			if values[i], err = decode(values[i]); err != nil {
				return damaged(err)
			}
		}
		if err := each(columns, values); err != nil {
			return err
		}
	}
}
