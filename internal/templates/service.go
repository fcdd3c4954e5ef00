package templates

import (
	"context"
	_ "embed" // the built-in texts
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/crieur/crieur/internal/post"
)

// Store is what the use cases need of the ledger.
type Store interface {
	CreateTemplates(ctx context.Context, all ...post.Template) error
	Template(ctx context.Context, communeID, id string) (post.Template, error)
	Templates(ctx context.Context, communeID string) ([]post.Template, error)
	UpdateTemplate(ctx context.Context, t post.Template) error
	DeleteTemplate(ctx context.Context, communeID, id string) error
}

// Service holds the use cases.
type Service struct {
	store Store
	newID func() string
	now   func() time.Time
	// builtin are read once.
	builtin func() ([]post.Template, error)
}

// New makes the service.
func New(store Store, newID func() string, now func() time.Time) *Service {
	return &Service{store: store, newID: newID, now: now, builtin: sync.OnceValues(readBuiltin)}
}

// Bounds of what people choose.
const (
	maxTemplates = 500
	maxName      = 120
	maxTitle     = 300
	maxText      = 10_000
	maxBlanks    = 40
)

// builtinID begins the ids of the templates that come with the program.
const builtinID = "builtin-"

//go:embed builtin.json
var builtinJSON []byte

func readBuiltin() ([]post.Template, error) {
	var all []struct {
		ID string `json:"id"`
		PackTemplate
	}
	if err := json.Unmarshal(builtinJSON, &all); err != nil {
		return nil, fmt.Errorf("built-in templates: %w", err)
	}
	templates := make([]post.Template, 0, len(all))
	for _, one := range all {
		t := post.Template{
			ID: builtinID + one.ID, Builtin: true, Circumstance: one.Circumstance, Name: one.Name, Title: one.Title, Text: one.Text,
			Category: one.Category, Blanks: one.Blanks,
		}
		if err := check(&t); err != nil {
			return nil, fmt.Errorf("built-in template %s: %w", one.ID, err)
		}
		templates = append(templates, t)
	}
	return templates, nil
}

// Templates lists the commune's own templates, then those that come with the
// program.
func (s *Service) Templates(ctx context.Context, actor post.Actor) ([]post.Template, error) {
	own, err := s.store.Templates(ctx, actor.CommuneID)
	if err != nil {
		return nil, err
	}
	builtin, err := s.builtin()
	return append(own, builtin...), err
}

// Template returns one template.
func (s *Service) Template(ctx context.Context, actor post.Actor, id string) (post.Template, error) {
	if !strings.HasPrefix(id, builtinID) {
		return s.store.Template(ctx, actor.CommuneID, id)
	}
	builtin, err := s.builtin()
	if err != nil {
		return post.Template{}, err
	}
	at := slices.IndexFunc(builtin, func(t post.Template) bool { return t.ID == id })
	if at < 0 {
		return post.Template{}, post.ErrNotFound
	}
	return builtin[at], nil
}

// Wanted is what a person chooses of a template; nil fields stay.
type Wanted struct {
	Circumstance *post.Circumstance
	Name         *string
	Title        *string
	Text         *string
	Category     *string
	Blanks       *[]post.Blank
}

func (in Wanted) apply(t *post.Template) {
	set(&t.Circumstance, in.Circumstance)
	set(&t.Name, in.Name)
	set(&t.Title, in.Title)
	set(&t.Text, in.Text)
	set(&t.Category, in.Category)
	set(&t.Blanks, in.Blanks)
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// Create adds a template of the commune's own.
func (s *Service) Create(ctx context.Context, actor post.Actor, in Wanted) (post.Template, error) {
	own, err := s.store.Templates(ctx, actor.CommuneID)
	if err != nil {
		return post.Template{}, err
	}
	if len(own) >= maxTemplates {
		return post.Template{}, invalid("name", "templates_too_many", fmt.Sprintf("Une commune garde au plus %d modèles.", maxTemplates))
	}
	now := s.now()
	t := post.Template{ID: s.newID(), CommuneID: actor.CommuneID, CreatedBy: actor.UserID, CreatedAt: now, UpdatedAt: now}
	in.apply(&t)
	if err := check(&t); err != nil {
		return post.Template{}, err
	}
	return t, nameProblem(s.store.CreateTemplates(ctx, t))
}

// Update changes a template of the commune's own.
func (s *Service) Update(ctx context.Context, actor post.Actor, id string, in Wanted) (post.Template, error) {
	t, err := s.Template(ctx, actor, id)
	if err != nil {
		return post.Template{}, err
	}
	if t.Builtin {
		return post.Template{}, builtinProblem()
	}
	in.apply(&t)
	t.UpdatedAt = s.now()
	if err := check(&t); err != nil {
		return post.Template{}, err
	}
	return t, nameProblem(s.store.UpdateTemplate(ctx, t))
}

// Delete removes a template of the commune's own.
func (s *Service) Delete(ctx context.Context, actor post.Actor, id string) error {
	t, err := s.Template(ctx, actor, id)
	if err != nil {
		return err
	}
	if t.Builtin {
		return builtinProblem()
	}
	return s.store.DeleteTemplate(ctx, actor.CommuneID, id)
}

// Fill fills the blanks of a template in.
func (s *Service) Fill(ctx context.Context, actor post.Actor, id string, values map[string]string) (Filled, error) {
	t, err := s.Template(ctx, actor, id)
	if err != nil {
		return Filled{}, err
	}
	return Fill(&t, values), nil
}

// Export makes a pack of templates; without ids, of all that are the commune's
// own.
func (s *Service) Export(ctx context.Context, actor post.Actor, name string, ids []string) (Pack, error) {
	chosen, err := s.chosen(ctx, actor, ids)
	if err != nil {
		return Pack{}, err
	}
	pack := Pack{Format: packFormat, Version: packVersion, Name: strings.TrimSpace(name), Templates: []PackTemplate{}}
	for _, t := range chosen {
		pack.Templates = append(pack.Templates, PackTemplate{
			Circumstance: t.Circumstance, Name: t.Name, Title: t.Title, Text: t.Text, Category: t.Category, Blanks: t.Blanks,
		})
	}
	return pack, nil
}

func (s *Service) chosen(ctx context.Context, actor post.Actor, ids []string) ([]post.Template, error) {
	if len(ids) == 0 {
		return s.store.Templates(ctx, actor.CommuneID)
	}
	chosen := make([]post.Template, 0, len(ids))
	for _, id := range ids {
		t, err := s.Template(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, t)
	}
	return chosen, nil
}

// Import takes a pack over, and says what becomes of each template. Nothing is
// saved by a trial, nor where one of them is not valid.
func (s *Service) Import(ctx context.Context, actor post.Actor, data []byte, trial bool) ([]Line, error) {
	pack, err := ParsePack(data)
	if err != nil {
		return nil, err
	}
	own, err := s.store.Templates(ctx, actor.CommuneID)
	if err != nil {
		return nil, err
	}
	lines := judge(pack, own)
	var added []post.Template
	now := s.now()
	for _, line := range lines {
		switch line.Fate {
		case FateNew, FateRenamed:
			t := line.template
			t.ID, t.CommuneID, t.CreatedBy, t.CreatedAt, t.UpdatedAt = s.newID(), actor.CommuneID, actor.UserID, now, now
			added = append(added, t)
		case FateInvalid:
			if !trial {
				return nil, invalid("file", "pack_invalid", fmt.Sprintf("Le modèle n° %d du paquet n’est pas valable : %s", line.Position, line.Message))
			}
		case FateSame:
		}
	}
	if len(own)+len(added) > maxTemplates {
		return nil, invalid("file", "templates_too_many", fmt.Sprintf("Une commune garde au plus %d modèles.", maxTemplates))
	}
	if trial {
		return lines, nil
	}
	return lines, nameProblem(s.store.CreateTemplates(ctx, added...))
}

// check judges a template, and completes the description of its blanks.
func check(t *post.Template) *post.Problem {
	t.Name = strings.Join(strings.Fields(t.Name), " ")
	t.Title, t.Text = strings.TrimSpace(t.Title), strings.TrimSpace(strings.ReplaceAll(t.Text, "\r\n", "\n"))
	switch {
	case !slices.Contains(post.Circumstances(), t.Circumstance):
		return invalid("circumstance", "circumstance_unknown", "Cette circonstance n’existe pas.")
	case t.Name == "" || utf8.RuneCountInString(t.Name) > maxName:
		return invalid("name", "name_invalid", fmt.Sprintf("Donnez au modèle un nom de %d signes au plus.", maxName))
	case t.Text == "":
		return invalid("text", "text_empty", "Écrivez le texte du modèle.")
	case utf8.RuneCountInString(t.Title) > maxTitle:
		return invalid("title", "title_too_long", "Le titre est trop long.")
	case utf8.RuneCountInString(t.Text) > maxText:
		return invalid("text", "text_too_long", fmt.Sprintf("Le texte dépasse %d signes.", maxText))
	case len(t.Category) > maxName:
		return invalid("category", "category_too_long", "La catégorie est trop longue.")
	case len(t.Blanks) > maxBlanks || len(Names(t.Title, t.Text)) > maxBlanks:
		return invalid("blanks", "blanks_too_many", fmt.Sprintf("Un modèle a au plus %d champs à remplir.", maxBlanks))
	}
	for i, b := range t.Blanks {
		if utf8.RuneCountInString(b.Label) > maxName || utf8.RuneCountInString(b.Example) > maxTitle {
			return invalid(fmt.Sprintf("blanks[%d]", i), "blank_too_long", "Le nom ou l’exemple d’un champ est trop long.")
		}
	}
	complete(t)
	return nil
}

func nameProblem(err error) error {
	if errors.Is(err, post.ErrConflict) {
		return invalid("name", "name_taken", "Un modèle de cette circonstance porte déjà ce nom.")
	}
	return err
}

func builtinProblem() *post.Problem {
	return &post.Problem{Kind: post.Conflict, Code: "template_builtin", Detail: "Ce modèle vient avec Crieur : copiez-le pour le changer."}
}

func invalid(field, code, message string) *post.Problem {
	return &post.Problem{Kind: post.Invalid, Code: code, Detail: message, Fields: []post.Field{{Field: field, Code: code, Message: message}}}
}
