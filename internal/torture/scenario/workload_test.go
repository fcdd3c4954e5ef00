//go:build torture

package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/crieur/crieur/internal/testrig"
)

// draft is a post to be made.
type draft struct {
	// text gets a reference of its own, by which the journal is searched; ""
	// is a sentence.
	text     string
	accounts []account
	// pictures are ids of upload.
	pictures []string
	// due is when it is to leave; zero: at once.
	due time.Time
	// refused: no network is to hold it.
	refused bool
}

// expectation is one delivery that was acknowledged to us.
type expectation struct {
	account   account
	reference string
	postID    string
	// want is how often the network is to hold it: 0 or 1.
	want int
	// seen is how the API showed it last.
	seen delivery
}

// delivery is what the API says of one.
type delivery struct {
	testrig.Delivery
	NeedsPerson bool `json:"needs_person"`
}

// final: nothing more happens by itself.
func (d *delivery) final() bool {
	switch d.Status {
	case "sent", "failed", "missed", "cancelled":
		return true
	case "unknown":
		return d.NeedsPerson
	default:
		return false
	}
}

type seenPost struct {
	ID         string     `json:"id"`
	Status     string     `json:"status"`
	Deliveries []delivery `json:"deliveries"`
}

// creators is how many posts are made at once.
const creators = 8

// announce makes posts by the API and remembers what is to come of them. A
// process that dies meanwhile is waited for: the request is repeated with its
// key, as a program does that was told nothing.
func (in *installation) announce(drafts ...draft) []*expectation {
	in.t.Helper()
	made := make([][]*expectation, len(drafts))
	slots := make(chan struct{}, creators)
	var all sync.WaitGroup
	for i, d := range drafts {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			made[i] = in.create(d)
		})
	}
	all.Wait()
	var list []*expectation
	for _, m := range made {
		list = append(list, m...)
	}
	in.mu.Lock()
	in.expected = append(in.expected, list...)
	in.mu.Unlock()
	if len(list) == 0 {
		in.t.Fatal("nothing was announced")
	}
	return list
}

func (in *installation) create(d draft) []*expectation {
	in.mu.Lock()
	in.posts++
	reference := fmt.Sprintf("VAL%06d", in.posts)
	in.mu.Unlock()
	if d.text == "" {
		d.text = "La rue du Pont est rouverte à la circulation dans les deux sens."
	}
	channels := make([]string, len(d.accounts))
	for i, a := range d.accounts {
		channels[i] = a.ID
	}
	images := make([]map[string]any, len(d.pictures))
	for i, id := range d.pictures {
		images[i] = map[string]any{"media_id": id, "alt": fmt.Sprintf("La rue du Pont, vue %d", i+1)}
	}
	body := map[string]any{
		"title": "Avis " + reference, "text": "Avis " + reference + " : " + d.text,
		"channels": channels, "images": images,
	}
	var made seenPost
	if !in.createAt(body, d.due, &made) {
		return nil
	}
	want := 1
	if d.refused {
		want = 0
	}
	var list []*expectation
	for _, a := range d.accounts {
		for i := range made.Deliveries {
			if made.Deliveries[i].ChannelID == a.ID {
				list = append(list, &expectation{account: a, reference: reference, postID: made.ID, want: want, seen: made.Deliveries[i]})
			}
		}
	}
	return list
}

// createAt makes a post. Where its hour has passed meanwhile, because the API
// was away, it leaves at once, as a person would decide.
func (in *installation) createAt(body map[string]any, due time.Time, made *seenPost) bool {
	in.t.Helper()
	body["publish"] = map[string]any{"mode": "now"}
	if time.Now().Before(due) {
		body["publish"] = map[string]any{"mode": "at", "at": due.UTC().Format(time.RFC3339Nano)}
	}
	answer, ok := in.answered(http.MethodPost, "/posts", body)
	if ok && answer.Status == http.StatusUnprocessableEntity && !time.Now().Before(due) {
		body["publish"] = map[string]any{"mode": "now"}
		answer, ok = in.answered(http.MethodPost, "/posts", body)
	}
	return ok && in.decode("POST /posts", answer, http.StatusCreated, made)
}

// patience is how long a request is repeated while nobody answers.
const patience = 3 * time.Minute

// ask makes one request until it is answered: with status, or the test fails.
// It may be called by several goroutines.
func (in *installation) ask(method, path string, body any, status int, into any) bool {
	in.t.Helper()
	answer, ok := in.answered(method, path, body)
	return ok && in.decode(method+" "+path, answer, status, into)
}

func (in *installation) decode(what string, answer testrig.Answer, status int, into any) bool {
	in.t.Helper()
	if answer.Status != status {
		in.t.Errorf("%s: %d %s", what, answer.Status, answer.Body)
		return false
	}
	if into == nil {
		return true
	}
	if err := json.Unmarshal(answer.Body, into); err != nil {
		in.t.Errorf("%s: %v", what, err)
		return false
	}
	return true
}

// answered repeats a request, with one key, until it has an answer that stands.
func (in *installation) answered(method, path string, body any) (testrig.Answer, bool) {
	in.t.Helper()
	var data []byte
	header := map[string]string{}
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			in.t.Error(err)
			return testrig.Answer{}, false
		}
		header["Idempotency-Key"] = uuid.NewString()
	}
	ctx, cancel := context.WithTimeout(in.t.Context(), patience)
	defer cancel()
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		answer, err := in.try(ctx, method, path, data, header)
		// 409 with a key: the first request with it is still under way.
		if err == nil && answer.Status < http.StatusInternalServerError && answer.Status != http.StatusConflict && answer.Status != http.StatusTooManyRequests {
			return answer, true
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			in.t.Errorf("%s %s: not answered: %v %s", method, path, err, answer.Body)
			in.gone.Store(true)
			return testrig.Answer{}, false
		}
	}
}

// try is one request. One that is not answered in ten seconds went to a process
// that is stopped.
func (in *installation) try(ctx context.Context, method, path string, data []byte, header map[string]string) (testrig.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if data == nil {
		return in.client.Try(ctx, method, path, "", nil, header)
	}
	return in.client.Try(ctx, method, path, "application/json", bytes.NewReader(data), header)
}

// look reads expectations again and reports whether all of them are final.
func (in *installation) look(list []*expectation) bool {
	in.t.Helper()
	final := true
	posts := map[string]*seenPost{}
	for _, e := range list {
		if e.seen.final() {
			continue
		}
		p := posts[e.postID]
		if p == nil {
			p = &seenPost{}
			if !in.ask(http.MethodGet, "/posts/"+e.postID, nil, http.StatusOK, p) {
				return false
			}
			posts[e.postID] = p
		}
		for i := range p.Deliveries {
			if p.Deliveries[i].ID == e.seen.ID {
				e.seen = p.Deliveries[i]
			}
		}
		final = final && e.seen.final()
		// The first that are still open say enough for now.
		if !final && len(posts) >= 20 {
			return false
		}
	}
	return final
}

// settle waits until every delivery that was announced is final, and reports
// whether that was so within the time.
func (in *installation) settle(within time.Duration) bool {
	in.t.Helper()
	in.mu.Lock()
	list := in.expected
	in.mu.Unlock()
	return in.settleThese(list, within)
}

func (in *installation) settleThese(list []*expectation, within time.Duration) bool {
	in.t.Helper()
	ticker := time.NewTicker(300 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(within)
	for !in.look(list) {
		if in.gone.Load() {
			return false
		}
		select {
		case <-ticker.C:
		case <-deadline:
			return in.look(list)
		}
	}
	return true
}
