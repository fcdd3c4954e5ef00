package channels

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/crieur/crieur/internal/secret"
)

// Driver is one kind of network. Everything on it is pure: no input or output,
// safe for concurrent use, the same answer for the same arguments.
type Driver interface {
	Info() Info
	// Limits are those of an account with these settings; nil settings give the
	// limits of a new account.
	Limits(Settings) Limits
	// Render makes exactly what will leave, and says what is wrong with it.
	// It is called when a post is previewed, when it is saved, and not again:
	// the saved result is what leaves.
	Render(Message, Settings) (Rendered, []Issue)
	// Validate checks a saved rendering once more just before it leaves. A
	// rendering that Render gave without an error passes.
	Validate(Rendered, Settings) []Issue
	// Open makes a channel. It does no input or output and does not fail for
	// missing credentials: Check reports those.
	Open(Account, Deps) (Channel, error)
}

// Channel is one account on a network.
type Channel interface {
	// Check asks the network who we are and whether we may publish.
	Check(context.Context) (Health, error)
	// Publish publishes once. It calls Attempt.Creating immediately before the
	// one request that makes the post visible, and never repeats that request.
	// Errors are *Error.
	Publish(context.Context, Rendered, Attempt) (Receipt, error)
}

// Optional abilities of a Channel. AbilitiesOf derives the data from them.
type (
	// Finder reads the account back to learn what became of an attempt.
	Finder interface {
		Find(context.Context, Probe) (Finding, error)
	}
	// Deleter removes a published post; a post that is not there any more is
	// removed.
	Deleter interface {
		Delete(context.Context, Receipt) error
	}
	// Updater replaces the text of a published post.
	Updater interface {
		Update(context.Context, Receipt, Rendered) (Receipt, error)
	}
	// Renewer trades the credentials for fresh ones. The old ones may be dead
	// when it returns, even with an error.
	Renewer interface {
		Renew(context.Context) (Credentials, time.Time, error)
	}
	// Articler knows, before publishing, where the full article of a delivery
	// will stand, so that short channels can link to it.
	Articler interface {
		ArticleURL(Message) string
	}
)

// Settings are the public settings of an account, by field name.
type Settings map[string]string

// Credentials are the secret settings of an account, by field name.
type Credentials map[string]secret.Value

// Account is what Open needs to know of an account.
type Account struct {
	CommuneID   string
	CommuneSlug string
	CommuneName string
	Settings    Settings
	Credentials Credentials
	// RemoteID is the account's id on the network as the last Check gave it;
	// "" before the first.
	RemoteID string
	// ExpiresAt is when the credentials end; zero where no end is stated.
	ExpiresAt time.Time
}

// Deps are what a channel may use of the world.
type Deps struct {
	// HTTP refuses redirects and private addresses. Its transport does not
	// repeat a request that may have been read.
	HTTP *http.Client
	Now  func() time.Time
	Log  *slog.Logger
	// BaseURL replaces the network's own address: a simulator, or practice.
	// "" means the real network.
	BaseURL string
	// Budgets hears what an answer of the network says of the account's
	// allowances, before the call that got the answer returns. nil: nobody
	// listens. Deps.Told asks that.
	Budgets func([]Budget)
}

// Field describes one setting or credential, for forms, documentation and
// redaction.
type Field struct {
	Name     string `json:"name"`
	Label    string `json:"label"`
	Help     string `json:"help,omitempty"`
	Required bool   `json:"required"`
	Secret   bool   `json:"secret"`
}

// Idempotency says what makes a second publication impossible.
type Idempotency string

const (
	// IdempotentByKey: the network keeps one post for one key, so publishing
	// again is safe once it was looked for.
	IdempotentByKey Idempotency = "key"
	// NotIdempotent: each creating call may make another post.
	NotIdempotent Idempotency = "none"
)

// ReadBack says how far the account's list of posts can be trusted.
type ReadBack string

const (
	ReadBackStrong   ReadBack = "strong"
	ReadBackEventual ReadBack = "eventual"
	ReadBackNone     ReadBack = "none"
)

// Info describes a kind of network.
type Info struct {
	// Kind is the stable name, as "facebook".
	Kind        string      `json:"kind"`
	Title       string      `json:"title"`
	DocsURL     string      `json:"docs_url,omitempty"`
	Settings    []Field     `json:"settings"`
	Credentials []Field     `json:"credentials"`
	Idempotency Idempotency `json:"idempotency"`
	ReadBack    ReadBack    `json:"read_back"`
	// OwnServer: each account is a server of its own, so that trouble with some
	// says nothing of the others.
	OwnServer bool `json:"own_server"`
}

// Health is what a Check learned.
type Health struct {
	AccountID   string
	AccountName string
	AccountURL  string
	// ExpiresAt is when the credentials end; zero: the network states no end.
	ExpiresAt time.Time
	// Warnings are sentences in French: something that will go wrong later.
	Warnings []string
}

// Abilities are derived from the optional interfaces by AbilitiesOf.
type Abilities struct {
	Find    bool `json:"find"`
	Delete  bool `json:"delete"`
	Update  bool `json:"update"`
	Renew   bool `json:"renew"`
	Article bool `json:"article"`
}

// AbilitiesOf derives the abilities of a channel from the interfaces that it
// implements.
func AbilitiesOf(c Channel) Abilities {
	var a Abilities
	_, a.Find = c.(Finder)
	_, a.Delete = c.(Deleter)
	_, a.Update = c.(Updater)
	_, a.Renew = c.(Renewer)
	_, a.Article = c.(Articler)
	return a
}
