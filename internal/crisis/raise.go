package crisis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

// Draft is a new alert as a person entered it.
type Draft struct {
	// ID is the id that the alert must take, so that a request which is repeated
	// after a crash raises one alert and not two; "" lets the service choose.
	ID       string
	Title    string
	Text     string
	Severity post.AlertSeverity
	Exercise bool
	// Channels are ids of the commune's channels; empty: all of them.
	Channels     []string
	Hazard       string
	Area         post.Area
	Correction   string
	NextUpdateAt time.Time
	// Alongside: although another alert is open.
	Alongside bool
}

// Raise raises an alert, or begins an exercise. Where the commune asks for a
// second person, it holds everything else back and waits.
func (s *Service) Raise(ctx context.Context, actor post.Actor, d Draft) (Board, error) {
	if d.ID != "" {
		// An earlier run of the same request saved it and was cut off.
		if _, err := s.Store.Broadcast(ctx, actor.CommuneID, d.ID); !errors.Is(err, post.ErrNotFound) {
			return s.boardOr(ctx, actor, d.ID, err)
		}
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Board{}, err
	}
	settings, err := s.needLeader(ctx, actor, now)
	if err != nil {
		return Board{}, err
	}
	commune, err := s.Store.CommuneByID(ctx, actor.CommuneID)
	if err != nil {
		return Board{}, err
	}
	if err := checkText(&d.Title, &d.Text); err != nil {
		return Board{}, err
	}
	if err := s.refuseSecond(ctx, commune, d.Alongside, nil); err != nil {
		return Board{}, err
	}
	b := post.Broadcast{
		ID: cmp.Or(d.ID, s.NewID()), CommuneID: commune.ID, Exercise: d.Exercise, Status: post.BroadcastActive,
		Hazard: d.Hazard, Title: d.Title, Severity: d.Severity, Area: d.Area,
		NextUpdateAt: future(d.NextUpdateAt, now), OpenedBy: actor.UserID, OpenedAt: now,
	}
	if settings.SecondPerson {
		b.Status = post.BroadcastAwaiting
	}
	if b.Correction = strings.TrimSpace(d.Correction); b.Correction == "" {
		if b.Correction, err = s.readyCorrection(ctx, &b, commune, now); err != nil {
			return Board{}, err
		}
	}
	ours, err := s.chosen(ctx, commune.ID, d.Channels)
	if err != nil {
		return Board{}, err
	}
	b.Channels = idsOf(ours)
	leaving, err := s.leaving(ctx, commune.ID, d.Exercise, ours)
	if err != nil {
		return Board{}, err
	}
	message := post.BroadcastMessage{
		BroadcastID: b.ID, Number: 1, Kind: post.MessageAlert, Title: d.Title, Text: d.Text, PostID: s.NewID(),
		CreatedBy: actor.UserID, CreatedAt: now, NextUpdateAt: b.NextUpdateAt,
	}
	p, err := s.Composer.ComposeAlert(ctx, actor, s.alertMessage(commune, &b, message, leaving, nil))
	if err != nil {
		return Board{}, err
	}
	b.Messages = []post.BroadcastMessage{message}
	entry, err := s.entry(ctx, actor, now, actionOpened, b.ID, detail{
		Title: b.Title, Exercise: b.Exercise, Number: 1, Awaiting: settings.SecondPerson, Severity: b.Severity,
	})
	if err != nil {
		return Board{}, err
	}
	if _, err := s.Store.OpenBroadcast(ctx, b, p, d.Alongside, entry); err != nil {
		return s.notOpened(ctx, actor, commune, d, err)
	}
	s.tellRaised(ctx, actor, &b)
	return s.board(ctx, actor, b.ID)
}

// notOpened: somebody else was faster, or another run of the same request.
func (s *Service) notOpened(ctx context.Context, actor post.Actor, commune post.Commune, d Draft, cause error) (Board, error) {
	if !errors.Is(cause, post.ErrConflict) {
		return Board{}, cause
	}
	if d.ID != "" {
		if board, err := s.board(ctx, actor, d.ID); err == nil {
			return board, nil
		}
	}
	if err := s.refuseSecond(ctx, commune, false, cause); err != nil {
		return Board{}, err
	}
	return Board{}, cause
}

// refuseSecond refuses an alert or an exercise while another real alert is
// open, and says whose.
func (s *Service) refuseSecond(ctx context.Context, commune post.Commune, alongside bool, cause error) error {
	if alongside {
		return nil
	}
	open, err := s.Store.OpenBroadcasts(ctx, commune.ID)
	if err != nil {
		return err
	}
	for i := range open {
		if open[i].Exercise {
			continue
		}
		who, err := s.names(ctx, commune.ID)
		if err != nil {
			return err
		}
		return runningProblem(&open[i], who.of(open[i].OpenedBy), zoneOf(commune), cause)
	}
	return nil
}

// chosen are the commune's channels with these ids; no ids: all of them.
func (s *Service) chosen(ctx context.Context, communeID string, ids []string) ([]post.Channel, error) {
	all, err := s.Store.Channels(ctx, communeID)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return all, nil
	}
	for i, id := range ids {
		if !slices.ContainsFunc(all, func(ch post.Channel) bool { return ch.ID == id }) {
			return nil, invalid(fmt.Sprintf("channels[%d]", i), "channel_unknown", "Ce canal n’existe pas ici.")
		}
	}
	return slices.DeleteFunc(all, func(ch post.Channel) bool { return !slices.Contains(ids, ch.ID) }), nil
}

// leaving are the channels through which a message really leaves: in an
// exercise those that stand for the real ones.
func (s *Service) leaving(ctx context.Context, communeID string, exercise bool, ours []post.Channel) ([]post.Channel, error) {
	if !exercise {
		return ours, nil
	}
	return s.Exercises.Channels(ctx, communeID, ours)
}

func (s *Service) alertMessage(commune post.Commune, b *post.Broadcast, m post.BroadcastMessage, leaving []post.Channel, replyTo map[string]string) publishing.AlertMessage {
	return publishing.AlertMessage{
		PostID: m.PostID, BroadcastID: b.ID, Number: m.Number, Kind: m.Kind, Exercise: b.Exercise,
		Awaiting: b.Status == post.BroadcastAwaiting, Title: m.Title, Text: m.Text,
		URL: s.pageURL(commune, b.ID, b.Exercise), NextUpdateAt: m.NextUpdateAt, Channels: leaving, ReplyTo: replyTo,
	}
}

// checkText tidies what a person wrote. Nothing else of a text is refused:
// every network's bounds are met by adapting it.
func checkText(title, text *string) error {
	*title, *text = strings.Join(strings.Fields(*title), " "), strings.TrimSpace(*text)
	if *title == "" {
		return invalid("title", "required", "Donnez un titre : il dit en quelques mots ce qui se passe.")
	}
	if *text == "" {
		return invalid("message", "required", "Écrivez ce que les habitants doivent savoir et faire.")
	}
	return nil
}

// future keeps an hour that is still to come. One that has passed while the form
// was open promises nothing, and must not keep the alert from leaving.
func future(at, now time.Time) time.Time {
	if at.After(now) {
		return at
	}
	return time.Time{}
}

func idsOf(all []post.Channel) []string {
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	return ids
}
