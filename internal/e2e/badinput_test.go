package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media/mediatest"
)

// problem is an answer in application/problem+json.
type problem struct {
	Code   string
	Detail string
	Fields []struct{ Field, Code, Message string }
}

func (p problem) field(name string) bool {
	return slices.ContainsFunc(p.Fields, func(f struct{ Field, Code, Message string }) bool {
		return strings.HasPrefix(f.Field, name) && f.Message != ""
	})
}

// refusedAs checks that an answer is a problem that a person can act on, beside
// its field.
func refusedAs(t *testing.T, answer testrig.Answer, status int, field string) problem {
	t.Helper()
	var p problem
	answer.Into(t, status, &p)
	if ct := answer.Header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("content type %q", ct)
	}
	if p.Code == "" || p.Detail == "" || !p.field(field) {
		t.Errorf("no clear problem beside %s: %s", field, answer.Body)
	}
	return p
}

func TestWrongCredentialsAreRefusedAndNothingIsSaved(t *testing.T) {
	t.Parallel()
	rig := testrig.Start(t, nil)
	for _, network := range []string{"facebook", "x", "wordpress"} {
		spec := rig.Networks.Account(t, network)
		wrong := maps.Clone(spec.Credentials)
		for name := range wrong {
			if name != "username" {
				wrong[name] = "wrong-canary-secret"
			}
		}
		answer := rig.Do(http.MethodPost, "/channels", map[string]any{"kind": network, "name": "Faux", "settings": orEmpty(spec.Settings), "credentials": wrong})
		p := refusedAs(t, answer, http.StatusUnprocessableEntity, "credentials")
		if p.Code != "channel_check_failed" || strings.Contains(string(answer.Body), "canary") {
			t.Errorf("%s: %s", network, answer.Body)
		}
	}
	noChannels(t, rig)
	if strings.Contains(rig.Log(), "canary") {
		t.Error("the log shows a secret")
	}
}

func TestANetworkThatIsDownAtConnectionTimeIsSaidSo(t *testing.T) {
	t.Parallel()
	const nobody = "http://127.0.0.1:1"
	rig := testrig.Start(t, func(c *config.Config) {
		c.NetworkURLs = map[string]string{"facebook": nobody, "x": nobody}
	})
	for _, network := range []string{"facebook", "x", "wordpress"} {
		spec := rig.Networks.Account(t, network)
		settings := maps.Clone(orEmpty(spec.Settings))
		if network == "wordpress" {
			settings["site_url"] = nobody
		}
		answer := rig.Do(http.MethodPost, "/channels", map[string]any{"kind": network, "name": "Absent", "settings": settings, "credentials": spec.Credentials})
		refusedAs(t, answer, http.StatusUnprocessableEntity, "settings")
	}
	noChannels(t, rig)
}

func noChannels(t *testing.T, rig *testrig.Rig) {
	t.Helper()
	var list struct{ Channels []testrig.Channel }
	rig.Do(http.MethodGet, "/channels", nil).Into(t, http.StatusOK, &list)
	if len(list.Channels) != 0 {
		t.Errorf("channels were saved: %+v", list.Channels)
	}
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// What each channel does not take is refused beside its field when the post is
// made, and no network hears of it.
func TestWhatAChannelDoesNotTakeIsRefused(t *testing.T) {
	t.Parallel()
	rig := testrig.Start(t, nil)
	facebook := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	x := rig.ConnectAccount(rig.Networks.Account(t, "x"))
	picture := mediatest.JPEG(40, 30)
	eleven, described, unnamed := make([][]byte, 11), make([]map[string]any, 11), []map[string]any{{"alt": "  "}}
	for i := range eleven {
		eleven[i], described[i] = picture, map[string]any{"alt": fmt.Sprintf("Photo %d", i+1)}
	}
	now := map[string]any{"mode": "now"}
	post := func(fields map[string]any) map[string]any {
		p := map[string]any{"text": "Avis", "channels": []string{facebook.ID}, "publish": now}
		maps.Copy(p, fields)
		return p
	}
	tests := []struct {
		name   string
		post   map[string]any
		images [][]byte
		field  string
	}{
		{"no channel", post(map[string]any{"channels": []string{}}), nil, "channels"},
		{"unknown channel", post(map[string]any{"channels": []string{"01a1ffda-1198-7ad9-81d3-a6e753eb892b"}}), nil, "channels[0]"},
		{"empty text", post(map[string]any{"text": "   "}), nil, "text"},
		{"too long for X, in its own words", post(map[string]any{
			"channels": []string{x.ID}, "overrides": map[string]any{x.ID: map[string]any{"text": strings.Repeat("mot ", 80)}},
		}), nil, "overrides." + x.ID + ".text"},
		{"eleven pictures", post(map[string]any{"images": described}), eleven, "images"},
		{"missing alternative text", post(map[string]any{"images": unnamed}), eleven[:1], "images[0].alt"},
		{"a date in the past", post(map[string]any{"publish": map[string]any{"mode": "at", "at": "2020-01-01T09:00"}}), nil, "publish.at"},
		{"an hour that the clocks skip", post(map[string]any{"publish": map[string]any{"mode": "at", "at": "2031-03-30T02:30", "zone": "Europe/Brussels"}}), nil, "publish.at"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var answer testrig.Answer
			if tt.images == nil {
				answer = rig.Do(http.MethodPost, "/posts", tt.post)
			} else {
				answer = rig.PublishMultipart(tt.post, tt.images...)
			}
			refusedAs(t, answer, http.StatusUnprocessableEntity, tt.field)
		})
	}
	var page struct{ Posts []testrig.Post }
	rig.Do(http.MethodGet, "/posts", nil).Into(t, http.StatusOK, &page)
	if len(page.Posts) != 0 || len(rig.Networks.Posts("facebook", rig.Networks.Account(t, "facebook").ID)) != 0 {
		t.Errorf("something was left half done: %+v", page.Posts)
	}
}
