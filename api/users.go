package api

import (
	"context"

	"github.com/crieur/crieur/internal/post"
)

// ListUsers implements StrictServerInterface.
func (s *Server) ListUsers(ctx context.Context, _ ListUsersRequestObject) (ListUsersResponseObject, error) {
	ctx, actor := caller(ctx)
	users, err := s.deps.Auth.Users(ctx, actor)
	if err != nil {
		return nil, err
	}
	list := UserList{Users: make([]User, 0, len(users))}
	for i := range users {
		list.Users = append(list.Users, userView(&users[i]))
	}
	return ListUsers200JSONResponse(list), nil
}

// UpdateUser implements StrictServerInterface.
func (s *Server) UpdateUser(ctx context.Context, in UpdateUserRequestObject) (UpdateUserResponseObject, error) {
	ctx, actor := caller(ctx)
	user, err := s.deps.Auth.SetCrisis(ctx, actor, in.ID, in.Body.Crisis)
	if err != nil {
		return nil, err
	}
	if err := s.deps.Crisis.NoteRole(ctx, actor, user); err != nil {
		return nil, err
	}
	return UpdateUser200JSONResponse(userView(&user)), nil
}

func userView(u *post.User) User {
	return User{ID: u.ID, Email: u.Email, Name: u.Name, Role: Role(u.Role), Crisis: u.Crisis}
}
