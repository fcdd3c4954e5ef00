package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media/mediatest"
)

// upload stores a picture; different widths make different pictures.
func upload(t *testing.T, client *testrig.Client, name string, width int) api.Media {
	t.Helper()
	var m api.Media
	client.Upload(name, mediatest.JPEG(width, 48)).Into(t, http.StatusCreated, &m)
	return m
}

// library lists the names of the pictures that a search finds, newest first.
func library(t *testing.T, client *testrig.Client, query string) []string {
	t.Helper()
	var page api.MediaPage
	client.Do(http.MethodGet, "/media?"+query, nil).Into(t, http.StatusOK, &page)
	names := []string{}
	for _, m := range page.Media {
		names = append(names, m.Name)
	}
	return names
}

func found(t *testing.T, client *testrig.Client, query string, want ...string) {
	t.Helper()
	if want == nil {
		want = []string{}
	}
	if diff := cmp.Diff(want, library(t, client, query)); diff != "" {
		t.Errorf("%s: %s", query, diff)
	}
}

func TestTheMediaLibrary(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			channel := rig.Connect("site", "Actualités", nil, nil)
			square := upload(t, rig.Client, "place.jpg", 64)
			party := upload(t, rig.Client, "fête d’été.jpg", 65)
			school := upload(t, rig.Client, "école.jpg", 66)

			found(t, rig.Client, "", "école.jpg", "fête d’été.jpg", "place.jpg")
			found(t, rig.Client, "q=ETE+fete", "fête d’été.jpg")
			found(t, rig.Client, "q="+url.QueryEscape("100 %"))
			found(t, rig.Client, "filter=unused", "école.jpg", "fête d’été.jpg", "place.jpg")

			var said api.Media
			rig.Do(http.MethodPatch, "/media/"+school.ID, object{
				"alt": " Des enfants dans la cour ", "credit": "Anaïs Dupont", "licence": "CC BY 4.0",
				"consent": "given", "consent_note": "Dossier école, 2026", "expires_on": "2026-01-31",
			}).Into(t, http.StatusOK, &said)
			if said.Alt != "Des enfants dans la cour" || said.Consent != api.ConsentGiven || said.ExpiresOn == nil || said.ExpiresOn.String() != "2026-01-31" {
				t.Errorf("%+v", said)
			}
			found(t, rig.Client, "q=anais", "école.jpg")
			found(t, rig.Client, "q=cour+by", "école.jpg")
			found(t, rig.Client, "filter=expired", "école.jpg")
			found(t, rig.Client, "filter=no_alt", "fête d’été.jpg", "place.jpg")
			found(t, rig.Client, "filter=consent_missing", "fête d’été.jpg", "place.jpg")
			rig.Do(http.MethodPatch, "/media/"+school.ID, object{"expires_on": nil}).Into(t, http.StatusOK, &said)
			if said.ExpiresOn != nil || said.Credit != "Anaïs Dupont" {
				t.Errorf("%+v", said)
			}
			found(t, rig.Client, "filter=expired")

			// A post teaches the picture what a person wrote of it.
			due := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second).Format(time.RFC3339)
			var made api.Post
			rig.Do(http.MethodPost, "/posts", object{
				"title": "Marché", "text": "Samedi.", "channels": []string{channel.ID},
				"images":  []object{{"media_id": square.ID, "alt": "La place sous la neige"}},
				"publish": object{"mode": "at", "at": due},
			}).Into(t, http.StatusCreated, &made)
			rig.Do(http.MethodGet, "/media/"+square.ID, nil).Into(t, http.StatusOK, &said)
			if said.Alt != "La place sous la neige" || said.Uses != 1 {
				t.Errorf("%+v", said)
			}
			found(t, rig.Client, "q=neige", "place.jpg")
			found(t, rig.Client, "filter=scheduled", "place.jpg")

			// What was written here last is not undone by a change of something else.
			rig.Do(http.MethodPatch, "/media/"+square.ID, object{"alt": "La place du Marché"}).Into(t, http.StatusOK, nil)
			patch(t, rig.Client, made.ID, `"1"`, `{"title": "Marché de Noël"}`).Into(t, http.StatusOK, &made)
			rig.Do(http.MethodGet, "/media/"+square.ID, nil).Into(t, http.StatusOK, &said)
			if said.Alt != "La place du Marché" || made.Images[0].Alt != "La place sous la neige" {
				t.Errorf("%q, %q", said.Alt, made.Images[0].Alt)
			}

			var uses api.MediaUseList
			rig.Do(http.MethodGet, "/media/"+square.ID+"/uses", nil).Into(t, http.StatusOK, &uses)
			if len(uses.Uses) != 1 || *uses.Uses[0].PostID != made.ID || uses.Uses[0].Title != "Marché de Noël" || uses.Uses[0].Status != "scheduled" {
				t.Errorf("%+v", uses)
			}
			p := refusal(t, rig.Do(http.MethodDelete, "/media/"+square.ID, nil))
			if p.Status != http.StatusConflict || p.Code != "media_in_use" || !strings.Contains(p.Detail, "« Marché de Noël »") {
				t.Errorf("%+v", p)
			}

			// An event that is to come needs its poster.
			var event struct {
				ID string `json:"id"`
			}
			rig.Do(http.MethodPost, "/events", object{
				"title": "Fête d’été", "starts_at": "2099-07-01T14:00", "announcements": []object{},
				"images": []object{{"media_id": party.ID, "alt": "L’affiche"}},
			}).Into(t, http.StatusCreated, &event)
			if p := refusal(t, rig.Do(http.MethodDelete, "/media/"+party.ID, nil)); p.Status != http.StatusConflict || !strings.Contains(p.Detail, "événement « Fête d’été »") {
				t.Errorf("%+v", p)
			}

			patch(t, rig.Client, made.ID, `"2"`, `{"images": []}`).Into(t, http.StatusOK, nil)
			rig.Do(http.MethodDelete, "/media/"+square.ID, nil).Into(t, http.StatusNoContent, nil)
			found(t, rig.Client, "", "école.jpg", "fête d’été.jpg")
			want{404, "", "not_found"}.check(t, rig.Do(http.MethodDelete, "/media/"+square.ID, nil))
			want{404, "", "not_found"}.check(t, rig.Do(http.MethodPatch, "/media/"+square.ID, object{"alt": "x"}))
			want{422, "images[0].media_id", "media_removed"}.check(t, patch(t, rig.Client, made.ID, `"3"`,
				fmt.Sprintf(`{"images": [{"media_id": %q, "alt": "x"}]}`, square.ID)))

			again := upload(t, rig.Client, "autre nom.jpg", 64)
			if again.ID != square.ID || again.Alt != "La place du Marché" {
				t.Errorf("a picture that was removed came back as another: %+v", again)
			}
			found(t, rig.Client, "", "place.jpg", "école.jpg", "fête d’été.jpg")
		})
	}
}

func TestWhatIsPublishedKeepsItsPicture(t *testing.T) {
	rig := start(t, "sqlite")
	channel := rig.Connect("site", "Actualités", nil, nil)
	m := upload(t, rig.Client, "place.jpg", 64)
	var made api.Post
	rig.Do(http.MethodPost, "/posts", object{
		"title": "Marché", "text": "Samedi.", "channels": []string{channel.ID},
		"images":  []object{{"media_id": m.ID, "alt": "La place"}},
		"publish": object{"mode": "now"},
	}).Into(t, http.StatusCreated, &made)
	rig.WaitFor(made.ID, "published", 30*time.Second)
	rig.Do(http.MethodDelete, "/media/"+m.ID, nil).Into(t, http.StatusNoContent, nil)
	found(t, rig.Client, "")
	if a := rig.Do(http.MethodGet, "/media/"+m.ID+"/file", nil); a.Status != http.StatusOK {
		t.Errorf("the file of a published picture: %d", a.Status)
	}
}

func TestThePagesOfTheLibraryStand(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			rig := start(t, engine)
			for i := range 5 {
				upload(t, rig.Client, fmt.Sprintf("%d.jpg", i), 64+i)
			}
			var names []string
			cursor := ""
			for page := 0; ; page++ {
				var got api.MediaPage
				rig.Do(http.MethodGet, "/media?limit=2"+cursor, nil).Into(t, http.StatusOK, &got)
				for _, m := range got.Media {
					names = append(names, m.Name)
				}
				if page == 0 {
					// What comes in meanwhile is before the first page.
					upload(t, rig.Client, "new.jpg", 90)
				}
				if got.NextCursor == nil {
					break
				}
				cursor = "&cursor=" + *got.NextCursor
			}
			if diff := cmp.Diff([]string{"4.jpg", "3.jpg", "2.jpg", "1.jpg", "0.jpg"}, names); diff != "" {
				t.Error(diff)
			}
			want{400, "", "cursor_invalid"}.check(t, rig.Do(http.MethodGet, "/media?cursor=x", nil))
		})
	}
}

func TestAPictureThatMayNotBePublished(t *testing.T) {
	rig := start(t, "sqlite")
	channel := rig.Connect("site", "Actualités", nil, nil)
	m := upload(t, rig.Client, "école.jpg", 64)
	content := func(at string) object {
		return object{
			"title": "École", "text": "La rentrée.", "channels": []string{channel.ID},
			"images":  []object{{"media_id": m.ID, "alt": "Des enfants"}},
			"publish": object{"mode": "at", "at": at, "zone": "Europe/Brussels"},
		}
	}
	issues := func(at string) []string {
		t.Helper()
		var list api.PreviewList
		rig.Do(http.MethodPost, "/preview", content(at)).Into(t, http.StatusOK, &list)
		codes := []string{}
		for _, i := range list.Previews[0].Issues {
			if i.Severity == api.IssueSeverityError {
				codes = append(codes, i.Field+" "+i.Code)
			}
		}
		return codes
	}
	none := []string{}
	day := time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	next := time.Now().AddDate(0, 1, 1).Format(time.DateOnly)
	rig.Do(http.MethodPatch, "/media/"+m.ID, object{"expires_on": day}).Into(t, http.StatusOK, nil)
	for at, want := range map[string][]string{
		day + "T23:59":  none,
		next + "T00:00": {"images picture_expired"},
		"not an hour":   none,
	} {
		if diff := cmp.Diff(want, issues(at)); diff != "" {
			t.Errorf("%s: %s", at, diff)
		}
	}
	want{422, "images", "picture_expired"}.check(t, rig.Do(http.MethodPost, "/posts", content(next+"T00:00")))
	draft := content(next + "T00:00")
	draft["publish"] = object{"mode": "draft"}
	rig.Do(http.MethodPost, "/posts", draft).Into(t, http.StatusCreated, nil)
	var made api.Post
	rig.Do(http.MethodPost, "/posts", content(day+"T23:59")).Into(t, http.StatusCreated, &made)

	rig.Do(http.MethodPatch, "/media/"+m.ID, object{"consent": "refused"}).Into(t, http.StatusOK, nil)
	if diff := cmp.Diff([]string{"images picture_refused"}, issues(day+"T12:00")); diff != "" {
		t.Error(diff)
	}
	want{422, "images", "picture_refused"}.check(t, patch(t, rig.Client, made.ID, `"1"`, `{"text": "La rentrée de septembre."}`))
	for _, consent := range []string{"unknown", "not_needed", "given"} {
		rig.Do(http.MethodPatch, "/media/"+m.ID, object{"consent": consent}).Into(t, http.StatusOK, nil)
		if diff := cmp.Diff(none, issues(day+"T12:00")); diff != "" {
			t.Errorf("%s: %s", consent, diff)
		}
	}
}
