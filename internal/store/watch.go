package store

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// DeliveryTrouble is a delivery that people must hear of.
type DeliveryTrouble struct {
	// Kind is NoticeFailed, NoticeMissed or NoticeUnknown.
	Kind                          post.NoticeKind
	DeliveryID, CommuneID, PostID string
	ChannelID, ChannelName        string
	ChannelKind                   string
	// NeedsPerson: nobody but a person will settle the unknown outcome.
	NeedsPerson bool
	DueAt       time.Time
	// Zone is the commune's.
	Zone    string
	Content post.Content
	Failure *post.Failure
}

func scanDeliveryTrouble(r row) (t DeliveryTrouble, err error) {
	err = r.Scan(&t.Kind, &t.DeliveryID, &t.CommuneID, &t.PostID, &t.ChannelID, &t.ChannelName, &t.ChannelKind, &t.NeedsPerson,
		instant{&t.DueAt},
		&t.Zone,
		document{&t.Content},
		document{&t.Failure})
	return t, err
}

const (
	// noticeKindOf is the kind of notice that goes with the state of a delivery
	// d.
	noticeKindOf = `CASE WHEN d.state IN ('failed', 'missed') THEN d.state ELSE 'unknown' END`
	needsPerson  = `(d.state = 'unknown' AND d.next_at IS NULL)`

	deliveryTrouble = `SELECT ` + noticeKindOf + `, d.id, d.commune_id, d.post_id, d.channel_id, c.name, c.kind, ` + needsPerson + `,
		d.due_at, m.zone, v.content, d.failure
		FROM deliveries d
		JOIN communes m ON m.id = d.commune_id
		JOIN channels c ON c.id = d.channel_id
		JOIN post_versions v ON v.commune_id = d.commune_id AND v.post_id = d.post_id AND v.version = d.post_version`
)

// DeliveryTroubles lists at most limit deliveries of which no notice is open
// although one is due, exercises apart: failed or missed since a moment; of unknown outcome
// where a person is needed, or since before unknownBefore.
func (s *Store) DeliveryTroubles(ctx context.Context, since, unknownBefore time.Time, limit int) ([]DeliveryTrouble, error) {
	all, err := many(ctx, s.engine.reader(), scanDeliveryTrouble, deliveryTrouble+`
		WHERE d.`+isOpen+` AND d.state IN ('failed', 'missed', 'unknown', 'reconciling') AND c.exercise_of = ''
		AND (d.state IN ('unknown', 'reconciling') OR d.updated_at >= $1)
		AND (d.state IN ('failed', 'missed') OR `+needsPerson+` OR COALESCE((SELECT MAX(a.creating_at) FROM attempts a
			WHERE a.delivery_id = d.id AND a.creating_at IS NOT NULL AND a.outcome IN ('', 'unknown')), d.due_at) <= $2)
		AND NOT EXISTS (SELECT 1 FROM notices n
			WHERE n.commune_id = d.commune_id AND n.kind = `+noticeKindOf+` AND n.subject = d.id AND n.settled_at IS NULL
			AND (n.severity = 'error' OR NOT `+needsPerson+`))
		ORDER BY d.updated_at LIMIT $3`, millis(since), millis(unknownBefore), limit)
	return all, s.wrap("delivery troubles", err)
}

// ChannelTrouble is something that concerns several deliveries of a channel at
// once.
type ChannelTrouble struct {
	// Kind is NoticeReauth, NoticeReview, NoticeRecovery or NoticeOverdue.
	Kind                   post.NoticeKind
	CommuneID              string
	ChannelID, ChannelName string
	ChannelKind            string
	// Failure is what the channel shows.
	Failure *post.Failure
	// Deliveries is how many are concerned; of NoticeReauth perhaps none.
	Deliveries int
	// FirstID is one of them.
	FirstID string
}

func scanChannelTrouble(r row) (t ChannelTrouble, err error) {
	err = r.Scan(&t.Kind, &t.CommuneID, &t.ChannelID, &t.ChannelName, &t.ChannelKind, document{&t.Failure}, &t.Deliveries, maybe(&t.FirstID))
	return t, err
}

// isLate is said of a delivery d whose hour came before $2 and that is neither
// settled nor waiting for a reason that it shows, at $1. A network that asked
// for patience, or is known to be away, leaves its failure and a later next
// look; work in progress leaves traces in updated_at.
const (
	isLateWaiting = `d.state IN ('scheduled', 'retrying') AND d.due_at <= $2
		AND (d.next_at IS NULL OR d.next_at <= $2 OR (d.next_at > $1 AND d.failure IS NULL))`
	isLateSending = `d.state = 'sending' AND d.due_at <= $2 AND d.updated_at <= $2`

	// late lists them by channel, as the index on waiting deliveries is ordered:
	// what lies ahead is not read. SQLite keeps to the order of a CROSS JOIN.
	late = `SELECT d.id, d.channel_id FROM channels c CROSS JOIN deliveries d
			WHERE d.channel_id = c.id AND d.lane IN ('ordinary', 'crisis') AND ` + isLateWaiting + `
		UNION ALL SELECT d.id, d.channel_id FROM deliveries d WHERE ` + isLateSending
)

// ChannelTroubles lists, by channel and kind, what is wrong at a moment:
// networks that refuse their credentials, deliveries held for a person, and
// deliveries whose hour came before lateBefore and for which nothing happens.
func (s *Store) ChannelTroubles(ctx context.Context, now, lateBefore time.Time) ([]ChannelTrouble, error) {
	all, err := many(ctx, s.engine.reader(), scanChannelTrouble, `
		SELECT 'overdue', c.commune_id, c.id, c.name, c.kind, NULL, COUNT(*), MIN(l.id)
			FROM (`+late+`) l JOIN channels c ON c.id = l.channel_id AND c.exercise_of = ''
			GROUP BY c.commune_id, c.id, c.name, c.kind
		UNION ALL SELECT d.hold_reason, c.commune_id, c.id, c.name, c.kind, NULL, COUNT(*), MIN(d.id)
			FROM deliveries d JOIN channels c ON c.id = d.channel_id
			WHERE d.state = 'held' AND d.hold_reason IN ('review', 'recovery')
			GROUP BY d.hold_reason, c.commune_id, c.id, c.name, c.kind
		UNION ALL SELECT 'reauth', c.commune_id, c.id, c.name, c.kind, c.failure,
				(SELECT COUNT(*) FROM deliveries d WHERE d.channel_id = c.id AND d.`+isWaiting+`), NULL
			FROM channels c WHERE c.status = 'needs_reauth' AND c.deleted_at IS NULL AND c.exercise_of = ''`,
		millis(now), millis(lateBefore))
	return all, s.wrap("channel troubles", err)
}

// TroubledAuthors lists who wrote the posts that a channel's trouble concerns.
func (s *Store) TroubledAuthors(ctx context.Context, t *ChannelTrouble, now, lateBefore time.Time) ([]string, error) {
	const authors = `SELECT DISTINCT p.author_id FROM deliveries d
		JOIN posts p ON p.commune_id = d.commune_id AND p.id = d.post_id AND p.author_id IS NOT NULL WHERE `
	var query string
	args := []any{t.ChannelID}
	switch t.Kind {
	case post.NoticeOverdue:
		query = authors + `d.channel_id = $3 AND d.id IN (SELECT l.id FROM (` + late + `) l)`
		args = []any{millis(now), millis(lateBefore), t.ChannelID}
	case post.NoticeReview, post.NoticeRecovery:
		query = authors + `d.channel_id = $1 AND d.state = 'held' AND d.hold_reason = $2`
		args = append(args, t.Kind)
	default:
		query = authors + `d.channel_id = $1 AND d.` + isWaiting
	}
	ids, err := many(ctx, s.engine.reader(), scanOne[string], query, args...)
	return ids, s.wrap("troubled authors", err)
}

// DeliveryTrouble returns one delivery in the form in which people are told of
// it, whatever its state.
func (s *Store) DeliveryTrouble(ctx context.Context, communeID, id string) (DeliveryTrouble, error) {
	t, err := one(ctx, s.engine.reader(), scanDeliveryTrouble, deliveryTrouble+` WHERE d.commune_id = $1 AND d.id = $2`, communeID, id)
	return t, s.wrap("delivery trouble", err)
}

// CountOverdue counts the deliveries of a commune whose hour came before
// lateBefore and for which nothing happens.
func (s *Store) CountOverdue(ctx context.Context, communeID string, now, lateBefore time.Time) (int, error) {
	n, err := one(ctx, s.engine.reader(), scanOne[int], `SELECT COUNT(*) FROM (`+late+`) l
		JOIN channels c ON c.id = l.channel_id WHERE c.commune_id = $3`, millis(now), millis(lateBefore), communeID)
	return n, s.wrap("count overdue", err)
}

// OpenChannelNotices lists the open notices of all communes that ChannelTroubles
// may have led to.
func (s *Store) OpenChannelNotices(ctx context.Context) ([]post.Notice, error) {
	all, err := many(ctx, s.engine.reader(), scanNotice, `SELECT `+noticeColumns+` FROM notices
		WHERE settled_at IS NULL AND severity = 'error' AND kind IN ('reauth', 'review', 'recovery', 'overdue')
		AND channel_id <> '' AND subject = channel_id`)
	return all, s.wrap("open channel notices", err)
}

// OutdatedNotices lists at most limit open notices of deliveries that are no
// longer in the state of which they tell.
func (s *Store) OutdatedNotices(ctx context.Context, limit int) ([]string, error) {
	ids, err := many(ctx, s.engine.reader(), scanOne[string], `SELECT n.id FROM notices n LEFT JOIN deliveries d ON d.id = n.subject
		WHERE n.settled_at IS NULL AND n.delivery_id <> '' AND n.subject = n.delivery_id
		AND ((n.kind IN ('failed', 'missed') AND (d.state IS NULL OR d.state <> n.kind))
			OR (n.kind = 'unknown' AND (d.state IS NULL OR d.state NOT IN ('unknown', 'reconciling')))
			OR (n.kind = 'preflight' AND (d.state IS NULL OR d.state NOT IN ('draft', 'awaiting_approval', 'scheduled', 'held'))))
		LIMIT $1`, limit)
	return ids, s.wrap("outdated notices", err)
}
