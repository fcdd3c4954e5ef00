package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/testrig"
)

// told is the page of a client's notices.
func told(t *testing.T, client *testrig.Client, query string) api.NoticePage {
	t.Helper()
	var page api.NoticePage
	client.Do(http.MethodGet, "/notices"+query, nil).Into(t, http.StatusOK, &page)
	return page
}

// first waits for a client's first open notice.
func first(t *testing.T, client *testrig.Client, within time.Duration) api.Notice {
	t.Helper()
	var page api.NoticePage
	testrig.Eventually(t, within, "a notice", func() bool {
		page = told(t, client, "?unread=true")
		return len(page.Notices) > 0
	})
	if len(page.Notices) != 1 || page.Unread != 1 {
		t.Fatalf("%+v", page)
	}
	return page.Notices[0]
}

func TestAFailureIsToldToWhomItConcerns(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			box := testrig.StartMailServer(t, testrig.MailOptions{})
			rig := testrig.Start(t, func(cfg *config.Config) {
				if engine == "postgres" {
					cfg.DatabaseURL = testrig.Postgres(t)
				}
				cfg.SMTPURL, cfg.MailFrom = "smtp://"+box.Addr+"?tls=none", "crieur@valmeuse.example"
			})
			check(t, rig.Client)
			author := rig.User("claire@valmeuse.example", "Valmeuse", post.RoleAuthor)
			colleague := rig.User("hugo@valmeuse.example", "Valmeuse", post.RoleAuthor)
			stranger := rig.User("zoe@ailleurs.example", "Ailleurs", post.RoleAdministrator)
			for _, client := range []*testrig.Client{author, colleague, stranger} {
				check(t, client)
			}
			channel := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
			if err := rig.Networks.Plan(simulator.Fault{
				Network: "facebook", Operation: "post", Effect: simulator.EffectStatus, Status: 400,
				Body: `{"error":{"message":"(#368) blocked","type":"OAuthException","code":368}}`,
			}); err != nil {
				t.Fatal(err)
			}
			events, elsewhere := listen(t, colleague, ""), listen(t, stranger, "")
			var p testrig.Post
			author.Do(http.MethodPost, "/posts", object{
				"title": "Brocante d’été", "text": "Place du Marché", "channels": []string{channel.ID}, "publish": object{"mode": "now"},
			}).Into(t, http.StatusCreated, &p)

			n := first(t, author, time.Minute)
			if n.Kind != api.NoticeKindFailed || n.PostID == nil || *n.PostID != p.ID || n.DeliveryID == nil || *n.DeliveryID != p.Deliveries[0].ID ||
				!strings.Contains(n.Title, "Brocante d’été") || n.Message == "" || n.NextStep == "" || n.Severity != api.NoticeSeverityError {
				t.Errorf("%+v", n)
			}
			if mine := first(t, rig.Client, time.Second); mine.ID != n.ID {
				t.Errorf("an administrator reads %+v", mine)
			}
			for _, client := range []*testrig.Client{colleague, stranger} {
				if page := told(t, client, ""); len(page.Notices) != 0 || page.Unread != 0 {
					t.Errorf("told to somebody whom it does not concern: %+v", page)
				}
			}
			until(t, events, is("notice", n.ID, "open"))

			t.Run("seen by one is not seen by the other", func(t *testing.T) {
				colleague.Do(http.MethodPost, "/notices/read", object{"ids": []string{n.ID}}).Into(t, http.StatusNoContent, nil)
				author.Do(http.MethodPost, "/notices/read", object{"ids": []string{n.ID}}).Into(t, http.StatusNoContent, nil)
				if page := told(t, author, "?unread=true"); len(page.Notices) != 0 || page.Unread != 0 {
					t.Errorf("%+v", page)
				}
				if page := told(t, author, ""); len(page.Notices) != 1 || page.Notices[0].ReadAt == nil {
					t.Errorf("%+v", page)
				}
				first(t, rig.Client, time.Second)
				rig.Do(http.MethodPost, "/notices/read", object{"ids": []string{}}).Into(t, http.StatusNoContent, nil)
				if page := told(t, rig.Client, ""); page.Unread != 0 {
					t.Errorf("%+v", page)
				}
			})
			t.Run("preferences", func(t *testing.T) {
				var chosen api.Preferences
				rig.Do(http.MethodGet, "/preferences", nil).Into(t, http.StatusOK, &chosen)
				if !chosen.MailNotices {
					t.Error("a new account gets no mail")
				}
				rig.Do(http.MethodPatch, "/preferences", object{"mail_notices": false}).Into(t, http.StatusOK, &chosen)
				rig.Do(http.MethodGet, "/preferences", nil).Into(t, http.StatusOK, &chosen)
				if chosen.MailNotices {
					t.Error("the choice was not kept")
				}
			})
			t.Run("by mail", func(t *testing.T) {
				testrig.Eventually(t, 90*time.Second, "a mail", func() bool { return len(box.Received()) > 0 })
				m := box.Received()[0]
				if m.To[0] != "claire@valmeuse.example" || !strings.Contains(m.Text, rig.URL+"/posts/"+p.ID) || !strings.Contains(m.Text, n.NextStep) {
					t.Errorf("%+v", m)
				}
			})
			t.Run("settled", func(t *testing.T) {
				author.Do(http.MethodPost, "/deliveries/"+p.Deliveries[0].ID+"/retry", nil).Into(t, http.StatusOK, nil)
				rig.WaitFor(p.ID, "published", time.Minute)
				until(t, events, is("notice", n.ID, "settled"))
				if page := told(t, author, ""); page.Notices[0].SettledAt == nil {
					t.Errorf("%+v", page)
				}
				if all := box.Received(); len(all) != 1 {
					t.Errorf("mails: %+v", all)
				}
			})
			for len(elsewhere) > 0 {
				if e := <-elsewhere; e.Name == "notice" {
					t.Errorf("another commune hears %+v", e)
				}
			}
		})
	}
}

// Nobody publishes: the alarm must not need those who do.
func TestAnHourThatPassesWithoutAnyWorkerIsTold(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			rig := testrig.Start(t, func(cfg *config.Config) {
				cfg.Role = config.RoleAPI
				if engine == "postgres" {
					cfg.DatabaseURL = testrig.Postgres(t)
				}
			})
			check(t, rig.Client)
			channel := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
			var p testrig.Post
			rig.Do(http.MethodPost, "/posts", object{
				"text": "Coupure d’eau rue du Pont", "channels": []string{channel.ID}, "publish": object{"mode": "now"},
			}).Into(t, http.StatusCreated, &p)
			n := first(t, rig.Client, 90*time.Second)
			if n.Kind != api.NoticeKindOverdue || n.ChannelID == nil || *n.ChannelID != channel.ID || !strings.Contains(n.Title, "Coupure d’eau rue du Pont") {
				t.Errorf("%+v", n)
			}
			for _, figure := range []string{"crieur_overdue_deliveries 1", "crieur_open_notices 1"} {
				testrig.Eventually(t, 30*time.Second, figure, func() bool {
					resp, err := http.Get(rig.URL + "/metrics")
					if err != nil {
						t.Fatal(err)
					}
					defer func() { _ = resp.Body.Close() }() // it was only read
					return strings.Contains(string(readAll(t, resp.Body)), figure)
				})
			}
			rig.Do(http.MethodPost, "/posts/"+p.ID+"/cancel", nil).Into(t, http.StatusOK, nil)
			testrig.Eventually(t, 30*time.Second, "the notice is settled", func() bool { return told(t, rig.Client, "").Unread == 0 })
		})
	}
}

func readAll(t *testing.T, body io.Reader) []byte {
	t.Helper()
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
