package testrig

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/crieur/crieur/channels/simulator"
)

// Client speaks the published API as a program does.
type Client struct {
	t     testing.TB
	URL   string
	Token string
	HTTP  *http.Client
}

// NewClient makes a client.
func NewClient(t testing.TB, url, token string) *Client {
	t.Helper()
	return &Client{t: t, URL: url, Token: token, HTTP: &http.Client{Timeout: 90 * time.Second}}
}

// Answer is a whole answer.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Into decodes the answer, and fails the test on another status.
func (a Answer) Into(t testing.TB, status int, value any) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	if value == nil {
		return
	}
	if err := json.Unmarshal(a.Body, value); err != nil {
		t.Fatalf("%v: %s", err, a.Body)
	}
}

// Try sends a request and reports a connection that failed, for tests that
// kill the other side.
func (c *Client) Try(ctx context.Context, method, path, contentType string, body io.Reader, header map[string]string) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.URL+"/api/v1"+path, body)
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	return Answer{resp.StatusCode, resp.Header, data}, err
}

// Do sends JSON; a nil body sends none.
func (c *Client) Do(method, path string, body any) Answer {
	c.t.Helper()
	var reader io.Reader
	contentType := ""
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		reader, contentType = bytes.NewReader(data), "application/json"
	}
	header := map[string]string{}
	if method == http.MethodPost {
		header["Idempotency-Key"] = uuid.NewString()
	}
	answer, err := c.Try(c.t.Context(), method, path, contentType, reader, header)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer
}

// Post is a post as the API shows it, as far as tests look.
type Post struct {
	ID         string     `json:"id"`
	Version    int        `json:"version"`
	Status     string     `json:"status"`
	Deliveries []Delivery `json:"deliveries"`
}

// Delivery is a delivery as the API shows it.
type Delivery struct {
	ID        string     `json:"id"`
	ChannelID string     `json:"channel_id"`
	Kind      string     `json:"kind"`
	Status    string     `json:"status"`
	DueAt     *time.Time `json:"due_at"`
	SentAt    *time.Time `json:"sent_at"`
	RemoteID  *string    `json:"remote_id"`
	RemoteURL *string    `json:"remote_url"`
	Attempts  int        `json:"attempts"`
	Error     *struct {
		Kind, Code, Message string
		NextStep            string `json:"next_step"`
	} `json:"error"`
}

// Channel is a channel as the API shows it.
type Channel struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Status string `json:"status"`
}

// Connect connects a channel.
func (c *Client) Connect(kind, name string, settings, credentials map[string]string) Channel {
	c.t.Helper()
	var ch Channel
	c.Do(http.MethodPost, "/channels", map[string]any{
		"kind": kind, "name": name, "settings": orEmpty(settings), "credentials": orEmpty(credentials),
	}).Into(c.t, http.StatusCreated, &ch)
	return ch
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// ConnectAccount connects an account of simulated networks.
func (c *Client) ConnectAccount(spec simulator.AccountSpec) Channel {
	c.t.Helper()
	return c.Connect(spec.Network, spec.Name, spec.Settings, spec.Credentials)
}

// PublishMultipart sends a post and its pictures as one request.
func (c *Client) PublishMultipart(post map[string]any, pictures ...[]byte) Answer {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	data, err := json.Marshal(post)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := form.WriteField("post", string(data)); err != nil {
		c.t.Fatal(err)
	}
	for i, picture := range pictures {
		part, err := form.CreateFormFile("image", fmt.Sprintf("photo-%d.jpg", i+1))
		if err != nil {
			c.t.Fatal(err)
		}
		if _, err := part.Write(picture); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		c.t.Fatal(err)
	}
	answer, err := c.Try(c.t.Context(), http.MethodPost, "/posts", form.FormDataContentType(), &body, map[string]string{"Idempotency-Key": uuid.NewString()})
	if err != nil {
		c.t.Fatal(err)
	}
	return answer
}

// Post reads a post.
func (c *Client) Post(id string) Post {
	c.t.Helper()
	var p Post
	c.Do(http.MethodGet, "/posts/"+id, nil).Into(c.t, http.StatusOK, &p)
	return p
}

// WaitFor waits until a post has a status.
func (c *Client) WaitFor(id, status string, within time.Duration) Post {
	c.t.Helper()
	var p Post
	deadline := time.After(within)
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		if p = c.Post(id); p.Status == status {
			return p
		}
		select {
		case <-ticker.C:
		case <-deadline:
			data, err := json.MarshalIndent(p, "", " ")
			c.t.Fatalf("post is not %s within %s: %s %v", status, within, data, err)
		}
	}
}
