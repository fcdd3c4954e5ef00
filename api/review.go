package api

import (
	"context"

	"github.com/crieur/crieur/internal/post"
)

// Review is what is held for a person to decide.
type Review interface {
	Review(ctx context.Context, actor post.Actor) ([]post.ReviewItem, error)
	// Decide releases and cancels held deliveries, and leaves alone what is no
	// longer held.
	Decide(ctx context.Context, actor post.Actor, release, cancel []string) error
}

// ListReview implements StrictServerInterface.
func (s *Server) ListReview(ctx context.Context, _ ListReviewRequestObject) (ListReviewResponseObject, error) {
	ctx, actor := caller(ctx)
	view, err := s.review(ctx, actor)
	return ListReview200JSONResponse(view), err
}

// DecideReview implements StrictServerInterface.
func (s *Server) DecideReview(ctx context.Context, in DecideReviewRequestObject) (DecideReviewResponseObject, error) {
	ctx, actor := caller(ctx)
	if err := s.deps.Review.Decide(ctx, actor, in.Body.Release, in.Body.Cancel); err != nil {
		return nil, err
	}
	view, err := s.review(ctx, actor)
	return DecideReview200JSONResponse(view), err
}

func (s *Server) review(ctx context.Context, actor post.Actor) (ReviewList, error) {
	items, err := s.deps.Review.Review(ctx, actor)
	if err != nil {
		return ReviewList{}, err
	}
	names, err := s.channelNames(ctx, actor)
	if err != nil {
		return ReviewList{}, err
	}
	view := ReviewList{Items: make([]ReviewItem, 0, len(items))}
	for i := range items {
		d := &items[i].Delivery
		view.Items = append(view.Items, ReviewItem{
			Title: items[i].Title, Reason: HoldReason(d.HoldReason), Delivery: deliveryView(d, names),
		})
	}
	return view, nil
}
