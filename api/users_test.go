package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/testrig"
)

// account is one as the list shows it.
type account struct {
	ID, Email, Role string
	Crisis          bool
}

func accounts(t *testing.T, c *testrig.Client) map[string]account {
	t.Helper()
	var list struct{ Users []account }
	c.Do(http.MethodGet, "/users", nil).Into(t, http.StatusOK, &list)
	all := map[string]account{}
	for _, a := range list.Users {
		all[a.Email] = a
	}
	return all
}

func TestTheCrisisRole(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			author := rig.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
			stranger := rig.User("zoe@hauteroche.example", "Hauteroche", post.RoleAdministrator)
			check(t, author)
			check(t, stranger)
			all := accounts(t, rig.Client)
			tom := all["tom@valmeuse.example"]
			if len(all) != 2 || tom.ID == "" || tom.Crisis || all[officer].Role != "administrator" {
				t.Fatalf("%+v", all)
			}
			give, take := object{"crisis": true}, object{"crisis": false}
			want{403, "", "role_administrator"}.check(t, author.Do(http.MethodGet, "/users", nil))
			want{403, "", "role_administrator"}.check(t, author.Do(http.MethodPatch, "/users/"+tom.ID, give))
			want{404, "", "not_found"}.check(t, stranger.Do(http.MethodPatch, "/users/"+tom.ID, give))

			var given account
			rig.Do(http.MethodPatch, "/users/"+tom.ID, give).Into(t, http.StatusOK, &given)
			if !given.Crisis || !accounts(t, rig.Client)["tom@valmeuse.example"].Crisis {
				t.Errorf("%+v", given)
			}
			person := signIn(t, rig, "tom@valmeuse.example")
			var session struct{ User account }
			person.do(http.MethodGet, "/session", nil, nil).Into(t, http.StatusOK, &session)
			if !session.User.Crisis {
				t.Errorf("%+v", session)
			}
			rig.Do(http.MethodPatch, "/users/"+tom.ID, take).Into(t, http.StatusOK, &given)
			if given.Crisis {
				t.Errorf("%+v", given)
			}
			want{401, "", "unauthenticated"}.check(t, person.do(http.MethodGet, "/session", nil, nil))
			want{401, "", "unauthenticated"}.check(t, author.Do(http.MethodGet, "/session", nil))
		})
	}
}

func TestADeviceOfTheCrisisRoleStaysSignedIn(t *testing.T) {
	rig := start(t, "sqlite")
	anybody := testrig.NewClient(t, rig.URL, "")
	signIn := func() string {
		answer := anybody.Do(http.MethodPost, "/session", object{"email": officer, "password": testrig.Password})
		answer.Into(t, http.StatusOK, nil)
		return answer.Header.Get("Set-Cookie")
	}
	if cookie := signIn(); strings.Contains(cookie, "Max-Age") {
		t.Errorf("without the role: %q", cookie)
	}
	rig.Do(http.MethodPatch, "/users/"+accounts(t, rig.Client)[officer].ID, object{"crisis": true}).Into(t, http.StatusOK, nil)
	cookie := signIn()
	days := 90 * 24 * 60 * 60
	if !strings.Contains(cookie, "Max-Age=7775") && !strings.Contains(cookie, "Max-Age=7776") {
		t.Errorf("with it, want about %d seconds: %q", days, cookie)
	}
}

func TestProvingWhoOneIs(t *testing.T) {
	rig := start(t, "sqlite")
	person := signIn(t, rig, officer)
	proof := object{"password": testrig.Password}
	if a := person.do(http.MethodPost, "/session/proof", proof, nil); a.Status != http.StatusNoContent {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	want{401, "", "credentials_wrong"}.check(t, person.do(http.MethodPost, "/session/proof", object{"password": "un autre"}, nil))
	want{403, "", "csrf"}.check(t, person.do(http.MethodPost, "/session/proof", proof, map[string]string{"X-CSRF-Token": ""}))
	want{403, "", "session_required"}.check(t, rig.Do(http.MethodPost, "/session/proof", proof))
	person.do(http.MethodGet, "/session", nil, nil).Into(t, http.StatusOK, nil)
}
