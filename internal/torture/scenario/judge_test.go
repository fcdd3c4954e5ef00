//go:build torture

package scenario

import (
	"bufio"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/torture/row"
)

// accepted is what a network took: when, how often.
type accepted struct {
	times int
	first time.Time
}

type place struct{ network, account, reference string }

// anyReference finds the reference of a post, whatever the network made of its
// text.
var anyReference = regexp.MustCompile(`VAL\d{6}`)

// acceptedPosts reads the journal's file: nothing that a process remembers.
func (in *installation) acceptedPosts() map[place]accepted {
	in.t.Helper()
	file, err := os.Open(in.journal)
	if err != nil {
		in.t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	all := map[place]accepted{}
	lines := bufio.NewReader(file)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return all
		}
		if err != nil {
			in.t.Fatal(err)
		}
		var entry struct {
			Record *simulator.Record `json:"record"`
		}
		if err := json.Unmarshal(line, &entry); err != nil {
			in.t.Fatalf("journal: %v: %s", err, line)
		}
		r := entry.Record
		if r == nil || r.Operation != "post" || r.Draft {
			continue
		}
		at := place{r.Network, r.Account, anyReference.FindString(r.Title + " " + r.Text)}
		a := all[at]
		if a.times == 0 {
			a.first = r.At
		}
		a.times++
		all[at] = a
	}
}

// articles counts the references that citizens see in the built-in pages'
// list. The address of one article leads to its list.
func (in *installation) articles(address string) map[string]int {
	in.t.Helper()
	older := regexp.MustCompile(`<a href="([^"]+)" rel="next">`)
	title := regexp.MustCompile(`<h2><a href="[^"]+">[^<]*?(VAL\d{6})`)
	u, err := url.Parse(address)
	if err != nil {
		in.t.Fatal(err)
	}
	counts := map[string]int{}
	for u = u.JoinPath(".."); u != nil; {
		resp, err := http.Get(u.String())
		if err != nil {
			in.t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close() // it was only read
		if err != nil || resp.StatusCode != http.StatusOK {
			in.t.Fatalf("%s: %d %v", u, resp.StatusCode, err)
		}
		for _, found := range title.FindAllSubmatch(page, -1) {
			counts[string(found[1])]++
		}
		next := older.FindSubmatch(page)
		if next == nil {
			return counts
		}
		// The address stands in HTML: & is written &amp;.
		if u, err = u.Parse(string(regexp.MustCompile(`&amp;`).ReplaceAll(next[1], []byte("&")))); err != nil {
			in.t.Fatal(err)
		}
	}
	return counts
}

// articlesOf is articles of the built-in pages, whose address any delivery on
// them tells; nil where there is none.
func (in *installation) articlesOf(list []*expectation) map[string]int {
	in.t.Helper()
	for _, e := range list {
		if e.account.network == "site" && e.seen.RemoteURL != nil {
			return in.articles(*e.seen.RemoteURL)
		}
	}
	return nil
}

// judge compares what was acknowledged with what the networks' journal holds.
// The API must run, for the built-in pages are read there. Runs, Recovery and
// Note are the scenario's.
func (in *installation) judge() row.Row {
	in.t.Helper()
	in.mu.Lock()
	list := slices.Clone(in.expected)
	in.mu.Unlock()
	in.look(list)
	return in.judgeThese(list)
}

func (in *installation) judgeThese(list []*expectation) row.Row {
	in.t.Helper()
	journal := in.acceptedPosts()
	articles := in.articlesOf(list)
	known := map[place]bool{}
	r := row.Row{Deliveries: len(list), Late: math.MinInt64}
	for _, e := range list {
		at := place{e.account.network, e.account.id, e.reference}
		known[at] = true
		got := journal[at]
		if e.account.network == "site" {
			got.times = articles[e.reference]
			if e.seen.SentAt != nil {
				got.first = *e.seen.SentAt
			}
		}
		in.weigh(&r, e, got)
	}
	for at, got := range journal {
		if !known[at] && at.reference != "" {
			r.Twice += got.times
			in.t.Errorf("%s %s holds %s, which was not meant for it", at.network, at.account, at.reference)
		}
	}
	r.Late = max(r.Late, 0)
	return r
}

// weigh adds one delivery to a row.
func (in *installation) weigh(r *row.Row, e *expectation, got accepted) {
	in.t.Helper()
	told := e.seen.final() && e.seen.Status != "sent"
	switch {
	case got.times > e.want:
		r.Twice++
		in.t.Errorf("twice: %s on %s %s was accepted %d times, %s says the API", e.reference, e.account.network, e.account.id, got.times, e.seen.Status)
	case got.times < e.want && !told:
		r.Lost++
		in.t.Errorf("lost: %s is not on %s %s, %s says the API", e.reference, e.account.network, e.account.id, e.seen.Status)
	}
	if told && e.want > 0 {
		r.People++
		in.t.Logf("left to people: %s on %s %s is %s: %+v", e.reference, e.account.network, e.account.id, e.seen.Status, e.seen.Error)
	}
	if told && e.seen.Status != "unknown" && got.times > 0 {
		// Somebody who believes it sends it again.
		in.t.Errorf("wrong: %s is on %s %s, %s says the API", e.reference, e.account.network, e.account.id, e.seen.Status)
	}
	if e.seen.final() && e.seen.Status != "unknown" && (e.seen.Status == "sent") == (got.times == 1) && got.times <= 1 {
		r.Settled++
	}
	if got.times > 0 && e.seen.DueAt != nil {
		r.Late = max(r.Late, got.first.Sub(*e.seen.DueAt))
	}
}

// percentile is the smallest time that the share of all does not pass.
func percentile(times []time.Duration, share float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}

// add joins the rows of several installations of one test.
func add(rows ...row.Row) row.Row {
	var sum row.Row
	for _, r := range rows {
		sum.Runs += r.Runs
		sum.Deliveries += r.Deliveries
		sum.Lost += r.Lost
		sum.Twice += r.Twice
		sum.Settled += r.Settled
		sum.People += r.People
		sum.Late = max(sum.Late, r.Late)
		sum.Recovery = max(sum.Recovery, r.Recovery)
	}
	return sum
}
