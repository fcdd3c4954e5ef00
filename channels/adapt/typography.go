package adapt

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	noBreakSpace       = '\u00A0'
	narrowNoBreakSpace = '\u202F'
)

// Typography tidies a text without touching its French: NFC, one kind of line
// end, no spaces at the ends of lines, at most one blank line in a row, no
// invisible controls. No-break spaces within a line stay. It changes nothing
// the second time.
func Typography(text string) string {
	text = visible(text)
	lines := strings.Split(text, "\n")
	var kept []string
	for _, line := range lines {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		if line == "" && (len(kept) == 0 || kept[len(kept)-1] == "") {
			continue
		}
		kept = append(kept, line)
	}
	return norm.NFC.String(strings.TrimFunc(strings.Join(kept, "\n"), unicode.IsSpace))
}

// LightSpaces replaces the narrow no-break space by the ordinary one: on X the
// first weighs 2 and the second 1 (twitter-text configuration v3, read
// 2026-11-21), and both keep "17 h" together.
func LightSpaces(text string) string {
	return strings.ReplaceAll(text, string(narrowNoBreakSpace), string(noBreakSpace))
}

// visible drops what readers cannot see and what could mislead them: controls,
// overrides of the writing direction (which can make a link look like another
// one), soft hyphens and zero-width spaces that come with text from a PDF.
// Joiners stay, because emoji and other scripts need them; so do the plain
// direction marks.
func visible(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch r {
		case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
			return '\n'
		case '\t':
			return ' '
		case '\u00AD', '\u200B', '\uFEFF', '\uFFFE', '\uFFFF':
			return -1
		}
		if unicode.IsControl(r) || 0x202A <= r && r <= 0x202E || 0x2066 <= r && r <= 0x2069 {
			return -1
		}
		return r
	}, text)
}
