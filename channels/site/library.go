package site

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/crieur/crieur/internal/post"
)

var (
	// ErrNotFound means that there is no such commune, article or picture.
	ErrNotFound = errors.New("site: not found")
	// ErrSlugTaken means that an article with another key stands at that address.
	ErrSlugTaken = errors.New("site: another article has this address")
)

// Library keeps the published articles of all communes. Everything in it is
// public; an article is put there at the moment it is published and not before.
// Instants are kept to the millisecond. It is safe for concurrent use.
type Library interface {
	// Commune finds a commune by its slug; ErrNotFound.
	Commune(ctx context.Context, slug string) (post.Commune, error)
	// Put adds an article, or replaces the whole article of the same commune,
	// slug and key. It is durable when it returns nil. ErrSlugTaken where an
	// article with another key has the slug.
	Put(ctx context.Context, a Article) error
	// Article finds one article; ErrNotFound.
	Article(ctx context.Context, communeID, slug string) (Article, error)
	// List returns at most limit articles of a commune, by PublishedAt, then
	// Slug, both descending, and only those after the cursor in that order.
	List(ctx context.Context, communeID string, after Cursor, limit int) ([]Article, error)
	// Image finds a picture of a published article of the commune by its
	// checksum; ErrNotFound.
	Image(ctx context.Context, communeID, sha256 string) (Image, error)
	// Remove removes an article; ErrNotFound.
	Remove(ctx context.Context, communeID, slug string) error
}

// Images keeps the pictures of articles by the SHA-256 of their bytes, in
// hexadecimal. Putting one again changes nothing. It is safe for concurrent use.
type Images interface {
	Put(ctx context.Context, sha256 string, data []byte) error
	// Open returns the bytes; ErrNotFound.
	Open(ctx context.Context, sha256 string) (io.ReadCloser, error)
}

// Article is one published article.
type Article struct {
	CommuneID string
	// Slug is its address below the commune's pages; unique in a commune.
	Slug string
	// Key is that of the delivery that published it.
	Key   string
	Title string
	// Excerpt is plain text.
	Excerpt string
	// HTML is the body without title and pictures. It is cleaned again each
	// time it is shown.
	HTML string
	// Text is the body as plain text, exactly as it left.
	Text string
	// Language is a BCP 47 tag.
	Language    string
	Category    string
	Images      []Image
	PublishedAt time.Time
	UpdatedAt   time.Time
}

// Image is a picture of an article.
type Image struct {
	SHA256 string
	// ContentType is image/jpeg or image/png.
	ContentType string
	Width       int
	Height      int
	Bytes       int
	// Alt is "" for a decorative picture.
	Alt string
}

// Cursor is a place in a list of articles; the zero Cursor is before all.
type Cursor struct {
	PublishedAt time.Time
	Slug        string
}

// IsZero reports whether the cursor is before all articles.
func (c Cursor) IsZero() bool { return c == Cursor{} }

// Covers reports whether an article comes after the cursor, newest first: it
// is the order that Library.List keeps.
func (c Cursor) Covers(a Article) bool {
	if c.IsZero() {
		return true
	}
	if order := a.PublishedAt.Compare(c.PublishedAt); order != 0 {
		return order < 0
	}
	return a.Slug < c.Slug
}
