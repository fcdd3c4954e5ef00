package templates

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/crieur/crieur/internal/post"
)

// A pack is one file by which communes hand templates on.
const (
	packFormat  = "crieur-templates"
	packVersion = 1
	// MaxPack bounds the file.
	MaxPack = 1 << 20
	maxPack = 200
)

// Pack is the file. Version grows when an older program could misread it.
type Pack struct {
	Format    string         `json:"format"`
	Version   int            `json:"version"`
	Name      string         `json:"name"`
	Templates []PackTemplate `json:"templates"`
}

// PackTemplate is a template without what belongs to one commune.
type PackTemplate struct {
	Circumstance post.Circumstance `json:"circumstance"`
	Name         string            `json:"name"`
	Title        string            `json:"title"`
	Text         string            `json:"text"`
	Category     string            `json:"category,omitempty"`
	Blanks       []post.Blank      `json:"blanks,omitempty"`
}

// ParsePack reads a file of any origin.
func ParsePack(data []byte) (Pack, error) {
	if len(data) > MaxPack {
		return Pack{}, invalid("file", "pack_too_large", "Ce paquet dépasse 1 Mo.")
	}
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	decoder.DisallowUnknownFields()
	var p Pack
	err := decoder.Decode(&p)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows the pack")
		}
	}
	switch {
	case p.Format != "" && p.Format != packFormat:
		return Pack{}, invalid("file", "pack_foreign", "Ce fichier n’est pas un paquet de modèles de Crieur.")
	case p.Version > packVersion:
		return Pack{}, invalid("file", "pack_newer", "Ce paquet vient d’une version plus récente de Crieur : mettez la vôtre à jour.")
	case err != nil:
		return Pack{}, &post.Problem{
			Kind: post.Invalid, Code: "pack_unreadable", Detail: "Ce fichier n’est pas un paquet de modèles de Crieur, ou il est abîmé.", Err: err,
			Fields: []post.Field{{Field: "file", Code: "pack_unreadable", Message: "Ce fichier n’est pas lisible."}},
		}
	case p.Format != packFormat || p.Version < 1:
		return Pack{}, invalid("file", "pack_foreign", "Ce fichier n’est pas un paquet de modèles de Crieur.")
	case len(p.Templates) == 0 || len(p.Templates) > maxPack:
		return Pack{}, invalid("file", "pack_size", fmt.Sprintf("Un paquet contient de 1 à %d modèles.", maxPack))
	}
	return p, nil
}

// Fate is what becomes of a template of a pack.
type Fate string

const (
	FateNew     Fate = "new"
	FateSame    Fate = "same"
	FateRenamed Fate = "renamed"
	FateInvalid Fate = "invalid"
)

// Line is a template of a pack and what becomes of it.
type Line struct {
	Position int
	Name     string
	Fate     Fate
	// As is the name that it gets.
	As string
	// Message says what is wrong, or what was done; "": nothing to say.
	Message string

	template post.Template
}

// judge says what becomes of each template of a pack beside those that are
// here. Nothing here is overwritten: another text of the same name gets a
// number.
func judge(p Pack, here []post.Template) []Line {
	taken := map[string]post.Template{}
	for _, t := range here {
		taken[string(t.Circumstance)+"\x00"+t.Name] = t
	}
	lines := make([]Line, 0, len(p.Templates))
	for i, in := range p.Templates {
		t := post.Template{
			Circumstance: in.Circumstance, Name: in.Name, Title: in.Title, Text: in.Text, Category: in.Category,
			Blanks: in.Blanks, Origin: p.Name,
		}
		line := Line{Position: i + 1, Name: in.Name, As: in.Name, Fate: FateNew}
		if err := check(&t); err != nil {
			line.Fate, line.Message = FateInvalid, err.Detail
			lines = append(lines, line)
			continue
		}
		for n := 2; ; n++ {
			known, ok := taken[string(t.Circumstance)+"\x00"+t.Name]
			if !ok {
				break
			}
			if known.Title == t.Title && known.Text == t.Text && slices.Equal(known.Blanks, t.Blanks) {
				line.Fate, line.Message = FateSame, "Vous avez déjà ce modèle."
				break
			}
			t.Name = fmt.Sprintf("%s (%d)", cut(in.Name, maxName-8), n)
			line.Fate, line.Message = FateRenamed, "Un autre modèle porte ce nom : celui-ci s’appellera « "+t.Name+" »."
		}
		line.As, line.template = t.Name, t
		if line.Fate != FateSame {
			taken[string(t.Circumstance)+"\x00"+t.Name] = t
		}
		lines = append(lines, line)
	}
	return lines
}

func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most])
}
