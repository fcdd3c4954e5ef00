package ics_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/ics"
)

func TestReadWhatWeWrite(t *testing.T) {
	entries, issues, err := ics.Read([]byte(written(t, sample())))
	if err != nil || len(issues) != 0 {
		t.Fatal(issues, err)
	}
	want := sample().Events[0]
	if len(entries) != 2 || entries[0].Summary != strings.TrimSpace(want.Summary) || !entries[0].Start.Instant(time.UTC).Equal(want.Start) ||
		!entries[0].End.Instant(time.UTC).Equal(want.End) || entries[0].URL != want.URL || !cmp.Equal(entries[0].Categories, want.Categories) ||
		!entries[1].Start.Day || !entries[1].Cancelled || !entries[1].Start.Wall.Equal(midnight(2027, 3, 28)) {
		t.Errorf("got %+v", entries)
	}
}

func TestWhatIsNoCalendarIsRefused(t *testing.T) {
	for name, text := range map[string]string{"nothing": "", "a page": "<html></html>", "one line": strings.Repeat("a", 1<<20)} {
		if entries, _, err := ics.Read([]byte(text)); !errors.Is(err, ics.ErrNotCalendar) {
			t.Errorf("%s: %+v, %v", name, entries, err)
		}
	}
}

// TestOneBadEventHidesNoOther: it is told of with its line.
func TestOneBadEventHidesNoOther(t *testing.T) {
	good := "BEGIN:VEVENT\r\nSUMMARY:Fête\r\nDTSTART;VALUE=DATE:20270101\r\nEND:VEVENT\r\n"
	for name, test := range map[string]struct {
		bad  string
		want ics.Issue
	}{
		"no beginning":     {"BEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\n", ics.Issue{Line: 2, Fault: ics.NoStart}},
		"an unread date":   {"BEGIN:VEVENT\r\nDTSTART:demain\r\nEND:VEVENT\r\n", ics.Issue{Line: 3, Fault: ics.BadDate, Value: "demain"}},
		"an unread except": {"BEGIN:VEVENT\r\nDTSTART:20270101\r\nEXDATE:x\r\nEND:VEVENT\r\n", ics.Issue{Line: 4, Fault: ics.BadDate, Value: "x"}},
	} {
		entries, issues, err := ics.Read([]byte("BEGIN:VCALENDAR\r\n" + test.bad + good + "END:VCALENDAR\r\n"))
		if err != nil || len(entries) != 1 || entries[0].Summary != "Fête" || !cmp.Equal(issues, []ics.Issue{test.want}) {
			t.Errorf("%s: %+v, %+v, %v", name, entries, issues, err)
		}
	}
	entries, issues, err := ics.Read([]byte("BEGIN:VCALENDAR\r\n" + good + "BEGIN:VEVENT\r\nDTSTART:20270101T000000Z\r\n"))
	if err != nil || len(entries) != 1 || !cmp.Equal(issues, []ics.Issue{{Line: 6, Fault: ics.NotEnded}}) {
		t.Errorf("cut off: %+v, %+v, %v", entries, issues, err)
	}
	_, issues, err = ics.Read([]byte("BEGIN:VCALENDAR\r\n" + strings.Repeat(good, 5001)))
	if err != nil || len(issues) != 1 || issues[0].Fault != ics.TooMany {
		t.Errorf("too many: %+v, %v", issues, err)
	}
}

// TestLettersOfAnyProgram: folded within a letter, and written by older ones.
func TestLettersOfAnyProgram(t *testing.T) {
	for name, text := range map[string]string{
		"folded within a letter": "SUMMARY:F\xc3\r\n \xaate\\, l’été", "Latin-1": "SUMMARY:F\xeate\\, l'\xe9t\xe9", "one letter a line": "SUMMARY:F\n ê\n te",
	} {
		entries, _, err := ics.Read([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\n" + text + "\nSUMMARY:Autre\nEND:VEVENT\n"))
		if err != nil || len(entries) != 1 || !strings.HasPrefix(entries[0].Summary, "Fête") {
			t.Errorf("%s: %+v, %v", name, entries, err)
		}
	}
}

func TestMomentsInTheirZone(t *testing.T) {
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"DTSTART:20270606T080000":                             "2027-06-06T06:00:00Z",
		"DTSTART:20270606T080000Z":                            "2027-06-06T08:00:00Z",
		"DTSTART;TZID=\"Europe/London\":20270606T080000":      "2027-06-06T07:00:00Z",
		"DTSTART;TZID=Romance Standard Time:20270606T080000":  "2027-06-06T06:00:00Z",
		"DTSTART;TZID=Local:20270606T080000":                  "2027-06-06T06:00:00Z",
		"DTSTART;VALUE=DATE;TZID=America/New_York:20270606":   "2027-06-05T22:00:00Z",
		"DTSTART;TZID=Europe/Brussels:20261025T023000":        "2026-10-25T00:30:00Z",
		"DTSTART;X=\";:\";TZID=Europe/Brussels:20270606T0800": "",
	} {
		entries, _, err := ics.Read([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + text + "\nEND:VEVENT\n"))
		got := ""
		if len(entries) == 1 {
			got = entries[0].Start.Instant(brussels).UTC().Format(time.RFC3339)
		}
		if err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", text, got, want, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=\"Europe/Brussels\":20270101T080000\nRDATE;VALUE=PERIOD:20270102T080000/PT1H\n\tx\nEND:VEVENT\nEND:VCALENDAR"))
	f.Add([]byte("\xEF\xBB\xBFBEGIN:VCALENDAR\r\nSUMMARY;X=\":\xE9"))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, issues, err := ics.Read(data)
		for _, e := range entries {
			if err != nil || e.Start.IsZero() {
				t.Errorf("%+v, %v", e, err)
			}
		}
		for _, i := range issues {
			if i.Line < 1 || i.Fault == "" {
				t.Errorf("%+v", i)
			}
		}
	})
}
