package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/testrig"
)

type recurrence struct {
	ID          string `json:"id"`
	Version     int    `json:"version"`
	Occurrences []struct {
		Date    string    `json:"date"`
		Label   string    `json:"label"`
		State   string    `json:"state"`
		DueAt   time.Time `json:"due_at"`
		PostID  *string   `json:"post_id"`
		Problem *string   `json:"problem"`
	} `json:"occurrences"`
}

type imported struct {
	Lines []struct {
		Date, Label, State, Text string
		DueAt                    time.Time `json:"due_at"`
	} `json:"lines"`
	Issues     []struct{ Line int } `json:"issues"`
	Recurrence *recurrence          `json:"recurrence"`
}

// wasteYear is what a collection service gives out: mixed waste each Tuesday
// by a rule, without Christmas week, paper on the first Wednesday as single
// dates, one of them on a day of mixed waste, and one collection moved.
func wasteYear() string {
	lines := []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Intercommunale//FR",
		"BEGIN:VEVENT", "UID:om-2027", "DTSTAMP:20261101T000000Z", "SUMMARY:Ordures ménagères", "DTSTART;VALUE=DATE:20270105",
		"RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20271231", "EXDATE;VALUE=DATE:20271228",
		"BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT12H", "DESCRIPTION:Poubelles", "END:VALARM", "END:VEVENT",
		// 1 June is moved to the day after.
		"BEGIN:VEVENT", "UID:om-2027", "DTSTAMP:20261101T000000Z", "RECURRENCE-ID;VALUE=DATE:20270601", "SUMMARY:Ordures ménagères",
		"DTSTART;VALUE=DATE:20270602", "END:VEVENT",
	}
	for m := 1; m <= 12; m++ {
		day := time.Date(2027, time.Month(m), 1, 0, 0, 0, 0, time.UTC)
		for day.Weekday() != time.Wednesday {
			day = day.AddDate(0, 0, 1)
		}
		if m == 3 {
			day = time.Date(2027, 3, 2, 0, 0, 0, 0, time.UTC) // a Tuesday
		}
		lines = append(lines, "BEGIN:VEVENT", fmt.Sprintf("UID:pc-%d", m), "DTSTAMP:20261101T000000Z", "SUMMARY:Papiers\\, cartons",
			"DTSTART;VALUE=DATE:"+day.Format("20060102"), "END:VEVENT")
	}
	return strings.Join(append(lines, "END:VCALENDAR", ""), "\r\n")
}

// wasteDates are its dates, counted apart from the program.
func wasteDates() []string {
	var dates []string
	for day := time.Date(2027, 1, 5, 0, 0, 0, 0, time.UTC); day.Year() == 2027; day = day.AddDate(0, 0, 7) {
		switch date := day.Format(time.DateOnly); date {
		case "2027-12-28":
		case "2027-06-01":
			dates = append(dates, "2027-06-02") // also the first Wednesday
		default:
			dates = append(dates, date)
		}
	}
	dates = append(dates,
		"2027-01-06", "2027-02-03", "2027-04-07", "2027-05-05", "2027-07-07", "2027-08-04",
		"2027-09-01", "2027-10-06", "2027-11-03", "2027-12-01",
	)
	slices.Sort(dates)
	return dates
}

// TestAYearOfWasteCollection: from an ICS file, every collection is announced
// once, the evening before, at the right minute on the days of summer and
// winter time too; no text comes twice.
func TestAYearOfWasteCollection(t *testing.T) {
	t.Parallel()
	rig := clocked{testrig.StartAt(t, brussels(t, "2026-12-20T10:00"), nil)}
	facebook := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	request := map[string]any{
		"format": "ics", "content": wasteYear(), "dry_run": true,
		"recurrence": map[string]any{"name": "Collecte des déchets", "topic": "waste", "before": 1, "at": "18:00", "channels": []string{facebook.ID}},
	}
	var trial imported
	rig.Do(http.MethodPost, "/recurrences/import", request).Into(t, http.StatusOK, &trial)
	var dates, texts []string
	zone := brussels(t, "2027-01-01T00:00").Location()
	for _, l := range trial.Lines {
		dates, texts = append(dates, l.Date), append(texts, l.Text)
		day, err := time.ParseInLocation(time.DateOnly, l.Date, zone)
		if err != nil {
			t.Fatal(err)
		}
		if want := day.AddDate(0, 0, -1).Format(time.DateOnly) + " 18:00"; l.DueAt.In(zone).Format("2006-01-02 15:04") != want {
			t.Errorf("%s is announced at %s, want %s", l.Date, l.DueAt.In(zone), want)
		}
	}
	if diff := cmp.Diff(wasteDates(), dates); diff != "" {
		t.Errorf("dates (-want +got):\n%s", diff)
	}
	slices.Sort(texts)
	if n := len(slices.Compact(texts)); n != len(dates) {
		t.Errorf("%d texts for %d dates: some come twice", n, len(dates))
	}
	var none struct{ Recurrences []recurrence }
	rig.Do(http.MethodGet, "/recurrences", nil).Into(t, http.StatusOK, &none)
	if len(none.Recurrences) > 0 {
		t.Fatal("a dry run made something")
	}

	request["dry_run"] = false
	var done imported
	rig.Do(http.MethodPost, "/recurrences/import", request).Into(t, http.StatusOK, &done)
	if answer := rig.Do(http.MethodPost, "/recurrences/import", request); answer.Status != http.StatusConflict {
		t.Errorf("the same file is taken twice: %d %s", answer.Status, answer.Body)
	}
	r := *done.Recurrence
	if len(r.Occurrences) != len(dates) {
		t.Fatalf("%d occurrences, want %d", len(r.Occurrences), len(dates))
	}
	made := 0
	for _, o := range r.Occurrences {
		near := o.DueAt.Before(rig.Now().AddDate(0, 0, 60))
		if (o.State == "made") != near || (o.PostID != nil) != near {
			t.Errorf("%s is %s, %v", o.Date, o.State, o.Problem)
		}
		if near {
			made++
		}
	}
	// One is skipped, one is moved; the others stay.
	change := func(body map[string]any) {
		t.Helper()
		rig.Do(http.MethodPost, "/recurrences/"+r.ID+"/occurrences", body).Into(t, http.StatusOK, &r)
	}
	change(map[string]any{"date": "2027-01-12", "skip": true})
	change(map[string]any{"date": "2027-01-19", "to": "2027-01-20"})
	var page struct {
		Posts []struct {
			testrig.Post
			Text    string
			Publish struct{ At string }
			Series  *struct {
				RecurrenceID string `json:"recurrence_id"`
				Step         string
			}
		}
	}
	rig.Do(http.MethodGet, "/posts?status=scheduled&limit=100", nil).Into(t, http.StatusOK, &page)
	if len(page.Posts) != made-1 {
		t.Errorf("%d posts wait, want %d", len(page.Posts), made-1)
	}
	for _, p := range page.Posts {
		if p.Series == nil || p.Series.RecurrenceID != r.ID {
			t.Errorf("%s does not say that it belongs to the series", p.ID)
			continue
		}
		if p.Series.Step == "2027-01-19" && (p.Publish.At != "2027-01-19T18:00" || !strings.Contains(p.Text, "au lieu de")) {
			t.Errorf("the moved collection: %s %q", p.Publish.At, p.Text)
		}
	}

	rig.leave(t, *r.Occurrences[0].PostID, "2027-01-04T18:00")
	got := shownPosts(t, rig.Networks.Posts("facebook", rig.Networks.Account(t, "facebook").ID))
	if len(got) != 1 || !strings.HasPrefix(got[0], "2027-01-04T18:00") || !strings.Contains(got[0], "mardi 5 janvier") {
		t.Errorf("the network shows %q", got)
	}
}
