package simulator

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

//go:embed pages/wordpress.html
var wordpressPageFile embed.FS

// wpPage is what wordpress.html shows: the front page with its articles, or
// one article.
type wpPage struct {
	Site, Home, Base string
	Article          bool
	Title            string
	Articles         []wpPageArticle
}

type wpPageArticle struct {
	Title, URL, Excerpt string
	Day, Machine        string
	Image               *citizenImage
	// Body is cleaned by forPage.
	Body template.HTML
}

// servePage answers browsers, and those who look for the API.
func (p *wordpress) servePage(w http.ResponseWriter, r *http.Request, site AccountSpec, rest string) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="https://api.w.org/"`, p.apiRoot(r, site)))
	file, isFile := strings.CutPrefix(rest, "wp-content/uploads/")
	switch {
	case r.Method == http.MethodHead && rest == "" && r.URL.RawQuery == "":
		link := w.Header().Get("Link")
		w.Header().Del("Link") // a spoiled answer has none
		p.server.call(w, r, call{Network: wordpressName, Account: site.ID, Operation: opCheck}, func() reply {
			return reply{Status: http.StatusOK, Header: http.Header{"Link": {link}, "Content-Type": {"text/html; charset=UTF-8"}}}
		})
	case isFile:
		p.serveFile(w, r, site, file)
	default:
		p.serveArticle(w, r, site, rest)
	}
}

// during runs f between the site's calls, with its index up to date.
func (p *wordpress) during(site AccountSpec, f func(*wordpressSite)) {
	state := p.site(site.ID)
	a := p.server.accountState(accountKey{wordpressName, site.ID})
	a.calls.Lock()
	defer a.calls.Unlock()
	p.catchUp(state, site.ID)
	f(state)
}

// wpCopy is the end of the name of a smaller copy.
var wpCopy = regexp.MustCompile(`-(\d+x\d+|scaled)(\.[a-z]+)$`)

// serveFile shows a picture; its copies are the picture itself.
func (p *wordpress) serveFile(w http.ResponseWriter, r *http.Request, site AccountSpec, file string) {
	sha := ""
	p.during(site, func(state *wordpressSite) {
		for _, name := range []string{file, wpCopy.ReplaceAllString(file, "$2")} {
			if m := state.files[name]; m != nil {
				sha = m.image.SHA256
				return
			}
		}
	})
	if sha == "" {
		http.NotFound(w, r)
		return
	}
	r.SetPathValue("sha256", sha)
	p.server.servePicture(w, r)
}

// wpArticlePath is a pretty permalink: year, month, slug.
var wpArticlePath = regexp.MustCompile(`^\d{4}/\d{2}/([^/]+)/?$`)

// serveArticle shows the front page, or the article that the address names: by
// its permalink, by the parameter p, or by name, which leads to the permalink.
func (p *wordpress) serveArticle(w http.ResponseWriter, r *http.Request, site AccountSpec, rest string) {
	query := r.URL.Query()
	pretty := wpArticlePath.FindStringSubmatch(rest)
	var slug, id string
	switch {
	case query.Get("name") != "":
		slug = wpSlug(query.Get("name"))
	case query.Get("p") != "":
		id = query.Get("p")
	case rest == "":
		p.show(w, r, site, wpPage{Title: site.Name}, p.server.Posts(wordpressName, site.ID))
		return
	case pretty != nil && !plainPermalinks(site):
		slug = pretty[1]
	default:
		http.NotFound(w, r)
		return
	}
	post, found := p.public(site, slug, id)
	if !found {
		http.NotFound(w, r)
		return
	}
	if pretty == nil && !plainPermalinks(site) {
		redirect(w, p.permalink(r, site, post))
		return
	}
	p.show(w, r, site, wpPage{Title: post.Title, Article: true}, []Record{post})
}

func (p *wordpress) public(site AccountSpec, slug, id string) (post Record, found bool) {
	p.during(site, func(state *wordpressSite) {
		ids := []string{id}
		if slug != "" {
			ids = state.posts[slug]
		}
		for _, id := range ids {
			if post, found = p.server.current(wordpressName, site.ID, id); found && !post.Draft {
				return
			}
		}
		found = false
	})
	return post, found
}

func (p *wordpress) show(w http.ResponseWriter, r *http.Request, site AccountSpec, page wpPage, posts []Record) {
	page.Site, page.Home, page.Base = site.Name, p.home(r, site)+"/", p.server.basePath()
	posts = posts[max(0, len(posts)-maxPagePosts):]
	p.during(site, func(state *wordpressSite) {
		for _, post := range slices.Backward(posts) {
			page.Articles = append(page.Articles, p.pageArticle(r, site, state, post))
		}
	})
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	_ = p.page.Execute(w, page) // the page is constant and tested; only a browser that left fails it
}

func (p *wordpress) pageArticle(r *http.Request, site AccountSpec, state *wordpressSite, post Record) wpPageArticle {
	shown := wpPageArticle{
		Title: post.Title, URL: p.permalink(r, site, post), Excerpt: plainText(post.Extra[wpExcerpt]),
		Day: post.At.UTC().Format("02/01/2006"), Machine: post.At.UTC().Format(time.RFC3339),
	}
	if m := state.media[post.Extra[wpFeatured]]; m != nil {
		shown.Image = &citizenImage{
			URL: p.fileURL(r, site, m.file), Alt: m.image.Alt, Width: m.image.Width, Height: m.image.Height,
		}
	}
	shown.Body = template.HTML(forPage(post.Extra[wpContent], func(id string) string { //nolint:gosec // cleaned by forPage
		if m := state.media[id]; m != nil {
			return p.fileURL(r, site, m.file)
		}
		return ""
	}))
	return shown
}
