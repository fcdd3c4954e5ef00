package x_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
)

// operations is what the network accepted, in order.
func (r *rig) operations() []string {
	var all []string
	for _, record := range r.sim.Records() {
		all = append(all, record.Operation)
	}
	return all
}

func TestPicturesAreDescribedBeforeThePost(t *testing.T) {
	t.Parallel()
	r := start(t, firstAccount())
	receipt := r.publish(channels.Message{
		Key: "k", Text: "Brocante.",
		Images: []channels.Image{photo("Des étals", false), photo("décor", true)},
	})
	if diff := cmp.Diff([]string{"media", "alt", "media", "post"}, r.operations()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	post := r.sim.Posts("x", "42")[0]
	if post.Images[0].Alt != "Des étals" || post.Images[1].Alt != "" {
		t.Errorf("descriptions: %+v", post.Images)
	}
	if want := r.url + "/i/status/" + post.RemoteID; receipt.URL != want || !receipt.At.Equal(r.clock.Now()) {
		t.Errorf("receipt %+v, want the address %s and the hour of the clock", receipt, want)
	}
	// The address of the receipt shows the post.
	page, err := http.Get(receipt.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = page.Body.Close() // only the status matters
	if page.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", receipt.URL, page.Status)
	}
}

func TestAPictureWithoutAText(t *testing.T) {
	t.Parallel()
	r := start(t, firstAccount())
	m := channels.Message{Key: "k", Images: []channels.Image{photo("L’affiche du bal", false)}}
	receipt := r.publish(m)
	found := r.find(channels.Probe{Rendered: r.render(m), StartedAt: r.clock.Now(), EndedAt: r.clock.Now()})
	if found.Receipt == nil || found.Receipt.RemoteID != receipt.RemoteID {
		t.Errorf("found %+v, want %+v", found.Receipt, receipt)
	}
}

// X forgets an upload after a day: the step says when.
func TestUploadsExpire(t *testing.T) {
	t.Parallel()
	r := start(t, firstAccount())
	m := channels.Message{Key: "k", Text: "Brocante.", Images: []channels.Image{photo("Des étals", false)}}
	a := &expiring{Attempt: r.attempt(m)}
	if _, err := r.channel.Publish(t.Context(), r.render(m), a); err != nil {
		t.Fatal(err)
	}
	if want := r.clock.Now().Add(24 * time.Hour); !a.expires.Equal(want) {
		t.Errorf("the upload expires %v, want %v", a.expires, want)
	}
}

// expiring notes when the last saved step expires.
type expiring struct {
	channels.Attempt
	expires time.Time
}

func (e *expiring) SaveStep(ctx context.Context, kind channels.StepKind, i int, id string, expires time.Time) error {
	e.expires = expires
	return e.Attempt.SaveStep(ctx, kind, i, id, expires)
}

func TestLimitsOfTheNetwork(t *testing.T) {
	t.Parallel()
	newYear := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name    string
		fault   simulator.Fault
		kind    channels.Kind
		retryAt time.Time
		says    string
	}{
		{
			"rate limit with its reset",
			simulator.Fault{Status: http.StatusTooManyRequests, Header: map[string]string{"x-rate-limit-reset": "1798758300"}},
			channels.RateLimited, time.Unix(1798758300, 0), "",
		},
		{
			"daily cap",
			simulator.Fault{Status: http.StatusTooManyRequests, Body: `{"type":"https://api.x.com/2/problems/usage-capped","period":"Daily","scope":"Account"}`},
			channels.RateLimited, newYear, "plafond",
		},
		{
			"monthly cap",
			simulator.Fault{Status: http.StatusTooManyRequests, Body: `{"type":"https://api.twitter.com/2/problems/usage-capped","period":"Monthly","scope":"Product"}`},
			channels.RateLimited, newYear, "plafond",
		},
		{"no credit", simulator.Fault{Status: http.StatusPaymentRequired}, channels.Billing, time.Time{}, "crédit"},
		{
			"maintenance while uploading",
			simulator.Fault{Operation: "media", Status: http.StatusServiceUnavailable, Header: map[string]string{"Retry-After": "90"}},
			channels.Temporary, time.Date(2026, 12, 31, 23, 1, 30, 0, time.UTC), "",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := start(t, firstAccount())
			tt.fault.Network, tt.fault.Effect = "x", simulator.EffectStatus
			if tt.fault.Operation == "" {
				tt.fault.Operation = "post"
			}
			if err := r.sim.Plan(tt.fault); err != nil {
				t.Fatal(err)
			}
			m := channels.Message{Key: "k", Text: "Bal.", Images: []channels.Image{photo("Un bal", false)}}
			_, err := r.channel.Publish(t.Context(), r.render(m), r.attempt(m))
			e := failure(t, err)
			if e.Kind != tt.kind || !e.RetryAt.Equal(tt.retryAt) || !strings.Contains(e.Message, tt.says) {
				t.Errorf("got %s until %v, %q", e.Kind, e.RetryAt, e.Message)
			}
		})
	}
}

// What the network says by its settings, and not by a planned fault.
func TestStateOfTheAccount(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]channels.Kind{
		"credits=0": channels.Billing, "usage_cap=Daily": channels.RateLimited,
		"suspended=true": channels.Policy, "access=read": channels.Permission,
	} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			spec := firstAccount()
			name, value, _ := strings.Cut(setting, "=")
			spec.Traits[name] = value
			r := start(t, spec)
			m := channels.Message{Key: "k", Text: "Bal."}
			_, err := r.channel.Publish(t.Context(), r.render(m), r.attempt(m))
			if e := failure(t, err); e.Kind != want {
				t.Errorf("got %v, want %s", e, want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	r := start(t, firstAccount())
	health, err := r.channel.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := channels.Health{AccountID: "42", AccountName: "Commune de Valmeuse", AccountURL: r.url + "/valmeuse"}
	if diff := cmp.Diff(want, health); diff != "" {
		t.Error(diff)
	}
}

// X may forget a picture before it said it would. The next try uploads it again
// instead of being refused for a day.
func TestForgottenPicturesAreUploadedAgain(t *testing.T) {
	t.Parallel()
	for name, decorative := range map[string]bool{"described": false, "decorative": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, firstAccount())
			m := channels.Message{Key: "k", Text: "Les étals.", Images: []channels.Image{photo("Des étals", decorative)}}
			if decorative {
				m.Images[0].Alt = ""
			}
			first := r.attempt(m)
			if err := first.SaveStep(t.Context(), channels.StepUpload, 0, "1999999999999999999", r.clock.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			_, err := r.channel.Publish(t.Context(), r.render(m), first)
			if e := failure(t, err); e.Kind != channels.Temporary {
				t.Fatalf("kind %q: %v", e.Kind, err)
			}
			if _, err := r.channel.Publish(t.Context(), r.render(m), first.Again()); err != nil {
				t.Errorf("the second try: %v", err)
			}
		})
	}
}
