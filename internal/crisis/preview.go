package crisis

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

// PreviewRequest is what a person has entered so far.
type PreviewRequest struct {
	// BroadcastID is an open alert, for its next message; "" for a new one.
	BroadcastID  string
	Kind         post.MessageKind
	Title, Text  string
	Exercise     bool
	Channels     []string
	NextUpdateAt time.Time
}

// Preview is what would happen.
type Preview struct {
	Number   int
	Previews []publishing.Preview
	Accounts []Account
	// WouldHold counts what would be held, InFlight what is on its way now.
	WouldHold, InFlight int
	Companion           Companion
}

// Account is where the message would leave, by the name that citizens know.
type Account struct {
	Channel post.Channel
	// Reason is why it cannot leave there as things stand; "": it can.
	Reason string
}

// Preview shows exactly what would leave, and what it would hold back. Anybody
// of the commune may look.
func (s *Service) Preview(ctx context.Context, actor post.Actor, in PreviewRequest) (Preview, error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Preview{}, err
	}
	commune, err := s.Store.CommuneByID(ctx, actor.CommuneID)
	if err != nil {
		return Preview{}, err
	}
	b := post.Broadcast{ID: s.NewID(), CommuneID: commune.ID, Exercise: in.Exercise, Status: post.BroadcastActive}
	message := post.BroadcastMessage{
		BroadcastID: b.ID, Number: 1, Kind: post.MessageAlert, Title: in.Title, Text: in.Text,
		CreatedAt: now, NextUpdateAt: future(in.NextUpdateAt, now),
	}
	var ours []post.Channel
	var view Preview
	if in.BroadcastID == "" {
		if ours, err = s.chosen(ctx, commune.ID, in.Channels); err != nil {
			return Preview{}, err
		}
		if !in.Exercise {
			if view.WouldHold, view.InFlight, err = s.Store.CountForHold(ctx, commune.ID); err != nil {
				return Preview{}, err
			}
		}
	} else {
		if b, err = s.Store.Broadcast(ctx, commune.ID, in.BroadcastID); err != nil {
			return Preview{}, err
		}
		if message.BroadcastID = b.ID; in.Kind != "" {
			message.Kind = in.Kind
		} else {
			message.Kind = post.MessageUpdate
		}
		if last := newest(&b); last != nil {
			message.Number = last.Number + 1
		}
		if ours, err = s.chosenOf(ctx, &b); err != nil {
			return Preview{}, err
		}
	}
	leaving, err := s.leaving(ctx, commune.ID, b.Exercise, ours)
	if err != nil {
		return Preview{}, err
	}
	view.Number = message.Number
	if view.Previews, err = s.Composer.PreviewAlert(ctx, actor, s.alertMessage(commune, &b, message, leaving, nil)); err != nil {
		return Preview{}, err
	}
	for i := range leaving {
		a := account(leaving[i], view.Previews)
		if at := slices.IndexFunc(ours, func(ch post.Channel) bool { return ch.ID == leaving[i].ExerciseOf }); at >= 0 {
			a.Channel = ours[at]
		}
		view.Accounts = append(view.Accounts, a)
	}
	for i := range view.Previews {
		if at := slices.IndexFunc(leaving, func(ch post.Channel) bool { return ch.ID == view.Previews[i].ChannelID }); at >= 0 {
			// People choose among the commune's own channels, in an exercise too.
			view.Previews[i].ChannelID = cmp.Or(leaving[at].ExerciseOf, leaving[at].ID)
		}
	}
	view.Companion = companion(commune, message.Title, message.Text, message.NextUpdateAt, b.Exercise)
	return view, nil
}

// account says whether a message can leave through a channel.
func account(ch post.Channel, previews []publishing.Preview) Account {
	a := Account{Channel: ch}
	switch ch.Status {
	case post.ChannelNeedsReauth:
		a.Reason = "À reconnecter : le réseau ne reconnaît plus l’autorisation de la commune."
		if ch.Failure != nil && ch.Failure.Message != "" {
			a.Reason = ch.Failure.Message
		}
	case post.ChannelDisconnected:
		a.Reason = "Ce canal est déconnecté."
	default:
		for i := range previews {
			if previews[i].ChannelID == ch.ID {
				a.Reason = firstError(&previews[i])
			}
		}
	}
	return a
}

func firstError(p *publishing.Preview) string {
	for _, issue := range p.Issues {
		if issue.Severity == "error" {
			return issue.Message
		}
	}
	return ""
}
