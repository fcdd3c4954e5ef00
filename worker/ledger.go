package worker

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// Ledger is what the worker needs of the store. Guarded writes return
// post.ErrStale when the claim was lost: stop at once.
type Ledger interface {
	Now(ctx context.Context) (time.Time, error)
	Wake() <-chan struct{}

	Dispatching(ctx context.Context) (store.Dispatching, error)
	Present(ctx context.Context, now time.Time, missed post.Failure) (store.Dispatching, *post.Outage, error)
	PauseClock(ctx context.Context, now time.Time, jump time.Duration) (bool, error)
	TrustClock(ctx context.Context, now time.Time) (bool, error)
	OpenNoticeEverywhere(ctx context.Context, n post.Notice) (int, error)
	SettleNoticeEverywhere(ctx context.Context, kind post.NoticeKind, subject string, at time.Time) error

	DueLanes(ctx context.Context, now time.Time, horizon, redispatchAfter time.Duration, limit int) ([]store.LaneDue, error)
	DueCrisisLanes(ctx context.Context, now time.Time, horizon, redispatchAfter time.Duration, limit int) ([]store.LaneDue, error)
	NextDue(ctx context.Context, after time.Time) (time.Time, bool, error)

	ClaimPublish(ctx context.Context, channelID string, lane post.Lane, instance string, now, leaseUntil time.Time) (*store.Claim, error)
	LaneHasDue(ctx context.Context, channelID string, lane post.Lane, now time.Time) (bool, error)
	ClaimReconcile(ctx context.Context, channelID string, lane post.Lane, instance string, now, leaseUntil time.Time) (*store.Claim, error)
	BeginAttempt(ctx context.Context, deliveryID string, epoch int64, now time.Time, fingerprint string) (int, error)
	Creating(ctx context.Context, deliveryID string, epoch int64, number int, now time.Time) error
	SaveStep(ctx context.Context, deliveryID string, epoch int64, step post.Step) error
	Finish(ctx context.Context, deliveryID string, epoch int64, result store.Result) error

	RenewLeases(ctx context.Context, instance string, held []string, now, until time.Time) (int, error)
	EndLeases(ctx context.Context, instances []string, now time.Time) (int, error)
	ExpiredLeases(ctx context.Context, now time.Time, limit int, unknown func(kind string) post.Failure) ([]store.Settled, error)
	OlderSent(ctx context.Context, channelID string, before time.Time, limit int) ([]string, error)
	OwnRemoteIDs(ctx context.Context, channelID string, since time.Time) ([]string, error)
	RivalAttempts(ctx context.Context, d *post.Delivery, since time.Time) ([]store.Span, error)
	OpenNotice(ctx context.Context, n post.Notice) (opened bool, err error)

	Post(ctx context.Context, communeID, id string) (post.Post, error)
	Delivery(ctx context.Context, communeID, id string) (post.Delivery, error)
	Superseded(ctx context.Context, deliveryID string) (bool, error)
	ChannelByID(ctx context.Context, id string) (post.Channel, error)
	CommuneByID(ctx context.Context, id string) (post.Commune, error)
	SetChannelStatus(ctx context.Context, id string, status post.ChannelStatus, failure *post.Failure) error
	RenewalLedger
	AllowanceLedger
	PreflightLedger
	MediaMany(ctx context.Context, communeID string, ids []string) ([]post.Media, error)
	Counts(ctx context.Context) (map[post.State]int, error)
}
