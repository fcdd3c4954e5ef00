package crisis

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

// Composer turns a message into a post whose deliveries hold exactly what
// leaves.
type Composer interface {
	ComposeAlert(ctx context.Context, actor post.Actor, m publishing.AlertMessage) (post.Post, error)
	PreviewAlert(ctx context.Context, actor post.Actor, m publishing.AlertMessage) ([]publishing.Preview, error)
}

// Exercises gives the channels that stand for real ones in exercises, and that
// cannot reach any real network.
type Exercises interface {
	Channels(ctx context.Context, communeID string, ours []post.Channel) ([]post.Channel, error)
}

// Notices tells people. A notice that is lost costs attention and no message.
type Notices interface {
	// OpenNoticeFor tells the administrators and the users that are named.
	OpenNoticeFor(ctx context.Context, n post.Notice, userIDs ...string) (opened bool, err error)
	SettleNotice(ctx context.Context, communeID string, kind post.NoticeKind, subject string, at time.Time) error
}

// History is what the networks answered.
type History interface {
	Attempts(ctx context.Context, communeID, deliveryID string) ([]post.Attempt, error)
}

// Deps are the parts of a Service.
type Deps struct {
	Store     Store
	Composer  Composer
	Exercises Exercises
	Notices   Notices
	History   History
	// PublicURL is where citizens reach the commune's pages.
	PublicURL string
	NewID     func() string
	Log       *slog.Logger
}

// Service holds the use cases.
type Service struct{ Deps }

// New makes the service.
func New(deps Deps) *Service { return &Service{deps} }

// names are the people of a commune by their ids.
type names map[string]string

func (s *Service) names(ctx context.Context, communeID string) (names, error) {
	users, err := s.Store.Users(ctx, communeID)
	if err != nil {
		return nil, err
	}
	return namesOf(users), nil
}

func namesOf(users []post.User) names {
	all := make(names, len(users))
	for i := range users {
		u := &users[i]
		if all[u.ID] = u.Name; u.Name == "" {
			all[u.ID] = u.Email
		}
	}
	return all
}

// of is a person's name, also of one whose account is gone.
func (n names) of(userID string) string {
	if name := n[userID]; name != "" || userID == "" {
		return name
	}
	return "un compte supprimé"
}

// pageURL is the public page of an alert or an exercise.
func (s *Service) pageURL(commune post.Commune, id string, exercise bool) string {
	kind := "/alerts/"
	if exercise {
		kind = "/exercises/"
	}
	return strings.TrimRight(s.PublicURL, "/") + "/c/" + commune.Slug + kind + id
}

// newest is the alert's last message; nil: there is none.
func newest(b *post.Broadcast) *post.BroadcastMessage {
	if len(b.Messages) == 0 {
		return nil
	}
	return &b.Messages[len(b.Messages)-1]
}
