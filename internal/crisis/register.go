package crisis

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/crieur/crieur/internal/post"
)

// registerPage is how many entries are shown at once.
const registerPage = 100

// RegisterPage is one page of the register, newest first.
type RegisterPage struct {
	Entries []post.RegisterEntry
	// Whole: no entry was changed or taken out, anywhere in the register.
	Whole      bool
	NextCursor string
}

// Register lists who did what. Administrators read it.
func (s *Service) Register(ctx context.Context, actor post.Actor, cursor string) (RegisterPage, error) {
	if err := needAdministrator(actor); err != nil {
		return RegisterPage{}, err
	}
	before := int64(0)
	if cursor != "" {
		n, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil || n < 1 {
			return RegisterPage{}, &post.Problem{Kind: post.Malformed, Code: "cursor_invalid", Detail: "Ce repère de page n’est pas valable. Reprenez au début."}
		}
		before = n
	}
	// One more than the page tells whether there is another.
	entries, err := s.Store.Register(ctx, actor.CommuneID, before, registerPage+1)
	if err != nil {
		return RegisterPage{}, err
	}
	page := RegisterPage{Entries: entries}
	if len(entries) > registerPage {
		page.Entries = entries[:registerPage]
		page.NextCursor = strconv.FormatInt(page.Entries[registerPage-1].Seq, 10)
	}
	page.Whole, err = s.Store.VerifyRegister(ctx, actor.CommuneID)
	return page, err
}

// Sentence tells an entry of the register in plain French.
func Sentence(e *post.RegisterEntry) string {
	var d detail
	if err := json.Unmarshal(e.Detail, &d); err != nil {
		return e.Action
	}
	what := "l’alerte « " + d.Title + " »"
	if d.Exercise {
		what = "l’exercice « " + d.Title + " »"
	}
	switch e.Action {
	case actionOpened:
		if d.Awaiting {
			return "a préparé " + what + ", à confirmer par une deuxième personne"
		}
		return "a lancé " + what
	case actionConfirmed:
		return "a confirmé " + what
	case actionBrokeGlass:
		return "a envoyé " + what + " sans deuxième personne : « " + d.Reason + " »"
	case actionAbandoned:
		return "a abandonné " + what
	case actionUpdated:
		return fmt.Sprintf("a écrit le message n°%s%d", nbsp, d.Number)
	case actionCorrected:
		return fmt.Sprintf("a rectifié par le message n°%s%d", nbsp, d.Number)
	case actionEnded:
		return fmt.Sprintf("a terminé %s par le message n°%s%d", what, nbsp, d.Number)
	case actionTicked:
		return "a coché « publié à la main » sur " + d.Channel
	case actionHeldDecided:
		return fmt.Sprintf("a décidé de ce qui était retenu : %d à publier, %d à annuler", d.Released, d.Canceled)
	case actionSettings:
		return "a changé les réglages de crise" + settingsTold(d)
	case actionTemplateSaved:
		return "a relu et enregistré les textes « " + d.Hazard + " »"
	case actionRoleGiven:
		return "a donné le rôle de crise à " + d.Person
	case actionRoleTaken:
		return "a retiré le rôle de crise à " + d.Person
	case actionChannelLive:
		return "a fait passer le canal « " + d.Channel + " » du bac à sable au vrai réseau"
	case actionTemplateReset:
		return "est revenu aux textes d’origine « " + d.Hazard + " »"
	}
	return e.Action
}

// nbsp keeps "n° 2" on one line.
const nbsp = "\u00a0"

func settingsTold(d detail) string {
	if d.SecondPerson == nil {
		return ""
	}
	if *d.SecondPerson {
		return " : une deuxième personne doit confirmer"
	}
	return " : une personne suffit"
}
