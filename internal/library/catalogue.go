package library

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Catalogue is what the library needs of the ledger beside the pictures
// themselves.
type Catalogue interface {
	CommuneByID(ctx context.Context, id string) (post.Commune, error)
	MediaLibrary(ctx context.Context, communeID string, f post.MediaFilter) (post.MediaPage, error)
	UpdateMedia(ctx context.Context, communeID, id string, patch post.MediaPatch) (post.Media, error)
	DeleteMedia(ctx context.Context, communeID, id string, now time.Time) error
	MediaUses(ctx context.Context, communeID, id string, now time.Time) ([]post.MediaUse, error)
}

// List lists the pictures of the library.
func (s *Service) List(ctx context.Context, actor post.Actor, f post.MediaFilter) (post.MediaPage, error) {
	commune, err := s.Store.CommuneByID(ctx, actor.CommuneID)
	if err != nil {
		return post.MediaPage{}, err
	}
	if f.Today, err = post.DayIn(s.Now(), commune.Zone); err != nil {
		return post.MediaPage{}, err
	}
	return s.Store.MediaLibrary(ctx, actor.CommuneID, f)
}

// Update says more of a picture.
func (s *Service) Update(ctx context.Context, actor post.Actor, id string, patch post.MediaPatch) (post.Media, error) {
	for _, text := range []*string{patch.Alt, patch.Credit, patch.Licence, patch.ConsentNote} {
		if text != nil {
			*text = strings.TrimSpace(*text)
		}
	}
	return s.Store.UpdateMedia(ctx, actor.CommuneID, id, patch)
}

// Delete takes a picture out of the library. Where something still needs it, the
// problem names what.
func (s *Service) Delete(ctx context.Context, actor post.Actor, id string) error {
	err := s.Store.DeleteMedia(ctx, actor.CommuneID, id, s.Now())
	if !errors.Is(err, post.ErrConflict) {
		return err
	}
	uses, usesErr := s.Store.MediaUses(ctx, actor.CommuneID, id, s.Now())
	if usesErr != nil {
		return usesErr
	}
	return &post.Problem{Kind: post.Conflict, Code: "media_in_use", Detail: inUse(uses), Err: err}
}

// inUse says what needs a picture, and what to do.
func inUse(uses []post.MediaUse) string {
	var first *post.MediaUse
	waiting := 0
	for i := range uses {
		if uses[i].Waiting {
			waiting++
			if first == nil {
				first = &uses[i]
			}
		}
	}
	switch {
	case first == nil:
		return "Cette image sert encore ailleurs. Rechargez la page, puis recommencez."
	case waiting > 1:
		return fmt.Sprintf("Cette image sert encore à %d endroits, dont « %s ». Retirez-la d’abord de chacun d’eux.", waiting, first.Title)
	case first.EventID != "":
		return "Cette image sert à l’événement « " + first.Title + " », qui est à venir. Retirez-la d’abord de cet événement."
	default:
		return "Cette image sert à la publication « " + first.Title + " », qui n’est pas encore partie. Retirez-la d’abord de cette publication."
	}
}

// Uses lists the posts and events that use a picture.
func (s *Service) Uses(ctx context.Context, actor post.Actor, id string) ([]post.MediaUse, error) {
	if _, err := s.Store.Media(ctx, actor.CommuneID, id); err != nil {
		return nil, err
	}
	return s.Store.MediaUses(ctx, actor.CommuneID, id, s.Now())
}
