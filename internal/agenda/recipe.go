package agenda

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Bounds of a recipe.
const (
	maxSteps   = 30
	maxSpacing = 24 * 60
)

// DefaultRecipe is the series of events whose category has none of its own.
func DefaultRecipe() post.Recipe {
	return post.Recipe{
		Steps: []post.SeriesStep{
			{Key: "d14", Kind: post.AnnounceFirst, Before: "P14D", At: "10:00"},
			{Key: "d7", Kind: post.AnnounceCountdown, Before: "P7D", At: "12:00"},
			{Key: "d1", Kind: post.AnnouncePractical, Before: "P1D", At: "17:00"},
			{Key: "day", Kind: post.AnnounceToday, Before: "P0D", At: "07:30", EachDate: true},
			{Key: "thanks", Kind: post.AnnounceThanks, After: "P1D", At: "10:00"},
		},
		QuietFrom: "21:00", QuietTo: "07:00", SpacingMinutes: 30,
	}
}

// Recipes lists the recipes of the commune; that for all other events is
// always among them.
func (s *Service) Recipes(ctx context.Context, actor post.Actor) ([]post.Recipe, error) {
	all, err := s.Store.Recipes(ctx, actor.CommuneID)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(all, func(r post.Recipe) bool { return r.Category == "" }) {
		usual := DefaultRecipe()
		usual.CommuneID = actor.CommuneID
		all = append([]post.Recipe{usual}, all...)
	}
	return all, nil
}

// recipeFor is the recipe of a category.
func (s *Service) recipeFor(ctx context.Context, actor post.Actor, category string) (post.Recipe, error) {
	all, err := s.Recipes(ctx, actor)
	if err != nil {
		return post.Recipe{}, err
	}
	var usual post.Recipe
	for _, r := range all {
		if r.Category == category {
			return r, nil
		}
		if r.Category == "" {
			usual = r
		}
	}
	return usual, nil
}

// PutRecipe saves the recipe of a category. Events that have their series
// already keep it.
func (s *Service) PutRecipe(ctx context.Context, actor post.Actor, recipe post.Recipe) (post.Recipe, error) {
	recipe.CommuneID = actor.CommuneID
	var err error
	if recipe.Steps, err = checkSteps("steps", recipe.Steps); err != nil {
		return post.Recipe{}, err
	}
	if _, err := rulesOf(recipe); err != nil {
		return post.Recipe{}, err
	}
	// A recipe names its templates; only the series takes their words over.
	if _, err := s.fromTemplates(ctx, actor, "steps", recipe.Steps); err != nil {
		return post.Recipe{}, err
	}
	if recipe.UpdatedAt, err = s.Store.Now(ctx); err != nil {
		return post.Recipe{}, err
	}
	return recipe, s.Store.PutRecipe(ctx, recipe)
}

// checkSteps makes steps complete: each gets a kind and a key of its own.
func checkSteps(field string, in []post.SeriesStep) ([]post.SeriesStep, error) {
	if len(in) > maxSteps {
		return nil, fieldProblem(field, "steps_too_many", fmt.Sprintf("Une série a au plus %d annonces.", maxSteps))
	}
	out := make([]post.SeriesStep, 0, len(in))
	taken := map[string]bool{}
	for i, step := range in {
		at := fmt.Sprintf("%s[%d].", field, i)
		before, after, err := periods(step)
		if err != nil {
			return nil, fieldProblem(at+"before", "period_unreadable", "Donnez une durée en jours avant ou après l’événement. Exemple : P14D.")
		}
		step.At = cmp.Or(step.At, "09:00")
		if _, err := hour(step.At); err != nil {
			return nil, fieldProblem(at+"at", "hour_unreadable", "Cette heure n’est pas lisible. Exemple : 09:00.")
		}
		for name, text := range map[string]string{"title": step.Title, "text": step.Text} {
			if err := checkBlanks(at+name, text, EventBlanks()); err != nil {
				return nil, err
			}
		}
		step.Kind = cmp.Or(step.Kind, usualKind(step, before))
		if step.Kind.Notice() {
			return nil, fieldProblem(at+"kind", "kind_unknown", "Les avis de changement partent d’eux-mêmes : ils ne se planifient pas.")
		}
		if step.Key == "" {
			step.Key = fmt.Sprintf("d%d", before)
			if step.After != "" {
				step.Key = fmt.Sprintf("after%d", after)
			}
		}
		for base, n := step.Key, 2; taken[step.Key]; n++ {
			step.Key = fmt.Sprintf("%s-%d", base, n)
		}
		taken[step.Key] = true
		out = append(out, step)
	}
	return out, nil
}

func periods(step post.SeriesStep) (before, after int, err error) {
	switch {
	case step.Before != "" && step.After != "":
		return 0, 0, errors.New("before and after")
	case step.After != "":
		after, err = days(step.After)
	default:
		before, err = days(cmp.Or(step.Before, "P0D"))
	}
	return before, after, err
}

// usualKind is what an announcement so long before its event usually is.
func usualKind(step post.SeriesStep, before int) post.AnnouncementKind {
	switch {
	case step.After != "":
		return post.AnnounceThanks
	case before == 0:
		return post.AnnounceToday
	case before == 1:
		return post.AnnouncePractical
	case before < 10:
		return post.AnnounceCountdown
	default:
		return post.AnnounceFirst
	}
}

// rules keep a series from shouting: not at night, and not on top of another.
type rules struct {
	from, to time.Duration
	spacing  time.Duration
}

func rulesOf(recipe post.Recipe) (rules, error) {
	var r rules
	var err error
	if r.from, err = hour(cmp.Or(recipe.QuietFrom, "00:00")); err != nil {
		return r, fieldProblem("quiet_from", "hour_unreadable", "Cette heure n’est pas lisible. Exemple : 21:00.")
	}
	if r.to, err = hour(cmp.Or(recipe.QuietTo, "00:00")); err != nil {
		return r, fieldProblem("quiet_to", "hour_unreadable", "Cette heure n’est pas lisible. Exemple : 07:00.")
	}
	if recipe.SpacingMinutes < 0 || recipe.SpacingMinutes > maxSpacing {
		return r, fieldProblem("spacing_minutes", "spacing_out_of_range", "L’écart va de 0 à 1440 minutes.")
	}
	r.spacing = time.Duration(recipe.SpacingMinutes) * time.Minute
	return r, nil
}

// quiet reports whether a wall time lies in the quiet hours, which may pass
// midnight. From and to at the same hour: there are none.
func (r rules) quiet(wall time.Time) bool {
	of := wall.Sub(midnight(wall))
	if r.from <= r.to {
		return of >= r.from && of < r.to
	}
	return of >= r.from || of < r.to
}

// awake is the nearest wall time outside the quiet hours: their end, or what
// comes before them where the end would be too late.
func (r rules) awake(wall, before time.Time) time.Time {
	if !r.quiet(wall) {
		return wall
	}
	end := wallOn(midnight(wall), r.to)
	if end.Before(wall) {
		end = end.AddDate(0, 0, 1)
	}
	if end.Before(before) {
		return end
	}
	begin := wallOn(midnight(wall), r.from)
	if begin.After(wall) {
		begin = begin.AddDate(0, 0, -1)
	}
	return begin.Add(-awakeMargin)
}

// awakeMargin is how long before the quiet hours the last announcement leaves.
const awakeMargin = 15 * time.Minute

// apart moves a wall time out of the way of others: to the nearest free place
// within a few spacings, later ones first. Where there is none it stays.
func (r rules) apart(wall, after, before time.Time, taken []time.Time) time.Time {
	free := func(at time.Time) bool {
		return !slices.ContainsFunc(taken, func(t time.Time) bool { return t.Sub(at).Abs() < r.spacing })
	}
	const tries = 16
	for i := range tries {
		for _, sign := range []time.Duration{1, -1} {
			at := wall.Add(sign * time.Duration(i) * r.spacing)
			if free(at) && !r.quiet(at) && at.After(after) && at.Before(before) {
				return at
			}
		}
	}
	return wall
}
