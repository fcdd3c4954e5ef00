package importing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

// Store is what the use cases need of the ledger.
type Store interface {
	Now(ctx context.Context) (time.Time, error)
	CommuneByID(ctx context.Context, id string) (post.Commune, error)
	Channels(ctx context.Context, communeID string) ([]post.Channel, error)

	CreateSource(ctx context.Context, v post.Source) error
	Source(ctx context.Context, communeID, id string) (post.Source, error)
	Sources(ctx context.Context, communeID string) ([]post.Source, error)
	// UpdateSource gives up what the last reading left where forget is set.
	UpdateSource(ctx context.Context, v post.Source, forget bool) error
	DeleteSource(ctx context.Context, communeID, id string, now time.Time) error
	ClaimDueSource(ctx context.Context, now, until time.Time) (post.Source, error)
	ClaimSource(ctx context.Context, communeID, id string, now, until time.Time) (post.Source, error)
	RenewSource(ctx context.Context, v post.Source, until time.Time) error
	FinishSource(ctx context.Context, v post.Source) error

	AddSourceItem(ctx context.Context, i post.SourceItem) error
	UpdateSourceItem(ctx context.Context, i post.SourceItem) error
	SourceItem(ctx context.Context, communeID, id string) (post.SourceItem, error)
	SourceItems(ctx context.Context, communeID string, f post.ItemFilter) (post.ItemPage, error)
	// SourceItemsByKeys looks in every source of the commune where sourceID is "".
	SourceItemsByKeys(ctx context.Context, communeID, sourceID string, keys []string) (map[string]post.SourceItem, error)
	PendingSourceItems(ctx context.Context, communeID, sourceID string, limit int) ([]post.SourceItem, error)
	CountSourceItems(ctx context.Context, communeID, sourceID string, since time.Time) (int, error)
	ScheduledSourceItems(ctx context.Context, communeID, sourceID string, from, to time.Time) ([]time.Time, error)
	Echoes(ctx context.Context, communeID string, limit int) ([]post.Echo, error)

	OpenNotice(ctx context.Context, n post.Notice) (opened bool, err error)
	SettleNotice(ctx context.Context, communeID string, kind post.NoticeKind, subject string, at time.Time) error
}

// Posts are the use cases on posts that an import needs.
type Posts interface {
	Create(ctx context.Context, actor post.Actor, draft publishing.Draft) (post.Post, error)
	Update(ctx context.Context, actor post.Actor, id string, ifVersion int, patch publishing.Patch) (post.Post, error)
	Post(ctx context.Context, actor post.Actor, id string) (post.Post, error)
}

// Pictures is the library.
type Pictures interface {
	Upload(ctx context.Context, actor post.Actor, r io.Reader, name string) (post.Media, error)
}

// Deps are the parts of a Service.
type Deps struct {
	Store    Store
	Posts    Posts
	Pictures Pictures
	// HTTP checks addresses when it connects, and follows no redirect.
	HTTP *http.Client
	// PublicURL is where the commune's own pages stand.
	PublicURL string
	NewID     func() string
	// Now is for what only this process sees; the ledger's clock decides what
	// is due.
	Now func() time.Time
	Log *slog.Logger
}

// Service holds the use cases.
type Service struct {
	Deps
	fetch *fetcher
}

// New makes the service.
func New(deps Deps) *Service {
	return &Service{Deps: deps, fetch: &fetcher{http: deps.HTTP, now: deps.Now, agent: "Crieur/1 (+" + deps.PublicURL + ")"}}
}

// Bounds of what people choose.
const (
	maxSources      = 50
	maxRules        = 30
	maxName         = 120
	minEvery        = 5 * time.Minute
	defaultEvery    = 30 * time.Minute
	maxBackfill     = 50
	defaultBackfill = 10
	maxPreview      = 20
)

// Wanted is what a person chooses of a source. Nil fields are left as they are,
// or as usual in a new one.
type Wanted struct {
	Kind      *post.SourceKind
	Name      *string
	URL       *string
	PublicURL *string
	Rules     *[]post.ImportRule
	Every     *time.Duration
	Backfill  *int
	Enabled   *bool
}

// Create adds a source, which is read within a minute.
func (s *Service) Create(ctx context.Context, actor post.Actor, in Wanted) (post.Source, error) {
	if err := administrator(actor); err != nil {
		return post.Source{}, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return post.Source{}, err
	}
	source := post.Source{
		ID: s.NewID(), CommuneID: actor.CommuneID, Every: defaultEvery, Backfill: defaultBackfill, Enabled: true, NextAt: now,
		CreatedBy: actor.UserID, CreatedAt: now, UpdatedAt: now,
	}
	in.apply(&source)
	if err := s.check(ctx, &source); err != nil {
		return post.Source{}, err
	}
	all, err := s.Store.Sources(ctx, actor.CommuneID)
	if err != nil {
		return post.Source{}, err
	}
	if len(all) >= maxSources {
		return post.Source{}, invalid("url", "sources_too_many", fmt.Sprintf("Une commune suit au plus %d sources.", maxSources))
	}
	if slices.ContainsFunc(all, func(o post.Source) bool { return o.Kind == source.Kind && o.URL == source.URL }) {
		return post.Source{}, invalid("url", "source_twice", "Cette source est déjà suivie.")
	}
	return source, s.Store.CreateSource(ctx, source)
}

func (in Wanted) apply(source *post.Source) {
	set(&source.Kind, in.Kind)
	set(&source.Name, in.Name)
	set(&source.URL, in.URL)
	set(&source.PublicURL, in.PublicURL)
	set(&source.Rules, in.Rules)
	set(&source.Every, in.Every)
	set(&source.Backfill, in.Backfill)
	set(&source.Enabled, in.Enabled)
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// Update changes a source. Another address does not bring the same items again.
func (s *Service) Update(ctx context.Context, actor post.Actor, id string, in Wanted) (post.Source, error) {
	if err := administrator(actor); err != nil {
		return post.Source{}, err
	}
	source, err := s.Store.Source(ctx, actor.CommuneID, id)
	if err != nil {
		return post.Source{}, err
	}
	before := source.URL
	in.Kind = nil
	in.apply(&source)
	if err := s.check(ctx, &source); err != nil {
		return post.Source{}, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return post.Source{}, err
	}
	source.NextAt, source.UpdatedAt = now, now
	if err := s.Store.UpdateSource(ctx, source, source.URL != before); err != nil {
		return post.Source{}, err
	}
	if err := s.Store.SettleNotice(ctx, actor.CommuneID, post.NoticeSource, id, now); err != nil {
		return post.Source{}, err
	}
	return s.Store.Source(ctx, actor.CommuneID, id)
}

// Delete removes a source; the posts that came from it stay.
func (s *Service) Delete(ctx context.Context, actor post.Actor, id string) error {
	if err := administrator(actor); err != nil {
		return err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return err
	}
	if err := s.Store.DeleteSource(ctx, actor.CommuneID, id, now); err != nil {
		return err
	}
	return s.Store.SettleNotice(ctx, actor.CommuneID, post.NoticeSource, id, now)
}

// Source returns one source.
func (s *Service) Source(ctx context.Context, actor post.Actor, id string) (post.Source, error) {
	return s.Store.Source(ctx, actor.CommuneID, id)
}

// Sources lists the commune's sources.
func (s *Service) Sources(ctx context.Context, actor post.Actor) ([]post.Source, error) {
	return s.Store.Sources(ctx, actor.CommuneID)
}

// Poll reads a source now.
func (s *Service) Poll(ctx context.Context, actor post.Actor, id string) (Outcome, error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Outcome{}, err
	}
	source, err := s.Store.ClaimSource(ctx, actor.CommuneID, id, now, now.Add(pollLease))
	if errors.Is(err, post.ErrConflict) {
		return Outcome{}, &post.Problem{Kind: post.Conflict, Code: "source_busy", Detail: "Cette source est en train d’être lue. Attendez un instant.", Err: err}
	}
	if err != nil {
		return Outcome{}, err
	}
	return s.poll(context.WithoutCancel(ctx), source)
}

// Shown is an item of a source that is only looked at.
type Shown struct {
	Item
	Action post.ImportAction
	// Ours: Crieur published it there.
	Ours  bool
	Notes []string
}

// Glance is a source that is only looked at.
type Glance struct {
	Recognised
	Items []Shown
}

// Preview shows what a source would bring, and without a kind what it is.
// Nothing is kept.
func (s *Service) Preview(ctx context.Context, actor post.Actor, in Wanted) (Glance, error) {
	if err := administrator(actor); err != nil {
		return Glance{}, err
	}
	source := post.Source{CommuneID: actor.CommuneID, Every: defaultEvery}
	in.apply(&source)
	if source.Kind == "" {
		found, err := recognise(ctx, s.fetch, source.URL)
		if err != nil {
			return Glance{}, unreadable(err)
		}
		source.Kind, source.URL, source.Name = found.Kind, found.URL, found.Name
	}
	if err := s.check(ctx, &source); err != nil {
		return Glance{}, err
	}
	reading, err := s.read(ctx, &source)
	if err != nil {
		return Glance{}, unreadable(err)
	}
	published, err := s.Store.Echoes(ctx, actor.CommuneID, echoesRead)
	if err != nil {
		return Glance{}, err
	}
	ours := newEchoes(published)
	glance := Glance{Recognised: Recognised{Kind: source.Kind, URL: source.URL, Name: source.Name}}
	for _, item := range reading.Items[:min(len(reading.Items), maxPreview)] {
		glance.Items = append(glance.Items, Shown{
			Item: item, Action: ruleFor(&source, &item.Content).Action, Ours: ours.has(&source, &item), Notes: pictureNotes(&item.Content),
		})
	}
	return glance, nil
}

// unreadable says why an address that a person gave brings nothing.
func unreadable(err error) *post.Problem {
	f := explain(err)
	return &post.Problem{
		Kind: post.Invalid, Code: f.Code, Detail: f.Message + " " + f.NextStep, Err: err,
		Fields: []post.Field{{Field: "url", Code: f.Code, Message: f.Message}},
	}
}

// read reads a source by its kind.
func (s *Service) read(ctx context.Context, source *post.Source) (Reading, error) {
	switch source.Kind {
	case post.SourceWordPress:
		return readWordPress(ctx, s.fetch, source)
	case post.SourcePlone:
		return readPlone(ctx, s.fetch, source)
	case post.SourceICS:
		commune, err := s.Store.CommuneByID(ctx, source.CommuneID)
		if err != nil {
			return Reading{}, err
		}
		zone, err := time.LoadLocation(commune.Zone)
		if err != nil {
			return Reading{}, fmt.Errorf("zone of the commune: %w", err)
		}
		return readICS(ctx, s.fetch, source, zone)
	case post.SourceFeed:
		return readFeed(ctx, s.fetch, source)
	default:
		return Reading{}, fmt.Errorf("no reader for %q", source.Kind)
	}
}

// Items lists what sources brought.
func (s *Service) Items(ctx context.Context, actor post.Actor, f post.ItemFilter) (post.ItemPage, error) {
	if f.SourceID != "" {
		if _, err := s.Store.Source(ctx, actor.CommuneID, f.SourceID); err != nil {
			return post.ItemPage{}, err
		}
	}
	return s.Store.SourceItems(ctx, actor.CommuneID, f)
}

// Accept makes a draft of a proposal, on some channels; nil: on those of its
// rule. Done twice, it is done once.
func (s *Service) Accept(ctx context.Context, actor post.Actor, id string, channels *[]string) (post.SourceItem, error) {
	item, err := s.Store.SourceItem(ctx, actor.CommuneID, id)
	if err != nil {
		return post.SourceItem{}, err
	}
	if item.State == post.ItemDrafted || item.State == post.ItemScheduled {
		return item, nil
	}
	if item.State == post.ItemPending || item.State == post.ItemOurs {
		return post.SourceItem{}, notOpen()
	}
	source, err := s.Store.Source(ctx, actor.CommuneID, item.SourceID)
	if err != nil && !errors.Is(err, post.ErrNotFound) {
		return post.SourceItem{}, err
	}
	rule := ruleFor(&source, &item.Content)
	ids := rule.Channels
	if channels != nil {
		ids = *channels
	} else if ids, err = s.usableChannels(ctx, &source, ids); err != nil {
		return post.SourceItem{}, err
	}
	if err := s.fetchPictures(ctx, actor, &item, false); err != nil {
		return post.SourceItem{}, err
	}
	item.Notes = pictureNotes(&item.Content)
	if _, err := s.Posts.Create(ctx, actor, publishing.Draft{
		ID: item.PostID, Content: contentOf(&item.Content, rule), Channels: ids, Schedule: post.Schedule{Mode: post.ModeDraft},
	}); err != nil {
		return post.SourceItem{}, err
	}
	item.State, item.PostVersion = post.ItemDrafted, 1
	return s.save(ctx, item)
}

// Decline lets a proposal go.
func (s *Service) Decline(ctx context.Context, actor post.Actor, id string) (post.SourceItem, error) {
	item, err := s.Store.SourceItem(ctx, actor.CommuneID, id)
	if err != nil {
		return post.SourceItem{}, err
	}
	if item.State != post.ItemProposed && item.State != post.ItemFailed && item.State != post.ItemDeclined {
		return post.SourceItem{}, notOpen()
	}
	item.State = post.ItemDeclined
	return s.save(ctx, item)
}

// Propose brings back what was let go. It is kept as it was, pictures included.
func (s *Service) Propose(ctx context.Context, actor post.Actor, id string) (post.SourceItem, error) {
	item, err := s.Store.SourceItem(ctx, actor.CommuneID, id)
	if err != nil {
		return post.SourceItem{}, err
	}
	if item.State != post.ItemDeclined && item.State != post.ItemProposed {
		return post.SourceItem{}, notOpen()
	}
	item.State = post.ItemProposed
	return s.save(ctx, item)
}

// Seen says that a person has looked at what the source changed afterwards.
func (s *Service) Seen(ctx context.Context, actor post.Actor, id string) (post.SourceItem, error) {
	item, err := s.Store.SourceItem(ctx, actor.CommuneID, id)
	if err != nil {
		return post.SourceItem{}, err
	}
	item.Changed = false
	return s.save(ctx, item)
}

func (s *Service) save(ctx context.Context, item post.SourceItem) (post.SourceItem, error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return post.SourceItem{}, err
	}
	item.UpdatedAt = now
	if err := s.Store.UpdateSourceItem(ctx, item); err != nil {
		return post.SourceItem{}, err
	}
	return item, s.Store.SettleNotice(ctx, item.CommuneID, post.NoticeSource, item.ID, now)
}

// check judges what a person chose.
func (s *Service) check(ctx context.Context, source *post.Source) error {
	source.Name, source.URL, source.PublicURL = strings.TrimSpace(source.Name), strings.TrimSpace(source.URL), strings.TrimSpace(source.PublicURL)
	at, err := webAddress(source.URL)
	switch {
	case !slices.Contains(post.SourceKinds(), source.Kind):
		return invalid("kind", "kind_unknown", "Ce type de source n’existe pas.")
	case err != nil:
		return invalid("url", "url_invalid", "Cette adresse n’est pas une adresse web complète (https://…).")
	case source.Name == "":
		source.Name = at.Hostname()
	case utf8.RuneCountInString(source.Name) > maxName:
		return invalid("name", "name_too_long", "Le nom de la source est trop long.")
	}
	if source.PublicURL != "" {
		if _, err := webAddress(source.PublicURL); err != nil {
			return invalid("public_url", "url_invalid", "Cette adresse n’est pas une adresse web complète (https://…).")
		}
	}
	if source.Every < minEvery || source.Every > slowest {
		return invalid("every_minutes", "every_invalid", "Une source est lue au plus toutes les 5 minutes, et au moins une fois par jour.")
	}
	if source.Backfill < 0 || source.Backfill > maxBackfill {
		return invalid("backfill", "backfill_invalid", fmt.Sprintf("Reprenez au plus %d articles à la première lecture.", maxBackfill))
	}
	if err := s.checkOwn(ctx, source, at); err != nil {
		return err
	}
	return s.checkRules(ctx, source)
}

// checkOwn refuses the commune's own pages: everything there is ours already.
func (s *Service) checkOwn(ctx context.Context, source *post.Source, at *url.URL) error {
	if !sameHost(s.PublicURL, source.URL) {
		return nil
	}
	commune, err := s.Store.CommuneByID(ctx, source.CommuneID)
	if err != nil {
		return err
	}
	if path := "/c/" + commune.Slug; at.Path == path || strings.HasPrefix(at.Path, path+"/") {
		return invalid("url", "source_is_ours", "Ces pages sont faites par Crieur lui-même : il n’y a rien à y reprendre.")
	}
	return nil
}

func (s *Service) checkRules(ctx context.Context, source *post.Source) error {
	if len(source.Rules) > maxRules {
		return invalid("rules", "rules_too_many", fmt.Sprintf("Une source a au plus %d règles.", maxRules))
	}
	all, err := s.Store.Channels(ctx, source.CommuneID)
	if err != nil {
		return err
	}
	for i := range source.Rules {
		rule := &source.Rules[i]
		field := func(name string) string { return fmt.Sprintf("rules[%d].%s", i, name) }
		if !slices.Contains(post.ImportActions(), rule.Action) {
			return invalid(field("action"), "action_unknown", "Choisissez : brouillon, proposition, publication programmée, ou rien.")
		}
		for _, id := range rule.Channels {
			at := slices.IndexFunc(all, func(ch post.Channel) bool { return ch.ID == id })
			if at < 0 {
				return invalid(field("channels"), "channel_unknown", "Ce canal n’existe pas ici.")
			}
			if isSource(source, &all[at]) {
				return invalid(field("channels"), "channel_is_source", "Le canal « "+all[at].Name+" » est le site d’où viennent les articles : ils y sont déjà.")
			}
		}
		if rule.Action != post.ImportSchedule {
			rule.At = ""
			continue
		}
		if _, err := time.Parse("15:04", rule.At); err != nil {
			return invalid(field("at"), "hour_invalid", "Choisissez l’heure à laquelle partent ces articles, par exemple 09:00.")
		}
		if len(rule.Channels) == 0 {
			return invalid(field("channels"), "channels_empty", "Choisissez au moins un canal.")
		}
	}
	return nil
}

// isSource reports whether a channel publishes on the site that a source reads.
func isSource(source *post.Source, ch *post.Channel) bool {
	if ch.Practice {
		return false
	}
	site := ch.Settings["site_url"]
	return sameHost(site, source.URL) || source.PublicURL != "" && sameHost(site, source.PublicURL)
}

// usableChannels keeps the channels that exist and are not the source itself.
func (s *Service) usableChannels(ctx context.Context, source *post.Source, ids []string) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	all, err := s.Store.Channels(ctx, source.CommuneID)
	if err != nil {
		return nil, err
	}
	var usable []string
	for _, id := range ids {
		at := slices.IndexFunc(all, func(ch post.Channel) bool { return ch.ID == id })
		if at >= 0 && !isSource(source, &all[at]) && !slices.Contains(usable, id) {
			usable = append(usable, id)
		}
	}
	return usable, nil
}

func administrator(actor post.Actor) error {
	if actor.Role == post.RoleAdministrator {
		return nil
	}
	return &post.Problem{Kind: post.Forbidden, Code: "administrators_only", Detail: "Seule une personne qui administre la commune peut gérer les sources."}
}

func invalid(field, code, message string) *post.Problem {
	return &post.Problem{Kind: post.Invalid, Code: code, Detail: message, Fields: []post.Field{{Field: field, Code: code, Message: message}}}
}

func notOpen() *post.Problem {
	return &post.Problem{Kind: post.Conflict, Code: "item_not_open", Detail: "Cet article n’attend pas de décision."}
}
