package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/connecting"
	"github.com/crieur/crieur/internal/egress"
	"github.com/crieur/crieur/internal/secret"
)

const (
	// exercisePath is where citizens' views of the networks of exercises stand,
	// where practice runs.
	exercisePath = practicePath + "/exercises"
	// exerciseKept bounds the file of what exercises sent. A bigger one is begun
	// anew when the server starts: the register and the ledger keep what counts.
	exerciseKept = 8 << 20
)

// exercise runs the simulated networks of exercises. They are there in every
// process, with practice or without: an exercise must never depend on a setting
// to stay inside.
type exercise struct {
	networks *simulator.Server
	listener *egress.MemoryListener
	server   *http.Server
	way      egress.Confined
	base     string
	registry *channels.Registry
	pages    channels.Driver
	shown    bool
	log      *slog.Logger
}

var _ connecting.ExerciseNetworks = (*exercise)(nil)

// exerciseOptions are what the networks of exercises need.
type exerciseOptions struct {
	// Journal keeps what was sent over a restart; "" keeps it in memory.
	Journal   string
	PublicURL string
	// Shown: people can look at what was sent.
	Shown    bool
	Registry *channels.Registry
	Now      func() time.Time
	Log      *slog.Logger
}

func newExercise(o exerciseOptions) (*exercise, error) {
	if o.Journal != "" {
		if err := os.MkdirAll(filepath.Dir(o.Journal), 0o700); err != nil {
			return nil, fmt.Errorf("exercises: %w", err)
		}
		if err := beginAnew(o.Journal); err != nil {
			return nil, fmt.Errorf("exercises: %w", err)
		}
	}
	e := &exercise{
		listener: egress.NewMemoryListener(), base: o.PublicURL + exercisePath,
		registry: o.Registry, shown: o.Shown, log: o.Log,
	}
	var err error
	if e.networks, err = simulator.New(simulator.Options{JournalPath: o.Journal, Now: o.Now, PublicURL: e.base, WithoutControl: true}); err != nil {
		return nil, fmt.Errorf("exercises: %w", err)
	}
	if own, ok := o.Registry.Driver(site.Kind); ok {
		e.pages = &exercisePages{Driver: own, now: o.Now, put: map[string]time.Time{}}
	}
	e.way = egress.Confine(e.listener)
	e.server = &http.Server{Handler: e.handler(), ReadHeaderTimeout: egress.DialTimeout}
	go func() {
		// Serve ends when close closes it.
		_ = e.server.Serve(e.listener)
	}()
	return e, nil
}

// openExercise starts the networks of exercises. What they take is kept beside
// practice, where one process is the whole installation.
func (a *App) openExercise(cfg config.Config) (err error) {
	o := exerciseOptions{PublicURL: cfg.PublicURL, Shown: a.practice != nil, Registry: a.registry, Now: a.opts.Now, Log: a.opts.Log}
	if cfg.Role == config.RoleAll {
		o.Journal = filepath.Join(cfg.DataDir, "practice", "exercises.jsonl")
	}
	a.exercise, err = newExercise(o)
	return err
}

// citizensViews shows what practice and exercises sent.
func (a *App) citizensViews() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(exercisePath+"/", a.exercise.handler())
	mux.Handle(practicePath+"/", a.practice.handler())
	return mux
}

// beginAnew removes a journal that has grown too big.
func beginAnew(journal string) error {
	info, err := os.Stat(journal)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() <= exerciseKept {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Remove(journal)
}

// Way implements connecting.ExerciseNetworks.
func (e *exercise) Way() egress.Confined { return e.way }

// Driver implements connecting.ExerciseNetworks. A kind that has no simulated
// network is not taken by its own driver: nobody could say where it leads.
func (e *exercise) Driver(kind string) (channels.Driver, bool) {
	if kind == site.Kind {
		return e.pages, e.pages != nil
	}
	if !e.networks.Has(kind) {
		return nil, false
	}
	return e.registry.Driver(kind)
}

// Account implements connecting.ExerciseNetworks.
func (e *exercise) Account(ctx context.Context, kind, channelID, name string) (connecting.ExerciseAccount, bool) {
	spec, ok, err := e.networks.StandIn(kind, channelID, name)
	if err != nil {
		// The networks refuse the account then, and the delivery says so.
		e.log.ErrorContext(ctx, "an account for exercises could not be added", "kind", kind, "channel_id", channelID, "error", err)
	}
	if !ok {
		return connecting.ExerciseAccount{}, false
	}
	credentials := make(channels.Credentials, len(spec.Credentials))
	for name, value := range spec.Credentials {
		credentials[name] = secret.New(value)
	}
	account := connecting.ExerciseAccount{
		BaseURL: e.base + "/" + kind, ID: spec.ID, Settings: channels.Settings(spec.Settings), Credentials: credentials,
	}
	if _, own := spec.Settings["site_url"]; own {
		// A site's address is a setting of its channel.
		account.BaseURL = ""
	}
	return account, true
}

// Knows implements connecting.ExerciseNetworks.
func (e *exercise) Knows(kind string, account connecting.ExerciseAccount, remoteID string) bool {
	return e.networks.HasPost(kind, account.ID, remoteID)
}

// Shown implements connecting.ExerciseNetworks.
func (e *exercise) Shown() bool { return e.shown }

// handler serves the networks below exercisePath.
func (e *exercise) handler() http.Handler { return http.StripPrefix(exercisePath, e.networks) }

func (e *exercise) close() error { return errors.Join(e.server.Close(), e.networks.Close()) }

// exercisePages stand for the commune's own pages in exercises: they say what
// would be said and publish nothing. The page of the exercise reads the ledger.
type exercisePages struct {
	channels.Driver
	now func() time.Time

	mu sync.Mutex
	// put is when each key was first taken.
	put map[string]time.Time
}

// exerciseKeys bounds the memory of exercisePages.
const exerciseKeys = 10_000

// Open implements channels.Driver. Nothing of the real pages is opened.
func (p *exercisePages) Open(a channels.Account, _ channels.Deps) (channels.Channel, error) {
	return &exercisePage{pages: p, account: a}, nil
}

type exercisePage struct {
	pages   *exercisePages
	account channels.Account
}

var _ channels.Finder = (*exercisePage)(nil)

// Check implements channels.Channel.
func (p *exercisePage) Check(context.Context) (channels.Health, error) {
	return channels.Health{AccountID: p.account.CommuneID, AccountName: p.account.CommuneName}, nil
}

// Publish implements channels.Channel.
func (p *exercisePage) Publish(ctx context.Context, r channels.Rendered, a channels.Attempt) (channels.Receipt, error) {
	if err := a.Creating(ctx); err != nil {
		return channels.Receipt{}, &channels.Error{Kind: channels.Internal, Op: "exercise.publish", Err: err}
	}
	return p.receipt(r, p.pages.take(r.Key)), nil
}

// Find implements channels.Finder. What is not known here was not said: saying
// it again is harmless, because nobody can read it.
func (p *exercisePage) Find(_ context.Context, probe channels.Probe) (channels.Finding, error) {
	finding := channels.Finding{Trustworthy: true}
	if at, ok := p.pages.taken(probe.Key); ok {
		receipt := p.receipt(probe.Rendered, at)
		finding.Receipt, finding.Matches = &receipt, 1
	}
	return finding, nil
}

func (p *exercisePage) receipt(r channels.Rendered, at time.Time) channels.Receipt {
	receipt := channels.Receipt{RemoteID: r.Slug, At: at}
	if r.Alert != nil {
		receipt.URL = r.Alert.URL
	}
	return receipt
}

// take notes a key, and returns when it was first noted.
func (p *exercisePages) take(key string) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.put[key]
	if !ok {
		if len(p.put) >= exerciseKeys {
			clear(p.put)
		}
		at = p.now()
		p.put[key] = at
	}
	return at
}

func (p *exercisePages) taken(key string) (time.Time, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.put[key]
	return at, ok
}
