package x

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/secret"
)

// authorizePage is where X asks the person. Source:
// docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code, read
// 2026-11-21.
const authorizePage = "https://x.com/i/oauth2/authorize"

// scope is what Crieur asks for: to publish, with pictures, to read back, and to
// go on without the person.
const scope = "tweet.read tweet.write users.read media.write offline.access"

const opAuthorize = "x.authorize"

var _ channels.Authorizer = Driver{}

// AuthorizePage implements channels.Authorizer.
func (Driver) AuthorizePage(app channels.App, grant channels.Grant) string {
	page := app.Page
	if page == "" {
		page = authorizePage
	}
	challenge := sha256.Sum256([]byte(grant.Verifier.Reveal()))
	return page + "?" + url.Values{
		"response_type": {"code"}, "client_id": {app.ID}, "redirect_uri": {grant.RedirectURL},
		"scope": {scope}, "state": {grant.State},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
	}.Encode()
}

// Authorized implements channels.Authorizer. The code lives for thirty seconds.
func (Driver) Authorized(ctx context.Context, app channels.App, grant channels.Grant, code secret.Value, deps channels.Deps) ([]channels.AuthorizedAccount, error) {
	base := strings.TrimRight(deps.BaseURL, "/")
	if base == "" {
		base = defaultBase
	}
	client := http.Client{}
	if deps.HTTP != nil {
		client = *deps.HTTP
	}
	// A redirect would carry the secrets elsewhere.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	now := deps.Now
	if now == nil {
		now = func() time.Time { return time.Time{} }
	}
	plain := api{base: base, client: withBasic(&client, secret.New(app.ID), app.Secret), authorized: true, now: now, told: func([]channels.Budget) {}}
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code.Reveal()},
		"redirect_uri": {grant.RedirectURL}, "code_verifier": {grant.Verifier.Reveal()},
	}
	var token struct {
		AccessToken  secret.Value `json:"access_token"`
		RefreshToken secret.Value `json:"refresh_token"`
		ExpiresIn    int64        `json:"expires_in"`
	}
	asked := now()
	err := plain.call(ctx, request{
		op: opAuthorize, method: http.MethodPost, path: "/2/oauth2/token",
		contentType: "application/x-www-form-urlencoded", body: []byte(form.Encode()),
	}, &token)
	if e, ok := channels.AsError(err); ok && (e.Kind == channels.Rejected || e.Kind == channels.Permission || e.Kind == channels.Auth) {
		// X answers alike to a code that is over and to keys that are wrong.
		e.Kind, e.Code = channels.Auth, "x.authorization_refused"
		e.Message = "X n’a pas accepté l’autorisation : elle a expiré, ou les clés de l’application ne sont pas les bonnes."
		e.NextStep = "Recommencez. Si cela se reproduit, demandez à la personne qui gère l’installation de vérifier les clés de l’application X."
	}
	if err != nil {
		return nil, err
	}
	if token.AccessToken.IsZero() || token.RefreshToken.IsZero() {
		return nil, &channels.Error{
			Kind: channels.Permission, Op: opAuthorize, Code: "x.no_refresh_token",
			Err:      errors.New("a success without both tokens"),
			Message:  "X n’a pas donné de quoi renouveler l’autorisation.",
			NextStep: "Vérifiez que l’application X est de type « Web App » et qu’elle permet offline.access, puis recommencez.",
		}
	}
	life := accessLife
	if token.ExpiresIn > 0 {
		life = time.Duration(token.ExpiresIn) * time.Second
	}
	expires := asked.Add(life)
	credentials := channels.Credentials{
		credClientID: secret.New(app.ID), credClientSecret: app.Secret,
		credAccessToken: token.AccessToken, credRefreshToken: token.RefreshToken,
	}
	account := &channel{
		api:       api{base: base, client: authenticate(credentials).sign(&client), authorized: true, now: now, told: func([]channels.Budget) {}},
		expiresAt: expires,
	}
	health, err := account.Check(ctx)
	if err != nil {
		return nil, err
	}
	return []channels.AuthorizedAccount{{
		ID: health.AccountID, Name: health.AccountName, URL: health.AccountURL,
		Credentials: credentials, ExpiresAt: expires,
	}}, nil
}
