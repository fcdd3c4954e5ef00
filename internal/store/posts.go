package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/crieur/crieur/internal/post"
)

const postColumns = `p.id, p.commune_id, p.author_id, p.key, p.version, p.mode, p.wall, p.zone, p.due_at, p.max_lateness,
	p.created_at, p.updated_at, v.content, v.variants, p.broadcast_id, p.updated_by`

const postTables = `posts p JOIN post_versions v ON v.commune_id = p.commune_id AND v.post_id = p.id AND v.version = p.version`

func scanPost(r row) (post.Post, error) { return scanPostAnd(r) }

func scanPostAnd(r row, more ...any) (p post.Post, err error) {
	err = r.Scan(append([]any{
		&p.ID, &p.CommuneID, maybe(&p.AuthorID), &p.Key, &p.Version, &p.Schedule.Mode, &p.Schedule.Wall, &p.Schedule.Zone,
		instant{&p.Schedule.DueAt},
		period{&p.MaxLateness},
		instant{&p.CreatedAt},
		instant{&p.UpdatedAt},
		document{&p.Content},
		document{&p.Variants},
		&p.BroadcastID, &p.UpdatedBy,
	}, more...)...)
	return p, err
}

// CreatePost saves a post with its first version and its deliveries, all or
// nothing. What would wait for a worker is held while an alert is open. post.ErrConflict: its id or key exists. post.ErrNotFound: a channel
// or the author is not of the commune.
func (s *Store) CreatePost(ctx context.Context, p post.Post) error {
	all, err := s.newPost(&p)
	if err != nil {
		return s.wrap("create post", err)
	}
	err = s.writeOne(ctx, "create post", func(ctx context.Context, q querier) error {
		return s.engine.inserts(ctx, q, all)
	})
	if err == nil {
		s.ring(ringForPost(&p))
	}
	return err
}

func ringForPost(p *post.Post) ring {
	for i := range p.Deliveries {
		if !p.Deliveries[i].NextAt.IsZero() {
			return ringDue
		}
	}
	return ringEvent
}

func (s *Store) newPost(p *post.Post) ([]statement, error) {
	now := s.orNow(p.CreatedAt)
	version, err := versionRow(p, now)
	if err != nil {
		return nil, err
	}
	event, err := postEvent(p, now)
	if err != nil {
		return nil, err
	}
	all := []statement{
		insert("posts", `commune_id, id, author_id, key, version, mode, wall, zone, due_at, max_lateness, listed_at, search, created_at, updated_at, broadcast_id, updated_by`, []any{
			p.CommuneID, p.ID, orNull(p.AuthorID), p.Key, p.Version, p.Schedule.Mode, p.Schedule.Wall, p.Schedule.Zone,
			millis(p.Schedule.DueAt), p.MaxLateness.Milliseconds(), millis(listedAt(p, now)), searchText(p.Content), millis(now), millis(now), p.BroadcastID, p.UpdatedBy,
		}),
		insert("post_versions", versionColumns, version),
	}
	if len(p.Deliveries) > 0 {
		rows := make([][]any, len(p.Deliveries))
		for i := range p.Deliveries {
			if rows[i], err = newDelivery(p, &p.Deliveries[i], now); err != nil {
				return nil, err
			}
		}
		all = append(all, s.insertDeliveries(rows))
	}
	all = append(all, useOfMedia(p.CommuneID, p.ID, "", p.Content.Images)...)
	all = append(all, learnAlt(p.CommuneID, p.Content.Images, nil)...)
	return append(all, event), nil
}

// newDelivery is the row of a delivery of a post. It belongs where the post
// belongs.
func newDelivery(p *post.Post, d *post.Delivery, now time.Time) ([]any, error) {
	if d.CommuneID != p.CommuneID || d.PostID != p.ID {
		return nil, errors.New("a delivery of another post")
	}
	return deliveryRow(d, now)
}

const versionColumns = `commune_id, post_id, version, content, sha256, variants, created_at`

func versionRow(p *post.Post, now time.Time) ([]any, error) {
	content, err := json.Marshal(p.Content)
	if err != nil {
		return nil, err
	}
	variants, err := json.Marshal(p.Variants)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	sum.Write(content)
	sum.Write(variants)
	return []any{p.CommuneID, p.ID, p.Version, string(content), hex.EncodeToString(sum.Sum(nil)), string(variants), millis(now)}, nil
}

// listedAt is the place of a post in lists: its hour, or its making.
func listedAt(p *post.Post, createdAt time.Time) time.Time {
	if p.Schedule.DueAt.IsZero() {
		return createdAt
	}
	return p.Schedule.DueAt
}

// searchText is what a search looks through.
func searchText(c post.Content) string { return fold(c.Title + "\n" + c.Text) }

// fold makes "Été" and "ete" equal.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// Post returns a post with its current version and its deliveries.
func (s *Store) Post(ctx context.Context, communeID, id string) (post.Post, error) {
	p, err := readPost(ctx, s.engine.reader(), communeID, id)
	return p, s.wrap("post", err)
}

func readPost(ctx context.Context, q querier, communeID, id string) (post.Post, error) {
	p, err := one(ctx, q, scanPost, `SELECT `+postColumns+` FROM `+postTables+` WHERE p.commune_id = $1 AND p.id = $2`, communeID, id)
	if err != nil {
		return post.Post{}, err
	}
	all := []post.Post{p}
	err = readDeliveries(ctx, q, communeID, all)
	return all[0], err
}

// readDeliveries fills in the deliveries of posts of one commune.
func readDeliveries(ctx context.Context, q querier, communeID string, posts []post.Post) error {
	if len(posts) == 0 {
		return nil
	}
	ids := make([]string, len(posts))
	at := make(map[string]*post.Post, len(posts))
	for i := range posts {
		ids[i] = posts[i].ID
		at[ids[i]] = &posts[i]
	}
	list, args := in(2, []any{communeID}, ids)
	all, err := many(ctx, q, scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries
		WHERE commune_id = $1 AND post_id IN `+list+` ORDER BY post_id, occurrence, created_at, id`, args...)
	for _, d := range all {
		at[d.PostID].Deliveries = append(at[d.PostID].Deliveries, d)
	}
	return err
}

// PostKeys lists the keys of the commune's posts that begin with a prefix.
func (s *Store) PostKeys(ctx context.Context, communeID, prefix string) ([]string, error) {
	keys, err := many(ctx, s.engine.reader(), scanOne[string], `SELECT key FROM posts
		WHERE commune_id = $1 AND key >= $2 AND key < $3 ORDER BY key`, communeID, prefix, prefix+string(unicode.MaxRune))
	return keys, s.wrap("post keys", err)
}

// likeEscape takes the meaning from the signs of a LIKE pattern.
func likeEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// UpdatePost replaces what a post says and where and when it leaves, as a new
// version. p is the post as it shall be: a delivery with an id that exists is
// changed, another is added, one that is missing is withdrawn.
//
// post.ErrStale: the post no longer has the version ifVersion.
// post.ErrConflict: a delivery is leaving, or may not change so. What is sent
// or cancelled is left as it is, and p does not name it. The post is a message of
// an alert: what was said is not changed. What would wait for a worker is held
// while an alert is open.
func (s *Store) UpdatePost(ctx context.Context, p post.Post, ifVersion int) error {
	now := s.orNow(p.UpdatedAt)
	p.Version = ifVersion + 1
	for i := range p.Deliveries {
		p.Deliveries[i].PostVersion = p.Version
	}
	err := s.write(ctx, "update post", func(ctx context.Context, q querier) error {
		held, err := s.keepFlag(ctx, q, p.CommuneID)
		if err != nil {
			return err
		}
		if err := replaceVersion(ctx, q, &p, ifVersion, now); err != nil {
			return err
		}
		if err := replaceMediaOfPost(ctx, q, &p, ifVersion); err != nil {
			return err
		}
		if err := s.replaceDeliveries(ctx, q, &p, held, now); err != nil {
			return err
		}
		event, err := postEvent(&p, now)
		if err != nil {
			return err
		}
		_, err = exec(ctx, q, event.query, event.args...)
		return err
	})
	if err == nil {
		s.ring(ringForPost(&p))
	}
	return err
}

func replaceVersion(ctx context.Context, q querier, p *post.Post, ifVersion int, now time.Time) error {
	changed, err := exec(ctx, q, `UPDATE posts SET version = $3, mode = $4, wall = $5, zone = $6, due_at = $7,
		max_lateness = $8, listed_at = COALESCE($7, created_at), search = $9, updated_at = $10, updated_by = $12
		WHERE commune_id = $1 AND id = $2 AND version = $11 AND broadcast_id = ''`,
		p.CommuneID, p.ID, p.Version, p.Schedule.Mode, p.Schedule.Wall, p.Schedule.Zone, millis(p.Schedule.DueAt),
		p.MaxLateness.Milliseconds(), searchText(p.Content), millis(now), ifVersion, p.UpdatedBy)
	if err != nil {
		return err
	}
	if changed == 0 {
		broadcast, err := one(ctx, q, scanOne[string], `SELECT broadcast_id FROM posts WHERE commune_id = $1 AND id = $2`, p.CommuneID, p.ID)
		if err == nil && broadcast != "" {
			err = fmt.Errorf("%w: it is a message of an alert", post.ErrConflict)
		}
		if err != nil {
			return err
		}
		return post.ErrStale
	}
	version, err := versionRow(p, now)
	if err != nil {
		return err
	}
	s := insert("post_versions", versionColumns, version)
	_, err = exec(ctx, q, s.query, s.args...)
	return err
}

// replaceDeliveries brings the rows to what the post says. It takes the rows
// first, by writing them, so that no worker can claim one in between, and only
// then looks whether one has left.
func (s *Store) replaceDeliveries(ctx context.Context, q querier, p *post.Post, held bool, now time.Time) error {
	taken, err := many(ctx, q, scanMoved, `UPDATE deliveries SET epoch = epoch + 1, updated_at = $3
		WHERE commune_id = $1 AND post_id = $2 AND state IN `+list(editable())+` RETURNING `+movedColumns, p.CommuneID, p.ID, millis(now))
	if err != nil {
		return err
	}
	others, err := many(ctx, q, scanMoved, `SELECT `+movedColumns+` FROM deliveries
		WHERE commune_id = $1 AND post_id = $2 AND state NOT IN `+list(editable()), p.CommuneID, p.ID)
	if err != nil {
		return err
	}
	for _, d := range others {
		// What is out or given up stays as it is, beside the new version.
		if d.state != post.Cancelled && d.state != post.Sent {
			return fmt.Errorf("%w: a delivery is %s", post.ErrConflict, d.state)
		}
	}
	var changes []moved
	for i := range p.Deliveries {
		d := heldWhile(p.Deliveries[i], held)
		at := slices.IndexFunc(taken, func(m moved) bool { return m.id == d.ID })
		if at < 0 {
			err = s.addDelivery(ctx, q, p, &d, now)
		} else {
			err = changeDelivery(ctx, q, &d, taken[at], now)
			taken = slices.Delete(taken, at, at+1)
		}
		if err != nil {
			return err
		}
		changes = append(changes, movedOf(&d))
	}
	for _, d := range taken {
		if err := withdraw(ctx, q, d, now); err != nil {
			return err
		}
		d.state = post.Cancelled
		changes = append(changes, d)
	}
	return addEvents(ctx, q, now, changes)
}

// addDelivery adds a delivery. A cancelled one of the same channel stays, and
// the new one is its next occurrence.
func (s *Store) addDelivery(ctx context.Context, q querier, p *post.Post, d *post.Delivery, now time.Time) error {
	last, err := one(ctx, q, scanOne[int], `SELECT COALESCE(MAX(occurrence), -1) FROM deliveries
		WHERE commune_id = $1 AND post_id = $2 AND channel_id = $3`, p.CommuneID, p.ID, d.ChannelID)
	if err != nil {
		return err
	}
	d.Occurrence = max(d.Occurrence, last+1)
	r, err := newDelivery(p, d, now)
	if err != nil {
		return err
	}
	add := s.insertDeliveries([][]any{r})
	_, err = exec(ctx, q, add.query, add.args...)
	return err
}

func changeDelivery(ctx context.Context, q querier, d *post.Delivery, old moved, now time.Time) error {
	if d.ChannelID != old.channelID {
		return errors.New("a delivery cannot change its channel")
	}
	if d.State != old.state && !post.May(old.state, d.State) {
		return fmt.Errorf("%w: a delivery is %s", post.ErrConflict, old.state)
	}
	if d.State == post.Sending || d.State == post.Reconciling {
		return errors.New("only a claim begins work")
	}
	failure, err := failureJSON(d.Failure)
	if err != nil {
		return err
	}
	_, err = exec(ctx, q, `UPDATE deliveries SET post_version = $2, state = $3, lane = $4, due_at = $5, max_lateness = $6,
		next_at = $7, ring_at = $7, claims = 0, preflight = 0, rendered = $8, fingerprint = $9, failure = $10, updated_at = $11,
		hold_reason = CASE WHEN $3 <> 'held' THEN '' WHEN $12 = '' THEN hold_reason ELSE $12 END
		WHERE id = $1`,
		d.ID, d.PostVersion, d.State, d.Lane, millis(d.DueAt), d.MaxLateness.Milliseconds(), millis(d.NextAt),
		string(d.Rendered), d.Fingerprint, failure, millis(now), d.HoldReason)
	if err != nil {
		return err
	}
	// An earlier try's uploads are of the earlier pictures.
	_, err = exec(ctx, q, `DELETE FROM steps WHERE delivery_id = $1 AND kind IN ('upload', 'container')`, d.ID)
	return err
}

// withdraw removes a delivery that no network ever heard of, and cancels one
// that was tried: its history stays.
func withdraw(ctx context.Context, q querier, d moved, now time.Time) error {
	gone, err := exec(ctx, q, `DELETE FROM deliveries WHERE id = $1 AND attempts = 0`, d.id)
	if err != nil || gone == 1 {
		return err
	}
	_, err = exec(ctx, q, `UPDATE deliveries SET state = 'cancelled', next_at = NULL, ring_at = NULL, updated_at = $2 WHERE id = $1`, d.id, millis(now))
	return err
}
