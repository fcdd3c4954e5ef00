package agenda

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/templates"
)

// Templates is where a step finds the words of the template that it names.
type Templates interface {
	Template(ctx context.Context, actor post.Actor, id string) (post.Template, error)
}

// alias is the blank of an event that fills one of a template: communes write
// templates for people first, and call things by other names there.
func alias(name string, withHour bool) string {
	switch name {
	case "nom", "evenement", "événement":
		return "titre"
	case "programme":
		return "description"
	case "tarif":
		return "prix"
	case "date":
		if withHour {
			// The template says the hour itself.
			return "jour"
		}
	}
	return name
}

// fromTemplates gives the steps that name a template and have no words of their
// own the words that it has now. A series does not change with a template that
// somebody changes later.
func (s *Service) fromTemplates(ctx context.Context, actor post.Actor, field string, steps []post.SeriesStep) ([]post.SeriesStep, error) {
	steps = slices.Clone(steps)
	for i := range steps {
		if steps[i].Template == "" || steps[i].Text != "" {
			continue
		}
		at := fmt.Sprintf("%s[%d].template", field, i)
		t, err := s.Templates.Template(ctx, actor, steps[i].Template)
		if errors.Is(err, post.ErrNotFound) {
			return nil, fieldProblem(at, "template_unknown", "Le modèle de cette annonce n’existe plus. Choisissez-en un autre, ou le texte de Crieur.")
		}
		if err != nil {
			return nil, err
		}
		title, text, err := eventText(at, &t)
		if err != nil {
			return nil, err
		}
		steps[i].Text = text
		if steps[i].Title == "" {
			steps[i].Title = title
		}
	}
	return steps, nil
}

// eventText is a template with the blanks of an event. A line with an optional
// blank that no event fills is left out; another such blank is refused.
func eventText(field string, t *post.Template) (title, text string, err error) {
	names := templates.Names(t.Title, t.Text)
	withHour := slices.Contains(names, "heure")
	known := EventBlanks()
	left := map[string]bool{}
	var pairs []string
	for _, name := range names {
		if own := alias(name, withHour); slices.Contains(known, own) {
			pairs = append(pairs, "{"+name+"}", "{"+own+"}")
			continue
		}
		at := slices.IndexFunc(t.Blanks, func(b post.Blank) bool { return b.Name == name })
		if at < 0 || !t.Blanks[at].Optional {
			return "", "", fieldProblem(field, "template_blank", "Le modèle « "+t.Name+" » contient {"+name+"}, qu’un événement ne remplit pas. Choisissez un autre modèle, ou rendez ce champ facultatif.")
		}
		left["{"+name+"}"] = true
	}
	replacer := strings.NewReplacer(pairs...)
	lines := func(in string) string {
		var kept []string
		for line := range strings.SplitSeq(in, "\n") {
			dropped := false
			for name := range left {
				dropped = dropped || strings.Contains(line, name)
			}
			if !dropped {
				kept = append(kept, replacer.Replace(line))
			}
		}
		return strings.Join(kept, "\n")
	}
	return lines(t.Title), lines(t.Text), nil
}
