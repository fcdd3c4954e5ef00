package publishing

import (
	"context"
	"slices"

	"github.com/crieur/crieur/internal/post"
)

// Review lists what is held until a person decides.
func (s *Service) Review(ctx context.Context, actor post.Actor) ([]post.ReviewItem, error) {
	return s.Store.Review(ctx, actor.CommuneID)
}

// Decide releases and cancels what is held. What somebody else decided
// meanwhile stays as they decided.
func (s *Service) Decide(ctx context.Context, actor post.Actor, release, cancel []string) error {
	for _, id := range release {
		if slices.Contains(cancel, id) {
			return fieldProblem("release", "decided_twice", "La même publication ne peut pas être à la fois envoyée et annulée.")
		}
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return err
	}
	return s.Store.DecideReview(ctx, actor.CommuneID, release, cancel, now)
}
