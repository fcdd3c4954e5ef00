package store

import (
	"context"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// plannedText is how much of a post's text a calendar needs, in characters.
const plannedText = 160

// isPlanned tells of a post, as p, that it stands between the moments $2 and $3
// or has no hour. Without exercises, as in every list.
const isPlanned = `p.commune_id = $1
	AND ((p.due_at IS NOT NULL AND p.listed_at >= $2 AND p.listed_at < $3) OR p.due_at IS NULL)
	AND ` + isNoExercise

// plannedTogether is how many posts are asked about in one statement.
const plannedTogether = 512

// PlannedPosts lists the posts between two moments, from included and to not,
// the earliest first, and after them the drafts without an hour.
func (s *Store) PlannedPosts(ctx context.Context, communeID string, from, to time.Time) ([]post.PlannedPost, error) {
	all, err := many(ctx, s.engine.reader(), scanPlanned, `SELECT p.id, p.version, p.due_at, p.updated_at, p.broadcast_id, v.content
		FROM `+postTables+` WHERE `+isPlanned+` ORDER BY p.due_at IS NULL, p.listed_at, p.id`, communeID, millis(from), millis(to))
	if err != nil {
		return nil, s.wrap("planned posts", err)
	}
	for some := range slices.Chunk(all, plannedTogether) {
		if err := s.completePlanned(ctx, communeID, some); err != nil {
			return nil, s.wrap("planned posts", err)
		}
	}
	// One without an hour is a draft, unless it was given up.
	return slices.DeleteFunc(all, func(p post.PlannedPost) bool { return p.DueAt.IsZero() && p.Status != post.StatusDraft }), nil
}

// completePlanned fills in where posts leave and what they belong to.
func (s *Store) completePlanned(ctx context.Context, communeID string, posts []post.PlannedPost) error {
	ids := make([]string, len(posts))
	at := make(map[string]*post.PlannedPost, len(posts))
	for i := range posts {
		ids[i] = posts[i].ID
		at[ids[i]] = &posts[i]
	}
	if err := s.plannedChannels(ctx, communeID, ids, at); err != nil {
		return err
	}
	links, err := s.SeriesOf(ctx, communeID, ids)
	for i := range links {
		at[links[i].PostID].Series = &links[i]
	}
	return err
}

func scanPlanned(r row) (p post.PlannedPost, err error) {
	var content post.Content
	err = r.Scan(&p.ID, &p.Version, instant{&p.DueAt}, instant{&p.UpdatedAt}, &p.BroadcastID, document{&content})
	p.Title, p.Text, p.Category = content.Title, beginning(content.Text, plannedText), content.Category
	if len(content.Images) > 0 {
		p.ImageID = content.Images[0].MediaID
	}
	return p, err
}

// beginning cuts a text after a number of characters.
func beginning(text string, length int) string {
	for i := range text {
		if length == 0 {
			return text[:i]
		}
		length--
	}
	return text
}

// plannedChannels fills in where posts leave, and what follows for their status.
// Of a channel's occurrences the last counts that was not given up.
func (s *Store) plannedChannels(ctx context.Context, communeID string, ids []string, posts map[string]*post.PlannedPost) error {
	type leaving struct {
		post.PlannedChannel
		postID string
	}
	chosen, args := in(2, []any{communeID}, ids)
	all, err := many(ctx, s.engine.reader(), func(r row) (l leaving, err error) {
		err = r.Scan(&l.postID, &l.ID, &l.Kind, &l.State)
		return l, err
	}, `SELECT post_id, channel_id, kind, state FROM deliveries
		WHERE commune_id = $1 AND post_id IN `+chosen+` ORDER BY post_id, occurrence, created_at, id`, args...)
	if err != nil {
		return err
	}
	states := make(map[string][]post.Delivery, len(posts))
	for _, l := range all {
		p := posts[l.postID]
		states[l.postID] = append(states[l.postID], post.Delivery{State: l.State})
		known := slices.IndexFunc(p.Channels, func(c post.PlannedChannel) bool { return c.ID == l.ID })
		switch {
		case known < 0:
			p.Channels = append(p.Channels, l.PlannedChannel)
		case l.State != post.Cancelled:
			p.Channels[known] = l.PlannedChannel
		}
	}
	for id, p := range posts {
		p.Status = post.StatusOf(states[id])
	}
	return nil
}
