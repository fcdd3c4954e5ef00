package importing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

const (
	// maxTries is how often a post is tried to be made.
	maxTries = 5
	// stale is how old an article may be that leaves by itself: after an outage
	// of the source or of ours, yesterday's news is a person's decision.
	stale = 48 * time.Hour
	// lead is how long a person has at least to look at what will leave.
	lead = 15 * time.Minute
	// spacing lies between two posts of a source that a rule gives one hour, and
	// perDay is the most of them in a day.
	spacing = 15 * time.Minute
	perDay  = 6
	// daysAhead is how far a full day pushes a post.
	daysAhead = 7
)

// ruleFor is the first rule that matches; where none does, a person decides.
func ruleFor(source *post.Source, c *post.ItemContent) post.ImportRule {
	for _, rule := range source.Rules {
		if rule.Category == "" {
			return rule
		}
		for _, category := range c.Categories {
			if fold(category) == fold(rule.Category) {
				return rule
			}
		}
	}
	return post.ImportRule{Action: post.ImportProposal}
}

// fold takes accents and capitals away.
func fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(oneLine(text))) {
		if r < 0x300 || r > 0x36f {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// take makes of an item what its rule says. The post's id is that of the item:
// done twice, it is done once.
func (p *polling) take(ctx context.Context, commune *post.Commune, item *post.SourceItem) error {
	item.Tries++
	item.UpdatedAt = p.now
	rule := ruleFor(p.source, &item.Content)
	actor := p.actor()
	err := p.fetchPictures(ctx, actor, item, item.Tries < patience)
	if errors.Is(err, errLater) {
		p.left = true
		return p.Store.UpdateSourceItem(ctx, *item)
	}
	if err != nil {
		return p.again(ctx, item, err)
	}
	item.Notes = pictureNotes(&item.Content)
	if rule.Action == post.ImportProposal {
		item.State = post.ItemProposed
		return p.Store.UpdateSourceItem(ctx, *item)
	}
	draft, err := p.draft(ctx, rule, item)
	if err != nil {
		return p.again(ctx, item, err)
	}
	item.State = post.ItemDrafted
	if rule.Action == post.ImportSchedule {
		if err := p.schedule(ctx, commune, rule, item, &draft); err != nil {
			return p.again(ctx, item, err)
		}
	}
	made, err := p.Posts.Create(ctx, actor, draft)
	var problem *post.Problem
	if errors.As(err, &problem) && draft.Schedule.Mode == post.ModeAt {
		item.Notes = append(item.Notes, problemNote(problem))
		draft.Schedule = post.Schedule{Mode: post.ModeDraft}
		item.ScheduledAt = time.Time{}
		made, err = p.Posts.Create(ctx, actor, draft)
	}
	if err != nil {
		return p.again(ctx, item, err)
	}
	if made.Schedule.Mode == post.ModeAt {
		item.State, item.ScheduledAt = post.ItemScheduled, made.Schedule.DueAt
	}
	item.PostVersion = 1
	if err := p.Store.UpdateSourceItem(ctx, *item); err != nil {
		return err
	}
	if rule.Action == post.ImportSchedule && item.State == post.ItemDrafted {
		return p.tellItem(ctx, item, "« "+headline(item)+" » attend en brouillon", strings.Join(item.Notes, " "), "Ouvrez le brouillon, complétez-le, puis choisissez son heure.")
	}
	return nil
}

func headline(item *post.SourceItem) string {
	c := post.Content{Title: item.Content.Title, Text: item.Content.Text}
	return c.Headline()
}

// again leaves an item for the next time, or gives it up. What a person must
// put right is no error of ours.
func (p *polling) again(ctx context.Context, item *post.SourceItem, cause error) error {
	ctx = context.WithoutCancel(ctx)
	var problem *post.Problem
	refused := errors.As(cause, &problem)
	if !refused && item.Tries < maxTries {
		return errors.Join(cause, p.Store.UpdateSourceItem(ctx, *item))
	}
	item.State = post.ItemFailed
	note := "Cet article n’a pas pu être repris."
	if refused {
		note = problemNote(problem)
	}
	item.Notes = append(item.Notes, note)
	p.Log.WarnContext(ctx, "an item of a source was given up", "source", p.source.ID, "item", item.ID, "error", cause)
	return p.Store.UpdateSourceItem(ctx, *item)
}

func problemNote(problem *post.Problem) string {
	if len(problem.Fields) > 0 {
		return problem.Fields[0].Message
	}
	return problem.Detail
}

// actor is who has the posts made: the person who set the source up.
func (p *polling) actor() post.Actor {
	return post.Actor{CommuneID: p.source.CommuneID, UserID: p.source.CreatedBy, Role: post.RoleAuthor}
}

// draft is the post of an item, on the channels of the rule that exist and are
// not the source itself.
func (p *polling) draft(ctx context.Context, rule post.ImportRule, item *post.SourceItem) (publishing.Draft, error) {
	channels, err := p.usableChannels(ctx, p.source, rule.Channels)
	return publishing.Draft{
		ID: item.PostID, Content: contentOf(&item.Content, rule), Channels: channels, Schedule: post.Schedule{Mode: post.ModeDraft},
	}, err
}

func contentOf(c *post.ItemContent, rule post.ImportRule) post.Content {
	category := rule.PostCategory
	if category == "" && len(c.Categories) > 0 {
		category = c.Categories[0]
	}
	return post.Content{Title: c.Title, Text: c.Text, Link: c.Link, Category: category, Images: c.Images()}
}

// schedule gives the post its hour, or says why it has none.
func (p *polling) schedule(ctx context.Context, commune *post.Commune, rule post.ImportRule, item *post.SourceItem, draft *publishing.Draft) error {
	switch {
	case len(item.Notes) > 0:
		return nil // a picture is not ready
	case !item.PublishedAt.IsZero() && item.PublishedAt.Before(p.now.Add(-stale)):
		item.Notes = append(item.Notes, "L’article a plus de deux jours : il n’est pas parti tout seul.")
		return nil
	case len(draft.Channels) == 0:
		item.Notes = append(item.Notes, "Les canaux de la règle n’existent plus : choisissez-en.")
		return nil
	}
	at, ok, err := p.hour(ctx, commune, rule.At)
	if err != nil {
		return err
	}
	if !ok {
		item.Notes = append(item.Notes, "Trop d’articles attendent déjà à cette heure : choisissez-en une autre.")
		return nil
	}
	if item.PublishedAt.After(p.now) && !at.Before(item.PublishedAt) {
		item.Notes = append(item.Notes, "L’événement commence avant l’heure de la règle : choisissez-en une autre.")
		return nil
	}
	zone, err := time.LoadLocation(commune.Zone)
	if err != nil {
		return fmt.Errorf("zone of the commune: %w", err)
	}
	draft.Schedule = post.Schedule{Mode: post.ModeAt, Wall: at.In(zone).Format(time.RFC3339), Zone: commune.Zone}
	item.ScheduledAt = at
	return nil
}

// hour is the next free moment from an hour of the day on.
func (p *polling) hour(ctx context.Context, commune *post.Commune, at string) (time.Time, bool, error) {
	zone, err := time.LoadLocation(commune.Zone)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("zone of the commune: %w", err)
	}
	wall, err := time.Parse("15:04", at)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("hour of a rule: %w", err)
	}
	taken, err := p.Store.ScheduledSourceItems(ctx, p.source.CommuneID, p.source.ID, p.now, p.now.AddDate(0, 0, daysAhead+2))
	if err != nil {
		return time.Time{}, false, err
	}
	today := p.now.In(zone)
	for day := range daysAhead + 1 {
		first, _ := clock.Resolve(time.Date(today.Year(), today.Month(), today.Day()+day, wall.Hour(), wall.Minute(), 0, 0, time.UTC), zone)
		for n := range perDay {
			candidate := first.Add(time.Duration(n) * spacing)
			if candidate.After(p.now.Add(lead)) && !containsTime(taken, candidate) {
				return candidate, true, nil
			}
		}
	}
	return time.Time{}, false, nil
}

func containsTime(all []time.Time, at time.Time) bool {
	for _, one := range all {
		if one.Equal(at) {
			return true
		}
	}
	return false
}

// edit follows an item that its source changed: the post too where no person
// has changed it since and nothing has left; otherwise people are told.
func (p *polling) edit(ctx context.Context, item *post.SourceItem, one *seen) error {
	item.Hash, item.PublishedAt, item.UpdatedAt = one.hashed, one.Published, p.now
	item.Content = keepPictures(&item.Content, one.Content)
	switch item.State {
	case post.ItemProposed:
		if err := p.fetchPictures(ctx, p.actor(), item, false); err != nil {
			return err
		}
		item.Notes = pictureNotes(&item.Content)
	case post.ItemDrafted, post.ItemScheduled:
		return p.editPost(ctx, item)
	case post.ItemFailed:
		item.State, item.Tries, item.Notes = post.ItemPending, 0, nil
	case post.ItemPending, post.ItemOurs, post.ItemSkipped, post.ItemDeclined:
	}
	return p.Store.UpdateSourceItem(ctx, *item)
}

// keepPictures keeps the pictures that are in the library already.
func keepPictures(before *post.ItemContent, now post.ItemContent) post.ItemContent {
	for i := range now.Pictures {
		for _, known := range before.Pictures {
			if samePicture(known.URL) == samePicture(now.Pictures[i].URL) && known.MediaID != "" {
				now.Pictures[i].MediaID = known.MediaID
			}
		}
	}
	return now
}

func (p *polling) editPost(ctx context.Context, item *post.SourceItem) error {
	current, err := p.Posts.Post(ctx, p.actor(), item.PostID)
	if errors.Is(err, post.ErrNotFound) {
		return p.Store.UpdateSourceItem(ctx, *item)
	}
	if err != nil {
		return err
	}
	status := post.StatusOf(current.Deliveries)
	if status == post.StatusCancelled {
		return p.Store.UpdateSourceItem(ctx, *item)
	}
	if current.Version != item.PostVersion || status != post.StatusDraft && status != post.StatusScheduled {
		return p.tellEdited(ctx, item)
	}
	if err := p.fetchPictures(ctx, p.actor(), item, false); err != nil {
		return err
	}
	item.Notes = pictureNotes(&item.Content)
	content := contentOf(&item.Content, ruleFor(p.source, &item.Content))
	patch := publishing.Patch{Title: &content.Title, Text: &content.Text, Link: &content.Link, Images: &content.Images}
	if len(item.Notes) > 0 && status == post.StatusScheduled {
		// What leaves by itself has every picture described.
		patch.Schedule = &post.Schedule{Mode: post.ModeDraft}
		item.State, item.ScheduledAt = post.ItemDrafted, time.Time{}
	}
	changed, err := p.Posts.Update(ctx, p.actor(), item.PostID, item.PostVersion, patch)
	var problem *post.Problem
	if errors.As(err, &problem) {
		return p.tellEdited(ctx, item)
	}
	if err != nil {
		return err
	}
	item.PostVersion = changed.Version
	if err := p.Store.UpdateSourceItem(ctx, *item); err != nil {
		return err
	}
	if patch.Schedule != nil {
		return p.tellItem(ctx, item, "« "+headline(item)+" » est redevenu un brouillon",
			"Le site a modifié l’article. "+strings.Join(item.Notes, " "), "Ouvrez le brouillon, complétez-le, puis choisissez son heure.")
	}
	return nil
}

// tellEdited says that a post and the article that it was made of differ now.
func (p *polling) tellEdited(ctx context.Context, item *post.SourceItem) error {
	item.Changed = true
	if err := p.Store.UpdateSourceItem(ctx, *item); err != nil {
		return err
	}
	return p.tellItem(ctx, item, "Le site a modifié « "+headline(item)+" »",
		"La publication faite de cet article a été modifiée ici, ou est déjà partie : elle est restée telle quelle.",
		"Comparez les deux, puis corrigez la publication si nécessaire.")
}

func (p *polling) tellItem(ctx context.Context, item *post.SourceItem, title, message, next string) error {
	_, err := p.Store.OpenNotice(ctx, post.Notice{
		CommuneID: item.CommuneID, Kind: post.NoticeSource, Subject: item.ID, Severity: post.SeverityWarning, PostID: item.PostID,
		Title: title, Message: cmp.Or(message, "Il manque quelque chose pour publier."), NextStep: next, CreatedAt: p.now,
	})
	return err
}
