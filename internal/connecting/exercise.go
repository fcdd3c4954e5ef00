package connecting

import (
	"context"
	"errors"
	"fmt"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/egress"
	"github.com/crieur/crieur/internal/post"
)

// ExerciseNetworks are simulated networks inside this process. Channels of
// exercises know nothing else.
type ExerciseNetworks interface {
	// Way leads to them, and cannot lead anywhere else.
	Way() egress.Confined
	// Driver is how a kind works in exercises: its own where a simulated network
	// answers, and one that publishes nothing where the kind needs none. false:
	// the kind has no place in exercises.
	Driver(kind string) (channels.Driver, bool)
	// Account is who stands on a simulated network for a real channel: the same
	// in every process. false: the kind needs no network.
	Account(ctx context.Context, kind, channelID, name string) (ExerciseAccount, bool)
	// Knows reports whether an account's post is on the networks of this
	// process; another process may have sent it to its own.
	Knows(kind string, account ExerciseAccount, remoteID string) bool
	// Shown reports whether people can look at what the networks hold.
	Shown() bool
}

// ExerciseAccount is an account on a simulated network.
type ExerciseAccount struct {
	BaseURL     string
	ID          string
	Settings    channels.Settings
	Credentials channels.Credentials
}

// Exercises gives the channels that stand for real ones in exercises.
type Exercises struct{ service *Service }

// Exercises are the channels of exercises.
func (s *Service) Exercises() Exercises { return Exercises{s} }

// Channels returns, for each channel, the one that stands for it in exercises,
// and makes it at need. It holds no credentials at all: Open takes those of the
// simulated network.
func (e Exercises) Channels(ctx context.Context, communeID string, originals []post.Channel) ([]post.Channel, error) {
	known, err := e.service.Store.ExerciseChannels(ctx, communeID)
	if err != nil {
		return nil, err
	}
	stands := make(map[string]post.Channel, len(known))
	for _, ch := range known {
		stands[ch.ExerciseOf] = ch
	}
	all := make([]post.Channel, 0, len(originals))
	for _, original := range originals {
		ch, ok := stands[original.ID]
		if !ok {
			if ch, err = e.add(ctx, communeID, original); err != nil {
				return nil, err
			}
		}
		all = append(all, ch)
	}
	return all, nil
}

func (e Exercises) add(ctx context.Context, communeID string, original post.Channel) (post.Channel, error) {
	if original.CommuneID != communeID || original.ExerciseOf != "" {
		return post.Channel{}, fmt.Errorf("connecting: %w: no channel of the commune to exercise with", post.ErrNotFound)
	}
	networks := e.service.Networks.Exercise
	if networks == nil {
		return post.Channel{}, errors.New("connecting: no networks for exercises")
	}
	if _, ok := networks.Driver(original.Kind); !ok {
		return post.Channel{}, noExercise(original.Kind)
	}
	account, _ := networks.Account(ctx, original.Kind, original.ID, original.Name)
	now := e.service.Now()
	return e.service.Store.AddExerciseChannel(ctx, post.Channel{
		ID: exerciseID(original.ID), CommuneID: communeID, Kind: original.Kind, Name: original.Name,
		Status: post.ChannelConnected, Practice: true, ExerciseOf: original.ID, Settings: account.Settings,
		Account: post.Account{ID: account.ID, Name: original.Name}, CheckedAt: now, CreatedAt: now,
	})
}

// exerciseID is made of the original's, so that two processes make one row.
func exerciseID(originalID string) string { return "exercise-" + originalID }

// openExercise opens a channel of an exercise. Nothing of its row but its kind
// and whom it stands for counts: what somebody may have put there cannot lead
// out, and a row that holds credentials is refused.
func (s *Service) openExercise(ctx context.Context, ch post.Channel) (channels.Driver, channels.Channel, error) {
	if !ch.Practice || len(ch.Sealed) > 0 {
		return nil, nil, &channels.Error{
			Kind: channels.Internal, Op: "open", Code: "exercise_credentials", Err: errors.New("a channel of an exercise holds credentials"),
			Message: "Ce canal d’exercice porte des identifiants : Crieur ne l’utilise pas.",
		}
	}
	networks := s.Networks.Exercise
	if networks == nil {
		return nil, nil, &channels.Error{Kind: channels.Internal, Op: "open", Code: "exercise_networks", Err: errors.New("no networks for exercises")}
	}
	driver, ok := networks.Driver(ch.Kind)
	if !ok {
		return nil, nil, noExercise(ch.Kind)
	}
	commune, err := s.Store.CommuneByID(ctx, ch.CommuneID)
	if err != nil {
		return nil, nil, err
	}
	account, _ := networks.Account(ctx, ch.Kind, ch.ExerciseOf, ch.Name)
	opened, err := driver.Open(channels.Account{
		CommuneID: commune.ID, CommuneSlug: commune.Slug, CommuneName: commune.Name,
		Settings: account.Settings, Credentials: account.Credentials, RemoteID: account.ID,
	}, channels.Deps{HTTP: networks.Way().Client(), Now: s.Now, Log: s.Log, BaseURL: account.BaseURL})
	if err != nil {
		return nil, nil, err
	}
	return driver, &exercising{Channel: opened, networks: networks, kind: ch.Kind, account: account}, nil
}

func noExercise(kind string) error {
	return &channels.Error{
		Kind: channels.Internal, Op: "open", Code: "exercise_kind", Err: fmt.Errorf("no exercises with kind %q", kind),
		Message: "Ce type de canal n’a pas sa place dans un exercice.",
	}
}

// exercising is a channel of an exercise. Of the abilities of its kind it has
// those that an exercise needs; credentials are never renewed.
type exercising struct {
	channels.Channel
	networks ExerciseNetworks
	kind     string
	account  ExerciseAccount
}

var _ channels.Finder = (*exercising)(nil)

// Publish implements channels.Channel. Where it answers a message that another
// process sent to its own networks, it answers nothing here; and where nobody
// can look at those networks, it leads to the page of the exercise.
func (c *exercising) Publish(ctx context.Context, r channels.Rendered, a channels.Attempt) (channels.Receipt, error) {
	if r.ReplyTo != "" && !c.networks.Knows(c.kind, c.account, r.ReplyTo) {
		r.ReplyTo = ""
	}
	receipt, err := c.Channel.Publish(ctx, r, a)
	return c.shown(receipt, r), err
}

// Find implements channels.Finder.
func (c *exercising) Find(ctx context.Context, p channels.Probe) (channels.Finding, error) {
	finder, ok := c.Channel.(channels.Finder)
	if !ok {
		return channels.Finding{}, nil
	}
	finding, err := finder.Find(ctx, p)
	if finding.Receipt != nil {
		receipt := c.shown(*finding.Receipt, p.Rendered)
		finding.Receipt = &receipt
	}
	return finding, err
}

func (c *exercising) shown(receipt channels.Receipt, r channels.Rendered) channels.Receipt {
	if c.networks.Shown() || receipt.RemoteID == "" {
		return receipt
	}
	if receipt.URL = ""; r.Alert != nil {
		receipt.URL = r.Alert.URL
	}
	return receipt
}
