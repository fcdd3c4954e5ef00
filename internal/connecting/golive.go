package connecting

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/secret"
)

// proofValid is how long a proof of who one is counts before a practice channel
// is made real, as for alerts.
const proofValid = 12 * time.Hour

// ActionLive is the entry of the register for a practice channel that became
// real.
const ActionLive = "channel.live"

// RealAccount is with what a practice channel is made real.
type RealAccount struct {
	Settings    channels.Settings
	Credentials map[string]secret.Value
	// Flow and AccountID are those of an account that the network's own page
	// gave, instead of the others.
	Flow      string
	AccountID string
}

// GoLive makes a practice channel real, after its network confirmed the
// account. Nothing that waits on it leaves.
func (s *Service) GoLive(ctx context.Context, actor post.Actor, id string, in RealAccount) (post.Channel, error) {
	if err := s.mayGoLive(actor); err != nil {
		return post.Channel{}, err
	}
	ch, err := s.Channel(ctx, actor, id)
	if err != nil {
		return post.Channel{}, err
	}
	if !ch.Practice {
		return post.Channel{}, &post.Problem{Kind: post.Conflict, Code: "channel_real", Detail: "Ce canal publie déjà pour de vrai."}
	}
	driver, ok := s.Registry.Driver(ch.Kind)
	if !ok {
		return post.Channel{}, invalid("kind", "kind_unknown", fmt.Sprintf("Le type de canal « %s » n’existe pas.", ch.Kind))
	}
	chosen, forget, err := s.realAccount(ctx, actor, ch, in)
	if err != nil {
		return post.Channel{}, err
	}
	if fields := checkFields(driver.Info(), chosen.Settings, chosen.Credentials); len(fields) > 0 {
		return post.Channel{}, incomplete(fields)
	}
	rehearsed := ch.Account
	ch.Practice, ch.Settings, ch.Account, ch.CredentialsExpireAt = false, chosen.Settings, post.Account{}, chosen.ExpiresAt
	if err := s.probe(ctx, driver, &ch, chosen.Credentials); err != nil {
		return post.Channel{}, err
	}
	if err := s.refuseTwin(ctx, ch); err != nil {
		return post.Channel{}, err
	}
	if ch.Name == rehearsed.Name {
		// It was named by the simulated network, and not by a person.
		ch.Name = ch.Account.Name
	}
	if ch.Sealed, err = s.Box.Seal(place(ch), chosen.Credentials); err != nil {
		return post.Channel{}, err
	}
	entry, err := s.liveEntry(ctx, actor, ch)
	if err != nil {
		return post.Channel{}, err
	}
	if err := s.Store.GoLive(ctx, ch, entry); err != nil {
		if errors.Is(err, post.ErrConflict) {
			return post.Channel{}, &post.Problem{
				Kind: post.Conflict, Code: "channel_busy", Err: err,
				Detail: "Une publication est en cours sur ce canal. Attendez qu’elle soit terminée, puis réessayez.",
			}
		}
		return post.Channel{}, err
	}
	forget()
	return s.Channel(ctx, actor, id)
}

// realAccount is the account that was entered, or the one of a flow; forget
// drops the flow.
func (s *Service) realAccount(ctx context.Context, actor post.Actor, ch post.Channel, in RealAccount) (a channels.AuthorizedAccount, forget func(), err error) {
	if in.Flow == "" {
		return channels.AuthorizedAccount{Settings: in.Settings, Credentials: in.Credentials}, func() {}, nil
	}
	flow, a, err := s.chosen(ctx, actor, in.Flow, in.AccountID)
	if err == nil && (flow.Kind != ch.Kind || flow.ChannelID != "" && flow.ChannelID != ch.ID) {
		err = invalid("flow", "flow_other", "Cette autorisation a été demandée pour autre chose. Recommencez depuis ce canal.")
	}
	return a, func() { s.forget(ctx, &flow) }, err
}

// mayGoLive: an administrator who is really there. A program may: it can connect
// real accounts as well.
func (s *Service) mayGoLive(actor post.Actor) error {
	if err := administrator(actor); err != nil {
		return err
	}
	if !actor.Token && s.Now().Sub(actor.ProvedAt) > proofValid {
		return &post.Problem{
			Kind: post.Forbidden, Code: "step_up_needed",
			Detail: "Confirmez d’abord que c’est bien vous : donnez votre mot de passe.",
		}
	}
	return nil
}

// liveEntry is the act for the register.
func (s *Service) liveEntry(ctx context.Context, actor post.Actor, ch post.Channel) (post.RegisterEntry, error) {
	user, err := s.Store.UserByID(ctx, actor.CommuneID, actor.UserID)
	if err != nil {
		return post.RegisterEntry{}, err
	}
	detail, err := json.Marshal(map[string]string{"channel": ch.Name, "url": ch.Account.URL})
	if err != nil {
		return post.RegisterEntry{}, fmt.Errorf("connecting: %w", err)
	}
	how := "session"
	if actor.Token {
		how = "token"
	}
	return post.RegisterEntry{
		CommuneID: actor.CommuneID, ActorID: actor.UserID, ActorName: user.Name, ActorKind: how,
		Action: ActionLive, Subject: ch.ID, Detail: detail,
	}, nil
}
