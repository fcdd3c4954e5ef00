package adapt

import (
	"strings"
	"unicode/utf8"
)

// maxHeadline bounds a headline made of a text, in code points: what fits on
// two lines of a list of news.
const maxHeadline = 100

// Headline is a title for a text that has none: its first sentence, without
// the full stop, shortened to at most 100 code points.
func Headline(text string) string {
	paragraphs := plainParagraphs(Typography(text))
	if len(paragraphs) == 0 {
		return ""
	}
	line, _, _ := strings.Cut(paragraphs[0], "\n")
	for _, b := range breaks(line) {
		if b.sentence {
			line = line[:b.end]
			break
		}
	}
	if body, tags := splitTags(line); len(tags) > 0 {
		line = body
	}
	if short, cut := Shorten(line, "", maxHeadline, utf8.RuneCountInString); cut {
		return short
	}
	if strings.HasSuffix(line, ".") && !strings.HasSuffix(line, "..") {
		line = strings.TrimSuffix(line, ".")
	}
	return line
}

// Excerpt is the beginning of a text on one line, in at most limit code points.
func Excerpt(text string, limit int) string {
	line := strings.Join(strings.FieldsFunc(Typography(text), isBreakingSpace), " ")
	short, _ := Shorten(line, "", limit, utf8.RuneCountInString)
	return short
}
