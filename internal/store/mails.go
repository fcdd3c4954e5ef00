package store

import (
	"context"
	"errors"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Mailing is what one reader is to be told by one mail.
type Mailing struct {
	User post.User
	// Notices are open, oldest first.
	Notices []post.Notice
	// Tries counts the tries at sending, this one included; the highest of all
	// notices.
	Tries int
}

// ids are those of the notices.
func (m *Mailing) ids() []string {
	ids := make([]string, len(m.Notices))
	for i := range m.Notices {
		ids[i] = m.Notices[i].ID
	}
	return ids
}

// mailNotices bounds the notices of one mail.
const mailNotices = 200

// ClaimMailing takes the notices that the reader who has waited longest is to
// be told by mail, until a moment; then another may take them. nil: there is
// nothing to send. Who left or wants no mail is told nothing.
func (s *Store) ClaimMailing(ctx context.Context, now, until time.Time) (*Mailing, error) {
	var mailing *Mailing
	err := s.write(ctx, "claim mailing", func(ctx context.Context, q querier) error {
		mailing = nil
		if _, err := exec(ctx, q, `UPDATE notice_recipients SET mail = 'none', mail_next_at = NULL
			WHERE mail = 'waiting' AND mail_next_at <= $1 AND EXISTS (SELECT 1 FROM users u
				WHERE u.id = notice_recipients.user_id AND (u.disabled_at IS NOT NULL OR NOT u.mail_notices))`, millis(now)); err != nil {
			return err
		}
		userID, err := one(ctx, q, scanOne[string], `SELECT user_id FROM notice_recipients
			WHERE mail = 'waiting' AND mail_next_at <= $1 ORDER BY mail_next_at LIMIT 1`, millis(now))
		if errors.Is(err, post.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		// What waits for the first time goes along before its own moment; what
		// another is sending, or failed to send, keeps to it.
		type claimed struct {
			noticeID string
			tries    int
		}
		all, err := many(ctx, q, func(r row) (c claimed, err error) {
			err = r.Scan(&c.noticeID, &c.tries)
			return c, err
		}, `UPDATE notice_recipients SET mail_attempts = mail_attempts + 1, mail_next_at = $3
			WHERE mail = 'waiting' AND user_id = $1 AND (mail_next_at <= $2 OR mail_attempts = 0)
			AND notice_id IN (SELECT notice_id FROM notice_recipients
				WHERE mail = 'waiting' AND user_id = $1 AND (mail_next_at <= $2 OR mail_attempts = 0) ORDER BY mail_next_at, notice_id LIMIT $4)
			RETURNING notice_id, mail_attempts`, userID, millis(now), millis(until), mailNotices)
		if err != nil || len(all) == 0 {
			return err
		}
		m := Mailing{}
		ids := make([]string, len(all))
		for i, c := range all {
			ids[i] = c.noticeID
			m.Tries = max(m.Tries, c.tries)
		}
		if m.User, err = one(ctx, q, scanUser, `SELECT `+userColumns+` FROM users WHERE id = $1`, userID); err != nil {
			return err
		}
		chosen, args := in(1, nil, ids)
		if m.Notices, err = many(ctx, q, scanNotice, `SELECT `+noticeColumns+` FROM notices
			WHERE id IN `+chosen+` ORDER BY created_at, id`, args...); err != nil {
			return err
		}
		mailing = &m
		return nil
	})
	return mailing, err
}

// MailingSent records that a mail was handed to a server.
func (s *Store) MailingSent(ctx context.Context, m *Mailing, at time.Time) error {
	return s.endMailing(ctx, m, `SET mail = 'sent', mailed_at = $2, mail_next_at = NULL
		WHERE user_id = $1 AND mail <> 'sent'`, m.User.ID, millis(at))
}

// MailingPostponed lets a mail be tried again. What was first told before
// giveUpBefore is not tried any more: its mail failed, its notice stays.
func (s *Store) MailingPostponed(ctx context.Context, m *Mailing, next, giveUpBefore time.Time) error {
	return s.endMailing(ctx, m, `SET
		mail = CASE WHEN (SELECT n.created_at FROM notices n WHERE n.id = notice_id) < $3 THEN 'failed' ELSE 'waiting' END,
		mail_next_at = CASE WHEN (SELECT n.created_at FROM notices n WHERE n.id = notice_id) < $3 THEN NULL ELSE CAST($2 AS BIGINT) END
		WHERE user_id = $1 AND mail = 'waiting'`, m.User.ID, millis(next), millis(giveUpBefore))
}

// endMailing ends a claim by an assignment with placeholders up to those of
// args.
func (s *Store) endMailing(ctx context.Context, m *Mailing, set string, args ...any) error {
	chosen, args := in(len(args)+1, args, m.ids())
	return s.writeOne(ctx, "end mailing", func(ctx context.Context, q querier) error {
		_, err := exec(ctx, q, `UPDATE notice_recipients `+set+` AND notice_id IN `+chosen, args...)
		return err
	})
}
