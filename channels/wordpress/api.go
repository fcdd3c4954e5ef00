package wordpress

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/rest"
	"github.com/crieur/crieur/internal/secret"
)

// Operations, as errors name them.
const (
	opDiscover = "wordpress.discover"
	opCheck    = "wordpress.check"
	opLookup   = "wordpress.lookup"
	opMedia    = "wordpress.media"
	opCategory = "wordpress.category"
	opAuthor   = "wordpress.author"
	opCreate   = "wordpress.post"
	opUpdate   = "wordpress.update"
	opDelete   = "wordpress.delete"
)

// effect is what a call may have done when its answer is lost.
type effect bool

const (
	// repeatable: reading, or a step that publishes nothing and is looked for
	// before it is made again.
	repeatable effect = false
	// creating: the post may be visible.
	creating effect = true
)

// api speaks to one site's REST API as one user.
type api struct {
	base       *siteURL
	addressErr error
	// keepOrigin: the site believes that it stands elsewhere, and we reach it
	// at base all the same.
	keepOrigin bool
	http       *http.Client
	now        func() time.Time
	// told hears until when the site wants to be left alone.
	told     func([]channels.Budget)
	user     string
	password secret.Value

	// discoverable holds one token while root is being found; root is nil
	// before.
	discoverable chan struct{}
	root         *apiRoot
}

// request is one call.
type request struct {
	op     string
	effect effect
	method string
	// route is below the root, as "/wp/v2/posts".
	route string
	query url.Values
	// contentType and body are empty for reads.
	contentType string
	body        []byte
}

// withJSON adds a JSON body. The values are ours and always encode.
func (r request) withJSON(value any) (request, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return r, &channels.Error{Kind: channels.Internal, Op: r.op, Code: "wordpress.encode", Err: err}
	}
	r.contentType, r.body = "application/json", body
	return r, nil
}

// do makes a call and reads its answer into out. On a refusal it returns the
// answer beside the *channels.Error.
func (a *api) do(ctx context.Context, r request, out any) (*rest.Response, error) {
	if err := a.connect(ctx); err != nil {
		return nil, err
	}
	var body *bytes.Reader
	call, err := http.NewRequestWithContext(ctx, r.method, a.root.endpoint(r.route, r.query), nil)
	if err != nil {
		return nil, badAddress(err)
	}
	if r.body != nil {
		body = bytes.NewReader(r.body)
		// GetBody stays nil, so that no transport can send the body twice.
		call.Body, call.ContentLength = noCloser{body}, int64(len(r.body))
		call.Header.Set("Content-Type", r.contentType)
	}
	call.Header.Set("Accept", "application/json")
	call.SetBasicAuth(a.user, a.password.Reveal())
	response, err := rest.Do(a.http, call)
	if err != nil {
		return nil, a.noAnswer(r.op, r.effect, err)
	}
	a.told(channels.RetryAfterBudget(rest.RetryAfter(response.Header, a.now())))
	if response.Status < 200 || response.Status > 299 {
		return response, a.refused(r.op, r.effect, response)
	}
	if err := decode(response.Body, out); err != nil {
		return response, unreadable(r.op, r.effect, response, err)
	}
	return response, nil
}

// noCloser gives a reader the Close of a request's body.
type noCloser struct{ *bytes.Reader }

func (noCloser) Close() error { return nil }

// send is do with a JSON body.
func (a *api) send(ctx context.Context, r request, value, out any) (*rest.Response, error) {
	r, err := r.withJSON(value)
	if err != nil {
		return nil, err
	}
	return a.do(ctx, r, out)
}

// maxNoise bounds the places at which JSON is looked for.
const maxNoise = 64

// decode reads JSON. PHP may print notices before it.
func decode(body []byte, out any) error {
	err := json.Unmarshal(body, out)
	if err == nil {
		return nil
	}
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		return err
	}
	for at, tries := 0, 0; tries < maxNoise; tries++ {
		next := bytes.IndexAny(body[at:], "{[")
		if next < 0 {
			break
		}
		at += next
		if json.Valid(body[at:]) {
			return json.Unmarshal(body[at:], out)
		}
		at++
	}
	return err
}
