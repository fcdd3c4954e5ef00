package simulator

import (
	"crypto/rand"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Traits and credentials of an account with which an application is registered
// at a simulated network: the account's app_id or client_id, the secret that
// goes with it, and the one address to which people are sent back.
const traitRedirect = "redirect_uri"

// grants are the authorization codes that a network gave and that were not used
// yet.
type grants struct {
	mu    sync.Mutex
	codes map[string]grant
	used  map[string]bool
}

// grant is what one code stands for.
type grant struct {
	client, redirect, challenge string
	// account is the one that was chosen; "" where the network gives several.
	account string
	ends    time.Time
}

func newGrants() *grants { return &grants{codes: map[string]grant{}, used: map[string]bool{}} }

func (g *grants) give(one grant) string {
	code := rand.Text()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.codes[code] = one
	return code
}

// take uses a code up. used: it had been used before.
func (g *grants) take(code string) (one grant, ok, used bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	one, ok = g.codes[code]
	used = g.used[code]
	if ok {
		delete(g.codes, code)
		g.used[code] = true
	}
	return one, ok, used
}

//go:embed pages/authorize.html
var authorizeFile embed.FS

// authorizePage is what authorize.html shows.
type authorizePage struct {
	Title, Network string
	Refusal        string
	Accounts       []AccountSpec
	// Choose: one account is to be chosen; otherwise all are given.
	Choose bool
}

// dialog is a network's page that asks a person.
type dialog struct {
	network string
	// accounts are those that the application may be given.
	accounts func(client string) []AccountSpec
	// refuse says what is wrong with the request; "": nothing.
	refuse func(query url.Values) string
	choose bool
	life   time.Duration
}

// serveDialog asks the person, and sends them back with a code or with their
// refusal. A wrong application or address of return is told to the person: who
// is sent back there would be sent to a stranger.
func (s *Server) serveDialog(w http.ResponseWriter, r *http.Request, g *grants, d dialog) {
	query := r.URL.Query()
	page := authorizePage{Title: "Autoriser Crieur", Network: networkTitle(d.network), Accounts: d.accounts(query.Get("client_id")), Choose: d.choose}
	registered := ""
	if len(page.Accounts) > 0 {
		registered = page.Accounts[0].Traits[traitRedirect]
	}
	switch {
	case len(page.Accounts) == 0:
		page.Refusal = "Cette application n’existe pas."
	case registered == "" || query.Get("redirect_uri") != registered:
		page.Refusal = "L’adresse de retour n’est pas celle de l’application."
	case query.Get("response_type") != "code":
		page.Refusal = "response_type doit être « code »."
	default:
		page.Refusal = d.refuse(query)
	}
	if page.Refusal != "" {
		showDialog(w, http.StatusBadRequest, page)
		return
	}
	if r.Method != http.MethodPost {
		showDialog(w, http.StatusOK, page)
		return
	}
	back := url.Values{"state": {query.Get("state")}}
	if r.PostFormValue("decision") == "allow" {
		one := grant{client: query.Get("client_id"), redirect: registered, challenge: query.Get("code_challenge"), ends: s.now().Add(d.life)}
		if d.choose {
			one.account = page.Accounts[0].ID
			for _, a := range page.Accounts {
				if a.ID == r.PostFormValue("account") {
					one.account = a.ID
				}
			}
		}
		back.Set("code", g.give(one))
	} else {
		back.Set("error", "access_denied")
		back.Set("error_reason", "user_denied")
		back.Set("error_description", "The user denied the request")
	}
	http.Redirect(w, r, registered+"?"+back.Encode(), http.StatusFound) // #nosec G710 -- the registered address
}

func showDialog(w http.ResponseWriter, status int, page authorizePage) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	// form-action would also bound where the answer to the form leads.
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The page is constant and tested; only a browser that left fails it.
	_ = template.Must(template.ParseFS(authorizeFile, "pages/authorize.html")).Execute(w, page)
}
