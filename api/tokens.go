package api

import (
	"context"

	"github.com/crieur/crieur/internal/auth"
)

// ListTokens implements StrictServerInterface.
func (s *Server) ListTokens(ctx context.Context, _ ListTokensRequestObject) (ListTokensResponseObject, error) {
	ctx, actor := caller(ctx)
	tokens, err := s.deps.Auth.Tokens(ctx, actor)
	if err != nil {
		return nil, err
	}
	list := TokenList{Tokens: make([]Token, 0, len(tokens))}
	for _, t := range tokens {
		list.Tokens = append(list.Tokens, tokenView(t))
	}
	return ListTokens200JSONResponse(list), nil
}

// CreateToken implements StrictServerInterface. It takes no Idempotency-Key:
// the answer holds a secret and is therefore kept nowhere.
func (s *Server) CreateToken(ctx context.Context, in CreateTokenRequestObject) (CreateTokenResponseObject, error) {
	ctx, _ = caller(ctx)
	token, secret, err := s.deps.Auth.CreateToken(ctx, principalOf(ctx), in.Body.Name)
	if err != nil {
		return nil, err
	}
	return CreateToken201JSONResponse{ID: token.ID, Name: token.Name, CreatedAt: moment(token.CreatedAt), Token: secret}, nil
}

// DeleteToken implements StrictServerInterface.
func (s *Server) DeleteToken(ctx context.Context, in DeleteTokenRequestObject) (DeleteTokenResponseObject, error) {
	ctx, actor := caller(ctx)
	if err := s.deps.Auth.RevokeToken(ctx, actor, in.ID); err != nil {
		return nil, err
	}
	return DeleteToken204Response{}, nil
}

func tokenView(t auth.Token) Token {
	return Token{ID: t.ID, Name: t.Name, CreatedAt: moment(t.CreatedAt), LastUsedAt: instant(t.LastUsedAt)}
}
