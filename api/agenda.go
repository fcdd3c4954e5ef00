package api

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/agenda"
	"github.com/crieur/crieur/internal/post"
)

// Agenda are the use cases on events and on practical information that comes
// again.
type Agenda interface {
	CreateEvent(ctx context.Context, actor post.Actor, d agenda.EventDraft) (agenda.EventView, error)
	PlanEvent(ctx context.Context, actor post.Actor, d agenda.EventDraft) (agenda.Plan, error)
	Event(ctx context.Context, actor post.Actor, id string) (agenda.EventView, error)
	Events(ctx context.Context, actor post.Actor, from, to time.Time) ([]post.Event, error)
	Preview(ctx context.Context, actor post.Actor, id string, change agenda.Change) (agenda.Cascade, error)
	Apply(ctx context.Context, actor post.Actor, id string, change agenda.Change) (agenda.EventView, error)
	EventURL(ctx context.Context, actor post.Actor) (func(eventID string) string, error)
	SeriesOf(ctx context.Context, actor post.Actor, postIDs []string) (map[string]post.SeriesLink, error)
	Recipes(ctx context.Context, actor post.Actor) ([]post.Recipe, error)
	PutRecipe(ctx context.Context, actor post.Actor, recipe post.Recipe) (post.Recipe, error)

	CreateRecurrence(ctx context.Context, actor post.Actor, d agenda.RecurrenceDraft) (agenda.RecurrenceView, error)
	Recurrences(ctx context.Context, actor post.Actor) ([]post.Recurrence, error)
	Recurrence(ctx context.Context, actor post.Actor, id string) (agenda.RecurrenceView, error)
	UpdateRecurrence(ctx context.Context, actor post.Actor, id string, ifVersion int, patch agenda.RecurrencePatch) (agenda.RecurrenceView, error)
	EndRecurrence(ctx context.Context, actor post.Actor, id string) error
	ChangeOccurrence(ctx context.Context, actor post.Actor, id, date string, skip *bool, to *string) (agenda.RecurrenceView, error)
	ImportDates(ctx context.Context, actor post.Actor, in agenda.Import) (agenda.ImportResult, error)
}

// ListEvents implements StrictServerInterface.
func (s *Server) ListEvents(ctx context.Context, in ListEventsRequestObject) (ListEventsResponseObject, error) {
	ctx, actor := caller(ctx)
	all, err := s.deps.Agenda.Events(ctx, actor, value(in.Params.From), value(in.Params.To))
	if err != nil {
		return nil, err
	}
	address, err := s.deps.Agenda.EventURL(ctx, actor)
	if err != nil {
		return nil, err
	}
	list := EventList{Events: make([]Event, 0, len(all))}
	for i := range all {
		list.Events = append(list.Events, eventView(&all[i], address))
	}
	return ListEvents200JSONResponse(list), nil
}

// CreateEvent implements StrictServerInterface.
func (s *Server) CreateEvent(ctx context.Context, in CreateEventRequestObject) (CreateEventResponseObject, error) {
	ctx, actor := caller(ctx)
	return s.once(ctx, actor, in.Params.IdempotencyKey, "events", rawBody(ctx), func(ctx context.Context, id string) (any, error) {
		draft := eventDraftOf(*in.Body)
		draft.ID = id
		made, err := s.deps.Agenda.CreateEvent(ctx, actor, draft)
		if err != nil {
			return nil, err
		}
		return s.wholeEvent(ctx, actor, made)
	})
}

// PreviewEvent implements StrictServerInterface.
func (s *Server) PreviewEvent(ctx context.Context, in PreviewEventRequestObject) (PreviewEventResponseObject, error) {
	ctx, actor := caller(ctx)
	plan, err := s.deps.Agenda.PlanEvent(ctx, actor, eventDraftOf(*in.Body))
	if err != nil {
		return nil, err
	}
	return PreviewEvent200JSONResponse(planView(&plan)), nil
}

// GetEvent implements StrictServerInterface.
func (s *Server) GetEvent(ctx context.Context, in GetEventRequestObject) (GetEventResponseObject, error) {
	ctx, actor := caller(ctx)
	found, err := s.deps.Agenda.Event(ctx, actor, in.ID)
	answer, err := s.eventAnswer(ctx, actor, found, err)
	return GetEvent200JSONResponse{answer}, err
}

// UpdateEvent implements StrictServerInterface.
func (s *Server) UpdateEvent(ctx context.Context, in UpdateEventRequestObject) (UpdateEventResponseObject, error) {
	ctx, actor := caller(ctx)
	version, err := versionOf(in.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	change, err := s.amendment(ctx, actor, in.ID, *in.Body)
	if err != nil {
		return nil, err
	}
	change.IfVersion = version
	found, err := s.deps.Agenda.Apply(ctx, actor, in.ID, change)
	answer, err := s.eventAnswer(ctx, actor, found, err)
	return UpdateEvent200JSONResponse{answer}, err
}

// PostponeEvent implements StrictServerInterface.
func (s *Server) PostponeEvent(ctx context.Context, in PostponeEventRequestObject) (PostponeEventResponseObject, error) {
	ctx, actor := caller(ctx)
	found, err := s.deps.Agenda.Apply(ctx, actor, in.ID, postponement(*in.Body))
	answer, err := s.eventAnswer(ctx, actor, found, err)
	return PostponeEvent200JSONResponse{answer}, err
}

// CancelEvent implements StrictServerInterface.
func (s *Server) CancelEvent(ctx context.Context, in CancelEventRequestObject) (CancelEventResponseObject, error) {
	ctx, actor := caller(ctx)
	found, err := s.deps.Agenda.Apply(ctx, actor, in.ID, cancellation(*in.Body))
	answer, err := s.eventAnswer(ctx, actor, found, err)
	return CancelEvent200JSONResponse{answer}, err
}

// PreviewEventChange implements StrictServerInterface.
func (s *Server) PreviewEventChange(ctx context.Context, in PreviewEventChangeRequestObject) (PreviewEventChangeResponseObject, error) {
	ctx, actor := caller(ctx)
	var change agenda.Change
	switch in.Body.Action {
	case EventChangeActionPostpone:
		change = postponement(value(in.Body.Postpone))
	case EventChangeActionCancel:
		change = cancellation(value(in.Body.Cancel))
	default:
		var err error
		if change, err = s.amendment(ctx, actor, in.ID, value(in.Body.Change)); err != nil {
			return nil, err
		}
	}
	cascade, err := s.deps.Agenda.Preview(ctx, actor, in.ID, change)
	if err != nil {
		return nil, err
	}
	names, err := s.channelNames(ctx, actor)
	if err != nil {
		return nil, err
	}
	return PreviewEventChange200JSONResponse(cascadeView(&cascade, names)), nil
}

// ListRecipes implements StrictServerInterface.
func (s *Server) ListRecipes(ctx context.Context, _ ListRecipesRequestObject) (ListRecipesResponseObject, error) {
	ctx, actor := caller(ctx)
	all, err := s.deps.Agenda.Recipes(ctx, actor)
	if err != nil {
		return nil, err
	}
	list := RecipeList{Recipes: make([]Recipe, 0, len(all)), Blanks: agenda.EventBlanks()}
	for _, r := range all {
		list.Recipes = append(list.Recipes, recipeView(r))
	}
	return ListRecipes200JSONResponse(list), nil
}

// PutRecipe implements StrictServerInterface.
func (s *Server) PutRecipe(ctx context.Context, in PutRecipeRequestObject) (PutRecipeResponseObject, error) {
	ctx, actor := caller(ctx)
	kept, err := s.deps.Agenda.PutRecipe(ctx, actor, post.Recipe{
		Category: in.Body.Category, Steps: stepsOf(in.Body.Steps), QuietFrom: in.Body.QuietFrom, QuietTo: in.Body.QuietTo,
		SpacingMinutes: in.Body.SpacingMinutes,
	})
	if err != nil {
		return nil, err
	}
	return PutRecipe200JSONResponse(recipeView(kept)), nil
}

// eventAnswer shows an event, or passes the error of what was to give it.
func (s *Server) eventAnswer(ctx context.Context, actor post.Actor, found agenda.EventView, err error) (EventJSONResponse, error) {
	if err != nil {
		return EventJSONResponse{}, err
	}
	view, err := s.wholeEvent(ctx, actor, found)
	etag := etagOf(found.Event.Version)
	return EventJSONResponse{Body: view, Headers: EventResponseHeaders{ETag: &etag}}, err
}

func (s *Server) wholeEvent(ctx context.Context, actor post.Actor, found agenda.EventView) (Event, error) {
	address, err := s.deps.Agenda.EventURL(ctx, actor)
	if err != nil {
		return Event{}, err
	}
	names, err := s.postNames(ctx, actor)
	if err != nil {
		return Event{}, err
	}
	view := eventView(&found.Event, address)
	posts, skipped, notes := []Post{}, []SkippedStep{}, []SkippedStep{}
	for i := range found.Announcements {
		a := &found.Announcements[i]
		if note := found.Notes[a.Step]; note != "" {
			notes = append(notes, SkippedStep{Step: a.Step, Kind: AnnouncementKind(a.Kind), Reason: note})
		}
		if a.Post == nil {
			continue
		}
		p := postView(a.Post, names)
		p.Series = seriesView(post.SeriesLink{EventID: a.EventID, Title: found.Event.Content.Title, Step: a.Step, Kind: a.Kind})
		posts = append(posts, p)
	}
	for _, sk := range found.Skipped {
		skipped = append(skipped, SkippedStep{Step: sk.Step, Kind: AnnouncementKind(sk.Kind), Reason: sk.Reason})
	}
	view.Announcements, view.Skipped, view.Notes = &posts, &skipped, &notes
	return view, nil
}

// addSeries says of posts which series they belong to.
func (s *Server) addSeries(ctx context.Context, actor post.Actor, posts ...*Post) error {
	ids := make([]string, len(posts))
	for i, p := range posts {
		ids[i] = p.ID
	}
	links, err := s.deps.Agenda.SeriesOf(ctx, actor, ids)
	for _, p := range posts {
		if link, ok := links[p.ID]; ok {
			p.Series = seriesView(link)
		}
	}
	return err
}

func seriesView(l post.SeriesLink) *Series {
	return &Series{EventID: text(l.EventID), RecurrenceID: text(l.RecurrenceID), Title: l.Title, Step: l.Step, Kind: text(string(l.Kind))}
}
