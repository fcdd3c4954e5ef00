package simulator_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/crieur/crieur/channels/simulator"
)

const (
	pageID    = "777"
	pageToken = "page-token-777"
)

func testPage() simulator.AccountSpec {
	return simulator.AccountSpec{
		Network: "facebook", ID: pageID, Name: "Commune de Test",
		Credentials: map[string]string{
			"page_access_token": pageToken, "user_access_token": "user-token",
			"app_id": "55", "app_secret": "shh",
		},
	}
}

// rig is a simulator behind an HTTP server, with one Facebook page.
type rig struct {
	*testing.T
	sim *simulator.Server
	url string
}

func start(t *testing.T, opts simulator.Options) *rig {
	t.Helper()
	sim, err := simulator.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.AddAccount(testPage()); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return &rig{T: t, sim: sim, url: server.URL}
}

func (r *rig) plan(f simulator.Fault) {
	r.Helper()
	if err := r.sim.Plan(f); err != nil {
		r.Fatal(err)
	}
}

// answer is a whole answer; err is set when none came.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

func (a answer) json(t testing.TB) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(a.body), &value); err != nil {
		t.Fatalf("%d %q: %v", a.status, a.body, err)
	}
	return value
}

// at walks into JSON by keys and indices.
func at(t testing.TB, value any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, ok := value.(map[string]any)
			if !ok {
				t.Fatalf("no object at %q of %v", step, path)
			}
			value = object[step]
		case int:
			list, ok := value.([]any)
			if !ok || step >= len(list) {
				t.Fatalf("no item %d in %v", step, path)
			}
			value = list[step]
		}
	}
	return value
}

// code is the error's code and subcode; 0, 0 of a success.
func (a answer) code(t testing.TB) [2]int {
	t.Helper()
	var envelope struct {
		Error struct {
			Code    int `json:"code"`
			Subcode int `json:"error_subcode"`
		} `json:"error"`
	}
	if err := json.Unmarshal([]byte(a.body), &envelope); err != nil {
		t.Fatalf("%d %q: %v", a.status, a.body, err)
	}
	return [2]int{envelope.Error.Code, envelope.Error.Subcode}
}

func (r *rig) send(method, path, contentType string, body io.Reader, header http.Header) answer {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), method, r.url+path, body)
	if err != nil {
		r.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	return answer{status: resp.StatusCode, header: resp.Header, body: string(data), err: err}
}

// graph calls the Graph API with the page's token. params are name, value, …
func (r *rig) graph(method, path string, params ...string) answer {
	r.Helper()
	return r.graphAs(pageToken, method, path, params...)
}

func (r *rig) graphAs(token, method, path string, params ...string) answer {
	r.Helper()
	values := url.Values{}
	for i := 0; i < len(params); i += 2 {
		values.Set(params[i], params[i+1])
	}
	header := http.Header{}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	target := "/facebook/v26.0/" + path
	if method == http.MethodPost {
		return r.send(method, target, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()), header)
	}
	return r.send(method, target+"?"+values.Encode(), "", nil, header)
}

// photo posts a picture to /photos.
func (r *rig) photo(data []byte, params ...string) answer {
	r.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(params); i += 2 {
		if err := form.WriteField(params[i], params[i+1]); err != nil {
			r.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("source", "photo.jpg")
	if err != nil {
		r.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		r.Fatal(err)
	}
	if err := form.Close(); err != nil {
		r.Fatal(err)
	}
	return r.send(http.MethodPost, "/facebook/v26.0/"+pageID+"/photos", form.FormDataContentType(), &body,
		http.Header{"Authorization": {"Bearer " + pageToken}})
}

// must fails on a refusal and returns the answer's id.
func (r *rig) must(a answer) string {
	r.Helper()
	if a.err != nil || a.status != http.StatusOK {
		r.Fatalf("answer %d %q, error %v", a.status, a.body, a.err)
	}
	id, _ := a.json(r)["id"].(string)
	return id
}

func jpegOf(t testing.TB, width, height int) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	picture.Set(0, 0, color.RGBA{R: byte(width), G: byte(height), A: 255})
	var data bytes.Buffer
	if err := jpeg.Encode(&data, picture, nil); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}
