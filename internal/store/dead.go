package store

import (
	"context"
	"time"
)

// EndLeases lets the claims of instances that are known to be dead run out now:
// ExpiredLeases settles them. It returns how many there were.
func (s *Store) EndLeases(ctx context.Context, instances []string, now time.Time) (int, error) {
	if len(instances) == 0 {
		return 0, nil
	}
	var ended int64
	err := s.writeOne(ctx, "end leases", func(ctx context.Context, q querier) (err error) {
		list, args := in(2, []any{millis(now)}, instances)
		ended, err = exec(ctx, q, `UPDATE deliveries SET lease_until = $1
			WHERE state IN ('sending', 'reconciling') AND lease_until > $1 AND claimed_by IN `+list, args...)
		return err
	})
	return int(ended), err
}
