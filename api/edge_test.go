package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/post"
)

// edge is the server alone: what stands behind it is chosen by the test.
type edge struct {
	*api.Server
	log *bytes.Buffer
}

// people knows one person, with one token and no password that fits.
type people struct{ auth.Store }

func (people) UserByEmail(context.Context, string) (post.User, error) {
	return post.User{}, post.ErrNotFound
}

func (people) TokenByHash(context.Context, string) (auth.Token, error) {
	return auth.Token{UserID: "u", CommuneID: "c", LastUsedAt: noon}, nil
}

func (people) UserByID(context.Context, string, string) (post.User, error) {
	return post.User{ID: "u", CommuneID: "c", Role: post.RoleAdministrator}, nil
}

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func newEdge(t *testing.T, change func(*api.Deps)) *edge {
	t.Helper()
	e := &edge{log: &bytes.Buffer{}}
	log := slog.New(slog.NewTextHandler(e.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	now := func() time.Time { return noon }
	accounts, err := auth.New(auth.Deps{Store: people{}, Key: make([]byte, 32), Cost: auth.Cost{MemoryKiB: 64, Passes: 1}, Now: now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	deps := api.Deps{
		Auth: accounts, Agenda: noAgenda{}, UI: fstest.MapFS{}, Log: log, Now: now,
		Ready: func(context.Context) error { return nil },
	}
	if change != nil {
		change(&deps)
	}
	if e.Server, err = api.New(deps); err != nil {
		t.Fatal(err)
	}
	return e
}

// noAgenda has no series.
type noAgenda struct{ api.Agenda }

func (noAgenda) SeriesOf(context.Context, post.Actor, []string) (map[string]post.SeriesLink, error) {
	return map[string]post.SeriesLink{}, nil
}

func (e *edge) do(t *testing.T, method, path string, body io.Reader, header map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, path, body)
	for name, value := range header {
		req.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	e.Handler().ServeHTTP(w, req)
	return w
}

func TestTriesAreHeldAgainstTheRealPeer(t *testing.T) {
	tests := map[string]struct {
		trusted []string
		last    int
	}{
		"nobody is trusted":    {nil, http.StatusTooManyRequests},
		"the proxy is trusted": {[]string{"192.0.2.0/24"}, http.StatusUnauthorized},
		"another one is":       {[]string{"10.0.0.0/8"}, http.StatusTooManyRequests},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			e := newEdge(t, func(d *api.Deps) { d.TrustedProxies = tt.trusted })
			var w *httptest.ResponseRecorder
			for i := range 21 {
				w = e.do(t, http.MethodPost, "/api/v1/session", strings.NewReader(fmt.Sprintf(`{"email": "u%d@valmeuse.example", "password": "faux faux faux"}`, i)),
					map[string]string{"Content-Type": "application/json", "X-Forwarded-For": fmt.Sprintf("198.51.100.%d", i+1), "X-Real-Ip": "198.51.100.7"})
			}
			if w.Code != tt.last {
				t.Errorf("try 21: %d, want %d", w.Code, tt.last)
			}
			if tt.last == http.StatusTooManyRequests && w.Header().Get("Retry-After") != "3" {
				t.Errorf("Retry-After %q, want 3 seconds", w.Header().Get("Retry-After"))
			}
		})
	}
	if _, err := api.New(api.Deps{TrustedProxies: []string{"everybody"}}); err == nil {
		t.Error("a proxy address that cannot be read is taken")
	}
}

// useCases has a name of its own, because one of its methods has the other.
type useCases = api.Posts

// broken posts fail in the ways that only faults make.
type broken struct {
	useCases
	post func() (post.Post, error)
}

func (b broken) Names(context.Context, post.Actor) (map[string]string, error) { return nil, nil }

func (b broken) Post(context.Context, post.Actor, string) (post.Post, error) { return b.post() }

func (b broken) Cancel(context.Context, post.Actor, string) (post.Post, error) { return b.post() }

func TestOurOwnFaultsShowNothing(t *testing.T) {
	const secret = "postgres://crieur:hunter2@db/crieur"
	faults := map[string]func() (post.Post, error){
		"an error": func() (post.Post, error) { return post.Post{}, errors.New("connect " + secret) },
		"a panic":  func() (post.Post, error) { panic("connect " + secret) },
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			e := newEdge(t, func(d *api.Deps) { d.Posts = broken{post: fault} })
			w := e.do(t, http.MethodGet, "/api/v1/posts/1", nil, map[string]string{"Authorization": "Bearer token-of-somebody"})
			id := w.Header().Get("X-Request-Id")
			if w.Code != http.StatusInternalServerError || w.Header().Get("Content-Type") != "application/problem+json" || id == "" {
				t.Fatalf("%d %v", w.Code, w.Header())
			}
			body := w.Body.String()
			if !strings.Contains(body, `"code":"internal"`) || !strings.Contains(body, id) || strings.Contains(body, "hunter2") {
				t.Errorf("%s", body)
			}
			if n := strings.Count(e.log.String(), "a request failed"); n != 1 || !strings.Contains(e.log.String(), "request_id="+id) {
				t.Errorf("logged %d times:\n%s", n, e.log)
			}
		})
	}
}

func TestNothingSecretIsLogged(t *testing.T) {
	e := newEdge(t, func(d *api.Deps) {
		d.Posts = broken{post: func() (post.Post, error) { return post.Post{}, post.ErrNotFound }}
	})
	const secret = "canary7f3a"
	e.do(t, http.MethodGet, "/api/v1/posts/"+secret, nil, map[string]string{"Authorization": "Bearer " + secret})
	e.do(t, http.MethodGet, "/setup?token="+secret, nil, map[string]string{"Cookie": "crieur=" + secret})
	e.do(t, http.MethodPost, "/api/v1/session", strings.NewReader(`{"email": "a@b.example", "password": "`+secret+`"}`), map[string]string{"Content-Type": "application/json"})
	e.do(t, http.MethodPost, "/api/v1/session", strings.NewReader(`{"email": "a@b.example", "pass": "`+secret+`"}`), map[string]string{"Content-Type": "application/json"})
	if strings.Contains(e.log.String(), secret) {
		t.Errorf("%s", e.log)
	}
}

func TestProblemsOfTheLedger(t *testing.T) {
	tests := map[error]int{
		fmt.Errorf("store: post: %w", post.ErrNotFound):  http.StatusNotFound,
		fmt.Errorf("store: post: %w", post.ErrConflict):  http.StatusConflict,
		fmt.Errorf("store: post: %w", post.ErrStale):     http.StatusPreconditionFailed,
		&post.Problem{Kind: post.Unavailable, Code: "x"}: http.StatusServiceUnavailable,
	}
	for err, status := range tests {
		e := newEdge(t, func(d *api.Deps) {
			d.Posts = broken{post: func() (post.Post, error) { return post.Post{}, err }}
		})
		w := e.do(t, http.MethodGet, "/api/v1/posts/1", nil, map[string]string{"Authorization": "Bearer token"})
		if w.Code != status || strings.Contains(w.Body.String(), "store") {
			t.Errorf("%v: %d %s", err, w.Code, w.Body)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	e := newEdge(t, nil)
	for _, path := range []string{"/", "/api/v1/setup", "/api/v1/nothing", "/healthz", "/assets/none.js"} {
		h := e.do(t, http.MethodGet, path, nil, nil).Header()
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'self'", "img-src 'self' blob: data:", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy %q lacks %q", path, policy, part)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %q", path, policy)
		}
		for name, value := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Strict-Transport-Security": "",
		} {
			if got := h.Get(name); got != value {
				t.Errorf("%s: %s %q, want %q", path, name, got, value)
			}
		}
	}
}

func TestHealth(t *testing.T) {
	ready := error(nil)
	e := newEdge(t, func(d *api.Deps) { d.Ready = func(context.Context) error { return ready } })
	if w := e.do(t, http.MethodGet, "/readyz", nil, nil); w.Code != http.StatusOK {
		t.Errorf("ready: %d", w.Code)
	}
	ready = errors.New("database 10.0.0.3 away")
	w := e.do(t, http.MethodGet, "/readyz", nil, nil)
	if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "10.0.0.3") {
		t.Errorf("not ready: %d %s", w.Code, w.Body)
	}
	if w := e.do(t, http.MethodGet, "/healthz", nil, nil); w.Code != http.StatusOK {
		t.Errorf("alive although not ready: %d", w.Code)
	}
	if w := e.do(t, http.MethodGet, "/metrics", nil, nil); w.Code == http.StatusOK {
		t.Errorf("metrics without a handler: %d", w.Code)
	}
}

func TestTheWebApplication(t *testing.T) {
	page := "<!doctype html><title>Crieur</title>" + strings.Repeat("<p>Bonjour.</p>", 100)
	files := fstest.MapFS{
		"index.html":         {Data: []byte(page)},
		"assets/app-1a2b.js": {Data: []byte("console.log('crieur')")},
		"icon.svg":           {Data: []byte("<svg/>")},
		"icon.svg.br":        {Data: []byte("pressed")},
		".keep":              {Data: []byte("hidden")},
		"ahead.json":         {Data: []byte(`{"/posts":["/assets/posts-3c4d.js","/assets/kit-5e6f.js"]}`)},
	}
	e := newEdge(t, func(d *api.Deps) { d.UI = files })
	const never, forever = "no-cache", "public, max-age=31536000, immutable"
	tests := map[string]struct {
		method string
		status int
		cache  string
		mime   string
		body   string
	}{
		"/":                   {http.MethodGet, 200, never, "text/html; charset=utf-8", page},
		"/index.html":         {http.MethodGet, 200, never, "text/html; charset=utf-8", page},
		"/calendrier/2026-11": {http.MethodGet, 200, never, "text/html; charset=utf-8", page},
		"/assets/app-1a2b.js": {http.MethodGet, 200, forever, "text/javascript; charset=utf-8", "console.log('crieur')"},
		"/icon.svg":           {http.MethodGet, 200, never, "image/svg+xml", "<svg/>"},
		"/assets/app-old.js":  {http.MethodGet, 404, "", "", "not found\n"},
		"/assets/old":         {http.MethodGet, 404, "", "", "not found\n"},
		"/favicon.ico":        {http.MethodGet, 404, "", "", "not found\n"},
		"/.keep":              {http.MethodGet, 404, "", "", "not found\n"},
		"/icon.svg.br":        {http.MethodGet, 404, "", "", "not found\n"},
		"/ahead.json":         {http.MethodGet, 404, "", "", "not found\n"},
		"/../../etc/passwd":   {http.MethodGet, 200, never, "text/html; charset=utf-8", page},
		"/posts":              {http.MethodPost, 405, "", "", "method not allowed\n"},
		"/api":                {http.MethodGet, 404, "no-store", "application/problem+json", ""},
	}
	for path, tt := range tests {
		t.Run(path, func(t *testing.T) {
			w := e.do(t, tt.method, path, nil, nil)
			if w.Code != tt.status || tt.body != "" && w.Body.String() != tt.body {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if got := w.Header().Get("Cache-Control"); got != tt.cache {
				t.Errorf("Cache-Control %q, want %q", got, tt.cache)
			}
			if got := w.Header().Get("Content-Type"); tt.mime != "" && got != tt.mime {
				t.Errorf("Content-Type %q, want %q", got, tt.mime)
			}
		})
	}
	t.Run("names with a page the scripts that it needs", func(t *testing.T) {
		for path, want := range map[string]string{
			"/posts": "</assets/posts-3c4d.js>; rel=modulepreload; crossorigin, </assets/kit-5e6f.js>; rel=modulepreload; crossorigin",
			"/":      "", "/posts/1": "", "/icon.svg": "",
		} {
			if got := e.do(t, http.MethodGet, path, nil, nil).Header().Get("Link"); got != want {
				t.Errorf("%s links %q, want %q", path, got, want)
			}
		}
	})
	t.Run("does not start with a list of scripts that cannot be read", func(t *testing.T) {
		broken := fstest.MapFS{"index.html": {Data: []byte(page)}, "ahead.json": {Data: []byte("[")}}
		if _, err := api.New(api.Deps{UI: broken}); err == nil {
			t.Error("it starts")
		}
	})
	t.Run("is compressed, and not sent twice", func(t *testing.T) {
		w := e.do(t, http.MethodGet, "/", nil, map[string]string{"Accept-Encoding": "gzip"})
		if w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() >= len(page) {
			t.Errorf("%v, %d bytes", w.Header(), w.Body.Len())
		}
		etag := w.Header().Get("ETag")
		again := e.do(t, http.MethodGet, "/", nil, map[string]string{"Accept-Encoding": "gzip", "If-None-Match": etag})
		if etag == "" || again.Code != http.StatusNotModified {
			t.Errorf("with %s: %d", etag, again.Code)
		}
	})
	t.Run("is sent as the build compressed it, to who understands that", func(t *testing.T) {
		for accepted, coding := range map[string]string{
			"gzip, deflate, br, zstd": "br", "br;q=1.0, gzip": "br", "gzip, br;q=0": "gzip", "gzip": "gzip", "xbr": "", "": "",
		} {
			w := e.do(t, http.MethodGet, "/icon.svg", nil, map[string]string{"Accept-Encoding": accepted})
			if got := w.Header().Get("Content-Encoding"); got != coding || (got == "br") != (w.Body.String() == "pressed") {
				t.Errorf("%q gives %q: %q", accepted, got, w.Body)
			}
		}
	})
	t.Run("says how to build it", func(t *testing.T) {
		for name, none := range map[string]fs.FS{"no files": nil, "an empty folder": fstest.MapFS{".keep": {}}} {
			w := newEdge(t, func(d *api.Deps) { d.UI = none }).do(t, http.MethodGet, "/", nil, nil)
			if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make build") {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
	})
}

func TestWhatIsMounted(t *testing.T) {
	said := func(text string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, text+" "+r.URL.Path) })
	}
	e := newEdge(t, func(d *api.Deps) {
		d.Public, d.Practice, d.Metrics = said("public"), said("practice"), said("metrics")
	})
	for path, want := range map[string]string{
		"/c/valmeuse/feed.rss":    "public /c/valmeuse/feed.rss",
		"/practice/facebook/feed": "practice /practice/facebook/feed",
		"/metrics":                "metrics /metrics",
	} {
		if w := e.do(t, http.MethodGet, path, nil, nil); w.Body.String() != want {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := e.do(t, http.MethodPost, "/practice/x/tweets", strings.NewReader("{}"), nil); w.Code != http.StatusOK {
		t.Errorf("posting to practice: %d", w.Code)
	}
	if w := e.do(t, http.MethodPost, "/c/valmeuse/", nil, nil); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("posting to public pages: %d", w.Code)
	}
}
