package site_test

import (
	"context"
	"encoding/json"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	golangical "github.com/arran4/golang-ical"

	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/channels/site/sitetest"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
)

// oneEvent is an agenda of one event, which every article announces.
type oneEvent struct{ event site.Event }

func (a oneEvent) Events(context.Context, string, bool) ([]site.Event, error) {
	return []site.Event{a.event}, nil
}

func (a oneEvent) Event(_ context.Context, _, id string) (site.Event, error) {
	if id != a.event.ID {
		return site.Event{}, site.ErrNotFound
	}
	return a.event, nil
}

func (a oneEvent) EventOfArticle(_ context.Context, _, key string) (site.Event, error) {
	if key != "key-Brocante" {
		return site.Event{}, site.ErrNotFound
	}
	return a.event, nil
}

func fair() site.Event {
	latitude, longitude := 50.5, 5.6
	start := time.Date(2027, 3, 28, 7, 0, 0, 0, time.UTC)
	return site.Event{
		Event: post.Event{
			ID: "0190", Sequence: 2, Status: post.EventScheduled, Listed: true, Category: "event", Zone: "Europe/Brussels",
			Content: post.EventContent{
				Title: "Brocante <de printemps>", Description: "Quarante exposants.\nEntrée libre.",
				Place:     post.Place{Name: "Place du Marché", Address: "Place du Marché 1, Valmeuse", Latitude: &latitude, Longitude: &longitude},
				Organizer: post.Party{Name: "Comité des fêtes", Email: "fetes@valmeuse.example"}, Contact: post.Party{Phone: "+32 4 000 00 00"},
				Price: &post.Price{Amount: 2.5, Currency: "EUR", Note: "gratuit pour les enfants"}, Accessibility: []string{"Accès de plain-pied"}, Languages: []string{"fr"},
			},
			Dates: []post.EventDate{{Start: "2027-03-28T09:00", End: "2027-03-28T18:00"}}, CreatedAt: start, UpdatedAt: start,
		},
		When: "dimanche 28 mars de 9 h à 18 h", Spans: []site.EventSpan{{Start: start, End: start.Add(9 * time.Hour), HasEnd: true, When: "dimanche 28 mars"}},
	}
}

// agendaPages serves the pages of a town with one event and one article.
func agendaPages(t *testing.T, e site.Event) http.Handler {
	t.Helper()
	commune, library, images := town()
	pages, err := site.NewPages(library, images, sitetest.NewMemoryAlerts(commune), publicURL, clock.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := pages.ShowAgenda(oneEvent{e}); err != nil {
		t.Fatal(err)
	}
	article := site.Article{
		CommuneID: commune.ID, Slug: "brocante", Key: "key-Brocante", Title: "Brocante", HTML: "<p>x</p>", Text: "x", PublishedAt: e.CreatedAt, UpdatedAt: e.CreatedAt,
		Images: []site.Image{{SHA256: strings.Repeat("a", 64), ContentType: "image/jpeg", Width: 800, Height: 600, Alt: "L’affiche"}},
	}
	if err := library.Put(t.Context(), article); err != nil {
		t.Fatal(err)
	}
	return pages
}

func visit(t *testing.T, h http.Handler, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d", path, w.Code)
	}
	return w.Body.String()
}

// linkedData is every object of a page that machines read.
func linkedData(t *testing.T, page string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, found := range regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`).FindAllStringSubmatch(page, -1) {
		var one any
		if err := json.Unmarshal([]byte(found[1]), &one); err != nil {
			t.Fatalf("%v: %s", err, found[1])
		}
		list, ok := one.([]any)
		if !ok {
			list = []any{one}
		}
		for _, o := range list {
			all = append(all, o.(map[string]any))
		}
	}
	return all
}

// vocabulary holds schema.org's properties by type, inherited ones too, and the
// members of its enumerations. It was taken from schema-dts 2.1.0, which is
// generated from schema.org's own files.
func vocabulary(t *testing.T) map[string][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/schemaorg.json")
	if err != nil {
		t.Fatal(err)
	}
	var v map[string][]string
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// checkTypes finds what schema.org does not know of an object.
func checkTypes(t *testing.T, v map[string][]string, object map[string]any) {
	t.Helper()
	kind, _ := object["@type"].(string)
	known, ok := v[kind]
	if !ok {
		t.Errorf("schema.org has no type %q here", kind)
		return
	}
	enumerations := map[string]string{
		"eventStatus": "enum:EventStatusType", "eventAttendanceMode": "enum:EventAttendanceModeEnumeration", "availability": "enum:ItemAvailability",
	}
	for name, value := range object {
		if strings.HasPrefix(name, "@") {
			continue
		}
		if !slices.Contains(known, name) {
			t.Errorf("%s has no property %q", kind, name)
		}
		if enumeration := enumerations[name]; enumeration != "" {
			member, ok := strings.CutPrefix(value.(string), "https://schema.org/")
			if !ok || !slices.Contains(v[enumeration], member) {
				t.Errorf("%s is %v", name, value)
			}
		}
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		for _, inner := range list {
			if o, ok := inner.(map[string]any); ok {
				checkTypes(t, v, o)
			}
		}
	}
}

func TestTheStateOfAnEventOnEveryPage(t *testing.T) {
	v := vocabulary(t)
	for status, want := range map[post.EventStatus]struct{ data, words, calendar string }{
		post.EventScheduled:   {"EventScheduled", "dimanche 28 mars", "CONFIRMED"},
		post.EventRescheduled: {"EventRescheduled", "Nouvelle date", "CONFIRMED"},
		post.EventPostponed:   {"EventPostponed", "date à confirmer", "TENTATIVE"},
		post.EventCancelled:   {"EventCancelled", "Annulé", "CANCELLED"},
	} {
		t.Run(string(status), func(t *testing.T) {
			e := fair()
			if e.Status = status; status != post.EventScheduled {
				e.Previous = []post.EventDate{{Start: "2027-03-14T09:00"}}
			}
			h := agendaPages(t, e)
			for _, path := range []string{"/c/valmeuse/agenda", "/c/valmeuse/agenda/0190", "/c/valmeuse/brocante"} {
				page := visit(t, h, path)
				if !strings.Contains(html.UnescapeString(page), want.words) {
					t.Errorf("%s does not say %q", path, want.words)
				}
				events := 0
				for _, object := range linkedData(t, page) {
					checkTypes(t, v, object)
					if object["@type"] != "Event" {
						continue
					}
					events++
					if object["eventStatus"] != "https://schema.org/"+want.data || object["startDate"] != "2027-03-28T09:00:00+02:00" ||
						object["endDate"] != "2027-03-28T18:00:00+02:00" || object["name"] != "Brocante <de printemps>" {
						t.Errorf("%s: %+v", path, object)
					}
					former := object["previousStartDate"]
					if moved := status == post.EventRescheduled || status == post.EventPostponed; moved != (former == "2027-03-14T09:00:00+01:00") {
						t.Errorf("%s: the former date is %v", path, former)
					}
				}
				if events != 1 {
					t.Errorf("%s holds %d events for machines, want one", path, events)
				}
			}
			for _, path := range []string{"/c/valmeuse/agenda.ics", "/c/valmeuse/agenda/0190.ics"} {
				calendar, err := golangical.ParseCalendar(strings.NewReader(visit(t, h, path)))
				if err != nil || len(calendar.Events()) != 1 {
					t.Fatalf("%s: %v", path, err)
				}
				entry := calendar.Events()[0]
				begin, err := entry.GetStartAt()
				if err != nil || !begin.Equal(e.Spans[0].Start) || entry.Id() != "0190" ||
					entry.GetProperty(golangical.ComponentPropertyStatus).Value != want.calendar ||
					entry.GetProperty(golangical.ComponentPropertySequence).Value != "2" {
					t.Errorf("%s: %s", path, entry.Serialize(&golangical.SerializationConfiguration{MaxLength: 75, NewLine: "\n", PropertyMaxLength: 75}))
				}
			}
		})
	}
}

func TestAnEventOfWholeDaysAndSeveralDates(t *testing.T) {
	e := fair()
	e.AllDay = true
	day := time.Date(2027, 3, 28, 0, 0, 0, 0, time.UTC)
	e.Spans = []site.EventSpan{{Start: day, End: day.AddDate(0, 0, 2), HasEnd: true, When: "du 28 au 29"}, {Start: day.AddDate(0, 0, 7), End: day.AddDate(0, 0, 8), When: "le 4"}}
	h := agendaPages(t, e)
	data := linkedData(t, visit(t, h, "/c/valmeuse/agenda/0190"))[0]
	checkTypes(t, vocabulary(t), data)
	if parts, _ := data["subEvent"].([]any); len(parts) != 2 || data["startDate"] != "2027-03-28" || data["endDate"] != "2027-04-04" {
		t.Errorf("%+v", data)
	}
	calendar, err := golangical.ParseCalendar(strings.NewReader(visit(t, h, "/c/valmeuse/agenda/0190.ics")))
	if err != nil || len(calendar.Events()) != 2 || calendar.Events()[0].Id() == calendar.Events()[1].Id() {
		t.Fatalf("%v: not two entries of their own", err)
	}
	end, err := calendar.Events()[0].GetAllDayEndAt()
	if err != nil || end.Day() != 30 {
		t.Errorf("the day after the last is %s, %v", end, err)
	}
}
