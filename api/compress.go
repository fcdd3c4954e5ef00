package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// neverCompressed are answers of the API that stay as they are: the session's
// holds a secret beside words that others may choose, whose length would tell
// of it when compressed together (BREACH, CVE-2013-3587), and the stream's
// events leave one by one.
var neverCompressed = map[string]bool{basePath + "/session": true, basePath + "/stream": true}

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
		if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, basePath+"/") && !neverCompressed[r.URL.Path] {
			smaller(w, r)
			return
		}
		next.ServeHTTP(w, r)
	}), nil
}
