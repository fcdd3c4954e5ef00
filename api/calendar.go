package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	openapi_types "github.com/oapi-codegen/runtime/types"

	"github.com/crieur/crieur/internal/ics"
	"github.com/crieur/crieur/internal/planning"
	"github.com/crieur/crieur/internal/post"
)

// Planning are the use cases on the plan and its settings.
type Planning interface {
	Days(ctx context.Context, actor post.Actor, from, to time.Time) (planning.Days, error)
	Settings(ctx context.Context, actor post.Actor) (post.PublishingSettings, error)
	SaveSettings(ctx context.Context, actor post.Actor, settings post.PublishingSettings) (post.PublishingSettings, error)
	Feed(ctx context.Context, actor post.Actor) (planning.Feed, error)
	NewFeed(ctx context.Context, actor post.Actor) (planning.Feed, error)
	StopFeed(ctx context.Context, actor post.Actor) error
	// Calendar writes the feed at the last part of an address; post.ErrNotFound:
	// there is none.
	Calendar(ctx context.Context, file string) ([]byte, error)
}

// GetCalendar implements StrictServerInterface.
func (s *Server) GetCalendar(ctx context.Context, in GetCalendarRequestObject) (GetCalendarResponseObject, error) {
	ctx, actor := caller(ctx)
	days, err := s.deps.Planning.Days(ctx, actor, in.Params.From.Time, in.Params.To.Time)
	if err != nil {
		return nil, err
	}
	return GetCalendar200JSONResponse(calendarView(&days)), nil
}

// GetCalendarFeed implements StrictServerInterface.
func (s *Server) GetCalendarFeed(ctx context.Context, _ GetCalendarFeedRequestObject) (GetCalendarFeedResponseObject, error) {
	ctx, actor := caller(ctx)
	feed, err := s.deps.Planning.Feed(ctx, actor)
	if err != nil {
		return nil, err
	}
	return GetCalendarFeed200JSONResponse(feedView(feed)), nil
}

// CreateCalendarFeed implements StrictServerInterface.
func (s *Server) CreateCalendarFeed(ctx context.Context, _ CreateCalendarFeedRequestObject) (CreateCalendarFeedResponseObject, error) {
	ctx, actor := caller(ctx)
	feed, err := s.deps.Planning.NewFeed(ctx, actor)
	if err != nil {
		return nil, err
	}
	return CreateCalendarFeed201JSONResponse(feedView(feed)), nil
}

// DeleteCalendarFeed implements StrictServerInterface.
func (s *Server) DeleteCalendarFeed(ctx context.Context, _ DeleteCalendarFeedRequestObject) (DeleteCalendarFeedResponseObject, error) {
	ctx, actor := caller(ctx)
	if err := s.deps.Planning.StopFeed(ctx, actor); err != nil {
		return nil, err
	}
	return DeleteCalendarFeed204Response{}, nil
}

// GetPublishingSettings implements StrictServerInterface.
func (s *Server) GetPublishingSettings(ctx context.Context, _ GetPublishingSettingsRequestObject) (GetPublishingSettingsResponseObject, error) {
	ctx, actor := caller(ctx)
	settings, err := s.deps.Planning.Settings(ctx, actor)
	if err != nil {
		return nil, err
	}
	return GetPublishingSettings200JSONResponse(publishingSettingsView(settings)), nil
}

// PutPublishingSettings implements StrictServerInterface.
func (s *Server) PutPublishingSettings(ctx context.Context, in PutPublishingSettingsRequestObject) (PutPublishingSettingsResponseObject, error) {
	ctx, actor := caller(ctx)
	wanted := post.PublishingSettings{Version: in.Body.Version, Signature: in.Body.Signature}
	for _, slot := range in.Body.Slots {
		wanted.Slots = append(wanted.Slots, post.Slot{Weekday: slot.Weekday, At: slot.At})
	}
	for _, group := range in.Body.HashtagGroups {
		wanted.HashtagGroups = append(wanted.HashtagGroups, post.HashtagGroup{Name: group.Name, Tags: group.Tags})
	}
	settings, err := s.deps.Planning.SaveSettings(ctx, actor, wanted)
	if err != nil {
		return nil, err
	}
	return PutPublishingSettings200JSONResponse(publishingSettingsView(settings)), nil
}

// planFeed serves a private feed of the plan. Its address is its key: it must
// not be kept by a cache, found by a search engine or passed on as a referrer.
func (s *Server) planFeed(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	calendar, err := s.deps.Planning.Calendar(c.Request.Context(), c.Param("file"))
	switch {
	case errors.Is(err, post.ErrNotFound):
		c.String(http.StatusNotFound, "not found\n")
	case err != nil:
		s.deps.Log.ErrorContext(c, "a feed of the plan was not written", "request_id", requestID(c), "err", err)
		c.String(http.StatusInternalServerError, "internal error\n")
	default:
		h.Set("Content-Disposition", `inline; filename="publications.ics"`)
		c.Data(http.StatusOK, ics.MediaType, calendar)
	}
}

func calendarView(days *planning.Days) CalendarDays {
	view := CalendarDays{
		Zone: days.Zone, Entries: make([]CalendarEntry, 0, len(days.Posts)), Slots: make([]FreeSlot, 0, len(days.Slots)),
		Holidays: make([]Holiday, 0, len(days.Holidays)), Events: make([]CalendarEvent, 0, len(days.Events)),
	}
	for i := range days.Posts {
		view.Entries = append(view.Entries, entryView(&days.Posts[i]))
	}
	for _, slot := range days.Slots {
		view.Slots = append(view.Slots, FreeSlot{At: slot.At, Wall: slot.Wall})
	}
	for _, h := range days.Holidays {
		view.Holidays = append(view.Holidays, Holiday{From: dateOf(h.From), To: dateOf(h.To), Kind: HolidayKind(h.Kind), Name: h.Name})
	}
	for _, e := range days.Events {
		view.Events = append(view.Events, CalendarEvent{ID: e.ID, Title: e.Title, From: dateOf(e.From), To: dateOf(e.To), Status: EventStatus(e.Status)})
	}
	return view
}

func entryView(p *post.PlannedPost) CalendarEntry {
	view := CalendarEntry{
		PostID: p.ID, Version: p.Version, Title: p.Title, Text: p.Text, Category: p.Category, Status: PostStatus(p.Status),
		At: instant(p.DueAt), ImageID: text(p.ImageID), BroadcastID: text(p.BroadcastID),
		Channels: make([]CalendarChannel, 0, len(p.Channels)),
	}
	for _, c := range p.Channels {
		view.Channels = append(view.Channels, CalendarChannel{ChannelID: c.ID, Kind: c.Kind, Status: deliveryStatus(c.State)})
	}
	if lock := p.Lock(); lock != post.Movable {
		locked := CalendarEntryLocked(lock)
		view.Locked = &locked
	}
	if p.Series != nil {
		view.Series = seriesView(*p.Series)
	}
	return view
}

func dateOf(t time.Time) openapi_types.Date { return openapi_types.Date{Time: t} }

func feedView(f planning.Feed) CalendarFeed {
	return CalendarFeed{URL: text(f.URL), CreatedAt: instant(f.CreatedAt)}
}

func publishingSettingsView(v post.PublishingSettings) PublishingSettings {
	view := PublishingSettings{
		Version: v.Version, Signature: v.Signature,
		Slots: make([]Slot, 0, len(v.Slots)), HashtagGroups: make([]HashtagGroup, 0, len(v.HashtagGroups)),
	}
	for _, slot := range v.Slots {
		view.Slots = append(view.Slots, Slot{Weekday: slot.Weekday, At: slot.At})
	}
	for _, group := range v.HashtagGroups {
		view.HashtagGroups = append(view.HashtagGroups, HashtagGroup{Name: group.Name, Tags: notNil(group.Tags)})
	}
	return view
}
