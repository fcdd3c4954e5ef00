// Package ui is the web application, embedded in the binary.
package ui

import (
	"embed"
	"io/fs"
)

// dist is filled by `npm run build`. The folder itself is committed, with a
// .keep file only, so that the module compiles without Node.
//
//go:embed all:dist
var dist embed.FS

// Files returns the built application: index.html and its assets. Before
// `make build` has run there is no index.html in it.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		// fs.Sub fails only on an invalid path, and this one is a constant.
		panic(err)
	}
	return files
}
