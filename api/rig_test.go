package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/testrig"
)

const officer = "officer@valmeuse.example"

// start starts the whole application and holds every answer that its client
// gets against the contract.
func start(t *testing.T, engine string) *testrig.Rig {
	t.Helper()
	rig := testrig.Start(t, func(cfg *config.Config) {
		if engine == "postgres" {
			cfg.DatabaseURL = testrig.Postgres(t)
		}
	})
	check(t, rig.Client)
	return rig
}

// engines are the databases that everything must work on.
func engines() []string { return []string{"sqlite", "postgres"} }

func contract(t *testing.T) *openapi3.T {
	t.Helper()
	spec, err := api.GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// check makes a client hold every answer against the contract.
func check(t *testing.T, client *testrig.Client) {
	t.Helper()
	client.HTTP.Transport = judge(t)
}

// judge is a transport that holds every answer against the contract.
func judge(t *testing.T) http.RoundTripper {
	t.Helper()
	spec := contract(t)
	router, err := legacy.NewRouter(spec)
	if err != nil {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	// A body that is announced waits until it is asked for.
	transport.ExpectContinueTimeout = time.Minute
	t.Cleanup(transport.CloseIdleConnections)
	return &contractJudge{t: t, router: router, next: transport}
}

type contractJudge struct {
	t      *testing.T
	router routers.Router
	next   http.RoundTripper
}

func (j *contractJudge) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := j.next.RoundTrip(req)
	if err != nil || strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	_ = resp.Body.Close() // it was read to its end
	resp.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := j.router.FindRoute(req)
	if err != nil {
		return resp, nil //nolint:nilerr // not an address of the contract
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 resp.StatusCode, Header: resp.Header,
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true,
			ExcludeResponseBody:   strings.HasPrefix(resp.Header.Get("Content-Type"), "image/"),
		},
	}
	if err := openapi3filter.ValidateResponse(req.Context(), input.SetBodyBytes(body)); err != nil {
		j.t.Errorf("%s %s: the answer breaks the contract: %v\n%s", req.Method, req.URL.Path, err, body)
	}
	return resp, nil
}

// problem is an answer that refuses.
type problem struct {
	Status int     `json:"status"`
	Code   string  `json:"code"`
	Detail string  `json:"detail"`
	Fields []field `json:"fields"`
}

type field struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// refusal reads a problem, and fails the test when the answer is none.
func refusal(t *testing.T, a testrig.Answer) problem {
	t.Helper()
	var p problem
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("status %d, %q is no problem: %s", a.Status, got, a.Body)
	}
	if err := json.Unmarshal(a.Body, &p); err != nil {
		t.Fatal(err)
	}
	if p.Status != a.Status || p.Detail == "" || p.Code == "" {
		t.Errorf("status %d: not a whole problem: %s", a.Status, a.Body)
	}
	return p
}

// browser is a person who is signed in.
type browser struct {
	t    *testing.T
	url  string
	csrf string
	http *http.Client
}

func signIn(t *testing.T, rig *testrig.Rig, email string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, url: rig.URL, http: &http.Client{Jar: jar, Transport: judge(t)}}
	var session struct {
		CSRF string `json:"csrf_token"`
	}
	b.do(http.MethodPost, "/session", map[string]string{"email": email, "password": testrig.Password}, nil).Into(t, http.StatusOK, &session)
	b.csrf = session.CSRF
	return b
}

// do sends what a page of our own would send; header adds to it, and an empty
// value takes away.
func (b *browser) do(method, path string, body any, header map[string]string) testrig.Answer {
	b.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.url+"/api/v1"+path, bytes.NewReader(data))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("X-CSRF-Token", b.csrf)
	for name, value := range header {
		req.Header.Del(name)
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	resp, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return testrig.Answer{Status: resp.StatusCode, Header: resp.Header, Body: answer}
}

// object is JSON.
type object = map[string]any

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
