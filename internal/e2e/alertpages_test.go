package e2e_test

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
)

// look is what a citizen's browser gets.
func look(t *testing.T, address string) (body string, header http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var b strings.Builder
	if err := response.Write(&b); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d", address, response.StatusCode)
	}
	return b.String(), response.Header
}

// An alert stands on the commune's pages from its first message to its end, and
// on every network the messages hang together in its own way.
func TestCitizensFollowAnAlert(t *testing.T) {
	t.Parallel()
	rig := testrig.Start(t, nil)
	for _, network := range []string{"facebook", "x", "wordpress"} {
		rig.ConnectAccount(rig.Networks.Account(t, network))
	}
	rig.Connect("site", "Actualités", nil, nil)
	news := rig.URL + "/c/valmeuse"
	calm, headers := look(t, news)
	if strings.Contains(calm, "Alerte en cours") {
		t.Fatal("an alert before there is one")
	}
	before := headers.Get("ETag")

	var now said
	say := func(path string, body map[string]any) {
		t.Helper()
		rig.Do(http.MethodPost, path, body).Into(t, http.StatusAccepted, &now)
		testrig.Eventually(t, time.Minute, path+" is said on every channel", func() bool {
			rig.Do(http.MethodGet, "/broadcasts/"+now.ID, nil).Into(t, http.StatusOK, &now)
			return len(now.Deliveries) == 4 && !slices.ContainsFunc(now.Deliveries, func(d testrig.Delivery) bool { return d.Status != "sent" })
		})
	}
	say("/broadcasts", map[string]any{"title": "Inondation rue Haute", "message": "Quittez les caves.", "severity": "severe", "hazard": "flood"})
	if now.AlertURL != news+"/alerts/"+now.ID {
		t.Fatalf("the alert stands at %s", now.AlertURL)
	}
	for address, want := range map[string]string{
		news:                                   "Alerte en cours",
		news + "/alerts":                       "Inondation rue Haute",
		now.AlertURL:                           "Quittez les caves.",
		now.AlertURL + ".cap":                  "<status>Actual</status>",
		now.AlertURL + "/1.cap":                "<msgType>Alert</msgType>",
		news + "/alerts.atom":                  now.AlertURL + "/1.cap",
		news + "/alerts.rss":                   now.AlertURL + "/1.cap",
		news + "/alerte-" + now.ID:             "Message n°",
		news + "/feed.rss":                     "Quittez les caves.",
		news + "/exercises":                    "Aucun exercice en cours",
		rig.URL + "/c/valmeuse/exercises.atom": "Exercices",
	} {
		if body, _ := look(t, address); !strings.Contains(body, want) {
			t.Errorf("%s says nothing of %q:\n%s", address, want, body)
		}
	}
	if _, headers := look(t, news); headers.Get("ETag") == before || headers.Get("Cache-Control") != "public, max-age=60" {
		t.Errorf("a reader may keep the page without the alert: %v", headers)
	}

	say("/broadcasts/"+now.ID+"/updates", map[string]any{"title": "L’eau monte", "message": "Restez à l’étage."})
	say("/broadcasts/"+now.ID+"/end", map[string]any{"message": "L’eau s’est retirée."})
	posts := func(network string) []simulator.Record {
		return rig.Networks.Posts(network, rig.Networks.Account(t, network).ID)
	}
	thread := posts("x")
	if len(thread) != 3 || thread[1].Extra[simulator.ExtraReplyTo] != thread[0].RemoteID || thread[2].Extra[simulator.ExtraReplyTo] != thread[1].RemoteID {
		t.Errorf("no thread on X: %+v", thread)
	}
	for _, network := range []string{"facebook", "wordpress"} {
		all := posts(network)
		if len(all) != 3 || !strings.Contains(all[2].Text, "Suite du message n°") || !strings.Contains(all[0].Text, now.AlertURL) {
			t.Errorf("%s shows %+v", network, all)
		}
	}
	if body, _ := look(t, news); strings.Contains(body, "Alerte en cours") || strings.Count(body, "/c/valmeuse/alerte-") != 1 {
		t.Errorf("the news after the end:\n%s", body)
	}
	page, _ := look(t, now.AlertURL)
	if !strings.Contains(page, "Alerte terminée") || strings.Index(page, "Message n°\u00a03") > strings.Index(page, "Message n°\u00a01") {
		t.Errorf("the alert after its end:\n%s", page)
	}
	document, _ := look(t, now.AlertURL+".cap")
	var end struct {
		References string `xml:"references"`
		Response   string `xml:"info>responseType"`
	}
	// look gives the headers before the body.
	_, body, _ := strings.Cut(document, "<?xml")
	if err := xml.Unmarshal([]byte("<?xml"+body), &end); err != nil || end.Response != "AllClear" ||
		len(strings.Fields(end.References)) != 2 {
		t.Errorf("for machines %+v, %v", end, err)
	}
}
