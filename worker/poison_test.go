package worker_test

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store/storetest"
)

// Two deliveries were cut off together again and again. The one that a process
// survives is not counted out with the other.
func TestASuspectWaitsItsTurn(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 4)
	gate := make(chan struct{})
	sq := newSquare(plan{gate: gate, beforeGate: true, accept: true})
	var ids []string
	for _, ch := range world.Channels {
		ids = append(ids, world.Scheduled(t, clock.Now(), ch).ID)
	}
	for range 2 {
		now := clock.Now()
		for _, ch := range world.Channels {
			claim, err := ledger.ClaimPublish(t.Context(), ch.ID, post.LaneOrdinary, "crashed", now, now)
			storetest.Must(t, err)
			if claim == nil {
				t.Fatal("nothing to claim")
			}
		}
		_, err := ledger.ExpiredLeases(t.Context(), now, 10, func(string) post.Failure { return post.Failure{} })
		storetest.Must(t, err)
	}
	play(t, ledger, sq, "", false)
	<-sq.entered
	// The others give their claims back while the first is under way.
	waiting := func() (n int) {
		for _, id := range ids {
			if d := world.Read(t, id); d.State == post.Retrying && d.Claims == 2 {
				n++
			}
		}
		return n
	}
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(30 * time.Second)
	for waiting() != len(ids)-1 {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatal("the others do not wait")
		}
	}
	if total := sq.all(); total != 0 {
		t.Errorf("%d were sent beside a suspect", total)
	}
	close(gate)
	for _, id := range ids {
		until(t, world, id, post.Sent)
	}
}

// A delivery was cut off beside poison, the last time before its claim could be
// given back. It has its chance all the same.
func TestASuspectThatWasNotTriedIsNoPoison(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 1)
	d := world.Scheduled(t, clock.Now(), world.Channels[0])
	for _, begun := range []bool{true, true, false} {
		crash(t, ledger, world.Channels[0], begun)
	}
	play(t, ledger, newSquare(), "", false)
	until(t, world, d.ID, post.Sent)
}

// A reading that ends its workers is left to a person.
func TestAPoisonousReadingEndsWithAPerson(t *testing.T) {
	t.Parallel()
	ledger := storetest.Open(t)
	world := storetest.NewWorld(t, ledger, 1)
	world.Now = clock.Now().Add(-10 * time.Minute)
	ch := world.Channels[0]
	d := world.Unknown(t, ch, world.Now)
	for range 7 {
		now := clock.Now()
		claim, err := ledger.ClaimReconcile(t.Context(), ch.ID, post.LaneOrdinary, "crashed", now, now)
		storetest.Must(t, err)
		if claim == nil {
			t.Fatal("nothing to claim")
		}
		_, err = ledger.ExpiredLeases(t.Context(), now, 10, func(string) post.Failure { return post.Failure{} })
		storetest.Must(t, err)
	}
	sq := newSquare()
	sq.cried[ch.ID] = 1 // it would be found
	play(t, ledger, sq, "", false)
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(30 * time.Second)
	for {
		if got := world.Read(t, d.ID); got.NeedsPerson() {
			break
		}
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("%+v", world.Read(t, d.ID))
		}
	}
}
