package wordpress

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/failpoint"
)

// allStatuses are those in which an article of ours may be.
const allStatuses = "publish,future,draft,pending,private,trash"

// Publish implements channels.Channel. It looks for the article first, in every
// status, because WordPress would make a second one without a word.
func (c *channel) Publish(ctx context.Context, r channels.Rendered, attempt channels.Attempt) (channels.Receipt, error) {
	there, err := c.bySlug(ctx, r.Slug)
	if err != nil {
		return channels.Receipt{}, err
	}
	existing := oldest(there)
	if existing == nil && slices.ContainsFunc(there, trashed) {
		return channels.Receipt{}, removedByHand()
	}
	wanted, err := c.prepare(ctx, r, attempt)
	if err != nil {
		return channels.Receipt{}, err
	}
	if existing != nil && wanted.isThere(*existing) {
		return c.receipt(*existing), nil
	}
	published, err := c.create(ctx, wanted, existing, attempt)
	if err != nil {
		return channels.Receipt{}, err
	}
	if published, err = c.verify(ctx, wanted, published); err != nil {
		return channels.Receipt{}, err
	}
	c.note(ctx, published, attempt)
	return c.receipt(published), nil
}

// fields are what is sent for an article.
type fields struct {
	Title         string  `json:"title"`
	Slug          string  `json:"slug,omitempty"`
	Status        string  `json:"status,omitempty"`
	Content       string  `json:"content"`
	Excerpt       string  `json:"excerpt"`
	FeaturedMedia int64   `json:"featured_media,omitempty"`
	Categories    []int64 `json:"categories,omitempty"`
	Author        int64   `json:"author,omitempty"`
	CommentStatus string  `json:"comment_status,omitempty"`
	PingStatus    string  `json:"ping_status,omitempty"`
}

// isThere: the article stands on the site as it should.
func (f fields) isThere(a article) bool {
	for _, category := range f.Categories {
		if !slices.Contains(a.Categories, category) {
			return false
		}
	}
	return a.Status == statusPublish && a.FeaturedMedia == f.FeaturedMedia &&
		sameText(a.Title.Raw, f.Title) && sameText(a.Content.Raw, f.Content)
}

// prepare does everything that publishes nothing.
func (c *channel) prepare(ctx context.Context, r channels.Rendered, attempt channels.Attempt) (fields, error) {
	pictures, err := c.pictures(ctx, r, attempt)
	if err != nil {
		return fields{}, err
	}
	categories, err := c.categories(ctx, r.Category)
	if err != nil {
		return fields{}, err
	}
	author, err := c.authorOrSelf(ctx)
	if err != nil {
		return fields{}, err
	}
	wanted := fields{
		Title: escape(r.Title), Slug: r.Slug, Status: statusPublish,
		Content: body(r.HTML, imageBlocks(r.Images, pictures)), Excerpt: escape(r.Excerpt),
		Categories: categories, Author: author,
		CommentStatus: "closed", PingStatus: "closed",
	}
	if len(pictures) > 0 {
		wanted.FeaturedMedia = pictures[0].ID
	}
	return wanted, nil
}

// create makes the one call after which the article is visible: a new one, or
// an own one that is not published yet or not as it should be.
func (c *channel) create(ctx context.Context, wanted fields, existing *article, attempt channels.Attempt) (article, error) {
	if err := attempt.Creating(ctx); err != nil {
		return article{}, &channels.Error{Kind: channels.Internal, Op: opCreate, Code: "wordpress.creating", Err: err}
	}
	failpoint.Hit(failpoint.WordPressBeforeCreate)
	r := request{op: opCreate, effect: creating, method: http.MethodPost, route: "/wp/v2/posts", query: url.Values{
		"_fields": {articleFields},
	}}
	if existing != nil {
		r.route += "/" + strconv.FormatInt(existing.ID, 10)
	}
	var made article
	response, err := c.api.send(ctx, r, wanted, &made)
	failpoint.Hit(failpoint.WordPressCreated)
	if err == nil && made.ID == 0 {
		err = unreadable(opCreate, creating, response, nil)
	}
	return made, err
}

// verify compares what the site says it made with what was sent: WordPress
// changes statuses and slugs and drops pictures without an error.
func (c *channel) verify(ctx context.Context, wanted fields, made article) (article, error) {
	if made.Status != statusPublish {
		return made, &channels.Error{
			Kind: channels.Permission, Op: opCreate, Code: "wordpress.not_public", Status: http.StatusCreated,
			Message:  "Le site garde l’article en attente : il n’est pas encore public.",
			NextStep: "Publiez-le depuis l’administration du site, ou demandez pour le compte le droit de publier, puis réessayez.",
			Err:      fmt.Errorf("article %d has the status %q", made.ID, made.Status),
		}
	}
	if made.FeaturedMedia != wanted.FeaturedMedia {
		c.log.WarnContext(ctx, "wordpress: the site did not take the featured picture", "article", made.ID, "media", wanted.FeaturedMedia)
	}
	if !sameText(made.Content.Raw, wanted.Content) {
		c.log.WarnContext(ctx, "wordpress: the site changed the text of the article", "article", made.ID)
	}
	if made.Slug == wanted.Slug {
		return made, nil
	}
	return c.settleSlug(ctx, wanted.Slug, made)
}

// settleSlug: the slug was taken between the look and the call, so there are two
// articles of one delivery. The older one stays.
func (c *channel) settleSlug(ctx context.Context, slug string, made article) (article, error) {
	there, err := c.bySlug(ctx, slug)
	first := oldest(there)
	if err != nil || first == nil || first.ID >= made.ID || first.Status != statusPublish {
		c.log.WarnContext(ctx, "wordpress: the site gave the article another address", "article", made.ID, "slug", made.Slug, "error", err)
		return made, nil // it is published
	}
	c.log.WarnContext(ctx, "wordpress: published twice at once; the newer article is removed", "article", first.ID, "removed", made.ID)
	if err := c.remove(ctx, made.ID, false); err != nil {
		c.log.ErrorContext(ctx, "wordpress: an article is there twice", "article", first.ID, "twin", made.ID, "error", err)
	}
	return *first, nil
}

// note saves the article's id. The article is public, so nothing that fails now
// may make it look unpublished.
func (c *channel) note(ctx context.Context, published article, attempt channels.Attempt) {
	id := strconv.FormatInt(published.ID, 10)
	failpoint.Hit(failpoint.WordPressBeforeStep)
	if err := attempt.SaveStep(ctx, channels.StepPublish, 0, id, time.Time{}); err != nil {
		c.log.WarnContext(ctx, "wordpress: the id of a published article was not noted", "article", id, "error", err)
	}
}

func (c *channel) receipt(a article) channels.Receipt {
	failpoint.Hit(failpoint.WordPressStepSaved)
	return channels.Receipt{RemoteID: strconv.FormatInt(a.ID, 10), URL: a.Link, At: c.now()}
}

// bySlug finds the articles of a delivery, whatever became of them: also those
// to which WordPress gave "-2", and those in the trash.
func (c *channel) bySlug(ctx context.Context, slug string) ([]article, error) {
	names := []string{slug, slug + "-2", slug + "-3", slug + trashSuffix}
	return c.articles(ctx, url.Values{"slug": {strings.Join(names, ",")}, "status": {allStatuses}})
}

func (c *channel) articles(ctx context.Context, query url.Values) ([]article, error) {
	query.Set("context", "edit")
	query.Set("per_page", "100")
	query.Set("_fields", articleFields)
	var found []article
	_, err := c.api.do(ctx, request{
		op: opLookup, method: http.MethodGet, route: "/wp/v2/posts", query: query,
	}, &found)
	return found, err
}

// oldest is the first made of the articles that are not in the trash; nil: there
// is none.
func oldest(found []article) *article {
	var first *article
	for i := range found {
		if !trashed(found[i]) && (first == nil || found[i].ID < first.ID) {
			first = &found[i]
		}
	}
	return first
}

func trashed(a article) bool { return a.Status == statusTrash }

// removedByHand: what people took away is not put back by itself.
func removedByHand() error {
	return &channels.Error{
		Kind: channels.Rejected, Op: opCreate, Code: "wordpress.removed",
		Message:  "Cet article a déjà été publié, puis retiré du site par une personne : il est dans la corbeille.",
		NextStep: "Restaurez-le depuis la corbeille de WordPress, ou faites une nouvelle publication.",
	}
}
