package facebook

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	fb "github.com/huandu/facebook/v2"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/media"
)

// Names of the settings and credentials.
const (
	settingPage     = "page_id"
	credentialToken = "page_access_token"
	credentialAppID = "app_id"
	credentialApp   = "app_secret"
)

const (
	kind  = "facebook"
	title = "Facebook"
)

// graphVersion is the version of the Graph API for which this package is
// written: released 2026-07-29, alive until 2028-07-29 at least. Meta answers
// for a dead version with the oldest living one and says so only in a header,
// which Check reports. Source: developers.facebook.com/docs/graph-api/changelog,
// read 2026-11-21.
const graphVersion = "v26.0"

const defaultBase = "https://graph.facebook.com/"

// Driver is the kind "facebook".
type Driver struct{}

// New makes the driver.
func New() Driver { return Driver{} }

// Info implements channels.Driver.
func (Driver) Info() channels.Info {
	return channels.Info{
		Kind: kind, Title: title,
		DocsURL: "https://developers.facebook.com/docs/pages-api/getting-started",
		Settings: []channels.Field{
			{
				Name: settingPage, Label: "Identifiant de la page", Required: true,
				Help: "Le numéro de la page, dans Facebook : À propos, puis Transparence de la page.",
			},
		},
		Credentials: []channels.Field{
			{
				Name: credentialToken, Label: "Jeton d’accès de la page", Required: true, Secret: true,
				Help: "Le jeton de la page, pas celui d’une personne. Un jeton d’utilisateur système dure le plus longtemps.",
			},
			{
				Name: credentialAppID, Label: "Identifiant de l’application Meta",
				Help: "Avec la clé secrète, Crieur vérifie les droits et la durée du jeton.",
			},
			{
				Name: credentialApp, Label: "Clé secrète de l’application Meta", Secret: true,
				Help: "Chaque appel est alors signé, et un jeton volé ne sert plus à rien sans elle.",
			},
		},
		Idempotency: channels.NotIdempotent,
		ReadBack:    channels.ReadBackStrong,
	}
}

// Limits implements channels.Driver. They are the same for every Page.
//
// Text: 63,206 characters is quoted everywhere and stands on no page of Meta;
// 60,000 stays clear of it. Pictures: Meta states 10 MB, and an older refusal
// above 4 MB (subcode 1366046) is still in force; longer edges than 2,048 pixels
// are shrunk by Facebook itself. Ten pictures and 1,000 characters of alternative
// text are ours: Meta publishes no bound, and neither is reached by accident.
func (Driver) Limits(channels.Settings) channels.Limits {
	return channels.Limits{
		Text: channels.TextLimit{
			Max: 60_000, Rule: channels.CountCodePoints,
			Source: channels.Source{URL: "https://developers.facebook.com/docs/graph-api/reference/page/feed/", Date: "2026-11-21"},
		},
		Images: channels.ImageLimit{
			Max: 10, AltMax: 1000,
			Spec: media.Spec{
				Formats:  []media.Format{media.JPEG, media.PNG},
				MaxBytes: 4_000_000,
				MaxWidth: 2048, MaxHeight: 2048,
			},
			Source: channels.Source{URL: "https://developers.facebook.com/docs/graph-api/reference/page/photos/", Date: "2026-11-21"},
		},
	}
}

// Open implements channels.Driver.
func (Driver) Open(account channels.Account, deps channels.Deps) (channels.Channel, error) {
	client := http.Client{}
	if deps.HTTP != nil {
		client = *deps.HTTP
	}
	log := deps.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	now := deps.Now
	if now == nil {
		now = time.Now //nolint:forbidigo // the worker injects its clock; a program without one has the system's
	}
	base := defaultBase
	if deps.BaseURL != "" {
		base = strings.TrimRight(deps.BaseURL, "/") + "/"
	}
	appID := account.Credentials[credentialAppID].Reveal()
	return &channel{
		page: strings.TrimSpace(account.Settings[settingPage]),
		app:  appID,
		log:  log,
		now:  now,
		graph: &graph{
			base: base, http: client, now: now, log: log, told: deps.Told,
			app:   fb.New(appID, account.Credentials[credentialApp].Reveal()),
			token: account.Credentials[credentialToken],
		},
	}, nil
}

// channel is one Page.
type channel struct {
	page string
	// app is the id of our Meta application; "" unknown.
	app   string
	log   *slog.Logger
	now   func() time.Time
	graph *graph
}

var (
	_ channels.Driver  = Driver{}
	_ channels.Channel = (*channel)(nil)
	_ channels.Finder  = (*channel)(nil)
	_ channels.Deleter = (*channel)(nil)
	_ channels.Updater = (*channel)(nil)
)
