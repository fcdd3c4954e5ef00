package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media/mediatest"
)

func TestTheContractIsValid(t *testing.T) {
	if err := contract(t).Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestEveryObjectRefusesUnknownFields(t *testing.T) {
	parts := []string{"MediaUpload", "PostUpload"} // multipart: the handlers refuse unknown parts
	for name, ref := range contract(t).Components.Schemas {
		s := ref.Value
		if s.Type.Is("object") && s.AdditionalProperties.Schema == nil && !slices.Contains(parts, name) &&
			(s.AdditionalProperties.Has == nil || *s.AdditionalProperties.Has) {
			t.Errorf("%s takes unknown fields", name)
		}
	}
}

// operation is one operation of the contract, with a request that it takes.
type operation struct {
	id     string
	method string
	path   string
	// public: the contract lets anybody in.
	public bool
	body   any
	header map[string]string
}

// bodies are valid requests, by operation. An operation with a body and no
// entry fails the tests.
func bodies() map[string]any {
	draft := object{"text": "Brocante dimanche.", "channels": []string{}, "publish": object{"mode": "draft"}}
	return map[string]any{
		"CreateSession":   object{"email": officer, "password": testrig.Password},
		"RunSetup":        object{"token": "x", "commune": "Valmeuse", "email": "a@b.example", "name": "A", "password": "une phrase assez longue"},
		"CreateToken":     object{"name": "script"},
		"CreateChannel":   object{"kind": "site", "name": "Site"},
		"UpdateChannel":   object{"name": "Autre nom"},
		"CreatePost":      draft,
		"UpdatePost":      object{"text": "Brocante lundi."},
		"PreviewPost":     object{"text": "Brocante dimanche.", "kinds": []string{"site"}},
		"ResolveDelivery": object{"outcome": "sent"},

		"UpdateMedia":           object{"credit": "Commune de Valmeuse"},
		"PutPublishingSettings": object{"version": 0, "slots": []object{}, "signature": "", "hashtag_groups": []object{}},
		"CorrectDelivery":       object{"text": "Brocante lundi."},
		"GoLive":                object{"credentials": object{}},
		"StartOAuth":            object{"kind": "facebook"},
		"FinishOAuth":           object{"account_id": "1"},

		"ReadNotices":       object{"ids": []string{}},
		"UpdatePreferences": object{"mail_notices": true},
		"DecideReview":      object{"release": []string{}, "cancel": []string{}},
		"UpdateCommune":     object{"ask_before_resend": true},

		"CreateBroadcast":    object{"title": "Eau non potable", "message": "Ne buvez pas l’eau du robinet.", "severity": "severe"},
		"PreviewBroadcast":   object{"title": "Eau non potable", "message": "Ne buvez pas l’eau du robinet."},
		"UpdateBroadcast":    object{"message": "L’eau n’est toujours pas potable."},
		"EndBroadcast":       object{"message": "L’eau est de nouveau potable."},
		"BreakGlass":         object{"reason": "Personne d’autre ne répond."},
		"TickBroadcast":      object{"delivery_id": "some-id"},
		"ReleaseHeld":        object{"release": []string{}, "cancel": []string{}},
		"PutCrisisTemplate":  object{"title": "Eau", "message": "Ne buvez pas.", "update": "Toujours pas.", "end": "C’est fini.", "correction": "C’était une erreur.", "severity": "severe"},
		"PutCrisisSettings":  object{"second_person": false, "contacts": []object{}, "exercise_every": 30},
		"UpdateUser":         object{"crisis": true},
		"ProveSession":       object{"password": testrig.Password},
		"CreateEvent":        object{"title": "Brocante", "starts_at": "2099-03-14T09:00", "announcements": []string{}},
		"PreviewEvent":       object{"title": "Brocante", "starts_at": "2099-03-14T09:00", "announcements": []string{}},
		"UpdateEvent":        object{"title": "Grande brocante"},
		"PreviewEventChange": object{"action": "cancel"},
		"PostponeEvent":      object{"starts_at": "2099-03-21T09:00"},
		"CancelEvent":        object{"announce": false},
		"PutRecipe":          object{"category": "sport", "steps": []object{{"before": "P7D", "at": "09:00"}}, "quiet_from": "21:00", "quiet_to": "07:00", "spacing_minutes": 30},
		"CreateRecurrence":   object{"name": "Marché", "rule": "FREQ=WEEKLY", "starts_on": "2099-01-05", "channels": []string{"c"}},
		"UpdateRecurrence":   object{"name": "Marché du mardi"},
		"ImportRecurrence":   object{"format": "csv", "content": "2099-01-05;PMC", "recurrence_id": "some-id"},
		"ChangeOccurrence":   object{"date": "2099-01-05", "skip": true},

		"CreateSource":   object{"kind": "feed", "url": "https://biblio.example/feed"},
		"PreviewSource":  object{"kind": "feed", "url": "https://biblio.example/feed"},
		"UpdateSource":   object{"name": "Autre nom"},
		"AcceptImport":   object{},
		"CreateTemplate": object{"circumstance": "events", "name": "Fête", "text": "Le {date}."},
		"UpdateTemplate": object{"text": "Le {date}, {lieu}."},
		"FillTemplate":   object{"values": object{"date": "dimanche"}},
	}
}

// operations lists every operation of the contract; id stands in for {id}.
func operations(t *testing.T, id string) []operation {
	t.Helper()
	samples := bodies()
	var all []operation
	for path, item := range contract(t).Paths.Map() {
		for method, o := range item.Operations() {
			op := operation{
				id: o.OperationID, method: method, path: strings.ReplaceAll(path, "{id}", id),
				public: o.Security != nil && len(*o.Security) == 0, header: map[string]string{},
			}
			if o.Parameters.GetByInAndName(openapi3.ParameterInHeader, "If-Match") != nil {
				op.header["If-Match"] = "1"
			}
			if o.RequestBody != nil && o.RequestBody.Value.Content["application/json"] != nil {
				sample, ok := samples[o.OperationID]
				if !ok {
					t.Errorf("%s takes a body: add a sample to bodies()", o.OperationID)
				}
				op.body = sample
			}
			all = append(all, op)
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	return all
}

func TestEveryOperationNeedsCredentials(t *testing.T) {
	rig := start(t, "sqlite")
	anybody := testrig.NewClient(t, rig.URL, "")
	check(t, anybody)
	for _, op := range operations(t, "some-id") {
		if op.public {
			continue
		}
		for name, credentials := range map[string]map[string]string{
			"none":                  {"Authorization": ""},
			"a wrong token":         {"Authorization": "Bearer crieur_wrong"},
			"another scheme":        {"Authorization": "Basic b2ZmaWNlcjpwYXNz"},
			"a session that is not": {"Authorization": "", "Cookie": "crieur=nothing"},
		} {
			answer := send(t, anybody, op, credentials)
			if p := refusal(t, answer); p.Status != http.StatusUnauthorized || p.Code != "unauthenticated" {
				t.Errorf("%s with %s: %d %s", op.id, name, p.Status, p.Code)
			}
		}
	}
}

// send sends an operation's sample request.
func send(t *testing.T, client *testrig.Client, op operation, header map[string]string) testrig.Answer {
	t.Helper()
	data, err := json.Marshal(op.body)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, h := range []map[string]string{op.header, header} {
		for name, value := range h {
			all[name] = value
		}
	}
	contentType := ""
	if op.body != nil {
		contentType = "application/json"
	}
	answer, err := client.Try(t.Context(), op.method, op.path, contentType, bytes.NewReader(data), all)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestNoOtherSiteActsThroughABrowser(t *testing.T) {
	rig := start(t, "sqlite")
	person := signIn(t, rig, officer)
	forgeries := map[string]map[string]string{
		"another site":                {"Sec-Fetch-Site": "cross-site"},
		"a neighbouring site":         {"Sec-Fetch-Site": "same-site"},
		"another site, older browser": {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
		"an opaque origin":            {"Sec-Fetch-Site": "", "Origin": "null"},
	}
	for _, op := range operations(t, "some-id") {
		if op.method == http.MethodGet {
			continue
		}
		for name, header := range forgeries {
			for k, v := range op.header {
				header[k] = v
			}
			if p := refusal(t, person.do(op.method, op.path, op.body, header)); p.Status != http.StatusForbidden || p.Code != "csrf" {
				t.Errorf("%s from %s: %d %s", op.id, name, p.Status, p.Code)
			}
		}
		if op.public {
			continue
		}
		for name, token := range map[string]string{"no token": "", "a wrong token": "x"} {
			header := map[string]string{"X-CSRF-Token": token, "Sec-Fetch-Site": ""}
			if p := refusal(t, person.do(op.method, op.path, op.body, header)); p.Status != http.StatusForbidden || p.Code != "csrf" {
				t.Errorf("%s with %s: %d %s", op.id, name, p.Status, p.Code)
			}
		}
	}
	if a := person.do(http.MethodGet, "/session", nil, nil); a.Status != http.StatusOK {
		t.Errorf("the session did not outlive the forgeries: %d", a.Status)
	}
}

// belongings are the ids of what a commune has, by the first part of the path.
func belongings(t *testing.T, client *testrig.Client, person *browser) map[string]string {
	t.Helper()
	channel := client.Connect("site", "Actualités", nil, nil)
	var made struct {
		ID     string `json:"id"`
		Images []struct {
			MediaID string `json:"media_id"`
		} `json:"images"`
		Deliveries []struct {
			ID string `json:"id"`
		} `json:"deliveries"`
	}
	client.PublishMultipart(object{
		"title": "Secret de Valmeuse", "text": "Rien ne sort.", "images": []object{{"alt": "Une place"}},
		"channels": []string{channel.ID}, "publish": object{"mode": "draft"},
	}, mediatest.JPEG(64, 48)).Into(t, http.StatusCreated, &made)
	var token, alert struct {
		ID string `json:"id"`
	}
	client.Do(http.MethodPost, "/broadcasts", bodies()["CreateBroadcast"]).Into(t, http.StatusAccepted, &alert)
	var users struct {
		Users []struct {
			ID string `json:"id"`
		} `json:"users"`
	}
	client.Do(http.MethodGet, "/users", nil).Into(t, http.StatusOK, &users)
	person.do(http.MethodPost, "/tokens", object{"name": "script"}, nil).Into(t, http.StatusCreated, &token)
	source, imported := importOne(t, client)
	event, recurrence := made, made
	client.Do(http.MethodPost, "/events", object{
		"title": "Fête secrète", "starts_at": "2099-03-14T09:00", "announcements": []object{}, "listed": false,
	}).Into(t, http.StatusCreated, &event)
	client.Do(http.MethodPost, "/recurrences", object{
		"name": "Collecte secrète", "rule": "FREQ=YEARLY", "starts_on": "2099-01-05", "channels": []string{channel.ID},
	}).Into(t, http.StatusCreated, &recurrence)
	return map[string]string{
		"events": event.ID, "recurrences": recurrence.ID,
		"sources": source, "imports": imported, "templates": makeTemplate(t, client, "Fête").ID,
		"channels": channel.ID, "posts": made.ID, "deliveries": made.Deliveries[0].ID, "media": made.Images[0].MediaID, "tokens": token.ID,
		"broadcasts": alert.ID, "users": users.Users[0].ID,
	}
}

func TestNoCommuneReachesAnother(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			ours := belongings(t, rig.Client, signIn(t, rig, officer))
			stranger := rig.User("zoe@hauteroche.example", "Hauteroche", post.RoleAdministrator)
			check(t, stranger)

			for _, op := range operations(t, "{id}") {
				// Hazards are the same words for everybody; what a commune says of them is
				// tested with its own words.
				if !strings.Contains(op.path, "{id}") || strings.HasPrefix(op.path, "/crisis/templates/") {
					continue
				}
				// An authorization belongs to one browser, and a simulated network's picture to
				// what shows it: whose they are is tested beside them.
				if strings.HasPrefix(op.path, "/oauth/") || strings.HasPrefix(op.path, "/practice/pictures/") {
					continue
				}
				id, ok := ours[strings.Split(op.path, "/")[1]]
				if !ok {
					t.Errorf("%s: add what it is about to belongings()", op.id)
					continue
				}
				there, notThere := op, op
				there.path = strings.ReplaceAll(op.path, "{id}", id)
				notThere.path = strings.ReplaceAll(op.path, "{id}", uuid.NewString())
				a, b := refusal(t, send(t, stranger, there, nil)), refusal(t, send(t, stranger, notThere, nil))
				if diff := cmp.Diff(b, a); diff != "" || a.Status != http.StatusNotFound {
					t.Errorf("%s: %d; what is another's differs from what is not there: %s", op.id, a.Status, diff)
				}
			}
			for _, path := range []string{"/posts", "/posts?q=Secret", "/posts?channel=" + ours["channels"], "/channels", "/tokens", "/broadcasts", "/crisis", "/crisis/held", "/register", "/users", "/notices"} {
				answer := stranger.Do(http.MethodGet, path, nil)
				for kind, id := range ours {
					if answer.Status != http.StatusOK || strings.Contains(string(answer.Body), id) {
						t.Errorf("%s shows %s of another commune, or fails: %d %s", path, kind, answer.Status, answer.Body)
					}
				}
			}
			for name, body := range map[string]object{
				"another's channel": {"text": "x", "channels": []string{ours["channels"]}},
				"another's picture": {"text": "x", "channels": []string{}, "images": []object{{"media_id": ours["media"], "alt": "x"}}},
			} {
				body["publish"] = object{"mode": "draft"}
				if p := refusal(t, stranger.Do(http.MethodPost, "/posts", body)); p.Status != http.StatusUnprocessableEntity {
					t.Errorf("a post with %s: %d", name, p.Status)
				}
			}
			want{422, "channels[0]", "channel_unknown"}.check(t, stranger.Do(http.MethodPost, "/broadcasts", object{
				"title": "x", "message": "x", "severity": "minor", "channels": []string{ours["channels"]},
			}))
			want{404, "", "not_found"}.check(t, stranger.Do(http.MethodPost, "/broadcasts/preview", object{"title": "x", "message": "x", "broadcast_id": ours["broadcasts"]}))
			for path, id := range map[string]string{"/posts/": ours["posts"], "/channels/": ours["channels"], "/media/": ours["media"], "/deliveries/": ours["deliveries"], "/broadcasts/": ours["broadcasts"]} {
				if a := rig.Do(http.MethodGet, path+id, nil); a.Status != http.StatusOK {
					t.Errorf("%s is gone or changed: %d", path, a.Status)
				}
			}
		})
	}
}

func TestAuthorsDoNotConnectChannels(t *testing.T) {
	rig := start(t, "sqlite")
	channel := rig.Connect("site", "Actualités", nil, nil)
	author := rig.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
	check(t, author)
	for _, call := range []struct {
		method, path string
		body         any
	}{
		{http.MethodPost, "/channels", object{"kind": "site"}},
		{http.MethodPatch, "/channels/" + channel.ID, object{"name": "À moi"}},
		{http.MethodDelete, "/channels/" + channel.ID, nil},
	} {
		if p := refusal(t, author.Do(call.method, call.path, call.body)); p.Status != http.StatusForbidden {
			t.Errorf("%s %s: %d %s", call.method, call.path, p.Status, p.Code)
		}
	}
	author.Do(http.MethodPost, "/posts", object{
		"title": "Brocante", "text": "Dimanche.", "channels": []string{channel.ID}, "publish": object{"mode": "now"},
	}).Into(t, http.StatusCreated, nil)
}
