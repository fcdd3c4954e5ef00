package facebook

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	fb "github.com/huandu/facebook/v2"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/rest"
	"github.com/crieur/crieur/internal/secret"
)

// dialogPage is where Facebook asks the person. Source:
// developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow, read
// 2026-11-21.
const dialogPage = "https://www.facebook.com/" + graphVersion + "/dialog/oauth"

const (
	scopeList = "pages_show_list"
	// taskPublish is the task of a Page without which nothing is published.
	taskPublish = "CREATE_CONTENT"
	// maxPageLists bounds the lists of Pages that are read, a hundred in each.
	maxPageLists = 10
)

const (
	opExchange    = "facebook.oauth"
	opPermissions = "facebook.permissions"
	opAccounts    = "facebook.accounts"
)

var _ channels.Authorizer = Driver{}

func scopes() []string { return []string{scopeList, scopePublish, scopeRead} }

// AuthorizePage implements channels.Authorizer. Facebook needs no PKCE from a
// server that holds the application's secret. Permissions that were declined
// before are asked for again.
func (Driver) AuthorizePage(app channels.App, grant channels.Grant) string {
	page := app.Page
	if page == "" {
		page = dialogPage
	}
	return page + "?" + url.Values{
		"client_id": {app.ID}, "redirect_uri": {grant.RedirectURL}, "state": {grant.State},
		"response_type": {"code"}, "scope": {strings.Join(scopes(), ",")}, "auth_type": {"rerequest"},
	}.Encode()
}

// Authorized implements channels.Authorizer: code, token of some hours, token of
// sixty days, and with that the token of each Page, which has no end.
func (Driver) Authorized(ctx context.Context, app channels.App, grant channels.Grant, code secret.Value, deps channels.Deps) ([]channels.AuthorizedAccount, error) {
	l := newLogin(app, deps)
	if err := l.take(ctx, url.Values{"redirect_uri": {grant.RedirectURL}, "code": {code.Reveal()}}); err != nil {
		return nil, err
	}
	if err := l.take(ctx, url.Values{"grant_type": {"fb_exchange_token"}, "fb_exchange_token": {l.graph.token.Reveal()}}); err != nil {
		return nil, err
	}
	if err := l.checkPermissions(ctx); err != nil {
		return nil, err
	}
	return l.pages(ctx)
}

// login is a person who is about to give us Pages.
type login struct {
	app channels.App
	// graph speaks with the person's token, once there is one.
	graph *graph
}

func newLogin(app channels.App, deps channels.Deps) *login {
	client := http.Client{}
	if deps.HTTP != nil {
		client = *deps.HTTP
	}
	// A redirect would carry the secrets elsewhere.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	log, base := deps.Log, defaultBase
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if deps.BaseURL != "" {
		base = strings.TrimRight(deps.BaseURL, "/") + "/"
	}
	now := deps.Now
	if now == nil {
		now = func() time.Time { return time.Time{} }
	}
	return &login{app: app, graph: &graph{
		base: base, http: client, now: now, log: log, told: func([]channels.Budget) {},
		app: fb.New(app.ID, app.Secret.Reveal()),
	}}
}

// take trades something for a token of the person. Everything secret stands in
// the body: addresses are logged on the way.
func (l *login) take(ctx context.Context, form url.Values) error {
	form.Set("client_id", l.app.ID)
	form.Set("client_secret", l.app.Secret.Reveal())
	r := request{op: opExchange}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.graph.base+graphVersion+"/oauth/access_token", strings.NewReader(form.Encode()))
	if err != nil {
		return ours(ctx, r.op, "facebook.request", causeOf(err))
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := rest.Do(&l.graph.http, req)
	if err != nil {
		var transport *rest.TransportError
		sent := errors.As(err, &transport) && transport.Sent
		return l.graph.unanswered(r, &exchange{}, sent, causeOf(err))
	}
	x := &exchange{status: response.Status, header: response.Header, whole: true}
	var answer struct {
		Token secret.Value `json:"access_token"`
		Error *struct {
			Code      int    `json:"code"`
			Subcode   int    `json:"error_subcode"`
			Transient bool   `json:"is_transient"`
			Trace     string `json:"fbtrace_id"`
		} `json:"error"`
	}
	if !hasEnvelope(response.Status, response.Body) || json.Unmarshal(response.Body, &answer) != nil {
		return l.graph.unreadable(r, x)
	}
	if e := answer.Error; e != nil {
		return l.graph.refused(r, x, &fb.Error{Code: e.Code, ErrorSubcode: e.Subcode, IsTransient: e.Transient, TraceID: e.Trace}, nil)
	}
	if answer.Token.IsZero() {
		return l.graph.unreadable(r, x)
	}
	l.graph.token = answer.Token
	return nil
}

// checkPermissions: a person may decline each permission alone.
func (l *login) checkPermissions(ctx context.Context) error {
	result, err := l.graph.do(ctx, request{op: opPermissions, method: fb.GET, path: "me/permissions", params: fb.Params{}})
	if err != nil {
		return err
	}
	type permission struct {
		Permission string `facebook:"permission"`
		Status     string `facebook:"status"`
	}
	var answer struct {
		Data []permission `facebook:"data"`
	}
	if err := result.Decode(&answer); err != nil {
		return &channels.Error{Kind: channels.Temporary, Op: opPermissions, Code: "facebook.unreadable", Err: errUnreadable}
	}
	for _, scope := range []string{scopePublish, scopeRead} {
		granted := slices.ContainsFunc(answer.Data, func(p permission) bool {
			return p.Permission == scope && p.Status == "granted"
		})
		if !granted {
			return &channels.Error{
				Kind: channels.Permission, Op: opPermissions, Code: "facebook.scope_declined",
				Message:  "Une des permissions demandées par Crieur n’a pas été accordée à Facebook.",
				NextStep: "Recommencez et laissez toutes les cases cochées.",
			}
		}
	}
	return nil
}

// authorizedPage is a Page as Facebook lists it for a person.
type authorizedPage struct {
	ID    string   `facebook:"id"`
	Name  string   `facebook:"name"`
	Link  string   `facebook:"link"`
	Token string   `facebook:"access_token"`
	Tasks []string `facebook:"tasks"`
}

// pages lists the Pages on which the person may publish.
func (l *login) pages(ctx context.Context) ([]channels.AuthorizedAccount, error) {
	var accounts []channels.AuthorizedAccount
	after := ""
	for range maxPageLists {
		params := fb.Params{"fields": "id,name,link,access_token,tasks", "limit": 100}
		if after != "" {
			params["after"] = after
		}
		result, err := l.graph.do(ctx, request{op: opAccounts, method: fb.GET, path: "me/accounts", params: params})
		if err != nil {
			return nil, err
		}
		var answer struct {
			Data   []authorizedPage `facebook:"data"`
			Paging struct {
				Next    string `facebook:"next"`
				Cursors struct {
					After string `facebook:"after"`
				} `facebook:"cursors"`
			} `facebook:"paging"`
		}
		if err := result.Decode(&answer); err != nil {
			return nil, &channels.Error{Kind: channels.Temporary, Op: opAccounts, Code: "facebook.unreadable", Err: errUnreadable}
		}
		for _, page := range answer.Data {
			if page.Token != "" && (len(page.Tasks) == 0 || slices.Contains(page.Tasks, taskPublish)) {
				accounts = append(accounts, l.account(page))
			}
		}
		// The address of the next list holds a token: only its cursor is taken.
		after = answer.Paging.Cursors.After
		if answer.Paging.Next == "" || after == "" {
			break
		}
	}
	if len(accounts) == 0 {
		return nil, &channels.Error{
			Kind: channels.Permission, Op: opAccounts, Code: "facebook.no_page",
			Message:  "Ce compte Facebook ne peut publier sur aucune page, ou aucune page n’a été choisie.",
			NextStep: "Demandez à un administrateur de la page le droit d’y créer du contenu, puis recommencez et choisissez la page.",
		}
	}
	return accounts, nil
}

func (l *login) account(page authorizedPage) channels.AuthorizedAccount {
	link := page.Link
	if link == "" {
		link = "https://www.facebook.com/" + url.PathEscape(page.ID)
	}
	return channels.AuthorizedAccount{
		ID: page.ID, Name: page.Name, URL: link,
		Settings: channels.Settings{settingPage: page.ID},
		Credentials: channels.Credentials{
			credentialToken: secret.New(page.Token), credentialAppID: secret.New(l.app.ID), credentialApp: l.app.Secret,
		},
	}
}
