package post

import "time"

// EventStatus is where an event stands; the words are those of schema.org.
type EventStatus string

const (
	EventScheduled EventStatus = "scheduled"
	// EventRescheduled: postponed, and the new date is known.
	EventRescheduled EventStatus = "rescheduled"
	// EventPostponed: postponed, and no new date is set.
	EventPostponed EventStatus = "postponed"
	EventCancelled EventStatus = "cancelled"
)

// EventStatuses lists every status.
func EventStatuses() []EventStatus {
	return []EventStatus{EventScheduled, EventRescheduled, EventPostponed, EventCancelled}
}

// Place is where an event is.
type Place struct {
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
	// Latitude and Longitude are its point on the map; nil: none was set.
	Latitude  *float64 `json:"latitude,omitempty"`
	Longitude *float64 `json:"longitude,omitempty"`
}

// Party is somebody to whom people turn: an organiser or a contact.
type Party struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Price is what an event costs.
type Price struct {
	// Amount in Currency; 0 is free of charge.
	Amount   float64 `json:"amount"`
	Currency string  `json:"currency"`
	// Note says what the amount does not, as "gratuit pour les moins de 12 ans".
	Note string `json:"note,omitempty"`
}

// EventContent is what people are told of an event.
type EventContent struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Place       Place  `json:"place"`
	Organizer   Party  `json:"organizer"`
	Contact     Party  `json:"contact"`
	// Price is nil where nothing is said of it.
	Price *Price `json:"price,omitempty"`
	// Images: the first is the poster.
	Images []Image `json:"images,omitempty"`
	Link   string  `json:"link,omitempty"`
	// Accessibility holds sentences, as "Accès de plain-pied".
	Accessibility []string `json:"accessibility,omitempty"`
	// Languages are BCP 47 tags.
	Languages []string `json:"languages,omitempty"`
}

// EventDate is one date of an event: wall times without an offset, or days
// where the event lasts all day; End is then the last day, included. End "" is
// not known.
type EventDate struct {
	Start string `json:"start"`
	End   string `json:"end,omitempty"`
}

// AnnouncementKind is what an announcement of an event is.
type AnnouncementKind string

const (
	AnnounceFirst      AnnouncementKind = "announce"
	AnnounceCountdown  AnnouncementKind = "countdown"
	AnnounceLastPlaces AnnouncementKind = "last_places"
	AnnouncePractical  AnnouncementKind = "practical"
	AnnounceToday      AnnouncementKind = "today"
	AnnounceThanks     AnnouncementKind = "thanks"
	// The others are notices: they leave at once, when the event changes.
	AnnouncePostponed AnnouncementKind = "postponed"
	AnnounceCancelled AnnouncementKind = "cancelled"
	AnnounceChanged   AnnouncementKind = "changed"
)

// Notice reports whether an announcement of this kind tells of a change.
func (k AnnouncementKind) Notice() bool {
	return k == AnnouncePostponed || k == AnnounceCancelled || k == AnnounceChanged
}

// SeriesStep is one announcement of a series, before it has a date.
type SeriesStep struct {
	// Key is unique in the series.
	Key  string           `json:"key"`
	Kind AnnouncementKind `json:"kind"`
	// Before and After are periods of RFC 5545 in days or weeks, as "P14D";
	// one of them at most. Before counts from the first day, After from the
	// last.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// At is the hour on that day, "09:00".
	At string `json:"at"`
	// EachDate: once for each date of the event, and not for the first only.
	EachDate bool `json:"each_date,omitempty"`
	// Fixed: a person chose this minute for this event; it is never moved out
	// of another's way.
	Fixed bool `json:"fixed,omitempty"`
	// Title and Text may hold blanks as {titre}; "" is the product's wording.
	Title string `json:"title,omitempty"`
	Text  string `json:"text,omitempty"`
	// Template is the template whose words a step without any takes.
	Template string `json:"template,omitempty"`
}

// Recipe is the series that a commune plans for the events of a category.
type Recipe struct {
	CommuneID string `json:"-"`
	// Category is "" for all events that have no recipe of their own.
	Category string       `json:"-"`
	Steps    []SeriesStep `json:"steps"`
	// QuietFrom and QuietTo bound the hours in which no series publishes.
	QuietFrom string `json:"quiet_from"`
	QuietTo   string `json:"quiet_to"`
	// SpacingMinutes lie at least between an announcement and any other post on
	// the same channels.
	SpacingMinutes int       `json:"spacing_minutes"`
	UpdatedAt      time.Time `json:"-"`
}

// Event is something that takes place in the commune.
type Event struct {
	ID        string
	CommuneID string
	AuthorID  string
	Version   int
	// Sequence is the SEQUENCE of RFC 5545.
	Sequence int
	Status   EventStatus
	// Listed: shown in the public agenda.
	Listed   bool
	Category string
	Zone     string
	AllDay   bool
	Content  EventContent
	// Dates are in order; there is at least one.
	Dates []EventDate
	// Previous are the first dates that it had before, oldest first.
	Previous []EventDate
	// StartsAt and EndsAt are the first and the last instant of Dates.
	StartsAt  time.Time
	EndsAt    time.Time
	Channels  []string
	Steps     []SeriesStep
	CreatedAt time.Time
	UpdatedAt time.Time
}

// AnnouncementBody is what an announcement says.
type AnnouncementBody struct {
	Title string `json:"title"`
	Text  string `json:"text"`
	// Short replaces Text on channels that take short texts only; "" lets each
	// channel adapt Text.
	Short string `json:"short,omitempty"`
}

// Announcement is what the series of an event wants of a post, whose id is
// fixed before the post is made.
type Announcement struct {
	CommuneID string
	EventID   string
	Step      string
	Kind      AnnouncementKind
	PostID    string
	// AtOnce: it leaves as soon as it is made.
	AtOnce bool
	DueAt  time.Time
	Body   AnnouncementBody
	Wanted bool
	// Pending: the post is not yet as wanted.
	Pending  bool
	Revision int
	// Problem says why the post is not as wanted, in words for people.
	Problem   string
	UpdatedAt time.Time
}

// RecurrenceStatus is whether a recurrence publishes.
type RecurrenceStatus string

const (
	RecurrenceActive RecurrenceStatus = "active"
	RecurrencePaused RecurrenceStatus = "paused"
	RecurrenceEnded  RecurrenceStatus = "ended"
)

// RecurrenceBody is what a recurrence says, where and at which hour.
type RecurrenceBody struct {
	// Topic chooses the product's wordings: "waste", "market", "office" or
	// "other".
	Topic string `json:"topic"`
	// Title and Texts may hold blanks as {date}; the texts take turns. Without
	// any, the product's wordings do.
	Title    string   `json:"title,omitempty"`
	Texts    []string `json:"texts,omitempty"`
	Link     string   `json:"link,omitempty"`
	Images   []Image  `json:"images,omitempty"`
	Channels []string `json:"channels"`
	// Before is how many days before its date an occurrence is announced, at At.
	Before int    `json:"before"`
	At     string `json:"at"`
	// Exceptions are dates of the rule that do not take place.
	Exceptions []string `json:"exceptions,omitempty"`
	// ShiftDays moves every occurrence that was not moved by itself.
	ShiftDays int `json:"shift_days,omitempty"`
}

// Recurrence is practical information that comes again: by a rule, or on the
// dates of a file.
type Recurrence struct {
	ID        string
	CommuneID string
	AuthorID  string
	Version   int
	Status    RecurrenceStatus
	Name      string
	Category  string
	Zone      string
	// Rule is an RRULE of RFC 5545; "" for the dates of a file.
	Rule string
	// First is the first date, "2026-01-05".
	First string
	Body  RecurrenceBody
	// Source is the checksum of the file that it came from.
	Source string
	// PlannedUntil is the date up to which the rule's occurrences are kept.
	PlannedUntil string
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// OccurrenceState is what became of one date of a recurrence.
type OccurrenceState string

const (
	// OccurrencePlanned: its post is not made yet.
	OccurrencePlanned OccurrenceState = "planned"
	OccurrenceMade    OccurrenceState = "made"
	// OccurrenceSkipped: by a person.
	OccurrenceSkipped OccurrenceState = "skipped"
	// OccurrenceDropped: no longer in the rule or in the file.
	OccurrenceDropped OccurrenceState = "dropped"
	// OccurrencePast: its hour had passed before it was known.
	OccurrencePast OccurrenceState = "past"
)

// Occurrence is one date of a recurrence.
type Occurrence struct {
	CommuneID    string
	RecurrenceID string
	// Date is the one that the rule or the file gives, and names the occurrence
	// for ever.
	Date string
	// MovedTo is where a person put it; "": nowhere else.
	MovedTo string
	// Label is what a file calls it, as "Papiers-cartons".
	Label string
	// Ordinal counts the occurrences; the wording turns with it.
	Ordinal  int
	State    OccurrenceState
	PostID   string
	DueAt    time.Time
	Pending  bool
	Revision int
	Problem  string

	UpdatedAt time.Time
}

// SeriesLink says to which series a post belongs.
type SeriesLink struct {
	PostID string
	// EventID or RecurrenceID, and "" for the other.
	EventID      string
	RecurrenceID string
	// Title is that of the event or the name of the recurrence.
	Title string
	// Step is the announcement's, or the occurrence's date.
	Step string
	Kind AnnouncementKind
}
