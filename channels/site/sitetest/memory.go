// Package sitetest helps to test what stands on channels/site: a library in
// memory, and one suite that every library passes.
package sitetest

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/internal/post"
)

// Memory is a site.Library in memory.
type Memory struct {
	mu       sync.Mutex
	communes []post.Commune
	articles []site.Article
}

var _ site.Library = (*Memory)(nil)

// NewMemory is an empty library with these communes.
func NewMemory(communes ...post.Commune) *Memory {
	return &Memory{communes: slices.Clone(communes)}
}

// AddCommune adds a commune.
func (m *Memory) AddCommune(c post.Commune) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.communes = append(m.communes, c)
}

// Commune implements site.Library.
func (m *Memory) Commune(ctx context.Context, slug string) (post.Commune, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.communes {
		if c.Slug == slug {
			return c, ctx.Err()
		}
	}
	return post.Commune{}, site.ErrNotFound
}

// Put implements site.Library.
func (m *Memory) Put(ctx context.Context, a site.Article) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a.Images = slices.Clone(a.Images)
	a.PublishedAt = a.PublishedAt.UTC().Truncate(time.Millisecond)
	a.UpdatedAt = a.UpdatedAt.UTC().Truncate(time.Millisecond)
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.index(a.CommuneID, a.Slug)
	switch {
	case i < 0:
		m.articles = append(m.articles, a)
	case m.articles[i].Key != a.Key:
		return site.ErrSlugTaken
	default:
		m.articles[i] = a
	}
	return nil
}

// Article implements site.Library.
func (m *Memory) Article(ctx context.Context, communeID, slug string) (site.Article, error) {
	if err := ctx.Err(); err != nil {
		return site.Article{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.index(communeID, slug)
	if i < 0 {
		return site.Article{}, site.ErrNotFound
	}
	return m.articles[i], nil
}

// List implements site.Library.
func (m *Memory) List(ctx context.Context, communeID string, after site.Cursor, limit int) ([]site.Article, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var page []site.Article
	for _, a := range m.articles {
		if a.CommuneID == communeID && after.Covers(a) {
			page = append(page, a)
		}
	}
	slices.SortFunc(page, func(a, b site.Article) int {
		if order := b.PublishedAt.Compare(a.PublishedAt); order != 0 {
			return order
		}
		return strings.Compare(b.Slug, a.Slug)
	})
	return page[:min(limit, len(page))], ctx.Err()
}

// Image implements site.Library.
func (m *Memory) Image(ctx context.Context, communeID, sha256 string) (site.Image, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.articles {
		for _, image := range a.Images {
			if a.CommuneID == communeID && image.SHA256 == sha256 {
				return image, ctx.Err()
			}
		}
	}
	return site.Image{}, site.ErrNotFound
}

// Remove implements site.Library.
func (m *Memory) Remove(ctx context.Context, communeID, slug string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.index(communeID, slug)
	if i < 0 {
		return site.ErrNotFound
	}
	m.articles = slices.Delete(m.articles, i, i+1)
	return nil
}

func (m *Memory) index(communeID, slug string) int {
	return slices.IndexFunc(m.articles, func(a site.Article) bool {
		return a.CommuneID == communeID && a.Slug == slug
	})
}

// MemoryImages is a site.Images in memory.
type MemoryImages struct {
	mu     sync.Mutex
	byHash map[string][]byte
}

var _ site.Images = (*MemoryImages)(nil)

// NewMemoryImages is empty.
func NewMemoryImages() *MemoryImages { return &MemoryImages{byHash: map[string][]byte{}} }

// Put implements site.Images.
func (m *MemoryImages) Put(ctx context.Context, sha256 string, data []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.byHash[sha256] = bytes.Clone(data)
	return nil
}

// Open implements site.Images.
func (m *MemoryImages) Open(ctx context.Context, sha256 string) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.byHash[sha256]
	if !ok {
		return nil, site.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(data)), ctx.Err()
}

// Len counts the pictures.
func (m *MemoryImages) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.byHash)
}
