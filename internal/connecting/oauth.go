package connecting

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/secret"
)

// OAuthValidity is how long a person has to come back and choose an account.
const OAuthValidity = 15 * time.Minute

// Names of what a flow seals, besides its accounts.
const (
	sealedVerifier = "verifier"
	sealedSession  = "session"
)

// OAuth is how accounts are connected through the networks' own pages.
type OAuth struct {
	// Apps are the installation's applications, by kind.
	Apps map[string]channels.App
	// CallbackURL is where every network sends people back.
	CallbackURL string
}

// OAuthStore keeps the flows.
type OAuthStore interface {
	CreateOAuthFlow(ctx context.Context, f post.OAuthFlow) error
	OAuthFlow(ctx context.Context, communeID, userID, id string) (post.OAuthFlow, error)
	// TakeOAuthState finds the flow of a state, once.
	TakeOAuthState(ctx context.Context, stateHash string) (post.OAuthFlow, error)
	SaveOAuthFlow(ctx context.Context, f post.OAuthFlow) error
	DeleteOAuthFlow(ctx context.Context, communeID, id string) error
}

// OAuthKind is a kind of network that has a page of its own for this.
type OAuthKind struct {
	Kind string
	// Ready: the installation has an application there.
	Ready       bool
	CallbackURL string
}

// OAuthKinds lists them.
func (s *Service) OAuthKinds() []OAuthKind {
	var kinds []OAuthKind
	for _, driver := range s.Registry.Drivers() {
		if _, ok := driver.(channels.Authorizer); ok {
			kind := driver.Info().Kind
			kinds = append(kinds, OAuthKind{Kind: kind, Ready: s.OAuth.Apps[kind].Ready(), CallbackURL: s.OAuth.CallbackURL})
		}
	}
	return kinds
}

// StartOAuth begins to connect an account. session is the browser's own, without
// which nobody can come back. It returns the flow and the network's page.
func (s *Service) StartOAuth(ctx context.Context, actor post.Actor, session, kind, channelID string) (post.OAuthFlow, string, error) {
	if err := administrator(actor); err != nil {
		return post.OAuthFlow{}, "", err
	}
	if session == "" {
		return post.OAuthFlow{}, "", &post.Problem{
			Kind: post.Forbidden, Code: "session_required",
			Detail: "Un programme ne peut pas le faire à la place d’une personne. Connectez-vous dans le navigateur.",
		}
	}
	driver, err := s.authorizer(kind)
	if err != nil {
		return post.OAuthFlow{}, "", err
	}
	if channelID != "" {
		if _, err := s.meant(ctx, actor, channelID, kind); err != nil {
			return post.OAuthFlow{}, "", err
		}
	}
	// Each holds 32 random bytes.
	state, verifier := randomText(), randomText()
	now := s.Now()
	flow := post.OAuthFlow{
		ID: s.NewID(), CommuneID: actor.CommuneID, UserID: actor.UserID, Kind: kind, ChannelID: channelID,
		StateHash: hashOf(state), CreatedAt: now, ExpiresAt: now.Add(OAuthValidity),
	}
	flow.Sealed, err = s.Box.Seal(flowPlace(&flow), map[string]secret.Value{
		sealedVerifier: secret.New(verifier), sealedSession: secret.New(hashOf(session)),
	})
	if err != nil {
		return post.OAuthFlow{}, "", err
	}
	if err := s.Store.CreateOAuthFlow(ctx, flow); err != nil {
		return post.OAuthFlow{}, "", err
	}
	page := driver.AuthorizePage(s.OAuth.Apps[kind], channels.Grant{
		RedirectURL: s.OAuth.CallbackURL, State: state, Verifier: secret.New(verifier),
	})
	return flow, page, nil
}

// OAuthAnswer is with what the network sent a person back.
type OAuthAnswer struct {
	State secret.Value
	Code  secret.Value
	// Error is the network's word for a refusal, as "access_denied".
	Error string
}

// ReturnFromOAuth takes a person who comes back from a network. It returns the
// id of the flow, also where the network gave nothing: the flow says why.
// Whoever is not the one who left, in the same session, gets an error, and the
// state is used up all the same: another person's account must not be connected
// here.
func (s *Service) ReturnFromOAuth(ctx context.Context, actor post.Actor, session string, in OAuthAnswer) (string, error) {
	if session == "" || in.State.IsZero() {
		return "", strayed()
	}
	flow, err := s.Store.TakeOAuthState(ctx, hashOf(in.State.Reveal()))
	if errors.Is(err, post.ErrNotFound) {
		return "", strayed()
	}
	if err != nil {
		return "", err
	}
	kept, err := s.Box.Open(flowPlace(&flow), flow.Sealed)
	if err != nil {
		return "", err
	}
	same := subtle.ConstantTimeCompare([]byte(kept[sealedSession].Reveal()), []byte(hashOf(session))) == 1
	if !same || flow.CommuneID != actor.CommuneID || flow.UserID != actor.UserID || actor.Role != post.RoleAdministrator {
		return "", errors.Join(strayed(), s.Store.DeleteOAuthFlow(ctx, flow.CommuneID, flow.ID))
	}
	if !s.Now().Before(flow.ExpiresAt) {
		return flow.ID, nil // the flow itself says that it is over
	}
	accounts, failure, err := s.authorized(ctx, flow.Kind, kept[sealedVerifier], in)
	if err != nil {
		return "", err
	}
	flow.Failure = failure
	values := map[string]secret.Value{}
	for _, a := range accounts {
		flow.Accounts = append(flow.Accounts, post.Account{ID: a.ID, Name: a.Name, URL: a.URL})
		if values[accountName(a.ID)], err = packed(a); err != nil {
			return "", err
		}
	}
	if flow.Sealed, err = s.Box.Seal(flowPlace(&flow), values); err != nil {
		return "", err
	}
	return flow.ID, s.Store.SaveOAuthFlow(ctx, flow)
}

// authorized asks the network for the accounts; failure is why there are none.
func (s *Service) authorized(ctx context.Context, kind string, verifier secret.Value, in OAuthAnswer) ([]channels.AuthorizedAccount, *post.Failure, error) {
	driver, err := s.authorizer(kind)
	if err != nil {
		return nil, nil, err
	}
	title := driver.Info().Title
	switch {
	case in.Error == "access_denied":
		return nil, &post.Failure{
			Kind: string(channels.Permission), Code: "oauth.access_denied",
			Message: "L’autorisation n’a pas été donnée sur " + title + ". Rien n’a été enregistré.", NextStep: "Recommencez et acceptez, ou collez les codes à la main.",
		}, nil
	case in.Error != "" || in.Code.IsZero():
		return nil, &post.Failure{
			Kind: string(channels.Permission), Code: "oauth.refused",
			Message:  title + " n’a pas donné d’autorisation. Rien n’a été enregistré.",
			NextStep: "Recommencez. Si cela se reproduit, demandez à la personne qui gère l’installation de vérifier l’application chez " + title + ".",
		}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	accounts, err := driver.Authorized(ctx, s.OAuth.Apps[kind], channels.Grant{
		RedirectURL: s.OAuth.CallbackURL, Verifier: verifier,
	}, in.Code, s.deps(kind, false))
	if e, ok := channels.AsError(err); ok {
		s.Log.WarnContext(ctx, "a network gave no account", "kind", kind, "error", e)
		failure := e.Failure(title)
		if e.Kind == channels.Temporary && e.NextStep == "" {
			failure.Message, failure.NextStep = title+" est injoignable pour le moment. Rien n’a été enregistré.", "Recommencez dans quelques minutes."
		}
		return nil, &failure, nil
	}
	return accounts, nil, err
}

// OAuthFlow shows a flow to the person who began it. One that is over says so.
func (s *Service) OAuthFlow(ctx context.Context, actor post.Actor, id string) (post.OAuthFlow, error) {
	flow, err := s.Store.OAuthFlow(ctx, actor.CommuneID, actor.UserID, id)
	if err == nil && !s.Now().Before(flow.ExpiresAt) {
		flow.Accounts, flow.Failure = nil, &post.Failure{
			Kind: string(channels.Auth), Code: "oauth.expired",
			Message: "Cette connexion a commencé il y a plus d’un quart d’heure : elle ne vaut plus.", NextStep: "Recommencez.",
		}
	}
	return flow, err
}

// FinishOAuth connects one of the accounts, or renews the credentials of the
// channel for which the flow was begun.
func (s *Service) FinishOAuth(ctx context.Context, actor post.Actor, id, accountID, name string) (post.Channel, error) {
	if err := administrator(actor); err != nil {
		return post.Channel{}, err
	}
	flow, chosen, err := s.chosen(ctx, actor, id, accountID)
	if err != nil {
		return post.Channel{}, err
	}
	var ch post.Channel
	if flow.ChannelID == "" {
		ch, err = s.Connect(ctx, actor, NewChannel{
			Kind: flow.Kind, Name: name, Settings: chosen.Settings, Credentials: chosen.Credentials, ExpiresAt: chosen.ExpiresAt,
		})
	} else {
		ch, err = s.renew(ctx, actor, flow, chosen)
	}
	if err != nil {
		return post.Channel{}, err
	}
	s.forget(ctx, &flow)
	return ch, nil
}

// renew gives a channel the credentials of the same account, and of no other.
func (s *Service) renew(ctx context.Context, actor post.Actor, flow post.OAuthFlow, chosen channels.AuthorizedAccount) (post.Channel, error) {
	ch, err := s.meant(ctx, actor, flow.ChannelID, flow.Kind)
	if err != nil {
		return post.Channel{}, err
	}
	if ch.Practice {
		return post.Channel{}, &post.Problem{
			Kind: post.Conflict, Code: "channel_practice",
			Detail: "Ce canal est du bac à sable. Faites-le passer au vrai réseau pour lui donner un vrai compte.",
		}
	}
	if ch.Account.ID != chosen.ID {
		return post.Channel{}, &post.Problem{
			Kind: post.Conflict, Code: "account_other",
			Detail: fmt.Sprintf("« %s » n’est pas le compte de ce canal, qui publie sur « %s ». Choisissez le même compte, ou connectez un nouveau canal.", chosen.Name, ch.Account.Name),
		}
	}
	return s.Update(ctx, actor, ch.ID, ChannelPatch{Settings: chosen.Settings, Credentials: chosen.Credentials, ExpiresAt: chosen.ExpiresAt})
}

// meant is the channel for which a flow is begun: to renew it, or to make it
// real.
func (s *Service) meant(ctx context.Context, actor post.Actor, id, kind string) (post.Channel, error) {
	ch, err := s.Channel(ctx, actor, id)
	if err == nil && ch.Kind != kind {
		err = invalid("channel_id", "kind_other", "Ce canal est d’un autre réseau.")
	}
	return ch, err
}

// chosen is the account of a flow that a person chose.
func (s *Service) chosen(ctx context.Context, actor post.Actor, id, accountID string) (post.OAuthFlow, channels.AuthorizedAccount, error) {
	flow, err := s.OAuthFlow(ctx, actor, id)
	if err != nil {
		return flow, channels.AuthorizedAccount{}, err
	}
	if flow.Failure != nil {
		return flow, channels.AuthorizedAccount{}, &post.Problem{
			Kind: post.Conflict, Code: "oauth_failed", Detail: flow.Failure.Message + " " + flow.Failure.NextStep,
		}
	}
	if flow.StateHash != "" {
		return flow, channels.AuthorizedAccount{}, &post.Problem{
			Kind: post.Conflict, Code: "oauth_under_way", Detail: "L’autorisation n’est pas encore donnée. Terminez d’abord sur la page du réseau.",
		}
	}
	at := slices.IndexFunc(flow.Accounts, func(a post.Account) bool { return a.ID == accountID })
	if at < 0 {
		return flow, channels.AuthorizedAccount{}, invalid("account_id", "account_unknown", "Choisissez un des comptes proposés.")
	}
	kept, err := s.Box.Open(flowPlace(&flow), flow.Sealed)
	if err != nil {
		return flow, channels.AuthorizedAccount{}, err
	}
	account, err := unpacked(kept[accountName(accountID)])
	account.ID, account.Name, account.URL = accountID, flow.Accounts[at].Name, flow.Accounts[at].URL
	return flow, account, err
}

// forget drops a flow that has done its work, with the tokens in it. Where that
// fails, it ends by itself.
func (s *Service) forget(ctx context.Context, flow *post.OAuthFlow) {
	if err := s.Store.DeleteOAuthFlow(ctx, flow.CommuneID, flow.ID); err != nil {
		s.Log.WarnContext(ctx, "a flow that is over could not be forgotten", "flow", flow.ID, "error", err)
	}
}

func (s *Service) authorizer(kind string) (channels.Authorizer, error) {
	driver, ok := s.Registry.Driver(kind)
	authorizer, can := driver.(channels.Authorizer)
	if !ok || !can {
		return nil, invalid("kind", "kind_without_oauth", "Ce réseau se connecte avec des codes à copier.")
	}
	if !s.OAuth.Apps[kind].Ready() {
		return nil, &post.Problem{
			Kind: post.Conflict, Code: "oauth_not_ready",
			Detail: "Cette installation n’a pas encore d’application chez " + driver.Info().Title + ". Collez les codes à la main, ou demandez à la personne qui la gère d’en ajouter une.",
		}
	}
	return authorizer, nil
}

// strayed is the answer to somebody who did not leave from here.
func strayed() error {
	return &post.Problem{
		Kind: post.Forbidden, Code: "oauth_strayed",
		Detail: "Cette autorisation n’a pas été demandée depuis ce navigateur, ou elle a déjà servi. Recommencez depuis la page des canaux.",
	}
}

// flowPlace binds what a flow seals to its row.
func flowPlace(f *post.OAuthFlow) string { return f.CommuneID + "/oauth/" + f.ID }

func randomText() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b)
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
