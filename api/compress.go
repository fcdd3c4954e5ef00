package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// compressible reports whether an answer may be made smaller. The session's may
// not: it holds a secret beside words that others may choose, and the length of
// both compressed together would tell of it (BREACH, CVE-2013-3587). The
// stream's events leave one by one.
func compressible(r *http.Request) bool {
	path, underAPI := strings.CutPrefix(r.URL.Path, basePath)
	return r.Method == http.MethodGet && underAPI && path != "/session" && path != "/stream"
}

// compressed sends the API's JSON as gzip to who understands that: twenty posts
// are 42 kB of text and 5 kB of news, a fifth of a second on a slow phone.
func compressed(next http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.ContentTypes([]string{"application/json"}), gzhttp.EnableZstd(false),
	)
	if err != nil {
		return nil, fmt.Errorf("compression: %w", err)
	}
	smaller := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if compressible(r) {
			smaller(w, r)
			return
		}
		next.ServeHTTP(w, r)
	}), nil
}
