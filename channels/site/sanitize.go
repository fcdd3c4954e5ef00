package site

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// newPolicy is what the body of an article may show: text, its structure, and
// links that leave the page. No styles, no scripts, no frames, no pictures: the
// pages show those themselves. It is the second line of defence; the first is
// that bodies are made of plain text.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "em", "b", "i", "ul", "ol", "li", "h2", "h3", "blockquote")
	// The messages of an alert are named in its article.
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^message-[0-9]{1,6}$`)).OnElements("h2")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^noopener$`)).OnElements("a")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	return p
}
