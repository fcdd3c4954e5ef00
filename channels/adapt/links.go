package adapt

import (
	"strings"
	"unicode/utf8"
)

// Span is a part of a text, in bytes: text[Start:End].
type Span struct{ Start, End int }

// In returns the part of text that the span covers.
func (s Span) In(text string) string { return text[s.Start:s.End] }

// Bounds on links as X draws them (twitter-text 3, configuration v3, read
// 2026-11-21).
const (
	maxURLLength   = 4096 // in UTF-16 units, and a protocol
	maxLabelLength = 63   // in the ASCII form
	maxTCoSlug     = 40
	protocolLength = len("https://")
)

// Links finds the links of a text as X does (twitter-text 3): with http or
// https any host under a known top-level domain, and without one too, as
// "commune.be". An e-mail address is not a link. Hosts are not looked up.
func Links(text string) []Span {
	if !strings.Contains(text, ".") {
		return nil
	}
	var links []Span
	var hosts hostRun
	// from is where the last candidate ended: what lies before it can be
	// neither a link nor the character in front of one.
	for start, from := 0, 0; start < len(text); {
		c, ok := candidateAt(text, &hosts, start, from)
		if start == 0 {
			// X first takes the first character of a text for the one in front
			// of a link: only "cole.be" of "école.be" is one, there.
			_, size := utf8.DecodeRuneInString(text)
			if second, found := candidateAt(text, &hosts, size, from); found {
				c, ok = second, true
			}
		}
		if !ok {
			_, size := utf8.DecodeRuneInString(text[start:])
			start += size
			continue
		}
		links = append(links, c.links(text)...)
		start, from = c.end, c.end
	}
	return links
}

// candidate is what looks like a link, before its host is judged.
type candidate struct {
	before                     rune // 0 at the start of the text
	start, host, hostEnd, path int
	pathEnd, end               int
	protocol                   bool
}

func candidateAt(text string, hosts *hostRun, start, from int) (candidate, bool) {
	c := candidate{start: start}
	if start > from {
		c.before, _ = utf8.DecodeLastRuneInString(text[:start])
		if !mayPrecedeLink(c.before) {
			return candidate{}, false
		}
	} else if start > 0 {
		return candidate{}, false
	}
	c.host = start
	for _, p := range []string{"http://", "https://"} {
		if len(text)-start >= len(p) && strings.EqualFold(text[start:start+len(p)], p) {
			c.protocol, c.host = true, start+len(p)
		}
	}
	end, ok := hosts.longest(text, c.host)
	if !ok {
		return candidate{}, false
	}
	c.hostEnd = end
	if digits := span(text[end:], ":", isDigit); digits > 1 {
		end += digits
	}
	c.path = end
	c.pathEnd = pathEnd(text, end)
	c.end = queryEnd(text, c.pathEnd)
	return c, true
}

// links are those of one candidate: a host without a protocol may hold several
// hosts with letters of other scripts between them.
func (c candidate) links(text string) []Span {
	host := text[c.host:c.hostEnd]
	if protocolLength+utf16Length(text[c.start:c.end]) > maxURLLength || !validHost(host) {
		return nil
	}
	if c.protocol {
		return c.withProtocol(text)
	}
	if strings.ContainsRune("-_./", c.before) && c.before != 0 {
		return nil
	}
	links := asciiHosts(host, c.host)
	if n := len(links); n > 0 && c.pathEnd > c.path {
		links[n-1].End = c.end
	}
	return links
}

// withProtocol keeps the whole link, and of a t.co link only its slug and query,
// whatever follows.
func (c candidate) withProtocol(text string) []Span {
	rest := text[c.host:c.end]
	const tco = "t.co/"
	if len(rest) > len(tco) && strings.EqualFold(rest[:len(tco)], tco) {
		slug := span(rest[len(tco):], "", isASCIIAlnum)
		if slug > maxTCoSlug {
			return nil
		}
		if slug > 0 {
			end := queryEnd(text[:c.end], c.host+len(tco)+slug)
			return []Span{{c.start, end}}
		}
	}
	return []Span{{c.start, c.end}}
}

func pathEnd(text string, start int) int {
	if start == len(text) || text[start] != '/' {
		return start
	}
	end := start + 1
	for at := end; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		switch {
		case r == '(':
			n := parensLength(text[at:])
			if n == 0 {
				return end
			}
			at += n
			end = at
		case isPathRune(r):
			at += size
			if isPathEndRune(r) {
				end = at
			}
		default:
			return end
		}
	}
	return end
}

// parensLength measures "(…)" of path characters, with at most one more pair
// inside, as in Wikipedia's "Foo_(bar)". 0: not such a pair.
func parensLength(text string) int {
	at := 1
	inner := span(text[at:], "", isPathRune)
	at += inner
	if at < len(text) && text[at] == '(' {
		deep := span(text[at+1:], "", isPathRune)
		at += 1 + deep
		if deep == 0 || at == len(text) || text[at] != ')' {
			return 0
		}
		at++
		at += span(text[at:], "", isPathRune)
		inner = at
	}
	if inner == 0 || at == len(text) || text[at] != ')' {
		return 0
	}
	return at + 1
}

func queryEnd(text string, start int) int {
	if start == len(text) || text[start] != '?' {
		return start
	}
	end := start
	for at := start + 1; at < len(text) && isQueryByte(text[at]); at++ {
		if isASCIIAlnum(rune(text[at])) || strings.IndexByte("-_&=#/", text[at]) >= 0 {
			end = at + 1
		}
	}
	return end
}

// span measures prefix and the run of characters after it; 0 without the
// prefix.
func span(text, prefix string, in func(rune) bool) int {
	if !strings.HasPrefix(text, prefix) {
		return 0
	}
	for at, r := range text[len(prefix):] {
		if !in(r) {
			return len(prefix) + at
		}
	}
	return len(text)
}

func utf16Length(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isASCIIAlnum(r rune) bool {
	return isDigit(r) || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

func mayPrecedeLink(r rune) bool {
	return !isASCIIAlnum(r) && !strings.ContainsRune("@＠$#＃", r) && !isInvalid(r)
}

// isInvalid: X refuses a text with one of these.
func isInvalid(r rune) bool { return r == 0xFFFE || r == 0xFEFF || r == 0xFFFF }

// isDirectional: marks and overrides of the writing direction.
func isDirectional(r rune) bool {
	return 0x202A <= r && r <= 0x202E || 0x2066 <= r && r <= 0x2069 ||
		r == 0x061C || r == 0x200E || r == 0x200F
}

func isLatinAccent(r rune) bool {
	return 0xC0 <= r && r <= 0x24F && r != 0xD7 && r != 0xF7 ||
		strings.ContainsRune("\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268\u026F\u0272\u0289\u028B\u02BB", r) ||
		0x300 <= r && r <= 0x36F || 0x1E00 <= r && r <= 0x1EFF
}

func isPathLetter(r rune) bool {
	return isASCIIAlnum(r) || isLatinAccent(r) || 0x400 <= r && r <= 0x4FF
}

func isPathRune(r rune) bool {
	return isPathLetter(r) || strings.ContainsRune("!*';:=+,.$/%#[]-–_~@|&", r)
}

func isPathEndRune(r rune) bool { return isPathLetter(r) || strings.ContainsRune("+-=_#/", r) }

func isQueryByte(b byte) bool {
	return isASCIIAlnum(rune(b)) || strings.IndexByte("!?*'@();:&=+$/%#[]-_.,~|", b) >= 0
}
