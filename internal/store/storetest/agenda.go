package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// AgendaEvent makes an event of the commune without saving it.
func (w *World) AgendaEvent(starts time.Time) post.Event {
	latitude, longitude := 50.5, 5.5
	return post.Event{
		ID: store.NewID(), CommuneID: w.Commune.ID, AuthorID: w.User.ID, Version: 1, Status: post.EventScheduled, Listed: true,
		Category: "fête", Zone: "Europe/Brussels",
		Content: post.EventContent{Title: "Brocante", Place: post.Place{Name: "Place", Latitude: &latitude, Longitude: &longitude}, Price: &post.Price{Currency: "EUR"}},
		Dates:   []post.EventDate{{Start: "2027-03-14T09:00", End: "2027-03-14T18:00"}}, StartsAt: starts, EndsAt: starts.Add(9 * time.Hour),
		Channels: []string{"c"}, Steps: []post.SeriesStep{{Key: "d14", Kind: post.AnnounceFirst, Before: "P14D", At: "09:00"}},
		CreatedAt: w.Now, UpdatedAt: w.Now,
	}
}

// Announcement makes what the series of an event wants, without saving it.
func (w *World) Announcement(e *post.Event, step string, due time.Time) post.Announcement {
	return post.Announcement{
		CommuneID: e.CommuneID, EventID: e.ID, Step: step, Kind: post.AnnounceFirst, PostID: store.NewID(), DueAt: due,
		Body: post.AnnouncementBody{Title: "Brocante", Text: "À vos agendas."}, Wanted: true, Pending: true, Revision: 1, UpdatedAt: w.Now,
	}
}

// Recurrence makes a recurrence of the commune without saving it.
func (w *World) Recurrence(rule string) post.Recurrence {
	return post.Recurrence{
		ID: store.NewID(), CommuneID: w.Commune.ID, AuthorID: w.User.ID, Version: 1, Status: post.RecurrenceActive, Name: "Collecte",
		Zone: "Europe/Brussels", Rule: rule, First: "2026-12-01", PlannedUntil: "2026-12-31", CreatedAt: w.Now, UpdatedAt: w.Now,
		Body: post.RecurrenceBody{Topic: "waste", Channels: []string{"c"}, Before: 1, At: "18:00"},
	}
}

// Occurrence makes one date of a recurrence, without saving it.
func (w *World) Occurrence(c *post.Recurrence, date string, due time.Time) post.Occurrence {
	return post.Occurrence{
		CommuneID: c.CommuneID, RecurrenceID: c.ID, Date: date, Label: "PMC", State: post.OccurrencePlanned, PostID: store.NewID(),
		DueAt: due, Pending: true, Revision: 1, UpdatedAt: w.Now,
	}
}

func testAgenda(t *testing.T, w *World) {
	ctx, s := t.Context(), w.Store
	starts := w.Now.AddDate(0, 1, 0)
	e := w.AgendaEvent(starts)
	first := w.Announcement(&e, "d14", starts.AddDate(0, 0, -14))
	Must(t, s.CreateAgendaEvent(ctx, e, []post.Announcement{first}))

	t.Run("it reads as it was saved", func(t *testing.T) {
		got, err := s.AgendaEvent(ctx, e.CommuneID, e.ID)
		Must(t, err)
		same(t, got, e)
		all, err := s.Announcements(ctx, e.CommuneID, e.ID)
		Must(t, err)
		same(t, all, []post.Announcement{first})
	})
	t.Run("it is made once", func(t *testing.T) {
		if err := s.CreateAgendaEvent(ctx, e, nil); !errors.Is(err, post.ErrConflict) {
			t.Errorf("got %v, want ErrConflict", err)
		}
	})
	t.Run("a change is of one version, and keeps the posts", func(t *testing.T) {
		next := e
		next.Status, next.Sequence, next.Version = post.EventRescheduled, 1, 2
		moved := w.Announcement(&e, "d14", starts)
		notice := w.Announcement(&e, "notice-1", w.Now)
		Must(t, s.UpdateAgendaEvent(ctx, next, 1, []post.Announcement{moved, notice}))
		if err := s.UpdateAgendaEvent(ctx, e, 1, nil); !errors.Is(err, post.ErrStale) {
			t.Errorf("got %v, want ErrStale", err)
		}
		got, err := s.AgendaEvent(ctx, e.CommuneID, e.ID)
		Must(t, err)
		same(t, got, next)
		all, err := s.Announcements(ctx, e.CommuneID, e.ID)
		Must(t, err)
		moved.PostID, moved.Revision = first.PostID, 2
		same(t, all, []post.Announcement{notice, moved})
	})
	t.Run("what is settled is what was wanted last", func(t *testing.T) {
		if err := s.AnnouncementSettled(ctx, e.CommuneID, e.ID, "d14", 1, ""); !errors.Is(err, post.ErrStale) {
			t.Errorf("an older wish: got %v, want ErrStale", err)
		}
		Must(t, s.AnnouncementSettled(ctx, e.CommuneID, e.ID, "d14", 2, "Trop long."))
		pending, err := s.PendingAnnouncements(ctx, w.Now.Add(time.Second), 1000)
		Must(t, err)
		var steps []string
		for _, a := range pending {
			if a.EventID == e.ID {
				steps = append(steps, a.Step)
			}
		}
		same(t, steps, []string{"notice-1"})
	})
	t.Run("lists are bounded by both ends", func(t *testing.T) {
		hidden := w.AgendaEvent(starts.AddDate(0, 0, 1))
		hidden.Listed = false
		Must(t, s.CreateAgendaEvent(ctx, hidden, nil))
		for name, tt := range map[string]struct {
			from, to time.Time
			listed   bool
			want     int
		}{
			"all":                    {want: 2},
			"only listed":            {listed: true, want: 1},
			"going on":               {from: starts.Add(8 * time.Hour), to: starts.Add(8*time.Hour + 1), want: 1},
			"over":                   {from: starts.AddDate(0, 0, 3), want: 0},
			"before":                 {to: starts, want: 0},
			"a moment later is some": {to: starts.Add(time.Millisecond), want: 1},
		} {
			all, err := s.AgendaEvents(ctx, e.CommuneID, tt.from, tt.to, tt.listed, 10)
			Must(t, err)
			if len(all) != tt.want {
				t.Errorf("%s: %d events, want %d", name, len(all), tt.want)
			}
		}
	})
	t.Run("an article finds its event", func(t *testing.T) {
		p := w.Draft(post.Scheduled, starts, w.Channels[0])
		p.ID, p.Deliveries[0].PostID = first.PostID, first.PostID
		w.Save(t, p)
		got, err := s.EventOfArticle(ctx, e.CommuneID, p.Key)
		Must(t, err)
		same(t, got.ID, e.ID)
		links, err := s.SeriesOf(ctx, e.CommuneID, []string{first.PostID, "other"})
		Must(t, err)
		same(t, links, []post.SeriesLink{{PostID: first.PostID, EventID: e.ID, Title: "Brocante", Step: "d14", Kind: post.AnnounceFirst}})
		due, err := s.DueTimes(ctx, e.CommuneID, []string{w.Channels[0].ID}, starts, starts)
		Must(t, err)
		same(t, due, []time.Time{starts})
	})
	t.Run("what is on its way leaves no second time", func(t *testing.T) {
		unknown := w.Unknown(t, w.Channels[0], time.Time{})
		waiting := w.Scheduled(t, starts, w.Channels[1])
		Must(t, s.LapseDeliveries(ctx, e.CommuneID, unknown.PostID))
		if err := s.LapseDeliveries(ctx, e.CommuneID, waiting.PostID); !errors.Is(err, post.ErrNotFound) {
			t.Errorf("what waits is cancelled and not let go by: %v", err)
		}
		if d := w.Read(t, unknown.ID); d.MaxLateness != 0 || d.State != post.Unknown {
			t.Errorf("%s, %s", d.State, d.MaxLateness)
		}
		if d := w.Read(t, waiting.ID); d.MaxLateness != post.DefaultMaxLateness {
			t.Errorf("%s", d.MaxLateness)
		}
	})
	t.Run("recipes are replaced", func(t *testing.T) {
		recipe := post.Recipe{CommuneID: e.CommuneID, Category: "fête", Steps: e.Steps, QuietFrom: "21:00", QuietTo: "07:00", UpdatedAt: w.Now}
		Must(t, s.PutRecipe(ctx, recipe))
		recipe.SpacingMinutes = 45
		Must(t, s.PutRecipe(ctx, recipe))
		all, err := s.Recipes(ctx, e.CommuneID)
		Must(t, err)
		same(t, all, []post.Recipe{recipe})
	})
}

func testRecurrences(t *testing.T, w *World) {
	ctx, s := t.Context(), w.Store
	c := w.Recurrence("FREQ=WEEKLY")
	c.Source = "checksum-" + c.ID
	due := w.Now.AddDate(0, 0, 9)
	first := w.Occurrence(&c, "2026-12-01", due)
	Must(t, s.CreateRecurrence(ctx, c, []post.Occurrence{first}))

	t.Run("it reads as it was saved", func(t *testing.T) {
		got, err := s.Recurrence(ctx, c.CommuneID, c.ID)
		Must(t, err)
		same(t, got, c)
		all, err := s.Occurrences(ctx, c.CommuneID, c.ID)
		Must(t, err)
		same(t, all, []post.Occurrence{first})
		list, err := s.Recurrences(ctx, c.CommuneID)
		Must(t, err)
		same(t, list, []post.Recurrence{c})
	})
	t.Run("a file is taken once while it is in use", func(t *testing.T) {
		again := w.Recurrence("")
		again.Source = c.Source
		if err := s.CreateRecurrence(ctx, again, nil); !errors.Is(err, post.ErrConflict) {
			t.Errorf("got %v, want ErrConflict", err)
		}
	})
	t.Run("two workers plan the same dates once", func(t *testing.T) {
		for range 2 {
			Must(t, s.PlanRecurrence(ctx, c, "2027-01-31", []post.Occurrence{
				w.Occurrence(&c, "2026-12-01", due.Add(time.Hour)), w.Occurrence(&c, "2026-12-08", due.AddDate(0, 0, 7)),
			}))
		}
		all, err := s.Occurrences(ctx, c.CommuneID, c.ID)
		Must(t, err)
		if len(all) != 2 || all[0].PostID != first.PostID || !all[0].DueAt.Equal(due) {
			t.Errorf("planned twice, or anew: %+v", all)
		}
		late := c
		late.Version = 7
		Must(t, s.PlanRecurrence(ctx, late, "2028-01-31", []post.Occurrence{w.Occurrence(&c, "2026-12-15", due)}))
		if all, err = s.Occurrences(ctx, c.CommuneID, c.ID); err != nil || len(all) != 2 {
			t.Errorf("a rule that no longer holds was planned: %v, %v", all, err)
		}
		toPlan, err := s.RecurrencesToPlan(ctx, "2027-01-31", 1000)
		Must(t, err)
		for _, r := range toPlan {
			if r.ID == c.ID {
				t.Error("planned already")
			}
		}
	})
	t.Run("a change is of one version, and keeps the posts", func(t *testing.T) {
		next := c
		next.Version, next.Status = 2, post.RecurrencePaused
		skipped := w.Occurrence(&c, "2026-12-01", due)
		skipped.State = post.OccurrenceSkipped
		Must(t, s.UpdateRecurrence(ctx, next, 1, []post.Occurrence{skipped}))
		if err := s.UpdateRecurrence(ctx, next, 1, nil); !errors.Is(err, post.ErrStale) {
			t.Errorf("got %v, want ErrStale", err)
		}
		all, err := s.Occurrences(ctx, c.CommuneID, c.ID)
		Must(t, err)
		if all[0].PostID != first.PostID || all[0].State != post.OccurrenceSkipped || all[0].Revision != 2 {
			t.Errorf("got %+v", all[0])
		}
	})
	t.Run("what is settled is what was wanted last", func(t *testing.T) {
		settled := first
		settled.State = post.OccurrenceSkipped
		if err := s.OccurrenceSettled(ctx, settled); !errors.Is(err, post.ErrStale) {
			t.Errorf("an older wish: got %v, want ErrStale", err)
		}
		settled.Revision = 2
		Must(t, s.OccurrenceSettled(ctx, settled))
		pending, err := s.PendingOccurrences(ctx, due.AddDate(1, 0, 0), w.Now.Add(time.Second), 1000)
		Must(t, err)
		var dates []string
		for _, o := range pending {
			if o.RecurrenceID == c.ID {
				dates = append(dates, o.Date)
			}
		}
		same(t, dates, []string{"2026-12-08"})
		links, err := s.SeriesOf(ctx, c.CommuneID, []string{first.PostID})
		Must(t, err)
		same(t, links, []post.SeriesLink{{PostID: first.PostID, RecurrenceID: c.ID, Title: "Collecte", Step: "2026-12-01"}})
	})
}

// agendaIsolation lists the calls that one commune makes on the agenda of
// another.
func agendaIsolation(t testing.TB, owner *World, me string) (calls map[string]func(ctx context.Context) error, everything func(read func(any, error))) {
	t.Helper()
	ctx, s := t.Context(), owner.Store
	e := owner.AgendaEvent(owner.Now)
	a := owner.Announcement(&e, "d14", owner.Now)
	Must(t, s.CreateAgendaEvent(ctx, e, []post.Announcement{a}))
	unknown := owner.Unknown(t, owner.Channels[1], time.Time{})
	p := owner.Draft(post.Draft, owner.Now, owner.Channels[0])
	p.ID, p.Deliveries[0].PostID = a.PostID, a.PostID
	owner.Save(t, p)
	c := owner.Recurrence("FREQ=WEEKLY")
	o := owner.Occurrence(&c, "2026-12-01", owner.Now)
	Must(t, s.CreateRecurrence(ctx, c, []post.Occurrence{o}))
	recipe := post.Recipe{CommuneID: owner.Commune.ID, Category: "x", Steps: e.Steps, UpdatedAt: owner.Now}
	Must(t, s.PutRecipe(ctx, recipe))
	none := func(n int, err error) error {
		if err == nil && n == 0 {
			return post.ErrNotFound
		}
		return errors.Join(err, fmt.Errorf("%d rows", n))
	}
	calls = map[string]func(ctx context.Context) error{
		"AgendaEvent": func(ctx context.Context) error { _, err := s.AgendaEvent(ctx, me, e.ID); return err },
		"AgendaEvents": func(ctx context.Context) error {
			all, err := s.AgendaEvents(ctx, me, time.Time{}, time.Time{}, false, 10)
			return none(len(all), err)
		},
		"EventOfArticle": func(ctx context.Context) error { _, err := s.EventOfArticle(ctx, me, p.Key); return err },
		"Announcements": func(ctx context.Context) error {
			all, err := s.Announcements(ctx, me, e.ID)
			return none(len(all), err)
		},
		"AnnouncementSettled": func(ctx context.Context) error { return notStale(s.AnnouncementSettled(ctx, me, e.ID, "d14", 1, "")) },
		"CreateAgendaEvent": func(ctx context.Context) error {
			v := e
			v.CommuneID, v.AuthorID = me, ""
			if err := s.CreateAgendaEvent(ctx, v, []post.Announcement{a}); err == nil {
				return errors.New("took the other's announcement")
			}
			return post.ErrNotFound
		},
		"UpdateAgendaEvent": func(ctx context.Context) error {
			v := e
			v.CommuneID = me
			return s.UpdateAgendaEvent(ctx, v, 1, nil)
		},
		"SeriesOf": func(ctx context.Context) error {
			all, err := s.SeriesOf(ctx, me, []string{a.PostID, o.PostID})
			return none(len(all), err)
		},
		"DueTimes": func(ctx context.Context) error {
			all, err := s.DueTimes(ctx, me, []string{owner.Channels[0].ID}, owner.Now.AddDate(-1, 0, 0), owner.Now.AddDate(1, 0, 0))
			return none(len(all), err)
		},
		"LapseDeliveries": func(ctx context.Context) error { return s.LapseDeliveries(ctx, me, unknown.PostID) },
		"Recipes":         func(ctx context.Context) error { all, err := s.Recipes(ctx, me); return none(len(all), err) },
		"PutRecipe": func(ctx context.Context) error {
			v := recipe
			v.CommuneID = "no commune"
			if err := s.PutRecipe(ctx, v); err == nil {
				return errors.New("a recipe of no commune")
			}
			return post.ErrNotFound
		},
		"Recurrence":  func(ctx context.Context) error { _, err := s.Recurrence(ctx, me, c.ID); return err },
		"Recurrences": func(ctx context.Context) error { all, err := s.Recurrences(ctx, me); return none(len(all), err) },
		"CreateRecurrence": func(ctx context.Context) error {
			v := c
			v.CommuneID, v.AuthorID = me, ""
			if err := s.CreateRecurrence(ctx, v, []post.Occurrence{o}); err == nil {
				return errors.New("took the other's occurrence")
			}
			return post.ErrNotFound
		},
		"UpdateRecurrence": func(ctx context.Context) error {
			v := c
			v.CommuneID = me
			return s.UpdateRecurrence(ctx, v, 1, nil)
		},
		"PlanRecurrence": func(ctx context.Context) error {
			v := c
			v.CommuneID = me
			return errors.Join(s.PlanRecurrence(ctx, v, "2030-01-01", []post.Occurrence{}), post.ErrNotFound)
		},
		"Occurrences": func(ctx context.Context) error {
			all, err := s.Occurrences(ctx, me, c.ID)
			return none(len(all), err)
		},
		"OccurrenceSettled": func(ctx context.Context) error {
			v := o
			v.CommuneID = me
			return notStale(s.OccurrenceSettled(ctx, v))
		},
	}
	return calls, func(read func(any, error)) {
		read(s.AgendaEvent(ctx, owner.Commune.ID, e.ID))
		read(s.Announcements(ctx, owner.Commune.ID, e.ID))
		read(s.Recipes(ctx, owner.Commune.ID))
		read(s.Recurrence(ctx, owner.Commune.ID, c.ID))
		read(s.Occurrences(ctx, owner.Commune.ID, c.ID))
	}
}
