package api_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/secret"
	"github.com/crieur/crieur/internal/testrig"
)

// authorizing is an installation with an application at each network, where
// people are asked.
type authorizing struct {
	*testrig.Rig
	t *testing.T
	// accounts are those that can be authorized, by kind.
	accounts map[string]simulator.AccountSpec
}

func startAuthorizing(t *testing.T, engine string) *authorizing {
	t.Helper()
	var public string
	rig := testrig.Start(t, func(cfg *config.Config) {
		cfg.Practice = true
		if engine == "postgres" {
			cfg.DatabaseURL = testrig.Postgres(t)
		}
		networks := strings.TrimSuffix(cfg.NetworkURLs["facebook"], "/facebook")
		cfg.Apps = map[string]channels.App{
			"facebook": {ID: "4711", Secret: secret.New("meta-secret"), Page: networks + "/facebook/v26.0/dialog/oauth"},
			"x":        {ID: "client-x", Secret: secret.New("x/secret+"), Page: networks + "/x/i/oauth2/authorize"},
		}
		public = cfg.PublicURL
	})
	check(t, rig.Client)
	a := &authorizing{Rig: rig, t: t, accounts: map[string]simulator.AccountSpec{
		"facebook": {
			Network: "facebook", ID: "300000000000001", Name: "Valmeuse sur Facebook", Settings: map[string]string{"page_id": "300000000000001"},
			Credentials: map[string]string{"page_access_token": "page-token-one", "app_id": "4711", "app_secret": "meta-secret"},
		},
		"x": {
			Network: "x", ID: "1600000000000000001", Name: "Valmeuse sur X", Traits: map[string]string{"username": "valmeuse_be"},
			Credentials: map[string]string{"client_id": "client-x", "client_secret": "x/secret+"},
		},
	}}
	for kind, spec := range a.accounts {
		if spec.Traits == nil {
			spec.Traits = map[string]string{}
		}
		spec.Traits["redirect_uri"] = public + "/oauth/callback"
		a.accounts[kind] = spec
		a.add(spec)
	}
	return a
}

func (a *authorizing) add(spec simulator.AccountSpec) {
	a.t.Helper()
	if err := a.Networks.AddAccount(spec); err != nil {
		a.t.Fatal(err)
	}
}

// another adds a second account that can be authorized.
func (a *authorizing) another(kind string) simulator.AccountSpec {
	a.t.Helper()
	spec := a.accounts[kind]
	spec.ID, spec.Name = spec.ID[:len(spec.ID)-1]+"9", "Un autre compte"
	if kind == "facebook" {
		spec.Settings = map[string]string{"page_id": spec.ID}
		spec.Credentials = map[string]string{"page_access_token": "page-token-two", "app_id": "4711", "app_secret": "meta-secret"}
	}
	a.add(spec)
	return spec
}

// begin starts a flow and returns it with the address of the network's page.
func (a *authorizing) begin(b *browser, kind, channelID string) api.OAuthStart {
	a.t.Helper()
	body := object{"kind": kind}
	if channelID != "" {
		body["channel_id"] = channelID
	}
	var started api.OAuthStart
	b.do(http.MethodPost, "/oauth", body, nil).Into(a.t, http.StatusCreated, &started)
	return started
}

// decide presses a button on the network's page and returns the address to which
// it sends back.
func (a *authorizing) decide(page, decision, account string) string {
	a.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := url.Values{"decision": {decision}, "account": {account}}
	req, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, page, strings.NewReader(form.Encode()))
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusFound {
		a.t.Fatalf("the network's page: %d %s", resp.StatusCode, body)
	}
	return resp.Header.Get("Location")
}

// comeBack follows the network's redirection in a browser; nil: one that nobody
// is signed in to. It returns the status and where the browser is led.
func (a *authorizing) comeBack(b *browser, address string) (int, string) {
	a.t.Helper()
	client := &http.Client{}
	if b != nil {
		client.Jar = b.http.Jar
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	req, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode, resp.Header.Get("Location")
}

// flow comes back and reads what the network gave.
func (a *authorizing) flow(b *browser, started api.OAuthStart, decision, account string) api.OAuthFlow {
	a.t.Helper()
	status, to := a.comeBack(b, a.decide(started.URL, decision, account))
	if status != http.StatusSeeOther || to != "/channels?flow="+started.ID {
		a.t.Fatalf("coming back: %d, to %q", status, to)
	}
	var flow api.OAuthFlow
	b.do(http.MethodGet, "/oauth/"+started.ID, nil, nil).Into(a.t, http.StatusOK, &flow)
	return flow
}

func TestAnAccountIsConnectedThroughTheNetworksOwnPage(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			a := startAuthorizing(t, engine)
			b := signIn(t, a.Rig, officer)
			var kinds api.OAuthKinds
			b.do(http.MethodGet, "/oauth", nil, nil).Into(t, http.StatusOK, &kinds)
			if len(kinds.Kinds) != 2 || !kinds.Kinds[0].Ready || kinds.Kinds[0].CallbackURL != a.URL+"/oauth/callback" {
				t.Errorf("%+v", kinds)
			}
			for _, kind := range []string{"facebook", "x"} {
				spec := a.accounts[kind]
				started := a.begin(b, kind, "")
				want{409, "", "oauth_under_way"}.check(t, b.do(http.MethodPost, "/oauth/"+started.ID, object{"account_id": spec.ID}, nil))
				flow := a.flow(b, started, "allow", "")
				if flow.Error != nil || len(flow.Accounts) != 1 || flow.Accounts[0].ID != spec.ID || flow.Accounts[0].Name != spec.Name {
					t.Fatalf("%s: %+v %+v", kind, flow, flow.Error)
				}
				want{422, "account_id", "account_unknown"}.check(t, b.do(http.MethodPost, "/oauth/"+started.ID, object{"account_id": "1"}, nil))
				var ch api.Channel
				b.do(http.MethodPost, "/oauth/"+started.ID, object{"account_id": spec.ID, "name": "La commune"}, nil).Into(t, http.StatusCreated, &ch)
				if ch.Kind != kind || ch.Status != "connected" || ch.Account.ID != spec.ID || ch.Name != "La commune" || ch.Practice {
					t.Errorf("%+v", ch)
				}
				want{404, "", "not_found"}.check(t, b.do(http.MethodGet, "/oauth/"+started.ID, nil, nil))
				var p testrig.Post
				a.Do(http.MethodPost, "/posts", object{"text": "Sans rien copier.", "channels": []string{ch.ID}, "publish": object{"mode": "now"}}).Into(t, http.StatusCreated, &p)
				a.WaitFor(p.ID, "published", time.Minute)

				// The same account again, then another one, to renew the channel.
				renewed := a.begin(b, kind, ch.ID)
				a.flow(b, renewed, "allow", "")
				b.do(http.MethodPost, "/oauth/"+renewed.ID, object{"account_id": spec.ID}, nil).Into(t, http.StatusCreated, &ch)
				other := a.another(kind)
				wrong := a.begin(b, kind, ch.ID)
				a.flow(b, wrong, "allow", other.ID)
				want{409, "", "account_other"}.check(t, b.do(http.MethodPost, "/oauth/"+wrong.ID, object{"account_id": other.ID}, nil))
			}
			for _, hidden := range []string{"page-token", "meta-secret", "x/secret", "short-", "long-", "code="} {
				if strings.Contains(a.Log(), hidden) {
					t.Errorf("the log holds %q", hidden)
				}
			}
		})
	}
}

func TestWhoComesBackFromANetworkMustBeWhoLeft(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			a := startAuthorizing(t, engine)
			a.User("anne@valmeuse.example", "Valmeuse", post.RoleAdministrator)
			b, elsewhere, colleague := signIn(t, a.Rig, officer), signIn(t, a.Rig, officer), signIn(t, a.Rig, "anne@valmeuse.example")
			for name, other := range map[string]*browser{"nobody": nil, "the same person, elsewhere": elsewhere, "a colleague": colleague} {
				started := a.begin(b, "x", "")
				back := a.decide(started.URL, "allow", "")
				if status, to := a.comeBack(other, back); status != http.StatusForbidden || to != "" {
					t.Errorf("%s: %d %q", name, status, to)
				}
				if other == nil {
					continue
				}
				// The state is used up: it was in the wrong hands.
				if status, _ := a.comeBack(b, back); status != http.StatusForbidden {
					t.Errorf("%s, then who left: %d", name, status)
				}
			}
			started := a.begin(b, "facebook", "")
			back := a.decide(started.URL, "allow", "")
			if status, _ := a.comeBack(b, back); status != http.StatusSeeOther {
				t.Fatalf("coming back: %d", status)
			}
			if status, _ := a.comeBack(b, back); status != http.StatusForbidden {
				t.Errorf("a state that is used twice: %d", status)
			}
			if status, _ := a.comeBack(b, a.URL+"/oauth/callback?state=guessed&code=1"); status != http.StatusForbidden {
				t.Errorf("a state that is guessed: %d", status)
			}
			want{404, "", "not_found"}.check(t, colleague.do(http.MethodGet, "/oauth/"+started.ID, nil, nil))
			want{404, "", "not_found"}.check(t, colleague.do(http.MethodPost, "/oauth/"+started.ID, object{"account_id": a.accounts["facebook"].ID}, nil))
			want{403, "", "session_required"}.check(t, a.Do(http.MethodPost, "/oauth", object{"kind": "x"}))
			author := a.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
			check(t, author)
			want{403, "", "role_administrator"}.check(t, signIn(t, a.Rig, "tom@valmeuse.example").do(http.MethodPost, "/oauth", object{"kind": "x"}, nil))
			want{422, "kind", "kind_without_oauth"}.check(t, b.do(http.MethodPost, "/oauth", object{"kind": "wordpress"}, nil))
		})
	}
}

func TestANetworkThatGivesNothingSaysWhy(t *testing.T) {
	a := startAuthorizing(t, "sqlite")
	b := signIn(t, a.Rig, officer)
	why := func(flow api.OAuthFlow) string {
		t.Helper()
		if flow.Error == nil || len(flow.Accounts) != 0 || flow.Error.Message == "" || flow.Error.NextStep == "" {
			t.Fatalf("%+v", flow)
		}
		want{409, "", "oauth_failed"}.check(t, b.do(http.MethodPost, "/oauth/"+flow.ID, object{"account_id": "1"}, nil))
		return flow.Error.Code
	}
	for _, kind := range []string{"facebook", "x"} {
		if code := why(a.flow(b, a.begin(b, kind, ""), "deny", "")); code != "oauth.access_denied" {
			t.Errorf("%s, refused: %s", kind, code)
		}
		if err := a.Networks.Plan(simulator.Fault{Network: kind, Operation: "token", Effect: simulator.EffectStatus, Status: 500, Body: "<html>"}); err != nil {
			t.Fatal(err)
		}
		if code := why(a.flow(b, a.begin(b, kind, ""), "allow", "")); !strings.HasPrefix(code, kind+".") {
			t.Errorf("%s, broken: %s", kind, code)
		}
		// A code that was used before, by whoever read it on the way.
		stolen := map[string]string{"facebook": "facebook.100.36009", "x": "x.authorization_refused"}
		first, second := a.begin(b, kind, ""), a.begin(b, kind, "")
		back := mustURL(t, a.decide(first.URL, "allow", ""))
		if status, _ := a.comeBack(b, back.String()); status != http.StatusSeeOther {
			t.Fatalf("%s: %d", kind, status)
		}
		query := back.Query()
		query.Set("state", mustURL(t, second.URL).Query().Get("state"))
		back.RawQuery = query.Encode()
		a.comeBack(b, back.String())
		var flow api.OAuthFlow
		b.do(http.MethodGet, "/oauth/"+second.ID, nil, nil).Into(t, http.StatusOK, &flow)
		if code := why(flow); code != stolen[kind] {
			t.Errorf("%s, a code that was used: %s", kind, code)
		}
	}
	// X gives nothing for a code that comes with another verifier.
	one, other := a.begin(b, "x", ""), a.begin(b, "x", "")
	back := mustURL(t, a.decide(one.URL, "allow", ""))
	query := back.Query()
	query.Set("state", mustURL(t, other.URL).Query().Get("state"))
	back.RawQuery = query.Encode()
	a.comeBack(b, back.String())
	var flow api.OAuthFlow
	b.do(http.MethodGet, "/oauth/"+other.ID, nil, nil).Into(t, http.StatusOK, &flow)
	if code := why(flow); code != "x.authorization_refused" {
		t.Errorf("another flow's code: %s", code)
	}
	declined := a.accounts["facebook"]
	declined.Settings = map[string]string{"page_id": declined.ID, "scopes": "pages_show_list,pages_read_engagement"}
	a.add(declined)
	if code := why(a.flow(b, a.begin(b, "facebook", ""), "allow", "")); code != "facebook.scope_declined" {
		t.Errorf("a permission that was declined: %s", code)
	}
}

func TestAPracticeChannelBecomesRealThroughTheNetworksPage(t *testing.T) {
	a := startAuthorizing(t, "sqlite")
	b := signIn(t, a.Rig, officer)
	ch := practise(t, a.Client, "x")
	started := a.begin(b, "x", ch.ID)
	a.flow(b, started, "allow", "")
	want{409, "", "channel_practice"}.check(t, b.do(http.MethodPost, "/oauth/"+started.ID, object{"account_id": a.accounts["x"].ID}, nil))
	other := practise(t, a.Client, "facebook")
	body := object{"flow": started.ID, "account_id": a.accounts["x"].ID}
	want{422, "flow", "flow_other"}.check(t, b.do(http.MethodPost, "/channels/"+other.ID+"/go-live", body, nil))
	var live api.Channel
	b.do(http.MethodPost, "/channels/"+ch.ID+"/go-live", body, nil).Into(t, http.StatusOK, &live)
	if live.Practice || live.Account.ID != a.accounts["x"].ID || live.CredentialsExpireAt == nil {
		t.Errorf("%+v", live)
	}
	want{404, "", "not_found"}.check(t, b.do(http.MethodGet, "/oauth/"+started.ID, nil, nil))
}

func TestWithoutKeysPeoplePasteTheirCodes(t *testing.T) {
	rig := start(t, "sqlite")
	b := signIn(t, rig, officer)
	var kinds api.OAuthKinds
	b.do(http.MethodGet, "/oauth", nil, nil).Into(t, http.StatusOK, &kinds)
	if len(kinds.Kinds) != 2 || kinds.Kinds[0].Ready || kinds.Kinds[1].Ready {
		t.Errorf("%+v", kinds)
	}
	want{409, "", "oauth_not_ready"}.check(t, b.do(http.MethodPost, "/oauth", object{"kind": "facebook"}, nil))
}

func TestAnAuthorizationWaitsForAQuarterOfAnHour(t *testing.T) {
	begin := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	rig := testrig.StartAt(t, begin, func(cfg *config.Config) {
		cfg.Apps = map[string]channels.App{"x": {ID: "client-x", Secret: secret.New("s")}}
	})
	b := signIn(t, rig.Rig, officer)
	a := &authorizing{Rig: rig.Rig, t: t}
	started := a.begin(b, "x", "")
	page := mustURL(t, started.URL)
	if page.Host != "x.com" || page.Query().Get("code_challenge_method") != "S256" || len(page.Query().Get("state")) < 22 {
		t.Errorf("the network's own page: %s", started.URL)
	}
	rig.Travel(begin.Add(16 * time.Minute))
	back := rig.URL + "/oauth/callback?code=late&state=" + url.QueryEscape(page.Query().Get("state"))
	status, to := a.comeBack(b, back)
	if status != http.StatusSeeOther || to != "/channels?flow="+started.ID {
		t.Fatalf("coming back too late: %d %q", status, to)
	}
	var flow api.OAuthFlow
	b.do(http.MethodGet, "/oauth/"+started.ID, nil, nil).Into(t, http.StatusOK, &flow)
	if flow.Error == nil || flow.Error.Code != "oauth.expired" || len(flow.Accounts) != 0 {
		t.Errorf("%+v", flow)
	}
}
