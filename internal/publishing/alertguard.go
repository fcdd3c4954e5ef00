package publishing

import (
	"context"

	"github.com/crieur/crieur/internal/post"
)

// Alerts reads the alert of a message.
type Alerts interface {
	Broadcast(ctx context.Context, communeID, id string) (post.Broadcast, error)
}

// refuseAlert keeps the doors of ordinary posts closed to the messages of
// alerts: through them, one person could let leave what waits for a second.
func refuseAlert(p *post.Post) error {
	if p.BroadcastID == "" {
		return nil
	}
	return &post.Problem{
		Kind: post.Conflict, Code: "alert_message",
		Detail: "C’est un message d’alerte : il se conduit au tableau de l’alerte.",
	}
}

// refuseAlertPost is refuseAlert for a post that was not read yet.
func (s *Service) refuseAlertPost(ctx context.Context, actor post.Actor, id string) error {
	p, err := s.Store.Post(ctx, actor.CommuneID, id)
	if err != nil {
		return err
	}
	return refuseAlert(&p)
}

// mayRetry lets a delivery of an alert be tried again by who leads alerts, while
// the alert says just that.
func (s *Service) mayRetry(ctx context.Context, actor post.Actor, deliveryID string) error {
	d, err := s.Store.Delivery(ctx, actor.CommuneID, deliveryID)
	if err != nil {
		return err
	}
	if d.Lane != post.LaneCrisis {
		return nil
	}
	p, err := s.Store.Post(ctx, actor.CommuneID, d.PostID)
	if err != nil || p.BroadcastID == "" {
		return err
	}
	if !actor.Crisis && actor.Role != post.RoleAdministrator {
		return &post.Problem{Kind: post.Forbidden, Code: "role_crisis", Detail: "Seules les personnes qui ont le rôle de crise peuvent renvoyer une alerte."}
	}
	b, err := s.Alerts.Broadcast(ctx, actor.CommuneID, p.BroadcastID)
	if err != nil {
		return err
	}
	if len(b.Messages) == 0 || b.Messages[len(b.Messages)-1].PostID != p.ID {
		return &post.Problem{Kind: post.Conflict, Code: "alert_superseded", Detail: "Un message plus récent remplace celui-ci : c’est lui qu’il faut renvoyer."}
	}
	if b.Status != post.BroadcastActive && b.Status != post.BroadcastEnded {
		return refuseAlert(&p)
	}
	return nil
}
