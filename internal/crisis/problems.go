package crisis

import (
	"fmt"
	"math"
	"time"

	"github.com/crieur/crieur/internal/post"
)

func conflict(code, detail string, cause error) *post.Problem {
	return &post.Problem{Kind: post.Conflict, Code: code, Detail: detail, Err: cause}
}

func invalid(field, code, message string) *post.Problem {
	return &post.Problem{Kind: post.Invalid, Code: code, Detail: message, Fields: []post.Field{{Field: field, Code: code, Message: message}}}
}

// runningProblem says who was faster.
func runningProblem(b *post.Broadcast, who string, zone *time.Location, cause error) *post.Problem {
	return conflict("crisis_running", fmt.Sprintf(
		"%s a déjà lancé l’alerte à %s : « %s ». Rejoignez-la, ou lancez la vôtre en parallèle.",
		who, b.OpenedAt.In(zone).Format("15:04"), b.Title), cause)
}

// notActive says why an alert takes no message.
func notActive(b *post.Broadcast) *post.Problem {
	if b.Status == post.BroadcastAwaiting {
		return conflict("not_confirmed", "Cette alerte attend encore la confirmation d’une deuxième personne.", nil)
	}
	return conflict("broadcast_closed", "Cette alerte est terminée. Pour reprendre la parole, lancez-en une nouvelle.", nil)
}

// notAwaiting says why there is nothing to confirm.
func notAwaiting(b *post.Broadcast, who string, cause error) *post.Problem {
	switch b.Status {
	case post.BroadcastActive, post.BroadcastEnded:
		if who == "" {
			return conflict("not_awaiting", "Cette alerte est déjà partie : il n’y a rien à confirmer.", cause)
		}
		return conflict("already_confirmed", who+" a déjà confirmé cette alerte.", cause)
	case post.BroadcastAbandoned:
		return conflict("broadcast_closed", "Cette alerte a été abandonnée : elle ne partira pas.", cause)
	case post.BroadcastAwaiting:
	}
	return conflict("conflict", "L’alerte vient de changer. Regardez où elle en est, puis recommencez.", cause)
}

func selfConfirmed(cause error) *post.Problem {
	return &post.Problem{
		Kind: post.Forbidden, Code: "second_person_needed", Err: cause,
		Detail: "Vous avez lancé cette alerte : une autre personne doit la confirmer.",
	}
}

func tooEarly(b *post.Broadcast, now time.Time, cause error) *post.Problem {
	left := int(math.Ceil(b.OpenedAt.Add(BreakGlassAfter).Sub(now).Seconds()))
	return conflict("break_glass_too_early", fmt.Sprintf(
		"La deuxième personne a encore %d s pour confirmer. Ensuite vous pourrez envoyer l’alerte sans elle.", max(left, 1)), cause)
}

// zoneOf is where the commune's hours are told; nothing about a zone may keep an
// alert from leaving.
func zoneOf(commune post.Commune) *time.Location {
	zone, err := time.LoadLocation(commune.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}
