package crisis

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Board is an alert as those who lead it see it.
type Board struct {
	post.Broadcast
	// Reference names it to people, as "2026-0042".
	Reference string
	// URL is its public page.
	URL string
	// EndText is a ready text for its end.
	EndText string
	// BreakGlassAt is from when one person alone may let it leave; zero unless a
	// second one is awaited.
	BreakGlassAt time.Time
	Companion    Companion

	who names
}

// Name is the name of a person of the commune.
func (b *Board) Name(userID string) string { return b.who.of(userID) }

// Newest is the last message; its zero value before there is one.
func (b *Board) Newest() post.BroadcastMessage {
	if m := newest(&b.Broadcast); m != nil {
		return *m
	}
	return post.BroadcastMessage{}
}

// Summary is an alert in a list.
type Summary struct {
	post.Broadcast
	Reference string
	OpenedBy  string
	// Sent of Total channels have the newest message.
	Sent, Total int
}

// Board shows an alert.
func (s *Service) Board(ctx context.Context, actor post.Actor, id string) (Board, error) {
	return s.board(ctx, actor, id)
}

// boardOr shows an alert unless reading it failed.
func (s *Service) boardOr(ctx context.Context, actor post.Actor, id string, err error) (Board, error) {
	if err != nil {
		return Board{}, err
	}
	return s.board(ctx, actor, id)
}

func (s *Service) board(ctx context.Context, actor post.Actor, id string) (Board, error) {
	b, err := s.Store.Broadcast(ctx, actor.CommuneID, id)
	if err != nil {
		return Board{}, err
	}
	commune, err := s.Store.CommuneByID(ctx, actor.CommuneID)
	if err != nil {
		return Board{}, err
	}
	who, err := s.names(ctx, actor.CommuneID)
	if err != nil {
		return Board{}, err
	}
	board := Board{Broadcast: b, Reference: reference(&b), URL: s.pageURL(commune, b.ID, b.Exercise), who: who}
	if board.EndText, err = s.readyEnd(ctx, &b, commune); err != nil {
		return Board{}, err
	}
	s.showOriginals(ctx, &board.Broadcast)
	if b.Status == post.BroadcastAwaiting {
		board.BreakGlassAt = b.OpenedAt.Add(BreakGlassAfter)
	}
	if m := newest(&b); m != nil {
		board.Companion = companion(commune, m.Title, m.Text, m.NextUpdateAt, b.Exercise)
	}
	return board, nil
}

// showOriginals shows an exercise on the commune's own channels: those that
// stand for them are nobody's business.
func (s *Service) showOriginals(ctx context.Context, b *post.Broadcast) {
	originals := s.originals(ctx, b)
	for i := range b.Messages {
		for j := range b.Messages[i].Deliveries {
			d := &b.Messages[i].Deliveries[j]
			if original, ok := originals[d.ChannelID]; ok {
				d.ChannelID = original
			}
		}
	}
}

// originals are the commune's own channels by the ids of those that stand for
// them in an exercise. Where they cannot be read, the exercise is shown without.
func (s *Service) originals(ctx context.Context, b *post.Broadcast) map[string]string {
	if !b.Exercise {
		return nil
	}
	ours, err := s.chosenOf(ctx, b)
	if err == nil {
		ours, err = s.Exercises.Channels(ctx, b.CommuneID, ours)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "the channels of an exercise are shown without their names", "broadcast_id", b.ID, "err", err)
		return nil
	}
	found := make(map[string]string, len(ours))
	for i := range ours {
		found[ours[i].ID] = ours[i].ExerciseOf
	}
	return found
}

// List lists the commune's alerts and exercises, newest first.
func (s *Service) List(ctx context.Context, actor post.Actor, limit int) ([]Summary, error) {
	const usual = 50
	if limit <= 0 {
		limit = usual
	}
	all, err := s.Store.Broadcasts(ctx, actor.CommuneID, limit)
	if err != nil {
		return nil, err
	}
	who, err := s.names(ctx, actor.CommuneID)
	if err != nil {
		return nil, err
	}
	return summaries(all, who), nil
}

func summaries(all []post.Broadcast, who names) []Summary {
	list := make([]Summary, 0, len(all))
	for i := range all {
		summary := Summary{Broadcast: all[i], Reference: reference(&all[i]), OpenedBy: who.of(all[i].OpenedBy)}
		if m := newest(&all[i]); m != nil {
			summary.Total = len(m.Deliveries)
			for j := range m.Deliveries {
				if m.Deliveries[j].State == post.Sent {
					summary.Sent++
				}
			}
		}
		list = append(list, summary)
	}
	return list
}

// reference names an alert to people. Exercises are counted apart, and look so.
func reference(b *post.Broadcast) string {
	if b.Exercise {
		return fmt.Sprintf("%d-E%04d", b.Year, b.Number)
	}
	return fmt.Sprintf("%d-%04d", b.Year, b.Number)
}

// Tick notes that a person posted a message by hand where Crieur could not.
func (s *Service) Tick(ctx context.Context, actor post.Actor, id, deliveryID, remoteURL string) (Board, error) {
	b, err := s.Store.Broadcast(ctx, actor.CommuneID, id)
	if err != nil {
		return Board{}, err
	}
	if err := needRole(actor); err != nil {
		return Board{}, err
	}
	if !webAddress(remoteURL) {
		return Board{}, invalid("remote_url", "url_invalid", "Cette adresse n’est pas une adresse web complète (https://…).")
	}
	d := deliveryOf(&b, deliveryID)
	if d == nil {
		return Board{}, invalid("delivery_id", "delivery_unknown", "Cet envoi n’est pas de cette alerte.")
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Board{}, err
	}
	entry, err := s.entry(ctx, actor, now, actionTicked, id, detail{Title: b.Title, Exercise: b.Exercise, Channel: s.channelName(ctx, d), URL: remoteURL})
	if err != nil {
		return Board{}, err
	}
	tick := post.Tick{DeliveryID: deliveryID, By: actor.UserID, At: now, RemoteURL: remoteURL}
	if err := s.Store.Tick(ctx, actor.CommuneID, id, tick, entry); err != nil {
		if errors.Is(err, post.ErrConflict) {
			return Board{}, conflict("already_sent", "Ce message est déjà publié sur ce canal, ou déjà coché.", err)
		}
		return Board{}, err
	}
	return s.board(ctx, actor, id)
}

func deliveryOf(b *post.Broadcast, id string) *post.Delivery {
	for i := range b.Messages {
		for j := range b.Messages[i].Deliveries {
			if d := &b.Messages[i].Deliveries[j]; d.ID == id {
				return d
			}
		}
	}
	return nil
}

// channelName is what people call the channel of a delivery.
func (s *Service) channelName(ctx context.Context, d *post.Delivery) string {
	all, err := s.Store.Channels(ctx, d.CommuneID)
	if err != nil {
		return d.Kind
	}
	for i := range all {
		if all[i].ID == d.ChannelID {
			return all[i].Name
		}
	}
	return d.Kind
}

// webAddress: "" or an address that a browser opens.
func webAddress(text string) bool {
	if text == "" {
		return true
	}
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
