package facebook_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/secret"
)

func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

func TestCheckSaysWhoWeAre(t *testing.T) {
	r := start(t)
	want := channels.Health{AccountID: pageID, AccountName: "Commune de Test", AccountURL: r.url + "/facebook/pages/" + pageID}
	got, err := r.open().Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("without an application (-want +got):\n%s", diff)
	}
	r.withApp(map[string]string{"expires_at": unix(r.clock().Add(48 * time.Hour))})
	want.ExpiresAt = r.clock().Add(48 * time.Hour)
	got, err = r.open().Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("with an application (-want +got):\n%s", diff)
	}
}

func TestCheckWarns(t *testing.T) {
	tests := []struct {
		name    string
		setting func(*rig) map[string]string
		want    string
	}{
		{"nothing", func(*rig) map[string]string { return nil }, ""},
		{"cannot read back", func(*rig) map[string]string {
			return map[string]string{"scopes": "pages_manage_posts"}
		}, "pages_read_engagement"},
		{"data access ends", func(r *rig) map[string]string {
			return map[string]string{"data_access_expires_at": unix(r.clock().Add(10 * 24 * time.Hour))}
		}, "01/12/2026"},
		{"data access is far", func(r *rig) map[string]string {
			return map[string]string{"data_access_expires_at": unix(r.clock().Add(60 * 24 * time.Hour))}
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t)
			r.withApp(tt.setting(r))
			health, err := r.open().Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(health.Warnings, "\n"); (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("warnings %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	tests := []struct {
		name  string
		setup func(*rig)
		kind  channels.Kind
		code  string
	}{
		{"no permission to publish", func(r *rig) {
			r.withApp(map[string]string{"scopes": "pages_read_engagement"})
		}, channels.Permission, "facebook.scope"},
		{"dead token", func(r *rig) {
			r.withApp(map[string]string{"expires_at": unix(r.clock())})
		}, channels.Auth, "facebook.190.463"},
		{"wrong secret of the application", func(r *rig) {
			r.withApp(nil)
			r.account.Credentials["app_secret"] = secret.New("not-the-secret")
		}, channels.Internal, "facebook.104"},
		{"token that the Page still takes and Meta calls dead", func(r *rig) {
			r.withApp(nil)
			r.plan(simulator.Fault{Operation: "check", Effect: simulator.EffectDelay, Delay: 1}) // the Page's own answer
			r.plan(simulator.Fault{
				Operation: "check", Effect: simulator.EffectStatus, Status: 200,
				Body: `{"data":{"is_valid":false,"error":{"code":190,"message":"x","subcode":460}}}`,
			})
		}, channels.Auth, "facebook.190.460"},
		{"token of a person, which reads the page too", func(r *rig) {
			r.configure(simulator.AccountSpec{Credentials: map[string]string{
				"page_access_token": "the-page's-own", "user_access_token": "a-person's",
			}})
			r.account.Credentials = channels.Credentials{"page_access_token": secret.New("a-person's")}
		}, channels.Auth, "facebook.not_page_token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t)
			tt.setup(r)
			_, err := r.open().Check(t.Context())
			if e := r.wantKind(err, tt.kind); e.Code != tt.code || e.Message == "" || e.NextStep == "" {
				t.Errorf("error %+v, want code %s", e, tt.code)
			}
		})
	}
}

func TestCheckGoesOnWithoutFactsAboutTheToken(t *testing.T) {
	r := start(t)
	r.withApp(nil)
	r.account.Credentials["app_id"] = secret.New("another-app")
	health, err := r.open().Check(t.Context())
	if err != nil || len(health.Warnings) != 1 {
		t.Errorf("health %+v, %v", health, err)
	}
}

func TestRetiredVersionIsReported(t *testing.T) {
	r := start(t)
	served := map[string]string{"Facebook-Api-Version": "v27.0"}
	r.plan(simulator.Fault{
		Operation: "check", Effect: simulator.EffectStatus, Status: 200, Header: served, Times: 2,
		Body: `{"id":"` + pageID + `","name":"Commune de Test"}`,
	})
	channel := r.open()
	health, err := channel.Check(t.Context())
	if err != nil || len(health.Warnings) != 1 || !strings.Contains(health.Warnings[0], "v26.0") {
		t.Errorf("health %+v, %v", health, err)
	}
	if logged := strings.Count(r.log.String(), "served=v27.0"); logged != 1 {
		t.Errorf("logged %d times:\n%s", logged, &r.log)
	}
	if health, err = channel.Check(t.Context()); err != nil || len(health.Warnings) != 0 {
		t.Errorf("after Meta serves our version again: %+v, %v", health, err)
	}
}
