package store

import (
	"context"
	"errors"
	"fmt"
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

// BringBroadcast saves an alert that was raised while the ledger was away, with
// its first message, as OpenBroadcast does. Its deliveries come as they stand:
// none that left may wait for a worker. post.ErrConflict: it is here already.
func (s *Store) BringBroadcast(ctx context.Context, b post.Broadcast, p post.Post, entry post.RegisterEntry) (post.Broadcast, error) {
	err := checkBrought(&p, b.CommuneID, b.ID)
	if err == nil && (len(b.Messages) != 1 || !b.Status.Open() || b.Exercise || b.OpenedAt.IsZero()) {
		err = errors.New("an alert is brought with its first message, and exercises are not")
	}
	if err != nil {
		return post.Broadcast{}, s.wrap("bring broadcast", err)
	}
	var saved post.Broadcast
	err = s.write(ctx, "bring broadcast", func(ctx context.Context, q querier) (err error) {
		b := b
		if err := s.note(ctx, q, b.CommuneID, entry, b.OpenedAt); err != nil {
			return err
		}
		if err := numberBroadcast(ctx, q, &b, true); err != nil {
			return err
		}
		if err := s.insertBroadcast(ctx, q, &b, &p); err != nil {
			return err
		}
		if err := holdEverything(ctx, q, &b); err != nil {
			return err
		}
		if err := broadcastEvent(ctx, q, &b, b.OpenedAt); err != nil {
			return err
		}
		saved, err = readBroadcast(ctx, q, b.CommuneID, b.ID)
		return err
	})
	if err != nil {
		return post.Broadcast{}, err
	}
	s.ring(ringDue)
	return saved, nil
}

// BringMessage saves a message that was said while the ledger was away, as
// AddMessage does; its deliveries come as they stand.
func (s *Store) BringMessage(ctx context.Context, communeID string, m post.BroadcastMessage, p post.Post, entry post.RegisterEntry) (post.Broadcast, error) {
	if err := checkBrought(&p, communeID, m.BroadcastID); err != nil {
		return post.Broadcast{}, s.wrap("bring message", err)
	}
	return s.addMessage(ctx, communeID, m, p, entry)
}

// checkBrought refuses a delivery that a worker would take although it may have
// left.
func checkBrought(p *post.Post, communeID, id string) error {
	if p.CommuneID != communeID || p.BroadcastID != id {
		return errors.New("a message of another alert")
	}
	for i := range p.Deliveries {
		d := &p.Deliveries[i]
		rests := d.State == post.Unknown || d.State == post.Failed || d.State == post.Cancelled || d.State == post.AwaitingApproval
		if d.Lane != post.LaneCrisis || d.State != post.Scheduled && (!rests || !d.NextAt.IsZero()) {
			return fmt.Errorf("a delivery cannot be brought as %q in the lane %q", d.State, d.Lane)
		}
	}
	return nil
}

// ProbeWrite writes what changes nothing: whether the ledger takes writes is not
// known before one was tried. SQLite leaves out a row that stays the same, so it
// is changed and changed back.
func (s *Store) ProbeWrite(ctx context.Context) error {
	return s.write(ctx, "probe", func(ctx context.Context, q querier) error {
		for _, query := range []string{
			`UPDATE installation SET first_user_at = first_user_at + 1`, `UPDATE installation SET first_user_at = first_user_at - 1`,
		} {
			if _, err := exec(ctx, q, query); err != nil {
				return err
			}
		}
		return nil
	})
}

// CountResend notes that an alert's delivery was sent once more outside the
// ledger: it is not sent again by itself.
func (s *Store) CountResend(ctx context.Context, deliveryID string) error {
	return s.writeOne(ctx, "count resend", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrNotFound, `UPDATE deliveries SET resends = CASE WHEN resends < 1 THEN 1 ELSE resends END
			WHERE id = $1 AND lane = 'crisis'`, deliveryID)
	})
}
