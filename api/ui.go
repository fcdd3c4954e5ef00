package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// notBuilt is shown where the web application is not part of the binary.
const notBuilt = `<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><title>Crieur</title></head>
<body>
<h1>L’interface n’est pas construite</h1>
<p>Le serveur fonctionne, et son API répond sous /api/v1. Pour construire l’interface : <code>make build</code>, puis redémarrez.</p>
</body>
</html>
`

// brotliExt ends the name of a file that the build compressed.
const brotliExt = ".br"

// accepts reports whether a header names a coding. Nobody names one to refuse
// it but with q=0, which is then not used.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, quality, _ := strings.Cut(part, ";")
		if strings.TrimSpace(name) == coding {
			return strings.ReplaceAll(quality, " ", "") != "q=0"
		}
	}
	return false
}

// userInterface serves the built web application. Every address that is no file
// gives index.html, because the application has addresses of its own.
type userInterface struct {
	files map[string]asset
	// links is the Link header of a page, by its address.
	links map[string]string
}

// aheadFile is written by the build: by the address of a page, the scripts that
// this page needs beside those that index.html names. A browser that hears of
// them with the page does not wait for one script to ask for the next.
const aheadFile = "ahead.json"

// asset is a file of the application. Those below assets/ carry the hash of
// their content in their name and never change.
type asset struct {
	data []byte
	// gzipped is made when somebody first asks for it, as making all of them took a
	// third of the start of the program; nil for what is compressed already.
	gzipped func() []byte
	// brotli is the same as the build compressed it; nil where it did not.
	brotli  []byte
	mime    string
	etag    string
	forever bool
}

func newUserInterface(files fs.FS) (*userInterface, error) {
	ui := &userInterface{files: map[string]asset{}, links: map[string]string{}}
	if files == nil {
		return ui, nil
	}
	if _, err := fs.Stat(files, "index.html"); errors.Is(err, fs.ErrNotExist) {
		return ui, nil
	}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") || path.Ext(name) == brotliExt:
			return err
		case name == aheadFile:
			return ui.readAhead(files)
		}
		ui.files[name], err = newAsset(files, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the web application: %w", err)
	}
	return ui, nil
}

func (ui *userInterface) readAhead(files fs.FS) error {
	data, err := fs.ReadFile(files, aheadFile)
	if err != nil {
		return err
	}
	var ahead map[string][]string
	if err := json.Unmarshal(data, &ahead); err != nil {
		return fmt.Errorf("%s: %w", aheadFile, err)
	}
	for address, scripts := range ahead {
		links := make([]string, len(scripts))
		for i, script := range scripts {
			links[i] = "<" + script + ">; rel=modulepreload; crossorigin"
		}
		ui.links[address] = strings.Join(links, ", ")
	}
	return nil
}

func newAsset(files fs.FS, name string) (asset, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return asset{}, err
	}
	sum := sha256.Sum256(data)
	a := asset{data: data, etag: hex.EncodeToString(sum[:8]), mime: mimeOf(name), forever: strings.HasPrefix(name, "assets/")}
	if !isText(a.mime) {
		return a, nil
	}
	a.gzipped = sync.OnceValue(func() []byte { return gzipped(data) })
	a.brotli, err = fs.ReadFile(files, name+brotliExt)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return a, err
}

// mimeOf does not ask the machine's own list, which differs between machines.
func mimeOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".woff2":
		return "font/woff2"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

func isText(mime string) bool {
	return strings.HasPrefix(mime, "text/") || strings.Contains(mime, "json") || strings.HasSuffix(mime, "+xml")
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	// Neither can fail: what they write into is memory.
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func (ui *userInterface) serve(c *gin.Context) {
	if !isSafe(c.Request.Method) {
		c.String(http.StatusMethodNotAllowed, "method not allowed\n")
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+c.Request.URL.Path), "/")
	file, ok := ui.files[name]
	if !ok {
		if path.Ext(name) != "" || strings.HasPrefix(name, "assets/") {
			// A missing file must not look like a page: an old tab would run it.
			c.String(http.StatusNotFound, "not found\n")
			return
		}
		if file, ok = ui.files["index.html"]; !ok {
			c.Header("Cache-Control", "no-store")
			c.Data(http.StatusServiceUnavailable, "text/html; charset=utf-8", []byte(notBuilt))
			return
		}
		if links := ui.links[c.Request.URL.Path]; links != "" {
			c.Header("Link", links)
		}
	}
	file.serve(c)
}

func (a asset) serve(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Type", a.mime)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if a.forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	data, etag, accepted := a.data, a.etag, c.GetHeader("Accept-Encoding")
	switch {
	case a.brotli != nil && accepts(accepted, "br"):
		h.Set("Content-Encoding", "br")
		data, etag = a.brotli, a.etag+"-br"
	case a.gzipped != nil && accepts(accepted, "gzip"):
		h.Set("Content-Encoding", "gzip")
		data, etag = a.gzipped(), a.etag+"-gzip"
	}
	h.Set("ETag", `"`+etag+`"`)
	// NoRoute has set 404 already.
	c.Status(http.StatusOK)
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, bytes.NewReader(data))
}
