package notifying

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

const (
	// WatchEvery is the time between two looks at the ledger.
	WatchEvery = 10 * time.Second
	// OverdueAfter is how long an hour may have passed without anything being
	// done or decided.
	OverdueAfter = time.Minute
	// unknownAfter is how long an outcome may be unknown before people are told:
	// the first readings settle most. With WatchEvery it is less than a minute.
	unknownAfter = 45 * time.Second
	// recent is how far back failures are told of: older ones were there before
	// anybody watched, as in a restored ledger, and are history.
	recent = 7 * 24 * time.Hour
	// lookTimeout bounds one look, so that a database that hangs does not end
	// the watch.
	lookTimeout = 30 * time.Second
	// lookPage is how many deliveries are read at once.
	lookPage = 200
)

// WatchLedger is what a Watch reads and writes.
type WatchLedger interface {
	Now(ctx context.Context) (time.Time, error)
	DeliveryTroubles(ctx context.Context, since, unknownBefore time.Time, limit int) ([]store.DeliveryTrouble, error)
	DeliveryTrouble(ctx context.Context, communeID, id string) (store.DeliveryTrouble, error)
	ChannelTroubles(ctx context.Context, now, lateBefore time.Time) ([]store.ChannelTrouble, error)
	TroubledAuthors(ctx context.Context, t *store.ChannelTrouble, now, lateBefore time.Time) ([]string, error)
	OpenChannelNotices(ctx context.Context) ([]post.Notice, error)
	OutdatedNotices(ctx context.Context, limit int) ([]string, error)
	OpenNoticeFor(ctx context.Context, n post.Notice, userIDs ...string) (bool, error)
	SettleNotices(ctx context.Context, ids []string, at time.Time) error
	OpenNotices(ctx context.Context) (int, error)
	ExercisesDue(ctx context.Context, now time.Time) ([]store.ExerciseDue, error)
	OpenNoticesOf(ctx context.Context, kind post.NoticeKind) ([]post.Notice, error)
	Users(ctx context.Context, communeID string) ([]post.User, error)
}

// WatchDeps are the parts of a Watch.
type WatchDeps struct {
	Ledger WatchLedger
	// Title is what people call a kind of channel.
	Title   func(kind string) string
	Metrics *Metrics
	Log     *slog.Logger
}

// Watch finds what people must hear of by looking at the ledger. It knows
// nothing of queues and workers, so that it tells of those that are dead too.
// Any number may run beside each other.
type Watch struct{ WatchDeps }

// NewWatch makes a watch.
func NewWatch(deps WatchDeps) *Watch { return &Watch{deps} }

// Run looks again and again until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	ticker := time.NewTicker(WatchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		look, cancel := context.WithTimeout(ctx, lookTimeout)
		err := w.Look(look)
		cancel()
		if err != nil && ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "the ledger could not be watched", "error", err)
		}
	}
}

// Look finds what is wrong now, opens the notices that are missing and settles
// those whose reason is gone. What it could not do it does the next time.
func (w *Watch) Look(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			w.Metrics.blind()
		}
	}()
	now, err := w.Ledger.Now(ctx)
	if err != nil {
		return err
	}
	overdue, err := w.channels(ctx, now)
	if err := errors.Join(err, w.settle(ctx, now), w.deliveries(ctx, now), w.exercises(ctx, now)); err != nil {
		return err
	}
	open, err := w.Ledger.OpenNotices(ctx)
	if err != nil {
		return err
	}
	w.Metrics.seen(overdue, open)
	return nil
}

// settle closes the notices of deliveries that moved on.
func (w *Watch) settle(ctx context.Context, now time.Time) error {
	for {
		ids, err := w.Ledger.OutdatedNotices(ctx, lookPage)
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := w.Ledger.SettleNotices(ctx, ids, now); err != nil {
			return err
		}
	}
}

// deliveries tells of each delivery that failed, was missed or has no known
// outcome.
func (w *Watch) deliveries(ctx context.Context, now time.Time) error {
	for {
		all, err := w.Ledger.DeliveryTroubles(ctx, now.Add(-recent), now.Add(-unknownAfter), lookPage)
		if err != nil {
			return err
		}
		for i := range all {
			n := deliveryNotice(&all[i], w.Title(all[i].ChannelKind))
			n.CreatedAt = now
			if _, err := w.Ledger.OpenNoticeFor(ctx, n); err != nil {
				return err
			}
		}
		if len(all) < lookPage {
			return nil
		}
	}
}

// channels tells of what concerns several deliveries of a channel at once, and
// settles what is over. It returns how many deliveries are overdue.
func (w *Watch) channels(ctx context.Context, now time.Time) (overdue int, err error) {
	lateBefore := now.Add(-OverdueAfter)
	troubles, err := w.Ledger.ChannelTroubles(ctx, now, lateBefore)
	if err != nil {
		return 0, err
	}
	notices, err := w.Ledger.OpenChannelNotices(ctx)
	if err != nil {
		return 0, err
	}
	type key struct {
		kind      post.NoticeKind
		channelID string
	}
	open := make(map[key]post.Notice, len(notices))
	for _, n := range notices {
		open[key{n.Kind, n.ChannelID}] = n
	}
	for i := range troubles {
		t := &troubles[i]
		if t.Kind == post.NoticeOverdue {
			overdue += t.Deliveries
		}
		n, err := w.channelNotice(ctx, t)
		if err != nil {
			return 0, err
		}
		k := key{t.Kind, t.ChannelID}
		known, ok := open[k]
		delete(open, k)
		if ok && known.Title == n.Title && known.Message == n.Message && known.NextStep == n.NextStep {
			continue
		}
		authors, err := w.Ledger.TroubledAuthors(ctx, t, now, lateBefore)
		if err != nil {
			return 0, err
		}
		n.CreatedAt = now
		if _, err := w.Ledger.OpenNoticeFor(ctx, n, authors...); err != nil {
			return 0, err
		}
	}
	over := make([]string, 0, len(open))
	for _, n := range open {
		over = append(over, n.ID)
	}
	return overdue, w.Ledger.SettleNotices(ctx, over, now)
}

// channelNotice puts a channel's trouble into words; where it concerns one
// delivery, into those of its post.
func (w *Watch) channelNotice(ctx context.Context, t *store.ChannelTrouble) (post.Notice, error) {
	network := w.Title(t.ChannelKind)
	if t.Deliveries != 1 || t.FirstID == "" {
		return channelNotice(t, nil, network), nil
	}
	only, err := w.Ledger.DeliveryTrouble(ctx, t.CommuneID, t.FirstID)
	if errors.Is(err, post.ErrNotFound) {
		return channelNotice(t, nil, network), nil
	}
	if err != nil {
		return post.Notice{}, err
	}
	return channelNotice(t, &only, network), nil
}
