package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media/mediatest"
)

// facebook connects the simulated page, and says what it shows.
func facebook(t *testing.T, rig *testrig.Rig) (testrig.Channel, func() []simulator.Record) {
	t.Helper()
	account := rig.Networks.Account(t, "facebook")
	return rig.ConnectAccount(account), func() []simulator.Record { return rig.Networks.Posts("facebook", account.ID) }
}

// publishNow publishes a text on a channel and waits until it is out.
func publishNow(t *testing.T, rig *testrig.Rig, text string, channels ...string) testrig.Post {
	t.Helper()
	var made testrig.Post
	rig.Do(http.MethodPost, "/posts", object{
		"title": "Brocante", "text": text, "channels": channels, "publish": object{"mode": "now"},
	}).Into(t, http.StatusCreated, &made)
	return rig.WaitFor(made.ID, "published", 30*time.Second)
}

func TestRemovingAndCorrectingOnANetwork(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			page, shown := facebook(t, rig)
			p := publishNow(t, rig, "Dimanche place du Marché.", page.ID)
			at := "/deliveries/" + p.Deliveries[0].ID

			var d api.Delivery
			rig.Do(http.MethodPost, at+"/correct", object{"text": "Lundi place du Marché."}).Into(t, http.StatusOK, &d)
			if d.Status != api.DeliveryStatusSent || d.CorrectedAt == nil || d.RemovedAt != nil || *d.RemoteURL != *p.Deliveries[0].RemoteURL {
				t.Errorf("corrected: %+v", d)
			}
			if got := shown(); len(got) != 1 || got[0].Text != "Lundi place du Marché." {
				t.Errorf("Facebook shows %+v", got)
			}
			var detail api.DeliveryDetail
			rig.Do(http.MethodGet, at, nil).Into(t, http.StatusOK, &detail)
			if detail.Rendered.Text != "Lundi place du Marché." || len(detail.Attempts) != 1 {
				t.Errorf("what stands: %+v", detail)
			}

			want{422, "text", "text_too_long"}.check(t, rig.Do(http.MethodPost, at+"/correct", object{"text": strings.Repeat("trop ", 15_000)}))
			want{422, "text", "required"}.check(t, rig.Do(http.MethodPost, at+"/correct", object{"text": " "}))

			rig.Do(http.MethodPost, at+"/remove", nil).Into(t, http.StatusOK, &d)
			if d.Status != api.DeliveryStatusSent || d.RemovedAt == nil {
				t.Errorf("removed: %+v", d)
			}
			if got := shown(); len(got) != 0 {
				t.Errorf("Facebook still shows %+v", got)
			}
			removedAt := *d.RemovedAt
			rig.Do(http.MethodPost, at+"/remove", nil).Into(t, http.StatusOK, &d)
			if !d.RemovedAt.Equal(removedAt) {
				t.Errorf("removed again at %v, first at %v", d.RemovedAt, removedAt)
			}
			want{409, "", "removed"}.check(t, rig.Do(http.MethodPost, at+"/correct", object{"text": "Mardi."}))
		})
	}
}

// TestAnUnclearAnswerIsTold: the network did it and its answer was lost. The
// person hears that nobody knows, nothing is repeated unasked, and asking again
// ends well.
func TestAnUnclearAnswerIsTold(t *testing.T) {
	rig := start(t, "sqlite")
	page, shown := facebook(t, rig)
	p := publishNow(t, rig, "Dimanche place du Marché.", page.ID)
	at := "/deliveries/" + p.Deliveries[0].ID
	for _, act := range []struct {
		operation, path string
		body            any
	}{{"update", "/correct", object{"text": "Lundi."}}, {"delete", "/remove", nil}} {
		if err := rig.Networks.Plan(simulator.Fault{Network: "facebook", Operation: act.operation, After: true, Effect: simulator.EffectEOF}); err != nil {
			t.Fatal(err)
		}
		answer := rig.Do(http.MethodPost, at+act.path, act.body)
		want{503, "", "outcome_unknown"}.check(t, answer)
		if detail := refusal(t, answer).Detail; !strings.Contains(detail, "Réessayez") || !strings.Contains(detail, "deux fois") {
			t.Errorf("told: %s", detail)
		}
		calls := 0
		for _, record := range rig.Networks.Records() {
			if record.Operation == act.operation {
				calls++
			}
		}
		if calls != 1 {
			t.Errorf("%d calls to %s, want 1", calls, act.operation)
		}
		var d api.Delivery
		rig.Do(http.MethodGet, "/posts/"+p.ID, nil).Into(t, http.StatusOK, &struct{ Deliveries []*api.Delivery }{[]*api.Delivery{&d}})
		if act.operation == "update" && d.CorrectedAt != nil || act.operation == "delete" && d.RemovedAt != nil {
			t.Errorf("%s is kept although nobody knows: %+v", act.operation, d)
		}
		rig.Do(http.MethodPost, at+act.path, act.body).Into(t, http.StatusOK, nil)
	}
	if got := shown(); len(got) != 0 {
		t.Errorf("Facebook shows %+v", got)
	}
}

func TestWhatCannotBeRemovedOrCorrected(t *testing.T) {
	rig := start(t, "sqlite")
	site := rig.Connect("site", "Actualités", nil, nil)
	account := rig.ConnectAccount(rig.Networks.Account(t, "x"))
	due := time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)

	var waiting testrig.Post
	rig.Do(http.MethodPost, "/posts", object{
		"title": "Brocante", "text": "Dimanche.", "channels": []string{site.ID}, "publish": object{"mode": "at", "at": due},
	}).Into(t, http.StatusCreated, &waiting)
	at := "/deliveries/" + waiting.Deliveries[0].ID
	want{409, "", "not_sent"}.check(t, rig.Do(http.MethodPost, at+"/remove", nil))
	want{409, "", "not_sent"}.check(t, rig.Do(http.MethodPost, at+"/correct", object{"text": "Lundi."}))
	want{404, "", "not_found"}.check(t, rig.Do(http.MethodPost, "/deliveries/unknown/remove", nil))

	tweeted := publishNow(t, rig, "Dimanche place du Marché.", account.ID)
	at = "/deliveries/" + tweeted.Deliveries[0].ID
	want{409, "", "not_correctable"}.check(t, rig.Do(http.MethodPost, at+"/correct", object{"text": "Lundi."}))
	rig.Do(http.MethodPost, at+"/remove", nil).Into(t, http.StatusOK, nil)
	if got := rig.Networks.Posts("x", rig.Networks.Account(t, "x").ID); len(got) != 0 {
		t.Errorf("X still shows %+v", got)
	}

	published := publishNow(t, rig, "Dimanche place du Marché.", site.ID)
	at = "/deliveries/" + published.Deliveries[0].ID
	rig.Do(http.MethodPost, at+"/correct", object{"title": "Grande brocante", "text": "Lundi place du Marché."}).Into(t, http.StatusOK, nil)
	if page := shownAt(t, *published.Deliveries[0].RemoteURL); !strings.Contains(page, "Grande brocante") || !strings.Contains(page, "Lundi place") {
		t.Errorf("the article says %s", page)
	}
	rig.Do(http.MethodDelete, "/channels/"+site.ID, nil).Into(t, http.StatusNoContent, nil)
	want{409, "", "channel_gone"}.check(t, rig.Do(http.MethodPost, at+"/remove", nil))
}

func TestADuplicateIsAnotherDraft(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			site, gone := rig.Connect("site", "Actualités", nil, nil), rig.ConnectAccount(rig.Networks.Account(t, "x"))
			var made api.Post
			rig.PublishMultipart(object{
				"title": "Brocante", "text": "Dimanche place du Marché.", "category": "event", "channels": []string{site.ID, gone.ID},
				"images":    []object{{"alt": "La place"}},
				"overrides": object{site.ID: object{"text": "Toute la journée."}, gone.ID: object{"text": "Court."}},
				"publish":   object{"mode": "now"},
			}, mediatest.JPEG(1200, 800)).Into(t, http.StatusCreated, &made)
			rig.WaitFor(made.ID, "published", 30*time.Second)
			rig.Do(http.MethodDelete, "/channels/"+gone.ID, nil).Into(t, http.StatusNoContent, nil)

			var twin, again api.Post
			keyed(t, rig.Client, "/posts/"+made.ID+"/duplicate", "copy", "", nil).Into(t, http.StatusCreated, &twin)
			if twin.ID == made.ID || twin.Status != api.PostStatusDraft || twin.Title != made.Title || twin.Text != made.Text || twin.Category != "event" ||
				len(twin.Images) != 1 || twin.Images[0].Alt != "La place" || len(twin.Channels) != 1 || twin.Channels[0] != site.ID ||
				len(twin.Overrides) != 1 || *twin.Overrides[site.ID].Text != "Toute la journée." || twin.Publish.DueAt != nil {
				t.Errorf("%+v", twin)
			}
			keyed(t, rig.Client, "/posts/"+made.ID+"/duplicate", "copy", "", nil).Into(t, http.StatusCreated, &again)
			if again.ID != twin.ID {
				t.Errorf("the same request made %s and %s", twin.ID, again.ID)
			}
			// Another post to every network: its article stands beside the first.
			patch(t, rig.Client, twin.ID, "1", `{"publish": {"mode": "now"}}`).Into(t, http.StatusOK, nil)
			copied := rig.WaitFor(twin.ID, "published", 30*time.Second)
			first := rig.Post(made.ID)
			for _, d := range first.Deliveries {
				if d.ChannelID == site.ID && *d.RemoteURL == *copied.Deliveries[0].RemoteURL {
					t.Errorf("both stand at %s", *d.RemoteURL)
				}
			}
			want{404, "", "not_found"}.check(t, rig.Do(http.MethodPost, "/posts/unknown/duplicate", nil))
		})
	}
}

func TestAPostSaysWhoWroteItLast(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			var made, changed api.Post
			rig.Do(http.MethodPost, "/posts", draft("Brocante")).Into(t, http.StatusCreated, &made)
			if made.UpdatedBy == nil || made.UpdatedBy.ID != made.AuthorID || made.UpdatedBy.Name != "Sophie Lambert" {
				t.Errorf("made by %+v", made.UpdatedBy)
			}
			other := signIn(t, rig, officer)
			body := json.RawMessage(`{"text": "Brocante lundi."}`)
			other.do(http.MethodPatch, "/posts/"+made.ID, body, map[string]string{"If-Match": "1"}).Into(t, http.StatusOK, &changed)
			if changed.UpdatedBy == nil || changed.UpdatedBy.ID != made.AuthorID {
				t.Errorf("changed by %+v", changed.UpdatedBy)
			}
		})
	}
}

// shownAt is a public page.
func shownAt(t *testing.T, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body := new(strings.Builder)
	if err := resp.Write(body); err != nil {
		t.Fatal(err)
	}
	return body.String()
}
