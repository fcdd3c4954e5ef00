package x

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/secret"
)

// accessLife is how long an access token lives where X does not say (7,200
// seconds in its documentation, read 2026-11-21).
const accessLife = 2 * time.Hour

// renewing is a channel whose access token ends and can be renewed.
type renewing struct {
	*channel
	auth authorization
	// plain speaks to X without the access token.
	plain api
}

// Check implements channels.Channel. X says when a token ends only as it gives
// one: of a token that people entered nobody knows, so it counts as ending now,
// and is renewed before it is relied upon.
func (r *renewing) Check(ctx context.Context) (channels.Health, error) {
	health, err := r.channel.Check(ctx)
	if err == nil && health.ExpiresAt.IsZero() {
		health.ExpiresAt = r.plain.now()
	}
	return health, err
}

// Renew implements channels.Renewer. The refresh token works once: the new
// credentials must be stored before anything else is done, and of two renewals
// at once one kills the other.
func (r *renewing) Renew(ctx context.Context) (channels.Credentials, time.Time, error) {
	form := url.Values{
		"grant_type":    {"refresh_token"},
		"refresh_token": {r.auth.refreshToken.Reveal()},
	}
	client := r.plain
	if r.auth.clientSecret.IsZero() {
		form.Set("client_id", r.auth.clientID.Reveal())
	} else {
		client.client = withBasic(client.client, r.auth.clientID, r.auth.clientSecret)
	}
	var answer struct {
		AccessToken  secret.Value `json:"access_token"`
		RefreshToken secret.Value `json:"refresh_token"`
		ExpiresIn    int64        `json:"expires_in"`
	}
	err := client.call(ctx, request{
		op: opRenew, method: http.MethodPost, path: "/2/oauth2/token",
		contentType: "application/x-www-form-urlencoded", body: []byte(form.Encode()),
	}, &answer)
	if e, ok := channels.AsError(err); ok && (e.Kind == channels.Rejected || e.Kind == channels.Permission) {
		// 400 invalid_request or invalid_grant: the refresh token is used up.
		e.Kind, e.Code = channels.Auth, "x.refresh_refused"
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	if answer.AccessToken.IsZero() {
		return nil, time.Time{}, &channels.Error{
			Kind: channels.Temporary, Op: opRenew, Code: "x.unreadable", Err: errors.New("a success without a token"),
		}
	}
	refresh := answer.RefreshToken
	if refresh.IsZero() {
		refresh = r.auth.refreshToken // X keeps it where it gives no other
	}
	life := accessLife
	if answer.ExpiresIn > 0 {
		life = time.Duration(answer.ExpiresIn) * time.Second
	}
	fresh := channels.Credentials{
		credClientID:     r.auth.clientID,
		credAccessToken:  answer.AccessToken,
		credRefreshToken: refresh,
	}
	if !r.auth.clientSecret.IsZero() {
		fresh[credClientSecret] = r.auth.clientSecret
	}
	return fresh, client.now().Add(life), nil
}

// withBasic returns a client that names the application itself.
func withBasic(client *http.Client, id, password secret.Value) *http.Client {
	signed := *client
	signed.Transport = &basic{id: id, password: password, base: client.Transport}
	return &signed
}

type basic struct {
	id, password secret.Value
	base         http.RoundTripper
}

func (b *basic) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	// Both parts are form-encoded first (RFC 6749, section 2.3.1).
	pair := url.QueryEscape(b.id.Reveal()) + ":" + url.QueryEscape(b.password.Reveal())
	req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pair)))
	if b.base == nil {
		return http.DefaultTransport.RoundTrip(req)
	}
	return b.base.RoundTrip(req)
}
