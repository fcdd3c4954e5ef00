package store

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Article is one article on the commune's own pages.
type Article struct {
	CommuneID string
	// Slug is its address, and Key that of the post that made it; both are
	// unique in the commune.
	Slug        string
	Key         string
	Title       string
	Excerpt     string
	HTML        string
	Text        string
	Language    string
	Category    string
	Images      []ArticleImage
	PublishedAt time.Time
	UpdatedAt   time.Time
}

// ArticleImage is a picture of an article.
type ArticleImage struct {
	SHA256      string
	ContentType string
	Width       int
	Height      int
	Bytes       int
	Alt         string
}

// ArticleCursor is a place in the list of articles; the zero value is its
// beginning.
type ArticleCursor struct {
	PublishedAt time.Time
	Slug        string
}

const articleColumns = `commune_id, key, slug, title, excerpt, html, text, language, category, published_at, updated_at`

func scanArticle(r row) (a Article, err error) {
	err = r.Scan(&a.CommuneID, &a.Key, &a.Slug, &a.Title, &a.Excerpt, &a.HTML, &a.Text, &a.Language, &a.Category,
		instant{&a.PublishedAt}, instant{&a.UpdatedAt})
	return a, err
}

// PutArticle adds an article, or replaces the one of the same key.
// post.ErrConflict: another article has its slug.
func (s *Store) PutArticle(ctx context.Context, a Article) error {
	return s.write(ctx, "put article", func(ctx context.Context, q querier) error {
		in := insert("articles", articleColumns, []any{
			a.CommuneID, a.Key, a.Slug, a.Title, a.Excerpt, a.HTML, a.Text, a.Language, a.Category,
			millis(a.PublishedAt), millis(a.UpdatedAt),
		})
		if _, err := exec(ctx, q, in.query+` ON CONFLICT (commune_id, key) DO UPDATE SET slug = excluded.slug, title = excluded.title,
			excerpt = excluded.excerpt, html = excluded.html, text = excluded.text, language = excluded.language,
			category = excluded.category, published_at = excluded.published_at, updated_at = excluded.updated_at`, in.args...); err != nil {
			return err
		}
		if _, err := exec(ctx, q, `DELETE FROM article_images WHERE commune_id = $1 AND article_key = $2`, a.CommuneID, a.Key); err != nil {
			return err
		}
		if len(a.Images) == 0 {
			return nil
		}
		rows := make([][]any, len(a.Images))
		for i, m := range a.Images {
			rows[i] = []any{a.CommuneID, a.Key, i, m.SHA256, m.ContentType, m.Width, m.Height, m.Bytes, m.Alt}
		}
		images := insert("article_images", `commune_id, article_key, position, sha256, content_type, width, height, bytes, alt`, rows...)
		_, err := exec(ctx, q, images.query, images.args...)
		return err
	})
}

// Article returns the article at an address.
func (s *Store) Article(ctx context.Context, communeID, slug string) (Article, error) {
	return s.article(ctx, `SELECT `+articleColumns+` FROM articles WHERE commune_id = $1 AND slug = $2`, communeID, slug)
}

// ArticleByKey returns the article that a post made.
func (s *Store) ArticleByKey(ctx context.Context, communeID, key string) (Article, error) {
	return s.article(ctx, `SELECT `+articleColumns+` FROM articles WHERE commune_id = $1 AND key = $2`, communeID, key)
}

func (s *Store) article(ctx context.Context, query, communeID, name string) (Article, error) {
	a, err := one(ctx, s.engine.reader(), scanArticle, query, communeID, name)
	if err != nil {
		return Article{}, s.wrap("article", err)
	}
	all := []Article{a}
	err = s.readArticleImages(ctx, communeID, all)
	return all[0], s.wrap("article", err)
}

// Articles lists articles by PublishedAt, then Slug, both descending: at most
// limit, and only those after the cursor.
func (s *Store) Articles(ctx context.Context, communeID string, after ArticleCursor, limit int) ([]Article, error) {
	w := where{}
	w.and("commune_id = %s", communeID)
	if after != (ArticleCursor{}) {
		w.and("(published_at, slug) < (%s, %s)", millis(after.PublishedAt), after.Slug)
	}
	n := len(w.args) + 1
	all, err := many(ctx, s.engine.reader(), scanArticle, `SELECT `+articleColumns+` FROM articles WHERE `+w.text()+`
		ORDER BY published_at DESC, slug DESC LIMIT `+params(n, 1), append(w.args, limit)...)
	if err == nil {
		err = s.readArticleImages(ctx, communeID, all)
	}
	return all, s.wrap("articles", err)
}

const articleImageColumns = `sha256, content_type, width, height, bytes, alt`

func scanArticleImage(r row, more ...any) (m ArticleImage, err error) {
	err = r.Scan(append([]any{&m.SHA256, &m.ContentType, &m.Width, &m.Height, &m.Bytes, &m.Alt}, more...)...)
	return m, err
}

func (s *Store) readArticleImages(ctx context.Context, communeID string, articles []Article) error {
	if len(articles) == 0 {
		return nil
	}
	keys := make([]string, len(articles))
	at := make(map[string]*Article, len(articles))
	for i := range articles {
		keys[i] = articles[i].Key
		at[keys[i]] = &articles[i]
	}
	list, args := in(2, []any{communeID}, keys)
	_, err := many(ctx, s.engine.reader(), func(r row) (struct{}, error) {
		var key string
		m, err := scanArticleImage(r, &key)
		if err == nil {
			at[key].Images = append(at[key].Images, m)
		}
		return struct{}{}, err
	}, `SELECT `+articleImageColumns+`, article_key FROM article_images
		WHERE commune_id = $1 AND article_key IN `+list+` ORDER BY article_key, position`, args...)
	return err
}

// ArticleImage finds a picture of a published article by its checksum.
func (s *Store) ArticleImage(ctx context.Context, communeID, sha256 string) (ArticleImage, error) {
	m, err := one(ctx, s.engine.reader(), func(r row) (ArticleImage, error) { return scanArticleImage(r) },
		`SELECT `+articleImageColumns+` FROM article_images WHERE commune_id = $1 AND sha256 = $2 LIMIT 1`, communeID, sha256)
	return m, s.wrap("article image", err)
}

// RemoveArticle removes an article.
func (s *Store) RemoveArticle(ctx context.Context, communeID, slug string) error {
	return s.write(ctx, "remove article", func(ctx context.Context, q querier) error {
		if _, err := exec(ctx, q, `DELETE FROM article_images WHERE commune_id = $1
			AND article_key = (SELECT key FROM articles WHERE commune_id = $1 AND slug = $2)`, communeID, slug); err != nil {
			return err
		}
		return execOne(ctx, q, post.ErrNotFound, `DELETE FROM articles WHERE commune_id = $1 AND slug = $2`, communeID, slug)
	})
}
