package simulator_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crieur/crieur/channels/simulator"
)

func TestFacebookPublishesText(t *testing.T) {
	r := start(t, simulator.Options{})
	a := r.graph(http.MethodPost, pageID+"/feed", "message", "Bonjour", "link", "https://commune.example/a", "fields", "id,permalink_url")
	id := r.must(a)
	if url := a.json(t)["permalink_url"]; url != r.url+"/facebook/"+id {
		t.Errorf("permalink %v", url)
	}
	if v := a.header.Get("Facebook-Api-Version"); v != "v26.0" {
		t.Errorf("version %q", v)
	}
	want := []simulator.Record{{
		Seq: 1, Network: "facebook", Account: pageID, Operation: "post", RemoteID: id, URL: r.url + "/facebook/" + id,
		Text: "Bonjour", Link: "https://commune.example/a", Answered: true, Extra: map[string]string{"application": "55"},
	}}
	if diff := cmp.Diff(want, r.sim.Posts("facebook", pageID), cmpopts.IgnoreFields(simulator.Record{}, "At")); diff != "" {
		t.Errorf("posts (-want +got):\n%s", diff)
	}
}

func TestFacebookReadsParametersWhereverTheyAre(t *testing.T) {
	r := start(t, simulator.Options{})
	r.must(r.send(http.MethodPost, "/facebook/v26.0/me/feed?message=query&access_token="+pageToken, "", nil, nil))
	r.must(r.send(http.MethodPost, "/facebook/v26.0/me/feed", "application/json",
		strings.NewReader(`{"message":"json","access_token":"`+pageToken+`"}`), nil))
	r.must(r.graph(http.MethodPost, "me/feed", "message", "form"))
	var texts []string
	for _, p := range r.sim.Posts("facebook", pageID) {
		texts = append(texts, p.Text)
	}
	if diff := cmp.Diff([]string{"query", "json", "form"}, texts); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
}

func TestFacebookPhotoPublishesAtOnce(t *testing.T) {
	r := start(t, simulator.Options{})
	data := jpegOf(t, 40, 30)
	a := r.photo(data, "caption", "La place", "alt_text_custom", "Des étals")
	photo := r.must(a)
	post := a.json(t)["post_id"].(string)
	posts := r.sim.Posts("facebook", pageID)
	if len(posts) != 1 || posts[0].RemoteID != post || posts[0].Text != "La place" {
		t.Fatalf("posts %+v", posts)
	}
	sum := sha256.Sum256(data)
	want := []simulator.RecordImage{{
		RemoteID: photo, SHA256: hex.EncodeToString(sum[:]), ContentType: "image/jpeg",
		Bytes: len(data), Width: 40, Height: 30, Alt: "Des étals",
	}}
	if diff := cmp.Diff(want, posts[0].Images); diff != "" {
		t.Errorf("images (-want +got):\n%s", diff)
	}
	node := r.graph(http.MethodGet, photo, "fields", "page_story_id,alt_text_custom").json(t)
	if node["page_story_id"] != post || node["alt_text_custom"] != "Des étals" {
		t.Errorf("photo %v", node)
	}
}

func TestFacebookAlbumIsVisibleOnceAttached(t *testing.T) {
	encodings := map[string]func(ids []string) []string{
		"array": func(ids []string) []string {
			return []string{"attached_media", fmt.Sprintf(`[{"media_fbid":"%s"},{"media_fbid":"%s"}]`, ids[0], ids[1])}
		},
		"indexed": func(ids []string) []string {
			return []string{
				"attached_media[0]", `{"media_fbid":"` + ids[0] + `"}`,
				"attached_media[1]", `{"media_fbid":` + ids[1] + `}`,
			}
		},
	}
	for name, encode := range encodings {
		t.Run(name, func(t *testing.T) {
			r := start(t, simulator.Options{})
			var ids []string
			for i := range 2 {
				ids = append(ids, r.must(r.photo(jpegOf(t, 10+i, 10), "published", "false", "alt_text_custom", fmt.Sprint("photo ", i))))
			}
			if posts := r.sim.Posts("facebook", pageID); len(posts) != 0 {
				t.Fatalf("unpublished photos are visible: %+v", posts)
			}
			if node := r.graph(http.MethodGet, ids[0], "fields", "page_story_id").json(t); node["page_story_id"] != nil {
				t.Errorf("story of an unpublished photo: %v", node)
			}
			post := r.must(r.graph(http.MethodPost, pageID+"/feed", append(encode(ids), "message", "Album")...))
			posts := r.sim.Posts("facebook", pageID)
			if len(posts) != 1 || len(posts[0].Images) != 2 || posts[0].Images[1].Alt != "photo 1" || posts[0].Images[0].RemoteID != ids[0] {
				t.Fatalf("posts %+v", posts)
			}
			for _, id := range ids {
				if node := r.graph(http.MethodGet, id, "fields", "page_story_id").json(t); node["page_story_id"] != post {
					t.Errorf("story of %s: %v", id, node)
				}
			}
			again := r.graph(http.MethodPost, pageID+"/feed", append(encode(ids), "message", "Encore")...)
			if got := again.code(t); got != [2]int{1366051, 0} {
				t.Errorf("photos posted again: %v", got)
			}
		})
	}
}

func TestFacebookRefusals(t *testing.T) {
	text := func(params ...string) func(*rig) answer {
		return func(r *rig) answer { return r.graph(http.MethodPost, pageID+"/feed", params...) }
	}
	tests := []struct {
		name string
		call func(*rig) answer
		want [2]int
	}{
		{"no token", func(r *rig) answer { return r.graphAs("", http.MethodGet, pageID) }, [2]int{2500, 0}},
		{"wrong token", func(r *rig) answer { return r.graphAs("other", http.MethodGet, pageID) }, [2]int{190, 0}},
		{"date_format", func(r *rig) answer { return r.graph(http.MethodGet, pageID, "date_format", "U") }, [2]int{100, 0}},
		{"wrong proof", text("message", "x", "appsecret_proof", "00"), [2]int{104, 0}},
		{"empty", text("message", " "), [2]int{100, 0}},
		{"too long", text("message", strings.Repeat("é", 63_207)), [2]int{100, 0}},
		{"link to Facebook", text("link", "https://www.facebook.com/x"), [2]int{100, 1609008}},
		{"link that is none", text("link", "commune"), [2]int{100, 2061006}},
		{"unknown photo", text("attached_media", `[{"media_fbid":"1"}]`), [2]int{100, 33}},
		{"attached_media that is none", text("attached_media", `1`), [2]int{100, 0}},
		{"another page", func(r *rig) answer { return r.graph(http.MethodPost, "123/feed", "message", "x") }, [2]int{100, 33}},
		{"unknown object", func(r *rig) answer { return r.graph(http.MethodGet, "777_1") }, [2]int{100, 33}},
		{"unknown field", text("message", "x", "fields", "id,nothing"), [2]int{100, 0}},
		{"counters without the permission", func(r *rig) answer {
			return r.graph(http.MethodGet, pageID+"/published_posts", "fields", "comments.summary(total_count).limit(0)")
		}, [2]int{10, 0}},
		{"ids of the root", func(r *rig) answer { return r.graph(http.MethodGet, "", "ids", "1,2") }, [2]int{100, 0}},
		{"no such edge", func(r *rig) answer { return r.graph(http.MethodGet, pageID+"/nothing") }, [2]int{2500, 0}},
		{"no such version", func(r *rig) answer { return r.send(http.MethodGet, "/facebook/v1.0/me", "", nil, nil) }, [2]int{2500, 0}},
		{"not a picture", func(r *rig) answer { return r.photo([]byte("<svg/>")) }, [2]int{324, 2069019}},
		{"picture too large", func(r *rig) answer {
			return r.photo(append(jpegOf(r, 2, 2), bytes.Repeat([]byte{0}, 4<<20)...))
		}, [2]int{100, 1366046}},
		{"picture elsewhere", func(r *rig) answer {
			return r.graph(http.MethodPost, pageID+"/photos", "url", "http://127.0.0.1:1/x.jpg")
		}, [2]int{324, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, simulator.Options{})
			if got := tt.call(r).code(t); got != tt.want {
				t.Errorf("code %v, want %v", got, tt.want)
			}
			if records := r.sim.Records(); len(records) != 0 {
				t.Errorf("accepted: %+v", records)
			}
		})
	}
}

func TestFacebookFetchesPicturesOfItsOwn(t *testing.T) {
	r := start(t, simulator.Options{})
	r.must(r.photo(jpegOf(t, 8, 9)))
	own := r.url + "/_media/" + r.sim.Records()[0].Images[0].SHA256
	r.must(r.graph(http.MethodPost, pageID+"/photos", "url", own))
	if posts := r.sim.Posts("facebook", pageID); len(posts) != 2 || posts[1].Images[0].Height != 9 {
		t.Errorf("posts %+v", posts)
	}
}

func TestFacebookRefusesTheSameTextTwiceInARow(t *testing.T) {
	r := start(t, simulator.Options{})
	say := func(text string) answer { return r.graph(http.MethodPost, pageID+"/feed", "message", text) }
	r.must(say("a"))
	if got := say("a").code(t); got != [2]int{506, 1455006} {
		t.Errorf("again: %v", got)
	}
	r.must(say("b"))
	r.must(say("a"))
	if n := len(r.sim.Posts("facebook", pageID)); n != 3 {
		t.Errorf("%d posts", n)
	}
}

func TestFacebookEditsAndDeletes(t *testing.T) {
	r := start(t, simulator.Options{})
	id := r.must(r.graph(http.MethodPost, pageID+"/feed", "message", "Réunion mardi"))
	r.must(r.graph(http.MethodPost, id, "message", "Réunion mercredi"))
	if posts := r.sim.Posts("facebook", pageID); len(posts) != 1 || posts[0].Text != "Réunion mercredi" {
		t.Errorf("posts %+v", posts)
	}
	r.must(r.graph(http.MethodPost, id, "method", "delete"))
	if posts := r.sim.Posts("facebook", pageID); len(posts) != 0 {
		t.Errorf("posts %+v", posts)
	}
	if got := r.graph(http.MethodDelete, id).code(t); got != [2]int{100, 33} {
		t.Errorf("deleted again: %v", got)
	}
	var operations []string
	for _, record := range r.sim.Records() {
		operations = append(operations, record.Operation)
	}
	if diff := cmp.Diff([]string{"post", "update", "delete"}, operations); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

func TestFacebookAppEditsOnlyItsOwn(t *testing.T) {
	r := start(t, simulator.Options{})
	id := r.must(r.graph(http.MethodPost, pageID+"/feed", "message", "x"))
	other := testPage()
	other.Credentials["app_id"] = "66"
	if err := r.sim.AddAccount(other); err != nil {
		t.Fatal(err)
	}
	if got := r.graph(http.MethodPost, id, "message", "y").code(t); got != [2]int{200, 0} {
		t.Errorf("code %v", got)
	}
}

func TestFacebookPublishesADraftLater(t *testing.T) {
	r := start(t, simulator.Options{})
	id := r.must(r.graph(http.MethodPost, pageID+"/feed", "message", "x", "published", "false"))
	if posts := r.sim.Posts("facebook", pageID); len(posts) != 0 {
		t.Fatalf("a draft is visible: %+v", posts)
	}
	for range 2 { // harmless again
		r.must(r.graph(http.MethodPost, id, "is_published", "true"))
	}
	if posts := r.sim.Posts("facebook", pageID); len(posts) != 1 {
		t.Errorf("posts %+v", posts)
	}
}

func TestFacebookListsPostsByPages(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	r := start(t, simulator.Options{Now: func() time.Time { return now }})
	for i := range 5 {
		now = now.Add(time.Minute)
		r.must(r.graph(http.MethodPost, pageID+"/feed", "message", strconv.Itoa(i)))
	}
	messages := func(a answer) (list []string) {
		t.Helper()
		for _, p := range a.json(t)["data"].([]any) {
			list = append(list, at(t, p, "message").(string))
		}
		return list
	}
	var all []string
	page := r.graph(http.MethodGet, pageID+"/published_posts", "fields", "message", "limit", "2")
	for {
		all = append(all, messages(page)...)
		next, ok := at(t, page.json(t), "paging", "next").(string)
		if !ok {
			break
		}
		path, own := strings.CutPrefix(next, r.url)
		if !own {
			t.Fatalf("the next page is elsewhere: %s", next)
		}
		page = r.send(http.MethodGet, path, "", nil, http.Header{"Authorization": {"OAuth " + pageToken}})
	}
	if diff := cmp.Diff([]string{"4", "3", "2", "1", "0"}, all); diff != "" {
		t.Errorf("newest first (-want +got):\n%s", diff)
	}
	first := r.graph(http.MethodGet, pageID+"/published_posts", "fields", "message", "limit", "3")
	after := at(t, first.json(t), "paging", "cursors", "after").(string)
	rest := r.graph(http.MethodGet, pageID+"/published_posts", "fields", "message", "after", after)
	if diff := cmp.Diff([]string{"1", "0"}, messages(rest)); diff != "" {
		t.Errorf("after the cursor (-want +got):\n%s", diff)
	}
	since := strconv.FormatInt(now.Add(-time.Minute).Unix(), 10)
	if diff := cmp.Diff([]string{"4", "3"}, messages(r.graph(http.MethodGet, pageID+"/published_posts", "since", since))); diff != "" {
		t.Errorf("since (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"3", "2", "1", "0"}, messages(r.graph(http.MethodGet, pageID+"/feed"))); diff != "" {
		t.Errorf("the feed leaves posts out (-want +got):\n%s", diff)
	}
}

func TestFacebookShowsWhatAPostIsMadeOf(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	r := start(t, simulator.Options{Now: func() time.Time { return now }})
	a := r.must(r.photo(jpegOf(t, 8, 8), "published", "false"))
	b := r.must(r.photo(jpegOf(t, 9, 9), "published", "false"))
	album := r.must(r.graph(http.MethodPost, pageID+"/feed", "message", "x", "attached_media",
		fmt.Sprintf(`[{"media_fbid":%q},{"media_fbid":%q}]`, a, b)))
	got := r.graph(http.MethodGet, album, "fields",
		"id,created_time,application,attachments{media_type,subattachments.limit(20){media_type,target{id}}}").json(t)
	photo := func(id string) any {
		return map[string]any{"media_type": "photo", "target": map[string]any{"id": id}}
	}
	want := map[string]any{
		"id": album, "created_time": "2026-11-21T10:00:00+0000",
		"application": map[string]any{"id": "55", "name": "Commune"},
		"attachments": map[string]any{"data": []any{map[string]any{
			"media_type":     "album",
			"subattachments": map[string]any{"data": []any{photo(a), photo(b)}},
		}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("post (-want +got):\n%s", diff)
	}
}

func TestFacebookServesTheOldestLivingVersionForADeadOne(t *testing.T) {
	tests := []struct {
		day, wanted, served string
	}{
		{"2026-11-21", "v20.0", "v21.0"},
		{"2026-11-21", "v21.0", "v21.0"},
		{"2026-11-21", "v26.0", "v26.0"},
		{"2027-01-21", "v21.0", "v22.0"},
	}
	for _, tt := range tests {
		now, err := time.Parse(time.DateOnly, tt.day)
		if err != nil {
			t.Fatal(err)
		}
		r := start(t, simulator.Options{Now: func() time.Time { return now }})
		a := r.send(http.MethodGet, "/facebook/"+tt.wanted+"/me?access_token="+pageToken, "", nil, nil)
		if got := a.header.Get("Facebook-Api-Version"); a.status != http.StatusOK || got != tt.served {
			t.Errorf("%s on %s: %d, served as %q, want %q", tt.wanted, tt.day, a.status, got, tt.served)
		}
	}
}

func TestFacebookProof(t *testing.T) {
	r := start(t, simulator.Options{})
	spec := testPage()
	spec.Settings = map[string]string{"require_proof": "true"}
	if err := r.sim.AddAccount(spec); err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte("shh"))
	mac.Write([]byte(pageToken))
	if a := r.graph(http.MethodGet, pageID, "appsecret_proof", hex.EncodeToString(mac.Sum(nil))); a.status != http.StatusOK {
		t.Errorf("right proof: %d %s", a.status, a.body)
	}
	if got := r.graph(http.MethodGet, pageID).code(t); got != [2]int{104, 0} {
		t.Errorf("no proof where it is required: %v", got)
	}
}

func TestFacebookCountsCalls(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	r := start(t, simulator.Options{Now: func() time.Time { return now }})
	spec := testPage()
	spec.Settings = map[string]string{"calls_per_day": "4"}
	if err := r.sim.AddAccount(spec); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{`"call_count":25`, `"call_count":50`, `"call_count":75`, `"call_count":100`} {
		a := r.graph(http.MethodGet, pageID)
		if got := a.header.Get("X-Page-Usage"); a.status != http.StatusOK || !strings.Contains(got, want) {
			t.Errorf("call %d: %d, usage %s, want %s", i+1, a.status, got, want)
		}
	}
	now = now.Add(23 * time.Hour)
	a := r.graph(http.MethodPost, pageID+"/feed", "message", "x")
	if a.code(t) != [2]int{80001, 0} || !strings.Contains(a.header.Get("X-Business-Use-Case-Usage"), `"estimated_time_to_regain_access":61`) {
		t.Errorf("over the quota: %s %v", a.body, a.header)
	}
	now = now.Add(time.Hour)
	r.must(r.graph(http.MethodPost, pageID+"/feed", "message", "x"))
}

func TestFacebookTellsOfTokens(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	r := start(t, simulator.Options{Now: func() time.Time { return now }})
	spec := testPage()
	spec.Settings = map[string]string{"expires_at": strconv.FormatInt(now.Add(time.Hour).Unix(), 10), "scopes": "pages_manage_posts"}
	if err := r.sim.AddAccount(spec); err != nil {
		t.Fatal(err)
	}
	inspect := func(token string) map[string]any {
		t.Helper()
		return r.graphAs("55|shh", http.MethodGet, "debug_token", "input_token", token).json(t)
	}
	got := inspect(pageToken)
	if at(t, got, "data", "is_valid") != true || at(t, got, "data", "profile_id") != pageID ||
		at(t, got, "data", "scopes", 0) != "pages_manage_posts" || at(t, got, "data", "expires_at") != float64(now.Add(time.Hour).Unix()) {
		t.Errorf("valid token: %v", got)
	}
	if got := inspect("other"); at(t, got, "data", "is_valid") != false || at(t, got, "data", "error", "code") != float64(190) {
		t.Errorf("unknown token: %v", got)
	}
	if got := r.graphAs("55|wrong", http.MethodGet, "debug_token", "input_token", pageToken).code(t); got != [2]int{190, 0} {
		t.Errorf("wrong app: %v", got)
	}
	accounts := r.graphAs("user-token", http.MethodGet, "me/accounts").json(t)
	if at(t, accounts, "data", 0, "id") != pageID || at(t, accounts, "data", 0, "access_token") != pageToken {
		t.Errorf("accounts: %v", accounts)
	}
	now = now.Add(time.Hour)
	if got := inspect(pageToken); at(t, got, "data", "error", "subcode") != float64(463) {
		t.Errorf("expired token: %v", got)
	}
	if got := r.graph(http.MethodGet, pageID).code(t); got != [2]int{190, 463} {
		t.Errorf("call with an expired token: %v", got)
	}
}
