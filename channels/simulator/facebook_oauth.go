package simulator

import (
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// How long Facebook's codes and tokens of a person live.
const (
	facebookCodeLife  = 10 * time.Minute
	facebookShortLife = 5100 * time.Second
	facebookLongLife  = 60 * 24 * time.Hour
)

// pagesOf are the Pages that an application may be given.
func (f *facebook) pagesOf(app string) []AccountSpec {
	return slices.DeleteFunc(f.server.accountsOf(facebookName), func(a AccountSpec) bool {
		return app == "" || a.Credentials["app_id"] != app
	})
}

// serveDialog is the page where a person gives an application their Pages.
func (f *facebook) serveDialog(w http.ResponseWriter, r *http.Request) {
	f.server.serveDialog(w, r, f.grants, dialog{
		network: facebookName, accounts: f.pagesOf, life: facebookCodeLife,
		refuse: func(query url.Values) string {
			if query.Get("state") == "" {
				return "Il manque state."
			}
			return ""
		},
	})
}

// exchangeToken is /oauth/access_token: a code for a token of the person, or
// that one for one that lives longer.
func (f *facebook) exchangeToken(q *graphRequest) reply {
	app := q.get("client_id")
	pages := f.pagesOf(app)
	if len(q.path) != 2 || q.path[1] != "access_token" || len(pages) == 0 {
		return graphFailure(http.StatusBadRequest, 101, 0, "Error validating application. Cannot get application info due to a system error.")
	}
	if secret := pages[0].Credentials["app_secret"]; secret == "" || q.get("client_secret") != secret {
		return graphFailure(http.StatusBadRequest, 1, 0, "Error validating client secret.")
	}
	if q.get("grant_type") == "fb_exchange_token" {
		return f.longToken(q, pages)
	}
	return f.codeToken(q, app)
}

// codeToken trades a code.
func (f *facebook) codeToken(q *graphRequest, app string) reply {
	one, ok, used := f.grants.take(q.get("code"))
	switch {
	case used:
		return graphFailure(http.StatusBadRequest, 100, 36009, "This authorization code has been used.")
	case !ok || one.client != app:
		return graphFailure(http.StatusBadRequest, 100, 0, "Invalid verification code format.")
	case q.get("redirect_uri") != one.redirect:
		return graphFailure(http.StatusBadRequest, 100, 36008, "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request")
	case !f.server.now().Before(one.ends):
		return graphFailure(http.StatusBadRequest, 100, 36007, "This authorization code has expired.")
	}
	token := "short-" + rand.Text()
	f.mu.Lock()
	f.short[token] = shortToken{app: app, ends: f.server.now().Add(facebookShortLife)}
	f.mu.Unlock()
	return tokenReply(token, facebookShortLife)
}

// longToken trades a token of a person for one of sixty days, with which their
// Pages are listed.
func (f *facebook) longToken(q *graphRequest, pages []AccountSpec) reply {
	f.mu.Lock()
	short, ok := f.short[q.get("fb_exchange_token")]
	f.mu.Unlock()
	if !ok || short.app != q.get("client_id") || !f.server.now().Before(short.ends) {
		return graphFailure(http.StatusBadRequest, 190, 463, "Error validating access token: Session has expired")
	}
	token := "long-" + rand.Text()
	for _, page := range pages {
		page.Credentials = maps.Clone(page.Credentials)
		page.Credentials["user_access_token"] = token
		if err := f.server.AddAccount(page); err != nil {
			return reply{Status: http.StatusInsufficientStorage, Header: http.Header{}, Body: []byte(err.Error())}
		}
	}
	return tokenReply(token, facebookLongLife)
}

func tokenReply(token string, life time.Duration) reply {
	return jsonReply(http.StatusOK, map[string]any{
		"access_token": token, "token_type": "bearer", "expires_in": int(life / time.Second),
	})
}

// shortToken is a token of a person before it was exchanged.
type shortToken struct {
	app  string
	ends time.Time
}

// isDialog reports whether a path is that of the page, and not of the API.
func isDialog(path string) bool { return strings.Trim(path, "/") == "dialog/oauth" }
