package app

import (
	"github.com/crieur/crieur/internal/crisis"
	"github.com/crieur/crieur/internal/publishing"
	"github.com/crieur/crieur/internal/store"
)

// alarm makes the use cases on alerts.
func (a *App) alarm(posts *publishing.Service) *crisis.Service {
	return crisis.New(crisis.Deps{
		Store: a.alerts(), Composer: posts, Exercises: a.channels.Exercises(), Notices: a.tellers(), History: a.store,
		PublicURL: a.opts.Config.PublicURL, NewID: store.NewID, Log: a.opts.Log,
	})
}
