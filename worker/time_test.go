package worker_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
)

// wrongClock is a database's clock that somebody sets.
type wrongClock struct{ offset atomic.Int64 }

func (c *wrongClock) now() time.Time           { return clock.Now().Round(0).Add(time.Duration(c.offset.Load())) }
func (c *wrongClock) set(offset time.Duration) { c.offset.Store(int64(offset)) }

func administrator(t *testing.T, w *storetest.World) post.User {
	t.Helper()
	u := w.User
	u.ID, u.Role = store.NewID(), post.RoleAdministrator
	u.Email = u.ID + "@example.org"
	storetest.Must(t, w.Store.CreateUser(t.Context(), u))
	return u
}

// untilTrue waits for a condition.
func untilTrue(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(60 * time.Second)
	for !ok() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatal(what)
		}
	}
}

func paused(t *testing.T, ledger *store.Store) post.ClockState {
	t.Helper()
	there, err := ledger.Dispatching(t.Context())
	storetest.Must(t, err)
	return there.Clock
}

func clockNotices(t *testing.T, w *storetest.World, userID string) (open int) {
	t.Helper()
	page, err := w.Store.Notices(t.Context(), w.Commune.ID, userID, false, "")
	storetest.Must(t, err)
	for _, n := range page.Notices {
		if n.Kind == post.NoticeClock && n.SettledAt.IsZero() {
			if n.Title == "" || n.Message == "" || n.NextStep == "" {
				t.Errorf("nobody can act on %+v", n)
			}
			open++
		}
	}
	return open
}

func saveCrisis(t *testing.T, w *storetest.World, due time.Time, c post.Channel) post.Delivery {
	t.Helper()
	p := w.Draft(post.Scheduled, due, c)
	p.Deliveries[0].Lane = post.LaneCrisis
	return w.Save(t, p).Deliveries[0]
}

// A clock that jumps makes nothing ordinary leave, a crisis leaves, and what
// comes after is due by the right time.
func TestAClockThatJumpsAndComesBack(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{"forward": 24 * time.Hour, "back": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrong := &wrongClock{}
			ledger := storetest.OpenAt(t, wrong.now)
			world := storetest.NewWorld(t, ledger, 4)
			admin := administrator(t, world)
			s := play(t, ledger, newSquare(), "", false)
			first := world.Scheduled(t, wrong.now(), world.Channels[0])
			until(t, world, first.ID, post.Sent)

			due := clock.Now().Add(jump + time.Minute)
			if jump < 0 {
				due = clock.Now().Add(time.Minute)
			}
			ordinary := world.Scheduled(t, due, world.Channels[1])
			wrong.set(jump)
			crisis := saveCrisis(t, world, wrong.now(), world.Channels[2])
			until(t, world, crisis.ID, post.Sent)
			untilTrue(t, "nobody is told of the jump", func() bool { return clockNotices(t, world, admin.ID) == 1 })
			if state := paused(t, ledger); !state.Paused || state.Jump.Round(time.Minute) != jump {
				t.Errorf("the ledger shows %+v", state)
			}
			late := world.Scheduled(t, wrong.now(), world.Channels[0])
			another := saveCrisis(t, world, wrong.now(), world.Channels[3])
			until(t, world, another.ID, post.Sent)
			for _, id := range []string{ordinary.ID, late.ID} {
				if d := world.Read(t, id); d.State != post.Scheduled || d.Attempts != 0 {
					t.Errorf("by a clock that is not trusted: %+v", d)
				}
			}

			wrong.set(0)
			untilTrue(t, "the pause does not end", func() bool { return !paused(t, ledger).Paused })
			now := world.Scheduled(t, wrong.now(), world.Channels[0])
			until(t, world, now.ID, post.Sent)
			untilTrue(t, "the notice stays", func() bool { return clockNotices(t, world, admin.ID) == 0 })
			if d := world.Read(t, ordinary.ID); d.State != post.Scheduled || s.square.times(world.Channels[1].ID) != 0 {
				t.Errorf("left early: %+v", d)
			}
		})
	}
}

// setBack is a ledger whose rings are lost, and whose clock comes back when the
// dispatcher has just looked into it by the wrong one.
type setBack struct {
	*store.Store
	wrong *wrongClock
}

func (setBack) Wake() <-chan struct{} { return nil }

func (s setBack) NextDue(ctx context.Context, after time.Time) (time.Time, bool, error) {
	at, ok, err := s.Store.NextDue(ctx, after)
	if there, problem := s.Dispatching(ctx); problem == nil && there.Clock.Paused {
		s.wrong.set(0)
	}
	return at, ok, err
}

// What the dispatcher planned by a wrong clock does not keep it from looking
// when the clock is back.
func TestTheDispatcherLooksAgainAfterAWrongClock(t *testing.T) {
	t.Parallel()
	wrong := &wrongClock{}
	ledger := storetest.OpenAt(t, wrong.now)
	world := storetest.NewWorld(t, ledger, 2)
	play(t, setBack{ledger, wrong}, newSquare(), "", false)
	first := world.Scheduled(t, wrong.now(), world.Channels[0])
	until(t, world, first.ID, post.Sent)
	wrong.set(24 * time.Hour)
	untilTrue(t, "the jump is not seen", func() bool { return paused(t, ledger).Paused })
	untilTrue(t, "the pause does not end", func() bool { return !paused(t, ledger).Paused })
	second := world.Scheduled(t, wrong.now(), world.Channels[1])
	until(t, world, second.ID, post.Sent)
}

// Where the new time is the right one, a person says so. What came due
// meanwhile came due in an outage.
func TestAClockThatIsConfirmed(t *testing.T) {
	t.Parallel()
	wrong := &wrongClock{}
	ledger := storetest.OpenAt(t, wrong.now)
	world := storetest.NewWorld(t, ledger, 2)
	play(t, ledger, newSquare(), "", false)
	var many []post.Delivery
	for i := range post.OutageBurst + 1 {
		many = append(many, world.Scheduled(t, clock.Now().Add(time.Duration(i+20)*time.Minute), world.Channels[0]))
	}
	one := world.Scheduled(t, clock.Now().Add(20*time.Minute), world.Channels[1])
	wrong.set(time.Hour)
	untilTrue(t, "the jump is not seen", func() bool { return paused(t, ledger).Paused })
	_, err := ledger.TrustClock(t.Context(), wrong.now())
	storetest.Must(t, err)
	until(t, world, one.ID, post.Sent)
	for _, d := range many {
		until(t, world, d.ID, post.Held)
	}
}

// A clock that was set back while nobody was there is seen at the start.
func TestAClockSetBackBeforeTheStart(t *testing.T) {
	t.Parallel()
	wrong := &wrongClock{}
	ledger := storetest.OpenAt(t, wrong.now)
	world := storetest.NewWorld(t, ledger, 1)
	_, _, err := ledger.Present(t.Context(), clock.Now().Add(time.Hour), post.Failure{})
	storetest.Must(t, err)
	d := world.Scheduled(t, wrong.now(), world.Channels[0])
	play(t, ledger, newSquare(), "", false)
	untilTrue(t, "the clock is trusted", func() bool { return paused(t, ledger).Paused })
	if got := world.Read(t, d.ID); got.State != post.Scheduled {
		t.Errorf("%+v", got)
	}
	wrong.set(time.Hour)
	until(t, world, d.ID, post.Sent)
}

// After an outage nothing leaves in a burst, and a crisis does not wait.
func TestReturnAfterAnOutage(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		ledger := e.Open(t)
		world := storetest.NewWorld(t, ledger, 4)
		now := clock.Now()
		_, _, err := ledger.Present(t.Context(), now.Add(-8*time.Hour), post.Failure{})
		storetest.Must(t, err)
		tooLate := world.Scheduled(t, now.Add(-post.DefaultMaxLateness-time.Minute), world.Channels[0])
		var many []post.Delivery
		for i := range post.OutageBurst + 1 {
			many = append(many, world.Scheduled(t, now.Add(time.Duration(-i)*time.Minute), world.Channels[1]))
		}
		few := []post.Delivery{
			world.Scheduled(t, now.Add(-2*time.Minute), world.Channels[2]), world.Scheduled(t, now.Add(-time.Minute), world.Channels[2]),
		}
		urgent := []post.Delivery{
			saveCrisis(t, world, now.Add(-time.Hour), world.Channels[3]), saveCrisis(t, world, now.Add(-time.Minute), world.Channels[3]),
		}
		s := play(t, ledger, newSquare(), "", false)
		until(t, world, few[0].ID, post.Sent)
		for _, d := range urgent {
			until(t, world, d.ID, post.Sent)
		}
		if got := world.Read(t, tooLate.ID); got.State != post.Missed || got.Failure == nil || got.Failure.Message == "" {
			t.Errorf("too late: %+v", got)
		}
		if i := slices.IndexFunc(many, func(d post.Delivery) bool { return world.Read(t, d.ID).State != post.Held }); i >= 0 {
			t.Errorf("not held: %+v", world.Read(t, many[i].ID))
		}
		if got := world.Read(t, few[1].ID); got.State != post.Scheduled || got.NextAt.Before(now.Add(post.Spacing)) {
			t.Errorf("leaves at once after the first: %+v", got)
		}
		if n := s.square.times(world.Channels[1].ID) + s.square.times(world.Channels[0].ID); n != 0 {
			t.Errorf("%d posts that nobody decided on", n)
		}
	})
}
