package api_test

import (
	"net/http"
	"testing"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/testrig"
)

func TestTheInstallation(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			var status api.Installation
			rig.Do(http.MethodGet, "/system", nil).Into(t, http.StatusOK, &status)
			if status.Clock.Paused || status.Overdue != 0 || status.Recovery != nil {
				t.Errorf("a fresh installation: %+v", status)
			}
			rig.Do(http.MethodPost, "/system/clock/confirm", nil).Into(t, http.StatusOK, &status)

			var commune api.Commune
			for _, ask := range []bool{true, false} {
				rig.Do(http.MethodPatch, "/commune", object{"ask_before_resend": ask}).Into(t, http.StatusOK, &commune)
				if commune.AskBeforeResend != ask || commune.Name == "" {
					t.Errorf("chose %v: %+v", ask, commune)
				}
			}

			slug := commune.Slug
			rig.Do(http.MethodPatch, "/commune", object{"name": " Valmeuse-sur-Meuse ", "zone": "Atlantic/Azores", "language": "de-BE"}).Into(t, http.StatusOK, &commune)
			if commune.Name != "Valmeuse-sur-Meuse" || commune.Zone != "Atlantic/Azores" || commune.Language != "de-BE" || commune.Slug != slug || commune.AskBeforeResend {
				t.Errorf("changed: %+v", commune)
			}
			want{422, "zone", "zone_unknown"}.check(t, rig.Do(http.MethodPatch, "/commune", object{"zone": "Local"}))
			want{422, "zone", "zone_unknown"}.check(t, rig.Do(http.MethodPatch, "/commune", object{"zone": "Europe/Valmeuse"}))
			want{422, "name", "commune_invalid"}.check(t, rig.Do(http.MethodPatch, "/commune", object{"name": "   "}))
			want{422, "language", "unknown_value"}.check(t, rig.Do(http.MethodPatch, "/commune", object{"language": "en-GB"}))
			rig.Do(http.MethodPatch, "/commune", object{"name": "Valmeuse"}).Into(t, http.StatusOK, &commune)

			author := rig.User("tom@valmeuse.example", "Valmeuse", post.RoleAuthor)
			check(t, author)
			author.Do(http.MethodGet, "/system", nil).Into(t, http.StatusOK, &status)
			want{403, "", "role_administrator"}.check(t, author.Do(http.MethodPost, "/system/clock/confirm", nil))
			want{403, "", "role_administrator"}.check(t, author.Do(http.MethodPatch, "/commune", object{"ask_before_resend": true}))
		})
	}
}

func TestTheReviewListWithNothingOnIt(t *testing.T) {
	rig := start(t, "sqlite")
	var list api.ReviewList
	rig.Do(http.MethodGet, "/review", nil).Into(t, http.StatusOK, &list)
	rig.Do(http.MethodPost, "/review", object{"release": []string{"gone"}, "cancel": []string{"other"}}).Into(t, http.StatusOK, &list)
	if len(list.Items) != 0 {
		t.Errorf("%+v", list)
	}
	want{422, "release", "decided_twice"}.check(t, rig.Do(http.MethodPost, "/review", object{"release": []string{"a"}, "cancel": []string{"a"}}))
}

func TestHowLateAPostMayLeave(t *testing.T) {
	rig := start(t, "sqlite")
	channel := rig.Connect("site", "Actualités", nil, nil)
	publish := object{"mode": "at", "at": "2037-12-01T09:00"}
	draft := object{"title": "Brocante", "text": "Dimanche.", "channels": []string{channel.ID}, "publish": publish}
	minutes := func(a testrig.Answer, status, want int) (p api.Post) {
		t.Helper()
		a.Into(t, status, &p)
		if got := p.Publish.MaxLatenessMinutes; got == nil || *got != want {
			t.Errorf("may be %v minutes late, want %d", got, want)
		}
		return p
	}
	minutes(rig.Do(http.MethodPost, "/posts", draft), http.StatusCreated, 120)
	publish["max_lateness_minutes"] = 30
	p := minutes(rig.Do(http.MethodPost, "/posts", draft), http.StatusCreated, 30)
	minutes(patch(t, rig.Client, p.ID, "1", `{"publish": {"mode": "at", "at": "2037-12-02T09:00"}}`), http.StatusOK, 30)
	minutes(patch(t, rig.Client, p.ID, "2", `{"publish": {"mode": "at", "at": "2037-12-02T09:00", "max_lateness_minutes": 10080}}`), http.StatusOK, 10080)
	for _, wrong := range []int{0, 10081} {
		publish["max_lateness_minutes"] = wrong
		if a := rig.Do(http.MethodPost, "/posts", draft); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%d minutes: status %d", wrong, a.Status)
		}
	}
}
