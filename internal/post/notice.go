package post

import "time"

// NoticeKind is why people are told something.
type NoticeKind string

const (
	NoticeFailed  NoticeKind = "failed"
	NoticeUnknown NoticeKind = "unknown"
	NoticeMissed  NoticeKind = "missed"
	// NoticeReauth: a network refuses the credentials of a channel, or will
	// soon.
	NoticeReauth NoticeKind = "reauth"
	// NoticePreflight: a check before the hour found that a delivery would not
	// leave.
	NoticePreflight NoticeKind = "preflight"
	// NoticeOverdue: an hour has passed and nothing was sent or decided.
	NoticeOverdue NoticeKind = "overdue"
	// NoticeReview: deliveries wait for a decision after an outage.
	NoticeReview NoticeKind = "review"
	// NoticeRecovery: the ledger is older than what was sent.
	NoticeRecovery NoticeKind = "recovery"
	// NoticeClock: the clock jumped, and ordinary work waits.
	NoticeClock NoticeKind = "clock"
	// NoticeDuplicate: a network shows a post more than once.
	NoticeDuplicate NoticeKind = "duplicate"
	// NoticeBreaker: a network or an account answers with faults, and work for
	// it waits.
	NoticeBreaker NoticeKind = "breaker"
	// NoticeCrisis: an alert was raised, waits for a second person, or left by
	// one person alone.
	NoticeCrisis NoticeKind = "crisis"
	// NoticeExercise: it is time for an exercise.
	NoticeExercise NoticeKind = "exercise"
	// NoticeSource: a source of articles does not work, or changed an article
	// of which a post was made.
	NoticeSource NoticeKind = "source"
	// NoticeAgenda: an announcement of an event, or a date of what comes again,
	// cannot be planned as it should.
	NoticeAgenda NoticeKind = "agenda"
)

// NoticeKinds lists every kind.
func NoticeKinds() []NoticeKind {
	return []NoticeKind{
		NoticeFailed, NoticeUnknown, NoticeMissed, NoticeReauth, NoticePreflight, NoticeOverdue,
		NoticeReview, NoticeRecovery, NoticeClock, NoticeDuplicate, NoticeBreaker, NoticeCrisis, NoticeExercise, NoticeSource, NoticeAgenda,
	}
}

// Severity says how much a notice presses.
type Severity string

const (
	SeverityWarning Severity = "warning"
	SeverityError   Severity = "error"
)

// Notice is something that people must hear of. Of one kind and subject at
// most one is open in a commune.
type Notice struct {
	ID        string
	CommuneID string
	Kind      NoticeKind
	// Subject names what it is about: the id of a delivery, a channel, or "".
	Subject  string
	Severity Severity
	// PostID, DeliveryID and ChannelID lead to where it can be mended; each may
	// be empty.
	PostID     string
	DeliveryID string
	ChannelID  string
	// Title is one line; Message and NextStep are sentences.
	Title     string
	Message   string
	NextStep  string
	CreatedAt time.Time
	// SettledAt is when its reason was gone; zero: open.
	SettledAt time.Time
	// ReadAt is when the reader who asks has seen it; zero: not yet.
	ReadAt time.Time
}

// NoticePage is one page of notices, newest first.
type NoticePage struct {
	Notices []Notice
	// Unread counts all open notices that the reader has not seen.
	Unread     int
	NextCursor string
}

// Preferences are what a user chose for themself.
type Preferences struct {
	// MailNotices: notices are also sent by mail, where mail is configured.
	MailNotices bool
}
