package auth

import (
	"context"
	"errors"

	"github.com/crieur/crieur/internal/post"
)

// Users lists the accounts of the actor's commune, by name.
func (s *Service) Users(ctx context.Context, actor post.Actor) ([]post.User, error) {
	if err := administrator(actor); err != nil {
		return nil, err
	}
	return s.Store.Users(ctx, actor.CommuneID)
}

// SetCrisis gives the crisis role to an account of the actor's commune, or
// takes it away: whoever loses it is signed out everywhere.
func (s *Service) SetCrisis(ctx context.Context, actor post.Actor, userID string, crisis bool) (post.User, error) {
	if err := administrator(actor); err != nil {
		return post.User{}, err
	}
	return s.Store.SetUserCrisis(ctx, actor.CommuneID, userID, crisis)
}

// SetCrisisFor gives or takes the crisis role of whoever has this address. It
// is the command's door.
func (s *Service) SetCrisisFor(ctx context.Context, email string, crisis bool) (post.User, error) {
	user, err := s.Store.UserByEmail(ctx, NormalEmail(email))
	if errors.Is(err, post.ErrNotFound) {
		return post.User{}, invalid("email", "user_unknown", "Aucun compte n’a cette adresse.")
	}
	if err != nil {
		return post.User{}, err
	}
	return s.Store.SetUserCrisis(ctx, user.CommuneID, user.ID, crisis)
}

func administrator(actor post.Actor) error {
	if actor.Role == post.RoleAdministrator {
		return nil
	}
	return &post.Problem{
		Kind: post.Forbidden, Code: "role_administrator",
		Detail: "Seul un administrateur peut voir les comptes et donner le rôle de crise.",
	}
}
