package simulator

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // HMAC-SHA1 is what OAuth 1.0a on X signs with
	"encoding/base64"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// identify finds the account of the request's credentials, or the refusal that
// every call with them gets.
func (x *xNetwork) identify(q *xRequest) {
	scheme, rest, _ := strings.Cut(q.Header.Get("Authorization"), " ")
	found := false
	switch {
	case strings.EqualFold(scheme, "OAuth"):
		q.user, found = x.signed(q, rest)
	case strings.EqualFold(scheme, "Bearer"):
		q.user, found = x.bearer(rest)
	}
	if !found {
		q.user = AccountSpec{}
		refusal := xUnauthorized()
		q.refusal = &refusal
	}
}

func (x *xNetwork) bearer(token string) (AccountSpec, bool) {
	spec, found := x.server.findAccount(xName, func(a AccountSpec) bool {
		// A token of OAuth 1.0a is not a bearer token.
		return token != "" && a.Credentials["access_token_secret"] == "" && a.Credentials["access_token"] == token
	})
	x.mu.Lock()
	defer x.mu.Unlock()
	if end, ok := x.ends[token]; ok && !x.server.now().Before(end) {
		return AccountSpec{}, false
	}
	return spec, found
}

// signed checks an OAuth 1.0a header (RFC 5849) with the secrets of the account
// that it names.
func (x *xNetwork) signed(q *xRequest, header string) (AccountSpec, bool) {
	oauth := oauthParameters(header)
	spec, found := x.server.findAccount(xName, func(a AccountSpec) bool {
		return a.Credentials["access_token_secret"] != "" &&
			a.Credentials["consumer_key"] == oauth["oauth_consumer_key"] &&
			a.Credentials["access_token"] == oauth["oauth_token"]
	})
	if !found || oauth["oauth_signature_method"] != "HMAC-SHA1" ||
		oauth["oauth_nonce"] == "" || oauth["oauth_timestamp"] == "" {
		return AccountSpec{}, false
	}
	given, err := base64.StdEncoding.DecodeString(oauth["oauth_signature"])
	if err != nil {
		return AccountSpec{}, false
	}
	key := oauthEscape(spec.Credentials["consumer_secret"]) + "&" + oauthEscape(spec.Credentials["access_token_secret"])
	path, _, _ := strings.Cut(q.RequestURI, "?")
	// Which scheme the client used is not seen behind a proxy.
	for _, address := range []string{"http://" + q.Host + path, "https://" + q.Host + path, x.server.opts.PublicURL + path} {
		mac := hmac.New(sha1.New, []byte(key))
		_, _ = io.WriteString(mac, signatureBase(q, address, oauth)) // a hash takes everything
		if hmac.Equal(mac.Sum(nil), given) {
			return spec, true
		}
	}
	return AccountSpec{}, false
}

// oauthParameters reads the pairs of an Authorization header.
func oauthParameters(header string) map[string]string {
	parameters := map[string]string{}
	for pair := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if value, err := url.PathUnescape(strings.Trim(value, `"`)); err == nil {
			parameters[name] = value
		}
	}
	return parameters
}

// signatureBase is what is signed (RFC 5849, section 3.4.1): the method, the
// address without its default port, and the sorted parameters of the query, the
// header, and a form, but of no other body.
func signatureBase(q *xRequest, address string, oauth map[string]string) string {
	address = strings.TrimSuffix(address, "/")
	if u, err := url.Parse(address); err == nil {
		u.Host = strings.ToLower(u.Host)
		if u.Scheme == "http" && u.Port() == "80" || u.Scheme == "https" && u.Port() == "443" {
			u.Host = u.Hostname()
		}
		address = u.String()
	}
	var pairs []string
	add := func(name, value string) { pairs = append(pairs, oauthEscape(name)+"="+oauthEscape(value)) }
	for name, value := range oauth {
		if name != "oauth_signature" && name != "realm" {
			add(name, value)
		}
	}
	values := q.URL.Query()
	if kind, _, err := mime.ParseMediaType(q.Header.Get("Content-Type")); err == nil && kind == formType {
		if form, err := url.ParseQuery(string(q.body)); err == nil {
			maps.Copy(values, form)
		}
	}
	for name, all := range values {
		for _, value := range all {
			add(name, value)
		}
	}
	slices.Sort(pairs)
	return q.Method + "&" + oauthEscape(address) + "&" + oauthEscape(strings.Join(pairs, "&"))
}

const formType = "application/x-www-form-urlencoded"

func oauthEscape(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// xAccessLife is how long an access token of OAuth 2.0 lives.
const xAccessLife = 7200 * time.Second

// serveToken gives an access token for a code, or renews one. A refresh token works once; to use it
// again kills all tokens that came of it.
func (x *xNetwork) serveToken(w http.ResponseWriter, r *http.Request) {
	err := r.ParseForm()
	form := r.PostForm
	if err == nil && form.Get("grant_type") == "authorization_code" {
		x.server.call(w, r, call{Network: xName, Operation: opToken}, func() reply { return x.tradeCode(r) })
		return
	}
	token := form.Get("refresh_token")
	x.mu.Lock()
	family := x.spent[token]
	x.mu.Unlock()
	spec, alive := x.server.findAccount(xName, func(a AccountSpec) bool {
		return token != "" && a.Credentials["refresh_token"] == token
	})
	if alive {
		family = spec.ID
	}
	x.server.call(w, r, call{Network: xName, Account: family, Operation: opToken}, func() reply {
		switch {
		case err != nil, form.Get("grant_type") != "refresh_token", token == "":
			return xTokenRefusal("invalid_request", "Missing required parameter [grant_type].")
		case !alive && family != "":
			return x.killFamily(family)
		case !alive:
			return xTokenRefusal("invalid_request", "Value passed for the token was invalid.")
		case !isClient(r, spec):
			return jsonReply(http.StatusUnauthorized, map[string]string{
				"error": "unauthorized_client", "error_description": "Missing valid authorization header",
			})
		}
		return x.renew(spec)
	})
}

// isClient checks the application: by its secret where it has one, else by its
// id in the form.
func isClient(r *http.Request, spec AccountSpec) bool {
	id, password, ok := r.BasicAuth()
	if ok {
		id, _ = url.QueryUnescape(id)             // what cannot be read is not the id
		password, _ = url.QueryUnescape(password) // nor the secret
	} else {
		id = r.PostForm.Get("client_id")
	}
	return id != "" && id == spec.Credentials["client_id"] && password == spec.Credentials["client_secret"]
}

func (x *xNetwork) renew(spec AccountSpec) reply {
	access, refresh := rand.Text(), rand.Text()
	used := spec.Credentials["refresh_token"]
	spec.Credentials = maps.Clone(spec.Credentials)
	spec.Credentials["access_token"], spec.Credentials["refresh_token"] = access, refresh
	if err := x.server.AddAccount(spec); err != nil {
		return reply{Status: http.StatusInsufficientStorage, Header: http.Header{}, Body: []byte(err.Error())}
	}
	x.mu.Lock()
	x.spent[used] = spec.ID
	x.ends[access] = x.server.now().Add(xAccessLife)
	x.mu.Unlock()
	return jsonReply(http.StatusOK, map[string]any{
		"token_type": "bearer", "expires_in": int(xAccessLife / time.Second),
		"access_token": access, "refresh_token": refresh,
		"scope": "tweet.read tweet.write users.read media.write offline.access",
	})
}

func (x *xNetwork) killFamily(account string) reply {
	spec, ok := x.server.accountSpec(xName, account)
	if ok {
		spec.Credentials = maps.Clone(spec.Credentials)
		delete(spec.Credentials, "access_token")
		delete(spec.Credentials, "refresh_token")
		if err := x.server.AddAccount(spec); err != nil {
			return reply{Status: http.StatusInsufficientStorage, Header: http.Header{}, Body: []byte(err.Error())}
		}
	}
	return xTokenRefusal("invalid_request", "Value passed for the token was invalid.")
}

func xTokenRefusal(code, description string) reply {
	return jsonReply(http.StatusBadRequest, map[string]string{"error": code, "error_description": description})
}
