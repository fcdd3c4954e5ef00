package api

import (
	"context"

	"github.com/crieur/crieur/internal/post"
)

// Notices is what people must hear of.
type Notices interface {
	// Notices lists the caller's own, newest first; unread: only open ones not
	// yet seen.
	Notices(ctx context.Context, actor post.Actor, unread bool, cursor string) (post.NoticePage, error)
	// MarkRead marks the caller's notices as seen; no ids: all of them.
	MarkRead(ctx context.Context, actor post.Actor, ids []string) error
	Preferences(ctx context.Context, actor post.Actor) (post.Preferences, error)
	SetPreferences(ctx context.Context, actor post.Actor, p post.Preferences) error
}

// ListNotices implements StrictServerInterface.
func (s *Server) ListNotices(ctx context.Context, in ListNoticesRequestObject) (ListNoticesResponseObject, error) {
	ctx, actor := caller(ctx)
	page, err := s.deps.Notices.Notices(ctx, actor, value(in.Params.Unread), value(in.Params.Cursor))
	if err != nil {
		return nil, err
	}
	view := NoticePage{Notices: make([]Notice, 0, len(page.Notices)), Unread: page.Unread, NextCursor: text(page.NextCursor)}
	for i := range page.Notices {
		view.Notices = append(view.Notices, noticeView(&page.Notices[i]))
	}
	return ListNotices200JSONResponse(view), nil
}

// ReadNotices implements StrictServerInterface.
func (s *Server) ReadNotices(ctx context.Context, in ReadNoticesRequestObject) (ReadNoticesResponseObject, error) {
	ctx, actor := caller(ctx)
	if err := s.deps.Notices.MarkRead(ctx, actor, in.Body.Ids); err != nil {
		return nil, err
	}
	return ReadNotices204Response{}, nil
}

// GetPreferences implements StrictServerInterface.
func (s *Server) GetPreferences(ctx context.Context, _ GetPreferencesRequestObject) (GetPreferencesResponseObject, error) {
	ctx, actor := caller(ctx)
	p, err := s.deps.Notices.Preferences(ctx, actor)
	if err != nil {
		return nil, err
	}
	return GetPreferences200JSONResponse{PreferencesJSONResponse{MailNotices: p.MailNotices}}, nil
}

// UpdatePreferences implements StrictServerInterface.
func (s *Server) UpdatePreferences(ctx context.Context, in UpdatePreferencesRequestObject) (UpdatePreferencesResponseObject, error) {
	ctx, actor := caller(ctx)
	p, err := s.deps.Notices.Preferences(ctx, actor)
	if err != nil {
		return nil, err
	}
	if in.Body.MailNotices != nil {
		p.MailNotices = *in.Body.MailNotices
	}
	if err := s.deps.Notices.SetPreferences(ctx, actor, p); err != nil {
		return nil, err
	}
	return UpdatePreferences200JSONResponse{PreferencesJSONResponse{MailNotices: p.MailNotices}}, nil
}

func noticeView(n *post.Notice) Notice {
	return Notice{
		ID: n.ID, Kind: NoticeKind(n.Kind), Severity: NoticeSeverity(n.Severity),
		PostID: text(n.PostID), DeliveryID: text(n.DeliveryID), ChannelID: text(n.ChannelID),
		Title: n.Title, Message: n.Message, NextStep: n.NextStep,
		CreatedAt: moment(n.CreatedAt), SettledAt: instant(n.SettledAt), ReadAt: instant(n.ReadAt),
	}
}
