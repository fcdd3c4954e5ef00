package worker

import (
	"context"
	"errors"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// suspectPause is how soon a suspect is claimed again when another was under
// way.
const suspectPause = time.Second

// isSuspect reports whether a delivery may be what ends its workers: two claims
// were cut off. Whatever else was being sent in those processes was cut off
// too, so a suspect is sent without another one beside it: poison is then alone
// with its last chance, and an innocent one is not counted out with it. A crisis
// waits for nobody.
func isSuspect(claim *store.Claim) bool {
	d := &claim.Delivery
	return d.Claims >= poisonClaims && d.Lane != post.LaneCrisis && !isPoison(claim)
}

// isPoison reports whether a delivery had its chances: its claims were cut off,
// and it was being sent each time. A claim that was cut off before, as that of
// a suspect which had yet to be given back when another one ended the process,
// says little: there may be twice as many.
func isPoison(claim *store.Claim) bool {
	claims := claim.Delivery.Claims - 1 // without the present one
	return claims >= 2*poisonClaims || (claims >= poisonClaims && cutOff(claim) >= poisonClaims)
}

// cutOff counts the attempts that no answer ended.
func cutOff(claim *store.Claim) int {
	n := 0
	for _, a := range claim.Attempts {
		if a.Outcome != post.OutcomeAccepted && (a.Failure == nil || a.Failure.Code == codeAbandoned) {
			n++
		}
	}
	return n
}

// giveBack lets a suspect wait its turn.
func (w *Worker) giveBack(ctx context.Context, claim *store.Claim) {
	d := &claim.Delivery
	now := w.clock.now()
	err := w.finish(ctx, claim, store.Result{
		From: post.Sending, To: post.Retrying, At: now, NextAt: now.Add(suspectPause), Failure: d.Failure, Unclaim: true,
	})
	if err != nil && !errors.Is(err, post.ErrStale) {
		w.Log.WarnContext(ctx, "a delivery that waits its turn could not be saved; its claim runs out", "delivery_id", d.ID, "error", err)
	}
}
