package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const (
	pageDefault = 50
	pageMax     = 100
)

// statusOf says in SQL what post.StatusOf says in Go, in the same order. A test
// compares the two over random sets of deliveries.
const statusOf = `(SELECT CASE
	WHEN COUNT(*) = 0 OR COUNT(*) FILTER (WHERE d.state = 'draft') > 0 THEN 'draft'
	WHEN COUNT(*) FILTER (WHERE d.state = 'awaiting_approval') > 0 THEN 'awaiting_approval'
	WHEN COUNT(*) FILTER (WHERE d.state IN ('sending', 'retrying', 'unknown', 'reconciling')) > 0 THEN 'publishing'
	WHEN COUNT(*) FILTER (WHERE d.state = 'cancelled') = COUNT(*) THEN 'cancelled'
	WHEN COUNT(*) FILTER (WHERE d.state IN ('scheduled', 'held')) > 0
		AND COUNT(*) FILTER (WHERE d.state IN ('sent', 'failed', 'missed')) > 0 THEN 'publishing'
	WHEN COUNT(*) FILTER (WHERE d.state IN ('scheduled', 'held')) > 0 THEN 'scheduled'
	WHEN COUNT(*) FILTER (WHERE d.state IN ('sent', 'cancelled')) = COUNT(*) THEN 'published'
	WHEN COUNT(*) FILTER (WHERE d.state = 'sent') > 0 THEN 'partly_published'
	ELSE 'failed' END
	FROM deliveries d WHERE d.post_id = p.id AND d.commune_id = p.commune_id)`

// isNoExercise leaves out what exists for an exercise only.
const isNoExercise = `(p.broadcast_id = '' OR NOT EXISTS (SELECT 1 FROM broadcasts b
	WHERE b.commune_id = p.commune_id AND b.id = p.broadcast_id AND b.exercise))`

// Posts lists the posts of a commune, newest hour first, without those of
// exercises; a post without an hour
// stands where it was made. A cursor that is none is a post.Malformed problem.
func (s *Store) Posts(ctx context.Context, communeID string, f post.Filter) (post.Page, error) {
	limit := f.Limit
	if limit <= 0 {
		limit = pageDefault
	}
	limit = min(limit, pageMax)

	w := where{}
	w.and("p.commune_id = %s", communeID)
	w.and(isNoExercise)
	if !f.From.IsZero() {
		w.and("p.due_at >= %s", millis(f.From))
		w.and("p.listed_at >= %s", millis(f.From))
	}
	if !f.To.IsZero() {
		w.and("p.due_at < %s", millis(f.To))
		w.and("p.listed_at < %s", millis(f.To))
	}
	if f.Status != "" {
		w.and(statusOf+" = %s", f.Status)
	}
	if f.ChannelID != "" {
		w.and("EXISTS (SELECT 1 FROM deliveries c WHERE c.post_id = p.id AND c.commune_id = p.commune_id AND c.channel_id = %s)", f.ChannelID)
	}
	if q := strings.TrimSpace(f.Query); q != "" {
		w.and(`p.search LIKE %s ESCAPE '\'`, "%"+likeEscape(fold(q))+"%")
	}
	if f.Cursor != "" {
		at, id, err := parseCursor(f.Cursor)
		if err != nil {
			return post.Page{}, err
		}
		w.and("(p.listed_at, p.id) < (%s, %s)", at, id)
	}

	type listed struct {
		post.Post
		at time.Time
	}
	// One more than the page tells whether there is another.
	all, err := many(ctx, s.engine.reader(), func(r row) (l listed, err error) {
		l.Post, err = scanPostAnd(r, instant{&l.at})
		return l, err
	}, `SELECT `+postColumns+`, p.listed_at FROM `+postTables+` WHERE `+w.text()+
		` ORDER BY p.listed_at DESC, p.id DESC LIMIT `+strconv.Itoa(limit+1), w.args...)
	if err != nil {
		return post.Page{}, s.wrap("posts", err)
	}
	var page post.Page
	if len(all) > limit {
		all = all[:limit]
		last := all[limit-1]
		page.NextCursor = cursor(last.at, last.ID)
	}
	for _, l := range all {
		page.Posts = append(page.Posts, l.Post)
	}
	err = readDeliveries(ctx, s.engine.reader(), communeID, page.Posts)
	return page, s.wrap("posts", err)
}

// where collects conditions and their arguments.
type where struct {
	parts []string
	args  []any
}

// and adds a condition; each %s becomes the placeholder of an argument.
func (w *where) and(condition string, args ...any) {
	names := make([]any, len(args))
	for i := range args {
		names[i] = "$" + strconv.Itoa(len(w.args)+i+1)
	}
	w.parts = append(w.parts, fmt.Sprintf(condition, names...))
	w.args = append(w.args, args...)
}

func (w *where) text() string { return strings.Join(w.parts, " AND ") }

// cursor is the place after a row in a list that is ordered by instant and id.
func cursor(at time.Time, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(at.UnixMilli(), 10) + " " + id))
}

func parseCursor(text string) (at int64, id string, err error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		var ms string
		var found bool
		if ms, id, found = strings.Cut(string(b), " "); found {
			at, err = strconv.ParseInt(ms, 10, 64)
		} else {
			err = fmt.Errorf("cursor without id")
		}
	}
	if err != nil {
		return 0, "", &post.Problem{
			Kind: post.Malformed, Code: "cursor_invalid", Err: err,
			Detail: "Cette page de la liste n’existe pas. Reprenez la liste au début.",
		}
	}
	return at, id, nil
}
