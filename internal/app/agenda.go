package app

import (
	"context"
	"path"
	"time"

	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/internal/agenda"
	"github.com/crieur/crieur/internal/publishing"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/templates"
)

// tendEvery is how often what a crash cut off is looked for, and dates that
// come near.
const tendEvery = time.Minute

// publishing are the use cases on posts.
func (a *App) publishing() *publishing.Service {
	return publishing.New(publishing.Deps{Store: a.posts(), Alerts: a.store, Opener: a.channels, Preparer: preparer{a.queue, a.opts.Log}, NewID: store.NewID, Log: a.opts.Log})
}

// agenda are the use cases on events and recurrences.
func (a *App) agenda(posts *publishing.Service) *agenda.Service {
	publicURL := a.opts.Config.PublicURL
	return agenda.New(agenda.Deps{
		Store: a.store, Posts: posts, Drivers: a.registry, NewID: store.NewID, Log: a.opts.Log,
		Templates: templates.New(a.store, store.NewID, a.opts.Now),
		EventURL:  func(communeSlug, eventID string) string { return site.EventURL(publicURL, communeSlug, eventID) },
	})
}

// tendAgenda finishes series and makes the posts of recurrences as they come
// near, until ctx ends. By a clock that is not trusted everything may look old:
// then it waits.
func (a *App) tendAgenda(ctx context.Context) {
	service := a.agenda(a.publishing())
	ticker := time.NewTicker(tendEvery)
	defer ticker.Stop()
	for {
		if err := a.tendOnce(ctx, service); err != nil && ctx.Err() == nil {
			a.opts.Log.WarnContext(ctx, "the agenda could not be tended; it is done again in a minute", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (a *App) tendOnce(ctx context.Context, service *agenda.Service) error {
	state, err := a.store.Dispatching(ctx)
	if err != nil || state.Clock.Paused {
		return err
	}
	now, err := a.store.Now(ctx)
	if err != nil {
		return err
	}
	n, err := service.Tend(ctx, now)
	if n > 0 {
		a.opts.Log.InfoContext(ctx, "agenda tended", "posts", n)
	}
	return err
}

// siteAgenda shows the agenda on the public pages.
type siteAgenda struct{ service *agenda.Service }

func (a siteAgenda) Events(ctx context.Context, communeID string, feed bool) ([]site.Event, error) {
	all, err := a.service.Public(ctx, communeID, feed)
	events := make([]site.Event, len(all))
	for i, e := range all {
		events[i] = siteEvent(e)
	}
	return events, err
}

func (a siteAgenda) Event(ctx context.Context, communeID, id string) (site.Event, error) {
	e, err := a.service.PublicEvent(ctx, communeID, id)
	return siteEvent(e), siteError(err)
}

func (a siteAgenda) EventOfArticle(ctx context.Context, communeID, key string) (site.Event, error) {
	e, err := a.service.ArticleEvent(ctx, communeID, key)
	return siteEvent(e), siteError(err)
}

func siteEvent(e agenda.Shown) site.Event {
	event := site.Event{Event: e.Event, When: e.When, Former: e.Former}
	if e.Article != "" {
		event.Article = path.Base(e.Article)
	}
	for _, d := range e.Dates {
		event.Spans = append(event.Spans, site.EventSpan(d))
	}
	return event
}
