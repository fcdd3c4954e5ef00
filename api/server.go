package api

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/planning"
)

// basePath is where the contract begins.
const basePath = "/api/v1"

// Deps are the parts of a Server.
type Deps struct {
	Auth        *auth.Service
	Posts       Posts
	Crisis      Crisis
	Channels    Channels
	Media       Library
	Notices     Notices
	Review      Review
	System      System
	Idempotency Idempotency
	Events      Events
	Agenda      Agenda
	Sources     Sources
	Templates   Templates
	Bulk        Bulk
	Planning    Planning

	// UI is the built web application; without an index.html in it a page says
	// how to build it.
	UI fs.FS
	// Public serves the commune's pages and feeds below /c/.
	Public http.Handler
	// Practice serves the simulated networks below /practice/; nil where they
	// do not run.
	Practice http.Handler
	// Metrics serves /metrics, and decides who may read it; nil where it has an
	// address of its own.
	Metrics http.Handler
	// Ready reports why the process cannot work, if it cannot.
	Ready func(context.Context) error

	Log *slog.Logger
	Now func() time.Time
	// PublicURL is where browsers reach the server. With https, cookies are
	// secure and browsers are told never to use anything else.
	PublicURL *url.URL
	// TrustedProxies are the CIDRs whose X-Forwarded-For counts; none by
	// default, so that nobody can choose the address that is held against them.
	TrustedProxies []string
}

// Server is the HTTP edge. Its caller owns the listener.
type Server struct {
	deps        Deps
	engine      *gin.Engine
	handler     http.Handler
	routes      map[string]route
	crossOrigin *http.CrossOriginProtection
	ui          *userInterface
	hub         *hub
}

// New makes a server. It fails on a proxy address that cannot be read.
func New(deps Deps) (*Server, error) {
	spec, err := GetSpec()
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	ui, err := newUserInterface(deps.UI)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	s := &Server{
		deps: deps, routes: routesOf(spec), crossOrigin: http.NewCrossOriginProtection(),
		ui: ui, hub: newHub(deps.Events, deps.Log),
	}
	if origin := deps.PublicURL; origin != nil {
		if err := s.crossOrigin.AddTrustedOrigin(origin.Scheme + "://" + origin.Host); err != nil {
			return nil, fmt.Errorf("api: public address: %w", err)
		}
	}
	if s.engine, err = s.newEngine(); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	if s.handler, err = compressed(s.engine); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	return s, nil
}

// Handler serves everything.
func (s *Server) Handler() http.Handler { return s.handler }

// Run reads the ledger's events for the open streams until ctx ends, then
// closes them: http.Server.Shutdown would wait for them otherwise.
func (s *Server) Run(ctx context.Context) error { return s.hub.run(ctx) }

func (s *Server) newEngine() (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.ContextWithFallback = true
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	if err := e.SetTrustedProxies(s.deps.TrustedProxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	e.Use(s.identify, s.logAccess, s.recoverPanic, s.secureHeaders, s.limitBody)

	v1 := e.Group(basePath, s.noStore, s.authenticate, s.refuseForgeries, s.validate)
	RegisterHandlersWithOptions(v1, s.strictHandler(), GinServerOptions{
		ErrorHandler: func(c *gin.Context, err error, _ int) {
			s.fail(c, malformed("parameter_invalid", "Un paramètre de la demande n’est pas valable."))
			s.deps.Log.ErrorContext(c, "the generated server refused what validation let through", "err", err)
		},
	})

	e.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", s.ready)
	if s.deps.Metrics != nil {
		e.GET("/metrics", gin.WrapH(s.deps.Metrics))
	}
	if s.deps.Public != nil {
		e.GET("/c/*page", gin.WrapH(s.deps.Public))
		e.HEAD("/c/*page", gin.WrapH(s.deps.Public))
	}
	e.GET(planning.FeedPath+":file", s.planFeed)
	e.HEAD(planning.FeedPath+":file", s.planFeed)
	e.GET(OAuthCallback, s.oauthCallback)
	if s.deps.Practice != nil {
		e.Any("/practice/*page", gin.WrapH(s.deps.Practice))
	}
	e.NoMethod(s.noMethod)
	e.NoRoute(s.noRoute)
	return e, nil
}

// strictHandler joins the generated server with the handlers. Every error of a
// handler becomes a problem in one place.
func (s *Server) strictHandler() ServerInterface {
	return NewStrictHandlerWithOptions(s, nil, StrictGinServerOptions{
		RequestErrorHandlerFunc: func(c *gin.Context, err error) {
			if asProblem(err) == nil {
				err = malformed("body_unreadable", "Le contenu de la demande est illisible.")
			}
			s.fail(c, err)
		},
		HandlerErrorFunc:         s.fail,
		ResponseErrorHandlerFunc: s.answerBroke,
	})
}

// answerBroke: the answer could not be written. Nearly always the other side
// has gone.
func (s *Server) answerBroke(c *gin.Context, err error) {
	if c.Request.Context().Err() != nil {
		return
	}
	s.fail(c, err)
}

func (s *Server) ready(c *gin.Context) {
	if err := s.deps.Ready(c.Request.Context()); err != nil {
		s.deps.Log.WarnContext(c, "not ready", "err", err)
		c.String(http.StatusServiceUnavailable, "not ready\n")
		return
	}
	c.String(http.StatusOK, "ready\n")
}

func (s *Server) noRoute(c *gin.Context) {
	if underAPI(c) {
		s.fail(c, errNoSuchPath())
		return
	}
	s.ui.serve(c)
}

func (s *Server) noMethod(c *gin.Context) {
	if underAPI(c) {
		s.fail(c, errMethod())
		return
	}
	c.String(http.StatusMethodNotAllowed, "method not allowed\n")
}

func underAPI(c *gin.Context) bool {
	return c.Request.URL.Path == "/api" || strings.HasPrefix(c.Request.URL.Path, "/api/")
}

// https reports whether browsers reach the server over https.
func (s *Server) https() bool { return s.deps.PublicURL != nil && s.deps.PublicURL.Scheme == "https" }

var _ StrictServerInterface = (*Server)(nil)
