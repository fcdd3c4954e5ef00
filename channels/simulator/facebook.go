package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const facebookName = "facebook"

// facebook imitates the part of the Graph API with which a Page is run, as
// Meta documented it in November 2026 (developers.facebook.com/docs/graph-api
// and /docs/pages-api). What an account can be told by its settings and
// credentials:
//
//	page_access_token   the token of the Page
//	user_access_token   a user's token, for /me/accounts
//	app_id, app_secret  the app; with a secret, appsecret_proof is checked
//	require_proof       "true": calls without appsecret_proof are refused
//	expires_at          Unix seconds after which the token is dead
//	data_access_expires_at, scopes   as debug_token reports them
//	redirect_uri        (trait) where the app's dialog sends people back
//	calls_per_day       quota of calls; past it, error 80001
type facebook struct {
	server *Server

	mu    sync.Mutex
	usage map[string]*facebookUsage // by Page
	// short are tokens of persons, before they were exchanged.
	short map[string]shortToken

	grants *grants
}

// facebookUsage counts the calls of a Page since Start, for a day.
type facebookUsage struct {
	start time.Time
	calls int
}

func (s *Server) facebookNetwork() network {
	f := &facebook{server: s, usage: map[string]*facebookUsage{}, short: map[string]shortToken{}, grants: newGrants()}
	return network{
		name:    facebookName,
		handler: f,
		practice: AccountSpec{
			Network: facebookName, ID: "100064000000001", Name: "Commune de Valmeuse",
			Settings:    map[string]string{"page_id": "100064000000001"},
			Credentials: map[string]string{"page_access_token": "practice-facebook-page-token"},
		},
	}
}

// facebookVersions are the versions of the Graph API, oldest first, and the
// days on which they end. A dead version is served as the oldest living one.
func facebookVersions() []facebookVersion {
	day := func(year int, month time.Month, d int) time.Time {
		return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
	}
	return []facebookVersion{
		{"v20.0", day(2026, 9, 24)},
		{"v21.0", day(2027, 1, 21)},
		{"v22.0", day(2027, 5, 20)},
		{"v23.0", day(2027, 10, 8)},
		{"v24.0", day(2028, 2, 18)},
		{"v25.0", day(2028, 7, 29)},
		{"v26.0", day(9999, 1, 1)},
	}
}

type facebookVersion struct {
	name string
	ends time.Time
}

// servedVersion is the version that answers for a wanted one.
func servedVersion(wanted string, now time.Time) (string, bool) {
	oldest := ""
	found := false
	for _, v := range facebookVersions() {
		alive := now.Before(v.ends)
		if alive && oldest == "" {
			oldest = v.name
		}
		if v.name == wanted {
			if alive {
				return wanted, true
			}
			found = true
		}
	}
	return oldest, found
}

// ServeHTTP sees paths below /facebook.
func (f *facebook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	version, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	served, known := servedVersion(version, f.server.now())
	if !known {
		graphFailure(http.StatusBadRequest, 2500, 0, "Unknown path components: /"+version).write(w)
		return
	}
	if isDialog(path) {
		f.serveDialog(w, r)
		return
	}
	w.Header().Set("Facebook-Api-Version", served)
	w.Header().Set("X-Fb-Trace-Id", "simulated")
	params, err := readGraphParams(r)
	if err != nil {
		graphFailure(http.StatusBadRequest, 100, 0, "The request could not be read").write(w)
		return
	}
	q := &graphRequest{
		Request: r, graphParams: params, version: version,
		method: params.method(r.Method),
		path:   strings.Split(strings.Trim(path, "/"), "/"),
	}
	f.identify(q)
	f.route(w, q)
}

// graphRequest is one call, read and identified.
type graphRequest struct {
	*http.Request
	graphParams
	version string
	method  string
	path    []string
	token   string
	// page is the account of the token; zero with a refusal.
	page AccountSpec
	// user: the token is that of a user, not of a Page.
	user    bool
	refusal *reply
}

// identify finds the account of the request's token, or the refusal that
// every call with it gets.
func (f *facebook) identify(q *graphRequest) {
	q.token = q.get("access_token")
	if scheme, token, ok := strings.Cut(q.Header.Get("Authorization"), " "); ok && q.token == "" {
		if strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "OAuth") {
			q.token = token
		}
	}
	refuse := func(code, subcode int, message string) {
		failure := graphFailure(http.StatusBadRequest, code, subcode, message)
		q.refusal = &failure
	}
	if q.token == "" {
		refuse(2500, 0, "An active access token must be used to query information about the current user.")
		return
	}
	found := false
	q.page, found = f.server.findAccount(facebookName, func(a AccountSpec) bool {
		return a.Credentials["page_access_token"] == q.token
	})
	if !found {
		q.page, found = f.server.findAccount(facebookName, func(a AccountSpec) bool {
			return a.Credentials["user_access_token"] == q.token
		})
		q.user = found
	}
	switch {
	case !found:
		refuse(190, 0, "Invalid OAuth access token - Cannot parse access token")
	case f.expired(q.page):
		refuse(190, 463, "Error validating access token: Session has expired")
	case !proofHolds(q):
		refuse(104, 0, "Invalid appsecret_proof provided in the API argument")
	case q.has("date_format"):
		refuse(100, 0, "(#100) date_format is no longer supported")
	}
}

func (f *facebook) expired(page AccountSpec) bool {
	expires, err := strconv.ParseInt(page.Settings["expires_at"], 10, 64)
	return err == nil && expires > 0 && !f.server.now().Before(time.Unix(expires, 0))
}

func proofHolds(q *graphRequest) bool {
	proof, secret := q.get("appsecret_proof"), q.page.Credentials["app_secret"]
	if proof == "" {
		return q.page.Settings["require_proof"] != "true"
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(q.token))
	return secret != "" && hmac.Equal([]byte(proof), []byte(hex.EncodeToString(mac.Sum(nil))))
}

// route names the operation and carries it out.
func (f *facebook) route(w http.ResponseWriter, q *graphRequest) {
	operation, execute := f.operation(q)
	c := call{Network: facebookName, Account: f.accountOf(q), Operation: operation}
	f.server.call(w, q.Request, c, func() reply {
		switch {
		case q.path[0] == "debug_token":
			return f.debugToken(q)
		case q.path[0] == "oauth":
			return f.exchangeToken(q)
		case q.refusal != nil:
			return *q.refusal
		case execute == nil:
			return graphFailure(http.StatusBadRequest, 2500, 0, "Unknown path components: /"+strings.Join(q.path, "/"))
		}
		usage, over := f.count(q.page)
		var answer reply
		if over {
			answer = graphFailure(http.StatusBadRequest, 80001, 0, "(#80001) There have been too many calls to this Page account.")
		} else {
			answer = execute(q)
		}
		for name, value := range usage {
			answer.Header.Set(name, value)
		}
		return answer
	})
}

// accountOf is the account that a call concerns: that of the token, else the
// one that the path or the inspected token names.
func (f *facebook) accountOf(q *graphRequest) string {
	if q.page.ID != "" {
		return q.page.ID
	}
	if q.path[0] == "debug_token" {
		if page, ok := f.inspected(q); ok {
			return page.ID
		}
	}
	id, _, _ := strings.Cut(q.path[0], "_")
	if page, ok := f.server.accountSpec(facebookName, id); ok {
		return page.ID
	}
	return ""
}

// operation names a call for faults, and its handler; nil when the API has no
// such call.
func (f *facebook) operation(q *graphRequest) (string, func(*graphRequest) reply) {
	node, edge := q.path[0], ""
	if len(q.path) > 2 {
		return opRead, nil
	}
	if len(q.path) == 2 {
		edge = q.path[1]
	}
	onPage := node == "me" || node == q.page.ID
	switch q.method + " " + edge {
	case "POST access_token", "GET access_token":
		return opToken, nil
	case "POST feed":
		return opPost, f.createPost
	case "POST photos":
		if q.get("published") == "false" {
			return opMedia, f.createPhoto
		}
		return opPost, f.createPhoto
	case "GET published_posts", "GET posts", "GET feed":
		return opRead, f.listPosts
	case "GET accounts":
		return opCheck, f.listAccounts
	case "GET permissions":
		return opCheck, f.listPermissions
	case "GET ":
		switch {
		case node == "":
			return opRead, func(*graphRequest) reply {
				return graphFailure(http.StatusBadRequest, 100, 0, "(#100) The ids parameter is no longer supported")
			}
		case node == "debug_token":
			return opCheck, f.debugToken
		case onPage:
			return opCheck, f.readPage
		}
		if _, ok := f.server.accountSpec(facebookName, node); ok {
			return opCheck, f.readPage
		}
		return opRead, f.readObject
	case "POST ":
		return opUpdate, f.updatePost
	case "DELETE ":
		return opDelete, f.deleteObject
	}
	return opRead, nil
}

// ownsPage reports whether the path's first part is the token's Page.
func (q *graphRequest) ownsPage() bool {
	return !q.user && (q.path[0] == "me" || q.path[0] == q.page.ID)
}

// count counts a call of a Page and returns the usage headers, and whether the
// call is over the quota.
func (f *facebook) count(page AccountSpec) (headers map[string]string, over bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.server.now()
	u, ok := f.usage[page.ID]
	if !ok || now.Sub(u.start) >= 24*time.Hour {
		u = &facebookUsage{start: now}
		f.usage[page.ID] = u
	}
	quota, err := strconv.Atoi(page.Settings["calls_per_day"])
	if err != nil || quota <= 0 {
		quota = 1_000_000
	}
	over = u.calls >= quota
	if !over {
		u.calls++
	}
	percent, minutes := u.calls*100/quota, 0
	if over {
		minutes = int(u.start.Add(24*time.Hour).Sub(now)/time.Minute) + 1
	}
	share := fmt.Sprintf(`{"call_count":%d,"total_time":%d,"total_cputime":%d}`, percent, percent/2, percent/2)
	return map[string]string{
		"X-App-Usage":  share,
		"X-Page-Usage": share,
		"X-Business-Use-Case-Usage": fmt.Sprintf(
			`{"%s":[{"type":"pages","call_count":%d,"total_cputime":%d,"total_time":%d,"estimated_time_to_regain_access":%d}]}`,
			page.ID, percent, percent/2, percent/2, minutes),
	}, over
}
