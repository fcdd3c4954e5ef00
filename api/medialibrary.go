package api

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"github.com/crieur/crieur/internal/post"
)

// ListMedia implements StrictServerInterface.
func (s *Server) ListMedia(ctx context.Context, in ListMediaRequestObject) (ListMediaResponseObject, error) {
	ctx, actor := caller(ctx)
	page, err := s.deps.Media.List(ctx, actor, post.MediaFilter{
		Query: value(in.Params.Q), Only: post.MediaKind(value(in.Params.Filter)),
		Cursor: value(in.Params.Cursor), Limit: value(in.Params.Limit),
	})
	if err != nil {
		return nil, err
	}
	list := MediaPage{Media: make([]Media, 0, len(page.Media)), NextCursor: text(page.NextCursor)}
	for _, m := range page.Media {
		list.Media = append(list.Media, mediaView(m))
	}
	return ListMedia200JSONResponse(list), nil
}

// UpdateMedia implements StrictServerInterface.
func (s *Server) UpdateMedia(ctx context.Context, in UpdateMediaRequestObject) (UpdateMediaResponseObject, error) {
	ctx, actor := caller(ctx)
	patch := post.MediaPatch{
		Alt: in.Body.Alt, Credit: in.Body.Credit, Licence: in.Body.Licence,
		Consent: (*post.Consent)(in.Body.Consent), ConsentNote: in.Body.ConsentNote,
	}
	// Null takes the last day away, and the decoded body cannot tell it from what
	// was left out.
	var given map[string]json.RawMessage
	if err := json.Unmarshal(rawBody(ctx), &given); err != nil {
		return nil, fmt.Errorf("read a body that the contract allows: %w", err)
	}
	if _, ok := given["expires_on"]; ok {
		lastDay := ""
		if in.Body.ExpiresOn != nil {
			lastDay = in.Body.ExpiresOn.Format(time.DateOnly)
		}
		patch.ExpiresOn = &lastDay
	}
	m, err := s.deps.Media.Update(ctx, actor, in.ID, patch)
	if err != nil {
		return nil, err
	}
	return UpdateMedia200JSONResponse(mediaView(m)), nil
}

// DeleteMedia implements StrictServerInterface.
func (s *Server) DeleteMedia(ctx context.Context, in DeleteMediaRequestObject) (DeleteMediaResponseObject, error) {
	ctx, actor := caller(ctx)
	if err := s.deps.Media.Delete(ctx, actor, in.ID); err != nil {
		return nil, err
	}
	return DeleteMedia204Response{}, nil
}

// ListMediaUses implements StrictServerInterface.
func (s *Server) ListMediaUses(ctx context.Context, in ListMediaUsesRequestObject) (ListMediaUsesResponseObject, error) {
	ctx, actor := caller(ctx)
	uses, err := s.deps.Media.Uses(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	list := MediaUseList{Uses: make([]MediaUse, 0, len(uses))}
	for _, u := range uses {
		list.Uses = append(list.Uses, MediaUse{
			PostID: text(u.PostID), EventID: text(u.EventID), Title: u.Title, Status: u.Status, At: instant(u.At),
		})
	}
	return ListMediaUses200JSONResponse(list), nil
}

// day reads a day of our own; null for "".
func day(text string) *openapi_types.Date {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return nil
	}
	return &openapi_types.Date{Time: t}
}
