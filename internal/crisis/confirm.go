package crisis

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Confirm is the second person's word: the alert leaves. The ledger checks in
// one statement that it is another person than who raised it.
func (s *Service) Confirm(ctx context.Context, actor post.Actor, id string) (Board, error) {
	return s.decide(ctx, actor, id, decision{action: actionConfirmed}, func(ctx context.Context, entry post.RegisterEntry) error {
		_, err := s.Store.ConfirmBroadcast(ctx, actor.CommuneID, id, actor.UserID, "", BreakGlassAfter, entry)
		return err
	})
}

// BreakGlass lets an alert leave by one person alone who waited for a second in
// vain. Every administrator is told.
func (s *Service) BreakGlass(ctx context.Context, actor post.Actor, id, reason string) (Board, error) {
	reason = strings.Join(strings.Fields(reason), " ")
	if reason == "" {
		return Board{}, invalid("reason", "required", "Dites pourquoi l’alerte part sans deuxième personne.")
	}
	b, err := s.Store.Broadcast(ctx, actor.CommuneID, id)
	if err != nil {
		return Board{}, err
	}
	if b.OpenedBy != actor.UserID {
		// Another person than who raised it is the second one.
		return s.Confirm(ctx, actor, id)
	}
	return s.decide(ctx, actor, id, decision{action: actionBrokeGlass, reason: reason}, func(ctx context.Context, entry post.RegisterEntry) error {
		_, err := s.Store.ConfirmBroadcast(ctx, actor.CommuneID, id, actor.UserID, reason, BreakGlassAfter, entry)
		return err
	})
}

// Abandon gives up an alert that nobody has heard yet. What it held stays held
// until a person decides.
func (s *Service) Abandon(ctx context.Context, actor post.Actor, id string) (Board, error) {
	return s.decide(ctx, actor, id, decision{action: actionAbandoned}, func(ctx context.Context, entry post.RegisterEntry) error {
		_, err := s.Store.AbandonBroadcast(ctx, actor.CommuneID, id, actor.UserID, entry)
		return err
	})
}

// decision is what a person wants of an alert that waits.
type decision struct {
	action string
	reason string
}

// decide is what all decisions about an alert that waits have in common.
func (s *Service) decide(ctx context.Context, actor post.Actor, id string, d decision, act func(context.Context, post.RegisterEntry) error) (Board, error) {
	b, err := s.Store.Broadcast(ctx, actor.CommuneID, id)
	if err != nil {
		return Board{}, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Board{}, err
	}
	if err := needPerson(actor, now); err != nil {
		return Board{}, err
	}
	entry, err := s.entry(ctx, actor, now, d.action, id, detail{Title: b.Title, Exercise: b.Exercise, Reason: d.reason})
	if err != nil {
		return Board{}, err
	}
	if err := act(ctx, entry); err != nil {
		return Board{}, s.undecided(ctx, actor, id, d.action, now, err)
	}
	s.tellDecided(ctx, actor, &b, d)
	return s.board(ctx, actor, id)
}

// undecided says why the ledger refused. It has already decided: what is read
// here only finds the words.
func (s *Service) undecided(ctx context.Context, actor post.Actor, id, action string, now time.Time, cause error) error {
	if !errors.Is(cause, post.ErrConflict) {
		return cause
	}
	b, err := s.Store.Broadcast(ctx, actor.CommuneID, id)
	if err != nil {
		return err
	}
	switch {
	case b.Status == post.BroadcastAwaiting && action == actionConfirmed && b.OpenedBy == actor.UserID:
		return selfConfirmed(cause)
	case b.Status == post.BroadcastAwaiting && action == actionBrokeGlass:
		return tooEarly(&b, now, cause)
	}
	who, err := s.names(ctx, actor.CommuneID)
	if err != nil {
		return err
	}
	return notAwaiting(&b, who.of(b.ConfirmedBy), cause)
}
