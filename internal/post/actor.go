package post

import "time"

// Actor is who asks: a person in a commune, through a session or a token.
// Every use case takes one, and every query carries its commune.
type Actor struct {
	CommuneID string
	UserID    string
	Role      Role
	// Crisis: the crisis role; administrators have it too.
	Crisis bool
	// Token: a program asks, and nobody sits before it.
	Token bool
	// ProvedAt is when the person behind the session last proved who they are.
	ProvedAt time.Time
}

// Person is who is behind the request; "" where Crieur acts by itself in
// somebody's name, as a source that is read every hour does.
func (a Actor) Person() string {
	if a.Token || !a.ProvedAt.IsZero() {
		return a.UserID
	}
	return ""
}

// Filter selects posts. Zero fields select everything.
type Filter struct {
	// From and To bound the due times: From inclusive, To exclusive.
	From, To  time.Time
	Status    Status
	ChannelID string
	// Query is searched in title and text.
	Query string
	// Cursor is the opaque NextCursor of the page before.
	Cursor string
	// Limit is 1 to 100; 0 means 50.
	Limit int
}

// Page is one page of posts, newest due time first.
type Page struct {
	Posts      []Post
	NextCursor string
}
