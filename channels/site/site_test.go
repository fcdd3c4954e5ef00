package site_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/channels/site/sitetest"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
)

const publicURL = "https://actus.valmeuse.example"

func TestConformance(t *testing.T) {
	library := sitetest.NewMemory()
	images := &freshImages{}
	communes := 0
	channeltest.Run(t, channeltest.Harness{
		Driver: site.New(library, images, publicURL),
		Local:  "the pages are in this process",
		New: func(testing.TB) channeltest.Network {
			communes++
			commune := post.Commune{
				ID: fmt.Sprintf("commune-%d", communes), Slug: fmt.Sprintf("valmeuse-%d", communes),
				Name: "Commune de Valmeuse", Zone: "Europe/Brussels", Language: "fr-BE",
			}
			library.AddCommune(commune)
			images.MemoryImages = sitetest.NewMemoryImages()
			return &pages{commune: commune, library: library, images: images.MemoryImages}
		},
	})
}

func FuzzRender(f *testing.F) { channeltest.Fuzz(f, site.New(nil, nil, publicURL)) }

func TestMemory(t *testing.T) {
	sitetest.TestLibrary(t, func(*testing.T) (site.Library, post.Commune, post.Commune) {
		one, other := post.Commune{ID: "1", Slug: "valmeuse", Name: "Valmeuse"}, post.Commune{ID: "2", Slug: "autre"}
		return sitetest.NewMemory(one, other), one, other
	})
}

// pages is the channel's network: what the library of one commune shows.
type pages struct {
	commune post.Commune
	library *sitetest.Memory
	images  *sitetest.MemoryImages
}

// freshImages is emptied for each network: the pictures of two checks are the
// same.
type freshImages struct{ *sitetest.MemoryImages }

func (p *pages) Account() channels.Account {
	return channels.Account{CommuneID: p.commune.ID, CommuneSlug: p.commune.Slug, CommuneName: p.commune.Name}
}

func (*pages) Refused() channels.Credentials { return nil }
func (*pages) BaseURL() string               { return "" }
func (*pages) Plan(tb testing.TB, _ simulator.Fault) {
	tb.Helper()
	tb.Fatal("there is no network to fail")
}
func (p *pages) Uploads(testing.TB) int { return p.images.Len() }

func (p *pages) Posts(tb testing.TB) []channeltest.Seen {
	tb.Helper()
	return seen(tb, p.library, p.commune)
}

func seen(tb testing.TB, library site.Library, commune post.Commune) []channeltest.Seen {
	tb.Helper()
	articles, err := library.List(context.WithoutCancel(tb.Context()), commune.ID, site.Cursor{}, 100)
	if err != nil {
		tb.Fatal(err)
	}
	var posts []channeltest.Seen
	for i := range articles {
		a := articles[len(articles)-1-i]
		post := channeltest.Seen{
			RemoteID: a.Slug, Title: a.Title, Text: a.Text,
			URL: publicURL + "/c/" + commune.Slug + "/" + a.Slug,
		}
		for _, image := range a.Images {
			post.Images = append(post.Images, channeltest.SeenImage{
				SHA256: image.SHA256, Width: image.Width, Height: image.Height, Alt: image.Alt,
			})
		}
		posts = append(posts, post)
	}
	return posts
}

func TestRender(t *testing.T) {
	driver := site.New(nil, nil, publicURL)
	for _, test := range []struct {
		name    string
		message channels.Message
		want    channels.Rendered
	}{
		{
			name: "title, text and link",
			message: channels.Message{
				Key: "k1", Title: " Brocante de \n printemps ", Text: "Place du Marché.\n\nDès 8 h <gratuit>",
				Link: "https://valmeuse.example/a?b=1&c=2", Category: "event", Language: "fr-BE",
			},
			want: channels.Rendered{
				Kind: "site", Key: "k1", Title: "Brocante de printemps", Slug: "brocante-de-printemps-k1",
				Text:    "Place du Marché.\n\nDès 8 h <gratuit>",
				Excerpt: "Place du Marché. Dès 8 h <gratuit>",
				HTML: "<p>Place du Marché.</p>\n<p>Dès 8 h &lt;gratuit&gt;</p>\n" +
					`<p><a href="https://valmeuse.example/a?b=1&amp;c=2" rel="noopener">https://valmeuse.example/a?b=1&amp;c=2</a></p>`,
				Link: "https://valmeuse.example/a?b=1&c=2", Category: "event", Language: "fr-BE",
				Length: 35, Limit: 60_000,
			},
		},
		{
			name:    "without a title the first sentence is the headline",
			message: channels.Message{Key: "k2", Text: "La rue Haute est fermée. Passez par la rue Basse."},
			want: channels.Rendered{
				Kind: "site", Key: "k2", Title: "La rue Haute est fermée", Slug: "la-rue-haute-est-fermee-k2",
				Text:    "La rue Haute est fermée. Passez par la rue Basse.",
				Excerpt: "La rue Haute est fermée. Passez par la rue Basse.",
				HTML:    "<p>La rue Haute est fermée. Passez par la rue Basse.</p>",
				Length:  49, Limit: 60_000,
			},
		},
		{
			name:    "a link that the text has already is not repeated",
			message: channels.Message{Key: "k3", Title: "T", Text: "Voir https://commune.be/x", Link: "https://commune.be/x"},
			want: channels.Rendered{
				Kind: "site", Key: "k3", Title: "T", Slug: "t-k3", Text: "Voir https://commune.be/x",
				Excerpt: "Voir https://commune.be/x", Link: "https://commune.be/x",
				HTML:   `<p>Voir <a href="https://commune.be/x" rel="noopener">https://commune.be/x</a></p>`,
				Length: 25, Limit: 60_000,
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, issues := driver.Render(test.message, nil)
			if channels.HasErrors(issues) {
				t.Fatalf("%+v", issues)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPublishTwiceKeepsTheHour: a second try with the same key, after an answer
// was lost, does not make the article new.
func TestPublishTwiceKeepsTheHour(t *testing.T) {
	commune, library, images := town()
	now := time.Date(2026, 11, 21, 17, 5, 0, 0, time.UTC)
	channel := open(t, site.New(library, images, publicURL), commune, func() time.Time { return now })
	first := publish(t, channel, message("Avis", "Un texte."))
	now = now.Add(time.Hour)
	second := publish(t, channel, message("Avis", "Un texte."))
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
}

func TestSlugOfAnotherArticle(t *testing.T) {
	commune, library, images := town()
	channel := open(t, site.New(library, images, publicURL), commune, clock.Now)
	taken := site.Article{CommuneID: commune.ID, Slug: "avis-key-avis", Key: "another", Title: "Avis"}
	if err := library.Put(t.Context(), taken); err != nil {
		t.Fatal(err)
	}
	rendered := render(t, message("Avis", "Un texte."))
	attempt, err := channeltest.NewAttempt(rendered)
	if err != nil {
		t.Fatal(err)
	}
	_, err = channel.Publish(t.Context(), rendered, attempt)
	e, ok := channels.AsError(err)
	if !ok || e.Kind != channels.Rejected || e.Code != "site.slug_taken" {
		t.Errorf("got %v, want rejected site.slug_taken", err)
	}
	if attempt.Creatings() != 0 {
		t.Error("the point of no return was passed for nothing")
	}
}

// TestPutUnclear: a put that failed may have been kept, and reading it back
// tells.
func TestPutUnclear(t *testing.T) {
	commune, library, images := town()
	lost := errors.New("the answer was lost")
	channel := open(t, site.New(&losingLibrary{library, lost}, images, publicURL), commune, clock.Now)
	rendered := render(t, message("Avis", "Un texte."))
	attempt, err := channeltest.NewAttempt(rendered)
	if err != nil {
		t.Fatal(err)
	}
	_, err = channel.Publish(t.Context(), rendered, attempt)
	if e, ok := channels.AsError(err); !ok || e.Kind != channels.UnknownOutcome || !errors.Is(err, lost) {
		t.Errorf("got %v, want %s", err, channels.UnknownOutcome)
	}
	finding, err := channel.(channels.Finder).Find(t.Context(), channels.Probe{Key: rendered.Key, Rendered: rendered})
	if err != nil || finding.Receipt == nil || finding.Receipt.RemoteID != rendered.Slug {
		t.Errorf("found %+v, %v", finding, err)
	}
}

func TestUpdateOfARemovedArticle(t *testing.T) {
	commune, library, images := town()
	channel := open(t, site.New(library, images, publicURL), commune, clock.Now)
	receipt := publish(t, channel, message("Avis", "Un texte."))
	if err := library.Remove(t.Context(), commune.ID, receipt.RemoteID); err != nil {
		t.Fatal(err)
	}
	_, err := channel.(channels.Updater).Update(t.Context(), receipt, render(t, message("Avis", "Un autre.")))
	if e, ok := channels.AsError(err); !ok || e.Kind != channels.Rejected || e.Code != "site.gone" {
		t.Errorf("got %v, want rejected site.gone", err)
	}
}

func TestCheckWarnsWithoutAPublicAddress(t *testing.T) {
	commune, library, images := town()
	health, err := open(t, site.New(library, images, ""), commune, clock.Now).Check(t.Context())
	if err != nil || len(health.Warnings) != 1 {
		t.Errorf("got %+v, %v", health, err)
	}
}

// losingLibrary keeps what is put and says that it failed.
type losingLibrary struct {
	site.Library
	err error
}

func (l *losingLibrary) Put(ctx context.Context, a site.Article) error {
	return errors.Join(l.err, l.Library.Put(ctx, a))
}

func town() (post.Commune, *sitetest.Memory, *sitetest.MemoryImages) {
	commune := post.Commune{
		ID: "commune-1", Slug: "valmeuse", Name: "Commune de Valmeuse", Zone: "Europe/Brussels", Language: "fr-BE",
		CreatedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	return commune, sitetest.NewMemory(commune), sitetest.NewMemoryImages()
}

func open(t *testing.T, d *site.Driver, c post.Commune, now func() time.Time) channels.Channel {
	t.Helper()
	channel, err := d.Open(channels.Account{CommuneID: c.ID, CommuneSlug: c.Slug}, channels.Deps{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return channel
}

func message(title, text string, images ...channels.Image) channels.Message {
	return channels.Message{Key: "key-" + title, Title: title, Text: text, Language: "fr-BE", Images: images}
}

func render(t *testing.T, m channels.Message) channels.Rendered {
	t.Helper()
	rendered, issues := site.New(nil, nil, publicURL).Render(m, nil)
	if channels.HasErrors(issues) {
		t.Fatalf("%+v", issues)
	}
	return rendered
}

func publish(t *testing.T, c channels.Channel, m channels.Message) channels.Receipt {
	t.Helper()
	attempt, err := channeltest.NewAttempt(render(t, m))
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := c.Publish(t.Context(), render(t, m), attempt)
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}
