package crisis

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Template is a ready text for a hazard.
type Template struct {
	// Hazard is its stable key.
	Hazard string
	Name   string
	// Icon is a name of the icon set.
	Icon     string
	Severity post.AlertSeverity
	// The texts have blanks, as {lieu}. A sentence whose blank stays empty is
	// left out.
	Title, Message, Update, End, Correction string
	Blanks                                  []Blank
	// Own: the commune's own words.
	Own        bool
	ReviewedAt time.Time
	// ReviewedBy is a person's name.
	ReviewedBy string
}

// Blank is what a person fills in.
type Blank struct {
	Key         string
	Label       string
	Example     string
	Suggestions []string
	Required    bool
}

// Templates lists the ready texts in the order in which to show them: the
// commune's own words stand in the place of the built-in ones.
func (s *Service) Templates(ctx context.Context, actor post.Actor) ([]Template, error) {
	own, err := s.Store.CrisisTemplates(ctx, actor.CommuneID)
	if err != nil {
		return nil, err
	}
	who, err := s.names(ctx, actor.CommuneID)
	if err != nil {
		return nil, err
	}
	list := builtIn()
	for i := range list {
		for j := range own {
			if own[j].Hazard == list[i].Hazard {
				list[i].take(&own[j], who)
			}
		}
	}
	return list, nil
}

// take puts a commune's own words in the place of the built-in ones.
func (t *Template) take(own *Own, who names) {
	t.Severity, t.Title, t.Message, t.Update, t.End, t.Correction = own.Severity, own.Title, own.Message, own.Update, own.End, own.Correction
	t.Own, t.ReviewedAt, t.ReviewedBy = true, own.ReviewedAt, who.of(own.ReviewedBy)
}

// SaveTemplate keeps a commune's own words for a hazard, and that the person
// read them today and found them right.
func (s *Service) SaveTemplate(ctx context.Context, actor post.Actor, own Own) (Template, error) {
	at := templateAt(own.Hazard)
	if at == nil {
		return Template{}, post.NotFoundProblem()
	}
	if err := needRole(actor); err != nil {
		return Template{}, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Template{}, err
	}
	own.ReviewedBy, own.ReviewedAt = actor.UserID, now
	for field, text := range map[string]*string{
		"title": &own.Title, "message": &own.Message, "update": &own.Update, "end": &own.End, "correction": &own.Correction,
	} {
		if *text = strings.TrimSpace(*text); *text == "" {
			return Template{}, invalid(field, "required", "Ce texte manque.")
		}
	}
	entry, err := s.entry(ctx, actor, now, actionTemplateSaved, own.Hazard, detail{Hazard: at.Name})
	if err != nil {
		return Template{}, err
	}
	if err := s.Store.SaveCrisisTemplate(ctx, actor.CommuneID, own, entry); err != nil {
		return Template{}, err
	}
	at.take(&own, names{actor.UserID: entry.ActorName})
	return *at, nil
}

// ResetTemplate goes back to the built-in words; where the commune has none of
// its own, they stand already.
func (s *Service) ResetTemplate(ctx context.Context, actor post.Actor, hazard string) error {
	at := templateAt(hazard)
	if at == nil {
		return post.NotFoundProblem()
	}
	if err := needRole(actor); err != nil {
		return err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return err
	}
	entry, err := s.entry(ctx, actor, now, actionTemplateReset, hazard, detail{Hazard: at.Name})
	if err != nil {
		return err
	}
	err = s.Store.DeleteCrisisTemplate(ctx, actor.CommuneID, hazard, entry)
	if errors.Is(err, post.ErrNotFound) {
		return nil
	}
	return err
}

// templateAt is the built-in template of a hazard; nil: there is none.
func templateAt(hazard string) *Template {
	list := builtIn()
	for i := range list {
		if list[i].Hazard == hazard {
			return &list[i]
		}
	}
	return nil
}

// readyTexts are the template of an alert, in the commune's words; nil: the
// alert has words of its own.
func (s *Service) readyTexts(ctx context.Context, communeID, hazard string) (*Template, error) {
	at := templateAt(hazard)
	if at == nil {
		return nil, nil
	}
	own, err := s.Store.CrisisTemplates(ctx, communeID)
	if err != nil {
		return nil, err
	}
	for i := range own {
		if own[i].Hazard == hazard {
			at.take(&own[i], nil)
		}
	}
	return at, nil
}

// readyCorrection is what to say if the alert was false.
func (s *Service) readyCorrection(ctx context.Context, b *post.Broadcast, commune post.Commune, now time.Time) (string, error) {
	at, err := s.readyTexts(ctx, commune.ID, b.Hazard)
	if err != nil {
		return "", err
	}
	if at != nil {
		if text := fill(at.Correction, known(b, commune)); text != "" {
			return text, nil
		}
	}
	return "Ne tenez pas compte de notre alerte « " + b.Title + " » de " + now.In(zoneOf(commune)).Format("15 h 04") +
		" : elle a été diffusée par erreur. Vous n’avez rien à faire. Veuillez nous excuser.", nil
}

// readyEnd is what to say at the end.
func (s *Service) readyEnd(ctx context.Context, b *post.Broadcast, commune post.Commune) (string, error) {
	at, err := s.readyTexts(ctx, commune.ID, b.Hazard)
	if err != nil {
		return "", err
	}
	if at != nil {
		if text := fill(at.End, known(b, commune)); text != "" {
			return text, nil
		}
	}
	return "L’alerte « " + b.Title + " » est terminée. Merci de votre attention et de votre aide.", nil
}

// known are the blanks that the alert itself fills.
func known(b *post.Broadcast, commune post.Commune) map[string]string {
	place := strings.TrimSpace(b.Area.Description)
	if place == "" {
		place = "toute la commune de " + commune.Name
	}
	return map[string]string{"lieu": place, "commune": commune.Name}
}
