package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// Idempotency keeps the answers to requests that carry a key, for 24 hours.
type Idempotency interface {
	BeginIdempotent(ctx context.Context, communeID, key, requestHash string, now time.Time) (store.Idempotent, error)
	FinishIdempotent(ctx context.Context, communeID, key, owner string, status int, body []byte) error
	AbandonIdempotent(ctx context.Context, communeID, key, owner string) error
}

// created is the answer to a request that made something. It is the same
// whether the thing was made now or by an earlier request with the same key.
type created struct {
	path string
	body []byte
}

func (a created) VisitCreatePostResponse(w http.ResponseWriter) error    { return a.write(w) }
func (a created) VisitDuplicatePostResponse(w http.ResponseWriter) error { return a.write(w) }
func (a created) VisitCreateChannelResponse(w http.ResponseWriter) error { return a.write(w) }
func (a created) VisitUploadMediaResponse(w http.ResponseWriter) error   { return a.write(w) }
func (a created) VisitCreateEventResponse(w http.ResponseWriter) error   { return a.write(w) }
func (a created) VisitCreateRecurrenceResponse(w http.ResponseWriter) error {
	return a.write(w)
}

func (a created) write(w http.ResponseWriter) error {
	var made struct {
		ID      string `json:"id"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(a.body, &made); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Location", basePath+"/"+a.path+"/"+made.ID)
	if made.Version > 0 {
		h.Set("ETag", etagOf(made.Version))
	}
	w.WriteHeader(http.StatusCreated)
	_, err := w.Write(a.body)
	return err
}

// maker makes one thing and shows it. id is the one that it must take; "" lets
// it choose.
type maker func(ctx context.Context, id string) (any, error)

// once makes a thing at most once for each key. request is what the caller
// asked, byte for byte; the same key with another request is refused. A run
// that made nothing frees its key, so that the corrected request may use it; a
// run whose outcome is not known keeps it until it is taken over, under the
// same id.
func (s *Server) once(ctx context.Context, actor post.Actor, key *string, path string, request []byte, produce maker) (created, error) {
	if key == nil {
		view, err := produce(ctx, "")
		if err != nil {
			return created{}, err
		}
		body, err := json.Marshal(view)
		return created{path, body}, err
	}
	// Keys belong to the person: two who choose the same one do not meet.
	own := actor.UserID + "/" + *key
	run, err := s.deps.Idempotency.BeginIdempotent(ctx, actor.CommuneID, own, fingerprint(path, request), s.deps.Now())
	if err != nil {
		return created{}, keyProblem(err)
	}
	if run.Replay {
		return created{path, run.Body}, nil
	}
	// What is made must be kept under its key even when nobody waits any more.
	ctx = context.WithoutCancel(ctx)
	view, err := produce(ctx, run.ResourceID)
	if err != nil {
		if asProblem(err) != nil {
			err = errors.Join(err, s.deps.Idempotency.AbandonIdempotent(ctx, actor.CommuneID, own, run.Owner))
		}
		return created{}, err
	}
	body, err := json.Marshal(view)
	if err != nil {
		return created{}, err
	}
	err = s.deps.Idempotency.FinishIdempotent(ctx, actor.CommuneID, own, run.Owner, http.StatusCreated, body)
	if err != nil {
		// The thing is made: a repeated request finds it by its id.
		s.deps.Log.WarnContext(ctx, "the answer to an idempotent request was not kept", "err", err)
	}
	return created{path, body}, nil
}

func fingerprint(path string, request []byte) string {
	sum := sha256.New()
	sum.Write([]byte(path + "\n"))
	sum.Write(request)
	return hex.EncodeToString(sum.Sum(nil))
}

func keyProblem(err error) error {
	switch {
	case errors.Is(err, store.ErrKeyReused):
		return &post.Problem{
			Kind: post.Conflict, Code: "idempotency_key_reused",
			Detail: "Cette clé « Idempotency-Key » a déjà servi pour une autre demande.",
			Fields: []post.Field{{Field: "Idempotency-Key", Code: "idempotency_key_reused", Message: "Choisissez une nouvelle clé."}},
		}
	case errors.Is(err, store.ErrInProgress):
		return &post.Problem{
			Kind: post.Conflict, Code: "in_progress",
			Detail: "La même demande est déjà en cours. Attendez un instant, puis recommencez.",
		}
	}
	return err
}
