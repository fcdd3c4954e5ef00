package facebook

import (
	"context"
	"slices"
	"strings"
	"time"

	fb "github.com/huandu/facebook/v2"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
)

const (
	// graphTime is how the Graph API writes hours, to the second.
	graphTime = "2006-01-02T15:04:05-0700"
	// before and after the attempt, a post of the same words counts as its
	// outcome. Facebook may carry out late what it took in time.
	before = 2 * time.Minute
	after  = 15 * time.Minute
	// listLimit posts are asked for at once, and at most listPages times.
	listLimit = 50
	listPages = 10

	postFields = "id,message,created_time,permalink_url,application,is_published," +
		"attachments{media_type,target,unshimmed_url,subattachments.limit(20){media_type,target}}"
)

// Find implements channels.Finder. It proves by ids first: a post whose id was
// noted, or the post that shows a photo that was uploaded for this delivery.
// Then it reads the list of published posts, newest first and without a lower
// bound, so that older posts vouch for it. The feed would not do: it is ranked
// and leaves posts out.
func (c *channel) Find(ctx context.Context, p channels.Probe) (channels.Finding, error) {
	page, err := c.pageID(opList)
	if err != nil {
		return channels.Finding{}, err
	}
	proved, err := c.proofs(ctx, p)
	if err != nil {
		return channels.Finding{}, err
	}
	listing, err := c.listing(ctx, page, p)
	if err != nil && len(proved) == 0 {
		return channels.Finding{}, err
	}
	if err != nil {
		c.log.InfoContext(ctx, "facebook: proved by its photos, and the list was not read", "error", err)
	}
	matches := slices.Clone(proved)
	for _, listed := range c.mine(listing.alike, p) {
		if !slices.ContainsFunc(matches, func(m seenPost) bool { return m.id == listed.id }) {
			matches = append(matches, listed)
		}
	}
	finding := channels.Finding{
		Matches:     len(matches),
		Trustworthy: len(proved) > 0 || listing.complete && listing.canary && listing.clear,
	}
	for i, match := range matches {
		if i == 0 {
			finding.Receipt = match.receipt()
		} else {
			finding.Doubles = append(finding.Doubles, *match.receipt())
		}
	}
	return finding, nil
}

// mine are, of the posts that say the same, those that the attempt made and not
// a rival, in its time. Of several the first is the one; the others are its
// doubles.
func (c *channel) mine(alike []seenPost, p channels.Probe) []seenPost {
	end := p.EndedAt
	if end.IsZero() {
		end = c.now()
	}
	made := make([]time.Time, len(alike))
	for i, post := range alike {
		made[i] = post.created
	}
	var mine []seenPost
	for _, i := range p.Mine(made) {
		if !alike[i].created.After(end.Add(after)) {
			mine = append(mine, alike[i])
		}
	}
	return mine
}

// seenPost is a published post as it is read back.
type seenPost struct {
	id, message, url, app string
	created               time.Time
	// images counts the pictures; -1 where the network did not say.
	images int
	// links stand on the card below the text.
	links []string
}

func (p seenPost) receipt() *channels.Receipt {
	receipt := &channels.Receipt{RemoteID: p.id, URL: p.url, At: p.created}
	if receipt.URL == "" {
		receipt.URL = postAddress(p.id)
	}
	return receipt
}

// proofs are posts that the saved steps point to.
func (c *channel) proofs(ctx context.Context, p channels.Probe) ([]seenPost, error) {
	var found []seenPost
	for _, step := range p.Steps {
		id := step.RemoteID
		if !isObjectID(id) {
			continue
		}
		switch step.Kind {
		case channels.StepUpload:
			photo, err := c.read(ctx, id, "page_story_id")
			if err != nil {
				return nil, err
			}
			id = text(photo, "page_story_id")
		case channels.StepPublish:
		case channels.StepContainer, channels.StepPermalink:
			continue
		}
		known := slices.ContainsFunc(found, func(f seenPost) bool { return f.id == id })
		if !isObjectID(id) || known || slices.Contains(p.KnownOwn, id) {
			continue
		}
		node, err := c.read(ctx, id, "id,permalink_url,created_time,is_published")
		if err != nil {
			return nil, err
		}
		if node == nil || node["is_published"] == false {
			continue
		}
		proof, _ := readPost(node) // its hour is not needed
		proof.id = id
		found = append(found, proof)
	}
	return found, nil
}

// read reads an object; nil when it is not there.
func (c *channel) read(ctx context.Context, id, fields string) (fb.Result, error) {
	node, err := c.graph.do(ctx, request{op: opRead, method: fb.GET, path: id, params: fb.Params{"fields": fields}})
	if isGone(err) {
		return nil, nil
	}
	return node, err
}

// isGone: the object is not there, or never was.
func isGone(err error) bool {
	e, ok := channels.AsError(err)
	return ok && e.Code == codeOf(100, 33)
}

// listing is what the list of posts says about a probe.
type listing struct {
	// alike are the posts that say the same.
	alike []seenPost
	// complete: every post since the attempt was seen.
	complete bool
	// canary: a post that must be there was seen, or none is known.
	canary bool
	// clear: no post was seen that may or may not be the one.
	clear bool
}

func (c *channel) listing(ctx context.Context, page string, p channels.Probe) (listing, error) {
	found := listing{canary: len(p.KnownOlder) == 0, clear: true}
	earliest := p.StartedAt.Add(-before)
	wanted := adapt.Want(p.Rendered.Text, len(p.Rendered.Images)).Marked(p.Rendered.Article).WithCard(p.Rendered.Link)
	cursor := ""
	for range listPages {
		posts, next, err := c.listPage(ctx, page, cursor)
		if err != nil {
			return listing{}, err
		}
		for _, node := range posts {
			seen, ok := readPost(node)
			found.clear = found.clear && ok
			found.canary = found.canary || slices.Contains(p.KnownOlder, seen.id)
			found.complete = found.complete || ok && seen.created.Before(earliest)
			c.compare(&found, seen, p, wanted)
		}
		if next == "" || len(posts) == 0 {
			found.complete = true
			break
		}
		if found.complete && found.canary {
			break
		}
		cursor = next
	}
	return found, nil
}

// listPage reads a page of the list. It goes on by cursor: to follow the address
// that the answer names would carry the token to wherever that leads.
func (c *channel) listPage(ctx context.Context, page, cursor string) (posts []fb.Result, next string, err error) {
	params := fb.Params{"fields": postFields, "limit": listLimit}
	if cursor != "" {
		params["after"] = cursor
	}
	result, err := c.graph.do(ctx, request{op: opList, method: fb.GET, path: page + "/published_posts", params: params})
	if err != nil {
		return nil, "", err
	}
	var answer struct {
		Data   []fb.Result `facebook:",required"`
		Paging struct {
			Next    string
			Cursors struct{ After string }
		}
	}
	if err := result.Decode(&answer); err != nil {
		return nil, "", &channels.Error{Kind: channels.Temporary, Op: opList, Code: "facebook.unreadable", Err: errUnreadable}
	}
	if answer.Paging.Next != "" {
		next = answer.Paging.Cursors.After
	}
	return answer.Data, next, nil
}

// compare adds a post to what was found when it says what the probe says.
func (c *channel) compare(found *listing, seen seenPost, p channels.Probe, wanted adapt.Wanted) {
	switch {
	case slices.Contains(p.KnownOwn, seen.id), slices.Contains(p.KnownOlder, seen.id):
	case seen.created.Before(p.StartedAt.Add(-before)):
	case c.app != "" && seen.app != "" && seen.app != c.app: // made by hand or by another program
	case !wanted.Is(adapt.See(seen.message, seen.links...)):
	case seen.images < 0 && len(p.Rendered.Images) > 0:
		found.clear = false
	case max(seen.images, 0) == len(p.Rendered.Images):
		found.alike = append(found.alike, seen)
	}
}

// readPost reads a post; false when its hour or its pictures cannot be read.
func readPost(node fb.Result) (seenPost, bool) {
	var fields struct {
		ID           string
		Message      string
		CreatedTime  string
		PermalinkURL string `facebook:"permalink_url"`
		Application  struct{ ID string }
		Attachments  struct {
			Data []struct {
				MediaType    string
				UnshimmedURL string `facebook:"unshimmed_url"`
				Target       struct {
					URL string `facebook:"url"`
				}
				Subattachments struct {
					Data []struct{ MediaType string }
				}
			}
		}
	}
	if err := node.Decode(&fields); err != nil {
		return seenPost{id: text(node, "id"), images: -1}, false
	}
	p := seenPost{
		id: fields.ID, message: fields.Message, url: fields.PermalinkURL, app: fields.Application.ID,
	}
	if len(fields.Attachments.Data) == 0 {
		p.images = -1
	}
	for _, attachment := range fields.Attachments.Data {
		if strings.EqualFold(attachment.MediaType, "photo") {
			p.images++
		} else {
			p.links = append(p.links, attachment.UnshimmedURL, attachment.Target.URL)
		}
		for _, one := range attachment.Subattachments.Data {
			if strings.EqualFold(one.MediaType, "photo") {
				p.images++
			}
		}
	}
	created, err := time.Parse(graphTime, fields.CreatedTime)
	p.created = created
	return p, err == nil
}
