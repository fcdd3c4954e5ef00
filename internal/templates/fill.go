package templates

import (
	"regexp"
	"slices"
	"strings"

	"github.com/crieur/crieur/internal/post"
)

// blank is {name}; a name begins with a letter.
var blank = regexp.MustCompile(`\{(\p{L}[\p{L}\p{N}_-]{0,39})\}`)

// Filled is a template with its blanks filled in.
type Filled struct {
	Title string
	Text  string
	// Missing are the blanks that have no value and stand in the text still.
	Missing []string
}

// Fill puts values into the blanks of a template. A line that has an optional
// blank without a value is left out; another blank without one stays, so that
// nobody publishes a hole. Values are text: a blank in one is not filled.
func Fill(t *post.Template, values map[string]string) Filled {
	f := filler{values: values, optional: map[string]bool{}}
	for _, b := range t.Blanks {
		f.optional[b.Name] = b.Optional
	}
	filled := Filled{Title: f.lines(t.Title), Text: f.lines(t.Text)}
	filled.Missing = f.missing
	return filled
}

type filler struct {
	values   map[string]string
	optional map[string]bool
	missing  []string
}

func (f *filler) lines(text string) string {
	var kept []string
	for line := range strings.SplitSeq(text, "\n") {
		if f.leftOut(line) {
			continue
		}
		kept = append(kept, f.line(line))
	}
	// Where lines were left out, one blank line is enough.
	joined := strings.Join(kept, "\n")
	for strings.Contains(joined, "\n\n\n") {
		joined = strings.ReplaceAll(joined, "\n\n\n", "\n\n")
	}
	return strings.TrimSpace(joined)
}

func (f *filler) leftOut(line string) bool {
	for _, found := range blank.FindAllStringSubmatch(line, -1) {
		if f.optional[found[1]] && strings.TrimSpace(f.values[found[1]]) == "" {
			return true
		}
	}
	return false
}

func (f *filler) line(line string) string {
	return blank.ReplaceAllStringFunc(line, func(written string) string {
		name := written[1 : len(written)-1]
		if value := strings.TrimSpace(f.values[name]); value != "" {
			return value
		}
		if !slices.Contains(f.missing, name) {
			f.missing = append(f.missing, name)
		}
		return written
	})
}

// Names lists the blanks of a text in their order.
func Names(texts ...string) []string {
	var names []string
	for _, text := range texts {
		for _, found := range blank.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(names, found[1]) {
				names = append(names, found[1])
			}
		}
	}
	return names
}

// complete gives every blank of the texts a description, and drops those of
// blanks that are not there.
func complete(t *post.Template) {
	var all []post.Blank
	for _, name := range Names(t.Title, t.Text) {
		at := slices.IndexFunc(t.Blanks, func(b post.Blank) bool { return b.Name == name })
		if at >= 0 {
			all = append(all, t.Blanks[at])
			continue
		}
		label := strings.ReplaceAll(name, "_", " ")
		first := []rune(label)
		all = append(all, post.Blank{Name: name, Label: strings.ToUpper(string(first[:1])) + string(first[1:])})
	}
	for i := range all {
		if all[i].Label == "" {
			all[i].Label = all[i].Name
		}
	}
	t.Blanks = all
}
