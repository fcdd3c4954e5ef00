package wordpress

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/crieur/crieur/channels"
)

// Find implements channels.Finder: the article is looked for by its slug, and by
// its id where an attempt came to know it. An article that is not public is not
// found; publishing again takes it up.
func (c *channel) Find(ctx context.Context, p channels.Probe) (channels.Finding, error) {
	found, err := c.bySlug(ctx, p.Rendered.Slug)
	if err != nil {
		return channels.Finding{}, err
	}
	for _, step := range p.Steps {
		if step.Kind != channels.StepPublish {
			continue
		}
		byID, err := c.articles(ctx, url.Values{"include": {step.RemoteID}, "status": {statusPublish}})
		if err != nil {
			return channels.Finding{}, err
		}
		for _, a := range byID {
			if !slices.ContainsFunc(found, func(b article) bool { return a.ID == b.ID }) {
				found = append(found, a)
			}
		}
	}
	found = slices.DeleteFunc(found, func(a article) bool {
		return a.Status != statusPublish || slices.Contains(p.KnownOwn, strconv.FormatInt(a.ID, 10))
	})
	finding := channels.Finding{Matches: len(found)}
	if first := oldest(found); first != nil {
		receipt := c.receipt(*first)
		if !first.DateGMT.IsZero() {
			receipt.At = first.DateGMT.Time
		}
		finding.Receipt = &receipt
	}
	finding.Trustworthy, err = c.shows(ctx, p.KnownOlder)
	return finding, err
}

// maxCanaries bounds how many known articles are asked for.
const maxCanaries = 10

// shows reports whether the site shows one of the articles that we know to be
// there. Knowing none, the reading is taken as it is.
func (c *channel) shows(ctx context.Context, known []string) (bool, error) {
	if len(known) == 0 {
		return true, nil
	}
	known = known[max(0, len(known)-maxCanaries):]
	ids := slices.DeleteFunc(slices.Clone(known), func(id string) bool {
		_, err := strconv.ParseInt(id, 10, 64)
		return err != nil
	})
	if len(ids) == 0 {
		return false, nil
	}
	found, err := c.articles(ctx, url.Values{"include": {strings.Join(ids, ",")}, "status": {statusPublish}})
	return len(found) > 0, err
}

// Update implements channels.Updater: title, text and excerpt are replaced; the
// pictures and the address stay.
func (c *channel) Update(ctx context.Context, receipt channels.Receipt, r channels.Rendered) (channels.Receipt, error) {
	id, err := strconv.ParseInt(receipt.RemoteID, 10, 64)
	if err != nil {
		return receipt, unknownID(opUpdate, err)
	}
	there, err := c.articles(ctx, url.Values{"include": {receipt.RemoteID}, "status": {allStatuses}})
	if err != nil {
		return receipt, err
	}
	if len(there) == 0 || trashed(there[0]) {
		return receipt, &channels.Error{
			Kind: channels.Rejected, Op: opUpdate, Code: "wordpress.removed",
			Message:  "Cet article n’est plus sur le site.",
			NextStep: "Faites une nouvelle publication.",
		}
	}
	var updated article
	_, err = c.api.send(ctx, request{
		op: opUpdate, method: http.MethodPost, route: "/wp/v2/posts/" + strconv.FormatInt(id, 10),
		query: url.Values{"_fields": {articleFields}},
	}, fields{
		Title: escape(r.Title), Content: body(r.HTML, imageBlocksOf(there[0].Content.Raw)), Excerpt: escape(r.Excerpt),
	}, &updated)
	if err == nil && updated.ID != id {
		err = notWordPress(opUpdate, nil)
	}
	if err != nil {
		return receipt, err
	}
	return c.receipt(updated), nil
}

// Delete implements channels.Deleter: the article goes to the trash, from where
// people can take it back.
func (c *channel) Delete(ctx context.Context, receipt channels.Receipt) error {
	id, err := strconv.ParseInt(receipt.RemoteID, 10, 64)
	if err != nil {
		return unknownID(opDelete, err)
	}
	return c.remove(ctx, id, false)
}

// remove takes an article away; one that is not there is removed. Where the
// site has no trash it is deleted for good.
func (c *channel) remove(ctx context.Context, id int64, force bool) error {
	r := request{op: opDelete, method: http.MethodDelete, route: "/wp/v2/posts/" + strconv.FormatInt(id, 10)}
	if force {
		r.query = url.Values{"force": {"true"}}
	}
	var removed struct{}
	response, err := c.api.do(ctx, r, &removed)
	if err == nil || response == nil {
		return err
	}
	switch code, _ := codeOf(response); code {
	case "rest_post_invalid_id", "rest_already_trashed":
		return nil
	case "rest_trash_not_supported":
		if !force {
			return c.remove(ctx, id, true)
		}
	}
	return err
}

func unknownID(op string, err error) error {
	return &channels.Error{Kind: channels.Internal, Op: op, Code: "wordpress.remote_id", Err: err}
}

// ArticleURL implements channels.Articler.
func (c *channel) ArticleURL(m channels.Message) string {
	if c.base == nil {
		return ""
	}
	return c.base.article(slugFor(headline(m), m.Key))
}
