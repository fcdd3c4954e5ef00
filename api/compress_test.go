package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"testing"
)

func TestAnswersAreCompressed(t *testing.T) {
	rig := start(t, "sqlite")
	for i := range 20 {
		rig.Do(http.MethodPost, "/posts", object{
			"text": fmt.Sprintf("Brocante %d, dimanche place du Marché.", i), "channels": []string{}, "publish": object{"mode": "draft"},
		}).Into(t, http.StatusCreated, nil)
	}
	ask := func(t *testing.T, path, coding string) (string, []byte) {
		t.Helper()
		answer, err := rig.Try(t.Context(), http.MethodGet, path, "", nil, map[string]string{"Accept-Encoding": coding})
		if err != nil || answer.Status != http.StatusOK {
			t.Fatalf("%s: %v %d", path, err, answer.Status)
		}
		return answer.Header.Get("Content-Encoding"), answer.Body
	}

	_, plain := ask(t, "/posts", "identity")
	coding, small := ask(t, "/posts", "gzip")
	if coding != "gzip" || len(small) > len(plain)/4 {
		t.Fatalf("%q, %d bytes of %d", coding, len(small), len(plain))
	}
	r, err := gzip.NewReader(bytes.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	if whole, err := io.ReadAll(r); err != nil || !bytes.Equal(whole, plain) {
		t.Errorf("%v: %s", err, whole)
	}
	// What a session is proven by must not lie beside other words in one compressed answer.
	if coding, _ := ask(t, "/session", "gzip"); coding != "" {
		t.Errorf("the session is sent as %q", coding)
	}
}
