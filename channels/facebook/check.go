package facebook

import (
	"context"
	"slices"
	"strings"
	"time"

	fb "github.com/huandu/facebook/v2"

	"github.com/crieur/crieur/channels"
)

// dataAccessNotice is how long before the end of the data access a person is
// asked to log in again. Meta ends it 90 days after the last time.
const dataAccessNotice = 30 * 24 * time.Hour

// Permissions of a Page token: without the first nothing is published, without
// the second nothing is read back.
const (
	scopePublish = "pages_manage_posts"
	scopeRead    = "pages_read_engagement"
)

// Check implements channels.Channel. With the app's id and secret it also learns
// what the token may do and until when.
func (c *channel) Check(ctx context.Context) (channels.Health, error) {
	page, err := c.pageID(opPage)
	if err != nil {
		return channels.Health{}, err
	}
	node, err := c.graph.do(ctx, request{op: opPage, method: fb.GET, path: page, params: fb.Params{"fields": "id,name,link"}})
	if err != nil {
		return channels.Health{}, err
	}
	health := channels.Health{AccountID: text(node, "id"), AccountName: text(node, "name"), AccountURL: text(node, "link")}
	if health.AccountID == "" {
		return channels.Health{}, &channels.Error{Kind: channels.Temporary, Op: opPage, Code: "facebook.unreadable", Err: errUnreadable}
	}
	if c.graph.app.AppId != "" && c.graph.app.AppSecret != "" {
		err = c.inspect(ctx, &health)
	} else {
		err = c.whose(ctx, health.AccountID)
	}
	if err != nil {
		return channels.Health{}, err
	}
	if served := c.graph.served.Load(); served != nil {
		health.Warnings = append(health.Warnings,
			"Facebook ne parle plus la version "+graphVersion+" de son interface. Mettez Crieur à jour.")
	}
	return health, nil
}

// whose finds out whether the token is a person's, the commonest mistake: with
// it a Page can be read and nothing be published. A failure to find out is no
// failure of the account.
func (c *channel) whose(ctx context.Context, page string) error {
	me, err := c.graph.do(ctx, request{op: opToken, method: fb.GET, path: "me", params: fb.Params{"fields": "id"}})
	if err != nil {
		c.log.InfoContext(ctx, "facebook: whose the token is was not learnt", "error", err)
		return nil
	}
	if id := text(me, "id"); id != "" && id != page {
		return personalToken()
	}
	return nil
}

func personalToken() *channels.Error {
	return &channels.Error{
		Kind: channels.Auth, Op: opToken, Code: "facebook.not_page_token",
		Message:  "Ce jeton n’est pas celui de cette page.",
		NextStep: "Donnez le jeton d’accès de la page, pas celui d’une personne ni d’une autre page.",
	}
}

// tokenFacts is what debug_token says. Its errors have names of their own.
type tokenFacts struct {
	Type                string
	ProfileID           string `facebook:"profile_id"`
	IsValid             bool
	ExpiresAt           fb.Int64
	DataAccessExpiresAt fb.Int64
	Scopes              []string
	Error               struct{ Code, Subcode int }
}

// inspect asks Meta about the token. A token that the Page has just taken is
// good even where Meta tells nothing about it.
func (c *channel) inspect(ctx context.Context, health *channels.Health) error {
	result, err := c.graph.do(ctx, request{
		op: opToken, method: fb.GET, path: "debug_token", asApp: true,
		params: fb.Params{"input_token": c.graph.token.Reveal()},
	})
	var facts tokenFacts
	if err == nil {
		err = result.DecodeField("data", &facts)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		c.log.WarnContext(ctx, "facebook: nothing was learnt about the token", "error", err)
		health.Warnings = append(health.Warnings,
			"Crieur n’a pas pu vérifier la durée de l’autorisation. Vérifiez l’identifiant et la clé secrète de l’application.")
		return nil
	case !facts.IsValid:
		refusal := &fb.Error{Code: facts.Error.Code, ErrorSubcode: facts.Error.Subcode}
		if refusal.Code == 0 {
			refusal.Code = 190
		}
		return c.graph.refused(request{op: opToken}, &exchange{}, refusal, nil)
	case facts.Type != "" && !strings.EqualFold(facts.Type, "PAGE"),
		facts.ProfileID != "" && facts.ProfileID != health.AccountID:
		return personalToken()
	}
	return c.judge(facts, health)
}

// judge puts into words what the token may not do, and until when it may.
func (c *channel) judge(facts tokenFacts, health *channels.Health) error {
	if len(facts.Scopes) > 0 && !slices.Contains(facts.Scopes, scopePublish) {
		return &channels.Error{
			Kind: channels.Permission, Op: opToken, Code: "facebook.scope",
			Message:  "L’autorisation ne permet pas de publier sur la page.",
			NextStep: "Reconnectez le canal en acceptant la permission " + scopePublish + ".",
		}
	}
	if len(facts.Scopes) > 0 && !slices.Contains(facts.Scopes, scopeRead) {
		health.Warnings = append(health.Warnings,
			"Crieur ne peut pas relire la page : reconnectez le canal en acceptant la permission "+scopeRead+".")
	}
	if facts.ExpiresAt > 0 {
		health.ExpiresAt = time.Unix(int64(facts.ExpiresAt), 0).UTC()
	}
	if facts.DataAccessExpiresAt > 0 {
		end := time.Unix(int64(facts.DataAccessExpiresAt), 0)
		if end.Sub(c.now()) < dataAccessNotice {
			health.Warnings = append(health.Warnings, "Facebook demande une nouvelle connexion avant le "+
				end.UTC().Format("02/01/2006")+" : reconnectez le canal.")
		}
	}
	return nil
}
