package api

import (
	"context"

	"github.com/crieur/crieur/internal/agenda"
	"github.com/crieur/crieur/internal/post"
)

// ListRecurrences implements StrictServerInterface.
func (s *Server) ListRecurrences(ctx context.Context, _ ListRecurrencesRequestObject) (ListRecurrencesResponseObject, error) {
	ctx, actor := caller(ctx)
	all, err := s.deps.Agenda.Recurrences(ctx, actor)
	if err != nil {
		return nil, err
	}
	list := RecurrenceList{Recurrences: make([]Recurrence, 0, len(all))}
	for i := range all {
		list.Recurrences = append(list.Recurrences, recurrenceView(&all[i]))
	}
	return ListRecurrences200JSONResponse(list), nil
}

// CreateRecurrence implements StrictServerInterface.
func (s *Server) CreateRecurrence(ctx context.Context, in CreateRecurrenceRequestObject) (CreateRecurrenceResponseObject, error) {
	ctx, actor := caller(ctx)
	return s.once(ctx, actor, in.Params.IdempotencyKey, "recurrences", rawBody(ctx), func(ctx context.Context, id string) (any, error) {
		draft := recurrenceDraftOf(*in.Body)
		draft.ID = id
		made, err := s.deps.Agenda.CreateRecurrence(ctx, actor, draft)
		return wholeRecurrence(made), err
	})
}

// GetRecurrence implements StrictServerInterface.
func (s *Server) GetRecurrence(ctx context.Context, in GetRecurrenceRequestObject) (GetRecurrenceResponseObject, error) {
	ctx, actor := caller(ctx)
	found, err := s.deps.Agenda.Recurrence(ctx, actor, in.ID)
	return GetRecurrence200JSONResponse{recurrenceAnswer(found)}, err
}

// UpdateRecurrence implements StrictServerInterface.
func (s *Server) UpdateRecurrence(ctx context.Context, in UpdateRecurrenceRequestObject) (UpdateRecurrenceResponseObject, error) {
	ctx, actor := caller(ctx)
	version, err := versionOf(in.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	found, err := s.deps.Agenda.UpdateRecurrence(ctx, actor, in.ID, version, recurrencePatchOf(*in.Body))
	return UpdateRecurrence200JSONResponse{recurrenceAnswer(found)}, err
}

// EndRecurrence implements StrictServerInterface.
func (s *Server) EndRecurrence(ctx context.Context, in EndRecurrenceRequestObject) (EndRecurrenceResponseObject, error) {
	ctx, actor := caller(ctx)
	return EndRecurrence204Response{}, s.deps.Agenda.EndRecurrence(ctx, actor, in.ID)
}

// ChangeOccurrence implements StrictServerInterface.
func (s *Server) ChangeOccurrence(ctx context.Context, in ChangeOccurrenceRequestObject) (ChangeOccurrenceResponseObject, error) {
	ctx, actor := caller(ctx)
	found, err := s.deps.Agenda.ChangeOccurrence(ctx, actor, in.ID, in.Body.Date, in.Body.Skip, in.Body.To)
	return ChangeOccurrence200JSONResponse{recurrenceAnswer(found)}, err
}

// ImportRecurrence implements StrictServerInterface.
func (s *Server) ImportRecurrence(ctx context.Context, in ImportRecurrenceRequestObject) (ImportRecurrenceResponseObject, error) {
	ctx, actor := caller(ctx)
	wanted := agenda.Import{
		Format: agenda.FileFormat(in.Body.Format), Content: []byte(in.Body.Content),
		RecurrenceID: value(in.Body.RecurrenceID), DryRun: value(in.Body.DryRun),
	}
	if wanted.RecurrenceID == "" {
		if in.Body.Recurrence == nil {
			return nil, invalid("recurrence", "required", "Dites comment et où annoncer ces dates.")
		}
		wanted.Draft = recurrenceDraftOf(*in.Body.Recurrence)
	}
	done, err := s.deps.Agenda.ImportDates(ctx, actor, wanted)
	if err != nil {
		return nil, err
	}
	result := RecurrenceImportResult{Lines: make([]RecurrenceImportLine, 0, len(done.Lines)), Issues: make([]LineIssue, 0, len(done.Issues))}
	for _, l := range done.Lines {
		result.Lines = append(result.Lines, RecurrenceImportLine{
			Date: l.Date, Label: l.Label, DueAt: moment(l.DueAt), State: RecurrenceImportLineState(l.State), Title: l.Title, Text: l.Text,
		})
	}
	for _, i := range done.Issues {
		result.Issues = append(result.Issues, LineIssue{Line: i.Line, Message: i.Message})
	}
	if done.View != nil {
		view := wholeRecurrence(*done.View)
		result.Recurrence = &view
	}
	return ImportRecurrence200JSONResponse(result), nil
}

func recurrenceDraftOf(in NewRecurrence) agenda.RecurrenceDraft {
	d := agenda.RecurrenceDraft{
		Name: in.Name, Category: value(in.Category), Zone: value(in.Zone), Rule: value(in.Rule), First: value(in.StartsOn),
		Body: post.RecurrenceBody{
			Topic: string(value(in.Topic)), Title: value(in.Title), Texts: value(in.Texts), Link: value(in.Link), Images: imagesOf(value(in.Images)),
			Channels: in.Channels, Before: value(in.Before), At: value(in.At), Exceptions: value(in.Exceptions),
		},
	}
	for _, date := range value(in.Dates) {
		d.Dates = append(d.Dates, agenda.FileDate{Date: date.Date, Label: value(date.Label)})
	}
	return d
}

func recurrencePatchOf(in RecurrencePatch) agenda.RecurrencePatch {
	patch := agenda.RecurrencePatch{Name: in.Name, Category: in.Category, Rule: in.Rule, First: in.StartsOn}
	if in.Status != nil {
		status := post.RecurrenceStatus(*in.Status)
		patch.Status = &status
	}
	patch.Body = func(b *post.RecurrenceBody) {
		if in.Topic != nil {
			b.Topic = string(*in.Topic)
		}
		set(&b.Exceptions, in.Exceptions)
		set(&b.Before, in.Before)
		set(&b.At, in.At)
		set(&b.ShiftDays, in.ShiftDays)
		set(&b.Title, in.Title)
		set(&b.Texts, in.Texts)
		set(&b.Link, in.Link)
		set(&b.Channels, in.Channels)
		if in.Images != nil {
			b.Images = imagesOf(*in.Images)
		}
	}
	return patch
}

func recurrenceAnswer(found agenda.RecurrenceView) RecurrenceJSONResponse {
	etag := etagOf(found.Recurrence.Version)
	return RecurrenceJSONResponse{Body: wholeRecurrence(found), Headers: RecurrenceResponseHeaders{ETag: &etag}}
}

func recurrenceView(c *post.Recurrence) Recurrence {
	b := &c.Body
	return Recurrence{
		ID: c.ID, Version: c.Version, Status: RecurrenceStatus(c.Status), Name: c.Name, Topic: RecurrenceTopic(b.Topic), Category: c.Category,
		Rule: text(c.Rule), StartsOn: c.First, Exceptions: notNil(b.Exceptions), Zone: c.Zone, Before: b.Before, At: b.At, ShiftDays: b.ShiftDays,
		Title: b.Title, Texts: notNil(b.Texts), Link: b.Link, Images: imageViews(b.Images), Channels: notNil(b.Channels),
		CreatedAt: moment(c.CreatedAt), UpdatedAt: moment(c.UpdatedAt),
	}
}

func wholeRecurrence(found agenda.RecurrenceView) Recurrence {
	view := recurrenceView(&found.Recurrence)
	occurrences := make([]Occurrence, 0, len(found.Occurrences))
	for i := range found.Occurrences {
		o := &found.Occurrences[i]
		one := Occurrence{
			Date: o.Date, MovedTo: text(o.MovedTo), Label: o.Label, State: OccurrenceState(o.State), DueAt: moment(o.DueAt), Problem: text(o.Problem),
		}
		if o.State == post.OccurrenceMade {
			one.PostID = &o.PostID
		}
		occurrences = append(occurrences, one)
	}
	view.Occurrences = &occurrences
	return view
}
