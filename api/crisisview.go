package api

import (
	"context"

	"github.com/crieur/crieur/internal/crisis"
	"github.com/crieur/crieur/internal/post"
)

// boardAnswer is boardView for what is kept under an idempotency key.
func (s *Server) boardAnswer(ctx context.Context, actor post.Actor, board crisis.Board, err error) (any, error) {
	return s.boardView(ctx, actor, board, err)
}

// boardView shows an alert, unless there was an error.
func (s *Server) boardView(ctx context.Context, actor post.Actor, b crisis.Board, err error) (Broadcast, error) {
	if err != nil {
		return Broadcast{}, err
	}
	channels, err := s.channelNames(ctx, actor)
	if err != nil {
		return Broadcast{}, err
	}
	if b.Exercise {
		// Nothing of it is to be looked at on the real accounts' pages.
		channels.pages = nil
	}
	last := b.Newest()
	view := Broadcast{
		ID: b.ID, Number: last.Number, Reference: b.Reference, Exercise: b.Exercise, Status: BroadcastStatus(b.Status),
		Hazard: b.Hazard, Title: last.Title, Message: last.Text, Severity: AlertSeverity(b.Severity), Area: areaView(b.Area),
		Correction: b.Correction, EndText: b.EndText, NextUpdateAt: instant(last.NextUpdateAt), Held: b.Held,
		OpenedAt: moment(b.OpenedAt), OpenedBy: b.Name(b.OpenedBy),
		ConfirmedAt: instant(b.ConfirmedAt), ConfirmedBy: text(b.Name(b.ConfirmedBy)),
		BreakGlass: text(b.BreakGlass), BreakGlassAt: instant(b.BreakGlassAt), EndedAt: instant(b.EndedAt),
		Deliveries: deliveryViews(last.Deliveries, channels), Messages: make([]BroadcastMessage, 0, len(b.Messages)),
		InFlight: make([]ReviewItem, 0, len(b.InFlight)), AlertURL: b.URL, Companion: companionView(b.Companion),
	}
	if b.Status == post.BroadcastAwaiting {
		view.ConfirmBy = "second_person"
	}
	for i := range b.Messages {
		view.Messages = append(view.Messages, messageView(&b, &b.Messages[i], channels))
	}
	for i := range b.InFlight {
		view.InFlight = append(view.InFlight, ReviewItem{
			Title: b.InFlight[i].Title, Reason: HoldReasonCrisis, Delivery: deliveryView(&b.InFlight[i].Delivery, channels),
		})
	}
	return view, nil
}

func messageView(b *crisis.Board, m *post.BroadcastMessage, channels channelNames) BroadcastMessage {
	view := BroadcastMessage{
		Number: m.Number, Kind: BroadcastMessageKind(m.Kind), Title: m.Title, Text: m.Text,
		CreatedAt: moment(m.CreatedAt), CreatedBy: b.Name(m.CreatedBy), NextUpdateAt: instant(m.NextUpdateAt),
		Deliveries: deliveryViews(m.Deliveries, channels), Ticks: make([]Tick, 0, len(m.Ticks)),
	}
	for _, tick := range m.Ticks {
		view.Ticks = append(view.Ticks, Tick{DeliveryID: tick.DeliveryID, By: b.Name(tick.By), At: moment(tick.At), RemoteURL: tick.RemoteURL})
	}
	return view
}

func deliveryViews(all []post.Delivery, channels channelNames) []Delivery {
	views := make([]Delivery, 0, len(all))
	for i := range all {
		views = append(views, deliveryView(&all[i], channels))
	}
	return views
}

func summaryViews(all []crisis.Summary) []BroadcastSummary {
	views := make([]BroadcastSummary, 0, len(all))
	for i := range all {
		b := &all[i]
		views = append(views, BroadcastSummary{
			ID: b.ID, Reference: b.Reference, Exercise: b.Exercise, Status: BroadcastStatus(b.Status), Title: b.Title,
			Severity: AlertSeverity(b.Severity), OpenedAt: moment(b.OpenedAt), OpenedBy: b.OpenedBy, EndedAt: instant(b.EndedAt),
			Sent: b.Sent, Total: b.Total,
		})
	}
	return views
}

func areaView(a post.Area) Area {
	view := Area{Description: a.Description}
	if len(a.Polygon) > 0 {
		ring := make([][]float64, len(a.Polygon))
		for i, pair := range a.Polygon {
			ring[i] = []float64{pair[0], pair[1]}
		}
		view.Polygon = &ring
	}
	return view
}

func companionView(c crisis.Companion) Companion {
	return Companion{
		Sms: c.SMS, SmsEncoding: CompanionSmsEncoding(c.SMSEncoding), SmsLength: c.SMSLength, SmsSegments: c.SMSSegments,
		Voice: c.Voice, VoiceSeconds: c.VoiceSeconds,
	}
}

func crisisTemplateView(t *crisis.Template) CrisisTemplate {
	view := CrisisTemplate{
		Hazard: t.Hazard, Name: t.Name, Icon: t.Icon, Severity: AlertSeverity(t.Severity),
		Title: t.Title, Message: t.Message, Update: t.Update, End: t.End, Correction: t.Correction,
		Blanks: make([]Blank, 0, len(t.Blanks)), Own: t.Own, ReviewedAt: instant(t.ReviewedAt), ReviewedBy: text(t.ReviewedBy),
	}
	for _, b := range t.Blanks {
		view.Blanks = append(view.Blanks, Blank{Key: b.Key, Label: b.Label, Example: b.Example, Suggestions: notNil(b.Suggestions), Required: b.Required})
	}
	return view
}
