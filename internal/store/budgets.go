package store

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// SaveBudgets keeps what a network said of a channel's allowances. The latest
// word on a bucket counts.
func (s *Store) SaveBudgets(ctx context.Context, channelID string, budgets []post.Budget) error {
	if len(budgets) == 0 {
		return nil
	}
	rows := make([][]any, len(budgets))
	for i, b := range budgets {
		rows[i] = []any{channelID, b.Bucket, b.Total, b.Remaining, millis(b.ResetsAt), millis(s.orNow(b.SeenAt)), b.ReadOnly}
	}
	return s.writeOne(ctx, "save budgets", func(ctx context.Context, q querier) error {
		in := insert("budgets", "channel_id, bucket, total, remaining, resets_at, seen_at, read_only", rows...)
		_, err := exec(ctx, q, in.query+` ON CONFLICT (channel_id, bucket) DO UPDATE SET total = excluded.total,
			remaining = excluded.remaining, resets_at = excluded.resets_at, seen_at = excluded.seen_at, read_only = excluded.read_only
			WHERE budgets.seen_at <= excluded.seen_at`, in.args...)
		return err
	})
}

// Health is what is known of a channel's allowances and breakers. One reading
// tells both: the worker asks before each publication.
func (s *Store) Health(ctx context.Context, ch post.Channel) (post.ChannelHealth, error) {
	lines, err := many(ctx, s.engine.reader(), scanHealthLine, `SELECT '' AS scope, channel_id, bucket, total, remaining, resets_at, seen_at, read_only
			FROM budgets WHERE channel_id = $1
		UNION ALL SELECT scope, channel_id, kind, probes, 0, probe_at, opened_at, FALSE
			FROM breakers WHERE scope IN ($2, $3)
		ORDER BY 1, 3`, ch.ID, post.ChannelScope(ch.ID), networkScope(network(ch.Kind, ch.Practice)))
	if err != nil {
		return post.ChannelHealth{}, s.wrap("health", err)
	}
	var h post.ChannelHealth
	for _, l := range lines {
		if l.scope == "" {
			h.Budgets = append(h.Budgets, l.budget)
			continue
		}
		h.Breakers = append(h.Breakers, post.Breaker{
			Scope: l.scope, ChannelID: l.channelID, Kind: l.budget.Bucket, Probes: l.budget.Total,
			ProbeAt: l.budget.ResetsAt, OpenedAt: l.budget.SeenAt,
		})
	}
	return h, nil
}

// healthLine is a budget, or a breaker in the same columns.
type healthLine struct {
	scope, channelID string
	budget           post.Budget
}

func scanHealthLine(r row) (l healthLine, err error) {
	b := &l.budget
	err = r.Scan(&l.scope, &l.channelID, &b.Bucket, &b.Total, &b.Remaining, instant{&b.ResetsAt}, instant{&b.SeenAt}, &b.ReadOnly)
	return l, err
}

// LowBudget is the least that any account of a kind has left of a bucket.
type LowBudget struct {
	Kind, Bucket string
	Remaining    int
}

// LowestBudgets lists what is left, by kind and bucket, leaving out allowances
// that are whole again.
func (s *Store) LowestBudgets(ctx context.Context, now time.Time) ([]LowBudget, error) {
	all, err := many(ctx, s.engine.reader(), func(r row) (b LowBudget, err error) {
		err = r.Scan(&b.Kind, &b.Bucket, &b.Remaining)
		return b, err
	}, `SELECT c.kind, b.bucket, MIN(b.remaining) FROM budgets b JOIN channels c ON c.id = b.channel_id
		WHERE c.deleted_at IS NULL AND (b.resets_at IS NULL OR b.resets_at > $1)
		GROUP BY c.kind, b.bucket ORDER BY c.kind, b.bucket`, millis(now))
	return all, s.wrap("lowest budgets", err)
}
