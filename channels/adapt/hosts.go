package adapt

import (
	_ "embed"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// hostRun is a run of characters that hosts are made of, measured once however
// many places in it are tried: finding links takes linear time.
type hostRun struct {
	start, end int
	labels     []hostLabel
}

type hostLabel struct {
	start, end int
	// underscore is where the last one stands; -1: the label has none.
	underscore int
	// reach is the end of the longest host that begins with this label as a
	// whole; 0: none does.
	reach int
	// tld is the end of the top-level domain after the label; 0: none.
	tld int
}

// longest is the end of the longest host that begins at start.
func (h *hostRun) longest(text string, start int) (int, bool) {
	if start < h.start || start >= h.end {
		h.measure(text, start)
	}
	i := sort.Search(len(h.labels), func(i int) bool { return h.labels[i].end > start })
	if i == len(h.labels) {
		return 0, false
	}
	end := h.reach(text, i, start)
	return end, end > 0
}

func (h *hostRun) measure(text string, start int) {
	h.start, h.end, h.labels = start, start, nil
	label := hostLabel{start: start, underscore: -1}
	for h.end < len(text) {
		r, size := utf8.DecodeRuneInString(text[h.end:])
		if !strings.ContainsRune(".-_", r) && !isHostRune(r) {
			break
		}
		switch r {
		case '.':
			label.end = h.end
			h.labels = append(h.labels, label)
			label = hostLabel{start: h.end + 1, underscore: -1}
		case '_':
			label.underscore = h.end
		}
		h.end += size
	}
	for i := len(h.labels) - 1; i >= 0; i-- {
		l := &h.labels[i]
		if n := tldLength(text[l.end+1:]); n > 0 {
			l.tld = l.end + 1 + n
		}
		l.reach = h.reach(text, i, l.start)
	}
}

// reach is the end of the longest host that begins at start within label i.
func (h *hostRun) reach(text string, i, start int) int {
	l := h.labels[i]
	if l.end <= start {
		return 0
	}
	first, _ := utf8.DecodeRuneInString(text[start:])
	last, _ := utf8.DecodeLastRuneInString(text[:l.end])
	if !isHostRune(first) || !isHostRune(last) {
		return 0
	}
	if i+1 < len(h.labels) && h.labels[i+1].reach > 0 {
		return h.labels[i+1].reach
	}
	// The last label before the top-level domain takes no underscore.
	if l.underscore >= start {
		return 0
	}
	return l.tld
}

// asciiHosts finds the hosts written in Latin letters within a host that may
// run on in another script: X takes links out of Japanese without spaces.
func asciiHosts(host string, offset int) []Span {
	var found []Span
	for at := 0; at < len(host); {
		if end, ok := latinHostEnd(host, at); ok {
			found = append(found, Span{offset + at, offset + end})
			at = end
			continue
		}
		_, size := utf8.DecodeRuneInString(host[at:])
		at += size
	}
	return found
}

func latinHostEnd(host string, start int) (int, bool) {
	end, found := 0, false
	for at := start; ; {
		n := span(host[at:], "", isLatinHostRune)
		if n == 0 || at+n == len(host) || host[at+n] != '.' {
			return end, found
		}
		at += n + 1
		if tld := tldLength(host[at:]); tld > 0 {
			end, found = at+tld, true
		}
	}
}

// validHost asks for labels of at most 63 characters in their ASCII form.
func validHost(host string) bool {
	const encoded = "xn--"
	if strings.HasPrefix(host, encoded) && len(asciiHosts(host, 0)) == 0 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		// What is encoded already and still not ASCII is encoded once more.
		bare := strings.TrimPrefix(label, encoded)
		length := len(bare)
		if span(bare, "", func(r rune) bool { return r < utf8.RuneSelf }) < len(bare) {
			ascii, err := idna.Punycode.ToASCII(bare)
			if err != nil {
				return false
			}
			length = len(ascii)
		}
		if length+len(label)-len(bare) > maxLabelLength {
			return false
		}
	}
	return true
}

// tlds are the top-level domains that X knows, sorted, one a line (twitter-text
// 3.1, read 2026-11-21). A host under another one is text.
//
//go:embed tlds.txt
var tlds string

// longestTLD is the length in bytes of the longest line of tlds.txt; a test
// holds it.
const longestTLD = 33

// tldLength measures the top-level domain that text begins with; 0: none. What
// follows it may not continue a Latin word or an e-mail address.
func tldLength(text string) int {
	best := 0
	for at, r := range text {
		if at > longestTLD {
			break
		}
		if at > 0 && !continuesTLD(r) && knownTLD(text[:at]) {
			best = at
		}
		if !isHostRune(r) && r != '-' {
			return max(best, punycodeLength(text))
		}
	}
	if len(text) <= longestTLD && knownTLD(text) {
		return len(text)
	}
	return max(best, punycodeLength(text))
}

func punycodeLength(text string) int {
	const prefix = "xn--"
	if len(text) <= len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return 0
	}
	n := span(text[len(prefix):], "", func(r rune) bool { return isASCIIAlnum(r) || r == '-' })
	if n == 0 {
		return 0
	}
	return len(prefix) + n
}

func knownTLD(name string) bool { return listed(tlds, strings.ToLower(name)) }

func continuesTLD(r rune) bool { return isASCIIAlnum(r) || r == '@' || r == '+' || r == '-' }

func isLinkSpace(r rune) bool {
	return 0x09 <= r && r <= 0x0D || 0x2000 <= r && r <= 0x200A ||
		strings.ContainsRune("\u0020\u0085\u00A0\u1680\u180E\u2028\u2029\u202F\u205F\u3000", r)
}

func isHostRune(r rune) bool {
	return !strings.ContainsRune("!'#%&()*+,\\-./:;<=>?@[]^_{|}~$", r) &&
		!isLinkSpace(r) && !isInvalid(r) && !isDirectional(r)
}

func isLatinHostRune(r rune) bool { return isASCIIAlnum(r) || r == '-' || isLatinAccent(r) }
