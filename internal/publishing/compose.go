package publishing

import (
	"cmp"
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
	"github.com/crieur/crieur/media"
)

// Bounds of what a person may enter, whatever the channels take.
const (
	maxTitle    = 500
	maxText     = 100_000
	maxLink     = 2000
	maxChannels = 50
	maxImages   = 40
)

// composition is what is fixed before a draft is composed: nothing for a
// preview, the identity for a new post, the past for a change.
type composition struct {
	id         string
	key        string
	version    int
	authorID   string
	createdAt  time.Time
	deliveries []post.Delivery
	// images are those that the post had: it keeps them, also when they were
	// taken out of the library since.
	images []post.Image
	// preview: nothing will be saved; an hour that cannot be is none.
	preview bool
	// keepDue keeps dueAt although it may have passed: the hour was not
	// touched by the change.
	keepDue bool
	dueAt   time.Time
}

// work is a draft with everything that rendering needs.
type work struct {
	actor    post.Actor
	draft    Draft
	commune  post.Commune
	now      time.Time
	key      string
	schedule post.Schedule
	images   []channels.Image
	// barred are the pictures' faults that no rendering knows of.
	barred  []channels.Issue
	targets []target
	// problems are faults of the post itself, whatever the channel.
	problems []post.Field
}

// target is one channel of a post.
type target struct {
	channel  post.Channel
	driver   channels.Driver
	opened   channels.Channel
	variant  *post.Variant
	rendered channels.Rendered
	issues   []channels.Issue
	// old is its delivery before a change of the post; nil: there is none.
	old *post.Delivery
}

// gone reports whether this channel's delivery is out: what was published
// stays as it is.
func (t *target) gone() bool { return t.old != nil && t.old.State == post.Sent }

// compose turns a draft into a post whose deliveries hold exactly what leaves.
// The error is a *post.Problem with every field that must be corrected.
func (s *Service) compose(ctx context.Context, actor post.Actor, draft Draft, c composition) (post.Post, error) {
	w, err := s.gather(ctx, actor, draft, c)
	if err != nil {
		return post.Post{}, err
	}
	w.render()
	if draft.Schedule.Mode != post.ModeDraft {
		if fields := w.blocking(); len(fields) > 0 {
			return post.Post{}, invalidFields(fields...)
		}
	}
	return w.post(s.NewID, c)
}

// gather reads what the draft names. Faults that make rendering impossible are
// returned; the others are collected.
func (s *Service) gather(ctx context.Context, actor post.Actor, draft Draft, c composition) (*work, error) {
	if err := checkBounds(draft); err != nil {
		return nil, err
	}
	w := &work{actor: actor, draft: draft}
	var err error
	if w.commune, err = s.Store.CommuneByID(ctx, actor.CommuneID); err != nil {
		return nil, err
	}
	if w.now, err = s.Store.Now(ctx); err != nil {
		return nil, err
	}
	if c.keepDue {
		w.schedule = draft.Schedule
		w.schedule.DueAt = c.dueAt
	} else if w.schedule, err = resolveSchedule(draft.Schedule, w.commune.Zone, w.now); err != nil {
		if !c.preview {
			return nil, err
		}
		w.schedule = post.Schedule{Mode: post.ModeDraft}
	}
	if w.key = c.key; w.key == "" {
		base := contentKey(actor.CommuneID, draft.Content)
		taken, err := s.Store.PostKeys(ctx, actor.CommuneID, base)
		if err != nil {
			return nil, err
		}
		w.key = freeKey(base, taken)
	}
	kept := c.images
	if c.preview {
		kept = draft.Content.Images
	}
	if err := w.readImages(ctx, s.Store, kept); err != nil {
		return nil, err
	}
	if err := w.readTargets(ctx, s.Store, s.Opener); err != nil {
		return nil, err
	}
	for i := range w.targets {
		w.targets[i].old = newest(c.deliveries, w.targets[i].channel.ID)
	}
	return w, nil
}

// newest is the last occurrence of a channel among deliveries that were not
// given up; nil: there is none.
func newest(deliveries []post.Delivery, channelID string) *post.Delivery {
	var found *post.Delivery
	for i := range deliveries {
		d := &deliveries[i]
		if d.ChannelID == channelID && d.State != post.Cancelled && (found == nil || d.Occurrence > found.Occurrence) {
			found = d
		}
	}
	return found
}

func checkBounds(draft Draft) error {
	content := draft.Content
	switch {
	case len(content.Title) > maxTitle:
		return fieldProblem("title", "title_too_long", fmt.Sprintf("Le titre dépasse %d signes.", maxTitle))
	case len(content.Text) > maxText:
		return fieldProblem("text", "text_too_long", fmt.Sprintf("Le texte dépasse %d signes.", maxText))
	case len(content.Link) > maxLink:
		return fieldProblem("link", "link_too_long", "Le lien est trop long.")
	case len(draft.Channels) > maxChannels:
		return fieldProblem("channels", "channels_too_many", fmt.Sprintf("Choisissez au plus %d canaux.", maxChannels))
	case len(content.Images) > maxImages:
		return fieldProblem("images", "images_too_many", fmt.Sprintf("Une publication prend au plus %d images.", maxImages))
	}
	if content.Link != "" {
		if err := checkRemoteURL(content.Link); err != nil {
			return fieldProblem("link", "url_invalid", "Ce lien n’est pas une adresse web complète (https://…).")
		}
	}
	return nil
}

func (w *work) readImages(ctx context.Context, store Store, kept []post.Image) error {
	wanted := w.draft.Content.Images
	if len(wanted) == 0 {
		return nil
	}
	ids := make([]string, len(wanted))
	for i, image := range wanted {
		ids[i] = image.MediaID
	}
	found, err := store.MediaMany(ctx, w.actor.CommuneID, ids)
	if err != nil {
		return err
	}
	var fields []post.Field
	for i, image := range wanted {
		at := slices.IndexFunc(found, func(m post.Media) bool { return m.ID == image.MediaID })
		if at < 0 {
			fields = append(fields, post.Field{Field: fmt.Sprintf("images[%d].media_id", i), Code: "media_unknown", Message: "Cette image n’existe pas ici. Envoyez-la de nouveau."})
			continue
		}
		if !found[at].DeletedAt.IsZero() && !slices.ContainsFunc(kept, func(k post.Image) bool { return k.MediaID == image.MediaID }) {
			fields = append(fields, removedPicture(i))
			continue
		}
		focal := media.Focal{X: 0.5, Y: 0.5}
		if image.Focal != nil {
			if !within(image.Focal.X) || !within(image.Focal.Y) {
				fields = append(fields, post.Field{Field: fmt.Sprintf("images[%d].focal", i), Code: "focal_invalid", Message: "Le point de cadrage doit être dans l’image."})
				continue
			}
			focal = media.Focal(*image.Focal)
		}
		m := found[at]
		w.images = append(w.images, channels.Image{
			MediaID: m.ID, SHA256: m.SHA256, ContentType: media.Format(m.ContentType), Bytes: m.Bytes,
			Width: m.Width, Height: m.Height, Alt: strings.TrimSpace(image.Alt), Decorative: image.Decorative, Focal: focal,
		})
	}
	if len(fields) > 0 {
		return invalidFields(fields...)
	}
	w.barred, err = barredPictures(wanted, found, w.schedule.DueAt, w.now, w.commune.Zone)
	return err
}

func within(v float64) bool { return v >= 0 && v <= 1 }

func (w *work) readTargets(ctx context.Context, store Store, opener Opener) error {
	all, err := store.Channels(ctx, w.actor.CommuneID)
	if err != nil {
		return err
	}
	var fields []post.Field
	seen := map[string]bool{}
	for i, id := range w.draft.Channels {
		at := slices.IndexFunc(all, func(ch post.Channel) bool { return ch.ID == id })
		switch {
		case at < 0:
			fields = append(fields, post.Field{Field: fmt.Sprintf("channels[%d]", i), Code: "channel_unknown", Message: "Ce canal n’existe pas ici."})
			continue
		case seen[id]:
			fields = append(fields, post.Field{Field: fmt.Sprintf("channels[%d]", i), Code: "channel_twice", Message: "Ce canal est choisi deux fois."})
			continue
		}
		seen[id] = true
		driver, opened, err := opener.Open(ctx, all[at])
		if e, ok := channels.AsError(err); ok {
			failure := e.Failure(all[at].Name)
			fields = append(fields, post.Field{Field: fmt.Sprintf("channels[%d]", i), Code: failure.Code, Message: failure.Message})
			continue
		}
		if err != nil {
			return err
		}
		w.targets = append(w.targets, target{channel: all[at], driver: driver, opened: opened, variant: w.variant(id)})
	}
	for id := range w.draft.Overrides {
		if !seen[id] {
			fields = append(fields, post.Field{Field: "overrides." + id, Code: "channel_unknown", Message: "Ce texte adapté ne va avec aucun canal choisi."})
		}
	}
	if len(fields) > 0 {
		return invalidFields(fields...)
	}
	if len(w.draft.Channels) == 0 {
		w.problems = append(w.problems, post.Field{Field: "channels", Code: "channels_empty", Message: "Choisissez au moins un canal."})
	}
	return nil
}

func (w *work) variant(channelID string) *post.Variant {
	override, ok := w.draft.Overrides[channelID]
	if !ok || (override.Title == nil && override.Text == nil) {
		return nil
	}
	return &post.Variant{ChannelID: channelID, Title: override.Title, Text: override.Text}
}

// addKinds adds targets without an account, for previews.
func (w *work) addKinds(ctx context.Context, opener Opener, kinds []string) error {
	for i, kind := range kinds {
		driver, opened, err := opener.OpenKind(ctx, w.actor.CommuneID, kind)
		var problem *post.Problem
		if errors.As(err, &problem) {
			return fieldProblem(fmt.Sprintf("kinds[%d]", i), problem.Code, problem.Detail)
		}
		if err != nil {
			return err
		}
		w.targets = append(w.targets, target{channel: post.Channel{Kind: kind}, driver: driver, opened: opened})
	}
	return nil
}

// render makes what leaves on each channel. The full article's address is
// known before anything is published, so that short channels can link to it.
func (w *work) render() {
	article := w.articleURL()
	for i := range w.targets {
		t := &w.targets[i]
		message := w.message(t)
		message.ArticleURL = article
		t.rendered, t.issues = t.driver.Render(message, t.channel.Settings)
		t.issues = append(t.issues, w.barred...)
	}
}

func (w *work) message(t *target) channels.Message {
	content := w.draft.Content
	message := channels.Message{
		Key: w.key, Title: strings.TrimSpace(content.Title), Text: content.Text, Link: content.Link,
		Category: content.Category, Language: w.commune.Language, Images: w.images,
	}
	if t.variant != nil {
		if t.variant.Title != nil {
			message.Title = strings.TrimSpace(*t.variant.Title)
		}
		if t.variant.Text != nil {
			message.Text, message.Overridden = *t.variant.Text, true
		}
	}
	return message
}

// articleURL prefers the commune's own pages, then the other channels that
// hold whole articles, in the order in which they were chosen. Practice
// channels never lend their addresses to real ones.
func (w *work) articleURL() string {
	found := ""
	for i := range w.targets {
		t := &w.targets[i]
		articler, ok := t.opened.(channels.Articler)
		if !ok || (t.channel.Practice && slices.ContainsFunc(w.targets, func(o target) bool { return !o.channel.Practice })) {
			continue
		}
		address := articler.ArticleURL(w.message(t))
		if t.driver.Info().Kind == "site" && address != "" {
			return address
		}
		if found == "" {
			found = address
		}
	}
	return found
}

// blocking lists what keeps the post from leaving, each beside its field.
func (w *work) blocking() []post.Field {
	fields := slices.Clone(w.problems)
	for i := range w.targets {
		t := &w.targets[i]
		for _, issue := range t.issues {
			if issue.Severity != channels.SeverityError || t.gone() {
				continue
			}
			field := post.Field{Field: issue.Field, Code: issue.Code, Message: issue.Message}
			overridden := t.variant != nil && (issue.Field == "text" && t.variant.Text != nil || issue.Field == "title" && t.variant.Title != nil)
			if overridden {
				field.Field = "overrides." + t.channel.ID + "." + issue.Field
			}
			// The same fault on several channels is shown once.
			if !slices.Contains(fields, field) {
				fields = append(fields, field)
			}
		}
	}
	return fields
}

func (w *work) post(newID func() string, c composition) (post.Post, error) {
	p := post.Post{
		ID: c.id, CommuneID: w.actor.CommuneID, AuthorID: w.actor.UserID, Key: w.key, Version: c.version,
		Content: w.draft.Content, Schedule: w.schedule, MaxLateness: cmp.Or(w.draft.MaxLateness, post.DefaultMaxLateness),
		CreatedAt: w.now, UpdatedAt: w.now, UpdatedBy: w.actor.Person(),
	}
	if c.version > 1 {
		p.CreatedAt, p.AuthorID = c.createdAt, c.authorID
	}
	for i := range p.Content.Images {
		p.Content.Images[i].Alt = strings.TrimSpace(p.Content.Images[i].Alt)
	}
	for i := range w.targets {
		t := &w.targets[i]
		if t.variant != nil {
			p.Variants = append(p.Variants, *t.variant)
		}
		if t.gone() {
			continue
		}
		d, err := w.delivery(t, p, c, newID)
		if err != nil {
			return post.Post{}, err
		}
		p.Deliveries = append(p.Deliveries, d)
	}
	return p, nil
}

func (w *work) delivery(t *target, p post.Post, c composition, newID func() string) (post.Delivery, error) {
	rendered, err := json.Marshal(t.rendered)
	if err != nil {
		return post.Delivery{}, fmt.Errorf("render %s: %w", t.channel.Kind, err)
	}
	shas := make([]string, len(t.rendered.Images))
	for i, image := range t.rendered.Images {
		shas[i] = image.SHA256
	}
	d := post.Delivery{
		ID: newID(), CommuneID: p.CommuneID, PostID: p.ID, ChannelID: t.channel.ID, Kind: t.channel.Kind,
		PostVersion: p.Version, State: post.Scheduled, Lane: post.LaneOrdinary,
		DueAt: p.Schedule.DueAt, NextAt: p.Schedule.DueAt, MaxLateness: p.MaxLateness,
		Rendered: rendered, Fingerprint: adapt.Fingerprint(t.rendered.Title, t.rendered.Text, shas), UpdatedAt: w.now,
	}
	if p.Schedule.Mode == post.ModeDraft {
		d.State, d.NextAt = post.Draft, time.Time{}
	}
	if t.old != nil {
		carryOver(t.old, &d, c.keepDue)
	}
	return d, nil
}

// carryOver keeps a delivery's identity over versions of its post. What was
// held stays held. What failed or was missed stays so, with its reason, until a
// new hour is chosen or a person asks for another try.
func carryOver(old, d *post.Delivery, sameHour bool) {
	d.ID, d.Occurrence = old.ID, old.Occurrence
	switch old.State {
	case post.Held:
		if d.State == post.Scheduled {
			d.State, d.NextAt = post.Held, time.Time{}
		}
	case post.Failed, post.Missed:
		if sameHour {
			d.State, d.NextAt, d.Failure = old.State, time.Time{}, old.Failure
		} else if d.State == post.Scheduled {
			d.State = post.Retrying
		}
	default:
		// Anything else begins again as what was asked for; the store refuses
		// what may not be changed.
	}
}
