//go:build torture

package scenario

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/torture/row"
	"github.com/crieur/crieur/media/mediatest"
)

// TestT14OneKeyManyRequests sends one request many times at once, and then
// another one with the same key.
func TestT14OneKeyManyRequests(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := append(in.pages(2), in.profiles(1)...)
		runs := size(20)
		r := row.Row{}
		for i := range runs {
			in.oneKey(accounts, fmt.Sprintf("VAL8%05d", i))
		}
		<-time.After(5 * time.Second)
		journal := in.acceptedPosts()
		for i := range runs {
			for _, a := range accounts {
				r.Deliveries++
				switch times := journal[place{a.network, a.id, fmt.Sprintf("VAL8%05d", i)}].times; {
				case times == 0:
					r.Lost++
				case times > 1:
					r.Twice++
				default:
					r.Settled++
				}
			}
		}
		r.Runs = runs
		r.Note = "50 equal requests at once each"
		report(t, s, r)
	})
}

// oneKey makes one post by fifty equal requests, and is refused another.
func (in *installation) oneKey(accounts []account, reference string) {
	in.t.Helper()
	const together = 50
	channels := make([]string, len(accounts))
	for i, a := range accounts {
		channels[i] = a.ID
	}
	body := func(text string) []byte {
		data, err := json.Marshal(map[string]any{
			"title": "Avis " + reference, "text": "Avis " + reference + " : " + text,
			"channels": channels, "images": []any{}, "publish": map[string]any{"mode": "now"},
		})
		if err != nil {
			in.t.Fatal(err)
		}
		return data
	}
	header := map[string]string{"Idempotency-Key": uuid.NewString()}
	ask := func(text string) (status int, id string) {
		ticker := time.NewTicker(100 * time.Millisecond)
		defer ticker.Stop()
		for {
			answer, err := in.try(in.t.Context(), http.MethodPost, "/posts", body(text), header)
			var made struct{ ID, Code string }
			if err == nil {
				err = json.Unmarshal(answer.Body, &made)
			}
			if err != nil {
				in.t.Errorf("%s: %v", reference, err)
				return 0, ""
			}
			// While the first request runs, the others are told to wait.
			if answer.Status != http.StatusConflict || made.Code != "in_progress" {
				return answer.Status, made.ID
			}
			<-ticker.C
		}
	}
	var mu sync.Mutex
	ids := map[string]int{}
	var all sync.WaitGroup
	for range together {
		all.Go(func() {
			status, id := ask("La piscine est fermée.")
			if status != http.StatusCreated {
				in.t.Errorf("%s: status %d", reference, status)
			}
			mu.Lock()
			defer mu.Unlock()
			ids[id]++
		})
	}
	all.Wait()
	if len(ids) != 1 {
		in.t.Errorf("%s: %d posts came of one key: %v", reference, len(ids), ids)
	}
	if status, _ := ask("La piscine est ouverte."); status != http.StatusConflict {
		in.t.Errorf("%s: another body with the same key: status %d, want 409", reference, status)
	}
}

// TestT20EqualTexts says the same thing twice on one account, three minutes
// apart, while answers are lost and a part of the first ones is never taken:
// each is there in the end, and no more.
func TestT20EqualTexts(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		pairs := size(1000)
		// X refuses a text that it shows already, and Facebook two equal ones in a
		// row: each account has several notices, and there are no profiles.
		each := 10
		blogs := max(1, pairs/each/5)
		accounts := append(in.pages(max(1, pairs/each-blogs)), in.blogs(blogs)...)
		for i, a := range accounts {
			fault := simulator.Fault{Network: a.network, Account: a.id, Operation: "post", Effect: simulator.EffectEOF, After: true, Times: -1}
			switch i % 4 {
			case 0:
				continue // nothing is lost
			case 2:
				fault.Times = each // the answers to the first ones
			case 3:
				fault.Times, fault.After = each, false // the first ones themselves
			}
			in.plan(fault)
		}
		first := time.Now().Add(20 * time.Second)
		var list []*expectation
		for batch := range 2 {
			var drafts []equalDraft
			for _, a := range accounts {
				for range each {
					drafts = append(drafts, equalDraft{a, fmt.Sprintf("VAL7%05d", len(drafts)), first.Add(time.Duration(batch) * 3 * time.Minute)})
				}
			}
			list = append(list, in.sayEqually(drafts)...)
		}
		// What an open breaker made late leaves a minute apart: twenty on each
		// account, and the proof of absence before.
		if !in.settleThese(list, 45*time.Minute) {
			t.Error("not settled")
		}
		r := in.judgeEqual(list)
		r.Runs = len(list) / 2
		report(t, s, r)
	})
}

type equalDraft struct {
	account   account
	reference string
	due       time.Time
}

// sayEqually makes posts whose words are those of their reference alone.
func (in *installation) sayEqually(drafts []equalDraft) []*expectation {
	in.t.Helper()
	list := make([]*expectation, len(drafts))
	slots := make(chan struct{}, creators)
	var all sync.WaitGroup
	for i, d := range drafts {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			var made seenPost
			if in.ask(http.MethodPost, "/posts", map[string]any{
				"title": "Avis " + d.reference, "text": "Avis " + d.reference + " : l’eau est coupée dans la rue du Pont.",
				"channels": []string{d.account.ID}, "images": []any{},
				"publish": map[string]any{"mode": "at", "at": d.due.UTC().Format(time.RFC3339Nano)},
			}, http.StatusCreated, &made) {
				list[i] = &expectation{account: d.account, reference: d.reference, postID: made.ID, want: 2, seen: made.Deliveries[0]}
			}
		})
	}
	all.Wait()
	if in.t.Failed() {
		in.t.FailNow()
	}
	return list
}

// judgeEqual counts what two deliveries made together: one less is lost unless a
// person was told, one more is twice.
func (in *installation) judgeEqual(list []*expectation) row.Row {
	in.t.Helper()
	r := row.Row{Deliveries: len(list)}
	journal := in.acceptedPosts()
	sent, told := map[place]int{}, map[place]int{}
	why := map[string]int{}
	for _, e := range list {
		at := place{e.account.network, e.account.id, e.reference}
		if e.seen.Status == "sent" {
			sent[at]++
			r.Settled++
		} else if e.seen.final() {
			told[at]++
			r.People++
			if e.seen.Error != nil {
				why[e.seen.Error.Code]++
			}
		}
		if e.seen.DueAt != nil && e.seen.SentAt != nil {
			r.Late = max(r.Late, e.seen.SentAt.Sub(*e.seen.DueAt))
		}
	}
	if len(why) > 0 {
		// Facebook refuses the same words twice in a row: that is its right, and
		// people hear of it.
		r.Note = fmt.Sprintf("with people: %v", why)
	}
	checked := map[place]bool{}
	for _, e := range list {
		at := place{e.account.network, e.account.id, e.reference}
		if checked[at] {
			continue
		}
		checked[at] = true
		switch times := journal[at].times; {
		case times > 2:
			r.Twice += times - 2
			in.t.Errorf("%s is %d times on %s %s", e.reference, times, e.account.network, e.account.id)
		case times+told[at] < 2:
			r.Lost += 2 - times - told[at]
			in.t.Errorf("%s is %d times on %s %s; the API says %d sent, and people were told of %d", e.reference, times, e.account.network, e.account.id, sent[at], told[at])
		}
	}
	return r
}

// TestT24AfterSent: what follows a publication fails – the reading of its
// address, mail – and the process is stopped besides. What is sent stays sent.
func TestT24AfterSent(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, map[string]string{
			"CRIEUR_SMTP_URL": "smtp://127.0.0.1:9", "CRIEUR_MAIL_FROM": "crieur@valmeuse.example",
		})
		worker := in.start()
		count := size(100)
		accounts := in.networked(min(count, 40))
		photo := in.upload(mediatest.JPEG(800, 600))
		in.plan(simulator.Fault{Operation: "read", Effect: simulator.EffectStatus, Status: http.StatusInternalServerError, Times: -1})
		// WordPress looks for an article before it makes one: its readings work.
		accounts = without(accounts, "wordpress")
		list := in.announceEach(accounts, count, func(i int, d *draft) {
			if i%2 == 0 {
				d.pictures = photo // one photo: its address is a second call
			}
		})
		if !in.settle(5 * time.Minute) {
			t.Error("not settled")
		}
		worker.Kill()
		in.start()
		<-time.After(40 * time.Second) // past the leases, and several looks
		for _, e := range list {
			var again seenPost
			if in.ask(http.MethodGet, "/posts/"+e.postID, nil, http.StatusOK, &again) && again.Deliveries[0].Status != "sent" {
				t.Errorf("%s was sent and is %s", e.reference, again.Deliveries[0].Status)
			}
		}
		r := in.judge()
		r.Runs = count
		report(t, s, r)
	})
}

func without(accounts []account, network string) []account {
	var kept []account
	for _, a := range accounts {
		if a.network != network {
			kept = append(kept, a)
		}
	}
	return kept
}

// TestT25OneOfEight: one of eight channels refuses for good. The others are
// sent; to try again touches that one alone.
func TestT25OneOfEight(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		bad := in.pages(1)[0]
		accounts := append([]account{in.site(), bad}, in.pages(2)...)
		accounts = append(append(accounts, in.profiles(2)...), in.blogs(2)...)
		in.plan(simulator.Fault{
			Network: bad.network, Account: bad.id, Operation: "post", Effect: simulator.EffectStatus, Status: http.StatusBadRequest,
			Body: `{"error":{"message":"(#368) The action attempted has been deemed abusive or is otherwise disallowed","type":"OAuthException","code":368}}`, Times: -1,
		})
		runs := size(50)
		due := time.Now().Add(5 * time.Second)
		drafts := make([]draft, runs)
		for i := range drafts {
			drafts[i] = draft{accounts: accounts, due: due}
		}
		list := in.announce(drafts...)
		if !in.settle(5 * time.Minute) {
			t.Error("not settled")
		}
		for _, e := range list {
			if want := map[bool]string{true: "failed", false: "sent"}[e.account.id == bad.id]; e.seen.Status != want {
				t.Errorf("%s on %s is %s, want %s", e.reference, e.account.network, e.seen.Status, want)
			}
		}
		in.networks.ClearFaults()
		for _, e := range list {
			if e.account.id != bad.id {
				continue
			}
			var again delivery
			in.ask(http.MethodPost, "/deliveries/"+e.seen.ID+"/retry", map[string]any{}, http.StatusOK, &again)
			e.seen = again
		}
		if !in.settle(5 * time.Minute) {
			t.Error("not settled after the retry")
		}
		r := in.judge()
		r.Runs = runs
		if r.People > 0 {
			t.Errorf("%d are still with people", r.People)
		}
		report(t, s, r)
	})
}
