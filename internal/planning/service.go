package planning

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Store is what the use cases need of the ledger.
type Store interface {
	Now(ctx context.Context) (time.Time, error)
	CommuneByID(ctx context.Context, id string) (post.Commune, error)
	Channels(ctx context.Context, communeID string) ([]post.Channel, error)
	PlannedPosts(ctx context.Context, communeID string, from, to time.Time) ([]post.PlannedPost, error)
	AgendaEvents(ctx context.Context, communeID string, from, to time.Time, onlyListed bool, limit int) ([]post.Event, error)

	PublishingSettings(ctx context.Context, communeID string) (post.PublishingSettings, error)
	SavePublishingSettings(ctx context.Context, v post.PublishingSettings, ifVersion int) error

	PlanFeed(ctx context.Context, communeID, userID string) (post.PlanFeed, error)
	PlanFeedByHash(ctx context.Context, hash string) (post.PlanFeed, error)
	PutPlanFeed(ctx context.Context, f post.PlanFeed) error
	DeletePlanFeed(ctx context.Context, communeID, userID string) error
}

// Deps are the parts of a Service.
type Deps struct {
	Store Store
	// Title is what people call a kind of channel.
	Title func(kind string) string
	// PublicURL is where people reach the server, without a slash at its end.
	PublicURL string
}

// Service holds the use cases.
type Service struct{ Deps }

// New makes the service.
func New(deps Deps) *Service { return &Service{deps} }
