package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media/mediatest"
)

// practising starts the application with the networks of practice in it; what
// would be real are simulated networks outside.
func practising(t *testing.T, engine string) *testrig.Rig {
	t.Helper()
	rig := testrig.Start(t, func(cfg *config.Config) {
		cfg.Practice = true
		if engine == "postgres" {
			cfg.DatabaseURL = testrig.Postgres(t)
		}
	})
	check(t, rig.Client)
	return rig
}

func practise(t *testing.T, c *testrig.Client, kind string) api.Channel {
	t.Helper()
	var ch api.Channel
	c.Do(http.MethodPost, "/channels", object{"kind": kind, "name": "Essai " + kind, "practice": true}).Into(t, http.StatusCreated, &ch)
	return ch
}

func feeds(t *testing.T, c *testrig.Client) map[string]api.PracticeFeed {
	t.Helper()
	var all api.PracticeFeeds
	c.Do(http.MethodGet, "/practice", nil).Into(t, http.StatusOK, &all)
	byKind := map[string]api.PracticeFeed{}
	for _, f := range all.Feeds {
		byKind[f.Kind] = f
	}
	return byKind
}

// picture uploads one and returns its id.
func uploaded(t *testing.T, c *testrig.Client) string {
	t.Helper()
	var m api.Media
	c.Upload("etals.jpg", mediatest.JPEG(1200, 800)).Into(t, http.StatusCreated, &m)
	return m.ID
}

func TestThePracticeFeedsShowWhatACitizenWouldSee(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := practising(t, engine)
			ids := map[string]string{}
			for _, kind := range []string{"facebook", "x", "wordpress"} {
				ids[kind] = practise(t, rig.Client, kind).ID
			}
			var p testrig.Post
			rig.Do(http.MethodPost, "/posts", object{
				"title": "Brocante", "text": "La brocante est **dimanche**.", "channels": []string{ids["facebook"], ids["x"], ids["wordpress"]},
				"images":  []object{{"media_id": uploaded(t, rig.Client), "alt": "Des étals sur la place"}},
				"publish": object{"mode": "now"},
			}).Into(t, http.StatusCreated, &p)
			rig.WaitFor(p.ID, "published", time.Minute)

			shown := feeds(t, rig.Client)
			for kind, id := range ids {
				feed := shown[kind]
				if feed.ChannelID != id || len(feed.Posts) != 1 {
					t.Fatalf("%s: %+v", kind, feed)
				}
				got := feed.Posts[0]
				if got.PostID == nil || *got.PostID != p.ID || got.Exercise || got.URL == nil || !strings.Contains(got.Text, "dimanche") || strings.Contains(got.Text, "<") {
					t.Errorf("%s: %+v", kind, got)
				}
				if len(got.Images) != 1 || got.Images[0].Alt != "Des étals sur la place" || got.Images[0].Width == 0 {
					t.Fatalf("%s: pictures %+v", kind, got.Images)
				}
				path := strings.TrimPrefix(got.Images[0].URL, "/api/v1")
				if answer := rig.Do(http.MethodGet, path, nil); answer.Status != http.StatusOK || answer.Header.Get("Content-Type") != "image/jpeg" {
					t.Errorf("%s: the picture: %d %s", kind, answer.Status, answer.Header.Get("Content-Type"))
				}
				other := rig.User(kind+"@ailleurs.example", "Ailleurs "+kind, post.RoleAdministrator)
				check(t, other)
				practise(t, other, kind)
				if elsewhere := feeds(t, other)[kind]; len(elsewhere.Posts) != 0 {
					t.Errorf("another commune sees %+v", elsewhere.Posts)
				}
				want{404, "", "not_found"}.check(t, other.Do(http.MethodGet, path, nil))
				other.Do(http.MethodDelete, "/practice", nil).Into(t, http.StatusNoContent, nil)
			}
			if n := len(feeds(t, rig.Client)["x"].Posts); n != 1 {
				t.Errorf("another commune emptied the feed: %d", n)
			}

			author := rig.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
			check(t, author)
			want{403, "", "role_administrator"}.check(t, author.Do(http.MethodDelete, "/practice", nil))
			rig.Do(http.MethodDelete, "/practice", nil).Into(t, http.StatusNoContent, nil)
			for kind, feed := range feeds(t, author) {
				if len(feed.Posts) != 0 {
					t.Errorf("%s after it was emptied: %+v", kind, feed.Posts)
				}
			}
		})
	}
}

func TestWhereNoPracticeRuns(t *testing.T) {
	rig := start(t, "sqlite")
	want{409, "", "practice_unavailable"}.check(t, rig.Do(http.MethodGet, "/practice", nil))
	want{409, "", "practice_unavailable"}.check(t, rig.Do(http.MethodDelete, "/practice", nil))
	want{409, "", "practice_unavailable"}.check(t, rig.Do(http.MethodGet, "/practice/pictures/abc", nil))
}

// The commune's own pages are never simulated: a practice channel there would
// publish for real.
func TestThePagesAreNoPractice(t *testing.T) {
	rig := practising(t, "sqlite")
	want{422, "practice", "practice_kind"}.check(t, rig.Do(http.MethodPost, "/channels", object{"kind": "site", "practice": true}))
}

func TestAPracticeChannelBecomesReal(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := practising(t, engine)
			ch := practise(t, rig.Client, "facebook")
			send := func(text, mode string) testrig.Post {
				t.Helper()
				var p testrig.Post
				publish := object{"mode": mode}
				if mode == "at" {
					publish["at"] = "2037-12-01T09:00"
				}
				rig.Do(http.MethodPost, "/posts", object{"text": text, "channels": []string{ch.ID}, "publish": publish}).Into(t, http.StatusCreated, &p)
				return p
			}
			sent := send("Un essai.", "now")
			rig.WaitFor(sent.ID, "published", time.Minute)
			waits := send("Un autre essai.", "at")

			outside := rig.Networks.Account(t, "facebook")
			account := object{"settings": outside.Settings, "credentials": outside.Credentials}
			author := rig.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
			check(t, author)
			want{403, "", "role_administrator"}.check(t, author.Do(http.MethodPost, "/channels/"+ch.ID+"/go-live", account))
			want{422, "credentials.page_access_token", "required"}.check(t, rig.Do(http.MethodPost, "/channels/"+ch.ID+"/go-live",
				object{"settings": outside.Settings, "credentials": object{}}))
			want{422, "", "channel_check_failed"}.check(t, rig.Do(http.MethodPost, "/channels/"+ch.ID+"/go-live",
				object{"settings": outside.Settings, "credentials": object{"page_access_token": "wrong"}}))
			if d := rig.Post(waits.ID).Deliveries[0]; d.Status != "scheduled" {
				t.Errorf("after a refusal: %+v", d)
			}

			var live api.Channel
			rig.Do(http.MethodPost, "/channels/"+ch.ID+"/go-live", account).Into(t, http.StatusOK, &live)
			if live.ID != ch.ID || live.Practice || live.Status != "connected" || live.Name != "Essai facebook" {
				t.Errorf("%+v", live)
			}
			if d := rig.Post(waits.ID).Deliveries[0]; d.Status != "cancelled" {
				t.Errorf("what waited: %+v", d)
			}
			if d := rig.Post(sent.ID).Deliveries[0]; d.Status != "sent" || d.RemoteID != nil || d.RemoteURL == nil {
				t.Errorf("what was sent in practice: %+v", d)
			}
			if n := len(rig.Networks.Records()); n != 0 {
				t.Errorf("%d records of practice on the real network", n)
			}
			real1 := send("Pour de vrai.", "now")
			rig.WaitFor(real1.ID, "published", time.Minute)
			if n := len(rig.Networks.Posts("facebook", outside.ID)); n != 1 {
				t.Errorf("%d posts on the real network", n)
			}
			want{409, "", "channel_real"}.check(t, rig.Do(http.MethodPost, "/channels/"+ch.ID+"/go-live", account))

			var register struct {
				Entries []struct{ Action, What, Subject string }
			}
			rig.Do(http.MethodGet, "/register", nil).Into(t, http.StatusOK, &register)
			if e := register.Entries[0]; e.Action != "channel.live" || e.Subject != ch.ID || !strings.Contains(e.What, "Essai facebook") {
				t.Errorf("the register: %+v", e)
			}
		})
	}
}

func TestAnExerciseIsMarkedInTheFeeds(t *testing.T) {
	rig := practising(t, "sqlite")
	ch := practise(t, rig.Client, "facebook")
	spec := rig.Networks.Account(t, "x")
	onX := rig.ConnectAccount(spec)
	var raised struct {
		ID string `json:"id"`
	}
	rig.Do(http.MethodPost, "/broadcasts", object{
		"title": "Eau non potable", "message": "Ne buvez pas l’eau du robinet.", "severity": "severe", "exercise": true,
	}).Into(t, http.StatusAccepted, &raised)
	deadline := time.After(time.Minute)
	for {
		shown := feeds(t, rig.Client)
		practised, live := shown["facebook"], shown["x"]
		if len(practised.Posts) == 1 && len(live.Posts) == 1 {
			if practised.ChannelID != ch.ID || live.ChannelID != onX.ID || !practised.Posts[0].Exercise || !live.Posts[0].Exercise {
				t.Errorf("%+v %+v", practised, live)
			}
			break
		}
		select {
		case <-deadline:
			t.Fatalf("the exercise is not shown: %+v", shown)
		case <-time.After(50 * time.Millisecond):
		}
	}
	if n := len(rig.Networks.Records()); n != 0 {
		t.Errorf("%d records of an exercise on the real network", n)
	}
}
