package simulator

import (
	"encoding/json"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Extra fields of a WordPress record. Title and Text are what citizens read;
// these are what was sent.
const (
	wpStatus     = "status"
	wpTitle      = "title_raw"
	wpContent    = "content_raw"
	wpExcerpt    = "excerpt_raw"
	wpFeatured   = "featured_media"
	wpCategories = "categories"
	wpDate       = "date_gmt"
	wpModified   = "modified_gmt"
	wpAuthor     = "author"
	wpFileName   = "file"
)

// wordpressSite indexes what the journal says of a site. It is used within the
// site's calls only, which come one after the other.
type wordpressSite struct {
	// seen is how many records of the server are indexed, last the hour of the
	// last one.
	seen int
	last time.Time
	// posts by slug as they stand, trash included (slug__trashed).
	posts map[string][]string
	slugs map[string]string
	// media by id, by slug and by file name.
	media      map[string]*wpMedia
	mediaSlugs map[string]*wpMedia
	files      map[string]*wpMedia
	categories []wpCategory
}

// wpMedia is an attachment.
type wpMedia struct {
	id, slug, title, file string
	image                 RecordImage
	// broken: the smaller copies are not made yet.
	broken bool
}

type wpCategory struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Slug string `json:"slug"`
}

func newWordpressSite() *wordpressSite {
	return &wordpressSite{
		posts: map[string][]string{}, slugs: map[string]string{},
		media: map[string]*wpMedia{}, mediaSlugs: map[string]*wpMedia{}, files: map[string]*wpMedia{},
		categories: []wpCategory{{ID: 1, Name: "Non classé", Slug: "non-classe"}},
	}
}

func (p *wordpress) site(id string) *wordpressSite {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sites[id] == nil {
		p.sites[id] = newWordpressSite()
	}
	return p.sites[id]
}

// catchUp indexes the records that were accepted since the last call.
func (p *wordpress) catchUp(site *wordpressSite, id string) {
	p.server.mu.RLock()
	defer p.server.mu.RUnlock()
	records := p.server.records
	if n := site.seen; n > len(records) || n > 0 && !records[n-1].At.Equal(site.last) {
		*site = *newWordpressSite() // everything was forgotten
	}
	for _, r := range records[site.seen:] {
		if r.Network == wordpressName && r.Account == id {
			site.index(r)
		}
		site.last = r.At
	}
	site.seen = len(records)
}

func (site *wordpressSite) index(r Record) {
	switch r.Operation {
	case opPost, opUpdate, opDelete:
		site.forget(r.RemoteID)
		if r.Operation != opDelete {
			site.posts[r.Slug] = append(site.posts[r.Slug], r.RemoteID)
			site.slugs[r.RemoteID] = r.Slug
		}
		var categories []wpCategory
		if json.Unmarshal([]byte(r.Extra[wpCategories]), &categories) == nil {
			for _, c := range categories {
				site.know(c)
			}
		}
	case opMedia, opAlt:
		if len(r.Images) == 0 {
			return
		}
		m, ok := site.media[r.RemoteID]
		if !ok {
			m = &wpMedia{id: r.RemoteID}
			site.media[r.RemoteID] = m
		}
		m.slug, m.title, m.file, m.image = r.Slug, r.Title, r.Extra[wpFileName], r.Images[0]
		m.broken = r.Extra[wpStatus] == "broken"
		site.files[m.file], site.mediaSlugs[m.slug] = m, m
	}
}

func (site *wordpressSite) forget(id string) {
	slug := site.slugs[id]
	site.posts[slug] = slices.DeleteFunc(site.posts[slug], func(other string) bool { return other == id })
	delete(site.slugs, id)
}

func (site *wordpressSite) know(c wpCategory) {
	if !slices.ContainsFunc(site.categories, func(k wpCategory) bool { return k.ID == c.ID }) {
		site.categories = append(site.categories, c)
	}
}

func (site *wordpressSite) category(id int64) (wpCategory, bool) {
	for _, c := range site.categories {
		if c.ID == id {
			return c, true
		}
	}
	return wpCategory{}, false
}

// postSlug finds a free slug for a post: WordPress adds a number and says
// nothing.
func (site *wordpressSite) postSlug(wanted, own string) string {
	return freeSlug(wanted, func(slug string) bool {
		return slices.ContainsFunc(site.posts[slug], func(id string) bool { return id != own })
	})
}

// attachmentSlug shares its names with posts.
func (site *wordpressSite) attachmentSlug(wanted string) string {
	return freeSlug(wanted, func(slug string) bool {
		return site.mediaSlugs[slug] != nil || len(site.posts[slug]) > 0
	})
}

func freeSlug(wanted string, taken func(string) bool) string {
	slug := wanted
	for n := 2; taken(slug); n++ {
		slug = wanted + "-" + strconv.Itoa(n)
	}
	return slug
}

// wpSlug is sanitize_title for what matters here: small letters, digits,
// hyphens and underscores; at most 200 bytes.
func wpSlug(text string) string {
	const longest = 200
	folded := strings.NewReplacer(
		"à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i",
		"ô", "o", "ö", "o", "ù", "u", "û", "u", "ü", "u", "œ", "oe", "’", "", "'", "", ".", "-",
	).Replace(strings.ToLower(html.UnescapeString(text)))
	var b strings.Builder
	for _, r := range folded {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_':
			b.WriteRune(r)
		case strings.ContainsRune(" -–—/\t\n\u00a0\u202f", r):
			b.WriteByte('-')
		}
	}
	slug := strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r == '-' }), "-")
	return slug[:min(len(slug), longest)]
}

// wpTime writes an instant as WordPress does: UTC without a zone.
func wpTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }
