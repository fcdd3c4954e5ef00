package channels

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/secret"
)

// Authorizer is a Driver whose accounts can be connected through the network's
// own page: OAuth 2.0 with an authorization code. People then paste nothing.
type Authorizer interface {
	Driver
	// AuthorizePage is the network's own page, which asks the person.
	AuthorizePage(App, Grant) string
	// Authorized trades the code with which the person came back for accounts,
	// ready to be connected. A code works once. Errors are *Error.
	Authorized(ctx context.Context, app App, grant Grant, code secret.Value, deps Deps) ([]AuthorizedAccount, error)
}

// App is the installation's own application at a network.
type App struct {
	ID     string
	Secret secret.Value
	// Page replaces the address of the network's own page; "": the real one.
	Page string
}

// Ready reports whether the application has its keys.
func (a App) Ready() bool { return a.ID != "" && !a.Secret.IsZero() }

// Grant is one authorization on its way.
type Grant struct {
	// RedirectURL is where the network sends the person back, byte by byte as it
	// is registered there.
	RedirectURL string
	// State comes back unchanged.
	State string
	// Verifier is the secret of PKCE (RFC 7636), for networks that have it.
	Verifier secret.Value
}

// AuthorizedAccount is an account that the person may run.
type AuthorizedAccount struct {
	ID, Name, URL string
	Settings      Settings
	Credentials   Credentials
	// ExpiresAt is when the credentials end; zero where the network says nothing.
	ExpiresAt time.Time
}
