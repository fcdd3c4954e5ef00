package importing

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/crieur/crieur/internal/post"
)

// Bounds of one item.
const (
	maxTitle      = 300
	maxText       = 40_000
	maxPictures   = 10
	maxCategories = 20
	maxAlt        = 1000
)

// prose turns the HTML of an article into plain text in paragraphs, and finds
// its pictures. It reads tokens one after the other: no depth of nesting costs
// anything.
func prose(markup string, base *url.URL) (text string, pictures []post.ItemPicture) {
	w := &proseWriter{base: base}
	tokens := html.NewTokenizer(strings.NewReader(markup))
	tokens.SetMaxBuf(maxBody)
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return w.text(), w.pictures
		case html.TextToken:
			if w.skipped == 0 {
				w.write(string(tokens.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			w.open(tokens.Token())
		case html.EndTagToken:
			w.close(tokens.Token().DataAtom)
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

// proseWriter gathers paragraphs.
type proseWriter struct {
	base     *url.URL
	out      strings.Builder
	line     strings.Builder
	skipped  int
	pictures []post.ItemPicture
}

// shownByNobody are elements whose text is no prose. Their ends are counted, so
// one that is never closed hides what follows it; so it is in browsers.
func shownByNobody(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Svg, atom.Form, atom.Nav, atom.Figcaption, atom.Select, atom.Object:
		return true
	default:
		return false
	}
}

func block(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Table, atom.Blockquote,
		atom.Section, atom.Article, atom.Figure, atom.Pre, atom.Hr, atom.Dl, atom.Header, atom.Footer, atom.Address:
		return true
	default:
		return false
	}
}

func (w *proseWriter) open(t html.Token) {
	switch {
	case t.DataAtom == atom.Img:
		w.picture(t)
	case shownByNobody(t.DataAtom):
		if t.Type == html.StartTagToken {
			w.skipped++
		}
	case w.skipped > 0:
	case t.DataAtom == atom.Br, t.DataAtom == atom.Tr, t.DataAtom == atom.Dt, t.DataAtom == atom.Dd:
		w.endLine()
	case t.DataAtom == atom.Li:
		w.endLine()
		w.line.WriteString("• ")
	case t.DataAtom == atom.Td, t.DataAtom == atom.Th:
		w.write(" ")
	case block(t.DataAtom):
		w.endParagraph()
	}
}

func (w *proseWriter) close(a atom.Atom) {
	switch {
	case shownByNobody(a):
		w.skipped = max(0, w.skipped-1)
	case w.skipped > 0:
	case a == atom.Li, a == atom.Tr:
		w.endLine()
	case block(a):
		w.endParagraph()
	}
}

func (w *proseWriter) write(text string) {
	if w.out.Len()+w.line.Len() > 4*maxText {
		return
	}
	w.line.WriteString(text)
}

func (w *proseWriter) endLine() {
	line := oneLine(w.line.String())
	w.line.Reset()
	if line == "" || line == "•" {
		return
	}
	w.out.WriteString(line)
	w.out.WriteByte('\n')
}

func (w *proseWriter) endParagraph() {
	w.endLine()
	if text := w.out.String(); text != "" && !strings.HasSuffix(text, "\n\n") {
		w.out.WriteByte('\n')
	}
}

func (w *proseWriter) text() string {
	w.endLine()
	return cutText(strings.TrimSpace(w.out.String()), maxText)
}

// oneLine makes single spaces of all that separates words, hard spaces
// excepted: French needs them.
func oneLine(text string) string {
	text = strings.ToValidUTF8(text, "")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' || unicode.IsControl(r)
	}), " ")
}

// plainTitle is a title without markup.
func plainTitle(title string) string {
	text := title
	if strings.ContainsAny(title, "<&") {
		text, _ = prose(title, nil)
	}
	return cutText(oneLine(text), maxTitle)
}

// cutText bounds a text at a word.
func cutText(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	cut := string([]rune(text)[:most-1])
	if at := strings.LastIndexFunc(cut, unicode.IsSpace); at > len(cut)/2 {
		cut = cut[:at]
	}
	return strings.TrimRightFunc(cut, unicode.IsSpace) + "…"
}

// picture notes an image of the text.
func (w *proseWriter) picture(t html.Token) {
	a := map[string]string{}
	for _, attribute := range t.Attr {
		a[attribute.Key] = attribute.Val
	}
	if tiny(a["width"]) || tiny(a["height"]) {
		return // a counter, and no picture
	}
	source := a["src"]
	if widest := widestOf(a["srcset"]); widest != "" {
		source = widest
	}
	for _, late := range []string{"data-src", "data-lazy-src"} {
		if (source == "" || strings.HasPrefix(source, "data:")) && a[late] != "" {
			source = a[late]
		}
	}
	if address := absolute(w.base, source); address != "" {
		w.pictures = addPicture(w.pictures, post.ItemPicture{URL: address, Alt: a["alt"]})
	}
}

func tiny(size string) bool {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(size), "px"))
	return err == nil && n <= 16
}

// widestOf is the largest picture of a srcset, in which addresses are separated
// by commas and followed by a width.
func widestOf(srcset string) string {
	best, address := 0, ""
	for candidate := range strings.SplitSeq(srcset, ", ") {
		fields := strings.Fields(candidate)
		if len(fields) != 2 || !strings.HasSuffix(fields[1], "w") {
			continue
		}
		if width, err := strconv.Atoi(strings.TrimSuffix(fields[1], "w")); err == nil && width > best {
			best, address = width, fields[0]
		}
	}
	return address
}

// absolute makes a whole address of a reference; "" where there is none.
func absolute(base *url.URL, reference string) string {
	reference = strings.TrimSpace(reference)
	if reference == "" || len(reference) > maxURL {
		return ""
	}
	u, err := url.Parse(reference)
	if err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	u.User = nil
	return u.String()
}

// sizeSuffix is what WordPress adds to the name of a smaller copy.
var sizeSuffix = regexp.MustCompile(`-(\d{2,5}x\d{2,5}|scaled)(\.\w{3,4})$`)

// samePicture is the same for a picture and its smaller copies, wherever the
// site stands.
func samePicture(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return sizeSuffix.ReplaceAllString(u.Path, "$2") + "?" + u.RawQuery
}

// addPicture adds a picture, unless it is there; a description is kept from
// wherever it comes.
func addPicture(all []post.ItemPicture, p post.ItemPicture) []post.ItemPicture {
	p.Alt = cutText(oneLine(p.Alt), maxAlt)
	at := slices.IndexFunc(all, func(known post.ItemPicture) bool { return samePicture(known.URL) == samePicture(p.URL) })
	if at >= 0 {
		if all[at].Alt == "" {
			all[at].Alt = p.Alt
		}
		return all
	}
	if len(all) >= maxPictures {
		return all
	}
	return append(all, p)
}

// addCategory adds a category, unless it is there.
func addCategory(all []string, name string) []string {
	name = cutText(oneLine(name), 60)
	if name == "" || len(all) >= maxCategories || slices.Contains(all, name) {
		return all
	}
	return append(all, name)
}
