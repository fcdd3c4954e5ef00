// Package system holds the use cases on the installation itself: how it is,
// whether its clock is right, and what a commune chose.
package system

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// Store is what the use cases need of the ledger.
type Store interface {
	Now(ctx context.Context) (time.Time, error)
	Dispatching(ctx context.Context) (store.Dispatching, error)
	TrustClock(ctx context.Context, now time.Time) (bool, error)
	SettleNoticeEverywhere(ctx context.Context, kind post.NoticeKind, subject string, at time.Time) error
	LastRecovery(ctx context.Context) (*post.Recovery, error)
	CountOverdue(ctx context.Context, communeID string, now, lateBefore time.Time) (int, error)
	SetAskBeforeResend(ctx context.Context, communeID string, ask bool) (post.Commune, error)
}

// Deps are the parts of a Service.
type Deps struct {
	Store Store
	// OverdueAfter is how long after its hour a delivery counts as overdue.
	OverdueAfter time.Duration
	// MailConfigured: notices can be sent by mail.
	MailConfigured bool
}

// Service holds the use cases.
type Service struct{ Deps }

// New makes the service.
func New(deps Deps) *Service { return &Service{deps} }

// Status is how the installation is; what is overdue is the caller's own
// commune's.
func (s *Service) Status(ctx context.Context, actor post.Actor) (status post.SystemStatus, err error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return status, err
	}
	dispatching, err := s.Store.Dispatching(ctx)
	if err != nil {
		return status, err
	}
	status.Clock, status.MailConfigured = dispatching.Clock, s.MailConfigured
	if status.Recovery, err = s.Store.LastRecovery(ctx); err != nil {
		return status, err
	}
	status.Overdue, err = s.Store.CountOverdue(ctx, actor.CommuneID, now, now.Add(-s.OverdueAfter))
	return status, err
}

// ConfirmClock is an administrator's word that the clock is right after it
// jumped: ordinary work goes on within seconds. Without a pause it changes
// nothing.
func (s *Service) ConfirmClock(ctx context.Context, actor post.Actor) error {
	if err := administrator(actor); err != nil {
		return err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return err
	}
	if _, err := s.Store.TrustClock(ctx, now); err != nil {
		return err
	}
	return s.Store.SettleNoticeEverywhere(ctx, post.NoticeClock, post.ClockSubject, now)
}

// AskBeforeResend changes whether the commune wants a person asked even where a
// network was proved not to hold a post.
func (s *Service) AskBeforeResend(ctx context.Context, actor post.Actor, ask bool) (post.Commune, error) {
	if err := administrator(actor); err != nil {
		return post.Commune{}, err
	}
	return s.Store.SetAskBeforeResend(ctx, actor.CommuneID, ask)
}

func administrator(actor post.Actor) error {
	if actor.Role != post.RoleAdministrator {
		return &post.Problem{Kind: post.Forbidden, Code: "role_administrator", Detail: "Seul un administrateur peut changer ce réglage."}
	}
	return nil
}
