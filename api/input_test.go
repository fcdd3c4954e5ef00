package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media/mediatest"
)

// want is what a refusal must say: the status, and one field with its code.
type want struct {
	status int
	field  string
	code   string
}

func (w want) check(t *testing.T, a testrig.Answer) {
	t.Helper()
	p := refusal(t, a)
	if p.Status != w.status {
		t.Errorf("status %d, want %d: %s", p.Status, w.status, a.Body)
	}
	if w.field == "" {
		if p.Code != w.code {
			t.Errorf("code %q, want %q", p.Code, w.code)
		}
		return
	}
	for _, f := range p.Fields {
		if f.Field == w.field && f.Code == w.code {
			if f.Message == "" {
				t.Errorf("%s: no message", f.Field)
			}
			return
		}
	}
	t.Errorf("no field %s with code %s: %s", w.field, w.code, a.Body)
}

// nothingMade fails the test when a refused request left something behind.
func nothingMade(t *testing.T, rig *testrig.Rig) {
	t.Helper()
	var page struct {
		Posts []json.RawMessage `json:"posts"`
	}
	rig.Do(http.MethodGet, "/posts", nil).Into(t, http.StatusOK, &page)
	if len(page.Posts) != 0 {
		t.Errorf("a refused request left %d posts behind: %s", len(page.Posts), page.Posts)
	}
	if records := rig.Networks.Records(); len(records) != 0 {
		t.Errorf("a refused request reached a network: %+v", records)
	}
}

func TestWhatIsWrongIsSaidBesideItsField(t *testing.T) {
	rig := start(t, "sqlite")
	facebook := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	site := rig.Connect("site", "Actualités", nil, nil)

	images := make([]object, 51)
	for i := range images {
		images[i] = object{"media_id": "m", "alt": "Un étal"}
	}
	tests := map[string]struct {
		change object
		want   want
	}{
		"no channel":             {object{"channels": []string{}}, want{422, "channels", "channels_empty"}},
		"an unknown channel":     {object{"channels": []string{site.ID, "unknown"}}, want{422, "channels[1]", "channel_unknown"}},
		"the same channel twice": {object{"channels": []string{site.ID, site.ID}}, want{422, "channels[1]", "channel_twice"}},
		"channels left out":      {object{"channels": nil}, want{422, "channels", "required"}},
		"no text":                {object{"text": "", "title": ""}, want{422, "text", "text_empty"}},
		"blank text":             {object{"text": " \n\t ", "title": ""}, want{422, "text", "text_empty"}},
		"an override that is too long": {
			object{"overrides": object{facebook.ID: object{"text": strings.Repeat("mot ", 20_000)}}},
			want{422, "overrides." + facebook.ID + ".text", "text_too_long"},
		},
		"an override for nobody":  {object{"overrides": object{"unknown": object{"text": "a"}}}, want{422, "overrides.unknown", "channel_unknown"}},
		"too many pictures":       {object{"images": images}, want{422, "images", "too_many"}},
		"a picture that is not":   {object{"images": []object{{"media_id": "unknown", "alt": "x"}}}, want{422, "images[0].media_id", "media_unknown"}},
		"a focal point outside":   {object{"images": []object{{"media_id": "m", "alt": "x", "focal": object{"x": 1.5, "y": 0}}}}, want{422, "images[0].focal.x", "out_of_range"}},
		"a link that is none":     {object{"link": "javascript:alert(1)"}, want{422, "link", "url_invalid"}},
		"a date in the past":      {object{"publish": object{"mode": "at", "at": "2020-01-01T09:00"}}, want{422, "publish.at", "date_past"}},
		"an hour that is skipped": {object{"publish": object{"mode": "at", "at": "2027-03-28T02:30", "zone": "Europe/Brussels"}}, want{422, "publish.at", "wall_time_missing"}},
		"a date that is none":     {object{"publish": object{"mode": "at", "at": "2027-02-30T09:00"}}, want{422, "publish.at", "date_unreadable"}},
		"no date":                 {object{"publish": object{"mode": "at"}}, want{422, "publish.at", "required"}},
		"an unknown zone":         {object{"publish": object{"mode": "at", "at": "2027-02-03T09:00", "zone": "Europe/Namur"}}, want{422, "publish.zone", "zone_unknown"}},
		"an unknown mode":         {object{"publish": object{"mode": "later"}}, want{422, "publish.mode", "unknown_value"}},
		"no mode":                 {object{"publish": object{}}, want{422, "publish.mode", "required"}},
		"an unknown field":        {object{"txet": "Brocante"}, want{400, "txet", "unknown_field"}},
		"an unknown field within": {object{"images": []object{{"media_id": "m", "legend": "x"}}}, want{400, "images[0].legend", "unknown_field"}},
		"a field in another case": {object{"Text": "Brocante"}, want{400, "Text", "unknown_field"}},
		"a wrong type":            {object{"text": 5}, want{400, "text", "wrong_type"}},
		"null":                    {object{"title": json.RawMessage("null")}, want{400, "title", "wrong_type"}},
		"a sign that is none":     {object{"text": "Bro\x00cante"}, want{400, "text", "control_character"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			post := object{
				"title": "Brocante", "text": "Dimanche place du Marché.",
				"channels": []string{facebook.ID, site.ID}, "publish": object{"mode": "now"},
			}
			for name, value := range tt.change {
				if post[name] = value; value == nil {
					delete(post, name)
				}
			}
			tt.want.check(t, rig.Do(http.MethodPost, "/posts", post))
			nothingMade(t, rig)
		})
	}
}

func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	rig := start(t, "sqlite")
	p := refusal(t, rig.Do(http.MethodPost, "/posts", object{"a": 1, "b": 2, "text": 5, "channels": []int{1}, "publish": object{"mode": "later"}}))
	got := map[string]string{}
	for _, f := range p.Fields {
		got[f.Field] = f.Code
	}
	for name, code := range map[string]string{"a": "unknown_field", "b": "unknown_field", "text": "wrong_type", "channels[0]": "wrong_type", "publish.mode": "unknown_value"} {
		if got[name] != code {
			t.Errorf("%s: %q, want %q", name, got[name], code)
		}
	}
	if p.Status != http.StatusBadRequest || len(p.Fields) != 5 {
		t.Errorf("status %d, fields %v", p.Status, p.Fields)
	}
}

func TestBodiesThatCannotBeRead(t *testing.T) {
	rig := start(t, "sqlite")
	tests := map[string]struct {
		contentType, body string
		want              want
	}{
		"not JSON":          {"application/json", `{"text": "a"`, want{400, "", "not_json"}},
		"two values":        {"application/json", `{} {}`, want{400, "", "not_json"}},
		"nothing":           {"application/json", ``, want{400, "", "not_json"}},
		"a list":            {"application/json", `[]`, want{400, "", "wrong_type"}},
		"not UTF-8":         {"application/json", "{\"text\": \"caf\xe9\"}", want{400, "", "not_utf8"}},
		"more than 1 MiB":   {"application/json", `{"text": "` + strings.Repeat("a", 1<<20) + `"}`, want{413, "", "too_large"}},
		"a form":            {"application/x-www-form-urlencoded", `text=a`, want{415, "", "content_type"}},
		"no type":           {"", `{}`, want{415, "", "content_type"}},
		"a multipart start": {"multipart/form-data", `--x`, want{400, "", "body_unreadable"}},
		"a cut multipart":   {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"post\"\r\n\r\n{}", want{400, "", "body_unreadable"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			answer, err := rig.Try(t.Context(), http.MethodPost, "/posts", tt.contentType, strings.NewReader(tt.body), nil)
			if err != nil {
				t.Fatal(err)
			}
			tt.want.check(t, answer)
		})
	}
	nothingMade(t, rig)
}

func TestTheContentTypeIsReadAsHTTPDoes(t *testing.T) {
	rig := start(t, "sqlite")
	body := `{"text": "Brocante", "channels": [], "publish": {"mode": "draft"}}`
	for _, contentType := range []string{"application/json; charset=utf-8", "Application/JSON", "application/json;charset=\"UTF-8\""} {
		answer, err := rig.Try(t.Context(), http.MethodPost, "/posts", contentType, strings.NewReader(body), nil)
		if err != nil {
			t.Fatal(err)
		}
		answer.Into(t, http.StatusCreated, nil)
	}
}

func TestParameters(t *testing.T) {
	rig := start(t, "sqlite")
	tests := map[string]want{
		"/posts?status=asleep":              {400, "status", "unknown_value"},
		"/posts?limit=0":                    {400, "limit", "out_of_range"},
		"/posts?limit=many":                 {400, "limit", "parameter_invalid"},
		"/posts?from=yesterday":             {400, "from", "invalid"},
		"/posts?chanel=a":                   {400, "chanel", "unknown_parameter"},
		"/posts?q=a&q=b":                    {400, "q", "parameter_twice"},
		"/posts?q=%00":                      {400, "q", "control_character"},
		"/posts/" + strings.Repeat("a", 65): {404, "", "not_found"},
		"/nothing":                          {404, "", "no_such_path"},
	}
	for path, want := range tests {
		t.Run(path, func(t *testing.T) { want.check(t, rig.Do(http.MethodGet, path, nil)) })
	}
	want{405, "", "method_not_allowed"}.check(t, rig.Do(http.MethodPut, "/posts", object{}))
	want{428, "", "if_match_required"}.check(t, rig.Do(http.MethodPatch, "/posts/a", object{"text": "a"}))
	for _, bad := range []string{"x", `"0"`, "-1", "*"} {
		answer, err := rig.Try(t.Context(), http.MethodPatch, "/posts/a", "application/json", strings.NewReader(`{"text":"a"}`), map[string]string{"If-Match": bad})
		if err != nil {
			t.Fatal(err)
		}
		want{400, "If-Match", "parameter_invalid"}.check(t, answer)
	}
}

// form makes a multipart body of named parts.
func form(t *testing.T, parts ...part) (contentType string, body *bytes.Buffer) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for _, p := range parts {
		create := func() (io.Writer, error) { return w.CreateFormFile(p.name, p.file) }
		if p.file == "" {
			create = func() (io.Writer, error) { return w.CreateFormField(p.name) }
		}
		out, err := create()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(p.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), body
}

type part struct {
	name, file string
	data       []byte
}

func TestPicturesThatAreRefused(t *testing.T) {
	rig := start(t, "sqlite")
	site := rig.Connect("site", "Actualités", nil, nil)
	pictures := map[string]struct {
		data   []byte
		status int
		code   string
	}{
		"empty.jpg": {nil, 422, "media_empty"},
		"text.jpg":  {[]byte("Bonjour, ceci est une lettre."), 422, "media_type"},
		"huge.png":  {mediatest.HugePNG(60_000, 60_000), 422, "media_too_many_pixels"},
		"cut.jpg":   {mediatest.JPEG(640, 480)[:2000], 422, "media_unreadable"},
		"page.svg":  {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 422, "media_type"},
	}
	for name, tt := range pictures {
		t.Run(name, func(t *testing.T) {
			contentType, body := form(t, part{"file", name, tt.data})
			answer, err := rig.Try(t.Context(), http.MethodPost, "/media", contentType, body, nil)
			if err != nil {
				t.Fatal(err)
			}
			want{tt.status, "file", tt.code}.check(t, answer)

			post := object{"text": "Brocante", "channels": []string{site.ID}, "publish": object{"mode": "now"}, "images": []object{{"alt": "a"}, {"alt": "b"}}}
			want{tt.status, "images[1]", tt.code}.check(t, rig.PublishMultipart(post, mediatest.JPEG(64, 48), tt.data))
			nothingMade(t, rig)
		})
	}
}

func TestPartsThatDoNotFit(t *testing.T) {
	rig := start(t, "sqlite")
	site := rig.Connect("site", "Actualités", nil, nil)
	picture := mediatest.JPEG(64, 48)
	post := func(images ...object) part {
		data, err := json.Marshal(object{"text": "Brocante", "title": "Brocante", "channels": []string{site.ID}, "images": append([]object{}, images...), "publish": object{"mode": "now"}})
		if err != nil {
			t.Fatal(err)
		}
		return part{name: "post", data: data}
	}
	image := part{"image", "a.jpg", picture}
	tests := map[string]struct {
		path  string
		parts []part
		want  want
	}{
		"no alternative text":       {"/posts", []part{post(object{}), image}, want{422, "images[0].alt", "alt_missing"}},
		"a picture not described":   {"/posts", []part{post(), image}, want{422, "images", "images_mismatch"}},
		"a picture that is missing": {"/posts", []part{post(object{"alt": "a"}, object{"alt": "b"}), image}, want{422, "images", "images_mismatch"}},
		"a picture named as well":   {"/posts", []part{post(object{"alt": "a", "media_id": "m"}), image}, want{422, "images[0].media_id", "media_id_unexpected"}},
		"no post":                   {"/posts", []part{image}, want{422, "post", "required"}},
		"two posts":                 {"/posts", []part{post(), post()}, want{400, "", "part_unexpected"}},
		"another part":              {"/posts", []part{post(), {name: "video", data: picture}}, want{400, "", "part_unexpected"}},
		"a post that is wrong":      {"/posts", []part{{name: "post", data: []byte(`{"txet": 1}`)}}, want{400, "txet", "unknown_field"}},
		"a post of more than 1 MiB": {"/posts", []part{{name: "post", data: bytes.Repeat([]byte(" "), 1<<20+1)}}, want{413, "", "too_large"}},
		"no file":                   {"/media", nil, want{422, "file", "required"}},
		"two files":                 {"/media", []part{{"file", "a", picture}, {"file", "b", picture}}, want{400, "", "part_unexpected"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			contentType, body := form(t, tt.parts...)
			answer, err := rig.Try(t.Context(), http.MethodPost, tt.path, contentType, body, nil)
			if err != nil {
				t.Fatal(err)
			}
			tt.want.check(t, answer)
			nothingMade(t, rig)
		})
	}
	t.Run("the parts may come in any order", func(t *testing.T) {
		contentType, body := form(t, image, post(object{"alt": "Un étal"}))
		answer, err := rig.Try(t.Context(), http.MethodPost, "/posts", contentType, body, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer.Into(t, http.StatusCreated, nil)
	})
}

// endless is a body that never ends by itself.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read += int64(len(p))
	return len(p), nil
}

func TestWhatIsTooHeavyIsRefusedEarly(t *testing.T) {
	rig := start(t, "sqlite")
	const head = "--x\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
	t.Run("when it says so, before a byte is read", func(t *testing.T) {
		for path, size := range map[string]int64{"/posts": 201 << 20, "/media": 66 << 20} {
			body := &endless{}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, rig.URL+"/api/v1"+path, io.LimitReader(body, size))
			if err != nil {
				t.Fatal(err)
			}
			req.ContentLength = size
			req.Header.Set("Authorization", "Bearer "+rig.Token)
			req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			req.Header.Set("Expect", "100-continue")
			want{413, "", "too_large"}.check(t, roundTrip(t, req))
			if body.read != 0 {
				t.Errorf("%s: %d bytes were taken", path, body.read)
			}
		}
	})
	t.Run("when it does not, at the limit", func(t *testing.T) {
		for path, name := range map[string]string{"/posts": "image", "/media": "file"} {
			body := io.MultiReader(strings.NewReader(fmt.Sprintf(head, name)), bytes.NewReader([]byte("\xff\xd8\xff\xe0")), &endless{})
			ctx, cancel := context.WithCancel(t.Context())
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, rig.URL+"/api/v1"+path, body)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+rig.Token)
			req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			p := refusal(t, roundTrip(t, req))
			cancel()
			if p.Status != http.StatusRequestEntityTooLarge {
				t.Errorf("%s: %d %s", path, p.Status, p.Code)
			}
		}
	})
	nothingMade(t, rig)
}

func roundTrip(t *testing.T, req *http.Request) testrig.Answer {
	t.Helper()
	resp, err := judge(t).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return testrig.Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}
}
