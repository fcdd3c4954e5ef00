package worker

import (
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// listed is a network whose list of posts can be trusted.
type listed struct{ channels.Driver }

func (listed) Info() channels.Info {
	return channels.Info{Kind: "listed", Title: "Le réseau", Idempotency: channels.NotIdempotent, ReadBack: channels.ReadBackStrong}
}

// clockOf is a ledger clock that shows a variable.
func clockOf(now *time.Time) *ledgerClock {
	start := *now
	return &ledgerClock{passed: func() time.Duration { return now.Sub(start) }, last: measurement{at: start}}
}

// Readings go on by the ledger's own times until absence is proved: three
// trustworthy ones over three minutes, and no later than that asks.
func TestAbsenceIsProvedByThreeReadingsOverThreeMinutes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	w := &Worker{clock: clockOf(&now)}
	start := now
	now = now.Add(firstReading)
	d := post.Delivery{Kind: "listed", State: post.Reconciling}
	var first time.Time
	for readings := 1; ; readings++ {
		d.Claims++
		result := w.verdict(&store.Claim{Delivery: d}, reading{
			driver: listed{}, canRead: true, finding: channels.Finding{Trustworthy: true},
		})
		if first.IsZero() {
			first = now
		}
		if result.To == post.Retrying {
			if readings < cleanReadings || now.Sub(first) < cleanSpan {
				t.Fatalf("proved after %d readings over %s", readings, now.Sub(first))
			}
			if late := now.Sub(start); late > cleanSpan+firstReading+time.Second {
				t.Errorf("proved only after %s", late)
			}
			if !result.Resend {
				t.Error("the repetition is not counted")
			}
			break
		}
		if result.To != post.Unknown || !result.NextAt.After(now) || readings > 10 {
			t.Fatalf("reading %d: %+v", readings, result)
		}
		d.CleanReads++
		d.FirstCleanReadAt = first
		now = result.NextAt
	}
	// Sent once more by itself and absent again: a person decides.
	d.Resends = 1
	if result := w.verdict(&store.Claim{Delivery: d}, reading{driver: listed{}, canRead: true, finding: channels.Finding{Trustworthy: true}}); result.To != post.Unknown || !result.NextAt.IsZero() || result.Failure.Code != "needs_person" {
		t.Errorf("after a repetition: %+v", result)
	}
}

// What is proved absent is not sent again by itself where the commune wants to
// be asked, nor while the clock, by which the proof was timed, has jumped.
func TestProvedAbsentAndStillNotSentAgain(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	claim := &store.Claim{Delivery: post.Delivery{
		Kind: "listed", State: post.Reconciling, Claims: 3, CleanReads: 2, FirstCleanReadAt: now.Add(-cleanSpan),
	}}
	look := reading{driver: listed{}, canRead: true, finding: channels.Finding{Trustworthy: true}}
	w := &Worker{clock: clockOf(&now)}
	if result := w.verdict(claim, look); result.To != post.Retrying {
		t.Fatalf("not proved: %+v", result)
	}
	look.ask = true
	if result := w.verdict(claim, look); result.To != post.Unknown || result.Failure.Code != "needs_person" {
		t.Errorf("nobody is asked: %+v", result)
	}
	look.ask = false
	w.clock.paused = true
	if result := w.verdict(claim, look); result.To != post.Unknown || result.NextAt.IsZero() {
		t.Errorf("proved by a clock that jumped: %+v", result)
	}
}

// A reading that shows no known older post proves nothing, however often.
func TestUntrustworthyReadingsEndWithAPerson(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	w := &Worker{clock: clockOf(&now)}
	d := post.Delivery{Kind: "listed", State: post.Reconciling}
	for readings := 1; readings <= 20; readings++ {
		d.Claims++
		result := w.verdict(&store.Claim{Delivery: d}, reading{driver: listed{}, canRead: true})
		if result.To != post.Unknown || result.CleanRead {
			t.Fatalf("reading %d: %+v", readings, result)
		}
		if result.NextAt.IsZero() {
			if waited := now.Sub(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)); waited > 20*time.Minute {
				t.Errorf("a person is asked only after %s", waited)
			}
			return
		}
		now = result.NextAt
	}
	t.Fatal("nobody is ever asked")
}

// keyed is a network that keeps one post for one key.
type keyed struct {
	channels.Driver
	readBack channels.ReadBack
}

func (k keyed) Info() channels.Info {
	return channels.Info{Kind: "keyed", Title: "Le site", Idempotency: channels.IdempotentByKey, ReadBack: k.readBack}
}

// One clean look is enough only where what is not seen is not there: a website
// may still be making the article whose answer was lost, and would then have two.
func TestAKeyDoesNotProveAbsenceAtOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	w := &Worker{clock: clockOf(&now)}
	look := func(readBack channels.ReadBack, d post.Delivery) store.Result {
		return w.verdict(&store.Claim{Delivery: d}, reading{
			driver: keyed{readBack: readBack}, canRead: true, finding: channels.Finding{Trustworthy: true},
		})
	}
	d := post.Delivery{Kind: "keyed", State: post.Reconciling}
	d.Claims = 1
	if result := look(channels.ReadBackStrong, d); result.To != post.Retrying {
		t.Errorf("a strong list: %+v", result)
	}
	if result := look(channels.ReadBackEventual, d); result.To != post.Unknown || result.NextAt.IsZero() {
		t.Errorf("a list that may lag, seen once: %+v", result)
	}
	d.Claims, d.CleanReads, d.FirstCleanReadAt = 4, cleanReadings-1, now.Add(-cleanSpan)
	if result := look(channels.ReadBackEventual, d); result.To != post.Retrying || !result.Resend {
		t.Errorf("a list that may lag, after the proof: %+v", result)
	}
}
