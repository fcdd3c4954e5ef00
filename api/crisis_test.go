package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/testrig"
)

// raising is an alert as the form sends it.
func raising(more object) object {
	body := object{"title": "Eau non potable : rue Haute", "message": "Ne buvez pas l’eau du robinet, même bouillie.", "severity": "severe", "hazard": "water"}
	for name, value := range more {
		body[name] = value
	}
	return body
}

// waitForBoard waits until an alert's newest message is as it should be.
func waitForBoard(t *testing.T, client *testrig.Client, id string, ready func(api.Broadcast) bool) api.Broadcast {
	t.Helper()
	var b api.Broadcast
	deadline := time.After(30 * time.Second)
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		answer := client.Do(http.MethodGet, "/broadcasts/"+id, nil)
		if answer.Into(t, http.StatusOK, &b); ready(b) {
			return b
		}
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("the alert does not get there: %s", answer.Body)
		}
	}
}

// allSent: every channel has the newest message.
func allSent(b api.Broadcast) bool {
	return !slices.ContainsFunc(b.Deliveries, func(d api.Delivery) bool { return d.Status != api.DeliveryStatusSent })
}

func TestTheLifeOfAnAlert(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			account, page := rig.Networks.Account(t, "facebook"), rig.Networks.Account(t, "x")
			facebook, x := rig.ConnectAccount(account), rig.ConnectAccount(page)
			rig.Connect("site", "Actualités", nil, nil)
			var waiting testrig.Post
			rig.Do(http.MethodPost, "/posts", object{
				"title": "Brocante", "text": "Dimanche.", "channels": []string{facebook.ID},
				"publish": object{"mode": "at", "at": time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)},
			}).Into(t, http.StatusCreated, &waiting)

			var p api.BroadcastPreview
			rig.Do(http.MethodPost, "/broadcasts/preview", object{"title": "Eau non potable", "message": "Ne buvez pas."}).Into(t, http.StatusOK, &p)
			if p.Number != 1 || len(p.Previews) != 3 || len(p.Accounts) != 3 || p.WouldHold != 1 || !p.Accounts[0].Ready || p.Accounts[0].Account == "" {
				t.Errorf("%+v", p)
			}

			next := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
			answer := rig.Do(http.MethodPost, "/broadcasts", raising(object{"next_update_at": next.Format(time.RFC3339), "area": object{"description": "rue Haute"}}))
			var b api.Broadcast
			answer.Into(t, http.StatusAccepted, &b)
			if b.Status != api.BroadcastStatusActive || b.Number != 1 || len(b.Deliveries) != 3 || b.Held != 1 || !strings.Contains(b.Correction, "rue Haute") ||
				b.EndText == "" || b.OpenedBy == "" || b.NextUpdateAt == nil || !strings.HasSuffix(b.AlertURL, "/c/valmeuse/alerts/"+b.ID) {
				t.Errorf("%s", answer.Body)
			}
			waitForBoard(t, rig.Client, b.ID, allSent)
			first := rig.Networks.Posts("facebook", account.ID)
			if len(first) != 1 || !strings.HasPrefix(first[0].Text, "Message n°\u00a01 – ") || !strings.Contains(first[0].Text, "Prochain point à") {
				t.Errorf("%+v", first)
			}

			var state api.CrisisState
			rig.Do(http.MethodGet, "/crisis", nil).Into(t, http.StatusOK, &state)
			if !state.Active || state.Held != 1 || len(state.Broadcasts) != 1 || !state.MayRaise || state.Broadcasts[0].Sent != 3 {
				t.Errorf("%+v", state)
			}
			p2 := refusal(t, rig.Do(http.MethodPost, "/broadcasts", raising(nil)))
			if p2.Status != http.StatusConflict || p2.Code != "crisis_running" || !strings.Contains(p2.Detail, b.OpenedBy) {
				t.Errorf("%+v", p2)
			}
			// What is held does not move while the alert is open.
			if p := refusal(t, rig.Do(http.MethodPost, "/crisis/release", object{"release": []string{waiting.ID}, "cancel": []string{}})); p.Code != "crisis_active" {
				t.Errorf("%+v", p)
			}

			rig.Do(http.MethodPost, "/broadcasts/"+b.ID+"/updates", object{"message": "De l’eau est distribuée place du Marché."}).Into(t, http.StatusAccepted, &b)
			if b.Number != 2 || b.Title != "Eau non potable : rue Haute" || b.Messages[1].Kind != api.BroadcastMessageKindUpdate {
				t.Errorf("%+v", b)
			}
			waitForBoard(t, rig.Client, b.ID, allSent)
			rig.Do(http.MethodPost, "/broadcasts/"+b.ID+"/updates", object{"message": "C’est la rue Basse.", "correction": true}).Into(t, http.StatusAccepted, &b)
			waitForBoard(t, rig.Client, b.ID, allSent)
			rig.Do(http.MethodPost, "/broadcasts/"+b.ID+"/end", object{"message": b.EndText}).Into(t, http.StatusAccepted, &b)
			if b.Status != api.BroadcastStatusEnded || b.EndedAt == nil || b.Number != 4 {
				t.Errorf("%+v", b)
			}
			b = waitForBoard(t, rig.Client, b.ID, allSent)
			said := rig.Networks.Posts("x", page.ID)
			if len(said) != 4 || !strings.Contains(said[2].Text, "Rectification") || !strings.Contains(said[3].Text, "Fin d’alerte") {
				t.Errorf("%+v", said)
			}
			if p := refusal(t, rig.Do(http.MethodPost, "/broadcasts/"+b.ID+"/updates", object{"message": "Encore."})); p.Code != "broadcast_closed" {
				t.Errorf("%+v", p)
			}

			var told api.BroadcastLog
			rig.Do(http.MethodGet, "/broadcasts/"+b.ID+"/log", nil).Into(t, http.StatusOK, &told)
			if told.FirstAcceptedSeconds == nil || told.AllAcceptedSeconds == nil || *told.AllAcceptedSeconds < *told.FirstAcceptedSeconds || *told.AllAcceptedSeconds > 30 {
				t.Errorf("%+v", told)
			}
			var lines []string
			for _, line := range told.Lines {
				lines = append(lines, line.Who+" "+line.What)
			}
			text := strings.Join(lines, "\n")
			for _, want := range []string{"a lancé l’alerte", "a retenu 1 envoi prévu", "a rectifié par le message", "a terminé", "accepté par le réseau"} {
				if !strings.Contains(text, want) {
					t.Errorf("the log does not say %q:\n%s", want, text)
				}
			}

			// The end releases nothing by itself.
			var held api.HeldList
			rig.Do(http.MethodGet, "/crisis/held", nil).Into(t, http.StatusOK, &held)
			if len(held.Posts) != 1 || held.Posts[0].PostID != waiting.ID || held.Posts[0].Overdue {
				t.Errorf("%+v", held)
			}
			rig.Do(http.MethodPost, "/crisis/release", object{"release": []string{waiting.ID}, "cancel": []string{}}).Into(t, http.StatusOK, &held)
			if len(held.Posts) != 0 || rig.Post(waiting.ID).Status != "scheduled" {
				t.Errorf("%+v", held)
			}

			var list api.BroadcastList
			rig.Do(http.MethodGet, "/broadcasts", nil).Into(t, http.StatusOK, &list)
			if len(list.Broadcasts) != 1 || list.Broadcasts[0].Reference != b.Reference || list.Broadcasts[0].Sent != 3 {
				t.Errorf("%+v", list)
			}
			var register api.RegisterPage
			rig.Do(http.MethodGet, "/register", nil).Into(t, http.StatusOK, &register)
			if !register.Whole || len(register.Entries) != 5 || register.Entries[0].Action != "held.decided" || register.Entries[4].Who == "" {
				t.Errorf("%+v", register)
			}
			if x.ID == "" {
				t.Error("no account on X")
			}
		})
	}
}

func TestTheSameRequestRaisesOneAlert(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			rig.Connect("site", "Actualités", nil, nil)
			key := map[string]string{"Idempotency-Key": uuid.NewString()}
			again := func(path string, body object, key map[string]string) api.Broadcast {
				t.Helper()
				op := operation{method: http.MethodPost, path: path, body: body}
				var first, second api.Broadcast
				send(t, rig.Client, op, key).Into(t, http.StatusAccepted, &first)
				send(t, rig.Client, op, key).Into(t, http.StatusAccepted, &second)
				if first.ID != second.ID || first.Number != second.Number {
					t.Errorf("%s %d, then %s %d", first.ID, first.Number, second.ID, second.Number)
				}
				return second
			}
			b := again("/broadcasts", raising(nil), key)
			if b = again("/broadcasts/"+b.ID+"/updates", object{"message": "Suite."}, key2()); len(b.Messages) != 2 {
				t.Errorf("%d messages, want 2", len(b.Messages))
			}
			if b = again("/broadcasts/"+b.ID+"/end", object{"message": "Fin."}, key2()); len(b.Messages) != 3 {
				t.Errorf("%d messages, want 3", len(b.Messages))
			}
			var list api.BroadcastList
			rig.Do(http.MethodGet, "/broadcasts", nil).Into(t, http.StatusOK, &list)
			if len(list.Broadcasts) != 1 {
				t.Errorf("%d alerts, want 1", len(list.Broadcasts))
			}
		})
	}
}

func key2() map[string]string { return map[string]string{"Idempotency-Key": uuid.NewString()} }

func TestWhoHasNoCrisisRoleRaisesNothing(t *testing.T) {
	rig := start(t, "sqlite")
	rig.Connect("site", "Actualités", nil, nil)
	author := rig.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
	check(t, author)
	var b api.Broadcast
	rig.Do(http.MethodPost, "/broadcasts", raising(nil)).Into(t, http.StatusAccepted, &b)
	for path, body := range map[string]object{
		"/broadcasts":                                  raising(object{"alongside": true}),
		"/broadcasts/" + b.ID + "/updates":             {"message": "Suite."},
		"/broadcasts/" + b.ID + "/end":                 {"message": "Fin."},
		"/broadcasts/" + b.ID + "/confirm":             nil,
		"/broadcasts/" + b.ID + "/abandon":             nil,
		"/broadcasts/" + b.ID + "/ticks":               {"delivery_id": b.Deliveries[0].ID},
		"/deliveries/" + b.Deliveries[0].ID + "/retry": nil,
	} {
		var sent any
		if body != nil {
			sent = body
		}
		if p := refusal(t, author.Do(http.MethodPost, path, sent)); p.Status != http.StatusForbidden || p.Code != "role_crisis" {
			t.Errorf("%s: %d %s", path, p.Status, p.Code)
		}
	}
	template := bodies()["PutCrisisTemplate"]
	for _, call := range []struct {
		method, path string
		body         any
		code         string
	}{
		{http.MethodPut, "/crisis/templates/water", template, "role_crisis"},
		{http.MethodDelete, "/crisis/templates/water", nil, "role_crisis"},
		{http.MethodPut, "/crisis/settings", bodies()["PutCrisisSettings"], "role_administrator"},
		{http.MethodGet, "/register", nil, "role_administrator"},
	} {
		if p := refusal(t, author.Do(call.method, call.path, call.body)); p.Status != http.StatusForbidden || p.Code != call.code {
			t.Errorf("%s %s: %d %s", call.method, call.path, p.Status, p.Code)
		}
	}
	// They see what happens all the same.
	var state api.CrisisState
	author.Do(http.MethodGet, "/crisis", nil).Into(t, http.StatusOK, &state)
	if !state.Active || state.MayRaise {
		t.Errorf("%+v", state)
	}
	author.Do(http.MethodGet, "/broadcasts/"+b.ID, nil).Into(t, http.StatusOK, nil)
}

func TestTheDoorsOfPostsAreClosedToAlerts(t *testing.T) {
	rig := start(t, "sqlite")
	rig.Connect("site", "Actualités", nil, nil)
	var b api.Broadcast
	rig.Do(http.MethodPost, "/broadcasts", raising(nil)).Into(t, http.StatusAccepted, &b)
	id := b.Deliveries[0].PostID
	for path := range map[string]bool{"/cancel": true, "/approve": true} {
		if p := refusal(t, rig.Do(http.MethodPost, "/posts/"+id+path, nil)); p.Status != http.StatusConflict || p.Code != "alert_message" {
			t.Errorf("%s: %d %s", path, p.Status, p.Code)
		}
	}
	want{409, "", "alert_message"}.check(t, patch(t, rig.Client, id, "1", `{"text": "Tout va bien."}`))
	b = waitForBoard(t, rig.Client, b.ID, allSent)
	at := "/deliveries/" + b.Deliveries[0].ID
	want{409, "", "alert_message"}.check(t, rig.Do(http.MethodPost, at+"/correct", object{"text": "Tout va bien."}))
	want{409, "", "alert_message"}.check(t, rig.Do(http.MethodPost, at+"/remove", nil))
}

// TestAMessageOfAnAlertSaysSo, and no other post does: a page offers nothing of
// an alert's that is refused, and leads to its board.
func TestAMessageOfAnAlertSaysSo(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			site := rig.Connect("site", "Actualités", nil, nil)
			ordinary := plan(t, rig.Client, site.ID, "Marché", time.Now().AddDate(0, 0, 1).Format(time.DateOnly)+"T09:30")
			var b api.Broadcast
			rig.Do(http.MethodPost, "/broadcasts", raising(nil)).Into(t, http.StatusAccepted, &b)
			message := b.Deliveries[0].PostID
			expected := map[string]string{message: b.ID, ordinary.ID: ""}

			shown := map[string]string{}
			for id := range expected {
				var p api.Post
				rig.Do(http.MethodGet, "/posts/"+id, nil).Into(t, http.StatusOK, &p)
				shown[id] = named(p.BroadcastID)
			}
			if diff := cmp.Diff(expected, shown); diff != "" {
				t.Error("a post: " + diff)
			}

			var page api.PostPage
			rig.Do(http.MethodGet, "/posts", nil).Into(t, http.StatusOK, &page)
			shown = map[string]string{}
			for _, p := range page.Posts {
				shown[p.ID] = named(p.BroadcastID)
			}
			if diff := cmp.Diff(expected, shown); diff != "" {
				t.Error("the posts: " + diff)
			}

			shown = map[string]string{}
			days := calendarOf(t, rig.Client, time.Now().AddDate(0, 0, -2).Format(time.DateOnly), time.Now().AddDate(0, 0, 3).Format(time.DateOnly))
			for _, e := range days.Entries {
				shown[e.PostID] = named(e.BroadcastID)
				if locked := e.Locked != nil && *e.Locked == "alert"; locked != (e.PostID == message) {
					t.Errorf("%s: locked %v", e.Title, e.Locked)
				}
			}
			if diff := cmp.Diff(expected, shown); diff != "" {
				t.Error("the calendar: " + diff)
			}
		})
	}
}

// named is what an optional field says; "" where it is absent.
func named(field *string) string {
	if field == nil {
		return ""
	}
	return *field
}

func TestTheCommunesOwnWords(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			own := object{"title": "Eau : {lieu}", "message": "Ne buvez pas.", "update": "Toujours pas.", "end": "C’est fini pour {lieu}.", "correction": "Erreur, {lieu}.", "severity": "minor"}
			var saved api.CrisisTemplate
			rig.Do(http.MethodPut, "/crisis/templates/water", own).Into(t, http.StatusOK, &saved)
			if !saved.Own || saved.ReviewedAt == nil || saved.ReviewedBy == nil || saved.Title != "Eau : {lieu}" || len(saved.Blanks) == 0 {
				t.Errorf("%+v", saved)
			}
			find := func(client *testrig.Client) api.CrisisTemplate {
				t.Helper()
				var list api.CrisisTemplateList
				client.Do(http.MethodGet, "/crisis/templates", nil).Into(t, http.StatusOK, &list)
				if len(list.Templates) != 15 {
					t.Errorf("%d templates", len(list.Templates))
				}
				i := slices.IndexFunc(list.Templates, func(c api.CrisisTemplate) bool { return c.Hazard == "water" })
				return list.Templates[i]
			}
			if got := find(rig.Client); !got.Own || got.Severity != "minor" {
				t.Errorf("%+v", got)
			}
			stranger := rig.User("zoe@hauteroche.example", "Hauteroche", post.RoleAdministrator)
			check(t, stranger)
			if got := find(stranger); got.Own || got.ReviewedBy != nil {
				t.Errorf("another commune's words: %+v", got)
			}
			var b api.Broadcast
			rig.Do(http.MethodPost, "/broadcasts", raising(object{"area": object{"description": "Haut-Village"}})).Into(t, http.StatusAccepted, &b)
			if b.Correction != "Erreur, Haut-Village." || b.EndText != "C’est fini pour Haut-Village." {
				t.Errorf("%q %q", b.Correction, b.EndText)
			}
			rig.Do(http.MethodDelete, "/crisis/templates/water", nil).Into(t, http.StatusNoContent, nil)
			rig.Do(http.MethodDelete, "/crisis/templates/water", nil).Into(t, http.StatusNoContent, nil)
			if got := find(rig.Client); got.Own {
				t.Errorf("%+v", got)
			}
			want{404, "", "not_found"}.check(t, rig.Do(http.MethodPut, "/crisis/templates/zombies", own))
		})
	}
}
