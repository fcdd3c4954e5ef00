package site

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/media"
)

// Open implements channels.Driver.
func (d *Driver) Open(a channels.Account, deps channels.Deps) (channels.Channel, error) {
	return &channel{
		driver: d, communeID: a.CommuneID, communeSlug: a.CommuneSlug, now: deps.Now,
	}, nil
}

// channel is the pages of one commune.
type channel struct {
	driver      *Driver
	communeID   string
	communeSlug string
	now         func() time.Time
}

var (
	_ channels.Finder   = (*channel)(nil)
	_ channels.Deleter  = (*channel)(nil)
	_ channels.Updater  = (*channel)(nil)
	_ channels.Articler = (*channel)(nil)
)

// Check implements channels.Channel.
func (c *channel) Check(ctx context.Context) (channels.Health, error) {
	commune, err := c.driver.library.Commune(ctx, c.communeSlug)
	if err != nil {
		return channels.Health{}, c.readError("check", err)
	}
	health := channels.Health{
		AccountID: commune.ID, AccountName: commune.Name,
		AccountURL: c.driver.publicURL + communePath(commune.Slug),
	}
	if c.driver.publicURL == "" {
		health.AccountURL = ""
		health.Warnings = append(health.Warnings,
			"L’adresse publique de l’installation n’est pas réglée : les liens vers les articles seront incomplets.")
	}
	return health, nil
}

// Publish implements channels.Channel. Until the article is put, nothing shows
// its pictures; putting it again with the same key changes nothing.
func (c *channel) Publish(ctx context.Context, r channels.Rendered, a channels.Attempt) (channels.Receipt, error) {
	if isExercise(r) {
		return c.rehearse(ctx, r, a)
	}
	article := Article{
		CommuneID: c.communeID, Slug: r.Slug, Key: articleKey(r),
		Title: r.Title, Excerpt: r.Excerpt, HTML: r.HTML, Text: r.Text,
		Language: r.Language, Category: r.Category,
	}
	before, err := c.driver.library.Article(ctx, c.communeID, r.Slug)
	switch {
	case err == nil && before.Key != article.Key:
		return channels.Receipt{}, slugTaken()
	case err == nil:
		article.PublishedAt = before.PublishedAt
		article = WithEarlier(article, before)
	case !errors.Is(err, ErrNotFound):
		return channels.Receipt{}, c.readError("publish", err)
	}
	for i := range r.Images {
		image, err := c.store(ctx, r.Images[i], a, i)
		if err != nil {
			return channels.Receipt{}, err
		}
		article.Images = append(article.Images, image)
	}
	failpoint.Hit(failpoint.SiteBeforeCreating)
	if err := a.Creating(ctx); err != nil {
		return channels.Receipt{}, &channels.Error{Kind: channels.Internal, Op: "site.publish", Err: err}
	}
	article.UpdatedAt = c.now().UTC().Truncate(time.Millisecond)
	if article.PublishedAt.IsZero() {
		article.PublishedAt = article.UpdatedAt
	}
	failpoint.Hit(failpoint.SiteBeforePut)
	if err := c.driver.library.Put(ctx, article); err != nil {
		return channels.Receipt{}, c.putError("publish", err)
	}
	failpoint.Hit(failpoint.SitePut)
	return c.receipt(article), nil
}

// store keeps one rendition.
func (c *channel) store(ctx context.Context, planned channels.RenderedImage, a channels.Attempt, i int) (Image, error) {
	encoded, err := a.Image(ctx, i)
	if err != nil {
		return Image{}, &channels.Error{Kind: channels.Internal, Op: "site.image", Err: err}
	}
	if !slices.Contains([]media.Format{media.JPEG, media.PNG}, media.Format(encoded.ContentType)) {
		return Image{}, &channels.Error{
			Kind: channels.MediaRefused, Op: "site.image", Code: "site.image_format",
			Err: fmt.Errorf("picture %d is %q", i, encoded.ContentType),
		}
	}
	sum := sha256.Sum256(encoded.Data)
	image := Image{
		SHA256: hex.EncodeToString(sum[:]), ContentType: encoded.ContentType,
		Width: encoded.Width, Height: encoded.Height, Bytes: len(encoded.Data), Alt: planned.Alt,
	}
	if err := c.driver.images.Put(ctx, image.SHA256, encoded.Data); err != nil {
		return Image{}, &channels.Error{Kind: channels.Temporary, Op: "site.image", Err: err}
	}
	return image, nil
}

// Find implements channels.Finder: the address holds the key.
func (c *channel) Find(ctx context.Context, p channels.Probe) (channels.Finding, error) {
	if isExercise(p.Rendered) {
		receipt := c.rehearsed(p.Rendered)
		return channels.Finding{Receipt: &receipt, Matches: 1, Trustworthy: true}, nil
	}
	finding := channels.Finding{Trustworthy: len(p.KnownOlder) == 0}
	for _, known := range p.KnownOlder {
		_, err := c.driver.library.Article(ctx, c.communeID, known)
		if err == nil {
			finding.Trustworthy = true
			break
		}
		if !errors.Is(err, ErrNotFound) {
			return channels.Finding{}, c.readError("find", err)
		}
	}
	article, err := c.driver.library.Article(ctx, c.communeID, p.Rendered.Slug)
	switch {
	case errors.Is(err, ErrNotFound):
		return finding, nil
	case err != nil:
		return channels.Finding{}, c.readError("find", err)
	case p.Rendered.Alert != nil:
		// Its article is that of the other messages, too.
		if article.Key != articleKey(p.Rendered) || !saysMessage(article, p.Rendered.Alert.Number) {
			return finding, nil
		}
	case article.Key != p.Key || slices.Contains(p.KnownOwn, article.Slug):
		return finding, nil
	}
	receipt := c.receipt(article)
	finding.Receipt, finding.Matches = &receipt, 1
	return finding, nil
}

// Delete implements channels.Deleter.
func (c *channel) Delete(ctx context.Context, r channels.Receipt) error {
	if wasExercise(r) {
		return nil
	}
	err := c.driver.library.Remove(ctx, c.communeID, r.RemoteID)
	if err == nil || errors.Is(err, ErrNotFound) {
		return nil
	}
	return c.readError("delete", err)
}

// Update implements channels.Updater. The address and the pictures stay; the
// pictures' descriptions are replaced where there are as many as before.
func (c *channel) Update(
	ctx context.Context, receipt channels.Receipt, r channels.Rendered,
) (channels.Receipt, error) {
	if isExercise(r) || wasExercise(receipt) {
		return receipt, nil
	}
	article, err := c.driver.library.Article(ctx, c.communeID, receipt.RemoteID)
	if errors.Is(err, ErrNotFound) {
		return channels.Receipt{}, &channels.Error{
			Kind: channels.Rejected, Op: "site.update", Code: "site.gone", Err: err,
			Message:  "L’article n’est plus sur le site de la commune.",
			NextStep: "Publiez-le de nouveau si besoin.",
		}
	}
	if err != nil {
		return channels.Receipt{}, c.readError("update", err)
	}
	before := article
	article.Title, article.Excerpt, article.HTML, article.Text = r.Title, r.Excerpt, r.HTML, r.Text
	article.Language, article.Category = r.Language, r.Category
	article = WithEarlier(article, before)
	article.UpdatedAt = c.now().UTC().Truncate(time.Millisecond)
	if len(r.Images) == len(article.Images) {
		article.Images = slices.Clone(article.Images)
		for i := range r.Images {
			article.Images[i].Alt = r.Images[i].Alt
		}
	}
	if err := c.driver.library.Put(ctx, article); err != nil {
		return channels.Receipt{}, c.putError("update", err)
	}
	return c.receipt(article), nil
}

// ArticleURL implements channels.Articler.
func (c *channel) ArticleURL(m channels.Message) string { return c.url(slug(m)) }

func (c *channel) url(slug string) string {
	return c.driver.publicURL + articlePath(c.communeSlug, slug)
}

func (c *channel) receipt(a Article) channels.Receipt {
	return channels.Receipt{RemoteID: a.Slug, URL: c.url(a.Slug), At: a.PublishedAt}
}

// readError is a failure that changed nothing.
func (c *channel) readError(op string, err error) error {
	kind := channels.Temporary
	if errors.Is(err, ErrNotFound) {
		kind = channels.Internal
	}
	return &channels.Error{Kind: kind, Op: "site." + op, Err: err}
}

// putError is a failure of the one step that makes the article visible: what
// was not clearly refused may have been kept.
func (c *channel) putError(op string, err error) error {
	if errors.Is(err, ErrSlugTaken) {
		return slugTaken()
	}
	return &channels.Error{Kind: channels.UnknownOutcome, Op: "site." + op, Err: err}
}

func slugTaken() error {
	return &channels.Error{
		Kind: channels.Rejected, Op: "site.publish", Code: "site.slug_taken", Err: ErrSlugTaken,
		Message: "Un autre article a déjà cette adresse.", NextStep: "Changez le titre, puis réessayez.",
	}
}
