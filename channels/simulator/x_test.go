package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dghubble/oauth1"
	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels/simulator"
)

// xRig is a simulator with one account on X, spoken to with OAuth 1.0a.
type xRig struct {
	*testing.T
	sim  *simulator.Server
	url  string
	http *http.Client

	mu  sync.Mutex
	now time.Time
}

func xAccount() simulator.AccountSpec {
	return simulator.AccountSpec{
		Network: "x", ID: "42", Name: "Commune de Test", Traits: map[string]string{"username": "test"},
		Credentials: map[string]string{
			"consumer_key": "ck", "consumer_secret": "cs & é", "access_token": "at", "access_token_secret": "as+/",
		},
	}
}

func startX(t *testing.T, spec simulator.AccountSpec) *xRig {
	t.Helper()
	r := &xRig{T: t, now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	sim, err := simulator.New(simulator.Options{Now: r.clock})
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.AddAccount(spec); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	r.sim, r.url = sim, server.URL+"/x"
	c := spec.Credentials
	r.http = oauth1.NewConfig(c["consumer_key"], c["consumer_secret"]).
		Client(context.Background(), oauth1.NewToken(c["access_token"], c["access_token_secret"]))
	return r
}

func (r *xRig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *xRig) advance(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

func (r *xRig) do(client *http.Client, method, path, contentType, body string, header ...string) answer {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), method, r.url+path, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := client.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	return answer{status: resp.StatusCode, header: resp.Header, body: string(data), err: err}
}

func (r *xRig) json(method, path, body string) answer {
	r.Helper()
	return r.do(r.http, method, path, "application/json", body)
}

func (r *xRig) post(text string) answer {
	r.Helper()
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		r.Fatal(err)
	}
	return r.json(http.MethodPost, "/2/tweets", string(body))
}

// id is the id in a success.
func (r *xRig) id(a answer) string {
	r.Helper()
	if a.err != nil || a.status > 299 {
		r.Fatalf("answer %d %q, error %v", a.status, a.body, a.err)
	}
	id, _ := at(r, a.json(r), "data", "id").(string)
	return id
}

// form sends a multipart form; values whose name is "media" are files.
func (r *xRig) form(path string, values ...string) answer {
	r.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(values); i += 2 {
		part, err := form.CreateFormFile(values[i], "file")
		if values[i] != "media" {
			part, err = form.CreateFormField(values[i])
		}
		if err != nil {
			r.Fatal(err)
		}
		if _, err := io.WriteString(part, values[i+1]); err != nil {
			r.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		r.Fatal(err)
	}
	return r.do(r.http, http.MethodPost, path, form.FormDataContentType(), body.String())
}

func (r *xRig) upload() string {
	r.Helper()
	return r.id(r.form("/2/media/upload", "media_category", "tweet_image", "media", string(jpegOf(r, 64, 48))))
}

func TestXPost(t *testing.T) {
	t.Parallel()
	r := startX(t, xAccount())
	a := r.post("Bal & buffet : fete.be")
	if a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.body)
	}
	id := r.id(a)
	data := at(t, a.json(t), "data").(map[string]any)
	if text := data["text"].(string); !strings.HasPrefix(text, "Bal &amp; buffet : https://t.co/") {
		t.Errorf("text %q", text)
	}
	if diff := cmp.Diff([]any{id}, data["edit_history_tweet_ids"]); diff != "" {
		t.Error(diff)
	}
	posts := r.sim.Posts("x", "42")
	if len(posts) != 1 || posts[0].RemoteID != id || posts[0].Text != "Bal & buffet : fete.be" {
		t.Errorf("journal: %+v", posts)
	}
	if a := r.json(http.MethodDelete, "/2/tweets/"+id, ""); a.status != http.StatusOK || at(t, a.json(t), "data", "deleted") != true {
		t.Errorf("delete: %d %s", a.status, a.body)
	}
	if a := r.json(http.MethodDelete, "/2/tweets/"+id, ""); a.status != http.StatusNotFound {
		t.Errorf("delete again: %d %s", a.status, a.body)
	}
}

func TestXRefusesPosts(t *testing.T) {
	t.Parallel()
	r := startX(t, xAccount())
	r.id(r.post("Déjà dit."))
	tests := map[string]struct {
		body   string
		status int
		detail string
	}{
		"empty":          {`{}`, http.StatusBadRequest, ""},
		"unknown field":  {`{"text":"a","title":"b"}`, http.StatusBadRequest, ""},
		"not JSON":       {`{`, http.StatusBadRequest, ""},
		"281":            {`{"text":"` + strings.Repeat("a", 281) + `"}`, http.StatusForbidden, "You are not permitted to perform this action."},
		"141 euros":      {`{"text":"` + strings.Repeat("€", 141) + `"}`, http.StatusForbidden, "You are not permitted to perform this action."},
		"duplicate":      {`{"text":"Déjà dit."}`, http.StatusForbidden, "You are not allowed to create a Tweet with duplicate content."},
		"unknown media":  {`{"text":"a","media":{"media_ids":["1"]}}`, http.StatusBadRequest, ""},
		"no media":       {`{"text":"a","media":{"media_ids":[]}}`, http.StatusBadRequest, ""},
		"media and poll": {`{"text":"a","media":{"media_ids":["1"]},"poll":{}}`, http.StatusBadRequest, ""},
		"quote":          {`{"text":"a","quote_tweet_id":"1"}`, http.StatusForbidden, ""},
		"reply":          {`{"text":"a","reply":{"in_reply_to_tweet_id":"1"}}`, http.StatusForbidden, ""},
	}
	for name, tt := range tests {
		a := r.json(http.MethodPost, "/2/tweets", tt.body)
		if a.status != tt.status {
			t.Errorf("%s: %d %s, want %d", name, a.status, a.body, tt.status)
		}
		if tt.detail != "" && at(t, a.json(t), "detail") != tt.detail {
			t.Errorf("%s: %s", name, a.body)
		}
	}
	if posts := r.sim.Posts("x", "42"); len(posts) != 1 {
		t.Errorf("%d posts", len(posts))
	}
}

func TestXChecksSignatures(t *testing.T) {
	t.Parallel()
	r := startX(t, xAccount())
	client := func(ck, cs, token, secret string) *http.Client {
		return oauth1.NewConfig(ck, cs).Client(context.Background(), oauth1.NewToken(token, secret))
	}
	good := xAccount().Credentials
	for name, c := range map[string]*http.Client{
		"consumer key":    client("other", good["consumer_secret"], "at", good["access_token_secret"]),
		"consumer secret": client("ck", "other", "at", good["access_token_secret"]),
		"token":           client("ck", good["consumer_secret"], "other", good["access_token_secret"]),
		"token secret":    client("ck", good["consumer_secret"], "at", "other"),
		"nothing":         http.DefaultClient,
	} {
		if a := r.do(c, http.MethodGet, "/2/users/me", "", ""); a.status != http.StatusUnauthorized {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	// The query is signed, with characters that are escaped differently.
	path := "/2/users/42/tweets?max_results=5&tweet.fields=" + url.QueryEscape("created_at,text")
	if a := r.do(r.http, http.MethodGet, path, "", ""); a.status != http.StatusOK {
		t.Errorf("signed query: %d %s", a.status, a.body)
	}
	// A token of OAuth 1.0a is not a bearer token.
	if a := r.do(http.DefaultClient, http.MethodGet, "/2/users/me", "", "", "Authorization", "Bearer at"); a.status != http.StatusUnauthorized {
		t.Errorf("as a bearer: %d %s", a.status, a.body)
	}
}

func TestXRefreshTokensWorkOnce(t *testing.T) {
	t.Parallel()
	spec := xAccount()
	spec.Credentials = map[string]string{
		"client_id": "id", "client_secret": "secret", "access_token": "a1", "refresh_token": "r1",
	}
	r := startX(t, spec)
	renew := func(token, basicSecret string) answer {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/2/oauth2/token",
			strings.NewReader(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth("id", basicSecret)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		data, err := io.ReadAll(resp.Body)
		return answer{status: resp.StatusCode, body: string(data), err: err}
	}
	me := func(token string) int {
		return r.do(http.DefaultClient, http.MethodGet, "/2/users/me", "", "", "Authorization", "Bearer "+token).status
	}
	if a := renew("r1", "wrong"); a.status != http.StatusUnauthorized {
		t.Errorf("wrong secret: %d %s", a.status, a.body)
	}
	first := renew("r1", "secret")
	if first.status != http.StatusOK {
		t.Fatalf("%d %s", first.status, first.body)
	}
	access := at(t, first.json(t), "access_token").(string)
	refresh := at(t, first.json(t), "refresh_token").(string)
	if me("a1") != http.StatusUnauthorized || me(access) != http.StatusOK {
		t.Error("the old token lives, or the new one does not")
	}
	r.advance(2 * time.Hour)
	if me(access) != http.StatusUnauthorized {
		t.Error("an access token outlives two hours")
	}
	again := renew("r1", "secret")
	if again.status != http.StatusBadRequest || at(t, again.json(t), "error") != "invalid_request" {
		t.Errorf("a second use: %d %s", again.status, again.body)
	}
	if a := renew(refresh, "secret"); a.status != http.StatusBadRequest {
		t.Errorf("the family survives: %d %s", a.status, a.body)
	}
}

func TestXMedia(t *testing.T) {
	t.Parallel()
	r := startX(t, xAccount())
	id := r.upload()
	describe := func(id, alt string) answer {
		body, err := json.Marshal(map[string]any{"id": id, "metadata": map[string]any{"alt_text": map[string]string{"text": alt}}})
		if err != nil {
			t.Fatal(err)
		}
		return r.json(http.MethodPost, "/2/media/metadata", string(body))
	}
	if a := describe(id, strings.Repeat("é", 1001)); a.status != http.StatusBadRequest {
		t.Errorf("1001 characters: %d %s", a.status, a.body)
	}
	if a := describe("1", "x"); a.status != http.StatusBadRequest {
		t.Errorf("unknown media: %d %s", a.status, a.body)
	}
	if a := describe(id, strings.Repeat("é", 1000)); a.status != http.StatusOK {
		t.Errorf("1000 characters: %d %s", a.status, a.body)
	}
	for name, a := range map[string]answer{
		"not a picture":    r.form("/2/media/upload", "media_category", "tweet_image", "media", "text"),
		"unknown category": r.form("/2/media/upload", "media_category", "poster", "media", string(jpegOf(t, 4, 4))),
		"unknown field":    r.form("/2/media/upload", "media_category", "tweet_image", "file", "x"),
		"too large":        r.form("/2/media/upload", "media_category", "tweet_image", "media", strings.Repeat("x", 5<<20+1)),
	} {
		if a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	r.id(r.json(http.MethodPost, "/2/tweets", `{"text":"a","media":{"media_ids":["`+id+`"]}}`))
	image := r.sim.Posts("x", "42")[0].Images[0]
	if image.Alt != strings.Repeat("é", 1000) || image.Width != 64 || image.Height != 48 {
		t.Errorf("journal: %+v", image)
	}
	r.advance(24 * time.Hour)
	if a := r.json(http.MethodPost, "/2/tweets", `{"text":"b","media":{"media_ids":["`+id+`"]}}`); a.status != http.StatusBadRequest {
		t.Errorf("a day later: %d %s", a.status, a.body)
	}
}

func TestXUploadInParts(t *testing.T) {
	t.Parallel()
	r := startX(t, xAccount())
	begin := func(kind, total string) string {
		return r.id(r.json(http.MethodPost, "/2/media/upload/initialize",
			`{"media_type":"`+kind+`","total_bytes":`+total+`,"media_category":"tweet_video"}`))
	}
	part := func(id, index, data string) int {
		return r.form("/2/media/upload/"+id+"/append", "segment_index", index, "media", data).status
	}
	finalize := func(id string) answer { return r.json(http.MethodPost, "/2/media/upload/"+id+"/finalize", "") }
	status := func(id string) string {
		a := r.do(r.http, http.MethodGet, "/2/media/upload?command=STATUS&media_id="+id, "", "")
		state, _ := at(t, a.json(t), "data", "processing_info", "state").(string)
		return state
	}
	id := begin("video/mp4", "6")
	if got := part(id, "1", "abc"); got != http.StatusBadRequest {
		t.Errorf("out of order: %d", got)
	}
	if got := part(id, "0", "abc"); got != http.StatusOK {
		t.Errorf("first part: %d", got)
	}
	if a := finalize(id); a.status != http.StatusBadRequest {
		t.Errorf("too early: %d %s", a.status, a.body)
	}
	if got := part(id, "1", "defg"); got != http.StatusBadRequest {
		t.Errorf("too many bytes: %d", got)
	}
	if got := part(id, "1", "def"); got != http.StatusOK {
		t.Errorf("second part: %d", got)
	}
	if a := finalize(id); a.status != http.StatusOK || at(t, a.json(t), "data", "processing_info", "state") != "pending" {
		t.Errorf("finalize: %d %s", a.status, a.body)
	}
	attach := `{"text":"a","media":{"media_ids":["` + id + `"]}}`
	if got := status(id); got != "in_progress" {
		t.Errorf("at once: %q", got)
	}
	if a := r.json(http.MethodPost, "/2/tweets", attach); a.status != http.StatusBadRequest {
		t.Errorf("attached while it is worked on: %d %s", a.status, a.body)
	}
	r.advance(2 * time.Second)
	if got := status(id); got != "succeeded" {
		t.Errorf("later: %q", got)
	}
	r.id(r.json(http.MethodPost, "/2/tweets", attach))
}

func TestXLimits(t *testing.T) {
	t.Parallel()
	t.Run("rate", func(t *testing.T) {
		t.Parallel()
		spec := xAccount()
		spec.Traits["posts_per_window"] = "1"
		r := startX(t, spec)
		first := r.post("Un.")
		if first.status != http.StatusCreated || first.header.Get("X-Rate-Limit-Remaining") != "0" {
			t.Errorf("%d %v", first.status, first.header)
		}
		second := r.post("Deux.")
		if second.status != http.StatusTooManyRequests || second.header.Get("X-Rate-Limit-Reset") != "1795263300" {
			t.Errorf("%d %v", second.status, second.header)
		}
		r.advance(15 * time.Minute)
		r.id(r.post("Deux."))
	})
	t.Run("day", func(t *testing.T) {
		t.Parallel()
		spec := xAccount()
		spec.Traits["posts_per_day"], spec.Traits["app_per_day"], spec.Traits["window_seconds"] = "2", "3", "60"
		r := startX(t, spec)
		first := r.post("Un.")
		for header, want := range map[string]string{
			"X-Rate-Limit-Remaining": "99", "X-User-Limit-24hour-Remaining": "1", "X-App-Limit-24hour-Remaining": "2",
			"X-App-Limit-24hour-Limit": "3",
		} {
			if got := first.header.Get(header); got != want {
				t.Errorf("%s: %q, want %q", header, got, want)
			}
		}
		r.id(r.post("Deux."))
		r.advance(time.Minute)
		over := r.post("Trois.")
		if over.status != http.StatusTooManyRequests || over.header.Get("X-User-Limit-24hour-Remaining") != "0" || over.header.Get("X-Rate-Limit-Remaining") != "100" {
			t.Errorf("%d %v", over.status, over.header)
		}
		r.advance(24 * time.Hour)
		r.id(r.post("Trois."))
	})
	for setting, want := range map[string]int{
		"credits=0": http.StatusPaymentRequired, "usage_cap=Monthly": http.StatusTooManyRequests,
		"suspended=true": http.StatusForbidden, "access=read": http.StatusForbidden,
	} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			spec := xAccount()
			name, value, _ := strings.Cut(setting, "=")
			spec.Traits[name] = value
			r := startX(t, spec)
			if a := r.post("Un."); a.status != want {
				t.Errorf("%d %s", a.status, a.body)
			}
			if posts := r.sim.Posts("x", "42"); len(posts) != 0 {
				t.Errorf("%d posts", len(posts))
			}
		})
	}
}

func TestXTimeline(t *testing.T) {
	t.Parallel()
	for _, naming := range []string{"tweet", "post"} {
		t.Run(naming, func(t *testing.T) {
			t.Parallel()
			spec := xAccount()
			spec.Traits["naming"] = naming
			r := startX(t, spec)
			var ids []any
			for _, text := range []string{"Un.", "Deux.", "Trois.", "Quatre.", "Cinq.", "Six : fete.be"} {
				ids = append(ids, r.id(r.post(text)))
				r.advance(time.Minute)
			}
			read := func(query string) map[string]any {
				a := r.do(r.http, http.MethodGet, "/2/users/42/tweets?max_results=5&"+query, "", "")
				if a.status != http.StatusOK {
					t.Fatalf("%d %s", a.status, a.body)
				}
				return a.json(t)
			}
			page := read(naming + ".fields=created_at,entities")
			newest := at(t, page, "data", 0).(map[string]any)
			if newest["id"] != ids[5] || newest["created_at"] != "2026-11-21T12:05:00.000Z" {
				t.Errorf("%v", newest)
			}
			if diff := cmp.Diff([]any{ids[5]}, newest["edit_history_"+naming+"_ids"]); diff != "" {
				t.Error(diff)
			}
			link := at(t, newest, "entities", "urls", 0).(map[string]any)
			if link["expanded_url"] != "http://fete.be" || !strings.Contains(newest["text"].(string), link["url"].(string)) {
				t.Errorf("%v in %v", link, newest)
			}
			next := at(t, page, "meta", "next_token").(string)
			rest := read("pagination_token=" + next)
			if at(t, rest, "data", 0, "id") != ids[0] || at(t, rest, "meta", "result_count") != 1.0 {
				t.Errorf("second page: %v", rest)
			}
			if _, more := at(t, rest, "meta").(map[string]any)["next_token"]; more {
				t.Error("a token after the last page")
			}
			since := read("start_time=2026-11-21T12:04:00Z")
			if at(t, since, "meta", "result_count") != 2.0 {
				t.Errorf("since: %v", since)
			}
			for _, query := range []string{"max_results=4", "max_results=101", "start_time=yesterday", "page=2"} {
				if a := r.do(r.http, http.MethodGet, "/2/users/42/tweets?"+query, "", ""); a.status != http.StatusBadRequest {
					t.Errorf("%s: %d %s", query, a.status, a.body)
				}
			}
		})
	}
}
