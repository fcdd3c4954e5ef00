package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/crieur/crieur/internal/library"
	"github.com/crieur/crieur/internal/post"
)

// Library are the use cases on pictures.
type Library interface {
	Upload(ctx context.Context, actor post.Actor, r io.Reader, name string) (post.Media, error)
	Media(ctx context.Context, actor post.Actor, id string) (post.Media, error)
	File(ctx context.Context, actor post.Actor, id string) (io.ReadSeekCloser, post.Media, error)
	Renditions(ctx context.Context, actor post.Actor, id string) ([]library.Rendition, error)
	List(ctx context.Context, actor post.Actor, f post.MediaFilter) (post.MediaPage, error)
	Update(ctx context.Context, actor post.Actor, id string, patch post.MediaPatch) (post.Media, error)
	Delete(ctx context.Context, actor post.Actor, id string) error
	Uses(ctx context.Context, actor post.Actor, id string) ([]post.MediaUse, error)
}

// UploadMedia implements StrictServerInterface. The picture is streamed into
// the library, which keeps one of each, so that a repeated upload is harmless.
func (s *Server) UploadMedia(ctx context.Context, in UploadMediaRequestObject) (UploadMediaResponseObject, error) {
	ctx, actor := caller(ctx)
	var stored *post.Media
	digest := sha256.New()
	for {
		part, err := in.Body.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, bodyProblem(err)
		}
		if part.FormName() != "file" || stored != nil {
			return nil, malformed("part_unexpected", "Envoyez une seule image, dans la partie « file ».")
		}
		m, err := s.storePart(ctx, actor, part, digest, "file")
		if err != nil {
			return nil, err
		}
		stored = &m
	}
	if stored == nil {
		return nil, invalid("file", "required", "Il manque l’image, dans la partie « file ».")
	}
	return s.once(ctx, actor, in.Params.IdempotencyKey, "media", digest.Sum(nil), func(context.Context, string) (any, error) {
		return mediaView(*stored), nil
	})
}

// storePart streams one picture into the library. digest takes in the bytes as
// they came; field is the one to blame.
func (s *Server) storePart(ctx context.Context, actor post.Actor, part *multipart.Part, digest io.Writer, field string) (post.Media, error) {
	body := http.MaxBytesReader(nil, part, maxPicture)
	m, err := s.deps.Media.Upload(ctx, actor, io.TeeReader(body, digest), part.FileName())
	problem := asProblem(err)
	if problem == nil {
		return m, err
	}
	blamed := *problem
	blamed.Fields = []post.Field{{Field: field, Code: problem.Code, Message: problem.Detail}}
	return post.Media{}, &blamed
}

// GetMedia implements StrictServerInterface.
func (s *Server) GetMedia(ctx context.Context, in GetMediaRequestObject) (GetMediaResponseObject, error) {
	ctx, actor := caller(ctx)
	m, err := s.deps.Media.Media(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	return GetMedia200JSONResponse(mediaView(m)), nil
}

// picture is the answer with the file itself.
type picture struct {
	request *http.Request
	file    io.ReadSeekCloser
	media   post.Media
}

func (a picture) VisitGetMediaFileResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", a.media.ContentType)
	h.Set("ETag", `"`+a.media.SHA256+`"`)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("Content-Disposition", "inline")
	// Whatever a picture may contain, nothing in it runs.
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(w, a.request, "", time.Time{}, a.file)
	return a.file.Close()
}

// GetMediaFile implements StrictServerInterface.
func (s *Server) GetMediaFile(ctx context.Context, in GetMediaFileRequestObject) (GetMediaFileResponseObject, error) {
	c, ok := ctx.(*gin.Context)
	if !ok {
		return nil, errors.New("the context is not gin's")
	}
	ctx, actor := caller(ctx)
	file, m, err := s.deps.Media.File(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	return picture{request: c.Request, file: file, media: m}, nil
}

// ListRenditions implements StrictServerInterface.
func (s *Server) ListRenditions(ctx context.Context, in ListRenditionsRequestObject) (ListRenditionsResponseObject, error) {
	ctx, actor := caller(ctx)
	renditions, err := s.deps.Media.Renditions(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	list := RenditionList{Renditions: make([]Rendition, 0, len(renditions))}
	for _, r := range renditions {
		list.Renditions = append(list.Renditions, Rendition{
			Kind: r.Kind, Width: r.Plan.Width, Height: r.Plan.Height, Crop: r.Plan.Crop,
		})
	}
	return ListRenditions200JSONResponse(list), nil
}

func mediaView(m post.Media) Media {
	return Media{
		ID: m.ID, Width: m.Width, Height: m.Height, Bytes: m.Bytes, ContentType: m.ContentType, Sha256: m.SHA256,
		Name: m.Name, URL: mediaURL(m.ID), CreatedAt: moment(m.CreatedAt),
		Alt: m.Alt, Credit: m.Credit, Licence: m.Licence, Consent: Consent(m.Consent), ConsentNote: m.ConsentNote,
		ExpiresOn: day(m.ExpiresOn), Uses: m.Uses,
	}
}

func mediaURL(id string) string { return basePath + "/media/" + id + "/file" }
