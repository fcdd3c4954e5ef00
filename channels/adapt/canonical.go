package adapt

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// linkMark stands for a link in a canonical text: networks rewrite links.
const linkMark = "\uFFFC"

// maxEscapes bounds how often a text is unescaped: a text that speaks of
// "&amp;" comes back from a network as "&amp;amp;".
const maxEscapes = 16

// Canonical is a text as it is compared with what a network gives back: NFC,
// without HTML entities, every link a placeholder, every run of spaces and
// line ends one space, and none where only French typography puts one; quotes,
// dashes and dots in their plainest form; without what shows nothing of its
// own, as joiners and the variation selectors of emoji. Letters, accents,
// capitals, digits and emoji stay: two texts that tell readers different things
// have different canonical forms, but for where their links lead.
func Canonical(text string) string {
	canonical, _ := canonicalAndLinks(text)
	return canonical
}

// canonicalAndLinks also returns the links of the text, as they are written,
// one for each placeholder.
func canonicalAndLinks(text string) (canonical string, links []string) {
	text = visible(text)
	for range maxEscapes {
		plain := html.UnescapeString(text)
		if plain == text {
			break
		}
		text = plain
	}
	text = norm.NFC.String(shown(visible(text)))
	var b strings.Builder
	at := 0
	for _, link := range Links(text) {
		b.WriteString(plainest.Replace(text[at:link.Start]))
		b.WriteString(linkMark)
		links = append(links, link.In(text))
		at = link.End
	}
	b.WriteString(plainest.Replace(text[at:]))
	return closeUp(b.String()), links
}

// shown drops what has no width and no meaning between two texts: joiners,
// direction marks, and the selectors that choose between two looks of an emoji.
func shown(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u200C', r == '\u200D', r == '\u200E', r == '\u200F', r == '\u061C', r == '\u180E',
			r == '\u2060', 0xFE00 <= r && r <= 0xFE0F:
			return -1
		}
		return r
	}, text)
}

// plainest undoes the typography that networks and websites apply: WordPress
// curls quotes, joins dots and dashes, and writes "3x4" with a times sign.
//
//nolint:gochecknoglobals // built once, and never changed
var plainest = strings.NewReplacer(
	"‘", "'", "’", "'", "‚", "'", "‛", "'", "′", "'", "`", "'",
	"“", `"`, "”", `"`, "„", `"`, "‟", `"`, "″", `"`, "''", `"`, "``", `"`,
	"…", "...", "×", "x", "(tm)", "™",
	"---", "-", "--", "-", "‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-",
	"＃", "#", "＠", "@",
)

// closeUp makes one space of every run of them, and none before the high
// punctuation of French and inside its quotes, where some write a space, some a
// narrow one, and some none.
func closeUp(text string) string {
	var b strings.Builder
	var last rune
	for field := range strings.FieldsSeq(text) {
		first, _ := utf8.DecodeRuneInString(field)
		if last != 0 && last != '«' && !strings.ContainsRune(":;!?»%€", first) {
			b.WriteByte(' ')
		}
		b.WriteString(field)
		last, _ = utf8.DecodeLastRuneInString(field)
	}
	return b.String()
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
