package api

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/importing"
	"github.com/crieur/crieur/internal/post"
)

// Sources are the use cases on what is taken over from elsewhere.
type Sources interface {
	Create(ctx context.Context, actor post.Actor, in importing.Wanted) (post.Source, error)
	Update(ctx context.Context, actor post.Actor, id string, in importing.Wanted) (post.Source, error)
	Delete(ctx context.Context, actor post.Actor, id string) error
	Source(ctx context.Context, actor post.Actor, id string) (post.Source, error)
	Sources(ctx context.Context, actor post.Actor) ([]post.Source, error)
	Poll(ctx context.Context, actor post.Actor, id string) (importing.Outcome, error)
	Preview(ctx context.Context, actor post.Actor, in importing.Wanted) (importing.Glance, error)
	Items(ctx context.Context, actor post.Actor, f post.ItemFilter) (post.ItemPage, error)
	// Accept makes a draft on some channels; nil: on those of the rule.
	Accept(ctx context.Context, actor post.Actor, id string, channels *[]string) (post.SourceItem, error)
	Decline(ctx context.Context, actor post.Actor, id string) (post.SourceItem, error)
	Propose(ctx context.Context, actor post.Actor, id string) (post.SourceItem, error)
	Seen(ctx context.Context, actor post.Actor, id string) (post.SourceItem, error)
}

// ListSources implements StrictServerInterface.
func (s *Server) ListSources(ctx context.Context, _ ListSourcesRequestObject) (ListSourcesResponseObject, error) {
	ctx, actor := caller(ctx)
	all, err := s.deps.Sources.Sources(ctx, actor)
	if err != nil {
		return nil, err
	}
	list := SourceList{Sources: make([]ContentSource, 0, len(all))}
	for i := range all {
		list.Sources = append(list.Sources, sourceView(&all[i]))
	}
	return ListSources200JSONResponse(list), nil
}

// CreateSource implements StrictServerInterface.
func (s *Server) CreateSource(ctx context.Context, in CreateSourceRequestObject) (CreateSourceResponseObject, error) {
	ctx, actor := caller(ctx)
	made, err := s.deps.Sources.Create(ctx, actor, wantedSource(*in.Body))
	if err != nil {
		return nil, err
	}
	return CreateSource201JSONResponse(sourceView(&made)), nil
}

// PreviewSource implements StrictServerInterface.
func (s *Server) PreviewSource(ctx context.Context, in PreviewSourceRequestObject) (PreviewSourceResponseObject, error) {
	ctx, actor := caller(ctx)
	b := in.Body
	wanted := importing.Wanted{URL: &b.URL, PublicURL: b.PublicURL, Rules: rulesOf(b.Rules)}
	if b.Kind != nil {
		kind := post.SourceKind(*b.Kind)
		wanted.Kind = &kind
	}
	glance, err := s.deps.Sources.Preview(ctx, actor, wanted)
	if err != nil {
		return nil, err
	}
	shown := glance.Items
	view := SourcePreview{
		Kind: SourceKind(glance.Kind), URL: glance.URL, Name: glance.Name, Items: make([]SourcePreviewItem, 0, len(shown)),
	}
	for i := range shown {
		c := &shown[i].Content
		view.Items = append(view.Items, SourcePreviewItem{
			Title: c.Title, Text: c.Text, Link: c.Link, Categories: notNil(c.Categories), Pictures: picturesView(c.Pictures),
			PublishedAt: instant(shown[i].Published), Action: ImportAction(shown[i].Action), Ours: shown[i].Ours, Notes: notNil(shown[i].Notes),
		})
	}
	return PreviewSource200JSONResponse(view), nil
}

// GetSource implements StrictServerInterface.
func (s *Server) GetSource(ctx context.Context, in GetSourceRequestObject) (GetSourceResponseObject, error) {
	ctx, actor := caller(ctx)
	source, err := s.deps.Sources.Source(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	return GetSource200JSONResponse{ContentSourceJSONResponse(sourceView(&source))}, nil
}

// UpdateSource implements StrictServerInterface.
func (s *Server) UpdateSource(ctx context.Context, in UpdateSourceRequestObject) (UpdateSourceResponseObject, error) {
	ctx, actor := caller(ctx)
	b := in.Body
	source, err := s.deps.Sources.Update(ctx, actor, in.ID, importing.Wanted{
		Name: b.Name, URL: b.URL, PublicURL: b.PublicURL, Rules: rulesOf(b.Rules), Every: everyOf(b.EveryMinutes), Backfill: b.Backfill, Enabled: b.Enabled,
	})
	if err != nil {
		return nil, err
	}
	return UpdateSource200JSONResponse{ContentSourceJSONResponse(sourceView(&source))}, nil
}

// DeleteSource implements StrictServerInterface.
func (s *Server) DeleteSource(ctx context.Context, in DeleteSourceRequestObject) (DeleteSourceResponseObject, error) {
	ctx, actor := caller(ctx)
	if err := s.deps.Sources.Delete(ctx, actor, in.ID); err != nil {
		return nil, err
	}
	return DeleteSource204Response{}, nil
}

// PollSource implements StrictServerInterface.
func (s *Server) PollSource(ctx context.Context, in PollSourceRequestObject) (PollSourceResponseObject, error) {
	ctx, actor := caller(ctx)
	out, err := s.deps.Sources.Poll(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	return PollSource200JSONResponse{
		Source: sourceView(&out.Source), Unchanged: out.Unchanged, Seen: out.Seen, New: out.New, Edited: out.Edited, Ours: out.Ours, Taken: out.Taken,
	}, nil
}

// ListImports implements StrictServerInterface.
func (s *Server) ListImports(ctx context.Context, in ListImportsRequestObject) (ListImportsResponseObject, error) {
	ctx, actor := caller(ctx)
	page, err := s.deps.Sources.Items(ctx, actor, post.ItemFilter{
		SourceID: value(in.Params.Source), State: post.ItemState(value(in.Params.State)), Changed: value(in.Params.Changed),
		Cursor: value(in.Params.Cursor), Limit: value(in.Params.Limit),
	})
	if err != nil {
		return nil, err
	}
	list := ImportPage{Imports: make([]Import, 0, len(page.Items)), NextCursor: text(page.NextCursor)}
	for i := range page.Items {
		list.Imports = append(list.Imports, importView(&page.Items[i]))
	}
	return ListImports200JSONResponse(list), nil
}

// AcceptImport implements StrictServerInterface.
func (s *Server) AcceptImport(ctx context.Context, in AcceptImportRequestObject) (AcceptImportResponseObject, error) {
	ctx, actor := caller(ctx)
	item, err := s.deps.Sources.Accept(ctx, actor, in.ID, in.Body.Channels)
	if err != nil {
		return nil, err
	}
	return AcceptImport200JSONResponse{ImportJSONResponse(importView(&item))}, nil
}

// DeclineImport implements StrictServerInterface.
func (s *Server) DeclineImport(ctx context.Context, in DeclineImportRequestObject) (DeclineImportResponseObject, error) {
	ctx, actor := caller(ctx)
	item, err := s.deps.Sources.Decline(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	return DeclineImport200JSONResponse{ImportJSONResponse(importView(&item))}, nil
}

// ProposeImport implements StrictServerInterface.
func (s *Server) ProposeImport(ctx context.Context, in ProposeImportRequestObject) (ProposeImportResponseObject, error) {
	ctx, actor := caller(ctx)
	item, err := s.deps.Sources.Propose(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	return ProposeImport200JSONResponse{ImportJSONResponse(importView(&item))}, nil
}

// SeeImport implements StrictServerInterface.
func (s *Server) SeeImport(ctx context.Context, in SeeImportRequestObject) (SeeImportResponseObject, error) {
	ctx, actor := caller(ctx)
	item, err := s.deps.Sources.Seen(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	return SeeImport200JSONResponse{ImportJSONResponse(importView(&item))}, nil
}

func wantedSource(in NewSource) importing.Wanted {
	kind := post.SourceKind(in.Kind)
	return importing.Wanted{
		Kind: &kind, Name: in.Name, URL: &in.URL, PublicURL: in.PublicURL, Rules: rulesOf(in.Rules), Every: everyOf(in.EveryMinutes),
		Backfill: in.Backfill, Enabled: in.Enabled,
	}
}

func everyOf(minutes *int) *time.Duration {
	if minutes == nil {
		return nil
	}
	every := time.Duration(*minutes) * time.Minute
	return &every
}

func rulesOf(in *[]ImportRule) *[]post.ImportRule {
	if in == nil {
		return nil
	}
	rules := make([]post.ImportRule, 0, len(*in))
	for _, r := range *in {
		rules = append(rules, post.ImportRule{
			Category: value(r.Category), Action: post.ImportAction(r.Action), Channels: value(r.Channels), At: value(r.At),
			PostCategory: value(r.PostCategory),
		})
	}
	return &rules
}

func sourceView(v *post.Source) ContentSource {
	view := ContentSource{
		ID: v.ID, Kind: SourceKind(v.Kind), Name: v.Name, URL: v.URL, PublicURL: v.PublicURL, Rules: make([]ImportRule, 0, len(v.Rules)),
		EveryMinutes: int(v.Every / time.Minute), Backfill: v.Backfill, Enabled: v.Enabled, PolledAt: instant(v.PolledAt), NextAt: moment(v.NextAt),
		Failures: v.Failures, Error: failureView(v.Failure), CreatedAt: moment(v.CreatedAt),
	}
	for _, r := range v.Rules {
		channels := notNil(r.Channels)
		view.Rules = append(view.Rules, ImportRule{
			Category: &r.Category, Action: ImportAction(r.Action), Channels: &channels, At: &r.At, PostCategory: &r.PostCategory,
		})
	}
	return view
}

func importView(i *post.SourceItem) Import {
	c := &i.Content
	view := Import{
		ID: i.ID, SourceID: i.SourceID, State: ImportState(i.State), Title: c.Title, Text: c.Text, Link: c.Link, Categories: notNil(c.Categories),
		Pictures: picturesView(c.Pictures), Notes: notNil(i.Notes), Changed: i.Changed, PublishedAt: instant(i.PublishedAt),
		ScheduledAt: instant(i.ScheduledAt), CreatedAt: moment(i.CreatedAt), UpdatedAt: moment(i.UpdatedAt),
	}
	if i.State == post.ItemDrafted || i.State == post.ItemScheduled {
		view.PostID = &i.PostID
	}
	return view
}

func picturesView(all []post.ItemPicture) []ImportPicture {
	view := make([]ImportPicture, 0, len(all))
	for _, p := range all {
		view = append(view, ImportPicture{URL: p.URL, Alt: p.Alt, MediaID: text(p.MediaID), Lost: p.Lost})
	}
	return view
}
