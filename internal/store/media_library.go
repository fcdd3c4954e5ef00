package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const (
	libraryDefault = 40
	libraryMax     = 100
	// usesMax bounds the uses that are listed of a picture.
	usesMax = 100
)

// needsPicture tells of a post, as p, that it has not left: it still needs its
// pictures to be changed or sent.
func needsPicture() string {
	return statusOf + ` IN ` + list([]post.Status{
		post.StatusDraft, post.StatusAwaitingApproval, post.StatusScheduled, post.StatusPublishing, post.StatusFailed,
	})
}

// eventNeedsPicture tells of an event, as e, that it is still to come; one that
// was postponed has no date yet. Its %s is the present.
const eventNeedsPicture = `(e.status = 'postponed' OR (e.status <> 'cancelled' AND e.ends_at >= %s))`

// MediaLibrary lists the pictures of a commune's library, newest first. A cursor
// that is none is a post.Malformed problem.
func (s *Store) MediaLibrary(ctx context.Context, communeID string, f post.MediaFilter) (post.MediaPage, error) {
	limit := f.Limit
	if limit <= 0 {
		limit = libraryDefault
	}
	limit = min(limit, libraryMax)
	w, err := libraryWhere(communeID, f)
	if err != nil {
		return post.MediaPage{}, err
	}
	// One more than the page tells whether there is another.
	all, err := many(ctx, s.engine.reader(), scanMedia, `SELECT `+mediaRead()+` FROM media m WHERE `+w.text()+
		` ORDER BY m.created_at DESC, m.id DESC LIMIT `+strconv.Itoa(limit+1), w.args...)
	if err != nil {
		return post.MediaPage{}, s.wrap("media library", err)
	}
	page := post.MediaPage{Media: all}
	if len(all) > limit {
		page.Media = all[:limit]
		last := page.Media[limit-1]
		page.NextCursor = cursor(last.CreatedAt, last.ID)
	}
	return page, nil
}

func libraryWhere(communeID string, f post.MediaFilter) (where, error) {
	w := where{}
	w.and("m.commune_id = %s", communeID)
	w.and("m.deleted_at IS NULL")
	switch f.Only {
	case post.MediaNoAlt:
		w.and("m.alt = ''")
	case post.MediaExpired:
		w.and("m.expires_on <> '' AND m.expires_on < %s", f.Today)
	case post.MediaConsentMissing:
		w.and("m.consent = 'unknown'")
	case post.MediaUnused:
		w.and("NOT EXISTS (SELECT 1 FROM media_uses u WHERE u.commune_id = m.commune_id AND u.media_id = m.id)")
	case post.MediaScheduled:
		w.and(`EXISTS (SELECT 1 FROM media_uses u JOIN posts p ON p.commune_id = u.commune_id AND p.id = u.post_id
			WHERE u.commune_id = m.commune_id AND u.media_id = m.id AND ` + statusOf + ` IN ('scheduled', 'awaiting_approval'))`)
	}
	for _, word := range strings.Fields(f.Query) {
		pattern := "%" + likeEscape(fold(word)) + "%"
		w.and(`(m.search LIKE %[1]s ESCAPE '\' OR m.alt_search LIKE %[1]s ESCAPE '\')`, pattern)
	}
	if f.Cursor != "" {
		at, id, err := parseCursor(f.Cursor)
		if err != nil {
			return where{}, err
		}
		w.and("(m.created_at, m.id) < (%s, %s)", at, id)
	}
	return w, nil
}

// UpdateMedia says more of a picture of the library.
func (s *Store) UpdateMedia(ctx context.Context, communeID, id string, patch post.MediaPatch) (post.Media, error) {
	var changed post.Media
	err := s.write(ctx, "update media", func(ctx context.Context, q querier) error {
		set, args := patchMedia(communeID, id, patch)
		// The first write takes the row: what is found by follows from the rest of
		// it, which others may change at the same time.
		if err := execOne(ctx, q, post.ErrNotFound, `UPDATE media SET `+set+`
			WHERE commune_id = $1 AND id = $2 AND deleted_at IS NULL`, args...); err != nil {
			return err
		}
		var err error
		if changed, err = mediaByID(ctx, q, communeID, id); err != nil {
			return err
		}
		_, err = exec(ctx, q, `UPDATE media SET search = $3, alt_search = $4 WHERE commune_id = $1 AND id = $2`,
			communeID, id, mediaSearch(&changed), fold(changed.Alt))
		return err
	})
	return changed, err
}

func patchMedia(communeID, id string, patch post.MediaPatch) (set string, args []any) {
	parts := []string{"id = id"}
	args = []any{communeID, id}
	to := func(column string, value any) {
		args = append(args, value)
		parts = append(parts, column+" = $"+strconv.Itoa(len(args)))
	}
	for _, text := range []struct {
		column string
		value  *string
	}{
		{"alt", patch.Alt},
		{"credit", patch.Credit},
		{"licence", patch.Licence},
		{"consent_note", patch.ConsentNote},
		{"expires_on", patch.ExpiresOn},
	} {
		if text.value != nil {
			to(text.column, *text.value)
		}
	}
	if patch.Consent != nil {
		to("consent", *patch.Consent)
	}
	return strings.Join(parts, ", "), args
}

// DeleteMedia takes a picture out of the library; its file stays for what is
// published with it. post.ErrConflict: a post that has not left, or an event
// that is to come, uses it.
func (s *Store) DeleteMedia(ctx context.Context, communeID, id string, now time.Time) error {
	return s.write(ctx, "delete media", func(ctx context.Context, q querier) error {
		err := execOne(ctx, q, post.ErrConflict, `UPDATE media AS m SET deleted_at = $3
			WHERE m.commune_id = $1 AND m.id = $2 AND m.deleted_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM media_uses u JOIN posts p ON p.commune_id = u.commune_id AND p.id = u.post_id
				WHERE u.commune_id = $1 AND u.media_id = $2 AND `+needsPicture()+`)
			AND NOT EXISTS (SELECT 1 FROM media_uses u JOIN agenda_events e ON e.commune_id = u.commune_id AND e.id = u.event_id
				WHERE u.commune_id = $1 AND u.media_id = $2 AND `+fmt.Sprintf(eventNeedsPicture, "$3")+`)`,
			communeID, id, millis(now))
		if !errors.Is(err, post.ErrConflict) {
			return err
		}
		m, err := mediaByID(ctx, q, communeID, id)
		if err == nil && !m.DeletedAt.IsZero() {
			err = post.ErrNotFound
		}
		if err != nil {
			return err
		}
		return post.ErrConflict
	})
}

// MediaUses lists the posts and events that use a picture, newest first, a
// hundred at most. now tells which events are over.
func (s *Store) MediaUses(ctx context.Context, communeID, id string, now time.Time) ([]post.MediaUse, error) {
	all, err := many(ctx, s.engine.reader(), func(r row) (u post.MediaUse, err error) {
		// The body of an event has a title too, and no text.
		var content post.Content
		var listed time.Time
		err = r.Scan(&u.PostID, &u.EventID, document{&content}, &u.Status, instant{&u.At}, instant{&listed}, &u.Waiting)
		u.Title = content.Headline()
		return u, err
	}, `SELECT p.id, '', v.content, `+statusOf+`, p.due_at, p.listed_at AS listed_at, CASE WHEN `+needsPicture()+` THEN TRUE ELSE FALSE END
		FROM `+postTables+` JOIN media_uses u ON u.commune_id = p.commune_id AND u.post_id = p.id
		WHERE u.commune_id = $1 AND u.media_id = $2
		UNION ALL SELECT '', e.id, e.body, e.status, e.starts_at, e.starts_at, CASE WHEN `+fmt.Sprintf(eventNeedsPicture, "$3")+` THEN TRUE ELSE FALSE END
		FROM media_uses u JOIN agenda_events e ON e.commune_id = u.commune_id AND e.id = u.event_id
		WHERE u.commune_id = $1 AND u.media_id = $2
		ORDER BY listed_at DESC LIMIT `+strconv.Itoa(usesMax), communeID, id, millis(now))
	return all, s.wrap("media uses", err)
}
