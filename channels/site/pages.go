package site

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/microcosm-cc/bluemonday"

	"github.com/crieur/crieur/internal/post"
)

//go:embed templates static
var files embed.FS

const (
	// listLength is how many articles a page of the list shows, feedLength how
	// many a feed does.
	listLength = 12
	feedLength = 30

	htmlAge  = "public, max-age=60"
	feedAge  = "public, max-age=300"
	fixedAge = "public, max-age=31536000, immutable"
)

// Pages serves the public pages of all communes below /c/. It answers reading
// requests only.
type Pages struct {
	library   Library
	images    Images
	alerts    Alerts
	publicURL string
	// prefix is the path of publicURL: what stands before /c/ in links; host is
	// its name without a port.
	prefix string
	host   string
	now    func() time.Time
	log    *slog.Logger
	// agenda is nil where there is none.
	agenda    Agenda
	policy    *bluemonday.Policy
	templates map[string]*template.Template
	css       []byte
	cssHash   string
	mux       *http.ServeMux
}

// NewPages makes the pages. publicURL is as for New.
func NewPages(
	library Library, images Images, alerts Alerts, publicURL string, now func() time.Time, log *slog.Logger,
) (*Pages, error) {
	p := &Pages{
		library: library, images: images, alerts: alerts, publicURL: strings.TrimRight(publicURL, "/"),
		now: now, log: log, policy: newPolicy(), templates: map[string]*template.Template{}, mux: http.NewServeMux(),
	}
	base, err := url.Parse(p.publicURL)
	if err != nil {
		return nil, errors.New("site: the public address cannot be read")
	}
	p.prefix, p.host = base.EscapedPath(), base.Hostname()
	for _, name := range []string{"list", "article", "missing", "alerts", "alert", "away"} {
		p.templates[name], err = template.ParseFS(files, "templates/layout.html", "templates/"+name+".html")
		if err != nil {
			return nil, err
		}
	}
	if p.css, err = files.ReadFile("static/site.css"); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(p.css)
	p.cssHash = hex.EncodeToString(sum[:8])

	p.mux.HandleFunc("/c/_static/site.css", p.serveCSS)
	p.mux.HandleFunc("/c/{commune}", p.serveList)
	p.mux.HandleFunc("/c/{commune}/{$}", p.redirectToList)
	for _, kind := range []feedKind{rss, atom, jsonFeed} {
		p.mux.HandleFunc("/c/{commune}/feed."+string(kind), p.serveFeed(kind))
	}
	p.mux.HandleFunc("/c/{commune}/media/{file}", p.serveImage)
	p.routeAlerts()
	p.mux.HandleFunc("/c/{commune}/{slug}", p.serveArticle)
	p.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { p.missing(w, r, nil) })
	return p, nil
}

// ServeHTTP implements http.Handler.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; "+
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "Cette page se lit seulement.", http.StatusMethodNotAllowed)
		return
	}
	p.mux.ServeHTTP(w, r)
}

func (p *Pages) serveList(w http.ResponseWriter, r *http.Request) {
	commune, ok := p.commune(w, r)
	if !ok {
		return
	}
	after, err := parseCursor(r.URL.Query().Get("suite"))
	if err != nil {
		p.missing(w, r, &commune)
		return
	}
	// One more than is shown tells whether there are older ones.
	articles, err := p.library.List(r.Context(), commune.ID, after, listLength+1)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	view := p.listView(commune, after, articles)
	view.Page.Alerts = p.banner(r.Context(), commune.Slug)
	p.render(w, r, "list", view, http.StatusOK)
}

func (p *Pages) redirectToList(w http.ResponseWriter, r *http.Request) {
	if commune, ok := p.commune(w, r); ok {
		http.Redirect(w, r, p.prefix+communePath(commune.Slug), http.StatusMovedPermanently)
	}
}

func (p *Pages) serveArticle(w http.ResponseWriter, r *http.Request) {
	commune, ok := p.commune(w, r)
	if !ok {
		return
	}
	article, err := p.library.Article(r.Context(), commune.ID, r.PathValue("slug"))
	switch {
	case errors.Is(err, ErrNotFound):
		p.missing(w, r, &commune)
	case err != nil:
		p.fail(w, r, err)
	default:
		w.Header().Set("Last-Modified", article.UpdatedAt.UTC().Format(http.TimeFormat))
		view := p.articleView(commune, article, p.eventOf(r, article))
		view.Page.Alerts = p.banner(r.Context(), commune.Slug)
		p.render(w, r, "article", view, http.StatusOK)
	}
}

func (p *Pages) serveImage(w http.ResponseWriter, r *http.Request) {
	commune, ok := p.commune(w, r)
	if !ok {
		return
	}
	sum, _, _ := strings.Cut(r.PathValue("file"), ".")
	image, err := p.library.Image(r.Context(), commune.ID, sum)
	if err == nil && r.PathValue("file") != image.SHA256+imageExtension(image) {
		err = ErrNotFound
	}
	var data io.ReadCloser
	if err == nil {
		data, err = p.images.Open(r.Context(), image.SHA256)
	}
	if errors.Is(err, ErrNotFound) {
		p.missing(w, r, &commune)
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	defer func() { _ = data.Close() }() // it was only read
	content, err := io.ReadAll(data)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", image.ContentType)
	w.Header().Set("Cache-Control", fixedAge)
	w.Header().Set("ETag", `"`+image.SHA256+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

func (p *Pages) serveCSS(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", htmlAge)
	if r.URL.Query().Get("v") == p.cssHash {
		w.Header().Set("Cache-Control", fixedAge)
	}
	w.Header().Set("ETag", `"`+p.cssHash+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.css))
}

// commune finds the commune of a request, or answers that there is none.
func (p *Pages) commune(w http.ResponseWriter, r *http.Request) (post.Commune, bool) {
	commune, err := p.library.Commune(r.Context(), r.PathValue("commune"))
	switch {
	case errors.Is(err, ErrNotFound):
		p.missing(w, r, nil)
	case err != nil:
		p.fail(w, r, err)
	}
	return commune, err == nil
}

// missing answers that there is nothing at an address; commune nil: not even a
// commune.
func (p *Pages) missing(w http.ResponseWriter, r *http.Request, commune *post.Commune) {
	view := pageView{Title: "Page introuvable", NoIndex: true, CSS: p.cssURL()}
	if commune != nil {
		view = p.page(*commune, "Page introuvable")
		view.NoIndex, view.Alerts = true, p.banner(r.Context(), commune.Slug)
	}
	p.render(w, r, "missing", struct{ Page pageView }{view}, http.StatusNotFound)
}

// fail answers that we could not look.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // the reader has gone
	}
	p.log.ErrorContext(r.Context(), "public page", "path", r.URL.Path, "error", err)
	w.Header().Set("Retry-After", "30")
	w.Header().Set("Cache-Control", "no-store")
	// What cannot be read now must not hide an alert that is known.
	if p.away(w, r) {
		return
	}
	http.Error(w, "La page est momentanément indisponible. Réessayez dans un instant.", http.StatusServiceUnavailable)
}

// away answers with the alerts of the commune in the place of what could not be
// read; false: none is known.
func (p *Pages) away(w http.ResponseWriter, r *http.Request) bool {
	board, err := p.alerts.Board(r.Context(), r.PathValue("commune"))
	alerts := p.bannerViews(board, "")
	if err != nil || len(alerts) == 0 {
		return false
	}
	view := p.page(board.Commune, "Page indisponible")
	view.NoIndex, view.Alerts = true, alerts
	var body bytes.Buffer
	if err := p.templates["away"].ExecuteTemplate(&body, "layout", struct{ Page pageView }{view}); err != nil {
		return false
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(body.Bytes()) // the reader has gone: nobody is left to tell
	return true
}

func (p *Pages) render(w http.ResponseWriter, r *http.Request, name string, view any, status int) {
	var body bytes.Buffer
	if err := p.templates[name].ExecuteTemplate(&body, "layout", view); err != nil {
		p.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if status != http.StatusOK {
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = w.Write(body.Bytes()) // the reader has gone: nobody is left to tell
		}
		return
	}
	w.Header().Set("Cache-Control", htmlAge)
	p.serve(w, r, body.Bytes())
}

// serve answers with a body that may be on the reader's side already. Only the
// ETag decides: a list from which an article was removed looks older than it
// was, so that its date must not.
func (p *Pages) serve(w http.ResponseWriter, r *http.Request, body []byte) {
	sum := sha256.Sum256(body)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func (p *Pages) cssURL() string { return p.prefix + "/c/_static/site.css?v=" + p.cssHash }
