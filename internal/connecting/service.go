// Package connecting holds the use cases on channels: connect, check, change,
// remove, and open one for publishing.
package connecting

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/egress"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/secret"
	"github.com/crieur/crieur/internal/store"
)

// checkTimeout bounds the question to the network while a person waits.
const checkTimeout = 20 * time.Second

// maxName bounds a channel's name, in bytes.
const maxName = 200

// Store is what the use cases need of the ledger.
type Store interface {
	CommuneByID(ctx context.Context, id string) (post.Commune, error)
	CreateChannel(ctx context.Context, ch post.Channel) error
	Channel(ctx context.Context, communeID, id string) (post.Channel, error)
	Channels(ctx context.Context, communeID string) ([]post.Channel, error)
	UpdateChannel(ctx context.Context, ch post.Channel) error
	DeleteChannel(ctx context.Context, communeID, id string) error
	SaveBudgets(ctx context.Context, channelID string, budgets []post.Budget) error
	Health(ctx context.Context, ch post.Channel) (post.ChannelHealth, error)
	// ExerciseChannels lists those that stand for others in exercises.
	ExerciseChannels(ctx context.Context, communeID string) ([]post.Channel, error)
	// AddExerciseChannel saves one and returns it; where it is there already, it
	// returns that one.
	AddExerciseChannel(ctx context.Context, ch post.Channel) (post.Channel, error)
	// PracticeTraces lists what a commune sent to simulated networks.
	PracticeTraces(ctx context.Context, communeID string) ([]store.PracticeTrace, error)
	// GoLive saves a practice channel as a real one, and cancels what it still
	// had to send.
	GoLive(ctx context.Context, ch post.Channel, entry post.RegisterEntry) error
	UserByID(ctx context.Context, communeID, id string) (post.User, error)

	OAuthStore
}

// Networks are the ways out: the real one, and the one for practice channels,
// which cannot leave this process.
type Networks struct {
	HTTP *http.Client
	// Crisis is the way of alerts, with connections of its own; nil: HTTP.
	Crisis *http.Client
	// Practice is zero where the simulated networks do not run.
	Practice egress.Confined
	// BaseURLs replaces a network's own address, by kind.
	BaseURLs map[string]string
	// PracticeURLs are the simulated networks' addresses, by kind.
	PracticeURLs map[string]string
	// PracticeAccount gives a ready account on a simulated network; false where
	// there is none of the kind. nil where Practice is nil.
	PracticeAccount func(kind string) (channels.Settings, map[string]secret.Value, bool)
	// Exercise are the networks of exercises, which run in every process.
	Exercise ExerciseNetworks
	// Feeds are what the simulated networks show; nil where Practice is zero.
	Feeds PracticeFeeds
}

// Deps are the parts of a Service.
type Deps struct {
	Store    Store
	Registry *channels.Registry
	Box      *secret.Box
	Networks Networks
	OAuth    OAuth
	NewID    func() string
	Now      func() time.Time
	Log      *slog.Logger
}

// Service holds the use cases.
type Service struct {
	Deps
	budgets *budgets
}

// New makes the service.
func New(deps Deps) *Service {
	return &Service{Deps: deps, budgets: newBudgets(deps.Store.SaveBudgets, deps.Now)}
}

// Kind is a kind of network with its limits and abilities, as data.
type Kind struct {
	Info      channels.Info
	Limits    channels.Limits
	Abilities channels.Abilities
}

// Kinds lists what can be connected.
func (s *Service) Kinds() []Kind {
	var kinds []Kind
	for _, driver := range s.Registry.Drivers() {
		kind := Kind{Info: driver.Info(), Limits: driver.Limits(nil)}
		// A channel without an account tells its abilities; it is never used.
		if ch, err := driver.Open(channels.Account{}, s.deps("", false)); err == nil {
			kind.Abilities = channels.AbilitiesOf(ch)
		}
		kinds = append(kinds, kind)
	}
	return kinds
}

// NewChannel is what a person enters to connect a channel.
type NewChannel struct {
	Kind        string
	Name        string
	Settings    channels.Settings
	Credentials map[string]secret.Value
	// Practice channels speak to the simulated networks only. Without settings
	// and credentials, a ready simulated account is taken.
	Practice bool
	// ExpiresAt is when the credentials end, where that is known beforehand.
	ExpiresAt time.Time
}

// Connect checks the account with its network, then saves the channel with
// sealed credentials. Nothing is saved when the check fails.
func (s *Service) Connect(ctx context.Context, actor post.Actor, in NewChannel) (post.Channel, error) {
	if err := administrator(actor); err != nil {
		return post.Channel{}, err
	}
	driver, ok := s.Registry.Driver(in.Kind)
	if !ok {
		return post.Channel{}, invalid("kind", "kind_unknown", fmt.Sprintf("Le type de canal « %s » n’existe pas.", in.Kind))
	}
	if in.Practice && s.Networks.Practice.IsZero() {
		return post.Channel{}, invalid("practice", "practice_unavailable", "Les réseaux d’entraînement ne tournent pas sur cette installation.")
	}
	if in.Practice {
		settings, credentials, ok := s.Networks.PracticeAccount(in.Kind)
		if !ok {
			return post.Channel{}, invalid("practice", "practice_kind", "Ce type de canal n’a pas de réseau d’entraînement : il publierait pour de vrai.")
		}
		if len(in.Settings)+len(in.Credentials) == 0 {
			// Nobody knows a simulated account's codes: the ready one is meant.
			in.Settings, in.Credentials = settings, credentials
		}
	}
	if fields := checkFields(driver.Info(), in.Settings, in.Credentials); len(fields) > 0 {
		return post.Channel{}, incomplete(fields)
	}
	ch := post.Channel{
		ID: s.NewID(), CommuneID: actor.CommuneID, Kind: in.Kind, Name: strings.TrimSpace(in.Name),
		Practice: in.Practice, Settings: in.Settings, CredentialsExpireAt: in.ExpiresAt, CreatedAt: s.Now(),
	}
	if len(ch.Name) > maxName {
		return post.Channel{}, invalid("name", "name_too_long", "Le nom du canal est trop long.")
	}
	if err := s.probe(ctx, driver, &ch, in.Credentials); err != nil {
		return post.Channel{}, err
	}
	if ch.Name == "" {
		ch.Name = ch.Account.Name
	}
	if err := s.refuseTwin(ctx, ch); err != nil {
		return post.Channel{}, err
	}
	sealed, err := s.Box.Seal(place(ch), in.Credentials)
	if err != nil {
		return post.Channel{}, err
	}
	ch.Sealed = sealed
	if err := s.Store.CreateChannel(ctx, ch); err != nil {
		return post.Channel{}, err
	}
	return ch, nil
}

// refuseTwin keeps one account from being connected twice: a post to "all
// channels" would then be published twice on it.
func (s *Service) refuseTwin(ctx context.Context, ch post.Channel) error {
	all, err := s.Store.Channels(ctx, ch.CommuneID)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.ID != ch.ID && other.Kind == ch.Kind && other.Practice == ch.Practice && other.Account.ID == ch.Account.ID {
			return &post.Problem{
				Kind: post.Conflict, Code: "channel_already_connected",
				Detail: fmt.Sprintf("Ce compte est déjà connecté sous le nom « %s ».", other.Name),
				Fields: []post.Field{{Field: "settings", Code: "channel_already_connected", Message: "Déjà connecté."}},
			}
		}
	}
	return nil
}

// probe asks the network who we are and fills in the account.
func (s *Service) probe(ctx context.Context, driver channels.Driver, ch *post.Channel, credentials map[string]secret.Value) error {
	opened, err := s.open(ctx, driver, *ch, credentials)
	if err != nil {
		return s.asProblem(driver, err)
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	health, err := opened.Check(ctx)
	if err != nil {
		return s.asProblem(driver, err)
	}
	ch.Account = post.Account{ID: health.AccountID, Name: health.AccountName, URL: health.AccountURL}
	ch.CredentialsExpireAt = health.ExpiresAt
	ch.Status, ch.Failure, ch.CheckedAt = post.ChannelConnected, nil, s.Now()
	return nil
}

// asProblem keeps the network's reason in plain words.
func (s *Service) asProblem(driver channels.Driver, err error) error {
	var problem *post.Problem
	if errors.As(err, &problem) {
		return err
	}
	e, ok := channels.AsError(err)
	if !ok {
		return err
	}
	failure := e.Failure(driver.Info().Title)
	field := "credentials"
	if e.Kind == channels.Rejected || e.Kind == channels.Internal || e.Kind == channels.Temporary {
		field = "settings"
	}
	switch {
	case errors.Is(err, egress.ErrForbiddenAddress):
		failure.Message = "Cette adresse mène à un réseau interne que Crieur n’a pas le droit de joindre."
		failure.NextStep = "Demandez à la personne qui gère l’installation de l’autoriser (CRIEUR_EGRESS_ALLOW)."
	case e.Kind == channels.Temporary && e.NextStep == "":
		// Nobody tries again by himself while a person connects a channel.
		failure.Message = driver.Info().Title + " est injoignable pour le moment. Rien n’a été enregistré."
		failure.NextStep = "Vérifiez l’adresse, puis réessayez."
	}
	return &post.Problem{
		Kind: post.Invalid, Code: "channel_check_failed", Detail: failure.Message + " " + failure.NextStep,
		Fields: []post.Field{{Field: field, Code: failure.Code, Message: failure.Message}}, Err: err,
	}
}

// Channels lists the commune's channels.
func (s *Service) Channels(ctx context.Context, actor post.Actor) ([]post.Channel, error) {
	return s.Store.Channels(ctx, actor.CommuneID)
}

// Channel returns one channel.
func (s *Service) Channel(ctx context.Context, actor post.Actor, id string) (post.Channel, error) {
	ch, err := s.Store.Channel(ctx, actor.CommuneID, id)
	if err == nil && ch.ExerciseOf != "" {
		// It belongs to its original, and is nobody's to see or change.
		return post.Channel{}, fmt.Errorf("connecting: channel of exercises: %w", post.ErrNotFound)
	}
	return ch, err
}

// Health tells what is left of a channel's allowances, and whether it or its
// network is broken.
func (s *Service) Health(ctx context.Context, ch post.Channel) (post.ChannelHealth, error) {
	return s.Store.Health(ctx, ch)
}

// ChannelPatch changes a channel; nil fields stay. New settings or credentials
// are checked with the network first.
type ChannelPatch struct {
	Name        *string
	Settings    channels.Settings
	Credentials map[string]secret.Value
	// ExpiresAt is when the new credentials end, where that is known beforehand.
	ExpiresAt time.Time
}

// Update changes a channel.
func (s *Service) Update(ctx context.Context, actor post.Actor, id string, patch ChannelPatch) (post.Channel, error) {
	if err := administrator(actor); err != nil {
		return post.Channel{}, err
	}
	ch, err := s.Channel(ctx, actor, id)
	if err != nil {
		return post.Channel{}, err
	}
	if patch.Name != nil {
		ch.Name = strings.TrimSpace(*patch.Name)
		if ch.Name == "" || len(ch.Name) > maxName {
			return post.Channel{}, invalid("name", "name_invalid", "Donnez un nom au canal (200 signes au plus).")
		}
	}
	if patch.Settings != nil || patch.Credentials != nil {
		driver, credentials, err := s.unsealed(ch)
		if err != nil {
			return post.Channel{}, err
		}
		if patch.Settings != nil {
			ch.Settings = patch.Settings
		}
		if patch.Credentials != nil {
			credentials, ch.CredentialsExpireAt = patch.Credentials, patch.ExpiresAt
		}
		if fields := checkFields(driver.Info(), ch.Settings, credentials); len(fields) > 0 {
			return post.Channel{}, incomplete(fields)
		}
		if err := s.probe(ctx, driver, &ch, credentials); err != nil {
			return post.Channel{}, err
		}
		if err := s.refuseTwin(ctx, ch); err != nil {
			return post.Channel{}, err
		}
		if ch.Sealed, err = s.Box.Seal(place(ch), credentials); err != nil {
			return post.Channel{}, err
		}
	}
	if err := s.Store.UpdateChannel(ctx, ch); err != nil {
		return post.Channel{}, err
	}
	return ch, nil
}

// Check asks the network again and keeps the answer. A refusal is a result and
// not an error: it stands in the channel's status.
func (s *Service) Check(ctx context.Context, actor post.Actor, id string) (post.Channel, error) {
	ch, err := s.Channel(ctx, actor, id)
	if err != nil {
		return post.Channel{}, err
	}
	driver, credentials, err := s.unsealed(ch)
	if err != nil {
		return post.Channel{}, err
	}
	opened, err := s.open(ctx, driver, ch, credentials)
	if err != nil {
		return post.Channel{}, err
	}
	checkCtx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	health, err := opened.Check(checkCtx)
	ch.CheckedAt = s.Now()
	switch e, isChannelError := channels.AsError(err); {
	case err == nil:
		ch.Account = post.Account{ID: health.AccountID, Name: health.AccountName, URL: health.AccountURL}
		ch.Status, ch.Failure = post.ChannelConnected, nil
		if !health.ExpiresAt.IsZero() {
			ch.CredentialsExpireAt = health.ExpiresAt
		}
	case isChannelError:
		failure := e.Failure(driver.Info().Title)
		ch.Failure = &failure
		if e.Kind == channels.Auth || e.Kind == channels.Permission {
			ch.Status = post.ChannelNeedsReauth
		}
	default:
		return post.Channel{}, err
	}
	if err := s.Store.UpdateChannel(ctx, ch); err != nil {
		return post.Channel{}, err
	}
	return ch, nil
}

// Delete removes a channel and its credentials. What was scheduled there is
// cancelled; a channel with a publication under way stays.
func (s *Service) Delete(ctx context.Context, actor post.Actor, id string) error {
	if err := administrator(actor); err != nil {
		return err
	}
	if _, err := s.Channel(ctx, actor, id); err != nil {
		return err
	}
	return s.Store.DeleteChannel(ctx, actor.CommuneID, id)
}

// Open opens a channel for publishing or reading back.
func (s *Service) Open(ctx context.Context, ch post.Channel) (channels.Driver, channels.Channel, error) {
	if ch.ExerciseOf != "" {
		return s.openExercise(ctx, ch)
	}
	driver, credentials, err := s.unsealed(ch)
	if err != nil {
		return nil, nil, err
	}
	opened, err := s.open(ctx, driver, ch, credentials)
	return driver, opened, err
}

// OpenCrisis is Open for an alert, which shares no connection with anything else.
// Simulated networks are in this process, where connections are not scarce.
func (s *Service) OpenCrisis(ctx context.Context, ch post.Channel) (channels.Driver, channels.Channel, error) {
	if s.Networks.Crisis == nil || ch.Practice || ch.ExerciseOf != "" {
		return s.Open(ctx, ch)
	}
	driver, credentials, err := s.unsealed(ch)
	if err != nil {
		return nil, nil, err
	}
	opened, err := s.openOn(ctx, driver, ch, credentials, s.Networks.Crisis)
	return driver, opened, err
}

// OpenKind opens a channel of a kind without an account, for previews.
func (s *Service) OpenKind(ctx context.Context, communeID, kind string) (channels.Driver, channels.Channel, error) {
	driver, ok := s.Registry.Driver(kind)
	if !ok {
		return nil, nil, invalid("kinds", "kind_unknown", fmt.Sprintf("Le type de canal « %s » n’existe pas.", kind))
	}
	opened, err := s.open(ctx, driver, post.Channel{CommuneID: communeID, Kind: kind}, nil)
	return driver, opened, err
}

// Seal seals renewed credentials for a channel.
func (s *Service) Seal(ch post.Channel, credentials channels.Credentials) ([]byte, error) {
	if ch.ExerciseOf != "" {
		return nil, errors.New("connecting: channels of exercises hold no credentials")
	}
	return s.Box.Seal(place(ch), credentials)
}

func (s *Service) unsealed(ch post.Channel) (channels.Driver, map[string]secret.Value, error) {
	driver, ok := s.Registry.Driver(ch.Kind)
	if !ok {
		return nil, nil, &channels.Error{Kind: channels.Internal, Op: "open", Code: "kind_unknown", Err: fmt.Errorf("no driver for kind %q", ch.Kind)}
	}
	credentials, err := s.Box.Open(place(ch), ch.Sealed)
	if err != nil {
		return nil, nil, &channels.Error{
			Kind: channels.Auth, Op: "open", Code: "credentials_unreadable", Err: err,
			Message: "Les identifiants enregistrés ne peuvent plus être lus : la clé de l’installation a changé.",
		}
	}
	return driver, credentials, nil
}

func (s *Service) open(ctx context.Context, driver channels.Driver, ch post.Channel, credentials map[string]secret.Value) (channels.Channel, error) {
	return s.openOn(ctx, driver, ch, credentials, nil)
}

// openOn opens a channel; way replaces the one on which its kind leaves.
func (s *Service) openOn(ctx context.Context, driver channels.Driver, ch post.Channel, credentials map[string]secret.Value, way *http.Client) (channels.Channel, error) {
	commune, err := s.Store.CommuneByID(ctx, ch.CommuneID)
	if err != nil {
		return nil, err
	}
	deps := s.deps(ch.Kind, ch.Practice)
	if way != nil {
		deps.HTTP = way
	}
	if !ch.CreatedAt.IsZero() && ch.Sealed != nil {
		// Only of a saved channel; of one that is being connected nothing is kept.
		deps.Budgets = func(told []channels.Budget) {
			if err := s.budgets.heard(ctx, ch.ID, told); err != nil {
				s.Log.WarnContext(ctx, "an allowance could not be saved", "channel_id", ch.ID, "error", err)
			}
		}
	}
	return driver.Open(channels.Account{
		CommuneID: commune.ID, CommuneSlug: commune.Slug, CommuneName: commune.Name,
		Settings: ch.Settings, Credentials: credentials,
		RemoteID: ch.Account.ID, ExpiresAt: ch.CredentialsExpireAt,
	}, deps)
}

func (s *Service) deps(kind string, practice bool) channels.Deps {
	deps := channels.Deps{HTTP: s.Networks.HTTP, Now: s.Now, Log: s.Log, BaseURL: s.Networks.BaseURLs[kind]}
	if practice {
		deps.HTTP, deps.BaseURL = s.Networks.Practice.Client(), s.Networks.PracticeURLs[kind]
	}
	return deps
}

// place binds sealed credentials to their row.
func place(ch post.Channel) string { return ch.CommuneID + "/" + ch.ID }

func administrator(actor post.Actor) error {
	if actor.Role != post.RoleAdministrator {
		return &post.Problem{Kind: post.Forbidden, Code: "role_administrator", Detail: "Seul un administrateur peut connecter ou modifier un canal."}
	}
	return nil
}

func incomplete(fields []post.Field) *post.Problem {
	return &post.Problem{Kind: post.Invalid, Code: "channel_invalid", Detail: "La connexion n’est pas complète.", Fields: fields}
}

func invalid(field, code, message string) *post.Problem {
	return &post.Problem{Kind: post.Invalid, Code: code, Detail: message, Fields: []post.Field{{Field: field, Code: code, Message: message}}}
}

// checkFields compares what was entered with what the kind declares.
func checkFields(info channels.Info, settings channels.Settings, credentials map[string]secret.Value) []post.Field {
	var fields []post.Field
	known := map[string]bool{}
	for _, f := range info.Settings {
		known["settings."+f.Name] = true
		if f.Required && strings.TrimSpace(settings[f.Name]) == "" {
			fields = append(fields, post.Field{Field: "settings." + f.Name, Code: "required", Message: f.Label + " : à remplir."})
		}
	}
	for _, f := range info.Credentials {
		known["credentials."+f.Name] = true
		if f.Required && credentials[f.Name].IsZero() {
			fields = append(fields, post.Field{Field: "credentials." + f.Name, Code: "required", Message: f.Label + " : à remplir."})
		}
	}
	for name := range settings {
		if !known["settings."+name] {
			fields = append(fields, post.Field{Field: "settings." + name, Code: "unknown_field", Message: "Ce réglage n’existe pas."})
		}
	}
	for name := range credentials {
		if !known["credentials."+name] {
			fields = append(fields, post.Field{Field: "credentials." + name, Code: "unknown_field", Message: "Cet identifiant n’existe pas."})
		}
	}
	return fields
}
