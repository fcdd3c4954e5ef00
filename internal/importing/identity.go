package importing

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/internal/post"
)

// An item is known by several signs, because each of them may change: the site
// moves to another host, a new version of its program writes other guids, the
// author mends the title, the feed is put into another order. The signs are
// hashed into keys with a letter before them:
//
//	g  the guid, without the host where it is an address
//	p  the path of the permalink, without the host
//	c  what the item says: canonical title and text
//	t  canonical title and date
//	l  the whole permalink: another source of the commune may show it too
//
// A guid that is known is the same item. So is what says the same within a
// month: a notice of every year is another one. A permalink or a title with its
// date is the same item only when the item that had it is not shown any more
// under its own guid: two notices of one day may have one title, and a feed may
// lead from all its items to one page.
type signs struct{ guid, path, says, dated, link string }

// hash is what the item says, pictures included: another one is an edit.
func (i *Item) hash() string {
	parts := []string{adapt.Canonical(i.Content.Title), adapt.Canonical(i.Content.Text)}
	for _, p := range i.Content.Pictures {
		parts = append(parts, samePicture(p.URL), p.Alt)
	}
	return sum(parts...)
}

func sum(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}

func key(letter string, parts ...string) string {
	const length = 40
	return letter + ":" + sum(parts...)[:length]
}

// signsOf finds the signs of an item; "" for one that it does not have.
func signsOf(i *Item) signs {
	var s signs
	if i.GUID != "" {
		s.guid = key("g", withoutHost(i.GUID))
	}
	if path := withoutHost(i.Content.Link); path != i.Content.Link && strings.Trim(path, "/") != "" {
		s.path, s.link = key("p", path), key("l", address(i.Content.Link))
	}
	title := adapt.Canonical(i.Content.Title)
	if text := adapt.Canonical(i.Content.Text); len(title)+len(text) >= 20 {
		when := ""
		if i.Future {
			when = strconv.FormatInt(i.Published.Unix(), 10)
		}
		s.says = key("c", title, text, when)
	}
	if title != "" && !i.Published.IsZero() {
		s.dated = key("t", title, strconv.FormatInt(i.Published.Unix(), 10))
	}
	return s
}

// withoutHost is an address without where it stands, the marks of campaigns and
// the slash at its end; any other text is itself.
func withoutHost(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return text
	}
	query := u.Query()
	for name := range query {
		if strings.HasPrefix(strings.ToLower(name), "utm_") {
			delete(query, name)
		}
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return "/" + strings.TrimLeft(path, "/")
}

func (s signs) keys() []string {
	all := []string{s.guid, s.path, s.says, s.dated, s.link}
	return slices.DeleteFunc(all, func(k string) bool { return k == "" })
}

// anywhere are the keys by which another source of the commune shows the same.
func (s signs) anywhere() []string {
	return slices.DeleteFunc([]string{s.says, s.link}, func(k string) bool { return k == "" })
}

// seen is an item of a reading with what it is known by.
type seen struct {
	Item
	signs
	hashed string
	// known is the item that it is; nil: it is new.
	known *post.SourceItem
}

// identify finds the signs of the items of one reading. A sign that several of
// them share tells none of them; items that say the same are one.
func identify(items []Item) []*seen {
	all := make([]*seen, 0, len(items))
	count := map[string]int{}
	said := map[string]time.Time{}
	for _, item := range items {
		one := &seen{Item: item, signs: signsOf(&item), hashed: item.hash()}
		same := cmp.Or(one.says, one.guid+one.path, one.hashed)
		if before, ok := said[same]; ok && near(before, one.Published, repeat) {
			continue
		}
		said[same] = one.Published
		for _, k := range one.keys() {
			count[k]++
		}
		all = append(all, one)
	}
	for _, one := range all {
		for _, sign := range []*string{&one.guid, &one.path, &one.says, &one.dated, &one.link} {
			if count[*sign] > 1 {
				*sign = ""
			}
		}
	}
	return all
}

// match finds which items of a reading are known, given what the ledger has
// under their keys.
func match(all []*seen, ledger map[string]post.SourceItem) {
	taken := map[string]bool{}
	assign := func(one *seen, k string) {
		if one.known != nil || k == "" {
			return
		}
		if found, ok := ledger[k]; ok && !taken[found.ID] {
			one.known = &found
			taken[found.ID] = true
		}
	}
	for _, one := range all {
		assign(one, one.guid)
	}
	for _, one := range all {
		if found, ok := ledger[one.says]; ok && near(found.PublishedAt, one.Published, repeat) {
			assign(one, one.says)
		}
	}
	// What is left may have lost its guid. Items that are shown under their own
	// are taken already.
	for _, one := range all {
		assign(one, one.dated)
	}
	for _, one := range all {
		if found, ok := ledger[one.path]; ok && one.known == nil && one.resembles(&found) {
			assign(one, one.path)
		}
	}
}

// window is how far apart two dates of one item may lie: programs that write
// other guids often write the hour of a change as well.
const window = 36 * time.Hour

// repeat is after how long the same words are said anew.
const repeat = 30 * 24 * time.Hour

// resembles asks more of an item that is known by its permalink alone: a page
// that shows always the newest is not one item.
func (s *seen) resembles(known *post.SourceItem) bool {
	if s.guid == "" || s.Published.IsZero() || known.PublishedAt.IsZero() {
		return true
	}
	if adapt.Canonical(s.Content.Title) == adapt.Canonical(known.Content.Title) {
		return near(s.Published, known.PublishedAt, repeat)
	}
	return near(s.Published, known.PublishedAt, window)
}

// near reports whether two dates lie less than a time apart; one that is missing
// tells nothing.
func near(a, b time.Time, within time.Duration) bool {
	return a.IsZero() || b.IsZero() || a.Sub(b).Abs() < within
}

// newKeys are the keys of a new item: those that lead to another one stay with
// it. There is always one, so that two pollers take the item over once.
func (s *seen) newKeys(ledger map[string]post.SourceItem) []string {
	keys := slices.DeleteFunc(s.keys(), func(k string) bool { _, taken := ledger[k]; return taken })
	if len(keys) == 0 {
		keys = []string{key("n", s.hashed, s.Published.String())}
	}
	return keys
}
