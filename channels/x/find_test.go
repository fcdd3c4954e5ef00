package x_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
)

// The post is found under either naming of the API, behind wrapped links,
// escapes and the link of its pictures.
func TestFindReadsWhatXMakesOfAText(t *testing.T) {
	t.Parallel()
	for _, naming := range []string{"tweet", "post"} {
		t.Run(naming, func(t *testing.T) {
			t.Parallel()
			spec := firstAccount()
			spec.Traits["naming"] = naming
			r := start(t, spec)
			m := channels.Message{
				Key: "k", Text: "Bal & buffet <dès 18 h>, « entrée 5 € » : fete.be ou https://a.be/x?y=1&z=2.",
				Images: []channels.Image{photo("Un", false), photo("Deux", false)},
			}
			receipt := r.publish(m)
			found := r.find(channels.Probe{Rendered: r.render(m), StartedAt: r.clock.Now(), EndedAt: r.clock.Now()})
			want := channels.Finding{
				Matches: 1, Trustworthy: true,
				Receipt: &channels.Receipt{RemoteID: receipt.RemoteID, URL: receipt.URL, At: receipt.At},
			}
			if diff := cmp.Diff(want, found); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindIsNotMisled(t *testing.T) {
	t.Parallel()
	r := start(t, firstAccount())
	m := channels.Message{Key: "k", Text: "Le même texte."}
	receipt := r.publish(m)
	at := r.clock.Now()
	probe := func(change func(*channels.Probe)) channels.Probe {
		p := channels.Probe{Rendered: r.render(m), StartedAt: at, EndedAt: at}
		change(&p)
		return p
	}
	tests := map[string]struct {
		probe   channels.Probe
		matches int
		trusted bool
	}{
		"itself":           {probe(func(*channels.Probe) {}), 1, true},
		"without an end":   {probe(func(p *channels.Probe) { p.EndedAt = time.Time{} }), 1, true},
		"of another":       {probe(func(p *channels.Probe) { p.KnownOwn = []string{receipt.RemoteID} }), 0, true},
		"older":            {probe(func(p *channels.Probe) { p.KnownOlder = []string{receipt.RemoteID} }), 0, true},
		"unknown canary":   {probe(func(p *channels.Probe) { p.KnownOlder = []string{"1"} }), 1, false},
		"another day":      {probe(func(p *channels.Probe) { p.StartedAt, p.EndedAt = at.Add(-24*time.Hour), at.Add(-23*time.Hour) }), 0, true},
		"before the time":  {probe(func(p *channels.Probe) { p.StartedAt, p.EndedAt = at.Add(time.Hour), at.Add(time.Hour) }), 0, true},
		"with a picture":   {probe(func(p *channels.Probe) { p.Rendered.Images = make([]channels.RenderedImage, 1) }), 0, true},
		"with other words": {probe(func(p *channels.Probe) { p.Rendered.Text = "Un autre texte." }), 0, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			found := r.find(tt.probe)
			if found.Matches != tt.matches || (found.Receipt != nil) != (tt.matches > 0) || found.Trustworthy != tt.trusted {
				t.Errorf("got %+v, want %d matches, trustworthy %v", found, tt.matches, tt.trusted)
			}
		})
	}
}

// The canary may lie behind many newer posts; a reading does not go on for ever.
func TestFindReadsOn(t *testing.T) {
	t.Parallel()
	spec := firstAccount()
	spec.Traits["posts_per_window"] = "0"
	r := start(t, spec)
	older := r.publish(channels.Message{Key: "older", Text: "Un avis plus ancien."})
	r.clock.Advance(time.Hour)
	m := channels.Message{Key: "k", Text: "Jamais arrivé."}
	probe := channels.Probe{
		Rendered: r.render(m), StartedAt: r.clock.Now(), EndedAt: r.clock.Now(), KnownOlder: []string{older.RemoteID},
	}
	r.clock.Advance(time.Hour)
	for i := range 120 {
		r.publish(channels.Message{Key: fmt.Sprint(i), Text: fmt.Sprintf("Avis %d.", i)})
	}
	if found := r.find(probe); !found.Trustworthy || found.Matches != 0 {
		t.Errorf("behind 120 posts: %+v", found)
	}
	for i := range 100 {
		r.publish(channels.Message{Key: fmt.Sprint(i), Text: fmt.Sprintf("Encore %d.", i)})
	}
	if found := r.find(probe); found.Trustworthy {
		t.Errorf("behind 220 posts: %+v", found)
	}
}

// Without the account's id from a Check, the channel asks for it.
func TestFindAsksWhoWeAre(t *testing.T) {
	t.Parallel()
	spec := firstAccount()
	r := start(t, spec)
	r.spec.ID = ""
	r.channel = r.open(spec.Credentials)
	m := channels.Message{Key: "k", Text: "Bal."}
	receipt := r.publish(m)
	if found := r.find(channels.Probe{Rendered: r.render(m), StartedAt: r.clock.Now()}); found.Receipt == nil ||
		found.Receipt.RemoteID != receipt.RemoteID {
		t.Errorf("got %+v", found)
	}
	if err := r.sim.Plan(simulator.Fault{Network: "x", Operation: "check", Effect: simulator.EffectStatus, Status: http.StatusInternalServerError}); err != nil {
		t.Fatal(err)
	}
	_, err := r.channel.(channels.Finder).Find(t.Context(), channels.Probe{})
	if e := failure(t, err); e.Kind != channels.Temporary {
		t.Errorf("got %v", e)
	}
}

// A success in which X says that something is missing is not a clean reading,
// and what it shows counts all the same. An edited post is known by all its ids.
func TestFindInAPartialAnswer(t *testing.T) {
	t.Parallel()
	r := startAt(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{
			"data": [
				{"id": "9", "text": "Bal.", "created_at": "2026-12-31T23:00:01.000Z", "edit_history_tweet_ids": ["9"]},
				{"id": "8", "text": "Bal.", "created_at": "2026-12-31T23:00:00.000Z", "edit_history_post_ids": ["7", "8"]}
			],
			"meta": {"result_count": 2},
			"errors": [{"title": "Partial", "type": "https://api.x.com/2/problems/resource-unavailable"}]
		}`))
	})
	found := r.find(channels.Probe{Rendered: channels.Rendered{Text: "Bal."}, StartedAt: r.clock.Now(), KnownOwn: []string{"7"}})
	if found.Trustworthy || found.Matches != 1 || found.Receipt == nil || found.Receipt.RemoteID != "9" {
		t.Errorf("got %+v", found)
	}
}
