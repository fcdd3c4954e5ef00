package wordpress

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/media"
)

// Names of the settings and credentials.
const (
	settingSite        = "site_url"
	settingCategory    = "category"
	settingAuthor      = "author"
	credentialUser     = "username"
	credentialPassword = "application_password"
)

const (
	kind  = "wordpress"
	title = "WordPress"
)

// maxImages bounds the pictures of one article. WordPress has no bound of its
// own; beyond this an article is a gallery.
const maxImages = 20

// Driver is the kind "wordpress".
type Driver struct{}

// New makes the driver.
func New() Driver { return Driver{} }

// Info implements channels.Driver.
func (Driver) Info() channels.Info {
	return channels.Info{
		Kind: kind, Title: title,
		DocsURL: "https://developer.wordpress.org/rest-api/using-the-rest-api/authentication/#basic-authentication-with-application-passwords",
		Settings: []channels.Field{
			{
				Name: settingSite, Label: "Adresse du site", Required: true,
				Help: "L’adresse exacte de la page d’accueil, comme https://www.commune.be.",
			},
			{
				Name: settingCategory, Label: "Rubrique par défaut",
				Help: "Le nom de la rubrique (catégorie) des articles qui n’en ont pas d’autre.",
			},
			{
				Name: settingAuthor, Label: "Auteur affiché",
				Help: "Le numéro ou l’identifiant (slug) d’un utilisateur du site. Vide : le compte connecté.",
			},
		},
		Credentials: []channels.Field{
			{
				Name: credentialUser, Label: "Identifiant WordPress", Required: true,
				Help: "Un compte qui a au moins le rôle Auteur ; Éditeur pour créer des rubriques.",
			},
			{
				Name: credentialPassword, Label: "Mot de passe d’application", Required: true, Secret: true,
				Help: "Dans WordPress : Profil, puis Mots de passe d’application. Ce n’est pas le mot de passe du compte.",
			},
		},
		Idempotency: channels.IdempotentByKey,
		// PHP goes on after the connection is gone, and a site may read from a
		// copy of its database: an article can appear minutes after its answer was
		// lost, and the slug of a second one would only be numbered.
		ReadBack:  channels.ReadBackEventual,
		OwnServer: true,
	}
}

// Limits implements channels.Driver. They are the same for every site.
//
// Titles and texts have no bound: their columns hold 64 KB (posts.post_title,
// TEXT) and 4 GB (post_content, LONGTEXT). A title is required by WordPress
// only together with text and excerpt; an article without one is not found
// again by people, so Render makes one of the text where the author gave none.
//
// Pictures: WordPress makes a scaled copy of what is larger than 2560 pixels
// (big_image_size_threshold, since 5.3), which then replaces the original; what
// is sent stays below. The size of an upload is bounded by the server's
// configuration, which the API does not tell; 2 MB is PHP's own default
// (upload_max_filesize). JPEG and PNG are resized by every server; WebP and AVIF
// are refused by those that cannot (6.8 and later). Alternative texts have no
// bound; 1000 is ours, more is not a description any more.
func (Driver) Limits(channels.Settings) channels.Limits {
	return channels.Limits{
		TitleUsed: true,
		Title:     channels.TextLimit{Rule: channels.CountCodePoints},
		Text:      channels.TextLimit{Rule: channels.CountCodePoints},
		Images: channels.ImageLimit{
			Max: maxImages, AltMax: 1000,
			Spec: media.Spec{
				Formats:  []media.Format{media.JPEG, media.PNG},
				MaxBytes: 2 << 20,
				MaxWidth: 1920, MaxHeight: 1920,
			},
			Source: channels.Source{
				URL: "https://developer.wordpress.org/rest-api/reference/media/", Date: "2026-11-21",
			},
		},
	}
}

// Open implements channels.Driver.
func (Driver) Open(account channels.Account, deps channels.Deps) (channels.Channel, error) {
	client := http.Client{}
	if deps.HTTP != nil {
		client = *deps.HTTP
	}
	// A redirect would drop the credentials or turn a POST into a GET; the
	// channel must see it and say so.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	log := deps.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	now := deps.Now
	if now == nil {
		now = func() time.Time { return time.Time{} }
	}
	base, addressErr := siteAddress(account.Settings[settingSite], deps.BaseURL)
	return &channel{
		settings: account.Settings,
		log:      log,
		now:      now,
		base:     base,
		api: &api{
			base:         base,
			addressErr:   addressErr,
			keepOrigin:   deps.BaseURL != "",
			http:         &client,
			now:          now,
			told:         deps.Told,
			user:         account.Credentials[credentialUser].Reveal(),
			password:     account.Credentials[credentialPassword],
			discoverable: make(chan struct{}, 1),
		},
	}, nil
}

// channel is one WordPress site with one of its users.
type channel struct {
	settings channels.Settings
	log      *slog.Logger
	now      func() time.Time
	// base is the site's front page; nil when its address is not usable.
	base *siteURL
	api  *api
}

var (
	_ channels.Driver   = Driver{}
	_ channels.Finder   = (*channel)(nil)
	_ channels.Deleter  = (*channel)(nil)
	_ channels.Updater  = (*channel)(nil)
	_ channels.Articler = (*channel)(nil)
)
