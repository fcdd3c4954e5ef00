package wordpress

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/crieur/crieur/channels"
)

// Check implements channels.Channel: is this the address of a WordPress, does it
// know us, and may we publish, add pictures and correct what we published.
func (c *channel) Check(ctx context.Context) (channels.Health, error) {
	root, err := c.siteIndex(ctx)
	if err != nil {
		return channels.Health{}, err
	}
	var me user
	_, err = c.api.do(ctx, request{
		op: opCheck, method: http.MethodGet, route: "/wp/v2/users/me",
		query: url.Values{"context": {"edit"}, "_fields": {"id,name,capabilities"}},
	}, &me)
	if err != nil {
		return channels.Health{}, c.explainAnonymous(root, err)
	}
	if me.ID == 0 {
		return channels.Health{}, notWordPress(opCheck, nil)
	}
	if !me.Capabilities.have("publish_posts") {
		return channels.Health{}, &channels.Error{
			Kind: channels.Permission, Op: opCheck, Code: "wordpress.cannot_publish",
			Message:  "Le compte « " + plain(me.Name) + " » n’a pas le droit de publier sur le site.",
			NextStep: nextRole,
		}
	}
	health := channels.Health{
		AccountID: strings.TrimRight(root.Home, "/"), AccountName: plain(root.Name), AccountURL: root.Home,
		Warnings: c.warnings(me),
	}
	if health.AccountName == "" {
		health.AccountName = c.base.Host
	}
	if health.AccountID == "" {
		health.AccountID, health.AccountURL = c.base.String(), c.base.front()
	}
	return c.withTerms(ctx, health)
}

func (c *channel) siteIndex(ctx context.Context) (index, error) {
	var root index
	_, err := c.api.do(ctx, request{
		op: opCheck, method: http.MethodGet, route: "/",
		query: url.Values{"_fields": {"name,home,namespaces,authentication"}},
	}, &root)
	if err != nil {
		return root, err
	}
	if !slices.Contains(root.Namespaces, "wp/v2") {
		return root, notWordPress(opCheck, nil)
	}
	home, err := url.Parse(root.Home)
	if err == nil && home.Host != "" && !c.api.keepOrigin && !sameSite(home, &c.base.URL) {
		return root, elsewhere(opCheck, 0, home)
	}
	return root, nil
}

func sameSite(a, b *url.URL) bool {
	return origin(a) == origin(b) && strings.TrimRight(a.Path, "/") == strings.TrimRight(b.Path, "/")
}

// explainAnonymous: WordPress took us for a stranger. Where it offers no
// application passwords at all, that is the reason.
func (c *channel) explainAnonymous(root index, err error) error {
	e, ok := channels.AsError(err)
	if !ok || e.Status != http.StatusUnauthorized || e.Code != "wordpress.rest_not_logged_in" || root.takesApplicationPasswords() {
		return err
	}
	return &channels.Error{
		Kind: channels.Auth, Op: opCheck, Code: "wordpress.application_passwords_off", Status: e.Status, Err: err,
		Message: "Le site n’offre pas de mots de passe d’application.",
		NextStep: "Ils demandent WordPress 5.6 et une adresse en https que WordPress reconnaît comme telle ; " +
			"une extension de sécurité peut aussi les couper. Demandez à la personne qui gère le site.",
	}
}

func (c *channel) warnings(me user) []string {
	var warnings []string
	for _, w := range []struct{ capability, text string }{
		{"upload_files", "Le compte n’a pas le droit d’ajouter des images : les publications avec images seront refusées."},
		{"edit_published_posts", "Le compte n’a pas le droit de modifier un article publié : les corrections seront refusées."},
		{"delete_published_posts", "Le compte n’a pas le droit de retirer un article publié."},
	} {
		if !me.Capabilities.have(w.capability) {
			warnings = append(warnings, w.text)
		}
	}
	if c.settings[settingAuthor] != "" && !me.Capabilities.have("edit_others_posts") {
		warnings = append(warnings, "Le compte n’a pas le droit de publier au nom d’un autre : retirez l’auteur des réglages.")
	}
	return warnings
}

// withTerms warns of a category or an author that the site does not know.
func (c *channel) withTerms(ctx context.Context, health channels.Health) (channels.Health, error) {
	if name := strings.TrimSpace(c.settings[settingCategory]); name != "" {
		id, err := c.findCategory(ctx, name)
		if err != nil {
			return health, err
		}
		if id == 0 {
			health.Warnings = append(health.Warnings,
				"La rubrique « "+name+" » n’existe pas encore sur le site ; Crieur la crée si le compte en a le droit.")
		}
	}
	switch _, err := c.author(ctx); {
	case errors.Is(err, errNoAuthor):
		health.Warnings = append(health.Warnings,
			"L’auteur indiqué est introuvable : donnez son numéro, ou les articles paraîtront au nom du compte connecté.")
	case err != nil:
		return health, err
	}
	return health, nil
}
