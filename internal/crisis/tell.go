package crisis

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// tellRaised tells everybody with the crisis role that an alert was raised, and
// whether it waits for one of them.
func (s *Service) tellRaised(ctx context.Context, actor post.Actor, b *post.Broadcast) {
	if b.Exercise && b.Status == post.BroadcastActive {
		// Only who takes part in it need know.
		return
	}
	who := s.nameFor(ctx, actor)
	n := notice(b)
	n.Title = "Alerte lancée : " + b.Title
	n.Message = who + " a lancé une alerte sur tous les canaux. Toutes les autres publications sont retenues."
	n.NextStep = "Suivez-la au tableau de l’alerte."
	if b.Status == post.BroadcastAwaiting {
		n.Title = "À confirmer tout de suite : " + b.Title
		n.Message = who + " veut lancer une alerte. Rien ne part avant qu’une deuxième personne confirme."
		n.NextStep = "Ouvrez l’alerte, lisez-la, puis confirmez-la ou appelez " + who + "."
	}
	if b.Exercise {
		n.Title = exerciseMark + n.Title
	}
	s.tell(ctx, b, n)
}

// tellDecided tells what became of an alert that waited.
func (s *Service) tellDecided(ctx context.Context, actor post.Actor, b *post.Broadcast, d decision) {
	switch d.action {
	case actionConfirmed:
		s.settleNotices(ctx, b)
		if b.Exercise {
			return
		}
		n := notice(b)
		n.Title = "Alerte lancée : " + b.Title
		n.Message = s.nameFor(ctx, actor) + " l’a confirmée : elle part sur tous les canaux. Toutes les autres publications sont retenues."
		n.NextStep = "Suivez-la au tableau de l’alerte."
		s.tell(ctx, b, n)
	case actionBrokeGlass:
		s.settleNotices(ctx, b)
		n := notice(b)
		n.Title = "Alerte envoyée sans deuxième personne : " + b.Title
		n.Message = s.nameFor(ctx, actor) + " l’a envoyée sans confirmation. Raison donnée : « " + d.reason + " »."
		n.NextStep = "Lisez l’alerte, et appelez cette personne si quelque chose vous étonne."
		if b.Exercise {
			n.Title = exerciseMark + n.Title
		}
		s.tell(ctx, b, n)
	case actionAbandoned:
		s.settleNotices(ctx, b)
	}
}

// exerciseMark begins what people are told of an exercise.
const exerciseMark = "EXERCICE – "

func notice(b *post.Broadcast) post.Notice {
	return post.Notice{CommuneID: b.CommuneID, Kind: post.NoticeCrisis, Subject: b.ID, Severity: post.SeverityError}
}

// tell opens a notice. The alert is saved already and must be answered for:
// that people could not be told is logged and no reason to fail.
func (s *Service) tell(ctx context.Context, b *post.Broadcast, n post.Notice) {
	ctx = context.WithoutCancel(ctx)
	users, err := s.Store.Users(ctx, b.CommuneID)
	if err == nil {
		var ids []string
		for i := range users {
			if users[i].MayAlert() && users[i].DisabledAt.IsZero() {
				ids = append(ids, users[i].ID)
			}
		}
		_, err = s.Notices.OpenNoticeFor(ctx, n, ids...)
	}
	if err != nil {
		s.Log.ErrorContext(ctx, "people were not told of an alert", "broadcast_id", b.ID, "err", err)
	}
}

func (s *Service) settleNotices(ctx context.Context, b *post.Broadcast) {
	ctx = context.WithoutCancel(ctx)
	if err := s.Notices.SettleNotice(ctx, b.CommuneID, post.NoticeCrisis, b.ID, time.Time{}); err != nil {
		s.Log.WarnContext(ctx, "the notice of an alert stays open", "broadcast_id", b.ID, "err", err)
	}
}

func (s *Service) nameFor(ctx context.Context, actor post.Actor) string {
	who, err := s.names(ctx, actor.CommuneID)
	if err != nil {
		return "Une personne de la commune"
	}
	return who.of(actor.UserID)
}
