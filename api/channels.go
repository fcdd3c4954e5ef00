package api

import (
	"context"
	"slices"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/connecting"
	"github.com/crieur/crieur/internal/post"
)

// Channels are the use cases on channels.
type Channels interface {
	Kinds() []connecting.Kind
	Connect(ctx context.Context, actor post.Actor, in connecting.NewChannel) (post.Channel, error)
	Channels(ctx context.Context, actor post.Actor) ([]post.Channel, error)
	Channel(ctx context.Context, actor post.Actor, id string) (post.Channel, error)
	Update(ctx context.Context, actor post.Actor, id string, patch connecting.ChannelPatch) (post.Channel, error)
	Delete(ctx context.Context, actor post.Actor, id string) error
	Check(ctx context.Context, actor post.Actor, id string) (post.Channel, error)
	Health(ctx context.Context, ch post.Channel) (post.ChannelHealth, error)
	GoLive(ctx context.Context, actor post.Actor, id string, in connecting.RealAccount) (post.Channel, error)

	Practice
	OAuth
}

// ListKinds implements StrictServerInterface.
func (s *Server) ListKinds(context.Context, ListKindsRequestObject) (ListKindsResponseObject, error) {
	kinds := s.deps.Channels.Kinds()
	list := KindList{Kinds: make([]Kind, 0, len(kinds))}
	for _, k := range kinds {
		list.Kinds = append(list.Kinds, Kind{
			Kind: k.Info.Kind, Title: k.Info.Title, DocsURL: k.Info.DocsURL,
			Settings: notNil(k.Info.Settings), Credentials: notNil(k.Info.Credentials),
			Idempotency: KindIdempotency(k.Info.Idempotency), ReadBack: KindReadBack(k.Info.ReadBack),
			Limits: k.Limits, Abilities: k.Abilities,
		})
	}
	return ListKinds200JSONResponse(list), nil
}

// ListChannels implements StrictServerInterface.
func (s *Server) ListChannels(ctx context.Context, _ ListChannelsRequestObject) (ListChannelsResponseObject, error) {
	ctx, actor := caller(ctx)
	all, err := s.deps.Channels.Channels(ctx, actor)
	if err != nil {
		return nil, err
	}
	list := ChannelList{Channels: make([]Channel, 0, len(all))}
	for i := range all {
		view, err := s.channelView(ctx, all[i])
		if err != nil {
			return nil, err
		}
		list.Channels = append(list.Channels, view)
	}
	return ListChannels200JSONResponse(list), nil
}

// CreateChannel implements StrictServerInterface.
func (s *Server) CreateChannel(ctx context.Context, in CreateChannelRequestObject) (CreateChannelResponseObject, error) {
	ctx, actor := caller(ctx)
	wanted := connecting.NewChannel{
		Kind: in.Body.Kind, Name: value(in.Body.Name), Settings: channels.Settings(value(in.Body.Settings)),
		Credentials: value(in.Body.Credentials), Practice: value(in.Body.Practice),
	}
	return s.once(ctx, actor, in.Params.IdempotencyKey, "channels", rawBody(ctx), func(ctx context.Context, _ string) (any, error) {
		ch, err := s.deps.Channels.Connect(ctx, actor, wanted)
		// Nothing is known yet of what is left.
		return channelView(ch, post.ChannelHealth{}), err
	})
}

// GetChannel implements StrictServerInterface.
func (s *Server) GetChannel(ctx context.Context, in GetChannelRequestObject) (GetChannelResponseObject, error) {
	ctx, actor := caller(ctx)
	ch, err := s.deps.Channels.Channel(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	view, err := s.channelView(ctx, ch)
	if err != nil {
		return nil, err
	}
	return GetChannel200JSONResponse{ChannelJSONResponse(view)}, nil
}

// UpdateChannel implements StrictServerInterface.
func (s *Server) UpdateChannel(ctx context.Context, in UpdateChannelRequestObject) (UpdateChannelResponseObject, error) {
	ctx, actor := caller(ctx)
	ch, err := s.deps.Channels.Update(ctx, actor, in.ID, connecting.ChannelPatch{
		Name: in.Body.Name, Settings: channels.Settings(value(in.Body.Settings)), Credentials: value(in.Body.Credentials),
	})
	if err != nil {
		return nil, err
	}
	view, err := s.channelView(ctx, ch)
	if err != nil {
		return nil, err
	}
	return UpdateChannel200JSONResponse{ChannelJSONResponse(view)}, nil
}

// DeleteChannel implements StrictServerInterface.
func (s *Server) DeleteChannel(ctx context.Context, in DeleteChannelRequestObject) (DeleteChannelResponseObject, error) {
	ctx, actor := caller(ctx)
	if err := s.deps.Channels.Delete(ctx, actor, in.ID); err != nil {
		return nil, err
	}
	return DeleteChannel204Response{}, nil
}

// CheckChannel implements StrictServerInterface.
func (s *Server) CheckChannel(ctx context.Context, in CheckChannelRequestObject) (CheckChannelResponseObject, error) {
	ctx, actor := caller(ctx)
	ch, err := s.deps.Channels.Check(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	view, err := s.channelView(ctx, ch)
	if err != nil {
		return nil, err
	}
	return CheckChannel200JSONResponse{ChannelJSONResponse(view)}, nil
}

// channelView shows a channel with its health.
func (s *Server) channelView(ctx context.Context, ch post.Channel) (Channel, error) {
	health, err := s.deps.Channels.Health(ctx, ch)
	return channelView(ch, health), err
}

func channelView(ch post.Channel, health post.ChannelHealth) Channel {
	settings := StringMap{}
	for name, text := range ch.Settings {
		settings[name] = text
	}
	return Channel{
		ID: ch.ID, Kind: ch.Kind, Name: ch.Name, Status: ChannelStatus(ch.Status), Practice: ch.Practice,
		Settings: settings, Account: Account(ch.Account), Error: failureView(ch.Failure),
		Health:              healthView(health),
		CredentialsExpireAt: instant(ch.CredentialsExpireAt), CheckedAt: instant(ch.CheckedAt), CreatedAt: moment(ch.CreatedAt),
	}
}

func healthView(h post.ChannelHealth) ChannelHealth {
	view := ChannelHealth{Budgets: make([]ChannelBudget, 0, len(h.Budgets))}
	for _, b := range h.Budgets {
		view.Budgets = append(view.Budgets, ChannelBudget{
			Bucket: b.Bucket, Total: b.Total, Remaining: b.Remaining, ResetsAt: instant(b.ResetsAt),
		})
	}
	if b, open := h.Broken(); open {
		view.Breaker = &ChannelBreaker{OpenedAt: moment(b.OpenedAt), NextProbeAt: moment(b.ProbeAt)}
	}
	return view
}

// channelNames are what people call the channels, by id. A channel that was
// removed keeps the name of its network.
type channelNames struct {
	byID  map[string]string
	pages map[string]string
	kinds []connecting.Kind
}

func (s *Server) channelNames(ctx context.Context, actor post.Actor) (channelNames, error) {
	all, err := s.deps.Channels.Channels(ctx, actor)
	if err != nil {
		return channelNames{}, err
	}
	names := channelNames{
		byID: make(map[string]string, len(all)), pages: make(map[string]string, len(all)), kinds: s.deps.Channels.Kinds(),
	}
	for i := range all {
		names.byID[all[i].ID], names.pages[all[i].ID] = all[i].Name, all[i].Account.URL
	}
	return names, nil
}

func (n channelNames) of(d *post.Delivery) string {
	if name, ok := n.byID[d.ChannelID]; ok {
		return name
	}
	i := slices.IndexFunc(n.kinds, func(k connecting.Kind) bool { return k.Info.Kind == d.Kind })
	if i < 0 {
		return d.Kind
	}
	return n.kinds[i].Info.Title
}
