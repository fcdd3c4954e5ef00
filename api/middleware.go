package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/post"
)

// contentPolicy allows our own files and nothing inline. Pictures that are
// being chosen are shown from blob: addresses.
const contentPolicy = "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

type (
	requestIDKey struct{}
	principalKey struct{}
)

// identify gives every request a number, which the log and the problems carry.
func (s *Server) identify(c *gin.Context) {
	id := strings.ToLower(rand.Text())
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), requestIDKey{}, id))
	c.Header("X-Request-Id", id)
}

func requestID(c *gin.Context) string {
	id, _ := c.Request.Context().Value(requestIDKey{}).(string)
	return id
}

// logAccess writes one line for each request: the route and never the address,
// which may hold what people search for; no header and no body.
func (s *Server) logAccess(c *gin.Context) {
	start := s.deps.Now()
	c.Next()
	level := slog.LevelInfo
	if isProbe(c.FullPath()) {
		level = slog.LevelDebug
	}
	s.deps.Log.Log(c.Request.Context(), level, "request",
		"request_id", requestID(c), "method", c.Request.Method, "route", c.FullPath(),
		"status", c.Writer.Status(), "bytes", max(c.Writer.Size(), 0),
		"ms", s.deps.Now().Sub(start).Milliseconds(), "peer", c.ClientIP(),
		"commune", principalOf(c.Request.Context()).User.CommuneID)
}

// isProbe: machines ask these every few seconds.
func isProbe(route string) bool {
	return route == "/healthz" || route == "/readyz" || route == "/metrics"
}

// recoverPanic turns a panic into a problem: the process goes on. An answer
// that had begun is cut off, so that nobody takes half of it for the whole.
func (s *Server) recoverPanic(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(cause)
		}
		s.fail(c, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
		if c.Writer.Written() && c.Writer.Status() != http.StatusInternalServerError {
			panic(http.ErrAbortHandler)
		}
	}()
	c.Next()
}

func (s *Server) secureHeaders(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	if s.https() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func (s *Server) noStore(c *gin.Context) { c.Header("Cache-Control", "no-store") }

// authenticate finds out who asks. A bearer token goes before a cookie: a
// program that sends one never acts as the browser it may run in.
func (s *Server) authenticate(c *gin.Context) {
	p, err := s.principal(c)
	if err == nil {
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), principalKey{}, p))
		return
	}
	problem := asProblem(err)
	if problem != nil && problem.Kind == post.Unauthenticated && s.routeOf(c).public() {
		return
	}
	s.fail(c, err)
}

func (s *Server) principal(c *gin.Context) (auth.Principal, error) {
	if header := c.GetHeader("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return auth.Principal{}, errUnauthenticated()
		}
		return s.deps.Auth.ByToken(c.Request.Context(), strings.TrimSpace(token))
	}
	secret := s.sessionSecret(c.Request)
	if secret == "" {
		return auth.Principal{}, errUnauthenticated()
	}
	return s.deps.Auth.BySession(c.Request.Context(), secret)
}

// principalOf is who asks; the zero Principal where the contract lets anybody
// in.
func principalOf(ctx context.Context) auth.Principal {
	p, _ := ctx.Value(principalKey{}).(auth.Principal)
	return p
}

// refuseForgeries refuses what another site makes a browser send: signing in by
// the first check, everything else by both. A program with a token needs
// neither, because no browser adds that header by itself.
func (s *Server) refuseForgeries(c *gin.Context) {
	if isSafe(c.Request.Method) || c.GetHeader("Authorization") != "" {
		return
	}
	if err := s.crossOrigin.Check(c.Request); err != nil {
		s.fail(c, errForged())
		return
	}
	p := principalOf(c.Request.Context())
	if !s.routeOf(c).public() && !auth.CheckCSRF(p.SessionSecret, c.GetHeader("X-CSRF-Token")) {
		s.fail(c, errForged())
	}
}

func isSafe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// caller gives a handler who asks, and a context that outlives the request's
// own: gin takes its contexts back when the handler returns.
func caller(ctx context.Context) (context.Context, post.Actor) {
	c, ok := ctx.(*gin.Context)
	if !ok {
		return ctx, principalOf(ctx).Actor()
	}
	ctx = c.Request.Context()
	return ctx, principalOf(ctx).Actor()
}

func errUnauthenticated() error {
	return &post.Problem{Kind: post.Unauthenticated, Code: "unauthenticated", Detail: "Connectez-vous."}
}

func errForged() error {
	return &post.Problem{
		Kind: post.Forbidden, Code: "csrf",
		Detail: "Cette demande ne vient pas de Crieur. Rechargez la page, puis recommencez.",
	}
}

func errNoSuchPath() error {
	return &post.Problem{Kind: post.NotFound, Code: "no_such_path", Detail: "Cette adresse n’existe pas."}
}

func errMethod() error {
	return &post.Problem{Kind: methodNotAllowed, Code: "method_not_allowed", Detail: "Cette adresse ne prend pas cette méthode."}
}
