package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const noticeColumns = `id, commune_id, kind, subject, severity, post_id, delivery_id, channel_id, title, message, next_step, created_at, settled_at`

func scanNotice(r row) (post.Notice, error) { return scanNoticeAnd(r) }

// scanNoticeAnd reads noticeColumns and what the query adds to them.
func scanNoticeAnd(r row, more ...any) (n post.Notice, err error) {
	err = r.Scan(append([]any{
		&n.ID, &n.CommuneID, &n.Kind, &n.Subject, &n.Severity, &n.PostID, &n.DeliveryID, &n.ChannelID,
		&n.Title, &n.Message, &n.NextStep,
		instant{&n.CreatedAt},
		instant{&n.SettledAt},
	}, more...)...)
	return n, err
}

// OpenNotice tells the administrators of a commune, and the author of
// n.PostID, of something. opened is false when a notice of the same kind and
// subject is open: it takes the new words, and one that becomes an error is
// unread again. An open error does not become a warning. ID and CreatedAt may
// be empty.
func (s *Store) OpenNotice(ctx context.Context, n post.Notice) (opened bool, err error) {
	return s.OpenNoticeFor(ctx, n)
}

// OpenNoticeFor is OpenNotice that also tells more users of the commune.
func (s *Store) OpenNoticeFor(ctx context.Context, n post.Notice, userIDs ...string) (opened bool, err error) {
	if n.ID == "" {
		n.ID = NewID()
	}
	n.CreatedAt = s.orNow(n.CreatedAt)
	var changed bool
	err = s.write(ctx, "open notice", func(ctx context.Context, q querier) error {
		opened, changed = false, false
		if err := s.escalate(ctx, q, &n); err != nil {
			return err
		}
		id, err := upsertNotice(ctx, q, &n)
		if errors.Is(err, post.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		opened, changed = id == n.ID, true
		if err := s.addRecipients(ctx, q, id, &n, userIDs); err != nil {
			return err
		}
		return noticeEvent(ctx, q, n.CommuneID, id, n.PostID, noticeOpen, n.CreatedAt)
	})
	if err != nil {
		return false, err
	}
	if changed {
		s.ring(ringEvent)
	}
	return opened, nil
}

// escalate makes an open warning unread and unsent again when it becomes an
// error.
func (s *Store) escalate(ctx context.Context, q querier, n *post.Notice) error {
	if n.Severity != post.SeverityError {
		return nil
	}
	id, err := one(ctx, q, scanOne[string], `UPDATE notices SET severity = 'error'
		WHERE commune_id = $1 AND kind = $2 AND subject = $3 AND settled_at IS NULL AND severity = 'warning' RETURNING id`,
		n.CommuneID, n.Kind, n.Subject)
	if errors.Is(err, post.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = exec(ctx, q, `UPDATE notice_recipients SET read_at = NULL, mail_attempts = 0,
		mail = CASE WHEN $2 THEN 'waiting' ELSE 'none' END,
		mail_next_at = CASE WHEN $2 THEN CAST($3 AS BIGINT) END
		WHERE notice_id = $1`, id, s.mails(), millis(n.CreatedAt.Add(s.mailAfter)))
	return err
}

// upsertNotice returns the id of the notice that was added or changed, or
// post.ErrNotFound when the open one says the same already.
func upsertNotice(ctx context.Context, q querier, n *post.Notice) (string, error) {
	in := insert("notices", noticeColumns, []any{
		n.ID, n.CommuneID, n.Kind, n.Subject, n.Severity, n.PostID, n.DeliveryID, n.ChannelID,
		n.Title, n.Message, n.NextStep, millis(n.CreatedAt), nil,
	})
	return one(ctx, q, scanOne[string], in.query+` ON CONFLICT (commune_id, kind, subject) WHERE settled_at IS NULL
		DO UPDATE SET post_id = excluded.post_id, delivery_id = excluded.delivery_id, channel_id = excluded.channel_id,
			title = excluded.title, message = excluded.message, next_step = excluded.next_step
		WHERE notices.severity = excluded.severity
		AND (notices.title, notices.message, notices.next_step) <> (excluded.title, excluded.message, excluded.next_step)
		RETURNING id`, in.args...)
}

// addRecipients adds the readers whom the notice has not yet.
func (s *Store) addRecipients(ctx context.Context, q querier, id string, n *post.Notice, userIDs []string) error {
	args := []any{id, n.CommuneID, n.PostID, s.mails(), millis(n.CreatedAt.Add(s.mailAfter))}
	more, args := in(len(args)+1, args, append([]string{""}, userIDs...))
	_, err := exec(ctx, q, `INSERT INTO notice_recipients (notice_id, commune_id, user_id, mail, mail_next_at)
		SELECT $1, u.commune_id, u.id,
			CASE WHEN u.mail_notices AND $4 THEN 'waiting' ELSE 'none' END,
			CASE WHEN u.mail_notices AND $4 THEN CAST($5 AS BIGINT) END
		FROM users u WHERE u.commune_id = $2 AND u.disabled_at IS NULL AND (u.role = 'administrator'
			OR u.id = (SELECT p.author_id FROM posts p WHERE p.commune_id = $2 AND p.id = $3)
			OR u.id IN `+more+`)
		ON CONFLICT (notice_id, user_id) DO NOTHING`, args...)
	return err
}

// mails reports whether notices also go by mail.
func (s *Store) mails() bool { return s.mailAfter > 0 }

// OpenNoticeEverywhere opens a notice in every commune, for what concerns the
// whole installation. It returns in how many it was new.
func (s *Store) OpenNoticeEverywhere(ctx context.Context, n post.Notice) (opened int, err error) {
	communes, err := s.Communes(ctx)
	if err != nil {
		return 0, err
	}
	for _, c := range communes {
		n.ID, n.CommuneID = "", c.ID
		isNew, err := s.OpenNotice(ctx, n)
		if err != nil {
			return opened, err
		}
		if isNew {
			opened++
		}
	}
	return opened, nil
}

// SettleNotice closes the open notice of a kind and subject, if there is one,
// because its reason is gone. Mails that still wait are not sent.
func (s *Store) SettleNotice(ctx context.Context, communeID string, kind post.NoticeKind, subject string, at time.Time) error {
	return s.settleNotices(ctx, at, `commune_id = $2 AND kind = $3 AND subject = $4`, communeID, kind, subject)
}

// SettleNoticeEverywhere is SettleNotice for every commune.
func (s *Store) SettleNoticeEverywhere(ctx context.Context, kind post.NoticeKind, subject string, at time.Time) error {
	return s.settleNotices(ctx, at, `kind = $2 AND subject = $3`, kind, subject)
}

// SettleNotices closes notices of any commune by their ids.
func (s *Store) SettleNotices(ctx context.Context, ids []string, at time.Time) error {
	for len(ids) > 0 {
		n := min(len(ids), noticeBatch)
		chosen, args := in(2, nil, ids[:n])
		if err := s.settleNotices(ctx, at, `id IN `+chosen, args...); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// noticeBatch bounds one statement over many notices.
const noticeBatch = 256

// settleNotices closes the open notices that a condition with placeholders from
// $2 chooses.
func (s *Store) settleNotices(ctx context.Context, at time.Time, condition string, args ...any) error {
	at = s.orNow(at)
	var all []post.Notice
	err := s.write(ctx, "settle notices", func(ctx context.Context, q querier) (err error) {
		all, err = many(ctx, q, scanNotice, `UPDATE notices SET settled_at = $1 WHERE settled_at IS NULL AND `+condition+`
			RETURNING `+noticeColumns, append([]any{millis(at)}, args...)...)
		if err != nil {
			return err
		}
		for i := range all {
			n := &all[i]
			if _, err := exec(ctx, q, `UPDATE notice_recipients SET mail = 'none', mail_next_at = NULL
				WHERE notice_id = $1 AND mail = 'waiting'`, n.ID); err != nil {
				return err
			}
			if err := noticeEvent(ctx, q, n.CommuneID, n.ID, n.PostID, noticeSettled, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && len(all) > 0 {
		s.ring(ringEvent)
	}
	return err
}

// Notices lists what a user was told, newest first; unread: only what is open
// and not yet seen. A cursor that is none is a post.Malformed problem.
func (s *Store) Notices(ctx context.Context, communeID, userID string, unread bool, after string) (post.NoticePage, error) {
	w := where{}
	w.and("r.user_id = %s", userID)
	w.and("n.commune_id = %s", communeID)
	if unread {
		w.and(isUnread)
	}
	if after != "" {
		at, id, err := parseCursor(after)
		if err != nil {
			return post.NoticePage{}, err
		}
		w.and("(n.created_at, n.id) < (%s, %s)", at, id)
	}
	// One more than the page tells whether there is another.
	all, err := many(ctx, s.engine.reader(), func(r row) (post.Notice, error) {
		var readAt time.Time
		n, err := scanNoticeAnd(r, instant{&readAt})
		n.ReadAt = readAt
		return n, err
	}, `SELECT n.id, n.commune_id, n.kind, n.subject, n.severity, n.post_id, n.delivery_id, n.channel_id,
			n.title, n.message, n.next_step, n.created_at, n.settled_at, r.read_at
		FROM notices n JOIN notice_recipients r ON r.notice_id = n.id
		WHERE `+w.text()+` ORDER BY n.created_at DESC, n.id DESC LIMIT `+strconv.Itoa(pageDefault+1), w.args...)
	if err != nil {
		return post.NoticePage{}, s.wrap("notices", err)
	}
	page := post.NoticePage{Notices: all}
	if len(all) > pageDefault {
		page.Notices = all[:pageDefault]
		last := &all[pageDefault-1]
		page.NextCursor = cursor(last.CreatedAt, last.ID)
	}
	page.Unread, err = one(ctx, s.engine.reader(), scanOne[int], `SELECT COUNT(*) FROM notice_recipients r JOIN notices n ON n.id = r.notice_id
		WHERE r.user_id = $1 AND n.commune_id = $2 AND `+isUnread, userID, communeID)
	return page, s.wrap("notices", err)
}

// isUnread stands over notices n and recipients r.
const isUnread = `n.settled_at IS NULL AND r.read_at IS NULL`

// ReadNotices marks notices as seen by a user; no ids: all of them. What was
// seen before, and what is not theirs, is passed over.
func (s *Store) ReadNotices(ctx context.Context, communeID, userID string, ids []string, at time.Time) error {
	query := `UPDATE notice_recipients SET read_at = $3 WHERE commune_id = $1 AND user_id = $2 AND read_at IS NULL`
	args := []any{communeID, userID, millis(s.orNow(at))}
	if len(ids) > 0 {
		var chosen string
		chosen, args = in(len(args)+1, args, ids)
		query += ` AND notice_id IN ` + chosen
	}
	return s.writeOne(ctx, "read notices", func(ctx context.Context, q querier) error {
		_, err := exec(ctx, q, query, args...)
		return err
	})
}

// SetMailNotices saves whether a user wants notices by mail.
func (s *Store) SetMailNotices(ctx context.Context, communeID, userID string, wanted bool) error {
	return s.writeOne(ctx, "mail notices", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrNotFound, `UPDATE users SET mail_notices = $3 WHERE commune_id = $1 AND id = $2`, communeID, userID, wanted)
	})
}

// OpenNotices counts the open notices of all communes.
func (s *Store) OpenNotices(ctx context.Context) (int, error) {
	n, err := one(ctx, s.engine.reader(), scanOne[int], `SELECT COUNT(*) FROM notices WHERE settled_at IS NULL`)
	return n, s.wrap("open notices", err)
}

// PurgeNotices forgets notices that were settled before a moment, at most
// limit.
func (s *Store) PurgeNotices(ctx context.Context, before time.Time, limit int) (int, error) {
	var n int64
	err := s.write(ctx, "purge notices", func(ctx context.Context, q querier) error {
		ids, err := many(ctx, q, scanOne[string], `SELECT id FROM notices WHERE settled_at < $1 ORDER BY settled_at LIMIT $2`, millis(before), limit)
		if err != nil || len(ids) == 0 {
			return err
		}
		chosen, args := in(1, nil, ids)
		if _, err := exec(ctx, q, `DELETE FROM notice_recipients WHERE notice_id IN `+chosen, args...); err != nil {
			return err
		}
		n, err = exec(ctx, q, `DELETE FROM notices WHERE id IN `+chosen, args...)
		return err
	})
	return int(n), err
}
