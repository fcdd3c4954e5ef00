package x

import (
	"context"
	"net/http"

	"github.com/dghubble/oauth1"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/secret"
)

// Names of the credentials.
const (
	credConsumerKey    = "consumer_key"
	credConsumerSecret = "consumer_secret"
	credAccessToken    = "access_token"
	credAccessSecret   = "access_token_secret"
	credClientID       = "client_id"
	credClientSecret   = "client_secret"
	credRefreshToken   = "refresh_token"
)

// authorization is one of the two ways in which X knows us: OAuth 1.0a, whose
// tokens state no end, or OAuth 2.0, whose access token lives for two hours.
type authorization struct {
	consumerKey, consumerSecret secret.Value
	accessToken, accessSecret   secret.Value

	clientID, clientSecret secret.Value
	refreshToken           secret.Value
}

func authenticate(c channels.Credentials) authorization {
	return authorization{
		consumerKey: c[credConsumerKey], consumerSecret: c[credConsumerSecret],
		accessToken: c[credAccessToken], accessSecret: c[credAccessSecret],
		clientID: c[credClientID], clientSecret: c[credClientSecret],
		refreshToken: c[credRefreshToken],
	}
}

// first reports whether these are the credentials of OAuth 1.0a.
func (a authorization) first() bool {
	return !a.consumerKey.IsZero() || !a.consumerSecret.IsZero() || !a.accessSecret.IsZero()
}

// complete reports whether nothing is missing to speak to X.
func (a authorization) complete() bool {
	if a.first() {
		return !a.consumerKey.IsZero() && !a.consumerSecret.IsZero() &&
			!a.accessToken.IsZero() && !a.accessSecret.IsZero()
	}
	return !a.accessToken.IsZero()
}

// renewable reports whether there is something to trade for a new access token.
func (a authorization) renewable() bool {
	return !a.first() && !a.clientID.IsZero() && !a.refreshToken.IsZero()
}

// sign returns a client that proves who we are on every request. Bodies are
// JSON or multipart, which OAuth 1.0a leaves out of the signature.
func (a authorization) sign(client *http.Client) *http.Client {
	signed := *client
	if a.first() {
		config := oauth1.NewConfig(a.consumerKey.Reveal(), a.consumerSecret.Reveal())
		token := oauth1.NewToken(a.accessToken.Reveal(), a.accessSecret.Reveal())
		signed.Transport = config.Client(context.WithValue(context.Background(), oauth1.HTTPClient, client), token).Transport
		return &signed
	}
	signed.Transport = &bearer{token: a.accessToken, base: client.Transport}
	return &signed
}

// bearer proves who we are with an access token of OAuth 2.0.
type bearer struct {
	token secret.Value
	base  http.RoundTripper
}

func (b *bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+b.token.Reveal())
	if b.base == nil {
		return http.DefaultTransport.RoundTrip(req)
	}
	return b.base.RoundTrip(req)
}
