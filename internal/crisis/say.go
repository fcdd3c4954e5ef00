package crisis

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Message is the next message of an alert as a person entered it.
type Message struct {
	// PostID is the id that its post must take, as Draft.ID.
	PostID string
	Kind   post.MessageKind
	// Title is "" for that of the message before.
	Title        string
	Text         string
	NextUpdateAt time.Time
}

// sayTries bounds how often a message is numbered again because another one was
// saved at the same moment.
const sayTries = 10

// Say says the next numbered message of an alert on every channel that carried
// it; one of kind end ends the alert.
func (s *Service) Say(ctx context.Context, actor post.Actor, id string, m Message) (Board, error) {
	m.PostID = cmp.Or(m.PostID, s.NewID())
	for try := 1; ; try++ {
		b, err := s.Store.Broadcast(ctx, actor.CommuneID, id)
		if err != nil {
			return Board{}, err
		}
		if slices.ContainsFunc(b.Messages, func(said post.BroadcastMessage) bool { return said.PostID == m.PostID }) {
			// An earlier run of the same request said it and was cut off.
			return s.board(ctx, actor, id)
		}
		err = s.say(ctx, actor, &b, m)
		if errors.Is(err, post.ErrConflict) && try < sayTries {
			// Somebody said or ended something meanwhile: this one comes after.
			continue
		}
		if err != nil {
			return Board{}, err
		}
		if m.Kind == post.MessageEnd {
			s.settleNotices(ctx, &b)
		}
		return s.board(ctx, actor, id)
	}
}

func (s *Service) say(ctx context.Context, actor post.Actor, b *post.Broadcast, m Message) error {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return err
	}
	if _, err := s.needLeader(ctx, actor, now); err != nil {
		return err
	}
	if b.Status != post.BroadcastActive {
		return notActive(b)
	}
	commune, err := s.Store.CommuneByID(ctx, actor.CommuneID)
	if err != nil {
		return err
	}
	message, err := next(b, m, actor, now)
	if err != nil {
		return err
	}
	ours, err := s.chosenOf(ctx, b)
	if err != nil {
		return err
	}
	leaving, err := s.leaving(ctx, b.CommuneID, b.Exercise, ours)
	if err != nil {
		return err
	}
	p, err := s.Composer.ComposeAlert(ctx, actor, s.alertMessage(commune, b, message, leaving, answered(b)))
	if err != nil {
		return err
	}
	entry, err := s.entry(ctx, actor, now, actionOf(message.Kind), b.ID, detail{Title: message.Title, Exercise: b.Exercise, Number: message.Number})
	if err != nil {
		return err
	}
	_, err = s.Store.AddMessage(ctx, actor.CommuneID, message, p, entry)
	return err
}

// next numbers what a person wrote.
func next(b *post.Broadcast, m Message, actor post.Actor, now time.Time) (post.BroadcastMessage, error) {
	message := post.BroadcastMessage{
		BroadcastID: b.ID, Number: 1, Kind: m.Kind, Title: strings.TrimSpace(m.Title), Text: m.Text, PostID: m.PostID,
		CreatedBy: actor.UserID, CreatedAt: now, NextUpdateAt: future(m.NextUpdateAt, now),
	}
	if last := newest(b); last != nil {
		message.Number, message.Title = last.Number+1, cmp.Or(message.Title, last.Title)
	}
	err := checkText(&message.Title, &message.Text)
	return message, err
}

// chosenOf are the channels of an alert that are still connected.
func (s *Service) chosenOf(ctx context.Context, b *post.Broadcast) ([]post.Channel, error) {
	all, err := s.Store.Channels(ctx, b.CommuneID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(ch post.Channel) bool { return !slices.Contains(b.Channels, ch.ID) }), nil
}

// answered finds what the next message answers on each channel: the newest one
// that is there, or may be.
func answered(b *post.Broadcast) map[string]string {
	found := map[string]string{}
	for i := range b.Messages {
		for j := range b.Messages[i].Deliveries {
			switch d := &b.Messages[i].Deliveries[j]; d.State {
			case post.Sent, post.Sending, post.Unknown, post.Reconciling:
				found[d.ChannelID] = d.ID
			default:
				// Nothing is there to be answered.
			}
		}
	}
	return found
}
