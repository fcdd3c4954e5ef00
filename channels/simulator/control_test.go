package simulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/crieur/crieur/channels/simulator"
)

func (r *rig) control(method, path, body string) answer {
	r.Helper()
	return r.send(method, "/_control/"+path, "application/json", strings.NewReader(body), nil)
}

func TestControl(t *testing.T) {
	r := start(t, simulator.Options{})
	if a := r.send(http.MethodGet, "/healthz", "", nil, nil); a.status != http.StatusOK {
		t.Errorf("healthz %d", a.status)
	}
	if a := r.control(http.MethodPost, "accounts", `{"network":"facebook","id":"9","name":"Autre","credentials":{"page_access_token":"t9"}}`); a.status != http.StatusCreated {
		t.Fatalf("accounts %+v", a)
	}
	if a := r.control(http.MethodPost, "faults", `{"network":"facebook","account":"9","effect":"status","status":503}`); a.status != http.StatusCreated {
		t.Fatalf("faults %+v", a)
	}
	publish := func() answer { return r.graphAs("t9", http.MethodPost, "9/feed", "message", "Bonjour") }
	if a := publish(); a.status != http.StatusServiceUnavailable {
		t.Errorf("the fault missed: %+v", a)
	}
	r.control(http.MethodPost, "faults", `{"effect":"eof","times":-1}`)
	if a := r.control(http.MethodDelete, "faults", ""); a.status != http.StatusNoContent {
		t.Errorf("clear %+v", a)
	}
	r.must(publish())
	r.must(post(r, "ailleurs"))

	records := func(path string) (list []simulator.Record) {
		t.Helper()
		if err := json.Unmarshal([]byte(r.control(http.MethodGet, path, "").body), &list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	for path, want := range map[string]int{
		"records": 2, "records?network=facebook": 2, "records?account=9": 1, "records?network=x": 0,
		"posts": 2, "posts?network=facebook&account=9": 1, "posts?account=8": 0,
	} {
		if got := len(records(path)); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	if a := r.control(http.MethodDelete, "everything", ""); a.status != http.StatusNoContent {
		t.Errorf("reset %+v", a)
	}
	if got := records("records"); len(got) != 0 {
		t.Errorf("after the reset: %+v", got)
	}
	if a := publish(); a.code(t) != [2]int{190, 0} {
		t.Errorf("the account survived: %+v", a)
	}
	practice := r.sim.PracticeAccounts()[0]
	r.must(r.graphAs(practice.Credentials["page_access_token"], http.MethodPost, "me/feed", "message", "x"))
}

func TestControlRefusesNonsense(t *testing.T) {
	r := start(t, simulator.Options{})
	for path, bodies := range map[string][]string{
		"accounts": {`{`, `{"network":"facebook"}`, `{"network":"none","id":"1"}`, `{"surname":"x"}`},
		"faults":   {`[]`, `{"effect":"explode"}`, `{"effect":"status"}`, `{"color":"red"}`},
	} {
		for _, body := range bodies {
			if a := r.control(http.MethodPost, path, body); a.status != http.StatusUnprocessableEntity {
				t.Errorf("%s %s: %d", path, body, a.status)
			}
		}
	}
}

func TestControlCanBeLeftOut(t *testing.T) {
	r := start(t, simulator.Options{WithoutControl: true})
	for _, path := range []string{"accounts", "records", "posts"} {
		if a := r.control(http.MethodGet, path, ""); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestResetReachesTheJournal(t *testing.T) {
	opts := simulator.Options{JournalPath: t.TempDir() + "/journal.jsonl"}
	r := start(t, opts)
	r.must(post(r, "x"))
	r.control(http.MethodDelete, "everything", "")
	if err := r.sim.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := simulator.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() }) // nothing was written
	if records := again.Records(); len(records) != 0 {
		t.Errorf("records %+v", records)
	}
}
