package api

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// System is how the installation is, and what the commune chose.
type System interface {
	Status(ctx context.Context, actor post.Actor) (post.SystemStatus, error)
	// ConfirmClock is an administrator's word that the clock is right.
	ConfirmClock(ctx context.Context, actor post.Actor) error
	// ChangeCommune changes what the commune chose and returns the commune.
	ChangeCommune(ctx context.Context, actor post.Actor, change post.CommuneChange) (post.Commune, error)
}

// GetSystem implements StrictServerInterface.
func (s *Server) GetSystem(ctx context.Context, _ GetSystemRequestObject) (GetSystemResponseObject, error) {
	ctx, actor := caller(ctx)
	view, err := s.system(ctx, actor)
	return GetSystem200JSONResponse{InstallationJSONResponse(view)}, err
}

// ConfirmClock implements StrictServerInterface.
func (s *Server) ConfirmClock(ctx context.Context, _ ConfirmClockRequestObject) (ConfirmClockResponseObject, error) {
	ctx, actor := caller(ctx)
	if err := s.deps.System.ConfirmClock(ctx, actor); err != nil {
		return nil, err
	}
	view, err := s.system(ctx, actor)
	return ConfirmClock200JSONResponse{InstallationJSONResponse(view)}, err
}

// UpdateCommune implements StrictServerInterface.
func (s *Server) UpdateCommune(ctx context.Context, in UpdateCommuneRequestObject) (UpdateCommuneResponseObject, error) {
	ctx, actor := caller(ctx)
	c, err := s.deps.System.ChangeCommune(ctx, actor, post.CommuneChange{
		Name: in.Body.Name, Zone: in.Body.Zone, Language: (*string)(in.Body.Language), AskBeforeResend: in.Body.AskBeforeResend,
	})
	if err != nil {
		return nil, err
	}
	return UpdateCommune200JSONResponse(communeView(c)), nil
}

func (s *Server) system(ctx context.Context, actor post.Actor) (Installation, error) {
	status, err := s.deps.System.Status(ctx, actor)
	if err != nil {
		return Installation{}, err
	}
	view := Installation{Overdue: status.Overdue, MailConfigured: status.MailConfigured}
	view.Clock.Paused, view.Clock.Since = status.Clock.Paused, instant(status.Clock.Since)
	view.Clock.JumpSeconds = int(status.Clock.Jump / time.Second)
	if r := status.Recovery; r != nil {
		view.Recovery = &Recovery{StartedAt: moment(r.StartedAt), EndedAt: instant(r.EndedAt), Settled: r.Settled, Held: r.Held, Absent: r.Absent}
	}
	return view, nil
}
