package simulator_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"github.com/crieur/crieur/channels/simulator"
	realsite "github.com/crieur/crieur/internal/testrig/wordpress"
)

// TestWordPressSimulated and TestWordPressReal make the same calls and expect
// the same answers: what is true of WordPress is true of its imitation.
func TestWordPressSimulated(t *testing.T) {
	r := start(t, simulator.Options{})
	target := wpTarget{t: t, client: noRedirects(), users: map[string]wpUser{}}
	for _, role := range wpRoles() {
		site := simulator.AccountSpec{
			Network: "wordpress", ID: "site-" + role, Name: "Commune de Testville",
			Settings:    map[string]string{"role": role},
			Credentials: map[string]string{"username": role, "application_password": "abcd EFGH 1234"},
		}
		if err := r.sim.AddAccount(site); err != nil {
			t.Fatal(err)
		}
		target.users[role] = wpUser{site: r.url + "/wordpress/" + site.ID, login: role, password: "abcd EFGH 1234"}
	}
	target.exchange()
}

func TestWordPressReal(t *testing.T) {
	site := realsite.Start(t)
	target := wpTarget{t: t, client: noRedirects(), users: map[string]wpUser{}}
	for _, role := range wpRoles() {
		account := site.Accounts[realsite.Role(role)]
		target.users[role] = wpUser{site: site.URL, login: account.Login, password: account.AppPassword}
	}
	target.exchange()
}

func wpRoles() []string {
	return []string{"administrator", "editor", "author", "contributor", "subscriber"}
}

type wpUser struct{ site, login, password string }

// wpTarget is a WordPress, real or not. The imitation has one site a role.
type wpTarget struct {
	t      *testing.T
	client *http.Client
	users  map[string]wpUser
}

func noRedirects() *http.Client {
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// wpCall is one call and what it is answered. $name in route and body stands for
// a value that an earlier call saved.
type wpCall struct {
	name string
	// as is a role; "" is a stranger at the editor's site.
	as     string
	method string
	// route is that of the API; one with a leading "page:" is a page.
	route  string
	header map[string]string
	body   string
	status int
	code   string
	// want are values at paths of the answer, as "data.status".
	want map[string]any
	// absent must not be in the answer's body.
	absent string
	// save keeps the value at a path under a name.
	save map[string]string
}

func (w wpTarget) exchange() {
	saved := map[string]string{}
	for _, c := range wpCalls() {
		w.t.Run(c.name, func(t *testing.T) {
			status, header, body := w.call(t, c, saved)
			if status != c.status {
				t.Fatalf("status %d, want %d: %.300s", status, c.status, body)
			}
			if strings.HasPrefix(c.route, "page:") {
				for name, part := range c.want {
					if got := header.Get(name); !strings.Contains(got, expand(part.(string), saved)) {
						t.Errorf("%s: %q lacks %q", name, got, part)
					}
				}
				return
			}
			if c.absent != "" && strings.Contains(string(body), c.absent) {
				t.Errorf("the answer holds %q: %.300s", c.absent, body)
			}
			var answer any
			if err := json.Unmarshal(body, &answer); err != nil {
				t.Fatalf("%v: %.300s", err, body)
			}
			if c.code != "" && wpAt(answer, "code") != c.code {
				t.Errorf("code %v, want %s", wpAt(answer, "code"), c.code)
			}
			for path, want := range c.want {
				if text, ok := want.(string); ok {
					want = expand(text, saved)
				}
				if got := wpAt(answer, path); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s is %v, want %v: %.300s", path, got, want, body)
				}
			}
			for name, path := range c.save {
				saved[name] = fmt.Sprint(wpAt(answer, path))
			}
		})
	}
}

func (w wpTarget) call(t *testing.T, c wpCall, saved map[string]string) (int, http.Header, []byte) {
	t.Helper()
	user := w.users["editor"]
	if c.as != "" {
		user = w.users[strings.TrimPrefix(c.as, "wrong-")]
	}
	route := expand(c.route, saved)
	address := user.site + strings.TrimPrefix(route, "page:")
	if !strings.HasPrefix(route, "page:") {
		path, query, _ := strings.Cut(route, "?")
		address = user.site + "/?rest_route=" + path + "&" + query
	}
	body, contentType := []byte(expand(c.body, saved)), "application/json"
	if name, alt, ok := strings.Cut(strings.TrimPrefix(c.body, "picture:"), "|"); ok && strings.HasPrefix(c.body, "picture:") {
		body, contentType = wpForm(t, name, alt)
	}
	if c.header["Content-Type"] != "" {
		body = jpegOf(t, 40, 30)
	}
	request, err := http.NewRequestWithContext(t.Context(), c.method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	for name, value := range c.header {
		request.Header.Set(name, value)
	}
	if c.as != "" {
		password := user.password
		if strings.HasPrefix(c.as, "wrong-") {
			password = "wrong"
		}
		request.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.login+":"+password)))
	}
	response, err := w.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, answer
}

// wpForm is a picture of 1200×900 as a form.
func wpForm(t *testing.T, name, alt string) (body []byte, contentType string) {
	t.Helper()
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	if err := writer.WriteField("alt_text", alt); err != nil {
		t.Fatal(err)
	}
	part, err := writer.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {"image/jpeg"},
	})
	if err != nil {
		t.Fatal(err)
	}
	data := jpegOf(t, 1200, 900)
	if strings.HasSuffix(name, ".txt") {
		data = []byte("not a picture")
	}
	if _, err := part.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return form.Bytes(), writer.FormDataContentType()
}

func expand(text string, saved map[string]string) string {
	for name, value := range saved {
		text = strings.ReplaceAll(text, "$"+name, value)
	}
	return text
}

// wpAt walks into JSON by a path as "0.data.status"; "#" is the length of a
// list.
func wpAt(value any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			if step == "#" {
				return len(v)
			}
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// wpCalls is what a connector does with a WordPress, and what goes wrong.
func wpCalls() []wpCall {
	const slug = "coupure-d-eau-abc123"
	article := `{"title":"Coupure d'eau","content":"<!-- wp:paragraph -->\n<p>Rue Haute</p>\n<!-- /wp:paragraph -->","status":"publish","slug":"` + slug + `"}`
	return []wpCall{
		{name: "front page names the API", method: "HEAD", route: "page:/", status: 200, want: map[string]any{"Link": `rel="https://api.w.org/"`}},
		{name: "index", as: "editor", method: "GET", route: "/", status: 200, want: map[string]any{"name": "Commune de Testville"}},
		{name: "nobody is not logged in", method: "GET", route: "/wp/v2/users/me", status: 401, code: "rest_not_logged_in", want: map[string]any{"data.status": 401}},
		{name: "a wrong password is nobody", as: "wrong-editor", method: "GET", route: "/wp/v2/users/me", status: 401, code: "rest_not_logged_in"},
		{name: "editor may publish", as: "editor", method: "GET", route: "/wp/v2/users/me?context=edit", status: 200, want: map[string]any{"capabilities.publish_posts": true, "capabilities.unfiltered_html": true, "roles.0": "editor"}},
		{name: "author may not file", as: "author", method: "GET", route: "/wp/v2/users/me?context=edit", status: 200, want: map[string]any{"capabilities.publish_posts": true, "capabilities.upload_files": true, "capabilities.manage_categories": nil}},
		{name: "contributor may write", as: "contributor", method: "GET", route: "/wp/v2/users/me?context=edit", status: 200, want: map[string]any{"capabilities.edit_posts": true, "capabilities.publish_posts": nil, "capabilities.upload_files": nil}},
		{name: "no such route", as: "editor", method: "GET", route: "/wp/v2/nothing", status: 404, code: "rest_no_route"},

		{name: "nobody creates", method: "POST", route: "/wp/v2/posts", body: article, status: 401, code: "rest_cannot_create"},
		{name: "subscriber creates", as: "subscriber", method: "POST", route: "/wp/v2/posts", body: article, status: 403, code: "rest_cannot_create"},
		{name: "contributor publishes", as: "contributor", method: "POST", route: "/wp/v2/posts", body: article, status: 403, code: "rest_cannot_publish"},
		{name: "contributor drafts", as: "contributor", method: "POST", route: "/wp/v2/posts", body: `{"title":"Brouillon"}`, status: 201, want: map[string]any{"status": "draft", "slug": ""}},
		{name: "author for another", as: "author", method: "POST", route: "/wp/v2/posts", body: `{"title":"x","author":99999}`, status: 403, code: "rest_cannot_edit_others"},
		{name: "with an id", as: "editor", method: "POST", route: "/wp/v2/posts", body: `{"id":1,"title":"x"}`, status: 400, code: "rest_post_exists"},
		{name: "empty", as: "editor", method: "POST", route: "/wp/v2/posts", body: `{"status":"publish"}`, status: 400, code: "empty_content"},
		{name: "unknown status", as: "editor", method: "POST", route: "/wp/v2/posts", body: `{"title":"x","status":"sent"}`, status: 400, code: "rest_invalid_param"},
		{name: "unknown category", as: "editor", method: "POST", route: "/wp/v2/posts", body: `{"title":"x","categories":["news"]}`, status: 400, code: "rest_invalid_param"},
		{name: "broken body", as: "editor", method: "POST", route: "/wp/v2/posts", body: `{"title":`, status: 400, code: "rest_invalid_json"},

		{name: "created", as: "editor", method: "POST", route: "/wp/v2/posts", body: article, status: 201, want: map[string]any{"status": "publish", "slug": slug, "title.raw": "Coupure d'eau", "featured_media": 0, "categories.#": 1}, save: map[string]string{"post": "id", "link": "link"}},
		{name: "name leads to it", method: "GET", route: "page:/?name=" + slug, status: 301, want: map[string]any{"Location": "$link"}},
		{name: "its permalink", method: "GET", route: "page:/?p=$post", status: 301, want: map[string]any{"Location": "$link"}},
		{name: "unknown name", method: "GET", route: "page:/?name=nothing-like-it", status: 404},
		{name: "created again gets a number", as: "editor", method: "POST", route: "/wp/v2/posts", body: article, status: 201, want: map[string]any{"slug": slug + "-2"}, save: map[string]string{"twin": "id"}},
		{name: "picture that is none is ignored", as: "editor", method: "POST", route: "/wp/v2/posts", body: `{"title":"x","status":"publish","featured_media":999999}`, status: 201, want: map[string]any{"featured_media": 0}},
		{name: "unknown meta is ignored", as: "editor", method: "POST", route: "/wp/v2/posts", body: `{"title":"x","status":"publish","meta":{"crieur":"1"}}`, status: 201},
		{name: "published in the future", as: "editor", method: "POST", route: "/wp/v2/posts", body: `{"title":"x","status":"publish","date_gmt":"2199-01-01T00:00:00"}`, status: 201, want: map[string]any{"status": "future"}},
		{name: "scheduled for the past", as: "editor", method: "POST", route: "/wp/v2/posts", body: `{"title":"x","status":"future","date_gmt":"2001-01-01T00:00:00"}`, status: 201, want: map[string]any{"status": "publish", "date_gmt": "2001-01-01T00:00:00"}},
		{name: "fields", as: "editor", method: "POST", route: "/wp/v2/posts?_fields=id,slug", body: `{"title":{"raw":"Été & fêtes"},"status":"publish"}`, status: 201, want: map[string]any{"slug": "ete-fetes", "status": nil}},
		{name: "author keeps what is harmless", as: "author", method: "POST", route: "/wp/v2/posts", body: `{"title":"Titre","status":"publish","content":"<p>a<script>evil()</script><b>c</b></p>"}`, status: 201, absent: "<script"},
		{name: "editor keeps everything", as: "editor", method: "POST", route: "/wp/v2/posts", body: `{"title":"x","status":"publish","content":"<iframe src=\"x\"></iframe>"}`, status: 201, want: map[string]any{"content.raw": `<iframe src="x"></iframe>`}},

		{name: "found by slug", as: "editor", method: "GET", route: "/wp/v2/posts?slug=" + slug + "&status=publish,draft,trash&context=edit", status: 200, want: map[string]any{"#": 1, "0.id": "$post", "0.content.raw": "<!-- wp:paragraph -->\n<p>Rue Haute</p>\n<!-- /wp:paragraph -->"}},
		{name: "found by two slugs", as: "editor", method: "GET", route: "/wp/v2/posts?slug=" + slug + "," + slug + "-2", status: 200, want: map[string]any{"#": 2}},
		{name: "found by id", as: "editor", method: "GET", route: "/wp/v2/posts?include=$post,$twin", status: 200, want: map[string]any{"#": 2}},
		{name: "nobody sees drafts", method: "GET", route: "/wp/v2/posts?status=draft", status: 400, code: "rest_invalid_param", want: map[string]any{"data.details.status.code": "rest_forbidden_status", "data.details.status.data.status": 401}},
		{name: "subscriber sees no drafts", as: "subscriber", method: "GET", route: "/wp/v2/posts?status=draft", status: 400, code: "rest_invalid_param", want: map[string]any{"data.details.status.data.status": 403}},
		{name: "nobody edits", method: "GET", route: "/wp/v2/posts?context=edit", status: 401, code: "rest_forbidden_context"},
		{name: "too many at once", as: "editor", method: "GET", route: "/wp/v2/posts?per_page=101", status: 400, code: "rest_invalid_param"},
		{name: "no such post", as: "editor", method: "GET", route: "/wp/v2/posts/999999", status: 404, code: "rest_post_invalid_id"},

		{name: "updated", as: "editor", method: "POST", route: "/wp/v2/posts/$post", body: `{"title":"Fin de la coupure"}`, status: 200, want: map[string]any{"slug": slug, "title.raw": "Fin de la coupure", "status": "publish"}},
		{name: "updated with PUT", as: "editor", method: "PUT", route: "/wp/v2/posts/$post", body: `{"excerpt":"Court"}`, status: 200, want: map[string]any{"excerpt.raw": "Court"}},
		{name: "nobody updates", method: "POST", route: "/wp/v2/posts/$post", body: `{"title":"x"}`, status: 401, code: "rest_cannot_edit"},
		{name: "update of nothing", as: "editor", method: "POST", route: "/wp/v2/posts/999999", body: `{"title":"x"}`, status: 404, code: "rest_post_invalid_id"},

		{name: "nobody deletes", method: "DELETE", route: "/wp/v2/posts/$post", status: 401, code: "rest_cannot_delete"},
		{name: "trashed", as: "editor", method: "DELETE", route: "/wp/v2/posts/$post", status: 200, want: map[string]any{"status": "trash", "slug": slug + "__trashed"}},
		{name: "trashed twice", as: "editor", method: "DELETE", route: "/wp/v2/posts/$post", status: 410, code: "rest_already_trashed"},
		{name: "gone for citizens", method: "GET", route: "page:/?name=" + slug + "__trashed", status: 404},
		{name: "not under its slug", as: "editor", method: "GET", route: "/wp/v2/posts?slug=" + slug + "&status=publish,trash", status: 200, want: map[string]any{"#": 0}},
		{name: "in the trash", as: "editor", method: "GET", route: "/wp/v2/posts?slug=" + slug + "__trashed&status=trash&context=edit", status: 200, want: map[string]any{"#": 1, "0.id": "$post"}},
		{name: "its slug is free again", as: "editor", method: "POST", route: "/wp/v2/posts", body: article, status: 201, want: map[string]any{"slug": slug}},
		{name: "method by header", as: "editor", method: "POST", route: "/wp/v2/posts/$twin", header: map[string]string{"X-HTTP-Method-Override": "DELETE"}, status: 200, want: map[string]any{"status": "trash"}},
		{name: "deleted for good", as: "editor", method: "DELETE", route: "/wp/v2/posts/$twin?force=true", status: 200, want: map[string]any{"deleted": true, "previous.id": "$twin"}},
		{name: "deleted is gone", as: "editor", method: "DELETE", route: "/wp/v2/posts/$twin", status: 404, code: "rest_post_invalid_id"},

		{name: "nobody uploads", method: "POST", route: "/wp/v2/media", body: "picture:a.jpg|", status: 401, code: "rest_cannot_create"},
		{name: "contributor uploads", as: "contributor", method: "POST", route: "/wp/v2/media", body: "picture:a.jpg|", status: 403, code: "rest_cannot_create"},
		{name: "uploaded", as: "editor", method: "POST", route: "/wp/v2/media", body: "picture:photo-abc-1.jpg|Des étals & <b>des gens</b>", status: 201, want: map[string]any{"slug": "photo-abc-1", "alt_text": "Des étals & des gens", "mime_type": "image/jpeg", "media_details.width": 1200, "missing_image_sizes.#": 0}, save: map[string]string{"media": "id"}},
		{name: "uploaded again gets a number", as: "editor", method: "POST", route: "/wp/v2/media", body: "picture:photo-abc-1.jpg|x", status: 201, want: map[string]any{"slug": "photo-abc-1-1"}},
		{name: "uploaded raw", as: "editor", method: "POST", route: "/wp/v2/media", header: map[string]string{"Content-Type": "image/jpeg", "Content-Disposition": `attachment; filename="brut.jpg"`}, status: 201, want: map[string]any{"slug": "brut", "alt_text": "", "media_details.width": 40}},
		{name: "without a name", as: "editor", method: "POST", route: "/wp/v2/media", header: map[string]string{"Content-Type": "image/jpeg"}, status: 400, code: "rest_upload_no_content_disposition"},
		{name: "not a picture", as: "editor", method: "POST", route: "/wp/v2/media", body: "picture:a.txt.jpg.exe|", status: 500, code: "rest_upload_unknown_error"},
		{name: "found by its name", as: "editor", method: "GET", route: "/wp/v2/media?slug=photo-abc-1&context=edit", status: 200, want: map[string]any{"#": 1, "0.id": "$media"}},
		{name: "described", as: "editor", method: "POST", route: "/wp/v2/media/$media", body: `{"alt_text":"La place"}`, status: 200, want: map[string]any{"alt_text": "La place"}},
		{name: "processed", as: "editor", method: "POST", route: "/wp/v2/media/$media/post-process", body: `{"action":"create-image-subsizes"}`, status: 200, want: map[string]any{"id": "$media", "missing_image_sizes.#": 0}},
		{name: "processed otherwise", as: "editor", method: "POST", route: "/wp/v2/media/$media/post-process", body: `{"action":"x"}`, status: 400, code: "rest_invalid_param"},
		{name: "no such picture", as: "editor", method: "GET", route: "/wp/v2/media/999999", status: 404, code: "rest_post_invalid_id"},
		{name: "featured", as: "editor", method: "POST", route: "/wp/v2/posts", body: `{"title":"Avec image","status":"publish","featured_media":$media}`, status: 201, want: map[string]any{"featured_media": "$media"}},

		{name: "category made", as: "editor", method: "POST", route: "/wp/v2/categories", body: `{"name":"Fêtes & foires"}`, status: 201, want: map[string]any{"name": "Fêtes &amp; foires"}, save: map[string]string{"category": "id"}},
		{name: "category exists", as: "editor", method: "POST", route: "/wp/v2/categories", body: `{"name":"Fêtes &amp; foires"}`, status: 400, code: "term_exists", want: map[string]any{"data.term_id": "$category"}},
		{name: "category found", as: "editor", method: "GET", route: "/wp/v2/categories?search=foires&per_page=100", status: 200, want: map[string]any{"#": 1, "0.id": "$category"}},
		{name: "author makes a category", as: "author", method: "POST", route: "/wp/v2/categories", body: `{"name":"Autre"}`, status: 403, code: "rest_cannot_create"},
		{name: "nameless category", as: "editor", method: "POST", route: "/wp/v2/categories", body: `{}`, status: 400, code: "rest_missing_callback_param"},
		{name: "filed", as: "editor", method: "POST", route: "/wp/v2/posts", body: `{"title":"Classé","status":"publish","categories":[$category]}`, status: 201, want: map[string]any{"categories.0": "$category", "categories.#": 1}},
	}
}
