package worker

import (
	"context"
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const (
	// presentFor is how long this process may claim ordinary work after it
	// last said in the ledger that it is there. It is well below
	// post.OutageAfter: whoever was away so long settles the outage first.
	presentFor = time.Minute
	// longestAbsence is the longest outage that is believed. A clock that
	// shows more is asked about.
	longestAbsence = 31 * 24 * time.Hour
)

// mayWork reports whether ordinary work may be claimed: the clock is trusted,
// and no outage waits to be settled. Ask after reading the clock: a time that
// must not be trusted is never seen before it is paused.
func (w *Worker) mayWork() bool {
	paused, _ := w.clock.state()
	return !paused && w.passed() < time.Duration(w.presentUntil.Load())
}

// watchTime keeps the clock and this worker's presence, until ctx ends.
func (w *Worker) watchTime(ctx context.Context) {
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := w.beThere(ctx); err != nil && ctx.Err() == nil {
			w.Log.WarnContext(ctx, "the ledger was not told that this worker is there", "error", err)
		}
	}
}

// beThere measures the clock, shares with the ledger what it means, and says
// that this worker is there.
func (w *Worker) beThere(ctx context.Context) error {
	if err := w.clock.sync(ctx); err != nil {
		return err
	}
	if paused, jump := w.clock.state(); paused {
		return w.waitForClock(ctx, jump)
	}
	asked := w.passed()
	now := w.clock.now()
	there, outage, err := w.Ledger.Present(ctx, now, *missedFailure())
	if err != nil {
		return err
	}
	if there.Clock.Paused {
		// Another process saw it jump.
		w.clock.distrust(there.Clock.Jump)
		w.pauseSaved = true
		return nil
	}
	w.presentUntil.Store(int64(asked + presentFor))
	if outage != nil {
		w.Log.WarnContext(ctx, "nothing was dispatched for a while", "from", outage.From, "to", outage.To,
			"missed", len(outage.Missed), "held", len(outage.Held), "spaced", len(outage.Spaced))
	}
	return nil
}

// waitForClock saves that the clock jumped, and ends the pause when it is back
// or when a person has confirmed it.
func (w *Worker) waitForClock(ctx context.Context, jump time.Duration) error {
	now := w.clock.now()
	if jump == 0 {
		return w.trustClock(ctx, now, "the clock is back")
	}
	if w.pauseSaved {
		there, err := w.Ledger.Dispatching(ctx)
		if err != nil || there.Clock.Paused {
			return err
		}
		return w.trustClock(ctx, now, "the clock was confirmed")
	}
	begun, err := w.Ledger.PauseClock(ctx, now, jump)
	if err != nil {
		return err
	}
	w.Log.ErrorContext(ctx, "the clock jumped; ordinary deliveries wait", "jump", jump.String(), "first", begun)
	if _, err := w.Ledger.OpenNoticeEverywhere(ctx, clockNotice(jump, now)); err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	w.pauseSaved = true
	return nil
}

// trustClock goes back to work. What the clock shows is measured once more
// before anything is claimed by it.
func (w *Worker) trustClock(ctx context.Context, now time.Time, why string) error {
	if _, err := w.Ledger.TrustClock(ctx, now); err != nil {
		return err
	}
	if err := w.Ledger.SettleNoticeEverywhere(ctx, post.NoticeClock, post.ClockSubject, now); err != nil {
		return err
	}
	if err := w.clock.sync(ctx); err != nil {
		return err
	}
	w.clock.trust()
	w.pauseSaved = false
	w.settleAfter.Store(int64(w.passed() + leaseFor))
	w.Log.InfoContext(ctx, why+"; ordinary deliveries leave again")
	return w.beThere(ctx)
}

// arrive compares the clock with what the ledger last knew of time, before
// anything is claimed.
func (w *Worker) arrive(ctx context.Context) error {
	if err := w.clock.sync(ctx); err != nil {
		return err
	}
	there, err := w.Ledger.Dispatching(ctx)
	if err != nil {
		return err
	}
	now := w.clock.now()
	away := now.Sub(there.AliveAt)
	switch c := there.Clock; {
	case c.Paused && c.Jump > 0 && now.Before(c.Since.Add(-jumpBack)) && !now.Before(there.AliveAt.Add(-jumpBack)):
		// It came back while nobody was there.
		return w.trustClock(ctx, now, "the clock is back")
	case c.Paused:
		w.clock.distrust(c.Jump)
		w.pauseSaved = true
	case there.AliveAt.IsZero():
	case away < -jumpBack, away > longestAbsence:
		w.clock.distrust(away)
	}
	return w.beThere(ctx)
}

// clockNotice is what administrators read. n is positive: forward.
func clockNotice(jump time.Duration, now time.Time) post.Notice {
	direction := "avancé"
	if jump < 0 {
		direction, jump = "reculé", -jump
	}
	return post.Notice{
		Kind: post.NoticeClock, Subject: post.ClockSubject, Severity: post.SeverityError, CreatedAt: now,
		Title: "L’horloge du serveur a sauté",
		Message: "L’horloge a " + direction + " de " + spoken(jump) +
			" d’un coup. Rien ne part tant qu’elle n’est pas sûre : ce qui est prévu attend. Les messages de crise partent quand même.",
		NextStep: "Vérifiez l’heure du serveur. Si elle est fausse, corrigez-la : les envois reprennent seuls. Si elle est juste, dites-le avec « L’heure est juste », en haut de chaque page.",
	}
}

// spoken is a duration as people say it, rounded.
func spoken(d time.Duration) string {
	switch day := 24 * time.Hour; {
	case d >= 2*day:
		return fmt.Sprintf("%d jours", d.Round(day)/day)
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d heures", d.Round(time.Hour)/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%d minutes", d.Round(time.Minute)/time.Minute)
	default:
		return fmt.Sprintf("%d secondes", d.Round(time.Second)/time.Second)
	}
}
