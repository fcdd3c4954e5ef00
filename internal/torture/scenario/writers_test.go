//go:build torture

package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
)

const (
	// writers write at once.
	writers = 20
	// writtenInAll is how much each of them writes.
	writtenInAll = 500
)

// TestT44TwentyWriters lets twenty programs write at once while posts leave:
// drafts, changes, hours. Nobody is ever told that the ledger is busy, and all
// of it is there afterwards.
func TestT44TwentyWriters(t *testing.T) {
	onSetups(t, []setup{embedded}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := in.mixed(10)
		writes := size(writtenInAll)
		all := make([]*writer, writers)
		var together sync.WaitGroup
		for i := range all {
			all[i] = &writer{in: in, number: i, accounts: accounts}
			together.Go(func() { all[i].write(writes) })
		}
		// What leaves meanwhile writes too.
		for range size(20) {
			in.each(accounts, time.Time{})
		}
		together.Wait()
		if !in.settle(10 * time.Minute) {
			t.Error("not settled in ten minutes")
		}
		var times []time.Duration
		for _, w := range all {
			times = append(times, w.times...)
			w.everythingIsThere()
		}
		r := in.judge()
		r.Runs = len(times)
		r.Note = fmt.Sprintf("%d writes of %d writers, p50 %s, p99 %s", len(times), writers,
			percentile(times, 0.5).Round(time.Millisecond), percentile(times, 0.99).Round(time.Millisecond))
		report(t, s, r)
	})
}

// writer is a program that writes, and asks once.
type writer struct {
	in       *installation
	number   int
	accounts []account
	// written is what it was told that it had written, times how long each
	// answer took.
	written []*writtenPost
	times   []time.Duration
}

// writtenPost is a post as its writer knows it.
type writtenPost struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Status  string `json:"status"`
	Text    string `json:"text"`
	Publish struct {
		DueAt *time.Time `json:"due_at"`
	} `json:"publish"`
}

// write makes drafts, and gives each another text and an hour, n writes in all.
func (w *writer) write(n int) {
	w.in.t.Helper()
	channel := w.accounts[w.number%len(w.accounts)].ID
	hour := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second)
	var last *writtenPost
	for i := range n {
		text := fmt.Sprintf("Marché de la place, version %d du bureau %d.", i, w.number)
		switch i % 3 {
		case 0:
			last = &writtenPost{}
			if !w.ask(http.MethodPost, "/posts", "", map[string]any{
				"title": "Marché", "text": text, "channels": []string{channel}, "publish": map[string]any{"mode": "draft"},
			}, http.StatusCreated, last) {
				return
			}
			w.written = append(w.written, last)
		case 1:
			if !w.ask(http.MethodPatch, "/posts/"+last.ID, fmt.Sprint(last.Version), map[string]any{"text": text}, http.StatusOK, last) {
				return
			}
		case 2:
			at := hour.Add(time.Duration(i) * time.Minute)
			if !w.ask(http.MethodPatch, "/posts/"+last.ID, fmt.Sprint(last.Version), map[string]any{
				"publish": map[string]any{"mode": "at", "at": at.Format(time.RFC3339)},
			}, http.StatusOK, last) {
				return
			}
			if last.Publish.DueAt == nil || !last.Publish.DueAt.Equal(at) {
				w.in.t.Errorf("writer %d: due at %v, want %s", w.number, last.Publish.DueAt, at)
			}
		}
		if i%3 < 2 && last.Text != text {
			w.in.t.Errorf("writer %d: the answer holds %q, want %q", w.number, last.Text, text)
		}
	}
}

// ask makes one request and never repeats it: any other answer is what a person
// would have seen.
func (w *writer) ask(method, path, version string, body any, status int, into *writtenPost) bool {
	w.in.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		w.in.t.Error(err)
		return false
	}
	header := map[string]string{"Idempotency-Key": uuid.NewString()}
	if version != "" {
		header = map[string]string{"If-Match": version}
	}
	began := time.Now()
	answer, err := w.in.client.Try(w.in.t.Context(), method, path, "application/json", bytes.NewReader(data), header)
	if err != nil {
		w.in.t.Errorf("writer %d: %s %s: %v", w.number, method, path, err)
		return false
	}
	w.times = append(w.times, time.Since(began))
	return w.in.decode(fmt.Sprintf("writer %d: %s %s", w.number, method, path), answer, status, into)
}

// everythingIsThere reads what was acknowledged.
func (w *writer) everythingIsThere() {
	w.in.t.Helper()
	for _, want := range w.written {
		var got writtenPost
		if !w.in.ask(http.MethodGet, "/posts/"+want.ID, nil, http.StatusOK, &got) {
			return
		}
		sameHour := (got.Publish.DueAt == nil) == (want.Publish.DueAt == nil) &&
			(got.Publish.DueAt == nil || got.Publish.DueAt.Equal(*want.Publish.DueAt))
		if got.Version != want.Version || got.Status != want.Status || got.Text != want.Text || !sameHour {
			w.in.t.Errorf("writer %d was told %+v, and the ledger holds %+v", w.number, *want, got)
		}
	}
}
