package post

import "time"

// Commune is a tenant. Every row and every query carries its id.
type Commune struct {
	ID   string
	Name string
	// Slug is its name in public addresses, as "valmeuse".
	Slug string
	// Zone is an IANA time zone.
	Zone string
	// Language is a BCP 47 tag.
	Language string
	// AskBeforeResend: a person is asked even where a network was proved not to
	// hold a post and Crieur could send it again by itself.
	AskBeforeResend bool
	// CrisisSince is since when an alert holds everything else back; zero: none
	// does.
	CrisisSince time.Time
	CreatedAt   time.Time
}

// Role is what a user may do.
type Role string

const (
	// RoleAdministrator connects channels and manages people.
	RoleAdministrator Role = "administrator"
	// RoleAuthor writes, schedules and publishes.
	RoleAuthor Role = "author"
)

// Roles lists every role.
func Roles() []Role { return []Role{RoleAdministrator, RoleAuthor} }

// User is a person with an account in one commune.
type User struct {
	ID           string
	CommuneID    string
	Email        string
	Name         string
	Role         Role
	PasswordHash string
	// CredentialVersion grows with each change of password or role; sessions
	// and tokens made under an older one are dead.
	CredentialVersion int
	// Crisis is the crisis role: the user may raise and lead alerts.
	Crisis bool
	// MailNotices: notices are also sent by mail, where mail is configured.
	MailNotices bool
	CreatedAt   time.Time
	DisabledAt  time.Time
}

// MayAlert reports whether the user may raise and lead alerts.
func (u *User) MayAlert() bool { return u.Crisis || u.Role == RoleAdministrator }

// ChannelStatus is whether a channel can be published to.
type ChannelStatus string

const (
	ChannelConnected ChannelStatus = "connected"
	// ChannelNeedsReauth means that the network refuses the credentials.
	ChannelNeedsReauth  ChannelStatus = "needs_reauth"
	ChannelDisconnected ChannelStatus = "disconnected"
)

// Account is who the commune is on a network.
type Account struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

// Channel is one connected account of a commune on one network.
type Channel struct {
	ID        string
	CommuneID string
	Kind      string
	Name      string
	Status    ChannelStatus
	// Practice channels speak to the simulated networks only.
	Practice bool
	// ExerciseOf is the id of the real channel in whose place this one is used
	// in exercises; "" for every other channel.
	ExerciseOf string
	Settings   map[string]string
	// Sealed are the credentials, encrypted; see internal/secret.
	Sealed []byte
	// CredentialsExpireAt is zero where the network states no end.
	CredentialsExpireAt time.Time
	// RenewalEpoch grows with each renewal of the credentials, so that two
	// workers never renew from the same ones.
	RenewalEpoch int64
	Account      Account
	Failure      *Failure
	CheckedAt    time.Time
	CreatedAt    time.Time
}
