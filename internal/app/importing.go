package app

import (
	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/bulk"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/egress"
	"github.com/crieur/crieur/internal/importing"
	"github.com/crieur/crieur/internal/library"
	"github.com/crieur/crieur/internal/publishing"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/templates"
)

// importer takes over what is published elsewhere. Its way out has a pool of
// its own: a source that hangs holds up no publication.
func (a *App) importer(cfg config.Config) *importing.Service {
	posts := publishing.New(publishing.Deps{
		Store: a.store, Opener: a.channels, Preparer: preparer{a.queue, a.opts.Log}, NewID: store.NewID, Log: a.opts.Log,
	})
	return importing.New(importing.Deps{
		Store: a.store, Posts: posts,
		Pictures:  library.New(library.Deps{Store: a.store, Pictures: a.pictures, Registry: a.registry, NewID: store.NewID, Now: a.opts.Now}),
		HTTP:      egress.Client(egress.NewPolicy(cfg.EgressAllow...)),
		PublicURL: cfg.PublicURL, NewID: store.NewID, Now: a.opts.Now, Log: a.opts.Log,
	})
}

// offerImports gives the API what it needs to take posts over.
func (a *App) offerImports(deps *api.Deps, cfg config.Config, posts *publishing.Service) {
	deps.Sources = a.importer(cfg)
	deps.Templates = templates.New(a.store, store.NewID, a.opts.Now)
	deps.Bulk = bulk.New(a.store, posts)
}
