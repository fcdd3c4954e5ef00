package x

import (
	"context"
	"errors"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
)

const (
	// pageSize and maxPages bound a reading: X charges for every post that it
	// returns. Two hundred posts are weeks of a commune.
	pageSize = 50
	maxPages = 4
	// margin is added on both sides of the time of an attempt.
	margin = 2 * time.Minute
)

type user struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Username string `json:"username"`
}

// me asks X who we are.
func (c *channel) me(ctx context.Context, op string) (user, error) {
	var answer struct {
		Data user `json:"data"`
	}
	err := c.api.call(ctx, request{op: op, method: http.MethodGet, path: "/2/users/me"}, &answer)
	if err != nil {
		return user{}, err
	}
	if answer.Data.ID == "" {
		return user{}, &channels.Error{
			Kind: channels.Temporary, Op: op, Code: "x.unreadable", Err: errors.New("a success without an account"),
		}
	}
	return answer.Data, nil
}

// Check implements channels.Channel.
func (c *channel) Check(ctx context.Context) (channels.Health, error) {
	me, err := c.me(ctx, opCheck)
	if err != nil {
		return channels.Health{}, err
	}
	health := channels.Health{AccountID: me.ID, AccountName: me.Name, ExpiresAt: c.expiresAt}
	if health.AccountName == "" {
		health.AccountName = me.Username
	}
	if me.Username != "" {
		health.AccountURL = "https://x.com/" + url.PathEscape(me.Username)
		if c.api.base != defaultBase {
			health.AccountURL = c.api.base + "/" + url.PathEscape(me.Username)
		}
	}
	return health, nil
}

// timeline is a page of an account's posts, newest first. X renames fields
// from one version of its API to the next (2.167 says "post" where 2.159 says
// "tweet"); what is read here has one name in both, but for the list of edits.
type timeline struct {
	Data []timelinePost `json:"data"`
	Meta struct {
		NextToken string `json:"next_token"`
	} `json:"meta"`
	// Errors in a success: something is missing in the answer.
	Errors []struct {
		Type string `json:"type"`
	} `json:"errors"`
}

type timelinePost struct {
	ID        string    `json:"id"`
	Text      string    `json:"text"`
	CreatedAt time.Time `json:"created_at"`
	Entities  struct {
		URLs []timelineURL `json:"urls"`
	} `json:"entities"`
	Attachments struct {
		MediaKeys []string `json:"media_keys"`
	} `json:"attachments"`
	// An edited post has a new id for each edit; the first is ours.
	TweetEdits []string `json:"edit_history_tweet_ids"`
	PostEdits  []string `json:"edit_history_post_ids"`
}

type timelineURL struct {
	URL      string `json:"url"`
	Expanded string `json:"expanded_url"`
	MediaKey string `json:"media_key"`
}

// ids are all ids under which the post is known.
func (p timelinePost) ids() []string {
	return append(append([]string{p.ID}, p.TweetEdits...), p.PostEdits...)
}

// written is the text as its author wrote it: X replaces links by t.co ones,
// adds one for the pictures, and escapes.
func (p timelinePost) written() string {
	text := p.Text
	for _, u := range p.Entities.URLs {
		switch {
		case u.URL == "":
		case u.MediaKey != "":
			text = strings.Replace(text, u.URL, "", 1)
		case u.Expanded != "":
			text = strings.Replace(text, u.URL, u.Expanded, 1)
		}
	}
	return html.UnescapeString(text)
}

// Find implements channels.Finder: it reads the account's newest posts back to
// before the attempt, and on until a post that we know to be older is seen.
//
// A post is ours when its text (adapt.Wanted), its number of pictures and its
// time agree. Of several the first is the one.
func (c *channel) Find(ctx context.Context, p channels.Probe) (channels.Finding, error) {
	id := c.userID
	if id == "" {
		me, err := c.me(ctx, opFind)
		if err != nil {
			return channels.Finding{}, err
		}
		id = me.ID
	}
	search := newSearch(p)
	next := ""
	for range maxPages {
		page, err := c.timeline(ctx, id, next)
		if err != nil {
			return channels.Finding{}, err
		}
		for _, post := range page.Data {
			search.see(post)
		}
		search.partial = search.partial || len(page.Errors) > 0
		next = page.Meta.NextToken
		search.complete = search.complete || next == ""
		if next == "" || search.done() {
			break
		}
	}
	return c.finding(search), nil
}

// finding is what the reading showed: of the posts that say the same, those that
// the attempt made and not a rival, in its time.
func (c *channel) finding(s *search) channels.Finding {
	finding := channels.Finding{Trustworthy: s.done() && !s.partial}
	made := make([]time.Time, len(s.alike))
	for i, post := range s.alike {
		made[i] = post.CreatedAt
	}
	for _, i := range s.probe.Mine(made) {
		post := s.alike[i]
		if !s.until.IsZero() && post.CreatedAt.After(s.until) {
			continue
		}
		receipt := channels.Receipt{RemoteID: post.ID, URL: c.postURL(post.ID), At: post.CreatedAt}
		if finding.Matches++; finding.Matches == 1 {
			finding.Receipt = &receipt
		} else {
			finding.Doubles = append(finding.Doubles, receipt)
		}
	}
	return finding
}

func (c *channel) timeline(ctx context.Context, userID, next string) (timeline, error) {
	query := url.Values{
		"max_results":  {strconv.Itoa(pageSize)},
		"tweet.fields": {"created_at,text,entities,attachments"},
		"exclude":      {"retweets"},
	}
	if next != "" {
		query.Set("pagination_token", next)
	}
	var page timeline
	r := request{op: opFind, method: http.MethodGet, path: "/2/users/" + url.PathEscape(userID) + "/tweets", query: query}
	if err := c.api.call(ctx, r, &page); err != nil {
		return timeline{}, err
	}
	return page, nil
}

// search is the state of one reading.
type search struct {
	probe       channels.Probe
	wanted      adapt.Wanted
	from, until time.Time
	// alike are the posts that say the same.
	alike []timelinePost
	// complete: everything since before the attempt was read.
	complete bool
	// partial: X said that something was missing.
	partial bool
	// canary: a post that we know to be older was seen, or none is known.
	canary bool
}

func newSearch(p channels.Probe) *search {
	s := &search{
		probe: p, wanted: adapt.Want(p.Rendered.Text, len(p.Rendered.Images)).Marked(p.Rendered.Article),
		from: p.StartedAt.Add(-margin), canary: len(p.KnownOlder) == 0,
	}
	if !p.EndedAt.IsZero() {
		s.until = p.EndedAt.Add(margin)
	}
	return s
}

// see takes in a post.
func (s *search) see(post timelinePost) {
	if !post.CreatedAt.IsZero() && post.CreatedAt.Before(s.from) {
		s.complete = true
	}
	for _, id := range post.ids() {
		if slices.Contains(s.probe.KnownOlder, id) {
			s.canary = true
			return
		}
		if slices.Contains(s.probe.KnownOwn, id) {
			return
		}
	}
	if post.CreatedAt.Before(s.from) || len(post.Attachments.MediaKeys) != len(s.probe.Rendered.Images) {
		return
	}
	written := post.written()
	if s.wanted.Is(adapt.See(written)) || s.probe.Rendered.Alert != nil && s.wanted.Is(adapt.See(withoutMentions(written))) {
		s.alike = append(s.alike, post)
	}
}

// withoutMentions drops the accounts that X may put before the text of an
// answer.
func withoutMentions(text string) string {
	for {
		text = strings.TrimLeft(text, " ")
		mentions := adapt.Mentions(text)
		if len(mentions) == 0 || mentions[0].Start != 0 {
			return text
		}
		text = text[mentions[0].End:]
	}
}

// done reports whether more pages can teach nothing.
func (s *search) done() bool { return s.complete && s.canary }

// Delete implements channels.Deleter.
func (c *channel) Delete(ctx context.Context, receipt channels.Receipt) error {
	var answer struct {
		Data struct {
			Deleted bool `json:"deleted"`
		} `json:"data"`
	}
	err := c.api.call(ctx, request{
		op: opDelete, method: http.MethodDelete, path: "/2/tweets/" + url.PathEscape(receipt.RemoteID),
	}, &answer)
	if e, ok := channels.AsError(err); ok && e.Status == http.StatusNotFound && e.Kind == channels.Rejected {
		return nil
	}
	if err != nil {
		return err
	}
	if !answer.Data.Deleted {
		return &channels.Error{Kind: channels.Rejected, Op: opDelete, Code: "x.not_deleted"}
	}
	return nil
}
