package wordpress_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/channels/wordpress"
	"github.com/crieur/crieur/internal/secret"
)

// town is a simulated site and a channel on it.
type town struct {
	publisher
	sim  *simulator.Server
	spec simulator.AccountSpec
	url  string
	log  *bytes.Buffer
}

// newTown starts a simulated site with extra settings (name, value, …). Those
// of the driver are settings of the channel too.
func newTown(t *testing.T, extra ...string) *town {
	t.Helper()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	spec := townSite("valmeuse")
	for i := 0; i < len(extra); i += 2 {
		spec.Settings[extra[i]] = extra[i+1]
	}
	if err := sim.AddAccount(spec); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	s := &town{sim: sim, spec: spec, url: server.URL + "/wordpress/" + spec.ID, log: &bytes.Buffer{}}
	s.publisher = s.open(t, s.url)
	return s
}

// open opens the channel with an address of the site.
func (s *town) open(t *testing.T, siteURL string) publisher {
	t.Helper()
	settings := channels.Settings{"site_url": siteURL, "category": s.spec.Settings["category"], "author": s.spec.Settings["author"]}
	credentials := channels.Credentials{}
	for name, value := range s.spec.Credentials {
		credentials[name] = secret.New(value)
	}
	channel, err := wordpress.New().Open(channels.Account{Settings: settings, Credentials: credentials}, channels.Deps{
		HTTP: &http.Client{Timeout: 20 * time.Second}, Now: time.Now, Log: slog.New(slog.NewTextHandler(s.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return channel.(publisher)
}

func (s *town) plan(t *testing.T, f simulator.Fault) {
	t.Helper()
	f.Network = "wordpress"
	if err := s.sim.Plan(f); err != nil {
		t.Fatal(err)
	}
}

func (s *town) posts() []simulator.Record { return s.sim.Posts("wordpress", s.spec.ID) }

// TestSites: communes' sites differ, and the article is the same.
func TestSites(t *testing.T) {
	t.Parallel()
	for name, extra := range map[string][]string{
		"ordinary":       nil,
		"plain":          {"permalinks", "plain"},
		"notices":        {"php_notices", "true"},
		"uploads break":  {"upload_breaks", "true"},
		"author's role":  {"role", "author"},
		"no trash":       {"trash", "off"},
		"known category": {"category", "Non classé"},
		"new category":   {"category", "Fêtes & foires"},
		"own author":     {"author", "communication"},
		"author by id":   {"author", "1"},
		"no such author": {"author", "personne"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTown(t, extra...)
			if _, err := s.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			m := message("key", 2)
			receipt := publish(t, s, m)
			posts := s.posts()
			if len(posts) != 1 || posts[0].Title != m.Title || posts[0].Text != m.Text || posts[0].RemoteID != receipt.RemoteID {
				t.Fatalf("posts %+v", posts)
			}
			var seen []string
			for _, image := range posts[0].Images {
				seen = append(seen, image.Alt)
			}
			if diff := cmp.Diff([]string{m.Images[0].Alt, m.Images[1].Alt}, seen); diff != "" {
				t.Errorf("pictures (-want +got):\n%s", diff)
			}
			if got := alts(read(t, receipt.URL)); !cmp.Equal(got, seen) {
				t.Errorf("citizens see %q", got)
			}
			for range 2 {
				if err := s.Delete(t.Context(), receipt); err != nil {
					t.Error(err)
				}
			}
			if left := s.posts(); len(left) != 0 {
				t.Errorf("left: %+v", left)
			}
		})
	}
}

// TestRefusals: what is wrong is said in words that help.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		extra []string
		fault simulator.Fault
		kind  channels.Kind
		code  string
		says  string
	}{
		{
			name: "header stripped", extra: []string{"strip_authorization", "true"},
			kind: channels.Auth, code: "wordpress.rest_not_logged_in", says: "Authorization",
		},
		{
			name: "no application passwords", extra: []string{"application_passwords", "off"},
			kind: channels.Auth, code: "wordpress.application_passwords_off", says: "mots de passe d’application",
		},
		{
			name: "moved", extra: []string{"moved_to", "https://www.valmeuse.example/"},
			kind: channels.Internal, code: "wordpress.moved", says: "https://www.valmeuse.example",
		},
		{
			name: "role too low", extra: []string{"role", "contributor"},
			kind: channels.Permission, code: "wordpress.cannot_publish", says: "Éditeur",
		},
		{
			name: "not a WordPress", fault: simulator.Fault{Effect: simulator.EffectGarbage, Times: -1},
			kind: channels.Temporary, code: "wordpress.unreadable", says: "page d’accueil",
		},
		{
			name: "firewall", fault: simulator.Fault{
				Operation: "check", Effect: simulator.EffectStatus, Status: http.StatusForbidden, Body: "<html>Forbidden</html>", Times: -1,
			},
			kind: channels.Policy, code: "wordpress.http_forbidden", says: "pare-feu",
		},
		{
			name: "maintenance", fault: simulator.Fault{
				Operation: "check", Effect: simulator.EffectStatus, Status: http.StatusServiceUnavailable, Body: "<html>Maintenance</html>", Times: -1,
			},
			kind: channels.Temporary, code: "wordpress.http_service_unavailable", says: "WordPress est injoignable",
		},
		{
			name: "API closed", fault: simulator.Fault{
				Operation: "check", Effect: simulator.EffectStatus, Status: http.StatusUnauthorized, Times: -1,
				Body: `{"code":"rest_login_required","message":"API REST réservée","data":{"status":401}}`,
			},
			kind: channels.Auth, code: "wordpress.rest_login_required", says: "API REST",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newTown(t, test.extra...)
			if test.fault.Effect != "" {
				s.plan(t, test.fault)
			}
			_, err := s.Check(t.Context())
			wantKind(t, err, test.kind, test.code)
			e, _ := channels.AsError(err)
			failure := e.Failure("WordPress")
			if text := failure.Message + " " + failure.NextStep; !strings.Contains(text, test.says) {
				t.Errorf("%q does not say %q", text, test.says)
			}
		})
	}
}

// TestAddresses: people paste what their browser shows.
func TestAddresses(t *testing.T) {
	t.Parallel()
	s := newTown(t)
	for _, address := range []string{s.url, s.url + "/", " " + s.url + "/wp-admin/profile.php ", s.url + "/wp-login.php?x=1"} {
		if _, err := s.open(t, address).Check(t.Context()); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, address := range []string{"", "ftp://commune.be", "https://", "::"} {
		_, err := s.open(t, address).Check(t.Context())
		wantKind(t, err, channels.Internal, "wordpress.site_url")
	}
	server, _, _ := strings.Cut(s.url, "/valmeuse")
	for _, setting := range []string{"", "https://www.commune.be", "www.commune.be/valmeuse/", s.url} {
		channel, err := wordpress.New().Open(
			channels.Account{Settings: channels.Settings{"site_url": setting}, Credentials: channels.Credentials{
				"username": secret.New("communication"), "application_password": secret.New("abcdEFGH1234ijklMNOP5678"),
			}}, channels.Deps{Now: time.Now, BaseURL: server})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := channel.Check(t.Context()); err != nil {
			t.Errorf("%q at %s: %v", setting, server, err)
		}
	}
	channel, err := wordpress.New().Open(channels.Account{}, channels.Deps{})
	if err != nil {
		t.Fatal(err)
	}
	if address := channel.(channels.Articler).ArticleURL(message("key", 0)); address != "" {
		t.Errorf("without a site the article stands at %q", address)
	}
}

// TestCredentialsStayHome: a page that names an API elsewhere gets no password.
func TestCredentialsStayHome(t *testing.T) {
	t.Parallel()
	var asked []string
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String())
	}))
	t.Cleanup(thief.Close)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "<"+thief.URL+`/wp-json/>; rel="https://api.w.org/"`)
	}))
	t.Cleanup(site.Close)
	s := newTown(t)
	_, err := s.open(t, site.URL).Check(t.Context())
	wantKind(t, err, channels.Internal, "wordpress.moved")
	if len(asked) > 0 {
		t.Errorf("the other host was asked %q", asked)
	}
}

// TestDiscovery: page caches drop the header, languages redirect the front page.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	s := newTown(t)
	const api = "/wordpress/valmeuse/wp-json/"
	for name, front := range map[string]http.HandlerFunc{
		"only in the page": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`<!doctype html><head><link rel='https://api.w.org/' href='` + api + `'><title>x</title>`))
		},
		"HEAD refused": func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodHead {
				w.WriteHeader(http.StatusMethodNotAllowed)
				return
			}
			w.Header().Set("Link", "<"+api+`>; rel="https://api.w.org/", </x>; rel="shortlink"`)
		},
		"in another language": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				http.Redirect(w, r, "/fr/", http.StatusFound)
				return
			}
			w.Header().Set("Link", "<"+api+`>; rel="https://api.w.org/"`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mux := http.NewServeMux()
			mux.Handle("/wordpress/", s.sim)
			mux.HandleFunc("/", front)
			server := httptest.NewServer(mux)
			t.Cleanup(server.Close)
			rendered, a := attempt(t, message(name, 0))
			if _, err := s.open(t, server.URL).Publish(t.Context(), rendered, a); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestCategoriesAreNotWorthAnHour: a category that the user may not make does
// not keep the article back.
func TestCategoriesAreNotWorthAnHour(t *testing.T) {
	t.Parallel()
	s := newTown(t, "role", "author", "category", "Fêtes & foires")
	m := message("key", 0)
	m.Category = "Travaux"
	publish(t, s, m)
	if log := s.log.String(); !strings.Contains(log, "Travaux") || !strings.Contains(log, "Fêtes & foires") {
		t.Errorf("the log does not name the categories: %s", log)
	}
}

// TestWarnings: what will go wrong later is said when the channel is connected.
func TestWarnings(t *testing.T) {
	t.Parallel()
	s := newTown(t, "role", "author", "author", "personne", "category", "Inconnue")
	health, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"au nom d’un autre", "« Inconnue »", "introuvable"} {
		if !strings.Contains(strings.Join(health.Warnings, "\n"), want) {
			t.Errorf("no warning says %q: %q", want, health.Warnings)
		}
	}
}

// TestRendered: what leaves, before any site is known.
func TestRendered(t *testing.T) {
	t.Parallel()
	m := channels.Message{
		Key: "post-1", Title: "Été : [gallery] & <b>", Language: "fr-BE", Category: "Travaux",
		Text: "Rue de l’Église fermée [audio].\n\n\nDu 3 au 12 mars\nDéviation <ici>.", Link: "https://commune.be/a?b=c&d=[1]",
	}
	got, issues := wordpress.New().Render(m, channels.Settings{"category": "Actualités"})
	if len(issues) > 0 {
		t.Fatalf("%+v", issues)
	}
	want := channels.Rendered{
		Kind: "wordpress", Key: "post-1", Title: m.Title, Category: "Travaux", Language: "fr-BE", Link: m.Link,
		Text: "Rue de l’Église fermée [audio].\n\nDu 3 au 12 mars\nDéviation <ici>.\n\nhttps://commune.be/a?b=c&d=[1]",
		HTML: "<!-- wp:paragraph -->\n<p>Rue de l’Église fermée &#91;audio].</p>\n<!-- /wp:paragraph -->\n\n" +
			"<!-- wp:paragraph -->\n<p>Du 3 au 12 mars<br>Déviation &lt;ici&gt;.</p>\n<!-- /wp:paragraph -->\n\n" +
			"<!-- wp:paragraph -->\n<p><a href=\"https://commune.be/a?b=c&amp;d=&#91;1]\" rel=\"noopener\">https://commune.be/a?b=c&amp;d=&#91;1]</a></p>\n<!-- /wp:paragraph -->",
		Excerpt: "Rue de l’Église fermée [audio]. Du 3 au 12 mars Déviation <ici>.",
		Slug:    got.Slug,
	}
	want.Length = utf8.RuneCountInString(want.Text)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(got.Slug, "ete-gallery-b-") || len(got.Slug) > 60 {
		t.Errorf("slug %q", got.Slug)
	}
	other := m
	other.Key = "post-2"
	if twin, _ := wordpress.New().Render(other, nil); twin.Slug == got.Slug {
		t.Error("two deliveries share a slug")
	}
}

// TestHeadlines: an article without a title gets one.
func TestHeadlines(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]channels.Message{
		"Le titre de l’auteur": {Title: "  Le titre\nde l’auteur ", Text: "Un texte."},
		"Un texte":             {Text: "Un texte. Une suite."},
		"Des étals":            {Images: []channels.Image{{Alt: "Des étals", Width: 10, Height: 10}}},
		"Actualité":            {Images: []channels.Image{{Decorative: true, Width: 10, Height: 10}}},
	} {
		m.Key = "key"
		got, issues := wordpress.New().Render(m, nil)
		if got.Title != want || channels.HasErrors(issues) {
			t.Errorf("%q (%+v), want %q", got.Title, issues, want)
		}
	}
}
