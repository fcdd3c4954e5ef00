package api_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/testrig"
)

const second = "delvaux@valmeuse.example"

// twoPeople is a commune that asks for a second person, with two who may be it,
// and their sessions.
func twoPeople(t *testing.T, engine string) (rig *testrig.Rig, opener, other *browser) {
	t.Helper()
	rig = start(t, engine)
	rig.User(second, "Valmeuse", post.RoleAdministrator)
	opener, other = signIn(t, rig, officer), signIn(t, rig, second)
	opener.do(http.MethodPut, "/crisis/settings", object{
		"second_person": true, "exercise_every": 30, "contacts": []object{{"name": "Planification d’urgence", "role": "", "phone": "04 123 45 67"}},
	}, nil).Into(t, http.StatusOK, nil)
	return rig, opener, other
}

// raise raises an alert that awaits a second person.
func raise(t *testing.T, opener *browser) api.Broadcast {
	t.Helper()
	var b api.Broadcast
	answer := opener.do(http.MethodPost, "/broadcasts", raising(nil), nil)
	answer.Into(t, http.StatusAccepted, &b)
	if b.Status != api.BroadcastStatusAwaitingConfirmation || b.ConfirmBy != "second_person" || b.BreakGlassAt == nil {
		t.Fatalf("%s", answer.Body)
	}
	return b
}

// attack is one try at letting an alert leave without a second person.
type attack struct {
	name string
	do   func() testrig.Answer
	// code is that of the refusal; "" where the answer tells of an alert that
	// still waits.
	code string
}

func TestNothingLeavesBeforeTheSecondPerson(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig, opener, other := twoPeople(t, engine)
			page := rig.Networks.Account(t, "facebook")
			facebook := rig.ConnectAccount(page)
			author := rig.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
			check(t, author)
			stranger := rig.User("zoe@hauteroche.example", "Hauteroche", post.RoleAdministrator)
			check(t, stranger)
			strangerSession, authorSession := signIn(t, rig, "zoe@hauteroche.example"), signIn(t, rig, "tom@valmeuse.example")
			expired := signIn(t, rig, second)
			key := map[string]string{"Idempotency-Key": uuid.NewString()}
			var b api.Broadcast
			opener.do(http.MethodPost, "/broadcasts", raising(nil), key).Into(t, http.StatusAccepted, &b)
			// The session that signed in last proved itself too long ago.
			rig.Rewrite(t, `UPDATE sessions SET proved_at = proved_at - 46800000
				WHERE created_at = (SELECT MAX(created_at) FROM sessions) AND user_id = (SELECT id FROM users WHERE email = $1)`, second)
			path, mail := "/broadcasts/"+b.ID, b.Deliveries[0]
			reason := object{"reason": "Personne ne répond."}

			attacks := []attack{
				{"the opener confirms", func() testrig.Answer { return opener.do(http.MethodPost, path+"/confirm", nil, nil) }, "second_person_needed"},
				{"the opener breaks the glass at once", func() testrig.Answer { return opener.do(http.MethodPost, path+"/break-glass", reason, nil) }, "break_glass_too_early"},
				{"a token confirms", func() testrig.Answer { return rig.Do(http.MethodPost, path+"/confirm", nil) }, "session_required"},
				{"a token breaks the glass", func() testrig.Answer { return rig.Do(http.MethodPost, path+"/break-glass", reason) }, "session_required"},
				{"a token raises another one", func() testrig.Answer {
					return rig.Do(http.MethodPost, "/broadcasts", raising(object{"alongside": true}))
				}, "session_required"},
				{"a token changes the rule", func() testrig.Answer {
					return rig.Do(http.MethodPut, "/crisis/settings", object{"second_person": false, "exercise_every": 30, "contacts": []object{}})
				}, "session_required"},
				{"the opener changes the rule", func() testrig.Answer {
					return opener.do(http.MethodPut, "/crisis/settings", object{"second_person": false, "exercise_every": 30, "contacts": []object{}}, nil)
				}, "broadcast_awaits"},
				{"another commune confirms", func() testrig.Answer { return strangerSession.do(http.MethodPost, path+"/confirm", nil, nil) }, "not_found"},
				{"another commune's token breaks the glass", func() testrig.Answer { return stranger.Do(http.MethodPost, path+"/break-glass", reason) }, "not_found"},
				{"an author confirms", func() testrig.Answer { return authorSession.do(http.MethodPost, path+"/confirm", nil, nil) }, "role_crisis"},
				{"an author's token confirms", func() testrig.Answer { return author.Do(http.MethodPost, path+"/confirm", nil) }, "role_crisis"},
				{"a proof that is too old confirms", func() testrig.Answer { return expired.do(http.MethodPost, path+"/confirm", nil, nil) }, "step_up_needed"},
				{"a proof that is too old breaks the glass", func() testrig.Answer { return expired.do(http.MethodPost, path+"/break-glass", reason, nil) }, "step_up_needed"},
				{"the alert is raised again", func() testrig.Answer { return opener.do(http.MethodPost, "/broadcasts", raising(nil), key) }, ""},
				{"it is updated before it left", func() testrig.Answer {
					return opener.do(http.MethodPost, path+"/updates", object{"message": "Suite."}, nil)
				}, "not_confirmed"},
				{"it is ended before it left", func() testrig.Answer { return opener.do(http.MethodPost, path+"/end", object{"message": "Fin."}, nil) }, "not_confirmed"},
				{"its post is approved", func() testrig.Answer { return opener.do(http.MethodPost, "/posts/"+mail.PostID+"/approve", nil, nil) }, "alert_message"},
				{"its delivery is sent again", func() testrig.Answer { return opener.do(http.MethodPost, "/deliveries/"+mail.ID+"/retry", nil, nil) }, "alert_message"},
				{"its delivery is settled", func() testrig.Answer {
					return opener.do(http.MethodPost, "/deliveries/"+mail.ID+"/resolve", object{"outcome": "not_sent"}, nil)
				}, "not_unknown"},
				{"its post is changed", func() testrig.Answer {
					return opener.do(http.MethodPatch, "/posts/"+mail.PostID, object{"text": "Tout va bien.", "publish": object{"mode": "now"}}, map[string]string{"If-Match": "1"})
				}, "alert_message"},
				{"another site confirms", func() testrig.Answer {
					return other.do(http.MethodPost, path+"/confirm", nil, map[string]string{"Sec-Fetch-Site": "cross-site"})
				}, "csrf"},
			}
			tries := 0
			try := func(a attack) {
				answer := a.do()
				if a.code == "" {
					if answer.Status != http.StatusAccepted || !strings.Contains(string(answer.Body), `"awaiting_confirmation"`) {
						t.Errorf("%s: %d %s", a.name, answer.Status, answer.Body)
					}
					return
				}
				if p := refusal(t, answer); p.Code != a.code {
					t.Errorf("%s: %d %s, want %s", a.name, p.Status, p.Code, a.code)
				}
			}
			for ; tries < 160; tries++ {
				try(attacks[tries%len(attacks)])
			}
			// And all at once.
			var all sync.WaitGroup
			for ; tries < 200; tries++ {
				a := attacks[tries%len(attacks)]
				all.Go(func() { try(a) })
			}
			all.Wait()
			opener.do(http.MethodPost, "/review", object{"release": []string{mail.ID}, "cancel": []string{}}, nil)
			opener.do(http.MethodPost, "/crisis/release", object{"release": []string{}, "cancel": []string{mail.PostID}}, nil)

			var now api.Broadcast
			rig.Do(http.MethodGet, path, nil).Into(t, http.StatusOK, &now)
			if now.Status != api.BroadcastStatusAwaitingConfirmation || now.Deliveries[0].Status != api.DeliveryStatusAwaitingApproval {
				t.Fatalf("after %d tries: %+v", tries, now)
			}
			if sent := rig.Networks.Posts("facebook", page.ID); len(sent) != 0 {
				t.Fatalf("after %d tries the network has %+v", tries, sent)
			}

			// The second person may, once, however often and however fast.
			accepted := make(chan bool, 8)
			for range cap(accepted) {
				all.Go(func() {
					answer := other.do(http.MethodPost, path+"/confirm", nil, nil)
					if answer.Status != http.StatusAccepted {
						if p := refusal(t, answer); p.Code != "already_confirmed" {
							t.Errorf("%d %s", p.Status, p.Code)
						}
					}
					accepted <- answer.Status == http.StatusAccepted
				})
			}
			all.Wait()
			close(accepted)
			times := 0
			for ok := range accepted {
				if ok {
					times++
				}
			}
			if times != 1 {
				t.Errorf("confirmed %d times", times)
			}
			now = waitForBoard(t, rig.Client, b.ID, allSent)
			if now.ConfirmedBy == nil || now.ConfirmedAt == nil || now.BreakGlass != nil || now.ConfirmBy != "" {
				t.Errorf("%+v", now)
			}
			if sent := rig.Networks.Posts("facebook", page.ID); len(sent) != 1 {
				t.Errorf("%d posts on %s, want 1", len(sent), facebook.ID)
			}
			var register api.RegisterPage
			rig.Do(http.MethodGet, "/register", nil).Into(t, http.StatusOK, &register)
			if !register.Whole || register.Entries[0].Action != "broadcast.confirmed" {
				t.Errorf("%+v", register.Entries[0])
			}
		})
	}
}

func TestOnePersonAloneAfterTwoMinutes(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig, opener, other := twoPeople(t, engine)
			page := rig.Networks.Account(t, "facebook")
			rig.ConnectAccount(page)
			b := raise(t, opener)
			path, reason := "/broadcasts/"+b.ID+"/break-glass", object{"reason": "Personne ne répond."}
			age := func(d time.Duration) {
				t.Helper()
				rig.Rewrite(t, `UPDATE broadcasts SET opened_at = opened_at - $1 WHERE id = $2`, d.Milliseconds(), b.ID)
			}
			// 60 s of the 120 have passed, and the machine may take a while.
			age(60 * time.Second)
			p := refusal(t, opener.do(http.MethodPost, path, reason, nil))
			if p.Status != http.StatusConflict || p.Code != "break_glass_too_early" || !strings.Contains(p.Detail, " s pour confirmer") {
				t.Errorf("%+v", p)
			}
			if p := refusal(t, opener.do(http.MethodPost, path, object{"reason": "   "}, nil)); p.Status != http.StatusUnprocessableEntity {
				t.Errorf("%+v", p)
			}
			age(60 * time.Second)
			if p := refusal(t, opener.do(http.MethodPost, "/broadcasts/"+b.ID+"/confirm", nil, nil)); p.Code != "second_person_needed" {
				t.Errorf("without a reason: %+v", p)
			}
			var left api.Broadcast
			opener.do(http.MethodPost, path, reason, nil).Into(t, http.StatusAccepted, &left)
			if left.Status != api.BroadcastStatusActive || left.BreakGlass == nil || *left.BreakGlass != "Personne ne répond." {
				t.Errorf("%+v", left)
			}
			waitForBoard(t, rig.Client, b.ID, allSent)
			if sent := rig.Networks.Posts("facebook", page.ID); len(sent) != 1 {
				t.Errorf("%d posts, want 1", len(sent))
			}

			// Every administrator is told at once.
			var told api.NoticePage
			other.do(http.MethodGet, "/notices?unread=true", nil, nil).Into(t, http.StatusOK, &told)
			if len(told.Notices) != 1 || told.Notices[0].Kind != api.NoticeKindCrisis || !strings.Contains(told.Notices[0].Title, "sans deuxième personne") ||
				!strings.Contains(told.Notices[0].Message, "Personne ne répond.") {
				t.Errorf("%+v", told.Notices)
			}
			var log api.BroadcastLog
			rig.Do(http.MethodGet, "/broadcasts/"+b.ID+"/log", nil).Into(t, http.StatusOK, &log)
			if log.FirstAcceptedSeconds == nil || *log.FirstAcceptedSeconds > 30 {
				t.Errorf("counted from the raising and not from the decision: %+v", log)
			}
		})
	}
}

func TestAnAlertIsGivenUpBeforeAnybodyHeardIt(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig, opener, other := twoPeople(t, engine)
			page := rig.Networks.Account(t, "facebook")
			rig.ConnectAccount(page)
			b := raise(t, opener)
			var told api.NoticePage
			other.do(http.MethodGet, "/notices?unread=true", nil, nil).Into(t, http.StatusOK, &told)
			if len(told.Notices) != 1 || !strings.HasPrefix(told.Notices[0].Title, "À confirmer") {
				t.Errorf("%+v", told.Notices)
			}
			other.do(http.MethodPost, "/broadcasts/"+b.ID+"/abandon", nil, nil).Into(t, http.StatusOK, &b)
			if b.Status != api.BroadcastStatusAbandoned || b.Deliveries[0].Status != api.DeliveryStatusCancelled {
				t.Errorf("%+v", b)
			}
			if p := refusal(t, other.do(http.MethodPost, "/broadcasts/"+b.ID+"/confirm", nil, nil)); p.Code != "broadcast_closed" {
				t.Errorf("%+v", p)
			}
			other.do(http.MethodGet, "/notices?unread=true", nil, nil).Into(t, http.StatusOK, &told)
			if len(told.Notices) != 0 {
				t.Errorf("%+v", told.Notices)
			}
			var state api.CrisisState
			rig.Do(http.MethodGet, "/crisis", nil).Into(t, http.StatusOK, &state)
			if state.Active || len(state.Broadcasts) != 0 || !state.SecondPerson || len(state.Contacts) != 1 {
				t.Errorf("%+v", state)
			}
			if sent := rig.Networks.Posts("facebook", page.ID); len(sent) != 0 {
				t.Errorf("%+v", sent)
			}
		})
	}
}

func TestASecondPersonIsAskedForWhereThereIsOne(t *testing.T) {
	rig := start(t, "sqlite")
	alone := signIn(t, rig, officer)
	two := object{"second_person": true, "exercise_every": 30, "contacts": []object{}}
	want{422, "second_person", "second_person_missing"}.check(t, alone.do(http.MethodPut, "/crisis/settings", two, nil))
	author := rig.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
	check(t, author)
	var users api.UserList
	rig.Do(http.MethodGet, "/users", nil).Into(t, http.StatusOK, &users)
	for _, u := range users.Users {
		if u.Email == "tom@valmeuse.example" {
			rig.Do(http.MethodPatch, "/users/"+u.ID, object{"crisis": true}).Into(t, http.StatusOK, nil)
		}
	}
	alone.do(http.MethodPut, "/crisis/settings", two, nil).Into(t, http.StatusOK, nil)
	want{422, "contacts[0].phone", "required"}.check(t, alone.do(http.MethodPut, "/crisis/settings",
		object{"second_person": true, "exercise_every": 30, "contacts": []object{{"name": "Gouverneur", "role": "", "phone": ""}}}, nil))
}
