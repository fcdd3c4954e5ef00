//go:build torture

package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/internal/torture/row"
)

const (
	// heardWithin is how soon the commune's own pages and a network have an
	// alert although the ledger is away.
	heardWithin = 10 * time.Second
	// handedWithin is how soon the ledger has it once it is back.
	handedWithin = 3 * time.Minute
)

// brokenLedger is a way in which the ledger can be away.
type brokenLedger struct {
	name string
	// breaks takes the ledger away until the returned function is called.
	breaks func() (heal func())
}

// lastAlert is an alert as the API shows it.
type lastAlert struct {
	ID         string     `json:"id"`
	Status     string     `json:"status"`
	Deliveries []delivery `json:"deliveries"`
}

// TestT40BrokenCrisis raises alerts while the ledger is cut off, silent, read
// only, locked or out of room, Redis is away, and one channel never answers. They
// leave all the same, and the ledger has them when it is back.
func TestT40BrokenCrisis(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in, faults := installBroken(t, s)
		p := in.start()
		t.Cleanup(p.Kill)
		accounts := []account{in.site()}
		accounts = append(accounts, in.pages(2)...)
		accounts = append(accounts, in.profiles(1)...)
		ordinary := in.announce(draft{accounts: accounts[1:2], due: time.Now().Add(time.Hour)})
		in.copied(p, len(accounts))

		r := row.Row{}
		var heard, handed []time.Duration
		for range size(4) {
			for _, f := range faults {
				soon, back := in.speak(f, accounts, ordinary, &r)
				heard, handed = append(heard, soon), append(handed, back)
				r.Runs++
			}
		}
		in.stop(p)
		if worst := percentile(heard, 1); worst > heardWithin {
			t.Errorf("the website and a network had an alert after %s only", worst)
		}
		r.Late, r.Recovery = percentile(heard, 1), percentile(handed, 0.95)
		names := make([]string, len(faults))
		for i, f := range faults {
			names[i] = f.name
		}
		r.Note = fmt.Sprintf("%s; website and a network p95 %s, in the ledger at most %s after it was back",
			strings.Join(names, ", "), percentile(heard, 0.95).Round(10*time.Millisecond), percentile(handed, 1).Round(100*time.Millisecond))
		report(t, s, r)
	})
}

// installBroken makes an installation whose ledger can be broken.
func installBroken(t *testing.T, s setup) (*installation, []brokenLedger) {
	t.Helper()
	if s == embedded {
		d := mountSmallDisk(t)
		in := install(t, s, map[string]string{"CRIEUR_DATA_DIR": d.folder})
		return in, []brokenLedger{
			{"no room", func() func() { return d.fill() }},
			{"locked", func() func() { return testrig.LockSQLite(t, d.folder) }},
		}
	}
	in := install(t, s, nil)
	faults := []brokenLedger{
		{"cut off", func() func() { in.toPostgres.Cut(); return in.toPostgres.Heal }},
		{"silent", func() func() { in.toPostgres.Hang(); return in.toPostgres.Heal }},
		{"read only", func() func() { return testrig.RefuseWrites(t, in.postgres.URL()) }},
	}
	if s == scaled {
		faults = append(faults, brokenLedger{"cut off, and Redis silent", func() func() {
			in.toRedis.Hang()
			in.toPostgres.Cut()
			return func() { in.toPostgres.Heal(); in.toRedis.Heal() }
		}})
	}
	return in, faults
}

// copied waits until the process that has the API knows so many channels.
func (in *installation) copied(p *testrig.Process, channels int) {
	in.t.Helper()
	if in.api != nil {
		p = in.api
	}
	testrig.Eventually(in.t, time.Minute, "the copy for alerts", func() bool {
		return strings.Contains(p.Log(), fmt.Sprintf(`"channels":%d,`, channels))
	})
}

// speak raises an alert while the ledger is broken, and ends it when it is back.
// It returns how soon the website and a network had it, and how soon after its
// return the ledger.
func (in *installation) speak(f brokenLedger, accounts []account, ordinary []*expectation, r *row.Row) (heard, handed time.Duration) {
	t := in.t
	t.Helper()
	hanging := accounts[1]
	in.plan(simulator.Fault{Network: hanging.network, Account: hanging.id, Operation: "post", After: true, Effect: simulator.EffectHang})
	in.mu.Lock()
	in.posts++
	reference := fmt.Sprintf("VAL%06d", in.posts)
	in.mu.Unlock()
	heal := f.breaks()
	began, key := time.Now(), uuid.NewString()
	body := map[string]any{"title": "Fuite de gaz " + reference, "message": "Restez chez vous, fermez les fenêtres.", "severity": "extreme"}
	var b lastAlert
	in.once(key, body, &b)
	testrig.Eventually(t, 2*heardWithin, f.name+": the website and a network have the alert", func() bool {
		if !strings.Contains(in.publicPage("/alerts"), reference) {
			return false
		}
		journal := in.acceptedPosts()
		return slices.ContainsFunc(accounts[1:], func(a account) bool { return journal[place{a.network, a.id, reference}].times > 0 })
	})
	heard = time.Since(began)
	var again lastAlert
	in.once(key, body, &again)
	if again.ID != b.ID {
		t.Errorf("%s: the same request raised %s and %s", f.name, b.ID, again.ID)
	}
	heal()
	back := time.Now()
	testrig.Eventually(t, handedWithin, f.name+": the ledger has the alert", func() bool {
		answer, err := in.client.Try(t.Context(), http.MethodGet, "/broadcasts/"+b.ID, "", nil, nil)
		if err != nil || answer.Status != http.StatusOK || answer.Header.Get("X-Crieur-Ledger") != "" || json.Unmarshal(answer.Body, &b) != nil {
			return false
		}
		if handed == 0 {
			handed = time.Since(back)
		}
		return !slices.ContainsFunc(b.Deliveries, func(d delivery) bool { return d.Status != "sent" })
	})
	in.once(key, body, &again)
	if again.ID != b.ID {
		t.Errorf("%s: after the ledger's return the same request raised %s and %s", f.name, b.ID, again.ID)
	}
	in.look(ordinary)
	for _, e := range ordinary {
		if e.seen.Status != "held" {
			t.Errorf("%s: what waited is %s", f.name, e.seen.Status)
		}
	}
	in.ask(http.MethodPost, "/broadcasts/"+b.ID+"/end", map[string]any{"message": "La fuite est réparée."}, http.StatusAccepted, nil)
	in.weighAlert(f, accounts, hanging, reference, &b, r)
	return heard, handed
}

// weighAlert compares the networks' journal with what the ledger says: one
// message on each channel, one more where nobody answered.
func (in *installation) weighAlert(f brokenLedger, accounts []account, hanging account, reference string, b *lastAlert, r *row.Row) {
	t := in.t
	t.Helper()
	// The end of the alert has its title too; it is the second message.
	journal := in.acceptedTexts(reference, "Restez chez vous")
	for _, a := range accounts {
		r.Deliveries++
		d := slices.IndexFunc(b.Deliveries, func(d delivery) bool { return d.ChannelID == a.ID })
		if d < 0 || b.Deliveries[d].Status != "sent" {
			r.Lost++
			t.Errorf("%s: %s %s is not sent", f.name, a.network, a.id)
			continue
		}
		r.Settled++
		if a.network == "site" {
			continue
		}
		allowed := 1
		if a.ID == hanging.ID {
			allowed = 2
		}
		switch times := journal[a.network+" "+a.id]; {
		case times == 0:
			r.Lost++
			t.Errorf("%s: lost on %s %s", f.name, a.network, a.id)
		case times > allowed:
			r.Twice++
			t.Errorf("%s: %d times on %s %s", f.name, times, a.network, a.id)
		}
	}
}

// acceptedTexts counts the posts of each account that hold two texts.
func (in *installation) acceptedTexts(first, second string) map[string]int {
	times := map[string]int{}
	for _, e := range in.networks.Records() {
		if text := e.Title + " " + e.Text; e.Operation == "post" && strings.Contains(text, first) && strings.Contains(text, second) {
			times[e.Network+" "+e.Account]++
		}
	}
	return times
}

// once sends one request for an alert, which must be taken.
func (in *installation) once(key string, body any, into *lastAlert) {
	in.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		in.t.Fatal(err)
	}
	answer, err := in.client.Try(in.t.Context(), http.MethodPost, "/broadcasts", "application/json", bytes.NewReader(data), map[string]string{"Idempotency-Key": key})
	if err != nil {
		in.t.Fatal(err)
	}
	answer.Into(in.t, http.StatusAccepted, into)
}

// publicPage reads a public page of the commune; "" where there is none now.
func (in *installation) publicPage(path string) string {
	in.t.Helper()
	req, err := http.NewRequestWithContext(in.t.Context(), http.MethodGet, "http://"+in.Address()+"/c/valmeuse"+path, nil)
	if err != nil {
		in.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return ""
	}
	return string(body)
}
