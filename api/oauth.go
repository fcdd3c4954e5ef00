package api

import (
	"context"
	"html"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/crieur/crieur/internal/connecting"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/secret"
)

// OAuthCallback is where networks send people back. It is outside the API: a
// browser comes there by itself.
const OAuthCallback = "/oauth/callback"

// OAuth is how accounts are connected through the networks' own pages.
type OAuth interface {
	OAuthKinds() []connecting.OAuthKind
	StartOAuth(ctx context.Context, actor post.Actor, session, kind, channelID string) (post.OAuthFlow, string, error)
	ReturnFromOAuth(ctx context.Context, actor post.Actor, session string, in connecting.OAuthAnswer) (string, error)
	OAuthFlow(ctx context.Context, actor post.Actor, id string) (post.OAuthFlow, error)
	FinishOAuth(ctx context.Context, actor post.Actor, id, accountID, name string) (post.Channel, error)
}

// ListOAuth implements StrictServerInterface.
func (s *Server) ListOAuth(context.Context, ListOAuthRequestObject) (ListOAuthResponseObject, error) {
	view := OAuthKinds{Kinds: []OAuthKind{}}
	for _, k := range s.deps.Channels.OAuthKinds() {
		view.Kinds = append(view.Kinds, OAuthKind{Kind: k.Kind, Ready: k.Ready, CallbackURL: k.CallbackURL})
	}
	return ListOAuth200JSONResponse(view), nil
}

// StartOAuth implements StrictServerInterface.
func (s *Server) StartOAuth(ctx context.Context, in StartOAuthRequestObject) (StartOAuthResponseObject, error) {
	ctx, actor := caller(ctx)
	flow, page, err := s.deps.Channels.StartOAuth(ctx, actor, principalOf(ctx).SessionSecret, in.Body.Kind, value(in.Body.ChannelID))
	if err != nil {
		return nil, err
	}
	return StartOAuth201JSONResponse{ID: flow.ID, URL: page}, nil
}

// GetOAuth implements StrictServerInterface.
func (s *Server) GetOAuth(ctx context.Context, in GetOAuthRequestObject) (GetOAuthResponseObject, error) {
	ctx, actor := caller(ctx)
	flow, err := s.deps.Channels.OAuthFlow(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	view := OAuthFlow{
		ID: flow.ID, Kind: flow.Kind, ChannelID: text(flow.ChannelID), Accounts: make([]Account, 0, len(flow.Accounts)),
		Error: failureView(flow.Failure), ExpiresAt: moment(flow.ExpiresAt),
	}
	for _, a := range flow.Accounts {
		view.Accounts = append(view.Accounts, Account(a))
	}
	return GetOAuth200JSONResponse(view), nil
}

// FinishOAuth implements StrictServerInterface.
func (s *Server) FinishOAuth(ctx context.Context, in FinishOAuthRequestObject) (FinishOAuthResponseObject, error) {
	ctx, actor := caller(ctx)
	ch, err := s.deps.Channels.FinishOAuth(ctx, actor, in.ID, in.Body.AccountID, value(in.Body.Name))
	if err != nil {
		return nil, err
	}
	view, err := s.channelView(ctx, ch)
	if err != nil {
		return nil, err
	}
	return FinishOAuth201JSONResponse(view), nil
}

// oauthCallback takes a person who comes back from a network, and shows the
// page of channels. Only the session counts: no program comes this way. Nothing
// of the address is logged or passed on, because it holds a code.
func (s *Server) oauthCallback(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	ctx, session, query := c.Request.Context(), s.sessionSecret(c.Request), c.Request.URL.Query()
	var actor post.Actor
	if session != "" {
		principal, err := s.deps.Auth.BySession(ctx, session)
		if problem := asProblem(err); err != nil && (problem == nil || problem.Kind != post.Unauthenticated) {
			s.oauthStranded(c, err)
			return
		}
		if err != nil {
			session = ""
		}
		actor = principal.Actor()
	}
	flow, err := s.deps.Channels.ReturnFromOAuth(ctx, actor, session, connecting.OAuthAnswer{
		State: secret.New(query.Get("state")), Code: secret.New(query.Get("code")), Error: query.Get("error"),
	})
	if err != nil {
		s.oauthStranded(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/channels?flow="+url.QueryEscape(flow))
}

const strandedPage = `<!doctype html>
<html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Connexion refusée</title>
<main><h1>Connexion refusée</h1><p>%s</p><p><a href="/channels">Retour aux canaux</a></p></main></html>
`

// oauthStranded answers a person, and no program: they see this in the browser.
func (s *Server) oauthStranded(c *gin.Context, err error) {
	status, detail := http.StatusInternalServerError, "Crieur a rencontré une erreur de son côté. Rien n’a été enregistré. Recommencez depuis la page des canaux."
	if problem := asProblem(err); problem != nil {
		status, detail = statusOf(problem.Kind), problem.Detail
	}
	s.deps.Log.WarnContext(c.Request.Context(), "a return from a network was refused", "status", status, "error", err)
	c.Header("Content-Type", "text/html; charset=utf-8")
	c.String(status, strandedPage, html.EscapeString(detail))
}
