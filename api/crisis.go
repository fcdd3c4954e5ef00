package api

import (
	"context"

	"github.com/crieur/crieur/internal/crisis"
	"github.com/crieur/crieur/internal/post"
)

// Crisis is the use cases on alerts.
type Crisis interface {
	Raise(ctx context.Context, actor post.Actor, d crisis.Draft) (crisis.Board, error)
	Say(ctx context.Context, actor post.Actor, id string, m crisis.Message) (crisis.Board, error)
	Confirm(ctx context.Context, actor post.Actor, id string) (crisis.Board, error)
	BreakGlass(ctx context.Context, actor post.Actor, id, reason string) (crisis.Board, error)
	Abandon(ctx context.Context, actor post.Actor, id string) (crisis.Board, error)
	Tick(ctx context.Context, actor post.Actor, id, deliveryID, remoteURL string) (crisis.Board, error)
	Board(ctx context.Context, actor post.Actor, id string) (crisis.Board, error)
	List(ctx context.Context, actor post.Actor, limit int) ([]crisis.Summary, error)
	Preview(ctx context.Context, actor post.Actor, in crisis.PreviewRequest) (crisis.Preview, error)
	Timeline(ctx context.Context, actor post.Actor, id string) (crisis.Log, error)

	State(ctx context.Context, actor post.Actor) (crisis.State, error)
	Held(ctx context.Context, actor post.Actor) ([]post.Post, error)
	DecideHeld(ctx context.Context, actor post.Actor, release, cancel []string) error
	Templates(ctx context.Context, actor post.Actor) ([]crisis.Template, error)
	SaveTemplate(ctx context.Context, actor post.Actor, own post.CrisisTemplate) (crisis.Template, error)
	ResetTemplate(ctx context.Context, actor post.Actor, hazard string) error
	Settings(ctx context.Context, actor post.Actor) (post.CrisisSettings, error)
	SaveSettings(ctx context.Context, actor post.Actor, wanted post.CrisisSettings) (post.CrisisSettings, error)
	Register(ctx context.Context, actor post.Actor, cursor string) (crisis.RegisterPage, error)
	// NoteRole notes that the crisis role was given or taken.
	NoteRole(ctx context.Context, actor post.Actor, user post.User) error
}

// GetCrisis implements StrictServerInterface.
func (s *Server) GetCrisis(ctx context.Context, _ GetCrisisRequestObject) (GetCrisisResponseObject, error) {
	ctx, actor := caller(ctx)
	state, err := s.deps.Crisis.State(ctx, actor)
	if err != nil {
		return nil, err
	}
	return GetCrisis200JSONResponse{
		Active: state.Active, Held: state.Held, Broadcasts: summaryViews(state.Open), MayRaise: state.MayRaise,
		SecondPerson: state.Settings.SecondPerson, ProofNeeded: state.NeedProof, Contacts: notNil(state.Settings.Contacts),
		ExerciseDue: state.ExerciseDue,
	}, nil
}

// ListHeld implements StrictServerInterface.
func (s *Server) ListHeld(ctx context.Context, _ ListHeldRequestObject) (ListHeldResponseObject, error) {
	ctx, actor := caller(ctx)
	view, err := s.held(ctx, actor)
	return ListHeld200JSONResponse{HeldListJSONResponse(view)}, err
}

// ReleaseHeld implements StrictServerInterface.
func (s *Server) ReleaseHeld(ctx context.Context, in ReleaseHeldRequestObject) (ReleaseHeldResponseObject, error) {
	ctx, actor := caller(ctx)
	if err := s.deps.Crisis.DecideHeld(ctx, actor, in.Body.Release, in.Body.Cancel); err != nil {
		return nil, err
	}
	view, err := s.held(ctx, actor)
	return ReleaseHeld200JSONResponse{HeldListJSONResponse(view)}, err
}

func (s *Server) held(ctx context.Context, actor post.Actor) (HeldList, error) {
	posts, err := s.deps.Crisis.Held(ctx, actor)
	if err != nil {
		return HeldList{}, err
	}
	channels, err := s.channelNames(ctx, actor)
	if err != nil {
		return HeldList{}, err
	}
	now := s.deps.Now()
	view := HeldList{Posts: make([]HeldPost, 0, len(posts))}
	for i := range posts {
		p := &posts[i]
		view.Posts = append(view.Posts, HeldPost{
			PostID: p.ID, Version: p.Version, Title: p.Content.Headline(), DueAt: moment(p.Schedule.DueAt),
			Overdue: p.Schedule.DueAt.Before(now), Deliveries: deliveryViews(p.Deliveries, channels),
		})
	}
	return view, nil
}

// ListCrisisTemplates implements StrictServerInterface.
func (s *Server) ListCrisisTemplates(ctx context.Context, _ ListCrisisTemplatesRequestObject) (ListCrisisTemplatesResponseObject, error) {
	ctx, actor := caller(ctx)
	all, err := s.deps.Crisis.Templates(ctx, actor)
	if err != nil {
		return nil, err
	}
	view := CrisisTemplateList{Templates: make([]CrisisTemplate, 0, len(all))}
	for i := range all {
		view.Templates = append(view.Templates, crisisTemplateView(&all[i]))
	}
	return ListCrisisTemplates200JSONResponse(view), nil
}

// PutCrisisTemplate implements StrictServerInterface.
func (s *Server) PutCrisisTemplate(ctx context.Context, in PutCrisisTemplateRequestObject) (PutCrisisTemplateResponseObject, error) {
	ctx, actor := caller(ctx)
	saved, err := s.deps.Crisis.SaveTemplate(ctx, actor, post.CrisisTemplate{
		Hazard: in.ID, Severity: post.AlertSeverity(in.Body.Severity), Title: in.Body.Title, Message: in.Body.Message,
		Update: in.Body.Update, End: in.Body.End, Correction: in.Body.Correction,
	})
	if err != nil {
		return nil, err
	}
	return PutCrisisTemplate200JSONResponse(crisisTemplateView(&saved)), nil
}

// ResetCrisisTemplate implements StrictServerInterface.
func (s *Server) ResetCrisisTemplate(ctx context.Context, in ResetCrisisTemplateRequestObject) (ResetCrisisTemplateResponseObject, error) {
	ctx, actor := caller(ctx)
	if err := s.deps.Crisis.ResetTemplate(ctx, actor, in.ID); err != nil {
		return nil, err
	}
	return ResetCrisisTemplate204Response{}, nil
}

// GetCrisisSettings implements StrictServerInterface.
func (s *Server) GetCrisisSettings(ctx context.Context, _ GetCrisisSettingsRequestObject) (GetCrisisSettingsResponseObject, error) {
	ctx, actor := caller(ctx)
	settings, err := s.deps.Crisis.Settings(ctx, actor)
	if err != nil {
		return nil, err
	}
	return GetCrisisSettings200JSONResponse{settingsView(settings)}, nil
}

// PutCrisisSettings implements StrictServerInterface.
func (s *Server) PutCrisisSettings(ctx context.Context, in PutCrisisSettingsRequestObject) (PutCrisisSettingsResponseObject, error) {
	ctx, actor := caller(ctx)
	settings, err := s.deps.Crisis.SaveSettings(ctx, actor, post.CrisisSettings{
		SecondPerson: in.Body.SecondPerson, Contacts: in.Body.Contacts, ExerciseEvery: in.Body.ExerciseEvery,
	})
	if err != nil {
		return nil, err
	}
	return PutCrisisSettings200JSONResponse{settingsView(settings)}, nil
}

func settingsView(c post.CrisisSettings) CrisisSettingsJSONResponse {
	return CrisisSettingsJSONResponse{SecondPerson: c.SecondPerson, Contacts: notNil(c.Contacts), ExerciseEvery: c.ExerciseEvery}
}
