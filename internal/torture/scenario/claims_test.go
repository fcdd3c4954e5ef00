//go:build torture

package scenario

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/testrig"
)

// What is claimed, and by how many.
const (
	claimInstances  = 5
	claimDeliveries = 10_000
	claimPages      = 200
	// claimTogether is how many pages one post goes to.
	claimTogether = 20
)

// TestT08Claims lets five processes claim what is due at one instant: each
// delivery is claimed by one of them, once. SQLite serves one process; there
// its lanes claim against each other.
func TestT08Claims(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		workers := []*testrig.Process{in.start()}
		for s != embedded && len(workers) < claimInstances {
			p := in.work()
			in.awaitReady(p)
			workers = append(workers, p)
		}
		pages := in.pages(size(claimPages))
		due := time.Now().Add(20*time.Second + time.Duration(part()*float64(70*time.Second))).Truncate(time.Millisecond)
		var drafts []draft
		for n, left := 0, size(claimDeliveries); left > 0; n++ {
			from := n * claimTogether % len(pages)
			group := pages[from:min(from+min(claimTogether, left), len(pages))]
			drafts = append(drafts, draft{accounts: group, due: due})
			left -= len(group)
		}
		in.announce(drafts...)
		if time.Now().After(due) {
			t.Error("the posts were not made before they were due")
		}
		if !in.settle(15 * time.Minute) {
			t.Error("not settled within fifteen minutes")
		}
		r := in.judge()
		r.Runs = 1
		shares := sharesOf(t, workers)
		for _, e := range in.expected {
			if e.seen.Attempts != 1 {
				t.Errorf("%s on %s took %d attempts", e.reference, e.account.id, e.seen.Attempts)
			}
		}
		r.Note = fmt.Sprintf("%d processes, shares %v; %.0f a second until the last", len(workers), shares, float64(r.Deliveries)/r.Late.Seconds())
		report(t, s, r)
	})
}

// sharesOf counts what each process published by its log, and fails the test
// when two published the same or one published nothing.
func sharesOf(t *testing.T, workers []*testrig.Process) []int {
	t.Helper()
	by := map[string]int{}
	shares := make([]int, len(workers))
	for i, p := range workers {
		lines := bufio.NewScanner(strings.NewReader(p.Log()))
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var line struct {
				Message    string `json:"msg"`
				DeliveryID string `json:"delivery_id"`
			}
			if json.Unmarshal(lines.Bytes(), &line) != nil || line.Message != "delivery sent" {
				continue // the announcement for people is no JSON
			}
			if first, twice := by[line.DeliveryID]; twice {
				t.Errorf("%s was published by the processes %d and %d", line.DeliveryID, first, i)
			}
			by[line.DeliveryID] = i
			shares[i]++
		}
		if shares[i] == 0 {
			t.Errorf("process %d published nothing", i)
		}
	}
	return shares
}
