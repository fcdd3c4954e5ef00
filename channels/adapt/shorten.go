package adapt

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

const ellipsis = "…"

// minSentenceShare is how much of what a cut between words would keep a cut
// between sentences must keep to be preferred.
const minSentenceShare = 0.5

// Shorten makes a text fit a budget, as count measures it. A text that fits is
// returned as it is, without the suffix. Otherwise it is cut, and the suffix
// (the address of the full text; may be "") follows.
//
// It cuts after a sentence if that keeps enough, else after a word, and shows
// it with "…". It never cuts inside a link, hashtag, mention or character as
// readers see them, nor between a number and its unit, nor at a no-break space;
// what is quoted or in brackets is closed. Hashtags at the end of the text
// follow the suffix as far as there is room.
//
// The result never exceeds the budget: if not even the suffix fits, it is "".
func Shorten(text, suffix string, budget int, count func(string) int) (short string, cut bool) {
	text = strings.TrimSpace(text)
	if count(text) <= budget {
		return text, false
	}
	s := shortener{suffix: suffix, budget: budget, count: count}
	body, tags := splitTags(text)
	s.body, s.breaks = body, breaks(body)
	short = s.best()
	for _, tag := range tags {
		if longer := joinNonEmpty(short, tag); short != "" && count(longer) <= budget {
			short = longer
		}
	}
	return short, true
}

type shortener struct {
	body, suffix string
	breaks       []textBreak
	budget       int
	count        func(string) int
}

// textBreak is a place where a text may end.
type textBreak struct {
	end      int
	sentence bool
}

func (s *shortener) best() string {
	word, wordEnd := s.longest(s.breaks)
	var sentences []textBreak
	for _, b := range s.breaks {
		if b.sentence {
			sentences = append(sentences, b)
		}
	}
	sentence, sentenceEnd := s.longest(sentences)
	switch {
	case sentence != "" && float64(sentenceEnd) >= minSentenceShare*float64(wordEnd):
		return sentence
	case word != "":
		return word
	}
	if first := s.firstWord(); first != "" {
		return first
	}
	if s.count(s.suffix) <= s.budget {
		return s.suffix
	}
	return ""
}

// longest is the text up to the last of the breaks with which it fits.
func (s *shortener) longest(breaks []textBreak) (string, int) {
	// The measure grows with the text but for a few units where a link begins
	// or ends, so the place is found by halving and then made sure of.
	i := sort.Search(len(breaks), func(i int) bool { return s.count(s.upTo(breaks[i])) > s.budget })
	for i--; i >= 0; i-- {
		if text := s.upTo(breaks[i]); text != "" && s.count(text) <= s.budget {
			return text, breaks[i].end
		}
	}
	return "", 0
}

// upTo is the text as it would be if it ended at b.
func (s *shortener) upTo(b textBreak) string {
	head := s.body[:b.end]
	switch {
	case !b.sentence:
		head = withEllipsis(head)
		if head == "" {
			return ""
		}
		head = closeQuotes(head)
	case b.end < len(s.body) && s.suffix == "":
		head = closeQuotes(head) + " […]"
	default:
		head = closeQuotes(head)
	}
	return s.withSuffix(head)
}

func (s *shortener) withSuffix(head string) string {
	if s.suffix != "" && containsLink(head, s.suffix) {
		return head
	}
	return joinNonEmpty(head, s.suffix)
}

// firstWord cuts the first word itself, between characters, if it alone is too
// long and not one of those that lose their meaning.
func (s *shortener) firstWord() string {
	end := strings.IndexFunc(s.body, isBreakingSpace)
	if end < 0 {
		end = len(s.body)
	}
	word := s.body[:end]
	if word == "" || len(Links(word))+len(Hashtags(word))+len(Mentions(word)) > 0 {
		return ""
	}
	var ends []int
	for at, rest, state := 0, word, -1; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		at += len(cluster)
		ends = append(ends, at)
	}
	build := func(i int) string { return s.withSuffix(word[:ends[i]] + ellipsis) }
	i := sort.Search(len(ends), func(i int) bool { return s.count(build(i)) > s.budget })
	for i--; i >= 0; i-- {
		if text := build(i); s.count(text) <= s.budget {
			return text
		}
	}
	return ""
}

// splitTags parts a text from the hashtags at its end.
func splitTags(text string) (body string, tags []string) {
	body = text
	spans := Hashtags(text)
	for i := len(spans) - 1; i >= 0; i-- {
		t := spans[i]
		before := text[:t.Start]
		if t.End != len(body) || before != "" && strings.TrimRightFunc(before, unicode.IsSpace) == before {
			break
		}
		tags = append([]string{t.In(text)}, tags...)
		body = strings.TrimRightFunc(before, unicode.IsSpace)
	}
	if body == "" {
		return text, nil
	}
	return body, tags
}

// withEllipsis ends a text with "…", without what cannot stand before it: open
// quotes and brackets, commas, and little words that wait for the next one. A
// link at the end stays whole and clickable.
func withEllipsis(head string) string {
	floor := 0
	for _, link := range Links(head) {
		floor = link.End
	}
	for before := ""; head != before; {
		before = head
		head = head[:floor] + strings.TrimRightFunc(head[floor:], func(r rune) bool {
			return unicode.IsSpace(r) || strings.ContainsRune(".,;:–—-(«“[/&+…", r)
		})
		at := strings.LastIndexFunc(head, isBreakingSpace) + 1
		if at > floor && waitsForMore(head[at:]) {
			head = head[:at]
		}
	}
	switch {
	case head == "":
		return ""
	case len(head) == floor:
		return head + " " + ellipsis
	}
	return head + ellipsis
}

// waitsForMore reports whether a French word says nothing without the next.
func waitsForMore(word string) bool {
	switch strings.ToLower(word) {
	case "le", "la", "les", "un", "une", "des", "de", "du", "à", "au", "aux", "et", "ou", "où", "en",
		"dans", "sur", "sous", "pour", "par", "avec", "sans", "chez", "vers", "entre", "dès", "que", "qui",
		"ce", "cet", "cette", "ces", "son", "sa", "ses", "leur", "leurs", "notre", "nos", "votre", "vos",
		"ne", "se", "si", "est", "sont":
		return true
	}
	return false
}

// closeQuotes closes what head leaves open: « », “ ” and brackets.
func closeQuotes(head string) string {
	type pair struct {
		open, end rune
		closing   string
	}
	pairs := []pair{{'«', '»', string(noBreakSpace) + "»"}, {'“', '”', "”"}, {'(', ')', ")"}}
	var open []pair
	for _, r := range head {
		for _, p := range pairs {
			switch {
			case r == p.open:
				open = append(open, p)
			case r == p.end && len(open) > 0 && open[len(open)-1] == p:
				open = open[:len(open)-1]
			}
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		head += open[i].closing
	}
	return head
}

func containsLink(text, link string) bool {
	for _, l := range Links(text) {
		if l.In(text) == link {
			return true
		}
	}
	return false
}

func joinNonEmpty(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " ")
}

// isBreakingSpace: a space at which a line, and so a text, may break.
func isBreakingSpace(r rune) bool {
	return unicode.IsSpace(r) && r != noBreakSpace && r != narrowNoBreakSpace && r != '\u2007'
}

// lastRune is utf8.RuneError for "".
func lastRune(text string) rune {
	r, _ := utf8.DecodeLastRuneInString(text)
	return r
}

func firstRune(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}
