package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/testrig"
)

// Practice is the whole product against simulated networks inside the process,
// although nothing but public addresses may be reached. A practice channel that
// was removed comes back without codes that nobody knows.
func TestPracticeReachesNothingOutsideAndComesBack(t *testing.T) {
	t.Parallel()
	rig := testrig.Start(t, func(c *config.Config) { c.Practice, c.EgressAllow, c.NetworkURLs = true, nil, nil })
	connect := func(kind string) testrig.Channel {
		var ch testrig.Channel
		rig.Do(http.MethodPost, "/channels", map[string]any{
			"kind": kind, "name": "Essai " + kind, "practice": true, "settings": map[string]string{}, "credentials": map[string]string{},
		}).Into(t, http.StatusCreated, &ch)
		return ch
	}
	var ids []string
	for _, kind := range []string{"facebook", "x", "wordpress"} {
		ids = append(ids, connect(kind).ID)
	}
	rig.Do(http.MethodDelete, "/channels/"+ids[0], nil).Into(t, http.StatusNoContent, nil)
	ids[0] = connect("facebook").ID

	p := publish(t, rig, "Un essai, que personne ne lira dehors.", ids...)
	done := rig.WaitFor(p.ID, "published", time.Minute)
	for _, d := range done.Deliveries {
		if d.RemoteURL == nil || !strings.HasPrefix(*d.RemoteURL, rig.URL+"/practice/") {
			t.Errorf("%s is shown at %v", d.Kind, d.RemoteURL)
			continue
		}
		if page := string(get(t, *d.RemoteURL)); !strings.Contains(page, "que personne ne lira dehors") {
			t.Errorf("%s: a citizen does not see it", d.Kind)
		}
	}
	if n := len(rig.Networks.Records()); n != 0 {
		t.Errorf("%d records left the process", n)
	}
}
