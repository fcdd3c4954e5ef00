package app

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/media"
)

// accounts gives the ledger's sessions and tokens the types of auth, which
// does not know the ledger.
type accounts struct{ *store.Store }

var _ auth.Store = accounts{}

func (a accounts) CreateSession(ctx context.Context, s auth.Session) error {
	return a.Store.CreateSession(ctx, store.Session(s))
}

func (a accounts) SessionByHash(ctx context.Context, hash string) (auth.Session, error) {
	s, err := a.Store.SessionByHash(ctx, hash)
	return auth.Session(s), err
}

func (a accounts) CreateToken(ctx context.Context, t auth.Token) error {
	return a.Store.CreateToken(ctx, store.Token(t))
}

func (a accounts) TokenByHash(ctx context.Context, hash string) (auth.Token, error) {
	t, err := a.Store.TokenByHash(ctx, hash)
	return auth.Token(t), err
}

func (a accounts) Tokens(ctx context.Context, communeID, userID string) ([]auth.Token, error) {
	stored, err := a.Store.Tokens(ctx, communeID, userID)
	tokens := make([]auth.Token, len(stored))
	for i, t := range stored {
		tokens[i] = auth.Token(t)
	}
	return tokens, err
}

// sitePages keeps the built-in pages' articles in the ledger.
type sitePages struct{ store *store.Store }

var (
	_ site.Library = sitePages{}
	_ site.Images  = siteImages{}
)

func (p sitePages) Commune(ctx context.Context, slug string) (post.Commune, error) {
	c, err := p.store.CommuneBySlug(ctx, slug)
	return c, siteError(err)
}

func (p sitePages) Put(ctx context.Context, a site.Article) error {
	images := make([]store.ArticleImage, len(a.Images))
	for i, image := range a.Images {
		images[i] = store.ArticleImage(image)
	}
	err := p.store.PutArticle(ctx, store.Article{
		CommuneID: a.CommuneID, Slug: a.Slug, Key: a.Key, Title: a.Title, Excerpt: a.Excerpt, HTML: a.HTML, Text: a.Text,
		Language: a.Language, Category: a.Category, Images: images, PublishedAt: a.PublishedAt, UpdatedAt: a.UpdatedAt,
	})
	if errors.Is(err, post.ErrConflict) {
		return errors.Join(site.ErrSlugTaken, err)
	}
	return err
}

func (p sitePages) Article(ctx context.Context, communeID, slug string) (site.Article, error) {
	a, err := p.store.Article(ctx, communeID, slug)
	return siteArticle(a), siteError(err)
}

func (p sitePages) List(ctx context.Context, communeID string, after site.Cursor, limit int) ([]site.Article, error) {
	stored, err := p.store.Articles(ctx, communeID, store.ArticleCursor(after), limit)
	articles := make([]site.Article, len(stored))
	for i, a := range stored {
		articles[i] = siteArticle(a)
	}
	return articles, siteError(err)
}

func (p sitePages) Image(ctx context.Context, communeID, sha256 string) (site.Image, error) {
	image, err := p.store.ArticleImage(ctx, communeID, sha256)
	return site.Image(image), siteError(err)
}

func (p sitePages) Remove(ctx context.Context, communeID, slug string) error {
	return siteError(p.store.RemoveArticle(ctx, communeID, slug))
}

func siteArticle(a store.Article) site.Article {
	images := make([]site.Image, len(a.Images))
	for i, image := range a.Images {
		images[i] = site.Image(image)
	}
	return site.Article{
		CommuneID: a.CommuneID, Slug: a.Slug, Key: a.Key, Title: a.Title, Excerpt: a.Excerpt, HTML: a.HTML, Text: a.Text,
		Language: a.Language, Category: a.Category, Images: images, PublishedAt: a.PublishedAt, UpdatedAt: a.UpdatedAt,
	}
}

func siteError(err error) error {
	if errors.Is(err, post.ErrNotFound) {
		return errors.Join(site.ErrNotFound, err)
	}
	return err
}

// siteImages keeps published pictures under names of their own.
type siteImages struct{ blobs media.Blobs }

func (i siteImages) Put(ctx context.Context, sha256 string, data []byte) error {
	return i.blobs.Put(ctx, sitePicture(sha256), data)
}

func (i siteImages) Open(ctx context.Context, sha256 string) (io.ReadCloser, error) {
	file, err := i.blobs.Get(ctx, sitePicture(sha256))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(site.ErrNotFound, err)
	}
	return file, err
}

func sitePicture(sha256 string) string { return "site/" + sha256 }
