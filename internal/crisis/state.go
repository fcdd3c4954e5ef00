package crisis

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// State is how things stand in a commune.
type State struct {
	// Active: a real alert holds everything else back.
	Active bool
	// Held counts the deliveries that wait for a person because of an alert.
	Held      int
	Open      []Summary
	MayRaise  bool
	Settings  post.CrisisSettings
	NeedProof bool
	// ExerciseDue: nobody practised for as long as the commune chose.
	ExerciseDue bool
}

// State tells how things stand.
func (s *Service) State(ctx context.Context, actor post.Actor) (State, error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return State{}, err
	}
	state := State{MayRaise: mayAlert(actor), NeedProof: !actor.Token && !proved(actor, now)}
	open, err := s.Store.OpenBroadcasts(ctx, actor.CommuneID)
	if err != nil {
		return State{}, err
	}
	who, err := s.names(ctx, actor.CommuneID)
	if err != nil {
		return State{}, err
	}
	state.Open = summaries(open, who)
	state.Active = slices.ContainsFunc(open, func(b post.Broadcast) bool { return !b.Exercise })
	if state.Held, err = s.Store.CountHeld(ctx, actor.CommuneID); err != nil {
		return State{}, err
	}
	if state.Settings, err = s.Store.CrisisSettings(ctx, actor.CommuneID); err != nil {
		return State{}, err
	}
	state.ExerciseDue, err = s.exerciseDue(ctx, actor.CommuneID, state.Settings.ExerciseEvery, now)
	return state, err
}

// exerciseDue reports whether the last exercise, or the first day where there
// was none, is so many days ago. One that was given up was none.
func (s *Service) exerciseDue(ctx context.Context, communeID string, days int, now time.Time) (bool, error) {
	if days <= 0 {
		return false, nil
	}
	commune, err := s.Store.CommuneByID(ctx, communeID)
	if err != nil {
		return false, err
	}
	since, err := s.Store.LastExercise(ctx, communeID)
	if err != nil {
		return false, err
	}
	if since.IsZero() {
		since = commune.CreatedAt
	}
	return now.Sub(since) >= time.Duration(days)*24*time.Hour, nil
}

// Held lists the posts that an alert holds, by due time.
func (s *Service) Held(ctx context.Context, actor post.Actor) ([]post.Post, error) {
	return s.Store.Held(ctx, actor.CommuneID)
}

// DecideHeld releases and cancels held posts. Nothing is released while a real
// alert is open.
func (s *Service) DecideHeld(ctx context.Context, actor post.Actor, release, cancel []string) error {
	for _, id := range release {
		if slices.Contains(cancel, id) {
			return invalid("release", "decided_twice", "La même publication ne peut pas être à la fois envoyée et annulée.")
		}
	}
	if len(release)+len(cancel) == 0 {
		return nil
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return err
	}
	entry, err := s.entry(ctx, actor, now, actionHeldDecided, "", detail{Released: len(release), Canceled: len(cancel)})
	if err != nil {
		return err
	}
	err = s.Store.DecideHeld(ctx, actor.CommuneID, release, cancel, entry)
	if errors.Is(err, post.ErrConflict) {
		return conflict("crisis_active", "Une alerte est en cours : rien d’autre ne part avant sa fin. Vous pouvez déjà annuler ce qui n’a plus lieu d’être.", err)
	}
	return err
}
