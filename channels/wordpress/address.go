package wordpress

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/rest"
)

// linkRelation marks the address of the API, in the Link header and in the head
// of every page (https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/,
// 2026-11-21). The usual /wp-json/ is never assumed: sites move it.
const linkRelation = "https://api.w.org/"

// siteURL is the address of the site's front page, without a trailing slash.
type siteURL struct{ url.URL }

// siteAddress reads site_url as people paste it. With base, a simulator or
// practice, the site stands there: at base itself when site_url is empty, else
// at the path of site_url below it.
func siteAddress(setting, base string) (*siteURL, error) {
	address, err := parseSite(setting)
	if base == "" {
		return address, err
	}
	if setting != "" && err != nil {
		return nil, err
	}
	stand, err := url.Parse(base)
	if err != nil || stand.Host == "" {
		return nil, errors.New("the base address is not a web address")
	}
	path := strings.TrimRight(stand.Path, "/")
	switch {
	case address == nil:
	case strings.HasPrefix(address.Path+"/", path+"/"):
		path = address.Path
	default:
		path += address.Path
	}
	return &siteURL{url.URL{Scheme: stand.Scheme, Host: stand.Host, Path: path}}, nil
}

func parseSite(setting string) (*siteURL, error) {
	setting = strings.TrimSpace(setting)
	if setting == "" {
		return nil, errors.New("no address")
	}
	if !strings.Contains(setting, "://") {
		setting = "https://" + setting
	}
	u, err := url.Parse(setting)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("not a web address")
	}
	// People copy the address of the page on which they work.
	path, _, _ := strings.Cut(u.Path, "/wp-admin")
	path, _, _ = strings.Cut(path, "/wp-login.php")
	return &siteURL{url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(path, "/")}}, nil
}

// front is the front page.
func (s *siteURL) front() string {
	u := s.URL
	u.Path += "/"
	return u.String()
}

// article is where the article of a slug stands. "name" is a public query
// parameter of WordPress on every permalink structure: the site shows the
// article, or redirects to its permalink, which also holds the day and cannot be
// known before.
func (s *siteURL) article(slug string) string {
	return s.front() + "?name=" + url.QueryEscape(slug)
}

// origin is scheme and host.
func origin(u *url.URL) string { return u.Scheme + "://" + strings.ToLower(u.Host) }

// apiRoot is where the API stands: pretty, below a path, or with plain
// permalinks, in the parameter rest_route.
type apiRoot struct{ url.URL }

// endpoint is the address of a route, as "/wp/v2/posts".
func (r apiRoot) endpoint(route string, query url.Values) string {
	u := r.URL
	parameters := u.Query()
	if parameters.Has("rest_route") {
		parameters.Set("rest_route", strings.TrimRight(parameters.Get("rest_route"), "/")+route)
	} else {
		u.Path = strings.TrimRight(u.Path, "/") + route
		u.RawPath = ""
	}
	for name, values := range query {
		parameters[name] = values
	}
	u.RawQuery = parameters.Encode()
	return u.String()
}

// connect finds the API, once for each opened channel.
func (a *api) connect(ctx context.Context) error {
	select {
	case a.discoverable <- struct{}{}:
		defer func() { <-a.discoverable }()
	case <-ctx.Done():
		return &channels.Error{Kind: channels.Temporary, Op: opDiscover, Err: context.Cause(ctx)}
	}
	if a.root != nil {
		return nil
	}
	if a.addressErr != nil {
		return badAddress(a.addressErr)
	}
	if a.user == "" || a.password.IsZero() {
		return missingCredentials()
	}
	root, err := a.discover(ctx)
	if err != nil {
		return err
	}
	a.root = root
	return nil
}

// discover reads the front page's headers, then the page itself, because page
// caches keep the page and lose its headers.
func (a *api) discover(ctx context.Context) (*apiRoot, error) {
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		response, err := a.frontPage(ctx, method)
		if err != nil {
			return nil, err
		}
		links := append(headerLinks(response.Header), pageLinks(response.Body)...)
		if len(links) > 0 {
			return a.rootAt(links[0])
		}
	}
	// Some sites hide the link. This parameter is read by every WordPress; the
	// first call tells whether one is there.
	return a.rootAt("?rest_route=/")
}

// maxHops bounds the redirects within a site, as from / to /fr/.
const maxHops = 3

// frontPage asks for the front page, without credentials: nobody needs them to
// read it.
func (a *api) frontPage(ctx context.Context, method string) (*rest.Response, error) {
	address := a.base.front()
	for range maxHops {
		request, err := http.NewRequestWithContext(ctx, method, address, nil)
		if err != nil {
			return nil, badAddress(err)
		}
		response, err := rest.Do(a.http, request)
		if err != nil {
			if errors.Is(err, rest.ErrTruncated) && ctx.Err() == nil {
				// A page too large to read is a page without the link.
				return &rest.Response{Header: http.Header{}}, nil
			}
			return nil, a.noAnswer(opDiscover, repeatable, err)
		}
		target := redirectTarget(request.URL, response)
		switch {
		case target == nil && response.Status >= 500 && method == http.MethodGet:
			return nil, a.refused(opDiscover, repeatable, response)
		case target == nil:
			return response, nil
		case origin(target) != origin(request.URL):
			return nil, elsewhere(opDiscover, response.Status, target)
		}
		address = target.String()
	}
	return nil, notWordPress(opDiscover, errors.New("too many redirects"))
}

// redirectTarget is where a redirect leads; nil: it is none.
func redirectTarget(from *url.URL, response *rest.Response) *url.URL {
	if response.Status < 300 || response.Status > 399 {
		return nil
	}
	location, err := url.Parse(response.Header.Get("Location"))
	if err != nil || location.String() == "" {
		return nil
	}
	return from.ResolveReference(location)
}

// rootAt takes the address that the site gives for its API. Credentials go to
// the site that people named and to no other.
func (a *api) rootAt(link string) (*apiRoot, error) {
	reference, err := url.Parse(link)
	if err != nil {
		return nil, notWordPress(opDiscover, err)
	}
	base := a.base.URL
	base.Path += "/"
	root := base.ResolveReference(reference)
	if origin(root) != origin(&base) {
		if !a.keepOrigin {
			return nil, elsewhere(opDiscover, 0, root)
		}
		root.Scheme, root.Host = base.Scheme, base.Host
	}
	root.Fragment, root.User = "", nil
	return &apiRoot{*root}, nil
}

// headerLinks reads the Link headers: <address>; rel="relation", …
func headerLinks(h http.Header) []string {
	var links []string
	for _, line := range h.Values("Link") {
		for part := range strings.SplitSeq(line, ",") {
			target, parameters, _ := strings.Cut(part, ";")
			target = strings.TrimSpace(target)
			if !strings.Contains(parameters, `"`+linkRelation+`"`) ||
				!strings.HasPrefix(target, "<") || !strings.HasSuffix(target, ">") {
				continue
			}
			links = append(links, target[1:len(target)-1])
		}
	}
	return links
}

// pageLinks reads <link rel="…" href="…"> of a page.
func pageLinks(page []byte) []string {
	var links []string
	tokens := html.NewTokenizer(strings.NewReader(string(page)))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return links
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			if token.Data != "link" {
				continue
			}
			attributes := map[string]string{}
			for _, a := range token.Attr {
				attributes[a.Key] = a.Val
			}
			if attributes["rel"] == linkRelation {
				links = append(links, attributes["href"])
			}
		case html.TextToken, html.EndTagToken, html.CommentToken, html.DoctypeToken:
		}
	}
}
