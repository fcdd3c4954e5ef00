package wordpress

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/crieur/crieur/channels"
)

// categories finds the category of an article by its name, and makes it where
// the user may. Where not, the article goes into the default one: an hour that
// is kept is worth more than a heading.
func (c *channel) categories(ctx context.Context, name string) ([]int64, error) {
	for _, wanted := range []string{name, c.settings[settingCategory]} {
		wanted = strings.TrimSpace(wanted)
		if wanted == "" {
			continue
		}
		id, err := c.category(ctx, wanted)
		if err == nil {
			return []int64{id}, nil
		}
		if e, ok := channels.AsError(err); !ok || e.Kind != channels.Permission && e.Kind != channels.Rejected {
			return nil, err
		}
		c.log.WarnContext(ctx, "wordpress: the category can be neither found nor made", "category", wanted, "error", err)
	}
	return nil, nil
}

func (c *channel) category(ctx context.Context, name string) (int64, error) {
	id, err := c.findCategory(ctx, name)
	if err != nil || id != 0 {
		return id, err
	}
	var made term
	response, err := c.api.send(ctx, request{
		op: opCategory, method: http.MethodPost, route: "/wp/v2/categories",
	}, map[string]string{"name": escape(name)}, &made)
	if err == nil {
		return made.ID, nil
	}
	// The search may miss it; the refusal names it.
	var exists answerCode
	if response != nil && decode(response.Body, &exists) == nil && exists.Code == "term_exists" && exists.Data.TermID != 0 {
		return exists.Data.TermID, nil
	}
	return 0, err
}

// findCategory returns 0 when no category has this name.
func (c *channel) findCategory(ctx context.Context, name string) (int64, error) {
	var found []term
	_, err := c.api.do(ctx, request{
		op: opCategory, method: http.MethodGet, route: "/wp/v2/categories",
		query: url.Values{"search": {escape(name)}, "per_page": {"100"}, "_fields": {"id,name"}},
	}, &found)
	for _, t := range found {
		if strings.EqualFold(plain(t.Name), name) {
			return t.ID, err
		}
	}
	return 0, err
}

// errNoAuthor: the site has no user of that name, or does not show it to us.
var errNoAuthor = errors.New("no such author")

// author resolves the setting: a number, or the slug of a user. 0: ourselves.
// WordPress shows users without articles only to those who may list users; for
// them the number is the way.
func (c *channel) author(ctx context.Context) (int64, error) {
	wanted := strings.TrimSpace(c.settings[settingAuthor])
	if wanted == "" {
		return 0, nil
	}
	if id, err := strconv.ParseInt(wanted, 10, 64); err == nil && id > 0 {
		return id, nil
	}
	var found []user
	_, err := c.api.do(ctx, request{
		op: opAuthor, method: http.MethodGet, route: "/wp/v2/users",
		query: url.Values{"slug": {wanted}, "_fields": {"id,name"}},
	}, &found)
	if err != nil {
		return 0, err
	}
	if len(found) == 0 {
		return 0, errNoAuthor
	}
	return found[0].ID, nil
}

// authorOrSelf is author for publishing: an article under the wrong name is
// better than none.
func (c *channel) authorOrSelf(ctx context.Context) (int64, error) {
	id, err := c.author(ctx)
	if e, ok := channels.AsError(err); ok && e.Kind != channels.Permission && e.Kind != channels.Rejected {
		return 0, err
	}
	if err != nil {
		c.log.WarnContext(ctx, "wordpress: the author is not known on the site; published as ourselves", "error", err)
		return 0, nil
	}
	return id, nil
}
