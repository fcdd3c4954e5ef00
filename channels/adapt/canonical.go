package adapt

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// linkMark stands for a link in a canonical text: networks rewrite links.
const linkMark = "\uFFFC"

// maxEscapes bounds how often a text is unescaped: a text that speaks of
// "&amp;" comes back from a network as "&amp;amp;".
const maxEscapes = 16

// Canonical is a text as it is compared with what a network gives back: NFC,
// without HTML entities, every link a placeholder, every run of spaces and
// line ends one space. Two texts that readers would call the same have the same
// canonical form, whatever the network did to spaces, entities and links.
func Canonical(text string) string {
	text = visible(text)
	for range maxEscapes {
		plain := html.UnescapeString(text)
		if plain == text {
			break
		}
		text = plain
	}
	text = norm.NFC.String(visible(text))
	var b strings.Builder
	at := 0
	for _, link := range Links(text) {
		b.WriteString(text[at:link.Start])
		b.WriteString(linkMark)
		at = link.End
	}
	b.WriteString(text[at:])
	return strings.Join(strings.Fields(b.String()), " ")
}

// WithoutLastLink drops the link at the end of a canonical text: some networks
// add one to the pictures of a post.
func WithoutLastLink(canonical string) string {
	return strings.TrimRight(strings.TrimSuffix(canonical, linkMark), " ")
}

// Fingerprint identifies what a rendering says: the SHA-256, in hexadecimal, of
// the canonical title and text and of the pictures' own sums, in order.
func Fingerprint(title, text string, imageSHAs []string) string {
	sum := sha256.New()
	for _, part := range append([]string{Canonical(title), Canonical(text)}, imageSHAs...) {
		// A canonical text has no NUL: the parts cannot run into each other.
		sum.Write([]byte(part))
		sum.Write([]byte{0})
	}
	return hex.EncodeToString(sum.Sum(nil))
}
