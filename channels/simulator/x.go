package simulator

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const xName = "x"

// xNetwork imitates the part of the X API v2 with which an account is run, as
// docs.x.com and its OpenAPI description (2.159 and 2.167) had it in November
// 2026. What an account can be told by its settings:
//
//	username          its @name
//	credits           "0": no credit is left, every billed call is 402
//	usage_cap         "Daily" or "Monthly": the cap is reached
//	posts_per_window  posts in one window, 100 by default; "0": any number
//	window_seconds    how long a window is, 900 by default: tests have no time
//	posts_per_day     posts of the user in 24 hours; by default the headers of
//	                  the user's day are left out
//	app_per_day       posts of the application in 24 hours, likewise
//	naming            "post": read answers use the names of 2.167
//	access            "read": the application may not write
//	suspended         "true"
//	redirect_uri      where the application's page sends people back
//
// Its credentials are those of OAuth 1.0a (consumer_key, consumer_secret,
// access_token, access_token_secret), of OAuth 2.0 (client_id, client_secret,
// access_token, refresh_token), or both. An expired or renewed OAuth 2.0 token
// is kept as a credential of the account.
type xNetwork struct {
	server *Server

	mu sync.Mutex
	// windows count calls, by account or application, and endpoint.
	windows map[string]*xWindow
	uploads map[string]*xUpload
	// ends is when an access token of OAuth 2.0 ends; without an entry: never.
	ends map[string]time.Time
	// spent are refresh tokens that were used, with the account of their family.
	spent map[string]string

	grants *grants
}

type xWindow struct {
	start time.Time
	calls int
}

func (s *Server) xNetwork() network {
	x := &xNetwork{
		server: s, windows: map[string]*xWindow{}, uploads: map[string]*xUpload{},
		ends: map[string]time.Time{}, spent: map[string]string{}, grants: newGrants(),
	}
	return network{
		name:    xName,
		handler: x.routes(),
		practice: AccountSpec{
			Network: xName, ID: "1500000000000000001", Name: "Commune de Valmeuse",
			Traits: map[string]string{"username": "valmeuse"},
			Credentials: map[string]string{ //nolint:gosec // of a network that is not there
				"consumer_key": "practice-x-consumer", "consumer_secret": "practice-x-consumer-secret",
				"access_token": "practice-x-access", "access_token_secret": "practice-x-access-secret",
			},
		},
	}
}

// xRequest is one call, read and identified.
type xRequest struct {
	*http.Request
	body []byte
	// user is the account of the credentials; zero with a refusal.
	user    AccountSpec
	refusal *reply
	// limits are the headers of the call's rate limit.
	limits http.Header
}

// xEndpoint is one call of the API.
type xEndpoint struct {
	pattern   string
	operation string
	// perWindow is how many calls a user has in 15 minutes.
	perWindow int
	// free calls cost nothing, also without credit.
	free bool
	run  func(*xRequest) reply
}

func (x *xNetwork) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2/oauth2/token", x.serveToken)
	mux.HandleFunc("GET /i/oauth2/authorize", x.serveAuthorize)
	mux.HandleFunc("POST /i/oauth2/authorize", x.serveAuthorize)
	for _, e := range []xEndpoint{
		{"GET /2/users/me", opCheck, 75, false, x.readMe},
		{"GET /2/users/{id}/tweets", opRead, 900, false, x.readTimeline},
		{"POST /2/tweets", opPost, 100, false, x.createPost},
		{"DELETE /2/tweets/{id}", opDelete, 50, false, x.deletePost},
		{"POST /2/media/upload", opMedia, 500, true, x.uploadImage},
		{"POST /2/media/upload/initialize", opMedia, 1875, true, x.initializeUpload},
		{"POST /2/media/upload/{id}/append", opMedia, 1875, true, x.appendUpload},
		{"POST /2/media/upload/{id}/finalize", opMedia, 1875, true, x.finalizeUpload},
		{"GET /2/media/upload", opRead, 500, true, x.readUpload},
		{"POST /2/media/metadata", opAlt, 500, false, x.describeMedia},
	} {
		mux.HandleFunc(e.pattern, func(w http.ResponseWriter, r *http.Request) { x.serve(w, r, e) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		xProblem(http.StatusNotFound, "Not Found", "about:blank", "Not Found").write(w)
	})
	return mux
}

func (x *xNetwork) serve(w http.ResponseWriter, r *http.Request, e xEndpoint) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		xInvalid("body", "The request body could not be read.").write(w)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	q := &xRequest{Request: r, body: body, limits: http.Header{}}
	x.identify(q)
	c := call{Network: xName, Account: q.user.ID, Operation: e.operation}
	x.server.call(w, r, c, func() reply {
		answer := x.answer(q, e)
		for name, values := range q.limits {
			answer.Header[name] = values
		}
		return answer
	})
}

func (x *xNetwork) answer(q *xRequest, e xEndpoint) reply {
	if q.refusal != nil {
		return *q.refusal
	}
	settings := q.user.Traits
	write := q.Method != http.MethodGet
	switch {
	case settings["suspended"] == "true" && write:
		return xProblem(http.StatusForbidden, "Forbidden", xProblems+"user-suspended",
			"Your account is suspended and is not permitted to access this feature.")
	case settings["access"] == "read" && write:
		return xProblem(http.StatusForbidden, "Forbidden", xProblems+"oauth1-permissions",
			"Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.")
	case settings["credits"] == "0" && !e.free:
		return xProblem(http.StatusPaymentRequired, "CreditsDepleted", xProblems+"credits",
			"Your enrolled account does not have any credits to fulfill this request.")
	case settings["usage_cap"] != "" && !e.free:
		return jsonReply(http.StatusTooManyRequests, map[string]any{
			"title": "UsageCapExceeded", "type": xProblems + "usage-capped", "status": http.StatusTooManyRequests,
			"detail": "Usage cap exceeded: " + settings["usage_cap"] + " product cap",
			"period": settings["usage_cap"], "scope": "Product",
		})
	case !x.count(q, e):
		return xProblem(http.StatusTooManyRequests, "Too Many Requests", "about:blank", "Too Many Requests")
	}
	return e.run(q)
}

// xAllowance is one allowance that a call spends.
type xAllowance struct {
	// header begins the names of its headers.
	header string
	// of is who has it: a user or an application.
	of     string
	limit  int
	window time.Duration
}

// allowances are those that a call spends: the user's window, and for posts
// the day of the user and of the application.
func (x *xNetwork) allowances(q *xRequest, e xEndpoint) []xAllowance {
	traits := q.user.Traits
	window := 15 * time.Minute
	if seconds, ok := number(traits["window_seconds"]); ok && seconds > 0 {
		window = time.Duration(seconds) * time.Second
	}
	limit := e.perWindow
	if own, ok := number(traits["posts_per_window"]); ok && e.operation == opPost {
		limit = own
	}
	all := []xAllowance{{header: "X-Rate-Limit", of: q.user.ID, limit: limit, window: window}}
	if e.operation == opPost {
		application := q.user.Credentials["consumer_key"] + q.user.Credentials["client_id"]
		for _, day := range []xAllowance{
			{header: "X-User-Limit-24hour", of: "day of " + q.user.ID},
			{header: "X-App-Limit-24hour", of: "application " + application},
		} {
			day.window = 24 * time.Hour
			day.limit, _ = number(traits[map[string]string{"X-User-Limit-24hour": "posts_per_day", "X-App-Limit-24hour": "app_per_day"}[day.header]])
			all = append(all, day)
		}
	}
	return slices.DeleteFunc(all, func(a xAllowance) bool { return a.limit == 0 })
}

// count counts a call and reports whether it is within every allowance. A call
// that is not within one of them spends none.
func (x *xNetwork) count(q *xRequest, e xEndpoint) bool {
	allowances := x.allowances(q, e)
	x.mu.Lock()
	defer x.mu.Unlock()
	now := x.server.now()
	within := true
	windows := make([]*xWindow, len(allowances))
	for i, a := range allowances {
		key := a.of + " " + e.pattern
		w, ok := x.windows[key]
		if !ok || now.Sub(w.start) >= a.window {
			w = &xWindow{start: now}
			x.windows[key] = w
		}
		windows[i] = w
		within = within && w.calls < a.limit
	}
	for i, a := range allowances {
		w := windows[i]
		if within {
			w.calls++
		}
		// The reset is a whole second, and not before the window ends.
		reset := w.start.Add(a.window).Add(time.Second - 1).Unix()
		q.limits.Set(a.header+"-Limit", itoa(a.limit))
		q.limits.Set(a.header+"-Remaining", itoa(max(a.limit-w.calls, 0)))
		q.limits.Set(a.header+"-Reset", itoa(int(reset)))
	}
	return within
}

// nextID is an id in the manner of X: numbers that grow with time.
func (x *xNetwork) nextID() string {
	const first = 1_990_000_000_000_000_000
	return itoa(first + int(x.server.nextNumber()))
}

func (x *xNetwork) readMe(q *xRequest) reply {
	return jsonReply(http.StatusOK, map[string]any{"data": map[string]any{
		"id": q.user.ID, "name": q.user.Name, "username": xUsername(q.user),
	}})
}

func xUsername(spec AccountSpec) string {
	if name := spec.Traits["username"]; name != "" {
		return name
	}
	return "user" + strings.TrimLeft(spec.ID, "_")
}
