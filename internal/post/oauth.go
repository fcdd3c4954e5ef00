package post

import "time"

// OAuthFlow is an account on its way to be connected through the network's own
// page.
type OAuthFlow struct {
	ID        string
	CommuneID string
	// UserID is who began it; nobody else sees it.
	UserID string
	Kind   string
	// ChannelID is the channel whose credentials it renews; "" for a new one.
	ChannelID string
	// StateHash is the hash of what comes back with the person; "" once it did.
	StateHash string
	// Sealed is what must be remembered, and what the network gave, encrypted.
	Sealed []byte
	// Accounts are those to choose from.
	Accounts  []Account
	Failure   *Failure
	CreatedAt time.Time
	ExpiresAt time.Time
}
