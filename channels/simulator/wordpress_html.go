package simulator

import (
	"slices"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
)

// wpTextImage is a picture within a text.
type wpTextImage struct{ id, alt string }

// imagesIn finds the pictures of the site's own media in a text, by the class
// with which WordPress marks them.
func imagesIn(content string) []wpTextImage {
	var found []wpTextImage
	tokens := html.NewTokenizer(strings.NewReader(content))
	for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
		token := tokens.Token()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken || token.Data != "img" {
			continue
		}
		var image wpTextImage
		for _, a := range token.Attr {
			switch a.Key {
			case "alt":
				image.alt = a.Val
			case "class":
				image.id = mediaClass(a.Val)
			}
		}
		if image.id != "" {
			found = append(found, image)
		}
	}
	return found
}

func mediaClass(classes string) string {
	for class := range strings.FieldsSeq(classes) {
		if id, ok := strings.CutPrefix(class, "wp-image-"); ok {
			return id
		}
	}
	return ""
}

// plainText is what people read of a text: blank lines between its blocks.
func plainText(content string) string {
	var blocks []string
	var block strings.Builder
	flush := func() {
		if text := strings.Trim(block.String(), "\n"); strings.TrimSpace(text) != "" {
			blocks = append(blocks, text)
		}
		block.Reset()
	}
	hidden := 0
	tokens := html.NewTokenizer(strings.NewReader(content))
	for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
		token := tokens.Token()
		switch kind {
		case html.TextToken:
			if hidden == 0 {
				block.WriteString(token.Data)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			switch {
			case token.Data == "br":
				block.WriteByte('\n')
			case isBlock(token.Data):
				flush()
			case isHidden(token.Data) && kind == html.StartTagToken:
				hidden++
			}
		case html.EndTagToken:
			if isBlock(token.Data) {
				flush()
			}
			if isHidden(token.Data) {
				hidden = max(0, hidden-1)
			}
		case html.ErrorToken, html.CommentToken, html.DoctypeToken:
		}
	}
	flush()
	return strings.Join(blocks, "\n\n")
}

func isBlock(tag string) bool {
	return slices.Contains([]string{
		"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "figure", "figcaption", "div", "table", "tr",
	}, tag)
}

func isHidden(tag string) bool { return tag == "script" || tag == "style" }

// kses drops what users without unfiltered_html may not write, without a word.
func kses(content string) string {
	forbidden := []string{"script", "style", "iframe", "form", "input", "object", "embed"}
	var kept strings.Builder
	skipping := ""
	tokens := html.NewTokenizer(strings.NewReader(content))
	for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
		raw := string(tokens.Raw())
		token := tokens.Token()
		switch {
		case skipping != "":
			if kind == html.EndTagToken && token.Data == skipping {
				skipping = ""
			}
			continue
		case kind == html.StartTagToken && isHidden(token.Data):
			skipping = token.Data
			continue
		case kind != html.TextToken && kind != html.CommentToken && slices.Contains(forbidden, token.Data):
			continue
		case kind == html.StartTagToken || kind == html.SelfClosingTagToken:
			harmless := slices.DeleteFunc(slices.Clone(token.Attr), func(a html.Attribute) bool {
				return strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:")
			})
			if len(harmless) != len(token.Attr) {
				token.Attr = harmless
				raw = token.String()
			}
		}
		kept.WriteString(raw)
	}
	return kept.String()
}

// forPage makes a text fit to be shown: its pictures from where this server
// stands now, and nothing that runs.
func forPage(content string, pictureAt func(id string) string) string {
	var shown strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(content))
	for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
		raw := string(tokens.Raw())
		token := tokens.Token()
		if token.Data == "img" && (kind == html.StartTagToken || kind == html.SelfClosingTagToken) {
			raw = ""
			if source := pictureAt(classOf(token)); source != "" {
				token.Attr = slices.DeleteFunc(token.Attr, func(a html.Attribute) bool { return a.Key != "alt" })
				token.Attr = append(token.Attr, html.Attribute{Key: "src", Val: source})
				raw = token.String()
			}
		}
		shown.WriteString(raw)
	}
	policy := bluemonday.UGCPolicy()
	policy.AllowElements("figure", "figcaption")
	policy.AllowAttrs("alt").Globally()
	return policy.Sanitize(shown.String())
}

func classOf(token html.Token) string {
	for _, a := range token.Attr {
		if a.Key == "class" {
			return mediaClass(a.Val)
		}
	}
	return ""
}
