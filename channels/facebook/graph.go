package facebook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	fb "github.com/huandu/facebook/v2"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/rest"
	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/internal/secret"
)

// graph makes single calls of the Graph API for one Page.
type graph struct {
	base  string
	http  http.Client
	app   *fb.App
	token secret.Value
	now   func() time.Time
	log   *slog.Logger
	// told hears what an answer says of the Page's allowances.
	told func([]channels.Budget)
	// served is the version that answered last, where it was not ours.
	served atomic.Pointer[string]
}

// effect says what an unclear outcome of a call means.
type effect int

const (
	// creating calls may have published; the zero value, of all others, is for
	// calls that show nothing new to anybody.
	creating effect = iota + 1
)

// request is one call. The library writes into params: they are made anew for
// each call and belong to it.
type request struct {
	op     string
	effect effect
	method fb.Method
	path   string
	params fb.Params
	// asApp calls with the token of the app instead of the Page's.
	asApp bool
}

// do makes a call once. Its error is a *channels.Error.
func (g *graph) do(ctx context.Context, r request) (fb.Result, error) {
	if g.token.IsZero() {
		return nil, noToken(r.op)
	}
	if err := ctx.Err(); err != nil {
		return nil, g.unanswered(r, &exchange{}, false, err)
	}
	ctx, sent := rest.Track(ctx)
	x := &exchange{next: g.http.Transport}
	session := g.session(r.asApp).WithContext(ctx)
	session.HttpClient = x.client(g.http)
	failpoint.Hit(failpoint.FacebookBeforeCall)
	result, err := session.Api(r.path, r.method, r.params)
	failpoint.Hit(failpoint.FacebookAnswered)
	g.noteVersion(ctx, x.header)
	g.told(budgetsOf(x.header, g.now()))
	if err == nil && result == nil {
		// The library makes this of a body that is just "true" or "null".
		err = errUnreadable
	}
	var refusal *fb.Error
	switch {
	case err == nil:
		return result, nil
	case errors.As(err, &refusal):
		return nil, g.refused(r, x, refusal, result)
	case x.whole:
		return nil, g.unreadable(r, x)
	default:
		return nil, g.unanswered(r, x, sent(), err)
	}
}

// session carries the token in a header: in the address it would be in logs,
// and the library would write it into the parameters.
func (g *graph) session(asApp bool) *fb.Session {
	token := g.token.Reveal()
	if asApp {
		token = g.app.AppAccessToken()
	}
	session := g.app.Session(token)
	session.BaseURL, session.Version = g.base, graphVersion
	session.UseAuthorizationHeader()
	if g.app.AppSecret != "" && !asApp {
		// Cannot fail: the session has its app.
		_ = session.EnableAppsecretProof(true)
	}
	return session
}

// noteVersion notices that Meta retired our version.
func (g *graph) noteVersion(ctx context.Context, header http.Header) {
	served := header.Get("Facebook-Api-Version")
	if served == "" {
		return
	}
	if served == graphVersion {
		g.served.Store(nil)
		return
	}
	if g.served.Swap(&served) == nil {
		g.log.WarnContext(ctx, "facebook: the Graph API answers with another version than ours", "ours", graphVersion, "served", served)
	}
}

var (
	// errNoEnvelope: not an answer of the Graph API.
	errNoEnvelope = errors.New("an answer that is not the Graph API's")
	errUnreadable = errors.New("an answer that cannot be read")
)

// exchange makes one request and keeps what the library does not tell: status,
// headers, and whether the answer was whole. An answer that the library would
// take for a success although it is none becomes an error: Meta's errors have an
// envelope, whatever the status.
type exchange struct {
	next   http.RoundTripper
	status int
	header http.Header
	// whole: the answer was read to its end.
	whole bool
}

// client is a copy of the channel's HTTP client around this exchange.
func (x *exchange) client(like http.Client) *http.Client {
	like.Transport = x
	// A redirect would repeat the request elsewhere, or turn it into a GET.
	like.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &like
}

// RoundTrip implements http.RoundTripper.
func (x *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	next := x.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	x.status, x.header = resp.StatusCode, resp.Header
	body, err := io.ReadAll(io.LimitReader(resp.Body, rest.MaxBody+1))
	if err == nil && len(body) > rest.MaxBody {
		err = rest.ErrTruncated
	}
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", rest.ErrTruncated, err)
	}
	x.whole = true
	if !hasEnvelope(resp.StatusCode, body) {
		return nil, errNoEnvelope
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// hasEnvelope: a failure carries an error with its code, and an error of any
// other shape than Meta's is not one of theirs.
func hasEnvelope(status int, body []byte) bool {
	var envelope struct {
		Error *json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return false
	}
	if envelope.Error == nil {
		return status >= 200 && status < 300
	}
	var e fb.Error
	return json.Unmarshal(*envelope.Error, &e) == nil
}

// causeOf drops the address from an error of net/http: its query may hold the
// token that is being inspected.
func causeOf(err error) error {
	var address *url.Error
	if errors.As(err, &address) {
		return address.Err
	}
	return err
}
