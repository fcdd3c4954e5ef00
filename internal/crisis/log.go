package crisis

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// machine is who acts when nobody does.
const machine = "Crieur"

// Log is an alert told by the hour, for the debriefing.
type Log struct {
	Reference string
	Title     string
	Exercise  bool
	Lines     []Line
	// FirstAccepted is how long it took from the decision to the first network's
	// acceptance of the first message, AllAccepted to that of the last channel.
	// Negative: it is not so yet.
	FirstAccepted, AllAccepted time.Duration
}

// Line is one act or one answer.
type Line struct {
	At   time.Time
	Who  string
	What string
	// Channel is "" where it is about none.
	Channel string
}

// Timeline tells an alert from the register and from what the networks answered.
func (s *Service) Timeline(ctx context.Context, actor post.Actor, id string) (Log, error) {
	b, err := s.Store.Broadcast(ctx, actor.CommuneID, id)
	if err != nil {
		return Log{}, err
	}
	told := Log{Reference: reference(&b), Title: b.Title, Exercise: b.Exercise}
	entries, err := s.Store.RegisterOf(ctx, actor.CommuneID, id)
	if err != nil {
		return Log{}, err
	}
	for i := range entries {
		told.Lines = append(told.Lines, Line{At: entries[i].At, Who: entries[i].ActorName, What: Sentence(&entries[i])})
	}
	if !b.Exercise {
		told.Lines = append(told.Lines, Line{At: b.OpenedAt, Who: machine, What: heldTold(&b)})
	}
	called, err := s.channelNames(ctx, actor.CommuneID)
	if err != nil {
		return Log{}, err
	}
	s.showOriginals(ctx, &b)
	for i := range b.Messages {
		m := &b.Messages[i]
		for j := range m.Deliveries {
			d := &m.Deliveries[j]
			attempts, err := s.History.Attempts(ctx, actor.CommuneID, d.ID)
			if err != nil {
				return Log{}, err
			}
			name := called[d.ChannelID]
			if name == "" {
				name = d.Kind
			}
			for _, line := range linesOf(m.Number, d, attempts) {
				line.Who, line.Channel = machine, name
				told.Lines = append(told.Lines, line)
			}
		}
	}
	slices.SortStableFunc(told.Lines, func(a, b Line) int { return a.At.Compare(b.At) })
	told.FirstAccepted, told.AllAccepted = accepted(&b)
	return told, nil
}

func heldTold(b *post.Broadcast) string {
	switch b.Held {
	case 0:
		return "rien d’autre n’était prévu"
	case 1:
		return "a retenu 1 envoi prévu"
	}
	return fmt.Sprintf("a retenu %d envois prévus", b.Held)
}

// linesOf tells one delivery.
func linesOf(number int, d *post.Delivery, attempts []post.Attempt) []Line {
	message := fmt.Sprintf("message n°%s%d", nbsp, number)
	var lines []Line
	accepted := false
	for i := range attempts {
		a := &attempts[i]
		lines = append(lines, Line{At: a.StartedAt, What: message + " : envoi"})
		if a.EndedAt.IsZero() {
			continue
		}
		accepted = accepted || a.Outcome == post.OutcomeAccepted
		lines = append(lines, Line{At: a.EndedAt, What: message + " : " + outcomeTold(a)})
	}
	switch {
	case d.State == post.Sent && !accepted:
		lines = append(lines, Line{At: d.SentAt, What: message + " : constaté sur le réseau"})
	case d.State == post.Failed && len(attempts) == 0 && d.Failure != nil:
		lines = append(lines, Line{At: d.UpdatedAt, What: message + " : impossible. " + d.Failure.Message})
	case d.State == post.Cancelled:
		lines = append(lines, Line{At: d.UpdatedAt, What: message + " : annulé, un autre message le remplace"})
	}
	return lines
}

func outcomeTold(a *post.Attempt) string {
	reason := ""
	if a.Failure != nil && a.Failure.Message != "" {
		reason = ". " + a.Failure.Message
	}
	switch a.Outcome {
	case post.OutcomeAccepted:
		return "accepté par le réseau"
	case post.OutcomeNotSent:
		return "pas encore parti, nouvel essai" + reason
	case post.OutcomeRefused:
		return "refusé" + reason
	case post.OutcomeUnknown:
		return "réponse incertaine, vérification" + reason
	case post.OutcomeResolved:
		return "réglé après vérification"
	case post.OutcomeRunning:
	}
	return "en cours"
}

// accepted measures the first message, from the decision that let it leave.
func accepted(b *post.Broadcast) (first, all time.Duration) {
	first, all = -1, -1
	if len(b.Messages) == 0 || len(b.Messages[0].Deliveries) == 0 {
		return first, all
	}
	decided := b.OpenedAt
	if !b.ConfirmedAt.IsZero() {
		decided = b.ConfirmedAt
	}
	sent := 0
	var last time.Duration
	for i := range b.Messages[0].Deliveries {
		d := &b.Messages[0].Deliveries[i]
		if d.State != post.Sent || d.SentAt.IsZero() {
			continue
		}
		took := max(d.SentAt.Sub(decided), 0)
		if sent++; first < 0 || took < first {
			first = took
		}
		last = max(last, took)
	}
	if sent == len(b.Messages[0].Deliveries) {
		all = last
	}
	return first, all
}

// channelNames are what people call the commune's channels.
func (s *Service) channelNames(ctx context.Context, communeID string) (map[string]string, error) {
	all, err := s.Store.Channels(ctx, communeID)
	if err != nil {
		return nil, err
	}
	called := make(map[string]string, len(all))
	for i := range all {
		called[all[i].ID] = all[i].Name
	}
	return called, nil
}
