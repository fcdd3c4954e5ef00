package api

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

// GetDelivery implements StrictServerInterface.
func (s *Server) GetDelivery(ctx context.Context, in GetDeliveryRequestObject) (GetDeliveryResponseObject, error) {
	ctx, actor := caller(ctx)
	d, attempts, err := s.deps.Posts.Delivery(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	names, err := s.channelNames(ctx, actor)
	if err != nil {
		return nil, err
	}
	rendered, err := renderedView(&d)
	if err != nil {
		return nil, err
	}
	detail := DeliveryDetail{
		Delivery: deliveryView(&d, names), Rendered: rendered, Attempts: make([]Attempt, 0, len(attempts)),
	}
	for i := range attempts {
		detail.Attempts = append(detail.Attempts, attemptView(&attempts[i]))
	}
	return GetDelivery200JSONResponse(detail), nil
}

// RetryDelivery implements StrictServerInterface.
func (s *Server) RetryDelivery(ctx context.Context, in RetryDeliveryRequestObject) (RetryDeliveryResponseObject, error) {
	ctx, actor := caller(ctx)
	d, err := s.deps.Posts.Retry(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	names, err := s.channelNames(ctx, actor)
	if err != nil {
		return nil, err
	}
	return RetryDelivery200JSONResponse{DeliveryJSONResponse(deliveryView(&d, names))}, nil
}

// ResolveDelivery implements StrictServerInterface.
func (s *Server) ResolveDelivery(ctx context.Context, in ResolveDeliveryRequestObject) (ResolveDeliveryResponseObject, error) {
	ctx, actor := caller(ctx)
	sent := in.Body.Outcome == ResolutionOutcomeSent
	d, err := s.deps.Posts.Resolve(ctx, actor, in.ID, sent, value(in.Body.RemoteURL))
	if err != nil {
		return nil, err
	}
	names, err := s.channelNames(ctx, actor)
	if err != nil {
		return nil, err
	}
	return ResolveDelivery200JSONResponse{DeliveryJSONResponse(deliveryView(&d, names))}, nil
}

func deliveryView(d *post.Delivery, names channelNames) Delivery {
	return Delivery{
		ID: d.ID, PostID: d.PostID, ChannelID: d.ChannelID, ChannelName: names.of(d), Kind: d.Kind,
		Status: deliveryStatus(d.State), HoldReason: holdReason(d), NeedsPerson: d.NeedsPerson(),
		DueAt: instant(d.DueAt), NextAt: instant(d.NextAt), SentAt: instant(d.SentAt),
		RemoteID: text(d.RemoteID), RemoteURL: text(d.RemoteURL),
		RemovedAt: instant(d.RemovedAt), CorrectedAt: instant(d.CorrectedAt), AccountURL: text(names.pages[d.ChannelID]),
		Attempts: d.Attempts, Error: failureView(d.Failure), UpdatedAt: moment(d.UpdatedAt),
	}
}

func holdReason(d *post.Delivery) *HoldReason {
	if d.State != post.Held || d.HoldReason == "" {
		return nil
	}
	reason := HoldReason(d.HoldReason)
	return &reason
}

// deliveryStatus is the state as people see it. That Crieur is reading the
// account back right now changes nothing for them.
func deliveryStatus(state post.State) DeliveryStatus {
	if state == post.Reconciling {
		return DeliveryStatusUnknown
	}
	return DeliveryStatus(state)
}

func attemptView(a *post.Attempt) Attempt {
	view := Attempt{
		Number: a.Number, StartedAt: moment(a.StartedAt), CreatingAt: instant(a.CreatingAt), EndedAt: instant(a.EndedAt),
		Outcome: AttemptOutcome(a.Outcome), Error: failureView(a.Failure),
	}
	if a.Outcome == post.OutcomeRunning {
		view.Outcome = AttemptOutcomeRunning
	}
	if a.HTTPStatus != 0 {
		view.HTTPStatus = &a.HTTPStatus
	}
	return view
}

// renderedView shows what was saved to leave.
func renderedView(d *post.Delivery) (*Preview, error) {
	if len(d.Rendered) == 0 {
		return nil, nil
	}
	var rendered channels.Rendered
	if err := json.Unmarshal(d.Rendered, &rendered); err != nil {
		return nil, fmt.Errorf("read what delivery %s sends: %w", d.ID, err)
	}
	view := previewView(d.ChannelID, d.Kind, rendered, nil)
	return &view, nil
}
