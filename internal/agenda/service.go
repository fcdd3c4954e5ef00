package agenda

import (
	"context"
	"log/slog"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

// Store is what the use cases need of the ledger.
type Store interface {
	Now(ctx context.Context) (time.Time, error)
	CommuneByID(ctx context.Context, id string) (post.Commune, error)
	Channels(ctx context.Context, communeID string) ([]post.Channel, error)
	DueTimes(ctx context.Context, communeID string, channelIDs []string, from, to time.Time) ([]time.Time, error)
	SeriesOf(ctx context.Context, communeID string, postIDs []string) ([]post.SeriesLink, error)

	CreateAgendaEvent(ctx context.Context, e post.Event, wanted []post.Announcement) error
	UpdateAgendaEvent(ctx context.Context, e post.Event, ifVersion int, changed []post.Announcement) error
	AgendaEvent(ctx context.Context, communeID, id string) (post.Event, error)
	AgendaEvents(ctx context.Context, communeID string, from, to time.Time, onlyListed bool, limit int) ([]post.Event, error)
	EventOfArticle(ctx context.Context, communeID, key string) (post.Event, error)
	Announcements(ctx context.Context, communeID, eventID string) ([]post.Announcement, error)
	PendingAnnouncements(ctx context.Context, before time.Time, limit int) ([]post.Announcement, error)
	AnnouncementSettled(ctx context.Context, communeID, eventID, step string, revision int, problem string) error
	OpenNoticeFor(ctx context.Context, n post.Notice, userIDs ...string) (bool, error)
	LapseDeliveries(ctx context.Context, communeID, postID string) error
	SettleNotice(ctx context.Context, communeID string, kind post.NoticeKind, subject string, at time.Time) error
	Recipes(ctx context.Context, communeID string) ([]post.Recipe, error)
	PutRecipe(ctx context.Context, recipe post.Recipe) error

	CreateRecurrence(ctx context.Context, c post.Recurrence, occurrences []post.Occurrence) error
	UpdateRecurrence(ctx context.Context, c post.Recurrence, ifVersion int, changed []post.Occurrence) error
	PlanRecurrence(ctx context.Context, c post.Recurrence, until string, occurrences []post.Occurrence) error
	Recurrence(ctx context.Context, communeID, id string) (post.Recurrence, error)
	Recurrences(ctx context.Context, communeID string) ([]post.Recurrence, error)
	RecurrencesToPlan(ctx context.Context, until string, limit int) ([]post.Recurrence, error)
	Occurrences(ctx context.Context, communeID, recurrenceID string) ([]post.Occurrence, error)
	PendingOccurrences(ctx context.Context, dueBefore, touchedBefore time.Time, limit int) ([]post.Occurrence, error)
	OccurrenceSettled(ctx context.Context, o post.Occurrence) error
}

// Posts are the use cases on posts that an announcement goes through.
type Posts interface {
	Create(ctx context.Context, actor post.Actor, draft publishing.Draft) (post.Post, error)
	Update(ctx context.Context, actor post.Actor, id string, ifVersion int, patch publishing.Patch) (post.Post, error)
	Cancel(ctx context.Context, actor post.Actor, id string) (post.Post, error)
	Post(ctx context.Context, actor post.Actor, id string) (post.Post, error)
	Preview(ctx context.Context, actor post.Actor, draft publishing.Draft, kinds []string) ([]publishing.Preview, error)
}

// Drivers tells what each kind of network takes.
type Drivers interface {
	Driver(kind string) (channels.Driver, bool)
}

// Deps are the parts of a Service.
type Deps struct {
	Store   Store
	Posts   Posts
	Drivers Drivers
	// Templates may be nil where no step names one.
	Templates Templates
	// EventURL is where the public agenda of a commune shows an event.
	EventURL func(communeSlug, eventID string) string
	NewID    func() string
	Log      *slog.Logger
}

// Service holds the use cases.
type Service struct{ Deps }

// New makes the service.
func New(deps Deps) *Service { return &Service{deps} }

// SeriesOf says which of some posts belong to an event or to a recurrence.
func (s *Service) SeriesOf(ctx context.Context, actor post.Actor, postIDs []string) (map[string]post.SeriesLink, error) {
	all, err := s.Store.SeriesOf(ctx, actor.CommuneID, postIDs)
	links := make(map[string]post.SeriesLink, len(all))
	for _, l := range all {
		links[l.PostID] = l
	}
	return links, err
}

// EventURL is where the public agenda shows an event.
func (s *Service) EventURL(ctx context.Context, actor post.Actor) (func(eventID string) string, error) {
	commune, err := s.Store.CommuneByID(ctx, actor.CommuneID)
	return func(eventID string) string { return s.Deps.EventURL(commune.Slug, eventID) }, err
}

func fieldProblem(field, code, message string) *post.Problem {
	return &post.Problem{
		Kind: post.Invalid, Code: code, Detail: message,
		Fields: []post.Field{{Field: field, Code: code, Message: message}},
	}
}

func staleProblem() *post.Problem {
	return &post.Problem{
		Kind: post.Stale, Code: "version_changed",
		Detail: "Quelqu’un vient de faire un changement ici. Relisez avant de recommencer.",
	}
}

// author is who stands behind the posts of a series.
func author(communeID, userID string) post.Actor {
	return post.Actor{CommuneID: communeID, UserID: userID, Role: post.RoleAuthor}
}
