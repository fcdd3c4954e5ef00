package worker_test

import (
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store/storetest"
)

// counts tells how often a channel was tried, and what stands there.
func (s *square) counts(channelID string) (tried, cried int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tried[channelID], s.cried[channelID]
}

// After an unclear answer a message of an alert is looked for at once: what
// stands there is not said again, what does not is said once more, and no more.
func TestAnAlertIsSaidAtMostOnceMore(t *testing.T) {
	t.Parallel()
	unclear := networkError(channels.UnknownOutcome)
	for name, c := range map[string]struct {
		plans        []plan
		want         post.State
		tried, cried int
	}{
		"it stands there":   {[]plan{{accept: true, after: unclear}}, post.Sent, 1, 1},
		"it does not":       {[]plan{{after: unclear}}, post.Sent, 2, 1},
		"nor the next time": {[]plan{{after: unclear}, {after: unclear}}, post.Unknown, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, e storetest.Engine) {
				t.Parallel()
				ledger := e.Open(t)
				world := storetest.NewWorld(t, ledger, 1)
				ch := world.Channels[0]
				s := play(t, ledger, newSquare(c.plans...), "", false)
				b, p := world.Alert(post.BroadcastActive, clock.Now(), ch)
				world.Raise(t, b, p)
				id := p.Deliveries[0].ID
				got := until(t, world, id, c.want)
				for c.want == post.Unknown && (got.Resends == 0 || got.CleanReads == 0) {
					got = until(t, world, id, c.want) // the reading after the second try
				}
				s.stop()
				if tried, cried := s.square.counts(ch.ID); tried != c.tried || cried != c.cried || got.Resends > 1 {
					t.Errorf("tried %d times and cried %d times, want %d and %d; %+v", tried, cried, c.tried, c.cried, got)
				}
			})
		})
	}
}

// Whatever ordinary calls hang, also on the same accounts, and whether or not
// the broker hears anything, an alert leaves on every channel.
func TestAnAlertWaitsForNothingElse(t *testing.T) {
	t.Parallel()
	const accounts = 12
	for name, deaf := range map[string]bool{"with a broker": false, "without": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ledger := storetest.Open(t)
			world, busy := storetest.NewWorld(t, ledger, accounts), storetest.NewWorld(t, ledger, 3)
			hang := plan{gate: make(chan struct{}), accept: true}
			sq := newSquare()
			for range accounts {
				sq.plans = append(sq.plans, hang)
			}
			sq.entered = make(chan struct{}, accounts)
			s := play(t, ledger, sq, "", deaf)
			var stuck []post.Delivery
			for _, ch := range world.Channels {
				stuck = append(stuck, world.Scheduled(t, clock.Now(), ch))
			}
			for range accounts {
				<-sq.entered
			}
			// Another commune has much to say at this moment.
			for range 300 {
				busy.Save(t, busy.Draft(post.Scheduled, clock.Now(), busy.Channels...))
			}
			b, p := world.Alert(post.BroadcastActive, clock.Now(), world.Channels...)
			saved := world.Raise(t, b, p)
			for _, d := range p.Deliveries {
				until(t, world, d.ID, post.Sent)
			}
			if len(saved.InFlight) != accounts {
				t.Errorf("%d in flight", len(saved.InFlight))
			}
			for _, d := range stuck {
				if got := world.Read(t, d.ID).State; got != post.Sending {
					t.Errorf("what hangs is %s", got)
				}
			}
			close(hang.gate)
			for _, d := range stuck {
				until(t, world, d.ID, post.Sent) // it had passed before
			}
			s.stop()
		})
	}
}

// An ordinary publication that is uploading its pictures when an alert is raised
// comes to its creating call, and stops there.
func TestAnUploadUnderWayStopsBeforeItsCreatingCall(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		ledger := e.Open(t)
		world := storetest.NewWorld(t, ledger, 1)
		ch := world.Channels[0]
		sq := newSquare(plan{beforeGate: true, gate: make(chan struct{}), accept: true})
		gate := sq.plans[0].gate
		s := play(t, ledger, sq, "", false)
		uploading, next := world.Scheduled(t, clock.Now(), ch), world.Scheduled(t, clock.Now(), ch)
		<-sq.entered
		b, p := world.Alert(post.BroadcastActive, clock.Now(), ch)
		world.Raise(t, b, p)
		until(t, world, p.Deliveries[0].ID, post.Sent)
		close(gate)
		for _, d := range []post.Delivery{uploading, next} {
			if got := until(t, world, d.ID, post.Held); got.HoldReason != post.HoldCrisis {
				t.Errorf("%+v", got)
			}
		}
		s.stop()
		if tried, cried := sq.counts(ch.ID); tried != 2 || cried != 1 {
			t.Errorf("tried %d times, cried %d times: only the alert may", tried, cried)
		}
	})
}

// The next message answers the one before; where that did not leave, the one
// before it.
func TestMessagesAnswerEachOther(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 1)
	ch := world.Channels[0]
	refused := networkError(channels.Rejected)
	s := play(t, ledger, newSquare(plan{accept: true}, plan{after: refused}), "", false)
	b, p := world.Alert(post.BroadcastActive, clock.Now(), ch)
	world.Raise(t, b, p)
	before := until(t, world, p.Deliveries[0].ID, post.Sent)
	for i, want := range []post.State{post.Failed, post.Sent} {
		m, q := world.Message(&b, i+2, post.MessageUpdate, clock.Now(), ch)
		q.Deliveries[0].ReplyTo = before.ID
		_, err := ledger.AddMessage(t.Context(), world.Commune.ID, m, q, world.Entry("broadcast.updated", b.ID))
		storetest.Must(t, err)
		before = until(t, world, q.Deliveries[0].ID, want)
	}
	s.stop()
	s.square.mu.Lock()
	defer s.square.mu.Unlock()
	root := "r-" + ch.ID
	if got := s.square.replies[ch.ID]; len(got) != 3 || got[0] != "" || got[1] != root || got[2] != root {
		t.Errorf("they answer %q", got)
	}
}

// What failed with patience is held too, and an alert that is over lets nothing
// go by itself.
func TestARetryIsHeldAndStaysSo(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 2)
	s := play(t, ledger, newSquare(plan{after: networkError(channels.Temporary)}), "", false)
	d := world.Scheduled(t, clock.Now(), world.Channels[0])
	until(t, world, d.ID, post.Retrying)
	b, p := world.Alert(post.BroadcastActive, clock.Now(), world.Channels[1])
	saved := world.Raise(t, b, p)
	until(t, world, d.ID, post.Held)
	until(t, world, p.Deliveries[0].ID, post.Sent)
	world.Now = clock.Now().Add(-time.Hour)
	world.End(t, saved, world.Channels[1])
	s.stop()
	if got := world.Read(t, d.ID); got.State != post.Held {
		t.Errorf("it is %s", got.State)
	}
}
