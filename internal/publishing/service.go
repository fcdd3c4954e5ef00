// Package publishing holds the use cases on posts: preview, create, change,
// cancel, and what people decide about deliveries. Read compose.go first: it
// turns what was entered once into exactly what leaves on each channel.
package publishing

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

// Store is what the use cases need of the ledger.
type Store interface {
	Now(ctx context.Context) (time.Time, error)
	CommuneByID(ctx context.Context, id string) (post.Commune, error)
	Channels(ctx context.Context, communeID string) ([]post.Channel, error)
	MediaMany(ctx context.Context, communeID string, ids []string) ([]post.Media, error)
	// PostKeys lists the keys of the commune's posts that begin with a prefix.
	PostKeys(ctx context.Context, communeID, prefix string) ([]string, error)
	CreatePost(ctx context.Context, p post.Post) error
	Post(ctx context.Context, communeID, id string) (post.Post, error)
	Posts(ctx context.Context, communeID string, filter post.Filter) (post.Page, error)
	UpdatePost(ctx context.Context, p post.Post, ifVersion int) error
	CancelPost(ctx context.Context, communeID, id string) (post.Post, error)
	ApprovePost(ctx context.Context, communeID, id string) (post.Post, error)
	RetryByPerson(ctx context.Context, communeID, deliveryID string, now time.Time) (post.Delivery, error)
	ResolveByPerson(ctx context.Context, communeID, deliveryID string, verdict post.Verdict) (post.Delivery, error)
	Delivery(ctx context.Context, communeID, id string) (post.Delivery, error)
	Attempts(ctx context.Context, communeID, deliveryID string) ([]post.Attempt, error)
	// RemovedByPerson and CorrectedByPerson keep what a network confirmed.
	RemovedByPerson(ctx context.Context, communeID, deliveryID, userID string, now time.Time) (post.Delivery, error)
	CorrectedByPerson(ctx context.Context, communeID, deliveryID, userID string, stands post.Standing, now time.Time) (post.Delivery, error)
	Channel(ctx context.Context, communeID, id string) (post.Channel, error)
	Users(ctx context.Context, communeID string) ([]post.User, error)
	Review(ctx context.Context, communeID string) ([]post.ReviewItem, error)
	DecideReview(ctx context.Context, communeID string, release, cancel []string, now time.Time) error
}

// Opener opens channels without calling their networks.
type Opener interface {
	Open(ctx context.Context, ch post.Channel) (channels.Driver, channels.Channel, error)
	OpenKind(ctx context.Context, communeID, kind string) (channels.Driver, channels.Channel, error)
}

// Preparer makes pictures ready ahead of the hour. Losing a call costs time at
// the hour itself and nothing else.
type Preparer interface {
	Prepare(ctx context.Context, communeID, postID string)
}

// Deps are the parts of a Service.
type Deps struct {
	Store    Store
	Alerts   Alerts
	Opener   Opener
	Preparer Preparer
	NewID    func() string
	Log      *slog.Logger
}

// Service holds the use cases.
type Service struct{ Deps }

// New makes the service.
func New(deps Deps) *Service { return &Service{deps} }

// keyTries bounds how often a post is composed again because an equal one was
// saved at the same moment.
const keyTries = 5

// Create saves a post and its deliveries. Nothing is saved when anything is
// wrong with it on any channel, except for a draft, which may be unfinished.
func (s *Service) Create(ctx context.Context, actor post.Actor, draft Draft) (post.Post, error) {
	id := draft.ID
	if id == "" {
		id = s.NewID()
	} else if p, err := s.Store.Post(ctx, actor.CommuneID, id); !errors.Is(err, post.ErrNotFound) {
		// An earlier run of the same request saved it and was cut off.
		return p, err
	}
	for try := 1; ; try++ {
		p, err := s.compose(ctx, actor, draft, composition{id: id, version: 1})
		if err != nil {
			return post.Post{}, err
		}
		err = s.Store.CreatePost(ctx, p)
		if isConflict(err) && try < keyTries {
			continue
		}
		if err != nil {
			return post.Post{}, err
		}
		s.prepare(ctx, &p)
		return s.asSaved(ctx, p)
	}
}

// asSaved is a new post as the ledger has it: while an alert is open, what was
// to leave is held.
func (s *Service) asSaved(ctx context.Context, p post.Post) (post.Post, error) {
	commune, err := s.Store.CommuneByID(ctx, p.CommuneID)
	if err != nil || commune.CrisisSince.IsZero() {
		return p, nil //nolint:nilerr // it is saved; that it cannot be read again is no failure of that
	}
	return s.Store.Post(ctx, p.CommuneID, p.ID)
}

// prepare has a post's pictures made ahead of its hour.
func (s *Service) prepare(ctx context.Context, p *post.Post) {
	if len(p.Content.Images) > 0 {
		s.Preparer.Prepare(ctx, p.CommuneID, p.ID)
	}
}

// Preview shows exactly what would leave, for channels of the commune and for
// kinds of channels. An hour at which nothing can leave is not looked at: who
// writes may not have come to it yet.
func (s *Service) Preview(ctx context.Context, actor post.Actor, draft Draft, kinds []string) ([]Preview, error) {
	return s.show(ctx, actor, draft, kinds, composition{preview: true})
}

// Rehearse does all of Create but save: it shows what would leave, and refuses
// what Create would refuse of the post and its hour.
func (s *Service) Rehearse(ctx context.Context, actor post.Actor, draft Draft) ([]Preview, error) {
	return s.show(ctx, actor, draft, nil, composition{})
}

func (s *Service) show(ctx context.Context, actor post.Actor, draft Draft, kinds []string, c composition) ([]Preview, error) {
	work, err := s.gather(ctx, actor, draft, c)
	if err != nil {
		return nil, err
	}
	if err := work.addKinds(ctx, s.Opener, kinds); err != nil {
		return nil, err
	}
	work.render()
	previews := make([]Preview, 0, len(work.targets))
	for i := range work.targets {
		t := &work.targets[i]
		previews = append(previews, Preview{ChannelID: t.channel.ID, Kind: t.driver.Info().Kind, Rendered: t.rendered, Issues: t.issues})
	}
	return previews, nil
}

// Post returns one post with its deliveries.
func (s *Service) Post(ctx context.Context, actor post.Actor, id string) (post.Post, error) {
	return s.Store.Post(ctx, actor.CommuneID, id)
}

// Posts lists posts.
func (s *Service) Posts(ctx context.Context, actor post.Actor, filter post.Filter) (post.Page, error) {
	return s.Store.Posts(ctx, actor.CommuneID, filter)
}

// Update changes a post of which nothing has left yet. ifVersion is the version
// that the person saw.
func (s *Service) Update(ctx context.Context, actor post.Actor, id string, ifVersion int, patch Patch) (post.Post, error) {
	current, err := s.Store.Post(ctx, actor.CommuneID, id)
	if err != nil {
		return post.Post{}, err
	}
	if err := refuseAlert(&current); err != nil {
		return post.Post{}, err
	}
	if current.Version != ifVersion {
		return post.Post{}, staleProblem()
	}
	p, err := s.compose(ctx, actor, patch.apply(current), composition{
		id: current.ID, key: current.Key, version: current.Version + 1, createdAt: current.CreatedAt, authorID: current.AuthorID,
		deliveries: current.Deliveries, images: current.Content.Images, keepDue: patch.Schedule == nil, dueAt: current.Schedule.DueAt,
	})
	if err != nil {
		return post.Post{}, err
	}
	if err := s.Store.UpdatePost(ctx, p, ifVersion); err != nil {
		return post.Post{}, changeProblem(err)
	}
	s.prepare(ctx, &p)
	return s.Store.Post(ctx, actor.CommuneID, id)
}

// Cancel cancels every delivery that has not left.
func (s *Service) Cancel(ctx context.Context, actor post.Actor, id string) (post.Post, error) {
	if err := s.refuseAlertPost(ctx, actor, id); err != nil {
		return post.Post{}, err
	}
	p, err := s.Store.CancelPost(ctx, actor.CommuneID, id)
	if isConflict(err) {
		return post.Post{}, &post.Problem{Kind: post.Conflict, Code: "nothing_to_cancel", Detail: "Plus rien à annuler : cette publication est déjà partie ou annulée.", Err: err}
	}
	return p, err
}

// Approve lets a post that awaits approval leave at its hour.
func (s *Service) Approve(ctx context.Context, actor post.Actor, id string) (post.Post, error) {
	if err := s.refuseAlertPost(ctx, actor, id); err != nil {
		return post.Post{}, err
	}
	p, err := s.Store.ApprovePost(ctx, actor.CommuneID, id)
	if isConflict(err) {
		return post.Post{}, &post.Problem{Kind: post.Conflict, Code: "not_awaiting_approval", Detail: "Cette publication n’attend pas de validation.", Err: err}
	}
	return p, err
}

// Retry sends a failed or missed delivery once more, now.
func (s *Service) Retry(ctx context.Context, actor post.Actor, deliveryID string) (post.Delivery, error) {
	if err := s.mayRetry(ctx, actor, deliveryID); err != nil {
		return post.Delivery{}, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return post.Delivery{}, err
	}
	d, err := s.Store.RetryByPerson(ctx, actor.CommuneID, deliveryID, now)
	if isConflict(err) {
		return post.Delivery{}, &post.Problem{Kind: post.Conflict, Code: "not_retryable", Detail: "Seule une publication en échec ou manquée peut être renvoyée.", Err: err}
	}
	return d, err
}

// Resolve settles an unknown outcome by what a person saw on the network.
func (s *Service) Resolve(ctx context.Context, actor post.Actor, deliveryID string, sent bool, remoteURL string) (post.Delivery, error) {
	if err := checkRemoteURL(remoteURL); err != nil {
		return post.Delivery{}, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return post.Delivery{}, err
	}
	verdict := post.Verdict{Sent: sent, RemoteURL: remoteURL, At: now}
	if !sent {
		verdict.Failure = &post.Failure{
			Kind: string(channels.Temporary), Code: "resolved_not_sent",
			Message:  "Une personne a vérifié : rien n’a été publié sur ce canal.",
			NextStep: "Réessayez pour l’envoyer.",
		}
	}
	d, err := s.Store.ResolveByPerson(ctx, actor.CommuneID, deliveryID, verdict)
	if isConflict(err) {
		return post.Delivery{}, &post.Problem{Kind: post.Conflict, Code: "not_unknown", Detail: "L’issue de cette publication est déjà connue.", Err: err}
	}
	return d, err
}

// Delivery returns one delivery and the history of its attempts.
func (s *Service) Delivery(ctx context.Context, actor post.Actor, id string) (post.Delivery, []post.Attempt, error) {
	d, err := s.Store.Delivery(ctx, actor.CommuneID, id)
	if err != nil {
		return post.Delivery{}, nil, err
	}
	attempts, err := s.Store.Attempts(ctx, actor.CommuneID, id)
	return d, attempts, err
}
