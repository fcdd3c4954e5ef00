package importing

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/crieur/crieur/internal/post"
)

// explain puts into words why a source could not be read.
func explain(err error) *post.Failure {
	f := func(kind, code, message, next string) *post.Failure {
		return &post.Failure{Kind: kind, Code: "source." + code, Message: message, NextStep: next}
	}
	var status *statusError
	var network net.Error
	switch {
	case refusedAddress(err):
		return f("policy", "address_forbidden", "Cette adresse mène à un réseau interne, et Crieur ne lit que le web public.",
			"Donnez l’adresse publique du site, ou demandez à votre service informatique d’autoriser celle-ci.")
	case errors.Is(err, errAddress):
		return f("rejected", "address_invalid", "Cette adresse, ou celle vers laquelle elle renvoie, n’est pas une adresse web.", "Corrigez l’adresse de la source.")
	case errors.Is(err, errRedirects):
		return f("rejected", "redirects", "Le site renvoie sans fin d’une adresse à l’autre.", "Ouvrez l’adresse dans votre navigateur et donnez celle où vous arrivez.")
	case errors.Is(err, errTooLarge):
		return f("rejected", "too_large", "La réponse du site dépasse 10 Mo.", "Demandez au site un fil plus court, ou celui d’une seule rubrique.")
	case errors.Is(err, errUnrecognised):
		return f("rejected", "unrecognised", "Aucun fil d’actualités et aucun agenda n’ont été trouvés à cette adresse.",
			"Cherchez sur le site un lien « RSS » ou « S’abonner à l’agenda », et collez son adresse.")
	case errors.Is(err, errUnread), errors.Is(err, errDepth):
		return f("rejected", "unreadable", "La réponse du site n’est pas lisible : ce n’est peut-être pas le bon type de source.", "Vérifiez l’adresse et le type de la source.")
	case errors.As(err, &status):
		return statusFailure(status.status, f)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return f("temporary", "timeout", "Le site n’a pas répondu dans les 30 secondes.", "Crieur réessaie de lui-même.")
	default:
		return f("temporary", "unreachable", "Le site n’est pas joignable.", "Crieur réessaie de lui-même. Si cela dure, vérifiez l’adresse.")
	}
}

func statusFailure(status int, f func(kind, code, message, next string) *post.Failure) *post.Failure {
	switch {
	case status == http.StatusGone:
		return f("rejected", "gone", "Le site dit que cette source n’existe plus.", "Donnez sa nouvelle adresse, ou retirez la source.")
	case status == http.StatusNotFound:
		return f("rejected", "not_found", "Le site ne connaît pas cette adresse.", "Corrigez l’adresse de la source.")
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return f("permission", "refused", "Le site refuse de montrer cette source.", "Demandez à qui gère le site de la rendre publique.")
	case status == http.StatusTooManyRequests:
		return f("rate_limited", "too_many", "Le site demande d’attendre avant de le relire.", "Crieur attend, puis réessaie de lui-même.")
	case status >= http.StatusInternalServerError:
		return f("temporary", "trouble", fmt.Sprintf("Le site est en panne (réponse %d).", status), "Crieur réessaie de lui-même.")
	default:
		return f("rejected", "unexpected", fmt.Sprintf("Le site a répondu %d.", status), "Vérifiez l’adresse et le type de la source.")
	}
}

// gone reports whether a source will never come back by itself.
func gone(err error) bool {
	var status *statusError
	return errors.As(err, &status) && status.status == http.StatusGone
}

func floodFailure() *post.Failure {
	return &post.Failure{
		Kind: "policy", Code: "source.flood",
		Message:  fmt.Sprintf("Cette source a montré plus de %d articles nouveaux en un jour : la reprise est arrêtée.", maxNew),
		NextStep: "Vérifiez l’adresse, puis remettez la source en marche.",
	}
}
