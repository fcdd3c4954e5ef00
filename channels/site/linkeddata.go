package site

import (
	"time"

	"github.com/crieur/crieur/internal/post"
)

// newsArticle is an article in the vocabulary of schema.org (NewsArticle,
// release 30). The template escapes it, "<" as \u003c.
func (p *Pages) newsArticle(c post.Commune, a Article) any {
	publisher := map[string]any{
		"@type": "GovernmentOrganization", "name": c.Name, "url": p.publicURL + communePath(c.Slug),
	}
	data := map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle",
		"headline": a.Title, "description": a.Excerpt, "inLanguage": a.Language,
		"datePublished": a.PublishedAt.UTC().Format(time.RFC3339),
		"dateModified":  a.UpdatedAt.UTC().Format(time.RFC3339),
		"author":        publisher, "publisher": publisher,
		"mainEntityOfPage": p.publicURL + articlePath(c.Slug, a.Slug),
		"url":              p.publicURL + articlePath(c.Slug, a.Slug),
	}
	if section := categoryName(a.Category); section != "" {
		data["articleSection"] = section
	}
	if images := p.imageObjects(c, a); len(images) > 0 {
		data["image"] = images
	}
	return data
}

func (p *Pages) imageObjects(c post.Commune, a Article) []any {
	var images []any
	for _, image := range a.Images {
		shown := p.image(c, image)
		images = append(images, map[string]any{
			"@type": "ImageObject", "url": shown.URL, "width": shown.Width, "height": shown.Height,
			"caption": shown.Alt,
		})
	}
	return images
}
