package publishing

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/internal/post"
)

// AlertMessage is one message of an alert, before it is a post.
type AlertMessage struct {
	// PostID is the id that its post takes.
	PostID      string
	BroadcastID string
	Number      int
	Kind        post.MessageKind
	Exercise    bool
	// Awaiting: nothing leaves before a second person confirms.
	Awaiting bool
	Title    string
	// Text is what the person wrote: number and hour are added here.
	Text string
	// URL is the alert's public page.
	URL          string
	NextUpdateAt time.Time
	// Channels are where it leaves.
	Channels []post.Channel
	// ReplyTo is the delivery that each channel's one answers, by the id of the
	// channel.
	ReplyTo map[string]string
}

// ComposeAlert makes the post of an alert's message. Nothing that is wrong with
// one channel keeps the others from speaking: its delivery is there, failed,
// with the reason.
func (s *Service) ComposeAlert(ctx context.Context, actor post.Actor, m AlertMessage) (post.Post, error) {
	w, err := s.gatherAlert(ctx, actor, m)
	if err != nil {
		return post.Post{}, err
	}
	p := post.Post{
		ID: m.PostID, CommuneID: actor.CommuneID, AuthorID: actor.UserID, Key: w.key, BroadcastID: m.BroadcastID, Version: 1,
		Content: w.draft.Content, Schedule: w.schedule, MaxLateness: post.DefaultMaxLateness,
		CreatedAt: w.now, UpdatedAt: w.now,
	}
	for i := range w.targets {
		t := &w.targets[i]
		d, err := w.delivery(t, p, composition{}, s.NewID)
		if err != nil {
			return post.Post{}, err
		}
		d.Lane, d.ReplyTo = post.LaneCrisis, m.ReplyTo[t.channel.ID]
		if m.Awaiting {
			d.State, d.NextAt = post.AwaitingApproval, time.Time{}
		}
		if failure := alertFailure(t); failure != nil {
			d.State, d.NextAt, d.Failure = post.Failed, time.Time{}, failure
		}
		p.Deliveries = append(p.Deliveries, d)
	}
	return p, nil
}

// PreviewAlert shows exactly what would leave on each channel.
func (s *Service) PreviewAlert(ctx context.Context, actor post.Actor, m AlertMessage) ([]Preview, error) {
	w, err := s.gatherAlert(ctx, actor, m)
	if err != nil {
		return nil, err
	}
	previews := make([]Preview, 0, len(w.targets))
	for i := range w.targets {
		t := &w.targets[i]
		previews = append(previews, Preview{ChannelID: t.channel.ID, Kind: t.channel.Kind, Rendered: t.rendered, Issues: t.issues})
	}
	return previews, nil
}

// gatherAlert reads what a message needs and renders it for its channels.
func (s *Service) gatherAlert(ctx context.Context, actor post.Actor, m AlertMessage) (*work, error) {
	w := &work{actor: actor, key: alertKey(m.BroadcastID, m.Number)}
	w.draft.Content = post.Content{Title: strings.TrimSpace(m.Title), Text: strings.TrimSpace(m.Text), Link: m.URL}
	var err error
	if w.commune, err = s.Store.CommuneByID(ctx, actor.CommuneID); err != nil {
		return nil, err
	}
	if w.now, err = s.Store.Now(ctx); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(w.commune.Zone)
	if err != nil {
		// An hour that is told in another zone is better than silence.
		zone = time.UTC
	}
	w.schedule = post.Schedule{Mode: post.ModeNow, Zone: w.commune.Zone, DueAt: w.now}
	for _, ch := range m.Channels {
		t := target{channel: ch}
		var opened channels.Channel
		if t.driver, opened, err = s.Opener.Open(ctx, ch); err != nil {
			t.issues = []channels.Issue{s.unopened(ctx, ch, err)}
			w.targets = append(w.targets, t)
			continue
		}
		t.opened = opened
		limits := t.driver.Limits(ch.Settings)
		message := w.alertMessage(m, zone, limits)
		t.rendered, t.issues = t.driver.Render(message, ch.Settings)
		// The worker must know that it is an alert, whatever the network makes of it.
		t.rendered.Alert = message.Alert
		w.targets = append(w.targets, t)
	}
	return w, nil
}

// alertMessage is a message as every network gets it: its number and its hour
// first, what is said, and the hour of the next one. The network adds the title,
// the alert's page and the word of an exercise where it shows them, and cuts what
// is said and none of these.
func (w *work) alertMessage(m AlertMessage, zone *time.Location, limits channels.Limits) channels.Message {
	title := adapt.Typography(m.Title)
	if m.Exercise {
		title = adapt.ExerciseMark + " – " + title
	}
	if limits.TitleUsed && limits.Title.Max > 0 {
		title, _ = adapt.Shorten(title, "", limits.Title.Max, func(text string) int { return adapt.Count(limits.Title.Rule, text) })
	}
	text := alertHead(m, w.now.In(zone)) + "\n" + adapt.Typography(m.Text)
	if next := nextPoint(m.NextUpdateAt, w.now, zone); next != "" {
		text += "\n" + next
	}
	return channels.Message{
		Key: w.key, Title: title, Text: text, Language: w.commune.Language,
		Alert: &channels.Alert{ID: m.BroadcastID, Number: m.Number, Kind: string(m.Kind), Exercise: m.Exercise, URL: m.URL},
	}
}

// unopened says why a channel cannot speak. Its cause is logged, because the
// delivery shows words only.
func (s *Service) unopened(ctx context.Context, ch post.Channel, err error) channels.Issue {
	message := "Ce canal ne peut pas être utilisé pour le moment."
	if e, ok := channels.AsError(err); ok {
		message = e.Failure(ch.Name).Message
	}
	s.Log.WarnContext(ctx, "an alert leaves without a channel that cannot be opened", "channel_id", ch.ID, "err", err)
	return channels.Issue{Severity: channels.SeverityError, Code: "channel_unusable", Field: "channels", Message: message}
}

// alertFailure is why a channel cannot carry the message; nil: it can.
func alertFailure(t *target) *post.Failure {
	for _, issue := range t.issues {
		if issue.Severity == channels.SeverityError {
			return &post.Failure{
				Kind: string(channels.Rejected), Code: issue.Code, Message: issue.Message,
				NextStep: "Publiez ce message à la main sur ce canal, puis cochez-le au tableau de l’alerte.",
			}
		}
	}
	return nil
}

// alertKey is the same for every attempt at saving the message.
func alertKey(broadcastID string, number int) string {
	sum := sha256.Sum256([]byte("alert\x00" + broadcastID + "\x00" + strconv.Itoa(number)))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:keyLength])
}
