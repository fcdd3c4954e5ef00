package e2e_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/internal/testrig/wordpress"
	"github.com/crieur/crieur/media/mediatest"
)

type takenOver struct {
	ID, State, Title, Text, Link string
	Changed                      bool
	Notes                        []string
	PostID                       *string `json:"post_id"`
}

func importedFrom(t *testing.T, client *testrig.Client, source string) []takenOver {
	t.Helper()
	var page struct{ Imports []takenOver }
	client.Do(http.MethodGet, "/imports?limit=100&source="+source, nil).Into(t, http.StatusOK, &page)
	return page.Imports
}

// readSource reads a source now, waiting for a worker that reads it.
func readSource(t *testing.T, client *testrig.Client, id string) {
	t.Helper()
	testrig.Eventually(t, time.Minute, "the source is read", func() bool {
		answer := client.Do(http.MethodPost, "/sources/"+id+"/poll", nil)
		if answer.Status == http.StatusConflict {
			return false
		}
		var reading struct {
			Source struct {
				Error *struct{ Code, Message string }
			}
		}
		answer.Into(t, http.StatusOK, &reading)
		if reading.Source.Error != nil {
			t.Fatalf("%+v", reading.Source.Error)
		}
		return true
	})
}

func posts(t *testing.T, client *testrig.Client) []testrig.Post {
	t.Helper()
	var page struct{ Posts []testrig.Post }
	client.Do(http.MethodGet, "/posts?limit=100", nil).Into(t, http.StatusOK, &page)
	return page.Posts
}

// writeArticles makes articles with a featured picture and one in the text, as
// an editor of the site does. The last one's picture has no description.
func writeArticles(t *testing.T, wp *wordpress.Site, n int) {
	t.Helper()
	for i := range n {
		picture := base64.StdEncoding.EncodeToString(mediatest.JPEG(640+i, 480))
		wp.Eval(t, fmt.Sprintf(`require_once ABSPATH.'wp-admin/includes/taxonomy.php';
			$cat = wp_create_category('Travaux');
			$up = wp_upload_bits('photo-%[1]d.jpg', null, base64_decode('%[2]s'));
			$att = wp_insert_attachment(['post_mime_type' => 'image/jpeg', 'post_title' => 'photo', 'post_status' => 'inherit'], $up['file']);
			if (%[1]d < %[3]d - 1) update_post_meta($att, '_wp_attachment_image_alt', 'Chantier numéro %[1]d, vu du pont');
			$id = wp_insert_post(['post_title' => 'Chantier n° %[1]d & déviation', 'post_status' => 'publish', 'post_category' => [$cat],
				'post_content' => '<!-- wp:paragraph --><p>La rue numéro %[1]d est <strong>fermée</strong> de 8 h à 16 h.</p><!-- /wp:paragraph --><ul><li>bus 5</li><li>bus 8</li></ul>']);
			set_post_thumbnail($id, $att);`, i, picture, n))
	}
}

// TestTenArticlesOfAWordPressComeOnce takes articles over from a real WordPress
// while the program is killed, and again after edits and moves of the site.
func TestTenArticlesOfAWordPressComeOnce(t *testing.T) {
	t.Parallel()
	wp := wordpress.Start(t)
	const articles = 10
	writeArticles(t, wp, articles)
	networks := testrig.StartNetworks(t)
	in := testrig.Install(t, testrig.Binary(t), map[string]string{
		"CRIEUR_DATA_DIR": t.TempDir(), "CRIEUR_EGRESS_ALLOW": "127.0.0.0/8",
		"CRIEUR_FACEBOOK_GRAPH_URL": networks.URL + "/facebook", "CRIEUR_X_API_URL": networks.URL + "/x",
	})
	process := in.Serve("all")
	client := administrator(t, in, process.URL)
	page, x := client.ConnectAccount(networks.Account(t, "facebook")), client.ConnectAccount(networks.Account(t, "x"))
	editor := wp.Accounts[wordpress.Editor]
	own := client.Connect("wordpress", "Site WordPress", map[string]string{"site_url": wp.URL}, map[string]string{"username": editor.Login, "application_password": editor.AppPassword})

	rule := func(channels ...string) map[string]any {
		return map[string]any{"kind": "wordpress", "url": wp.URL, "rules": []map[string]any{
			{"category": "travaux", "action": "schedule", "at": "09:00", "channels": channels},
		}}
	}
	var refused struct{ Code string }
	client.Do(http.MethodPost, "/sources", rule(own.ID)).Into(t, http.StatusUnprocessableEntity, &refused)
	if refused.Code != "channel_is_source" {
		t.Errorf("a source may publish onto itself: %s", refused.Code)
	}
	var source struct{ ID string }
	client.Do(http.MethodPost, "/sources", rule(page.ID, x.ID)).Into(t, http.StatusCreated, &source)

	// Killed in the middle of the readings.
	for _, after := range []time.Duration{30, 150, 400} {
		go func(p *testrig.Process) {
			timer := time.NewTimer(after * time.Millisecond)
			defer timer.Stop()
			<-timer.C
			p.Kill()
		}(process)
		_, _ = client.Try(t.Context(), http.MethodPost, "/sources/"+source.ID+"/poll", "", nil, nil) // the process may die before it answers
		<-process.Ended()
		process = in.Serve("all")
	}
	// The claim of the one that died runs out first.
	testrig.Eventually(t, 7*time.Minute, "every article is taken over", func() bool {
		answer := client.Do(http.MethodPost, "/sources/"+source.ID+"/poll", nil)
		done := 0
		for _, item := range importedFrom(t, client, source.ID) {
			if item.State == "scheduled" || item.State == "drafted" {
				done++
			}
		}
		return answer.Status == http.StatusOK && done == articles
	})
	checkArticles(t, client, source.ID, articles, x.ID)

	first := importedFrom(t, client, source.ID)[0]
	edited, touched := importedFrom(t, client, source.ID)[1], importedFrom(t, client, source.ID)[2]
	answer, err := client.Try(t.Context(), http.MethodPatch, "/posts/"+*touched.PostID, "application/json", strings.NewReader(`{"text":"Nos propres mots."}`), map[string]string{"If-Match": "1"})
	if err != nil || answer.Status != http.StatusOK {
		t.Fatalf("%v %s", err, answer.Body)
	}
	for _, item := range []takenOver{edited, touched} {
		wp.Eval(t, `$p = get_page_by_title(html_entity_decode('`+item.Title+`'), OBJECT, 'post') ?: get_page_by_title(esc_html('`+item.Title+`'), OBJECT, 'post');
			wp_update_post(['ID' => $p->ID, 'post_content' => '<p>Le chantier est reporté d’une semaine.</p>']);`)
	}
	// The site changes its addresses as well.
	wp.Eval(t, `update_option('permalink_structure', ''); flush_rewrite_rules(false);`)
	readSource(t, client, source.ID)
	var after struct{ Text string }
	client.Do(http.MethodGet, "/posts/"+*edited.PostID, nil).Into(t, http.StatusOK, &after)
	if after.Text != "Le chantier est reporté d’une semaine." {
		t.Errorf("an edit did not reach its post: %q", after.Text)
	}
	client.Do(http.MethodGet, "/posts/"+*touched.PostID, nil).Into(t, http.StatusOK, &after)
	if after.Text != "Nos propres mots." {
		t.Errorf("an edit went over a person's words: %q", after.Text)
	}
	for _, item := range importedFrom(t, client, source.ID) {
		if item.Changed != (item.ID == touched.ID) {
			t.Errorf("%s: changed %v", item.Title, item.Changed)
		}
	}

	// What Crieur publishes there does not come back; the feed of the same site
	// brings nothing that is here already.
	var made testrig.Post
	client.Do(http.MethodPost, "/posts", map[string]any{
		"title": "Brocante", "text": "Dimanche dès 8 h, place du Marché, avec cent exposants.", "channels": []string{own.ID}, "publish": map[string]any{"mode": "now"},
	}).Into(t, http.StatusCreated, &made)
	client.WaitFor(made.ID, "published", time.Minute)
	readSource(t, client, source.ID)
	var feed struct{ ID string }
	client.Do(http.MethodPost, "/sources", map[string]any{"kind": "feed", "url": wp.URL + "/?feed=rss2", "rules": []map[string]any{{"action": "draft"}}}).Into(t, http.StatusCreated, &feed)
	readSource(t, client, feed.ID)
	if n := len(posts(t, client)); n != articles+1 {
		t.Errorf("%d posts, want %d", n, articles+1)
		for _, item := range importedFrom(t, client, feed.ID) {
			t.Logf("%s %s %s", item.State, item.Title, item.Link)
		}
	}
	ours := 0
	for _, item := range append(importedFrom(t, client, source.ID), importedFrom(t, client, feed.ID)...) {
		if item.State == "ours" {
			ours++
		}
	}
	if ours != 2 {
		t.Errorf("our own article was recognised %d times, want in both sources", ours)
	}
	if first.PostID == nil {
		t.Error("an item without its post")
	}
}

// checkArticles checks that each article is one post, adapted, with its picture
// and its description, and that the one without a description waits.
func checkArticles(t *testing.T, client *testrig.Client, source string, want int, x string) {
	t.Helper()
	all := importedFrom(t, client, source)
	if len(all) != want || len(posts(t, client)) != want {
		t.Fatalf("%d items and %d posts, want %d", len(all), len(posts(t, client)), want)
	}
	scheduled := 0
	for _, item := range all {
		var p struct {
			Status, Title, Text, Category, Link string
			Images                              []struct{ Alt string }
		}
		client.Do(http.MethodGet, "/posts/"+*item.PostID, nil).Into(t, http.StatusOK, &p)
		if !strings.HasPrefix(p.Title, "Chantier n° ") || !strings.HasSuffix(p.Title, " & déviation") || strings.ContainsAny(p.Text, "<>") ||
			!strings.HasSuffix(p.Text, "est fermée de 8 h à 16 h.\n\n• bus 5\n• bus 8") || p.Category != "Travaux" || !strings.HasPrefix(p.Link, "http") || len(p.Images) != 1 {
			t.Errorf("not adapted: %+v", p)
		}
		switch {
		case item.State == "scheduled" && p.Status == "scheduled" && strings.HasPrefix(p.Images[0].Alt, "Chantier numéro "):
			scheduled++
		case item.State == "drafted" && p.Status == "draft" && p.Images[0].Alt == "" && len(item.Notes) == 1:
		default:
			t.Errorf("%s is %s with %+v", item.Title, item.State, p)
		}
	}
	if scheduled != want-1 {
		t.Errorf("%d are scheduled, want all but the one without a description", scheduled)
	}
	var preview struct {
		Previews []struct{ Length, Limit int }
	}
	client.Do(http.MethodPost, "/preview", map[string]any{"title": all[0].Title, "text": all[0].Text, "link": all[0].Link, "channels": []string{x}}).Into(t, http.StatusOK, &preview)
	if len(preview.Previews) != 1 || preview.Previews[0].Length > preview.Previews[0].Limit {
		t.Errorf("%+v", preview)
	}
}
