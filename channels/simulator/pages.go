package simulator

import (
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"
)

// maxPagePosts bounds the posts of one citizen page; the newest are shown.
const maxPagePosts = 100

//go:embed pages/page.html pages/style.css
var pageFiles embed.FS

// citizenPage is what page.html shows.
type citizenPage struct {
	Title string
	// Base is what stands before the server's own paths.
	Base     string
	Index    bool
	Accounts []citizenAccount
	Posts    []citizenPost
}

type citizenAccount struct{ Name, Network, URL string }

type citizenPost struct {
	// Account and AccountURL are set where posts of several accounts mix.
	Account, AccountURL, Network string
	Title, Text, Link, URL       string
	Day, Machine                 string
	Images                       []citizenImage
}

type citizenImage struct {
	URL, Alt      string
	Width, Height int
}

// routePages mounts what citizens would see. WordPress shows its own sites.
func (s *Server) routePages(mux *http.ServeMux) {
	page := template.Must(template.ParseFS(pageFiles, "pages/page.html"))
	show := func(w http.ResponseWriter, p citizenPage) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		p.Base = s.basePath()
		_ = page.Execute(w, p) // the page is constant and tested; only a browser that left fails it
	}
	account := func(network, parameter string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			spec, ok := s.findAccount(network, pageMatch(r.PathValue(parameter)))
			if !ok {
				http.NotFound(w, r)
				return
			}
			show(w, citizenPage{
				Title: spec.Name,
				Posts: s.citizenPosts(s.Posts(network, spec.ID), false),
			})
		}
	}
	onePost := func(network string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for _, spec := range s.accountsOf(network) {
				if record, ok := s.current(network, spec.ID, r.PathValue("post")); ok && !record.Draft {
					show(w, citizenPage{Title: spec.Name, Posts: s.citizenPosts([]Record{record}, true)})
					return
				}
			}
			http.NotFound(w, r)
		}
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		p := citizenPage{Title: "Réseaux d’entraînement", Index: true, Posts: s.citizenPosts(s.postsOf("", ""), true)}
		for _, spec := range s.accountsOf("") {
			p.Accounts = append(p.Accounts, citizenAccount{
				Name: spec.Name, Network: networkTitle(spec.Network), URL: s.accountPage(spec),
			})
		}
		show(w, p)
	})
	mux.HandleFunc("GET /facebook/pages/{page}", account("facebook", "page"))
	mux.HandleFunc("GET /facebook/{post}", onePost("facebook"))
	mux.HandleFunc("GET /x/{user}", account("x", "user"))
	mux.HandleFunc("GET /x/{user}/status/{post}", onePost("x"))
	mux.HandleFunc("GET /_media/{sha256}", s.servePicture)
	mux.HandleFunc("GET /_static/style.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, pageFiles, "pages/style.css")
	})
}

// pageMatch matches an account by its id or its user name.
func pageMatch(name string) func(AccountSpec) bool {
	return func(spec AccountSpec) bool {
		return spec.ID == name || spec.Traits["username"] == name
	}
}

// accountPage is the path of the page of an account.
func (s *Server) accountPage(spec AccountSpec) string {
	base := s.basePath()
	switch spec.Network {
	case "facebook":
		return base + "/facebook/pages/" + spec.ID
	case "x":
		if name := spec.Traits["username"]; name != "" {
			return base + "/x/" + name
		}
		return base + "/x/" + spec.ID
	default:
		return base + "/" + spec.Network + "/" + spec.ID + "/"
	}
}

// basePath is the path part of PublicURL.
func (s *Server) basePath() string {
	_, rest, found := strings.Cut(s.opts.PublicURL, "://")
	if !found {
		return ""
	}
	_, path, found := strings.Cut(rest, "/")
	if !found {
		return ""
	}
	return "/" + path
}

// citizenPosts puts posts into the page's words, newest first.
func (s *Server) citizenPosts(posts []Record, mixed bool) []citizenPost {
	posts = posts[max(0, len(posts)-maxPagePosts):]
	shown := make([]citizenPost, 0, len(posts))
	for _, p := range slices.Backward(posts) {
		c := citizenPost{
			Title: p.Title, Text: p.Text, Link: p.Link, URL: p.URL,
			Day: p.At.UTC().Format("02/01/2006 15:04 UTC"), Machine: p.At.UTC().Format(time.RFC3339),
		}
		if spec, ok := s.accountSpec(p.Network, p.Account); ok && mixed {
			c.Account, c.AccountURL, c.Network = spec.Name, s.accountPage(spec), networkTitle(p.Network)
		}
		for _, image := range p.Images {
			c.Images = append(c.Images, citizenImage{
				URL: pictureURL(image), Alt: image.Alt, Width: image.Width, Height: image.Height,
			})
		}
		shown = append(shown, c)
	}
	return shown
}

func networkTitle(name string) string {
	switch name {
	case "facebook":
		return "Facebook"
	case "x":
		return "X"
	case "wordpress":
		return "WordPress"
	default:
		return name
	}
}
