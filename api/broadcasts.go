package api

import (
	"context"
	"net/http"
	"time"

	"github.com/crieur/crieur/internal/crisis"
	"github.com/crieur/crieur/internal/post"
)

// ListBroadcasts implements StrictServerInterface.
func (s *Server) ListBroadcasts(ctx context.Context, in ListBroadcastsRequestObject) (ListBroadcastsResponseObject, error) {
	ctx, actor := caller(ctx)
	all, err := s.deps.Crisis.List(ctx, actor, value(in.Params.Limit))
	if err != nil {
		return nil, err
	}
	return ListBroadcasts200JSONResponse{Broadcasts: summaryViews(all)}, nil
}

// accepted is the answer to a request after which messages leave.
type accepted struct{ created }

func (a accepted) VisitCreateBroadcastResponse(w http.ResponseWriter) error { return a.write(w) }
func (a accepted) VisitUpdateBroadcastResponse(w http.ResponseWriter) error { return a.write(w) }
func (a accepted) VisitEndBroadcastResponse(w http.ResponseWriter) error    { return a.write(w) }

func (a accepted) write(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, err := w.Write(a.body)
	return err
}

// CreateBroadcast implements StrictServerInterface.
func (s *Server) CreateBroadcast(ctx context.Context, in CreateBroadcastRequestObject) (CreateBroadcastResponseObject, error) {
	ctx, actor := caller(ctx)
	area, err := areaOf(in.Body.Area)
	if err != nil {
		return nil, err
	}
	made, err := s.once(ctx, actor, in.Params.IdempotencyKey, "broadcasts", rawBody(ctx), func(ctx context.Context, id string) (any, error) {
		board, err := s.deps.Crisis.Raise(ctx, actor, crisis.Draft{
			ID: id, Title: in.Body.Title, Text: in.Body.Message, Severity: post.AlertSeverity(in.Body.Severity),
			Exercise: value(in.Body.Exercise), Channels: value(in.Body.Channels), Hazard: value(in.Body.Hazard), Area: area,
			Correction: value(in.Body.Correction), NextUpdateAt: value(in.Body.NextUpdateAt), Alongside: value(in.Body.Alongside),
		})
		return s.boardAnswer(ctx, actor, board, err)
	})
	return accepted{made}, err
}

// UpdateBroadcast implements StrictServerInterface.
func (s *Server) UpdateBroadcast(ctx context.Context, in UpdateBroadcastRequestObject) (UpdateBroadcastResponseObject, error) {
	message := crisis.Message{
		Kind: post.MessageUpdate, Title: value(in.Body.Title), Text: in.Body.Message, NextUpdateAt: value(in.Body.NextUpdateAt),
	}
	if value(in.Body.Correction) {
		message.Kind = post.MessageCorrection
	}
	return s.say(ctx, in.ID, "updates", in.Params.IdempotencyKey, message)
}

// EndBroadcast implements StrictServerInterface.
func (s *Server) EndBroadcast(ctx context.Context, in EndBroadcastRequestObject) (EndBroadcastResponseObject, error) {
	return s.say(ctx, in.ID, "end", in.Params.IdempotencyKey, crisis.Message{Kind: post.MessageEnd, Text: in.Body.Message})
}

func (s *Server) say(ctx context.Context, id, path string, key *string, message crisis.Message) (accepted, error) {
	ctx, actor := caller(ctx)
	made, err := s.once(ctx, actor, key, "broadcasts/"+id+"/"+path, rawBody(ctx), func(ctx context.Context, postID string) (any, error) {
		message.PostID = postID
		board, err := s.deps.Crisis.Say(ctx, actor, id, message)
		return s.boardAnswer(ctx, actor, board, err)
	})
	return accepted{made}, err
}

// GetBroadcast implements StrictServerInterface.
func (s *Server) GetBroadcast(ctx context.Context, in GetBroadcastRequestObject) (GetBroadcastResponseObject, error) {
	ctx, actor := caller(ctx)
	board, err := s.deps.Crisis.Board(ctx, actor, in.ID)
	view, err := s.boardView(ctx, actor, board, err)
	return GetBroadcast200JSONResponse{BroadcastJSONResponse(view)}, err
}

// ConfirmBroadcast implements StrictServerInterface.
func (s *Server) ConfirmBroadcast(ctx context.Context, in ConfirmBroadcastRequestObject) (ConfirmBroadcastResponseObject, error) {
	ctx, actor := caller(ctx)
	board, err := s.deps.Crisis.Confirm(ctx, actor, in.ID)
	view, err := s.boardView(ctx, actor, board, err)
	return ConfirmBroadcast202JSONResponse{BroadcastJSONResponse(view)}, err
}

// BreakGlass implements StrictServerInterface.
func (s *Server) BreakGlass(ctx context.Context, in BreakGlassRequestObject) (BreakGlassResponseObject, error) {
	ctx, actor := caller(ctx)
	board, err := s.deps.Crisis.BreakGlass(ctx, actor, in.ID, in.Body.Reason)
	view, err := s.boardView(ctx, actor, board, err)
	return BreakGlass202JSONResponse{BroadcastJSONResponse(view)}, err
}

// AbandonBroadcast implements StrictServerInterface.
func (s *Server) AbandonBroadcast(ctx context.Context, in AbandonBroadcastRequestObject) (AbandonBroadcastResponseObject, error) {
	ctx, actor := caller(ctx)
	board, err := s.deps.Crisis.Abandon(ctx, actor, in.ID)
	view, err := s.boardView(ctx, actor, board, err)
	return AbandonBroadcast200JSONResponse{BroadcastJSONResponse(view)}, err
}

// TickBroadcast implements StrictServerInterface.
func (s *Server) TickBroadcast(ctx context.Context, in TickBroadcastRequestObject) (TickBroadcastResponseObject, error) {
	ctx, actor := caller(ctx)
	board, err := s.deps.Crisis.Tick(ctx, actor, in.ID, in.Body.DeliveryID, value(in.Body.RemoteURL))
	view, err := s.boardView(ctx, actor, board, err)
	return TickBroadcast200JSONResponse{BroadcastJSONResponse(view)}, err
}

// PreviewBroadcast implements StrictServerInterface.
func (s *Server) PreviewBroadcast(ctx context.Context, in PreviewBroadcastRequestObject) (PreviewBroadcastResponseObject, error) {
	ctx, actor := caller(ctx)
	p, err := s.deps.Crisis.Preview(ctx, actor, crisis.PreviewRequest{
		BroadcastID: value(in.Body.BroadcastID), Kind: post.MessageKind(value(in.Body.Kind)), Title: in.Body.Title, Text: in.Body.Message,
		Exercise: value(in.Body.Exercise), Channels: value(in.Body.Channels), NextUpdateAt: value(in.Body.NextUpdateAt),
	})
	if err != nil {
		return nil, err
	}
	view := BroadcastPreview{
		Number: p.Number, WouldHold: p.WouldHold, InFlight: p.InFlight, Companion: companionView(p.Companion),
		Previews: make([]Preview, 0, len(p.Previews)), Accounts: make([]BroadcastAccount, 0, len(p.Accounts)),
	}
	for _, preview := range p.Previews {
		view.Previews = append(view.Previews, previewView(preview.ChannelID, preview.Kind, preview.Rendered, preview.Issues))
	}
	for i := range p.Accounts {
		ch := &p.Accounts[i].Channel
		view.Accounts = append(view.Accounts, BroadcastAccount{
			ChannelID: ch.ID, Kind: ch.Kind, Name: ch.Name, Account: ch.Account.Name,
			Ready: p.Accounts[i].Reason == "", Reason: p.Accounts[i].Reason,
		})
	}
	return PreviewBroadcast200JSONResponse(view), nil
}

// GetBroadcastLog implements StrictServerInterface.
func (s *Server) GetBroadcastLog(ctx context.Context, in GetBroadcastLogRequestObject) (GetBroadcastLogResponseObject, error) {
	ctx, actor := caller(ctx)
	told, err := s.deps.Crisis.Timeline(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	view := BroadcastLog{
		Reference: told.Reference, Title: told.Title, Exercise: told.Exercise, Lines: make([]LogLine, 0, len(told.Lines)),
		FirstAcceptedSeconds: seconds(told.FirstAccepted), AllAcceptedSeconds: seconds(told.AllAccepted),
	}
	for _, line := range told.Lines {
		view.Lines = append(view.Lines, LogLine{At: moment(line.At), Who: line.Who, What: line.What, Channel: text(line.Channel)})
	}
	return GetBroadcastLog200JSONResponse(view), nil
}

// seconds is null for what has not happened.
func seconds(d time.Duration) *float32 {
	if d < 0 {
		return nil
	}
	n := float32(d.Seconds())
	return &n
}

// areaOf reads a place on the map: a ring, or no ring.
func areaOf(in *Area) (post.Area, error) {
	if in == nil {
		return post.Area{}, nil
	}
	area := post.Area{Description: in.Description}
	for _, pair := range value(in.Polygon) {
		if len(pair) != 2 || pair[0] < -90 || pair[0] > 90 {
			return post.Area{}, invalid("area.polygon", "polygon_invalid", "Un point de la zone n’est pas sur la carte.")
		}
		area.Polygon = append(area.Polygon, [2]float64{pair[0], pair[1]})
	}
	if n := len(area.Polygon); n > 0 && (n < 4 || area.Polygon[0] != area.Polygon[n-1]) {
		return post.Area{}, invalid("area.polygon", "polygon_invalid", "La zone doit avoir au moins trois coins, et se refermer sur le premier.")
	}
	return area, nil
}
