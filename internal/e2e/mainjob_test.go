package e2e_test

import (
	"bytes"
	"encoding/json"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/internal/testrig/wordpress"
	"github.com/crieur/crieur/media/mediatest"
)

const articleText = "Quarante exposants, une bourse aux plantes et le bar des pompiers : la brocante de printemps revient place du Marché.\n\n" +
	"Les emplacements s’ouvrent à 7 h. La rue de l’Église est fermée à la circulation de 5 h à 20 h ; déviation par la rue du Pont.\n\n" +
	"Entrée libre. Parking au hall omnisports, navette gratuite toutes les 15 minutes. Petite restauration à partir de 11 h.\n\n#Valmeuse #Brocante"

// phonePhotos are what an officer drops: a portrait by EXIF, one with GPS, a
// PNG with alpha, and one of 12 Mpx.
func phonePhotos() [][]byte {
	return [][]byte{
		mediatest.JPEG(1200, 1600, mediatest.Orientation(6)),
		mediatest.JPEG(1200, 900, mediatest.GPS(), mediatest.XMP()),
		mediatest.PNGAlpha(900, 700),
		mediatest.JPEG(4032, 3024, mediatest.Quality(92)),
	}
}

func alts() []string {
	return []string{"Des étals place du Marché", "Le bar des pompiers", "Le plan des rues fermées", "La bourse aux plantes"}
}

// mainJob publishes one post with four pictures to Facebook, X, WordPress and
// the built-in pages, and checks what each of them holds.
func mainJob(t *testing.T, client *testrig.Client, networks *testrig.Networks) {
	t.Helper()
	wp := wordpress.Start(t)
	editor := wp.Accounts[wordpress.Editor]
	channels := []testrig.Channel{
		client.ConnectAccount(networks.Account(t, "facebook")),
		client.ConnectAccount(networks.Account(t, "x")),
		client.Connect("wordpress", "Site WordPress", map[string]string{"site_url": wp.URL}, map[string]string{"username": editor.Login, "application_password": editor.AppPassword}),
		client.Connect("site", "Actualités", nil, nil),
	}
	ids := make([]string, len(channels))
	for i, ch := range channels {
		ids[i] = ch.ID
	}
	images := make([]map[string]any, len(alts()))
	for i, alt := range alts() {
		images[i] = map[string]any{"alt": alt}
	}
	var created testrig.Post
	client.PublishMultipart(map[string]any{
		"title": "Brocante de printemps", "text": articleText, "category": "event",
		"images": images, "channels": ids, "publish": map[string]any{"mode": "now"},
	}, phonePhotos()...).Into(t, http.StatusCreated, &created)

	published := client.WaitFor(created.ID, "published", 90*time.Second)
	if len(published.Deliveries) != len(channels) {
		t.Fatalf("%d deliveries, want %d", len(published.Deliveries), len(channels))
	}
	for _, d := range published.Deliveries {
		if d.RemoteID == nil || d.RemoteURL == nil || d.SentAt == nil || d.Attempts != 1 || d.Error != nil {
			t.Errorf("%s: not a clean acknowledgement: %+v", d.Kind, d)
		}
	}
	checkFacebook(t, networks)
	checkX(t, networks)
	checkWordPress(t, wp)
	checkSite(t, client, published)
}

// onlyPost is the one visible post of an account.
func onlyPost(t *testing.T, networks *testrig.Networks, network string) simulator.Record {
	t.Helper()
	posts := networks.Posts(network, networks.Account(t, network).ID)
	if len(posts) != 1 {
		t.Fatalf("%s holds %d posts, want exactly one", network, len(posts))
	}
	return posts[0]
}

func checkFacebook(t *testing.T, networks *testrig.Networks) {
	t.Helper()
	record := onlyPost(t, networks, "facebook")
	if !strings.HasPrefix(record.Text, "Quarante exposants") || !strings.Contains(record.Text, "#Valmeuse") {
		t.Errorf("facebook: text %q", record.Text)
	}
	checkImages(t, "facebook", record.Images, 4, 2048, 4<<20)
}

func checkX(t *testing.T, networks *testrig.Networks) {
	t.Helper()
	record := onlyPost(t, networks, "x")
	if !strings.HasPrefix(record.Text, "Quarante exposants") || !strings.Contains(record.Text, "http") {
		t.Errorf("x: %q has no link to the full article", record.Text)
	}
	checkImages(t, "x", record.Images, 4, 4096, 5<<20)
}

// checkImages: order, alt texts, limits, right way up.
func checkImages(t *testing.T, network string, images []simulator.RecordImage, count, edge, size int) {
	t.Helper()
	if len(images) != count {
		t.Fatalf("%s: %d pictures, want %d", network, len(images), count)
	}
	for i, img := range images {
		if img.Alt != alts()[i] {
			t.Errorf("%s: picture %d has alt %q, want %q", network, i, img.Alt, alts()[i])
		}
		if max(img.Width, img.Height) > edge || img.Bytes > size || img.Bytes == 0 {
			t.Errorf("%s: picture %d is %d × %d, %d bytes", network, i, img.Width, img.Height, img.Bytes)
		}
	}
	if images[0].Height <= images[0].Width {
		t.Errorf("%s: the portrait lies on its side: %d × %d", network, images[0].Width, images[0].Height)
	}
}

func checkWordPress(t *testing.T, wp *wordpress.Site) {
	t.Helper()
	front := string(get(t, wp.URL+"/"))
	if !strings.Contains(front, "Brocante de printemps") {
		t.Error("wordpress: the front page does not show the article")
	}
	var posts []struct {
		ID            int    `json:"id"`
		Link          string `json:"link"`
		FeaturedMedia int    `json:"featured_media"`
		Title         struct{ Rendered string }
	}
	if err := json.Unmarshal(get(t, wp.URL+"/wp-json/wp/v2/posts?per_page=100"), &posts); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, p := range posts {
		if p.Title.Rendered == "Brocante de printemps" {
			found++
			if p.FeaturedMedia == 0 {
				t.Error("wordpress: no featured image")
			}
			article := string(get(t, p.Link))
			for _, alt := range alts() {
				if !strings.Contains(article, alt) {
					t.Errorf("wordpress: the article does not show the alt text %q", alt)
				}
			}
		}
	}
	if found != 1 {
		t.Errorf("wordpress holds the article %d times, want once", found)
	}
	checkWordPressMedia(t, wp)
}

func checkWordPressMedia(t *testing.T, wp *wordpress.Site) {
	t.Helper()
	var media []struct {
		AltText      string                      `json:"alt_text"`
		SourceURL    string                      `json:"source_url"`
		MediaDetails struct{ Width, Height int } `json:"media_details"`
	}
	if err := json.Unmarshal(get(t, wp.URL+"/wp-json/wp/v2/media?per_page=100"), &media); err != nil {
		t.Fatal(err)
	}
	if len(media) != len(alts()) {
		t.Fatalf("wordpress holds %d pictures, want %d", len(media), len(alts()))
	}
	for _, m := range media {
		data := get(t, m.SourceURL)
		if found := mediatest.HasMetadata(data); len(found) > 0 {
			t.Errorf("wordpress: %s still carries %v", m.SourceURL, found)
		}
		picture, _, err := image.Decode(bytes.NewReader(data))
		if err != nil {
			t.Errorf("wordpress: %s: %v", m.SourceURL, err)
			continue
		}
		size := picture.Bounds()
		if portrait := size.Dy() > size.Dx(); portrait != (m.AltText == alts()[0]) {
			t.Errorf("wordpress: %q is %d × %d", m.AltText, size.Dx(), size.Dy())
		}
		// The scene has a colour of its own in each corner: this way up and no
		// other. The picture with alpha has a see-through band elsewhere.
		const tolerance = 24
		for i, seen := range mediatest.CornerColours(picture) {
			if want := mediatest.Colours()[i]; !mediatest.Near(seen, want, tolerance) {
				t.Errorf("wordpress: corner %d of %q is %v, want %v", i, m.AltText, seen, want)
			}
		}
	}
}

func checkSite(t *testing.T, client *testrig.Client, published testrig.Post) {
	t.Helper()
	list := string(get(t, client.URL+"/c/valmeuse"))
	if !strings.Contains(list, "Brocante de printemps") {
		t.Error("site: the list does not show the article")
	}
	for _, d := range published.Deliveries {
		if d.Kind != "site" || d.RemoteURL == nil {
			continue
		}
		article := string(get(t, *d.RemoteURL))
		for _, want := range append(alts(), "application/ld+json", "NewsArticle", "rue du Pont") {
			if !strings.Contains(article, want) {
				t.Errorf("site: the article does not hold %q", want)
			}
		}
	}
	for _, feed := range []string{"feed.rss", "feed.atom", "feed.json"} {
		if !strings.Contains(string(get(t, client.URL+"/c/valmeuse/"+feed)), "Brocante de printemps") {
			t.Errorf("site: %s does not hold the article", feed)
		}
	}
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %d, %v", url, resp.StatusCode, err)
	}
	return body
}

func TestMainJobEmbedded(t *testing.T) {
	t.Parallel()
	rig := testrig.Start(t, nil)
	mainJob(t, rig.Client, rig.Networks)
}

func TestMainJobOnPostgresAndRedis(t *testing.T) {
	t.Parallel()
	database, redis := testrig.Postgres(t), testrig.Redis(t)
	rig := testrig.Start(t, func(c *config.Config) { c.DatabaseURL, c.RedisURL = database, redis })
	mainJob(t, rig.Client, rig.Networks)
}

// TestMainJobInSeparateProcesses runs the real binary as one API process and
// one worker process.
func TestMainJobInSeparateProcesses(t *testing.T) {
	t.Parallel()
	networks := testrig.StartNetworks(t)
	in := testrig.Install(t, testrig.Binary(t), scaleSettings(t, networks))
	api := in.Serve("api")
	in.Serve("worker")
	mainJob(t, administrator(t, in, api.URL), networks)
}

// scaleSettings are those of an installation on PostgreSQL and Redis.
func scaleSettings(t *testing.T, networks *testrig.Networks) map[string]string {
	t.Helper()
	return map[string]string{
		"CRIEUR_DATA_DIR":           t.TempDir(),
		"CRIEUR_DATABASE_URL":       testrig.Postgres(t),
		"CRIEUR_REDIS_URL":          testrig.Redis(t),
		"CRIEUR_EGRESS_ALLOW":       "127.0.0.0/8",
		"CRIEUR_FACEBOOK_GRAPH_URL": networks.URL + "/facebook",
		"CRIEUR_X_API_URL":          networks.URL + "/x",
	}
}

// administrator makes an account through the command line.
func administrator(t *testing.T, in *testrig.Installation, url string) *testrig.Client {
	t.Helper()
	in.Command(testrig.Password+"\n", "user", "create", "--email", "officer@valmeuse.example", "--role", "administrator", "--commune", "Valmeuse")
	token := in.Command("", "token", "create", "--email", "officer@valmeuse.example", "--name", "test")
	if strings.Count(token, "\n") != 1 || strings.TrimSpace(token) == "" {
		t.Fatalf("token create printed %q, want the token and nothing else", token)
	}
	return testrig.NewClient(t, url, strings.TrimSpace(token))
}
