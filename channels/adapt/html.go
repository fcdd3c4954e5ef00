package adapt

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PlainToHTML turns a plain text into paragraphs for a website. Everything is
// escaped: the only markup is <p>, <br> and links made here.
func PlainToHTML(text string) string {
	var b strings.Builder
	for i, block := range Paragraphs(text) {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("<p>")
		b.WriteString(block)
		b.WriteString("</p>")
	}
	return b.String()
}

// Paragraphs splits a plain text at its blank lines and returns the inner HTML
// of each paragraph, made by InlineHTML.
func Paragraphs(text string) []string {
	var blocks []string
	for _, block := range plainParagraphs(text) {
		blocks = append(blocks, InlineHTML(block))
	}
	return blocks
}

// plainParagraphs splits a text at its blank lines; no paragraph is blank.
func plainParagraphs(text string) []string {
	var blocks []string
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			blocks = append(blocks, strings.Join(lines, "\n"))
			lines = nil
		}
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r", "\n"), "\n") {
		if strings.TrimSpace(line) == "" {
			flush()
			continue
		}
		lines = append(lines, strings.TrimRightFunc(line, unicode.IsSpace))
	}
	flush()
	return blocks
}

// InlineHTML escapes a plain text, makes its links clickable and its line
// breaks <br>. Hashtags and mentions stay text: they mean nothing on a website.
func InlineHTML(block string) string {
	block = strings.ToValidUTF8(block, "\uFFFD")
	var b strings.Builder
	at := 0
	for _, link := range Links(block) {
		if !clickable(block, link) {
			continue
		}
		b.WriteString(escapeLines(block[at:link.Start]))
		written := link.In(block)
		target := written
		if !hasProtocol(written) {
			target = "https://" + written
		}
		b.WriteString(`<a href="`)
		b.WriteString(html.EscapeString(target))
		b.WriteString(`" rel="noopener">`)
		b.WriteString(html.EscapeString(written))
		b.WriteString("</a>")
		at = link.End
	}
	b.WriteString(escapeLines(block[at:]))
	return b.String()
}

// clickable keeps a missing space after a full stop ("ce matin.Sa Majesté")
// and half a word from becoming a link on a website: without a protocol, a host
// is written in small letters and begins where the word begins.
func clickable(text string, link Span) bool {
	written := link.In(text)
	if hasProtocol(written) {
		return true
	}
	host, _, _ := strings.Cut(written, "/")
	before, _ := utf8.DecodeLastRuneInString(text[:link.Start])
	return host == strings.ToLower(host) && !unicode.IsLetter(before)
}

func hasProtocol(link string) bool {
	scheme, _, found := strings.Cut(link, "://")
	return found && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http"))
}

func escapeLines(text string) string {
	return strings.ReplaceAll(html.EscapeString(text), "\n", "<br>")
}
