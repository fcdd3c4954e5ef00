package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const breakerColumns = `scope, channel_id, kind, opened_at, probe_at, probes`

func scanBreaker(r row) (b post.Breaker, err error) {
	err = r.Scan(&b.Scope, &b.ChannelID, &b.Kind, instant{&b.OpenedAt}, instant{&b.ProbeAt}, &b.Probes)
	return b, err
}

const (
	practiceNetwork = "practice:"
	networkPrefix   = "network:"
)

// network is the key of a network: practice accounts are on one of their own.
func network(kind string, practice bool) string {
	if practice {
		return practiceNetwork + kind
	}
	return kind
}

func networkScope(network string) string { return networkPrefix + network }

// SaveTrouble notes that a publication found a channel's network broken, and
// opens the breakers that this trips; it returns those. shared: the accounts of
// this kind are on one network, which may have a breaker too.
func (s *Store) SaveTrouble(ctx context.Context, ch post.Channel, at time.Time, shared bool, rule post.BreakerRule) ([]post.Breaker, error) {
	var opened []post.Breaker
	err := s.write(ctx, "save trouble", func(ctx context.Context, q querier) error {
		opened = nil
		key, since := network(ch.Kind, ch.Practice), millis(at.Add(-rule.Window))
		if _, err := exec(ctx, q, `DELETE FROM troubles WHERE channel_id = $1 AND at < $2`, ch.ID, since); err != nil {
			return err
		}
		if _, err := exec(ctx, q, `INSERT INTO troubles (id, channel_id, kind, at) VALUES ($1, $2, $3, $4)`, NewID(), ch.ID, key, millis(at)); err != nil {
			return err
		}
		open := func(scope, count string, least int, args ...any) error {
			n, err := one(ctx, q, scanOne[int], count, args...)
			if err != nil || n < least {
				return err
			}
			b, err := one(ctx, q, scanBreaker, `INSERT INTO breakers (`+breakerColumns+`) VALUES ($1, $2, $3, $4, $5, 0)
				ON CONFLICT (scope) DO NOTHING RETURNING `+breakerColumns, scope, ch.ID, key, millis(at), millis(at.Add(rule.FirstProbe)))
			if err == nil {
				opened = append(opened, b)
			}
			if errors.Is(err, post.ErrNotFound) {
				return nil // it is open already
			}
			return err
		}
		if err := open(post.ChannelScope(ch.ID), `SELECT COUNT(*) FROM troubles WHERE channel_id = $1 AND at >= $2`, rule.Troubles, ch.ID, since); err != nil || !shared {
			return err
		}
		return open(networkScope(key), `SELECT COUNT(*) FROM breakers WHERE kind = $1 AND scope <> $2`, rule.Accounts, key, networkScope(key))
	})
	if err != nil {
		return nil, err
	}
	return opened, nil
}

// DueProbes takes the open breakers whose account is to be read now, and puts
// off their next reading by every: of several workers one reads. Each reading
// of a network asks another of its accounts, so that one broken account does
// not keep the network's breaker open.
func (s *Store) DueProbes(ctx context.Context, now time.Time, every time.Duration) ([]post.Breaker, error) {
	var due []post.Breaker
	err := s.write(ctx, "due probes", func(ctx context.Context, q querier) (err error) {
		due, err = many(ctx, q, scanBreaker, `UPDATE breakers SET probe_at = $2, probes = probes + 1
			WHERE probe_at <= $1 RETURNING `+breakerColumns, millis(now), millis(now.Add(every)))
		if err != nil {
			return err
		}
		for i := range due {
			b := &due[i]
			if !strings.HasPrefix(b.Scope, networkPrefix) {
				continue
			}
			kind, practice := strings.CutPrefix(b.Kind, practiceNetwork)
			next, err := one(ctx, q, scanOne[string], `SELECT id FROM channels
				WHERE kind = $1 AND practice = $2 AND status = 'connected' AND deleted_at IS NULL
				ORDER BY CASE WHEN id > $3 THEN 0 ELSE 1 END, id LIMIT 1`, kind, practice, b.ChannelID)
			if errors.Is(err, post.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			b.ChannelID = next
			if _, err := exec(ctx, q, `UPDATE breakers SET channel_id = $2 WHERE scope = $1`, b.Scope, next); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return due, nil
}

// CloseBreaker closes a breaker and lets what waits behind it leave at once.
// false: it was closed already.
func (s *Store) CloseBreaker(ctx context.Context, scope string, at time.Time) (bool, error) {
	var closed bool
	err := s.write(ctx, "close breaker", func(ctx context.Context, q querier) error {
		b, err := one(ctx, q, scanBreaker, `DELETE FROM breakers WHERE scope = $1 RETURNING `+breakerColumns, scope)
		if closed = err == nil; errors.Is(err, post.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		which, args := `channel_id = $2`, []any{millis(at), b.ChannelID}
		if strings.HasPrefix(scope, networkPrefix) {
			kind, practice := strings.CutPrefix(b.Kind, practiceNetwork)
			which, args = `channel_id IN (SELECT id FROM channels WHERE kind = $2 AND practice = $3)`, []any{millis(at), kind, practice}
		} else if _, err := exec(ctx, q, `DELETE FROM troubles WHERE channel_id = $1`, b.ChannelID); err != nil {
			return err
		}
		_, err = exec(ctx, q, `UPDATE deliveries SET next_at = $1, ring_at = $1
			WHERE `+which+` AND state = 'retrying' AND `+isWaiting+` AND next_at > $1`, args...)
		return err
	})
	if err == nil && closed {
		s.ring(ringDue)
	}
	return closed, err
}

// OpenBreakers lists all open breakers, oldest first.
func (s *Store) OpenBreakers(ctx context.Context) ([]post.Breaker, error) {
	all, err := many(ctx, s.engine.reader(), scanBreaker, `SELECT `+breakerColumns+` FROM breakers ORDER BY opened_at, scope`)
	return all, s.wrap("open breakers", err)
}

// postponeBatch is how many deliveries one transaction postpones at most, so
// that other writes pass in between.
const postponeBatch = 500

// Postpone lets everything that is due in a lane wait, without a claim for
// each: until a moment, or until it is too late for a delivery, whichever comes
// first. What is too late already stays due, and is found missed. It returns
// how many wait.
func (s *Store) Postpone(ctx context.Context, channelID string, lane post.Lane, now, until time.Time, failure post.Failure) (int, error) {
	text, err := failureJSON(&failure)
	if err != nil {
		return 0, s.wrap("postpone", err)
	}
	total := 0
	for {
		var all []moved
		err := s.write(ctx, "postpone", func(ctx context.Context, q querier) (err error) {
			all, err = many(ctx, q, scanMoved, `UPDATE deliveries SET state = 'retrying', failure = $5, updated_at = $3,
				next_at = CASE WHEN due_at + max_lateness < $4 THEN due_at + max_lateness + 1 ELSE $4 END,
				ring_at = CASE WHEN due_at + max_lateness < $4 THEN due_at + max_lateness + 1 ELSE $4 END
				WHERE id IN (SELECT id FROM deliveries WHERE channel_id = $1 AND lane = $2 AND `+isWaiting+` AND next_at <= $3
					AND due_at + max_lateness > $3 ORDER BY due_at, id LIMIT $6`+s.engine.words().skipLocked+`)
				AND `+isWaiting+`
				RETURNING `+movedColumns, channelID, lane, millis(now), millis(until), text, postponeBatch)
			if err != nil {
				return err
			}
			return addEvents(ctx, q, now, all)
		})
		if err != nil {
			return total, err
		}
		if total += len(all); len(all) < postponeBatch {
			break
		}
	}
	if total > 0 {
		s.ring(ringDue)
	}
	return total, nil
}
