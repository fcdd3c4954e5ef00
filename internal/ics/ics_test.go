package ics_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	golangical "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/ics"
)

func sample() ics.Calendar {
	latitude, longitude := 50.512345, 5.6
	start := time.Date(2027, 3, 28, 7, 0, 0, 0, time.UTC)
	return ics.Calendar{Product: "-//Crieur//Valmeuse//FR", Name: "Agenda – Valmeuse", Events: []ics.Event{
		{
			UID: "0190-event", Sequence: 3, Status: ics.Confirmed, Stamp: start, Created: start.AddDate(0, -1, 0), Start: start, End: start.Add(9 * time.Hour),
			Summary:     "Brocante; fête, « été » \\ 日本語 " + strings.Repeat("très longue ", 20),
			Description: "Première ligne\nDeuxième\r\nÀ l’\u0007église", Location: "Place du Marché, 1",
			Latitude: &latitude, Longitude: &longitude, URL: "https://valmeuse.example/c/valmeuse/agenda/0190-event",
			OrganizerName: "Comité \"des\" fêtes", OrganizerEmail: "fetes@valmeuse.example", Categories: []string{"Fête, foire", "Sport"},
		},
		{UID: "0190-day", Status: ics.Cancelled, Stamp: start, Start: midnight(2027, 3, 28), End: midnight(2027, 3, 30), AllDay: true, Summary: "Annulé : Kermesse"},
	}}
}

func midnight(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

func written(t *testing.T, c ics.Calendar) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestAnotherParserReadsWhatWeWrite: what it understands is what was meant.
func TestAnotherParserReadsWhatWeWrite(t *testing.T) {
	want := sample()
	calendar, err := golangical.ParseCalendar(strings.NewReader(written(t, want)))
	if err != nil {
		t.Fatal(err)
	}
	events := calendar.Events()
	if len(events) != len(want.Events) {
		t.Fatalf("%d events, want %d", len(events), len(want.Events))
	}
	for i, e := range events {
		w := want.Events[i]
		text := func(p golangical.ComponentProperty) string {
			if found := e.GetProperty(p); found != nil {
				return golangical.FromText(found.Value)
			}
			return ""
		}
		if diff := cmp.Diff(map[string]string{
			"uid": w.UID, "status": string(w.Status), "summary": w.Summary, "location": w.Location,
			"description": strings.NewReplacer("\r\n", "\n", "\u0007", "").Replace(w.Description),
		}, map[string]string{
			"uid": text(golangical.ComponentPropertyUniqueId), "status": text(golangical.ComponentPropertyStatus), "summary": text(golangical.ComponentPropertySummary),
			"location": text(golangical.ComponentPropertyLocation), "description": text(golangical.ComponentPropertyDescription),
		}); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		begin, err1 := e.GetStartAt()
		end, err2 := e.GetEndAt()
		if w.AllDay {
			begin, err1 = e.GetAllDayStartAt()
			end, err2 = e.GetAllDayEndAt()
			begin, end = midnight(begin.Year(), int(begin.Month()), begin.Day()), midnight(end.Year(), int(end.Month()), end.Day())
		}
		if err1 != nil || err2 != nil || !begin.Equal(w.Start) || !end.Equal(w.End) {
			t.Errorf("from %s to %s, want from %s to %s (%v, %v)", begin, end, w.Start, w.End, err1, err2)
		}
	}
}

// TestLinesAreFolded: no line is over 75 bytes, none is cut within a character,
// and each ends with CR LF.
func TestLinesAreFolded(t *testing.T) {
	for line := range strings.SplitSeq(strings.TrimSuffix(written(t, sample()), "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
			t.Errorf("%d bytes: %q", len(line), line)
		}
	}
}
