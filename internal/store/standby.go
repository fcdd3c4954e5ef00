package store

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// StandbyCopy is what a process keeps in memory so that it can raise an alert
// while the ledger is away: of people only those who may, and of them only what
// proves who they are. Credentials of channels stay sealed.
type StandbyCopy struct {
	Communes []post.Commune
	Users    []post.User
	Sessions []Session
	Tokens   []Token
	Channels []post.Channel
	// Numbers are the highest number of an alert in each commune and year.
	Numbers map[string]map[int]int
}

// mayAlert are the accounts that may raise alerts, as post.User.MayAlert says.
const mayAlert = `(crisis OR role = 'administrator') AND disabled_at IS NULL`

// StandbyCopy reads the copy, of every commune.
func (s *Store) StandbyCopy(ctx context.Context, now time.Time) (c StandbyCopy, err error) {
	err = s.engine.snapshot(ctx, func(ctx context.Context, q querier) (err error) {
		if c.Communes, err = many(ctx, q, scanCommune, `SELECT `+communeColumns+` FROM communes ORDER BY name, id`); err != nil {
			return err
		}
		if c.Users, err = many(ctx, q, scanUser, `SELECT `+userColumns+` FROM users WHERE `+mayAlert+` ORDER BY name, id`); err != nil {
			return err
		}
		if c.Sessions, err = many(ctx, q, scanSession, `SELECT `+sessionColumns+` FROM sessions
			WHERE expires_at > $1 AND user_id IN (SELECT id FROM users WHERE `+mayAlert+`)`, millis(now)); err != nil {
			return err
		}
		if c.Tokens, err = many(ctx, q, scanToken, `SELECT `+tokenFields+` FROM api_tokens
			WHERE user_id IN (SELECT id FROM users WHERE `+mayAlert+`)`); err != nil {
			return err
		}
		c.Channels, err = many(ctx, q, scanChannel, `SELECT `+channelColumns+` FROM channels
			WHERE exercise_of = '' AND deleted_at IS NULL ORDER BY created_at, id`)
		if err != nil {
			return err
		}
		c.Numbers, err = alertNumbers(ctx, q)
		return err
	})
	return c, s.wrap("standby copy", err)
}

func alertNumbers(ctx context.Context, q querier) (map[string]map[int]int, error) {
	type highest struct {
		communeID    string
		year, number int
	}
	all, err := many(ctx, q, func(r row) (h highest, err error) {
		err = r.Scan(&h.communeID, &h.year, &h.number)
		return h, err
	}, `SELECT commune_id, year, MAX(number) FROM broadcasts WHERE NOT exercise GROUP BY commune_id, year`)
	numbers := map[string]map[int]int{}
	for _, h := range all {
		if numbers[h.communeID] == nil {
			numbers[h.communeID] = map[int]int{}
		}
		numbers[h.communeID][h.year] = h.number
	}
	return numbers, err
}

// CountResend notes that an alert's delivery was sent once more outside the
// ledger: it is not sent again by itself.
func (s *Store) CountResend(ctx context.Context, deliveryID string) error {
	return s.writeOne(ctx, "count resend", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrNotFound, `UPDATE deliveries SET resends = CASE WHEN resends < 1 THEN 1 ELSE resends END
			WHERE id = $1 AND lane = 'crisis'`, deliveryID)
	})
}
