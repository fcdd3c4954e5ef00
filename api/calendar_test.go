package api_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	golangical "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/testrig"
)

func calendarOf(t *testing.T, client *testrig.Client, from, to string) api.CalendarDays {
	t.Helper()
	var days api.CalendarDays
	client.Do(http.MethodGet, "/calendar?from="+from+"&to="+to, nil).Into(t, http.StatusOK, &days)
	return days
}

// dayOf reads a day as 2030-03-24.
func dayOf(t *testing.T, written string) time.Time {
	t.Helper()
	day, err := time.Parse(time.DateOnly, written)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

// plan saves a post that leaves at an hour of the commune's clock.
func plan(t *testing.T, client *testrig.Client, channelID, title, at string) api.Post {
	t.Helper()
	publish := object{"mode": "at", "at": at, "zone": "Europe/Brussels"}
	if at == "" {
		publish = object{"mode": "draft"}
	}
	var made api.Post
	client.Do(http.MethodPost, "/posts", object{
		"title": title, "text": strings.Repeat("é", 200), "category": "event", "channels": []string{channelID}, "publish": publish,
	}).Into(t, http.StatusCreated, &made)
	return made
}

func TestTheCalendarShowsThePlan(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			channel := rig.Connect("site", "Actualités", nil, nil)
			at := func(days int, hour string) string {
				return time.Now().AddDate(0, 0, days).Format(time.DateOnly) + "T" + hour
			}
			planned := plan(t, rig.Client, channel.ID, "Marché", at(10, "09:30"))
			idea := plan(t, rig.Client, channel.ID, "Une idée", "")
			given := plan(t, rig.Client, channel.ID, "Annulée", at(11, "09:30"))
			rig.Do(http.MethodPost, "/posts/"+given.ID+"/cancel", nil).Into(t, http.StatusOK, nil)
			plan(t, rig.Client, channel.ID, "Plus tard", at(60, "09:30"))
			var out api.Post
			rig.Do(http.MethodPost, "/posts", object{
				"title": "Partie", "text": "Maintenant.", "channels": []string{channel.ID}, "publish": object{"mode": "now"},
			}).Into(t, http.StatusCreated, &out)
			rig.WaitFor(out.ID, "published", 30*time.Second)
			var event struct {
				ID string `json:"id"`
			}
			rig.Do(http.MethodPost, "/events", object{
				"title": "Fête au village", "starts_at": at(12, "20:00"), "ends_at": at(13, "02:00"), "channels": []string{channel.ID},
			}).Into(t, http.StatusCreated, &event)

			days := calendarOf(t, rig.Client, at(-1, "")[:10], at(14, "")[:10])
			if days.Zone != "Europe/Brussels" {
				t.Errorf("zone %q", days.Zone)
			}
			byID := map[string]api.CalendarEntry{}
			series := 0
			for _, e := range days.Entries {
				byID[e.PostID] = e
				if e.Series != nil && *e.Series.EventID == event.ID && e.Series.Title == "Fête au village" {
					series++
				}
			}
			if got := byID[planned.ID]; got.At == nil || !got.At.Equal(*planned.Publish.DueAt) || got.Locked != nil || got.Status != "scheduled" ||
				got.Version != 1 || got.Text != strings.Repeat("é", 160) || got.Category != "event" || len(got.Channels) != 1 || got.Channels[0].Kind != "site" {
				t.Errorf("%+v", got)
			}
			if got, ok := byID[idea.ID]; !ok || got.At != nil || got.Locked != nil || got.Status != "draft" {
				t.Errorf("%+v", got)
			}
			if got := byID[given.ID]; got.Locked == nil || *got.Locked != "cancelled" {
				t.Errorf("%+v", got)
			}
			if got := byID[out.ID]; got.Locked == nil || *got.Locked != "published" {
				t.Errorf("%+v", got)
			}
			if series == 0 {
				t.Error("no post of the event's series")
			}
			want := []api.CalendarEvent{{ID: event.ID, Title: "Fête au village", Status: "scheduled"}}
			want[0].From.Time, want[0].To.Time = dayOf(t, at(12, "")[:10]), dayOf(t, at(13, "")[:10])
			if diff := cmp.Diff(want, days.Events); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSlotsAreFreeUntilSomethingLeaves(t *testing.T) {
	rig := start(t, "sqlite")
	channel := rig.Connect("site", "Actualités", nil, nil)
	var settings api.PublishingSettings
	rig.Do(http.MethodGet, "/publishing-settings", nil).Into(t, http.StatusOK, &settings)
	if settings.Version != 0 || len(settings.Slots) != 15 || settings.Signature != "" || len(settings.HashtagGroups) != 0 {
		t.Errorf("%+v", settings)
	}
	// The Sunday on which the clocks go forward, and the one on which they go back.
	rig.Do(http.MethodPut, "/publishing-settings", object{
		"version": 0, "signature": " Votre commune ", "hashtag_groups": []object{{"name": "Fêtes", "tags": []string{"#Valmeuse", "#Fête"}}},
		"slots": []object{{"weekday": 7, "at": "12:00"}, {"weekday": 7, "at": "02:30"}},
	}).Into(t, http.StatusOK, &settings)
	if settings.Version != 1 || settings.Signature != "Votre commune" || settings.Slots[0].At != "02:30" {
		t.Errorf("%+v", settings)
	}
	plan(t, rig.Client, channel.ID, "Dimanche", "2030-03-24T12:00")
	draft := plan(t, rig.Client, channel.ID, "Peut-être", "")
	patch(t, rig.Client, draft.ID, `"1"`, `{"publish": {"mode": "draft", "at": "2030-03-24T02:30"}}`).Into(t, http.StatusOK, nil)
	walls := func(from, to string) []string {
		t.Helper()
		all := []string{}
		for _, slot := range calendarOf(t, rig.Client, from, to).Slots {
			all = append(all, slot.Wall+" "+slot.At.UTC().Format("15:04"))
		}
		return all
	}
	for from, want := range map[string][]string{
		"2030-03-24": {"2030-03-24T02:30 01:30"},
		"2030-03-31": {"2030-03-31T12:00 10:00"},
		"2030-10-27": {"2030-10-27T02:30 00:30", "2030-10-27T12:00 11:00"},
		"2020-10-25": {},
	} {
		if diff := cmp.Diff(want, walls(from, dayOf(t, from).AddDate(0, 0, 1).Format(time.DateOnly))); diff != "" {
			t.Errorf("%s: %s", from, diff)
		}
	}
	for query, code := range map[string]string{
		"from=2030-03-24&to=2030-03-24": "days_invalid",
		"from=2030-03-24&to=2032-03-24": "days_invalid",
		"from=2030-02-30&to=2030-03-24": "parameter_invalid",
		"to=2030-03-24":                 "parameter_invalid",
	} {
		if p := refusal(t, rig.Do(http.MethodGet, "/calendar?"+query, nil)); p.Status != http.StatusBadRequest || (p.Code != code && p.Code != "invalid") {
			t.Errorf("%s: %d %s", query, p.Status, p.Code)
		}
	}
}

func TestPublishingSettingsAreChecked(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			body := func(version int, change object) object {
				whole := object{"version": version, "slots": []object{}, "signature": "", "hashtag_groups": []object{}}
				for k, v := range change {
					whole[k] = v
				}
				return whole
			}
			for name, test := range map[string]struct {
				change object
				want
			}{
				"a slot twice":   {object{"slots": []object{{"weekday": 1, "at": "08:00"}, {"weekday": 1, "at": "08:00"}}}, want{422, "slots[1]", "slot_twice"}},
				"no hour":        {object{"slots": []object{{"weekday": 1, "at": "24:00"}}}, want{422, "slots[0].at", "invalid"}},
				"no weekday":     {object{"slots": []object{{"weekday": 8, "at": "08:00"}}}, want{422, "slots[0].weekday", "out_of_range"}},
				"no sign":        {object{"hashtag_groups": []object{{"name": "x", "tags": []string{"Valmeuse"}}}}, want{422, "hashtag_groups[0].tags[0]", "tag_invalid"}},
				"a space":        {object{"hashtag_groups": []object{{"name": "x", "tags": []string{"#Val meuse"}}}}, want{422, "hashtag_groups[0].tags[0]", "tag_invalid"}},
				"a tag twice":    {object{"hashtag_groups": []object{{"name": "x", "tags": []string{"#a", "#A"}}}}, want{422, "hashtag_groups[0].tags[1]", "tag_twice"}},
				"a name twice":   {object{"hashtag_groups": []object{{"name": "x", "tags": []string{"#a"}}, {"name": "X", "tags": []string{"#a"}}}}, want{422, "hashtag_groups[1].name", "name_twice"}},
				"never saved":    {object{"version": 3}, want{409, "", "settings_changed"}},
				"a blank name":   {object{"hashtag_groups": []object{{"name": " ", "tags": []string{"#a"}}}}, want{422, "hashtag_groups[0].name", "required"}},
				"a sign and end": {object{"hashtag_groups": []object{{"name": "x", "tags": []string{"##"}}}}, want{422, "hashtag_groups[0].tags[0]", "tag_invalid"}},
			} {
				t.Run(name, func(t *testing.T) {
					test.check(t, rig.Do(http.MethodPut, "/publishing-settings", body(0, test.change)))
				})
			}
			author := rig.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
			check(t, author)
			author.Do(http.MethodPut, "/publishing-settings", body(0, object{"signature": "Un"})).Into(t, http.StatusOK, nil)
			want{409, "", "settings_changed"}.check(t, rig.Do(http.MethodPut, "/publishing-settings", body(0, object{"signature": "Deux"})))
			rig.Do(http.MethodPut, "/publishing-settings", body(1, object{"signature": "Deux"})).Into(t, http.StatusOK, nil)
			want{409, "", "settings_changed"}.check(t, author.Do(http.MethodPut, "/publishing-settings", body(1, nil)))
			var shown api.PublishingSettings
			author.Do(http.MethodGet, "/publishing-settings", nil).Into(t, http.StatusOK, &shown)
			if shown.Version != 2 || shown.Signature != "Deux" {
				t.Errorf("%+v", shown)
			}
		})
	}
}

func TestThePrivateFeedOfThePlan(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			channel := rig.Connect("site", "Actualités; culture, sport", nil, nil)
			planned := plan(t, rig.Client, channel.ID, "Marché, brocante; concert\\fête", time.Now().AddDate(0, 0, 3).Format(time.DateOnly)+"T09:30")
			plan(t, rig.Client, channel.ID, "Une idée", "")
			var out api.Post
			rig.Do(http.MethodPost, "/posts", object{
				"title": "Partie", "text": "Maintenant.", "channels": []string{channel.ID}, "publish": object{"mode": "now"},
			}).Into(t, http.StatusCreated, &out)
			rig.WaitFor(out.ID, "published", 30*time.Second)

			var feed api.CalendarFeed
			rig.Do(http.MethodGet, "/calendar/feed", nil).Into(t, http.StatusOK, &feed)
			if feed.URL != nil || feed.CreatedAt != nil {
				t.Errorf("%+v", feed)
			}
			rig.Do(http.MethodPost, "/calendar/feed", nil).Into(t, http.StatusCreated, &feed)
			first := *feed.URL
			rig.Do(http.MethodGet, "/calendar/feed", nil).Into(t, http.StatusOK, &feed)
			if feed.URL != nil || feed.CreatedAt == nil {
				t.Errorf("the address was shown again: %+v", feed)
			}

			resp, body := fetch(t, first)
			if resp.StatusCode != http.StatusOK || resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("Referrer-Policy") != "no-referrer" ||
				resp.Header.Get("Content-Type") != "text/calendar; charset=utf-8" {
				t.Errorf("%d %v", resp.StatusCode, resp.Header)
			}
			calendar, err := golangical.ParseCalendar(bytes.NewReader(body))
			if err != nil {
				t.Fatalf("%v\n%s", err, body)
			}
			if !strings.Contains(string(body), "\r\nX-WR-CALNAME:Publications de Valmeuse\r\n") {
				t.Errorf("no name: %s", body)
			}
			if got := len(calendar.Events()); got != 2 {
				t.Fatalf("%d events: %s", got, body)
			}
			for _, e := range calendar.Events() {
				begin, err := e.GetStartAt()
				if err != nil {
					t.Fatal(err)
				}
				end, err := e.GetEndAt()
				if err != nil || end.Sub(begin) != 15*time.Minute {
					t.Errorf("%v to %v: %v", begin, end, err)
				}
				description := e.GetProperty(golangical.ComponentPropertyDescription).Value
				switch e.Id() {
				case planned.ID + "@plan.crieur":
					if !begin.Equal(*planned.Publish.DueAt) || e.GetProperty(golangical.ComponentPropertySummary).Value != `Marché, brocante; concert\fête` ||
						description != "Programmée\nCanaux : Actualités; culture, sport" {
						t.Errorf("%v %q", begin, description)
					}
				case out.ID + "@plan.crieur":
					if !strings.HasPrefix(description, "Publiée\n") {
						t.Errorf("%q", description)
					}
				default:
					t.Errorf("an event of its own: %s", e.Id())
				}
			}

			rig.Do(http.MethodPost, "/calendar/feed", nil).Into(t, http.StatusCreated, &feed)
			second := *feed.URL
			for name, address := range map[string]string{
				"the one before": first, "no end": strings.TrimSuffix(second, ".ics"), "another secret": rig.URL + "/plan/x.ics", "none": rig.URL + "/plan/.ics",
			} {
				if resp, body := fetch(t, address); resp.StatusCode != http.StatusNotFound || resp.Header.Get("Cache-Control") != "no-store" {
					t.Errorf("%s: %d %s", name, resp.StatusCode, body)
				}
			}
			if resp, _ := fetch(t, second); resp.StatusCode != http.StatusOK {
				t.Errorf("the new address: %d", resp.StatusCode)
			}
			rig.Do(http.MethodDelete, "/calendar/feed", nil).Into(t, http.StatusNoContent, nil)
			if resp, _ := fetch(t, second); resp.StatusCode != http.StatusNotFound {
				t.Errorf("a feed that was stopped: %d", resp.StatusCode)
			}
			rig.Do(http.MethodDelete, "/calendar/feed", nil).Into(t, http.StatusNoContent, nil)
		})
	}
}

// fetch asks as a calendar program does: without any credentials.
func fetch(t *testing.T, address string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(fmt.Errorf("read the feed: %w", err))
	}
	return resp, body
}
