package e2e_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
)

// patch changes a post as a person who saw its version.
func patch(t *testing.T, rig *testrig.Rig, p testrig.Post, body string) testrig.Answer {
	t.Helper()
	answer, err := rig.Try(t.Context(), http.MethodPatch, "/posts/"+p.ID, "application/json", strings.NewReader(body),
		map[string]string{"If-Match": `"` + strconv.Itoa(p.Version) + `"`})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// A network refuses; the officer mends the text and sends again. What is out
// elsewhere stays as it is.
func TestAPostThatFailedOnOneChannelIsMended(t *testing.T) {
	t.Parallel()
	rig := testrig.Start(t, nil)
	facebook := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	x := rig.ConnectAccount(rig.Networks.Account(t, "x"))
	if err := rig.Networks.Plan(simulator.Fault{
		Network: "facebook", Operation: "post", Effect: simulator.EffectStatus, Status: 400,
		Body: `{"error":{"message":"(#100) bad","type":"OAuthException","code":100}}`,
	}); err != nil {
		t.Fatal(err)
	}
	p := publish(t, rig, "Le parc rouvre samedi", facebook.ID, x.ID)
	p = rig.WaitFor(p.ID, "partly_published", time.Minute)

	patch(t, rig, p, `{"text":"Le parc rouvre samedi à 9 h"}`).Into(t, http.StatusOK, &p)
	for _, d := range p.Deliveries {
		if want := map[string]string{"facebook": "failed", "x": "sent"}[d.Kind]; d.Status != want {
			t.Errorf("%s is %s, want %s", d.Kind, d.Status, want)
		}
		if d.Kind == "facebook" {
			rig.Do(http.MethodPost, "/deliveries/"+d.ID+"/retry", nil).Into(t, http.StatusOK, nil)
		}
	}
	rig.WaitFor(p.ID, "published", time.Minute)
	for text, network := range map[string]string{"Le parc rouvre samedi à 9 h": "facebook", "Le parc rouvre samedi": "x"} {
		if n := acceptedTimes(rig.Networks, network, text); n != 1 {
			t.Errorf("%s accepted %q %d times", network, text, n)
		}
	}
	if n := len(rig.Networks.Posts("x", rig.Networks.Account(t, "x").ID)); n != 1 {
		t.Errorf("x holds %d posts", n)
	}
}

func TestAScheduledPostIsMovedChangedAndCancelled(t *testing.T) {
	t.Parallel()
	rig := testrig.Start(t, nil)
	facebook := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	var p testrig.Post
	rig.Do(http.MethodPost, "/posts", map[string]any{
		"text": "Conseil communal", "channels": []string{facebook.ID},
		"publish": map[string]any{"mode": "at", "at": "2031-03-04T20:00", "zone": "Europe/Brussels"},
	}).Into(t, http.StatusCreated, &p)
	if due := p.Deliveries[0].DueAt; p.Status != "scheduled" || due == nil || due.Format(time.RFC3339) != "2031-03-04T19:00:00Z" {
		t.Fatalf("%s, due %v", p.Status, due)
	}
	seen := p
	patch(t, rig, p, `{"publish":{"mode":"at","at":"2031-07-04T20:00","zone":"Europe/Brussels"}}`).Into(t, http.StatusOK, &p)
	if due := p.Deliveries[0].DueAt; due == nil || due.Format(time.RFC3339) != "2031-07-04T18:00:00Z" {
		t.Fatalf("moved to %v", due)
	}
	// Somebody else still looks at the first version.
	patch(t, rig, seen, `{"text":"Autre texte"}`).Into(t, http.StatusPreconditionFailed, nil)
	patch(t, rig, p, `{"publish":{"mode":"now"}}`).Into(t, http.StatusOK, &p)
	rig.WaitFor(p.ID, "published", time.Minute)
	if n := acceptedTimes(rig.Networks, "facebook", "Conseil communal"); n != 1 {
		t.Errorf("accepted %d times", n)
	}
	rig.Do(http.MethodPost, "/posts/"+p.ID+"/cancel", nil).Into(t, http.StatusConflict, nil)
}
