package channels

import (
	"errors"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Kind is what went wrong, as far as the machine must know to act. Nothing is
// ever decided by the words of a message.
type Kind string

const (
	// Temporary: surely not executed (DNS, refused, TLS, a 5xx on a read or on a
	// repeatable step). Tried again.
	Temporary Kind = "temporary"
	// RateLimited: the network asks to wait until RetryAt. Surely not executed.
	RateLimited Kind = "rate_limited"
	// UnknownOutcome: the creating call may have been executed. Never repeated
	// before the account was read back.
	UnknownOutcome Kind = "unknown"
	// Auth: the credentials are refused.
	Auth Kind = "auth"
	// Permission: the credentials are valid and may not do this.
	Permission Kind = "permission"
	// Rejected: the network does not take this content.
	Rejected Kind = "rejected"
	// Duplicate: the network says that it has this post already.
	Duplicate Kind = "duplicate"
	// MediaRefused: the network does not take a picture.
	MediaRefused Kind = "media"
	// Policy: the account is blocked or checked by the network; people must act
	// there.
	Policy Kind = "policy"
	// Billing: the account has no credit.
	Billing Kind = "billing"
	// Internal: our own fault or configuration.
	Internal Kind = "internal"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{
		Temporary, RateLimited, UnknownOutcome, Auth, Permission, Rejected,
		Duplicate, MediaRefused, Policy, Billing, Internal,
	}
}

// Error is the only error that a Channel returns.
type Error struct {
	Kind Kind
	// Op is what was being done, as "facebook.feed".
	Op string
	// Code is stable and specific, as "facebook.190.460".
	Code string
	// Message replaces the kind's sentence where the network's own reason says
	// more. Plain French; never the network's raw text.
	Message string
	// NextStep replaces the kind's next step.
	NextStep string
	// Status is the HTTP status; 0 when there was no answer.
	Status int
	// RetryAt is when the network may be asked again; zero: unknown.
	RetryAt time.Time
	// Err is the cause, for the log. It holds no secret.
	Err error
}

func (e *Error) Error() string {
	text := e.Op + ": " + string(e.Kind)
	if e.Code != "" {
		text += " (" + e.Code + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// Failure puts the error into words for the people of the town hall.
func (e *Error) Failure(title string) post.Failure {
	message, next := Sentence(e.Kind, title)
	if e.Message != "" {
		message = e.Message
	}
	if e.NextStep != "" {
		next = e.NextStep
	}
	return post.Failure{Kind: string(e.Kind), Code: e.Code, Message: message, NextStep: next}
}

// AsError finds the *Error in a chain. An error of another type is our own
// fault before the creating call; the caller knows whether it was made.
func AsError(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// Sentence is what people read for a kind, and what they can do about it.
// title is the network's name, as "Facebook".
func Sentence(k Kind, title string) (message, next string) {
	switch k {
	case Temporary:
		return title + " est injoignable pour le moment. Rien n’a été publié.",
			"Crieur réessaie tout seul. Rien à faire."
	case RateLimited:
		return title + " demande d’attendre : trop d’envois récents. Rien n’a été publié.",
			"Crieur réessaie dès que possible. Rien à faire."
	case UnknownOutcome:
		return title + " n’a pas répondu clairement : la publication est peut-être en ligne.",
			"Crieur vérifie sur la page. S’il ne trouve pas, ouvrez la page et dites ce que vous y voyez."
	case Auth:
		return title + " ne reconnaît plus l’autorisation de la commune.",
			"Reconnectez le canal, puis réessayez."
	case Permission:
		return title + " refuse : le compte connecté n’a pas le droit de publier ici.",
			"Demandez le droit de publier à un administrateur de la page, puis reconnectez le canal."
	case Rejected:
		return title + " refuse ce contenu.",
			"Modifiez la publication, puis réessayez."
	case Duplicate:
		return title + " dit que ce même texte est déjà publié.",
			"Ouvrez la page pour vérifier, ou modifiez le texte."
	case MediaRefused:
		return title + " refuse une image.",
			"Remplacez l’image, puis réessayez."
	case Policy:
		return title + " a limité ou bloqué le compte.",
			"Connectez-vous sur le site du réseau pour voir ce qu’il demande."
	case Billing:
		return title + " : le crédit du compte est épuisé.",
			"Rechargez le compte sur le site du réseau, puis réessayez."
	case Internal:
		return "Crieur a rencontré une erreur de son côté. Rien n’a été publié.",
			"Réessayez. Si l’erreur revient, prévenez la personne qui gère l’installation."
	default:
		return title + " a répondu d’une façon inattendue.", "Ouvrez la page pour vérifier."
	}
}
