package agenda

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

// EventDraft is what a person entered of an event.
type EventDraft struct {
	// ID is the id that the event must take, so that a repeated request makes
	// one event; "" lets the service choose.
	ID       string
	Content  post.EventContent
	Dates    []post.EventDate
	Zone     string
	AllDay   bool
	Listed   bool
	Category string
	Channels []string
	// Steps nil: those of the category's recipe.
	Steps *[]post.SeriesStep
}

// Announced is an announcement with its post.
type Announced struct {
	post.Announcement
	// Post is nil where none was made.
	Post *post.Post
}

// EventView is an event with its series.
type EventView struct {
	Event         post.Event
	Announcements []Announced
	Skipped       []Skipped
	// Notes are what the planner did with hours, by step.
	Notes map[string]string
}

// Bounds of an event.
const (
	maxEventTitle = 150
	maxDates      = 60
	maxList       = 20
)

// CreateEvent saves an event and its series. Nothing is saved when anything is
// wrong with it on any channel.
func (s *Service) CreateEvent(ctx context.Context, actor post.Actor, d EventDraft) (EventView, error) {
	if d.ID != "" {
		if _, err := s.Store.AgendaEvent(ctx, actor.CommuneID, d.ID); !errors.Is(err, post.ErrNotFound) {
			// An earlier run of the same request saved it and was cut off.
			if err != nil {
				return EventView{}, err
			}
			return s.finished(ctx, actor, d.ID)
		}
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return EventView{}, err
	}
	e, err := s.eventOf(ctx, actor, d, now)
	if err != nil {
		return EventView{}, err
	}
	series, skipped, err := s.seriesOf(ctx, actor, &e, now, nil)
	if err != nil {
		return EventView{}, err
	}
	if len(series) > 0 && len(e.Channels) == 0 {
		return EventView{}, fieldProblem("channels", "channels_empty", "Choisissez au moins un canal, ou aucune annonce.")
	}
	wanted := make([]post.Announcement, len(series))
	notes := map[string]string{}
	for i, p := range series {
		wanted[i] = s.announcement(&e, p, now)
		notes[p.key] = p.note
	}
	if err := s.check(ctx, actor, &e, wanted); err != nil {
		return EventView{}, err
	}
	if err := s.Store.CreateAgendaEvent(ctx, e, wanted); err != nil {
		return EventView{}, err
	}
	view, err := s.finished(ctx, actor, e.ID)
	view.Skipped, view.Notes = append(skipped, view.Skipped...), notes
	return view, err
}

// finished settles an event and shows it.
func (s *Service) finished(ctx context.Context, actor post.Actor, id string) (EventView, error) {
	e, err := s.Store.AgendaEvent(ctx, actor.CommuneID, id)
	if err != nil {
		return EventView{}, err
	}
	all, err := s.Store.Announcements(ctx, actor.CommuneID, id)
	if err != nil {
		return EventView{}, err
	}
	// What was saved must be finished even when nobody waits any more.
	if err := s.settleEvent(context.WithoutCancel(ctx), &e, all); err != nil {
		return EventView{}, err
	}
	return s.view(ctx, actor, e, all)
}

func (s *Service) view(ctx context.Context, actor post.Actor, e post.Event, all []post.Announcement) (EventView, error) {
	view := EventView{Event: e}
	for _, a := range all {
		announced := Announced{Announcement: a}
		p, err := s.Posts.Post(ctx, actor, a.PostID)
		switch {
		case err == nil:
			announced.Post = &p
		case !errors.Is(err, post.ErrNotFound):
			return EventView{}, err
		}
		view.Announcements = append(view.Announcements, announced)
		if a.Problem != "" {
			view.Skipped = append(view.Skipped, Skipped{a.Step, a.Kind, a.Problem})
		}
	}
	return view, nil
}

// Event returns an event with its series.
func (s *Service) Event(ctx context.Context, actor post.Actor, id string) (EventView, error) {
	e, err := s.Store.AgendaEvent(ctx, actor.CommuneID, id)
	if err != nil {
		return EventView{}, err
	}
	all, err := s.Store.Announcements(ctx, actor.CommuneID, id)
	if err != nil {
		return EventView{}, err
	}
	return s.view(ctx, actor, e, all)
}

// listLength bounds a list of events.
const listLength = 500

// Events lists the events of which a part lies between two moments.
func (s *Service) Events(ctx context.Context, actor post.Actor, from, to time.Time) ([]post.Event, error) {
	return s.Store.AgendaEvents(ctx, actor.CommuneID, from, to, false, listLength)
}

// eventOf checks what was entered and makes the event of it.
func (s *Service) eventOf(ctx context.Context, actor post.Actor, d EventDraft, now time.Time) (post.Event, error) {
	commune, err := s.Store.CommuneByID(ctx, actor.CommuneID)
	if err != nil {
		return post.Event{}, err
	}
	e := post.Event{
		ID: d.ID, CommuneID: actor.CommuneID, AuthorID: actor.UserID, Version: 1, Status: post.EventScheduled, Listed: d.Listed,
		Category: d.Category, Zone: cmp.Or(d.Zone, commune.Zone), Channels: d.Channels, CreatedAt: now, UpdatedAt: now,
	}
	if e.ID == "" {
		e.ID = s.NewID()
	}
	if err := setContent(&e, d.Content); err != nil {
		return post.Event{}, err
	}
	if err := setDates(&e, d.Dates, d.AllDay); err != nil {
		return post.Event{}, err
	}
	if err := s.checkChannels(ctx, actor, e.Channels); err != nil {
		return post.Event{}, err
	}
	recipe, err := s.recipeFor(ctx, actor, e.Category)
	if err != nil {
		return e, err
	}
	e.Steps = recipe.Steps
	if d.Steps != nil {
		if e.Steps, err = checkSteps("announcements", meant(*d.Steps, recipe.Steps)); err != nil {
			return e, err
		}
	}
	e.Steps, err = s.fromTemplates(ctx, actor, "announcements", e.Steps)
	return e, err
}

// meant marks the steps whose minute a person chose for this event. One that is
// handed back under its key at the hour that it had keeps what it was.
func meant(steps, known []post.SeriesStep) []post.SeriesStep {
	steps = slices.Clone(steps)
	for i := range steps {
		steps[i].Fixed = true
		for _, k := range known {
			if steps[i].Key == k.Key && steps[i].Before == k.Before && steps[i].After == k.After && steps[i].At == k.At {
				steps[i].Fixed = k.Fixed
			}
		}
	}
	return steps
}

func setContent(e *post.Event, c post.EventContent) error {
	c.Title = strings.Join(strings.Fields(c.Title), " ")
	switch {
	case c.Title == "":
		return fieldProblem("title", "required", "Donnez un titre à l’événement.")
	case len([]rune(c.Title)) > maxEventTitle:
		return fieldProblem("title", "title_too_long", fmt.Sprintf("Le titre dépasse %d signes.", maxEventTitle))
	case (c.Place.Latitude == nil) != (c.Place.Longitude == nil):
		return fieldProblem("point", "point_incomplete", "Un point sur la carte a une latitude et une longitude.")
	case len(c.Accessibility) > maxList || len(c.Languages) > maxList:
		return fieldProblem("accessibility", "list_too_long", fmt.Sprintf("Au plus %d entrées.", maxList))
	}
	c.Place.Name, c.Place.Address = strings.TrimSpace(c.Place.Name), strings.TrimSpace(c.Place.Address)
	e.Content = c
	return nil
}

// setDates reads the dates of an event. Dates without any hour make it last
// all day.
func setDates(e *post.Event, dates []post.EventDate, allDay bool) error {
	zone, err := location(e.Zone)
	if err != nil {
		return err
	}
	if len(dates) == 0 || dates[0].Start == "" {
		return fieldProblem("starts_at", "required", "Donnez la date de l’événement.")
	}
	if len(dates) > maxDates {
		return fieldProblem("other_dates", "dates_too_many", fmt.Sprintf("Un événement a au plus %d dates.", maxDates))
	}
	onlyDays := !slices.ContainsFunc(dates, func(d post.EventDate) bool { return len(d.Start) != len(dayLayout) })
	e.AllDay, e.Dates = allDay || onlyDays, make([]post.EventDate, 0, len(dates))
	for i, d := range dates {
		field := ""
		if i > 0 {
			field = fmt.Sprintf("other_dates[%d].", i-1)
		}
		if len(d.Start) == len(dayLayout) && !e.AllDay {
			return fieldProblem(field+"starts_at", "hour_missing", "Donnez aussi l’heure, ou choisissez « toute la journée ».")
		}
		read, err := readDate(field, d, zone, e.AllDay)
		if err != nil {
			return err
		}
		e.Dates = append(e.Dates, read)
	}
	setBounds(e, zone)
	for i := 1; i < len(e.Dates); i++ {
		if e.Dates[i].Start == e.Dates[i-1].Start {
			return fieldProblem("other_dates", "date_twice", "La même date est donnée deux fois.")
		}
	}
	return nil
}

func (s *Service) checkChannels(ctx context.Context, actor post.Actor, ids []string) error {
	all, err := s.Store.Channels(ctx, actor.CommuneID)
	if err != nil {
		return err
	}
	for i, id := range ids {
		field := fmt.Sprintf("channels[%d]", i)
		if !slices.ContainsFunc(all, func(ch post.Channel) bool { return ch.ID == id }) {
			return fieldProblem(field, "channel_unknown", "Ce canal n’existe pas ici.")
		}
		if slices.Contains(ids[:i], id) {
			return fieldProblem(field, "channel_twice", "Ce canal est choisi deux fois.")
		}
	}
	return nil
}

// announcement is what a placed step wants.
func (s *Service) announcement(e *post.Event, p placed, now time.Time) post.Announcement {
	zone, err := time.LoadLocation(e.Zone)
	if err != nil {
		zone = time.UTC
	}
	return post.Announcement{
		CommuneID: e.CommuneID, EventID: e.ID, Step: p.key, Kind: p.step.Kind, PostID: s.NewID(), DueAt: p.due,
		Body: word(e, p.step, fields(p.due.In(zone)), p.date), Wanted: true, Pending: true, Revision: 1, UpdatedAt: now,
	}
}

// check finds what would keep an announcement from leaving, before anything is
// saved.
func (s *Service) check(ctx context.Context, actor post.Actor, e *post.Event, wanted []post.Announcement) error {
	var found []post.Field
	for i := range wanted {
		if !wanted[i].Wanted {
			continue
		}
		draft, err := s.eventDraft(ctx, e, &wanted[i])
		if err != nil {
			return err
		}
		draft.ID, draft.Schedule = "", post.Schedule{Mode: post.ModeDraft}
		previews, err := s.Posts.Preview(ctx, actor, draft, nil)
		if err != nil {
			return err
		}
		for _, p := range previews {
			for _, issue := range p.Issues {
				field := post.Field{Field: issue.Field, Code: issue.Code, Message: issue.Message}
				if issue.Field == "text" || issue.Field == "title" {
					field.Field = fmt.Sprintf("announcements[%s].%s", wanted[i].Step, issue.Field)
				}
				if issue.Severity == channels.SeverityError && !slices.Contains(found, field) {
					found = append(found, field)
				}
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	return &post.Problem{Kind: post.Invalid, Code: found[0].Code, Detail: "Une annonce n’est pas prête : " + found[0].Message, Fields: found}
}
