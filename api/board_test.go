package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/post"
)

func TestTheBoardHearsOfAnAlert(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			rig.Connect("site", "Actualités", nil, nil)
			stranger := rig.User("zoe@hauteroche.example", "Hauteroche", post.RoleAdministrator)
			theirs := listen(t, stranger, "")
			ours := listen(t, rig.Client, "")
			<-ours // the place from which it begins
			var b api.Broadcast
			rig.Do(http.MethodPost, "/broadcasts", raising(nil)).Into(t, http.StatusAccepted, &b)
			heard := func(name, id, status string) {
				t.Helper()
				deadline := time.After(20 * time.Second)
				for {
					select {
					case e := <-ours:
						if e.Name == name && e.Data.ID == id && e.Data.Status != nil && *e.Data.Status == status && string(e.Data.Type) == name {
							return
						}
					case <-deadline:
						t.Fatalf("nobody told of %s %s: %s", name, id, status)
					}
				}
			}
			heard("broadcast", b.ID, "active")
			heard("delivery", b.Deliveries[0].ID, "sent")
			rig.Do(http.MethodPost, "/broadcasts/"+b.ID+"/end", object{"message": "C’est fini."}).Into(t, http.StatusAccepted, &b)
			heard("broadcast", b.ID, "ended")
			for len(theirs) > 0 {
				if e := <-theirs; e.Name == "broadcast" || e.Data.ID == b.ID {
					t.Errorf("another commune hears %+v", e)
				}
			}
		})
	}
}

func TestAPersonTicksWhatTheyPostedByHand(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			rig.Connect("site", "Actualités", nil, nil)
			page := rig.Networks.Account(t, "facebook")
			facebook := rig.ConnectAccount(page)
			if err := rig.Networks.Plan(simulator.Fault{
				Network: "facebook", Account: page.ID, Operation: "post", Effect: simulator.EffectStatus, Status: http.StatusBadRequest, Times: -1,
				Body: `{"error":{"message":"(#200) Permissions error","type":"OAuthException","code":200}}`,
			}); err != nil {
				t.Fatal(err)
			}
			var b api.Broadcast
			rig.Do(http.MethodPost, "/broadcasts", raising(nil)).Into(t, http.StatusAccepted, &b)
			at := slices.IndexFunc(b.Deliveries, func(d api.Delivery) bool { return d.ChannelID == facebook.ID })
			failed := b.Deliveries[at].ID
			b = waitForBoard(t, rig.Client, b.ID, func(b api.Broadcast) bool {
				return slices.ContainsFunc(b.Deliveries, func(d api.Delivery) bool { return d.ChannelID == facebook.ID && d.Status == api.DeliveryStatusFailed }) &&
					slices.ContainsFunc(b.Deliveries, func(d api.Delivery) bool { return d.Kind == "site" && d.Status == api.DeliveryStatusSent })
			})
			path := "/broadcasts/" + b.ID + "/ticks"
			want{422, "remote_url", "url_invalid"}.check(t, rig.Do(http.MethodPost, path, object{"delivery_id": failed, "remote_url": "javascript:alert(1)"}))
			want{422, "delivery_id", "delivery_unknown"}.check(t, rig.Do(http.MethodPost, path, object{"delivery_id": "another"}))
			rig.Do(http.MethodPost, path, object{"delivery_id": failed, "remote_url": "https://www.facebook.com/valmeuse/posts/1"}).Into(t, http.StatusOK, &b)
			if ticks := b.Messages[0].Ticks; len(ticks) != 1 || ticks[0].DeliveryID != failed || ticks[0].By == "" || ticks[0].RemoteURL == "" {
				t.Errorf("%+v", ticks)
			}
			sent := b.Deliveries[1-at].ID
			want{409, "", "already_sent"}.check(t, rig.Do(http.MethodPost, path, object{"delivery_id": sent}))
			var told api.BroadcastLog
			rig.Do(http.MethodGet, "/broadcasts/"+b.ID+"/log", nil).Into(t, http.StatusOK, &told)
			if told.AllAcceptedSeconds != nil || !slices.ContainsFunc(told.Lines, func(l api.LogLine) bool { return strings.Contains(l.What, "à la main") }) {
				t.Errorf("%+v", told)
			}
		})
	}
}

func TestAnExerciseHoldsNothingAndReachesNobody(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			page := rig.Networks.Account(t, "facebook")
			facebook := rig.ConnectAccount(page)
			var waiting api.Post
			rig.Do(http.MethodPost, "/posts", object{
				"text": "Brocante dimanche.", "channels": []string{facebook.ID},
				"publish": object{"mode": "at", "at": time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)},
			}).Into(t, http.StatusCreated, &waiting)
			site := rig.Connect("site", "Actualités", nil, nil)
			var p api.BroadcastPreview
			rig.Do(http.MethodPost, "/broadcasts/preview", object{"title": "Eau", "message": "Ne buvez pas.", "exercise": true}).Into(t, http.StatusOK, &p)
			var chosen []string
			for i, account := range p.Accounts {
				if p.Previews[i].ChannelID == nil || *p.Previews[i].ChannelID != account.ChannelID {
					t.Errorf("%+v", p.Previews[i])
				}
				chosen = append(chosen, account.ChannelID)
			}
			if p.WouldHold != 0 || !slices.Contains(chosen, facebook.ID) || !slices.Contains(chosen, site.ID) {
				t.Errorf("%+v", p)
			}
			var b api.Broadcast
			rig.Do(http.MethodPost, "/broadcasts", raising(object{"exercise": true, "channels": chosen})).Into(t, http.StatusAccepted, &b)
			for _, d := range b.Deliveries {
				if !slices.Contains(chosen, d.ChannelID) || d.AccountURL != nil || d.Kind == "facebook" && d.ChannelName != facebook.Name {
					t.Errorf("%+v", d)
				}
			}
			if !b.Exercise || b.Held != 0 || !strings.Contains(b.Reference, "-E") || !strings.Contains(b.AlertURL, "/exercises/") || !strings.HasPrefix(b.Companion.Sms, "EXERCICE") {
				t.Errorf("%+v", b)
			}
			waitForBoard(t, rig.Client, b.ID, allSent)
			if sent := rig.Networks.Posts("facebook", page.ID); len(sent) != 0 {
				t.Errorf("a real network has %+v", sent)
			}
			var state api.CrisisState
			rig.Do(http.MethodGet, "/crisis", nil).Into(t, http.StatusOK, &state)
			if state.Active || state.Held != 0 || len(state.Broadcasts) != 1 {
				t.Errorf("%+v", state)
			}
			// A real alert is never kept back by an exercise, and an exercise never
			// begins beside one.
			var alert api.Broadcast
			rig.Do(http.MethodPost, "/broadcasts", raising(nil)).Into(t, http.StatusAccepted, &alert)
			if alert.Held != 1 {
				t.Errorf("%+v", alert)
			}
			want{409, "", "crisis_running"}.check(t, rig.Do(http.MethodPost, "/broadcasts", raising(object{"exercise": true})))
			var told api.BroadcastLog
			rig.Do(http.MethodGet, "/broadcasts/"+b.ID+"/log", nil).Into(t, http.StatusOK, &told)
			if !told.Exercise || told.FirstAcceptedSeconds == nil {
				t.Errorf("%+v", told)
			}
		})
	}
}

func TestTheRegisterKnowsWhoGaveTheRole(t *testing.T) {
	rig := start(t, "sqlite")
	rig.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
	var users api.UserList
	rig.Do(http.MethodGet, "/users", nil).Into(t, http.StatusOK, &users)
	at := slices.IndexFunc(users.Users, func(u api.User) bool { return u.Email == "tom@valmeuse.example" })
	for _, crisis := range []bool{true, false} {
		rig.Do(http.MethodPatch, "/users/"+users.Users[at].ID, object{"crisis": crisis}).Into(t, http.StatusOK, nil)
	}
	var page api.RegisterPage
	rig.Do(http.MethodGet, "/register", nil).Into(t, http.StatusOK, &page)
	if len(page.Entries) != 2 || !page.Whole || !strings.HasPrefix(page.Entries[1].What, "a donné le rôle de crise à") || page.Entries[0].Action != "role.taken" {
		t.Fatalf("%+v", page)
	}
	rig.Rewrite(t, `UPDATE register SET actor_name = 'Quelqu’un' WHERE seq = 1`)
	rig.Do(http.MethodGet, "/register", nil).Into(t, http.StatusOK, &page)
	if page.Whole {
		t.Error("an entry was changed, and nobody sees it")
	}
	want{400, "", "cursor_invalid"}.check(t, rig.Do(http.MethodGet, "/register?cursor=hier", nil))
}

func TestOneBrokenChannelKeepsNothingBack(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig, opener, other := twoPeople(t, engine)
			rig.Connect("site", "Actualités", nil, nil)
			broken, revoked := rig.ConnectAccount(rig.Networks.Account(t, "x")), rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
			rig.Rewrite(t, `UPDATE channels SET sealed = $1 WHERE id = $2`, []byte{1}, broken.ID)
			rig.Rewrite(t, `UPDATE channels SET status = 'needs_reauth' WHERE id = $1`, revoked.ID)
			var p api.BroadcastPreview
			rig.Do(http.MethodPost, "/broadcasts/preview", object{"title": "Eau", "message": "Ne buvez pas."}).Into(t, http.StatusOK, &p)
			for _, account := range p.Accounts {
				if account.Ready != (account.Kind == "site") || account.Ready != (account.Reason == "") {
					t.Errorf("%+v", account)
				}
			}
			b := raise(t, opener)
			status := func(b api.Broadcast, kind string) api.Delivery {
				t.Helper()
				return b.Deliveries[slices.IndexFunc(b.Deliveries, func(d api.Delivery) bool { return d.Kind == kind })]
			}
			x := status(b, "x")
			if len(b.Deliveries) != 3 || x.Status != api.DeliveryStatusFailed || x.Error == nil || !strings.Contains(x.Error.NextStep, "à la main") {
				t.Errorf("%+v", b.Deliveries)
			}
			// Not even what failed leaves before the second person.
			want{409, "", "alert_message"}.check(t, opener.do(http.MethodPost, "/deliveries/"+x.ID+"/retry", nil, nil))
			other.do(http.MethodPost, "/broadcasts/"+b.ID+"/confirm", nil, nil).Into(t, http.StatusAccepted, nil)
			b = waitForBoard(t, rig.Client, b.ID, func(b api.Broadcast) bool { return status(b, "site").Status == api.DeliveryStatusSent })
			if status(b, "x").Status != api.DeliveryStatusFailed {
				t.Errorf("%+v", b.Deliveries)
			}
			// What a later message replaces is not sent any more.
			opener.do(http.MethodPost, "/broadcasts/"+b.ID+"/updates", object{"message": "Suite."}, nil).Into(t, http.StatusAccepted, nil)
			want{409, "", "alert_superseded"}.check(t, opener.do(http.MethodPost, "/deliveries/"+x.ID+"/retry", nil, nil))
		})
	}
}

func TestWhoSpeaksAtOnceIsHeardOneAfterTheOther(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			rig.Connect("site", "Actualités", nil, nil)
			var b api.Broadcast
			rig.Do(http.MethodPost, "/broadcasts", raising(nil)).Into(t, http.StatusAccepted, &b)
			var all sync.WaitGroup
			for i := range 5 {
				all.Go(func() {
					answer := rig.Do(http.MethodPost, "/broadcasts/"+b.ID+"/updates", object{"message": fmt.Sprintf("Suite %d.", i)})
					if answer.Status != http.StatusAccepted {
						t.Errorf("%d %s", answer.Status, answer.Body)
					}
				})
			}
			all.Wait()
			rig.Do(http.MethodGet, "/broadcasts/"+b.ID, nil).Into(t, http.StatusOK, &b)
			if len(b.Messages) != 6 {
				t.Errorf("%d messages, want 6", len(b.Messages))
			}
			for i, m := range b.Messages {
				if m.Number != i+1 {
					t.Errorf("the message at %d has the number %d", i, m.Number)
				}
			}
			// Of those who raise an alert at once, one does, and the others hear whose.
			rig.Do(http.MethodPost, "/broadcasts/"+b.ID+"/end", object{"message": "Fin."}).Into(t, http.StatusAccepted, nil)
			raised := make(chan int, 6)
			for range cap(raised) {
				all.Go(func() { raised <- rig.Do(http.MethodPost, "/broadcasts", raising(nil)).Status })
			}
			all.Wait()
			close(raised)
			accepted := 0
			for status := range raised {
				if status == http.StatusAccepted {
					accepted++
				} else if status != http.StatusConflict {
					t.Errorf("status %d", status)
				}
			}
			if accepted != 1 {
				t.Errorf("%d alerts were raised at once, want 1", accepted)
			}
		})
	}
}

func TestAnExerciseIsDue(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			rig.Connect("site", "Actualités", nil, nil)
			due := func() bool {
				t.Helper()
				var state api.CrisisState
				rig.Do(http.MethodGet, "/crisis", nil).Into(t, http.StatusOK, &state)
				return state.ExerciseDue
			}
			const month = 31 * 24 * 3600 * 1000
			if due() {
				t.Error("due on the first day")
			}
			rig.Rewrite(t, `UPDATE communes SET created_at = created_at - $1`, month)
			if !due() {
				t.Error("nobody practised for a month, and none is due")
			}
			var b api.Broadcast
			rig.Do(http.MethodPost, "/broadcasts", raising(nil)).Into(t, http.StatusAccepted, &b)
			rig.Do(http.MethodPost, "/broadcasts/"+b.ID+"/end", object{"message": "Fin."}).Into(t, http.StatusAccepted, nil)
			if !due() {
				t.Error("a real alert is no exercise")
			}
			rig.Do(http.MethodPost, "/broadcasts", raising(object{"exercise": true})).Into(t, http.StatusAccepted, &b)
			if due() {
				t.Error("due although they practise")
			}
			rig.Rewrite(t, `UPDATE broadcasts SET opened_at = opened_at - $1`, month)
			if !due() {
				t.Error("the last one is a month ago, and none is due")
			}
		})
	}
}
