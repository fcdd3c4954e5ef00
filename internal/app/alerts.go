package app

import (
	"context"

	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// siteAlerts reads what communes say in a crisis from the ledger.
type siteAlerts struct{ store *store.Store }

var _ site.Alerts = siteAlerts{}

func (a siteAlerts) Board(ctx context.Context, slug string) (site.Board, error) {
	commune, alerts, err := a.store.PublicAlerts(ctx, slug, site.BoardLength)
	return site.Board{Commune: commune, Alerts: alerts}, siteError(err)
}

func (a siteAlerts) Alert(ctx context.Context, slug, id string) (site.Board, error) {
	commune, alert, err := a.store.PublicAlert(ctx, slug, id)
	if err != nil {
		return site.Board{}, siteError(err)
	}
	return site.Board{Commune: commune, Alerts: []post.Broadcast{alert}}, nil
}
