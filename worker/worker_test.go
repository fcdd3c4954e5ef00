package worker_test

import (
	"errors"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
)

func networkError(kind channels.Kind) *channels.Error {
	return &channels.Error{Kind: kind, Op: "square.cry", Code: "square." + string(kind), Err: errors.New("told so")}
}

// What a network answers, and where the delivery stands at once.
func TestAnswerDecidesState(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		plan  plan
		want  post.State
		cried int
	}{
		{"accepted", plan{accept: true}, post.Sent, 1},
		{"refused content", plan{after: networkError(channels.Rejected)}, post.Failed, 0},
		{"no right", plan{before: networkError(channels.Permission)}, post.Failed, 0},
		{"no credit", plan{after: networkError(channels.Billing)}, post.Failed, 0},
		{"account blocked", plan{after: networkError(channels.Policy)}, post.Failed, 0},
		{"picture refused", plan{before: networkError(channels.MediaRefused)}, post.Failed, 0},
		{"duplicate without an earlier doubt", plan{after: networkError(channels.Duplicate)}, post.Failed, 0},
		{"network down", plan{after: networkError(channels.Temporary)}, post.Retrying, 0},
		{"rate limit", plan{after: networkError(channels.RateLimited)}, post.Retrying, 0},
		{"no clear answer, not accepted", plan{after: networkError(channels.UnknownOutcome)}, post.Unknown, 0},
		{"no clear answer, accepted", plan{accept: true, after: networkError(channels.UnknownOutcome)}, post.Unknown, 1},
		{"an unclear answer before the creating call is none", plan{before: networkError(channels.UnknownOutcome)}, post.Retrying, 0},
		{"an error of no kind after the creating call", plan{accept: true, after: errors.New("who knows")}, post.Unknown, 1},
		{"an error of no kind before it", plan{before: errors.New("our own fault")}, post.Retrying, 0},
		{"a panic after the creating call", plan{accept: true, panics: true}, post.Unknown, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ledger := storetest.Open(t)
			world := storetest.NewWorld(t, ledger, 1)
			s := play(t, ledger, newSquare(tt.plan), "", false)
			d := world.Scheduled(t, clock.Now(), world.Channels[0])
			got := until(t, world, d.ID, tt.want)
			s.stop()
			if n := s.square.times(world.Channels[0].ID); n != tt.cried {
				t.Errorf("cried %d times, want %d", n, tt.cried)
			}
			if (got.State == post.Sent) != (got.Failure == nil) {
				t.Errorf("state %s with failure %+v", got.State, got.Failure)
			}
			if got.Failure != nil && (got.Failure.Message == "" || got.Failure.NextStep == "") {
				t.Errorf("nobody can act on %+v", got.Failure)
			}
		})
	}
}

func TestUnknownIsReadBackToTheTruth(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		ledger := e.Open(t)
		world := storetest.NewWorld(t, ledger, 1)
		s := play(t, ledger, newSquare(plan{accept: true, after: networkError(channels.UnknownOutcome)}), "", false)
		d := world.Scheduled(t, clock.Now(), world.Channels[0])
		got := until(t, world, d.ID, post.Sent)
		if n := s.square.times(world.Channels[0].ID); n != 1 || got.RemoteID == "" || got.RemoteURL == "" {
			t.Errorf("cried %d times; %+v", n, got)
		}
	})
}

// A network that says "I have it already" after a doubt proves the doubt.
func TestDuplicateAfterADoubtEndsSent(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 1)
	world.Now = clock.Now().Add(-10 * time.Minute)
	ch := world.Channels[0]
	sq := newSquare(plan{after: networkError(channels.Duplicate)})
	sq.cried[ch.ID] = 1 // the doubtful attempt was accepted
	d := world.Unknown(t, ch, world.Now)
	// A person, or a reading that saw nothing, sent it on.
	claim, err := ledger.ClaimReconcile(t.Context(), ch.ID, post.LaneOrdinary, "earlier", clock.Now(), clock.Now().Add(time.Minute))
	storetest.Must(t, err)
	storetest.Must(t, ledger.Finish(t.Context(), d.ID, claim.Delivery.Epoch, store.Result{
		From: post.Reconciling, To: post.Retrying, NextAt: clock.Now(), Outcome: post.OutcomeNotSent, Resend: true, ResetClaims: true,
	}))
	play(t, ledger, sq, "", false)
	until(t, world, d.ID, post.Sent)
	if n := sq.times(ch.ID); n != 1 {
		t.Errorf("cried %d times", n)
	}
}

func TestABrokerThatIsAwayCostsNoDelivery(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 5)
	s := play(t, ledger, newSquare(), "", true)
	for _, ch := range world.Channels {
		d := world.Scheduled(t, clock.Now(), ch)
		until(t, world, d.ID, post.Sent)
		if n := s.square.times(ch.ID); n != 1 {
			t.Errorf("cried %d times", n)
		}
	}
}

func TestTooLateIsMissedAndNothingLeaves(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 1)
	d := world.Scheduled(t, clock.Now().Add(-post.DefaultMaxLateness-time.Minute), world.Channels[0])
	s := play(t, ledger, newSquare(), "", false)
	got := until(t, world, d.ID, post.Missed)
	if s.square.times(world.Channels[0].ID) != 0 || got.Failure == nil || got.Attempts != 0 {
		t.Errorf("%+v", got)
	}
}

func TestNothingLeavesBeforeItsHour(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 1)
	s := play(t, ledger, newSquare(), "", false)
	due := clock.Now().Add(1300 * time.Millisecond)
	d := world.Scheduled(t, due, world.Channels[0])
	until(t, world, d.ID, post.Sent)
	s.square.mu.Lock()
	defer s.square.mu.Unlock()
	if at := s.square.at[world.Channels[0].ID]; at.Before(due.Truncate(time.Millisecond)) {
		t.Errorf("cried %s early", due.Sub(at))
	}
}

// Poison is what was being sent in three processes that ended, or what ends them
// before it is.
func TestPoisonIsSetAside(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		claims int
		begun  bool
	}{"in its attempts": {3, true}, "before them": {6, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ledger := storetest.Open(t)
			world := storetest.NewWorld(t, ledger, 1)
			d := world.Scheduled(t, clock.Now(), world.Channels[0])
			for range c.claims {
				crash(t, ledger, world.Channels[0], c.begun)
			}
			s := play(t, ledger, newSquare(), "", false)
			got := until(t, world, d.ID, post.Failed)
			if got.Failure == nil || got.Failure.Code != "quarantined" || s.square.times(world.Channels[0].ID) != 0 {
				t.Errorf("%+v", got.Failure)
			}
		})
	}
}

// crash claims what is due on a channel, begins to send it or not, and ends.
func crash(t *testing.T, ledger *store.Store, ch post.Channel, begun bool) {
	t.Helper()
	now := clock.Now()
	claim, err := ledger.ClaimPublish(t.Context(), ch.ID, post.LaneOrdinary, "crashed", now, now)
	storetest.Must(t, err)
	if claim == nil {
		t.Fatal("nothing to claim")
	}
	if begun {
		_, err = ledger.BeginAttempt(t.Context(), claim.Delivery.ID, claim.Delivery.Epoch, now, claim.Delivery.Fingerprint)
		storetest.Must(t, err)
	}
	_, err = ledger.ExpiredLeases(t.Context(), now, 10, func(string) post.Failure { return post.Failure{} })
	storetest.Must(t, err)
}

// What a crashed worker left: before the point of no return it is sent, after
// it the account is read first.
func TestWhatACrashedWorkerLeft(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name              string
		created, accepted bool
	}{
		{"before the creating call", false, false},
		{"after it, accepted", true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ledger := storetest.Open(t)
			world := storetest.NewWorld(t, ledger, 1)
			world.Now = clock.Now().Add(-10 * time.Minute)
			ch := world.Channels[0]
			world.Scheduled(t, world.Now, ch)
			claim, _ := world.Begun(t, ch, tt.created)
			sq := newSquare()
			if tt.accepted {
				sq.cried[ch.ID] = 1
			}
			play(t, ledger, sq, "", false)
			until(t, world, claim.Delivery.ID, post.Sent)
			if n := sq.times(ch.ID); n != 1 {
				t.Errorf("cried %d times", n)
			}
		})
	}
}

func TestDrainLetsThePublicationUnderWayEnd(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 2)
	gate := make(chan struct{})
	s := play(t, ledger, newSquare(plan{accept: true, gate: gate}), "", false)
	d := world.Scheduled(t, clock.Now(), world.Channels[0])
	<-s.square.entered
	stopped := make(chan struct{})
	go func() {
		s.stop()
		close(stopped)
	}()
	later := world.Scheduled(t, clock.Now(), world.Channels[1])
	close(gate)
	<-stopped
	if got := world.Read(t, d.ID); got.State != post.Sent {
		t.Errorf("the publication under way is %s", got.State)
	}
	if got := world.Read(t, later.ID); got.State != post.Scheduled && got.State != post.Sent {
		t.Errorf("what came during the drain is %s", got.State)
	}
}

// Two deliveries of one account never overlap; those of two accounts do.
func TestOnePublicationAtATimeInALane(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 2)
	gate := make(chan struct{})
	s := play(t, ledger, newSquare(plan{accept: true, gate: gate}), "", false)
	first := world.Scheduled(t, clock.Now(), world.Channels[0])
	<-s.square.entered
	second := world.Scheduled(t, clock.Now(), world.Channels[0])
	other := world.Scheduled(t, clock.Now(), world.Channels[1])
	until(t, world, other.ID, post.Sent)
	if got := world.Read(t, second.ID); got.State != post.Scheduled {
		t.Errorf("the second of the lane is %s while the first is under way", got.State)
	}
	close(gate)
	until(t, world, first.ID, post.Sent)
	until(t, world, second.ID, post.Sent)
}

// A channel whose credentials were refused is shown so until a publication
// shows otherwise.
func TestAChannelHealsWithItsNextPublication(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 1)
	ch := world.Channels[0]
	failure := &post.Failure{Kind: "auth", Code: "square.auth", Message: "Refusé.", NextStep: "Reconnectez."}
	storetest.Must(t, ledger.SetChannelStatus(t.Context(), ch.ID, post.ChannelNeedsReauth, failure))
	s := play(t, ledger, newSquare(), "", false)
	d := world.Scheduled(t, clock.Now(), ch)
	until(t, world, d.ID, post.Sent)
	s.stop()
	got, err := ledger.ChannelByID(t.Context(), ch.ID)
	storetest.Must(t, err)
	if got.Status != post.ChannelConnected || got.Failure != nil {
		t.Errorf("%s, %+v", got.Status, got.Failure)
	}
}

// Some networks refuse them at an earlier call, others at the creating one.
func TestRefusedCredentialsAreRenewedOnce(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string]plan{
		"before the creating call": {before: networkError(channels.Auth)},
		"at the creating call":     {after: networkError(channels.Auth)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ledger := storetest.Open(t)
			world := storetest.NewWorld(t, ledger, 1)
			ch := world.Channels[0]
			ch.CredentialsExpireAt = time.Time{}
			storetest.Must(t, ledger.UpdateChannel(t.Context(), ch))
			s := play(t, ledger, newSquare(refused), "", false)
			d := world.Scheduled(t, clock.Now(), ch)
			until(t, world, d.ID, post.Sent)
			if s.square.renewals != 1 || s.square.times(ch.ID) != 1 {
				t.Errorf("%d renewals, cried %d times", s.square.renewals, s.square.times(ch.ID))
			}
		})
	}
}
