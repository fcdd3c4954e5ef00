package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/post"
)

// Cookie names. A name with the __Host- prefix is refused by browsers unless it
// is secure and of this very host.
const (
	secureCookie = "__Host-crieur"
	plainCookie  = "crieur"
)

func (s *Server) cookieName() string {
	if s.https() {
		return secureCookie
	}
	return plainCookie
}

func (s *Server) sessionSecret(r *http.Request) string {
	cookie, err := r.Cookie(s.cookieName())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// lastingCookie outlives the browser's window where the session does: whoever
// has the crisis role stays signed in on a device.
func (s *Server) lastingCookie(p auth.Principal) *http.Cookie {
	cookie := s.cookie(p.SessionSecret) // #nosec G124 -- as in cookie
	if left := p.SessionEnds.Sub(s.deps.Now()); left > auth.SessionMax {
		cookie.MaxAge = int(left.Seconds())
	}
	return cookie
}

func (s *Server) cookie(secret string) *http.Cookie {
	return &http.Cookie{ // #nosec G124 -- Secure wherever the address is https
		Name: s.cookieName(), Value: secret, Path: "/",
		HttpOnly: true, Secure: s.https(), SameSite: http.SameSiteLaxMode,
	}
}

// signedIn is the answer that carries a new session.
type signedIn struct {
	status int
	cookie *http.Cookie
	body   Session
}

func (a signedIn) VisitCreateSessionResponse(w http.ResponseWriter) error { return a.write(w) }
func (a signedIn) VisitRunSetupResponse(w http.ResponseWriter) error      { return a.write(w) }

func (a signedIn) write(w http.ResponseWriter) error {
	http.SetCookie(w, a.cookie)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	return json.NewEncoder(w).Encode(a.body)
}

// GetSession implements StrictServerInterface.
func (s *Server) GetSession(ctx context.Context, _ GetSessionRequestObject) (GetSessionResponseObject, error) {
	ctx, _ = caller(ctx)
	body, err := s.sessionOf(ctx, principalOf(ctx))
	if err != nil {
		return nil, err
	}
	return GetSession200JSONResponse{SessionJSONResponse(body)}, nil
}

// CreateSession implements StrictServerInterface.
func (s *Server) CreateSession(ctx context.Context, in CreateSessionRequestObject) (CreateSessionResponseObject, error) {
	peer := peerOf(ctx)
	ctx, _ = caller(ctx)
	p, err := s.deps.Auth.SignIn(ctx, in.Body.Email, in.Body.Password, peer)
	if err != nil {
		return nil, err
	}
	if before := principalOf(ctx); before.HasSession() {
		if err := s.deps.Auth.SignOut(ctx, before.SessionSecret); err != nil {
			return nil, err
		}
	}
	body, err := s.sessionOf(ctx, p)
	if err != nil {
		return nil, err
	}
	return signedIn{http.StatusOK, s.lastingCookie(p), body}, nil
}

// ProveSession implements StrictServerInterface.
func (s *Server) ProveSession(ctx context.Context, in ProveSessionRequestObject) (ProveSessionResponseObject, error) {
	peer := peerOf(ctx)
	ctx, _ = caller(ctx)
	if err := s.deps.Auth.Prove(ctx, principalOf(ctx), in.Body.Password, peer); err != nil {
		return nil, err
	}
	return ProveSession204Response{}, nil
}

// signedOut takes the cookie back.
type signedOut struct{ cookie *http.Cookie }

func (a signedOut) VisitDeleteSessionResponse(w http.ResponseWriter) error {
	http.SetCookie(w, a.cookie)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// DeleteSession implements StrictServerInterface. A program with a token has no
// session, and none is left afterwards either.
func (s *Server) DeleteSession(ctx context.Context, _ DeleteSessionRequestObject) (DeleteSessionResponseObject, error) {
	ctx, _ = caller(ctx)
	if p := principalOf(ctx); p.HasSession() {
		if err := s.deps.Auth.SignOut(ctx, p.SessionSecret); err != nil {
			return nil, err
		}
	}
	gone := s.cookie("") // #nosec G124 -- as in cookie
	gone.MaxAge = -1
	return signedOut{gone}, nil
}

// GetSetup implements StrictServerInterface.
func (s *Server) GetSetup(ctx context.Context, _ GetSetupRequestObject) (GetSetupResponseObject, error) {
	ctx, _ = caller(ctx)
	needed, err := s.deps.Auth.SetupNeeded(ctx)
	if err != nil {
		return nil, err
	}
	return GetSetup200JSONResponse{Needed: needed}, nil
}

// RunSetup implements StrictServerInterface.
func (s *Server) RunSetup(ctx context.Context, in RunSetupRequestObject) (RunSetupResponseObject, error) {
	ctx, _ = caller(ctx)
	p, err := s.deps.Auth.Setup(ctx, in.Body.Token, auth.NewUser{
		Commune: in.Body.Commune, Email: in.Body.Email, Name: in.Body.Name, Password: in.Body.Password,
		Zone: value(in.Body.Zone), Language: string(value(in.Body.Language)),
		WithoutPractice: in.Body.Practice != nil && !*in.Body.Practice,
	})
	if err != nil {
		return nil, err
	}
	body, err := s.sessionOf(ctx, p)
	if err != nil {
		return nil, err
	}
	return signedIn{http.StatusCreated, s.lastingCookie(p), body}, nil
}

func (s *Server) sessionOf(ctx context.Context, p auth.Principal) (Session, error) {
	commune, err := s.deps.Auth.Commune(ctx, p)
	if err != nil {
		return Session{}, err
	}
	body := Session{
		User:    userView(&p.User),
		Commune: communeView(commune),
	}
	if p.HasSession() {
		body.CsrfToken = auth.CSRFToken(p.SessionSecret)
	}
	return body, nil
}

func communeView(c post.Commune) Commune {
	return Commune{ID: c.ID, Name: c.Name, Slug: c.Slug, Zone: c.Zone, Language: c.Language, AskBeforeResend: c.AskBeforeResend}
}

// peerOf is the address that tries at signing in are held against.
func peerOf(ctx context.Context) string {
	if c, ok := ctx.(*gin.Context); ok {
		return c.ClientIP()
	}
	return ""
}
