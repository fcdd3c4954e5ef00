package importing

import (
	"encoding/json"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/internal/post"
)

// echoesRead is how many of the commune's publications on websites are compared
// with what is new at a source, the newest first.
const echoesRead = 2000

// shortestEcho is how long a text must be to be recognised by its beginning.
const shortestEcho = 40

// echoes recognise what Crieur itself published: by its address or number on
// the network, by the address that was made from its key, and by its words,
// because a site that moves changes the addresses, and a feed may show the
// beginning only.
type echoes struct {
	addresses map[string]bool
	slugs     map[string]bool
	numbers   map[string]bool
	words     map[string]bool
	// texts are canonical texts by their canonical titles.
	texts map[string][]string
}

func newEchoes(all []post.Echo) *echoes {
	e := &echoes{addresses: map[string]bool{}, slugs: map[string]bool{}, numbers: map[string]bool{}, words: map[string]bool{}, texts: map[string][]string{}}
	for i := range all {
		e.add(&all[i])
	}
	return e
}

func (e *echoes) add(one *post.Echo) {
	if one.RemoteURL != "" {
		e.addresses[address(one.RemoteURL)] = true
	}
	if one.RemoteID != "" && one.Site != "" {
		e.numbers[host(one.Site)+"#"+one.RemoteID] = true
	}
	var rendered channels.Rendered
	if err := json.Unmarshal(one.Rendered, &rendered); err != nil {
		return // one of another program's time: its address stays
	}
	if rendered.Slug != "" {
		e.slugs[rendered.Slug] = true
	}
	title, text := adapt.Canonical(rendered.Title), adapt.Canonical(rendered.Text)
	e.texts[title] = append(e.texts[title], text)
	if utf8.RuneCountInString(text) >= shortestEcho {
		e.words[text] = true
	}
}

// has reports whether an item of a source is an echo.
func (e *echoes) has(source *post.Source, i *Item) bool {
	c := &i.Content
	if c.Link != "" && (e.addresses[address(c.Link)] || e.slugs[lastSegment(c.Link)]) {
		return true
	}
	if i.RemoteID != "" && e.numbers[host(source.URL)+"#"+i.RemoteID] {
		return true
	}
	title, text := adapt.Canonical(c.Title), adapt.Canonical(c.Text)
	if e.words[text] || text != "" && e.words[adapt.WithoutLastLink(text)] {
		return true
	}
	beginning := strings.TrimRight(text, " .…[]()")
	for _, ours := range e.texts[title] {
		if ours == text || utf8.RuneCountInString(beginning) >= shortestEcho && strings.HasPrefix(ours, beginning) ||
			utf8.RuneCountInString(ours) >= shortestEcho && strings.HasPrefix(text, ours) {
			return true
		}
	}
	return false
}

// address is an address as two writings of it agree: without the protocol,
// "www." and the slash at its end.
func address(text string) string { return host(text) + withoutHost(text) }

func host(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Host), "www.")
}

// sameHost reports whether two addresses are of one site.
func sameHost(a, b string) bool { return host(a) != "" && host(a) == host(b) }

func lastSegment(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return path.Base(strings.TrimRight(u.Path, "/"))
}
