package importing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/crieur/crieur/channels/rest"
	"github.com/crieur/crieur/internal/egress"
)

// Bounds of one request to a source.
const (
	maxBody      = 10 << 20
	maxRedirects = 5
	fetchTimeout = 30 * time.Second
	maxURL       = 2000
)

// What a request can end with. Each gives people another next step.
var (
	errAddress   = errors.New("importing: not an address of the web")
	errRedirects = errors.New("importing: too many redirects")
	errTooLarge  = errors.New("importing: the answer is too large")
	errUnread    = errors.New("importing: the answer cannot be read")
)

// statusError is an answer other than 200 and 304.
type statusError struct {
	status int
	// retryAt is when the source wants to be asked again; zero: it does not say.
	retryAt time.Time
}

func (e *statusError) Error() string { return fmt.Sprintf("importing: status %d", e.status) }

// fetcher asks sources. Its client checks each address when it connects.
type fetcher struct {
	http *http.Client
	now  func() time.Time
	// agent lets the owner of a site see who reads it.
	agent string
}

// question is one request.
type question struct {
	url    string
	accept string
	// etag and lastModified are those of the answer before.
	etag, lastModified string
}

// page is a whole answer.
type page struct {
	// url is where the answer came from, after redirects.
	url                *url.URL
	header             http.Header
	body               []byte
	unchanged          bool
	etag, lastModified string
}

// get asks, following redirects one by one: each is an address that is checked
// like the first.
func (f *fetcher) get(ctx context.Context, q question) (*page, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	address := q.url
	for range maxRedirects + 1 {
		at, err := webAddress(address)
		if err != nil {
			return nil, err
		}
		p, next, err := f.once(ctx, at, q)
		if err != nil || p != nil {
			return p, err
		}
		address = next
	}
	return nil, errRedirects
}

// webAddress reads an address that may be asked.
func webAddress(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.Join(errAddress, err)
	case len(text) > maxURL, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", u.User != nil:
		return nil, errAddress
	}
	return u, nil
}

// once asks one address; next is where it redirects to.
func (f *fetcher) once(ctx context.Context, at *url.URL, q question) (p *page, next string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, "", errors.Join(errAddress, err)
	}
	req.Header.Set("User-Agent", f.agent)
	req.Header.Set("Accept", q.accept)
	if q.etag != "" {
		req.Header.Set("If-None-Match", q.etag)
	}
	if q.lastModified != "" {
		req.Header.Set("If-Modified-Since", q.lastModified)
	}
	resp, err := f.http.Do(req) // #nosec G704 -- the client checks addresses when it connects
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	switch resp.StatusCode {
	case http.StatusOK:
		body, err := readBounded(resp.Body)
		if err != nil {
			return nil, "", err
		}
		return &page{
			url: at, header: resp.Header, body: body,
			etag: bounded(resp.Header.Get("ETag")), lastModified: bounded(resp.Header.Get("Last-Modified")),
		}, "", nil
	case http.StatusNotModified:
		return &page{url: at, header: resp.Header, unchanged: true, etag: q.etag, lastModified: q.lastModified}, "", nil
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		target, err := at.Parse(resp.Header.Get("Location"))
		if err != nil || resp.Header.Get("Location") == "" {
			return nil, "", errors.Join(errAddress, err)
		}
		return nil, target.String(), nil
	default:
		return nil, "", &statusError{status: resp.StatusCode, retryAt: rest.RetryAfter(resp.Header, f.now())}
	}
}

func readBounded(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxBody {
		return nil, errTooLarge
	}
	return body, nil
}

// bounded drops a value that nobody needs to keep.
func bounded(header string) string {
	const most = 500
	if len(header) > most {
		return ""
	}
	return header
}

// refusedAddress reports whether an address was not public.
func refusedAddress(err error) bool { return errors.Is(err, egress.ErrForbiddenAddress) }
