package publishing

import (
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
)

// pastGrace is how far in the past a chosen hour may lie: a person chose "now"
// by hand, or the form was open for a moment.
const pastGrace = time.Minute

// resolveSchedule finds the instant of a schedule. fallbackZone is the
// commune's.
func resolveSchedule(in post.Schedule, fallbackZone string, now time.Time) (post.Schedule, error) {
	out := in
	if out.Zone == "" {
		out.Zone = fallbackZone
	}
	zone, err := time.LoadLocation(out.Zone)
	if err != nil || out.Zone == "Local" {
		return out, fieldProblem("publish.zone", "zone_unknown", "Ce fuseau horaire n’existe pas.")
	}
	switch in.Mode {
	case post.ModeDraft:
		if in.Wall == "" {
			return out, nil
		}
	case post.ModeNow:
		if in.Wall != "" {
			return out, fieldProblem("publish.at", "at_not_used", "Publier maintenant ne prend pas d’heure : choisissez « à une date » ou retirez l’heure.")
		}
		out.DueAt = now
		return out, nil
	case post.ModeAt:
		if in.Wall == "" {
			return out, fieldProblem("publish.at", "required", "Choisissez la date et l’heure.")
		}
	default:
		return out, fieldProblem("publish.mode", "mode_unknown", "Choisissez : maintenant, à une date, ou brouillon.")
	}
	due, err := instant(in.Wall, zone)
	if err != nil {
		return out, err
	}
	if in.Mode == post.ModeAt && due.Before(now.Add(-pastGrace)) {
		return out, fieldProblem("publish.at", "date_past", "Cette heure est passée. Choisissez une heure à venir.")
	}
	out.DueAt = due
	return out, nil
}

// instant reads a wall time in a zone, or an instant with its offset.
func instant(text string, zone *time.Location) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.UTC(), nil
	}
	wall, err := clock.ParseWall(text)
	if err != nil {
		return time.Time{}, fieldProblem("publish.at", "date_unreadable", "Cette date n’est pas lisible. Exemple : 2026-12-01T09:00.")
	}
	at, fold := clock.Resolve(wall, zone)
	if fold == clock.Gap {
		return time.Time{}, fieldProblem("publish.at", "wall_time_missing",
			"Cette heure n’existe pas ce jour-là : on passe à l’heure d’été. Choisissez "+at.In(zone).Format("15:04")+".")
	}
	return at, nil
}
