package adapt

import (
	"net/url"
	"slices"
	"strings"
)

// Wanted is a text of ours that is looked for among those a network gives back.
type Wanted struct {
	canonical string
	links     []address
	mark      address
	card      address
	pictures  bool
}

// Want prepares the search for a text with so many pictures: the network may
// have added a link to them.
func Want(text string, pictures int) Wanted {
	canonical, links := canonicalAndLinks(text)
	return Wanted{canonical: canonical, links: addresses(links), pictures: pictures > 0}
}

// Marked adds a link that no other delivery of the account has: it is enough to
// recognise the post by, whatever became of the words. "" adds nothing.
func (w Wanted) Marked(link string) Wanted {
	if link != "" {
		w.mark, _ = addressOf(link)
	}
	return w
}

// WithCard adds the link that stands beside the text. "" adds nothing.
func (w Wanted) WithCard(link string) Wanted {
	if link != "" {
		w.card, _ = addressOf(link)
	}
	return w
}

// Seen is a text as a network gives it back.
type Seen struct {
	canonical    string
	links, cards []address
}

// See prepares a text that a network shows for comparison. cards are links that
// stand beside it.
func See(text string, cards ...string) Seen {
	canonical, links := canonicalAndLinks(text)
	return Seen{canonical: canonical, links: addresses(links), cards: addresses(cards)}
}

// Is reports whether what a network shows is the wanted text.
//
// The mark decides first. Then the words: equal canonical texts are the same
// post, unless a link of one leads to another page of the same site than that of
// the other. That a link leads to another site says nothing: networks shorten
// and redirect, and to miss our own post would make a second one. A text that a
// network cut is recognised by its mark alone.
func (w Wanted) Is(seen Seen) bool {
	if w.mark != (address{}) && (slices.Contains(seen.links, w.mark) || slices.Contains(seen.cards, w.mark)) {
		return true
	}
	links := seen.links
	if seen.canonical != w.canonical {
		if !w.pictures || len(links) != len(w.links)+1 || WithoutLastLink(seen.canonical) != w.canonical {
			return false
		}
		links = links[:len(w.links)]
	}
	for i, link := range links {
		if i < len(w.links) && w.links[i].contradicts(link) {
			return false
		}
	}
	return !slices.ContainsFunc(seen.cards, w.card.contradicts)
}

// address is where a link leads, as far as two writings of it agree.
type address struct{ host, path, query, fragment string }

// contradicts: both links stay on one site and lead to different pages of it.
func (a address) contradicts(b address) bool {
	if a.host == "" || a.host != b.host {
		return false
	}
	return a.path != b.path || a.query != b.query || a.fragment != "" && b.fragment != "" && a.fragment != b.fragment
}

func addresses(links []string) []address {
	var all []address
	for _, link := range links {
		a, _ := addressOf(link)
		all = append(all, a)
	}
	return all
}

// addressOf reads a link: without its protocol, "www.", a slash at the end, the
// marks of campaigns, and the wrapping of Facebook. The zero address and false
// for what cannot be read.
func addressOf(link string) (address, bool) {
	link = strings.TrimSpace(link)
	if !hasProtocol(link) {
		link = "https://" + link
	}
	u, err := url.Parse(link)
	if err != nil || u.Hostname() == "" {
		return address{}, false
	}
	host := strings.TrimPrefix(strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), "www.")
	query := u.Query()
	if target := query.Get("u"); target != "" && u.Path == "/l.php" && (host == "l.facebook.com" || host == "lm.facebook.com") {
		return addressOf(target)
	}
	for name := range query {
		if isCampaign(name) {
			delete(query, name)
		}
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	return address{host: host, path: strings.TrimRight(u.Path, "/"), query: query.Encode(), fragment: u.Fragment}, true
}

// isCampaign: the parameter says where readers came from, and not where they go.
func isCampaign(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "utm_") || strings.HasPrefix(name, "mc_") ||
		slices.Contains([]string{"fbclid", "gclid", "igshid", "twclid", "msclkid", "ref_src"}, name)
}
