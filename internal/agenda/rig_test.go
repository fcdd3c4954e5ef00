package agenda_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/agenda"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errCrash = errors.New("the process was killed")

// board holds posts as the use cases on posts do, and can be cut off.
type board struct {
	posts map[string]post.Post
	// left is how many more calls are answered; below zero: all.
	left int
	// refuse is why nothing is taken; nil: everything is.
	refuse error
	// meanwhile is what somebody else does once, before the next change of a
	// post.
	meanwhile func()
}

func (b *board) call() error {
	if b.left == 0 {
		return errCrash
	}
	b.left--
	return b.refuse
}

func (b *board) Post(_ context.Context, _ post.Actor, id string) (post.Post, error) {
	p, ok := b.posts[id]
	if !ok {
		return p, post.ErrNotFound
	}
	return p, nil
}

func (b *board) put(id string, version int, content post.Content, schedule post.Schedule, ids []string) post.Post {
	p := post.Post{ID: id, Version: version, Content: content, Schedule: schedule}
	for _, ch := range ids {
		p.Deliveries = append(p.Deliveries, post.Delivery{ChannelID: ch, State: post.Scheduled})
	}
	b.posts[id] = p
	return p
}

func (b *board) Create(_ context.Context, _ post.Actor, d publishing.Draft) (post.Post, error) {
	if err := b.call(); err != nil {
		return post.Post{}, err
	}
	if p, ok := b.posts[d.ID]; ok {
		return p, nil
	}
	return b.put(d.ID, 1, d.Content, d.Schedule, d.Channels), nil
}

func (b *board) Update(_ context.Context, _ post.Actor, id string, version int, patch publishing.Patch) (post.Post, error) {
	if other := b.meanwhile; other != nil {
		b.meanwhile = nil
		other()
	}
	if b.posts[id].Version != version {
		return post.Post{}, &post.Problem{Kind: post.Stale, Code: "version_changed"}
	}
	if err := b.call(); err != nil {
		return post.Post{}, err
	}
	return b.put(id, version+1, post.Content{
		Title: *patch.Title, Text: *patch.Text, Link: *patch.Link, Category: *patch.Category, Images: *patch.Images,
	}, *patch.Schedule, *patch.Channels), nil
}

func (b *board) Cancel(_ context.Context, _ post.Actor, id string) (post.Post, error) {
	if err := b.call(); err != nil {
		return post.Post{}, err
	}
	b.all(id, post.Cancelled)
	return b.posts[id], nil
}

// all brings every delivery of a post to a state.
func (b *board) all(id string, state post.State) {
	p := b.posts[id]
	p.Deliveries = slices.Clone(p.Deliveries)
	for i := range p.Deliveries {
		p.Deliveries[i].State = state
	}
	b.posts[id] = p
}

func (*board) Preview(context.Context, post.Actor, publishing.Draft, []string) ([]publishing.Preview, error) {
	return nil, nil
}

// waiting lists what is to leave: the hour and the first line.
func (b *board) waiting() []string {
	var lines []string
	for _, p := range b.posts {
		if p.Deliveries[0].State == post.Scheduled && p.Schedule.Mode == post.ModeAt {
			lines = append(lines, p.Schedule.Wall)
		}
	}
	slices.Sort(lines)
	return lines
}

type noDrivers struct{}

func (noDrivers) Driver(string) (channels.Driver, bool) { return nil, false }

// rig is the use cases on a real ledger.
type rig struct {
	*agenda.Service
	board *board
	*storetest.World
	actor post.Actor
	now   time.Time
}

func start(t *testing.T, wall string) *rig {
	t.Helper()
	r := &rig{board: &board{posts: map[string]post.Post{}, left: -1}, now: at(t, wall)}
	ledger := storetest.OpenAt(t, func() time.Time { return r.now })
	r.World = storetest.NewWorld(t, ledger, 2)
	r.actor = post.Actor{CommuneID: r.Commune.ID, UserID: r.User.ID, Role: post.RoleAuthor}
	r.Service = agenda.New(agenda.Deps{
		Store: ledger, Posts: r.board, Drivers: noDrivers{}, NewID: store.NewID, Log: slog.New(slog.DiscardHandler),
		EventURL: func(slug, id string) string { return slug + id },
	})
	return r
}

func at(t *testing.T, wall string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	instant, err := time.ParseInLocation("2006-01-02T15:04", wall, zone)
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

func (r *rig) draft(starts string) agenda.EventDraft {
	return agenda.EventDraft{
		ID: store.NewID(), Content: post.EventContent{Title: "Brocante", Place: post.Place{Name: "Place du Marché"}},
		Dates: []post.EventDate{{Start: starts}}, Listed: true, Channels: []string{r.Channels[0].ID, r.Channels[1].ID},
	}
}

func equal(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
