package standby_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/testrig"
)

// broadcast is an alert as the API shows it, as far as the tests look.
type broadcast struct {
	ID         string             `json:"id"`
	Number     int                `json:"number"`
	Reference  string             `json:"reference"`
	Status     string             `json:"status"`
	Deliveries []testrig.Delivery `json:"deliveries"`
	Messages   []struct {
		Number     int                `json:"number"`
		Deliveries []testrig.Delivery `json:"deliveries"`
	} `json:"messages"`
}

// town is a commune whose database can be taken away.
type town struct {
	*testrig.Rig
	t     *testing.T
	proxy *testrig.Proxy
	slug  string
	dir   string
	// database is its address without the proxy.
	database string
}

// onPostgres starts the application before a database that can be cut off, with
// the commune's own pages, Facebook and X.
func onPostgres(t *testing.T) *town {
	t.Helper()
	database, err := url.Parse(testrig.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	direct := database.String()
	proxy := testrig.StartProxy(t, database.Host)
	database.Host = proxy.Addr
	dir := ""
	rig := testrig.Start(t, func(c *config.Config) { c.DatabaseURL, dir = database.String(), c.DataDir })
	town := &town{Rig: rig, t: t, proxy: proxy, dir: dir, database: direct}
	rig.Connect("site", "Actualités", nil, nil)
	rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	rig.ConnectAccount(rig.Networks.Account(t, "x"))
	var session struct {
		Commune struct {
			Slug string `json:"slug"`
		} `json:"commune"`
	}
	rig.Do(http.MethodGet, "/session", nil).Into(t, http.StatusOK, &session)
	town.slug = session.Commune.Slug
	town.copied(3)
	return town
}

// copied waits until the process has a copy of so many channels.
func (w *town) copied(channels int) {
	w.t.Helper()
	testrig.Eventually(w.t, time.Minute, "a fresh copy", func() bool { return strings.Contains(w.Log(), fmt.Sprintf("channels=%d ", channels)) })
}

// post sends a request with a key, as a client that repeats it would.
func (w *town) post(path, key string, body any) testrig.Answer {
	w.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	answer, err := w.Try(w.t.Context(), http.MethodPost, path, "application/json", bytes.NewReader(data), map[string]string{"Idempotency-Key": key})
	if err != nil {
		w.t.Fatalf("%s: %v", path, err)
	}
	return answer
}

func alertText(title, message string) map[string]any {
	return map[string]any{"title": title, "message": message, "severity": "severe"}
}

func (w *town) board(id string) broadcast {
	w.t.Helper()
	var b broadcast
	answer := w.Do(http.MethodGet, "/broadcasts/"+id, nil)
	if answer.Status == http.StatusOK {
		answer.Into(w.t, http.StatusOK, &b)
	}
	return b
}

// sent waits until every channel has the newest message.
func (w *town) sent(id string, within time.Duration) broadcast {
	w.t.Helper()
	var b broadcast
	testrig.Eventually(w.t, within, "sent on every channel", func() bool {
		b = w.board(id)
		return len(b.Deliveries) > 0 && !anyBut(b.Deliveries, "sent")
	})
	return b
}

func anyBut(all []testrig.Delivery, status string) bool {
	for _, d := range all {
		if d.Status != status {
			return true
		}
	}
	return false
}

// page reads a public page.
func (w *town) page(path string) (int, string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.URL+"/c/"+w.slug+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// accepted counts the posts with a text that a network took.
func (w *town) accepted(network, text string) int {
	n := 0
	for _, e := range w.Networks.Records() {
		if e.Network == network && e.Operation == "post" && strings.Contains(e.Text, text) {
			n++
		}
	}
	return n
}

// back gives the database back and waits until the process has found it.
func (w *town) back() {
	w.t.Helper()
	w.proxy.Heal()
	testrig.Eventually(w.t, time.Minute, "the ledger is back", func() bool {
		return w.Do(http.MethodGet, "/crisis", nil).Header.Get("X-Crieur-Ledger") == ""
	})
}

func TestAlertLeavesWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"cut", "silent"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := onPostgres(t)
			// Something ordinary waits: it must be held once the ledger hears of it.
			var ordinary testrig.Post
			w.Do(http.MethodPost, "/posts", map[string]any{
				"text": "Brocante de printemps", "channels": []string{w.channel("facebook")},
				"publish": map[string]any{"mode": "at", "at": time.Now().Add(24 * time.Hour).Format("2006-01-02T15:04"), "zone": "Europe/Brussels"},
			}).Into(t, http.StatusCreated, &ordinary)
			if how == "cut" {
				w.proxy.Cut()
			} else {
				w.proxy.Hang()
			}
			const title, text = "Fuite de gaz rue Haute", "Restez chez vous, fermez les fenêtres."
			key := uuid.NewString()
			began := time.Now()
			answer := w.post("/broadcasts", key, alertText(title, text))
			if answer.Header.Get("X-Crieur-Ledger") != "away" {
				t.Error("the answer does not say that the ledger is away")
			}
			var b broadcast
			answer.Into(t, http.StatusAccepted, &b)
			t.Logf("answered after %s", time.Since(began))
			sent := w.sent(b.ID, 30*time.Second)
			t.Logf("sent everywhere after %s", time.Since(began))
			if len(sent.Deliveries) != 3 {
				t.Errorf("%d deliveries", len(sent.Deliveries))
			}
			if again := w.post("/broadcasts", key, alertText(title, text)); again.Status != http.StatusAccepted || !strings.Contains(string(again.Body), b.ID) {
				t.Errorf("repeated with its key: %d %s", again.Status, again.Body)
			}
			w.shows("", title)
			w.shows("/alerts", title)
			w.shows("/alerts/"+b.ID, text)
			w.post("/broadcasts/"+b.ID+"/updates", uuid.NewString(), map[string]any{"message": "Le quartier est évacué."}).Into(t, http.StatusAccepted, nil)
			w.sent(b.ID, 30*time.Second)

			w.back()
			after := w.sent(b.ID, time.Minute)
			if len(after.Messages) != 2 || anyBut(after.Messages[0].Deliveries, "sent") || anyBut(after.Messages[1].Deliveries, "sent") {
				t.Errorf("in the ledger: %+v", after)
			}
			if again := w.post("/broadcasts", key, alertText(title, text)); again.Status != http.StatusAccepted || !strings.Contains(string(again.Body), b.ID) {
				t.Errorf("repeated with its key after the outage: %d %s", again.Status, again.Body)
			}
			if now := w.Post(ordinary.ID).Deliveries[0].Status; now != "held" {
				t.Errorf("what waited is %s", now)
			}
			w.shows("/alerts/"+b.ID, text)
			for _, network := range []string{"facebook", "x"} {
				for _, said := range []string{"Restez chez vous", "Le quartier est évacué"} {
					if n := w.accepted(network, said); n != 1 {
						t.Errorf("%s took %q %d times", network, said, n)
					}
				}
			}
			var log struct {
				Entries []struct {
					At     time.Time `json:"at"`
					Action string    `json:"action"`
				} `json:"entries"`
			}
			w.Do(http.MethodGet, "/register", nil).Into(t, http.StatusOK, &log)
			opened := 0
			for _, e := range log.Entries {
				if e.Action == "broadcast.opened" && e.At.Sub(began).Abs() < 10*time.Second {
					opened++
				}
			}
			if opened != 1 {
				t.Errorf("%d times opened in the register: %+v", opened, log.Entries)
			}
			// The record is forgotten once the ledger has everything.
			w.forgotten()
		})
	}
}

// shows reads a public page until it holds a text: pages are public at once.
func (w *town) shows(path, text string) {
	w.t.Helper()
	if status, body := w.page(path); status != http.StatusOK || !strings.Contains(body, text) {
		w.t.Errorf("page %q: %d, without %q:\n%s", path, status, text, body)
	}
}

func (w *town) channel(kind string) string {
	w.t.Helper()
	var list struct {
		Channels []testrig.Channel `json:"channels"`
	}
	w.Do(http.MethodGet, "/channels", nil).Into(w.t, http.StatusOK, &list)
	for _, ch := range list.Channels {
		if ch.Kind == kind {
			return ch.ID
		}
	}
	w.t.Fatalf("no %s", kind)
	return ""
}

func (w *town) forgotten() {
	w.t.Helper()
	testrig.Eventually(w.t, 10*time.Second, "the record is gone", func() bool {
		left, err := filepath.Glob(filepath.Join(w.dir, "standby", "*.standby"))
		return err == nil && len(left) == 0
	})
}

// One channel hangs, another answers unclearly although it took the message:
// neither delays the others, and none says it more than twice.
func TestChannelsThatFailWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	w := onPostgres(t)
	for network, effect := range map[string]simulator.Effect{"facebook": simulator.EffectHang, "x": simulator.EffectReset} {
		if err := w.Networks.Plan(simulator.Fault{Network: network, Operation: "post", After: true, Effect: effect}); err != nil {
			t.Fatal(err)
		}
	}
	w.proxy.Cut()
	const text = "L’eau n’est plus potable."
	began := time.Now()
	var b broadcast
	w.post("/broadcasts", uuid.NewString(), alertText("Eau", text)).Into(t, http.StatusAccepted, &b)
	testrig.Eventually(t, 20*time.Second, "the website and X have it", func() bool {
		status := map[string]string{}
		for _, d := range w.board(b.ID).Deliveries {
			status[d.Kind] = d.Status
		}
		return status["site"] == "sent" && status["x"] == "sent"
	})
	t.Logf("after %s", time.Since(began))
	w.back()
	w.sent(b.ID, 3*time.Minute)
	for _, network := range []string{"facebook", "x"} {
		if n := w.accepted(network, text); n < 1 || n > 2 {
			t.Errorf("%s took it %d times", network, n)
		}
	}
}

// A process that is gone leaves its record; the next one gives it to the ledger
// and says nothing again.
func TestRecordOutlivesItsProcess(t *testing.T) {
	t.Parallel()
	database, err := url.Parse(testrig.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	proxy := testrig.StartProxy(t, database.Host)
	database.Host = proxy.Addr
	networks := testrig.StartNetworks(t)
	in := testrig.Install(t, testrig.Binary(t), map[string]string{
		"CRIEUR_DATA_DIR": t.TempDir(), "CRIEUR_DATABASE_URL": database.String(), "CRIEUR_EGRESS_ALLOW": "127.0.0.0/8",
		"CRIEUR_FACEBOOK_GRAPH_URL": networks.URL + "/facebook", "CRIEUR_PRACTICE": "false", "CRIEUR_BALLAST_MB": "1",
	})
	in.Command("", "migrate")
	in.Command(testrig.Password+"\n", "user", "create", "--email", "o@v.example", "--role", "administrator", "--commune", "Valmeuse")
	client := testrig.NewClient(t, "http://"+in.Address(), strings.TrimSpace(in.Command("", "token", "create", "--email", "o@v.example", "--name", "t")))
	p := in.Serve("all")
	client.ConnectAccount(networks.Account(t, "facebook"))
	client.Connect("site", "Actualités", nil, nil)
	testrig.Eventually(t, time.Minute, "a copy with the channels", func() bool { return strings.Contains(p.Log(), `"channels":2`) })
	proxy.Cut()
	const text = "Tempête : restez à l’intérieur."
	var b broadcast
	client.Do(http.MethodPost, "/broadcasts", alertText("Tempête", text)).Into(t, http.StatusAccepted, &b)
	testrig.Eventually(t, 30*time.Second, "sent", func() bool {
		var now broadcast
		client.Do(http.MethodGet, "/broadcasts/"+b.ID, nil).Into(t, http.StatusOK, &now)
		return len(now.Deliveries) == 2 && !anyBut(now.Deliveries, "sent")
	})
	p.Kill()
	proxy.Heal()
	in.Serve("all")
	var after broadcast
	testrig.Eventually(t, time.Minute, "in the ledger", func() bool {
		answer := client.Do(http.MethodGet, "/broadcasts/"+b.ID, nil)
		if answer.Status == http.StatusOK {
			answer.Into(t, http.StatusOK, &after)
		}
		return len(after.Deliveries) == 2 && !anyBut(after.Deliveries, "sent")
	})
	n := 0
	for _, e := range networks.Records() {
		if e.Operation == "post" && strings.Contains(e.Text, text) {
			n++
		}
	}
	if n != 1 {
		t.Errorf("said %d times", n)
	}
	var health struct {
		Recovery any `json:"recovery"`
	}
	client.Do(http.MethodGet, "/system", nil).Into(t, http.StatusOK, &health)
	if fmt.Sprint(health.Recovery) != "<nil>" {
		t.Errorf("taken for a restored backup: %v", health.Recovery)
	}
}

// The database took the alert and then no write any more: what a network refused
// to take at first is brought to its end from memory.
func TestAlertThatTheDatabaseTookLeavesWithoutIt(t *testing.T) {
	t.Parallel()
	w := onPostgres(t)
	if err := w.Networks.Plan(simulator.Fault{
		Network: "facebook", Operation: "post", Effect: simulator.EffectStatus, Status: 400,
		Body: `{"error":{"message":"(#4) Application request limit reached","type":"OAuthException","code":4}}`,
	}); err != nil {
		t.Fatal(err)
	}
	const text = "Accident : évitez le centre."
	var b broadcast
	w.post("/broadcasts", uuid.NewString(), alertText("Accident", text)).Into(t, http.StatusAccepted, &b)
	testrig.Eventually(t, 20*time.Second, "the ledger waits for another try", func() bool {
		return slices.ContainsFunc(w.board(b.ID).Deliveries, func(d testrig.Delivery) bool { return d.Status == "retrying" })
	})
	allow := testrig.RefuseWrites(t, w.database)
	began := time.Now()
	testrig.Eventually(t, 30*time.Second, "Facebook has it", func() bool { return w.accepted("facebook", text) == 1 })
	t.Logf("after %s", time.Since(began))
	allow()
	w.back()
	w.sent(b.ID, time.Minute)
	for _, network := range []string{"facebook", "x"} {
		if n := w.accepted(network, text); n != 1 {
			t.Errorf("%s took it %d times", network, n)
		}
	}
}

// Somebody without a session can still sign in and raise an alert, where the
// process knows them.
func TestSigningInWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	w := onPostgres(t)
	w.proxy.Cut()
	jar := newJar(t)
	client := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	sign := func(path, csrf string, body any) (int, map[string]any) {
		t.Helper()
		data, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+"/api/v1"+path, bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Origin", w.URL)
		if csrf != "" {
			req.Header.Set("X-CSRF-Token", csrf)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		var answer map[string]any
		if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, answer
	}
	status, session := sign("/session", "", map[string]any{"email": "officer@valmeuse.example", "password": testrig.Password})
	if status != http.StatusOK {
		t.Fatalf("signing in: %d %v", status, session)
	}
	csrf, _ := session["csrf_token"].(string)
	status, made := sign("/broadcasts", csrf, alertText("Incendie", "Fermez les fenêtres."))
	if status != http.StatusAccepted {
		t.Fatalf("raising: %d %v", status, made)
	}
	w.back()
	if status, again := sign("/broadcasts/"+fmt.Sprint(made["id"])+"/end", csrf, map[string]any{"message": "C’est fini."}); status != http.StatusAccepted {
		t.Errorf("the session did not outlive the outage: %d %v", status, again)
	}
}

// The disk is full and the ledger on it: the ballast is given up, and the alert
// goes the ordinary way.
func TestBallastMakesRoomForAnAlert(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t)
	rig := testrig.Start(t, func(c *config.Config) { c.DataDir, c.BallastMB = dir, 8 })
	w := &town{Rig: rig, t: t}
	rig.Connect("site", "Actualités", nil, nil)
	rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	w.copied(2)
	if _, err := os.Stat(filepath.Join(dir, "standby", "ballast")); err != nil {
		t.Fatal(err)
	}
	release := fill(t, dir)
	defer release()
	const text = "La digue a cédé."
	var b broadcast
	w.post("/broadcasts", uuid.NewString(), alertText("Inondation", text)).Into(t, http.StatusAccepted, &b)
	w.sent(b.ID, 30*time.Second)
	if n := w.accepted("facebook", text); n != 1 {
		t.Errorf("said %d times", n)
	}
	if _, err := os.Stat(filepath.Join(dir, "standby", "ballast")); err == nil {
		t.Error("the ballast is still there")
	}
}
