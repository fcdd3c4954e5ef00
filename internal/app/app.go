// Package app is the composition root: it alone knows every part, and joins
// them by the settings. Nothing here decides anything about posts.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/facebook"
	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/channels/wordpress"
	"github.com/crieur/crieur/channels/x"
	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/connecting"
	"github.com/crieur/crieur/internal/egress"
	"github.com/crieur/crieur/internal/journal"
	"github.com/crieur/crieur/internal/kept"
	"github.com/crieur/crieur/internal/library"
	"github.com/crieur/crieur/internal/notifying"
	"github.com/crieur/crieur/internal/planning"
	"github.com/crieur/crieur/internal/queue"
	"github.com/crieur/crieur/internal/secret"
	"github.com/crieur/crieur/internal/siblings"
	"github.com/crieur/crieur/internal/standby"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/system"
	"github.com/crieur/crieur/media"
	"github.com/crieur/crieur/ui"
	"github.com/crieur/crieur/worker"
)

// Options are what a process is started with.
type Options struct {
	Config  config.Config
	Version string
	Now     func() time.Time
	Log     *slog.Logger
	// Announce is where people read the address to open; nil: nowhere.
	Announce io.Writer
	// Listener replaces listening on Config.Addr.
	Listener net.Listener
}

// App is one process.
type App struct {
	opts     Options
	store    *store.Store
	queue    *queue.Queue
	practice *practice
	exercise *exercise
	accounts *auth.Service
	channels *connecting.Service
	registry *channels.Registry
	pictures *media.Library
	server   *api.Server
	http     *http.Server
	listener net.Listener
	worker   *worker.Worker
	kept     *kept.Folder
	journal  *journal.Journal
	siblings *siblings.Folder
	ballast  *standby.Ballast
	// standby is nil in a worker.
	standby *standby.Standby
	room    roomWatch
	watch   *notifying.Watch
	// mailer is nil where there is no server for mail.
	mailer *notifying.Mailer
	// closeBlobs is nil before the pictures are opened.
	closeBlobs func() error
}

// New opens everything that the settings name. Nothing runs before Run.
func New(ctx context.Context, opts Options) (*App, error) {
	a := &App{opts: opts}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context) error {
	cfg := a.opts.Config
	if err := a.listen(ctx); err != nil {
		return err
	}
	var err error
	if a.store, err = store.Open(ctx, store.Config{URL: cfg.DatabaseURL, Dir: cfg.DataDir, MailAfter: mailAfter(cfg), Log: a.opts.Log, Now: a.opts.Now}); err != nil {
		return err
	}
	if err := a.store.Migrate(ctx); err != nil {
		return err
	}
	if a.queue, err = queue.Open(cfg.RedisURL, a.opts.Log); err != nil {
		return err
	}
	if cfg.Practice && cfg.Role == config.RoleAll {
		if a.practice, err = newPractice(filepath.Join(cfg.DataDir, "practice", "journal.jsonl"), cfg.PublicURL, a.opts.Now); err != nil {
			return err
		}
	}
	blobs, closeBlobs, err := openBlobs(ctx, cfg)
	if err != nil {
		return err
	}
	a.closeBlobs = closeBlobs
	// Uploads arrive in the data folder: a container may have no other place.
	spool := filepath.Join(cfg.DataDir, "tmp")
	if err := os.MkdirAll(spool, 0o700); err != nil {
		return fmt.Errorf("pictures: %w", err)
	}
	a.pictures = media.NewLibrary(blobs, a.opts.Now, media.Options{Log: a.opts.Log, TempDir: spool})
	instance := store.NewID()
	if err := a.openJournal(ctx, instance); err != nil {
		return err
	}
	if err := a.openStandby(cfg); err != nil {
		return err
	}
	articles, images := a.articles(), siteImages{blobs}
	a.registry = registry(articles, images, cfg.PublicURL)
	if err := a.openExercise(cfg); err != nil {
		return err
	}
	key, err := secret.LoadKey(cfg.SecretKey, keyFile(cfg))
	if err != nil {
		return err
	}
	if a.channels, err = a.connecting(cfg, key); err != nil {
		return err
	}
	if a.standby != nil {
		a.standby.Use(a.channels)
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	measureRoom(metrics, cfg.DataDir)
	if cfg.Role != config.RoleAPI {
		if a.kept, err = kept.Open(filepath.Join(cfg.DataDir, "renewed")); err != nil {
			return err
		}
		if a.siblings, err = siblings.Join(filepath.Join(cfg.DataDir, "alive"), instance); err != nil {
			return err
		}
		a.worker = a.newWorker(metrics, instance)
	}
	if err := a.notify(cfg, metrics); err != nil {
		return err
	}
	public, err := site.NewPages(articles, images, a.publicAlerts(), cfg.PublicURL, a.opts.Now, a.opts.Log)
	if err != nil {
		return err
	}
	if err := public.ShowAgenda(siteAgenda{a.agenda(a.publishing())}); err != nil {
		return err
	}
	return a.serveWith(cfg, public, metrics)
}

// listen takes the address first: a second server on it must not touch the
// data of the first.
func (a *App) listen(ctx context.Context) error {
	if a.listener = a.opts.Listener; a.listener != nil {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.opts.Config.Addr)
	if err != nil {
		return fmt.Errorf("CRIEUR_ADDR: %w", err)
	}
	a.listener = listener
	return nil
}

// registry lists every kind of channel, in the order in which people see them.
func registry(library site.Library, images site.Images, publicURL string) *channels.Registry {
	return channels.NewRegistry(
		facebook.New(),
		x.New(),
		wordpress.New(),
		site.New(library, images, publicURL),
	)
}

// Drivers lists every kind of channel without an installation behind it, for
// documentation.
func Drivers() []channels.Driver { return registry(nil, nil, "https://crieur.example").Drivers() }

func (a *App) connecting(cfg config.Config, key []byte) (*connecting.Service, error) {
	box, err := secret.NewBox(key)
	if err != nil {
		return nil, err
	}
	if a.accounts, err = auth.New(auth.Deps{
		Store: a.people(), NewID: store.NewID, Now: a.opts.Now, Log: a.opts.Log,
		Key: key, Zone: cfg.Zone, Language: "fr-BE", FirstChannels: a.connectFirst,
	}); err != nil {
		return nil, err
	}
	policy := egress.NewPolicy(cfg.EgressAllow...)
	networks := connecting.Networks{HTTP: egress.Client(policy), Crisis: egress.Crisis(policy), BaseURLs: cfg.NetworkURLs}
	if a.practice != nil {
		networks.Practice, networks.PracticeURLs, networks.PracticeAccount = a.practice.way, a.practice.urls, a.practice.account
		networks.Feeds = practiceFeeds{practice: a.practice.networks, exercises: a.exercise.networks}
	}
	networks.Exercise = a.exercise
	return connecting.New(connecting.Deps{
		Store: a.connected(), Registry: a.registry, Box: box, Networks: networks,
		OAuth: connecting.OAuth{Apps: cfg.Apps, CallbackURL: cfg.PublicURL + api.OAuthCallback},
		NewID: store.NewID, Now: a.opts.Now, Log: a.opts.Log,
	}), nil
}

func (a *App) newWorker(metrics prometheus.Registerer, instance string) *worker.Worker {
	const mediaSlots = 2
	return worker.New(worker.Deps{
		Ledger: a.store, Opener: a.channels, Pictures: a.pictures, Bells: a.queue, Journal: a.sendings(), Kept: a.kept, Siblings: a.siblings,
		Metrics: worker.NewMetrics(metrics), Title: a.title, Chores: append(chores(a.store), a.journalChore()), Instance: instance,
		Slots: queue.Slots{Critical: 50, Publish: a.opts.Config.PublishSlots, Media: mediaSlots},
		Now:   a.opts.Now, Log: a.opts.Log,
	})
}

// keyFile is where the installation's key lies when it is not configured.
func keyFile(cfg config.Config) string { return filepath.Join(cfg.DataDir, "secret.key") }

// title is what people call a kind of channel.
func (a *App) title(kind string) string {
	if driver, ok := a.registry.Driver(kind); ok {
		return driver.Info().Title
	}
	return kind
}

// serveWith makes the HTTP side. A worker alone serves health and metrics.
func (a *App) serveWith(cfg config.Config, public http.Handler, metrics *prometheus.Registry) error {
	var handler http.Handler
	metricsHandler := guardMetrics(metrics, cfg.MetricsToken)
	if cfg.Role == config.RoleWorker {
		handler = workerHandler(metricsHandler, a.ready)
	} else {
		publicURL, err := url.Parse(cfg.PublicURL)
		if err != nil {
			return fmt.Errorf("CRIEUR_PUBLIC_URL: %w", err)
		}
		posts := a.publishing()
		deps := api.Deps{
			Auth:        a.accounts,
			Posts:       posts,
			Agenda:      a.agenda(posts),
			Planning:    planning.New(planning.Deps{Store: a.store, Title: a.title, PublicURL: strings.TrimRight(cfg.PublicURL, "/")}),
			Review:      posts,
			Crisis:      a.alarm(posts),
			System:      system.New(system.Deps{Store: a.store, OverdueAfter: notifying.OverdueAfter, MailConfigured: cfg.SMTPURL != ""}),
			Channels:    a.channels,
			Media:       library.New(library.Deps{Store: a.store, Pictures: a.pictures, Registry: a.registry, NewID: store.NewID, Now: a.opts.Now}),
			Idempotency: a.requests(), Events: a.store, Notices: notifying.NewService(a.store, a.opts.Now),
			UI: ui.Files(), Public: public, Metrics: metricsHandler, Ready: a.ready,
			Log: a.opts.Log, Now: a.opts.Now, PublicURL: publicURL, TrustedProxies: texts(cfg.TrustedProxies),
		}
		a.offerImports(&deps, cfg, posts)
		if a.practice != nil {
			deps.Practice = a.citizensViews()
		}
		if a.server, err = api.New(deps); err != nil {
			return err
		}
		handler = a.tellAway(a.server.Handler())
	}
	a.http = &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(a.opts.Log.Handler(), slog.LevelWarn),
	}
	return nil
}

// ready reports why the process cannot work. A queue that is away is not a
// reason: the sweep works on.
func (a *App) ready(ctx context.Context) error {
	a.watchRoom(ctx)
	return a.store.Ready(ctx)
}

// Run works until ctx ends, then drains and closes.
func (a *App) Run(ctx context.Context) error {
	if err := a.announce(ctx); err != nil {
		return errors.Join(err, a.close())
	}
	group, running := errgroup.WithContext(ctx)
	group.Go(func() error {
		err := a.http.Serve(a.listener)
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return err
	})
	if a.server != nil {
		group.Go(func() error { return a.server.Run(running) })
	}
	if a.standby != nil {
		// What an earlier process could not give to the ledger comes first: it
		// holds the rest back.
		a.standby.Mend(running)
		group.Go(func() error {
			a.standby.Run(running)
			return nil
		})
	}
	if a.worker != nil {
		group.Go(func() error {
			if err := a.mend(running); err != nil {
				return err
			}
			return a.worker.Run(running)
		})
		group.Go(func() error {
			a.importer(a.opts.Config).Run(running)
			return nil
		})
		group.Go(func() error {
			a.tendAgenda(running)
			return nil
		})
	}
	group.Go(func() error {
		a.watch.Run(running)
		return nil
	})
	if a.mailer != nil {
		group.Go(func() error {
			a.mailer.Run(running)
			return nil
		})
	}
	group.Go(func() error {
		<-running.Done()
		// Requests under way end first: they are short. Streams are closed by
		// the API server itself.
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), httpDrain)
		defer cancel()
		return a.http.Shutdown(closing)
	})
	err := group.Wait()
	return errors.Join(err, a.close())
}

// httpDrain is how long requests under way may take to end.
const httpDrain = 20 * time.Second

// close releases what was opened; parts that were not are nil.
func (a *App) close() error {
	var errs []error
	if a.standby != nil {
		errs = append(errs, a.standby.Close())
	}
	if a.queue != nil {
		errs = append(errs, a.queue.Close())
	}
	if a.practice != nil {
		errs = append(errs, a.practice.close())
	}
	if a.exercise != nil {
		errs = append(errs, a.exercise.close())
	}
	if a.journal != nil {
		errs = append(errs, a.journal.Close())
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	if a.siblings != nil {
		errs = append(errs, a.siblings.Leave())
	}
	if a.closeBlobs != nil {
		errs = append(errs, a.closeBlobs())
	}
	if a.listener != nil {
		if err := a.listener.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func texts(prefixes []netip.Prefix) []string {
	out := make([]string, len(prefixes))
	for i, p := range prefixes {
		out[i] = p.String()
	}
	return out
}

// announce tells a newcomer where to go.
func (a *App) announce(ctx context.Context) error {
	a.opts.Log.InfoContext(ctx, "crieur starts", "version", a.opts.Version, "addr", a.listener.Addr().String(),
		"role", a.opts.Config.Role, "database", a.store.Engine(), "embedded_queue", a.queue.Embedded())
	if cfg := a.opts.Config; cfg.Role != config.RoleAll && cfg.PublicURL == "http://"+cfg.Addr {
		a.opts.Log.WarnContext(ctx, "CRIEUR_PUBLIC_URL is not set: addresses of articles will name this process")
	}
	if a.opts.Announce == nil || a.server == nil {
		return nil
	}
	needed, err := a.accounts.SetupNeeded(ctx)
	if err != nil {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "\nCrieur est prêt : %s\n", a.opts.Config.PublicURL)
	if needed {
		fmt.Fprintf(&text, "\nPremière visite : ouvrez ce lien dans les %d minutes pour créer la commune et votre compte.\n%s/setup?token=%s\n",
			int(auth.SetupValidity.Minutes()), a.opts.Config.PublicURL, a.accounts.SetupToken())
	}
	_, err = fmt.Fprintln(a.opts.Announce, text.String())
	return err
}
