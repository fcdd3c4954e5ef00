package simulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

const wordpressName = "wordpress"

// wordpress imitates sites made with WordPress as its own source documents them
// (wp-includes/rest-api, WordPress 6.1 to 7.0, read 2026-11-21): the REST API
// below /wordpress/{site}/wp-json/, and the pages that citizens see. An account
// is a site with one user; /wordpress/ itself is the front door of the first
// site. What an account can be told by its settings and credentials:
//
//	username, application_password   the user
//	role             administrator, editor (default), author, contributor, subscriber
//	permalinks       "plain": no pretty addresses; the API stands at ?rest_route=/
//	strip_authorization  "true": the server drops the Authorization header
//	application_passwords  "off": the site has none
//	names_bad_credentials  "true": as WordPress before 6.3.2
//	moved_to         an address to which everything is redirected
//	php_notices      "true": PHP warnings stand before every answer
//	upload_breaks    "true": each upload breaks down while its copies are made
//	upload_max       bytes of one upload; 0: 8 MB
//	moderated        "true": what is published waits as "pending"
//	trash            "off": the site has no trash
type wordpress struct {
	server *Server

	// page is the template of the citizen pages.
	page *template.Template

	mu    sync.Mutex
	sites map[string]*wordpressSite
}

func (s *Server) wordpressNetwork() network {
	const practice = "valmeuse"
	return network{
		name: wordpressName,
		handler: &wordpress{
			server: s, sites: map[string]*wordpressSite{},
			page: template.Must(template.ParseFS(wordpressPageFile, "pages/wordpress.html")),
		},
		practice: AccountSpec{
			Network: wordpressName, ID: practice, Name: "Commune de Valmeuse",
			Settings: map[string]string{"site_url": s.siteAddress(practice)},
			Credentials: map[string]string{ //nolint:gosec // it opens a site that does not exist
				"username": "communication", "application_password": "prac tice word pres spas swrd",
			},
		},
	}
}

// siteAddress is where a site stands.
func (s *Server) siteAddress(id string) string {
	if s.opts.PublicURL == "" {
		return "https://entrainement.example/" + id
	}
	return s.opts.PublicURL + "/" + wordpressName + "/" + id
}

// wpRequest is one call of the API, read and identified.
type wpRequest struct {
	*http.Request
	site   AccountSpec
	state  *wordpressSite
	method string
	// route is below the API's root, as "/wp/v2/posts".
	route  string
	params wpParams
	file   *wpFile
	// role is "" for strangers.
	role string
}

// ServeHTTP sees paths below /wordpress.
func (p *wordpress) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, rest, slashed := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	frontDoor := id == ""
	if frontDoor {
		if sites := p.server.accountsOf(wordpressName); len(sites) > 0 {
			id = sites[0].ID
		}
	}
	site, ok := p.server.accountSpec(wordpressName, id)
	switch {
	case !ok:
		http.NotFound(w, r)
		return
	case site.Settings["moved_to"] != "":
		redirect(w, strings.TrimRight(site.Settings["moved_to"], "/")+"/"+rest)
		return
	case !slashed && !frontDoor:
		redirect(w, p.home(r, site)+"/")
		return
	}
	route, isAPI := p.apiRoute(r, site, rest)
	if !isAPI {
		p.servePage(w, r, site, rest)
		return
	}
	p.serveAPI(w, r, site, route)
}

// redirect leads browsers and API clients on, as WordPress does.
func redirect(w http.ResponseWriter, address string) {
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusMovedPermanently)
}

// apiRoute finds the route of an API call: the parameter rest_route works on
// every site, the path only where addresses are pretty.
func (p *wordpress) apiRoute(r *http.Request, site AccountSpec, rest string) (string, bool) {
	if r.URL.Query().Has("rest_route") {
		return "/" + strings.Trim(r.URL.Query().Get("rest_route"), "/"), true
	}
	if plainPermalinks(site) {
		return "", false
	}
	if rest != "wp-json" && !strings.HasPrefix(rest, "wp-json/") {
		return "", false
	}
	return "/" + strings.Trim(strings.TrimPrefix(rest, "wp-json"), "/"), true
}

func plainPermalinks(site AccountSpec) bool { return site.Settings["permalinks"] == "plain" }

// home is the site's address, without a slash at its end.
func (p *wordpress) home(r *http.Request, site AccountSpec) string {
	return p.server.url(r, "/"+wordpressName+"/"+site.ID)
}

// apiRoot is what the Link header says.
func (p *wordpress) apiRoot(r *http.Request, site AccountSpec) string {
	if plainPermalinks(site) {
		return p.home(r, site) + "/?rest_route=/"
	}
	return p.home(r, site) + "/wp-json/"
}

func (p *wordpress) serveAPI(w http.ResponseWriter, r *http.Request, site AccountSpec, route string) {
	q := &wpRequest{Request: r, site: site, route: route, state: p.site(site.ID), method: r.Method}
	unreadable := q.read()
	if override := q.Header.Get("X-HTTP-Method-Override"); override != "" && r.Method == http.MethodPost {
		q.method = strings.ToUpper(override)
	}
	refusal := p.identify(q)
	operation, execute := p.operation(q)
	p.server.call(w, r, call{Network: wordpressName, Account: site.ID, Operation: operation}, func() reply {
		p.catchUp(q.state, site.ID)
		var answer reply
		switch {
		case refusal != nil:
			answer = *refusal
		case execute == nil:
			answer = wpError(http.StatusNotFound, "rest_no_route", "Aucune route n’a été trouvée qui corresponde à l’URL et à la méthode de requête.")
		case unreadable != nil:
			answer = wpError(http.StatusBadRequest, "rest_invalid_json", "Corps JSON invalide transmis.")
		default:
			answer = execute(q)
		}
		return q.finish(answer)
	})
}

// finish gives an answer what every answer of the API has.
func (q *wpRequest) finish(answer reply) reply {
	if answer.Header == nil {
		answer.Header = http.Header{}
	}
	answer.Header.Set("X-Robots-Tag", "noindex")
	answer.Header.Set("X-Content-Type-Options", "nosniff")
	if answer.Status < http.StatusBadRequest {
		answer.Body = onlyFields(answer.Body, q.params.text("_fields"))
	}
	if q.site.Settings["php_notices"] == "true" {
		notice := "<br />\n<b>Warning</b>:  Undefined array key [\"x\"] in <b>/var/www/plugin.php</b> on line <b>12</b><br />\n"
		answer.Body = append([]byte(notice), answer.Body...)
	}
	return answer
}

// identify finds out who calls. Wrong credentials make a stranger; WordPress
// before 6.3.2 says what is wrong with them.
func (p *wordpress) identify(q *wpRequest) *reply {
	user, password, given := basicAuth(q.Header.Get("Authorization"))
	if !given || q.site.Settings["strip_authorization"] == "true" || q.site.Settings["application_passwords"] == "off" {
		return nil
	}
	refuse := func(code, message string) *reply {
		if q.site.Settings["names_bad_credentials"] != "true" {
			return nil
		}
		refusal := wpError(http.StatusUnauthorized, code, message)
		return &refusal
	}
	switch {
	case !strings.EqualFold(user, q.site.Credentials["username"]):
		return refuse("invalid_username", "<strong>Erreur :</strong> Identifiant inconnu.")
	case lettersOnly(password) != lettersOnly(q.site.Credentials["application_password"]):
		return refuse("incorrect_password", "Le mot de passe fourni n’est pas un mot de passe d’application valide.")
	}
	q.role = q.site.Settings["role"]
	if q.role == "" {
		q.role = "editor"
	}
	return nil
}

func basicAuth(header string) (user, password string, ok bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(decoded), ":")
}

// lettersOnly is how application passwords are compared: spaces are decoration.
func lettersOnly(password string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, password)
}

// may reports whether the caller has a capability, as the roles of a fresh
// WordPress give them.
func (q *wpRequest) may(capability string) bool { return wpCapabilities(q.role)[capability] }

func wpCapabilities(role string) map[string]bool {
	levels := [][]string{
		{"read"},
		{"edit_posts", "delete_posts"},
		{"publish_posts", "upload_files", "edit_published_posts", "delete_published_posts"},
		{"edit_others_posts", "delete_others_posts", "read_private_posts", "manage_categories", "moderate_comments", "unfiltered_html"},
		{"manage_options", "list_users"},
	}
	may := map[string]bool{}
	for level, name := range []string{"subscriber", "contributor", "author", "editor", "administrator"} {
		for _, capability := range levels[level] {
			may[capability] = role != ""
		}
		if name == role || role == "" {
			return may
		}
	}
	return map[string]bool{}
}

// denied is 401 for strangers and 403 for users without the right.
func (q *wpRequest) denied(code, message string) reply {
	if q.role == "" {
		return wpError(http.StatusUnauthorized, code, message)
	}
	return wpError(http.StatusForbidden, code, message)
}

// wpError is the envelope of every refusal. Messages are in the site's language:
// nobody may go by them.
func wpError(status int, code, message string) reply {
	return wpErrorData(status, code, message, nil)
}

func wpErrorData(status int, code, message string, more map[string]any) reply {
	data := map[string]any{"status": status}
	maps.Copy(data, more)
	return jsonReply(status, map[string]any{"code": code, "message": message, "data": data})
}

func invalidParam(name, message string) reply {
	return wpErrorData(http.StatusBadRequest, "rest_invalid_param", "Paramètre(s) invalide(s) : "+name,
		map[string]any{"params": map[string]string{name: message}, "details": map[string]any{
			name: map[string]any{"code": "rest_invalid_param", "message": message, "data": nil},
		}})
}

// operation names a call for faults, and its handler; nil when the API has no
// such route.
func (p *wordpress) operation(q *wpRequest) (string, func(*wpRequest) reply) {
	parts := strings.Split(strings.TrimPrefix(q.route, "/"), "/")
	if q.route == "/" {
		return opCheck, p.index
	}
	if len(parts) < 3 || parts[0] != "wp" || parts[1] != "v2" {
		return opRead, nil
	}
	collection, item, action := parts[2], "", ""
	if len(parts) > 3 {
		item = parts[3]
	}
	if len(parts) > 4 {
		action = parts[4]
	}
	if _, err := strconv.ParseInt(item, 10, 64); item != "" && item != "me" && err != nil || len(parts) > 5 {
		return opRead, nil
	}
	method := q.method
	if method == http.MethodPut || method == http.MethodPatch {
		method = http.MethodPost
	}
	shape := method + " " + collection
	if item != "" {
		shape += "/" + map[bool]string{true: "me", false: "*"}[item == "me"]
		q.params["id_of_route"] = item
	}
	if action != "" {
		shape += "/" + action
	}
	switch shape {
	case "GET users/me":
		return opCheck, p.currentUser
	case "GET users":
		return opRead, p.listUsers
	case "GET posts":
		return opRead, p.listPosts
	case "GET posts/*":
		return opRead, p.readPost
	case "POST posts":
		return opPost, p.createPost
	case "POST posts/*":
		return opUpdate, p.updatePost
	case "DELETE posts/*":
		return opDelete, p.deletePost
	case "GET media":
		return opRead, p.listMedia
	case "GET media/*":
		return opRead, p.readMedia
	case "POST media":
		return opMedia, p.createMedia
	case "POST media/*":
		return opAlt, p.updateMedia
	case "POST media/*/post-process":
		return opMedia, p.postProcess
	case "GET categories":
		return opRead, p.listCategories
	case "POST categories":
		return opUpdate, p.createCategory
	}
	return opRead, nil
}

// index is the API's root.
func (p *wordpress) index(q *wpRequest) reply {
	authentication := any([]string{})
	if q.site.Settings["application_passwords"] != "off" {
		authentication = map[string]any{"application-passwords": map[string]any{
			"endpoints": map[string]string{"authorization": p.home(q.Request, q.site) + "/wp-admin/authorize-application.php"},
		}}
	}
	return jsonReply(http.StatusOK, map[string]any{
		"name": html.EscapeString(q.site.Name), "description": "", "url": p.home(q.Request, q.site),
		"home": p.home(q.Request, q.site), "gmt_offset": "0", "timezone_string": "UTC",
		"namespaces": []string{"oembed/1.0", "wp/v2", "wp-site-health/v1"}, "authentication": authentication,
		"routes": map[string]any{},
	})
}

func (p *wordpress) currentUser(q *wpRequest) reply {
	if q.role == "" {
		return wpError(http.StatusUnauthorized, "rest_not_logged_in", "Vous n’êtes actuellement pas connecté.")
	}
	me := p.user(q)
	if q.params.text("context") == "edit" {
		me["roles"], me["capabilities"] = []string{q.role}, wpCapabilities(q.role)
	}
	return jsonReply(http.StatusOK, me)
}

func (p *wordpress) user(q *wpRequest) map[string]any {
	name := q.site.Credentials["username"]
	return map[string]any{"id": 1, "name": name, "slug": strings.ToLower(name), "link": p.home(q.Request, q.site) + "/author/" + name + "/"}
}

// listUsers shows the one user.
func (p *wordpress) listUsers(q *wpRequest) reply {
	me := p.user(q)
	users := []any{}
	if slugs := q.params.list("slug"); len(slugs) == 0 || contains(slugs, fmt.Sprint(me["slug"])) {
		users = append(users, me)
	}
	return jsonReply(http.StatusOK, users)
}

// onlyFields keeps the fields that _fields names.
func onlyFields(body []byte, names string) []byte {
	if names == "" {
		return body
	}
	keep := map[string]bool{}
	for name := range strings.SplitSeq(names, ",") {
		name, _, _ = strings.Cut(strings.TrimSpace(name), ".")
		keep[name] = true
	}
	cut := func(object map[string]json.RawMessage) {
		for name := range object {
			if !keep[name] {
				delete(object, name)
			}
		}
	}
	var one map[string]json.RawMessage
	var many []map[string]json.RawMessage
	var value any
	switch {
	case json.Unmarshal(body, &one) == nil:
		cut(one)
		value = one
	case json.Unmarshal(body, &many) == nil:
		for _, object := range many {
			cut(object)
		}
		value = many
	default:
		return body
	}
	return jsonReply(http.StatusOK, value).Body
}
