//go:build torture

package scenario

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/crieur/crieur/internal/testrig"
)

// person is somebody who is signed in.
type person struct {
	in   *installation
	http *http.Client
	csrf string
}

func trimmed(s string) string { return strings.TrimSpace(s) }

// signIn opens a session as a browser does.
func (in *installation) signIn(email string) *person {
	in.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		in.t.Fatal(err)
	}
	p := &person{in: in, http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	var session struct {
		Token string `json:"csrf_token"`
	}
	p.post("/session", "", map[string]any{"email": email, "password": testrig.Password}).Into(in.t, http.StatusOK, &session)
	p.csrf = session.Token
	return p
}

func (p *person) post(path, key string, body any) testrig.Answer {
	p.in.t.Helper()
	return p.send(http.MethodPost, path, key, body)
}

// send makes one request of the person; key "" is a new one.
func (p *person) send(method, path, key string, body any) testrig.Answer {
	p.in.t.Helper()
	if key == "" {
		key = uuid.NewString()
	}
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			p.in.t.Error(err)
			return testrig.Answer{}
		}
	}
	req, err := http.NewRequestWithContext(p.in.t.Context(), method, "http://"+p.in.Address()+"/api/v1"+path, bytes.NewReader(data))
	if err != nil {
		p.in.t.Error(err)
		return testrig.Answer{}
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("X-CSRF-Token", p.csrf)
	req.Header.Set("Idempotency-Key", key)
	resp, err := p.http.Do(req)
	if err != nil {
		p.in.t.Error(err)
		return testrig.Answer{}
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	read, err := io.ReadAll(resp.Body)
	if err != nil {
		p.in.t.Error(err)
	}
	return testrig.Answer{Status: resp.StatusCode, Header: resp.Header, Body: read}
}
