package agenda_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/agenda"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store/storetest"
)

// TestACrashAnywhereMakesNoDoubleAndNoGap: cut off after each call, an event
// has its whole series in the end, once, and so has its postponement.
func TestACrashAnywhereMakesNoDoubleAndNoGap(t *testing.T) {
	before := []string{"2027-02-28T10:00", "2027-03-07T12:00", "2027-03-13T17:00", "2027-03-14T07:30", "2027-03-15T10:00"}
	after := []string{"2027-03-14T10:00", "2027-03-21T12:00", "2027-03-27T17:00", "2027-03-28T07:30", "2027-03-29T10:00"}
	for calls := range 6 {
		r := start(t, "2027-02-20T10:00")
		r.board.left = calls
		draft := r.draft("2027-03-14T09:00")
		_, err := r.CreateEvent(t.Context(), r.actor, draft)
		if (err != nil) != (calls < 5) || (err != nil && !errors.Is(err, errCrash)) {
			t.Fatalf("cut off after %d calls: %v", calls, err)
		}
		r.board.left = -1
		if calls%2 == 0 {
			// The same request comes again.
			_, err = r.CreateEvent(t.Context(), r.actor, draft)
		} else {
			// Nobody asks again; a worker finishes it.
			_, err = r.Tend(t.Context(), r.now.Add(time.Minute))
		}
		storetest.Must(t, err)
		equal(t, r.board.waiting(), before)
		if len(r.board.posts) != 5 {
			t.Errorf("%d posts, want 5", len(r.board.posts))
		}

		r.board.left = calls
		_, err = r.Apply(t.Context(), r.actor, draft.ID, agenda.Change{Kind: post.AnnouncePostponed, Dates: []post.EventDate{{Start: "2027-03-28T09:00"}}, Announce: true})
		if (err != nil) != (calls < 6) {
			t.Fatalf("cut off after %d calls: %v", calls, err)
		}
		r.board.left = -1
		_, err = r.Tend(t.Context(), r.now.Add(time.Minute))
		storetest.Must(t, err)
		equal(t, r.board.waiting(), after)
		if len(r.board.posts) != 6 {
			t.Errorf("%d posts, want 6 with the notice", len(r.board.posts))
		}
	}
}

// TestTheCascadeOfEachChange: what leaves, what moves, what is cancelled.
func TestTheCascadeOfEachChange(t *testing.T) {
	r := start(t, "2027-02-20T10:00")
	view, err := r.CreateEvent(t.Context(), r.actor, r.draft("2027-03-14T09:00"))
	storetest.Must(t, err)
	id := view.Event.ID
	byStep := func(step string) agenda.Announced {
		t.Helper()
		view, err := r.Event(t.Context(), r.actor, id)
		storetest.Must(t, err)
		for _, a := range view.Announcements {
			if a.Step == step {
				return a
			}
		}
		t.Fatalf("no %s", step)
		return agenda.Announced{}
	}
	r.board.all(byStep("d14").PostID, post.Sent)
	r.board.all(byStep("d7").PostID, post.Cancelled) // by hand
	r.now = at(t, "2027-03-02T10:00")

	// Without a date everything that waits is withdrawn.
	_, err = r.Apply(t.Context(), r.actor, id, agenda.Change{Kind: post.AnnouncePostponed, Announce: true})
	storetest.Must(t, err)
	equal(t, r.board.waiting(), nil)
	if n := byStep("notice-1"); !strings.Contains(n.Body.Text, "dimanche 14\u00a0mars") || !strings.Contains(n.Body.Text, "dès qu’elle est connue") {
		t.Errorf("the notice: %q", n.Body.Text)
	}
	r.board.all(byStep("notice-1").PostID, post.Sent)
	// With one, it comes back; what a person cancelled does not.
	c, err := r.Preview(t.Context(), r.actor, id, agenda.Change{Kind: post.AnnouncePostponed, Dates: []post.EventDate{{Start: "2027-04-04T09:00"}}, Announce: true})
	storetest.Must(t, err)
	equal(t, r.board.waiting(), nil)
	actions := map[string]agenda.Action{}
	for _, i := range c.Items {
		actions[i.Step] = i.Action
	}
	if actions["d14"] != agenda.ActionCorrect || actions["d7"] != agenda.ActionKeep || actions["d1"] != agenda.ActionMove || actions["notice-1"] != agenda.ActionCorrect {
		t.Errorf("%v", actions)
	}
	view, err = r.Apply(t.Context(), r.actor, id, agenda.Change{Kind: post.AnnouncePostponed, Dates: []post.EventDate{{Start: "2027-04-04T09:00"}}, Announce: true, IfVersion: c.Version})
	storetest.Must(t, err)
	equal(t, r.board.waiting(), []string{"2027-04-03T17:00", "2027-04-04T07:30", "2027-04-05T10:00"})
	if view.Event.Status != post.EventRescheduled || len(view.Event.Previous) != 1 || view.Event.Sequence != 2 {
		t.Errorf("%+v", view.Event)
	}
	if _, err := r.Apply(t.Context(), r.actor, id, agenda.Change{Kind: post.AnnounceCancelled, IfVersion: c.Version}); !isProblem(err, post.Stale) {
		t.Errorf("a cascade that no longer holds: %v", err)
	}
	// Cancelled, and then nothing more.
	for range 2 {
		view, err = r.Apply(t.Context(), r.actor, id, agenda.Change{Kind: post.AnnounceCancelled, Announce: true, Reason: "Avis de tempête."})
		storetest.Must(t, err)
	}
	equal(t, r.board.waiting(), nil)
	if n := byStep("notice-3"); !strings.Contains(n.Body.Text, "Avis de tempête.") || view.Event.Sequence != 3 {
		t.Errorf("the notice: %q, sequence %d", n.Body.Text, view.Event.Sequence)
	}
	if _, err := r.Apply(t.Context(), r.actor, id, agenda.Change{Kind: post.AnnouncePostponed}); !isProblem(err, post.Conflict) {
		t.Errorf("a cancelled event was postponed: %v", err)
	}
}

func isProblem(err error, kind post.ProblemKind) bool {
	var p *post.Problem
	return errors.As(err, &p) && p.Kind == kind
}

// TestWhatIsOutOnOneNetworkDoesNotFollowOnAnother.
func TestWhatIsOutOnOneNetworkDoesNotFollowOnAnother(t *testing.T) {
	r := start(t, "2027-02-20T10:00")
	view, err := r.CreateEvent(t.Context(), r.actor, r.draft("2027-03-14T09:00"))
	storetest.Must(t, err)
	first := view.Announcements[0].PostID
	p := r.board.posts[first]
	p.Deliveries[0].State, p.Deliveries[1].State = post.Sent, post.Retrying
	r.board.posts[first] = p
	_, err = r.Apply(t.Context(), r.actor, view.Event.ID, agenda.Change{Kind: post.AnnounceCancelled})
	storetest.Must(t, err)
	if state := r.board.posts[first].Deliveries[1].State; state != post.Cancelled {
		t.Errorf("the old words are still %s", state)
	}
}

// TestASeriesKeepsQuietAndApart: recipes give way, hours that a person chose do
// not.
func TestASeriesKeepsQuietAndApart(t *testing.T) {
	r := start(t, "2027-02-20T10:00")
	_, err := r.PutRecipe(t.Context(), r.actor, post.Recipe{
		Category: "sport", QuietFrom: "21:00", QuietTo: "07:00", SpacingMinutes: 30,
		Steps: []post.SeriesStep{{Before: "P7D", At: "22:15"}, {Before: "P1D", At: "10:00"}, {Before: "P1D", At: "10:10"}, {Before: "P0D", At: "05:00"}},
	})
	storetest.Must(t, err)
	// Something else leaves there already.
	other := r.Draft(post.Scheduled, at(t, "2027-03-13T09:45"), r.Channels[0])
	r.Save(t, other)
	draft := r.draft("2027-03-14T09:00")
	draft.Category = "sport"
	_, err = r.CreateEvent(t.Context(), r.actor, draft)
	storetest.Must(t, err)
	equal(t, r.board.waiting(), []string{"2027-03-08T07:00", "2027-03-13T10:30", "2027-03-13T11:10", "2027-03-14T07:00"})

	r = start(t, "2027-02-20T10:00")
	draft = r.draft("2027-03-14T06:00")
	draft.Steps = &[]post.SeriesStep{{Before: "P1D", At: "22:15"}, {Before: "P1D", At: "22:20"}, {Before: "P0D", At: "06:00"}, {Before: "P30D", At: "09:00"}}
	view, err := r.CreateEvent(t.Context(), r.actor, draft)
	storetest.Must(t, err)
	equal(t, r.board.waiting(), []string{"2027-03-13T22:15", "2027-03-13T22:20"})
	if len(view.Skipped) != 2 || view.Notes["d1"] == "" {
		t.Errorf("nobody is told: %+v %v", view.Skipped, view.Notes)
	}
}

// TestHoursOnDaysWhenClocksChange: an hour that does not exist moves forward,
// of two the first is taken.
func TestHoursOnDaysWhenClocksChange(t *testing.T) {
	for name, tt := range map[string]struct{ starts, at, wall string }{
		"spring": {"2027-03-28T09:00", "02:30", "2027-03-28T03:30"},
		"autumn": {"2027-10-31T09:00", "02:30", "2027-10-31T02:30"},
	} {
		r := start(t, "2027-01-20T10:00")
		draft := r.draft(tt.starts)
		draft.Steps = &[]post.SeriesStep{{Before: "P0D", At: tt.at}}
		view, err := r.CreateEvent(t.Context(), r.actor, draft)
		storetest.Must(t, err)
		equal(t, r.board.waiting(), []string{tt.wall})
		if name == "autumn" && view.Announcements[0].DueAt.UTC().Hour() != 0 {
			t.Errorf("the second of two hours: %s", view.Announcements[0].DueAt.UTC())
		}
	}
}

func TestAnEventThatIsNotSoundIsRefused(t *testing.T) {
	r := start(t, "2027-02-20T10:00")
	for code, change := range map[string]func(d *agenda.EventDraft){
		"required":          func(d *agenda.EventDraft) { d.Content.Title = " " },
		"date_unreadable":   func(d *agenda.EventDraft) { d.Dates[0].Start = "demain" },
		"wall_time_missing": func(d *agenda.EventDraft) { d.Dates[0].Start = "2027-03-28T02:30" },
		"ends_before_start": func(d *agenda.EventDraft) { d.Dates[0].End = "2027-03-14T08:00" },
		"date_twice":        func(d *agenda.EventDraft) { d.Dates = append(d.Dates, d.Dates[0]) },
		"zone_unknown":      func(d *agenda.EventDraft) { d.Zone = "Europe/Valmeuse" },
		"channel_unknown":   func(d *agenda.EventDraft) { d.Channels = []string{"other"} },
		"channels_empty":    func(d *agenda.EventDraft) { d.Channels = nil },
		"point_incomplete":  func(d *agenda.EventDraft) { d.Content.Place.Latitude = new(float64) },
		"period_unreadable": func(d *agenda.EventDraft) { d.Steps = &[]post.SeriesStep{{Before: "P1M"}} },
		"hour_unreadable":   func(d *agenda.EventDraft) { d.Steps = &[]post.SeriesStep{{At: "25:00"}} },
		"blank_unknown":     func(d *agenda.EventDraft) { d.Steps = &[]post.SeriesStep{{Text: "Le {maire}"}} },
		"kind_unknown":      func(d *agenda.EventDraft) { d.Steps = &[]post.SeriesStep{{Kind: post.AnnounceCancelled}} },
	} {
		d := r.draft("2027-03-14T09:00")
		change(&d)
		_, err := r.CreateEvent(t.Context(), r.actor, d)
		var p *post.Problem
		if !errors.As(err, &p) || p.Code != code || len(p.Fields) != 1 {
			t.Errorf("%s: got %v", code, err)
		}
	}
	if len(r.board.posts) > 0 {
		t.Error("something was made all the same")
	}
}

// TestAnOlderWishNeverWins: two people postpone at once; the first is still
// making its posts while the second is through.
func TestAnOlderWishNeverWins(t *testing.T) {
	r := start(t, "2027-02-20T10:00")
	view, err := r.CreateEvent(t.Context(), r.actor, r.draft("2027-03-14T09:00"))
	storetest.Must(t, err)
	postpone := func(starts string) {
		t.Helper()
		_, err := r.Apply(t.Context(), r.actor, view.Event.ID, agenda.Change{Kind: post.AnnouncePostponed, Dates: []post.EventDate{{Start: starts}}})
		storetest.Must(t, err)
	}
	r.board.meanwhile = func() { postpone("2027-04-11T09:00") }
	postpone("2027-04-04T09:00")
	equal(t, r.board.waiting(), []string{"2027-03-28T10:00", "2027-04-04T12:00", "2027-04-10T17:00", "2027-04-11T07:30", "2027-04-12T10:00"})
}
