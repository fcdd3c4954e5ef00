package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media/mediatest"
)

// patch sends a change of the version that was read.
func patch(t *testing.T, client *testrig.Client, id, version, body string) testrig.Answer {
	t.Helper()
	answer, err := client.Try(t.Context(), http.MethodPatch, "/posts/"+id, "application/json", strings.NewReader(body), map[string]string{"If-Match": version})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestTheLifeOfAPost(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			channel := rig.Connect("site", "Actualités", nil, nil)
			due := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second)
			var made api.Post
			answer := rig.Do(http.MethodPost, "/posts", object{
				"title": "Brocante", "text": "Dimanche place du Marché.", "category": "event", "channels": []string{channel.ID},
				"overrides": object{channel.ID: object{"text": "Dimanche, toute la journée, place du Marché."}},
				"publish":   object{"mode": "at", "at": due.Format(time.RFC3339)},
			})
			answer.Into(t, http.StatusCreated, &made)
			if made.Status != api.PostStatusScheduled || made.Version != 1 || made.Publish.DueAt == nil || !made.Publish.DueAt.Equal(due) ||
				made.Deliveries[0].Status != api.DeliveryStatusScheduled || made.Deliveries[0].ChannelName != "Actualités" ||
				*made.Overrides[channel.ID].Text != "Dimanche, toute la journée, place du Marché." {
				t.Errorf("%s", answer.Body)
			}
			if got := answer.Header.Get("ETag"); got != `"1"` {
				t.Errorf("ETag %q", got)
			}
			var shown api.Post
			rig.Do(http.MethodGet, "/posts/"+made.ID, nil).Into(t, http.StatusOK, &shown)
			if diff := cmp.Diff(made, shown); diff != "" {
				t.Errorf("what was answered differs from what is shown: %s", diff)
			}

			later := due.Add(time.Hour)
			patch(t, rig.Client, made.ID, `"1"`, fmt.Sprintf(`{"publish": {"mode": "at", "at": %q}}`, later.Format(time.RFC3339))).Into(t, http.StatusOK, &shown)
			if shown.Version != 2 || !shown.Deliveries[0].DueAt.Equal(later) || shown.Text != made.Text || shown.Deliveries[0].ID != made.Deliveries[0].ID {
				t.Errorf("rescheduled: %+v", shown)
			}
			want{412, "", "version_changed"}.check(t, patch(t, rig.Client, made.ID, "1", `{"text": "Lundi."}`))
			want{422, "", "empty"}.check(t, patch(t, rig.Client, made.ID, "2", `{}`))

			want{409, "", "not_awaiting_approval"}.check(t, rig.Do(http.MethodPost, "/posts/"+made.ID+"/approve", nil))
			want{409, "", "not_retryable"}.check(t, rig.Do(http.MethodPost, "/deliveries/"+made.Deliveries[0].ID+"/retry", nil))
			want{409, "", "not_unknown"}.check(t, rig.Do(http.MethodPost, "/deliveries/"+made.Deliveries[0].ID+"/resolve", object{"outcome": "sent"}))

			rig.Do(http.MethodPost, "/posts/"+made.ID+"/cancel", nil).Into(t, http.StatusOK, &shown)
			if shown.Status != api.PostStatusCancelled {
				t.Errorf("cancelled: %s", shown.Status)
			}
			want{409, "", "nothing_to_cancel"}.check(t, rig.Do(http.MethodPost, "/posts/"+made.ID+"/cancel", nil))
		})
	}
}

func TestChannelsAreAddedAndTakenAway(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			site := rig.Connect("site", "Actualités", nil, nil)
			facebook := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
			var p api.Post
			rig.Do(http.MethodPost, "/posts", object{
				"title": "Brocante", "text": "Dimanche.", "channels": []string{site.ID, facebook.ID},
				"publish": object{"mode": "at", "at": time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)},
			}).Into(t, http.StatusCreated, &p)
			for i, channels := range [][]string{{facebook.ID}, {site.ID, facebook.ID}, {site.ID}} {
				body, err := json.Marshal(object{"channels": channels})
				if err != nil {
					t.Fatal(err)
				}
				patch(t, rig.Client, p.ID, strconv.Itoa(i+1), string(body)).Into(t, http.StatusOK, &p)
				slices.Sort(p.Channels)
				slices.Sort(channels)
				if diff := cmp.Diff(channels, p.Channels); diff != "" || p.Status != api.PostStatusScheduled {
					t.Errorf("%s: %s %+v", diff, p.Status, p.Deliveries)
				}
			}
		})
	}
}

func TestADeliveryShowsItsAttempts(t *testing.T) {
	rig := start(t, "sqlite")
	account := rig.Networks.Account(t, "facebook")
	facebook := rig.ConnectAccount(account)
	var made testrig.Post
	rig.Do(http.MethodPost, "/posts", object{"title": "Brocante", "text": "Dimanche.", "channels": []string{facebook.ID}, "publish": object{"mode": "now"}}).
		Into(t, http.StatusCreated, &made)
	rig.WaitFor(made.ID, "published", 30*time.Second)
	var detail api.DeliveryDetail
	answer := rig.Do(http.MethodGet, "/deliveries/"+made.Deliveries[0].ID, nil)
	answer.Into(t, http.StatusOK, &detail)
	if detail.Delivery.Status != api.DeliveryStatusSent || detail.Rendered == nil {
		t.Fatalf("%s", answer.Body)
	}
	if received := rig.Networks.Posts("facebook", account.ID); len(received) != 1 || received[0].Text != detail.Rendered.Text {
		t.Errorf("the network has %+v, shown is %q", received, detail.Rendered.Text)
	}
	if len(detail.Attempts) != 1 || detail.Attempts[0].Outcome != api.AttemptOutcomeAccepted || detail.Attempts[0].EndedAt == nil || detail.Attempts[0].CreatingAt == nil {
		t.Errorf("%+v", detail.Attempts)
	}
}

func TestLists(t *testing.T) {
	rig := start(t, "sqlite")
	channel := rig.Connect("site", "Actualités", nil, nil)
	day := time.Now().Add(72 * time.Hour).UTC().Truncate(24 * time.Hour)
	for i := range 5 {
		rig.Do(http.MethodPost, "/posts", object{
			"title": fmt.Sprintf("Annonce %d", i), "text": "Éclairage public.", "channels": []string{channel.ID},
			"publish": object{"mode": "at", "at": day.Add(time.Duration(i) * time.Hour).Format(time.RFC3339)},
		}).Into(t, http.StatusCreated, nil)
	}
	list := func(query string) (titles []string, next string) {
		t.Helper()
		var page api.PostPage
		rig.Do(http.MethodGet, "/posts?"+query, nil).Into(t, http.StatusOK, &page)
		for _, p := range page.Posts {
			titles = append(titles, p.Title)
		}
		if page.NextCursor != nil {
			next = *page.NextCursor
		}
		return titles, next
	}
	first, next := list("limit=3")
	rest, end := list("limit=3&cursor=" + next)
	if diff := cmp.Diff([]string{"Annonce 4", "Annonce 3", "Annonce 2", "Annonce 1", "Annonce 0"}, append(first, rest...)); diff != "" || end != "" {
		t.Errorf("%s, then %q", diff, end)
	}
	hour := func(i int) string { return day.Add(time.Duration(i) * time.Hour).Format(time.RFC3339) }
	for query, want := range map[string][]string{
		"from=" + hour(3):                        {"Annonce 4", "Annonce 3"},
		"from=" + hour(1) + "&to=" + hour(3):     {"Annonce 2", "Annonce 1"},
		"q=annonce+2":                            {"Annonce 2"},
		"status=scheduled&q=4":                   {"Annonce 4"},
		"status=published":                       nil,
		"channel=" + channel.ID + "&q=annonce+0": {"Annonce 0"},
	} {
		if got, _ := list(query); !cmp.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	if a := rig.Do(http.MethodGet, "/posts?cursor=nonsense", nil); a.Status != http.StatusUnprocessableEntity && a.Status != http.StatusBadRequest {
		t.Errorf("a cursor that is none: %d %s", a.Status, a.Body)
	}
}

func TestPreviews(t *testing.T) {
	rig := start(t, "sqlite")
	facebook := rig.ConnectAccount(rig.Networks.Account(t, "facebook"))
	contentType, body := form(t, part{"file", "place.jpg", mediatest.JPEG(800, 600)})
	upload, err := rig.Try(t.Context(), http.MethodPost, "/media", contentType, body, nil)
	if err != nil {
		t.Fatal(err)
	}
	var picture api.Media
	upload.Into(t, http.StatusCreated, &picture)

	var list api.PreviewList
	rig.Do(http.MethodPost, "/preview", object{
		"title": "Brocante", "text": strings.Repeat("La brocante revient. ", 40), "channels": []string{facebook.ID}, "kinds": []string{"x", "site"},
		"images": []object{{"media_id": picture.ID, "alt": "La place"}},
	}).Into(t, http.StatusOK, &list)
	if len(list.Previews) != 3 {
		t.Fatalf("%d previews, want 3", len(list.Previews))
	}
	first, x := list.Previews[0], list.Previews[1]
	if first.ChannelID == nil || *first.ChannelID != facebook.ID || first.Kind != "facebook" || len(first.Images) != 1 || first.Images[0].MediaID != picture.ID {
		t.Errorf("%+v", first)
	}
	if x.ChannelID != nil || x.Kind != "x" || x.Limit != 280 || x.Length > x.Limit && len(x.Issues) == 0 {
		t.Errorf("%+v", x)
	}
	want{422, "channels", "channels_empty"}.check(t, rig.Do(http.MethodPost, "/preview", object{"text": "a"}))
	want{422, "kinds[0]", "kind_unknown"}.check(t, rig.Do(http.MethodPost, "/preview", object{"text": "a", "kinds": []string{"minitel"}}))
	if n := posts(t, rig.Client); n != 0 {
		t.Errorf("a preview saved %d posts", n)
	}
}

func TestPictures(t *testing.T) {
	rig := start(t, "sqlite")
	upload := func() (m api.Media) {
		t.Helper()
		contentType, body := form(t, part{"file", "../../IMG_0001.jpg", mediatest.JPEG(640, 480, mediatest.Orientation(6), mediatest.GPS(), mediatest.XMP())})
		answer, err := rig.Try(t.Context(), http.MethodPost, "/media", contentType, body, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer.Into(t, http.StatusCreated, &m)
		return m
	}
	m := upload()
	if m.Width != 640 || m.Height != 480 || m.Name != "IMG_0001.jpg" || m.ContentType != "image/jpeg" {
		t.Errorf("%+v", m)
	}
	if again := upload(); again.ID != m.ID {
		t.Errorf("the same picture is kept twice: %s, %s", m.ID, again.ID)
	}
	var shown api.Media
	rig.Do(http.MethodGet, "/media/"+m.ID, nil).Into(t, http.StatusOK, &shown)
	if diff := cmp.Diff(m, shown); diff != "" {
		t.Error(diff)
	}

	file := rig.Do(http.MethodGet, "/media/"+m.ID+"/file", nil)
	if file.Status != http.StatusOK || int64(len(file.Body)) != m.Bytes || len(mediatest.HasMetadata(file.Body)) != 0 {
		t.Errorf("status %d, %d of %d bytes, metadata %v", file.Status, len(file.Body), m.Bytes, mediatest.HasMetadata(file.Body))
	}
	for name, value := range map[string]string{
		"Content-Type": "image/jpeg", "Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox", "ETag": `"` + m.Sha256 + `"`,
	} {
		if got := file.Header.Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
	part, err := rig.Try(t.Context(), http.MethodGet, "/media/"+m.ID+"/file", "", nil, map[string]string{"Range": "bytes=0-99"})
	if err != nil || part.Status != http.StatusPartialContent || !bytes.Equal(part.Body, file.Body[:100]) {
		t.Errorf("a range: %d, %d bytes, %v", part.Status, len(part.Body), err)
	}
	same, err := rig.Try(t.Context(), http.MethodGet, "/media/"+m.ID+"/file", "", nil, map[string]string{"If-None-Match": `"` + m.Sha256 + `"`})
	if err != nil || same.Status != http.StatusNotModified {
		t.Errorf("what the browser has already: %d, %v", same.Status, err)
	}

	var list api.RenditionList
	rig.Do(http.MethodGet, "/media/"+m.ID+"/renditions", nil).Into(t, http.StatusOK, &list)
	for _, r := range list.Renditions {
		if r.Width < 1 || r.Height < 1 || r.Crop.Width < r.Width || r.Crop.Height > m.Height {
			t.Errorf("%+v", r)
		}
	}
	if len(list.Renditions) == 0 {
		t.Error("no renditions")
	}
}

func TestChannels(t *testing.T) {
	rig := start(t, "sqlite")
	var kinds api.KindList
	rig.Do(http.MethodGet, "/kinds", nil).Into(t, http.StatusOK, &kinds)
	byKind := map[string]api.Kind{}
	for _, k := range kinds.Kinds {
		byKind[k.Kind] = k
	}
	if x := byKind["x"]; x.Limits.Text.Max != 280 || x.Limits.Text.Source.URL == "" || len(x.Credentials) == 0 {
		t.Errorf("x: %+v", x)
	}
	if !byKind["site"].Abilities.Article {
		t.Errorf("site: %+v", byKind["site"].Abilities)
	}

	account := rig.Networks.Account(t, "facebook")
	answer := rig.Do(http.MethodPost, "/channels", object{"kind": "facebook", "name": "Page", "settings": account.Settings, "credentials": account.Credentials})
	var ch api.Channel
	answer.Into(t, http.StatusCreated, &ch)
	if ch.Status != api.ChannelStatusConnected || ch.Account.ID != account.ID || ch.Account.Name == "" {
		t.Errorf("%+v", ch)
	}
	rig.Do(http.MethodPatch, "/channels/"+ch.ID, object{"name": "La page"}).Into(t, http.StatusOK, &ch)
	if ch.Name != "La page" {
		t.Errorf("renamed: %q", ch.Name)
	}
	rig.Do(http.MethodPost, "/channels/"+ch.ID+"/check", nil).Into(t, http.StatusOK, &ch)
	list := rig.Do(http.MethodGet, "/channels", nil)
	for _, secret := range account.Credentials {
		for _, text := range []string{string(answer.Body), string(list.Body), rig.Log()} {
			if strings.Contains(text, secret) {
				t.Error("a credential comes back, or stands in the log")
			}
		}
	}

	wrong := rig.Do(http.MethodPost, "/channels", object{"kind": "facebook", "settings": account.Settings, "credentials": object{"page_access_token": "wrong"}})
	if p := refusal(t, wrong); p.Status != http.StatusUnprocessableEntity || p.Code != "channel_check_failed" {
		t.Errorf("wrong credentials: %d %s", p.Status, wrong.Body)
	}
	want{422, "kind", "kind_unknown"}.check(t, rig.Do(http.MethodPost, "/channels", object{"kind": "minitel"}))
	want{422, "settings.page_id", "required"}.check(t, rig.Do(http.MethodPost, "/channels", object{"kind": "facebook"}))
	want{400, "tokens", "unknown_field"}.check(t, rig.Do(http.MethodPost, "/channels", object{"kind": "facebook", "tokens": object{}}))

	if a := rig.Do(http.MethodDelete, "/channels/"+ch.ID, nil); a.Status != http.StatusNoContent {
		t.Errorf("disconnecting: %d %s", a.Status, a.Body)
	}
	want{404, "", "not_found"}.check(t, rig.Do(http.MethodGet, "/channels/"+ch.ID, nil))
}
