package agenda

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
)

// Action is what becomes of an announcement when its event changes.
type Action string

const (
	ActionMove   Action = "move"
	ActionReword Action = "reword"
	ActionCancel Action = "cancel"
	ActionAdd    Action = "add"
	// ActionCorrect: it is out and says what no longer holds; the notice puts it
	// right.
	ActionCorrect Action = "correct"
	ActionKeep    Action = "keep"
)

// CascadeItem is what becomes of one announcement.
type CascadeItem struct {
	Step   string
	Kind   post.AnnouncementKind
	PostID string
	Action Action
	Title  string
	// From and To are hours; zero where there is none.
	From, To time.Time
	Reason   string
	// Published are the deliveries that are out.
	Published []post.Delivery
}

// Cascade is everything that a change does, before it is done.
type Cascade struct {
	// Version is the event's that it was made for.
	Version int
	Event   post.Event
	Items   []CascadeItem
	// Notice is nil where none leaves.
	Notice *post.Announcement

	before  post.Event
	changed []post.Announcement
}

// Change is what is to become of an event.
type Change struct {
	// Kind is the kind of its notice.
	Kind post.AnnouncementKind
	// Dates replace the former ones. Of a postponement: none is not known yet,
	// and one without an end keeps the former length.
	Dates    []post.EventDate
	AllDay   *bool
	Zone     *string
	Content  *post.EventContent
	Category *string
	Listed   *bool
	Channels *[]string
	Steps    *[]post.SeriesStep
	// Announce: a notice leaves at once, on every channel of the event. Reason
	// stands in it, and Text replaces its wording.
	Announce     bool
	Reason, Text string
	// IfVersion is the version that the person saw; 0: whatever it is.
	IfVersion int
}

// Preview shows what a change would do.
func (s *Service) Preview(ctx context.Context, actor post.Actor, id string, change Change) (Cascade, error) {
	return s.cascade(ctx, actor, id, change)
}

// Apply does what Preview shows, as one act.
func (s *Service) Apply(ctx context.Context, actor post.Actor, id string, change Change) (EventView, error) {
	c, err := s.cascade(ctx, actor, id, change)
	if err != nil {
		return EventView{}, err
	}
	if reflect.DeepEqual(c.before, c.Event) {
		// The same act again: it is done already, and nobody is told twice.
		return s.finished(ctx, actor, id)
	}
	if err := s.check(ctx, actor, &c.Event, c.changed); err != nil {
		return EventView{}, err
	}
	c.Event.Sequence++
	if c.Event.UpdatedAt, err = s.Store.Now(ctx); err != nil {
		return EventView{}, err
	}
	err = s.Store.UpdateAgendaEvent(ctx, c.Event, c.Version, c.changed)
	if errors.Is(err, post.ErrStale) {
		return EventView{}, staleProblem()
	}
	if err != nil {
		return EventView{}, err
	}
	return s.finished(ctx, actor, id)
}

func (s *Service) cascade(ctx context.Context, actor post.Actor, id string, change Change) (Cascade, error) {
	view, err := s.Event(ctx, actor, id)
	if err != nil {
		return Cascade{}, err
	}
	if change.IfVersion != 0 && change.IfVersion != view.Event.Version {
		return Cascade{}, staleProblem()
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Cascade{}, err
	}
	c := Cascade{Version: view.Event.Version, before: view.Event}
	if c.Event, err = s.changed(ctx, actor, &view, change); err != nil {
		return Cascade{}, err
	}
	var own []time.Time
	for _, a := range view.Announcements {
		if a.Wanted && (a.Post == nil || !standingOf(a.Post).left) {
			own = append(own, a.DueAt)
		}
	}
	series, skipped, err := s.seriesOf(ctx, actor, &c.Event, now, own)
	if err != nil {
		return Cascade{}, err
	}
	for i := range view.Announcements {
		series = c.carry(&view.Announcements[i], series, skipped, s, now)
	}
	for _, p := range series {
		a := s.announcement(&c.Event, p, now)
		c.changed = append(c.changed, a)
		c.Items = append(c.Items, CascadeItem{Step: a.Step, Kind: a.Kind, PostID: a.PostID, Action: ActionAdd, Title: a.Body.Title, To: a.DueAt, Reason: p.note})
	}
	if change.Announce && !reflect.DeepEqual(c.before, c.Event) && len(c.Event.Channels) > 0 {
		c.notice(change, s.NewID(), now)
	}
	return c, nil
}

// carry decides what becomes of one announcement and returns the steps of the
// new series that are left.
func (c *Cascade) carry(a *Announced, series []placed, skipped []Skipped, s *Service, now time.Time) []placed {
	var st standing
	item := CascadeItem{Step: a.Step, Kind: a.Kind, PostID: a.PostID, Title: a.Body.Title, From: a.DueAt}
	if a.Post != nil {
		st = standingOf(a.Post)
		for _, d := range a.Post.Deliveries {
			if d.State == post.Sent {
				item.Published = append(item.Published, d)
			}
		}
	}
	at := slices.IndexFunc(series, func(p placed) bool { return p.key == a.Step && !a.Kind.Notice() })
	var next *placed
	if at >= 0 {
		found := series[at]
		next, series = &found, slices.Delete(slices.Clone(series), at, at+1)
	}
	change := func(action Action, want post.Announcement) {
		item.Action = action
		want.Pending, want.UpdatedAt = true, now
		c.changed = append(c.changed, want)
	}
	want := a.Announcement
	switch {
	case st.left:
		item.Action = ActionKeep
		if c.newsworthy() {
			item.Action = ActionCorrect
			if st.open {
				// What is out on one network and not on another must not follow.
				want.Wanted = false
				change(ActionCorrect, want)
				item.Reason = "Ce qui n’est pas encore parti est annulé."
			}
		}
	case a.Kind.Notice() && st.open:
		want.Wanted = false
		change(ActionCancel, want)
		item.Reason = "Remplacé par ce nouvel avis."
	case a.Kind.Notice() || (st.cancelled && a.Wanted):
		item.Action, item.Reason = ActionKeep, "Annulée à la main : elle le reste."
	case next != nil:
		fresh := s.announcement(&c.Event, *next, now)
		want.Kind, want.DueAt, want.Body, want.Wanted = fresh.Kind, fresh.DueAt, fresh.Body, true
		item.To, item.Title, item.Reason = want.DueAt, want.Body.Title, next.note
		switch {
		case !want.DueAt.Equal(a.DueAt) || !a.Wanted:
			change(ActionMove, want)
		case want.Body != a.Body || c.rendersAnew():
			change(ActionReword, want)
		default:
			item.Action = ActionKeep
		}
	case a.Wanted:
		want.Wanted = false
		change(ActionCancel, want)
		item.Reason = c.reasonOf(a.Step, skipped)
	default:
		return series // withdrawn before, and still not wanted
	}
	c.Items = append(c.Items, item)
	return series
}

// newsworthy: what was said of the event no longer holds.
func (c *Cascade) newsworthy() bool {
	b, e := &c.before, &c.Event
	return b.Status != e.Status || b.AllDay != e.AllDay || b.Zone != e.Zone || !slices.Equal(b.Dates, e.Dates) ||
		!reflect.DeepEqual(b.Content.Place, e.Content.Place) || b.Content.Title != e.Content.Title
}

// rendersAnew: the posts change although their words do not.
func (c *Cascade) rendersAnew() bool {
	b, e := &c.before, &c.Event
	return !slices.Equal(b.Channels, e.Channels) || b.Content.Link != e.Content.Link || b.Category != e.Category ||
		!reflect.DeepEqual(b.Content.Images, e.Content.Images)
}

func (c *Cascade) reasonOf(step string, skipped []Skipped) string {
	switch c.Event.Status {
	case post.EventCancelled:
		return "L’événement est annulé."
	case post.EventPostponed:
		return "La nouvelle date n’est pas connue."
	default:
		for _, s := range skipped {
			if s.Step == step {
				return s.Reason
			}
		}
		return "Cette annonce n’est plus dans la série."
	}
}

// notice adds what people are told at once.
func (c *Cascade) notice(change Change, postID string, now time.Time) {
	zone, err := time.LoadLocation(c.Event.Zone)
	if err != nil {
		zone = time.UTC
	}
	c.Notice = &post.Announcement{
		CommuneID: c.Event.CommuneID, EventID: c.Event.ID, Step: fmt.Sprintf("notice-%d", c.Event.Sequence+1), Kind: change.Kind,
		PostID: postID, AtOnce: true, DueAt: now, Wanted: true, Pending: true, Revision: 1, UpdatedAt: now,
		Body: wordNotice(change.Kind, &c.before, &c.Event, fields(now.In(zone)), change.Reason, change.Text),
	}
	c.changed = append(c.changed, *c.Notice)
}

// changed is the event after a change.
func (s *Service) changed(ctx context.Context, actor post.Actor, view *EventView, change Change) (post.Event, error) {
	e := view.Event
	if e.Status == post.EventCancelled {
		if change.Kind == post.AnnounceCancelled {
			return e, nil
		}
		return e, &post.Problem{Kind: post.Conflict, Code: "event_cancelled", Detail: "Cet événement est annulé : il ne change plus. Créez-en un nouveau."}
	}
	if err := checkBlanks("text", change.Text, append(EventBlanks(), "contact_ligne")); err != nil {
		return e, err
	}
	switch change.Kind {
	case post.AnnounceCancelled:
		e.Status = post.EventCancelled
		return e, nil
	case post.AnnouncePostponed:
		return e, postpone(&e, change.Dates)
	default:
		return e, s.amend(ctx, actor, view, &e, change)
	}
}

// postpone moves an event to other dates, or to none that is known.
func postpone(e *post.Event, dates []post.EventDate) error {
	before := *e
	if len(dates) == 0 {
		e.Status = post.EventPostponed
		remember(e, &before)
		return nil
	}
	old := spans(e)
	if err := setDates(e, dates, e.AllDay); err != nil {
		return err
	}
	keepLengths(e, old, dates, before.AllDay)
	if zone, err := location(e.Zone); err == nil {
		setBounds(e, zone)
	}
	if slices.Equal(e.Dates, before.Dates) && e.AllDay == before.AllDay && before.Status != post.EventPostponed {
		*e = before
		if before.Status == post.EventScheduled {
			return fieldProblem("starts_at", "date_same", "C’est déjà la date de l’événement.")
		}
		return nil
	}
	e.Status = post.EventRescheduled
	remember(e, &before)
	return nil
}

// remember keeps the dates that an event had, once.
func remember(e, before *post.Event) {
	if before.Status != post.EventPostponed {
		e.Previous = append(slices.Clone(before.Previous), before.Dates[0])
	}
}

// keepLengths gives the new dates the length of the former ones where none was
// chosen, and moves the further dates with the first where they were not given.
func keepLengths(e *post.Event, old []span, given []post.EventDate, oldAllDay bool) {
	layout := clock.WallMinutes
	if e.AllDay {
		layout = dayLayout
	}
	now := spans(e)
	for i := range e.Dates {
		if i < len(old) && e.Dates[i].End == "" && old[i].hasEnd && e.AllDay == oldAllDay {
			e.Dates[i].End = now[i].start.Add(old[i].end.Sub(old[i].start)).Format(layout)
		}
	}
	if len(given) > 1 || len(old) < 2 || e.AllDay != oldAllDay {
		return
	}
	shift := now[0].start.Sub(old[0].start)
	for _, o := range old[1:] {
		d := post.EventDate{Start: o.start.Add(shift).Format(layout)}
		if o.hasEnd {
			d.End = o.end.Add(shift).Format(layout)
		}
		e.Dates = append(e.Dates, d)
	}
}

// amend changes anything else of an event.
func (s *Service) amend(ctx context.Context, actor post.Actor, view *EventView, e *post.Event, change Change) error {
	before := *e
	if change.Content != nil {
		if err := setContent(e, *change.Content); err != nil {
			return err
		}
	}
	if change.Category != nil {
		e.Category = *change.Category
	}
	if change.Listed != nil {
		e.Listed = *change.Listed
	}
	if change.Zone != nil {
		e.Zone = *change.Zone
	}
	if change.Channels != nil {
		if err := s.checkChannels(ctx, actor, *change.Channels); err != nil {
			return err
		}
		e.Channels = *change.Channels
	}
	if change.Steps != nil {
		steps, err := checkSteps("announcements", meant(*change.Steps, before.Steps))
		if err != nil {
			return err
		}
		if steps, err = s.fromTemplates(ctx, actor, "announcements", steps); err != nil {
			return err
		}
		e.Steps = steps
	}
	if len(change.Dates) > 0 || change.AllDay != nil || change.Zone != nil {
		dates, allDay := change.Dates, e.AllDay
		if len(dates) == 0 {
			dates = e.Dates
		}
		if change.AllDay != nil {
			allDay = *change.AllDay
		}
		if err := setDates(e, dates, allDay); err != nil {
			return err
		}
	}
	out := slices.ContainsFunc(view.Announcements, func(a Announced) bool { return a.Post != nil && standingOf(a.Post).left })
	if !slices.Equal(before.Dates, e.Dates) && (out || before.Status == post.EventPostponed) {
		// People have read the former date.
		e.Status = post.EventRescheduled
		remember(e, &before)
	}
	if len(e.Channels) == 0 && len(e.Steps) > 0 {
		return fieldProblem("channels", "channels_empty", "Choisissez au moins un canal, ou aucune annonce.")
	}
	return nil
}
