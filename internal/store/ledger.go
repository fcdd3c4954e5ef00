package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/internal/post"
)

// These conditions stand word for word in the partial indexes of the
// migrations; SQLite uses such an index only for the same words.
const (
	isDue     = `state IN ('scheduled', 'retrying', 'unknown')`
	isWaiting = `state IN ('scheduled', 'retrying')`
	isOpen    = `state NOT IN ('sent', 'cancelled')`
)

// mayLeave lets a delivery of the lane ($1, $2) leave, unless it is late by
// minutes and the lane has just made a post: what an outage or a slow network
// made late never leaves in a burst. What is punctual passes it. Its arguments
// are those of leaving, from placeholder $first.
func mayLeave(first int) string {
	return fmt.Sprintf(`($2 = 'crisis' OR due_at > $%d OR NOT EXISTS (SELECT 1 FROM deliveries made
		WHERE made.state = 'sent' AND made.channel_id = $1 AND made.lane = $2 AND made.sent_at > $%d AND made.sent_at <= $%d))`,
		first, first+1, first+2)
}

// leaving are the arguments of mayLeave.
func leaving(now time.Time) []any {
	return []any{millis(now.Add(-post.Late)), millis(now.Add(-post.Spacing)), millis(now.Add(post.Spacing))}
}

// Work is what a lane is rung for.
type Work string

const (
	WorkPublish   Work = "publish"
	WorkReconcile Work = "reconcile"
)

// LaneDue is a lane of a channel in which something is or will shortly be due.
type LaneDue struct {
	CommuneID string
	ChannelID string
	Lane      post.Lane
	Work      Work
	// At is the earliest moment at which the lane has something to do.
	At time.Time
}

// dueBatch is how many rows DueLanes marks in one transaction at most, so that
// other writes pass in between.
const dueBatch = 500

// DueLanes returns the lanes that have something to do until now+horizon, and
// moves each such delivery's next ring to redispatchAfter after its time: what
// no worker has taken by then is returned again, so that a lost ring costs a
// delay and nothing else. It looks at most at limit deliveries; 0 means all.
func (s *Store) DueLanes(ctx context.Context, now time.Time, horizon, redispatchAfter time.Duration, limit int) ([]LaneDue, error) {
	return s.dueLanes(ctx, isDue, now, horizon, redispatchAfter, limit)
}

// DueCrisisLanes is DueLanes for the crisis lanes alone, while nothing else may
// leave.
func (s *Store) DueCrisisLanes(ctx context.Context, now time.Time, horizon, redispatchAfter time.Duration, limit int) ([]LaneDue, error) {
	return s.dueLanes(ctx, isDue+` AND lane = 'crisis'`, now, horizon, redispatchAfter, limit)
}

func (s *Store) dueLanes(ctx context.Context, which string, now time.Time, horizon, redispatchAfter time.Duration, limit int) ([]LaneDue, error) {
	type key struct {
		channelID string
		lane      post.Lane
		work      Work
	}
	lanes := map[key]LaneDue{}
	for seen := 0; limit <= 0 || seen < limit; {
		batch := dueBatch
		if limit > 0 {
			batch = min(batch, limit-seen)
		}
		rows, err := s.markDue(ctx, which, now, horizon, redispatchAfter, batch)
		if err != nil {
			return nil, err
		}
		for _, l := range rows {
			k := key{l.ChannelID, l.Lane, l.Work}
			if old, ok := lanes[k]; !ok || l.At.Before(old.At) {
				lanes[k] = l
			}
		}
		seen += len(rows)
		if len(rows) < batch {
			break
		}
	}
	all := make([]LaneDue, 0, len(lanes))
	for _, l := range lanes {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b LaneDue) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ChannelID, b.ChannelID), cmp.Compare(a.Lane, b.Lane), cmp.Compare(a.Work, b.Work))
	})
	return all, nil
}

func (s *Store) markDue(ctx context.Context, which string, now time.Time, horizon, redispatchAfter time.Duration, limit int) ([]LaneDue, error) {
	var rows []LaneDue
	err := s.writeOne(ctx, "due lanes", func(ctx context.Context, q querier) (err error) {
		rows, err = many(ctx, q, scanLaneDue, `UPDATE deliveries
			SET ring_at = CASE WHEN next_at > $1 THEN next_at ELSE $1 END + $3
			WHERE id IN (SELECT id FROM deliveries
				WHERE `+which+` AND ring_at <= $2
				ORDER BY ring_at LIMIT $4`+s.engine.words().skipLocked+`)
			RETURNING commune_id, channel_id, lane, state, next_at`,
			millis(now), millis(now.Add(horizon)), (redispatchAfter + horizon).Milliseconds(), limit)
		return err
	})
	return rows, err
}

func scanLaneDue(r row) (l LaneDue, err error) {
	var state post.State
	err = r.Scan(&l.CommuneID, &l.ChannelID, &l.Lane, &state, instant{&l.At})
	l.Work = WorkPublish
	if state == post.Unknown {
		l.Work = WorkReconcile
	}
	return l, err
}

// NextDue is when, after a moment, the first delivery becomes due or is to be
// rung for again, for the dispatcher's timer.
func (s *Store) NextDue(ctx context.Context, after time.Time) (time.Time, bool, error) {
	at, err := one(ctx, s.engine.reader(), scanInstant, `SELECT MIN(ring_at) FROM deliveries WHERE `+isDue+` AND ring_at > $1`, millis(after))
	return at, !at.IsZero(), s.wrap("next due", err)
}

// Claim is a delivery that a worker holds until its lease ends, and what
// earlier tries left. Delivery is as after the claim: its Epoch goes into every
// later write.
type Claim struct {
	Delivery post.Delivery
	// From is the state in which the claim found it.
	From     post.State
	Steps    []post.Step
	Attempts []post.Attempt
}

func scanClaim(r row) (c Claim, err error) {
	c.Delivery, err = scanDeliveryAnd(r, &c.From)
	return c, err
}

// ClaimPublish takes the first delivery of a lane whose hour has come, unless
// one of the lane is being sent, or an alert holds it back. What is late by
// post.Late waits until the lane has made no post for post.Spacing. nil means that there is nothing to do.
func (s *Store) ClaimPublish(ctx context.Context, channelID string, lane post.Lane, instance string, now, leaseUntil time.Time) (*Claim, error) {
	claim, err := s.claim(ctx, "claim to publish", `UPDATE deliveries SET state = 'sending', claimed_from = state,
		epoch = epoch + 1, claims = claims + 1, claimed_by = $3, lease_until = $5, updated_at = $4
		WHERE id = (SELECT id FROM deliveries WHERE channel_id = $1 AND lane = $2 AND `+isWaiting+` AND next_at <= $4
			AND `+mayLeave(6)+` ORDER BY due_at, id LIMIT 1)
		AND `+isWaiting+` AND `+isFree+`
		AND NOT EXISTS (SELECT 1 FROM deliveries busy WHERE busy.channel_id = $1 AND busy.lane = $2 AND busy.state = 'sending')
		RETURNING `+deliveryColumns+`, claimed_from`,
		append([]any{channelID, lane, instance, millis(now), millis(leaseUntil)}, leaving(now)...)...)
	if errors.Is(err, post.ErrConflict) {
		// Another claimed in the same lane at the same moment, and the unique
		// index let only one through.
		return nil, nil //nolint:nilnil // nil is "nothing to do"
	}
	return claim, err
}

// LaneHasDue reports whether a claim to publish would find something now. It
// reads only: a worker asks before it claims in vain.
func (s *Store) LaneHasDue(ctx context.Context, channelID string, lane post.Lane, now time.Time) (bool, error) {
	n, err := one(ctx, s.engine.reader(), scanOne[int], `SELECT COUNT(*) FROM (SELECT 1 FROM deliveries
		WHERE channel_id = $1 AND lane = $2 AND `+isWaiting+` AND next_at <= $3
		AND `+isFree+` AND `+mayLeave(4)+` LIMIT 1) due`, append([]any{channelID, lane, millis(now)}, leaving(now)...)...)
	return n > 0, s.wrap("lane has due", err)
}

// ClaimReconcile takes the first delivery of a lane whose unknown outcome is to
// be read back now. Readings do not exclude each other.
func (s *Store) ClaimReconcile(ctx context.Context, channelID string, lane post.Lane, instance string, now, leaseUntil time.Time) (*Claim, error) {
	return s.claim(ctx, "claim to reconcile", `UPDATE deliveries SET state = 'reconciling', claimed_from = state,
		epoch = epoch + 1, claims = claims + 1, claimed_by = $3, lease_until = $5, updated_at = $4
		WHERE id = (SELECT id FROM deliveries WHERE channel_id = $1 AND lane = $2 AND state = 'unknown' AND next_at <= $4
			ORDER BY next_at, id LIMIT 1`+s.engine.words().skipLocked+`)
		AND state = 'unknown'
		RETURNING `+deliveryColumns+`, claimed_from`,
		channelID, lane, instance, millis(now), millis(leaseUntil))
}

// claim runs a guarded UPDATE and reads what earlier tries left.
func (s *Store) claim(ctx context.Context, op, query string, args ...any) (*Claim, error) {
	var claim *Claim
	err := s.write(ctx, op, func(ctx context.Context, q querier) error {
		claim = nil
		c, err := one(ctx, q, scanClaim, query, args...)
		if errors.Is(err, post.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		failpoint.Hit(failpoint.StoreClaimOpen)
		if err := history(ctx, q, &c); err != nil {
			return err
		}
		failpoint.Hit(failpoint.StoreClaimSilent)
		claim = &c
		return addEvents(ctx, q, c.Delivery.UpdatedAt, []moved{movedOf(&c.Delivery)})
	})
	if err != nil {
		return nil, err
	}
	if claim != nil {
		failpoint.Hit(failpoint.StoreClaimCommitted)
		s.ring(ringEvent)
	}
	return claim, nil
}

func movedOf(d *post.Delivery) moved {
	return moved{id: d.ID, communeID: d.CommuneID, postID: d.PostID, channelID: d.ChannelID, state: d.State}
}
