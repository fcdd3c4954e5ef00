package wordpress_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/wordpress"
	"github.com/crieur/crieur/internal/secret"
	testsite "github.com/crieur/crieur/internal/testrig/wordpress"
	"github.com/crieur/crieur/media"
)

// TestRealWordPress publishes on a real WordPress. Its subtests share one site
// and use different keys.
func TestRealWordPress(t *testing.T) {
	site := testsite.Start(t)
	r := liveSite{site}
	for _, test := range []struct {
		name string
		run  func(*testing.T, liveSite)
	}{
		{"Check", checkSaysWho},
		{"Roles", checkRoles},
		{"WrongPassword", wrongPassword},
		{"Publish", publishesArticle},
		{"Author", authorPublishes},
		{"Hostile", hostileTexts},
		{"Twice", secondPublishAdopts},
		{"Draft", draftIsTakenUp},
		{"Trash", trashStaysTrash},
		{"Race", raceLeavesOne},
		{"Find", findsWhatWasSent},
		{"Update", updateKeepsPictures},
		{"Delete", deleteTwice},
		{"Category", categories},
		{"ArticleURL", articleAddress},
		{"Firewall", firewall},
		{"Upload", brokenUpload},
		{"Pending", keptBack},
		{"PlainPermalinks", plainPermalinks},
		{"HeaderStripped", headerStripped},
		{"PasswordsOff", passwordsOff},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, r) })
	}
}

// liveSite is the site with what tests do on it.
type liveSite struct{ *testsite.Site }

func (r liveSite) account(role testsite.Role) channels.Account {
	user := r.Accounts[role]
	return channels.Account{
		CommuneID: "commune-1", CommuneName: "Commune de Testville",
		Settings: channels.Settings{"site_url": r.URL},
		Credentials: channels.Credentials{
			"username":             secret.New(user.Login),
			"application_password": secret.New(user.AppPassword),
		},
	}
}

// publisher is a channel that can do everything that the driver can.
type publisher interface {
	channels.Channel
	channels.Finder
	channels.Deleter
	channels.Updater
	channels.Articler
}

func open(t *testing.T, account channels.Account) publisher {
	t.Helper()
	channel, err := wordpress.New().Open(account, channels.Deps{
		HTTP: &http.Client{Timeout: 30 * time.Second}, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return channel.(publisher)
}

func (r liveSite) open(t *testing.T) publisher {
	t.Helper()
	return open(t, r.account(testsite.Editor))
}

func message(key string, images int) channels.Message {
	m := channels.Message{
		Key: key, Title: "Brocante de printemps : " + key, Language: "fr-BE",
		Text: "Dimanche dès 8 h, place du Marché.\n\nEntrée libre.",
	}
	for i := range images {
		m.Images = append(m.Images, channels.Image{
			MediaID: "m", SHA256: strings.Repeat("0", 63) + string(rune('0'+i)), ContentType: media.JPEG,
			Width: 1200, Height: 900, Focal: media.Centre(),
			Alt: []string{"Des étals place du Marché", `Deux enfants & un chien « Rex »`}[i],
		})
	}
	return m
}

func attempt(t *testing.T, m channels.Message) (channels.Rendered, *channeltest.RecordingAttempt) {
	t.Helper()
	rendered, issues := wordpress.New().Render(m, nil)
	if channels.HasErrors(issues) {
		t.Fatalf("refused: %+v", issues)
	}
	a, err := channeltest.NewAttempt(rendered)
	if err != nil {
		t.Fatal(err)
	}
	return rendered, a
}

func publish(t *testing.T, c channels.Channel, m channels.Message) channels.Receipt {
	t.Helper()
	rendered, a := attempt(t, m)
	receipt, err := c.Publish(t.Context(), rendered, a)
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// page is what a citizen gets at an address, after redirects.
type page struct {
	status int
	url    string
	title  string
	text   string
	images []pageImage
}

type pageImage struct{ src, alt string }

func read(tb testing.TB, address string) page {
	tb.Helper()
	request, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, address, nil)
	if err != nil {
		tb.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		tb.Fatal(err)
	}
	p := page{status: response.StatusCode, url: response.Request.URL.String()}
	document, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		tb.Fatal(err)
	}
	for node := range document.Descendants() {
		switch {
		case node.Type == html.TextNode && node.Parent.Data != "script" && node.Parent.Data != "style":
			p.text += node.Data + "\n"
			if node.Parent.Data == "h1" {
				p.title += node.Data
			}
		case node.Type == html.ElementNode && node.Data == "img":
			var image pageImage
			for _, a := range node.Attr {
				switch a.Key {
				case "src":
					image.src = a.Val
				case "alt":
					image.alt = a.Val
				}
			}
			p.images = append(p.images, image)
		}
	}
	return p
}

func alts(p page) []string {
	var texts []string
	for _, image := range p.images {
		texts = append(texts, image.alt)
	}
	return texts
}

func wantKind(t *testing.T, err error, kind channels.Kind, code string) {
	t.Helper()
	e, ok := channels.AsError(err)
	if !ok || e.Kind != kind || e.Code != code {
		t.Fatalf("got %v, want %s (%s)", err, kind, code)
	}
}

func checkSaysWho(t *testing.T, r liveSite) {
	t.Helper()
	health, err := r.open(t).Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := channels.Health{AccountID: r.URL, AccountName: "Commune de Testville", AccountURL: r.URL}
	if diff := cmp.Diff(want, health); diff != "" {
		t.Error(diff)
	}
}

func checkRoles(t *testing.T, r liveSite) {
	t.Helper()
	for role, want := range map[testsite.Role]string{
		testsite.Administrator: "", testsite.Author: "",
		testsite.Contributor: "wordpress.cannot_publish", testsite.Subscriber: "wordpress.cannot_publish",
	} {
		_, err := open(t, r.account(role)).Check(t.Context())
		if want == "" && err != nil {
			t.Errorf("%s: %v", role, err)
		}
		if want != "" {
			wantKind(t, err, channels.Permission, want)
		}
	}
	rendered, a := attempt(t, message("contributor", 0))
	_, err := open(t, r.account(testsite.Contributor)).Publish(t.Context(), rendered, a)
	wantKind(t, err, channels.Permission, "wordpress.rest_cannot_publish")
	rendered, a = attempt(t, message("contributor", 1))
	_, err = open(t, r.account(testsite.Contributor)).Publish(t.Context(), rendered, a)
	wantKind(t, err, channels.Permission, "wordpress.rest_cannot_create")
	if e, _ := channels.AsError(err); !strings.Contains(e.Failure("WordPress").Message, "images") {
		t.Errorf("the sentence does not name the pictures: %q", e.Message)
	}
}

func wrongPassword(t *testing.T, r liveSite) {
	t.Helper()
	account := r.account(testsite.Editor)
	account.Credentials["application_password"] = secret.New("abcd efgh ijkl mnop qrst uvwx")
	_, err := open(t, account).Check(t.Context())
	wantStranger(t, err)
	account.Credentials["username"] = secret.New("personne")
	_, err = open(t, account).Check(t.Context())
	wantStranger(t, err)
}

// wantStranger: WordPress before 6.3.2 names the fault, later ones do not.
func wantStranger(t *testing.T, err error) {
	t.Helper()
	e, ok := channels.AsError(err)
	if !ok || e.Kind != channels.Auth {
		t.Fatalf("got %v, want %s", err, channels.Auth)
	}
	failure := e.Failure("WordPress")
	if !strings.Contains(failure.Message, "l’identifiant ou le mot de passe d’application") {
		t.Errorf("sentence: %q", failure.Message)
	}
}

// publishesArticle: the citizen finds the article, with each picture once and
// described, and on the front page the picture beside the headline.
func publishesArticle(t *testing.T, r liveSite) {
	t.Helper()
	m := message("publish", 2)
	m.Link = "https://commune.example/programme?jour=1&lieu=march%C3%A9"
	receipt := publish(t, r.open(t), m)
	if receipt.RemoteID == "" || !strings.HasPrefix(receipt.URL, r.URL) {
		t.Errorf("receipt %+v", receipt)
	}
	article := read(t, receipt.URL)
	if article.status != http.StatusOK || article.title != m.Title {
		t.Errorf("%d, headline %q", article.status, article.title)
	}
	if diff := cmp.Diff([]string{m.Images[0].Alt, m.Images[1].Alt}, alts(article)); diff != "" {
		t.Errorf("pictures of the article (-want +got):\n%s", diff)
	}
	for _, want := range []string{"Dimanche dès 8 h, place du Marché.", "Entrée libre.", m.Link} {
		if !strings.Contains(article.text, want) {
			t.Errorf("the article lacks %q", want)
		}
	}
	front := read(t, r.URL+"/")
	if !strings.Contains(front.text, m.Title) {
		t.Error("the front page lacks the headline")
	}
	if len(front.images) == 0 || front.images[0].alt != m.Images[0].Alt {
		t.Errorf("pictures of the front page: %+v", front.images)
	}
	for _, image := range article.images {
		if got := read(t, image.src); got.status != http.StatusOK {
			t.Errorf("%s: %d", image.src, got.status)
		}
	}
	raw := r.Eval(t, `$p = get_post(`+receipt.RemoteID+`); echo $p->post_name, ' ', $p->comment_status, ' ', $p->ping_status;`)
	rendered, _ := attempt(t, m)
	if want := rendered.Slug + " closed closed"; raw != want {
		t.Errorf("stored %q, want %q", raw, want)
	}
}

// authorPublishes: an author has no unfiltered_html, and loses nothing.
func authorPublishes(t *testing.T, r liveSite) {
	t.Helper()
	m := message("author", 2)
	m.Text = `Été « 25 € » <b>gras</b> & "cité" 👨‍👩‍👧 [gallery] https://commune.example/a?b=c&d=1`
	channel := open(t, r.account(testsite.Author))
	receipt := publish(t, channel, m)
	article := read(t, receipt.URL)
	if diff := cmp.Diff([]string{m.Images[0].Alt, m.Images[1].Alt}, alts(article)); diff != "" {
		t.Errorf("pictures (-want +got):\n%s", diff)
	}
	rendered, a := attempt(t, m)
	if _, err := channel.Publish(t.Context(), rendered, a); err != nil {
		t.Fatal(err)
	}
	if a.Creatings() != 0 {
		t.Error("what the site stored is not recognised as what was sent")
	}
}

// hostileTexts: what people paste is shown as text and runs nothing.
func hostileTexts(t *testing.T, r liveSite) {
	t.Helper()
	channel := r.open(t)
	for _, text := range []string{
		`<script>document.title="x"</script><img src=x onerror=alert(1)> --> [gallery ids="1"] [embed]x[/embed]`,
		"Famille 👨‍👩‍👧‍👦 & « 25 € », 日本語, \u05e9\u05dc\u05d5\u05dd",
		`C:\temp\nouveau %d {{x}} 100 % \u0041`,
	} {
		m := message("hostile", 0)
		m.Key, m.Title, m.Text = "hostile-"+text, text, text
		article := read(t, publish(t, channel, m).URL)
		for _, image := range article.images {
			t.Errorf("%q shows a picture: %+v", text, image)
		}
		if got, want := plainSigns(article.text), plainSigns(text); !strings.Contains(got, want) {
			t.Errorf("%q is not in the article", want)
		}
		if got, want := plainSigns(article.title), plainSigns(text); got != want {
			t.Errorf("headline %q, want %q", got, want)
		}
	}
}

// plainSigns undoes what WordPress does to quotes, dashes and spaces when it
// shows a text.
func plainSigns(text string) string {
	text = strings.NewReplacer("“", `"`, "”", `"`, "″", `"`, "’", "'", "–", "--", "—", "---").Replace(text)
	return strings.Join(strings.Fields(text), " ")
}

func secondPublishAdopts(t *testing.T, r liveSite) {
	t.Helper()
	m := message("twice", 2)
	first := publish(t, r.open(t), m)
	media := r.Eval(t, `echo array_sum((array) wp_count_posts('attachment'));`)
	rendered, a := attempt(t, m)
	second, err := r.open(t).Publish(t.Context(), rendered, a)
	if err != nil {
		t.Fatal(err)
	}
	if first.RemoteID != second.RemoteID || a.Creatings() != 0 {
		t.Errorf("%q and %q, %d creating calls", first.RemoteID, second.RemoteID, a.Creatings())
	}
	if after := r.Eval(t, `echo array_sum((array) wp_count_posts('attachment'));`); after != media {
		t.Errorf("%s pictures became %s", media, after)
	}
}

// draftIsTakenUp: an article of ours that is not public is published, not made
// again.
func draftIsTakenUp(t *testing.T, r liveSite) {
	t.Helper()
	m := message("draft", 1)
	channel := r.open(t)
	first := publish(t, channel, m)
	r.Eval(t, `wp_update_post(['ID' => `+first.RemoteID+`, 'post_status' => 'draft']);`)
	rendered, a := attempt(t, m)
	finding, err := channel.Find(t.Context(), channels.Probe{Key: m.Key, Rendered: rendered, KnownOlder: nil})
	if err != nil || finding.Receipt != nil || finding.Matches != 0 {
		t.Errorf("a draft counts as published: %+v, %v", finding, err)
	}
	second, err := channel.Publish(t.Context(), rendered, a)
	if err != nil {
		t.Fatal(err)
	}
	if first.RemoteID != second.RemoteID || read(t, second.URL).status != http.StatusOK {
		t.Errorf("%+v, then %+v", first, second)
	}
}

func trashStaysTrash(t *testing.T, r liveSite) {
	t.Helper()
	m := message("trash", 0)
	channel := r.open(t)
	receipt := publish(t, channel, m)
	r.Eval(t, `wp_trash_post(`+receipt.RemoteID+`);`)
	rendered, a := attempt(t, m)
	_, err := channel.Publish(t.Context(), rendered, a)
	wantKind(t, err, channels.Rejected, "wordpress.removed")
	if a.Creatings() != 0 {
		t.Error("Creating was called")
	}
}

// raceLeavesOne: another process made the article after we looked.
func raceLeavesOne(t *testing.T, r liveSite) {
	t.Helper()
	m := message("race", 0)
	rendered, a := attempt(t, m)
	a.OnCreating = func(context.Context) error {
		r.Eval(t, `wp_insert_post(['post_title' => 'Le même', 'post_content' => 'x', 'post_status' => 'publish', 'post_name' => '`+rendered.Slug+`']);`)
		return nil
	}
	receipt, err := r.open(t).Publish(t.Context(), rendered, a)
	if err != nil {
		t.Fatal(err)
	}
	left := r.Eval(t, `echo implode(',', wp_list_pluck(get_posts(['post_name__in' => ['`+rendered.Slug+`', '`+rendered.Slug+`-2']]), 'ID'));`)
	if left != receipt.RemoteID {
		t.Errorf("public: %q, receipt %q", left, receipt.RemoteID)
	}
}

func findsWhatWasSent(t *testing.T, r liveSite) {
	t.Helper()
	channel := r.open(t)
	older := publish(t, channel, message("find-older", 0))
	m := message("find", 0)
	rendered, _ := attempt(t, m)
	probe := channels.Probe{Key: m.Key, Rendered: rendered, KnownOlder: []string{older.RemoteID}}
	finding, err := channel.Find(t.Context(), probe)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(channels.Finding{Trustworthy: true}, finding); diff != "" {
		t.Errorf("before (-want +got):\n%s", diff)
	}
	sent := publish(t, channel, m)
	finding, err = channel.Find(t.Context(), probe)
	if err != nil || finding.Receipt == nil || finding.Receipt.RemoteID != sent.RemoteID || finding.Receipt.URL != sent.URL ||
		finding.Matches != 1 || !finding.Trustworthy {
		t.Errorf("after: %+v, %v", finding, err)
	}
	probe.KnownOlder = []string{"999999"}
	if finding, err = channel.Find(t.Context(), probe); err != nil || finding.Trustworthy {
		t.Errorf("without its canary: %+v, %v", finding, err)
	}
}

func updateKeepsPictures(t *testing.T, r liveSite) {
	t.Helper()
	m := message("update", 2)
	channel := r.open(t)
	receipt := publish(t, channel, m)
	m.Title, m.Text = "Brocante reportée", "La brocante est reportée au dimanche suivant."
	rendered, _ := attempt(t, m)
	updated, err := channel.Update(t.Context(), receipt, rendered)
	if err != nil {
		t.Fatal(err)
	}
	article := read(t, receipt.URL)
	if updated.RemoteID != receipt.RemoteID || article.title != m.Title || strings.Contains(article.text, "8 h") {
		t.Errorf("%+v shows %q", updated, article.title)
	}
	if diff := cmp.Diff([]string{m.Images[0].Alt, m.Images[1].Alt}, alts(article)); diff != "" {
		t.Errorf("pictures (-want +got):\n%s", diff)
	}
	_, err = channel.Update(t.Context(), channels.Receipt{RemoteID: "999999"}, rendered)
	wantKind(t, err, channels.Rejected, "wordpress.removed")
}

func deleteTwice(t *testing.T, r liveSite) {
	t.Helper()
	channel := r.open(t)
	receipt := publish(t, channel, message("delete", 1))
	for range 2 {
		if err := channel.Delete(t.Context(), receipt); err != nil {
			t.Error(err)
		}
	}
	if got := read(t, receipt.URL); got.status != http.StatusNotFound {
		t.Errorf("the article answers %d", got.status)
	}
	if err := channel.Delete(t.Context(), channels.Receipt{RemoteID: "999999"}); err != nil {
		t.Error(err)
	}
}

func categories(t *testing.T, r liveSite) {
	t.Helper()
	named := func(id string) string {
		return r.Eval(t, `echo html_entity_decode(implode(',', wp_list_pluck(get_the_category(`+id+`), 'name')));`)
	}
	m := message("category-event", 0)
	m.Category = "event"
	if got := named(publish(t, r.open(t), m).RemoteID); got != "Événements" {
		t.Errorf("an event is filed under %q", got)
	}
	for _, key := range []string{"category-new", "category-again"} {
		m := message(key, 0)
		m.Category = "Fêtes & foires"
		if got := named(publish(t, r.open(t), m).RemoteID); got != m.Category {
			t.Errorf("%s: filed under %q", key, got)
		}
	}
	// An author may not make categories: the default one of the settings takes
	// the article.
	account := r.account(testsite.Author)
	account.Settings["category"] = "fêtes & Foires"
	m = message("category-author", 0)
	m.Category = "Rubrique inconnue"
	if got := named(publish(t, open(t, account), m).RemoteID); got != "Fêtes & foires" {
		t.Errorf("an author's article is filed under %q", got)
	}
}

// articleAddress: the address is known before the article, is public when it is
// there, and leads to its permalink.
func articleAddress(t *testing.T, r liveSite) {
	t.Helper()
	for _, structure := range []string{"/%year%/%monthnum%/%postname%/", "/%postname%/", "/archives/%post_id%", "", "static"} {
		m := message("address", 0)
		m.Key += structure
		if structure == "static" { // the front page is a page, the articles stand elsewhere
			r.Eval(t, `update_option('page_on_front', wp_insert_post(['post_type' => 'page', 'post_title' => 'Accueil', 'post_status' => 'publish'])); update_option('show_on_front', 'page');`)
			t.Cleanup(func() { r.Eval(t, `update_option('show_on_front', 'posts');`) })
			structure = "/%postname%/"
		}
		r.permalinks(t, structure)
		channel := r.open(t)
		address := channel.ArticleURL(m)
		if got := read(t, address); got.status != http.StatusNotFound {
			t.Errorf("%q: before, %s answers %d at %s", structure, address, got.status, got.url)
		}
		receipt := publish(t, channel, m)
		got := read(t, address)
		if got.status != http.StatusOK || got.title != m.Title {
			t.Errorf("%q: %s answers %d, %q", structure, address, got.status, got.title)
		}
		if structure != "" && got.url != receipt.URL {
			t.Errorf("%q: %s leads to %s, want %s", structure, address, got.url, receipt.URL)
		}
	}
}

func (r liveSite) permalinks(t *testing.T, structure string) {
	t.Helper()
	set := func(structure string) {
		r.Eval(t, `global $wp_rewrite; $wp_rewrite->set_permalink_structure('`+structure+`'); flush_rewrite_rules(false);`)
	}
	before := r.Eval(t, `echo get_option('permalink_structure');`)
	set(structure)
	t.Cleanup(func() { set(before) })
}

func plainPermalinks(t *testing.T, r liveSite) {
	t.Helper()
	r.permalinks(t, "")
	channel := r.open(t)
	if _, err := channel.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	m := message("plain", 2)
	m.Category = "Fêtes & foires"
	receipt := publish(t, channel, m)
	if got := read(t, receipt.URL); got.title != m.Title {
		t.Errorf("%s shows %q", receipt.URL, got.title)
	}
	if err := channel.Delete(t.Context(), receipt); err != nil {
		t.Error(err)
	}
}

// firewall: what stands before WordPress answers in HTML.
func firewall(t *testing.T, r liveSite) {
	t.Helper()
	r.Plugin(t, `if ($_SERVER['REQUEST_METHOD'] === 'POST') { http_response_code(403); echo '<html><h1>Forbidden</h1>'; exit; }`)
	rendered, a := attempt(t, message("firewall", 0))
	_, err := r.open(t).Publish(t.Context(), rendered, a)
	wantKind(t, err, channels.Policy, "wordpress.http_forbidden")
}

// brokenUpload: the server breaks down while it makes the smaller copies; the
// picture is there and is taken up. A notice stands before every answer.
func brokenUpload(t *testing.T, r liveSite) {
	t.Helper()
	r.Plugin(t, `
		echo "<br />\n<b>Warning</b>: Undefined array key \"x\" in plugin[1].php {2}<br />\n";
		ob_start();
		add_filter('wp_generate_attachment_metadata', function ($made, $id) {
			if (strpos($_SERVER['REQUEST_URI'], 'post-process') === false && !get_post_meta($id, 'broken', true)) {
				update_post_meta($id, 'broken', '1');
				http_response_code(500); exit;
			}
			return $made;
		}, 10, 2);`)
	m := message("broken", 2)
	receipt := publish(t, r.open(t), m)
	if diff := cmp.Diff([]string{m.Images[0].Alt, m.Images[1].Alt}, alts(read(t, receipt.URL))); diff != "" {
		t.Errorf("pictures (-want +got):\n%s", diff)
	}
	rendered, _ := attempt(t, m)
	id := rendered.Slug[len(rendered.Slug)-12:]
	if n := r.Eval(t, `global $wpdb; echo $wpdb->get_var("SELECT COUNT(*) FROM $wpdb->posts WHERE post_name LIKE 'photo-`+id+`%'");`); !strings.HasSuffix(n, "2") {
		t.Errorf("%s pictures, want 2", n)
	}
}

// keptBack: a moderation plugin keeps articles until somebody agrees.
func keptBack(t *testing.T, r liveSite) {
	t.Helper()
	r.Plugin(t, `add_filter('wp_insert_post_data', function ($data) {
		if ($data['post_status'] === 'publish') { $data['post_status'] = 'pending'; }
		return $data;
	});`)
	rendered, a := attempt(t, message("pending", 0))
	_, err := r.open(t).Publish(t.Context(), rendered, a)
	wantKind(t, err, channels.Permission, "wordpress.not_public")
}

// headerStripped: Apache with FastCGI drops the Authorization header unless it
// is told otherwise.
func headerStripped(t *testing.T, r liveSite) {
	t.Helper()
	r.Plugin(t, `unset($_SERVER['PHP_AUTH_USER'], $_SERVER['PHP_AUTH_PW'], $_SERVER['HTTP_AUTHORIZATION']);`)
	_, err := r.open(t).Check(t.Context())
	wantKind(t, err, channels.Auth, "wordpress.rest_not_logged_in")
	e, _ := channels.AsError(err)
	if !strings.Contains(e.Failure("WordPress").NextStep, "Authorization") {
		t.Errorf("next step: %q", e.NextStep)
	}
	rendered, a := attempt(t, message("stripped", 0))
	_, err = r.open(t).Publish(t.Context(), rendered, a)
	if e, ok := channels.AsError(err); !ok || e.Kind != channels.Auth || a.Creatings() != 0 {
		t.Errorf("publishing: %v", err)
	}
}

func passwordsOff(t *testing.T, r liveSite) {
	t.Helper()
	r.Plugin(t, `add_filter('wp_is_application_passwords_available', '__return_false');`)
	_, err := r.open(t).Check(t.Context())
	wantKind(t, err, channels.Auth, "wordpress.application_passwords_off")
}
