package publishing

import (
	"cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

// act is what a person does to a published post.
type act string

const (
	removing   act = "removing"
	correcting act = "correcting"
)

// done is what is asked of an act whose outcome is not known.
func (a act) done() string {
	if a == removing {
		return "si la publication est retirée"
	}
	return "si le texte est remplacé"
}

func unableProblem(code, detail string) *post.Problem {
	return &post.Problem{Kind: post.Conflict, Code: code, Detail: detail}
}

// changeRefused says why a network did not do what a person asked. The sentences
// of publishing do not fit: nobody tries again here but the person, and what is
// not clear may be asked again without harm.
func changeRefused(err error, title string, a act) error {
	e, ok := channels.AsError(err)
	if !ok {
		e = &channels.Error{Kind: channels.UnknownOutcome, Err: err}
	}
	failure := e.Failure(title)
	problem := &post.Problem{Kind: post.Conflict, Code: cmp.Or(e.Code, string(e.Kind)), Err: err}
	switch e.Kind {
	case channels.Temporary, channels.UnknownOutcome:
		problem.Kind, problem.Code = post.Unavailable, "outcome_unknown"
		problem.Detail = title + " n’a pas répondu clairement : on ne sait pas " + a.done() + ". Réessayez : rien ne peut être fait deux fois."
	case channels.RateLimited:
		problem.Kind, problem.Code = post.Unavailable, "network_busy"
		problem.Detail = title + " demande d’attendre : trop d’appels récents. Rien n’a changé. Réessayez dans quelques minutes."
	case channels.Permission:
		problem.Detail = cmp.Or(e.Message, title+" refuse : le compte connecté n’a pas le droit de changer cette publication.") +
			" " + cmp.Or(e.NextStep, "Changez-la sur le site du réseau, ou reconnectez le canal avec ce droit.")
	case channels.Internal:
		problem.Detail = cmp.Or(e.Message, "Crieur a rencontré une erreur de son côté. La publication n’a pas changé.") +
			" " + cmp.Or(e.NextStep, "Réessayez. Si l’erreur revient, prévenez la personne qui gère l’installation.")
	case channels.Rejected, channels.Duplicate, channels.MediaRefused:
		problem.Detail = cmp.Or(e.Message, title+" refuse ce changement.") +
			" " + cmp.Or(e.NextStep, "Ouvrez la publication sur le site du réseau pour voir pourquoi.")
	default:
		problem.Detail = failure.Message + " " + failure.NextStep
	}
	return problem
}
