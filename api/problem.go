package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/post"
)

// problemType is the media type of every error (RFC 9457).
const problemType = "application/problem+json"

// Kinds that no use case gives: only HTTP knows of them.
const (
	preconditionRequired post.ProblemKind = "precondition_required" // 428
	methodNotAllowed     post.ProblemKind = "method_not_allowed"    // 405
	unsupportedType      post.ProblemKind = "unsupported_type"      // 415
)

// clientClosed is what servers log for a client that went away (nginx's 499).
const clientClosed = 499

// statusOf is the one table from what a caller can do about a problem to an
// HTTP status.
func statusOf(kind post.ProblemKind) int {
	switch kind {
	case post.Malformed:
		return http.StatusBadRequest
	case post.Unauthenticated:
		return http.StatusUnauthorized
	case post.Forbidden:
		return http.StatusForbidden
	case post.NotFound:
		return http.StatusNotFound
	case methodNotAllowed:
		return http.StatusMethodNotAllowed
	case post.Conflict:
		return http.StatusConflict
	case post.Stale:
		return http.StatusPreconditionFailed
	case post.TooLarge:
		return http.StatusRequestEntityTooLarge
	case unsupportedType:
		return http.StatusUnsupportedMediaType
	case post.Invalid:
		return http.StatusUnprocessableEntity
	case preconditionRequired:
		return http.StatusPreconditionRequired
	case post.TooMany:
		return http.StatusTooManyRequests
	case post.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// asProblem finds what a person can act on in an error; nil means that it is
// our own fault.
func asProblem(err error) *post.Problem {
	var problem *post.Problem
	if errors.As(err, &problem) {
		return problem
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return tooLargeProblem()
	case errors.Is(err, post.ErrNotFound):
		return post.NotFoundProblem()
	case errors.Is(err, post.ErrStale):
		return &post.Problem{
			Kind: post.Stale, Code: "stale",
			Detail: "Quelqu’un a modifié ceci entre-temps. Rechargez, puis recommencez.",
		}
	case errors.Is(err, post.ErrConflict):
		return &post.Problem{
			Kind: post.Conflict, Code: "conflict",
			Detail: "Ce n’est plus possible dans l’état actuel. Rechargez la page.",
		}
	case errors.Is(err, post.ErrFull), errors.Is(err, syscall.ENOSPC):
		return &post.Problem{
			Kind: post.Unavailable, Code: "disk_full", Err: err,
			Detail: "Le disque du serveur est plein : rien n’a été enregistré. Prévenez la personne qui gère l’installation, puis réessayez.",
		}
	}
	return nil
}

func tooLargeProblem() *post.Problem {
	return &post.Problem{
		Kind: post.TooLarge, Code: "too_large",
		Detail: "C’est trop lourd : 64 Mo par image et 200 Mo en tout au plus.",
	}
}

func malformed(code, detail string, fields ...post.Field) *post.Problem {
	return &post.Problem{Kind: post.Malformed, Code: code, Detail: detail, Fields: fields}
}

func invalid(field, code, message string) *post.Problem {
	return &post.Problem{
		Kind: post.Invalid, Code: code, Detail: message,
		Fields: []post.Field{{Field: field, Code: code, Message: message}},
	}
}

// fail answers with the problem of an error and ends the request. What is our
// own fault is logged here, once, and shown without any detail.
func (s *Server) fail(c *gin.Context, err error) {
	c.Abort()
	problem := asProblem(err)
	if problem == nil {
		if c.Request.Context().Err() != nil && errors.Is(err, context.Canceled) {
			// Nobody waits for an answer any more; the log shows it.
			c.Status(clientClosed)
			return
		}
		s.deps.Log.ErrorContext(c, "a request failed",
			"request_id", requestID(c), "method", c.Request.Method, "route", c.FullPath(), "err", err)
		problem = &post.Problem{
			Kind: "internal", Code: "internal",
			Detail: "Crieur a rencontré une erreur de son côté. Réessayez ; si elle revient, transmettez le numéro " + requestID(c) + " à la personne qui gère l’installation.",
		}
	} else if problem.Err != nil && problem.Kind != post.TooMany {
		s.deps.Log.InfoContext(c, "a request was refused",
			"request_id", requestID(c), "code", problem.Code, slog.Any("err", problem.Err))
	}
	if c.Writer.Written() {
		// The answer is on its way already and cannot be changed.
		return
	}
	var wait auth.RetryAfter
	if errors.As(problem.Err, &wait) {
		c.Header("Retry-After", strconv.Itoa(int(math.Ceil(time.Duration(wait).Seconds()))))
	}
	if problem.Kind == post.Unauthenticated {
		c.Header("WWW-Authenticate", `Bearer realm="crieur"`)
	}
	status := statusOf(problem.Kind)
	c.Header("Content-Type", problemType)
	c.Header("Cache-Control", "no-store")
	c.Status(status)
	if err := json.NewEncoder(c.Writer).Encode(problemBody(problem, status, requestID(c))); err != nil {
		s.deps.Log.InfoContext(c, "an answer did not arrive", "request_id", requestID(c), "err", err)
	}
}

func problemBody(problem *post.Problem, status int, requestID string) Problem {
	fields := make([]ProblemField, 0, len(problem.Fields))
	for _, f := range problem.Fields {
		fields = append(fields, ProblemField{Field: f.Field, Code: f.Code, Message: f.Message})
	}
	return Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Code: problem.Code, Detail: problem.Detail, Fields: fields, RequestID: requestID,
	}
}
