// Package library holds the use cases on pictures: take one in, show it, make
// what each channel will get, and keep what a commune must know of it: its
// alternative text, its rights, and where it is used (catalogue.go).
package library

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/media"
)

// Store is what the use cases need of the ledger.
type Store interface {
	// CreateMedia returns the row that stands: an equal picture of the same
	// commune is kept once.
	CreateMedia(ctx context.Context, m post.Media) (post.Media, error)
	Media(ctx context.Context, communeID, id string) (post.Media, error)
	Catalogue
}

// Pictures is the picture pipeline.
type Pictures interface {
	Ingest(ctx context.Context, r io.Reader) (media.Asset, error)
	File(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
}

// Deps are the parts of a Service.
type Deps struct {
	Store    Store
	Pictures Pictures
	Registry *channels.Registry
	NewID    func() string
	Now      func() time.Time
}

// Service holds the use cases.
type Service struct{ Deps }

// New makes the service.
func New(deps Deps) *Service { return &Service{deps} }

// Upload takes a picture in: upright, without metadata, once per commune.
// name is the file's name on the author's device, kept for display.
func (s *Service) Upload(ctx context.Context, actor post.Actor, r io.Reader, name string) (post.Media, error) {
	asset, err := s.Pictures.Ingest(ctx, r)
	if err != nil {
		return post.Media{}, err
	}
	return s.Store.CreateMedia(ctx, post.Media{
		ID: s.NewID(), CommuneID: actor.CommuneID, SHA256: asset.SHA256,
		ContentType: asset.ContentType, Width: asset.Width, Height: asset.Height,
		Bytes: asset.Bytes, Name: displayName(name), CreatedAt: s.Now(),
	})
}

// displayName keeps a file name short and free of folders and control signs.
func displayName(name string) string {
	const maxRunes = 120
	clean := make([]rune, 0, maxRunes)
	for _, r := range name {
		switch {
		case r == '/' || r == '\\':
			clean = clean[:0]
		case r >= ' ' && r != 0x7f && len(clean) < maxRunes:
			clean = append(clean, r)
		}
	}
	return string(clean)
}

// Media returns one picture of the commune.
func (s *Service) Media(ctx context.Context, actor post.Actor, id string) (post.Media, error) {
	return s.Store.Media(ctx, actor.CommuneID, id)
}

// File opens the stored picture.
func (s *Service) File(ctx context.Context, actor post.Actor, id string) (io.ReadSeekCloser, post.Media, error) {
	m, err := s.Store.Media(ctx, actor.CommuneID, id)
	if err != nil {
		return nil, post.Media{}, err
	}
	file, err := s.Pictures.File(ctx, m.SHA256)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, media.ErrAltered) {
		return nil, post.Media{}, &post.Problem{
			Kind: post.NotFound, Code: "media_lost", Err: err,
			Detail: "Le fichier de cette image manque ou a été abîmé. Envoyez-la de nouveau.",
		}
	}
	return file, m, err
}

// Rendition is what one kind of channel would get of a picture.
type Rendition struct {
	Kind string
	Plan media.Plan
}

// Renditions plans what each kind of channel would get, cropped around the
// centre.
func (s *Service) Renditions(ctx context.Context, actor post.Actor, id string) ([]Rendition, error) {
	m, err := s.Store.Media(ctx, actor.CommuneID, id)
	if err != nil {
		return nil, err
	}
	var renditions []Rendition
	for _, driver := range s.Registry.Drivers() {
		spec := driver.Limits(nil).Images.Spec
		renditions = append(renditions, Rendition{
			Kind: driver.Info().Kind,
			Plan: media.PlanFor(m.Width, m.Height, media.Focal{X: 0.5, Y: 0.5}, spec),
		})
	}
	return renditions, nil
}
