// Package config reads the settings of an installation. Settings are
// environment variables; a file of NAME=value lines named by CRIEUR_CONFIG may
// set them too, and NAME__FILE reads a value from a file, for secrets.
package config

import (
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/dotenv"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/secret"
)

// Role is what a process does.
type Role string

const (
	RoleAll    Role = "all"
	RoleAPI    Role = "api"
	RoleWorker Role = "worker"
)

// Config are the settings, checked.
type Config struct {
	// Addr is where HTTP is served.
	Addr string
	// DataDir holds the database, the pictures and the key, where they are not
	// elsewhere.
	DataDir string
	// DatabaseURL is postgres://…; empty: SQLite in DataDir.
	DatabaseURL string
	// RedisURL is redis://…; empty: the embedded queue.
	RedisURL string
	// MediaURL is s3://…; empty: files in DataDir.
	MediaURL string
	// PublicURL is how people reach the installation, without a slash at the
	// end.
	PublicURL string
	Role      Role
	SecretKey secret.Value
	// Zone is the time zone of new communes.
	Zone string
	// EgressAllow are prefixes that outgoing calls may reach besides public
	// addresses.
	EgressAllow []netip.Prefix
	// TrustedProxies are prefixes whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// MetricsToken opens /metrics; empty: only loopback may read it.
	MetricsToken secret.Value
	// NetworkURLs replaces networks' own addresses, by channel kind.
	NetworkURLs map[string]string
	// Apps are the installation's own applications at networks, by channel kind,
	// with which accounts are connected through the network's page.
	Apps map[string]channels.App
	// Practice runs the simulated networks inside the server.
	Practice bool
	// PublishSlots is how many publications may wait on networks at once.
	PublishSlots int
	// SMTPURL is smtp://… or smtps://…; empty: no mail is sent.
	SMTPURL string
	// MailFrom is the address from which mail comes.
	MailFrom string
	// BallastMB is the room on the disk that is given up for an alert when the
	// disk is full, in megabytes; 0: none is taken.
	BallastMB int
}

// Setting documents one setting.
type Setting struct {
	Name    string
	Default string
	Secret  bool
	Help    string
}

// Settings lists every setting.
func Settings() []Setting {
	return []Setting{
		{"CRIEUR_ADDR", "127.0.0.1:8080", false, "adresse d’écoute HTTP"},
		{"CRIEUR_DATA_DIR", "./data", false, "dossier des données (base SQLite, images, clé)"},
		{"CRIEUR_DATABASE_URL", "", true, "postgres://… ; vide : SQLite dans le dossier des données"},
		{"CRIEUR_REDIS_URL", "", true, "redis://… ; vide : file embarquée"},
		{"CRIEUR_MEDIA_URL", "", true, "s3://… ; vide : fichiers dans le dossier des données"},
		{"CRIEUR_PUBLIC_URL", "", false, "adresse publique, p. ex. https://crieur.commune.be ; vide : http://CRIEUR_ADDR"},
		{"CRIEUR_ROLES", "all", false, "all, api ou worker"},
		{"CRIEUR_SECRET_KEY", "", true, "clé de chiffrement (base64, 32 octets) ; vide : créée au premier démarrage"},
		{"CRIEUR_ZONE", "Europe/Brussels", false, "fuseau horaire des nouvelles communes"},
		{"CRIEUR_EGRESS_ALLOW", "", false, "réseaux (CIDR) que les appels sortants peuvent joindre en plus des adresses publiques"},
		{"CRIEUR_TRUSTED_PROXIES", "", false, "réseaux (CIDR) des mandataires dont X-Forwarded-For est cru"},
		{"CRIEUR_METRICS_TOKEN", "", true, "jeton qui ouvre /metrics ; vide : boucle locale seulement"},
		{"CRIEUR_FACEBOOK_GRAPH_URL", "", false, "adresse de base de Facebook ; vide : la vraie"},
		{"CRIEUR_X_API_URL", "", false, "adresse de base de X ; vide : la vraie"},
		{"CRIEUR_FACEBOOK_APP_ID", "", false, "identifiant de l’application Meta, pour connecter une page sans copier de jeton"},
		{"CRIEUR_FACEBOOK_APP_SECRET", "", true, "clé secrète de cette application"},
		{"CRIEUR_FACEBOOK_DIALOG_URL", "", false, "adresse de la page où Facebook demande l’autorisation ; vide : la vraie"},
		{"CRIEUR_X_CLIENT_ID", "", false, "identifiant client (OAuth 2.0) de l’application X, pour connecter un compte sans copier de jeton"},
		{"CRIEUR_X_CLIENT_SECRET", "", true, "secret client de cette application"},
		{"CRIEUR_X_AUTHORIZE_URL", "", false, "adresse de la page où X demande l’autorisation ; vide : la vraie"},
		{"CRIEUR_PRACTICE", "true", false, "faire tourner les réseaux d’entraînement dans le serveur"},
		{"CRIEUR_SMTP_URL", "", true, "serveur de courriel : smtp://utilisateur:mot-de-passe@hôte:587 (STARTTLS) ou smtps://… ; vide : pas de courriel"},
		{"CRIEUR_MAIL_FROM", "", false, "adresse d’expéditeur des courriels, p. ex. crieur@commune.be"},
		{"CRIEUR_PUBLISH_SLOTS", "200", false, "publications qui peuvent attendre un réseau en même temps"},
		{"CRIEUR_BALLAST_MB", "256", false, "place réservée sur le disque des données (Mo, au plus 5 % du disque), libérée quand une alerte n’en trouve plus ; 0 : aucune"},
	}
}

// Option changes what Load reads.
type Option func(values map[string]string)

// Override sets a setting from the command line; an empty value changes
// nothing.
func Override(name, value string) Option {
	return func(values map[string]string) {
		if value != "" {
			values[name] = value
		}
	}
}

// Load reads the settings. Its error names every fault at once.
func Load(options ...Option) (Config, error) {
	values, err := read()
	if err != nil {
		return Config{}, fmt.Errorf("config: %w", err)
	}
	for _, option := range options {
		option(values)
	}
	p := parser{values: values}
	c := Config{
		Addr: p.text("CRIEUR_ADDR"), DataDir: p.text("CRIEUR_DATA_DIR"),
		DatabaseURL: p.url("CRIEUR_DATABASE_URL", "postgres", "postgresql"),
		RedisURL:    p.url("CRIEUR_REDIS_URL", "redis", "rediss", "unix"),
		MediaURL:    p.url("CRIEUR_MEDIA_URL", "s3"),
		PublicURL:   strings.TrimRight(p.url("CRIEUR_PUBLIC_URL", "http", "https"), "/"),
		Role:        Role(p.oneOf("CRIEUR_ROLES", string(RoleAll), string(RoleAPI), string(RoleWorker))),
		SecretKey:   secret.New(p.text("CRIEUR_SECRET_KEY")), MetricsToken: secret.New(p.text("CRIEUR_METRICS_TOKEN")),
		Zone: p.zone("CRIEUR_ZONE"), EgressAllow: p.prefixes("CRIEUR_EGRESS_ALLOW"), TrustedProxies: p.prefixes("CRIEUR_TRUSTED_PROXIES"),
		NetworkURLs: map[string]string{
			"facebook": p.url("CRIEUR_FACEBOOK_GRAPH_URL", "http", "https"),
			"x":        p.url("CRIEUR_X_API_URL", "http", "https"),
		},
		Apps: map[string]channels.App{
			"facebook": {ID: p.text("CRIEUR_FACEBOOK_APP_ID"), Secret: secret.New(p.text("CRIEUR_FACEBOOK_APP_SECRET")), Page: p.url("CRIEUR_FACEBOOK_DIALOG_URL", "http", "https")},
			"x":        {ID: p.text("CRIEUR_X_CLIENT_ID"), Secret: secret.New(p.text("CRIEUR_X_CLIENT_SECRET")), Page: p.url("CRIEUR_X_AUTHORIZE_URL", "http", "https")},
		},
		Practice: p.oneOf("CRIEUR_PRACTICE", "true", "false") == "true", PublishSlots: p.number("CRIEUR_PUBLISH_SLOTS", 1, 5000),
		BallastMB: p.number("CRIEUR_BALLAST_MB", 0, 65536),
		SMTPURL:   p.smtp("CRIEUR_SMTP_URL"), MailFrom: p.address("CRIEUR_MAIL_FROM"),
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Addr
	}
	if err := errors.Join(append(p.faults, c.check()...)...); err != nil {
		return Config{}, fmt.Errorf("config: %w", err)
	}
	return c, nil
}

// check compares settings with one another.
func (c Config) check() []error {
	var faults []error
	if c.Role != RoleAll {
		if c.DatabaseURL == "" {
			faults = append(faults, errors.New("CRIEUR_ROLES=api or worker needs CRIEUR_DATABASE_URL: SQLite serves one process"))
		}
		if c.RedisURL == "" {
			faults = append(faults, errors.New("CRIEUR_ROLES=api or worker needs CRIEUR_REDIS_URL: the embedded queue serves one process"))
		}
	}
	if (c.SMTPURL == "") != (c.MailFrom == "") {
		faults = append(faults, errors.New("CRIEUR_SMTP_URL and CRIEUR_MAIL_FROM go together: a server, and who writes"))
	}
	for kind, names := range map[string]string{
		"facebook": "CRIEUR_FACEBOOK_APP_ID and CRIEUR_FACEBOOK_APP_SECRET", "x": "CRIEUR_X_CLIENT_ID and CRIEUR_X_CLIENT_SECRET",
	} {
		if app := c.Apps[kind]; (app.ID == "") != app.Secret.IsZero() {
			faults = append(faults, fmt.Errorf("%s go together: an application, and its secret", names))
		}
	}
	return faults
}

// read gathers values: defaults, then the file, then the environment, then
// what NAME__FILE names.
func read() (map[string]string, error) {
	k := koanf.New("\x00") // names are flat
	values := map[string]string{}
	known := map[string]bool{"CRIEUR_CONFIG": true}
	for _, s := range Settings() {
		values[s.Name] = s.Default
		known[s.Name], known[s.Name+"__FILE"] = true, true
	}
	if path := os.Getenv("CRIEUR_CONFIG"); path != "" {
		if err := k.Load(file.Provider(path), dotenv.Parser()); err != nil {
			return nil, err
		}
		for _, name := range k.Keys() {
			if !known[name] {
				return nil, fmt.Errorf("%s: unknown setting %s", path, name)
			}
		}
	}
	if err := k.Load(env.Provider("\x00", env.Opt{Prefix: "CRIEUR_"}), nil); err != nil {
		return nil, err
	}
	for name := range values {
		if k.Exists(name) {
			values[name] = strings.TrimSpace(k.String(name))
		}
		if path := k.String(name + "__FILE"); path != "" {
			text, err := os.ReadFile(path) // #nosec G304 -- the operator names the file
			if err != nil {
				return nil, fmt.Errorf("%s__FILE: %w", name, err)
			}
			values[name] = strings.TrimSpace(string(text))
		}
	}
	return values, nil
}

// parser collects faults so that a person can mend all at once.
type parser struct {
	values map[string]string
	faults []error
}

func (p *parser) fault(name, problem string) {
	p.faults = append(p.faults, fmt.Errorf("%s: %s", name, problem))
}

func (p *parser) text(name string) string { return p.values[name] }

func (p *parser) oneOf(name string, allowed ...string) string {
	value := p.values[name]
	for _, a := range allowed {
		if value == a {
			return value
		}
	}
	p.fault(name, "must be one of "+strings.Join(allowed, ", "))
	return ""
}

func (p *parser) url(name string, schemes ...string) string {
	value := p.values[name]
	if value == "" {
		return ""
	}
	u, err := url.Parse(value)
	if err != nil {
		// The value may hold a password: it is not repeated.
		p.fault(name, "not a URL")
		return ""
	}
	for _, s := range schemes {
		if u.Scheme == s {
			return value
		}
	}
	p.fault(name, "must begin with "+strings.Join(schemes, ":// or ")+"://")
	return ""
}

// smtp is the address of a mail server. A password leaves only through TLS.
func (p *parser) smtp(name string) string {
	value := p.url(name, "smtp", "smtps")
	if value == "" {
		return ""
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Hostname() == "":
		p.fault(name, "names no server, as smtp://host:587")
	case u.Query().Has("tls") && u.Query().Get("tls") != "none":
		p.fault(name, "knows ?tls=none only")
	case u.Query().Has("tls") && (u.Scheme == "smtps" || u.User != nil):
		p.fault(name, "?tls=none goes with smtp:// and without a password")
	}
	return value
}

func (p *parser) address(name string) string {
	value := p.values[name]
	if value == "" {
		return ""
	}
	if parsed, err := mail.ParseAddress(value); err != nil || parsed.Address != value {
		p.fault(name, "not an address, as crieur@commune.be")
	}
	return value
}

func (p *parser) zone(name string) string {
	value := p.values[name]
	if _, err := time.LoadLocation(value); err != nil || value == "" || value == "Local" {
		p.fault(name, "not an IANA time zone, as Europe/Brussels")
	}
	return value
}

func (p *parser) prefixes(name string) []netip.Prefix {
	var prefixes []netip.Prefix
	for _, text := range strings.FieldsFunc(p.values[name], func(r rune) bool { return r == ',' || r == ' ' }) {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			p.fault(name, fmt.Sprintf("%q is not a CIDR, as 10.1.0.0/16", text))
			continue
		}
		prefixes = append(prefixes, prefix)
	}
	return prefixes
}

func (p *parser) number(name string, lowest, highest int) int {
	var n int
	if _, err := fmt.Sscanf(p.values[name], "%d", &n); err != nil || n < lowest || n > highest {
		p.fault(name, fmt.Sprintf("must be a number from %d to %d", lowest, highest))
	}
	return n
}
