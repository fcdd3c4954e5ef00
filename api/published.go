package api

import (
	"context"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

// DuplicatePost implements StrictServerInterface.
func (s *Server) DuplicatePost(ctx context.Context, in DuplicatePostRequestObject) (DuplicatePostResponseObject, error) {
	ctx, actor := caller(ctx)
	// Which post is copied belongs to what is asked.
	return s.once(ctx, actor, in.Params.IdempotencyKey, "posts", []byte("duplicate "+in.ID), func(ctx context.Context, id string) (any, error) {
		p, err := s.deps.Posts.Duplicate(ctx, actor, in.ID, id)
		if err != nil {
			return nil, err
		}
		return s.postView(ctx, actor, p)
	})
}

// RemoveDelivery implements StrictServerInterface.
func (s *Server) RemoveDelivery(ctx context.Context, in RemoveDeliveryRequestObject) (RemoveDeliveryResponseObject, error) {
	ctx, actor := caller(ctx)
	d, err := s.deps.Posts.Remove(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	view, err := s.deliveryView(ctx, actor, d)
	return RemoveDelivery200JSONResponse{DeliveryJSONResponse(view)}, err
}

// CorrectDelivery implements StrictServerInterface.
func (s *Server) CorrectDelivery(ctx context.Context, in CorrectDeliveryRequestObject) (CorrectDeliveryResponseObject, error) {
	ctx, actor := caller(ctx)
	d, err := s.deps.Posts.Correct(ctx, actor, in.ID, publishing.Correction{Title: in.Body.Title, Text: in.Body.Text})
	if err != nil {
		return nil, err
	}
	view, err := s.deliveryView(ctx, actor, d)
	return CorrectDelivery200JSONResponse{DeliveryJSONResponse(view)}, err
}

func (s *Server) deliveryView(ctx context.Context, actor post.Actor, d post.Delivery) (Delivery, error) {
	names, err := s.channelNames(ctx, actor)
	return deliveryView(&d, names), err
}

// person is who changed a post; nil where no person of the commune did.
func (n postNames) person(id string) *Person {
	name, known := n.people[id]
	if !known {
		return nil
	}
	return &Person{ID: id, Name: name}
}
