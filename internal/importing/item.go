package importing

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// maxItems is how many items of one answer are looked at, the newest first.
const maxItems = 200

// Item is one item as its source shows it now.
type Item struct {
	// GUID is the source's own name for it; "" where it gives none.
	GUID string
	// RemoteID is its number on a website that Crieur may publish to.
	RemoteID  string
	Published time.Time
	// Future: the date is that of something to come, and not of its
	// publication.
	Future  bool
	Content post.ItemContent
}

// Reading is what a source shows now.
type Reading struct {
	// Unchanged: the source says that nothing is new; there are no items.
	Unchanged bool
	Items     []Item
	// ETag, LastModified and Cursor are for the next reading.
	ETag, LastModified, Cursor string
}

// newestFirst orders items by their date, those without one as they came, and
// keeps the newest.
func newestFirst(items []Item) []Item {
	slices.SortStableFunc(items, func(a, b Item) int {
		if a.Published.IsZero() || b.Published.IsZero() {
			return 0
		}
		return b.Published.Compare(a.Published)
	})
	return items[:min(len(items), maxItems)]
}

// usable drops what says nothing.
func usable(items []Item) []Item {
	return slices.DeleteFunc(items, func(i Item) bool { return i.Content.Title == "" && i.Content.Text == "" })
}

// dates are the forms in which feeds write an instant.
func dates() []string {
	return []string{
		time.RFC3339, time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST",
		"Mon, 2 Jan 2006 15:04 -0700", "2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 MST", time.RFC822Z, time.RFC822,
		"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", time.DateOnly,
	}
}

// date reads an instant; zero: it cannot be read.
func date(text string) time.Time {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 64 {
		return time.Time{}
	}
	for _, layout := range dates() {
		at, err := time.Parse(layout, text)
		if err == nil && at.Year() > 1990 && at.Year() < 2200 {
			return at.UTC()
		}
	}
	return time.Time{}
}

// parseBase is the address against which those of an item are read.
func parseBase(link string, otherwise *url.URL) *url.URL {
	if u, err := url.Parse(link); err == nil && u.IsAbs() {
		return u
	}
	return otherwise
}

// richer prefers the longer of two texts: feeds give a summary and the whole.
func richer(a, b string) string {
	if len(b) > len(a) {
		return b
	}
	return cmp.Or(a, b)
}
