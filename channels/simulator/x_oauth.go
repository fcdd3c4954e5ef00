package simulator

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// xCodeLife is how long a code of X lives.
const xCodeLife = 30 * time.Second

// clientAccounts are the accounts that an application may be given.
func (x *xNetwork) clientAccounts(client string) []AccountSpec {
	return slices.DeleteFunc(x.server.accountsOf(xName), func(a AccountSpec) bool {
		return client == "" || a.Credentials["client_id"] != client
	})
}

// serveAuthorize is the page where a person gives an application their account.
func (x *xNetwork) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	x.server.serveDialog(w, r, x.grants, dialog{
		network: xName, accounts: x.clientAccounts, choose: true, life: xCodeLife,
		refuse: func(query url.Values) string {
			switch {
			case query.Get("state") == "" || len(query.Get("state")) > 500:
				return "Il faut state, de 500 signes au plus."
			case query.Get("code_challenge") == "" || query.Get("code_challenge_method") != "S256":
				return "Il faut code_challenge, avec la méthode S256."
			case !slices.Contains(strings.Fields(query.Get("scope")), "tweet.write"):
				return "Il faut le droit tweet.write."
			}
			return ""
		},
	})
}

// tradeCode gives tokens for a code.
func (x *xNetwork) tradeCode(r *http.Request) reply {
	form := r.PostForm
	one, ok, _ := x.grants.take(form.Get("code"))
	if !ok || !x.server.now().Before(one.ends) {
		return xTokenRefusal("invalid_request", "Value passed for the authorization code was invalid.")
	}
	spec, known := x.server.accountSpec(xName, one.account)
	challenge := sha256.Sum256([]byte(form.Get("code_verifier")))
	switch {
	case !known || !isClient(r, spec):
		return jsonReply(http.StatusUnauthorized, map[string]string{
			"error": "unauthorized_client", "error_description": "Missing valid authorization header",
		})
	case form.Get("redirect_uri") != one.redirect:
		return xTokenRefusal("invalid_request", "Value passed for the redirect uri did not match the uri of the authorization code.")
	case base64.RawURLEncoding.EncodeToString(challenge[:]) != one.challenge:
		return xTokenRefusal("invalid_request", "Value passed for the code verifier did not match the code challenge.")
	}
	return x.renew(spec)
}
