package api

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/crieur/crieur/internal/post"
)

// maxParts bounds the pictures of one request.
const maxParts = 50

// upload is a post with its pictures, as one multipart request brings them.
type upload struct {
	post     *NewPost
	raw      []byte
	pictures []post.Media
	digests  []byte
}

// readUpload streams the parts, in whatever order they come. Pictures go into
// the library one by one and never into memory together; one that no post uses
// in the end is harmless, because the library keeps one of each. request is
// what an idempotency key is compared with: the same for the same parts,
// whatever the boundary between them.
func (s *Server) readUpload(ctx context.Context, actor post.Actor, body *multipart.Reader) (wanted NewPost, request []byte, err error) {
	var u upload
	for {
		part, err := body.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return NewPost{}, nil, bodyProblem(err)
		}
		if err := s.readPart(ctx, actor, &u, part); err != nil {
			return NewPost{}, nil, err
		}
	}
	if err := u.match(); err != nil {
		return NewPost{}, nil, err
	}
	return *u.post, append(u.raw, u.digests...), nil
}

func (s *Server) readPart(ctx context.Context, actor post.Actor, u *upload, part *multipart.Part) error {
	switch name := part.FormName(); {
	case name == "post" && u.post == nil:
		return s.readPostPart(u, part)
	case name == "image" && len(u.pictures) < maxParts:
		digest := sha256.New()
		m, err := s.storePart(ctx, actor, part, digest, fmt.Sprintf("images[%d]", len(u.pictures)))
		if err != nil {
			return err
		}
		u.pictures = append(u.pictures, m)
		u.digests = digest.Sum(u.digests)
		return nil
	case name == "image":
		return invalid("images", "too_many", fmt.Sprintf("%d images au plus.", maxParts))
	default:
		return malformed("part_unexpected", "Envoyez une partie « post », puis une partie « image » pour chaque image.")
	}
}

func (s *Server) readPostPart(u *upload, part *multipart.Part) error {
	data, err := io.ReadAll(http.MaxBytesReader(nil, part, maxJSON))
	if err != nil {
		return bodyProblem(err)
	}
	if err := checkJSON(s.routes["POST "+basePath+"/posts"].jsonSchema(), data); err != nil {
		return err
	}
	u.raw, u.post = data, &NewPost{}
	if err := json.Unmarshal(data, u.post); err != nil {
		return fmt.Errorf("read a post that the contract allows: %w", err)
	}
	return nil
}

// match gives each described picture its part.
func (u *upload) match() error {
	if u.post == nil {
		return invalid("post", "required", "Il manque la partie « post ».")
	}
	images := value(u.post.Images)
	if len(images) != len(u.pictures) {
		return invalid("images", "images_mismatch", fmt.Sprintf(
			"%d images reçues, %d décrites. Décrivez chaque image dans « images », dans le même ordre.", len(u.pictures), len(images)))
	}
	for i := range images {
		if images[i].MediaID != nil {
			return invalid(fmt.Sprintf("images[%d].media_id", i), "media_id_unexpected",
				"Laissez « media_id » de côté : l’image vient avec la demande.")
		}
		images[i].MediaID = &u.pictures[i].ID
	}
	return nil
}
