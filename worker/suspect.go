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
func isSuspect(d *post.Delivery) bool {
	return d.Claims == poisonClaims && d.Lane != post.LaneCrisis
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
