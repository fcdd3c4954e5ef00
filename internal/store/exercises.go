package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// errHoldsCredentials: a channel of exercises must have nothing that opens a
// real account, whatever goes wrong elsewhere.
var errHoldsCredentials = errors.New("a channel of exercises holds no credentials")

// checkExercise refuses a channel of exercises that could reach anything but
// the simulated networks. Everything that saves channels asks it.
func checkExercise(c *post.Channel) error {
	if c.ExerciseOf != "" && (!c.Practice || len(c.Sealed) > 0 || !c.CredentialsExpireAt.IsZero()) {
		return fmt.Errorf("channel %s: %w", c.ID, errHoldsCredentials)
	}
	return nil
}

// AddExerciseChannel saves the channel that stands for another one in exercises,
// and returns it. Where it is there already, it returns that one.
// post.ErrNotFound: the other one is gone.
func (s *Store) AddExerciseChannel(ctx context.Context, c post.Channel) (post.Channel, error) {
	if err := checkExercise(&c); err != nil {
		return post.Channel{}, s.wrap("add exercise channel", err)
	}
	if c.ExerciseOf == "" {
		return post.Channel{}, s.wrap("add exercise channel", errors.New("it stands for no channel"))
	}
	settings, failure, err := channelDocuments(&c)
	if err != nil {
		return post.Channel{}, s.wrap("add exercise channel", err)
	}
	var saved post.Channel
	err = s.write(ctx, "add exercise channel", func(ctx context.Context, q querier) error {
		// The original is taken, so that it cannot be removed in between.
		if err := execOne(ctx, q, post.ErrNotFound, `UPDATE channels SET name = name
			WHERE commune_id = $1 AND id = $2 AND exercise_of = '' AND deleted_at IS NULL`, c.CommuneID, c.ExerciseOf); err != nil {
			return err
		}
		in := insert("channels", channelColumns, []any{
			c.ID, c.CommuneID, c.Kind, c.Name, c.Status, c.Practice, settings, nil, nil,
			c.Account.ID, c.Account.Name, c.Account.URL, failure, millis(c.CheckedAt), 0, millis(s.orNow(c.CreatedAt)), c.ExerciseOf,
		})
		if _, err := exec(ctx, q, in.query+` ON CONFLICT (id) DO NOTHING`, in.args...); err != nil {
			return err
		}
		saved, err = one(ctx, q, scanChannel, `SELECT `+channelColumns+` FROM channels
			WHERE commune_id = $1 AND exercise_of = $2 AND deleted_at IS NULL ORDER BY created_at, id LIMIT 1`, c.CommuneID, c.ExerciseOf)
		return err
	})
	return saved, err
}

// renameExercise and removeExercise keep the channel of exercises with its
// original.
func renameExercise(ctx context.Context, q querier, c *post.Channel) error {
	if c.ExerciseOf != "" {
		return nil
	}
	_, err := exec(ctx, q, `UPDATE channels SET name = $3, account_name = $3
		WHERE commune_id = $1 AND exercise_of = $2 AND name <> $3 AND deleted_at IS NULL`, c.CommuneID, c.ID, c.Name)
	return err
}

func removeExercise(ctx context.Context, q querier, communeID, id string, now time.Time) ([]moved, error) {
	stands, err := many(ctx, q, scanOne[string], `UPDATE channels SET deleted_at = $3, status = 'disconnected'
		WHERE commune_id = $1 AND exercise_of = $2 AND deleted_at IS NULL RETURNING id`, communeID, id, millis(now))
	if err != nil || len(stands) == 0 {
		return nil, err
	}
	these, args := in(3, []any{communeID, millis(now)}, stands)
	return many(ctx, q, scanMoved, `UPDATE deliveries SET state = 'cancelled', next_at = NULL, ring_at = NULL, updated_at = $2
		WHERE commune_id = $1 AND channel_id IN `+these+` AND state IN `+list(append(planned(), post.Retrying))+`
		RETURNING `+movedColumns, args...)
}

// LastExercise is when a commune last did an exercise; zero: never.
func (s *Store) LastExercise(ctx context.Context, communeID string) (time.Time, error) {
	at, err := one(ctx, s.engine.reader(), func(r row) (at time.Time, err error) {
		err = r.Scan(instant{&at})
		return at, err
	}, `SELECT MAX(opened_at) FROM broadcasts WHERE commune_id = $1 AND `+didExercise, communeID)
	return at, s.wrap("last exercise", err)
}

const didExercise = `exercise AND status <> 'abandoned'`

// ExerciseDue is a commune whose next exercise is due.
type ExerciseDue struct {
	CommuneID string
	Zone      string
	// Last is when it did one; zero: never.
	Last time.Time
	// Every is after how many days one is due.
	Every int
}

func scanExerciseDue(r row) (d ExerciseDue, err error) {
	err = r.Scan(&d.CommuneID, &d.Zone, instant{&d.Last}, &d.Every)
	return d, err
}

// ExercisesDue lists the communes whose last exercise, or whose first day where
// they never did one, is too long ago.
func (s *Store) ExercisesDue(ctx context.Context, now time.Time) ([]ExerciseDue, error) {
	all, err := many(ctx, s.engine.reader(), scanExerciseDue, `SELECT c.id, c.zone, e.last, c.exercise_every
		FROM communes c LEFT JOIN (SELECT commune_id, MAX(opened_at) AS last FROM broadcasts WHERE `+didExercise+` GROUP BY commune_id) e
			ON e.commune_id = c.id
		WHERE c.exercise_every > 0 AND COALESCE(e.last, c.created_at) <= $1 - CAST(c.exercise_every AS BIGINT) * 86400000
		ORDER BY c.id`, millis(now))
	return all, s.wrap("exercises due", err)
}

// OpenNoticesOf lists the open notices of a kind, of all communes.
func (s *Store) OpenNoticesOf(ctx context.Context, kind post.NoticeKind) ([]post.Notice, error) {
	all, err := many(ctx, s.engine.reader(), scanNotice, `SELECT `+noticeColumns+` FROM notices WHERE settled_at IS NULL AND kind = $1`, kind)
	return all, s.wrap("open notices", err)
}
