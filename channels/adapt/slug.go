package adapt

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Slug makes the part of a web address that names an article: ASCII letters,
// digits and hyphens, at most limit bytes (0: no limit), cut between words where that
// leaves any. It is "" when the title has no letter or digit to offer.
func Slug(title string, limit int) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(strings.ToValidUTF8(title, " "))) {
		switch {
		case isASCIIAlnum(r):
			b.WriteRune(r)
		case unicode.IsMark(r):
			// An accent: its letter was written already.
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		case r == 'ß':
			b.WriteString("ss")
		case r == 'ø':
			b.WriteByte('o')
		case r == 'ł':
			b.WriteByte('l')
		case r == 'đ', r == 'ð':
			b.WriteByte('d')
		case r == '€':
			b.WriteString("-euros-")
		default:
			b.WriteByte('-')
		}
	}
	words := strings.FieldsFunc(b.String(), func(r rune) bool { return r == '-' })
	slug := strings.Join(words, "-")
	if limit <= 0 || len(slug) <= limit {
		return slug
	}
	if cut := strings.LastIndexByte(slug[:limit+1], '-'); cut > 0 {
		return slug[:cut]
	}
	return slug[:limit]
}
