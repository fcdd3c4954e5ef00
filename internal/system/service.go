// Package system holds the use cases on the installation itself: how it is,
// whether its clock is right, and what a commune chose.
package system

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

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
	UpdateCommune(ctx context.Context, communeID string, change post.CommuneChange) (post.Commune, error)
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

// maxCommuneName bounds a commune's name, in code points.
const maxCommuneName = 120

// ChangeCommune changes what the commune chose. Another time zone changes how
// hours are shown and read from now on; what was planned keeps its instant.
func (s *Service) ChangeCommune(ctx context.Context, actor post.Actor, change post.CommuneChange) (post.Commune, error) {
	if err := administrator(actor); err != nil {
		return post.Commune{}, err
	}
	var fields []post.Field
	if change.Name != nil {
		name := strings.TrimSpace(*change.Name)
		if change.Name = &name; name == "" || utf8.RuneCountInString(name) > maxCommuneName {
			fields = append(fields, post.Field{Field: "name", Code: "commune_invalid", Message: "Donnez le nom de la commune (120 signes au plus)."})
		}
	}
	if change.Zone != nil && !post.ValidZone(*change.Zone) {
		fields = append(fields, post.Field{Field: "zone", Code: "zone_unknown", Message: "Ce fuseau horaire n’existe pas. Choisissez-en un comme Europe/Brussels."})
	}
	if change.Language != nil && !post.ValidLanguage(*change.Language) {
		fields = append(fields, post.Field{Field: "language", Code: "language_unknown", Message: "Choisissez le français, le néerlandais ou l’allemand."})
	}
	if len(fields) > 0 {
		return post.Commune{}, &post.Problem{Kind: post.Invalid, Code: "commune_invalid", Detail: fields[0].Message, Fields: fields}
	}
	return s.Store.UpdateCommune(ctx, actor.CommuneID, change)
}

func administrator(actor post.Actor) error {
	if actor.Role != post.RoleAdministrator {
		return &post.Problem{Kind: post.Forbidden, Code: "role_administrator", Detail: "Seul un administrateur peut changer ce réglage."}
	}
	return nil
}
