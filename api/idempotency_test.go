package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media/mediatest"
)

// keyed sends a request with an idempotency key.
func keyed(t *testing.T, client *testrig.Client, path, key, contentType string, body io.Reader) testrig.Answer {
	t.Helper()
	answer, err := client.Try(t.Context(), http.MethodPost, path, contentType, body, map[string]string{"Idempotency-Key": key})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func keyedJSON(t *testing.T, client *testrig.Client, path, key string, body any) testrig.Answer {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return keyed(t, client, path, key, "application/json", bytes.NewReader(data))
}

// posts counts what there is.
func posts(t *testing.T, client *testrig.Client) int {
	t.Helper()
	var page struct {
		Posts []json.RawMessage `json:"posts"`
	}
	client.Do(http.MethodGet, "/posts", nil).Into(t, http.StatusOK, &page)
	return len(page.Posts)
}

func draft(text string) object {
	return object{"text": text, "channels": []string{}, "publish": object{"mode": "draft"}}
}

func TestARepeatedRequestMakesOneThing(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			first := keyedJSON(t, rig.Client, "/posts", "k1", draft("Brocante"))
			again := keyedJSON(t, rig.Client, "/posts", "k1", draft("Brocante"))
			first.Into(t, http.StatusCreated, nil)
			if again.Status != first.Status || !bytes.Equal(again.Body, first.Body) {
				t.Errorf("%d %s\nthen\n%d %s", first.Status, first.Body, again.Status, again.Body)
			}
			for _, name := range []string{"ETag", "Location", "Content-Type"} {
				if first.Header.Get(name) == "" || again.Header.Get(name) != first.Header.Get(name) {
					t.Errorf("%s: %q, then %q", name, first.Header.Get(name), again.Header.Get(name))
				}
			}
			want{409, "Idempotency-Key", "idempotency_key_reused"}.check(t, keyedJSON(t, rig.Client, "/posts", "k1", draft("Marché")))
			want{409, "Idempotency-Key", "idempotency_key_reused"}.check(t, keyedJSON(t, rig.Client, "/channels", "k1", object{"kind": "site"}))
			if n := posts(t, rig.Client); n != 1 {
				t.Errorf("%d posts, want 1", n)
			}
			keyedJSON(t, rig.Client, "/posts", "k2", draft("Brocante")).Into(t, http.StatusCreated, nil)
			if n := posts(t, rig.Client); n != 2 {
				t.Errorf("%d posts with another key, want 2", n)
			}
		})
	}
}

func TestTwinsAtTheSameMomentMakeOneThing(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			answers := make([]testrig.Answer, 8)
			var group sync.WaitGroup
			for i := range answers {
				group.Go(func() { answers[i] = keyedJSON(t, rig.Client, "/posts", "twin", draft("Brocante")) })
			}
			group.Wait()
			made := map[string]bool{}
			for _, a := range answers {
				if a.Status == http.StatusCreated {
					made[string(a.Body)] = true
				} else {
					want{409, "", "in_progress"}.check(t, a)
				}
			}
			if n := posts(t, rig.Client); n != 1 || len(made) != 1 {
				t.Errorf("%d posts and %d different answers, want one", n, len(made))
			}
		})
	}
}

func TestACorrectedRequestMayUseItsKey(t *testing.T) {
	rig := start(t, "sqlite")
	wrong := draft("Brocante")
	wrong["channels"] = []string{"unknown"}
	want{422, "channels[0]", "channel_unknown"}.check(t, keyedJSON(t, rig.Client, "/posts", "k", wrong))
	keyedJSON(t, rig.Client, "/posts", "k", draft("Brocante")).Into(t, http.StatusCreated, nil)
}

func TestKeysBelongToThePerson(t *testing.T) {
	rig := start(t, "sqlite")
	colleague := rig.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
	keyedJSON(t, rig.Client, "/posts", "1", draft("Brocante")).Into(t, http.StatusCreated, nil)
	keyedJSON(t, colleague, "/posts", "1", draft("Marché")).Into(t, http.StatusCreated, nil)
}

func TestARepeatedUploadMakesOneThing(t *testing.T) {
	rig := start(t, "sqlite")
	data, err := json.Marshal(object{
		"text": "Brocante", "channels": []string{}, "publish": object{"mode": "draft"}, "images": []object{{"alt": "Un étal"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	// Each form has a boundary of its own, as each try of a program has.
	send := func(picture []byte) testrig.Answer {
		contentType, body := form(t, part{name: "post", data: data}, part{"image", "a.jpg", picture})
		return keyed(t, rig.Client, "/posts", "k", contentType, body)
	}
	first, again := send(mediatest.JPEG(64, 48)), send(mediatest.JPEG(64, 48))
	first.Into(t, http.StatusCreated, nil)
	if !bytes.Equal(first.Body, again.Body) {
		t.Errorf("%s\nthen\n%s", first.Body, again.Body)
	}
	want{409, "Idempotency-Key", "idempotency_key_reused"}.check(t, send(mediatest.JPEG(48, 64)))
	if n := posts(t, rig.Client); n != 1 {
		t.Errorf("%d posts, want 1", n)
	}

	upload := func(picture []byte) testrig.Answer {
		contentType, body := form(t, part{"file", "a.jpg", picture})
		return keyed(t, rig.Client, "/media", "m", contentType, body)
	}
	first, again = upload(mediatest.JPEG(80, 60)), upload(mediatest.JPEG(80, 60))
	first.Into(t, http.StatusCreated, nil)
	if !bytes.Equal(first.Body, again.Body) {
		t.Errorf("%s\nthen\n%s", first.Body, again.Body)
	}
	want{409, "Idempotency-Key", "idempotency_key_reused"}.check(t, upload(mediatest.JPEG(60, 80)))
}
