package app

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/worker"
)

// eventsKept is how far back a browser that comes back can read what it
// missed; after that it reads everything again.
const eventsKept = 24 * time.Hour

// chores are what the ledger need not remember for ever.
func chores(ledger *store.Store) []worker.Chore {
	return []worker.Chore{
		{Name: "sessions", Do: func(ctx context.Context, now time.Time) (int, error) {
			// A device of the crisis role need not be used; the others end soon enough.
			return ledger.DeleteExpiredSessions(ctx, now, now.Add(-auth.DeviceSession))
		}},
		{Name: "idempotency keys", Do: func(ctx context.Context, now time.Time) (int, error) {
			return ledger.PurgeIdempotency(ctx, now.Add(-store.IdempotencyKept))
		}},
		{Name: "authorizations", Do: func(ctx context.Context, now time.Time) (int, error) {
			return ledger.PurgeOAuthFlows(ctx, now)
		}},
		{Name: "events", Do: func(ctx context.Context, now time.Time) (int, error) {
			return ledger.PurgeEvents(ctx, now.Add(-eventsKept))
		}},
		{Name: "notices", Do: func(ctx context.Context, now time.Time) (int, error) {
			return ledger.PurgeNotices(ctx, now.Add(-noticesKept), noticesPurged)
		}},
	}
}
