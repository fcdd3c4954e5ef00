package agenda

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

// shortTexts is the most that a channel takes for which a short text is worth
// writing.
const shortTexts = 500

// settleTries bounds how often a post is changed again because somebody else
// changed it at the same moment.
const settleTries = 3

// errUnresolved: a post that is no longer wanted is on its way; whether it
// arrives is not known yet.
var errUnresolved = errors.New("on its way")

// eventDraft is the post of an announcement.
func (s *Service) eventDraft(ctx context.Context, e *post.Event, a *post.Announcement) (publishing.Draft, error) {
	overrides, err := s.short(ctx, e.CommuneID, e.Channels, a.Body.Short)
	if err != nil {
		return publishing.Draft{}, err
	}
	return publishing.Draft{
		ID: a.PostID,
		Content: post.Content{
			Title: a.Body.Title, Text: a.Body.Text, Link: e.Content.Link, Category: cmp.Or(e.Category, "event"), Images: slices.Clone(e.Content.Images),
		},
		Channels: e.Channels, Overrides: overrides, Schedule: at(a.AtOnce, a.DueAt, e.Zone),
	}, nil
}

// at is the schedule of an instant. It is written as people of the zone read
// it; of two equal hours in autumn the first is meant, as everywhere.
func at(once bool, due time.Time, zoneName string) post.Schedule {
	if once {
		return post.Schedule{Mode: post.ModeNow, Zone: zoneName}
	}
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		zone = time.UTC
	}
	return post.Schedule{Mode: post.ModeAt, Wall: wallText(due, zone), Zone: zoneName}
}

// short puts a short text on each channel that takes short texts only, as far
// as it fits.
func (s *Service) short(ctx context.Context, communeID string, channelIDs []string, text string) (map[string]publishing.Override, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no texts of their own
	}
	all, err := s.Store.Channels(ctx, communeID)
	if err != nil {
		return nil, err
	}
	overrides := map[string]publishing.Override{}
	for _, ch := range all {
		driver, ok := s.Drivers.Driver(ch.Kind)
		if !ok || !slices.Contains(channelIDs, ch.ID) {
			continue
		}
		limit := driver.Limits(ch.Settings).Text
		if limit.Max > 0 && limit.Max <= shortTexts && adapt.Count(limit.Rule, text) <= limit.Max {
			overrides[ch.ID] = publishing.Override{Text: &text}
		}
	}
	return overrides, nil
}

// bring makes a post as a draft says, or withdraws it. Doing it again changes
// nothing. problem is why it cannot be, in words for people.
func (s *Service) bring(ctx context.Context, actor post.Actor, draft publishing.Draft, wanted bool) (problem string, err error) {
	for range settleTries {
		err = s.bringOnce(ctx, actor, draft, wanted)
		var p *post.Problem
		switch {
		case err == nil:
			return "", nil
		case errors.As(err, &p) && p.Kind == post.Stale:
			continue
		case errors.As(err, &p):
			return problemText(p), nil
		default:
			return "", err
		}
	}
	return "", err
}

func (s *Service) bringOnce(ctx context.Context, actor post.Actor, draft publishing.Draft, wanted bool) error {
	current, err := s.Posts.Post(ctx, actor, draft.ID)
	missing := errors.Is(err, post.ErrNotFound)
	switch {
	case err != nil && !missing:
		return err
	case missing && !wanted:
		return nil
	case missing:
		_, err = s.Posts.Create(ctx, actor, draft)
		return err
	case !wanted:
		return s.withdraw(ctx, actor, current)
	case same(&current, draft):
		return nil
	}
	_, err = s.Posts.Update(ctx, actor, current.ID, current.Version, publishing.Patch{
		Title: &draft.Content.Title, Text: &draft.Content.Text, Link: &draft.Content.Link, Category: &draft.Content.Category,
		Images: &draft.Content.Images, Channels: &draft.Channels, Overrides: &draft.Overrides, Schedule: &draft.Schedule,
	})
	return err
}

// withdraw cancels what has not left. What is on its way does not leave a
// second time, and is looked at again.
func (s *Service) withdraw(ctx context.Context, actor post.Actor, p post.Post) error {
	if standingOf(&p).open {
		var problem *post.Problem
		after, err := s.Posts.Cancel(ctx, actor, p.ID)
		if err != nil && (!errors.As(err, &problem) || problem.Kind != post.Conflict) {
			return err
		}
		if err == nil {
			p = after
		}
	}
	if !standingOf(&p).unresolved {
		return nil
	}
	err := s.Store.LapseDeliveries(ctx, actor.CommuneID, p.ID)
	if err != nil && !errors.Is(err, post.ErrNotFound) {
		return err
	}
	return errUnresolved
}

// same reports whether a post is as a draft says already.
func same(p *post.Post, draft publishing.Draft) bool {
	if draft.Schedule.Mode == post.ModeNow {
		return true // it left at once, or is leaving
	}
	var live []string
	for i := range p.Deliveries {
		if p.Deliveries[i].State != post.Cancelled {
			live = append(live, p.Deliveries[i].ChannelID)
		}
	}
	wanted := slices.Clone(draft.Channels)
	slices.Sort(live)
	slices.Sort(wanted)
	variants := map[string]publishing.Override{}
	for _, v := range p.Variants {
		variants[v.ChannelID] = publishing.Override{Title: v.Title, Text: v.Text}
	}
	if len(draft.Overrides) == 0 {
		draft.Overrides = map[string]publishing.Override{}
	}
	if len(p.Content.Images) == 0 && len(draft.Content.Images) == 0 {
		p.Content.Images, draft.Content.Images = nil, nil
	}
	return slices.Equal(slices.Compact(live), wanted) && reflect.DeepEqual(variants, draft.Overrides) &&
		reflect.DeepEqual(p.Content, draft.Content) && p.Schedule.Wall == draft.Schedule.Wall && p.Schedule.Zone == draft.Schedule.Zone
}

func problemText(p *post.Problem) string {
	texts := []string{}
	for _, f := range p.Fields {
		texts = append(texts, f.Message)
	}
	if len(texts) == 0 {
		return p.Detail
	}
	return strings.Join(texts, " ")
}

// standing is where a post stands, as far as a series must know.
type standing struct {
	// made: there is a post.
	made bool
	// left: a part of it is out, or may be.
	left bool
	// unresolved: a part of it is on its way.
	unresolved bool
	// open: a part of it may still leave.
	open bool
	// cancelled: all of it was given up.
	cancelled bool
}

func standingOf(p *post.Post) standing {
	st := standing{made: true, cancelled: len(p.Deliveries) > 0}
	for i := range p.Deliveries {
		state := p.Deliveries[i].State
		st.cancelled = st.cancelled && state == post.Cancelled
		switch state {
		case post.Sent:
			st.left = true
		case post.Sending, post.Unknown, post.Reconciling:
			st.left, st.unresolved = true, true
		case post.Cancelled:
		default:
			st.open = true
		}
	}
	return st
}

// settleEvent brings the posts of an event to what its series wants.
func (s *Service) settleEvent(ctx context.Context, e *post.Event, all []post.Announcement) error {
	var errs []error
	for i := range all {
		if all[i].Pending {
			errs = append(errs, s.settleAnnouncement(ctx, e, &all[i]))
		}
	}
	return errors.Join(errs...)
}

// settleAnnouncement brings the post of an announcement to what is wanted. When
// something else is wanted by then, it goes on until the post is as that says:
// an older wish never has the last word.
func (s *Service) settleAnnouncement(ctx context.Context, e *post.Event, a *post.Announcement) error {
	for range settleTries {
		err := s.settleOnce(ctx, e, a)
		if !errors.Is(err, post.ErrStale) {
			return err
		}
		if *e, err = s.Store.AgendaEvent(ctx, a.CommuneID, a.EventID); err != nil {
			return err
		}
		all, err := s.Store.Announcements(ctx, a.CommuneID, a.EventID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(newer post.Announcement) bool { return newer.Step == a.Step })
		if at < 0 {
			return nil
		}
		*a = all[at]
	}
	return nil
}

func (s *Service) settleOnce(ctx context.Context, e *post.Event, a *post.Announcement) error {
	draft, err := s.eventDraft(ctx, e, a)
	if err != nil {
		return err
	}
	problem, err := s.bring(ctx, author(e.CommuneID, e.AuthorID), draft, a.Wanted)
	if errors.Is(err, errUnresolved) {
		return nil // it stays pending
	}
	if err != nil {
		return err
	}
	if err := s.tell(ctx, e.CommuneID, e.AuthorID, a.PostID, e.Content.Title, a.Problem, problem); err != nil {
		return err
	}
	err = s.Store.AnnouncementSettled(ctx, e.CommuneID, e.ID, a.Step, a.Revision, problem)
	if err == nil {
		a.Pending, a.Problem = false, problem
	}
	return err
}

// tell opens a notice of what cannot be planned as it should, or settles the
// one that is open.
func (s *Service) tell(ctx context.Context, communeID, authorID, postID, title, before, problem string) error {
	now, err := s.Store.Now(ctx)
	switch {
	case err != nil || before == problem:
		return err
	case problem == "":
		return s.Store.SettleNotice(ctx, communeID, post.NoticeAgenda, postID, now)
	}
	_, err = s.Store.OpenNoticeFor(ctx, post.Notice{
		CommuneID: communeID, Kind: post.NoticeAgenda, Subject: postID, Severity: post.SeverityError,
		Title: "Annonce à revoir : " + title, Message: problem, NextStep: "Ouvrez la série, corrigez, puis enregistrez.", CreatedAt: now,
	}, authorID)
	return err
}

const (
	// tendAfter is how long whoever wanted something is left alone with making
	// it.
	tendAfter = 30 * time.Second
	tendBatch = 200
)

// Tend finishes what a crash cut off, and makes the posts of recurrences as
// their hours come near. Several workers may do so at once.
func (s *Service) Tend(ctx context.Context, now time.Time) (int, error) {
	pending, err := s.Store.PendingAnnouncements(ctx, now.Add(-tendAfter), tendBatch)
	if err != nil {
		return 0, err
	}
	var errs []error
	for i := range pending {
		e, err := s.Store.AgendaEvent(ctx, pending[i].CommuneID, pending[i].EventID)
		if err == nil {
			err = s.settleAnnouncement(ctx, &e, &pending[i])
		}
		errs = append(errs, err)
	}
	made, err := s.tendRecurrences(ctx, now)
	return len(pending) + made, errors.Join(append(errs, err)...)
}
