package post

import (
	"fmt"
	"time"
)

// Consent says whether the people in a picture agreed to its publication.
type Consent string

const (
	// ConsentUnknown: nobody said anything of it.
	ConsentUnknown   Consent = "unknown"
	ConsentNotNeeded Consent = "not_needed"
	ConsentGiven     Consent = "given"
	// ConsentRefused: it may not be published.
	ConsentRefused Consent = "refused"
)

// Media is a stored picture: upright, without metadata, in sRGB.
type Media struct {
	ID          string
	CommuneID   string
	SHA256      string
	ContentType string
	Width       int
	Height      int
	Bytes       int64
	// Name is the file name that the author's device gave, for display only.
	Name      string
	CreatedAt time.Time

	// Alt is what a person wrote last, here or in a post: the next post begins
	// with it.
	Alt     string
	Credit  string
	Licence string
	Consent Consent
	// ConsentNote says where the consent is kept.
	ConsentNote string
	// ExpiresOn is the last day of the commune's calendar on which it may be
	// published, as 2026-12-31; "": it has none.
	ExpiresOn string
	// Uses counts the posts and events that use it, where it was asked for.
	Uses int
	// DeletedAt is when it was taken out of the library; its file stays for what
	// is published with it.
	DeletedAt time.Time
}

// ExpiredOn reports whether a day of the commune's calendar, as 2026-12-31, is
// after the last on which the picture may be published.
func (m *Media) ExpiredOn(day string) bool { return m.ExpiresOn != "" && m.ExpiresOn < day }

// MediaFilter selects pictures of the library. Zero fields select everything.
type MediaFilter struct {
	// Query is searched by its words in name, alternative text, credit and
	// licence.
	Query string
	Only  MediaKind
	// Today is the day by which a picture has expired, as 2026-12-31.
	Today string
	// Cursor is the opaque NextCursor of the page before.
	Cursor string
	// Limit is 1 to 100; 0 means 40.
	Limit int
}

// MediaKind is what a person looks for in the library.
type MediaKind string

const (
	MediaNoAlt          MediaKind = "no_alt"
	MediaExpired        MediaKind = "expired"
	MediaConsentMissing MediaKind = "consent_missing"
	MediaUnused         MediaKind = "unused"
	// MediaScheduled: a post that waits for its hour, or for approval, uses it.
	MediaScheduled MediaKind = "scheduled"
)

// MediaPage is one page of the library, newest first.
type MediaPage struct {
	Media      []Media
	NextCursor string
}

// MediaPatch says more of a picture. Nil fields stay.
type MediaPatch struct {
	Alt         *string
	Credit      *string
	Licence     *string
	Consent     *Consent
	ConsentNote *string
	// ExpiresOn "" takes the last day away.
	ExpiresOn *string
}

// MediaUse is a post or an event that uses a picture.
type MediaUse struct {
	// PostID or EventID is set.
	PostID  string
	EventID string
	Title   string
	// Status is the post's or the event's.
	Status string
	// At is the post's hour, zero for none, or the beginning of the event.
	At time.Time
	// Waiting: it has not left, or is not over; the picture is needed.
	Waiting bool
}

// DayIn is the day that a zone's calendar shows at a moment, as 2026-12-31.
func DayIn(at time.Time, zone string) (string, error) {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return "", fmt.Errorf("zone of the commune: %w", err)
	}
	return at.In(location).Format(time.DateOnly), nil
}
