package api

import (
	"context"

	"github.com/crieur/crieur/internal/crisis"
)

// ListRegister implements StrictServerInterface.
func (s *Server) ListRegister(ctx context.Context, in ListRegisterRequestObject) (ListRegisterResponseObject, error) {
	ctx, actor := caller(ctx)
	page, err := s.deps.Crisis.Register(ctx, actor, value(in.Params.Cursor))
	if err != nil {
		return nil, err
	}
	view := RegisterPage{Entries: make([]RegisterEntry, 0, len(page.Entries)), Whole: page.Whole, NextCursor: text(page.NextCursor)}
	for i := range page.Entries {
		e := &page.Entries[i]
		view.Entries = append(view.Entries, RegisterEntry{
			Seq: e.Seq, At: moment(e.At), Who: e.ActorName, How: RegisterEntryHow(e.ActorKind), Action: e.Action,
			What: crisis.Sentence(e), Subject: e.Subject, Hash: e.Hash,
		})
	}
	return ListRegister200JSONResponse(view), nil
}
