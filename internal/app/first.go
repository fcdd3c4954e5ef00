package app

import (
	"context"

	"github.com/crieur/crieur/internal/connecting"
	"github.com/crieur/crieur/internal/post"
)

// connectFirst gives a new commune its own pages and, where it wants them and
// they run, the practice networks, so that a newcomer can publish at once and
// nothing leaves.
func (a *App) connectFirst(ctx context.Context, actor post.Actor, practice bool) error {
	if _, err := a.channels.Connect(ctx, actor, connecting.NewChannel{Kind: "site", Name: "Site de la commune"}); err != nil {
		return err
	}
	if a.practice == nil || !practice {
		return nil
	}
	for _, account := range a.practice.networks.PracticeAccounts() {
		_, err := a.channels.Connect(ctx, actor, connecting.NewChannel{Kind: account.Network, Name: account.Name, Practice: true})
		if err != nil {
			return err
		}
	}
	return nil
}
