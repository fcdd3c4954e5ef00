package crisis

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const (
	// ProofValid is how long a proof of who one is counts.
	ProofValid = 12 * time.Hour
	// BreakGlassAfter is how long an alert waits for a second person before one
	// alone may let it leave.
	BreakGlassAfter = 120 * time.Second
)

// mayAlert: the crisis role.
func mayAlert(actor post.Actor) bool {
	return actor.Crisis || actor.Role == post.RoleAdministrator
}

func needRole(actor post.Actor) error {
	if mayAlert(actor) {
		return nil
	}
	return &post.Problem{
		Kind: post.Forbidden, Code: "role_crisis",
		Detail: "Seules les personnes qui ont le rôle de crise peuvent le faire. Un administrateur peut le donner.",
	}
}

// needPerson lets nobody pass but a person with the crisis role who sits before
// a session and proved who they are not long ago.
func needPerson(actor post.Actor, now time.Time) error {
	if err := needRole(actor); err != nil {
		return err
	}
	if actor.Token {
		return &post.Problem{
			Kind: post.Forbidden, Code: "session_required",
			Detail: "Un programme ne peut pas le faire à la place d’une personne. Connectez-vous dans le navigateur.",
		}
	}
	if !proved(actor, now) {
		return &post.Problem{
			Kind: post.Forbidden, Code: "step_up_needed",
			Detail: "Confirmez d’abord que c’est bien vous : donnez votre mot de passe.",
		}
	}
	return nil
}

// needLeader lets through who may raise and lead an alert. A program may, where
// the commune asks for no second person.
func (s *Service) needLeader(ctx context.Context, actor post.Actor, now time.Time) (post.CrisisSettings, error) {
	if err := needRole(actor); err != nil {
		return post.CrisisSettings{}, err
	}
	settings, err := s.Store.CrisisSettings(ctx, actor.CommuneID)
	if err != nil {
		return post.CrisisSettings{}, err
	}
	if actor.Token && !settings.SecondPerson {
		return settings, nil
	}
	return settings, needPerson(actor, now)
}

// proved reports whether the person behind the session proved who they are not
// long ago.
func proved(actor post.Actor, now time.Time) bool {
	return !actor.ProvedAt.IsZero() && now.Sub(actor.ProvedAt) <= ProofValid
}

// needAdministrator lets administrators through.
func needAdministrator(actor post.Actor) error {
	if actor.Role == post.RoleAdministrator {
		return nil
	}
	return &post.Problem{Kind: post.Forbidden, Code: "role_administrator", Detail: "Seul un administrateur peut le faire."}
}
