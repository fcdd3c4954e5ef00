// Package x publishes on X (formerly Twitter) over its API v2, as docs.x.com
// described it in November 2026. Read in this order: driver.go (what the
// network is), limits.go and render.go (what leaves), credentials.go (who we
// are), publish.go (how a post is made, once), read.go (how it is looked for),
// failure.go (what an answer means).
package x

import (
	"net/http"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
)

const (
	kind  = "x"
	title = "X"
)

// defaultBase is the address of the real network.
const defaultBase = "https://api.x.com"

// Driver is the kind "x".
type Driver struct{}

var _ channels.Driver = Driver{}

// New makes the driver.
func New() Driver { return Driver{} }

// Info implements channels.Driver.
func (Driver) Info() channels.Info {
	const (
		first  = "Avec OAuth 1.0a (conseillé : pas de date de fin)."
		second = "Avec OAuth 2.0 seulement."
	)
	return channels.Info{
		Kind: kind, Title: title,
		DocsURL: "https://docs.x.com/fundamentals/authentication/overview",
		Credentials: []channels.Field{
			{
				Name: credAccessToken, Label: "Jeton d’accès (access token)", Required: true, Secret: true,
				Help: "Celui du compte de la commune, avec le droit « Read and write ».",
			},
			{Name: credConsumerKey, Label: "Clé de l’application (consumer key)", Secret: true, Help: first},
			{Name: credConsumerSecret, Label: "Secret de l’application (consumer secret)", Secret: true, Help: first},
			{Name: credAccessSecret, Label: "Secret du jeton d’accès (access token secret)", Secret: true, Help: first},
			{Name: credClientID, Label: "Identifiant du client (client ID)", Help: second},
			{Name: credClientSecret, Label: "Secret du client (client secret)", Secret: true, Help: second},
			{Name: credRefreshToken, Label: "Jeton de renouvellement (refresh token)", Secret: true, Help: second},
		},
		// No key is taken; the same text again is refused, but only for some
		// time and without the id of the first.
		Idempotency: channels.NotIdempotent,
		ReadBack:    channels.ReadBackStrong,
	}
}

// Open implements channels.Driver. Only a channel with OAuth 2.0 credentials is
// a channels.Renewer.
func (Driver) Open(account channels.Account, deps channels.Deps) (channels.Channel, error) {
	base := strings.TrimRight(deps.BaseURL, "/")
	if base == "" {
		base = defaultBase
	}
	client := http.Client{}
	if deps.HTTP != nil {
		client = *deps.HTTP
	}
	// A redirect would carry the credentials elsewhere.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	now := deps.Now
	if now == nil {
		now = func() time.Time { return time.Time{} }
	}
	auth := authenticate(account.Credentials)
	c := &channel{
		api:       api{base: base, client: auth.sign(&client), authorized: auth.complete(), now: now, told: deps.Told},
		userID:    account.RemoteID,
		expiresAt: account.ExpiresAt,
	}
	if auth.renewable() {
		return &renewing{channel: c, auth: auth, plain: api{base: base, client: &client, authorized: true, now: now, told: deps.Told}}, nil
	}
	return c, nil
}

// channel is one account.
type channel struct {
	api api
	// userID is the account's id as the last Check gave it; "" before.
	userID    string
	expiresAt time.Time
}

var (
	_ channels.Channel = (*channel)(nil)
	_ channels.Finder  = (*channel)(nil)
	_ channels.Deleter = (*channel)(nil)
	_ channels.Channel = (*renewing)(nil)
	_ channels.Renewer = (*renewing)(nil)
)

// postURL is the public address of a post. X finds the account by itself. A
// stand-in shows posts below its own address.
func (c *channel) postURL(id string) string {
	if c.api.base == defaultBase {
		return "https://x.com/i/web/status/" + id
	}
	return c.api.base + "/i/status/" + id
}
