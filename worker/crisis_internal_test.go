package worker

import (
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// A message of an alert whose outcome is not clear is looked for at once, and
// said once more after one clean reading, or after half a minute in which the
// account could not be read; never a third time by itself.
func TestAnUnclearMessageOfAnAlertIsSaidOnceMore(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	unclear := func() *store.Claim {
		return &store.Claim{
			Delivery: post.Delivery{Kind: "listed", State: post.Reconciling, Lane: post.LaneCrisis, Claims: 1},
			Attempts: []post.Attempt{{Number: 1, CreatingAt: start.Add(-time.Second), EndedAt: start, Outcome: post.OutcomeUnknown}},
		}
	}
	clean := reading{driver: listed{}, canRead: true, ask: true, finding: channels.Finding{Trustworthy: true}}
	unreadable := reading{driver: listed{}, canRead: true}
	d := &post.Delivery{Lane: post.LaneCrisis}
	if at := firstLook(d, start); !at.Equal(start) {
		t.Errorf("the first reading waits until %v", at)
	}

	now := start
	w := &Worker{clock: clockOf(&now)}
	if r := w.verdict(unclear(), clean); r.To != post.Retrying || !r.Resend || !r.NextAt.Equal(now) || r.Outcome != post.OutcomeNotSent {
		t.Errorf("absent by one clean reading: %+v", r)
	}
	claim := unclear()
	for waited := time.Duration(0); ; {
		r := w.verdict(claim, unreadable)
		if r.To == post.Retrying {
			if waited != crisisSilence || !r.Resend || r.Outcome != post.OutcomeResolved {
				t.Errorf("said again after %v: %+v", waited, r)
			}
			break
		}
		if waited >= crisisSilence || r.To != post.Unknown || !r.NextAt.After(now) {
			t.Fatalf("after %v: %+v", waited, r)
		}
		waited += r.NextAt.Sub(now)
		now = r.NextAt
		claim.Delivery.Claims++
	}
	// A clock that jumped is not believed; the readings count instead.
	w.clock.paused = true
	if r := w.verdict(unclear(), unreadable); r.To != post.Unknown {
		t.Errorf("said again by a clock that jumped: %+v", r)
	}
	claim = unclear()
	claim.Delivery.Claims = crisisReadings
	if r := w.verdict(claim, unreadable); r.To != post.Retrying {
		t.Errorf("never said again while the clock is wrong: %+v", r)
	}
	w.clock.paused = false

	again := unclear()
	again.Delivery.Resends = 1
	for name, look := range map[string]reading{"clean": clean, "unreadable": unreadable} {
		if r := w.verdict(again, look); r.To != post.Unknown {
			t.Errorf("a third time, %s: %+v", name, r)
		}
		look.superseded = true
		if r := w.verdict(unclear(), look); r.To != post.Unknown {
			t.Errorf("superseded, %s: %+v", name, r)
		}
	}
	found := clean
	found.finding.Receipt = &channels.Receipt{RemoteID: "1"}
	if r := w.verdict(unclear(), found); r.To != post.Sent {
		t.Errorf("found: %+v", r)
	}
}

func TestACallOfAnAlertEndsSooner(t *testing.T) {
	t.Parallel()
	if callTime(post.LaneCrisis) != 30*time.Second || callTime(post.LaneOrdinary) != callTimeout {
		t.Error(callTime(post.LaneCrisis), callTime(post.LaneOrdinary))
	}
	w := &Worker{}
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	d := &post.Delivery{Lane: post.LaneCrisis, Attempts: 9}
	if next := w.nextTry(d, now); next.After(now.Add(crisisEvery)) {
		t.Errorf("tried again at %v", next)
	}
}

// An alert leaves with credentials that are still good, although they end soon.
func TestAnAlertDoesNotWaitForRenewals(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	w := &Worker{clock: clockOf(&now)} // without renewals: asking for one would panic
	ch := post.Channel{ID: "c", CredentialsExpireAt: now.Add(time.Second)}
	if got := w.renewAtLast(t.Context(), ch, post.LaneCrisis); got.ID != ch.ID {
		t.Errorf("%+v", got)
	}
}
