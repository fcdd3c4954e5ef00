package adapt

import (
	_ "embed"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/crieur/crieur/channels"
)

// The rules of X (twitter-text 3, configuration v3, read 2026-11-21).
const (
	// XMaxLength is what a post may weigh on an ordinary account.
	XMaxLength = 280
	// XLinkLength is what any link weighs, however long it is.
	XLinkLength = 23

	xHeavy = 2
	xLight = 1
)

// Count measures a text as a network does.
func Count(rule channels.CountRule, text string) int {
	switch rule {
	case channels.CountXWeighted:
		return WeighForX(text).Length
	case channels.CountCodePoints:
		return utf8.RuneCountInString(text)
	default:
		return utf8.RuneCountInString(text)
	}
}

// XWeight is what X makes of a text.
type XWeight struct {
	// Length is the weight, in the units of XMaxLength.
	Length int
	// Valid: X takes the text. It is not empty, not too long, and holds no
	// character that X refuses.
	Valid bool
	// ValidEnd is the last UTF-16 unit of the text that still fits, 0 for none.
	// X counts it after normalisation and then shifts it by what normalisation
	// saved; a browser can show it as it is.
	ValidEnd int
}

// WeighForX measures a text as X does: in NFC, 23 for a link, 2 for an emoji
// however many code points make it, and 1 or 2 for other characters by their
// range: letters with accents, no-break spaces, « » and ’ are light; € … • and
// U+202F are heavy.
func WeighForX(text string) XWeight {
	text = strings.ToValidUTF8(text, "\uFFFD")
	normal := norm.NFC.String(text)
	links := Links(normal)
	w := XWeight{Valid: true}
	units := 0
	for at := 0; at < len(normal); {
		last, size := utf8.DecodeRuneInString(normal[at:])
		end := at + size
		if len(links) > 0 && links[0].Start == at {
			w.Length += XLinkLength
			end, links = links[0].End, links[1:]
		} else if n := emojiSequence(normal[at:]); n > 0 {
			w.Length += xHeavy
			end = at + n
		} else {
			w.Length += xRuneWeight(last)
		}
		units += utf16Length(normal[at:end])
		at = end
		w.Valid = w.Valid && !isInvalid(last)
		if w.Valid && w.Length <= XMaxLength {
			w.ValidEnd = units - 1
		}
	}
	w.ValidEnd += utf16Length(text) - utf16Length(normal)
	w.Valid = w.Valid && w.Length > 0 && w.Length <= XMaxLength
	return w
}

func xRuneWeight(r rune) int {
	if r <= 4351 || 8192 <= r && r <= 8205 || 8208 <= r && r <= 8223 || 8242 <= r && r <= 8247 {
		return xLight
	}
	return xHeavy
}

// emojiSequences are the emoji of several code points that X counts as one,
// sorted: those of Unicode 11, which twitter-text 3.1 knows (read 2026-11-21).
// A younger sequence weighs what its parts weigh, so that Crieur errs towards
// too long and never towards a refusal at the hour.
//
//go:embed emoji.txt
var emojiSequences string

// longestEmoji is the length in bytes of the longest line of emoji.txt; a test
// holds it.
const longestEmoji = 28

// emojiSequence measures the longest emoji of several code points that text
// begins with; 0: none. An emoji of one code point needs no entry: it is heavy
// by its range.
func emojiSequence(text string) int {
	_, first := utf8.DecodeRuneInString(text)
	if second, _ := utf8.DecodeRuneInString(text[first:]); !joinsEmoji(second) {
		return 0
	}
	best := 0
	for end := first; end < len(text) && end < longestEmoji; {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
		if listed(emojiSequences, text[:end]) {
			best = end
		}
	}
	return best
}

// joinsEmoji reports whether r can be the second code point of a sequence: a
// variation selector, a keycap, a joiner, a skin tone, a regional letter or a
// tag.
func joinsEmoji(r rune) bool {
	switch {
	case r == 0xFE0F, r == 0x20E3, r == 0x200D:
		return true
	case 0x1F3FB <= r && r <= 0x1F3FF, 0x1F1E6 <= r && r <= 0x1F1FF, 0xE0020 <= r && r <= 0xE007F:
		return true
	}
	return false
}

// listed reports whether line is a line of list, whose lines are sorted by
// their bytes. Searching the text itself needs no table in memory.
func listed(list, line string) bool {
	if line == "" {
		return false
	}
	low, high := 0, len(list)
	for low < high {
		middle := (low + high) / 2
		start := strings.LastIndexByte(list[:middle], '\n') + 1
		end := start + strings.IndexByte(list[start:], '\n')
		switch strings.Compare(list[start:end], line) {
		case 0:
			return true
		case -1:
			low = end + 1
		default:
			high = start
		}
	}
	return false
}
