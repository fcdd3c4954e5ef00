//go:build torture && failpoints

package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/internal/torture/row"
	"github.com/crieur/crieur/media/mediatest"
)

const (
	// timesEach is how often the program is killed at each place.
	timesEach = 25
	// placeInstallations share the runs of one setup.
	placeInstallations = 8
	// leaseEnds is when the claims of a dead process are over.
	leaseEnds = 21 * time.Second
)

// TestT02EachPlace kills the program at every named place between a claim and
// its final commit, again and again, and lets the next start go on.
func TestT02EachPlace(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		places := slices.DeleteFunc(failpoint.All(), func(place string) bool { return !standsOn(place, s) })
		var runs []string
		for range size(timesEach) {
			runs = append(runs, places...)
		}
		rand.Shuffle(len(runs), func(i, j int) { runs[i], runs[j] = runs[j], runs[i] })
		q := &placeQueue{runs: runs}
		rows := make([]row.Row, min(placeInstallations, len(runs)))
		var mu sync.Mutex
		killed := map[string]int{}
		t.Run("installations", func(t *testing.T) {
			for i := range rows {
				t.Run(fmt.Sprint(i), func(t *testing.T) {
					t.Parallel()
					if q.empty() {
						return
					}
					v := newVictim(t, s)
					v.runs(q)
					rows[i] = v.end()
					mu.Lock()
					defer mu.Unlock()
					for place, times := range v.killed {
						killed[place] += times
					}
				})
			}
		})
		least := timesEach
		for _, place := range places {
			if killed[place] == 0 {
				t.Errorf("%s was never reached", place)
			}
			least = min(least, killed[place])
		}
		r := add(rows...)
		r.Note = fmt.Sprintf("%d of %d places reached, each at least %d times", len(killed), len(places), least)
		if q.taken < len(runs) {
			// Rounded down: two parts of it are not to look like the whole.
			r.Size = math.Floor(100*float64(q.taken)/float64(len(places)*timesEach)) / 100
		}
		report(t, s, r)
	})
}

// placeQueue holds the places at which the program is still to be killed.
type placeQueue struct {
	mu    sync.Mutex
	runs  []string
	taken int
}

// next gives the next place; false: there is none, or no more are wanted.
func (q *placeQueue) next() (string, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.taken == len(q.runs) || endWanted() {
		return "", false
	}
	q.taken++
	return q.runs[q.taken-1], true
}

func (q *placeQueue) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.taken == len(q.runs) || endWanted()
}

// standsOn: a place of one engine is not passed on the other.
func standsOn(place string, s setup) bool {
	switch {
	case strings.HasPrefix(place, "internal/store/postgres:"):
		return s != embedded
	case strings.HasPrefix(place, "internal/store/writer:"):
		return s == embedded
	default:
		return true
	}
}

// victim is an installation that is killed at places.
type victim struct {
	*installation
	clean *testrig.Process
	// groups are accounts by network, taken in turn so that a lane whose claim
	// is not over yet is left alone.
	groups   map[string][]account
	turn     map[string]int
	pictures []string
	// open are deliveries of earlier runs that may still be waiting.
	open   []interrupted
	killed map[string]int
}

type interrupted struct {
	at   time.Time
	list []*expectation
}

func newVictim(t *testing.T, s setup) *victim {
	t.Helper()
	v := &victim{installation: install(t, s, nil), turn: map[string]int{}, killed: map[string]int{}}
	v.clean = v.start()
	const each = 8
	v.groups = map[string][]account{
		"facebook": v.pages(each), "x": v.profiles(each), "wordpress": v.blogs(each), "site": {v.site()},
	}
	v.pictures = v.upload(mediatest.JPEG(640, 480), mediatest.JPEG(480, 640))
	return v
}

// take gives the next accounts of a network.
func (v *victim) take(network string, n int) []account {
	group := v.groups[network]
	list := make([]account, n)
	for i := range list {
		list[i] = group[v.turn[network]%len(group)]
		v.turn[network]++
	}
	return list
}

// rotated are the networks in turn, for places that every one passes.
func (v *victim) rotated(networks ...string) string {
	v.turn["network"]++
	return networks[v.turn["network"]%len(networks)]
}

// runs kills the program at each place of the queue; one that was not reached
// is tried twice more.
func (v *victim) runs(q *placeQueue) {
	v.t.Helper()
	for place, more := q.next(); more; place, more = q.next() {
		for range 3 {
			if v.t.Failed() {
				return
			}
			v.catchUp()
			if v.run(place) {
				v.killed[place]++
				break
			}
		}
	}
}

// catchUp lets the clean process finish what earlier runs left, as far as its
// claims are over, so that the next kill hits something else: a delivery that
// is interrupted again and again is put aside for people.
func (v *victim) catchUp() {
	v.t.Helper()
	var later []interrupted
	for _, one := range v.open {
		if time.Since(one.at) < leaseEnds {
			later = append(later, one)
			continue
		}
		testrig.Eventually(v.t, 2*time.Minute, "an interrupted delivery goes on", func() bool {
			v.look(one.list)
			return !slices.ContainsFunc(one.list, func(e *expectation) bool {
				return slices.Contains([]string{"scheduled", "sending", "retrying"}, e.seen.Status)
			})
		})
	}
	v.open = later
}

// run kills the program at a place, and starts it again. false: the place was
// not reached.
func (v *victim) run(place string) bool {
	v.t.Helper()
	var list []*expectation
	times, patience := 2, 30*time.Second
	switch part, _, _ := strings.Cut(place, ":"); {
	case strings.HasPrefix(part, "channels/") && part != "channels/rest/rest":
		list = v.soon(v.take(strings.Split(part, "/")[1], 2), v.pictures)
	case part == "worker/reconcile":
		list, times = v.unclear(), 1
	case part == "worker/renew":
		list, times = v.soon(v.ended(), v.pictures), 1
	case place == "worker/leases:settled", strings.HasPrefix(place, "internal/store/leases:settle"):
		list, times = v.abandoned(), 1
	case part == "worker/leases", part == "internal/store/leases":
		list, times = v.slow(), 1
	case part == "worker/dispatch":
		list = v.soon(v.take(v.rotated("facebook", "x", "wordpress", "site"), 2), nil)
	case part == "internal/store/writer":
		list = v.soon(append(v.take("facebook", 3), v.take("x", 3)...), nil)
	default:
		// Places of every publication; pictures make the steps.
		list = v.soon(v.take(v.rotated("facebook", "x", "wordpress"), 2), v.pictures)
	}
	v.clean.Kill()
	armed := v.work(withFailpoints(fmt.Sprintf("%s=kill#%d", place, 1+rand.IntN(times))))
	reached := true
	select {
	case <-armed.Ended():
	case <-time.After(patience):
		reached = false
		armed.Kill()
	}
	v.open = append(v.open, interrupted{time.Now(), list})
	v.clean = v.start()
	return reached
}

// soon makes posts that are due once the armed process runs. The clean one does
// not see them yet: it looks three seconds ahead.
func (v *victim) soon(accounts []account, pictures []string) []*expectation {
	v.t.Helper()
	return v.post(accounts, pictures, time.Now().Add(3800*time.Millisecond))
}

func (v *victim) post(accounts []account, pictures []string, due time.Time) []*expectation {
	v.t.Helper()
	var drafts []draft
	for _, a := range accounts {
		drafts = append(drafts, draft{accounts: []account{a}, pictures: pictures, due: due})
	}
	return v.announce(drafts...)
}

// slow makes posts whose answers take longer than the time between two signs of
// life.
func (v *victim) slow() []*expectation {
	v.t.Helper()
	accounts := v.take(v.rotated("facebook", "x", "wordpress"), 2)
	v.hold(accounts, simulator.Fault{After: true, Effect: simulator.EffectDelay, Delay: 8 * time.Second})
	return v.soon(accounts, nil)
}

// unclear makes posts that networks accept without an answer, and waits until
// the clean process has seen that.
func (v *victim) unclear() []*expectation {
	v.t.Helper()
	accounts := v.take(v.rotated("facebook", "x", "wordpress"), 1)
	v.hold(accounts, simulator.Fault{After: true, Effect: simulator.EffectEOF})
	list := v.post(accounts, nil, time.Time{})
	testrig.Eventually(v.t, 30*time.Second, "an answer is lost", func() bool {
		v.look(list)
		return !slices.ContainsFunc(list, func(e *expectation) bool { return e.seen.Status != "unknown" && !e.seen.final() })
	})
	return list
}

// abandoned makes posts, kills the process in the middle of them, and waits
// until its claims are over.
func (v *victim) abandoned() []*expectation {
	v.t.Helper()
	accounts := v.take(v.rotated("facebook", "x", "wordpress"), 2)
	v.hold(accounts, simulator.Fault{After: true, Effect: simulator.EffectDelay, Delay: 5 * time.Second})
	list := v.post(accounts, nil, time.Time{})
	testrig.Eventually(v.t, 30*time.Second, "the posts are under way", func() bool {
		v.look(list)
		return !slices.ContainsFunc(list, func(e *expectation) bool { return e.seen.Status == "scheduled" })
	})
	v.clean.Kill()
	<-time.After(leaseEnds)
	return list
}

// hold plans a fault for the next post of each account.
func (v *victim) hold(accounts []account, fault simulator.Fault) {
	v.t.Helper()
	for _, a := range accounts {
		fault.Network, fault.Account, fault.Operation = a.network, a.id, "post"
		v.plan(fault)
	}
}

// ended makes an account on X whose access token has ended.
func (v *victim) ended() []account {
	v.t.Helper()
	accounts := v.renewable(1)
	v.endToken(accounts[0].id)
	return accounts
}

// endToken makes X refuse the access token that Crieur holds. The refresh token
// stays good.
func (in *installation) endToken(id string) {
	in.t.Helper()
	resp, err := http.Get(in.networks.URL + "/_control/accounts")
	if err != nil {
		in.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	var all []simulator.AccountSpec
	if err := json.NewDecoder(resp.Body).Decode(&all); err != nil {
		in.t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(spec simulator.AccountSpec) bool { return spec.Network == "x" && spec.ID == id })
	if at < 0 {
		in.t.Fatalf("no account %s on X", id)
	}
	spec := all[at]
	spec.Credentials = maps.Clone(spec.Credentials)
	spec.Credentials["access_token"] = fmt.Sprintf("ended-%d", rand.Int64())
	if err := in.networks.AddAccount(spec); err != nil {
		in.t.Fatal(err)
	}
}

// end lets a clean process finish everything, and judges.
func (v *victim) end() row.Row {
	v.t.Helper()
	if !v.settle(20 * time.Minute) {
		v.t.Error("not settled within twenty minutes")
	}
	r := v.judge()
	for _, times := range v.killed {
		r.Runs += times
	}
	return r
}
