//go:build torture

package scenario

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/internal/torture/row"
)

const (
	// crisisP95 and crisisMax are how soon healthy channels have an alert.
	crisisP95 = 10 * time.Second
	crisisMax = 30 * time.Second
	// boardBehind is how far the board may be behind the networks.
	boardBehind = time.Second
	// holdWithin is how soon everything else is held.
	holdWithin = 2 * time.Second
	// lastCall is how long a call may take that left before the hold.
	lastCall = 45 * time.Second
)

// alertBoard is what the API says of an alert.
type alertBoard struct {
	ID         string     `json:"id"`
	Number     int        `json:"number"`
	Status     string     `json:"status"`
	Held       int        `json:"held"`
	Deliveries []delivery `json:"deliveries"`
	InFlight   []struct {
		Delivery delivery `json:"delivery"`
	} `json:"in_flight"`
}

// raise raises an alert on all channels, and returns its board, its reference
// and how long the answer took.
func (in *installation) raise() (board alertBoard, reference string, began time.Time, took time.Duration) {
	in.t.Helper()
	reference = in.newReference()
	began = time.Now()
	if !in.ask(http.MethodPost, "/broadcasts", map[string]any{
		"title": "Eau non potable " + reference, "severity": "severe",
		"message": "Ne buvez pas l’eau du robinet dans le quartier de la gare. De l’eau est distribuée à la salle communale.",
	}, http.StatusAccepted, &board) {
		in.t.FailNow()
	}
	return board, reference, began, time.Since(began)
}

func (in *installation) newReference() string {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.posts++
	return fmt.Sprintf("VAL%06d", in.posts)
}

func (in *installation) board(id string) alertBoard {
	in.t.Helper()
	var b alertBoard
	in.ask(http.MethodGet, "/broadcasts/"+id, nil, http.StatusOK, &b)
	return b
}

// fill schedules n deliveries over accounts, at one hour.
func (in *installation) fill(accounts []account, n int, due time.Time) []*expectation {
	in.t.Helper()
	posts := max(1, n/len(accounts))
	drafts := make([]draft, posts)
	for i := range drafts {
		drafts[i] = draft{accounts: accounts, due: due}
	}
	return in.announce(drafts...)
}

// TestT35AlertUnderLoad raises an alert on twelve channels at the hour of
// thousands of other deliveries, while Redis is away and one channel never
// answers.
func TestT35AlertUnderLoad(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := in.mixed(11)
		if len(accounts) != 12 {
			t.Fatalf("%d channels", len(accounts))
		}
		hanging := accounts[len(accounts)-1]
		waiting := size(10_000)
		// Their making takes a while on a small machine.
		due := time.Now().Add(time.Duration(waiting)*20*time.Millisecond + 15*time.Second)
		in.fill(accounts[:len(accounts)-1], waiting, due)
		in.plan(simulator.Fault{Network: hanging.network, Account: hanging.id, Operation: "post", Effect: simulator.EffectHang, Times: -1})
		if in.redis != nil {
			in.redis.Kill()
		}
		time.Sleep(time.Until(due.Add(2 * time.Second)))
		board, reference, began, took := in.raise()

		// The board is asked as a page asks, while the networks take the message.
		shown := map[string]time.Time{}
		healthy := map[string]account{}
		for _, a := range accounts[:len(accounts)-1] {
			healthy[a.ID] = a
		}
		testrig.Eventually(t, 2*crisisMax, "the healthy channels have the alert", func() bool {
			b := in.board(board.ID)
			now := time.Now()
			for i := range b.Deliveries {
				d := &b.Deliveries[i]
				if _, is := healthy[d.ChannelID]; is && d.Status == "sent" && shown[d.ChannelID].IsZero() {
					shown[d.ChannelID] = now
				}
			}
			return len(shown) == len(healthy)
		})
		journal := in.acceptedPosts()
		var times, behind []time.Duration
		r := row.Row{Deliveries: len(accounts)}
		for id, a := range healthy {
			at := shown[id]
			if a.network != "site" {
				got := journal[place{a.network, a.id, reference}]
				at = got.first
				switch {
				case got.times == 0:
					r.Lost++
					continue
				case got.times > 1:
					r.Twice += got.times - 1
				}
				behind = append(behind, shown[id].Sub(at))
			}
			r.Settled++
			times = append(times, at.Sub(began))
		}
		if p95 := percentile(times, 0.95); p95 > crisisP95 {
			t.Errorf("p95 of the healthy channels %s", p95)
		}
		if longest := percentile(times, 1); longest > crisisMax {
			t.Errorf("the last healthy channel after %s", longest)
		}
		if late := percentile(behind, 1); late > boardBehind {
			t.Errorf("the board was %s behind", late)
		}
		r.Runs, r.Late, r.Recovery = 1, percentile(times, 1), percentile(times, 0.95)
		r.Note = fmt.Sprintf("%d others at that hour, one channel hangs, answered after %s with %d held, the board at most %s behind",
			waiting, took.Round(time.Millisecond), board.Held, percentile(behind, 1).Round(time.Millisecond))
		report(t, s, r)
	})
}

// TestT36Hold raises an alert while thousands are due, in slow calls, retried and
// yet to come: nothing of it leaves any more, but what was on its way; and in the
// end only what a person released.
func TestT36Hold(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		in.start()
		accounts := in.mixed(11)
		waiting := size(10_000)
		due := time.Now().Add(time.Duration(waiting)*20*time.Millisecond + 15*time.Second)
		others := in.fill(accounts, waiting/2, due)
		others = append(others, in.fill(accounts, waiting/2, due.Add(time.Minute))...)
		in.plan(
			simulator.Fault{Network: "facebook", Operation: "post", Effect: simulator.EffectDelay, Delay: 20 * time.Second, Times: -1},
			simulator.Fault{Network: "x", Operation: "post", Effect: simulator.EffectStatus, Status: http.StatusTooManyRequests, Times: 4},
		)
		time.Sleep(time.Until(due.Add(3 * time.Second)))
		board, reference, began, took := in.raise()
		held := began.Add(took)
		if took > holdWithin {
			t.Errorf("held after %s", took)
		}
		in.networks.ClearFaults()
		onTheWay := map[string]bool{}
		for i := range board.InFlight {
			onTheWay[board.InFlight[i].Delivery.ID] = true
		}
		// Past the hour of the second half too.
		time.Sleep(time.Until(due.Add(time.Minute + lastCall + 30*time.Second)))
		journal := in.acceptedPosts()
		r := row.Row{Deliveries: len(others), Runs: 1}
		for _, e := range others {
			got := journal[place{e.account.network, e.account.id, e.reference}]
			if got.times == 0 || !got.first.After(held) {
				continue
			}
			if got.first.After(held.Add(lastCall)) {
				t.Errorf("%s was accepted %s after the hold", e.reference, got.first.Sub(held))
			}
			if !onTheWay[e.seen.ID] {
				t.Errorf("%s was accepted %s after the hold, and is not listed as in flight", e.reference, got.first.Sub(held))
			}
		}
		for _, a := range accounts {
			if got := journal[place{a.network, a.id, reference}]; a.network != "site" && got.times != 1 {
				t.Errorf("%s has the alert %d times", a.id, got.times)
			}
		}
		// The end releases nothing by itself; a person releases some and cancels
		// the rest.
		var state struct {
			Active bool `json:"active"`
			Held   int  `json:"held"`
		}
		in.ask(http.MethodPost, "/broadcasts/"+board.ID+"/end", map[string]any{"message": "L’eau est de nouveau potable."}, http.StatusAccepted, nil)
		in.ask(http.MethodGet, "/crisis", nil, http.StatusOK, &state)
		if state.Active || state.Held == 0 {
			t.Errorf("after the end: %+v", state)
		}
		var release, cancel []string
		seen := map[string]bool{}
		for _, e := range others {
			if got := journal[place{e.account.network, e.account.id, e.reference}]; e.account.network == "site" || got.times > 0 || seen[e.postID] {
				continue
			}
			seen[e.postID] = true
			if len(release) < 2 {
				release = append(release, e.postID)
			} else {
				cancel = append(cancel, e.postID)
			}
		}
		in.ask(http.MethodPost, "/crisis/release", map[string]any{"release": release, "cancel": cancel[:min(len(cancel), 1000)]}, http.StatusOK, nil)
		for rest := cancel[min(len(cancel), 1000):]; len(rest) > 0; rest = rest[min(len(rest), 1000):] {
			in.ask(http.MethodPost, "/crisis/release", map[string]any{"release": []string{}, "cancel": rest[:min(len(rest), 1000)]}, http.StatusOK, nil)
		}
		if !in.settle(8 * time.Minute) {
			t.Error("not settled in eight minutes")
		}
		said := make([]*expectation, 0, len(accounts))
		for _, a := range accounts {
			if a.network != "site" { // its article is one, and holds all messages
				said = append(said, &expectation{account: a, reference: reference, want: 2, seen: delivery{Delivery: testrig.Delivery{Status: "sent"}}})
			}
		}
		judged := in.judgeCancelled(others, said)
		r.Lost, r.Twice, r.Settled, r.People, r.Late = judged.Lost, judged.Twice, judged.Settled, judged.People, took
		r.Note = fmt.Sprintf("held %d within %s, %d in flight listed; lateness is until the hold", board.Held, took.Round(time.Millisecond), len(board.InFlight))
		report(t, s, r)
	})
}

// judgeCancelled is judge where a person cancelled some, which are on no
// network. said are the alert's own messages.
func (in *installation) judgeCancelled(list, said []*expectation) row.Row {
	in.t.Helper()
	kept := slices.Clone(said)
	journal := in.acceptedPosts()
	cancelled := 0
	for _, e := range list {
		if e.seen.Status == "cancelled" {
			if got := journal[place{e.account.network, e.account.id, e.reference}]; got.times > 0 {
				in.t.Errorf("%s was cancelled and is on %s", e.reference, e.account.network)
			}
			cancelled++
			continue
		}
		kept = append(kept, e)
	}
	r := in.judgeThese(kept)
	r.Settled += cancelled
	return r
}

// TestT37SecondPerson tries two hundred ways round the second person. Then time
// passes, and one person alone breaks the glass.
func TestT37SecondPerson(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		people := map[string][]string{
			"crise@valmeuse.example":  {"--role", "author", "--crisis"},
			"second@valmeuse.example": {"--role", "author", "--crisis"},
			"auteur@valmeuse.example": {"--role", "author"},
		}
		for email, flags := range people {
			in.Command(testrig.Password+"\n", append([]string{"user", "create", "--email", email, "--commune", "Valmeuse"}, flags...)...)
		}
		in.Command(testrig.Password+"\n", "user", "create", "--email", "ailleurs@autre.example", "--role", "administrator", "--commune", "Autre")
		secondToken := in.Command("", "token", "create", "--email", "second@valmeuse.example", "--name", "programme")
		in.start()
		accounts := in.pages(2)
		in.signIn("officer@valmeuse.example").send(http.MethodPut, "/crisis/settings", "",
			map[string]any{"second_person": true, "contacts": []any{}, "exercise_every": 0}).Into(t, http.StatusOK, nil)
		opener, author, stranger := in.signIn("crise@valmeuse.example"), in.signIn("auteur@valmeuse.example"), in.signIn("ailleurs@autre.example")
		reference := in.newReference()
		began := time.Now()
		answer := opener.post("/broadcasts", "once", map[string]any{
			"title": "Évacuation " + reference, "message": "Quittez la rue du Pont.", "severity": "severe",
		})
		var board alertBoard
		answer.Into(t, http.StatusAccepted, &board)
		if board.Status != "awaiting_confirmation" {
			t.Fatalf("the alert is %s", board.Status)
		}
		base := "/broadcasts/" + board.ID
		program := testrig.NewClient(t, "http://"+in.Address(), trimmed(secondToken))
		ways := []func() int{
			func() int { return opener.post(base+"/confirm", "", nil).Status },
			func() int { return author.post(base+"/confirm", "", nil).Status },
			func() int { return stranger.post(base+"/confirm", "", nil).Status },
			func() int { return program.Do(http.MethodPost, base+"/confirm", nil).Status },
			func() int { return in.client.Do(http.MethodPost, base+"/confirm", nil).Status },
			func() int {
				return opener.post(base+"/break-glass", "", map[string]any{"reason": "Personne d’autre."}).Status
			},
			func() int {
				return program.Do(http.MethodPost, base+"/break-glass", map[string]any{"reason": "Personne d’autre."}).Status
			},
			func() int {
				return author.post(base+"/break-glass", "", map[string]any{"reason": "Personne d’autre."}).Status
			},
			func() int {
				return opener.post(base+"/updates", "", map[string]any{"message": "Suite " + reference}).Status
			},
			func() int { return opener.post(base+"/end", "", map[string]any{"message": "Fin " + reference}).Status },
			func() int { // the same request again
				again := opener.post("/broadcasts", "once", map[string]any{"title": "Évacuation " + reference, "message": "Quittez la rue du Pont.", "severity": "severe"})
				var b alertBoard
				again.Into(t, http.StatusAccepted, &b)
				if b.ID == board.ID && b.Status == "awaiting_confirmation" {
					return http.StatusConflict
				}
				return again.Status
			},
			func() int { // by its deliveries
				return opener.post("/deliveries/"+board.Deliveries[0].ID+"/retry", "", nil).Status
			},
			func() int { // as an ordinary post that waits for approval
				b := in.board(board.ID)
				var d struct {
					PostID string `json:"post_id"`
				}
				in.ask(http.MethodGet, "/deliveries/"+b.Deliveries[0].ID, nil, http.StatusOK, &d)
				return opener.post("/posts/"+d.PostID+"/approve", "", nil).Status
			},
		}
		tries, passed := 0, 0
		var mu sync.Mutex
		for tries < size(200) {
			var all sync.WaitGroup
			for _, way := range ways { // at once: a race too
				all.Go(func() {
					status := way()
					mu.Lock()
					defer mu.Unlock()
					tries++
					if status < http.StatusBadRequest {
						passed++
					}
				})
			}
			all.Wait()
		}
		if b := in.board(board.ID); b.Status != "awaiting_confirmation" {
			t.Errorf("after the tries the alert is %s", b.Status)
		}
		if passed > 0 {
			t.Errorf("%d of %d tries were answered as if they passed", passed, tries)
		}
		for _, a := range accounts {
			if n := in.acceptedPosts()[place{a.network, a.id, reference}].times; n > 0 {
				t.Errorf("%s has it %d times", a.id, n)
			}
		}
		time.Sleep(time.Until(began.Add(2*time.Minute + time.Second)))
		broken := time.Now()
		opener.post(base+"/break-glass", "", map[string]any{"reason": "Personne d’autre ne répond."}).Into(t, http.StatusAccepted, &board)
		told := in.toldOf("crisis", broken)
		if told > 10*time.Second {
			t.Errorf("administrators were told after %s", told)
		}
		r := row.Row{Runs: tries, Deliveries: len(accounts)}
		testrig.Eventually(t, time.Minute, "the alert on both pages", func() bool {
			journal := in.acceptedPosts()
			r.Settled, r.Twice = 0, 0
			for _, a := range accounts {
				n := journal[place{a.network, a.id, reference}].times
				r.Settled += min(n, 1)
				r.Twice += max(n-1, 0)
			}
			return r.Settled == len(accounts)
		})
		r.Note = fmt.Sprintf("0 of %d tries passed; after the glass was broken administrators were told within %s", tries, told.Round(time.Millisecond))
		report(t, s, r)
	})
}

// toldOf is how long after a moment a notice of a kind was there for the
// administrator whose token the test has.
func (in *installation) toldOf(kind string, since time.Time) time.Duration {
	in.t.Helper()
	testrig.Eventually(in.t, time.Minute, "a notice "+kind, func() bool {
		var page struct {
			Notices []struct {
				Kind      string    `json:"kind"`
				CreatedAt time.Time `json:"created_at"`
			} `json:"notices"`
		}
		in.ask(http.MethodGet, "/notices", nil, http.StatusOK, &page)
		for _, n := range page.Notices {
			if n.Kind == kind && !n.CreatedAt.Before(since.Add(-time.Second)) {
				return true
			}
		}
		return false
	})
	return time.Since(since)
}
