package notifying

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// ReaderLedger is what a Service reads and writes.
type ReaderLedger interface {
	Notices(ctx context.Context, communeID, userID string, unread bool, cursor string) (post.NoticePage, error)
	ReadNotices(ctx context.Context, communeID, userID string, ids []string, at time.Time) error
	UserByID(ctx context.Context, communeID, id string) (post.User, error)
	SetMailNotices(ctx context.Context, communeID, userID string, wanted bool) error
}

// Service shows people their notices.
type Service struct {
	ledger ReaderLedger
	now    func() time.Time
}

// NewService makes a service.
func NewService(ledger ReaderLedger, now func() time.Time) *Service { return &Service{ledger, now} }

// Notices lists the caller's own, newest first; unread: only open ones not yet
// seen.
func (s *Service) Notices(ctx context.Context, actor post.Actor, unread bool, cursor string) (post.NoticePage, error) {
	return s.ledger.Notices(ctx, actor.CommuneID, actor.UserID, unread, cursor)
}

// MarkRead marks the caller's notices as seen; no ids: all of them.
func (s *Service) MarkRead(ctx context.Context, actor post.Actor, ids []string) error {
	return s.ledger.ReadNotices(ctx, actor.CommuneID, actor.UserID, ids, s.now())
}

// Preferences are what the caller chose.
func (s *Service) Preferences(ctx context.Context, actor post.Actor) (post.Preferences, error) {
	user, err := s.ledger.UserByID(ctx, actor.CommuneID, actor.UserID)
	return post.Preferences{MailNotices: user.MailNotices}, err
}

// SetPreferences saves what the caller chose.
func (s *Service) SetPreferences(ctx context.Context, actor post.Actor, p post.Preferences) error {
	return s.ledger.SetMailNotices(ctx, actor.CommuneID, actor.UserID, p.MailNotices)
}
