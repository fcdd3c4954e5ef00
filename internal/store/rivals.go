package store

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Span is a stretch of time; a zero End has not come yet.
type Span struct{ Start, End time.Time }

// RivalAttempts are the creating calls, since a moment, of other deliveries of a
// channel that say the same as one delivery and whose posts are not known: a
// post that is found may be theirs.
func (s *Store) RivalAttempts(ctx context.Context, d *post.Delivery, since time.Time) ([]Span, error) {
	spans, err := many(ctx, s.engine.reader(), scanSpan, `SELECT a.creating_at, a.ended_at FROM attempts a
		JOIN deliveries d ON d.id = a.delivery_id
		WHERE d.channel_id = $1 AND d.id <> $2 AND d.fingerprint = $3 AND a.creating_at >= $4
		AND (d.state IN ('sending', 'unknown', 'reconciling') AND a.outcome IN ('', 'unknown')
			OR d.state = 'sent' AND d.remote_id = '' AND a.outcome IN ('', 'unknown', 'accepted', 'resolved'))
		ORDER BY a.creating_at, a.delivery_id`, d.ChannelID, d.ID, d.Fingerprint, millis(since))
	return spans, s.wrap("rival attempts", err)
}

func scanSpan(r row) (span Span, err error) {
	err = r.Scan(instant{&span.Start}, instant{&span.End})
	return span, err
}
