package api

import (
	"context"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/connecting"
)

// GoLive implements StrictServerInterface.
func (s *Server) GoLive(ctx context.Context, in GoLiveRequestObject) (GoLiveResponseObject, error) {
	ctx, actor := caller(ctx)
	ch, err := s.deps.Channels.GoLive(ctx, actor, in.ID, connecting.RealAccount{
		Settings: channels.Settings(value(in.Body.Settings)), Credentials: value(in.Body.Credentials),
		Flow: value(in.Body.Flow), AccountID: value(in.Body.AccountID),
	})
	if err != nil {
		return nil, err
	}
	view, err := s.channelView(ctx, ch)
	if err != nil {
		return nil, err
	}
	return GoLive200JSONResponse{ChannelJSONResponse(view)}, nil
}
