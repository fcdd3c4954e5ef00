package publishing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/internal/post"
)

// changeTimeout bounds a call to the network while a person waits for it.
const changeTimeout = 20 * time.Second

// Correction is the text that shall stand on one channel. A nil title keeps the
// one that stands there.
type Correction struct {
	Title *string
	Text  string
}

// Remove takes a sent post away from its network. Asking again is harmless, so
// an answer that does not come is told to the person, and nothing is tried behind
// their back.
func (s *Service) Remove(ctx context.Context, actor post.Actor, deliveryID string) (post.Delivery, error) {
	on, err := s.standing(ctx, actor, deliveryID)
	if err != nil {
		return post.Delivery{}, err
	}
	deleter, able := on.opened.(channels.Deleter)
	if !able {
		return post.Delivery{}, unableProblem("not_removable", on.title()+" ne permet pas de retirer une publication d’ici. Retirez-la sur le site du réseau.")
	}
	if !on.delivery.RemovedAt.IsZero() {
		return on.delivery, nil
	}
	call, cancel := context.WithTimeout(ctx, changeTimeout)
	defer cancel()
	if err := deleter.Delete(call, on.receipt()); err != nil {
		return post.Delivery{}, changeRefused(err, on.title(), removing)
	}
	// The network has done it: that is kept even when the person went away.
	return s.keepRemoval(context.WithoutCancel(ctx), actor, deliveryID)
}

func (s *Service) keepRemoval(ctx context.Context, actor post.Actor, deliveryID string) (post.Delivery, error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return post.Delivery{}, err
	}
	return s.Store.RemovedByPerson(ctx, actor.CommuneID, deliveryID, actor.UserID, now)
}

// Correct replaces the text of a sent post on its network. The new text is made
// ready and checked as that of a new post.
func (s *Service) Correct(ctx context.Context, actor post.Actor, deliveryID string, c Correction) (post.Delivery, error) {
	on, err := s.standing(ctx, actor, deliveryID)
	if err != nil {
		return post.Delivery{}, err
	}
	updater, able := on.opened.(channels.Updater)
	switch {
	case !able:
		return post.Delivery{}, unableProblem("not_correctable", on.title()+" ne permet pas de corriger une publication. Retirez-la, puis publiez le bon texte.")
	case !on.delivery.RemovedAt.IsZero():
		return post.Delivery{}, unableProblem("removed", "Cette publication a été retirée de "+on.title()+" : il n’y a plus rien à corriger.")
	}
	rendered, err := s.corrected(ctx, actor, on, c)
	if err != nil {
		return post.Delivery{}, err
	}
	stands, err := standingOf(rendered)
	if err != nil {
		return post.Delivery{}, err
	}
	call, cancel := context.WithTimeout(ctx, changeTimeout)
	defer cancel()
	receipt, err := updater.Update(call, on.receipt(), rendered)
	if err != nil {
		return post.Delivery{}, changeRefused(err, on.title(), correcting)
	}
	if receipt.URL != on.delivery.RemoteURL {
		stands.RemoteURL = receipt.URL
	}
	return s.keepCorrection(context.WithoutCancel(ctx), actor, deliveryID, stands)
}

func (s *Service) keepCorrection(ctx context.Context, actor post.Actor, deliveryID string, stands post.Standing) (post.Delivery, error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return post.Delivery{}, err
	}
	d, err := s.Store.CorrectedByPerson(ctx, actor.CommuneID, deliveryID, actor.UserID, stands, now)
	if isConflict(err) {
		return post.Delivery{}, unableProblem("removed", "Quelqu’un vient de retirer cette publication : il n’y a plus rien à corriger.")
	}
	return d, err
}

// published is a sent delivery that people may still act upon, and its channel.
type published struct {
	post     post.Post
	delivery post.Delivery
	driver   channels.Driver
	opened   channels.Channel
}

func (p *published) title() string { return p.driver.Info().Title }

func (p *published) receipt() channels.Receipt {
	return channels.Receipt{RemoteID: p.delivery.RemoteID, URL: p.delivery.RemoteURL, At: p.delivery.SentAt}
}

// standing reads a delivery whose post stands on a network, and opens its
// channel.
func (s *Service) standing(ctx context.Context, actor post.Actor, deliveryID string) (*published, error) {
	d, err := s.Store.Delivery(ctx, actor.CommuneID, deliveryID)
	if err != nil {
		return nil, err
	}
	p, err := s.Store.Post(ctx, actor.CommuneID, d.PostID)
	if err != nil {
		return nil, err
	}
	if err := refuseAlert(&p); err != nil {
		return nil, err
	}
	if d.State != post.Sent {
		return nil, unableProblem("not_sent", "Cette publication n’est pas en ligne sur ce canal : il n’y a rien à y changer.")
	}
	if d.RemoteID == "" {
		return nil, unableProblem("remote_unknown", "Crieur ne sait pas quelle publication du réseau est la vôtre : une personne l’a trouvée à la main. Changez-la sur le site du réseau.")
	}
	ch, err := s.Store.Channel(ctx, actor.CommuneID, d.ChannelID)
	if errors.Is(err, post.ErrNotFound) {
		return nil, unableProblem("channel_gone", "Ce canal n’est plus connecté. Changez la publication sur le site du réseau.")
	}
	if err != nil {
		return nil, err
	}
	driver, opened, err := s.Opener.Open(ctx, ch)
	if e, ok := channels.AsError(err); ok {
		failure := e.Failure(ch.Name)
		return nil, unableProblem("channel_refused", failure.Message+" "+failure.NextStep)
	}
	if err != nil {
		return nil, err
	}
	return &published{post: p, delivery: d, driver: driver, opened: opened}, nil
}

// corrected renders the new text for one channel. Where the post stands and what
// it shows beside its text stay as they are there.
func (s *Service) corrected(ctx context.Context, actor post.Actor, on *published, c Correction) (channels.Rendered, error) {
	var before channels.Rendered
	if err := json.Unmarshal(on.delivery.Rendered, &before); err != nil {
		return before, fmt.Errorf("read what delivery %s sent: %w", on.delivery.ID, err)
	}
	text, title := strings.TrimSpace(c.Text), c.Title
	if text == "" && len(on.post.Content.Images) == 0 {
		return before, fieldProblem("text", "required", "Écrivez le texte qui doit rester en ligne.")
	}
	if title == nil && before.Title != "" {
		title = &before.Title
	}
	draft := Draft{
		Content: on.post.Content, Channels: []string{on.delivery.ChannelID}, Schedule: post.Schedule{Mode: post.ModeDraft},
		Overrides: map[string]Override{on.delivery.ChannelID: {Title: title, Text: &text}},
	}
	w, err := s.gather(ctx, actor, draft, composition{id: on.post.ID, key: on.post.Key})
	if err != nil {
		return before, err
	}
	w.render()
	t := &w.targets[0]
	if fields := w.problems; len(fields) > 0 {
		return before, invalidFields(fields...)
	}
	var fields []post.Field
	for _, issue := range t.issues {
		if issue.Severity == channels.SeverityError {
			fields = append(fields, post.Field{Field: issue.Field, Code: issue.Code, Message: issue.Message})
		}
	}
	if len(fields) > 0 {
		return before, invalidFields(fields...)
	}
	after := t.rendered
	after.Slug, after.Article, after.Images = before.Slug, before.Article, before.Images
	return after, nil
}

func standingOf(rendered channels.Rendered) (post.Standing, error) {
	data, err := json.Marshal(rendered)
	if err != nil {
		return post.Standing{}, fmt.Errorf("render %s: %w", rendered.Kind, err)
	}
	shas := make([]string, len(rendered.Images))
	for i, image := range rendered.Images {
		shas[i] = image.SHA256
	}
	return post.Standing{Rendered: data, Fingerprint: adapt.Fingerprint(rendered.Title, rendered.Text, shas)}, nil
}

// Duplicate makes a draft that says the same. It is another post: it has a key
// of its own, no hour, and goes to those of the channels that still exist.
func (s *Service) Duplicate(ctx context.Context, actor post.Actor, id, copyID string) (post.Post, error) {
	original, err := s.Store.Post(ctx, actor.CommuneID, id)
	if err != nil {
		return post.Post{}, err
	}
	if err := refuseAlert(&original); err != nil {
		return post.Post{}, err
	}
	draft := Draft{
		ID: copyID, Content: original.Content, Overrides: map[string]Override{},
		Schedule: post.Schedule{Mode: post.ModeDraft}, MaxLateness: original.MaxLateness,
	}
	if draft.Content.Images, err = s.remaining(ctx, actor, original.Content.Images); err != nil {
		return post.Post{}, err
	}
	all, err := s.Store.Channels(ctx, actor.CommuneID)
	if err != nil {
		return post.Post{}, err
	}
	for _, id := range chosenChannels(&original) {
		if slices.ContainsFunc(all, func(ch post.Channel) bool { return ch.ID == id }) {
			draft.Channels = append(draft.Channels, id)
		}
	}
	for _, v := range original.Variants {
		draft.Overrides[v.ChannelID] = Override{Title: v.Title, Text: v.Text}
	}
	draft.keepOverridesOf(draft.Channels)
	return s.Create(ctx, actor, draft)
}

// remaining are the pictures that are still there.
func (s *Service) remaining(ctx context.Context, actor post.Actor, images []post.Image) ([]post.Image, error) {
	if len(images) == 0 {
		return nil, nil
	}
	ids := make([]string, len(images))
	for i := range images {
		ids[i] = images[i].MediaID
	}
	found, err := s.Store.MediaMany(ctx, actor.CommuneID, ids)
	return slices.DeleteFunc(slices.Clone(images), func(image post.Image) bool {
		return !slices.ContainsFunc(found, func(m post.Media) bool { return m.ID == image.MediaID })
	}), err
}

// chosenChannels are those that a post was for: what was withdrawn from it does
// not count, unless the whole post was given up.
func chosenChannels(p *post.Post) []string {
	var chosen, given []string
	for i := range p.Deliveries {
		d := &p.Deliveries[i]
		switch {
		case slices.Contains(chosen, d.ChannelID):
		case d.State != post.Cancelled:
			chosen = append(chosen, d.ChannelID)
		case !slices.Contains(given, d.ChannelID):
			given = append(given, d.ChannelID)
		}
	}
	if len(chosen) == 0 {
		return given
	}
	return chosen
}

// Names are the names of the commune's people, by id.
func (s *Service) Names(ctx context.Context, actor post.Actor) (map[string]string, error) {
	users, err := s.Store.Users(ctx, actor.CommuneID)
	names := make(map[string]string, len(users))
	for i := range users {
		names[users[i].ID] = users[i].Name
	}
	return names, err
}
