package clock_test

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/clock"
)

func TestResolve(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, zone, wall, want string
		fold                   clock.Fold
	}{
		{"winter", "Europe/Brussels", "2026-12-01T09:00", "2026-12-01T08:00:00Z", clock.Unique},
		{"summer with seconds", "Europe/Brussels", "2026-07-01T09:00:30", "2026-07-01T07:00:30Z", clock.Unique},
		{"before the gap", "Europe/Brussels", "2027-03-28T01:59", "2027-03-28T00:59:00Z", clock.Unique},
		{"in the gap, shifted forward", "Europe/Brussels", "2027-03-28T02:30", "2027-03-28T01:30:00Z", clock.Gap},
		{"after the gap", "Europe/Brussels", "2027-03-28T03:00", "2027-03-28T01:00:00Z", clock.Unique},
		{"overlap takes the first", "Europe/Brussels", "2026-10-25T02:30", "2026-10-25T00:30:00Z", clock.Overlap},
		{"overlap begins", "Europe/Brussels", "2026-10-25T02:00", "2026-10-25T00:00:00Z", clock.Overlap},
		{"after the overlap", "Europe/Brussels", "2026-10-25T03:00", "2026-10-25T02:00:00Z", clock.Unique},
		{"half-hour change", "Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-03T15:40:00Z", clock.Gap},
		{"west of Greenwich", "America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00Z", clock.Overlap},
		{"a day that does not exist", "Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00Z", clock.Gap},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			wall, err := clock.ParseWall(tt.wall)
			if err != nil {
				t.Fatal(err)
			}
			got, fold := clock.Resolve(wall, zone)
			if got.Format(time.RFC3339) != tt.want || fold != tt.fold {
				t.Errorf("Resolve(%s, %s) = %s, %d; want %s, %d", tt.wall, tt.zone, got.Format(time.RFC3339), fold, tt.want, tt.fold)
			}
		})
	}
}

// Every minute of a year that exists resolves to an instant that shows it.
func TestResolveShowsTheWallTime(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	gaps := 0
	for wall := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC); wall.Year() == 2027; wall = wall.Add(time.Minute) {
		at, fold := clock.Resolve(wall, zone)
		if fold == clock.Gap {
			gaps++
			continue
		}
		if got := at.In(zone).Format(clock.WallMinutes); got != wall.Format(clock.WallMinutes) {
			t.Fatalf("%s resolves to an instant that shows %s", wall.Format(clock.WallMinutes), got)
		}
	}
	if gaps != 60 {
		t.Errorf("%d minutes do not exist in 2027, want 60", gaps)
	}
}
