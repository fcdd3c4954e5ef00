package agenda_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/agenda"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
)

func (r *rig) collection(rule, first string) agenda.RecurrenceDraft {
	return agenda.RecurrenceDraft{
		ID: store.NewID(), Name: "Ordures ménagères", Rule: rule, First: first,
		Body: post.RecurrenceBody{Topic: "waste", Before: 1, At: "18:00", Channels: []string{r.Channels[0].ID}},
	}
}

// hours are the walls of every post that was ever made and not given up.
func (b *board) hours() []string {
	var walls []string
	for _, p := range b.posts {
		if p.Deliveries[0].State != post.Cancelled {
			walls = append(walls, p.Schedule.Wall)
		}
	}
	slices.Sort(walls)
	return walls
}

// TestAYearDayByDay: a rule for every day, tended each day of a year, announces
// each day once, on the days when clocks change too.
func TestAYearDayByDay(t *testing.T) {
	r := start(t, "2026-12-20T10:00")
	draft := r.collection("RRULE:FREQ=DAILY;UNTIL=20271231", "2027-01-01")
	draft.Body.Before, draft.Body.At, draft.Body.Exceptions = 0, "02:30", []string{"2027-07-21"}
	_, err := r.CreateRecurrence(t.Context(), r.actor, draft)
	storetest.Must(t, err)
	for r.now.Before(at(t, "2028-01-05T00:00")) {
		r.now = r.now.AddDate(0, 0, 1)
		// Two workers, and one that comes late now and then.
		if r.now.Day()%5 == 0 {
			continue
		}
		for range 2 {
			_, err := r.Tend(t.Context(), r.now)
			storetest.Must(t, err)
		}
	}
	var want []string
	for day := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2027; day = day.AddDate(0, 0, 1) {
		switch date := day.Format(time.DateOnly); date {
		case "2027-07-21":
		case "2027-03-28":
			want = append(want, date+"T03:30")
		default:
			want = append(want, date+"T02:30")
		}
	}
	equal(t, r.board.hours(), want)
	texts := map[string]bool{}
	for _, p := range r.board.posts {
		texts[p.Content.Text] = true
	}
	if len(texts) != len(want) {
		t.Errorf("%d texts for %d days", len(texts), len(want))
	}
}

// TestARecurrenceIsChanged: one date is skipped or moved, all are moved, the
// rule changes, it pauses and ends; each time what waits is what was asked for.
func TestARecurrenceIsChanged(t *testing.T) {
	r := start(t, "2027-01-04T10:00")
	ctx := t.Context()
	view, err := r.CreateRecurrence(ctx, r.actor, r.collection("FREQ=WEEKLY;BYDAY=TU;COUNT=5", "2027-01-05"))
	storetest.Must(t, err)
	id := view.Recurrence.ID
	waits := func(what string, want ...string) {
		t.Helper()
		t.Log(what)
		equal(t, r.board.waiting(), want)
	}
	waits("from the beginning", "2027-01-04T18:00", "2027-01-11T18:00", "2027-01-18T18:00", "2027-01-25T18:00", "2027-02-01T18:00")
	yes, no, day, own := true, false, "2027-01-20", ""
	change := func(date string, skip *bool, to *string) {
		t.Helper()
		_, err := r.ChangeOccurrence(ctx, r.actor, id, date, skip, to)
		storetest.Must(t, err)
	}
	change("2027-01-12", &yes, nil)
	change("2027-01-19", nil, &day)
	waits("one skipped, one moved", "2027-01-04T18:00", "2027-01-19T18:00", "2027-01-25T18:00", "2027-02-01T18:00")
	change("2027-01-12", &no, nil)
	change("2027-01-19", nil, &own)
	waits("taken back", "2027-01-04T18:00", "2027-01-11T18:00", "2027-01-18T18:00", "2027-01-25T18:00", "2027-02-01T18:00")

	r.now = at(t, "2027-01-05T10:00")
	first := view.Occurrences[0].PostID
	r.board.all(first, post.Sent)
	update := func(patch agenda.RecurrencePatch) {
		t.Helper()
		_, err := r.UpdateRecurrence(ctx, r.actor, id, 0, patch)
		storetest.Must(t, err)
	}
	update(agenda.RecurrencePatch{Body: func(b *post.RecurrenceBody) { b.ShiftDays = 1 }})
	waits("all moved by a day", "2027-01-12T18:00", "2027-01-19T18:00", "2027-01-26T18:00", "2027-02-02T18:00")
	rule := "FREQ=WEEKLY;BYDAY=TU;INTERVAL=2;COUNT=3"
	update(agenda.RecurrencePatch{Rule: &rule, Body: func(b *post.RecurrenceBody) { b.ShiftDays, b.At = 0, "19:00" }})
	waits("another rule and hour", "2027-01-18T19:00", "2027-02-01T19:00")
	paused, active := post.RecurrencePaused, post.RecurrenceActive
	update(agenda.RecurrencePatch{Status: &paused})
	waits("paused")
	_, err = r.Tend(ctx, r.now.Add(time.Hour))
	storetest.Must(t, err)
	waits("still paused")
	update(agenda.RecurrencePatch{Status: &active})
	waits("active again", "2027-01-18T19:00", "2027-02-01T19:00")
	if r.board.posts[first].Deliveries[0].State != post.Sent {
		t.Error("what is out was touched")
	}
	storetest.Must(t, r.EndRecurrence(ctx, r.actor, id))
	waits("ended")
	if _, err := r.ChangeOccurrence(ctx, r.actor, id, "2027-01-19", &yes, nil); !isProblem(err, post.Conflict) {
		t.Errorf("an ended one changed: %v", err)
	}
}

// TestACrashMakesNoDoubleOccurrence: cut off after each call.
func TestACrashMakesNoDoubleOccurrence(t *testing.T) {
	for calls := range 5 {
		r := start(t, "2027-01-04T10:00")
		draft := r.collection("FREQ=WEEKLY;COUNT=4", "2027-01-12")
		r.board.left = calls
		if _, err := r.CreateRecurrence(t.Context(), r.actor, draft); (err != nil) != (calls < 4) {
			t.Fatalf("cut off after %d: %v", calls, err)
		}
		r.board.left = -1
		for range 2 {
			_, err := r.Tend(t.Context(), r.now.Add(time.Minute))
			storetest.Must(t, err)
			_, err = r.CreateRecurrence(t.Context(), r.actor, draft)
			storetest.Must(t, err)
		}
		equal(t, r.board.waiting(), []string{"2027-01-11T18:00", "2027-01-18T18:00", "2027-01-25T18:00", "2027-02-01T18:00"})
		if len(r.board.posts) != 4 {
			t.Errorf("%d posts", len(r.board.posts))
		}
	}
}

// TestAFileIsMendedDuringTheYear: what is new is added, what is gone is
// withdrawn, what a person moved stays.
func TestAFileIsMendedDuringTheYear(t *testing.T) {
	r := start(t, "2027-01-04T10:00")
	ctx := t.Context()
	in := agenda.Import{Format: agenda.FormatCSV, Draft: r.collection("", ""), Content: []byte("date;quoi\r\n12/01/2027;PMC\r\n12/01/2027;Papiers\r\n19/1/2027;PMC\r\n2027-01-26;Verre\r\nplus tard;?\r\n01/01/2027;PMC\r\n")}
	done, err := r.ImportDates(ctx, r.actor, in)
	storetest.Must(t, err)
	id := done.View.Recurrence.ID
	equal(t, r.board.waiting(), []string{"2027-01-11T18:00", "2027-01-18T18:00", "2027-01-25T18:00"})
	if len(done.Issues) != 1 || done.Issues[0].Line != 6 || done.Lines[0].State != agenda.ImportPast || done.Lines[1].Label != "PMC et Papiers" {
		t.Errorf("%+v %+v", done.Issues, done.Lines)
	}
	to := "2027-01-27"
	_, err = r.ChangeOccurrence(ctx, r.actor, id, "2027-01-26", nil, &to)
	storetest.Must(t, err)
	mended := agenda.Import{Format: agenda.FormatCSV, RecurrenceID: id, Content: []byte("2027-01-12,PMC et Papiers\n2027-01-26,Verre\n2027-02-02,PMC\n")}
	mended.DryRun = true
	trial, err := r.ImportDates(ctx, r.actor, mended)
	storetest.Must(t, err)
	equal(t, r.board.waiting(), []string{"2027-01-11T18:00", "2027-01-18T18:00", "2027-01-26T18:00"})
	states := map[string]agenda.ImportState{}
	for _, l := range trial.Lines {
		states[l.Date] = l.State
	}
	if states["2027-01-12"] != agenda.ImportKnown || states["2027-01-19"] != agenda.ImportGone || states["2027-02-02"] != agenda.ImportNew {
		t.Errorf("%v", states)
	}
	mended.DryRun = false
	for range 2 {
		_, err = r.ImportDates(ctx, r.actor, mended)
		storetest.Must(t, err)
	}
	equal(t, r.board.waiting(), []string{"2027-01-11T18:00", "2027-01-26T18:00", "2027-02-01T18:00"})
	if len(r.board.posts) != 4 {
		t.Errorf("%d posts, want 4", len(r.board.posts))
	}
}

func TestARecurrenceThatIsNotSoundIsRefused(t *testing.T) {
	r := start(t, "2027-01-04T10:00")
	for code, change := range map[string]func(d *agenda.RecurrenceDraft){
		"rule_unreadable":     func(d *agenda.RecurrenceDraft) { d.Rule = "FREQ=HOURLY" },
		"date_unreadable":     func(d *agenda.RecurrenceDraft) { d.First = "mardi" },
		"required":            func(d *agenda.RecurrenceDraft) { d.Rule = "" },
		"rule_and_dates":      func(d *agenda.RecurrenceDraft) { d.Dates = []agenda.FileDate{{Date: "2027-01-05"}} },
		"channels_empty":      func(d *agenda.RecurrenceDraft) { d.Body.Channels = nil },
		"channel_unknown":     func(d *agenda.RecurrenceDraft) { d.Body.Channels = []string{"other"} },
		"topic_unknown":       func(d *agenda.RecurrenceDraft) { d.Body.Topic = "météo" },
		"blank_unknown":       func(d *agenda.RecurrenceDraft) { d.Body.Texts = []string{"{maire}"} },
		"hour_unreadable":     func(d *agenda.RecurrenceDraft) { d.Body.At = "soir" },
		"before_out_of_range": func(d *agenda.RecurrenceDraft) { d.Body.Before = 61 },
		"name_invalid":        func(d *agenda.RecurrenceDraft) { d.Name = " " },
	} {
		d := r.collection("FREQ=WEEKLY", "2027-01-05")
		change(&d)
		_, err := r.CreateRecurrence(t.Context(), r.actor, d)
		var p *post.Problem
		if !errors.As(err, &p) || p.Code != code {
			t.Errorf("%s: got %v", code, err)
		}
	}
	for name, content := range map[string]string{"no calendar": "<html>", "no date": "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"} {
		_, err := r.ImportDates(t.Context(), r.actor, agenda.Import{Format: agenda.FormatICS, Content: []byte(content), Draft: r.collection("", "")})
		if !isProblem(err, post.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(r.board.posts) > 0 {
		t.Error("something was made all the same")
	}
}

// TestOneBadEventOfAFileHidesNoOther: the person is told of its line.
func TestOneBadEventOfAFileHidesNoOther(t *testing.T) {
	r := start(t, "2027-01-04T10:00")
	file := "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:PMC\r\nDTSTART:demain\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Papiers\r\nDTSTART;VALUE=DATE:20270112\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	result, err := r.ImportDates(t.Context(), r.actor, agenda.Import{Format: agenda.FormatICS, Content: []byte(file), Draft: r.collection("", ""), DryRun: true})
	storetest.Must(t, err)
	if len(result.Lines) != 1 || result.Lines[0].Date != "2027-01-12" || len(result.Issues) != 1 || result.Issues[0].Line != 4 {
		t.Errorf("%+v, %+v", result.Lines, result.Issues)
	}
}

// TestAFileThatIsKnownIsRefusedWhenItIsChecked: not first when everything has
// been filled in for it.
func TestAFileThatIsKnownIsRefusedWhenItIsChecked(t *testing.T) {
	r := start(t, "2027-01-04T10:00")
	file := "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Papiers\r\nDTSTART;VALUE=DATE:20270112\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	in := agenda.Import{Format: agenda.FormatICS, Content: []byte(file), Draft: r.collection("", "")}
	in.DryRun = true
	_, err := r.ImportDates(t.Context(), r.actor, in)
	storetest.Must(t, err)
	in.DryRun = false
	taken, err := r.ImportDates(t.Context(), r.actor, in)
	storetest.Must(t, err)
	for _, dry := range []bool{true, false} {
		in.DryRun, in.Draft.ID = dry, store.NewID()
		_, err := r.ImportDates(t.Context(), r.actor, in)
		if p := (*post.Problem)(nil); !errors.As(err, &p) || p.Code != "file_known" {
			t.Errorf("dry run %t: %v", dry, err)
		}
	}
	// For the series that has it, the file is no surprise.
	in.DryRun, in.RecurrenceID = true, taken.View.Recurrence.ID
	_, err = r.ImportDates(t.Context(), r.actor, in)
	storetest.Must(t, err)
}

// TestATextOfOnesOwnNamesItsDate: otherwise it would be the same each time.
func TestATextOfOnesOwnNamesItsDate(t *testing.T) {
	r := start(t, "2027-01-04T10:00")
	draft := r.collection("FREQ=WEEKLY;COUNT=3", "2027-01-12")
	draft.Body.Texts = []string{"Sortez les sacs bleus."}
	_, err := r.CreateRecurrence(t.Context(), r.actor, draft)
	storetest.Must(t, err)
	texts := map[string]bool{}
	for _, p := range r.board.posts {
		texts[p.Content.Text] = true
		if !strings.HasPrefix(p.Content.Text, "Sortez les sacs bleus.\nMardi ") {
			t.Errorf("%q", p.Content.Text)
		}
	}
	if len(texts) != 3 {
		t.Errorf("%d texts of 3", len(texts))
	}
}

// TestNothingIsLostInSilence: what could not be planned opens a notice, which
// closes when it can.
func TestNothingIsLostInSilence(t *testing.T) {
	r := start(t, "2027-01-04T10:00")
	ctx := t.Context()
	view, err := r.CreateRecurrence(ctx, r.actor, r.collection("FREQ=WEEKLY;COUNT=2", "2027-03-23"))
	storetest.Must(t, err)
	open := func() (texts []string) {
		t.Helper()
		page, err := r.Store.Notices(ctx, r.Commune.ID, r.User.ID, false, "")
		storetest.Must(t, err)
		for _, n := range page.Notices {
			if n.Kind == post.NoticeAgenda && n.SettledAt.IsZero() {
				texts = append(texts, n.Message)
			}
		}
		return texts
	}
	r.now = at(t, "2027-02-20T10:00")
	r.board.refuse = &post.Problem{Kind: post.Invalid, Code: "image_missing", Detail: "Cette image n’existe plus."}
	for range 2 {
		r.now = r.now.Add(time.Minute)
		_, err = r.Tend(ctx, r.now)
		storetest.Must(t, err)
	}
	equal(t, open(), []string{"Cette image n’existe plus.", "Cette image n’existe plus."})
	r.board.refuse = nil
	_, err = r.UpdateRecurrence(ctx, r.actor, view.Recurrence.ID, 0, agenda.RecurrencePatch{})
	storetest.Must(t, err)
	equal(t, open(), nil)
	equal(t, r.board.waiting(), []string{"2027-03-22T18:00", "2027-03-29T18:00"})
}
