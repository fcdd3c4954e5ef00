package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/testrig"
)

func TestSigningInAndOut(t *testing.T) {
	rig := start(t, "sqlite")
	person := signIn(t, rig, officer)
	var session struct {
		User    struct{ Email, Name, Role string }
		Commune struct{ Name, Slug, Zone, Language string }
		CSRF    string `json:"csrf_token"`
	}
	person.do(http.MethodGet, "/session", nil, nil).Into(t, http.StatusOK, &session)
	if session.User.Email != officer || session.User.Role != "administrator" || session.Commune.Slug != "valmeuse" || session.CSRF != person.csrf {
		t.Errorf("%+v", session)
	}
	out := person.do(http.MethodDelete, "/session", nil, nil)
	if out.Status != http.StatusNoContent || !strings.Contains(out.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("signing out: %d %q", out.Status, out.Header.Get("Set-Cookie"))
	}
	want{401, "", "unauthenticated"}.check(t, person.do(http.MethodGet, "/session", nil, nil))

	rig.Do(http.MethodGet, "/session", nil).Into(t, http.StatusOK, &session)
	if session.CSRF != "" {
		t.Errorf("a program got the CSRF token %q", session.CSRF)
	}
	if a := rig.Do(http.MethodDelete, "/session", nil); a.Status != http.StatusNoContent {
		t.Errorf("a program that signs out: %d", a.Status)
	}
	rig.Do(http.MethodGet, "/session", nil).Into(t, http.StatusOK, nil)
}

func TestSigningInAgainEndsTheSessionBefore(t *testing.T) {
	rig := start(t, "sqlite")
	person := signIn(t, rig, officer)
	before := person.http.Jar.Cookies(mustURL(t, rig.URL))[0].Value
	person.do(http.MethodPost, "/session", object{"email": officer, "password": testrig.Password}, nil).Into(t, http.StatusOK, nil)
	stolen := person.do(http.MethodGet, "/session", nil, nil)
	stolen.Into(t, http.StatusOK, nil)
	person.http.Jar = nil
	want{401, "", "unauthenticated"}.check(t, person.do(http.MethodGet, "/session", nil, map[string]string{"Cookie": "crieur=" + before}))
}

func TestTheCookie(t *testing.T) {
	tests := map[string]struct {
		publicURL string
		want      []string
	}{
		"plain http on this machine": {"", []string{"crieur=", "Path=/", "HttpOnly", "SameSite=Lax"}},
		"https":                      {"https://crieur.valmeuse.example", []string{"__Host-crieur=", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			rig := testrig.Start(t, func(cfg *config.Config) {
				if tt.publicURL != "" {
					cfg.PublicURL = tt.publicURL
				}
			})
			anybody := testrig.NewClient(t, rig.URL, "")
			answer := anybody.Do(http.MethodPost, "/session", object{"email": officer, "password": testrig.Password})
			answer.Into(t, http.StatusOK, nil)
			cookie := answer.Header.Get("Set-Cookie")
			for _, part := range tt.want {
				if !strings.Contains(cookie, part) {
					t.Errorf("%q lacks %q", cookie, part)
				}
			}
			if strings.Contains(cookie, "Domain") || strings.Contains(cookie, "Secure") != (tt.publicURL != "") {
				t.Errorf("%q", cookie)
			}
			hsts := answer.Header.Get("Strict-Transport-Security")
			if (hsts != "") != (tt.publicURL != "") {
				t.Errorf("Strict-Transport-Security %q", hsts)
			}
		})
	}
}

func TestSetupIsOverOnceThereIsAnAccount(t *testing.T) {
	rig := start(t, "sqlite")
	anybody := testrig.NewClient(t, rig.URL, "")
	check(t, anybody)
	var state struct{ Needed bool }
	anybody.Do(http.MethodGet, "/setup", nil).Into(t, http.StatusOK, &state)
	if state.Needed {
		t.Error("setup is said to be needed")
	}
	want{409, "", "setup_done"}.check(t, anybody.Do(http.MethodPost, "/setup", bodies()["RunSetup"]))
}

func TestTokensOfPrograms(t *testing.T) {
	rig := start(t, "sqlite")
	person := signIn(t, rig, officer)
	var made struct{ ID, Name, Token string }
	person.do(http.MethodPost, "/tokens", object{"name": "Site web"}, nil).Into(t, http.StatusCreated, &made)
	program := testrig.NewClient(t, rig.URL, made.Token)
	check(t, program)
	program.Do(http.MethodGet, "/session", nil).Into(t, http.StatusOK, nil)
	want{403, "", "session_required"}.check(t, program.Do(http.MethodPost, "/tokens", object{"name": "autre"}))

	var list struct {
		Tokens []struct{ ID, Name string }
	}
	answer := person.do(http.MethodGet, "/tokens", nil, nil)
	answer.Into(t, http.StatusOK, &list)
	var names []string
	for _, token := range list.Tokens {
		names = append(names, token.Name)
	}
	if diff := cmp.Diff([]string{"test", "Site web"}, names); diff != "" || strings.Contains(string(answer.Body), made.Token) {
		t.Errorf("%s\n%s", diff, answer.Body)
	}
	if a := person.do(http.MethodDelete, "/tokens/"+made.ID, nil, nil); a.Status != http.StatusNoContent {
		t.Errorf("revoking: %d", a.Status)
	}
	want{401, "", "unauthenticated"}.check(t, program.Do(http.MethodGet, "/session", nil))
}

// newborn is an installation without an account.
type newborn struct {
	auth.Store
	commune post.Commune
	user    post.User
}

func (n *newborn) AnyUser(context.Context) (bool, error)                     { return n.user.ID != "", nil }
func (n *newborn) CreateSession(context.Context, auth.Session) error         { return nil }
func (n *newborn) CommuneByID(context.Context, string) (post.Commune, error) { return n.commune, nil }

func (n *newborn) CreateFirstUser(_ context.Context, commune post.Commune, user post.User) error {
	n.commune, n.user = commune, user
	return nil
}

func TestTheFirstVisit(t *testing.T) {
	var accounts *auth.Service
	e := newEdge(t, func(d *api.Deps) {
		var err error
		accounts, err = auth.New(auth.Deps{
			Store: &newborn{}, Key: make([]byte, 32), Zone: "Europe/Brussels", Language: "fr",
			Cost: auth.Cost{MemoryKiB: 64, Passes: 1}, NewID: store.NewID, Now: d.Now, Log: d.Log,
		})
		if err != nil {
			t.Fatal(err)
		}
		d.Auth = accounts
	})
	setup := func(token string) *httptest.ResponseRecorder {
		body, err := json.Marshal(object{"token": token, "commune": "Valmeuse", "email": officer, "name": "Sophie", "password": testrig.Password})
		if err != nil {
			t.Fatal(err)
		}
		return e.do(t, http.MethodPost, "/api/v1/setup", bytes.NewReader(body), map[string]string{"Content-Type": "application/json"})
	}
	if w := e.do(t, http.MethodGet, "/api/v1/setup", nil, nil); w.Body.String() != "{\"needed\":true}\n" {
		t.Errorf("%s", w.Body)
	}
	if w := setup("guessed"); w.Code != http.StatusForbidden {
		t.Errorf("with a guessed token: %d", w.Code)
	}
	w := setup(accounts.SetupToken())
	var session api.Session
	if err := json.Unmarshal(w.Body.Bytes(), &session); err != nil {
		t.Fatal(err)
	}
	if w.Code != http.StatusCreated || session.User.Role != api.RoleAdministrator || session.Commune.Slug != "valmeuse" || session.CsrfToken == "" ||
		!strings.HasPrefix(w.Header().Get("Set-Cookie"), "crieur=") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := setup(accounts.SetupToken()); w.Code != http.StatusConflict {
		t.Errorf("a second time: %d", w.Code)
	}
}
