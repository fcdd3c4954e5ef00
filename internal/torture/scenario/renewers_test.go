//go:build torture

package scenario

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/app"
	"github.com/crieur/crieur/internal/connecting"
	"github.com/crieur/crieur/internal/kept"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/secret"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/worker"
)

const (
	// renewing is how many workers renew over one ledger.
	renewing = 50
	// renewedAccounts are renewed in each round, by one of them each.
	renewedAccounts = 20
	// machines share the workers where the database serves several.
	machines = 5
	// nearlyOver is how long after their renewal X's credentials, which live two
	// hours, are to be renewed again.
	nearlyOver = 85 * time.Minute
)

// TestT30OneRefresh lets fifty workers see the same credentials end, a thousand
// times: half of them look for what ends, the others publish at the last
// moment. A refresh token that is used twice kills all that came of it, so each
// end must be met by one renewal.
func TestT30OneRefresh(t *testing.T) {
	onSetups(t, []setup{queueless, embedded}, func(t *testing.T, s setup) {
		in := install(t, s, nil)
		p := in.start()
		accounts := in.renewable(renewedAccounts)
		in.stop(p)
		// The token before is dead and nobody has the next one yet: long enough
		// for all others to come by.
		in.plan(simulator.Fault{Network: "x", Operation: "token", After: true, Effect: simulator.EffectDelay, Delay: 100 * time.Millisecond, Times: -1})
		crowd := in.renewers()
		before, _ := in.refreshes()
		rounds := size(1000 / renewedAccounts)
		for n := range rounds {
			crowd.clock.move(nearlyOver)
			crowd.allAtOnce(accounts)
			after, dead := in.refreshes()
			for _, a := range accounts {
				if got := after[a.id] - before[a.id]; got != n+1 {
					t.Errorf("%s was renewed %d times at %d ends", a.id, got, n+1)
				}
			}
			if dead > 0 {
				t.Errorf("%d families of tokens are dead", dead)
			}
			if t.Failed() {
				break
			}
		}
		expiries := rounds * len(accounts)
		asked := int(crowd.asked.Load())
		if asked != expiries {
			t.Errorf("the network was asked %d times at %d ends", asked, expiries)
		}
		_, dead := in.refreshes()
		crowd.close()
		in.networks.ClearFaults()

		in.start()
		for _, a := range accounts {
			in.announce(draft{accounts: []account{a}})
		}
		if !in.settle(5 * time.Minute) {
			t.Error("not settled in five minutes")
		}
		r := in.judge()
		if r.People > 0 {
			t.Errorf("%d accounts do not publish any more", r.People)
		}
		r.Runs = expiries
		r.Note = fmt.Sprintf("%d workers, %d ends, %d refreshes, %d families lost", renewing, expiries, asked, dead)
		report(t, s, r)
	})
}

// aheadClock runs with the machine's, and is moved on.
type aheadClock struct{ ahead atomic.Int64 }

func (c *aheadClock) now() time.Time       { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *aheadClock) move(d time.Duration) { c.ahead.Add(int64(d)) }

// crowd is workers that renew over one ledger, each under a name of its own.
type crowd struct {
	t       *testing.T
	clock   aheadClock
	ledgers []*store.Store
	workers []*worker.Renewals
	// asked is how often the network was asked for a token.
	asked atomic.Int64
}

// RoundTrip is the way out of the crowd: it counts.
func (c *crowd) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/oauth2/token") {
		c.asked.Add(1)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// renewers makes the crowd, of the product's own parts. No server may run
// beside it with SQLite.
func (in *installation) renewers() *crowd {
	in.t.Helper()
	c := &crowd{t: in.t}
	cfg := store.Config{Dir: filepath.Join(in.dir, "data"), Log: slog.New(slog.DiscardHandler), Now: c.clock.now}
	ledgers := 1
	if in.postgres != nil {
		cfg.URL, ledgers = in.postgres.URL(), machines
	}
	key, err := base64.StdEncoding.DecodeString(in.key)
	if err != nil {
		in.t.Fatal(err)
	}
	box, err := secret.NewBox(key)
	if err != nil {
		in.t.Fatal(err)
	}
	var openers []*connecting.Service
	for range ledgers {
		ledger, err := store.Open(in.t.Context(), cfg)
		if err != nil {
			in.t.Fatal(err)
		}
		c.ledgers = append(c.ledgers, ledger)
		openers = append(openers, connecting.New(connecting.Deps{
			Store: ledger, Registry: channels.NewRegistry(app.Drivers()...), Box: box, NewID: store.NewID, Now: c.clock.now, Log: cfg.Log,
			Networks: connecting.Networks{HTTP: &http.Client{Transport: c}, BaseURLs: map[string]string{"x": in.networks.URL + "/x"}},
		}))
	}
	for i := range renewing {
		folder, err := kept.Open(filepath.Join(in.dir, fmt.Sprintf("renewed-%d", i)))
		if err != nil {
			in.t.Fatal(err)
		}
		c.workers = append(c.workers, worker.NewRenewals(worker.RenewalDeps{
			Ledger: c.ledgers[i%ledgers], Opener: openers[i%ledgers], Kept: folder, Instance: store.NewID(), Now: c.clock.now, Log: cfg.Log,
		}))
	}
	return c
}

// allAtOnce lets every worker meet the end of the accounts' credentials, and
// returns when all have done with it.
func (c *crowd) allAtOnce(accounts []account) {
	c.t.Helper()
	before := make([]post.Channel, len(accounts))
	for i, a := range accounts {
		var err error
		if before[i], err = c.ledgers[0].ChannelByID(c.t.Context(), a.ID); err != nil {
			c.t.Fatal(err)
		}
	}
	start := make(chan struct{})
	var all sync.WaitGroup
	for i, w := range c.workers {
		all.Go(func() {
			<-start
			if i%2 == 0 {
				if waiting := w.Sweep(c.t.Context()); waiting > 0 {
					c.t.Errorf("%d renewed credentials wait for the ledger", waiting)
				}
				return
			}
			ch := before[i/2%len(before)]
			if _, ok := w.Fresh(c.t.Context(), ch); !ok {
				c.t.Errorf("a publication on %s got no credentials", ch.Account.ID)
			}
		})
	}
	close(start)
	all.Wait()
}

func (c *crowd) close() {
	c.t.Helper()
	for _, ledger := range c.ledgers {
		if err := ledger.Close(); err != nil {
			c.t.Error(err)
		}
	}
}

// refreshes reads the networks' journal: how often each account on X got other
// tokens, and how many have none any more.
func (in *installation) refreshes() (times map[string]int, dead int) {
	in.t.Helper()
	file, err := os.Open(in.journal)
	if err != nil {
		in.t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	times = map[string]int{}
	current := map[string]string{}
	lines := bufio.NewReader(file)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return times, dead
		}
		if err != nil {
			in.t.Fatal(err)
		}
		var entry struct {
			Account *simulator.AccountSpec `json:"account"`
		}
		if err := json.Unmarshal(line, &entry); err != nil {
			in.t.Fatalf("journal: %v: %s", err, line)
		}
		a := entry.Account
		if a == nil || a.Network != "x" {
			continue
		}
		token := a.Credentials["refresh_token"]
		switch last := current[a.ID]; {
		case last != "" && token == "":
			dead++
		case last != "" && token != last:
			times[a.ID]++
		}
		current[a.ID] = token
	}
}
