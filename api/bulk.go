package api

import (
	"context"

	"github.com/crieur/crieur/internal/bulk"
	"github.com/crieur/crieur/internal/post"
)

// Bulk takes many posts over from one table.
type Bulk interface {
	Import(ctx context.Context, actor post.Actor, data []byte, trial, validOnly bool) (bulk.Result, error)
}

// BulkPosts implements StrictServerInterface.
func (s *Server) BulkPosts(ctx context.Context, in BulkPostsRequestObject) (BulkPostsResponseObject, error) {
	ctx, actor := caller(ctx)
	data, err := readFile(in.Body, bulk.MaxFile)
	if err != nil {
		return nil, err
	}
	trial := value(in.Params.DryRun)
	result, err := s.deps.Bulk.Import(ctx, actor, data, trial, value(in.Params.ValidOnly))
	if err != nil {
		return nil, err
	}
	view := BulkResult{
		DryRun: trial, Sha256: result.SHA256, Ok: result.Count(bulk.FateOK), Saved: result.Count(bulk.FateSaved),
		Already: result.Count(bulk.FateAlready), Invalid: result.Count(bulk.FateInvalid), Lines: make([]BulkLine, 0, len(result.Lines)),
	}
	for i := range result.Lines {
		view.Lines = append(view.Lines, bulkLineView(&result.Lines[i]))
	}
	return BulkPosts200JSONResponse(view), nil
}

func bulkLineView(l *bulk.Line) BulkLine {
	view := BulkLine{
		Line: l.Number, Fate: BulkLineFate(l.Fate), Title: l.Title, Text: l.Text(), Mode: BulkLineMode(l.Schedule.Mode), At: text(l.Schedule.Wall),
		Channels: notNil(l.Channels), Problems: make([]BulkProblem, 0, len(l.Problems)), Warnings: notNil(l.Warnings),
	}
	for _, p := range l.Problems {
		view.Problems = append(view.Problems, BulkProblem{Column: string(p.Column), Message: p.Message})
	}
	if l.Fate == bulk.FateSaved || l.Fate == bulk.FateAlready {
		view.PostID = &l.PostID
	}
	return view
}
