package adapt

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/crieur/crieur/channels"
)

// maxMention is the length of the longest name that X links, in characters
// (twitter-text 3, read 2026-11-21).
const maxMention = 20

// Hashtags finds the hashtags of a text as X does, # included: letters, marks,
// digits and underscores of any script with at least one letter, standing free
// of the word before and outside links.
func Hashtags(text string) []Span {
	var tags []Span
	links := Links(text)
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if r != '#' && r != '＃' || !mayPrecedeHashtag(text[:at]) {
			at += size
			continue
		}
		end := at + size + span(text[at+size:], "", isTagRune)
		tag := Span{at, end}
		at = max(end, at+size)
		if isHashtag(text[tag.Start+size:end], text[end:]) && !startsWithin(tag, links) {
			tags = append(tags, tag)
		}
	}
	return tags
}

func isHashtag(name, after string) bool {
	if strings.IndexFunc(name, isTagLetter) < 0 || strings.HasPrefix(name, "\uFE0F") || strings.HasPrefix(name, "\u20E3") {
		return false
	}
	return !strings.HasPrefix(after, "#") && !strings.HasPrefix(after, "＃") && !strings.HasPrefix(after, "://")
}

func mayPrecedeHashtag(before string) bool {
	if before == "" {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(before)
	return r == 0xFE0E || r == 0xFE0F || !isTagRune(r) && r != '&'
}

// Mentions finds the @names of a text as X does, @ included. An e-mail address
// is not a mention.
func Mentions(text string) []Span {
	var mentions []Span
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if r != '@' && r != '＠' || !mayPrecedeMention(text[:at]) {
			at += size
			continue
		}
		n := span(text[at+size:], "", func(r rune) bool { return isASCIIAlnum(r) || r == '_' })
		end := at + size + min(n, maxMention)
		next, _ := utf8.DecodeRuneInString(text[end:])
		refused := next == '@' || next == '＠' || end < len(text) && isLatinAccent(next) || strings.HasPrefix(text[end:], "://")
		if n > 0 && !refused {
			mentions = append(mentions, Span{at, end})
		}
		at = end
	}
	return mentions
}

func mayPrecedeMention(before string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	if before == "" || !isASCIIAlnum(r) && !strings.ContainsRune("_!#$%&*@＠", r) {
		return true
	}
	// "RT@name", as people quoted before there was a button for it.
	if len(before) < 2 || !strings.EqualFold(before[len(before)-2:], "rt") {
		return false
	}
	r, _ = utf8.DecodeLastRuneInString(before[:len(before)-2])
	return len(before) == 2 || !isASCIIAlnum(r) && !strings.ContainsRune("_+~.-", r)
}

// HashtagIssues warns of hashtags that will not do what their author expects.
// It reports only what can be known for sure.
func HashtagIssues(text string) []channels.Issue {
	var issues []channels.Issue
	for _, tag := range Hashtags(text) {
		name := tag.In(text)
		after, size := utf8.DecodeRuneInString(text[tag.End:])
		if !strings.ContainsRune("-‐‑'’", after) || tag.End == len(text) {
			continue
		}
		rest := text[tag.End+size:]
		rest = rest[:span(rest, "", isTagRune)]
		if rest == "" {
			continue
		}
		first, firstSize := utf8.DecodeRuneInString(rest)
		issues = append(issues, channels.Issue{
			Severity: channels.SeverityWarning,
			Code:     "hashtag_cut",
			Field:    "text",
			Message: fmt.Sprintf("Le mot-dièse s’arrête à « %s » : écrivez « %s%c%s » en un mot.",
				name, name, unicode.ToUpper(first), rest[firstSize:]),
		})
	}
	return issues
}

// startsWithin reports whether s begins inside one of the others: where a
// hashtag and a link overlap, X keeps the first.
func startsWithin(s Span, others []Span) bool {
	for _, o := range others {
		if o.Start <= s.Start && s.Start < o.End {
			return true
		}
	}
	return false
}

func isTagLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

func isTagRune(r rune) bool {
	return isTagLetter(r) || unicode.Is(unicode.Nd, r) ||
		strings.ContainsRune("_\u200C\u200D\uA67E\u05BE\u05F3\u05F4\uFF5E\u301C\u309B\u309C\u30A0\u30FB\u3003\u0F0B\u0F0C\u00B7", r)
}
